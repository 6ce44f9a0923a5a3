#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// GIFTI 1.0: arrays by vertex and by triangle (https://www.nitrc.org/projects/gifti).
namespace arcuate::io::gifti {

struct Array {
  std::string name;    ///< of file and array, for messages
  std::string intent;  ///< as NIFTI_INTENT_POINTSET
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;  ///< (rows, columns)
};

struct Document {
  std::string path;
  std::vector<Array> arrays;
  std::map<std::int64_t, std::string> labels;  ///< of the label table
};

/// Throws DataError for what is no GIFTI file, is damaged, or has its data in another file.
Document read(const std::string& path);
/// The only array of an intent. Throws DataError when there are none or several.
const Array& only(const Document& document, const std::string& intent, const std::string& what);

}  // namespace arcuate::io::gifti

#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/io/export.hpp"

namespace arcuate::io {

/// A dimension, and what stands along it: numbers or texts.
struct FeatureAxis {
  std::string name;
  std::string unit;
  std::vector<double> values;
  std::vector<std::string> texts;
  [[nodiscard]] std::size_t size() const { return texts.empty() ? values.size() : texts.size(); }
};

struct FeatureArray {
  std::string name;
  std::string unit;
  std::string meaning;
  std::vector<std::size_t> axes;  ///< positions in FeatureTable::axes
  std::vector<double> values;     ///< in the order of the axes, the last runs fastest
};

/// A group of /features, as a file of another program is to hold it.
struct FeatureTable {
  std::string name;
  std::vector<std::pair<std::string, std::string>> facts;  ///< kind, long_name, monitor, ...
  std::vector<FeatureAxis> axes;
  std::vector<FeatureArray> arrays;

  [[nodiscard]] std::vector<std::size_t> shape(const FeatureArray& array) const;
};

/// What a format is asked to write of a feature.
struct FeatureExport {
  const FeatureTable& table;
  const ExportRequest& request;
  std::string file;                ///< to write
  std::vector<std::string> notes;  ///< what was left out
};

/// Of a recording or a file of features. array: "": all. Throws DataError: not such a file;
/// ConfigError: no such feature or array, with those that there are.
FeatureTable read_feature_table(const std::string& path, const std::string& feature,
                                const std::string& array);

}  // namespace arcuate::io

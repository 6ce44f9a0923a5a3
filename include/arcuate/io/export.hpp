#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Recordings in the formats of other programs (docs/interchange.md).
namespace arcuate::io {

class ExportJob;
struct FeatureExport;

/// What a format holds of a recording.
enum class Holds {
  samples,       ///< of any number of variables
  one_variable,  ///< samples of one
  connectivity,  ///< the functional connectivity of one
};

/// One file io/export/formats/NAME.cpp and one line in cmake/ArcuateExports.cmake.
struct ExportFormat {
  std::string_view name;     ///< as --to has it
  std::string_view ending;   ///< of its files
  std::string_view meaning;  ///< for help and errors
  Holds holds = Holds::samples;
  bool regions_only = false;   ///< columns have to be regions
  std::string_view beside{};   ///< ending of a second file that describes the first, or ""
  bool takes_parcels = false;  ///< regions may be placed by a parcellation
  /// Why a path or what it would hold is refused, or "".
  std::string (*doubt)(const ExportJob& job) = nullptr;
  void (*write)(ExportJob& job) = nullptr;
  /// Of formats that hold features. Throws ConfigError where they do not hold this one.
  void (*write_feature)(FeatureExport& job) = nullptr;
};

/// In the order of the documentation.
std::span<const ExportFormat* const> export_formats();

struct ExportRequest {
  std::string recording;
  std::string format;  ///< "": by the ending of the file
  std::string output;
  std::string monitor;   ///< "": the only one
  std::string variable;  ///< of the monitor, or array of the feature; "": all
  std::string parcels;   ///< a parcellation, or ""
  bool overwrite = false;
  std::string feature{};  ///< in the place of samples: a group of /features
};

struct Exported {
  std::vector<std::string> files;
  std::string contents;            ///< "monitor bold: 1200 samples x 1 variable x 100 columns"
  std::vector<std::string> notes;  ///< what the format cannot hold, or what was left out
};

/// Samples, or a feature. Throws ConfigError and DataError: what does not fit, and which formats
/// would; as RecordedRun and Output do. Memory: a block of samples.
Exported export_recording(const ExportRequest& request);

/// The table of formats of docs/interchange.md.
std::string export_reference();

}  // namespace arcuate::io

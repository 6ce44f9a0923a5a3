#pragma once

#include <string>
#include <vector>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/network/connectome.hpp"

/// Features of recordings: read from a file or the command line, computed, and written beside the
/// samples (docs/features.md).
namespace arcuate::io {

/// One feature of one signal.
struct FeatureRequest {
  const analysis::Feature* feature = nullptr;
  std::string place;  ///< "features.yml:3: features.0: ", before what is wrong with it
  std::string name;   ///< of its group
  analysis::Options options;
  std::string plugin{};  ///< absolute path of the library that holds the feature, or ""
  std::string plugin_sha256{};
};

/// A list `features` in a YAML file. Throws ConfigError.
std::vector<FeatureRequest> read_features(const std::string& path);
/// One feature from the command line: `settings` are "key=value". Throws ConfigError.
FeatureRequest feature_of(const std::string& kind, const std::vector<std::string>& settings);

/// Whether features can be computed of what monitors will record. Throws ConfigError, DataError.
void check_features(const std::vector<FeatureRequest>& requests,
                    const std::vector<RecordedSeries>& series,
                    const network::Connectome& connectome);

/// What a feature of a run takes on rank 0.
struct FeatureMemory {
  std::string name;
  std::string monitor;
  std::size_t variable = 0;
  bool streamed = false;  ///< computed of samples as they come; else these are kept:
  std::size_t first = 0;  ///< of the monitor
  std::size_t samples = 0;
  std::size_t columns = 0;
  double bytes = 0.0;  ///< beside the samples that are kept
};
std::vector<FeatureMemory> memory_of(const std::vector<FeatureRequest>& requests,
                                     const std::vector<RecordedSeries>& series,
                                     const network::Connectome& connectome);
/// [bytes] of all of them. Samples that several need are kept once, and features that need them are
/// computed one after another.
double total_bytes(const std::vector<FeatureMemory>& features);

/// A feature that is computed and not yet written.
struct ComputedFeature {
  FeatureRequest request;
  RecordedSeries series;  ///< what it is of
  std::size_t variable = 0;
  std::size_t samples = 0;
  analysis::Input frame;  ///< without samples
  analysis::Result result;
};

struct FeatureOutput {
  std::string file;                 ///< "": into the recording
  bool overwrite = false;           ///< features of the same names, or the file
  std::vector<std::string> inputs;  ///< files that are never replaced
};

/// Computes features of a recording and writes them as /features/NAME. Returns what a user should
/// know. Throws ConfigError, DataError, EnvironmentError; then nothing is written.
std::vector<std::string> analyse(const std::string& recording,
                                 const std::vector<FeatureRequest>& requests,
                                 const FeatureOutput& output);

/// All about one feature, as the reference has it.
std::string describe(const analysis::Feature& feature);
/// Throws DataError when an option of a feature does not allow its own default.
void require_sound_defaults(const analysis::Feature& feature);

/// The generated part of docs/features.md.
std::string feature_reference();

}  // namespace arcuate::io

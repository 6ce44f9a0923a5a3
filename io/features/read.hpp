#pragma once

#include <string>
#include <vector>

#include "arcuate/io/features.hpp"
#include "file/yaml.hpp"

namespace arcuate::io {

/// A list of features that stands at `path` of a document; files that it names are relative to the
/// document's. Throws ConfigError.
std::vector<FeatureRequest> read_feature_list(const yaml::Document& document,
                                              const yaml::Node& list, const std::string& path);

/// A feature with all its options, as it may stand in such a list.
yaml::Node node_of(const FeatureRequest& request);

/// The file with pairs of regions that a feature names, or "".
std::string pairs_file_of(const FeatureRequest& request);

}  // namespace arcuate::io

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "arcuate/engine/spec.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/network/connectome.hpp"

/// Weights of `tune-inhibition` hold a rate only in the network they were tuned in: their file
/// keeps what that was, and who reads it is told what differs (docs/file-formats.md, "Tuned
/// weights").
namespace arcuate::io {

/// Keys, most of them those of a study file, and their values as text.
using Settings = std::vector<std::pair<std::string, std::string>>;

/// What the tuning of a study with `inhibition` depends on: version, study, the section
/// `tune_inhibition`, seed, the numbers of model, coupling, steps and noise, digests of what has a
/// value for each region and of the connectome as it was normalised.
Settings tuning_record(const Study& study, const engine::SimulationSpec& simulation,
                       const network::Connectome& connectome);

/// A file for weights, claimed, and that for their record when it cannot stand in the file itself.
struct WeightsFile {
  Output weights;
  Output record;
};
/// .csv, .txt: the record stands before the numbers, in comments. .npy: in NAME.npy.tuned.yaml.
/// Throws as claim_numbers does.
WeightsFile claim_weights(const std::string& path, bool overwrite, std::vector<std::string> inputs);
/// Writes and publishes both.
void write_weights(const std::vector<double>& weights, bool converged, Settings record,
                   WeightsFile file);

/// The record beside the weights of a file; empty when there is none, or when it is that of other
/// numbers. Never throws for what the record holds.
Settings read_tuning_record(const std::string& path, const std::vector<double>& weights);

}  // namespace arcuate::io

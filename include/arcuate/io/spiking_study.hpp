#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/analysis/attractors.hpp"
#include "arcuate/analysis/spike_trains.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/spiking/config.hpp"

/// Study files with a section `spiking` (docs/spiking.md).
namespace arcuate::io {

/// What is recorded beside spikes: rates of all populations, or voltages of some neurons.
struct SpikingMonitor {
  std::string name;
  bool voltages = false;
  Step period = 1;                   ///< [steps]
  analysis::Smoothing smoothing;     ///< of rates
  std::vector<GlobalIndex> neurons;  ///< of voltages, ascending
};

/// Which states are told apart by perturbations of so many dimensions (analysis::Capacity).
struct CapacityOptions {
  double dimensions = 0.0;
  int size = 0;     ///< clusters of a state; 0: that whose states have the most time
  int states = 24;  ///< at most, those with the most time
};

/// How activity and attractors are found in spikes.
struct SpikeAnalysis {
  analysis::Smoothing smoothing;
  bool all_populations = false;  ///< else the excitatory clusters
  analysis::ActivityOptions activity;
  double minimum = 0.02;  ///< [s]
  double fill = 0.0;      ///< [s]
  /// [s] Attractors that begin then count; negative times are before the end.
  double from = 0.0;
  double to = std::numeric_limits<double>::infinity();
  std::vector<std::vector<std::vector<int>>> sequences;  ///< of states, sets of clusters
  std::optional<CapacityOptions> capacity;
};

/// What `arcuate steady` looks for in the mean field.
struct MeanFieldOptions {
  int starts = 20;
  double contrast = 0.1;      ///< of clusters that are active, see meanfield::active_clusters
  std::vector<int> focus;     ///< populations whose landscape is wanted; empty: none
  std::vector<double> along;  ///< [Hz] rates of each of them
};

struct SearchSections;

struct SpikingStudy {
  std::string path;
  std::string title;
  std::string normalised;  ///< with all overrides and defaults, as YAML
  spiking::Config config;
  Step steps = 0;
  Step transient = 0;  ///< [steps] whose spikes and samples are not kept
  std::vector<SpikingMonitor> monitors;
  SpikeAnalysis analysis;
  MeanFieldOptions mean_field;
  std::string output;
  bool overwrite = false;
  double checkpoint_every = 0.0;       ///< [s] of wall time; 0: only when the run is stopped
  double checkpoint_before_end = 0.0;  ///< [s]
  int checkpoints = 2;                 ///< how many are kept
  bool final_state = true;             ///< is kept in the recording
  Storage storage = Storage::double_precision;
  std::vector<std::string> inputs;  ///< files it reads, itself included
  /// `sweep` and `fit` as written; nullptr without them.
  std::shared_ptr<const SearchSections> searches;
  std::vector<std::string> warnings;  ///< each beginning with file, line and key

  [[nodiscard]] double seconds() const { return static_cast<double>(steps) * config.dt; }
};

/// Whether a study file, or the study of a recording, has a section `spiking`. Throws ConfigError:
/// not YAML.
bool is_spiking_study(const std::string& path, const std::vector<std::string>& overrides);

/// Throws ConfigError: file, line, key, value, allowed.
SpikingStudy read_spiking_study(const std::string& path, const std::vector<std::string>& overrides);
SpikingStudy parse_spiking_study(const std::string& text, const std::string& path,
                                 const std::vector<std::string>& overrides);

/// The section `spiking.analysis` alone, each override "key=value", for `seconds` of spikes. Throws
/// ConfigError.
SpikeAnalysis read_spike_analysis(const SpikingStudy& study,
                                  const std::vector<std::string>& settings, double seconds);

}  // namespace arcuate::io

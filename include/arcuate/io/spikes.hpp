#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/analysis/attractors.hpp"
#include "arcuate/analysis/spike_stream.hpp"
#include "arcuate/analysis/spike_trains.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/monitor/spec.hpp"
#include "arcuate/network/connectome.hpp"
#include "arcuate/spiking/config.hpp"

/// Recordings of spiking networks: those of other networks, whose regions are populations, with the
/// spikes of all neurons beside (docs/file-formats.md).
namespace arcuate::io {

/// Spikes by step and then neuron, those of the transient left out.
struct RecordedSpikes {
  std::vector<std::int64_t> step;
  std::vector<std::int32_t> neuron;

  [[nodiscard]] analysis::SpikeSource source(const SpikingStudy& study,
                                             const spiking::Populations& populations) const;
};

/// Populations in the place of regions: their weights are in-degree times J.
network::Connectome connectome_of(const spiking::Config& config,
                                  const spiking::Populations& populations);
RecordingHeader header_of(const SpikingStudy& study, const spiking::Populations& populations,
                          int ranks, int threads);
/// In the order of the monitors.
std::vector<monitor::SeriesInfo> series_of(const SpikingStudy& study,
                                           const spiking::Populations& populations);
/// Number of the first step of which a monitor has a sample.
Step first_sample_step(const SpikingStudy& study, const SpikingMonitor& monitor);

/// What is found in spikes.
struct SpikeResults {
  std::vector<analysis::SpikeStatistics> populations;  ///< (P)
  double threshold = 0.0;                              ///< [Hz] of activity
  double active_fraction = 0.0;                        ///< of clusters and time
  double active_rate = 0.0;                            ///< [Hz] mean of the active ones
  double inactive_rate = 0.0;
  double mean_number = 0.0;         ///< of active clusters
  analysis::Attractors attractors;  ///< that begin in the window of the analysis
  std::vector<std::vector<std::vector<int>>> sequences;  ///< of states, as the analysis asks
  std::vector<double> sequence_probability;
};
/// One session for each of the sources, which are of networks with the same populations. Memory: it
/// does not grow with the spikes.
SpikeResults analyse_spikes(const std::vector<analysis::SpikeSource>& sessions,
                            const SpikingStudy& study, const SpikeAnalysis& how);
/// Product of the probabilities of the transitions from each of the states, sets of clusters, to
/// the next; 0 where one never occurred.
double probability_of(const std::vector<std::vector<int>>& sequence,
                      const analysis::Attractors& all);
/// "E0 E3", or "none": a set of clusters by the names of the populations.
std::string name_of_state(const std::vector<int>& clusters,
                          const std::vector<std::string>& populations);
/// "E0 E3 > none > E1".
std::string name_of_sequence(const std::vector<std::vector<int>>& sequence,
                             const std::vector<std::string>& populations);
/// In words, a few lines.
std::string describe(const SpikeResults& results, const spiking::Populations& populations);

/// The transition matrices that recordings hold, over the states of all of them, and how far each
/// is from each other one: the group /aligned of a new file. Returns what to print. Throws
/// ConfigError, DataError, EnvironmentError.
std::string align_recordings(const std::vector<std::string>& recordings, const std::string& output,
                             bool overwrite);

/// Adds /spikes, /populations, /perturbations and the results to a recording in progress. Throws
/// EnvironmentError.
void write_spikes(const std::string& file, const SpikingStudy& study,
                  const spiking::Populations& populations, const analysis::SpikeSource& spikes,
                  const SpikeResults& results);

/// Whether a whole recording has spikes. Throws DataError.
bool has_spikes(const std::string& recording);
/// Throws DataError.
RecordedSpikes read_spikes(const std::string& recording);

/// The spikes of a recording, read in pieces.
class SpikeReader {
 public:
  /// Looks at all of them. Throws DataError: no whole list, a neuron that is none of `neurons`, a
  /// step that comes before the last one.
  SpikeReader(const std::string& recording, GlobalIndex neurons);

  [[nodiscard]] analysis::SpikeSource source(const SpikingStudy& study,
                                             const spiking::Populations& populations) const;

 private:
  analysis::SpikePiece read(std::size_t at, std::size_t most) const;

  std::string recording_;
  hdf5::Object file_, step_, neuron_;
  mutable std::vector<double> numbers_;
  mutable std::vector<std::int64_t> steps_;
  mutable std::vector<std::int32_t> neurons_;
};

/// What a recording says was found in its spikes. Throws DataError.
SpikeResults read_spike_results(const std::string& recording);

/// Throws UnsoundError when two recordings have other spikes, naming the first.
void require_same_spikes(const std::string& one, const std::string& other);

/// Of the study that a recording keeps.
spiking::Populations populations_in(const std::string& recording);

/// `arcuate analyze` of recordings with spikes, each a session: the results go to `output`, or, ""
/// and one recording, in the place of those that it has. Returns them. Throws ConfigError,
/// DataError, EnvironmentError.
SpikeResults analyse_recordings(const std::vector<std::string>& recordings,
                                const std::vector<std::string>& settings, const std::string& output,
                                bool overwrite);

/// What is found so far in the spikes of a run of the study that is not whole yet: `until` [s] its
/// last one. Thresholds depend on all spikes, so that it may differ from what the end finds. Throws
/// ConfigError: there is no such run, or it has no spikes yet.
struct RunningSpikes {
  SpikeResults results;
  std::string list;
  double until = 0.0;
};
RunningSpikes analyse_running(const SpikingStudy& study, const std::vector<std::string>& settings);

}  // namespace arcuate::io

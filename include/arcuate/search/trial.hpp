#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/comm/communicator.hpp"
#include "arcuate/search/objective.hpp"

/// One candidate: a study with changes, simulated, and what is kept of it.
namespace arcuate::search {

/// What all candidates of a search have in common. The same on all ranks.
struct TrialSetup {
  std::string study;                   ///< text of the file
  std::string path;                    ///< of the file, for messages and relative inputs
  std::vector<std::string> overrides;  ///< of the command line: "path=value"
  bool neurons = false;                ///< it is of spiking neurons
  bool steady = false;                 ///< of those: the mean field
  bool simulate = true;
  /// Losses of what is simulated, by condition (subjects of a cohort); none: of a sweep.
  std::vector<std::vector<Term>> conditions;
  bool tune_inhibition = false;  ///< before each simulation
  /// Weight of the mean squared deviation [Hz2] of rates from the target of the study's
  /// `tune_inhibition`, a term after those of the conditions; 0: none.
  double inhibition = 0.0;
  bool keep_features = false;  ///< of the study
  std::string recordings;      ///< folder in which candidates leave their recordings, or ""
  std::string states;          ///< folder of checkpoints of candidates that are not done, or ""
  double every = 0.0;          ///< [s] between two of a candidate; 0: only when it is stopped
  std::string crashes;         ///< file in which processes that end note their candidate, or ""
  std::string session;         ///< of the job: tells its runs apart there
  int threads = 1;             ///< of each rank
};

/// A candidate.
struct Order {
  std::uint64_t id = 0;
  std::size_t condition = 0;         ///< of TrialSetup::conditions, where there are some
  std::vector<std::string> changes;  ///< "path=value", after the overrides of the command line
  std::string name{};                ///< of its recording; "": its number
  bool keeps_state = false;          ///< it may go on longer
  /// (n_regions) by which simulations moved the weights of another candidate: tuning starts there.
  std::vector<double> correction{};
};

/// An array of a feature of a candidate.
struct KeptArray {
  std::string feature;
  std::string name;
  std::string unit;
  std::vector<analysis::Axis> axes;
  std::vector<double> values;  ///< in C order
};

/// What is known of a candidate that was simulated.
struct Outcome {
  std::vector<TermValue> terms;
  std::vector<KeptArray> features;
  std::string recording;              ///< the file, or ""
  std::vector<std::string> warnings;  ///< of the study
  std::vector<std::string> notes;     ///< of features and losses: conventions, what was left out
  double simulated = 0.0;             ///< [s] of model time, without what a checkpoint had
};

/// The "feature" that keeps inhibitory weights that were tuned: an array by region whose name is
/// the path of the weight in a study.
constexpr const char* tuned_weights = "tuned_inhibition";

/// The feature that says how weights were tuned by simulation: how many there were, and by how much
/// they moved the weights that the candidate has without.
constexpr const char* tuning_feature = "tuning";
constexpr const char* tuning_correction = "correction";

std::string write_order(const Order& order);
Order read_order(const std::string& text);
std::string write_outcome(const Outcome& outcome);
Outcome read_outcome(const std::string& text);

/// Whether a candidate should stop, asked now and then; the same on all ranks.
using ShouldStop = std::function<bool()>;

/// Runs candidates one after another on the ranks of a communicator. What several have in common
/// (the connectome, targets) is read once.
class Trials {
 public:
  /// The setup must outlive it.
  explicit Trials(const TrialSetup& setup);
  ~Trials();

  /// On rank 0 the outcome, elsewhere none. `order`: of rank 0. Throws on all ranks or on none;
  /// after a throw the next candidate can be run. An empty outcome where `stop` said so.
  /// Collective.
  Outcome run(const comm::Communicator& team, const Order& order, const ShouldStop& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcuate::search

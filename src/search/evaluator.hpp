#pragma once

#include <memory>
#include <string>

#include "arcuate/search/trial.hpp"

/// What candidates evaluate: one kind for each kind of study. Farm, journal, table and searches
/// know nothing else of them.
namespace arcuate::search {

class Evaluator {
 public:
  Evaluator() = default;
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;
  virtual ~Evaluator() = default;

  /// As Trials::run().
  virtual Outcome run(const comm::Communicator& team, const Order& order,
                      const ShouldStop& stop) = 0;
};

/// Networks of regions: features and losses of what monitors sample.
std::unique_ptr<Evaluator> evaluator_of_regions(const TrialSetup& setup);
/// Networks of spiking neurons, their mean field, or both: what is found in spikes and fixed
/// points.
std::unique_ptr<Evaluator> evaluator_of_neurons(const TrialSetup& setup);

/// Arrays of a feature, as candidates keep them.
void keep(const std::string& feature, const analysis::Result& result, Outcome& outcome);

/// Its recording is called so.
std::string name_of(const Order& order);
/// What its checkpoints are called, or "": candidates with a recording, which would have to go on
/// too, have none.
std::string state_of(const TrialSetup& setup, const Order& order);
/// The file of the recording, or "".
std::string recording_of(const TrialSetup& setup, const Order& order);

}  // namespace arcuate::search

#pragma once

#include <vector>

#include "arcuate/engine/spec.hpp"
#include "arcuate/network/connectome.hpp"

/// The reference loop: one rank, one thread, one step and one region at a time, every delayed value
/// gathered by itself. The fast engine must equal it bit for bit.
namespace arcuate::engine {

/// States after steps 1 .. spec.steps: (steps, n_states, n_regions). With several models n_states
/// and n_inputs are those of the model that has most; what a region's model does not have is 0.
struct ReferenceRun {
  std::vector<double> states;
  std::vector<double>
      inputs;  ///< (steps, n_inputs, n_regions) of the first stage of the step that ended there
};
ReferenceRun run_reference(const SimulationSpec& spec, const network::Connectome& connectome);

}  // namespace arcuate::engine

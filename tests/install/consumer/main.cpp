#include <cmath>
#include <iostream>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/model/entry.hpp"

// A program of a user's own: a study from text, run by the installed library.

namespace {

constexpr const char* text = R"(
connectome: { generator: { name: spatial, regions: 20, degree: 6 }, normalize: region_sum }
model: { name: Generic2dOscillator }
coupling: { name: linear, gain: 0.1 }
noise: { V: 0.01 }
duration: 100 ms
)";

}  // namespace

int main(int argc, char** argv) {
  using namespace arcuate;
  const comm::Session session(argc, argv);
  const comm::Communicator world(MPI_COMM_WORLD);
  const io::Study study = io::parse_study(text, "consumer", {});
  network::Connectome connectome = io::load_connectome(study);
  const engine::SimulationSpec spec = io::resolve(study, connectome).simulation;
  const std::vector<std::int32_t> owner(20, 0);
  engine::Simulation simulation(world, spec,
                                engine::distribute(world, std::move(connectome), owner, spec), {});
  engine::require_convergence(simulation.run(spec.steps), spec);
  const double V = simulation.state(0, 0);
  std::cout << "models " << model::catalogue().size() << ", V " << V << '\n';
  return simulation.now() == 1000 && std::isfinite(V) && V != 0.0 ? 0 : 1;
}

#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/memory.hpp"
#include "arcuate/core/types.hpp"

/// What `simulate` and `continue` do.
namespace arcuate::app {

using Clock = std::chrono::steady_clock;

struct SimulateArguments {
  std::string file;
  std::vector<std::string> overrides;
  int threads = 0;
  Step chunk = 0;
  Step block = 0;
  bool quiet = false;
  bool overwrite = false;
  bool resume = false;
  double checkpoint_every = -1.0;  ///< [min]; below 0: as the study says
  double most_hours = 0.0;         ///< 0: no limit
  double watchdog = 10.0;          ///< [min] 0: none
  std::string on_usr1 = "stop";
  std::string status;  ///< file that says how far the run is, or ""
  Clock::time_point began = Clock::now();                 ///< --maxh is counted from here
  std::int64_t idle_bytes = core::peak_resident_bytes();  ///< before anything was computed
  std::string from;  ///< a recording from whose end the run goes on, or ""
};

/// study file -> connectome -> partition -> engine -> monitors -> recording; of a protocol, one
/// phase after the other. Collective.
void simulate(const comm::Communicator& world, const SimulateArguments& arguments);
/// The same of a study that is no protocol.
void simulate_one(const comm::Communicator& world, const SimulateArguments& arguments);

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace arcuate::app

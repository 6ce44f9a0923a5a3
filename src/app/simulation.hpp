#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/types.hpp"

/// What `simulate` and `continue` do.
namespace arcuate::app {

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
  std::string from;  ///< a recording from whose end the run goes on, or ""
};

/// study file -> connectome -> partition -> engine -> monitors -> recording. Collective.
void simulate(const comm::Communicator& world, const SimulateArguments& arguments);

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace arcuate::app

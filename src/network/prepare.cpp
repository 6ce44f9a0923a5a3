#include "arcuate/network/prepare.hpp"

#include <fmt/format.h>

#include <cmath>

#include "arcuate/core/error.hpp"

namespace arcuate::network {

std::vector<double> delays_ms(const Connectome& connectome, double speed) {
  if (!(speed > 0.0)) {
    throw ConfigError(
        fmt::format("connectome: speed: {} is not allowed: expected a number > 0 [mm/ms] or inf "
                    "(undelayed)",
                    speed));
  }
  if (!connectome.delay.empty()) return connectome.delay;
  std::vector<double> delays(connectome.source.size(), 0.0);
  if (std::isinf(speed) || connectome.length.empty()) return delays;
  for (GlobalIndex e = 0; e < connectome.n_edges(); ++e)
    delays[static_cast<std::size_t>(e)] = delay_ms(connectome, e, speed);
  return delays;
}

}  // namespace arcuate::network

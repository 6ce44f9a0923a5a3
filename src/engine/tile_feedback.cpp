#include "tile_feedback.hpp"

#include <algorithm>
#include <array>

namespace arcuate::engine {
namespace {

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}
std::size_t index_of(model::Phase phase) {
  return static_cast<std::size_t>(phase);
}

}  // namespace

void TileFeedback::complete(int step, model::Phase phase, const double* state,
                            double* input) const {
  const std::size_t at = z(tile_) * lanes;
  std::array<double, lanes> observed;
  std::array<double, lanes * most_link_parts> completed;
  std::array<double, lanes> result;
  StepParameters parameters = plan_.parameters(tile_, static_cast<Series>(phase), scratch_);
  parameters.first += step * parameters.stride;
  for (const auto& link : plan_.channels.links) {
    const double* own = state + link.observable * lanes;
    if (link.observable >= plan_.n_states) {
      plan_.observe(link.observable, 1, state, parameters, observed.data());
      own = observed.data();
    }
    const double* sums = sums_of(link, step, phase, own, completed.data());
    plan_.channels.target.apply(lanes, sums, own, plan_.of_lanes.strength[link.squared].data() + at,
                                result.data());
    double* to = input + link.input * lanes;
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane)
      to[lane] += result[z(lane)];
  }
}

const double* TileFeedback::sums_of(const ChannelPlan::LinkChannels& link, int step,
                                    model::Phase phase, const double* own, double* room) const {
  const auto row = [&](int part) {
    return scratch_.sums[index_of(phase)].data() +
           (z(link.first + part) * z(plan_.sizes.block) + z(step)) * lanes;
  };
  const auto& self = plan_.of_lanes.self[link.squared];
  if (self.empty() && link.parts == 1) return row(0);
  std::array<double, lanes> sent;
  for (int part = 0; part < link.parts; ++part) {
    std::copy_n(row(part), lanes, room + part * lanes);
    if (self.empty()) continue;
    plan_.channels.source.apply(lanes, own, sent.data(), part);
    for (int lane = 0; lane < lanes; ++lane) {
      double& sum = room[part * lanes + lane];
      sum = __builtin_fma(self[z(tile_) * lanes + z(lane)], sent[z(lane)], sum);
    }
  }
  return room;
}

}  // namespace arcuate::engine

#include "tile_feedback.hpp"

#include <algorithm>
#include <array>

namespace arcuate::engine {
namespace {

constexpr int lanes = model::lanes;

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
  std::array<double, lanes * most_parts> completed;
  std::array<double, lanes> result;
  TilePass::StepParameters parameters =
      pass_.parameters(tile_, static_cast<Series>(phase), scratch_);
  parameters.first += step * parameters.stride;
  for (const auto& link : pass_.channels_.links) {
    const double* own = state + link.observable * lanes;
    if (link.observable >= pass_.n_states_) {
      pass_.observe(link.observable, 1, state, parameters, observed.data());
      own = observed.data();
    }
    const double* sums = sums_of(link, step, phase, own, completed.data());
    pass_.channels_.target.apply(lanes, sums, own, pass_.strength_[link.squared].data() + at,
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
           (z(link.first + part) * z(pass_.plan_.block) + z(step)) * lanes;
  };
  const auto& self = pass_.self_[link.squared];
  if (self.empty() && link.parts == 1) return row(0);
  std::array<double, lanes> sent;
  for (int part = 0; part < link.parts; ++part) {
    std::copy_n(row(part), lanes, room + part * lanes);
    if (self.empty()) continue;
    pass_.channels_.source.apply(lanes, own, sent.data(), part);
    for (int lane = 0; lane < lanes; ++lane) {
      double& sum = room[part * lanes + lane];
      sum = __builtin_fma(self[z(tile_) * lanes + z(lane)], sent[z(lane)], sum);
    }
  }
  return room;
}

}  // namespace arcuate::engine

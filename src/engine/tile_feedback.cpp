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
  std::array<double, lanes * most_link_parts> room;
  for (const auto& link : plan_.channels.links) {
    const double* own = state + link.observable * lanes;
    if (link.observable >= plan_.n_states) {
      observe(link.observable, step, phase, state, observed.data());
      own = observed.data();
    }
    const double* sums = scratch_.sums[index_of(phase)].data() +
                         (z(link.first) * z(plan_.sizes.block) + z(step)) * lanes;
    const double* second = link.parts > 1 ? sums + z(plan_.sizes.block) * lanes : sums;
    if (!plan_.of_lanes.self[link.squared].empty()) {
      add_self(link, own, sums, second, room.data());
      sums = room.data();
      second = sums + lanes;
    }
    double* to = input + link.input * lanes;
    if (plan_.channels.target.uses_target()) {
      plan_.channels.target.add_row(sums, second, own,
                                    plan_.of_lanes.strength[link.squared].data() + at, to);
    } else {
      add_function_of_sum(sums, to);
    }
  }
}

void TileFeedback::observe(int observable, int step, model::Phase phase, const double* state,
                           double* out) const {
  StepParameters parameters = plan_.parameters(tile_, static_cast<Series>(phase), scratch_);
  parameters.first += step * parameters.stride;
  plan_.observe(observable, 1, state, parameters, out);
}

void TileFeedback::add_function_of_sum(const double* sums, double* to) const {
  std::array<double, lanes> result;
  plan_.channels.target.apply(lanes, sums, nullptr, nullptr, result.data());
#pragma omp simd
  for (int lane = 0; lane < lanes; ++lane)
    to[lane] += result[z(lane)];
}

void TileFeedback::add_self(const ChannelPlan::LinkChannels& link, const double* own,
                            const double* sums, const double* second, double* room) const {
  const double* self = plan_.of_lanes.self[link.squared].data() + z(tile_) * lanes;
  std::array<double, lanes * most_link_parts> sent;
  plan_.channels.source.apply_parts(lanes, own, sent.data(), lanes);
  for (int part = 0; part < link.parts; ++part) {
    const double* row = part == 0 ? sums : second;
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane) {
      room[part * lanes + lane] =
          __builtin_fma(self[lane], sent[z(part * lanes + lane)], row[lane]);
    }
  }
}

}  // namespace arcuate::engine

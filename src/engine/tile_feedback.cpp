#include "tile_feedback.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "arcuate/core/index.hpp"

namespace arcuate::engine {
namespace {

std::size_t index_of(model::Phase phase) {
  return static_cast<std::size_t>(phase);
}

/// One more share of the sums, of which they hold what Real can hold.
template <class Real>
void add_product(const double* weight, const double* value, const double* sum, double* out) {
#pragma omp simd
  for (int lane = 0; lane < lanes; ++lane) {
    out[lane] = std::fma(static_cast<Real>(weight[lane]), static_cast<Real>(value[lane]),
                         static_cast<Real>(sum[lane]));
  }
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
                         (z(link.first) * z(plan_.sizes.scratch_steps()) + z(step)) * lanes;
    const double* second = link.parts > 1 ? sums + z(plan_.sizes.scratch_steps()) * lanes : sums;
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
  with_real(plan_.sizes.past_stored, [&]<class Real>() {
    for (int part = 0; part < link.parts; ++part)
      add_product<Real>(self, sent.data() + part * lanes, part == 0 ? sums : second,
                        room + part * lanes);
  });
}

}  // namespace arcuate::engine

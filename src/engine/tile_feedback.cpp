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
  std::array<double, lanes * most_parts> room;
  for (const auto& link : pass_.channels_.links) {
    const double* own = state + link.observable * lanes;
    if (link.observable >= pass_.n_states_) {
      observe(link.observable, step, phase, state, observed.data());
      own = observed.data();
    }
    const double* sums = scratch_.sums[index_of(phase)].data() +
                         (z(link.first) * z(pass_.plan_.block) + z(step)) * lanes;
    const double* second = link.parts > 1 ? sums + z(pass_.plan_.block) * lanes : sums;
    if (!pass_.self_[link.squared].empty()) {
      add_self(link, own, sums, second, room.data());
      sums = room.data();
      second = sums + lanes;
    }
    double* to = input + link.input * lanes;
    if (pass_.channels_.target.uses_target()) {
      pass_.channels_.target.add_row(sums, second, own, pass_.strength_[link.squared].data() + at,
                                     to);
    } else {
      add_function_of_sum(sums, to);
    }
  }
}

void TileFeedback::observe(int observable, int step, model::Phase phase, const double* state,
                           double* out) const {
  TilePass::StepParameters parameters =
      pass_.parameters(tile_, static_cast<Series>(phase), scratch_);
  parameters.first += step * parameters.stride;
  pass_.observe(observable, 1, state, parameters, out);
}

void TileFeedback::add_function_of_sum(const double* sums, double* to) const {
  std::array<double, lanes> result;
  pass_.channels_.target.apply(lanes, sums, nullptr, nullptr, result.data());
#pragma omp simd
  for (int lane = 0; lane < lanes; ++lane)
    to[lane] += result[z(lane)];
}

void TileFeedback::add_self(const ChannelPlan::LinkChannels& link, const double* own,
                            const double* sums, const double* second, double* room) const {
  const double* self = pass_.self_[link.squared].data() + z(tile_) * lanes;
  std::array<double, lanes * most_parts> sent;
  pass_.channels_.source.apply_parts(lanes, own, sent.data(), lanes);
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

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <vector>

#include "arcuate/core/aligned.hpp"
#include "arcuate/core/random.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/local_network.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/model/entry.hpp"
#include "arcuate/network/connectome.hpp"
#include "engine/far_kernel.hpp"

/// The networks that the gates are stated for, and the loops that the engine is measured against.
namespace arcuate::bench {

inline constexpr double dt = 0.1;  // [ms]

inline double draw(std::uint32_t what, std::int64_t index) {
  return random::uniform01({1, 77}, what, index);
}

using Place = std::array<double, 3>;  // [mm]

inline double distance(const Place& a, const Place& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// A random place in the outer part of a brain-sized ellipsoid.
inline Place draw_place(std::int64_t index) {
  constexpr std::array half_axis{65.0, 85.0, 55.0};
  const double z = 2.0 * draw(7, index) - 1.0;
  const double angle = 2.0 * std::numbers::pi * draw(8, index);
  const double ring = std::sqrt(1.0 - z * z);
  const double radius = std::cbrt(0.6 + 0.4 * draw(9, index));
  return {half_axis[0] * radius * ring * std::cos(angle),
          half_axis[1] * radius * ring * std::sin(angle), half_axis[2] * radius * z};
}

/// Random places at least 1.5 mm apart.
inline std::vector<Place> draw_places(GlobalIndex regions) {
  std::vector<Place> places;
  for (std::int64_t index = 0; places.size() < static_cast<std::size_t>(regions); ++index) {
    const Place place = draw_place(index);
    if (std::all_of(places.begin(), places.end(),
                    [&](const Place& other) { return distance(place, other) >= 1.5; }))
      places.push_back(place);
  }
  return places;
}

/// All to all without self-loops. Tract lengths are 1.4 times the distances of regions on random
/// places, the speed is 4 mm/ms: delays up to 55 ms, half of them between 23 and 40 ms.
inline network::Connectome dense_network(GlobalIndex regions) {
  network::Connectome c;
  const std::vector<Place> places = draw_places(regions);
  c.row.push_back(0);
  for (GlobalIndex i = 0; i < regions; ++i) {
    for (GlobalIndex j = 0; j < regions; ++j) {
      if (i == j) continue;
      const double length =
          1.4 * distance(places[static_cast<std::size_t>(i)], places[static_cast<std::size_t>(j)]);
      c.source.push_back(static_cast<LocalIndex>(j));
      c.weight.push_back(draw(2, i * regions + j));
      c.delay.push_back(static_cast<float>(dt * std::round(length / 4.0 / dt)));
    }
    c.row.push_back(static_cast<GlobalIndex>(c.source.size()));
  }
  return c;
}

/// `degree` sources drawn for each region, one from each of `degree` equal ranges; delays of 16 to
/// 115 steps. No locality at all: the worst case for a cache.
inline network::Connectome random_network(GlobalIndex regions, GlobalIndex degree) {
  network::Connectome c;
  c.row.push_back(0);
  const double width = static_cast<double>(regions) / static_cast<double>(degree);
  for (GlobalIndex i = 0; i < regions; ++i) {
    for (GlobalIndex k = 0; k < degree; ++k) {
      const std::int64_t pair = i * degree + k;
      const double source = (static_cast<double>(k) + draw(3, pair)) * width;
      c.source.push_back(static_cast<LocalIndex>(source));
      c.weight.push_back(draw(4, pair));
      c.delay.push_back(static_cast<float>(dt * std::floor(16.0 + 100.0 * draw(5, pair))));
    }
    c.row.push_back(static_cast<GlobalIndex>(c.source.size()));
  }
  return c;
}

/// One link along all edges: the rest does not matter to the sums.
inline engine::SimulationSpec plain_spec() {
  engine::SimulationSpec spec;
  spec.populations.resize(1);
  spec.populations[0].model = model::find("Linear");
  spec.populations[0].links.resize(1);
  spec.dt = dt;
  spec.method = model::Method::heun;
  return spec;
}

/// The network as the only rank sees it.
inline engine::LocalNetwork whole(const network::Connectome& c,
                                  const engine::SimulationSpec& spec) {
  engine::LocalNetwork n;
  n.n_regions = c.n_regions();
  n.owner.assign(static_cast<std::size_t>(n.n_regions), 0);
  n.owned.resize(n.owner.size());
  std::iota(n.owned.begin(), n.owned.end(), GlobalIndex{0});
  n.row = c.row;
  n.source = c.source;
  n.weight = c.weight;
  engine::Delays delays(c, spec);
  n.block = delays.block();
  n.delay = std::move(delays).take_steps();
  return n;
}

/// Far shares of a network with histories full of random numbers.
struct FarProblem {
  engine::EdgePlan plan;
  AlignedVector<double> arena;
  AlignedVector<double> sums;
  Step base = 0;

  FarProblem(const network::Connectome& c, const engine::SimulationSpec& spec,
             LocalIndex source_tile = 0)
      : plan(engine::plan_edges(whole(c, spec), spec, {1, 0, source_tile, 0})),
        arena(plan.arena_size),
        sums(static_cast<std::size_t>(plan.block) * static_cast<std::size_t>(c.n_regions())) {
    for (std::size_t i = 0; i < arena.size(); ++i)
      arena[i] = 2.0 * draw(6, static_cast<std::int64_t>(i % 100003)) - 1.0;
  }

  [[nodiscard]] const engine::FarEdges& edges() const { return plan.series.front().far.front(); }
  [[nodiscard]] LocalIndex targets() const {
    return static_cast<LocalIndex>(sums.size() / static_cast<std::size_t>(plan.block));
  }
  /// The sums of the next block, as the engine computes them.
  void sum_block() {
    engine::sum_far(edges(), arena.data() + base, plan.block, targets(), sums.data());
    base = (base + plan.block) % plan.slack;
  }
  /// A block of sums where time stands at `at`, by the kernel or by the scalar loop.
  [[nodiscard]] AlignedVector<double> sums_at(Step at, bool scalar) const {
    AlignedVector<double> result(sums.size());
    if (scalar) {
      engine::sum_far_scalar(edges(), arena.data() + at, plan.block, targets(), result.data());
    } else {
      engine::sum_far(edges(), arena.data() + at, plan.block, targets(), result.data());
    }
    return result;
  }
};

/// The loop that simulators write: rows of edges, a ring of a power of two per source, one gather
/// per edge and step with index arithmetic and mask. Only far shares, so that sums compare.
class RingGather {
 public:
  RingGather(const network::Connectome& c, const FarProblem& problem) {
    const auto& slots = problem.plan.slots;
    std::int32_t longest = 0;
    for (std::int32_t lag : slots.longest_lag)
      longest = std::max(longest, lag);
    while (length_ < static_cast<std::uint32_t>(longest + problem.plan.block))
      length_ *= 2;
    ring_.resize(static_cast<std::size_t>(slots.size()) * length_);
    for (LocalIndex s = 0; s < slots.size(); ++s) {
      const auto slot = static_cast<std::size_t>(s);
      const double* newest = problem.arena.data() + problem.plan.row_start[slot];
      for (std::int32_t lag = -problem.plan.block + 1; lag <= slots.longest_lag[slot]; ++lag)
        ring_[slot * length_ + (static_cast<std::uint32_t>(-lag) & (length_ - 1))] = newest[-lag];
    }
    row_.push_back(0);
    for (std::size_t i = 0; i + 1 < c.row.size(); ++i) {
      for (auto e = static_cast<std::size_t>(c.row[i]); e < static_cast<std::size_t>(c.row[i + 1]);
           ++e) {
        const auto lag =
            static_cast<std::int32_t>(std::lround(static_cast<double>(c.delay[e]) / dt));
        if (lag < problem.plan.block - 1) continue;
        source_.push_back(c.source[e]);
        lag_.push_back(lag);
        weight_.push_back(c.weight[e]);
      }
      row_.push_back(static_cast<GlobalIndex>(source_.size()));
    }
    sums_.resize(c.row.size() - 1);
  }

  /// All sums of the step at time `now`.
  [[gnu::noinline]] const std::vector<double>& sum_step(std::uint32_t now) {
    const std::uint32_t mask = length_ - 1;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      double sum = 0.0;
      for (auto e = static_cast<std::size_t>(row_[i]); e < static_cast<std::size_t>(row_[i + 1]);
           ++e) {
        const double* x = ring_.data() + static_cast<std::size_t>(source_[e]) * length_;
        sum = __builtin_fma(weight_[e], x[(now - static_cast<std::uint32_t>(lag_[e])) & mask], sum);
      }
      sums_[i] = sum;
    }
    return sums_;
  }
  [[nodiscard]] double edges() const { return static_cast<double>(source_.size()); }

 private:
  std::uint32_t length_ = 1;
  std::vector<double> ring_;
  std::vector<GlobalIndex> row_;
  std::vector<LocalIndex> source_;
  std::vector<std::int32_t> lag_;
  std::vector<double> weight_;
  std::vector<double> sums_;
};

/// The best such loop for a large network: no ring, the place of every value computed beforehand.
class OffsetGather {
 public:
  OffsetGather(const network::Connectome& c, const FarProblem& problem)
      : arena_(problem.arena), row_(c.row), weight_(c.weight), sums_(c.row.size() - 1) {
    offset_.reserve(c.source.size());
    for (std::size_t e = 0; e < c.source.size(); ++e) {
      const auto lag = std::lround(static_cast<double>(c.delay[e]) / dt);
      offset_.push_back(problem.plan.row_start[static_cast<std::size_t>(c.source[e])] -
                        static_cast<std::uint32_t>(lag));
    }
  }

  [[gnu::noinline]] const std::vector<double>& sum_step(std::uint32_t now) {
    const double* history = arena_.data() + now;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      double sum = 0.0;
      for (auto e = static_cast<std::size_t>(row_[i]); e < static_cast<std::size_t>(row_[i + 1]);
           ++e)
        sum = __builtin_fma(weight_[e], history[offset_[e]], sum);
      sums_[i] = sum;
    }
    return sums_;
  }

 private:
  const AlignedVector<double>& arena_;
  const std::vector<GlobalIndex>& row_;
  const std::vector<double>& weight_;
  std::vector<std::uint32_t> offset_;
  std::vector<double> sums_;
};

}  // namespace arcuate::bench

#include "arcuate/steady/fixed_points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "arcuate/core/index.hpp"
#include "arcuate/core/random.hpp"
#include "problem.hpp"

namespace arcuate::steady {
namespace {

constexpr std::uint32_t start_stream = 9001;  // of no other draws
constexpr int relaxing_steps = 150;

/// The state at t = 0; of drawn ones the middle of what they are drawn from.
double initial_of(const engine::SimulationSpec& spec, GlobalIndex region, std::size_t k) {
  if (spec.history) {
    const engine::InitialHistory& history = *spec.history;
    const std::size_t states = spec.at(region).model->info.states.size();
    const std::size_t regions = history.values.size() / (z(history.samples) * states);
    return history.values[(z(history.samples - 1) * states + k) * regions + z(region)];
  }
  const engine::InitialValue& initial = spec.at(region).initial[k];
  if (!initial.uniform) return initial.value(region);
  return 0.5 * (initial.uniform->low + initial.uniform->high);
}

/// Where a drawn start may be: the usual range, of some starts `times` as wide.
model::Range drawn_from(const model::StateInfo& state, const model::Range& bounds, double times) {
  model::Range range = state.range;
  const bool usable = std::isfinite(range.low) && std::isfinite(range.high);
  if (!usable) range = {state.initial - 1.0, state.initial + 1.0};
  const double more = 0.5 * (times - 1.0) * (range.high - range.low);
  range = {range.low - more, range.high + more};
  return {std::max(range.low, bounds.low), std::min(range.high, bounds.high)};
}

std::vector<double> start_state(const equilibrium::RestingNetwork& network,
                                const SearchOptions& options, int start) {
  const engine::SimulationSpec& spec = network.spec();
  std::vector<double> state;
  for (const GlobalIndex region : network.network().owned) {
    const auto& states = spec.at(region).model->info.states;
    const bool common = start % 2 == 1;
    const auto who = common ? 0xffffffffU - static_cast<std::uint32_t>(spec.number_at(region))
                            : static_cast<std::uint32_t>(region);
    for (std::size_t k = 0; k < states.size(); ++k) {
      if (start == 0) {
        state.push_back(initial_of(spec, region, k));
        continue;
      }
      const random::Stream stream{options.seed, start_stream + static_cast<std::uint32_t>(k)};
      const model::Range range =
          drawn_from(states[k], network.bounds()[state.size()], start % 3 == 0 ? 3.0 : 1.0);
      state.push_back(range.low + (range.high - range.low) * random::uniform01(stream, who, start));
    }
  }
  return state;
}

/// Tries starts and keeps what is new.
class Search {
 public:
  explicit Search(const equilibrium::RestingNetwork& network)
      : network_(network), problem_(network) {}

  void try_start(const std::vector<double>& from, int start) {
    ++found_.starts;
    problem_.forget_singular();
    bool outside = false;
    for (const bool relaxed : {false, true}) {
      if (start == 0 && !relaxed) continue;
      const Vector x = problem_.vector_of(from);
      if (relaxed) problem_.relax(x.get(), relaxing_steps);
      problem_.repel(relaxed ? std::vector<std::vector<double>>{} : known_);
      const bool converged = problem_.newton(x.get());
      problem_.repel({});
      FixedPoint point;
      point.start = start;
      if (!converged || !problem_.finish(x.get(), point.residual, point.correction)) continue;
      point.state = problem_.state_of(x.get());
      if (!within_bounds(point.state)) {
        outside = true;
        continue;
      }
      keep(std::move(point));
      return;
    }
    ++(outside ? found_.outside : found_.unconverged);
    if (!outside && problem_.met_singular()) ++found_.singular;
  }

  /// Unstable points often lie between others: from the middles of pairs, `most` of them.
  void try_middles(int most) {
    int tried = 0;
    for (std::size_t a = 1; a < found_.points.size(); ++a) {
      for (std::size_t b = 0; b < a && tried < most; ++b, ++tried) {
        std::vector<double> middle(found_.points[a].state);
        for (std::size_t i = 0; i < middle.size(); ++i)
          middle[i] = 0.5 * (middle[i] + found_.points[b].state[i]);
        try_start(middle, found_.starts);
      }
    }
  }

  FixedPoints result() {
    found_.best_residual = problem_.best_residual();
    return std::move(found_);
  }

 private:
  bool within_bounds(const std::vector<double>& state) const {
    double beyond = 0.0;
    for (std::size_t i = 0; i < state.size(); ++i) {
      const model::Range& bounds = network_.bounds()[i];
      beyond = std::max({beyond, (bounds.low - state[i]) / network_.widths()[i],
                         (state[i] - bounds.high) / network_.widths()[i]});
    }
    return network_.comm().max(beyond) <= 1e-9;
  }

  void keep(FixedPoint&& point) {
    constexpr double same = 1e-6;
    std::vector<double> scaled(point.state);
    for (std::size_t i = 0; i < scaled.size(); ++i)
      scaled[i] /= network_.widths()[i];
    for (const std::vector<double>& other : known_) {
      double apart = 0.0;
      for (std::size_t i = 0; i < scaled.size(); ++i)
        apart = std::max(apart, std::abs(scaled[i] - other[i]) / std::max(1.0, std::abs(other[i])));
      if (network_.comm().max(apart) < same) return;
    }
    known_.push_back(std::move(scaled));
    found_.points.push_back(std::move(point));
  }

  const equilibrium::RestingNetwork& network_;
  Problem problem_;
  FixedPoints found_;
  std::vector<std::vector<double>> known_;
};

}  // namespace

FixedPoints find_fixed_points(const equilibrium::RestingNetwork& network,
                              const SearchOptions& options) {
  Search search(network);
  for (int start = 0; start < options.starts; ++start)
    search.try_start(start_state(network, options, start), start);
  search.try_middles(options.starts);
  return search.result();
}

bool converge(const equilibrium::RestingNetwork& network, FixedPoint& point) {
  Problem problem(network);
  const Vector x = problem.vector_of(point.state);
  problem.newton(x.get());
  const bool converged = problem.finish(x.get(), point.residual, point.correction);
  point.state = problem.state_of(x.get());
  return converged;
}

}  // namespace arcuate::steady

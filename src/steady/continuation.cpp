#include "arcuate/steady/continuation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/network/coupling.hpp"
#include "arcuate/steady/stability.hpp"
#include "problem.hpp"

namespace arcuate::steady {
namespace {

constexpr std::string_view of_models = "model.parameters.", of_coupling = "coupling.";
constexpr int roots_of_points = 12;

std::vector<std::string> paths_of(const engine::SimulationSpec& spec) {
  std::set<std::string> paths{"coupling.gain"};
  for (const engine::Population& population : spec.populations) {
    for (const model::ParameterInfo& parameter : population.model->info.parameters)
      paths.insert(std::string(of_models).append(parameter.name));
  }
  for (const network::CouplingInfo& info : network::couplings()) {
    if (info.form != spec.coupling.form) continue;
    for (const network::CouplingParameterInfo& parameter : info.parameters)
      paths.insert(std::string(of_coupling).append(parameter.name));
  }
  return {paths.begin(), paths.end()};
}

/// States over widths, and the parameter as a share of its range.
struct Place {
  Vector state;
  double parameter = 0.0;
};

/// What is known at a place.
struct Seen {
  Place at;
  Place tangent;
  std::vector<std::complex<double>> roots;
  int unstable = 0;
};

Vector copy_of(Vec from) {
  Vector copy;
  require(VecDuplicate(from, copy.fresh()), "VecDuplicate");
  require(VecCopy(from, copy.get()), "VecCopy");
  return copy;
}

Place copy_of(const Place& from) {
  return {copy_of(from.state.get()), from.parameter};
}

/// One branch at a time.
class Follower {
 public:
  Follower(equilibrium::RestingNetwork& network, const equilibrium::ContinueOptions& options)
      : network_(network),
        options_(options),
        parameter_(network.spec(), options.path),
        spec_(network.spec()),
        problem_(network) {}

  void set(double share) {
    parameter_.set(spec_, value_of(share));
    network_.change(spec_);
  }
  [[nodiscard]] double value_of(double share) const {
    return options_.from + share * (options_.to - options_.from);
  }

  /// From a fixed point at an end of the range into it.
  Branch trace(const std::vector<double>& state, double share) {
    Branch branch;
    Place start{problem_.vector_of(state), share};
    Place guess{problem_.fresh_vector(), share == 0.0 ? 1.0 : -1.0};
    require(VecSet(guess.state.get(), 0.0), "VecSet");
    Seen here = look(copy_of(start), guess);
    append(branch, here, Bifurcation::none);
    double step = 0.005;
    while (static_cast<int>(branch.points.size()) < options_.points) {
      std::optional<Seen> next = advance(here, step);
      if (!next) {
        branch.end = "no further point: the steps became too short";
        return branch;
      }
      if (next->at.parameter < 0.0 || next->at.parameter > 1.0) {
        end_at(branch, here, *next);
        return branch;
      }
      add_bifurcations(branch, here, *next);
      append(branch, *next, Bifurcation::none);
      here = std::move(*next);
    }
    branch.end = fmt::format("after {} points", options_.points);
    return branch;
  }

  [[nodiscard]] Problem& problem() { return problem_; }

 private:
  [[nodiscard]] double product(const Place& a, const Place& b) const {
    double states = 0.0;
    require(VecDot(a.state.get(), b.state.get(), &states), "VecDot");
    return states / static_cast<double>(network_.layout().unknowns) + a.parameter * b.parameter;
  }

  /// d rates / d parameter, over widths and the range.
  [[nodiscard]] Vector by_parameter(const Place& at) {
    constexpr double step = 1e-5;
    Vector high = problem_.fresh_vector(), low = problem_.fresh_vector();
    set(at.parameter + step);
    problem_.rates(at.state.get(), high.get());
    set(at.parameter - step);
    problem_.rates(at.state.get(), low.get());
    set(at.parameter);
    require(VecAXPY(high.get(), -1.0, low.get()), "VecAXPY");
    require(VecScale(high.get(), 0.5 / step), "VecScale");
    return high;
  }

  /// The direction along the branch, in the sense of `before`.
  std::optional<Place> tangent_at(const Place& at, const Place& before) {
    set(at.parameter);
    const Matrix jacobian = problem_.jacobian(at.state.get());
    const Vector slope = by_parameter(at);
    Place tangent{problem_.fresh_vector(), 1.0};
    if (!problem_.solver().solve(jacobian.get(), slope.get(), tangent.state.get()))
      return std::nullopt;
    require(VecScale(tangent.state.get(), -1.0), "VecScale");
    const double length = std::sqrt(product(tangent, tangent));
    const double sign = product(tangent, before) < 0.0 ? -1.0 : 1.0;
    require(VecScale(tangent.state.get(), sign / length), "VecScale");
    tangent.parameter *= sign / length;
    return tangent;
  }

  /// The point of the branch at `step` along the tangent of `from`: Newton's method with the
  /// distance as one more equation. Returns the iterations, 0: none.
  int correct(const Seen& from, double step, Place& at) {
    at = copy_of(from.at);
    require(VecAXPY(at.state.get(), step, from.tangent.state.get()), "VecAXPY");
    at.parameter += step * from.tangent.parameter;
    Vector rate = problem_.fresh_vector();
    Place by_rate{problem_.fresh_vector(), 0.0}, by_slope{problem_.fresh_vector(), 0.0};
    double last = std::numeric_limits<double>::infinity();
    for (int k = 1; k <= 12; ++k) {
      set(at.parameter);
      problem_.rates(at.state.get(), rate.get());
      const Matrix jacobian = problem_.jacobian(at.state.get());
      const Vector slope = by_parameter(at);
      if (!problem_.solver().solve(jacobian.get(), rate.get(), by_rate.state.get()) ||
          !problem_.solver().solve(jacobian.get(), slope.get(), by_slope.state.get()))
        return 0;
      Place away = copy_of(at);
      require(VecAXPY(away.state.get(), -1.0, from.at.state.get()), "VecAXPY");
      away.parameter -= from.at.parameter;
      const double excess = product(from.tangent, away) - step;
      const double change = (product(from.tangent, by_rate) - excess) /
                            (from.tangent.parameter - product(from.tangent, by_slope));
      require(VecAXPY(at.state.get(), -1.0, by_rate.state.get()), "VecAXPY");
      require(VecAXPY(at.state.get(), -change, by_slope.state.get()), "VecAXPY");
      at.parameter += change;
      double moved = 0.0, size = 0.0;
      require(VecAXPY(by_rate.state.get(), change, by_slope.state.get()), "VecAXPY");
      require(VecNorm(by_rate.state.get(), NORM_INFINITY, &moved), "VecNorm");
      require(VecNorm(at.state.get(), NORM_INFINITY, &size), "VecNorm");
      moved = std::max(moved / std::max(1.0, size), std::abs(change));
      if (!std::isfinite(moved) || moved > 1.0) return 0;
      if (moved < 1e-13 || (moved < 1e-9 && moved >= 0.5 * last)) return k;
      last = moved;
    }
    return last < 1e-9 ? 12 : 0;
  }

  Seen look(Place&& at, const Place& before) {
    Seen seen;
    seen.at = std::move(at);
    std::optional<Place> tangent = tangent_at(seen.at, before);
    seen.tangent = tangent ? std::move(*tangent) : copy_of(before);
    set(seen.at.parameter);
    const std::vector<double> state = problem_.state_of(seen.at.state.get());
    const Delays delays = network_.longest_delay() > 0.0 ? Delays::all : Delays::none;
    const Spectrum spectrum =
        rightmost(network_, network_.linearise(state), roots_of_points, delays);
    seen.roots = spectrum.roots;
    for (const std::complex<double>& root : seen.roots)
      seen.unstable += root.real() > 0.0 ? 1 : 0;
    return seen;
  }

  /// The next point; the step adapts to how the branch bends.
  std::optional<Seen> advance(const Seen& here, double& step) {
    constexpr double shortest = 1e-8, longest = 0.02, straight = 0.97;
    for (; step >= shortest; step *= 0.5) {
      Place at;
      const int iterations = correct(here, step, at);
      if (iterations == 0) continue;
      Seen next = look(std::move(at), here.tangent);
      if (product(next.tangent, here.tangent) < straight && step > 1e-5) continue;
      if (iterations <= 5) step = std::min(longest, 1.5 * step);
      return next;
    }
    return std::nullopt;
  }

  void append(Branch& branch, const Seen& seen, Bifurcation kind) const {
    branch.points.push_back({value_of(seen.at.parameter), problem_.state_of(seen.at.state.get()),
                             seen.roots, seen.unstable, kind});
  }

  /// The pair of roots nearest to the imaginary axis; 0: there is none.
  static std::complex<double> critical(const Seen& seen) {
    std::complex<double> nearest = 0.0;
    for (const std::complex<double>& root : seen.roots) {
      if (root.imag() <= 0.0) continue;
      if (nearest.imag() == 0.0 || std::abs(root.real()) < std::abs(nearest.real())) nearest = root;
    }
    return nearest;
  }

  /// The point between two where a number changes its sign, by the secants of Illinois.
  template <class Number>
  std::optional<Seen> locate(const Seen& low, const Seen& high, const Number& number) {
    Place along = copy_of(high.at);
    require(VecAXPY(along.state.get(), -1.0, low.at.state.get()), "VecAXPY");
    along.parameter -= low.at.parameter;
    double a = 0.0, b = product(low.tangent, along), at_a = number(low), at_b = number(high);
    std::optional<Seen> best;
    for (int k = 0; k < 60 && std::abs(b - a) > 1e-12; ++k) {
      const bool usable = k % 4 != 3 && std::isfinite(at_a) && std::isfinite(at_b);
      const double middle = usable ? (a * at_b - b * at_a) / (at_b - at_a) : 0.5 * (a + b);
      Place at;
      if (correct(low, middle, at) == 0) return best;
      Seen seen = look(std::move(at), low.tangent);
      const double value = number(seen);
      best = std::move(seen);
      if (value == 0.0) break;
      if ((value > 0.0) == (at_b > 0.0)) {
        b = middle, at_b = value, at_a *= 0.5;
      } else {
        a = b, at_a = at_b, b = middle, at_b = value;
      }
      if (std::abs(value) < 1e-13) break;
    }
    return best;
  }

  void add_bifurcations(Branch& branch, const Seen& here, const Seen& next) {
    if (here.tangent.parameter * next.tangent.parameter < 0.0) {
      const auto turn = [](const Seen& seen) { return seen.tangent.parameter; };
      if (const auto fold = locate(here, next, turn)) append(branch, *fold, Bifurcation::fold);
      return;
    }
    if (here.unstable == next.unstable) return;
    const std::complex<double> a = critical(here), b = critical(next);
    const bool crosses = a.imag() > 0.0 && b.imag() > 0.0 && a.real() * b.real() < 0.0;
    if (std::abs(here.unstable - next.unstable) == 2 && crosses) {
      const auto growth = [](const Seen& seen) { return critical(seen).real(); };
      if (const auto hopf = locate(here, next, growth)) append(branch, *hopf, Bifurcation::hopf);
    } else if (std::abs(here.unstable - next.unstable) == 1) {
      append(branch, next, Bifurcation::branch_point);
    }
  }

  /// The last point, where the range ends.
  void end_at(Branch& branch, const Seen& here, const Seen& beyond) {
    const double share = beyond.at.parameter < 0.0 ? 0.0 : 1.0;
    set(share);
    FixedPoint last;
    const double part = (share - here.at.parameter) / (beyond.at.parameter - here.at.parameter);
    Place between = copy_of(here.at);
    require(VecScale(between.state.get(), 1.0 - part), "VecScale");
    require(VecAXPY(between.state.get(), part, beyond.at.state.get()), "VecAXPY");
    last.state = problem_.state_of(between.state.get());
    branch.end = share == 0.0 ? "begin of the range" : "end of the range";
    if (!converge(network_, last)) return;
    const Seen seen = look({problem_.vector_of(last.state), share}, here.tangent);
    add_bifurcations(branch, here, seen);
    append(branch, seen, Bifurcation::none);
  }

  equilibrium::RestingNetwork& network_;
  const equilibrium::ContinueOptions& options_;
  FollowedParameter parameter_;
  engine::SimulationSpec spec_;
  Problem problem_;
};

/// Whether a branch begins or ends in a state with this value of the parameter.
bool touches(const equilibrium::RestingNetwork& network, const Branch& branch, double value,
             const std::vector<double>& state) {
  for (const BranchPoint* end : {&branch.points.front(), &branch.points.back()}) {
    if (end->parameter != value) continue;
    double apart = 0.0;
    for (std::size_t i = 0; i < state.size(); ++i)
      apart = std::max(apart, std::abs(end->state[i] - state[i]) / network.widths()[i]);
    if (network.comm().max(apart) < 1e-5) return true;
  }
  return false;
}

}  // namespace

FollowedParameter::FollowedParameter(const engine::SimulationSpec& spec, const std::string& path)
    : path_(path) {
  const std::vector<std::string> paths = paths_of(spec);
  if (std::find(paths.begin(), paths.end(), path) == paths.end())
    throw ConfigError(fmt::format("steady.continue.path: there is no number {} in the study{}",
                                  path, hint(path, paths)));
  if (path.starts_with(of_models)) {
    name_ = path.substr(of_models.size());
    return;
  }
  name_ = path.substr(of_coupling.size());
  coupling_ = -2;
  for (const network::CouplingInfo& info : network::couplings()) {
    if (info.form != spec.coupling.form) continue;
    for (std::size_t p = 0; p < info.parameters.size(); ++p) {
      if (info.parameters[p].name == name_) coupling_ = static_cast<int>(p);
    }
  }
}

void FollowedParameter::set(engine::SimulationSpec& spec, double value) const {
  if (coupling_ == -2) {
    spec.coupling.gain = value;
  } else if (coupling_ >= 0) {
    for (const network::CouplingInfo& info : network::couplings()) {
      if (info.form != spec.coupling.form) continue;
      for (std::size_t p = spec.coupling.parameters.size(); p < info.parameters.size(); ++p)
        spec.coupling.parameters.push_back(info.parameters[p].value);
    }
    spec.coupling.parameters[z(coupling_)] = value;
  } else {
    for (engine::Population& population : spec.populations) {
      const int index = population.model->parameter(name_);
      if (index >= 0) population.parameters[z(index)] = RegionValues(value);
    }
  }
}

std::string name_of(Bifurcation kind) {
  switch (kind) {
    case Bifurcation::fold:
      return "fold";
    case Bifurcation::hopf:
      return "Hopf";
    case Bifurcation::branch_point:
      return "branch point";
    case Bifurcation::none:
      break;
  }
  return "";
}

std::vector<Branch> follow(equilibrium::RestingNetwork& network,
                           const equilibrium::ContinueOptions& options,
                           const SearchOptions& search) {
  std::vector<Branch> branches;
  Follower follower(network, options);
  for (const double share : {0.0, 1.0}) {
    follower.set(share);
    const double value = follower.value_of(share);
    for (const FixedPoint& point : find_fixed_points(network, search).points) {
      const bool known = std::any_of(branches.begin(), branches.end(), [&](const Branch& branch) {
        return touches(network, branch, value, point.state);
      });
      if (!known) branches.push_back(follower.trace(point.state, share));
      follower.set(share);
    }
  }
  if (branches.empty())
    throw UnconvergedError(fmt::format("steady.continue: no fixed point at {} = {} nor at {}",
                                       options.path, options.from, options.to));
  return branches;
}

}  // namespace arcuate::steady

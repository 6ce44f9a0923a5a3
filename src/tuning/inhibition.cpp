#include "arcuate/tuning/inhibition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <complex>
#include <limits>
#include <memory>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/engine/parameters.hpp"
#include "arcuate/equilibrium/eigenvalues.hpp"
#include "arcuate/equilibrium/resting_network.hpp"

namespace arcuate::tuning {

using namespace engine;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// The root of `f` between low and high, to the last bits; not a number when the ends have the same
/// sign.
template <class Function>
double root_between(const Function& f, double low, double high) {
  const double at_low = f(low), at_high = f(high);
  if (at_low == 0.0) return low;
  if (at_high == 0.0) return high;
  if (!(at_low * at_high < 0.0)) return none;
  const boost::math::tools::eps_tolerance<double> precise(51);
  std::uintmax_t most = 200;
  const auto [below, above] =
      boost::math::tools::toms748_solve(f, low, high, at_low, at_high, precise, most);
  return std::abs(f(below)) <= std::abs(f(above)) ? below : above;
}

/// A region of a model with an inhibitory weight, as functions of single numbers.
class Region {
 public:
  /// parameter: (Kernel::parameter_rows()).
  Region(const model::Entry& model, const model::Kernel& kernel, std::vector<double> parameter)
      : model_(model),
        kernel_(kernel),
        parameter_(std::move(parameter)),
        input_(model.info.inputs.size()),
        state_(model.info.states.size()),
        change_(state_.size()),
        weight_(model.parameter(model.info.fic.parameter)),
        rate_(model.observable(model.info.fic.rate)),
        excitatory_(model.state(model.info.fic.excitatory)),
        inhibitory_(model.state(model.info.fic.inhibitory)) {}

  std::vector<double>& input() { return input_; }

  /// The lowest equilibrium with the weight that the parameters have.
  BalancedRegion rest() {
    constexpr int pieces = 1000;
    const model::Range range = model_.info.states[z(excitatory_)].range;
    const auto change = [this](double e) {
      settle(e);
      return change_of(excitatory_);
    };
    for (int i = 0; i < pieces; ++i) {
      const double width = (range.high - range.low) / pieces;
      const double e = root_between(change, range.low + i * width, range.low + (i + 1) * width);
      if (std::isnan(e)) continue;
      settle(e);
      return found();
    }
    return {state_, none, none};
  }

  /// The equilibrium at that rate [Hz].
  BalancedRegion balance(double rate) {
    const model::Range range = model_.info.states[z(excitatory_)].range;
    const auto change = [&](double e) {
      settle(e);
      return balance_here(rate) ? change_of(excitatory_) : none;
    };
    const double e = root_between(change, range.low, range.high);
    if (std::isnan(e)) return {state_, none, none};
    settle(e);
    return balance_here(rate) ? found() : BalancedRegion{state_, none, none};
  }

  /// What the region sends to others.
  [[nodiscard]] double broadcast(int observable) const {
    return observe(observable, std::vector<double>(input_.size()));
  }

 private:
  [[nodiscard]] double observe(int observable, const std::vector<double>& input) const {
    const auto states = static_cast<int>(state_.size());
    if (observable < states) return state_[z(observable)];
    return kernel_.observe_one(observable - states, state_.data(), parameter_.data(), input.data());
  }

  [[nodiscard]] BalancedRegion found() const {
    return {state_, observe(rate_, input_), parameter_[z(weight_)]};
  }

  double change_of(int state) {
    kernel_.rhs_of_one(state_.data(), parameter_.data(), input_.data(), change_.data());
    return change_[z(state)];
  }

  /// The inhibitory state in equilibrium with that excitatory one.
  void settle(double excitatory) {
    state_[z(excitatory_)] = excitatory;
    const model::Range range = model_.info.states[z(inhibitory_)].range;
    state_[z(inhibitory_)] = root_between(
        [this](double i) {
          state_[z(inhibitory_)] = i;
          return change_of(inhibitory_);
        },
        range.low, range.high);
  }

  double rate_with(double weight) {
    parameter_[z(weight_)] = weight;
    kernel_.derive_of_one(parameter_.data());
    return observe(rate_, input_);
  }

  /// The weight that gives the rate in this state; false when there is none.
  bool balance_here(double rate) {
    constexpr double largest = 1e9;
    const auto excess = [&](double weight) { return rate_with(weight) - rate; };
    double low = 0.0, high = 1.0;
    while (excess(high) > 0.0 && high < largest)
      high *= 2.0;
    for (double down = 1.0; excess(low) < 0.0 && down < largest; down *= 2.0)
      low = -down;
    const double weight = root_between(excess, low, high);
    if (std::isnan(weight)) return false;
    rate_with(weight);
    return true;
  }

  const model::Entry& model_;
  const model::Kernel& kernel_;
  std::vector<double> parameter_, input_, state_, change_;
  int weight_, rate_, excitatory_, inhibitory_;
};

/// The network input of regions whose states do not change. (n_inputs, n_regions)
class ConstantInput {
 public:
  ConstantInput(const SimulationSpec& spec, const network::Connectome& connectome)
      : own_(spec.populations.front()),
        channels_(network::channels_of(spec.coupling.form)),
        connectome_(connectome),
        source_(spec.coupling),
        target_(spec.coupling, connectome.n_regions()) {}

  /// sent: (n_links, n_regions) what the sources of the links are.
  [[nodiscard]] std::vector<double> of(const std::vector<std::vector<double>>& sent) const {
    const GlobalIndex n = connectome_.n_regions();
    std::vector<double> input(own_.model->info.inputs.size() * z(n));
    const int parts = channels_;
    for (std::size_t link = 0; link < sent.size(); ++link) {
      std::vector<double> channel[2];
      for (int part = 0; part < parts; ++part) {
        channel[part].resize(z(n));
        source_.apply(static_cast<int>(n), sent[link].data(), channel[part].data(), part);
      }
      double* to = input.data() + z(own_.links[link].target) * z(n);
      for (GlobalIndex i = 0; i < n; ++i) {
        double sum[2] = {}, strength = 0.0, result = 0.0;
        for (GlobalIndex e = connectome_.row[z(i)]; e < connectome_.row[z(i) + 1]; ++e) {
          const double given = connectome_.weight[z(e)];
          const double weight = own_.links[link].squared_weights ? given * given : given;
          strength += weight;
          for (int part = 0; part < parts; ++part)
            sum[part] += weight * channel[part][z(connectome_.source[z(e)])];
        }
        target_.apply(1, sum, &sent[link][z(i)], &strength, &result);
        to[i] += result;
      }
    }
    return input;
  }

 private:
  const Population& own_;
  int channels_;
  const network::Connectome& connectome_;
  network::SourceFunction source_;
  network::TargetFunction target_;
};

/// Largest change between two arrays, relative to the numbers.
double difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, std::abs(a[i] - b[i]) / std::max(1.0, std::abs(b[i])));
  return largest;
}

double leading(const std::vector<double>& matrix, int n) {
  double greatest = -std::numeric_limits<double>::infinity();
  for (const std::complex<double>& value : equilibrium::eigenvalues(matrix, n))
    greatest = std::max(greatest, value.real());
  return greatest;
}

/// All regions on one rank. Delays do not matter without them.
LocalNetwork undelayed(const network::Connectome& connectome) {
  LocalNetwork local;
  local.n_regions = connectome.n_regions();
  local.owner.assign(z(local.n_regions), 0);
  local.owned = regions_of(local.owner, 0);
  local.row = connectome.row;
  local.source = connectome.source;
  local.weight = connectome.weight;
  local.delay.assign(local.source.size(), 0.0);
  return local;
}

}  // namespace

Stability stability_at(const SimulationSpec& spec, const network::Connectome& connectome,
                       const std::vector<std::vector<double>>& states) {
  const comm::Communicator alone = comm::Communicator::alone();
  const equilibrium::RestingNetwork network(alone, spec, undelayed(connectome));
  std::vector<double> state;
  for (const std::vector<double>& one : states)
    state.insert(state.end(), one.begin(), one.end());
  const equilibrium::LinearNetwork linear = network.linearise(state);
  Stability found{-std::numeric_limits<double>::infinity(), 0, none};
  for (std::size_t i = 0; i < states.size(); ++i) {
    const double own = leading(linear.regions[i].own, linear.regions[i].states);
    if (own <= found.region) continue;
    found.region = own;
    found.worst = static_cast<GlobalIndex>(i);
  }
  if (network.layout().unknowns <= most_linearised)
    found.network = leading(equilibrium::whole_jacobian(network, linear),
                            static_cast<int>(network.layout().unknowns));
  return found;
}

BalancedRegion resting_region(const model::Entry& model) {
  const auto kernel = model.make_kernel(model::Method::euler);
  std::vector<double> parameter(z(kernel->parameter_rows()));
  for (std::size_t p = 0; p < model.info.parameters.size(); ++p)
    parameter[p] = model.info.parameters[p].value;
  kernel->derive_of_one(parameter.data());
  return Region(model, *kernel, std::move(parameter)).rest();
}

namespace {

/// The model's equations do not know of a study's bounds: an equilibrium beyond them is none.
void require_within_bounds(const Population& own, const BalancedRegion& region,
                           const std::string& name) {
  for (std::size_t k = 0; k < own.bounds.size(); ++k) {
    const model::Range& bounds = own.bounds[k];
    if (region.state[k] >= bounds.low && region.state[k] <= bounds.high) continue;
    if (std::isnan(region.state[k])) continue;
    throw ConfigError(fmt::format(
        "tune_inhibition: at the target rate {} has {} = {:.6g}, which model.bounds keeps within "
        "{} to {}: no weight gives this rate",
        name, own.model->info.states[k].name, region.state[k], bounds.low, bounds.high));
  }
}

}  // namespace

std::vector<BalancedRegion> balanced_regions(const SimulationSpec& given,
                                             const network::Connectome& connectome,
                                             const InhibitionOptions& options) {
  constexpr int most_rounds = 100;
  constexpr double settled = 1e-13;
  SimulationSpec spec = given;
  Population& own = spec.populations.front();
  own.stimuli.clear();
  const model::Entry& model = *own.model;
  const auto kernel = kernel_of(own, spec.method);
  const GlobalIndex n = connectome.n_regions();
  const ConstantInput network(spec, connectome);
  std::vector<double> input(model.info.inputs.size() * z(n));
  std::vector<BalancedRegion> regions(z(n));
  // What a region broadcasts depends on its input only where inhibition is fed forward: a second
  // round then usually changes nothing.
  for (int round = 0; round < most_rounds; ++round) {
    std::vector<std::vector<double>> sent(own.links.size(), std::vector<double>(z(n)));
    for (GlobalIndex i = 0; i < n; ++i) {
      Region region(model, *kernel, parameters_at(spec, *kernel, i, 0.0));
      for (std::size_t k = 0; k < region.input().size(); ++k)
        region.input()[k] = input[k * z(n) + z(i)];
      regions[z(i)] = region.balance(options.target_rate);
      for (std::size_t link = 0; link < sent.size(); ++link)
        sent[link][z(i)] = region.broadcast(own.links[link].source);
    }
    const std::vector<double> next = network.of(sent);
    const double moved = difference(next, input);
    input = next;
    if (moved <= settled) {
      for (GlobalIndex i = 0; i < n; ++i)
        require_within_bounds(own, regions[z(i)], network::name_of(connectome, i));
      return regions;
    }
    if (std::isnan(moved)) break;
  }
  throw ConfigError(
      "tune_inhibition: the network input at the target rate does not settle, so there is no "
      "analytic solution; use the coupling that the model is known with, or the method heuristic");
}

std::vector<double> heuristic_weights(const SimulationSpec& spec,
                                      const network::Connectome& connectome) {
  using network::CouplingForm;
  const CouplingForm form = spec.coupling.form;
  const bool linear = form == CouplingForm::linear || form == CouplingForm::scaling;
  if (!linear && spec.n_links() > 0) {
    throw ConfigError(
        "tune_inhibition.method: heuristic needs a coupling that is proportional to the sources "
        "(allowed: linear, scaling)");
  }
  const ConstantInput network(spec, connectome);
  const GlobalIndex n = connectome.n_regions();
  const std::size_t links = spec.n_links();
  const auto ones = network.of(std::vector(links, std::vector<double>(z(n), 1.0)));
  const auto zeros = network.of(std::vector(links, std::vector<double>(z(n), 0.0)));
  const Population& own = spec.populations.front();
  const model::ModelInfo& info = own.model->info;
  std::vector<double> weight(z(n), 1.0);
  for (std::size_t k = 0; k < info.inputs.size(); ++k) {
    const int gate = own.model->parameter(info.inputs[k].gate);
    for (GlobalIndex i = 0; i < n; ++i) {
      const double factor = gate < 0 ? 1.0 : own.parameters[z(gate)](i);
      const std::size_t at = k * z(n) + z(i);
      weight[z(i)] += info.fic.slope * factor * (ones[at] - zeros[at]);
    }
  }
  return weight;
}

}  // namespace arcuate::tuning

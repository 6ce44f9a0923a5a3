#include "arcuate/equilibrium/resting_network.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include "arcuate/core/index.hpp"
#include "arcuate/engine/parameters.hpp"
#include "slope.hpp"

namespace arcuate::equilibrium {

using namespace engine;

namespace {

/// The longest step of differences. scale: what a change of x is compared with.
double step_at(double x, double scale = 1.0) {
  return 0.01 * std::max(scale, std::abs(x));
}

double width_of(const model::StateInfo& state) {
  const double width = state.range.high - state.range.low;
  return std::isfinite(width) && width > 0.0 ? width : 1.0;
}

/// What something enters: inputs of links, then the own past.
std::vector<int> ports_of(const Population& population) {
  std::set<int> inputs;
  for (const network::Link& link : population.links)
    inputs.insert(link.target);
  std::vector<int> ports(inputs.begin(), inputs.end());
  const auto n_inputs = static_cast<int>(population.model->info.inputs.size());
  for (std::size_t e = 0; e < population.model->info.delayed.size(); ++e)
    ports.push_back(n_inputs + static_cast<int>(e));
  return ports;
}

int port_of(const std::vector<int>& ports, int given) {
  return static_cast<int>(std::find(ports.begin(), ports.end(), given) - ports.begin());
}

void take(std::vector<double>::const_iterator& from, std::vector<double>& to) {
  for (double& x : to)
    x = *from++;
}

}  // namespace

RestingNetwork::RestingNetwork(const comm::Communicator& comm, SimulationSpec spec,
                               LocalNetwork network)
    : comm_(comm), spec_(std::move(spec)), network_(std::move(network)) {
  for (Population& population : spec_.populations) {
    population.stimuli.clear();
    population.noise.clear();
  }
  parts_ = network::channels_of(spec_.coupling.form);
  reads_target_ = network::TargetFunction(spec_.coupling, 1).uses_target();
  for (const Population& population : spec_.populations) {
    kernels_.push_back(kernel_of(population, spec_.method));
    ports_.push_back(ports_of(population));
  }
  lay_out();
  set_parameters();
}

const Population& RestingNetwork::population(std::size_t owned) const {
  return spec_.at(network_.owned[owned]);
}

void RestingNetwork::lay_out() {
  const GlobalIndex n = network_.n_regions;
  layout_.first.resize(z(n));
  layout_.states.resize(z(n));
  for (int rank = 0; rank < comm_.size(); ++rank) {
    if (rank == comm_.rank()) layout_.begin = layout_.unknowns;
    for (const GlobalIndex i : regions_of(network_.owner, rank)) {
      layout_.region.push_back(i);
      layout_.first[z(i)] = layout_.unknowns;
      layout_.states[z(i)] = static_cast<int>(spec_.at(i).model->info.states.size());
      layout_.unknowns += layout_.states[z(i)];
    }
    if (rank == comm_.rank()) layout_.end = layout_.unknowns;
  }
  for (std::size_t i = 0; i < network_.owned.size(); ++i) {
    const Population& own = population(i);
    for (std::size_t k = 0; k < own.model->info.states.size(); ++k) {
      const model::StateInfo& state = own.model->info.states[k];
      widths_.push_back(width_of(state));
      bounds_.push_back({state.lower, state.upper});
      if (own.bounds.empty()) continue;
      bounds_.back().low = std::max(bounds_.back().low, own.bounds[k].low);
      bounds_.back().high = std::min(bounds_.back().high, own.bounds[k].high);
    }
  }
}

void RestingNetwork::set_parameters() {
  parameters_.clear();
  double longest = 0.0;
  for (const double delay : network_.delay)
    longest = std::max(longest, delay * spec_.dt);
  for (std::size_t i = 0; i < network_.owned.size(); ++i) {
    const GlobalIndex region = network_.owned[i];
    const model::Kernel& kernel = *kernels_[z(spec_.number_at(region))];
    parameters_.push_back(parameters_at(spec_, kernel, region, 0.0));
    const model::Entry& entry = *population(i).model;
    for (const model::DelayedInfo& delayed : entry.info.delayed)
      longest = std::max(longest, parameters_.back()[z(entry.parameter(delayed.delay))]);
  }
  longest_delay_ = comm_.max(longest);
}

void RestingNetwork::change(const SimulationSpec& spec) {
  for (std::size_t p = 0; p < spec_.populations.size(); ++p)
    spec_.populations[p].parameters = spec.populations[p].parameters;
  spec_.coupling = spec.coupling;
  set_parameters();
}

double RestingNetwork::observed(std::size_t owned, int observable, const double* state) const {
  const Population& own = population(owned);
  const auto states = static_cast<int>(own.model->info.states.size());
  if (observable < states) return state[observable];
  const std::vector<double> none(own.model->info.inputs.size());
  const model::Kernel& kernel = *kernels_[z(spec_.number_at(network_.owned[owned]))];
  return kernel.observe_one(observable - states, state, parameters_[owned].data(), none.data());
}

std::vector<double> RestingNetwork::everywhere(std::span<const double> own) const {
  if (comm_.size() == 1) return {own.begin(), own.end()};
  std::vector<double> all = comm_.gather(own);
  comm_.broadcast(all);
  return all;
}

/// What every region sends: (n_regions, links, parts).
std::vector<double> RestingNetwork::gather_sent(std::span<const double> state) const {
  const network::SourceFunction source(spec_.coupling);
  const std::size_t channels = spec_.n_links() * z(parts_);
  std::vector<double> mine;
  const double* at = state.data();
  for (std::size_t i = 0; i < network_.owned.size(); ++i) {
    for (const network::Link& link : population(i).links) {
      const double x = observed(i, link.source, at);
      for (int part = 0; part < parts_; ++part)
        source.apply(1, &x, &mine.emplace_back(), part);
    }
    at += layout_.states[z(network_.owned[i])];
  }
  const std::vector<double> in_order = everywhere(mine);
  std::vector<double> sent(in_order.size());
  for (std::size_t k = 0; k < layout_.region.size(); ++k)
    std::copy_n(in_order.begin() + static_cast<std::ptrdiff_t>(k * channels), channels,
                sent.begin() + static_cast<std::ptrdiff_t>(z(layout_.region[k]) * channels));
  return sent;
}

void RestingNetwork::sum_link(std::size_t owned, std::size_t link, const std::vector<double>& sent,
                              double* sum, double& strength) const {
  const std::size_t channels = spec_.n_links() * z(parts_);
  const bool squared = population(owned).links[link].squared_weights;
  for (GlobalIndex e = network_.row[owned]; e < network_.row[owned + 1]; ++e) {
    const double given = network_.weight[z(e)];
    const double weight = squared ? given * given : given;
    strength += weight;
    const double* from = &sent[z(network_.source[z(e)]) * channels + link * z(parts_)];
    for (int part = 0; part < parts_; ++part)
      sum[part] = std::fma(weight, from[part], sum[part]);
  }
}

/// Inputs, then values of the past.
std::vector<double> RestingNetwork::given_to(std::size_t owned, const double* state,
                                             const std::vector<double>& sent) const {
  const Population& own = population(owned);
  const network::TargetFunction target(spec_.coupling, n_regions());
  std::vector<double> given(own.model->info.inputs.size());
  for (std::size_t l = 0; l < own.links.size(); ++l) {
    double sum[2] = {}, strength = 0.0, result = 0.0;
    sum_link(owned, l, sent, sum, strength);
    const double x = observed(owned, own.links[l].source, state);
    target.apply(1, sum, &x, &strength, &result);
    given[z(own.links[l].target)] += result;
  }
  for (const model::DelayedInfo& delayed : own.model->info.delayed)
    given.push_back(observed(owned, own.model->observable(delayed.source), state));
  return given;
}

void RestingNetwork::rates(std::span<const double> state, std::span<double> rate) const {
  const std::vector<double> sent = gather_sent(state);
  const double* x = state.data();
  double* f = rate.data();
  for (std::size_t i = 0; i < network_.owned.size(); ++i) {
    const model::ModelInfo& info = population(i).model->info;
    const std::vector<double> given = given_to(i, x, sent);
    kernels_[z(spec_.number_at(network_.owned[i]))]->rhs_of_one(x, parameters_[i].data(),
                                                                given.data(), f);
    for (std::size_t k = 0; k < info.states.size(); ++k)
      f[k] = info.states[k].assigned ? f[k] - x[k] : f[k] / info.time_unit;
    x += info.states.size();
    f += info.states.size();
  }
}

/// d / d states of what links send, of what is read of the own past, and of what couplings read of
/// the target.
void RestingNetwork::add_senders(std::size_t owned, const double* state, RegionForm& form) const {
  const Population& own = population(owned);
  const network::SourceFunction source(spec_.coupling);
  std::vector<double> x(state, state + form.states);
  const auto all_sent = [&] {
    std::vector<double> sent;
    for (const network::Link& link : own.links) {
      const double value = observed(owned, link.source, x.data());
      for (int part = 0; part < parts_; ++part)
        source.apply(1, &value, &sent.emplace_back(), part);
    }
    for (const model::DelayedInfo& delayed : own.model->info.delayed)
      sent.push_back(observed(owned, own.model->observable(delayed.source), x.data()));
    for (const network::Link& link : own.links) {
      if (reads_target_) sent.push_back(observed(owned, link.source, x.data()));
    }
    return sent;
  };
  form.channels = static_cast<int>(all_sent().size());
  form.sent.resize(z(form.channels * form.states));
  for (int k = 0; k < form.states; ++k) {
    const double width = width_of(own.model->info.states[z(k)]);
    const std::vector<double> slopes = slope_of(x[z(k)], step_at(x[z(k)], width), all_sent);
    for (std::size_t c = 0; c < slopes.size(); ++c)
      form.sent[c * z(form.states) + z(k)] = slopes[c];
  }
}

/// The edges of a region, and those by which couplings read its own state.
void RestingNetwork::add_links(std::size_t owned, const double* state,
                               const std::vector<double>& sent,
                               std::vector<LinearEdge>& edges) const {
  const Population& own = population(owned);
  const std::vector<int>& ports = ports_[z(spec_.number_at(network_.owned[owned]))];
  const network::TargetFunction target(spec_.coupling, n_regions());
  for (std::size_t l = 0; l < own.links.size(); ++l) {
    const int port = port_of(ports, own.links[l].target);
    double sum[2] = {}, strength = 0.0;
    sum_link(owned, l, sent, sum, strength);
    double x = observed(owned, own.links[l].source, state);
    const auto result = [&] {
      std::vector<double> value(1);
      target.apply(1, sum, &x, &strength, value.data());
      return value;
    };
    double by_sum[2] = {};
    for (int part = 0; part < parts_; ++part)
      by_sum[part] = slope_of(sum[part], step_at(sum[part]), result)[0];
    for (GlobalIndex e = network_.row[owned]; e < network_.row[owned + 1]; ++e) {
      const double given = network_.weight[z(e)];
      const double weight = own.links[l].squared_weights ? given * given : given;
      for (int part = 0; part < parts_; ++part) {
        if (weight * by_sum[part] == 0.0) continue;
        edges.push_back({network_.source[z(e)], static_cast<int>(l) * parts_ + part, port,
                         weight * by_sum[part], network_.delay[z(e)] * spec_.dt});
      }
    }
    if (!reads_target_) continue;
    const std::size_t past = own.model->info.delayed.size();
    edges.push_back({network_.owned[owned],
                     static_cast<std::int32_t>(own.links.size() * z(parts_) + past + l), port,
                     slope_of(x, step_at(x), result)[0], 0.0});
  }
}

/// d rates / d one of what is given to a region. [1/ms]
std::vector<double> RestingNetwork::slopes_by(std::size_t owned, const double* state,
                                              std::vector<double>& given, int input) const {
  const model::ModelInfo& info = population(owned).model->info;
  const model::Kernel& kernel = *kernels_[z(spec_.number_at(network_.owned[owned]))];
  std::vector<double> rate(info.states.size());
  double& u = given[z(input)];
  std::vector<double> slopes = slope_of(u, step_at(u), [&] {
    kernel.rhs_of_one(state, parameters_[owned].data(), given.data(), rate.data());
    return rate;
  });
  for (std::size_t k = 0; k < slopes.size(); ++k) {
    if (!info.states[k].assigned) slopes[k] /= info.time_unit;
  }
  return slopes;
}

std::vector<double> RestingNetwork::by_input(std::span<const double> state,
                                             std::span<const int> inputs) const {
  const std::vector<double> sent = gather_sent(state);
  std::vector<double> all;
  const double* x = state.data();
  for (std::size_t i = 0; i < network_.owned.size(); ++i) {
    const int input = inputs[z(spec_.number_at(network_.owned[i]))];
    const std::size_t states = population(i).model->info.states.size();
    std::vector<double> given = given_to(i, x, sent), slopes(states);
    if (input >= 0) slopes = slopes_by(i, x, given, input);
    all.insert(all.end(), slopes.begin(), slopes.end());
    x += states;
  }
  return all;
}

std::vector<double> RestingNetwork::by_state(std::span<const double> state,
                                             std::span<const int> observables) const {
  std::vector<double> all, x(state.begin(), state.end());
  std::size_t first = 0;
  for (std::size_t i = 0; i < network_.owned.size(); ++i) {
    const int observable = observables[z(spec_.number_at(network_.owned[i]))];
    for (const model::StateInfo& info : population(i).model->info.states) {
      double& moved = x[all.size()];
      const auto value = [&] { return std::vector<double>{observed(i, observable, &x[first])}; };
      all.push_back(observable < 0 ? 0.0
                                   : slope_of(moved, step_at(moved, width_of(info)), value)[0]);
    }
    first = all.size();
  }
  return all;
}

RegionForm RestingNetwork::form_of(std::size_t owned, const double* state,
                                   const std::vector<double>& sent,
                                   std::vector<LinearEdge>& edges) const {
  const GlobalIndex region = network_.owned[owned];
  const model::ModelInfo& info = population(owned).model->info;
  const model::Kernel& kernel = *kernels_[z(spec_.number_at(region))];
  const std::vector<int>& ports = ports_[z(spec_.number_at(region))];
  RegionForm form;
  form.states = static_cast<int>(info.states.size());
  form.ports = static_cast<int>(ports.size());
  form.own.resize(z(form.states * form.states));
  form.by_port.resize(z(form.states * form.ports));
  std::vector<double> given = given_to(owned, state, sent);
  const double* parameter = parameters_[owned].data();
  kernel.jacobian_of_one(state, parameter, given.data(), form.own.data());
  for (int p = 0; p < form.ports; ++p) {
    const std::vector<double> slopes = slopes_by(owned, state, given, ports[z(p)]);
    for (int i = 0; i < form.states; ++i)
      form.by_port[z(i * form.ports + p)] = slopes[z(i)];
  }
  for (int i = 0; i < form.states; ++i) {
    const bool assigned = info.states[z(i)].assigned;
    form.assigned.push_back(assigned);
    const double factor = assigned ? 1.0 : 1.0 / info.time_unit;
    for (int k = 0; k < form.states; ++k)
      form.own[z(i * form.states + k)] *= factor;
    if (assigned) form.own[z(i * form.states + i)] -= 1.0;
  }
  add_senders(owned, state, form);
  add_links(owned, state, sent, edges);
  const auto links = static_cast<int>(spec_.n_links()) * parts_;
  const model::Entry& entry = *population(owned).model;
  for (std::size_t e = 0; e < info.delayed.size(); ++e) {
    const int past = static_cast<int>(info.inputs.size() + e);
    edges.push_back({region, links + static_cast<int>(e), port_of(ports, past), 1.0,
                     parameter[z(entry.parameter(info.delayed[e].delay))]});
  }
  return form;
}

LinearNetwork RestingNetwork::linearise(std::span<const double> state) const {
  const std::vector<double> sent = gather_sent(state);
  LinearNetwork linear;
  linear.row.push_back(0);
  std::vector<double> packed;
  const double* x = state.data();
  for (std::size_t i = 0; i < network_.owned.size(); ++i) {
    const RegionForm form = form_of(i, x, sent, linear.edges);
    linear.row.push_back(linear.edges.size());
    for (const auto* numbers : {&form.own, &form.by_port, &form.sent})
      packed.insert(packed.end(), numbers->begin(), numbers->end());
    x += form.states;
  }
  const std::vector<double> all = everywhere(packed);
  linear.regions.resize(z(n_regions()));
  auto from = all.begin();
  for (const GlobalIndex region : layout_.region) {
    const Population& own = spec_.at(region);
    RegionForm& form = linear.regions[z(region)];
    form.states = layout_.states[z(region)];
    form.ports = static_cast<int>(ports_[z(spec_.number_at(region))].size());
    form.channels = static_cast<int>(own.links.size()) * (parts_ + (reads_target_ ? 1 : 0)) +
                    static_cast<int>(own.model->info.delayed.size());
    form.own.resize(z(form.states * form.states));
    form.by_port.resize(z(form.states * form.ports));
    form.sent.resize(z(form.channels * form.states));
    for (auto* numbers : {&form.own, &form.by_port, &form.sent})
      take(from, *numbers);
    for (const model::StateInfo& info : own.model->info.states)
      form.assigned.push_back(info.assigned);
  }
  return linear;
}

std::vector<double> whole_jacobian(const RestingNetwork& network, const LinearNetwork& linear) {
  const std::vector<GlobalIndex>& first = network.layout().first;
  const std::size_t n = z(network.layout().unknowns);
  std::vector<double> rows(network.layout().own() * n);
  double* region_rows = rows.data();
  for (std::size_t i = 0; i < network.network().owned.size(); ++i) {
    const GlobalIndex region = network.network().owned[i];
    const RegionForm& form = linear.regions[z(region)];
    for (int a = 0; a < form.states; ++a, region_rows += n) {
      for (int b = 0; b < form.states; ++b)
        region_rows[z(first[z(region)] + b)] += form.own[z(a * form.states + b)];
      for (std::size_t e = linear.row[i]; e < linear.row[i + 1]; ++e) {
        const LinearEdge& edge = linear.edges[e];
        const RegionForm& source = linear.regions[z(edge.source)];
        const double taken = form.by_port[z(a * form.ports + edge.port)] * edge.weight;
        for (int b = 0; b < source.states; ++b)
          region_rows[z(first[z(edge.source)] + b)] +=
              taken * source.sent[z(edge.channel * source.states + b)];
      }
    }
  }
  return network.everywhere(rows);
}

}  // namespace arcuate::equilibrium

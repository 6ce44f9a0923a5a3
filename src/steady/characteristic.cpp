#include "characteristic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "arcuate/core/index.hpp"

namespace arcuate::steady {
namespace {

using Region = LinearSystem::Region;

Eigen::MatrixXd matrix(const std::vector<double>& values, int rows, int columns) {
  using ByRow = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const ByRow>(values.data(), rows, columns);
}

Eigen::Index n_states(const Region& region) {
  return region.own.rows();
}
Eigen::Index n_ports(const Region& region) {
  return region.by_port.cols();
}
Eigen::Index n_channels(const Region& region) {
  return region.sent.rows();
}

Eigen::MatrixXcd alone_at(const Region& region, Complex lambda) {
  Eigen::MatrixXcd shifted = -region.own.cast<Complex>();
  shifted.diagonal() += lambda * region.mass.cast<Complex>();
  return shifted.inverse();
}

}  // namespace

LinearSystem::LinearSystem(const equilibrium::RestingNetwork& network,
                           const equilibrium::LinearNetwork& linear, Delays delays)
    : network_(network), linear_(linear), delays_(delays) {
  regions_.resize(linear.regions.size());
  for (std::size_t i = 0; i < regions_.size(); ++i) {
    const equilibrium::RegionForm& form = linear.regions[i];
    Region& region = regions_[i];
    region.own = matrix(form.own, form.states, form.states);
    region.by_port = matrix(form.by_port, form.states, form.ports);
    region.sent = matrix(form.sent, form.channels, form.states);
    region.mass.resize(form.states);
    for (int k = 0; k < form.states; ++k)
      region.mass[k] = form.assigned[z(k)] ? 0.0 : 1.0;
    region.first_state = static_cast<Eigen::Index>(network.layout().first[i]);
    region.first_port = ports_;
    region.first_channel = channels_;
    states_ += form.states;
    ports_ += form.ports;
    channels_ += form.channels;
  }
  for (const GlobalIndex i : owned())
    own_channels_ += n_channels(regions_[z(i)]);
  double longest = 0.0;
  for (const equilibrium::LinearEdge& edge : linear.edges)
    longest = std::max(longest, delay_of(edge));
  longest_ = network.comm().max(longest);
}

std::span<const equilibrium::LinearEdge> LinearSystem::edges_to(std::size_t i) const {
  return {linear_.edges.data() + linear_.row[i], linear_.row[i + 1] - linear_.row[i]};
}

Eigen::VectorXcd LinearSystem::complete(const std::vector<Complex>& own,
                                        Eigen::Index Region::*first, Eigen::Index size,
                                        Eigen::Index (*count)(const Region&)) const {
  std::vector<double> numbers;
  numbers.reserve(2 * own.size());
  for (const Complex value : own) {
    numbers.push_back(value.real());
    numbers.push_back(value.imag());
  }
  const std::vector<double> all = network_.everywhere(numbers);
  Eigen::VectorXcd complete(size);
  std::size_t at = 0;
  for (const GlobalIndex i : network_.layout().region) {
    const Region& region = regions_[z(i)];
    for (Eigen::Index k = 0; k < count(region); ++k, at += 2)
      complete[region.*first + k] = {all[at], all[at + 1]};
  }
  return complete;
}

Eigen::VectorXcd LinearSystem::complete_states(const std::vector<Complex>& own) const {
  return complete(own, &Region::first_state, states_, &n_states);
}
Eigen::VectorXcd LinearSystem::complete_channels(const std::vector<Complex>& own) const {
  return complete(own, &Region::first_channel, channels_, &n_channels);
}
Eigen::VectorXcd LinearSystem::complete_ports(const std::vector<Complex>& own) const {
  return complete(own, &Region::first_port, ports_, &n_ports);
}

Eigen::MatrixXcd LinearSystem::complete_port_rows(const std::vector<Complex>& own,
                                                  Eigen::Index columns) const {
  // In the order of the ranks.
  std::vector<double> numbers(2 * own.size());
  std::copy_n(reinterpret_cast<const double*>(own.data()), numbers.size(), numbers.begin());
  const std::vector<double> all = network_.everywhere(numbers);
  Eigen::MatrixXcd whole(ports_, columns);
  std::size_t at = 0;
  for (const GlobalIndex i : network_.layout().region) {
    const Region& region = regions_[z(i)];
    for (Eigen::Index p = 0; p < n_ports(region); ++p) {
      for (Eigen::Index k = 0; k < columns; ++k, at += 2)
        whole(region.first_port + p, k) = {all[at], all[at + 1]};
    }
  }
  return whole;
}

void Resolvent::reduce() {
  const std::vector<Region>& regions = system_.regions();
  std::vector<Eigen::MatrixXcd> heard;  // what a channel makes of ports
  for (const Region& region : regions) {
    alone_.push_back(alone_at(region, lambda_));
    heard.push_back(region.sent.cast<Complex>() * alone_.back() * region.by_port.cast<Complex>());
  }
  const Eigen::Index n = system_.ports();
  std::vector<Complex> rows;  // of the own ports
  std::size_t edge_number = 0;
  for (std::size_t i = 0; i < system_.owned().size(); ++i) {
    const Region& region = regions[z(system_.owned()[i])];
    Eigen::MatrixXcd own = Eigen::MatrixXcd::Zero(n_ports(region), n);
    own.middleCols(region.first_port, n_ports(region)).setIdentity();
    for (const equilibrium::LinearEdge& edge : system_.edges_to(i)) {
      const Region& source = regions[z(edge.source)];
      own.row(edge.port).segment(source.first_port, n_ports(source)) -=
          factors_[edge_number++] * heard[z(edge.source)].row(edge.channel);
    }
    for (Eigen::Index p = 0; p < own.rows(); ++p) {
      for (Eigen::Index k = 0; k < n; ++k)
        rows.push_back(own(p, k));
    }
  }
  if (n > 0) ports_.compute(system_.complete_port_rows(rows, n));
}

/// What the own ports hear, then on every rank what all do. sent: (channels).
Eigen::VectorXcd Resolvent::port_sums(const Eigen::VectorXcd& sent) const {
  std::vector<Complex> own;
  std::size_t edge_number = 0;
  for (std::size_t i = 0; i < system_.owned().size(); ++i) {
    const Region& region = system_.regions()[z(system_.owned()[i])];
    std::vector<Complex> sums(z(n_ports(region)));
    for (const equilibrium::LinearEdge& edge : system_.edges_to(i))
      sums[z(edge.port)] += factors_[edge_number++] *
                            sent[system_.regions()[z(edge.source)].first_channel + edge.channel];
    own.insert(own.end(), sums.begin(), sums.end());
  }
  return system_.complete_ports(own);
}

Eigen::VectorXcd Resolvent::solve(const Eigen::VectorXcd& right) const {
  const std::vector<Region>& regions = system_.regions();
  Eigen::VectorXcd state(system_.states()), sent(system_.channels());
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const Region& region = regions[i];
    const auto own = right.segment(region.first_state, n_states(region));
    state.segment(region.first_state, n_states(region)) = alone_[i] * own;
    sent.segment(region.first_channel, n_channels(region)) =
        region.sent.cast<Complex>() * state.segment(region.first_state, n_states(region));
  }
  if (system_.ports() == 0) return state;
  const Eigen::VectorXcd given = ports_.solve(port_sums(sent));
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const Region& region = regions[i];
    state.segment(region.first_state, n_states(region)) +=
        alone_[i] *
        (region.by_port.cast<Complex>() * given.segment(region.first_port, n_ports(region)));
  }
  return state;
}

/// As port_sums, of the columns of `sent`, most of whose numbers are 0.
Eigen::MatrixXcd Resolvent::port_sums_of_all(const Eigen::MatrixXcd& sent) const {
  std::vector<std::vector<Eigen::Index>> heard(z(sent.rows()));
  for (Eigen::Index c = 0; c < sent.rows(); ++c) {
    for (Eigen::Index k = 0; k < sent.cols(); ++k) {
      if (sent(c, k) != 0.0) heard[z(c)].push_back(k);
    }
  }
  std::vector<Complex> own;
  std::size_t edge_number = 0;
  for (std::size_t i = 0; i < system_.owned().size(); ++i) {
    const Region& region = system_.regions()[z(system_.owned()[i])];
    std::vector<Complex> sums(z(n_ports(region) * sent.cols()));
    for (const equilibrium::LinearEdge& edge : system_.edges_to(i)) {
      const Complex factor = factors_[edge_number++];
      const Eigen::Index c = system_.regions()[z(edge.source)].first_channel + edge.channel;
      for (const Eigen::Index k : heard[z(c)])
        sums[z(edge.port * sent.cols() + k)] += factor * sent(c, k);
    }
    own.insert(own.end(), sums.begin(), sums.end());
  }
  return system_.complete_port_rows(own, sent.cols());
}

Eigen::MatrixXcd Resolvent::solve_all(const Eigen::MatrixXd& right) const {
  const std::vector<Region>& regions = system_.regions();
  Eigen::MatrixXcd state(system_.states(), right.cols()), sent(system_.channels(), right.cols());
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const Region& region = regions[i];
    auto own = state.middleRows(region.first_state, n_states(region));
    own.noalias() =
        alone_[i] * right.middleRows(region.first_state, n_states(region)).cast<Complex>();
    sent.middleRows(region.first_channel, n_channels(region)).noalias() =
        region.sent.cast<Complex>() * own;
  }
  if (system_.ports() == 0) return state;
  const Eigen::MatrixXcd given = ports_.solve(port_sums_of_all(sent));
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const Region& region = regions[i];
    const Eigen::MatrixXcd passed = alone_[i] * region.by_port.cast<Complex>();
    state.middleRows(region.first_state, n_states(region)).noalias() +=
        passed * given.middleRows(region.first_port, n_ports(region));
  }
  return state;
}

Eigen::VectorXcd slope_times(const LinearSystem& system, Complex lambda,
                             const Eigen::VectorXcd& state) {
  const std::vector<Region>& regions = system.regions();
  std::vector<Complex> own;
  for (std::size_t i = 0; i < system.owned().size(); ++i) {
    const Region& region = regions[z(system.owned()[i])];
    Eigen::VectorXcd result = region.mass.cast<Complex>().cwiseProduct(
        state.segment(region.first_state, n_states(region)));
    Eigen::VectorXcd sums = Eigen::VectorXcd::Zero(n_ports(region));
    for (const equilibrium::LinearEdge& edge : system.edges_to(i)) {
      const double delay = system.delay_of(edge);
      if (delay == 0.0) continue;
      const Region& source = regions[z(edge.source)];
      const Complex sent = source.sent.row(edge.channel).cast<Complex>() *
                           state.segment(source.first_state, n_states(source));
      sums[edge.port] += edge.weight * delay * std::exp(-lambda * delay) * sent;
    }
    result += region.by_port.cast<Complex>() * sums;
    own.insert(own.end(), result.begin(), result.end());
  }
  return system.complete_states(own);
}

double polish(const LinearSystem& system, Complex& lambda, Eigen::VectorXcd& state) {
  constexpr int most = 8;
  double change = std::numeric_limits<double>::infinity();
  state.normalize();
  for (int k = 0; k < most; ++k) {
    Complex at = lambda;
    Eigen::VectorXcd next;
    for (int attempt = 0; attempt < 3; ++attempt) {
      const Resolvent resolvent(system, at, [at](double delay) { return std::exp(-at * delay); });
      next = resolvent.solve(slope_times(system, at, state));
      if (next.allFinite()) break;
      at *= 1.0 + 1e-12;  // a pole of a region by itself
      at += 1e-14;
    }
    if (!next.allFinite()) return change;
    const Complex step = state.squaredNorm() / state.dot(next);
    const double before = change;
    lambda = at - step;
    change = std::abs(step);
    state = next.normalized();
    if (change < 1e-14 * std::max(1.0, std::abs(lambda)) || (k > 1 && change >= 0.5 * before))
      break;
    if (change < 1e-9 * std::abs(lambda)) break;  // the next one is below the last bits
  }
  return change;
}

double largest_root(const LinearSystem& system, double real_part) {
  constexpr int rounds = 30;
  const std::vector<Region>& regions = system.regions();
  Eigen::VectorXcd x = Eigen::VectorXcd::Ones(system.states());
  double bound = 0.0;
  for (int round = 0; round < rounds; ++round) {
    std::vector<Complex> own;
    for (std::size_t i = 0; i < system.owned().size(); ++i) {
      const Region& region = regions[z(system.owned()[i])];
      Eigen::VectorXd sums = Eigen::VectorXd::Zero(n_ports(region));
      for (const equilibrium::LinearEdge& edge : system.edges_to(i)) {
        const Region& source = regions[z(edge.source)];
        sums[edge.port] += std::abs(edge.weight) * std::exp(-real_part * system.delay_of(edge)) *
                           source.sent.row(edge.channel)
                               .cwiseAbs()
                               .dot(x.segment(source.first_state, n_states(source)).real());
      }
      const Eigen::VectorXd next =
          region.own.cwiseAbs() * x.segment(region.first_state, n_states(region)).real() +
          region.by_port.cwiseAbs() * sums;
      own.insert(own.end(), next.begin(), next.end());
    }
    const Eigen::VectorXcd next = system.complete_states(own);
    bound = (next.real().array() / x.real().array()).maxCoeff();
    if (!std::isfinite(bound)) return std::numeric_limits<double>::infinity();
    x = next / next.real().maxCoeff() +
        Eigen::VectorXcd::Constant(system.states(), 1e-6);  // stays positive
  }
  return bound;
}

Quiet::Quiet(const LinearSystem& system, double real_part)
    : system_(system), real_part_(real_part) {
  for (std::size_t i = 0; i < system.owned().size(); ++i) {
    for (const equilibrium::LinearEdge& edge : system.edges_to(i))
      factors_.push_back(std::abs(edge.weight) * std::exp(-real_part * system.delay_of(edge)));
  }
}

bool Quiet::at(double imaginary_part) const {
  const std::vector<Region>& regions = system_.regions();
  std::vector<Eigen::MatrixXd> heard;
  for (const Region& region : regions) {
    const Eigen::MatrixXcd alone = alone_at(region, {real_part_, imaginary_part});
    if (!alone.allFinite()) return false;
    heard.push_back(
        (region.sent.cast<Complex>() * alone * region.by_port.cast<Complex>()).cwiseAbs());
  }
  Eigen::VectorXcd x = Eigen::VectorXcd::Ones(system_.ports());
  for (int round = 0; round < 8; ++round) {
    std::vector<Complex> own;
    std::size_t edge_number = 0;
    for (std::size_t i = 0; i < system_.owned().size(); ++i) {
      std::vector<Complex> sums(z(n_ports(regions[z(system_.owned()[i])])));
      for (const equilibrium::LinearEdge& edge : system_.edges_to(i)) {
        const Region& source = regions[z(edge.source)];
        sums[z(edge.port)] += factors_[edge_number++] *
                              heard[z(edge.source)]
                                  .row(edge.channel)
                                  .dot(x.segment(source.first_port, n_ports(source)).real());
      }
      own.insert(own.end(), sums.begin(), sums.end());
    }
    const Eigen::VectorXcd next = system_.complete_ports(own);
    if ((next.real().array() / x.real().array()).maxCoeff() < 1.0) return true;
    const double largest = next.real().maxCoeff();
    if (!(largest > 0.0) || !std::isfinite(largest)) return largest == 0.0;
    x = next / largest + Eigen::VectorXcd::Constant(system_.ports(), 1e-6);
  }
  return false;
}

}  // namespace arcuate::steady

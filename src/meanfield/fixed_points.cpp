#include "arcuate/meanfield/fixed_points.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>

#include "arcuate/core/random.hpp"
#include "settle.hpp"

namespace arcuate::meanfield {
namespace {

using Index = Eigen::Index;

constexpr std::uint32_t start_stream = 9101;  // of no other draws
constexpr double resolution = 1e-6;           // of real and imaginary parts

Rates start_of(Index n, int start, std::uint64_t seed) {
  Rates rates = Rates::Zero(n);
  if (start == 0) return rates;
  const auto draw = [&](std::uint32_t what, Index i) {
    return random::uniform01({seed, start_stream + what}, static_cast<std::uint32_t>(i), start);
  };
  const double share = draw(0, n);
  for (Index i = 0; i < n; ++i)
    rates[i] = draw(1, i) * (draw(0, i) < share ? 60.0 : 1.0);
  return rates;
}

void look_at(const Network& network, FixedPoint& point) {
  Eigen::MatrixXd flow = response(network, point.rates).slope;
  flow.diagonal().array() -= 1.0;
  point.eigenvalues.clear();
  if (!flow.allFinite()) {
    point.kind = Kind::undefined;
    return;
  }
  const Eigen::VectorXcd values = flow.eigenvalues();
  point.eigenvalues.assign(values.begin(), values.end());
  std::sort(point.eigenvalues.begin(), point.eigenvalues.end(), [](const auto& a, const auto& b) {
    return a.real() != b.real() ? a.real() > b.real() : a.imag() > b.imag();
  });
  point.kind = kind_of(point.eigenvalues);
}

bool is_same(const Rates& a, const Rates& b) {
  return ((a - b).cwiseAbs().array() <= 1e-6 * (1.0 + b.cwiseAbs().array())).all();
}

}  // namespace

Kind kind_of(const std::vector<std::complex<double>>& eigenvalues) {
  if (eigenvalues.empty()) return Kind::undefined;
  int growing = 0, decaying = 0;
  for (const std::complex<double>& one : eigenvalues) {
    growing += one.real() > resolution ? 1 : 0;
    decaying += one.real() < -resolution ? 1 : 0;
  }
  const bool turns = std::abs(eigenvalues.front().imag()) > resolution;
  const auto all = static_cast<int>(eigenvalues.size());
  if (decaying == all) return turns ? Kind::stable_focus : Kind::stable_node;
  if (growing == all) return turns ? Kind::unstable_focus : Kind::unstable_node;
  if (growing > 0 && decaying > 0) return turns ? Kind::saddle_focus : Kind::saddle;
  return Kind::marginal;
}

bool converge(const Network& network, const Rates& start, FixedPoint& point) {
  point.rates = start;
  if (!settle(network, {}, point.rates, point.residual)) return false;
  look_at(network, point);
  return true;
}

Search find_fixed_points(const Network& network, int starts, std::uint64_t seed) {
  Search search;
  search.best_residual = std::numeric_limits<double>::infinity();
  for (int start = 0; start < starts; ++start) {
    ++search.starts;
    FixedPoint point;
    point.start = start;
    if (!converge(network, start_of(network.size(), start, seed), point)) {
      ++search.unconverged;
      search.best_residual = std::min(search.best_residual, point.residual);
      continue;
    }
    const auto known =
        std::find_if(search.points.begin(), search.points.end(),
                     [&](const FixedPoint& other) { return is_same(point.rates, other.rates); });
    if (known == search.points.end())
      search.points.push_back(std::move(point));
    else
      ++known->found;
  }
  return search;
}

ActiveClusters active_clusters(const Rates& clusters, double contrast) {
  const double high = clusters.maxCoeff(), mean = clusters.mean();
  ActiveClusters found{0, std::numeric_limits<double>::quiet_NaN(), mean};
  if (high - clusters.minCoeff() < contrast * high) return found;
  double active = 0.0, inactive = 0.0;
  for (const double rate : clusters) {
    found.active += rate > mean ? 1 : 0;
    (rate > mean ? active : inactive) += rate;
  }
  if (found.active == 0) return found;
  found.active_rate = active / found.active;
  found.inactive_rate = inactive / static_cast<double>(clusters.size() - found.active);
  return found;
}

}  // namespace arcuate::meanfield

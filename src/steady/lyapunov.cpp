#include "lyapunov.hpp"

#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"

namespace arcuate::steady {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using ByRow = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// x' = own x + white noise of covariance q, where read x is seen.
struct Driven {
  MatrixXd own, noise, read;
  std::vector<Index> moving, assigned;
};

Index n_processes(const NoiseSources& sources) {
  std::size_t sum = 0;
  for (const auto& processes : sources.processes)
    sum += processes.size();
  return static_cast<Index>(sum);
}

void note_assigned(const equilibrium::RestingNetwork& network,
                   const equilibrium::LinearNetwork& linear, Driven& driven) {
  for (std::size_t i = 0; i < linear.regions.size(); ++i) {
    for (int k = 0; k < linear.regions[i].states; ++k) {
      const Index at = static_cast<Index>(network.layout().first[i]) + k;
      (linear.regions[i].assigned[z(k)] ? driven.assigned : driven.moving).push_back(at);
    }
  }
}

/// Rows of `read`: variables of all regions.
void note_readings(const equilibrium::RestingNetwork& network, const NoiseResponse& response,
                   Driven& driven) {
  const equilibrium::Layout& layout = network.layout();
  const Index n = response.regions();
  for (std::size_t v = 0; v < response.readings().size(); ++v) {
    for (Index i = 0; i < n; ++i) {
      const Index first = static_cast<Index>(layout.first[z(i)]), count = layout.states[z(i)];
      driven.read.row(static_cast<Index>(v) * n + i).segment(first, count) =
          response.readings()[v].segment(first, count).transpose();
    }
  }
}

Driven driven_by(const equilibrium::RestingNetwork& network,
                 const equilibrium::LinearNetwork& linear, const NoiseResponse& response) {
  const NoiseSources& sources = response.sources();
  const Index states = static_cast<Index>(network.layout().unknowns);
  const Index size = states + n_processes(sources);
  Driven driven;
  driven.own = MatrixXd::Zero(size, size);
  driven.noise = MatrixXd::Zero(size, size);
  driven.read =
      MatrixXd::Zero(static_cast<Index>(response.readings().size()) * response.regions(), size);
  const std::vector<double> whole = equilibrium::whole_jacobian(network, linear);
  driven.own.topLeftCorner(states, states) = Eigen::Map<const ByRow>(whole.data(), states, states);
  note_assigned(network, linear, driven);
  note_readings(network, response, driven);
  MatrixXd white = sources.columns;
  Index next = states;
  for (Index k = 0; k < sources.size(); ++k) {
    white.col(k) *= std::sqrt(sources.white[z(k)]);
    for (const NoiseSources::Process& one : sources.processes[z(k)]) {
      driven.own.col(next).head(states) = sources.columns.col(k);
      driven.own(next, next) = -1.0 / one.tau;
      driven.noise(next, next) = 2.0 * one.variance / one.tau;
      driven.moving.push_back(next++);
    }
  }
  driven.noise.topLeftCorner(states, states) = white * white.transpose();
  return driven;
}

/// White noise of assigned states themselves is left out: what reads it has no variance, and that
/// has been refused.
Driven without_assigned(const Driven& all) {
  Driven less;
  const MatrixXd inner = all.own(all.assigned, all.assigned);
  const MatrixXd followed =
      -inner.partialPivLu().solve(MatrixXd(all.own(all.assigned, all.moving)));
  less.own = all.own(all.moving, all.moving) + all.own(all.moving, all.assigned) * followed;
  less.noise = all.noise(all.moving, all.moving);
  less.read = all.read(Eigen::all, all.moving) + all.read(Eigen::all, all.assigned) * followed;
  return less;
}

}  // namespace

MatrixXd stationary_covariance(const MatrixXd& a, const MatrixXd& q) {
  constexpr int most = 60;
  const MatrixXd one = MatrixXd::Identity(a.rows(), a.cols());
  const double p = std::sqrt(a.norm() / a.partialPivLu().inverse().norm());
  const Eigen::PartialPivLU<MatrixXd> shifted(p * one - a);
  MatrixXd power = shifted.solve(p * one + a);
  MatrixXd sum = 2.0 * p * shifted.solve(shifted.solve(q).transpose());
  for (int k = 0; k < most; ++k) {
    const MatrixXd more = power * sum * power.transpose();
    sum += more;
    if (!sum.allFinite()) break;
    if (more.norm() <= 1e-16 * sum.norm()) return 0.5 * (sum + sum.transpose());
    power *= power;
  }
  throw UnconvergedError(
      "linear noise: the covariances do not settle: the fixed point is hardly stable");
}

MatrixXd undelayed_covariance(const equilibrium::RestingNetwork& network,
                              const equilibrium::LinearNetwork& linear,
                              const NoiseResponse& response) {
  Driven driven = driven_by(network, linear, response);
  if (!driven.assigned.empty()) driven = without_assigned(driven);
  const MatrixXd all = stationary_covariance(driven.own, driven.noise);
  const Index n = response.regions();
  MatrixXd seen(driven.read.rows(), n);
  for (Index v = 0; v < driven.read.rows() / n; ++v) {
    const auto read = driven.read.middleRows(v * n, n);
    seen.middleRows(v * n, n) = read * all * read.transpose();
  }
  return seen;
}

}  // namespace arcuate::steady

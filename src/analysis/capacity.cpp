#include "arcuate/analysis/capacity.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "arcuate/core/error.hpp"

namespace arcuate::analysis {
namespace {

using Dense = Eigen::MatrixXd;
using Dense1 = Eigen::VectorXd;

void require_vocabulary(const Vocabulary& states, int n_clusters, double dimensions) {
  if (states.size() < 2)
    throw ConfigError("capacity: of " + std::to_string(states.size()) +
                      " states (allowed: two or more)");
  if (n_clusters > most_clusters_of_capacity)
    throw ConfigError("capacity: of " + std::to_string(n_clusters) + " clusters (allowed: up to " +
                      std::to_string(most_clusters_of_capacity) + ")");
  if (!(dimensions > 0.0))
    throw ConfigError("capacity: " + std::to_string(dimensions) + " dimensions (allowed: above 0)");
  std::set<std::vector<int>> known;
  for (const std::vector<int>& state : states) {
    if (state.size() != states.front().size() || state.empty())
      throw ConfigError("capacity: states of different sizes, or of no cluster");
    if (!known.insert(state).second) throw ConfigError("capacity: a state is there twice");
    if (state.front() < 0 || state.back() >= n_clusters)
      throw ConfigError("capacity: a state has a cluster that is not from 0 to " +
                        std::to_string(n_clusters - 1));
  }
}

Dense1 vector_of(const std::vector<int>& state, int n_clusters) {
  Dense1 x = Dense1::Zero(n_clusters);
  for (const int cluster : state)
    x[cluster] = 1.0;
  return x;
}

/// Differences of pairs of states; those that differ by their sign alone are one.
std::vector<Dense1> differences_of(const Vocabulary& states, int n_clusters) {
  std::map<std::vector<double>, Dense1> all;
  const double scale = 1.0 / std::sqrt(static_cast<double>(states.front().size()));
  for (std::size_t a = 0; a < states.size(); ++a) {
    for (std::size_t b = a + 1; b < states.size(); ++b) {
      Dense1 d = scale * (vector_of(states[a], n_clusters) - vector_of(states[b], n_clusters));
      const auto first = std::find_if(d.begin(), d.end(), [](double v) { return v != 0.0; });
      if (*first < 0.0) d = -d;
      all.emplace(std::vector<double>(d.begin(), d.end()), d);
    }
  }
  std::vector<Dense1> unique;
  for (const auto& [key, d] : all)
    unique.push_back(d);
  return unique;
}

double smallest(const std::vector<Dense1>& differences, const Dense& Pi) {
  double least = std::numeric_limits<double>::infinity();
  for (const Dense1& d : differences)
    least = std::min(least, d.dot(Pi * d));
  return least;
}

/// Symmetric matrices without a trace, orthonormal, a column each.
Dense traceless_basis(Eigen::Index n) {
  Dense basis = Dense::Zero(n * n, n * (n + 1) / 2 - 1);
  Eigen::Index column = 0;
  for (Eigen::Index a = 0; a < n; ++a) {
    for (Eigen::Index b = 0; b < a; ++b, ++column)
      basis(a * n + b, column) = basis(b * n + a, column) = std::sqrt(0.5);
  }
  for (Eigen::Index k = 1; k < n; ++k, ++column) {  // Helmert's
    const double norm = std::sqrt(static_cast<double>(k * (k + 1)));
    for (Eigen::Index a = 0; a < k; ++a)
      basis(a * n + a, column) = 1.0 / norm;
    basis(k * n + k, column) = -static_cast<double>(k) / norm;
  }
  return basis;
}

/// maximise gamma, with barriers: log of d' Pi d - gamma, and log det of Pi and of 1 - Pi.
class BarrierSearch {
 public:
  BarrierSearch(const std::vector<Dense1>& differences, int n_clusters, double dimensions)
      : n_(n_clusters), basis_(traceless_basis(n_clusters)), at_(Dense1::Zero(basis_.cols() + 1)) {
    middle_ = dimensions / n_clusters * Dense::Identity(n_, n_);
    rows_.resize(static_cast<Eigen::Index>(differences.size()), basis_.cols());
    fixed_.resize(rows_.rows());
    for (Eigen::Index p = 0; p < rows_.rows(); ++p) {
      const Dense1& d = differences[static_cast<std::size_t>(p)];
      const Dense outer = d * d.transpose();
      rows_.row(p) = basis_.transpose() * outer.reshaped();
      fixed_[p] = d.dot(middle_ * d);
    }
    at_[basis_.cols()] = 0.5 * fixed_.minCoeff();
  }

  /// Until the gap to the largest gamma is below `wanted`.
  double go(double wanted) {
    const auto barriers = static_cast<double>(rows_.rows() + 2 * n_);
    constexpr double faster = 8.0;
    double weight = 1.0;
    for (;; weight *= faster) {
      centre(weight);
      if (barriers / weight < wanted) return barriers / weight;
    }
  }
  [[nodiscard]] Dense Pi() const { return Pi_of(at_); }

 private:
  [[nodiscard]] Dense Pi_of(const Dense1& at) const {
    return middle_ + (basis_ * at.head(basis_.cols())).reshaped(n_, n_);
  }
  [[nodiscard]] Dense1 slack_of(const Dense1& at) const {
    return (rows_ * at.head(basis_.cols()) + fixed_).array() - at[basis_.cols()];
  }

  /// Infinite where a constraint does not hold.
  [[nodiscard]] double value(const Dense1& at, double weight) const {
    const Dense1 slack = slack_of(at);
    const Eigen::LLT<Dense> low(Pi_of(at)), high(Dense::Identity(n_, n_) - Pi_of(at));
    if (slack.minCoeff() <= 0.0 || low.info() != Eigen::Success || high.info() != Eigen::Success)
      return std::numeric_limits<double>::infinity();
    const auto log_det = [](const Eigen::LLT<Dense>& llt) {
      return 2.0 * llt.matrixLLT().diagonal().array().log().sum();
    };
    return -weight * at[basis_.cols()] - slack.array().log().sum() - log_det(low) - log_det(high);
  }

  /// Adds the barrier of a matrix: sign +1 of Pi, -1 of 1 - Pi.
  void add_matrix(const Dense& matrix, double sign, Dense1& gradient, Dense& hessian) const {
    const Dense inverse = matrix.inverse();
    const Eigen::Index m = basis_.cols();
    gradient.head(m) -= sign * (basis_.transpose() * inverse.reshaped());
    Dense turned(basis_.rows(), m);
    for (Eigen::Index k = 0; k < m; ++k)
      turned.col(k) = (inverse * basis_.col(k).reshaped(n_, n_) * inverse).reshaped();
    hessian.topLeftCorner(m, m) += basis_.transpose() * turned;
  }

  /// Newton's method.
  void centre(double weight) {
    constexpr int most_steps = 60;
    constexpr double settled = 1e-6;
    const Eigen::Index m = basis_.cols();
    for (int step = 0; step < most_steps; ++step) {
      const Dense1 inverse = slack_of(at_).cwiseInverse();
      Dense gap(rows_.rows(), m + 1);
      gap.leftCols(m) = rows_;
      gap.col(m).setConstant(-1.0);
      Dense1 gradient = -gap.transpose() * inverse;
      gradient[m] -= weight;
      const Dense scaled = inverse.asDiagonal() * gap;
      Dense hessian = scaled.transpose() * scaled;
      add_matrix(Pi_of(at_), 1.0, gradient, hessian);
      add_matrix(Dense::Identity(n_, n_) - Pi_of(at_), -1.0, gradient, hessian);
      const Dense1 move = -hessian.ldlt().solve(gradient);
      const double decrement = -gradient.dot(move);
      if (decrement < settled || !descend(move, decrement, weight)) return;
    }
  }

  /// False: rounding hides what would be gained.
  bool descend(const Dense1& move, double decrement, double weight) {
    const double before = value(at_, weight);
    for (double length = 1.0; length > 1e-12; length /= 2.0) {
      if (value(at_ + length * move, weight) > before - 0.1 * length * decrement) continue;
      at_ += length * move;
      return true;
    }
    return false;
  }

  Eigen::Index n_;
  Dense basis_, middle_, rows_;
  Dense1 fixed_, at_;
};

void count_pairs(const Vocabulary& states, Capacity& capacity) {
  std::set<std::pair<int, int>> covered;
  for (const std::vector<int>& one : states) {
    for (const std::vector<int>& other : states) {
      std::vector<int> left, gained;
      std::set_difference(one.begin(), one.end(), other.begin(), other.end(),
                          std::back_inserter(left));
      std::set_difference(other.begin(), other.end(), one.begin(), one.end(),
                          std::back_inserter(gained));
      capacity.bottlenecks += left.size() == 1 && gained.size() == 1 ? 1 : 0;
      for (const int a : left) {
        for (const int b : gained)
          covered.emplace(a, b);
      }
    }
  }
  capacity.covered = std::ssize(covered);
}

}  // namespace

Capacity capacity_of(const Vocabulary& states, int n_clusters, double dimensions) {
  require_vocabulary(states, n_clusters, dimensions);
  constexpr double wanted = 1e-7;
  const std::vector<Dense1> differences = differences_of(states, n_clusters);
  const double level = std::min(1.0, dimensions / n_clusters);
  const Dense even = level * Dense::Identity(n_clusters, n_clusters);
  Capacity capacity;
  capacity.Pi = even;
  if (level < 1.0) {
    BarrierSearch search(differences, n_clusters, dimensions);
    capacity.gap = search.go(wanted);
    capacity.Pi = search.Pi();
  }
  capacity.gamma = smallest(differences, capacity.Pi);
  capacity.isotropic = smallest(differences, even);
  constexpr double nearly = 0.01;
  capacity.is_isotropic = (capacity.Pi - even).cwiseAbs().maxCoeff() < nearly;
  for (const std::vector<int>& one : states) {
    double least = std::numeric_limits<double>::infinity();
    for (const std::vector<int>& other : states) {
      const Dense1 d = vector_of(one, n_clusters) - vector_of(other, n_clusters);
      if (&one != &other) least = std::min(least, d.dot(capacity.Pi * d));
    }
    capacity.margin.push_back(std::sqrt(least / static_cast<double>(one.size())));
  }
  count_pairs(states, capacity);
  return capacity;
}

Eigen::VectorXd direction_to(const std::vector<int>& state, const Eigen::MatrixXd& Pi) {
  return (Pi * vector_of(state, static_cast<int>(Pi.rows()))).normalized();
}

Vocabulary vocabulary_of(const Attractors& all, int size, int most) {
  const std::vector<StateStatistics> statistics = state_statistics(all);
  std::map<std::size_t, double> time;
  for (std::size_t s = 0; s < all.states.size(); ++s) {
    if (!all.states[s].empty()) time[all.states[s].size()] += statistics[s].total;
  }
  auto wanted = static_cast<std::size_t>(size);
  double longest = 0.0;
  for (const auto& [of_size, together] : time) {
    if (size > 0 || together <= longest) continue;
    longest = together;
    wanted = of_size;
  }
  std::vector<std::size_t> order;
  for (std::size_t s = 0; s < all.states.size(); ++s) {
    if (wanted > 0 && all.states[s].size() == wanted) order.push_back(s);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return statistics[a].total > statistics[b].total;
  });
  order.resize(std::min(order.size(), static_cast<std::size_t>(most)));
  Vocabulary vocabulary;
  for (const std::size_t s : order)
    vocabulary.push_back(all.states[s]);
  return vocabulary;
}

}  // namespace arcuate::analysis

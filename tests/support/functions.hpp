#pragma once

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "arcuate/optimise/optimiser.hpp"

/// Functions with a known least value, 0, and what a search needs to reach it. Instance k has its
/// optimum anywhere in the middle 80 % of the box and, where the function turns, its own rotation.
namespace arcuate::optimise::functions {

enum class Shape {
  sphere,
  ellipsoid,
  cigar,
  discus,
  rosenbrock,
  rastrigin,
  rotated_rastrigin,
  ackley,
  griewank,
  schwefel
};

class Function {
 public:
  Function(Shape shape, Index n, std::uint64_t instance) : shape_(shape), n_(n) {
    Draws draws({1234567, 0}, Purpose::start, instance);
    optimum_ = 0.8 * (2.0 * draws.uniforms(n).array() - 1.0).matrix();
    if (!turns()) return;
    Matrix gauss(n, n);
    for (Index j = 0; j < n; ++j)
      gauss.col(j) = draws.normals(n);
    rotation_ = Eigen::HouseholderQR<Matrix>(gauss).householderQ();
  }

  [[nodiscard]] Space space() const {
    std::vector<Variable> variables;
    for (Index i = 0; i < n_; ++i)
      variables.push_back(real("x" + std::to_string(i), -half_box(), half_box()));
    return Space(std::move(variables));
  }
  double operator()(const Vector& x) const {
    if (shape_ == Shape::schwefel) return schwefel(x);
    if (shape_ == Shape::rosenbrock) return rosenbrock(x);
    const Vector moved = x - half_box() * optimum_;
    return of(turns() ? Vector(rotation_ * moved) : moved);
  }

  /// (n), over half the box.
  [[nodiscard]] const Vector& optimum() const { return optimum_; }
  /// (n, n), or none.
  [[nodiscard]] const Matrix& rotation() const { return rotation_; }

 private:
  [[nodiscard]] bool turns() const {
    return shape_ == Shape::ellipsoid || shape_ == Shape::cigar || shape_ == Shape::discus ||
           shape_ == Shape::rotated_rastrigin;
  }
  [[nodiscard]] double half_box() const {
    switch (shape_) {
      case Shape::ackley:
        return 32.0;
      case Shape::griewank:
        return 600.0;
      case Shape::schwefel:
        return 500.0;
      default:
        return 5.0;
    }
  }
  [[nodiscard]] double of(const Vector& z) const {
    const auto n = static_cast<double>(n_);
    const double square = z.squaredNorm();
    double sum = 0.0;
    switch (shape_) {
      case Shape::ellipsoid:
        for (Index i = 0; i < n_; ++i)
          sum +=
              std::pow(10.0, 6.0 * static_cast<double>(i) / std::max(1.0, n - 1.0)) * z[i] * z[i];
        return sum;
      case Shape::cigar:
        return z[0] * z[0] + 1e6 * (square - z[0] * z[0]);
      case Shape::discus:
        return 1e6 * z[0] * z[0] + (square - z[0] * z[0]);
      case Shape::rastrigin:
      case Shape::rotated_rastrigin:
        for (const double x : z)
          sum += x * x + 10.0 - 10.0 * std::cos(2.0 * std::numbers::pi * x);
        return sum;
      case Shape::ackley:
        for (const double x : z)
          sum += std::cos(2.0 * std::numbers::pi * x);
        return 20.0 + std::numbers::e - 20.0 * std::exp(-0.2 * std::sqrt(square / n)) -
               std::exp(sum / n);
      case Shape::griewank: {
        double product = 1.0;
        for (Index i = 0; i < n_; ++i)
          product *= std::cos(z[i] / std::sqrt(static_cast<double>(i + 1)));
        return 1.0 + square / 4000.0 - product;
      }
      default:
        return square;
    }
  }
  [[nodiscard]] double rosenbrock(const Vector& x) const {
    const double c = std::max(1.0, std::sqrt(static_cast<double>(n_)) / 8.0);
    const Vector z = (c * (x - 0.75 * 5.0 * optimum_)).array() + 1.0;
    double sum = 0.0;
    for (Index i = 0; i + 1 < n_; ++i)
      sum += 100.0 * std::pow(z[i] * z[i] - z[i + 1], 2) + std::pow(z[i] - 1.0, 2);
    return sum;
  }
  static double schwefel(const Vector& x) {
    double sum = 0.0;
    for (const double v : x)
      sum += 418.98288727243369 - v * std::sin(std::sqrt(std::fabs(v)));
    return sum;
  }

  Shape shape_;
  Index n_;
  Vector optimum_;
  Matrix rotation_;
};

struct Outcome {
  bool reached = false;
  std::int64_t evaluations = 0;
  double best = 0.0;
};

/// One evaluation at a time, until `target` or the end of the search.
template <class F>
Outcome run(const F& f, const Options& options, double target) {
  Optimiser search(f.space(), options);
  while (const std::optional<Candidate> candidate = search.ask()) {
    search.tell(candidate->id, f(candidate->values));
    if (search.best() && search.best()->loss <= target)
      return {true, search.told(), search.best()->loss};
  }
  return {false, search.told(),
          search.best() ? search.best()->loss : std::numeric_limits<double>::infinity()};
}

struct Summary {
  int runs = 0;
  int reached = 0;
  double median = 0.0;  ///< evaluations of the runs that reached it
  double middle_best = 0.0;
};

inline Summary summary(Shape shape, Index n, const std::string& method, std::int64_t budget,
                       int runs, double target = 1e-8, bool synchronous = false) {
  std::vector<double> evaluations;
  std::vector<double> best;
  for (int k = 0; k < runs; ++k) {
    const Function f(shape, n, static_cast<std::uint64_t>(k));
    const Options options{.method = method,
                          .budget = budget,
                          .seed = 100U + static_cast<unsigned>(k),
                          .synchronous = synchronous};
    const Outcome outcome = run(f, options, target);
    if (outcome.reached) evaluations.push_back(static_cast<double>(outcome.evaluations));
    best.push_back(outcome.best);
  }
  std::sort(evaluations.begin(), evaluations.end());
  std::sort(best.begin(), best.end());
  return {runs, static_cast<int>(evaluations.size()),
          evaluations.empty() ? 0.0 : evaluations[evaluations.size() / 2], best[best.size() / 2]};
}

}  // namespace arcuate::optimise::functions

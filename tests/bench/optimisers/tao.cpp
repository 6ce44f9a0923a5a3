#include <fmt/format.h>
#include <petsctao.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "support/functions.hpp"

/// TAO's methods without derivatives on the instances of optimise_bench, as rows of the table of
/// docs/decisions/searches.md: medians of the least losses of 9 instances in ten variables after
/// 200, 500 and 2000 evaluations. `nm` knows no bounds, and is told a square beyond them.
///
///     tao_bench
namespace {

using namespace arcuate::optimise;
using functions::Function;
using functions::Shape;

constexpr Index n = 10;
constexpr std::array<std::size_t, 3> looks{200, 500, 2000};
constexpr double box = 5.0, target = 1e-8;

/// What POUNDERS is told: the root of the loss as the only residual, or all of them.
enum class Residuals { root, all };

struct Search {
  const Function& function;
  Shape shape;
  Residuals residuals;
  std::vector<double> least{};  ///< (evaluations) the least loss so far

  double evaluate(const Vector& x) {
    const bool inside = (x.array().abs() <= box + 1e-9).all();
    const double loss = inside ? function(x) : std::numeric_limits<double>::infinity();
    least.push_back(least.empty() ? loss : std::min(loss, least.back()));
    const Vector clipped = x.cwiseMax(-box).cwiseMin(box);
    return function(clipped) + 1e3 * (x - clipped).squaredNorm();
  }
  [[nodiscard]] bool over() const {
    return least.size() >= looks.back() || (!least.empty() && least.back() <= target);
  }
  /// Whose squares add up to the loss.
  [[nodiscard]] Vector all_residuals(const Vector& x) const {
    const Vector moved = x - box * function.optimum();
    if (shape == Shape::sphere) return moved;
    if (shape == Shape::ellipsoid) {
      Vector z = function.rotation() * moved;
      for (Index i = 0; i < n; ++i)
        z[i] *= std::pow(10.0, 3.0 * static_cast<double>(i) / (n - 1.0));
      return z;
    }
    const Vector z = (x - 0.75 * box * function.optimum()).array() + 1.0;  // Rosenbrock
    Vector r(2 * (n - 1));
    for (Index i = 0; i + 1 < n; ++i) {
      r[2 * i] = 10.0 * (z[i] * z[i] - z[i + 1]);
      r[2 * i + 1] = z[i] - 1.0;
    }
    return r;
  }
};

Vector vector_of(Vec x) {
  const PetscScalar* values = nullptr;
  VecGetArrayRead(x, &values);
  Vector copy = Eigen::Map<const Vector>(values, n);
  VecRestoreArrayRead(x, &values);
  return copy;
}

PetscErrorCode objective(Tao, Vec x, PetscReal* loss, void* context) {
  *loss = static_cast<Search*>(context)->evaluate(vector_of(x));
  return 0;
}

PetscErrorCode residual(Tao, Vec x, Vec out, void* context) {
  auto& search = *static_cast<Search*>(context);
  const Vector point = vector_of(x);
  const double loss = search.evaluate(point);
  const Vector r = search.residuals == Residuals::all ? search.all_residuals(point)
                                                      : Vector::Constant(1, std::sqrt(loss));
  PetscScalar* values = nullptr;
  VecGetArray(out, &values);
  std::copy(r.begin(), r.end(), values);
  VecRestoreArray(out, &values);
  return 0;
}

PetscErrorCode converged(Tao tao, void* context) {
  if (static_cast<Search*>(context)->over()) return TaoSetConvergedReason(tao, TAO_CONVERGED_USER);
  return TaoDefaultConvergenceTest(tao, nullptr);
}

void run(Search& search, TaoType type) {
  Tao tao = nullptr;
  TaoCreate(PETSC_COMM_SELF, &tao);
  TaoSetType(tao, type);
  std::array<Vec, 4> vectors{};
  auto& [x, low, high, residuals] = vectors;
  VecCreateSeq(PETSC_COMM_SELF, n, &x);
  VecDuplicate(x, &low);
  VecDuplicate(x, &high);
  VecSet(low, -box);
  VecSet(high, box);
  const Index count =
      search.residuals == Residuals::root ? 1 : search.all_residuals(Vector::Zero(n)).size();
  VecCreateSeq(PETSC_COMM_SELF, static_cast<PetscInt>(count), &residuals);
  if (std::string_view(type) == TAONM) {
    TaoSetObjective(tao, objective, &search);
  } else {
    TaoSetResidualRoutine(tao, residuals, residual, &search);
    TaoSetVariableBounds(tao, low, high);
  }
  TaoSetSolution(tao, x);
  TaoSetMaximumFunctionEvaluations(tao, static_cast<PetscInt>(looks.back()));
  TaoSetMaximumIterations(tao, static_cast<PetscInt>(looks.back()));
  TaoSetTolerances(tao, 1e-14, 1e-14, 1e-14);
  TaoSetConvergenceTest(tao, converged, &search);
  TaoSetFromOptions(tao);
  TaoSolve(tao);
  TaoDestroy(&tao);
  for (Vec& one : vectors)
    VecDestroy(&one);
}

template <class Number>
Number median(std::vector<Number> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void row(const char* function, Shape shape, TaoType type, Residuals residuals) {
  std::array<std::vector<double>, looks.size()> after;
  std::vector<std::size_t> ended;
  for (std::uint64_t instance = 0; instance < 9; ++instance) {
    const Function f(shape, n, instance);
    Search search{f, shape, residuals};
    run(search, type);
    ended.push_back(search.least.size());
    for (std::size_t k = 0; k < looks.size(); ++k)
      after[k].push_back(search.least[std::min(looks[k], search.least.size()) - 1]);
  }
  fmt::print("| {} | `{}`{} | {:.1e}, {:.1e}, {:.1e} | {} |\n", function, type,
             residuals == Residuals::all ? ", every residual" : "", median(after[0]),
             median(after[1]), median(after[2]), median(ended));
}

}  // namespace

int main(int argc, char** argv) {
  PetscInitialize(&argc, &argv, nullptr, nullptr);
  PetscOptionsSetValue(nullptr, "-tao_nm_lambda", "2.5");
  fmt::print("| function | method | least loss | evaluations until it ends |\n|---|---|---|---|\n");
  constexpr std::pair<const char*, Shape> shapes[] = {{"sphere", Shape::sphere},
                                                      {"ellipsoid", Shape::ellipsoid},
                                                      {"rosenbrock", Shape::rosenbrock},
                                                      {"rastrigin", Shape::rastrigin}};
  for (const auto& [name, shape] : shapes) {
    row(name, shape, TAONM, Residuals::root);
    row(name, shape, TAOPOUNDERS, Residuals::root);
    if (shape != Shape::rastrigin) row(name, shape, TAOPOUNDERS, Residuals::all);
  }
  return PetscFinalize();
}

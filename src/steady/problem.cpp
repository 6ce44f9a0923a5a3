#include "problem.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "arcuate/core/index.hpp"

namespace arcuate::steady {
namespace {

double norm_of(Vec vector, NormType type) {
  double norm = 0.0;
  require(VecNorm(vector, type, &norm), "VecNorm");
  return norm;
}

/// The values of this rank while it lives.
class Reading {
 public:
  explicit Reading(Vec vector) : vector_(vector) {
    require(VecGetLocalSize(vector, &size_), "VecGetLocalSize");
    require(VecGetArrayRead(vector, &values_), "VecGetArrayRead");
  }
  ~Reading() { static_cast<void>(VecRestoreArrayRead(vector_, &values_)); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  [[nodiscard]] std::size_t size() const { return z(size_); }
  double operator[](std::size_t i) const { return values_[i]; }

 private:
  Vec vector_;
  PetscInt size_ = 0;
  const double* values_ = nullptr;
};

void write(const std::vector<double>& values, Vec vector) {
  double* to = nullptr;
  require(VecGetArrayWrite(vector, &to), "VecGetArrayWrite");
  std::copy(values.begin(), values.end(), to);
  require(VecRestoreArrayWrite(vector, &to), "VecRestoreArrayWrite");
}

}  // namespace

Problem::Problem(const equilibrium::RestingNetwork& network)
    : network_(network),
      solver_(network),
      all_widths_(network.everywhere(network.widths())),
      best_(std::numeric_limits<double>::infinity()) {
  for (const GlobalIndex region : network.network().owned) {
    for (const model::StateInfo& state : network.spec().at(region).model->info.states)
      assigned_.push_back(state.assigned);
  }
}

Vector Problem::fresh_vector() const {
  Vector vector;
  require(VecCreateMPI(network_.comm().handle(), static_cast<PetscInt>(network_.layout().own()),
                       static_cast<PetscInt>(network_.layout().unknowns), vector.fresh()),
          "VecCreateMPI");
  return vector;
}

Vector Problem::vector_of(const std::vector<double>& state) const {
  Vector vector = fresh_vector();
  std::vector<double> scaled(state);
  for (std::size_t i = 0; i < scaled.size(); ++i)
    scaled[i] /= network_.widths()[i];
  write(scaled, vector.get());
  return vector;
}

std::vector<double> Problem::state_of(Vec scaled) const {
  const Reading x(scaled);
  std::vector<double> state(x.size());
  for (std::size_t i = 0; i < state.size(); ++i)
    state[i] = x[i] * network_.widths()[i];
  return state;
}

void Problem::rates(Vec scaled, Vec rate) const {
  std::vector<double> f(network_.layout().own());
  network_.rates(state_of(scaled), f);
  for (std::size_t i = 0; i < f.size(); ++i)
    f[i] /= network_.widths()[i];
  write(f, rate);
}

Matrix Problem::jacobian(Vec scaled) const {
  const std::vector<double> state = state_of(scaled);
  Rows rows = jacobian_rows(network_, network_.linearise(state), all_widths_);
  hold_constants(state, rows);
  return matrix_of(network_, rows);
}

/// A state that nothing moves stays where it is: its equation 0 = 0 becomes that its change is 0.
void Problem::hold_constants(const std::vector<double>& state, Rows& rows) const {
  std::vector<double> rate(state.size());
  network_.rates(state, rate);
  const auto first = static_cast<PetscInt>(network_.layout().begin);
  for (std::size_t i = 0; i < rate.size(); ++i) {
    const auto begin = rows.value.begin() + rows.start[i],
               end = rows.value.begin() + rows.start[i + 1];
    if (rate[i] != 0.0 || std::any_of(begin, end, [](double x) { return x != 0.0; })) continue;
    for (auto e = z(rows.start[i]); e < z(rows.start[i + 1]); ++e) {
      if (rows.column[e] == first + static_cast<PetscInt>(i)) rows.value[e] = 1.0;
    }
  }
}

double Problem::repulsion(Vec scaled) const {
  double product = 1.0;
  for (const std::vector<double>& point : known_) {
    const Vector at = fresh_vector();
    write(point, at.get());
    require(VecAXPY(at.get(), -1.0, scaled), "VecAXPY");
    const double distance = norm_of(at.get(), NORM_2);
    product *= static_cast<double>(network_.layout().unknowns) / (distance * distance) + 1.0;
  }
  return product;
}

double Problem::repelled_step(Vec scaled, Vec step) const {
  double along = 0.0;
  const auto n = static_cast<double>(network_.layout().unknowns);
  for (const std::vector<double>& point : known_) {
    const Vector to = fresh_vector();
    write(point, to.get());
    require(VecAYPX(to.get(), -1.0, scaled), "VecAYPX");  // from the point to here
    const double distance = norm_of(to.get(), NORM_2);
    double product = 0.0;
    require(VecDot(to.get(), step, &product), "VecDot");
    const double square = distance * distance / n;
    along += -2.0 * product / n / (square * square) / (1.0 / square + 1.0);
  }
  return 1.0 / (1.0 + along);
}

/// Exceptions do not pass through PETSc.
PetscErrorCode Problem::guarded(const std::function<void()>& action) {
  try {
    action();
    return 0;
  } catch (...) {
    error_ = std::current_exception();
    return PETSC_ERR_USER;
  }
}

PetscErrorCode Problem::function(SNES snes, Vec x, Vec f, void* self) {
  auto& problem = *static_cast<Problem*>(self);
  return problem.guarded([&] {
    problem.rates(x, f);
    const double residual = norm_of(f, NORM_INFINITY);
    const double repulsion = problem.repulsion(x);
    if (std::isfinite(residual) && std::isfinite(repulsion)) {
      problem.best_ = std::min(problem.best_, residual);
      require(VecScale(f, repulsion), "VecScale");
    } else {
      require(SNESSetFunctionDomainError(snes), "SNESSetFunctionDomainError");
    }
  });
}

/// That of the equations alone, times the repulsion: before_step() makes up for it.
PetscErrorCode Problem::derivative(SNES /*snes*/, Vec x, Mat j, Mat /*p*/, void* self) {
  auto& problem = *static_cast<Problem*>(self);
  return problem.guarded([&] {
    Matrix fresh = problem.jacobian(x);
    require(MatScale(fresh.get(), problem.repulsion(x)), "MatScale");
    Mat given = fresh.release();
    require(MatHeaderReplace(j, &given), "MatHeaderReplace");
  });
}

PetscErrorCode Problem::before_step(SNESLineSearch /*search*/, Vec x, Vec y, PetscBool* changed,
                                    void* self) {
  auto& problem = *static_cast<Problem*>(self);
  return problem.guarded([&] {
    // PETSc subtracts its step.
    require(VecScale(y, -1.0), "VecScale");
    double factor = problem.repelled_step(x, y);
    const double most = std::max(1.0, norm_of(x, NORM_INFINITY));
    const double longest = norm_of(y, NORM_INFINITY) * std::abs(factor);
    if (longest > most) factor *= most / longest;
    require(VecScale(y, -factor), "VecScale");
    *changed = PETSC_TRUE;
  });
}

bool Problem::newton_with(Vec scaled, bool direct) {
  NewtonSolver snes;
  require(SNESCreate(network_.comm().handle(), snes.fresh()), "SNESCreate");
  const Vector residual = fresh_vector();
  const Matrix matrix = jacobian(scaled);
  require(SNESSetType(snes.get(), SNESNEWTONLS), "SNESSetType");
  require(SNESSetFunction(snes.get(), residual.get(), &Problem::function, this), "SNESSetFunction");
  require(SNESSetJacobian(snes.get(), matrix.get(), matrix.get(), &Problem::derivative, this),
          "SNESSetJacobian");
  require(SNESSetTolerances(snes.get(), 1e-15, 1e-13, 1e-13, 50, 1000), "SNESSetTolerances");
  SNESLineSearch search = nullptr;
  require(SNESGetLineSearch(snes.get(), &search), "SNESGetLineSearch");
  require(SNESLineSearchSetType(search, SNESLINESEARCHBT), "SNESLineSearchSetType");
  require(SNESLineSearchSetPreCheck(search, &Problem::before_step, this),
          "SNESLineSearchSetPreCheck");
  KSP linear = nullptr;
  require(SNESGetKSP(snes.get(), &linear), "SNESGetKSP");
  solver_.prepare(linear, direct);
  const PetscErrorCode code = SNESSolve(snes.get(), nullptr, scaled);
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  if (code != 0) return false;
  SNESConvergedReason reason = SNES_CONVERGED_ITERATING;
  require(SNESGetConvergedReason(snes.get(), &reason), "SNESGetConvergedReason");
  if (reason == SNES_DIVERGED_LINEAR_SOLVE && direct) singular_ = true;
  return reason > 0 || reason == SNES_DIVERGED_LINE_SEARCH;  // at the last bits nothing descends
}

bool Problem::newton(Vec scaled) {
  return newton_with(scaled, solver_.small());
}

void Problem::shift(Rows& rows, double by) const {
  const auto first = static_cast<PetscInt>(network_.layout().begin);
  for (std::size_t i = 0; i + 1 < rows.start.size(); ++i) {
    for (auto e = z(rows.start[i]); e < z(rows.start[i + 1]); ++e) {
      rows.value[e] = -rows.value[e];
      const bool diagonal = rows.column[e] == first + static_cast<PetscInt>(i);
      if (diagonal && !assigned_[i]) rows.value[e] += by;
    }
  }
}

bool Problem::implicit_step(Vec scaled, Vec rate, double step, Vec change) const {
  Rows rows = jacobian_rows(network_, network_.linearise(state_of(scaled)), all_widths_);
  shift(rows, 1.0 / step);
  const Matrix matrix = matrix_of(network_, rows);
  JacobianSolver solver(network_);
  return solver.solve(matrix.get(), rate, change);
}

/// Assigned states follow the others at once, however far.
double Problem::moved_by(Vec change) const {
  const Reading values(change);
  double moved = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!assigned_[i]) moved = std::max(moved, std::abs(values[i]));
    if (!std::isfinite(values[i])) moved = std::numeric_limits<double>::infinity();
  }
  return network_.comm().max(moved);
}

void Problem::relax(Vec scaled, int most) {
  constexpr double longest = 1e7, at_rest = 1e-12;
  const Vector rate = fresh_vector(), change = fresh_vector(), before = fresh_vector();
  double step = 1.0;
  for (int k = 0; k < most && step < longest && step > 1e-9; ++k) {
    rates(scaled, rate.get());
    const double residual = norm_of(rate.get(), NORM_INFINITY);
    if (!std::isfinite(residual)) return;
    best_ = std::min(best_, residual);
    if (!implicit_step(scaled, rate.get(), step, change.get())) {
      step *= 0.5;
      continue;
    }
    const double size = std::max(1.0, norm_of(scaled, NORM_INFINITY));
    const double moved = moved_by(change.get()) / size;
    if (!(moved <= 0.3)) {
      step *= 0.3 / std::max(moved, 0.6);
      if (!std::isfinite(step)) return;
      continue;
    }
    require(VecCopy(scaled, before.get()), "VecCopy");
    require(VecAXPY(scaled, 1.0, change.get()), "VecAXPY");
    rates(scaled, rate.get());
    if (!std::isfinite(norm_of(rate.get(), NORM_INFINITY))) {
      require(VecCopy(before.get(), scaled), "VecCopy");
      step *= 0.25;
      continue;
    }
    if (moved < at_rest) return;
    const double ratio = residual / std::max(norm_of(rate.get(), NORM_INFINITY), 1e-300);
    step *= std::clamp(2.0 * ratio, 0.7, moved < 0.05 ? 3.0 : 1.5);
  }
}

bool Problem::finish(Vec scaled, double& residual, double& correction) {
  constexpr double enough = 1e-9;
  const Vector rate = fresh_vector(), change = fresh_vector();
  double last = std::numeric_limits<double>::infinity();
  for (int k = 0; k < 12; ++k) {
    rates(scaled, rate.get());
    residual = norm_of(rate.get(), NORM_INFINITY);
    correction = last;
    if (!std::isfinite(residual)) return false;
    best_ = std::min(best_, residual);
    const Matrix matrix = jacobian(scaled);
    if (!solver_.solve(matrix.get(), rate.get(), change.get())) {
      singular_ = true;
      return false;
    }
    const double size = std::max(1.0, norm_of(scaled, NORM_INFINITY));
    correction = norm_of(change.get(), NORM_INFINITY) / size;
    if (!std::isfinite(correction) || correction > 0.1) return false;
    if (correction < enough && correction >= 0.5 * last) return true;
    require(VecAXPY(scaled, -1.0, change.get()), "VecAXPY");
    if (correction < 1e-15) return true;
    last = correction;
  }
  return correction < enough;
}

}  // namespace arcuate::steady

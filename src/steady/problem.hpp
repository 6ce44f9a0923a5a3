#pragma once

#include <exception>
#include <functional>
#include <span>
#include <vector>

#include "arcuate/equilibrium/resting_network.hpp"
#include "jacobian.hpp"
#include "petsc.hpp"

namespace arcuate::steady {

/// rates(state) = 0 as PETSc sees it: states and rates over the widths of the states' usual ranges,
/// repelled by points that are known.
class Problem {
 public:
  explicit Problem(const equilibrium::RestingNetwork& network);

  [[nodiscard]] const equilibrium::RestingNetwork& network() const { return network_; }
  [[nodiscard]] JacobianSolver& solver() { return solver_; }
  /// (unknowns) on every rank.
  [[nodiscard]] const std::vector<double>& all_widths() const { return all_widths_; }

  /// States over widths.
  [[nodiscard]] Vector vector_of(const std::vector<double>& state) const;
  [[nodiscard]] std::vector<double> state_of(Vec scaled) const;
  [[nodiscard]] Vector fresh_vector() const;
  void rates(Vec scaled, Vec rate) const;
  [[nodiscard]] Matrix jacobian(Vec scaled) const;

  /// Known points, over widths: (points, own).
  void repel(std::vector<std::vector<double>> points) { known_ = std::move(points); }
  /// Product of 1/d^2 + 1 over the known points, d the root of the mean square distance.
  [[nodiscard]] double repulsion(Vec scaled) const;
  /// 1 / (1 + d log repulsion / d x . step): what turns the step of the equations alone into that
  /// of the repelled ones.
  [[nodiscard]] double repelled_step(Vec scaled, Vec step) const;

  /// Newton iteration by SNES with a line search; steps are at most one width, or as
  /// large as the state. True: it converged
  /// (which converge() still checks).
  bool newton(Vec scaled);
  /// Implicit Euler steps that grow; ends at rest, when the steps are as long as they may be, or
  /// after `most` steps.
  void relax(Vec scaled, int most);
  /// Plain Newton steps to the last bits. False: no fixed point here.
  bool finish(Vec scaled, double& residual, double& correction);
  [[nodiscard]] bool met_singular() const { return singular_; }
  void forget_singular() { singular_ = false; }
  /// The least that any rates were, over widths. [1/ms]
  [[nodiscard]] double best_residual() const { return best_; }

 private:
  static PetscErrorCode function(SNES snes, Vec x, Vec f, void* self);
  static PetscErrorCode derivative(SNES snes, Vec x, Mat j, Mat p, void* self);
  static PetscErrorCode before_step(SNESLineSearch search, Vec x, Vec y, PetscBool* changed,
                                    void* self);
  PetscErrorCode guarded(const std::function<void()>& action);
  bool newton_with(Vec scaled, bool direct);
  /// (D/step - J) dx = rate
  bool implicit_step(Vec scaled, Vec rate, double step, Vec change) const;
  void shift(Rows& rows, double by) const;
  void hold_constants(const std::vector<double>& state, Rows& rows) const;
  [[nodiscard]] double moved_by(Vec change) const;

  const equilibrium::RestingNetwork& network_;
  JacobianSolver solver_;
  std::vector<double> all_widths_;
  std::vector<bool> assigned_;  ///< (own)
  std::vector<std::vector<double>> known_;
  std::exception_ptr error_;
  bool singular_ = false;
  double best_;
};

}  // namespace arcuate::steady

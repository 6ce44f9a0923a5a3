#pragma once

#include <complex>
#include <functional>
#include <string>
#include <vector>

#include "arcuate/equilibrium/options.hpp"
#include "arcuate/equilibrium/resting_network.hpp"
#include "arcuate/steady/fixed_points.hpp"

/// Fixed points while a parameter changes.
namespace arcuate::steady {

/// A number of a study that is followed: the same in all regions.
class FollowedParameter {
 public:
  /// path: "model.parameters.NAME" (of every model that has it), "coupling.gain", "coupling.NAME".
  /// Throws ConfigError: no such parameter, with the nearest ones.
  FollowedParameter(const engine::SimulationSpec& spec, const std::string& path);
  void set(engine::SimulationSpec& spec, double value) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::string name_;
  int coupling_ = -1;  ///< index of the coupling's parameter; -2: its gain; -1: of the model
};

enum class Bifurcation { none, fold, hopf, branch_point };
std::string name_of(Bifurcation kind);

struct BranchPoint {
  double parameter = 0.0;
  std::vector<double> state;                    ///< (own)
  std::vector<std::complex<double>> roots;      ///< rightmost first [1/ms]
  int unstable = 0;                             ///< of these roots
  Bifurcation bifurcation = Bifurcation::none;  ///< a point that was located
};

struct Branch {
  std::vector<BranchPoint> points;
  std::string end;  ///< why it ends, in words
};

/// Branches that begin at the fixed points at `from`, and those at `to` that no branch has reached,
/// by pseudo-arclength continuation (Keller 1977); folds where the parameter turns, Hopf
/// bifurcations where a pair of roots crosses the imaginary axis, both located to about 1e-9 of the
/// range. With all delays where the network has some. `network` is left with the last value.
/// Collective. Throws UnconvergedError: there is no fixed point at either end.
std::vector<Branch> follow(equilibrium::RestingNetwork& network,
                           const equilibrium::ContinueOptions& options,
                           const SearchOptions& search);

}  // namespace arcuate::steady

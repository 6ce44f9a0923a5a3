#include "settle.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>

namespace arcuate::meanfield {
namespace {

using Index = Eigen::Index;

constexpr double enough = 1e-9;  // [Hz]

/// Rates that move, and how far they are from being at rest.
class Settling {
 public:
  Settling(const Network& network, const std::vector<Index>& held, Rates& rates)
      : network_(network), rates_(rates) {
    for (Index i = 0; i < network.size(); ++i) {
      if (std::find(held.begin(), held.end(), i) == held.end()) free_.push_back(i);
    }
    look();
  }

  [[nodiscard]] double residual() const { return residual_; }

  void relax(int steps) {
    constexpr double damping = 0.05;
    for (int k = 0; k < steps && residual_ > 1e-3; ++k) {
      for (const Index i : free_)
        rates_[i] += damping * (now_.rates[i] - rates_[i]);
      look();
    }
  }

  /// The whole step, or the part of it that comes closer. False: none does.
  bool newton_step() {
    Eigen::MatrixXd jacobian = now_.slope(free_, free_);
    jacobian.diagonal().array() -= 1.0;
    const Eigen::VectorXd step =
        jacobian.partialPivLu().solve(Eigen::VectorXd(rates_(free_) - now_.rates(free_)));
    if (!step.allFinite()) return false;
    const Rates before = rates_;
    const double last = residual_;
    for (double share = 1.0; share > 1e-3; share *= 0.5) {
      for (std::size_t k = 0; k < free_.size(); ++k)
        rates_[free_[k]] = std::max(0.0, before[free_[k]] + share * step[static_cast<Index>(k)]);
      look();
      if (residual_ < last) return true;
    }
    rates_ = before;
    look();
    return false;
  }

 private:
  void look() {
    now_ = response(network_, rates_);
    residual_ = 0.0;
    for (const Index i : free_)
      residual_ = std::max(residual_, std::abs(now_.rates[i] - rates_[i]));
  }

  const Network& network_;
  Rates& rates_;
  std::vector<Index> free_;
  Response now_;
  double residual_ = 0.0;
};

}  // namespace

bool settle(const Network& network, const std::vector<Index>& held, Rates& rates,
            double& residual) {
  Settling settling(network, held, rates);
  for (int round = 0; round < 6 && settling.residual() > enough; ++round) {
    settling.relax(round == 0 ? 100 : 400);
    while (settling.residual() > 0.0 && settling.newton_step()) {
    }
  }
  residual = settling.residual();
  return residual <= enough;
}

}  // namespace arcuate::meanfield

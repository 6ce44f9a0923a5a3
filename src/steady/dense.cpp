#include "dense.hpp"

#include <Eigen/Eigenvalues>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/equilibrium/eigenvalues.hpp"

namespace arcuate::steady {
namespace {

using ByRow = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::vector<Eigen::Index> states_that(const equilibrium::RestingNetwork& network,
                                      const equilibrium::LinearNetwork& linear, bool assigned) {
  std::vector<Eigen::Index> chosen;
  for (std::size_t i = 0; i < linear.regions.size(); ++i) {
    for (int k = 0; k < linear.regions[i].states; ++k) {
      if (linear.regions[i].assigned[z(k)] == assigned)
        chosen.push_back(static_cast<Eigen::Index>(network.layout().first[i]) + k);
    }
  }
  return chosen;
}

}  // namespace

std::vector<std::complex<double>> all_eigenvalues(const equilibrium::RestingNetwork& network,
                                                  const equilibrium::LinearNetwork& linear) {
  const auto n = static_cast<int>(network.layout().unknowns);
  const std::vector<double> values = equilibrium::whole_jacobian(network, linear);
  const std::vector<Eigen::Index> assigned = states_that(network, linear, true);
  if (assigned.empty()) return equilibrium::eigenvalues(values, n);
  const std::vector<Eigen::Index> moving = states_that(network, linear, false);
  const Eigen::MatrixXd whole = Eigen::Map<const ByRow>(values.data(), n, n);
  const Eigen::MatrixXd inner = whole(assigned, assigned);
  const ByRow reduced = whole(moving, moving) -
                        whole(moving, assigned) *
                            inner.partialPivLu().solve(Eigen::MatrixXd(whole(assigned, moving)));
  return equilibrium::eigenvalues({reduced.data(), z(reduced.size())},
                                  static_cast<int>(reduced.rows()));
}

}  // namespace arcuate::steady

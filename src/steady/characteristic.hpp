#pragma once

#include <Eigen/Dense>
#include <complex>
#include <span>
#include <vector>

#include "arcuate/equilibrium/resting_network.hpp"
#include "arcuate/steady/stability.hpp"

namespace arcuate::steady {

using Complex = std::complex<double>;

/// The linear equations of a network with their delays, and the small systems that they reduce to:
/// regions see each other through their ports only, so that what is solved is as large as there are
/// ports. Vectors of states are complete on every rank, in the order of equilibrium::Layout.
class LinearSystem {
 public:
  LinearSystem(const equilibrium::RestingNetwork& network, const equilibrium::LinearNetwork& linear,
               Delays delays);

  struct Region {
    Eigen::MatrixXd own, by_port, sent;
    Eigen::VectorXd mass;  ///< 0 of assigned states, else 1
    Eigen::Index first_state = 0, first_port = 0, first_channel = 0;
  };
  [[nodiscard]] const equilibrium::RestingNetwork& network() const { return network_; }
  [[nodiscard]] const std::vector<Region>& regions() const { return regions_; }
  [[nodiscard]] std::span<const GlobalIndex> owned() const { return network_.network().owned; }
  [[nodiscard]] std::span<const equilibrium::LinearEdge> edges_to(std::size_t owned) const;
  [[nodiscard]] double delay_of(const equilibrium::LinearEdge& edge) const {
    return delays_ == Delays::all ? edge.delay : 0.0;
  }
  [[nodiscard]] double longest_delay() const { return longest_; }
  [[nodiscard]] Eigen::Index states() const { return states_; }
  [[nodiscard]] Eigen::Index ports() const { return ports_; }
  [[nodiscard]] Eigen::Index channels() const { return channels_; }
  [[nodiscard]] Eigen::Index own_channels() const { return own_channels_; }

  /// Numbers of the own regions, one region after the other, as those of all regions:
  /// `first(region)` says where those of a region stand. Collective.
  [[nodiscard]] Eigen::VectorXcd complete(const std::vector<Complex>& own,
                                          Eigen::Index Region::*first, Eigen::Index size,
                                          Eigen::Index (*count)(const Region&)) const;
  [[nodiscard]] Eigen::VectorXcd complete_states(const std::vector<Complex>& own) const;
  [[nodiscard]] Eigen::VectorXcd complete_channels(const std::vector<Complex>& own) const;
  [[nodiscard]] Eigen::VectorXcd complete_ports(const std::vector<Complex>& own) const;
  /// Rows of `columns` numbers of the own ports, one after the other, as those of all ports.
  /// Collective.
  [[nodiscard]] Eigen::MatrixXcd complete_port_rows(const std::vector<Complex>& own,
                                                    Eigen::Index columns) const;

 private:
  const equilibrium::RestingNetwork& network_;
  const equilibrium::LinearNetwork& linear_;
  Delays delays_;
  std::vector<Region> regions_;
  double longest_ = 0.0;
  Eigen::Index states_ = 0, ports_ = 0, channels_ = 0, own_channels_ = 0;
};

/// (lambda E - A - sum_e A_e f(tau_e))^-1 for one lambda; f(tau) is exp(-lambda tau), or what a
/// discretisation makes of it. Collective.
class Resolvent {
 public:
  template <class Factor>
  Resolvent(const LinearSystem& system, Complex lambda, const Factor& factor)
      : system_(system), lambda_(lambda) {
    for (std::size_t i = 0; i < system.owned().size(); ++i) {
      for (const equilibrium::LinearEdge& edge : system.edges_to(i))
        factors_.push_back(edge.weight * factor(system.delay_of(edge)));
    }
    reduce();
  }
  [[nodiscard]] Eigen::VectorXcd solve(const Eigen::VectorXcd& right) const;
  /// Of several right-hand sides: (states, n).
  [[nodiscard]] Eigen::MatrixXcd solve_all(const Eigen::MatrixXd& right) const;

 private:
  void reduce();
  [[nodiscard]] Eigen::MatrixXcd port_sums_of_all(const Eigen::MatrixXcd& sent) const;
  [[nodiscard]] Eigen::VectorXcd port_sums(const Eigen::VectorXcd& sent) const;

  const LinearSystem& system_;
  Complex lambda_;
  std::vector<Complex> factors_;         ///< (own edges)
  std::vector<Eigen::MatrixXcd> alone_;  ///< (n_regions) (lambda E - A)^-1
  Eigen::PartialPivLU<Eigen::MatrixXcd> ports_;
};

/// Delta'(lambda) x. Collective.
Eigen::VectorXcd slope_times(const LinearSystem& system, Complex lambda,
                             const Eigen::VectorXcd& state);

/// A root near `lambda`, from a state near its mode: Newton's method on the characteristic matrix,
/// as nonlinear inverse iteration. Returns the size of the last change. Collective.
double polish(const LinearSystem& system, Complex& lambda, Eigen::VectorXcd& state);

/// No root of the network has a larger absolute value and at least this real part. Collective.
double largest_root(const LinearSystem& system, double real_part);

/// True where the ports of the network hear each other so little that there is no root. Collective.
class Quiet {
 public:
  Quiet(const LinearSystem& system, double real_part);
  [[nodiscard]] bool at(double imaginary_part) const;

 private:
  const LinearSystem& system_;
  double real_part_;
  std::vector<double> factors_;  ///< (own edges)
};

}  // namespace arcuate::steady

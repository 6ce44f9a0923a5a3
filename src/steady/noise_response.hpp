#pragma once

#include <Eigen/Dense>
#include <vector>

#include "arcuate/engine/spec.hpp"
#include "characteristic.hpp"

namespace arcuate::steady {

/// Independent noises that drive the linear equations of a network, on every rank.
struct NoiseSources {
  /// exp(-|t|/tau) times the variance.
  struct Process {
    double variance = 0.0;
    double tau = 1.0;  ///< [ms]
  };
  Eigen::MatrixXd columns;                      ///< (states, sources) d rates / d source
  std::vector<double> white;                    ///< (sources) [ms] spectral density
  std::vector<std::vector<Process>> processes;  ///< (sources)

  [[nodiscard]] Eigen::Index size() const { return columns.cols(); }
  /// Spectral density at w [rad/ms]; its integral over w is 2 pi times the variance.
  [[nodiscard]] double density(Eigen::Index source, double w) const;
};

/// Of the noise of a study; inputs pass it on as they do at `state` (own). Collective.
NoiseSources sources_of(const equilibrium::RestingNetwork& network,
                        const engine::SimulationSpec& spec, const std::vector<double>& state);

/// Derivatives of a variable of every region by its states: (states), 0 where a region has none.
/// Collective.
Eigen::VectorXd reading_of(const equilibrium::RestingNetwork& network, const std::string& variable,
                           const std::vector<double>& state);

/// Cross-spectra of variables.
class NoiseResponse {
 public:
  NoiseResponse(const LinearSystem& system, NoiseSources sources,
                std::vector<Eigen::VectorXd> readings)
      : system_(system), sources_(std::move(sources)), readings_(std::move(readings)) {}
  [[nodiscard]] const NoiseSources& sources() const { return sources_; }
  [[nodiscard]] const std::vector<Eigen::VectorXd>& readings() const { return readings_; }
  [[nodiscard]] Eigen::Index regions() const {
    return static_cast<Eigen::Index>(system_.regions().size());
  }
  /// Real parts of the cross-spectral matrices at w [rad/ms]: (variables x regions, regions)
  /// [unit^2 ms]. Collective.
  [[nodiscard]] Eigen::MatrixXd at(double w) const;

 private:
  const LinearSystem& system_;
  NoiseSources sources_;
  std::vector<Eigen::VectorXd> readings_;
};

}  // namespace arcuate::steady

#include "arcuate/steady/linear_noise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/core/suggest.hpp"
#include "lyapunov.hpp"
#include "noise_response.hpp"

namespace arcuate::steady {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using engine::NoiseTerm;

constexpr GlobalIndex most_of_lyapunov = 1000;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// The integral of cross-spectra over all frequencies. w = scale tan(angle): what falls as 1/w^2,
/// as the spectra of what white noise drives do, is smooth at the end of the angles.
class AllFrequencies {
 public:
  AllFrequencies(const NoiseResponse& response, const Spectrum& roots) : response_(response) {
    for (const Complex root : roots.roots)
      scale_ = std::max(scale_, std::abs(root));
    if (scale_ == 0.0) scale_ = 1.0;
    borders_ = {0.0, std::numbers::pi / 2.0};
    for (const Complex root : roots.roots) {
      for (const double widths : {-3.0, 0.0, 3.0}) {
        const double w = root.imag() + widths * std::abs(root.real());
        if (w > 0.0) borders_.push_back(std::atan(w / scale_));
      }
    }
    std::sort(borders_.begin(), borders_.end());
    borders_.erase(std::unique(borders_.begin(), borders_.end(),
                               [](double a, double b) { return b - a < 1e-4; }),
                   borders_.end());
    borders_.back() = std::numbers::pi / 2.0;
  }

  /// (variables x regions, regions) [unit^2]
  MatrixXd covariance() {
    MatrixXd sum = MatrixXd::Zero(0, 0);
    std::vector<Panel> panels;
    for (std::size_t k = 0; k + 1 < borders_.size(); ++k) {
      panels.push_back(panel(borders_[k], borders_[k + 1]));
      if (sum.size() == 0) sum = MatrixXd::Zero(panels[0].rough.rows(), panels[0].rough.cols());
      sum += panels.back().sum;
    }
    deviation_ = deviations(sum);
    sum.setZero();
    while (!panels.empty()) {
      const Panel one = std::move(panels.back());
      panels.pop_back();
      const double error = relative(one.sum - one.rough);
      const double middle = 0.5 * (one.from + one.to);
      if (error <= enough || !(middle > one.from && middle < one.to)) {
        sum += one.sum;
        error_ += error;
        continue;
      }
      if (evaluations_ > most_evaluations)
        throw UnconvergedError("linear noise: the integral over frequencies does not settle");
      panels.push_back(panel(middle, one.to));
      panels.push_back(panel(one.from, middle));
    }
    return sum;
  }
  [[nodiscard]] double error() const { return error_; }
  [[nodiscard]] double scale() const { return scale_; }

 private:
  static constexpr double enough = 1e-7;
  static constexpr int most_evaluations = 2000000;
  struct Panel {
    double from = 0.0, to = 0.0;
    MatrixXd sum, rough;
  };

  MatrixXd at(double angle) {
    ++evaluations_;
    const double cosine = std::cos(angle);
    return response_.at(scale_ * std::tan(angle)) * (scale_ / (cosine * cosine * std::numbers::pi));
  }

  /// 7 and 15 points.
  Panel panel(double from, double to) {
    using Kronrod = boost::math::quadrature::gauss_kronrod<double, 15>;
    using Gauss = boost::math::quadrature::gauss<double, 7>;
    const double middle = 0.5 * (from + to), half = 0.5 * (to - from);
    Panel panel{from, to, {}, {}};
    for (std::size_t k = 0; k < Kronrod::abscissa().size(); ++k) {
      const double x = half * Kronrod::abscissa()[k];
      MatrixXd values = at(middle + x);
      if (k > 0) values += at(middle - x);
      const MatrixXd weighted = half * Kronrod::weights()[k] * values;
      if (k == 0) {
        panel.sum = weighted;
        panel.rough = half * Gauss::weights()[0] * values;
        continue;
      }
      panel.sum += weighted;
      if (k % 2 == 0) panel.rough += half * Gauss::weights()[k / 2] * values;
    }
    return panel;
  }

  [[nodiscard]] VectorXd deviations(const MatrixXd& covariance) const {
    const Index n = response_.regions();
    VectorXd result(covariance.rows());
    for (Index r = 0; r < covariance.rows(); ++r)
      result[r] = std::sqrt(std::max(covariance(r, r % n), 0.0));
    return result;
  }
  /// The largest entry over the deviations of both sides.
  [[nodiscard]] double relative(const MatrixXd& change) const {
    const Index n = response_.regions();
    double most = 0.0;
    for (Index r = 0; r < change.rows(); ++r) {
      for (Index j = 0; j < n; ++j) {
        const double size = deviation_[r] * deviation_[r / n * n + j];
        if (size > 0.0) most = std::max(most, std::abs(change(r, j)) / size);
      }
    }
    return most;
  }

  const NoiseResponse& response_;
  double scale_ = 0.0, error_ = 0.0;
  std::vector<double> borders_;
  VectorXd deviation_;
  int evaluations_ = 0;
};

/// Spectra of finite variance fall as 1/w^2.
void refuse_unbounded(const NoiseResponse& response, double scale,
                      const std::vector<std::string>& variables) {
  const MatrixXd far = response.at(1e5 * scale), further = response.at(1e7 * scale);
  const Index n = response.regions();
  for (Index r = 0; r < far.rows(); ++r) {
    if (far(r, r % n) > 0.0 && further(r, r % n) > 1e-2 * far(r, r % n))
      throw ConfigError(fmt::format(
          "steady.linear_noise: white noise is in {} itself: its variance is not finite. "
          "Ornstein-Uhlenbeck noise, or another variable, can be looked at",
          variables[z(r / n)]));
  }
}

/// Regions whose model lacks the variable.
std::vector<double> with_gaps(const MatrixXd& values, const NoiseResponse& response,
                              const equilibrium::Layout& layout) {
  const Index n = response.regions();
  std::vector<double> all;
  for (Index r = 0; r < values.rows(); ++r) {
    const VectorXd& reading = response.readings()[z(r / n)];
    const auto lacks = [&](Index i) {
      return reading.segment(static_cast<Index>(layout.first[z(i)]), layout.states[z(i)]).isZero(0);
    };
    for (Index j = 0; j < n; ++j)
      all.push_back(lacks(r % n) || lacks(j) ? std::nan("") : values(r, j));
  }
  return all;
}

std::vector<double> powers(const NoiseResponse& response,
                           const equilibrium::LinearNoiseOptions& options,
                           const equilibrium::Layout& layout) {
  const std::vector<double> frequencies = frequencies_of(options);
  const std::size_t n = z(response.regions()), variables = response.readings().size();
  std::vector<double> power(variables * frequencies.size() * n);
  for (std::size_t f = 0; f < frequencies.size(); ++f) {
    const MatrixXd spectra = response.at(2.0 * std::numbers::pi * frequencies[f] / 1000.0);
    const std::vector<double> values = with_gaps(spectra, response, layout);
    for (std::size_t v = 0; v < variables; ++v) {
      for (std::size_t i = 0; i < n; ++i)  // both signs of w; of ms 1/Hz
        power[(v * frequencies.size() + f) * n + i] = 2e-3 * values[(v * n + i) * n + i];
    }
  }
  return power;
}

bool depends_on_input(const model::Entry& model, int observable) {
  const auto states = static_cast<int>(model.info.states.size());
  return observable >= states && model.info.observables[z(observable - states)].uses_input;
}

void check_variable(const engine::SimulationSpec& spec, const std::string& name) {
  std::vector<std::string> known;
  bool found = false;
  for (const engine::Population& population : spec.populations) {
    const model::Entry& model = *population.model;
    for (int k = 0; k < model.n_observables(); ++k) {
      if (!depends_on_input(model, k)) known.emplace_back(model.observable_name(k));
    }
    const int index = model.observable(name);
    found = found || index >= 0 ||
            std::any_of(population.computed.begin(), population.computed.end(),
                        [&](const auto& one) { return one.name == name; });
    if (index >= 0 && depends_on_input(model, index))
      throw ConfigError(fmt::format(
          "steady.linear_noise.variables: {} depends on the input; allowed: states and observables "
          "that do not",
          name));
  }
  if (!found)
    throw ConfigError("steady.linear_noise.variables: no model has '" + name + "'" +
                      hint(name, known));
}

void check_term(const NoiseTerm& term, const model::ModelInfo& info) {
  const std::string target(term.on_input ? info.inputs[z(term.target)].name
                                         : info.states[z(term.target)].name);
  const std::string begin = "steady.linear_noise: noise." + target + " ";
  if (term.multiplicative) throw ConfigError(begin + "is multiplicative: linear noise is additive");
  if (term.kind == NoiseTerm::Kind::brownian)
    throw ConfigError(begin +
                      "is brownian: it has no stationary state; allowed: white, "
                      "ornstein_uhlenbeck, per_step, coloured");
}

}  // namespace

std::vector<double> frequencies_of(const equilibrium::LinearNoiseOptions& options) {
  std::vector<double> frequencies;
  const double last = std::floor((options.to - options.from) / options.step * (1.0 + 1e-12));
  for (double k = 0.0; k <= last; k += 1.0)
    frequencies.push_back(options.from + k * options.step);
  return frequencies;
}

void check_linear_noise(const engine::SimulationSpec& spec,
                        const equilibrium::LinearNoiseOptions& options) {
  bool any = false;
  for (const engine::Population& population : spec.populations) {
    for (const NoiseTerm& term : population.noise) {
      check_term(term, population.model->info);
      any = true;
    }
  }
  if (!any) throw ConfigError("steady.linear_noise: the study has no noise");
  for (const std::string& name : options.variables)
    check_variable(spec, name);
}

Fluctuations fluctuations(const equilibrium::RestingNetwork& network,
                          const equilibrium::LinearNetwork& linear,
                          const std::vector<double>& state, const Spectrum& roots,
                          const engine::SimulationSpec& spec,
                          const equilibrium::LinearNoiseOptions& options) {
  const LinearSystem system(network, linear, Delays::all);
  std::vector<VectorXd> readings;
  for (const std::string& variable : options.variables)
    readings.push_back(reading_of(network, variable, state));
  const NoiseResponse response(system, sources_of(network, spec, state), std::move(readings));
  AllFrequencies integral(response, roots);
  refuse_unbounded(response, integral.scale(), options.variables);
  Fluctuations result;
  const auto n_processes = [&] {
    std::size_t sum = 0;
    for (const auto& one : response.sources().processes)
      sum += one.size();
    return static_cast<GlobalIndex>(sum);
  };
  const bool dense = system.longest_delay() == 0.0 &&
                     network.layout().unknowns + n_processes() <= most_of_lyapunov;
  const MatrixXd covariance =
      dense ? undelayed_covariance(network, linear, response) : integral.covariance();
  result.covariance = with_gaps(covariance, response, network.layout());
  result.error = integral.error();
  result.power = powers(response, options, network.layout());
  return result;
}

}  // namespace arcuate::steady

#include "math.hpp"

#include <fftw3.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <memory>
#include <numbers>
#include <numeric>

namespace arcuate::report {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// A real Fourier transform of one length with its buffers.
class Transform {
 public:
  explicit Transform(std::size_t size)
      : in_(fftw_alloc_real(size), fftw_free),
        out_(fftw_alloc_complex(size / 2 + 1), fftw_free),
        plan_(fftw_plan_dft_r2c_1d(static_cast<int>(size), in_.get(), out_.get(), FFTW_ESTIMATE),
              fftw_destroy_plan) {}
  double* in() { return in_.get(); }
  void run() { fftw_execute(plan_.get()); }
  [[nodiscard]] double squared(std::size_t k) const {
    return out_.get()[k][0] * out_.get()[k][0] + out_.get()[k][1] * out_.get()[k][1];
  }

 private:
  std::unique_ptr<double, decltype(&fftw_free)> in_;
  std::unique_ptr<fftw_complex, decltype(&fftw_free)> out_;
  std::unique_ptr<fftw_plan_s, decltype(&fftw_destroy_plan)> plan_;
};

std::vector<double> hann(std::size_t size) {
  std::vector<double> window(size);
  for (std::size_t n = 0; n < size; ++n) {
    const double phase =
        2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(size);
    window[n] = 0.5 - 0.5 * std::cos(phase);
  }
  return window;
}

}  // namespace

Spectrum welch(std::span<const double> signal, double rate, std::size_t segment) {
  const std::size_t bins = segment / 2 + 1;
  const std::vector<double> window = hann(segment);
  const double energy = std::inner_product(window.begin(), window.end(), window.begin(), 0.0);
  Transform transform(segment);
  Spectrum result{std::vector<double>(bins), std::vector<double>(bins, 0.0)};
  std::size_t segments = 0;
  const std::size_t hop = segment - segment / 2;
  for (std::size_t from = 0; from + segment <= signal.size(); from += hop, ++segments) {
    const std::span<const double> part = signal.subspan(from, segment);
    const double mean =
        std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(segment);
    for (std::size_t n = 0; n < segment; ++n) {
      transform.in()[n] = window[n] * (part[n] - mean);
    }
    transform.run();
    for (std::size_t k = 0; k < bins; ++k) {
      result.power[k] += transform.squared(k);
    }
  }
  for (std::size_t k = 0; k < bins; ++k) {
    const bool unpaired = k == 0 || (segment % 2 == 0 && k == segment / 2);
    result.power[k] *= (unpaired ? 1.0 : 2.0) / (rate * energy * static_cast<double>(segments));
    result.frequency[k] = static_cast<double>(k) * rate / static_cast<double>(segment);
  }
  return result;
}

std::vector<double> pearson_matrix(std::span<const double> signals, std::size_t n_signals) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto n = static_cast<Eigen::Index>(n_signals);
  if (n == 0) return {};
  const auto samples = static_cast<Eigen::Index>(signals.size()) / n;
  Matrix z = Eigen::Map<const Matrix>(signals.data(), n, samples);
  std::vector<bool> defined(n_signals, false);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double scale = z.row(i).cwiseAbs().maxCoeff();
    z.row(i).array() -= z.row(i).mean();
    const double norm = z.row(i).norm();
    // Rounding in the mean leaves a constant signal a norm of a few units in the last place.
    defined[static_cast<std::size_t>(i)] =
        std::isfinite(norm) && norm > 1e-13 * scale * std::sqrt(static_cast<double>(samples));
    if (defined[static_cast<std::size_t>(i)]) z.row(i) /= norm;
  }
  std::vector<double> result(n_signals * n_signals);
  Eigen::Map<Matrix>(result.data(), n, n).noalias() = z * z.transpose();
  for (std::size_t i = 0; i < n_signals; ++i) {
    for (std::size_t j = 0; j < n_signals; ++j) {
      double& r = result[i * n_signals + j];
      r = defined[i] && defined[j] ? std::clamp(r, -1.0, 1.0) : undefined;
    }
  }
  return result;
}

double pearson(std::span<const double> x, std::span<const double> y) {
  if (x.size() < 3 || x.size() != y.size()) return undefined;
  std::vector<double> both(x.begin(), x.end());
  both.insert(both.end(), y.begin(), y.end());
  return pearson_matrix(both, 2)[1];
}

double wrapped(double angle) {
  const double turn = 2.0 * std::numbers::pi;
  const double rest = std::remainder(angle, turn);
  return rest <= -std::numbers::pi ? std::numbers::pi : rest;
}

std::vector<double> order_parameter(std::span<const double> angles, std::size_t n_signals) {
  if (n_signals == 0) return {};
  const std::size_t samples = angles.size() / n_signals;
  std::vector<std::complex<double>> sum(samples);
  for (std::size_t i = 0; i < n_signals; ++i) {
    for (std::size_t t = 0; t < samples; ++t)
      sum[t] += std::polar(1.0, angles[i * samples + t]);
  }
  std::vector<double> order(samples);
  std::transform(sum.begin(), sum.end(), order.begin(),
                 [&](const auto& z) { return std::abs(z) / static_cast<double>(n_signals); });
  return order;
}

std::vector<double> phase_locking(std::span<const double> angles, std::size_t n_signals) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto n = static_cast<Eigen::Index>(n_signals);
  if (n == 0) return {};
  const auto samples = static_cast<Eigen::Index>(angles.size()) / n;
  const Eigen::Map<const Matrix> theta(angles.data(), n, samples);
  const Matrix c = theta.array().cos().matrix();
  const Matrix s = theta.array().sin().matrix();
  const Matrix real = c * c.transpose() + s * s.transpose();
  const Matrix crossed = s * c.transpose();
  const Matrix imaginary = crossed - crossed.transpose();
  std::vector<double> result(n_signals * n_signals);
  Eigen::Map<Matrix>(result.data(), n, n) =
      ((real.array().square() + imaginary.array().square()).sqrt() / static_cast<double>(samples))
          .min(1.0)
          .matrix();
  return result;
}

double mean_frequency(std::span<const double> angles, double rate) {
  if (angles.size() < 2) return undefined;
  double turned = 0.0;
  for (std::size_t k = 1; k < angles.size(); ++k)
    turned += wrapped(angles[k] - angles[k - 1]);
  return turned * rate / (2.0 * std::numbers::pi * static_cast<double>(angles.size() - 1));
}

double circular_mean(std::span<const double> angles) {
  std::complex<double> sum;
  for (const double angle : angles)
    sum += std::polar(1.0, angle);
  const bool none = std::abs(sum) <= 1e-12 * static_cast<double>(angles.size());
  return none || !std::isfinite(std::abs(sum)) ? undefined : wrapped(std::arg(sum));
}

double rounded(double value) {
  if (!std::isfinite(value) || value == 0.0) return value;
  const double scale = std::pow(10.0, 4.0 - std::floor(std::log10(std::abs(value))));
  const double result = std::round(value * scale) / scale;
  return std::isfinite(result) ? result : value;
}

double quantile(std::vector<double> values, double q) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  if (values.empty()) return undefined;
  const double place = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), at, values.end());
  const double low = *at;
  if (below + 1 == values.size()) return low;
  const double high = *std::min_element(at + 1, values.end());
  return low + (place - static_cast<double>(below)) * (high - low);
}

std::size_t peak_of(std::span<const double> power, std::size_t from) {
  std::size_t best = 0;
  for (std::size_t k = std::max<std::size_t>(1, from); k + 1 < power.size(); ++k) {
    const bool local = power[k] > power[k - 1] && power[k] >= power[k + 1];
    if (!local || (best != 0 && power[k] <= power[best])) continue;
    const auto at = power.begin() + static_cast<std::ptrdiff_t>(k);
    const auto octave_up =
        power.begin() + static_cast<std::ptrdiff_t>(std::min(2 * k + 1, power.size()));
    const double below = *std::min_element(power.begin() + static_cast<std::ptrdiff_t>(k / 2), at);
    const double above = *std::min_element(at + 1, octave_up);
    if (power[k] >= 3.0 * std::max(below, above)) best = k;
  }
  return best;
}

}  // namespace arcuate::report

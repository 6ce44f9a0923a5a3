#include "arcuate/analysis/filter.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <string>

#include "arcuate/core/error.hpp"
#include "number_text.hpp"
#include "threads.hpp"

// A. V. Oppenheim, R. W. Schafer, Discrete-Time Signal Processing, chapter 7: an analog prototype
// whose frequencies are moved and which becomes a digital filter by the bilinear transformation.

namespace arcuate::analysis {
namespace {

using Complex = std::complex<double>;
constexpr double doubled_rate = 4.0;  // of the bilinear transformation, at a sampling rate of 2

void check(int order, Band band, double rate) {
  if (order < 1 || order > 16)
    throw ConfigError("filter: order is " + std::to_string(order) + " (allowed: 1 to 16)");
  const std::string half = number_text(0.5 * rate) + " Hz, half the sampling rate";
  for (const double edge : {band.low, band.high}) {
    if (std::isfinite(edge) && edge >= 0.0 && edge < 0.5 * rate) continue;
    throw ConfigError("filter: a frequency of " + number_text(edge) + " Hz (allowed: 0 to below " +
                      half + ")");
  }
  if (band.low <= 0.0 && band.high <= 0.0)
    throw ConfigError("filter: a band from 0 to 0 Hz (allowed: one frequency above 0)");
  if (band.low > 0.0 && band.high > 0.0 && band.low >= band.high) {
    throw ConfigError("filter: a band from " + number_text(band.low) + " to " +
                      number_text(band.high) + " Hz (allowed: the second higher than the first)");
  }
}

double warped(double frequency, double rate) {
  return doubled_rate * std::tan(std::numbers::pi * frequency / rate);
}

/// Poles in the analog plane, and what the digital gain is made of.
struct Analog {
  std::vector<Complex> poles;
  double gain = 1.0;  ///< of the zeros and poles together, before the bilinear transformation
  int zeros_at_origin = 0;
};

Analog analog_filter(int order, Band band, double rate) {
  const double low = warped(band.low, rate);
  const double high = warped(band.high, rate);
  Analog filter;
  for (int m = -order + 1; m < order; m += 2) {
    const Complex pole =
        -std::polar(1.0, std::numbers::pi * static_cast<double>(m) / (2.0 * order));
    if (band.low <= 0.0) {
      filter.poles.push_back(pole * high);
      filter.gain *= high;
    } else if (band.high <= 0.0) {
      filter.poles.push_back(low / pole);
    } else {
      const Complex half = pole * (0.5 * (high - low));
      const Complex root = std::sqrt(half * half - low * high);
      filter.poles.push_back(half + root);
      filter.poles.push_back(half - root);
      filter.gain *= high - low;
    }
  }
  filter.zeros_at_origin = band.low <= 0.0 ? 0 : order;
  return filter;
}

/// Poles one section at a time: conjugate pairs, then real ones two by two, and last a single one.
std::vector<std::vector<Complex>> paired(const std::vector<Complex>& poles) {
  std::vector<std::vector<Complex>> sections;
  std::vector<Complex> real;
  for (const Complex& pole : poles) {
    if (std::abs(pole.imag()) <= 1e-14 * std::abs(pole)) {
      real.emplace_back(pole.real());
    } else if (pole.imag() > 0.0) {
      sections.push_back({pole, std::conj(pole)});
    }
  }
  std::sort(real.begin(), real.end(),
            [](const Complex& a, const Complex& b) { return a.real() < b.real(); });
  for (std::size_t k = 0; k + 1 < real.size(); k += 2)
    sections.push_back({real[k], real[k + 1]});
  if (real.size() % 2 == 1) sections.push_back({real.back()});
  return sections;
}

struct State {
  double first = 0.0;
  double second = 0.0;
};

/// Direct form II, transposed. Returns what it remembers behind the last value.
State run(Eigen::Ref<Vector> x, const Section& s, State state) {
  const auto [b0, b1, b2, a1, a2] = s;
  for (double& value : x) {
    const double in = value;
    value = b0 * in + state.first;
    state.first = b1 * in - a1 * value + state.second;
    state.second = b2 * in - a2 * value;
  }
  return state;
}

/// The same as if the first value had been there for ever.
void run_settled(Eigen::Ref<Vector> x, const std::vector<Section>& sections) {
  double level = x[0];
  for (const Section& section : sections) {
    const auto [b0, b1, b2, a1, a2] = section;
    const double out = level * (b0 + b1 + b2) / (1.0 + a1 + a2);
    const double second = b2 * level - a2 * out;
    run(x, section, {b1 * level - a1 * out + second, second});
    level = out;
  }
}

/// Samples that a signal is extended by at both ends, as SciPy chooses it.
Index extension_of(const std::vector<Section>& sections) {
  const auto without = [&](std::size_t place) {
    return std::count_if(sections.begin(), sections.end(),
                         [place](const Section& s) { return s[place] == 0.0; });
  };
  return 3 * (2 * std::ssize(sections) + 1 - std::min(without(2), without(4)));
}

/// Forwards and backwards over a signal that is mirrored at its end points.
void run_both_ways(Eigen::Ref<Vector> x, const std::vector<Section>& sections, Index extension) {
  const Index n = x.size();
  Vector whole(n + 2 * extension);
  whole.segment(extension, n) = x;
  for (Index k = 1; k <= extension; ++k) {
    whole[extension - k] = 2.0 * x[0] - x[k];
    whole[extension + n - 1 + k] = 2.0 * x[n - 1] - x[n - 1 - k];
  }
  run_settled(whole, sections);
  whole.reverseInPlace();
  run_settled(whole, sections);
  whole.reverseInPlace();
  x = whole.segment(extension, n);
}

}  // namespace

std::vector<Section> butterworth(int order, Band band, double rate) {
  check(order, band, rate);
  const Analog analog = analog_filter(order, band, rate);
  Complex gain = analog.gain * std::pow(doubled_rate, analog.zeros_at_origin);
  std::vector<Complex> poles;
  for (const Complex& pole : analog.poles) {
    poles.push_back((doubled_rate + pole) / (doubled_rate - pole));
    gain /= doubled_rate - pole;
  }
  std::vector<std::vector<Complex>> pairs = paired(poles);
  const auto reach = [](const auto& pair) { return std::abs(pair.front()); };
  std::stable_sort(pairs.begin(), pairs.end(),
                   [&](const auto& a, const auto& b) { return reach(a) < reach(b); });
  std::vector<Section> sections;
  for (const auto& pair : pairs) {
    const bool two = pair.size() == 2;
    const Complex other = two ? pair[1] : Complex();
    const double zero = band.low <= 0.0 ? 1.0 : -1.0;  // b of a zero at -1, or at 1
    Section s{1.0, two ? 2.0 * zero : zero, two ? 1.0 : 0.0, -(pair[0] + other).real(),
              (pair[0] * other).real()};
    if (band.low > 0.0 && band.high > 0.0) s[1] = 0.0, s[2] = -1.0;
    sections.push_back(s);
  }
  for (std::size_t k = 0; k < 3; ++k)
    sections.front()[k] *= gain.real();
  return sections;
}

Matrix filtered(Series series, const std::vector<Section>& sections, FilterRun how) {
  const Index extension = extension_of(sections);
  if (how == FilterRun::zero_phase && series.rows() <= extension) {
    throw ConfigError("filter: the series has " + std::to_string(series.rows()) +
                      " samples (allowed: more than " + std::to_string(extension) +
                      ", by which a zero-phase filter of this order extends it)");
  }
  Matrix out = series;
#pragma omp parallel for num_threads(threads()) schedule(static)
  for (Index i = 0; i < out.cols(); ++i) {
    if (how == FilterRun::zero_phase) {
      run_both_ways(out.col(i), sections, extension);
    } else {
      for (const Section& section : sections)
        run(out.col(i), section, {});
    }
  }
  return out;
}

void CausalFilter::run(Eigen::Ref<Matrix> samples) {
#pragma omp parallel for num_threads(threads()) schedule(static)
  for (Index i = 0; i < samples.cols(); ++i) {
    for (Index s = 0; s < std::ssize(sections_); ++s) {
      const State before{state_(2 * s, i), state_(2 * s + 1, i)};
      const State behind =
          analysis::run(samples.col(i), sections_[static_cast<std::size_t>(s)], before);
      state_(2 * s, i) = behind.first;
      state_(2 * s + 1, i) = behind.second;
    }
  }
}

}  // namespace arcuate::analysis

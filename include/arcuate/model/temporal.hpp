#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

/// Functions of absolute time: the time course of a stimulus, or of a parameter that changes.
namespace arcuate::model {

enum class TemporalForm {
  pulse,
  pulse_train,
  step,
  box,
  ramp,
  gaussian,
  double_gaussian,
  sigmoid,
  sinusoid,
  cosine,
  alpha,
  difference_of_exponentials,
  chirp,
  series
};

struct TemporalParameterInfo {
  std::string_view name;
  std::string_view unit;  ///< "" for the unit of what the function is added to
  double value = 0.0;     ///< default; not-a-number: must be given
  bool positive = false;  ///< must be > 0
  std::string_view meaning;
};

inline constexpr std::size_t most_temporal_parameters = 6;

struct TemporalInfo {
  TemporalForm form;
  std::string_view name;
  std::string_view equation;  ///< plain text
  std::span<const TemporalParameterInfo> parameters;
};

/// All forms, in the order of TemporalForm.
std::span<const TemporalInfo> temporal_forms();

/// f(t). Windows are half open: they contain their onset and not their end, whatever the rounding
/// of t = n dt. Sinusoids run with absolute time, not from their onset.
struct TemporalFunction {
  TemporalForm form = TemporalForm::step;
  std::array<double, most_temporal_parameters> parameter{};  ///< as TemporalInfo::parameters
  std::vector<double> samples;  ///< series: one value every `period` from `onset`
  std::vector<double> times{};  ///< series: or one value at each time after `onset` [ms], ascending

  /// t: [ms]; dt: [ms] the time step, a millionth of which counts as no time at all.
  [[nodiscard]] double at(double t, double dt) const;
};

}  // namespace arcuate::model

#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/monitor/space_reduction.hpp"
#include "arcuate/monitor/time_filter.hpp"

/// What kinds of monitors there are: a time filter, then a space reduction. Checks of study files
/// and their reference, `check`, `plan` and the recorder ask this table and nothing else.
namespace arcuate::monitor {

/// A number that a kind takes from a study, as a row of the reference of study files.
struct KindNumber {
  std::string_view name;
  std::string_view unit;      ///< udunits name, "1" dimensionless
  std::string_view fallback;  ///< as a user would write it, or "required"
  std::string_view allowed;   ///< "> 0", ">= 0", "0 to 1", or "" for all finite numbers
  std::string_view meaning;
};

/// A quantity of a kind's equations, which studies give in `parameters`.
struct KindParameter {
  std::string_view name;
  std::string_view unit;  ///< udunits name, "1" dimensionless
  double lower = 0.0;     ///< the least that is allowed
  double upper = 0.0;     ///< the most
  std::string_view meaning;
};

/// One of several forms of a kind's equations, or a set of their parameters.
struct KindOption {
  std::string_view name;
  std::string_view meaning;                     ///< with its source
  std::span<const KindParameter> parameters{};  ///< of the first choice of a kind: what it takes,
  std::span<const double> values{};             ///< and the values that it has unless given
};

/// A word of a study; the first option is the default.
struct KindChoice {
  std::string_view name;
  std::string_view meaning;
  std::span<const KindOption> options;
};

/// Which regions a kind reads, and what its columns are.
enum class Regions {
  chosen,   ///< those of `regions`: a column each, or for each group of `groups`
  all,      ///< one column called "mean"
  grouped,  ///< those of `groups`: a column for each group
  seen,     ///< those that sensors see: a column for each sensor
};

/// One file in src/monitor/kinds and one line in cmake/ArcuateMonitors.cmake.
struct Kind {
  std::string_view name;
  std::string_view meaning;  ///< what a sample is, for the reference
  bool of_inputs = false;    ///< records inputs of models, else states and observables
  bool every_step = false;   ///< a study may leave `period` out
  Regions regions = Regions::chosen;
  std::span<const KindNumber> numbers{};  ///< as MonitorSpec::numbers has their values
  std::span<const KindChoice> choices{};  ///< as MonitorSpec::choices has them
  bool by_region = false;                 ///< parameters may differ between regions
  bool names_variables = false;           ///< a study has to say what it reads
  std::string_view unit{};                ///< of samples; "": that of the variable
  double step = 0.0;                      ///< [ms] of its own, unless a study gives one; 0: none
  /// [s] of a value in such a step, beyond being read and averaged. dt: [ms].
  double (*seconds)(const MonitorSpec& spec, double dt) = nullptr;
  Looks looks = Looks::at_samples;
  std::string_view lost{};  ///< what TimeFilter::lost() means; "": it does not happen
  /// What is wrong with the parameters of a study, or "".
  std::string (*doubt)(const MonitorSpec& spec, double dt) = nullptr;
  /// What is hardly meant by the parameters of a study, or "".
  std::string (*remark)(const MonitorSpec& spec, double dt) = nullptr;
  /// Why a source that is usually about this in a region is hardly meant, or "".
  std::string (*unlikely)(const MonitorSpec& spec, double source, GlobalIndex region) = nullptr;
  MakeFilter make_filter = nullptr;
  MakeReduction make_reduction = nullptr;  ///< none: regions are recorded as they are
};

/// From samples of regions to columns: that of the kind, or means over the groups of a study.
/// nullptr: regions are recorded as they are.
MakeReduction reduction_of(const MonitorSpec& spec);

/// In the order of the reference.
std::span<const Kind* const> kinds();

/// nullptr when no kind has this name.
const Kind* find_kind(std::string_view name);
/// The same for names that are known to be there.
const Kind& kind_called(std::string_view name);

/// Whether a study may give `parameters` of this kind.
bool has_parameters(const Kind& kind);

/// Parameters of what a study chose.
std::span<const KindParameter> parameters_of(const MonitorSpec& spec);

/// [steps] The longest step of a kind up to Kind::step of which `period` [steps] is a multiple. dt:
/// [ms].
Step usual_step(const Kind& kind, Step period, double dt);

/// "bold: preset deco2014, in steps of 1 ms", for sensors what they see and how, or "" for kinds
/// without choices. dt: [ms].
std::string settings_of(const MonitorSpec& spec, double dt);

}  // namespace arcuate::monitor

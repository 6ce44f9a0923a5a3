#pragma once

#include <memory>
#include <span>
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

/// Which regions a kind reads, and what its columns are.
enum class Regions {
  chosen,   ///< those of `regions`: a column each
  all,      ///< one column called "mean"
  grouped,  ///< those of `groups`: a column for each group
};

/// One file in src/monitor/kinds and one line in cmake/ArcuateMonitors.cmake.
struct Kind {
  std::string_view name;
  std::string_view meaning;  ///< what a sample is, for the reference
  bool of_inputs = false;    ///< records inputs of models, else states and observables
  bool every_step = false;   ///< a study may leave `period` out
  Regions regions = Regions::chosen;
  std::span<const KindNumber> numbers{};  ///< as MonitorSpec::numbers has their values
  Looks looks = Looks::at_samples;
  MakeFilter make_filter = nullptr;
  MakeReduction make_reduction = nullptr;  ///< none: regions are recorded as they are
};

/// In the order of the reference.
std::span<const Kind* const> kinds();

/// nullptr when no kind has this name.
const Kind* find_kind(std::string_view name);
/// The same for names that are known to be there.
const Kind& kind_called(std::string_view name);

}  // namespace arcuate::monitor

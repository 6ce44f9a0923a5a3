#pragma once

#include <array>
#include <limits>
#include <span>
#include <string_view>

/// What a model says about itself. A descriptor gives study-file checks, `arcuate models NAME`, the
/// generated documentation and bounds for fitting; nothing else is written by hand for a model.
namespace arcuate::model {

inline constexpr double unbounded = std::numeric_limits<double>::infinity();

struct Range {
  double low = 0.0;
  double high = 0.0;
};

/// Of states that have no scale: nothing finite is out of range.
inline constexpr Range any_value{-unbounded, unbounded};

struct StateInfo {
  std::string_view name;
  std::string_view unit;      ///< udunits name, "1" when dimensionless
  double initial = 0.0;       ///< [unit] value at t = 0 unless the study says otherwise
  Range range;                ///< [unit] usual values: random initial values, phase planes
  double lower = -unbounded;  ///< [unit] the state is clamped to [lower, upper] after every stage
  double upper = unbounded;
  std::string_view meaning;
  /// The right-hand side gives the value after the step and not its change: a function of the other
  /// states and the inputs at the begin of the step (of the first stage), which the network and
  /// delays read as they read any state.
  bool assigned = false;
  /// [unit] outside of it the equations mean nothing any more, and the simulation has diverged:
  /// orders of magnitude beyond `range`. Empty: plausible_range() widens `range`.
  Range plausible = {};
};

/// Which numbers the equations can take. Others are errors, where those outside of the usual range
/// are warned of. `derived`: see takes_of().
enum class Takes { derived, any, positive, not_negative, fraction, zero_or_one };

struct ParameterInfo {
  std::string_view name;
  std::string_view unit;
  double value = 0.0;  ///< [unit] default
  Range range;         ///< [unit] usual values: default bounds of a fit
  std::string_view meaning;
  Takes takes = Takes::derived;
};

/// A quantity that other things add to: the network, noise, later stimuli.
struct InputInfo {
  std::string_view name;
  std::string_view unit;
  std::string_view
      source;  ///< observable that the network broadcasts into this input by default; "" for none
  std::string_view gate;  ///< parameter that multiplies the input: where it is 0 in all regions the
                          ///< input is not computed
  std::string_view meaning;
  bool squared_weights = false;  ///< the network enters with the squares of its weights
};

/// A function of state, parameters and inputs that can be recorded or broadcast.
struct ObservableInfo {
  std::string_view name;
  std::string_view unit;
  bool uses_input = false;  ///< depends on the network input: can be recorded, not broadcast
  std::string_view meaning;
};

/// A value of the same region some time ago: a delay between populations of one region. The engine
/// keeps the past; the right-hand side receives these values after the inputs, in this order.
struct DelayedInfo {
  std::string_view name;
  std::string_view source;  ///< state, or observable that does not depend on the input
  std::string_view delay;   ///< parameter that holds the delay [ms]; at least one step
  std::string_view meaning;
};

/// What a picture of one region shows that no input would hide: a constant and white noise on an
/// input.
struct PictureInfo {
  std::string_view input = {};  ///< "": none
  double mean = 0.0;            ///< [unit of the input]
  double sigma = 0.0;           ///< [unit of the input x sqrt(model time unit)]
  double duration = 0.0;        ///< [model time unit] 0: until it rests, or some cycles
  std::string_view observable =
      {};  ///< of presets; "": the first observable, or what it broadcasts
};

/// Parameter values under a name: an activity type, or the numbers of another program. Parameters
/// that it does not list keep their defaults. A study takes it as `model: {name: ..., preset:
/// NAME}`.
struct PresetValue {
  std::string_view parameter;
  double value = 0.0;  ///< [unit of the parameter]
};
struct PresetInfo {
  std::string_view name;
  std::string_view meaning;  ///< with its citation
  std::span<const PresetValue> values;
  PictureInfo picture = {};
};

/// Feedback inhibition control: the weight by which inhibition holds the rate of a region, and what
/// the rate is. With the rate held the excitatory state is a function of the rate alone, and the
/// inhibitory state does not depend on the weight.
struct FicInfo {
  std::string_view parameter;   ///< the weight; more of it means a lower rate. "": none
  std::string_view rate;        ///< observable [Hz] that is averaged over time and held
  std::string_view excitatory;  ///< state that the rate drives
  std::string_view inhibitory;  ///< state that the weight multiplies
  double slope = 0.0;           ///< of the heuristic: weight = 1 + slope x network strength
};

struct LookupTable;  // table.hpp

struct TableAxisInfo {
  std::string_view name;
  std::string_view unit;
  double low = 0.0;   ///< [unit] first point
  double high = 0.0;  ///< [unit] last point
  int points = 0;     ///< evenly spaced, at least 2
};

struct TableColumnInfo {
  std::string_view name;
  std::string_view unit;
  double lower = -unbounded;  ///< [unit] smallest value that makes sense
  std::string_view meaning;
};

/// Functions of two variables that a model looks up: numbers on a grid, from a file that the study
/// names. A file may have another grid than the usual one.
struct TableInfo {
  TableAxisInfo x, y;
  std::span<const TableColumnInfo> columns;  ///< empty: the model has no table
  LookupTable (*make)(const TableAxisInfo& x,
                      const TableAxisInfo& y) = nullptr;  ///< computes the columns
  std::string_view others;                                ///< files of other programs that serve
};

struct ModelInfo {
  std::string_view name;  ///< as The Virtual Brain calls it, if it has these equations
  std::string_view title;
  std::string_view category;   ///< "phenomenological", "neural mass", "mean field", "epilepsy"
  std::string_view equations;  ///< plain text, one equation a line, in the paper's letters
  std::string_view reference;  ///< citation with DOI
  std::string_view notes;      ///< deviations from other programs, and why; may be empty
  double time_unit = 1.0;      ///< [ms] the unit of time of the equations
  std::string_view time_unit_name = "ms";
  std::span<const StateInfo> states;
  std::span<const ParameterInfo> parameters;
  std::span<const InputInfo> inputs;
  std::span<const ObservableInfo> observables;  ///< beyond the states, which are always observable
  std::span<const PresetInfo> presets = {};
  FicInfo fic = {};  ///< models with an inhibitory weight to tune
  std::span<const DelayedInfo> delayed = {};
  PictureInfo picture = {};  ///< of the defaults
  TableInfo table = {};      ///< models that look up functions
};

}  // namespace arcuate::model

#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "arcuate/analysis/connectivity.hpp"
#include "arcuate/analysis/filter.hpp"
#include "arcuate/analysis/series.hpp"

/// What features there are: their options, what they return, and how they are computed. Checks of
/// feature files, the program and the reference ask this table and nothing else.
namespace arcuate::analysis {

enum class OptionType {
  number,
  whole,  ///< a whole number
  flag,   ///< true or false
  word,   ///< one of `allowed`
  text,
  band,   ///< [low, high]
  bands,  ///< {name: [low, high], ...}
};

/// A row of the reference.
struct OptionInfo {
  std::string_view name;
  OptionType type = OptionType::number;
  std::string_view unit;      ///< "" where there is none
  std::string_view fallback;  ///< as a user would write it; "required"; "" for none
  std::string_view allowed;   ///< words "a, b, c"; bounds "> 0", ">= 0", "0 to 1"; or ""
  std::string_view meaning;
};

struct NamedBand {
  std::string name;
  Band band;
};

/// Options as a user gave them, with the defaults of those that have one.
class Options {
 public:
  using Value = std::variant<double, bool, std::string, Band, std::vector<NamedBand>>;

  void set(std::string_view name, Value value, bool given = true) {
    values_[std::string(name)] = std::move(value);
    if (given) given_.insert(std::string(name));
  }
  /// By the user, and other than by default.
  [[nodiscard]] bool given(std::string_view name) const {
    return given_.count(std::string(name)) > 0;
  }
  [[nodiscard]] bool has(std::string_view name) const {
    return values_.count(std::string(name)) > 0;
  }
  [[nodiscard]] double number(std::string_view name) const { return get<double>(name); }
  [[nodiscard]] Index whole(std::string_view name) const {
    return static_cast<Index>(get<double>(name));
  }
  [[nodiscard]] bool flag(std::string_view name) const { return get<bool>(name); }
  [[nodiscard]] const std::string& word(std::string_view name) const {
    return get<std::string>(name);
  }
  [[nodiscard]] Band band(std::string_view name) const { return get<Band>(name); }
  [[nodiscard]] const std::vector<NamedBand>& bands(std::string_view name) const {
    return get<std::vector<NamedBand>>(name);
  }
  /// The value of an enumeration whose words the option allows.
  template <class Enum>
  [[nodiscard]] Enum word_as(std::string_view name) const {
    for (const auto& row : core::Names<Enum>::table) {
      if (row.word == word(name)) return row.value;
    }
    return core::Names<Enum>::table.front().value;
  }
  [[nodiscard]] const std::map<std::string, Value>& all() const { return values_; }

 private:
  template <class T>
  const T& get(std::string_view name) const {
    return std::get<T>(values_.at(std::string(name)));
  }
  std::map<std::string, Value> values_;
  std::set<std::string> given_;
};

/// What a feature is computed from.
struct Input {
  Matrix series;                    ///< (n_samples, n_regions), after `prepare`
  double rate = 1.0;                ///< [Hz]
  double first_time = 0.0;          ///< [s] of the first sample
  std::string unit;                 ///< of the signal
  std::vector<std::string> labels;  ///< (n_regions)
  PairMask mask{};                  ///< pairs that count, or empty: all
  Matrix distance{};                ///< (n_regions, n_regions) [mm] of centres, or empty
  Index expected = 0;               ///< samples to come, of an input that has none

  [[nodiscard]] Index samples() const { return series.rows() > 0 ? series.rows() : expected; }
};

/// A dimension, and what stands along it: numbers or texts.
struct Axis {
  std::string name;
  std::string unit{};
  std::vector<double> values{};
  std::vector<std::string> texts{};
};

struct Array {
  std::string name;
  std::string unit;
  std::vector<std::string> axes;
  std::vector<double> values;  ///< in the order of the axes, the last runs fastest
};

struct Result {
  std::vector<Axis> axes;
  std::vector<Array> arrays;
  std::vector<std::string> notes{};  ///< what a user should know
};

/// An array of a result, as a row of the reference.
struct ReturnInfo {
  std::string_view name;
  std::string_view axes;  ///< "region, other_region"; "" for a number
  std::string_view unit;  ///< "unit" stands for that of the signal
  std::string_view meaning;
};

class Accumulator;  // analysis/stream.hpp

/// One file in src/analysis/kinds and one line in cmake/ArcuateFeatures.cmake.
struct Feature {
  std::string_view name;
  std::string_view meaning;
  std::string_view citation{};
  std::span<const OptionInfo> options{};
  std::span<const ReturnInfo> returns{};
  bool of_pairs = false;        ///< takes a mask of pairs of regions
  bool needs_distance = false;  ///< wants the centres of regions
  bool of_phases = false;       ///< phases mean something in a narrow band only
  Result (*compute)(const Input& input, const Options& options) = nullptr;
  /// What is wrong with options for so many samples and labels, of which there may be fewer
  /// signals; where `compute` would cost much to find out, or depends on the number of regions.
  void (*check)(const Input& input, const Options& options) = nullptr;
  /// For samples as they come, where the feature can be computed so: `frame` is an input without
  /// samples, of signals that are not filtered. nullptr, or returns it: these options need all
  /// samples at once.
  std::unique_ptr<Accumulator> (*stream)(const Input& frame, const Options& options) = nullptr;
  /// [bytes] from the first sample to the result, where that is not what `expected_bytes` says of
  /// features that need all samples at once.
  double (*bytes)(const Input& frame, const Options& options) = nullptr;
};

/// In the order of the reference.
std::span<const Feature* const> features();
/// nullptr when there is none of this name.
const Feature* find_feature(std::string_view name);

/// What is done with signals before any feature: options of all of them.
std::span<const OptionInfo> preparation_options();
/// Filters, and puts the envelope in the place of the signals. Throws ConfigError.
Matrix prepare(Matrix series, double rate, const Options& options);

/// How a feature is computed of samples as they come, or nullptr where it needs all at once. What
/// the accumulator gives is what `compute` gives, to rounding. A causal filter runs along.
std::unique_ptr<Accumulator> accumulator_of(const Feature& feature, const Input& frame,
                                            const Options& options);

/// [bytes] that a feature takes at most while samples come and when it is computed, the result
/// included, and without the samples that it needs all at once (where it is not streamed).
double expected_bytes(const Feature& feature, const Input& frame, const Options& options);

}  // namespace arcuate::analysis

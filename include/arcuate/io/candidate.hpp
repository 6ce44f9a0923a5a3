#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "arcuate/core/names.hpp"
#include "arcuate/optimise/space.hpp"

/// What the candidates of sweeps and fits have in common: a candidate is a study with changes.
namespace arcuate::io {

/// A value of a study that a candidate replaces, as `--set` does.
struct Change {
  std::string path;   ///< "coupling.gain"
  std::string value;  ///< YAML on one line; numbers read back as the same bits
};

/// "path=value", as parse_study() takes it.
std::string override_of(const Change& change);
std::vector<std::string> overrides_of(const std::vector<Change>& changes);
/// The same with a text that is taken as it is: names of files may hold what YAML gives a meaning.
std::string override_of_text(const std::string& path, const std::string& text);

/// Whether a column is what is varied, what follows from it, or what belongs to the design.
enum class ColumnOf { varied, derived, design };

/// A column of tables of candidates.
struct Column {
  std::string name;
  std::string unit{};  ///< udunits, "1" dimensionless, "" of texts and where it is not known
  bool text = false;
  std::string meaning{};
  ColumnOf of = ColumnOf::varied;
  std::string scale{};  ///< linear, log, logit of what is searched between bounds
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

/// What stands in a column.
struct Cell {
  std::string text;
  double number = std::numeric_limits<double>::quiet_NaN();  ///< NaN in columns of texts
};

/// Whether all candidates have the same seeds, or each its own.
enum class RandomNumbers { common, independent };

/// From which weights tuning by simulation starts.
enum class TuneFrom { analytic, neighbour };

/// How every candidate is run.
struct EachCandidate {
  bool tune_inhibition = false;  ///< before simulating
  TuneFrom tune_from = TuneFrom::analytic;
  bool steady = false;  ///< of spiking neurons: the mean field, before simulating
  bool simulate = true;
  bool keep_features = false;
  bool keep_recordings = false;
  int repeats = 1;  ///< simulations with other seeds
  RandomNumbers random_numbers = RandomNumbers::common;
  double time_limit = std::numeric_limits<double>::infinity();  ///< [s] of wall time
};

/// Whether losses of what `other` does can be computed of what is done: the same simulations, and
/// perhaps more beside them.
inline bool covers(const EachCandidate& each, const EachCandidate& other) {
  return (each.steady || !other.steady) && (each.simulate || !other.simulate) &&
         each.tune_inhibition == other.tune_inhibition;
}

/// Whether a candidate can change the path: it is of what is simulated, and how.
bool can_change(const std::string& path);

/// Whether two paths are the same, or one is inside the other.
inline bool meet(const std::string& a, const std::string& b) {
  return (a + ".").starts_with(b + ".") || (b + ".").starts_with(a + ".");
}

/// Where a candidate stands among others, which says how alike two are.
struct Place {
  std::vector<double> at{};  ///< in [0, 1] along each axis of numbers
  std::string kind{};        ///< what is no number: only those with the same are alike
};

/// Squared; infinite between two kinds.
double distance(const Place& a, const Place& b);

/// Of a point of the unit cube: choices are no numbers.
Place place_of(const optimise::Space& space, const optimise::Vector& unit);

class Subject;
/// The normalised study without the sections `sweep` and `fit`.
std::string without_searches(const Subject& study);

/// The seed of a repeat (from 0) where all candidates have the same; of the first it is the
/// study's.
std::uint64_t seed_of(std::uint64_t study, int repeat);
/// The seed of a repeat of a candidate that has seeds of its own.
std::uint64_t seed_of(std::uint64_t study, int repeat, std::uint64_t candidate);

}  // namespace arcuate::io

namespace arcuate::core {

template <>
struct Names<io::TuneFrom> {
  static constexpr std::array table{
      Name{io::TuneFrom::analytic, "analytic", "the candidate's own without noise"},
      Name{io::TuneFrom::neighbour, "neighbour",
           "these, moved as in a candidate with similar values"}};
};

template <>
struct Names<io::RandomNumbers> {
  static constexpr std::array table{
      Name{io::RandomNumbers::common, "common", "the same seeds for all candidates"},
      Name{io::RandomNumbers::independent, "independent", "other seeds for each candidate"}};
};

}  // namespace arcuate::core

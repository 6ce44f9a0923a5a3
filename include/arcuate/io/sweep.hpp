#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/io/candidate.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/io/subject.hpp"
#include "arcuate/optimise/space.hpp"

/// The section `sweep` of a study file (docs/sweeps-and-fits.md).
namespace arcuate::io {

enum class Design { grid, table, random, lhs, sobol, halton, morris };

/// A path that a sweep varies.
struct SweptPath {
  std::string path;
  std::string place;                  ///< begins every message
  std::string unit;                   ///< of the numbers; "" when not known
  std::vector<std::string> values;    ///< of a grid or a table, as YAML on one line
  std::vector<double> numbers;        ///< of the same in `unit`; empty when they are texts
  std::vector<std::string> places{};  ///< of a table: where each value stands, as `place`

  [[nodiscard]] const std::string& place_of(std::size_t value) const {
    return places.empty() ? place : places[value];
  }
  [[nodiscard]] bool text() const { return numbers.empty(); }
};

/// A dimension of a grid: a path, or several that change together.
struct SweepAxis {
  std::vector<SweptPath> paths;

  [[nodiscard]] std::int64_t size() const {
    return static_cast<std::int64_t>(paths.front().values.size());
  }
};

/// Where a candidate of Design::morris stands.
struct MorrisStep {
  std::int64_t trajectory = 0;
  std::int64_t point = 0;  ///< of the trajectory, from 0
  int changed = -1;        ///< the path (of paths()) that changed to get here; -1: the first point
  double step = 0.0;       ///< by which it changed, of the unit cube
};

/// A condition of the study's fit.
struct SweptCondition {
  std::string name;
  double weight = 1.0;  ///< of its loss; 0: it is not trained, and does not count
  std::vector<Change> set;
};

/// Candidates are numbered from 0; repeats of one set of values are neighbours, and so are, outside
/// of these, the conditions.
class Sweep {
 public:
  Design design = Design::grid;
  EachCandidate each;
  /// In each of which every set of values is simulated; {}: there is one, which sets nothing.
  std::vector<SweptCondition> conditions;

  /// Number of candidates, conditions and repeats counted.
  [[nodiscard]] std::int64_t size() const;
  /// Sets of values: size() over conditions and repeats.
  [[nodiscard]] std::int64_t points() const;
  /// Of Design::grid: sizes of the axes in the order of the file, then of conditions and of repeats
  /// where there are several. Candidates are its cells in C order.
  [[nodiscard]] std::vector<std::int64_t> shape() const;
  /// The same with what stands along it; empty of other designs.
  [[nodiscard]] std::vector<analysis::Axis> grid() const;

  /// Along an axis of a grid values are equally far apart; those of a table lie between
  /// the least and the largest of their column, and drawn ones where they were drawn.
  /// (points() x conditions)
  [[nodiscard]] std::vector<Place> places() const;

  [[nodiscard]] std::size_t condition(std::int64_t number) const {
    return static_cast<std::size_t>(number / each.repeats % settings());
  }
  /// The candidate with the same values and repeat in a condition.
  [[nodiscard]] std::int64_t in_condition(std::int64_t number, std::size_t condition) const;

  /// What candidate `number` changes, its seed included.
  [[nodiscard]] std::vector<Change> changes(std::int64_t number) const;
  /// The columns of a table of candidates: the paths, then condition, repeat and seed, and of
  /// Design::morris trajectory and changed.
  [[nodiscard]] std::vector<Column> columns() const;
  /// The cells of candidate `number`, one for each column.
  [[nodiscard]] std::vector<Cell> cells(std::int64_t number) const;

  /// All that is varied, in the order of the file.
  [[nodiscard]] std::vector<const SweptPath*> paths() const;
  /// Of Design::morris.
  [[nodiscard]] MorrisStep morris(std::int64_t number) const;
  /// What is varied, how and how often, as a table of text.
  [[nodiscard]] std::string table() const;

 private:
  friend class SweepReader;
  [[nodiscard]] std::int64_t settings() const {
    return conditions.empty() ? 1 : std::ssize(conditions);
  }
  [[nodiscard]] std::int64_t point_of(std::int64_t number) const {
    return number / each.repeats / settings();
  }
  [[nodiscard]] Place place(std::int64_t point) const;
  [[nodiscard]] std::vector<Cell> point(std::int64_t number) const;
  [[nodiscard]] std::uint64_t seed(std::int64_t number) const;
  /// Whether candidates change the seed.
  [[nodiscard]] bool seeded() const;

  std::vector<SweepAxis> axes_;  ///< of a grid or a table (one axis); else paths without values
  std::uint64_t study_seed_ = 0;
  struct Points {
    optimise::Space space;
    optimise::Matrix unit;            ///< (points, dimension)
    std::vector<MorrisStep> steps{};  ///< (points) of Design::morris
  };
  std::shared_ptr<const Points> points_;  ///< of designs that draw
};

/// Whether a study has the section.
bool has_sweep(const Subject& study);

/// Reads the section and tries the values of each path. Throws ConfigError: file, line, key,
/// value, allowed.
Sweep sweep_of(const Subject& study);

}  // namespace arcuate::io

namespace arcuate::core {

template <>
struct Names<io::Design> {
  static constexpr std::array table{
      Name{io::Design::grid, "grid", "every value with every other"},
      Name{io::Design::table, "table", "the rows of a file"},
      Name{io::Design::random, "random", "points drawn independently"},
      Name{io::Design::lhs, "lhs", "Latin hypercube"},
      Name{io::Design::sobol, "sobol", "scrambled Sobol points"},
      Name{io::Design::halton, "halton", "scrambled Halton points"},
      Name{io::Design::morris, "morris", "trajectories of elementary effects"}};
};

}  // namespace arcuate::core

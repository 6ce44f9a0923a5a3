#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/search/trial.hpp"

/// Arrays of candidates that do not lie along the same: other frequencies where a period was
/// varied, more seizures than the candidate before had.
namespace arcuate::search {

/// What stands along an axis in any candidate: texts as they came, then numbers in ascending order.
/// What stands there twice in a candidate is there twice.
class WholeAxis {
 public:
  void add(const analysis::Axis& axis);
  [[nodiscard]] analysis::Axis axis() const;
  [[nodiscard]] std::size_t size() const { return texts_.size() + numbers_.size(); }
  /// Of each entry of a candidate's axis, its place along this one.
  [[nodiscard]] std::vector<std::size_t> places(const analysis::Axis& axis) const;

 private:
  analysis::Axis names_;                                   ///< without entries
  std::map<std::pair<double, int>, std::size_t> numbers_;  ///< value, which time; place
  std::map<std::pair<std::string, int>, std::size_t> texts_;
  std::vector<std::string> in_order_;
};

/// Axes of the arrays of a feature, by name.
class WholeAxes {
 public:
  void add(const KeptArray& array);
  /// Of an array of this feature.
  [[nodiscard]] std::vector<analysis::Axis> of(const KeptArray& array) const;
  /// How many values all candidates' axes have room for.
  [[nodiscard]] std::size_t size(const KeptArray& array) const;
  /// The values of a candidate where the axes have them, NaN between them.
  [[nodiscard]] std::vector<double> placed(const KeptArray& array) const;

 private:
  std::map<std::pair<std::string, std::string>, WholeAxis> axes_;  ///< by feature and axis
};

}  // namespace arcuate::search

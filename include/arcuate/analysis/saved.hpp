#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "arcuate/analysis/series.hpp"

/// What an accumulator remembers, as numbers.
namespace arcuate::analysis {

/// Takes the members of an object one after the other, or gives them back what was taken: one
/// function of the object does both, so that neither can forget a member.
class Saved {
 public:
  Saved() = default;  ///< takes
  /// Gives back. The numbers must outlive this object.
  explicit Saved(std::span<const double> numbers) : from_(numbers), gives_(true) {}

  [[nodiscard]] bool gives() const { return gives_; }
  [[nodiscard]] const std::vector<double>& numbers() const { return taken_; }
  /// Throws DataError when not all numbers were given back: they are of something else.
  void require_end() const;

  void pass(double& value);
  /// Counts: below 2^53.
  void pass(Index& value);
  /// With their sizes.
  void pass(Matrix& values);
  void pass(Vector& values);
  void pass(std::vector<double>& values);
  /// What has to be as it was, of numbers such as "samples of a segment". Throws ConfigError
  /// where it is not.
  void agree(Index value, std::string_view words);

 private:
  void pass(std::span<double> values);
  [[nodiscard]] std::pair<Index, Index> size(Index rows, Index columns);

  std::vector<double> taken_;
  std::span<const double> from_;
  bool gives_ = false;
};

}  // namespace arcuate::analysis

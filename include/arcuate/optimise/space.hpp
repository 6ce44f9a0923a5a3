#pragma once

#include <Eigen/Core>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/core/names.hpp"

/// Optimisers that propose parameters and are told losses (ask and tell). They know no simulation,
/// no file, no clock and no MPI: what they propose is a function of settings, seed and the order of
/// the calls.
namespace arcuate::optimise {

using Index = Eigen::Index;
using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

enum class Kind { real, integer, choice };
enum class Scale { linear, log, logit };

/// A parameter that is searched.
struct Variable {
  std::string name;
  Kind kind = Kind::real;
  Scale scale = Scale::linear;
  double low = 0.0;
  double high = 1.0;                   ///< both bounds are allowed values
  std::vector<std::string> choices{};  ///< of Kind::choice, whose value is a number of this list
  std::optional<double> start{};       ///< where searches begin; none: the middle of the scale
};

Variable real(std::string name, double low, double high, Scale scale = Scale::linear);
Variable integer(std::string name, double low, double high, Scale scale = Scale::linear);
Variable choice(std::string name, std::vector<std::string> words);

/// Values of variables, and the unit cube in which methods search: equal steps in it are equal
/// steps of the variables' scales. An integer or a choice of k levels cuts its axis into k
/// intervals.
class Space {
 public:
  /// Throws ConfigError: no variables, two of one name, bounds that are reversed, equal or not
  /// finite, a scale that the bounds do not allow, a start outside, fewer than two choices.
  explicit Space(std::vector<Variable> variables);

  [[nodiscard]] Index dimension() const { return static_cast<Index>(variables_.size()); }
  [[nodiscard]] const std::vector<Variable>& variables() const { return variables_; }
  /// unit: (dimension), in [0, 1]. The value of a choice is its number from 0.
  [[nodiscard]] Vector decode(const Vector& unit) const;
  /// Throws ConfigError: a value outside the bounds, or not whole where it must be.
  [[nodiscard]] Vector encode(const Vector& values) const;
  /// (dimension) of the unit cube.
  [[nodiscard]] Vector start() const;

  [[nodiscard]] bool discrete(Index i) const { return at(i).kind != Kind::real; }
  /// How many variables are integers or choices.
  [[nodiscard]] Index discrete_count() const;
  /// Levels of an integer or a choice.
  [[nodiscard]] Index levels(Index i) const;
  [[nodiscard]] Index level(Index i, double unit) const;
  /// Where level `level` begins on the axis: 0 for the first, 1 for `levels(i)`.
  [[nodiscard]] double edge(Index i, Index level) const;
  /// Name, kind, scale, bounds and start of each, as a table of text.
  [[nodiscard]] std::string table() const;

 private:
  [[nodiscard]] const Variable& at(Index i) const {
    return variables_[static_cast<std::size_t>(i)];
  }

  std::vector<Variable> variables_;
  Vector first_;  ///< (dimension) ends of the axes on the variables' scales
  Vector last_;
};

}  // namespace arcuate::optimise

namespace arcuate::core {

template <>
struct Names<optimise::Scale> {
  static constexpr std::array table{
      Name{optimise::Scale::linear, "linear", "equal steps of the value"},
      Name{optimise::Scale::log, "log", "equal ratios; both bounds above 0"},
      Name{optimise::Scale::logit, "logit",
           "equal ratios of x / (1 - x); both bounds inside (0, 1)"}};
};

template <>
struct Names<optimise::Kind> {
  static constexpr std::array table{
      Name{optimise::Kind::real, "real", "any value between the bounds"},
      Name{optimise::Kind::integer, "integer", "whole numbers between the bounds"},
      Name{optimise::Kind::choice, "choice", "one of a list"}};
};

}  // namespace arcuate::core

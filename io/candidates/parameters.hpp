#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/core/expression.hpp"
#include "arcuate/io/fit.hpp"
#include "bounds.hpp"
#include "priors.hpp"
#include "study/parts.hpp"

namespace arcuate::io {

/// A variable of a parameter, or a number that is not searched.
struct Searched {
  std::optional<SearchedValue> value;  ///< of the space; else
  double fixed = 0.0;
  std::optional<Prior> prior{};
};

/// What a parameter is in a candidate.
struct ParameterValue {
  std::string text;  ///< as YAML
  double number = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> list{};  ///< by region

  static ParameterValue of(double number);
  static ParameterValue of(std::vector<double> list);
};

/// An entry of `vary`.
struct FitParameter {
  enum class Form {
    searched,    ///< one variable
    fixed,       ///< the same in all candidates
    tied,        ///< factor times another
    expression,  ///< of others
    map,         ///< baseline (1 + sum coefficient_k map_k) by region
    groups       ///< a variable for each group of regions
  };
  PathEntry entry;
  Form form = Form::searched;
  std::vector<Searched> parts{};  ///< map: baseline, then coefficients
  std::string text{};             ///< of a fixed one, an expression, or the path it is tied to
  double number = std::numeric_limits<double>::quiet_NaN();  ///< of a fixed one
  std::vector<std::size_t> from{};                           ///< tied, expression: which others
  double factor = 1.0;
  expression::Program program{};
  std::vector<std::vector<double>> maps{};  ///< (maps, regions)
  std::vector<int> group{};                 ///< (regions) of each; -1: `others`
  double others = 0.0;
  bool own = false;                  ///< of each condition
  std::vector<std::size_t> first{};  ///< (conditions) position of its variables in the space

  /// A name for expressions, which changes nothing.
  [[nodiscard]] bool helper() const { return entry.path.starts_with('$'); }
  [[nodiscard]] bool derived() const { return form == Form::tied || form == Form::expression; }
  [[nodiscard]] std::size_t variables() const;
};

/// Parameters in the order of the file, and the space of their variables.
class FitParameters {
 public:
  FitParameters(std::vector<FitParameter> all, const std::vector<std::string>& conditions);

  [[nodiscard]] const optimise::Space& space() const { return *space_; }
  [[nodiscard]] const std::vector<FitParameter>& all() const { return all_; }
  [[nodiscard]] const std::vector<std::string>& conditions() const { return conditions_; }
  /// Of each parameter.
  [[nodiscard]] std::vector<ParameterValue> values(const optimise::Vector& values,
                                                   std::size_t condition) const;
  [[nodiscard]] std::vector<PenaltyValue> penalties(const optimise::Vector& values) const;

 private:
  void order_derived();
  [[nodiscard]] ParameterValue direct(const FitParameter& parameter, const optimise::Vector& values,
                                      std::size_t condition) const;
  [[nodiscard]] ParameterValue expressed(const FitParameter& parameter,
                                         const std::vector<ParameterValue>& all) const;

  std::vector<FitParameter> all_;
  std::vector<std::string> conditions_;
  std::vector<std::size_t> derived_;  ///< in an order in which they can be computed
  std::optional<optimise::Space> space_;
};

/// The regions that parameters by region are of, looked up when one is needed.
using Regions = std::function<const network::Connectome&()>;

/// The section `fit.vary`. Throws ConfigError, DataError.
std::vector<FitParameter> read_parameters(const Context& context, const yaml::Node& vary,
                                          const Regions& regions);

/// The regions that a path has values of.
RegionIndex regions_of(const Context& context, const std::string& path,
                       const network::Connectome& connectome);

}  // namespace arcuate::io

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/io/study.hpp"
#include "arcuate/optimise/islands.hpp"
#include "arcuate/optimise/space.hpp"

/// The section `fit` of a study: what is searched, and for what.
namespace arcuate::io {

/// A loss of what a monitor recorded against a target, as `arcuate compare` has it.
struct FitTerm {
  std::string place;  ///< "study.yml:12: fit.minimise.0: ", before what is wrong with it
  std::string loss;   ///< as loss::parse_term takes it, weight and options included
  std::string monitor;   ///< "": the only one
  std::string variable;  ///< "": the only one
  double from = 0.0;     ///< [s]
  /// Which of the sides of compare::Request: fc, fcd, psd, series.
  std::string kind;
  std::string target;  ///< FILE or FILE:NAME, as the program opens it
  std::string preset = "cubnm";  ///< of FCD
  std::optional<double> window;  ///< [s] of FCD
  std::optional<double> step;    ///< [s]
  std::string pairs = "all";
};

/// A column of the table of results: what a user calls a parameter.
struct FitParameter {
  std::string name;
  std::string unit;
};

struct Fit {
  std::shared_ptr<const optimise::Space> space;  ///< never nullptr
  std::vector<FitParameter> parameters;          ///< (dimension)
  std::vector<FitTerm> minimise;
  optimise::IslandsOptions search;  ///< islands, budget, seed ...; workers are not known here
  bool tune_inhibition = false;     ///< before each simulation
  int repeats = 1;                  ///< seeds of a candidate, over which losses are averaged
  double time_limit = 0.0;          ///< [s] of a candidate; 0: none
  int verify = 0;                   ///< how many of the best are run again, with
  int verify_seeds = 3;             ///< as many other seeds each, and
  std::vector<std::string> verify_changes;  ///< "integrator.dt=0.1 ms"
  std::uint64_t seed = 0;           ///< of the study
  /// What a candidate changes, as `--set` takes it. values: (dimension), Candidate::values.
  std::function<std::vector<std::string>(const optimise::Vector& values)> changes;
  /// Of priors, added to the loss; 0 where there are none.
  std::function<double(const optimise::Vector& values)> penalty;
  std::string table;  ///< all that is searched, fixed or derived, for people
};

/// Reads the section and tries its bounds on the study. Throws ConfigError: file, line, key, value,
/// what is allowed; DataError (maps, targets).
Fit read_fit(const std::string& text, const std::string& path,
             const std::vector<std::string>& overrides);

}  // namespace arcuate::io

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/io/candidate.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/io/subject.hpp"
#include "arcuate/optimise/islands.hpp"
#include "arcuate/optimise/space.hpp"

/// The section `fit` of a study file (docs/sweeps-and-fits.md).
namespace arcuate::io {

/// What a loss compares of spiking neurons, in the place of samples: entries of a feature.
struct FeatureTarget {
  std::string feature, array;        ///< spikes, rate
  std::vector<std::size_t> entries;  ///< of the array's values
  std::vector<double> wanted;        ///< (n_entries) in the unit of the array
};

/// A loss that is minimised, with all that `arcuate compare` takes beside it.
struct FitTerm {
  std::string place;     ///< "study.yml:12: fit.minimise.0: ", before what is wrong
  std::string loss;      ///< as loss::parse_term takes it, with its weight and its options
  std::string compares;  ///< loss::target_option: fc, fcd, psd or series, or "features"
  std::string target;    ///< FILE or FILE:NAME, as the program opens it
  std::optional<FeatureTarget> values;  ///< of spiking neurons, in the place of a file
  std::string monitor;                  ///< of the study
  std::string variable;                 ///< "": the only one
  double from = 0.0;                    ///< [s]
  std::string preset;                   ///< of FCD
  std::optional<double> window;         ///< [s] of FCD
  std::optional<double> step;           ///< [s]
  std::string pairs = "all";            ///< all, within, target
  double weight = 1.0;                  ///< as it is in `loss`
};

/// What a condition is for: it counts in the search, or is reported only.
enum class Role { train, validate, test };

/// A subject or a condition: changes of the study, and what its simulation is compared with.
struct FitCondition {
  std::string name;  ///< "" of the only one
  double weight = 1.0;
  Role role = Role::train;
  std::vector<Change> set;
  std::vector<FitTerm> minimise;
};

/// Candidates that are simulated again in the end.
struct Verification {
  int best = 0;   ///< how many
  int seeds = 0;  ///< each with so many new seeds
  std::vector<Change> set;
};

/// Candidates that are compared after a shorter time, of which the best go on.
struct Halving {
  std::vector<double> rungs;  ///< (>= 1) [ms] ascending, below the duration
  double keep = 1.0 / 3.0;    ///< share that goes on
  int bracket = 27;           ///< how many are compared with one another, at most
};

/// How losses of repeats become one.
enum class Average { mean, median, worst };

/// A term of the loss that needs no simulation.
struct PenaltyValue {
  std::string name;
  double value = 0.0;
  double weight = 1.0;
};

class FitParameters;

/// What is searched, by what, and what is minimised.
struct Fit {
  EachCandidate each;
  Average average = Average::mean;
  /// islands, migration, budget, seed, synchronous, noisy, objectives; workers are 1. Without
  /// islands: `portfolio` chooses them.
  optimise::IslandsOptions options;
  std::vector<FitCondition> conditions;  ///< one at least
  std::optional<double> inhibition;      ///< weight of the deviation of tuned rates
  std::optional<Verification> verify;
  std::optional<Halving> halving;
  std::vector<std::string> warnings;                ///< each begins with file, line and key
  std::vector<std::string> inputs;                  ///< files that it reads
  std::shared_ptr<const FitParameters> parameters;  ///< never nullptr
  std::uint64_t study_seed = 0;

  [[nodiscard]] const optimise::Space& space() const;
  /// What a candidate changes: parameters, what `condition` sets, and the seed of the repeat
  /// (`candidate` matters where seeds are independent).
  [[nodiscard]] std::vector<Change> changes(const optimise::Vector& values, std::size_t condition,
                                            int repeat, std::uint64_t candidate) const;
  /// The same of the shorter duration of a rung (from 1); 0: of the whole.
  [[nodiscard]] std::vector<Change> changes(const optimise::Vector& values, std::size_t condition,
                                            int repeat, std::uint64_t candidate, int rung) const;
  /// What a condition sets and the seed of a repeat, without parameters.
  [[nodiscard]] std::vector<Change> condition_changes(std::size_t condition, int repeat,
                                                      std::uint64_t candidate) const;
  /// The parameters alone: fixed, searched and derived.
  [[nodiscard]] std::vector<Change> parameter_changes(const optimise::Vector& values,
                                                      std::size_t condition = 0) const;
  /// Those of a verification: seeds that no candidate had.
  [[nodiscard]] std::vector<Change> verification_changes(const optimise::Vector& values,
                                                         std::size_t condition, int seed) const;
  /// Priors, in the order of the file.
  [[nodiscard]] std::vector<PenaltyValue> penalties(const optimise::Vector& values) const;
  /// Whether `vary` says more than what is searched between which bounds: priors, parameters that
  /// are fixed or derived. Who sets parameters without it leaves that out.
  [[nodiscard]] bool says_more() const;
  /// Whether `vary` has the path, a part of it or what it is part of.
  [[nodiscard]] bool varies(const std::string& path) const;
  /// Columns of a table of candidates: the variables of the space, then derived parameters that are
  /// one number.
  [[nodiscard]] std::vector<Column> columns() const;
  [[nodiscard]] std::vector<Cell> cells(const optimise::Vector& values) const;
  /// options for so many workers; islands for them where the study gives none.
  [[nodiscard]] optimise::IslandsOptions options_for(int workers) const;
  /// What is searched, fixed and derived, what is minimised and how: printed before anything runs.
  [[nodiscard]] std::string table() const;

 private:
  /// A derived parameter that is one number, in a condition.
  struct Derived {
    std::string name;
    std::size_t parameter;
    std::size_t condition;
  };
  [[nodiscard]] std::vector<Derived> derived() const;
  [[nodiscard]] std::uint64_t seed_for(int repeat, std::uint64_t candidate) const;
  [[nodiscard]] std::vector<Change> with_seed(const optimise::Vector& values, std::size_t condition,
                                              std::uint64_t seed) const;
};

/// Whether a study has the section.
bool has_fit(const Subject& study);

/// Reads the section and tries values of each path. `connectome`: of the study, for parameters by
/// region; nullptr: loaded when one is needed. Throws ConfigError: file, line, key, value, allowed;
/// DataError of files.
Fit fit_of(const Subject& study, const network::Connectome* connectome = nullptr);

}  // namespace arcuate::io

namespace arcuate::core {

template <>
struct Names<io::Role> {
  static constexpr std::array table{
      Name{io::Role::train, "train", "counts in what is minimised"},
      Name{io::Role::validate, "validate", "reported of the best while searching"},
      Name{io::Role::test, "test", "reported of the best in the end"}};
};

template <>
struct Names<io::Average> {
  static constexpr std::array table{Name{io::Average::mean, "mean", "the mean of the losses"},
                                    Name{io::Average::median, "median", "their median"},
                                    Name{io::Average::worst, "worst", "the largest"}};
};

}  // namespace arcuate::core

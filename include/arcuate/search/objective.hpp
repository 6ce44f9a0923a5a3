#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/compare/compare.hpp"
#include "arcuate/io/features.hpp"
#include "arcuate/io/fit.hpp"

/// What a fit minimises: losses of what was simulated, each as `arcuate compare` has it.
namespace arcuate::search {

/// A weighted loss.
struct Term {
  std::string place;         ///< "study.yml:12: fit.minimise.0: ", before what is wrong
  std::string loss;          ///< as loss::parse_term takes it
  compare::Request request;  ///< monitor, variable, targets, window ...: without losses
  std::optional<io::FeatureTarget> values{};  ///< of spiking neurons, in the place of a request
  double weight = 1.0;                        ///< of those
  [[nodiscard]] bool same_sides(const Term& other) const;
};

/// The value of a term.
struct TermValue {
  std::string name;
  double value = 0.0;
  double loss = 0.0;
  double weight = 1.0;
};

/// Samples in, losses out. On one rank.
class Objective {
 public:
  explicit Objective(std::vector<Term> terms);

  /// The samples that it needs, as features of a run (io::FeatureSink).
  [[nodiscard]] const std::vector<io::FeatureRequest>& wanted() const { return wanted_; }
  /// hemisphere: (n_regions), or empty. samples: of wanted(), in its order. In the order of the
  /// terms. Throws ConfigError, DataError: targets that do not fit.
  [[nodiscard]] std::vector<TermValue> values(const std::vector<io::ComputedFeature>& samples,
                                              const std::vector<std::uint8_t>& hemisphere);
  /// Whether targets fit what will be recorded: samples of noise take the place of those to come.
  /// series: of the monitors. Throws ConfigError, DataError.
  void try_targets(const std::vector<io::RecordedSeries>& series,
                   const network::Connectome& connectome);
  /// Conventions and what was left out, of the last values.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  /// Terms with the same sides are computed together.
  struct Group {
    std::size_t wanted = 0;  ///< position
    std::vector<std::size_t> terms;
  };
  /// What the terms of a group ask for together.
  [[nodiscard]] compare::Request request_of(const Group& group) const;

  std::vector<Term> terms_;
  std::vector<Group> groups_;
  std::vector<io::FeatureRequest> wanted_;
  std::vector<std::string> notes_;
  compare::Targets targets_;
};

/// The samples of a signal (sample, region) as a feature of a run: for what is computed of them at
/// once.
io::FeatureRequest request_samples(const std::string& monitor, const std::string& variable,
                                   double from, const std::string& place);

/// Sum of weight times loss, in order.
double total_of(const std::vector<TermValue>& terms);

}  // namespace arcuate::search

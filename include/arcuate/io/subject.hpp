#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/io/spiking_study.hpp"
#include "arcuate/io/study.hpp"

/// What candidates are made of: a study, whatever it simulates.
namespace arcuate::io {

/// A study of regions or of spiking neurons, as sweeps and fits see it.
class Subject {
 public:
  /// A study of regions, which must outlive the subject.
  Subject(const Study& study);  // NOLINT(google-explicit-constructor)
  explicit Subject(Study&& study);
  explicit Subject(SpikingStudy&& study);

  std::string path, title;
  std::string normalised;  ///< with all overrides and defaults, as YAML
  std::vector<std::string> inputs;
  std::vector<std::string> warnings;  ///< of what was read
  std::uint64_t seed = 0;
  double duration = 0.0;          ///< [ms]
  double checkpoint_every = 0.0;  ///< [s]
  std::shared_ptr<const SearchSections> searches;

  /// One of them, the other is nullptr.
  [[nodiscard]] const Study* regions() const { return regions_.get(); }
  [[nodiscard]] const SpikingStudy* neurons() const { return neurons_.get(); }
  /// Whether candidates have something to keep when nothing is said of it.
  [[nodiscard]] bool has_features() const;

 private:
  template <class Any>
  void take(const Any& study);

  std::shared_ptr<const Study> regions_;
  std::shared_ptr<const SpikingStudy> neurons_;
};

/// The study of a text, by whether it has a section `spiking`. Throws ConfigError.
Subject parse_subject(const std::string& text, const std::string& path,
                      const std::vector<std::string>& overrides);

}  // namespace arcuate::io

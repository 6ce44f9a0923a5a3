#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/types.hpp"
#include "arcuate/run/run.hpp"

/// A study that another program runs step by step (docs/python.md).
namespace arcuate::python {

/// Samples of a monitor since they were last taken.
struct Samples {
  std::vector<std::string> variables;
  std::vector<std::string> columns;  ///< labels
  std::vector<double> time;          ///< [s]
  std::vector<double> data;          ///< (times, variables, columns)
};

class Stepwise {
 public:
  /// overrides: "path=value". Collective on `comm`. Throws what reading a study throws.
  Stepwise(comm::Communicator comm, const std::string& study,
           const std::vector<std::string>& overrides, int threads);
  ~Stepwise();
  Stepwise(const Stepwise&) = delete;
  Stepwise& operator=(const Stepwise&) = delete;

  [[nodiscard]] Step now() const;
  [[nodiscard]] Step steps() const;  ///< of the study
  [[nodiscard]] double dt() const;   ///< [ms]
  [[nodiscard]] const std::vector<std::string>& labels() const;
  /// Of all models, each once.
  [[nodiscard]] std::vector<std::string> state_names() const;
  [[nodiscard]] std::vector<std::string> input_names() const;

  /// (regions) of all ranks, in place: the values are those of now() and change with it; not a
  /// number where the model has no such state. Throws ConfigError.
  [[nodiscard]] const std::vector<double>& state(const std::string& name) const;

  /// From now on: (rows, regions), a row for each of the coming steps; of one row for all of them.
  /// An input that had values before forgets them. Throws ConfigError.
  void set_input(const std::string& name, std::vector<double> values);
  /// No values any more. Throws ConfigError.
  void clear_input(const std::string& name);

  /// `between` is called now and then; what it throws ends the run between two steps. Collective.
  /// Throws ConfigError beyond the end of the study or of a series of values, DivergedError.
  void run(Step steps, const std::function<void()>& between);

  /// What the monitors have seen since the last call; on rank 0, elsewhere none. Collective.
  std::map<std::string, Samples> take_samples();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcuate::python

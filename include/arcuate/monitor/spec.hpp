#pragma once

#include <string>
#include <vector>

#include "arcuate/core/types.hpp"

/// What to record.
namespace arcuate::monitor {

enum class Kind { raw, temporal_average, global_average, spatial_average, afferent_coupling };

struct MonitorSpec {
  Kind kind = Kind::raw;
  std::string name;  ///< group in the recording
  /// (n_variables) observable indices, input indices for afferent_coupling; -1: the model has none.
  /// With several models of the first.
  std::vector<int> variables;
  std::vector<std::vector<int>> variables_of_others;  ///< (n_models - 1, n_variables)
  Step period = 1;                                    ///< [steps]
  std::vector<GlobalIndex> regions;                   ///< ascending; empty: all
  std::vector<int> region_group;  ///< spatial_average: (n_regions) group of each region, -1: none
  std::vector<std::string> group_names;

  [[nodiscard]] const std::vector<int>& variables_of(int model) const {
    return model == 0 ? variables : variables_of_others[static_cast<std::size_t>(model) - 1];
  }
};

/// A stream of samples as the recording keeps it.
struct SeriesInfo {
  std::string name;
  std::string kind;
  std::vector<std::string> variables;
  std::vector<std::string> units;          ///< one per variable
  std::string missing;                     ///< which models lack which variables; "" when none does
  std::vector<std::string> column_labels;  ///< (n_columns) region labels, or names of averages
  std::vector<GlobalIndex>
      columns;              ///< (n_columns) region index of each column; empty for averages
  double first_time = 0.0;  ///< [s] of sample 0
  double period = 0.0;      ///< [s]
  Step samples = 0;
};

/// Receives samples while a simulation runs. Collective.
class SampleSink {
 public:
  virtual ~SampleSink() = default;
  /// data: (n_samples, n_variables, owned columns of this rank, ascending). `owned`: this rank's
  /// positions in SeriesInfo::column_labels.
  virtual void append(int series, Step first_sample, Step n_samples,
                      const std::vector<double>& data, const std::vector<GlobalIndex>& owned) = 0;
};

}  // namespace arcuate::monitor

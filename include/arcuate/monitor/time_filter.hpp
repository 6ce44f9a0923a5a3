#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "arcuate/core/types.hpp"
#include "arcuate/monitor/sample_window.hpp"
#include "arcuate/monitor/schedule.hpp"
#include "arcuate/monitor/spec.hpp"

/// From the values of regions at every step to samples.
namespace arcuate::monitor {

/// One variable of a tile over a run of steps: 8 lanes a row, rows `stride` numbers apart.
struct Rows {
  const double* data = nullptr;
  std::ptrdiff_t stride = 0;
  [[nodiscard]] const double* at(Step row) const { return data + row * stride; }
};

/// Accumulators that go on from one sample to the next, so that what walks them has all of a
/// filter: (rows, the rank's regions).
struct StateArray {
  std::string_view name;
  std::span<double> values;
};

/// Time goes forward: a tile's runs of one variable come in order, each step once. Different tiles
/// may be taken at the same time, so what a filter keeps lies by region.
class TimeFilter {
 public:
  virtual ~TimeFilter() = default;
  /// rows: of the variables from `variable` on. Stores the samples that become whole in this run.
  /// What a sample is made of does not depend on where runs begin and end.
  virtual void take(const TileRun& run, int variable, std::span<const Rows> rows,
                    SampleWindow& samples) = 0;
  [[nodiscard]] virtual std::vector<StateArray> state() { return {}; }
  /// [bytes] kept beside state(), whatever the duration.
  [[nodiscard]] virtual std::int64_t constant_bytes() const { return 0; }
  /// The first of the recorded regions of this rank in which the equations lost their meaning, as
  /// all samples of it from then on are not numbers; -1: none. Between two runs.
  [[nodiscard]] virtual LocalIndex lost(const SampleWindow&) const { return -1; }
};

struct FilterSetting {
  Schedule schedule;
  int n_variables = 0;
  LocalIndex n_regions = 0;  ///< of this rank
  double dt = 0.0;           ///< [ms]
  std::span<const double> numbers;
  std::span<const int> choices{};
  std::span<const RegionValues> parameters{};
  Step step = 1;                           ///< [steps] MonitorSpec::step
  std::span<const GlobalIndex> regions{};  ///< (n_regions) this rank's
};
/// regions: this rank's. dt: [ms].
FilterSetting setting_of(const MonitorSpec& spec, const Schedule& schedule,
                         std::span<const GlobalIndex> regions, double dt);
using MakeFilter = std::unique_ptr<TimeFilter> (*)(const FilterSetting& setting);

/// The value at the sample's step. Looks::at_samples.
std::unique_ptr<TimeFilter> make_instants(const FilterSetting& setting);
/// The sum over the period that ends at the sample, in ascending time, divided by its length.
/// Looks::in_periods.
std::unique_ptr<TimeFilter> make_period_means(const FilterSetting& setting);

}  // namespace arcuate::monitor

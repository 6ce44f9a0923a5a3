#include "arcuate/monitor/time_filter.hpp"

#include <algorithm>
#include <array>

namespace arcuate::monitor {
namespace {

class Instants final : public TimeFilter {
 public:
  explicit Instants(const Schedule& when) : when_(when) {}

  void take(const TileRun& run, int variable, std::span<const Rows> rows,
            SampleWindow& samples) override {
    const Step first = when_.at_or_after(run.first);
    const Step end = std::min(when_.at_or_after(run.last() + 1), when_.samples);
    for (const Rows& own : rows) {
      const SampleWindow::Slot slot = samples.slot(run, variable++);
      for (Step sample = first; sample < end; ++sample)
        slot.store(sample, load_lanes(own.at(when_.step_of(sample) - run.first)));
    }
  }

 private:
  Schedule when_;
};

class PeriodMeans final : public TimeFilter {
 public:
  PeriodMeans(const Schedule& when, int n_variables, LocalIndex n_regions)
      : when_(when),
        begin_(when.first - when.period + 1),
        n_regions_(static_cast<std::size_t>(n_regions)),
        sum_(static_cast<std::size_t>(n_variables) * n_regions_) {}

  void take(const TileRun& run, int variable, std::span<const Rows> rows,
            SampleWindow& samples) override {
    if (run.last() < begin_) return;
    while (!rows.empty()) {
      if (rows.size() >= 4) {
        take_some<4>(run, variable, rows, samples);
      } else if (rows.size() >= 2) {
        take_some<2>(run, variable, rows, samples);
      } else {
        take_some<1>(run, variable, rows, samples);
      }
    }
  }

  [[nodiscard]] std::vector<StateArray> state() override { return {{"sum", sum_}}; }

 private:
  /// A sum has one order, so every addition waits for the one before: several variables side by
  /// side do not. Takes them off `rows`.
  template <int n>
  void take_some(const TileRun& run, int& variable, std::span<const Rows>& rows,
                 SampleWindow& samples) {
    Lanes sum[n];
    double* kept[n];
    for (int i = 0; i < n; ++i) {
      kept[i] =
          sum_.data() + static_cast<std::size_t>(variable + i) * n_regions_ + run.first_region;
      sum[i] = load_lanes(kept[i], run.regions);
    }
    const Step last = run.last();
    Step step = std::max(run.first, begin_);
    Step sample = when_.at_or_after(step);
    // One pass per period that the run touches; a run may begin and end inside one.
    for (Step end = when_.step_of(sample); step <= last; ++sample, end += when_.period) {
      const Step stop = std::min(end, last);
      if (step == end - when_.period + 1) std::fill_n(sum, n, Lanes{});
      for (; step <= stop; ++step) {
        for (int i = 0; i < n; ++i)
          sum[i] += load_lanes(rows[static_cast<std::size_t>(i)].at(step - run.first));
      }
      // Steps behind the last sample count for a run that goes on.
      for (int i = 0; i < n && stop == end && sample < when_.samples; ++i)
        samples.slot(run, variable + i).store(sample, sum[i] / static_cast<double>(when_.period));
    }
    for (int i = 0; i < n; ++i)
      store_lanes(kept[i], run.regions, sum[i]);
    variable += n;
    rows = rows.subspan(n);
  }

  Schedule when_;
  Step begin_;  ///< of the first period
  std::size_t n_regions_;
  std::vector<double> sum_;  ///< (n_variables, n_regions) of the period under way
};

}  // namespace

std::unique_ptr<TimeFilter> make_instants(const FilterSetting& setting) {
  return std::make_unique<Instants>(setting.schedule);
}

std::unique_ptr<TimeFilter> make_period_means(const FilterSetting& setting) {
  return std::make_unique<PeriodMeans>(setting.schedule, setting.n_variables, setting.n_regions);
}

}  // namespace arcuate::monitor

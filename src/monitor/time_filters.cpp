#include <algorithm>
#include <array>

#include "arcuate/model/kernel.hpp"
#include "arcuate/monitor/time_filter.hpp"

namespace arcuate::monitor {
namespace {

using Lanes = std::array<double, model::lanes>;

class Instants final : public TimeFilter {
 public:
  explicit Instants(const Schedule& when) : when_(when) {}

  void take(const TileRun& run, int variable, const Rows& rows, SampleWindow& samples) override {
    if (run.last() < when_.first) return;
    Step sample = when_.at_or_after(run.first);
    for (Step step = when_.step_of(sample); step <= run.last() && sample < when_.samples;
         ++sample, step += when_.period) {
      samples.store(sample, run, variable, rows.at(step - run.first));
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

  void take(const TileRun& run, int variable, const Rows& rows, SampleWindow& samples) override {
    const Step last = std::min(run.last(), when_.last());
    Step step = std::max(run.first, begin_);
    if (step > last) return;
    double* const kept =
        sum_.data() + static_cast<std::size_t>(variable) * n_regions_ + run.first_region;
    Lanes sum{};
    std::copy_n(kept, run.regions, sum.begin());
    Step sample = when_.at_or_after(step);
    Step end = when_.step_of(sample);
    // One pass per period that the run touches; a run may begin and end inside one.
    for (; step <= last; ++sample, end += when_.period) {
      const Step stop = std::min(end, last);
      if (step == end - when_.period + 1) sum.fill(0.0);
      for (; step <= stop; ++step)
        add(rows.at(step - run.first), sum);
      if (stop == end) samples.store(sample, run, variable, mean_of(sum).data());
    }
    std::copy_n(sum.begin(), run.regions, kept);
  }

  [[nodiscard]] std::vector<StateArray> state() override { return {{"sum", sum_}}; }

 private:
  static void add(const double* row, Lanes& sum) {
#pragma omp simd
    for (std::size_t lane = 0; lane < sum.size(); ++lane)
      sum[lane] += row[lane];
  }

  [[nodiscard]] Lanes mean_of(const Lanes& sum) const {
    Lanes mean;
    for (std::size_t lane = 0; lane < mean.size(); ++lane)
      mean[lane] = sum[lane] / static_cast<double>(when_.period);
    return mean;
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

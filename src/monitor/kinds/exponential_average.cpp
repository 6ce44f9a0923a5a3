#include <algorithm>
#include <array>
#include <cmath>

#include "arcuate/monitor/kind.hpp"

// What an indicator shows that follows its signal with a time constant: tau y' = x - y, as the
// fluorescence of calcium follows firing. Between two steps x has its value at the later one, for
// which y is exact; y starts at the first x.

namespace arcuate::monitor {
namespace {

constexpr std::array numbers{
    KindNumber{"tau", "ms", "required", "> 0", "time constant with which the past is forgotten"}};

class ExponentialAverage final : public TimeFilter {
 public:
  explicit ExponentialAverage(const FilterSetting& setting)
      : when_(setting.schedule),
        weight_(-std::expm1(-setting.dt / setting.numbers[0])),
        n_regions_(static_cast<std::size_t>(setting.n_regions)),
        average_(static_cast<std::size_t>(setting.n_variables) * n_regions_) {}

  void take(const TileRun& run, int variable, std::span<const Rows> rows,
            SampleWindow& samples) override {
    for (const Rows& own : rows)
      take_one(run, variable++, own, samples);
  }

  [[nodiscard]] std::vector<StateArray> state() override { return {{"average", average_}}; }

 private:
  void take_one(const TileRun& run, int variable, const Rows& rows, SampleWindow& samples) {
    double* const kept =
        average_.data() + static_cast<std::size_t>(variable) * n_regions_ + run.first_region;
    const SampleWindow::Slot slot = samples.slot(run, variable);
    Lanes y = load_lanes(kept, run.regions);
    Step sample = when_.at_or_after(run.first);
    for (Step step = std::max<Step>(run.first, 1); step <= run.last(); ++step) {
      const Lanes x = load_lanes(rows.at(step - run.first));
      if (step == 1) y = x;
      y += weight_ * (x - y);
      if (step != when_.step_of(sample)) continue;
      if (sample < when_.samples) slot.store(sample, y);
      ++sample;
    }
    store_lanes(kept, run.regions, y);
  }

  Schedule when_;
  double weight_;  ///< of a new value
  std::size_t n_regions_;
  std::vector<double> average_;  ///< (n_variables, n_regions)
};

std::unique_ptr<TimeFilter> make_exponential_average(const FilterSetting& setting) {
  return std::make_unique<ExponentialAverage>(setting);
}

}  // namespace

extern constinit const Kind kind_exponential_average{
    .name = "exponential_average",
    .meaning = "mean over the past, weighted by exp(-age/tau)",
    .numbers = numbers,
    .looks = Looks::always,
    .make_filter = make_exponential_average};

}  // namespace arcuate::monitor

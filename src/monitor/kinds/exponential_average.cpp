#include <array>
#include <cmath>

#include "arcuate/model/kernel.hpp"
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

  void take(const TileRun& run, int variable, const Rows& rows, SampleWindow& samples) override {
    double* const kept =
        average_.data() + static_cast<std::size_t>(variable) * n_regions_ + run.first_region;
    std::array<double, model::lanes> y{};
    std::copy_n(kept, run.regions, y.begin());
    Step sample = when_.at_or_after(run.first);
    for (Step step = std::max<Step>(run.first, 1); step <= run.last(); ++step) {
      const double* const x = rows.at(step - run.first);
      if (step == 1) std::copy_n(x, run.regions, y.begin());
#pragma omp simd
      for (std::size_t lane = 0; lane < y.size(); ++lane)
        y[lane] += weight_ * (x[lane] - y[lane]);
      if (step != when_.step_of(sample)) continue;
      if (sample < when_.samples) samples.store(sample, run, variable, y.data());
      ++sample;
    }
    std::copy_n(y.begin(), run.regions, kept);
  }

  [[nodiscard]] std::vector<StateArray> state() override {
    return {{"average", average_}};
  }

 private:
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

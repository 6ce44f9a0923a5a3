#include <algorithm>
#include <array>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/lags.hpp"
#include "arcuate/analysis/results.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array options_of_lags{
    OptionInfo{"longest", OptionType::number, "s", "required", "> 0",
               "delay that is looked for (Mitra: 5 s)"},
    OptionInfo{"threads", OptionType::whole, "", "3", ">= 1", "principal components"}};

constexpr std::array returns_of_lags{
    ReturnInfo{"delay", "region, other_region", "s",
               "by which the first lags behind the second, where their cross-covariance has its "
               "extremum of the sign that it has at lag 0, by a parabola; NaN when that is at the "
               "longest delay"},
    ReturnInfo{"projection", "region", "s", "mean delay: positive is late"},
    ReturnInfo{
        "topography", "region, thread", "s",
        "principal components of the delays whose columns have their means removed; the entry of "
        "largest size is positive"},
    ReturnInfo{"share", "thread", "1", "of the variance"}};

void check_lags(const Input& input, const Options& options) {
  std::vector<std::string> unused;
  require_lags(input.series.rows(), std::ssize(input.labels),
               samples_of(options.number("longest"), input.rate, "longest", unused),
               options.whole("threads"));
}

Result compute_lags(const Input& input, const Options& options) {
  Result result;
  const Index longest = samples_of(options.number("longest"), input.rate, "longest", result.notes);
  const LagThreads lags = lag_threads(input.series, input.rate, longest, options.whole("threads"));
  note_constant(input, result);
  const Index lost = lags.delay.array().isNaN().count() / 2;
  if (lost > 0) {
    result.notes.push_back("lag_threads: " + std::to_string(lost) +
                           " pairs have no extremum within the longest delay");
  }
  Axis thread{"thread", "", {}, {}};
  for (Index k = 0; k < lags.share.size(); ++k)
    thread.values.push_back(static_cast<double>(k + 1));
  result.axes = {region_axis(input), other_region_axis(input), std::move(thread)};
  result.arrays = {table("delay", "s", {"region", "other_region"}, lags.delay),
                   vector("projection", "s", "region", lags.projection),
                   table("topography", "s", {"region", "thread"}, lags.thread),
                   vector("share", "1", "thread", lags.share)};
  return result;
}

}  // namespace

extern constinit const Feature feature_lag_threads{
    .name = "lag_threads",
    .meaning = "Delays between regions, who leads, and the sequences that the delays are made of",
    .citation =
        "A. Mitra et al., J. Neurophysiol. 111, 2374 (2014), doi:10.1152/jn.00804.2013; PNAS 112, "
        "E2235 (2015), doi:10.1073/pnas.1503960112",
    .options = options_of_lags,
    .returns = returns_of_lags,
    .compute = compute_lags,
    .check = check_lags};

}  // namespace arcuate::analysis

#include "arcuate/analysis/moments.hpp"

#include <array>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/results.hpp"
#include "arcuate/analysis/stream.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array returns_of_moments{
    ReturnInfo{"mean", "region", "unit", "over time"},
    ReturnInfo{"variance", "region", "unit^2", "divided by the number of samples (NumPy's var)"},
    ReturnInfo{"skewness", "region", "1",
               "third central moment over variance^(3/2) (scipy.stats.skew)"},
    ReturnInfo{
        "kurtosis", "region", "1",
        "fourth over variance^2, less 3: 0 of a normal distribution (scipy.stats.kurtosis)"}};

Result result_of_moments(const Input& input, const std::vector<Index>& constant,
                         const Moments& all) {
  Result result;
  note_constant(input, constant, result);
  result.axes = {region_axis(input)};
  result.arrays = {vector("mean", input.unit, "region", all.mean),
                   vector("variance", squared(input.unit), "region", all.variance),
                   vector("skewness", "1", "region", all.skewness),
                   vector("kurtosis", "1", "region", all.kurtosis)};
  return result;
}

Result compute_moments(const Input& input, const Options&) {
  return result_of_moments(input, without_variance(input.series), moments(input.series));
}

class StreamedMomentsFeature final : public Accumulator {
 public:
  explicit StreamedMomentsFeature(const Input& frame)
      : Accumulator(std::ssize(frame.labels)), frame_(frame), sums_(std::ssize(frame.labels)) {}

 private:
  void add(Series block) override { sums_.add(block); }
  void pass_own(Saved& saved) override { sums_.pass(saved); }
  Result result() override { return result_of_moments(frame_, sums_.constant(), sums_.moments()); }

  Input frame_;
  StreamedMoments sums_;
};

std::unique_ptr<Accumulator> stream_moments(const Input& frame, const Options&) {
  return std::make_unique<StreamedMomentsFeature>(frame);
}

double bytes_of_moments(const Input& frame, const Options&) {
  return 200.0 * static_cast<double>(frame.labels.size());
}

}  // namespace

extern constinit const Feature feature_moments{.name = "moments",
                                               .meaning = "Mean, variance, skewness and kurtosis",
                                               .returns = returns_of_moments,
                                               .compute = compute_moments,
                                               .stream = stream_moments,
                                               .bytes = bytes_of_moments};

}  // namespace arcuate::analysis

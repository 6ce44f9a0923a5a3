#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/results.hpp"
#include "arcuate/analysis/spectrum.hpp"
#include "arcuate/analysis/stream.hpp"
#include "welch_options.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array options_of_coherence{
    OptionInfo{"segment", OptionType::number, "s", "required", "> 0", "length"},
    OptionInfo{"range", OptionType::band, "Hz", "required", "",
               "frequencies whose bins the coherence is averaged over, both included"},
    welch_overlap,
    welch_window,
    welch_parameter,
    welch_symmetric,
    welch_detrend,
    welch_transform};

constexpr std::array returns_of_coherence{
    ReturnInfo{"coherence", "region, other_region", "1",
               "|P_xy|^2 / (P_xx P_yy), 1 on the diagonal; NaN for pairs that do not count"}};

PsdOptions welch_of_coherence(const Input& input, const Options& options, Result& result) {
  const Index segment = samples_of(options.number("segment"), input.rate, "segment", result.notes);
  note_cut("range", options.band("range"), input.rate, result.notes);
  return welch_options(input, options, segment, result.notes);
}

/// result: with what there is to note of the options.
Result result_of_coherence(const Input& input, const std::vector<Index>& constant,
                           const Matrix& matrix, Result result) {
  note_constant(input, constant, result);
  result.axes = {region_axis(input), other_region_axis(input)};
  result.arrays = {table("coherence", "1", {"region", "other_region"}, masked(matrix, input.mask))};
  return result;
}

Result compute_coherence(const Input& input, const Options& options) {
  Result begun;
  const PsdOptions welch = welch_of_coherence(input, options, begun);
  const Band range = options.band("range");
  const Matrix matrix = coherence(input.series, input.rate, welch, range.low, range.high);
  return result_of_coherence(input, without_variance(input.series), matrix, std::move(begun));
}

class CoherenceAccumulator final : public Accumulator {
 public:
  CoherenceAccumulator(const Input& frame, const Options& options)
      : Accumulator(std::ssize(frame.labels)),
        frame_(frame),
        coherence_(std::ssize(frame.labels), frame.samples(), frame.rate,
                   welch_of_coherence(frame, options, begun_), options.band("range").low,
                   options.band("range").high),
        variance_(std::ssize(frame.labels)) {}

 private:
  void add(Series block) override {
    coherence_.add(block);
    variance_.add(block);
  }
  void pass_own(Saved& saved) override {
    coherence_.pass(saved);
    variance_.pass(saved);
  }
  Result result() override {
    return result_of_coherence(frame_, variance_.constant(), coherence_.take(), std::move(begun_));
  }

  Input frame_;
  Result begun_;
  StreamedCoherence coherence_;
  StreamedVariance variance_;
};

std::unique_ptr<Accumulator> stream_coherence(const Input& frame, const Options& options) {
  return std::make_unique<CoherenceAccumulator>(frame, options);
}

double bytes_of_coherence(const Input& frame, const Options& options) {
  Result unused;
  const Band range = options.band("range");
  const auto regions = static_cast<double>(frame.labels.size());
  // What it is computed with; the matrix without pairs that do not count, and the rows of the
  // result.
  return streamed_coherence_bytes(std::ssize(frame.labels), frame.samples(), frame.rate,
                                  welch_of_coherence(frame, options, unused), range.low,
                                  range.high) +
         16.0 * regions * regions;
}

}  // namespace

extern constinit const Feature feature_coherence{
    .name = "coherence",
    .meaning =
        "Magnitude-squared coherence of two regions in a range of frequencies, by Welch's method",
    .citation =
        "G. C. Carter, Proc. IEEE 75, 236 (1987), doi:10.1109/PROC.1987.13723; computed as "
        "scipy.signal.coherence",
    .options = options_of_coherence,
    .returns = returns_of_coherence,
    .of_pairs = true,
    .compute = compute_coherence,
    .stream = stream_coherence,
    .bytes = bytes_of_coherence};

}  // namespace arcuate::analysis

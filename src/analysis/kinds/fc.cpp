#include <array>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/results.hpp"
#include "arcuate/analysis/stream.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array options_of_fc{
    OptionInfo{
        "measure", OptionType::word, "", "pearson", "pearson, partial",
        "correlation, or that given all other regions, by the inverse of the correlation matrix"},
    OptionInfo{"ridge", OptionType::number, "", "0", ">= 0",
               "added to the diagonal of the correlation matrix before it is inverted"},
    OptionInfo{"undefined", OptionType::word, "", "error", "error, nan, zero",
               "where a region is constant: an error, NaN (NumPy), or 0 and 1 on the diagonal "
               "(braintools)"}};

constexpr std::array returns_of_fc{
    ReturnInfo{"fc", "region, other_region", "1",
               "symmetric, 1 on the diagonal; NaN for pairs that do not count"}};

Result result_of_fc(const Input& input, const std::vector<Index>& constant, const Options& options,
                    const Matrix& matrix) {
  Result result;
  if (options.word("undefined") != "zero") note_constant(input, constant, result);
  if (options.word("measure") == "pearson" && options.number("ridge") != 0.0)
    result.notes.emplace_back("fc: ridge: is of measure: partial, and measure is pearson");
  result.axes = {region_axis(input), other_region_axis(input)};
  result.arrays = {table("fc", "1", {"region", "other_region"}, masked(matrix, input.mask))};
  return result;
}

Result compute_fc(const Input& input, const Options& options) {
  require_variance(input, options, "fc");
  const bool partial = options.word("measure") == "partial";
  const bool zero = options.word("undefined") == "zero";
  const Matrix matrix = partial ? partial_fc(input.series, options.number("ridge"))
                                : fc(input.series, zero ? Undefined::zero : Undefined::nan);
  return result_of_fc(input, without_variance(input.series), options, matrix);
}

class StreamedFc final : public Accumulator {
 public:
  StreamedFc(const Input& frame, const Options& options)
      : Accumulator(std::ssize(frame.labels)),
        frame_(frame),
        options_(options),
        sums_(std::ssize(frame.labels)) {}

 private:
  void add(Series block) override { sums_.add(block); }
  void pass_own(Saved& saved) override { sums_.pass(saved); }
  Result result() override {
    const std::vector<Index> constant = sums_.constant();
    require_none(frame_, constant, options_, "fc");
    const bool zero = options_.word("undefined") == "zero";
    Matrix matrix = sums_.correlation(zero ? Undefined::zero : Undefined::nan);
    if (options_.word("measure") == "partial") {
      require_inverse(constant);
      matrix = partial_of(std::move(matrix), options_.number("ridge"), sums_.samples());
    }
    return result_of_fc(frame_, constant, options_, matrix);
  }

  Input frame_;
  Options options_;
  JointMoments sums_;
};

std::unique_ptr<Accumulator> stream_fc(const Input& frame, const Options& options) {
  return std::make_unique<StreamedFc>(frame, options);
}

double bytes_of_fc(const Input& frame, const Options&) {
  const auto regions = static_cast<double>(frame.labels.size());
  // The sums, the matrix, the same without pairs that do not count, and the rows of the result.
  return 32.0 * regions * regions;
}

}  // namespace

extern constinit const Feature feature_fc{
    .name = "fc",
    .meaning =
        "Functional connectivity: how the signals of two regions correlate. By band with "
        "`band`, of envelopes with `signal: envelope`",
    .citation =
        "B. Biswal et al., Magn. Reson. Med. 34, 537 (1995), doi:10.1002/mrm.1910340409; of "
        "envelopes: J. F. Hipp et al., Nat. Neurosci. 15, 884 (2012), doi:10.1038/nn.3101",
    .options = options_of_fc,
    .returns = returns_of_fc,
    .of_pairs = true,
    .compute = compute_fc,
    .stream = stream_fc,
    .bytes = bytes_of_fc};

}  // namespace arcuate::analysis

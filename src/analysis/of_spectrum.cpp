#include "of_spectrum.hpp"

#include <iterator>
#include <utility>

#include "arcuate/analysis/series.hpp"

namespace arcuate::analysis {
namespace {

class StreamedOfSpectrum final : public Accumulator {
 public:
  StreamedOfSpectrum(const OfSpectrum& feature, const Input& frame, const Options& options)
      : Accumulator(std::ssize(frame.labels)),
        feature_(feature),
        frame_(frame),
        options_(options),
        spectrum_(std::ssize(frame.labels), frame.samples(), frame.rate,
                  feature.welch(frame, options, begun_)),
        variance_(std::ssize(frame.labels)) {}

  // Those of some presets follow the length of the series.
  void pass_form(Saved& saved) const override {
    saved.agree(spectrum_.segment(), "samples of a segment");
  }

 private:
  void add(Series block) override {
    spectrum_.add(block);
    variance_.add(block);
  }
  void pass_own(Saved& saved) override {
    spectrum_.pass(saved);
    variance_.pass(saved);
  }
  Result result() override {
    return feature_.result(frame_, options_, spectrum_.psd(), variance_.constant(),
                           std::move(begun_));
  }

  OfSpectrum feature_;
  Input frame_;
  Options options_;
  Result begun_;
  StreamedPsd spectrum_;
  StreamedVariance variance_;
};

}  // namespace

Result compute(const OfSpectrum& feature, const Input& input, const Options& options) {
  Result begun;
  const Psd spectrum = psd(input.series, input.rate, feature.welch(input, options, begun));
  return feature.result(input, options, spectrum, without_variance(input.series), std::move(begun));
}

std::unique_ptr<Accumulator> stream(const OfSpectrum& feature, const Input& frame,
                                    const Options& options) {
  return std::make_unique<StreamedOfSpectrum>(feature, frame, options);
}

double bytes(const OfSpectrum& feature, const Input& frame, const Options& options) {
  Result unused;
  return 2.0 * streamed_psd_bytes(std::ssize(frame.labels), frame.samples(),
                                  feature.welch(frame, options, unused));
}

}  // namespace arcuate::analysis

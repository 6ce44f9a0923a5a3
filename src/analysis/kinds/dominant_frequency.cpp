#include <array>
#include <cmath>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/results.hpp"
#include "arcuate/core/error.hpp"
#include "constants.hpp"
#include "of_spectrum.hpp"
#include "welch_options.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array options_of_dominant{
    OptionInfo{
        "segment", OptionType::number, "s", "", "> 0",
        "length of Welch's segments (Hann, half overlapping); none: the whole series as one"},
    OptionInfo{"range", OptionType::band, "Hz", "", "",
               "where it is looked for; none: above 0 Hz"}};

constexpr std::array returns_of_dominant{
    ReturnInfo{"frequency", "region", "Hz",
               "where the spectrum is highest, by a parabola through the logarithms of three bins; "
               "NaN without power"},
    ReturnInfo{"share", "region", "1", "of that bin and its neighbours in the power of the range"}};

struct Peak {
  double frequency = not_a_number;
  double share = not_a_number;
};

Peak peak_of(const Psd& spectrum, Index region, Index first, Index last) {
  const auto power = spectrum.power.col(region).segment(first, last - first);
  Index best = 0;
  const double most = power.maxCoeff(&best);
  if (!(most > 0.0) || !std::isfinite(most)) return {};
  const double spacing = spectrum.frequency[1] - spectrum.frequency[0];
  Peak peak{spectrum.frequency[first + best], 0.0};
  double near = most;
  if (best > 0) near += power[best - 1];
  if (best + 1 < power.size()) near += power[best + 1];
  double all = 0.0;
  for (const double value : power)
    all += value;
  peak.share = near / all;
  if (best == 0 || best + 1 == power.size()) return peak;
  const double before = std::log(power[best - 1]);
  const double after = std::log(power[best + 1]);
  const double bend = before - 2.0 * std::log(most) + after;
  if (std::isfinite(bend) && bend < 0.0) peak.frequency += spacing * 0.5 * (before - after) / bend;
  return peak;
}

PsdOptions welch_of(const Input& input, const Options& options, Result& result) {
  PsdOptions welch;
  welch.segment = options.has("segment")
                      ? samples_of(options.number("segment"), input.rate, "segment", result.notes)
                      : input.samples();
  return welch;
}

/// result: with what there is to note of the options.
Result result_of_dominant(const Input& input, const Options& options, const Psd& spectrum,
                          const std::vector<Index>& constant, Result result) {
  const Vector& f = spectrum.frequency;
  const Band range = options.has("range") ? options.band("range") : Band{f[1], f[f.size() - 1]};
  const auto first = std::lower_bound(f.begin(), f.end(), range.low) - f.begin();
  const auto last = std::upper_bound(f.begin(), f.end(), range.high) - f.begin();
  if (first >= last) throw ConfigError("range: no frequency of the spectrum lies within");
  Vector frequency(spectrum.power.cols());
  Vector share(spectrum.power.cols());
  for (Index i = 0; i < frequency.size(); ++i) {
    const Peak peak = peak_of(spectrum, i, first, last);
    frequency[i] = peak.frequency;
    share[i] = peak.share;
  }
  result.axes = {region_axis(input)};
  result.arrays = {vector("frequency", "Hz", "region", frequency),
                   vector("share", "1", "region", share)};
  note_constant(input, constant, result);
  if (options.has("range")) note_cut("range", range, input.rate, result.notes);
  return result;
}

constexpr OfSpectrum of_dominant{welch_of, result_of_dominant};

Result compute_dominant(const Input& input, const Options& options) {
  return compute(of_dominant, input, options);
}

std::unique_ptr<Accumulator> stream_dominant(const Input& frame, const Options& options) {
  if (!options.has("segment")) return nullptr;  // one segment of all samples
  return stream(of_dominant, frame, options);
}

double bytes_of_dominant(const Input& frame, const Options& options) {
  return bytes(of_dominant, frame, options);
}

}  // namespace

extern constinit const Feature feature_dominant_frequency{
    .name = "dominant_frequency",
    .meaning = "Frequency at which a signal has most power",
    .options = options_of_dominant,
    .returns = returns_of_dominant,
    .compute = compute_dominant,
    .stream = stream_dominant,
    .bytes = bytes_of_dominant};

}  // namespace arcuate::analysis

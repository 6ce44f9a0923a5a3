#include <array>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/phase.hpp"
#include "arcuate/analysis/results.hpp"
#include "arcuate/analysis/stream.hpp"
#include "phase_options.hpp"
#include "sums.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array options_of_kuramoto{phase_source, phase_trim};

constexpr std::array returns_of_kuramoto{
    ReturnInfo{"order", "time", "1", "|mean over regions of exp(i phase)|: 1 when all agree"},
    ReturnInfo{"mean", "", "1", "of the order over time"},
    ReturnInfo{"metastability", "", "1", "standard deviation of the order over time (Cabral 2011)"},
    ReturnInfo{"metastability_variance", "", "1", "its variance (Shanahan 2010)"}};

/// result: with what there is to note of the phases.
Result result_of_kuramoto(const Input& input, const Vector& order, double first_time,
                          Result result) {
  const double deviation = deviation_of(order);
  Axis time{"time", "s", {}, {}};
  for (Index t = 0; t < order.size(); ++t)
    time.values.push_back(first_time + static_cast<double>(t) / input.rate);
  result.axes = {std::move(time)};
  result.arrays = {vector("order", "1", "time", order), number("mean", "1", mean_of(order)),
                   number("metastability", "1", deviation),
                   number("metastability_variance", "1", deviation * deviation)};
  return result;
}

Result compute_kuramoto(const Input& input, const Options& options) {
  Result result;
  const Phases phase = phases_of(input, options, result);
  return result_of_kuramoto(input, order_parameter(phase.values), phase.first_time,
                            std::move(result));
}

/// Of signals that are phases. The order is kept: a number per sample.
class StreamedOrder final : public Accumulator {
 public:
  StreamedOrder(const Input& frame, const Options& options)
      : Accumulator(std::ssize(frame.labels)),
        frame_(frame),
        trim_(trim_of(frame, options, begun_)) {}

 private:
  void add(Series block) override {
    const Vector here = order_parameter(block);
    order_.insert(order_.end(), here.begin(), here.end());
  }
  void pass_own(Saved& saved) override { saved.pass(order_); }
  Result result() override {
    const Vector left = Eigen::Map<const Vector>(order_.data(), std::ssize(order_))
                            .segment(trim_, std::ssize(order_) - 2 * trim_);
    return result_of_kuramoto(frame_, left,
                              frame_.first_time + static_cast<double>(trim_) / frame_.rate,
                              std::move(begun_));
  }

  Input frame_;
  Result begun_;
  Index trim_;
  std::vector<double> order_;
};

/// The Hilbert transform of a sample needs all others.
std::unique_ptr<Accumulator> stream_kuramoto(const Input& frame, const Options& options) {
  if (options.word("phase") != "signal") return nullptr;
  return std::make_unique<StreamedOrder>(frame, options);
}

double bytes_of_kuramoto(const Input& frame, const Options& options) {
  const auto samples = static_cast<double>(frame.samples());
  const bool at_once = options.word("phase") != "signal";
  // The order, its times and their copies; all phases, and those that are left.
  return 40.0 * samples +
         (at_once ? 16.0 * samples * static_cast<double>(frame.labels.size()) : 0.0);
}

}  // namespace

extern constinit const Feature feature_kuramoto{
    .name = "kuramoto",
    .meaning = "Synchrony of all regions and how it varies",
    .citation =
        "M. Shanahan, Chaos 20, 013108 (2010), doi:10.1063/1.3305451; J. Cabral et al., NeuroImage "
        "57, 130 (2011), doi:10.1016/j.neuroimage.2011.04.010",
    .options = options_of_kuramoto,
    .returns = returns_of_kuramoto,
    .of_phases = true,
    .compute = compute_kuramoto,
    .stream = stream_kuramoto,
    .bytes = bytes_of_kuramoto};

}  // namespace arcuate::analysis

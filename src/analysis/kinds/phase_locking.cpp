#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <utility>

#include "arcuate/analysis/feature.hpp"
#include "arcuate/analysis/phase.hpp"
#include "arcuate/analysis/results.hpp"
#include "arcuate/analysis/stream.hpp"
#include "arcuate/core/error.hpp"
#include "locking.hpp"
#include "phase_options.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::array options_of_locking{phase_source, phase_trim};

constexpr std::array returns_of_locking{ReturnInfo{
    "plv", "region, other_region", "1",
    "|mean over time of exp(i phase difference)|, 1 on the diagonal; NaN for pairs that do "
    "not count"}};

/// result: with what there is to note of the phases.
Result result_of_locking(const Input& input, const Matrix& values, Result result) {
  result.axes = {region_axis(input), other_region_axis(input)};
  result.arrays = {table("plv", "1", {"region", "other_region"}, masked(values, input.mask))};
  return result;
}

Result compute_locking(const Input& input, const Options& options) {
  Result begun;
  const Phases phase = phases_of(input, options, begun);
  return result_of_locking(input, phase_locking(phase.values), std::move(begun));
}

/// Of signals that are phases.
class StreamedLocking final : public Accumulator {
 public:
  StreamedLocking(const Input& frame, const Options& options)
      : Accumulator(std::ssize(frame.labels)),
        frame_(frame),
        trim_(trim_of(frame, options, begun_)),
        newest_(Matrix::Zero(trim_, std::ssize(frame.labels))) {}

 private:
  /// The newest samples count when others have come behind them: a run may go on.
  void add(Series block) override {
    const Index old = std::min(seen_, trim_);
    Matrix all(old + block.rows(), block.cols());
    all << newest_.bottomRows(old), block;
    const Index begin = std::max<Index>(trim_ - (seen_ - old), 0);
    const Index end = all.rows() - trim_;
    if (begin < end) sums_.add(all.middleRows(begin, end - begin));
    const Index left = std::min(trim_, all.rows());
    newest_.bottomRows(left) = all.bottomRows(left);
    seen_ += block.rows();
  }
  void pass_own(Saved& saved) override {
    sums_.pass(saved);
    saved.pass(seen_);
    saved.pass(newest_);
    if (seen_ < 0 || newest_.rows() != trim_)
      throw DataError("what a feature has saved is damaged");
  }
  Result result() override { return result_of_locking(frame_, sums_.values(), std::move(begun_)); }

  Input frame_;
  Result begun_;
  Index trim_;
  Matrix newest_;  ///< (trim, n_regions) of which those that there are come last
  LockingSums sums_;
  Index seen_ = 0;
};

/// The Hilbert transform of a sample needs all others.
std::unique_ptr<Accumulator> stream_locking(const Input& frame, const Options& options) {
  if (options.word("phase") != "signal") return nullptr;
  return std::make_unique<StreamedLocking>(frame, options);
}

double bytes_of_locking(const Input& frame, const Options& options) {
  const auto regions = static_cast<double>(frame.labels.size());
  const auto samples = static_cast<double>(frame.samples());
  const bool at_once = options.word("phase") != "signal";
  // The sums, the matrix, the same without pairs that do not count, and the rows of the result;
  // all phases, those that are left, their cosines and sines, or the newest ones and a block.
  const double trimmed = options.number("trim") * frame.rate;
  return 32.0 * regions * regions + (at_once ? 32.0 * samples : 16.0 * trimmed) * regions;
}

}  // namespace

extern constinit const Feature feature_phase_locking{
    .name = "phase_locking",
    .meaning = "How constant the difference of the phases of two regions is",
    .citation = "J.-P. Lachaux et al., Hum. Brain Mapp. 8, 194 (1999)",
    .options = options_of_locking,
    .returns = returns_of_locking,
    .of_pairs = true,
    .of_phases = true,
    .compute = compute_locking,
    .stream = stream_locking,
    .bytes = bytes_of_locking};

}  // namespace arcuate::analysis

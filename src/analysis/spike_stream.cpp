#include "arcuate/analysis/spike_stream.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "arcuate/core/index.hpp"
#include "smoothing.hpp"

namespace arcuate::analysis {
namespace {

constexpr std::size_t spikes_at_once = std::size_t{1} << 16;
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// Thresholds of activity, found in as many passes as it takes.
class ThresholdSearch {
 public:
  ThresholdSearch(const ActivityOptions& options, std::size_t clusters)
      : options_(options), thresholds_(clusters, options.baseline) {}

  [[nodiscard]] bool wants_means() const { return options_.baseline < 0.0; }
  void set_means(std::vector<double> means) { thresholds_ = std::move(means); }

  /// Ends a pass: `sum` and `count` are of the rates above the thresholds. Whether another is
  /// needed.
  bool advance(double sum, std::size_t count) {
    ++round_;
    level_ = std::accumulate(thresholds_.begin(), thresholds_.end(), 0.0) /
             static_cast<double>(thresholds_.size());
    if (count == 0) return false;
    const double mean = sum / static_cast<double>(count);
    const bool settled = std::abs(mean - level_) < options_.tolerance;
    if (settled ? !options_.once_more : round_ == options_.most_rounds) return false;
    thresholds_.assign(thresholds_.size(), mean);
    if (settled) level_ = mean;
    return !settled;
  }
  [[nodiscard]] const std::vector<double>& thresholds() const { return thresholds_; }
  [[nodiscard]] double level() const { return level_; }

 private:
  ActivityOptions options_;
  std::vector<double> thresholds_;
  double level_ = undefined;
  int round_ = 0;
};

/// Sums of rates by cluster, in the order of time.
struct RateSums {
  explicit RateSums(std::size_t clusters) : sum(clusters, 0.0), count(clusters, 0) {}
  std::vector<double> sum;
  std::vector<std::size_t> count;

  [[nodiscard]] double all() const { return std::accumulate(sum.begin(), sum.end(), 0.0); }
  [[nodiscard]] std::size_t times() const {
    return std::accumulate(count.begin(), count.end(), std::size_t{0});
  }
  void add(std::size_t cluster, double rate) {
    sum[cluster] += rate;
    ++count[cluster];
  }
};

std::vector<double> thresholds_of(const SpikeSource& spikes, const AttractorSearch& search,
                                  double& level) {
  ThresholdSearch thresholds(search.activity, search.clusters);
  const auto pass = [&](const auto& counts) {
    RateSums sums(search.clusters);
    RateBlocks blocks(spikes, search.clusters, search.smoothing);
    while (blocks.next()) {
      for (std::size_t c = 0; c < search.clusters; ++c) {
        for (const double rate : blocks.rates()[c]) {
          if (counts(c, rate)) sums.add(c, rate);
        }
      }
    }
    return sums;
  };
  if (thresholds.wants_means()) {
    RateSums all = pass([](std::size_t /*cluster*/, double /*rate*/) { return true; });
    for (std::size_t c = 0; c < search.clusters; ++c)
      all.sum[c] /= static_cast<double>(all.count[c]);
    thresholds.set_means(std::move(all.sum));
  }
  for (bool more = true; more;) {
    const RateSums above =
        pass([&](std::size_t c, double rate) { return rate > thresholds.thresholds()[c]; });
    more = thresholds.advance(above.all(), above.times());
  }
  level = thresholds.level();
  return thresholds.thresholds();
}

/// Attractors from activity step by step; gaps are filled while they wait.
class AttractorStream {
 public:
  AttractorStream(const AttractorSearch& search, double dt)
      : search_(search),
        dt_(dt),
        last_active_(search.clusters, -1),
        active_sums_(search.clusters),
        inactive_sums_(search.clusters) {}

  void add(const Rates& rates, const std::vector<double>& thresholds) {
    const std::size_t steps = rates.empty() ? 0 : rates.front().size();
    for (std::size_t k = 0; k < steps; ++k) {
      Waiting& one = waiting_.emplace_back();
      for (std::size_t c = 0; c < search_.clusters; ++c) {
        one.rate.push_back(rates[c][k]);
        one.active.push_back(rates[c][k] > thresholds[c] ? 1 : 0);
      }
      for (std::size_t c = 0; c < search_.clusters; ++c) {
        if (one.active[c] == 0) continue;
        fill_before(c);
        last_active_[c] = seen_;
      }
      ++seen_;
      // What waits longer than a gap is not changed any more.
      if (std::ssize(waiting_) > 2 * search_.fill + RateBlocks::steps_of_block)
        pass_on(search_.fill);
    }
    pass_on(search_.fill);
  }

  FoundAttractors finish() {
    pass_on(0);
    end_segment();
    found_.attractors = builder_.finish(passed_, dt_);
    found_.active = static_cast<double>(active_sums_.times());
    found_.active_rate = active_sums_.all();
    found_.inactive = static_cast<double>(inactive_sums_.times());
    found_.inactive_rate = inactive_sums_.all();
    return std::move(found_);
  }

 private:
  struct Waiting {
    std::vector<double> rate;
    std::vector<std::uint8_t> active;
  };

  void fill_before(std::size_t c) {
    const Step last = last_active_[c];
    if (last < 0 || seen_ - last - 1 >= search_.fill) return;
    for (Step step = std::max(last + 1, passed_); step < seen_; ++step)
      waiting_[z(step - passed_)].active[c] = 1;
  }

  /// All but the newest.
  void pass_on(Step newest) {
    const auto count = std::max<Step>(0, std::ssize(waiting_) - newest);
    for (Step k = 0; k < count; ++k) {
      const Waiting& one = waiting_[z(k)];
      if (passed_ > 0 && one.active != active_) end_segment();
      if (passed_ == segment_) {
        active_ = one.active;
        sums_.assign(search_.clusters, 0.0);
      }
      for (std::size_t c = 0; c < search_.clusters; ++c) {
        sums_[c] += one.rate[c];
        (one.active[c] != 0 ? active_sums_ : inactive_sums_).add(c, one.rate[c]);
      }
      ++passed_;
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  }

  void end_segment() {
    const Step length = passed_ - segment_;
    if (length >= search_.shortest && length > 0) {
      std::vector<int> clusters;
      std::vector<double> rates;
      for (std::size_t c = 0; c < search_.clusters; ++c) {
        if (active_[c] == 0) continue;
        clusters.push_back(static_cast<int>(c));
        rates.push_back(sums_[c] / static_cast<double>(length));
      }
      builder_.add(clusters, segment_, passed_, dt_, std::move(rates));
    }
    segment_ = passed_;
  }

  const AttractorSearch& search_;
  double dt_;
  std::vector<Step> last_active_;
  std::vector<Waiting> waiting_;  ///< of the steps passed_ .. seen_ - 1
  Step seen_ = 0, passed_ = 0, segment_ = 0;
  std::vector<std::uint8_t> active_;  ///< in the segment
  std::vector<double> sums_;          ///< of rates in the segment
  RateSums active_sums_, inactive_sums_;
  AttractorBuilder builder_;
  FoundAttractors found_;
};

/// What is remembered of a neuron: all whole numbers, so that sums are exact.
struct NeuronSums {
  Step last = -1;
  std::int64_t spikes = 0, intervals = 0, interval_sum = 0;
  std::int64_t window = -1, in_window = 0, squares = 0, in_windows = 0;
  double interval_squares = 0.0;

  void close_window() {
    squares += in_window * in_window;
    in_windows += in_window;
    in_window = 0;
  }
};

void add_spike(NeuronSums& neuron, Step step, Step length, std::int64_t windows) {
  ++neuron.spikes;
  if (neuron.last >= 0) {
    const Step interval = step - neuron.last;
    ++neuron.intervals;
    neuron.interval_sum += interval;
    neuron.interval_squares += static_cast<double>(interval) * static_cast<double>(interval);
  }
  neuron.last = step;
  const std::int64_t window = step / length;
  if (window != neuron.window) {
    neuron.close_window();
    neuron.window = window;
  }
  if (window < windows) ++neuron.in_window;
}

/// Mean and variance of whole numbers from their sums.
struct WholeMoments {
  double mean = undefined, variance = undefined;
};
WholeMoments moments_from(double sum, double squares, double n) {
  if (n == 0.0) return {};
  // n^2 variance is a whole number, which doubles hold up to 2^53.
  return {sum / n, std::max(0.0, n * squares - sum * sum) / (n * n)};
}

/// A mean over neurons of what some of them have.
struct MeanOver {
  double sum = 0.0, count = 0.0;
  void add(double value) {
    sum += value;
    count += 1.0;
  }
  [[nodiscard]] double value() const { return count > 0.0 ? sum / count : undefined; }
};

SpikeStatistics statistics_from(std::span<NeuronSums> neurons, double dt, Step steps,
                                std::int64_t windows) {
  MeanOver fano, cv;
  double spikes = 0.0, intervals = 0.0, interval_sum = 0.0;
  for (NeuronSums& one : neurons) {
    one.close_window();
    spikes += static_cast<double>(one.spikes);
    const WholeMoments counts =
        moments_from(static_cast<double>(one.in_windows), static_cast<double>(one.squares),
                     static_cast<double>(windows));
    if (counts.mean > 0.0) fano.add(counts.variance / counts.mean);
    const WholeMoments own = moments_from(static_cast<double>(one.interval_sum), one.interval_squares,
                                     static_cast<double>(one.intervals));
    if (one.intervals >= 2) cv.add(std::sqrt(own.variance) / own.mean);
    intervals += static_cast<double>(one.intervals);
    interval_sum += static_cast<double>(one.interval_sum);
  }
  SpikeStatistics result;
  result.rate = neurons.empty() || steps == 0 ? undefined
                                              : spikes / static_cast<double>(neurons.size()) /
                                                    (static_cast<double>(steps) * dt);
  result.fano = fano.value();
  result.isi_mean = intervals > 0.0 ? interval_sum / intervals * dt : undefined;
  result.isi_cv = cv.value();
  return result;
}

}  // namespace

SpikeSource source_of(const SpikeTrains& trains) {
  SpikeSource source;
  source.count = trains.step.size();
  source.read = [step = trains.step, neuron = trains.neuron](std::size_t at, std::size_t most) {
    const std::size_t count = std::min(most, step.size() - at);
    return SpikePiece{step.subspan(at, count), neuron.subspan(at, count)};
  };
  source.begin = trains.begin;
  source.end = trains.end;
  source.dt = trains.dt;
  source.first = trains.first;
  return source;
}

void for_each_piece(const SpikeSource& spikes, const std::function<void(const SpikePiece&)>& take) {
  for (std::size_t at = 0; at < spikes.count;) {
    const SpikePiece piece = spikes.read(at, spikes_at_once);
    take(piece);
    at += piece.step.size();
  }
}

RateBlocks::RateBlocks(const SpikeSource& spikes, std::size_t populations,
                       const Smoothing& smoothing)
    : spikes_(spikes),
      smoothing_(smoothing),
      reach_(reach_of(smoothing, spikes.dt)),
      counts_(populations),
      rates_(populations) {}

bool RateBlocks::next() {
  const Step steps = spikes_.steps();
  at_ = end_;
  end_ = std::min(steps, at_ + steps_of_block);
  if (at_ >= steps) return false;
  count_until(std::min(steps, end_ + reach_));
  for (std::size_t p = 0; p < counts_.size(); ++p) {
    rates_[p] = smooth_part({counts_[p], kept_, steps}, at_, end_, smoothing_, spikes_.dt);
    const GlobalIndex size = spikes_.first[p + 1] - spikes_.first[p];
    const double factor = 1.0 / (spikes_.dt * static_cast<double>(size));
    for (double& rate : rates_[p])
      rate = size == 0 ? 0.0 : rate * factor;
  }
  forget_before(end_ - reach_);
  return true;
}

void RateBlocks::count_until(Step step) {
  for (std::vector<double>& counts : counts_)
    counts.resize(z(step - kept_), 0.0);
  known_ = step;
  const GlobalIndex neurons = spikes_.first[counts_.size()];
  while (next_spike_ < spikes_.count) {
    const SpikePiece piece = spikes_.read(next_spike_, spikes_at_once);
    for (std::size_t k = 0; k < piece.step.size(); ++k) {
      const Step at = piece.step[k] - spikes_.begin;
      if (at >= known_) return;
      ++next_spike_;
      if (at < 0 || piece.neuron[k] >= neurons) continue;
      const auto after =
          std::upper_bound(spikes_.first.begin(), spikes_.first.end(), piece.neuron[k]);
      counts_[z(after - spikes_.first.begin()) - 1][z(at - kept_)] += 1.0;
    }
  }
}

void RateBlocks::forget_before(Step step) {
  if (step <= kept_) return;
  for (std::vector<double>& counts : counts_)
    counts.erase(counts.begin(), counts.begin() + (step - kept_));
  kept_ = step;
}

FoundAttractors find_attractors(const SpikeSource& spikes, const AttractorSearch& search) {
  double level = 0.0;
  const std::vector<double> thresholds = thresholds_of(spikes, search, level);
  AttractorStream stream(search, spikes.dt);
  RateBlocks blocks(spikes, search.clusters, search.smoothing);
  while (blocks.next())
    stream.add(blocks.rates(), thresholds);
  FoundAttractors found = stream.finish();
  found.threshold = level;
  return found;
}

std::vector<SpikeStatistics> spike_statistics(const SpikeSource& spikes, double window) {
  const Step length = std::max<Step>(1, std::llround(window / spikes.dt));
  const std::int64_t windows = spikes.steps() / length;
  std::vector<NeuronSums> neurons(z(spikes.first.back()));
  for_each_piece(spikes, [&](const SpikePiece& piece) {
    for (std::size_t k = 0; k < piece.step.size(); ++k) {
      const bool counted = piece.step[k] >= spikes.begin && piece.step[k] < spikes.end;
      if (counted)
        add_spike(neurons[z(piece.neuron[k])], piece.step[k] - spikes.begin, length, windows);
    }
  });
  std::vector<SpikeStatistics> all;
  for (std::size_t p = 0; p < spikes.n_populations(); ++p) {
    const auto own =
        std::span(neurons).subspan(z(spikes.first[p]), z(spikes.first[p + 1] - spikes.first[p]));
    all.push_back(statistics_from(own, spikes.dt, spikes.steps(), windows));
  }
  return all;
}

}  // namespace arcuate::analysis

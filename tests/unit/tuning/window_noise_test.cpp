#include "arcuate/tuning/window_noise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

/// How often noise alone passes for a drift or for another mean, and whether a start-up is seen.
namespace arcuate::tuning {
namespace {

constexpr std::size_t steps_of_block = 30;
constexpr double steps = steps_of_block * static_cast<double>(window_blocks);
constexpr std::size_t regions = 100;

/// Signals that forget exponentially within `forgets` windows, and white noise.
class Signals {
 public:
  Signals(double forgets, double white)
      : keep_(std::exp(-1.0 / (forgets * steps))), white_(white) {}

  std::vector<double> window() {
    std::vector<double> blocks(regions * window_blocks);
    for (std::size_t i = 0; i < regions; ++i) {
      double slow = draw();
      for (std::size_t t = 0; t < steps_of_block * window_blocks; ++t) {
        blocks[i * window_blocks + t / steps_of_block] += (slow + white_ * draw()) / steps_of_block;
        slow = keep_ * slow + std::sqrt(1.0 - keep_ * keep_) * draw();
      }
    }
    return blocks;
  }

 private:
  double draw() { return normal_(random_); }

  double keep_, white_;
  std::mt19937_64 random_{7};
  std::normal_distribution<double> normal_;
};

std::vector<double> means(const std::vector<double>& blocks) {
  std::vector<double> result;
  for (std::size_t at = 0; at < blocks.size(); at += window_blocks) {
    double sum = 0.0;
    for (std::size_t b = 0; b < window_blocks; ++b)
      sum += blocks[at + b];
    result.push_back(sum / static_cast<double>(window_blocks));
  }
  return result;
}

struct Counts {
  int drifts = 0;    ///< pairs of windows of which any region seems to drift
  int differs = 0;   ///< or to have two means
  double error = 0;  ///< root mean square of the standard errors, relative to the true one
};

/// As inhibition_tuning.cpp compares them, without a tolerance.
Counts count_alarms(Signals signals, int pairs) {
  constexpr double errors = 6.0;
  Counts counts;
  double squares = 0.0, truth = 0.0;
  for (int pair = 0; pair < pairs; ++pair) {
    const std::vector<double> a = signals.window(), b = signals.window();
    const std::vector<double> error_a = standard_errors(a), error_b = standard_errors(b);
    const std::vector<double> drift = drifts(a), mean_a = means(a), mean_b = means(b);
    bool moves = false, differs = false;
    for (std::size_t i = 0; i < regions; ++i) {
      const double noise = std::min(error_a[i], error_b[i]);
      moves = moves || std::abs(drift[i]) > 2.0 * errors * noise;
      differs = differs || std::abs(mean_a[i] - mean_b[i]) > std::sqrt(2.0) * errors * noise;
      squares += error_a[i] * error_a[i];
      truth += mean_a[i] * mean_a[i];
    }
    counts.drifts += moves ? 1 : 0;
    counts.differs += differs ? 1 : 0;
  }
  counts.error = std::sqrt(squares / truth);
  return counts;
}

TEST(WindowNoise, SlowNoiseSeldomPassesForADriftOrAnotherMean) {
  constexpr int pairs = 40;
  struct Case {
    double forgets, white;
  };
  for (const Case& one :
       {Case{1e-6, 0.0}, {0.01, 0.0}, {1.0 / 30.0, 0.0}, {0.1, 0.0}, {0.2, 0.0}, {0.05, 3.0}}) {
    const Counts counts = count_alarms({one.forgets, one.white}, pairs);
    EXPECT_LE(counts.drifts, 1) << one.forgets;
    EXPECT_LE(counts.differs, 1) << one.forgets;
    EXPECT_GT(counts.error, 0.75) << one.forgets;
    EXPECT_LT(counts.error, 3.0) << one.forgets;
  }
}

TEST(WindowNoise, WhiteNoiseHasTheErrorOfAMean) {
  // Of 960 numbers of variance 1 each.
  Signals signals(1e-6, 0.0);
  double squares = 0.0;
  for (int window = 0; window < 40; ++window) {
    for (const double error : standard_errors(signals.window()))
      squares += error * error / (40.0 * regions);
  }
  EXPECT_NEAR(std::sqrt(squares) * std::sqrt(steps), 1.0, 0.25);
}

TEST(WindowNoise, AStartUpIsSeenWhereTheNextWindowHasLessOfIt) {
  for (const double decays : {0.1, 0.3, 0.8, 2.0}) {  // [windows]
    std::vector<double> first, second;
    for (std::size_t b = 0; b < window_blocks; ++b) {
      const double t = static_cast<double>(b) / static_cast<double>(window_blocks);
      first.push_back(std::exp(-t / decays));
      second.push_back(std::exp(-(t + 1.0) / decays));
    }
    const double noise = std::min(standard_errors(first)[0], standard_errors(second)[0]);
    EXPECT_GT(std::abs(drifts(first)[0]), 12.0 * noise) << decays;
  }
}

TEST(WindowNoise, ALineIsADriftWithoutNoise) {
  std::vector<double> line;
  for (std::size_t b = 0; b < window_blocks; ++b)
    line.push_back(5.0 + static_cast<double>(b));
  EXPECT_NEAR(drifts(line)[0], 16.0, 1e-12);
  EXPECT_LT(standard_errors(line)[0], 1e-12);
}

}  // namespace
}  // namespace arcuate::tuning

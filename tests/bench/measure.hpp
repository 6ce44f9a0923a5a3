#pragma once

#include <ctime>

#include <algorithm>
#include <functional>
#include <limits>
#include <vector>

/// Timing that compares: the candidates take turns, and only ratios of one run are reported.
namespace arcuate::bench {

/// [s] CPU time of the calling thread: time that other programs take does not count.
inline double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// [s] wall time.
inline double wall_seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Seconds per call of each action in each round: (rounds, actions). Actions run A B C, A B C, ...,
/// each for at least `seconds` after one call that only warms the caches. The fastest call of a
/// turn counts: on a shared machine others use the core's second hardware thread for some
/// hundredths of a second at a time, which slows a simulation by half and a loop of multiply-adds
/// not at all.
using Rounds = std::vector<std::vector<double>>;
inline Rounds take_turns(const std::vector<std::function<void()>>& actions, int rounds,
                         double seconds, double (*clock)() = thread_seconds) {
  Rounds result;
  for (int round = 0; round < rounds; ++round) {
    result.emplace_back();
    for (const auto& action : actions) {
      action();
      const double start = clock();
      double fastest = std::numeric_limits<double>::infinity();
      for (double before = start; before - start < seconds;) {
        action();
        const double now = clock();
        fastest = std::min(fastest, now - before);
        before = now;
      }
      result.back().push_back(fastest);
    }
  }
  return result;
}

/// Median over the rounds of the seconds of one action.
inline double median_of(const Rounds& rounds, std::size_t action) {
  std::vector<double> values;
  for (const auto& round : rounds)
    values.push_back(round[action]);
  return median(values);
}

/// Median over the rounds of seconds of `slow` / seconds of `fast`.
inline double median_ratio(const Rounds& rounds, std::size_t slow, std::size_t fast) {
  std::vector<double> values;
  for (const auto& round : rounds)
    values.push_back(round[slow] / round[fast]);
  return median(values);
}

}  // namespace arcuate::bench

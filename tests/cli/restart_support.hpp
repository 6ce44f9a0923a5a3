#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "same_recordings.hpp"
#include "support.hpp"

/// What tests of interrupted runs share.
namespace arcuate::test {

inline const std::string several =
    R"(connectome: { builtin: 20, normalize: row_sum, speed: 4 mm/ms }
model: { name: SupHopf }
coupling: { name: difference, gain: 0.02, stages: staged }
integrator: { method: heun, dt: 0.1 ms }
noise: { x: 0.01, y: { kind: ornstein_uhlenbeck, sigma: 0.01, tau: 5 ms } }
duration: 3 s
transient: 0.5 s
monitors:
  - { kind: temporal_average, variables: [x], period: 4 ms }
  - { kind: bold, variables: [x], period: 100 ms }
  - { kind: hrf_bold, variables: [x], period: 100 ms }
  - { kind: afferent_coupling, period: 1 ms, name: input }
  - { kind: exponential_average, tau: 10 ms, period: 1 ms, variables: [y] }
  - { kind: global_average, period: 1 ms, variables: [x, y], record: false }
features:
  - { kind: fc, monitor: temporal_average }
  - { kind: fcd, monitor: temporal_average, window: 0.5 s, step: 0.05 s }
  - { kind: psd, monitor: global_average, variable: x, segment: 1 s }
  - { kind: moments, monitor: temporal_average, band: [2, 20], filter: causal }
  - { kind: lag_threads, monitor: temporal_average, longest: 0.2 s }
  - { kind: coherence, monitor: temporal_average, segment: 0.1 s, overlap: 0.08 s, range: [10, 40] }
  - { kind: phase_locking, monitor: temporal_average, phase: signal, trim: 0.2 s }
  - { kind: fcd, name: frequent, monitor: temporal_average, window: 0.6 s, step: 0.04 s }
  - { kind: dominant_frequency, monitor: temporal_average }
output: out.h5
)";

class Restart : public testing::Test {
 protected:
  Restart() { folder.write("s.yml", several); }

  [[nodiscard]] std::string file(const std::string& begin) const {
    for (const std::string& name : folder.names()) {
      if (name.starts_with(begin)) return name;
    }
    return "";
  }
  /// A run that stops in order after so many steps.
  [[nodiscard]] Outcome some(int steps, int ranks = 1, const std::string& more = "") const {
    const std::string words =
        "simulate s.yml --quiet --resume --maxh 1e-6 --chunk " + std::to_string(steps) + " " + more;
    return ranks == 1 ? folder.arcuate(words) : folder.ranks(ranks, words);
  }
  /// Turns one bit of a file over.
  void flip(const std::string& name, std::size_t byte) const {
    std::string bytes = content(folder.path(name));
    bytes[byte % bytes.size()] = static_cast<char>(bytes[byte % bytes.size()] ^ 4);
    folder.write(name, bytes);
  }
  /// Samples, times, names and features of two recordings are the same.
  void expect_same(const std::string& one, const std::string& other) const {
    expect_same_recordings(folder, one, other);
  }
  Folder folder;
};

}  // namespace arcuate::test

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/io/study.hpp"

namespace arcuate::test {

/// A good study with every kind of section. Line numbers in the tests count from its first line.
inline constexpr std::string_view good_study = R"(title: resting state
connectome: { builtin: 12, normalize: region_sum, speed: 4 mm/ms }
model:
  name: MontbrioPazoRoxin
  parameters: { eta: -4.6, J: 14.5, Delta: 0.7 }
  initial: { r: 0.1, V: [-2.5, -1.5] }
coupling:
  name: linear
  gain: 0.02
integrator: { method: heun, dt: 0.1 ms }
noise: { V: { kind: white, sigma: 0.05 } }
seed: 42
duration: 10 s
transient: 2 s
monitors:
  - { kind: raw, variables: [r], period: 1 ms }
  - { kind: temporal_average, period: 4 ms }
output: resting.h5
)";

inline io::Study parse(std::string_view text, const std::vector<std::string>& overrides = {}) {
  return io::parse_study(std::string(text), "resting.yml", overrides);
}

/// A connectome of n unconnected regions called L0, L1, ...; the first half is left, even regions
/// are cortical.
inline network::Connectome regions(int n) {
  network::Connectome connectome;
  connectome.row.assign(static_cast<std::size_t>(n) + 1, 0);
  for (int i = 0; i < n; ++i) {
    connectome.labels.push_back("L" + std::to_string(i));
    connectome.hemisphere.push_back(i < n / 2 ? 0 : 1);
    connectome.cortical.push_back(i % 2 == 0 ? 1 : 0);
  }
  connectome.origin = "test";
  return connectome;
}

inline io::ResolvedStudy resolved(std::string_view text, const std::vector<std::string>& overrides,
                                  int n = 4) {
  return io::resolve(parse(text, overrides), regions(n));
}

/// The message of the user's error that `action` throws; "" when it throws none.
template <typename Action>
std::string message_of(Action&& action) {
  try {
    action();
  } catch (const ConfigError& error) {
    return error.what();
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

/// The study with the first occurrence of `from` replaced.
inline std::string with(std::string_view from, std::string_view to) {
  std::string text(good_study);
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace arcuate::test

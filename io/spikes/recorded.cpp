#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/io/spikes.hpp"

namespace arcuate::io {
namespace {

hdf5::Object list_of(const hdf5::Object& group, const std::string& name) {
  hdf5::Object data = group.open_dataset(name);
  if (data.shape().size() != 1)
    throw DataError(group.file() + ": /spikes/" + name + ": expected a list");
  return data;
}

/// What is wrong with a spike behind one at `before`; "" when nothing is.
std::string doubt_of_spike(double step, double neuron, double before, double neurons) {
  const bool whole = step == std::floor(step) && neuron == std::floor(neuron);
  if (!whole || step < 0.0 || step > 1e15)
    return fmt::format("step {} and neuron {}: expected whole numbers from 0 on", step, neuron);
  if (step < before) return fmt::format("step {} comes after step {}", step, before);
  if (neuron < 0.0 || neuron >= neurons)
    return fmt::format("there is no neuron {} among {}", neuron, neurons);
  return {};
}

void require_sound(const SpikePiece& piece, double before, GlobalIndex neurons,
                   const std::string& recording) {
  for (std::size_t k = 0; k < piece.step.size(); ++k) {
    const std::string doubt =
        doubt_of_spike(piece.step[k], piece.neuron[k], k == 0 ? before : piece.step[k - 1],
                       static_cast<double>(neurons));
    if (!doubt.empty()) throw DataError(recording + ": /spikes: " + doubt);
  }
}

[[noreturn]] void refuse_results(const std::string& recording, const std::string& what) {
  throw DataError(recording + ": /spike_trains/" + what);
}

std::vector<analysis::SpikeStatistics> statistics_in(const hdf5::Object& group,
                                                     const std::string& recording) {
  std::vector<analysis::SpikeStatistics> all;
  const auto column = [&](const char* name, double analysis::SpikeStatistics::*what) {
    const auto values = group.read<double>(name);
    if (all.empty()) all.resize(values.size());
    if (values.size() != all.size())
      refuse_results(recording, std::string(name) + ": expected a number per population");
    for (std::size_t k = 0; k < values.size(); ++k)
      all[k].*what = values[k];
  };
  column("rate", &analysis::SpikeStatistics::rate);
  column("fano", &analysis::SpikeStatistics::fano);
  column("isi_mean", &analysis::SpikeStatistics::isi_mean);
  column("isi_cv", &analysis::SpikeStatistics::isi_cv);
  return all;
}

/// The clusters of each state, from a matrix of states and populations.
std::vector<std::vector<int>> states_in(const hdf5::Object& group, const std::string& recording) {
  const auto members = group.read<std::int32_t>("members");
  const std::vector<hsize_t> shape = group.open_dataset("members").shape();
  if (shape.size() != 2)
    refuse_results(recording, "attractors/members: expected states by populations");
  std::vector<std::vector<int>> states(shape[0]);
  for (std::size_t k = 0; k < members.size(); ++k) {
    if (members[k] != 0) states[k / shape[1]].push_back(static_cast<int>(k % shape[1]));
  }
  return states;
}

void read_occurrences(const hdf5::Object& group, const std::string& recording,
                      analysis::Attractors& all) {
  const hdf5::Object own = group.open_group("occurrences");
  const auto state = own.read<std::int32_t>("state"), session = own.read<std::int32_t>("session");
  const auto begin = own.read<double>("begin"), end = own.read<double>("end");
  if (session.size() != state.size() || begin.size() != state.size() || end.size() != state.size())
    refuse_results(recording, "attractors/occurrences: its lists are not of one length");
  for (std::size_t k = 0; k < state.size(); ++k) {
    const bool sound = state[k] >= 0 && static_cast<std::size_t>(state[k]) < all.states.size() &&
                       std::isfinite(begin[k]) && std::isfinite(end[k]) && end[k] >= begin[k] &&
                       session[k] >= 0 && (k == 0 || begin[k] >= begin[k - 1]);
    if (!sound)
      refuse_results(recording,
                     fmt::format("attractors/occurrences: number {} is of state {} from {} to {} s",
                                 k, state[k], begin[k], end[k]));
    all.occurrences.push_back({state[k], session[k], begin[k], end[k], {}});
  }
}

}  // namespace

bool has_spikes(const std::string& recording) {
  static_cast<void>(RecordedRun(recording));
  return hdf5::open_file(recording, hdf5::Access::read).has("spikes");
}

RecordedSpikes read_spikes(const std::string& recording) {
  RecordedSpikes spikes;
  try {
    const hdf5::Object file = hdf5::open_file(recording, hdf5::Access::read);
    spikes.step = file.read<std::int64_t>("/spikes/step");
    spikes.neuron = file.read<std::int32_t>("/spikes/neuron");
  } catch (const EnvironmentError& error) {
    throw DataError(recording + ": has no whole list of spikes (" + error.what() + ")");
  }
  if (spikes.step.size() != spikes.neuron.size() ||
      !std::is_sorted(spikes.step.begin(), spikes.step.end()))
    throw DataError(recording + ": /spikes: expected a neuron for each step, ascending");
  return spikes;
}

void for_each_spike_piece(const std::string& recording, GlobalIndex neurons,
                          const std::function<void(const SpikePiece&)>& take) {
  constexpr std::size_t most = std::size_t{1} << 20;
  try {
    const hdf5::Object file = hdf5::open_file(recording, hdf5::Access::read);
    const hdf5::Object group = file.open_group("spikes");
    const hdf5::Object step = list_of(group, "step"), neuron = list_of(group, "neuron");
    if (step.size() != neuron.size())
      throw DataError(recording + ": /spikes: expected a neuron for each step");
    std::vector<double> steps(std::min(most, step.size())), ids(steps.size());
    double before = 0.0;
    for (std::size_t at = 0; at < step.size(); at += most) {
      const std::size_t count = std::min(most, step.size() - at);
      step.read_part({{at}, {count}}, std::span(steps).first(count));
      neuron.read_part({{at}, {count}}, std::span(ids).first(count));
      const SpikePiece piece{std::span(steps).first(count), std::span(ids).first(count)};
      require_sound(piece, before, neurons, recording);
      before = piece.step.back();
      take(piece);
    }
  } catch (const EnvironmentError& error) {
    throw DataError(recording + ": has no whole list of spikes (" + error.what() + ")");
  }
}

SpikeResults read_spike_results(const std::string& recording) {
  SpikeResults results;
  try {
    const hdf5::Object file = hdf5::open_file(recording, hdf5::Access::read);
    const hdf5::Object group = file.open_group("spike_trains");
    results.populations = statistics_in(group, recording);
    results.threshold = group.number("threshold");
    results.active_rate = group.number("active_rate");
    results.inactive_rate = group.number("inactive_rate");
    results.active_fraction = group.number("active_fraction");
    results.mean_number = group.number("mean_number_active");
    const hdf5::Object attractors = group.open_group("attractors");
    results.attractors.session_ends = {attractors.number("seconds")};
    if (!attractors.has("members")) return results;
    results.attractors.states = states_in(attractors, recording);
    read_occurrences(attractors, recording, results.attractors);
  } catch (const EnvironmentError& error) {
    throw DataError(recording + ": has no whole results of its spikes (" + error.what() + ")");
  }
  return results;
}

void require_same_spikes(const std::string& one, const std::string& other) {
  const RecordedSpikes a = read_spikes(one), b = read_spikes(other);
  const std::size_t n = std::min(a.step.size(), b.step.size());
  std::size_t at = 0;
  while (at < n && a.step[at] == b.step[at] && a.neuron[at] == b.neuron[at])
    ++at;
  if (at == a.step.size() && at == b.step.size()) return;
  const std::size_t step = static_cast<std::size_t>(std::min(
      at < a.step.size() ? a.step[at] : b.step[at], at < b.step.size() ? b.step[at] : a.step[at]));
  throw UnsoundError(fmt::format("{} and {}: have other spikes from step {} on", one, other, step));
}

}  // namespace arcuate::io

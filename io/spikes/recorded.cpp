#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/io/spikes.hpp"

namespace arcuate::io {
namespace {

constexpr std::size_t most_at_once = std::size_t{1} << 16;

hdf5::Object list_of(const hdf5::Object& group, const std::string& name) {
  hdf5::Object data = group.open_dataset(name);
  if (data.shape().size() != 1)
    throw DataError(group.file() + ": /spikes/" + name + ": expected a list");
  return data;
}

struct SpikeAt {
  std::int64_t step = 0;
  std::int32_t neuron = -1;
};

/// What is wrong with a spike behind another; "" when nothing is.
std::string doubt_of_spike(const SpikeAt& one, const SpikeAt& before, GlobalIndex neurons) {
  const auto [step, neuron] = one;
  if (step < before.step) return fmt::format("step {} comes after step {}", step, before.step);
  if (neuron < 0 || neuron >= neurons)
    return fmt::format("there is no neuron {} among {}", neuron, neurons);
  if (step > before.step || neuron > before.neuron) return {};
  if (neuron == before.neuron) return fmt::format("neuron {} fires twice in step {}", neuron, step);
  return fmt::format("neuron {} comes after neuron {} in step {}", neuron, before.neuron, step);
}

/// Whole numbers of a list from place `at` on.
template <class Integer>
void read_integers(const hdf5::Object& list, std::size_t at, std::size_t count,
                   std::vector<double>& numbers, std::vector<Integer>& integers,
                   const std::string& recording) {
  numbers.resize(count);
  list.read_part({{at}, {count}}, numbers);
  integers.clear();
  constexpr double most = sizeof(Integer) > 4 ? 1e15 : 2147483647.0;
  for (const double number : numbers) {
    if (!(number >= 0.0 && number <= most && number == std::floor(number)))
      throw DataError(
          fmt::format("{}: /spikes: {}: expected whole numbers from 0 on", recording, number));
    integers.push_back(static_cast<Integer>(number));
  }
}

/// What a list says of its step is what the study says. [s]
void require_step(const hdf5::Object& file, const std::string& recording, double dt) {
  const hdf5::Object group = file.open_group("spikes");
  if (!group.has_attribute("dt")) return;
  const double own = group.number("dt");
  if (!(std::abs(own - dt) <= 1e-9 * dt))
    throw DataError(fmt::format("{}: /spikes: its step is {:.9g} s, that of its study {:.9g} s",
                                recording, own, dt));
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

SpikeReader::SpikeReader(const std::string& recording, GlobalIndex neurons)
    : recording_(recording) {
  try {
    file_ = hdf5::open_file(recording, hdf5::Access::read);
    const hdf5::Object group = file_.open_group("spikes");
    step_ = list_of(group, "step");
    neuron_ = list_of(group, "neuron");
  } catch (const EnvironmentError& error) {
    throw DataError(recording + ": has no whole list of spikes (" + error.what() + ")");
  }
  if (step_.size() != neuron_.size())
    throw DataError(recording + ": /spikes: expected a neuron for each step");
  SpikeAt before;
  for (std::size_t at = 0; at < step_.size();) {
    const analysis::SpikePiece piece = read(at, most_at_once);
    for (std::size_t k = 0; k < piece.step.size(); ++k) {
      const SpikeAt one{piece.step[k], piece.neuron[k]};
      const std::string doubt = doubt_of_spike(one, before, neurons);
      if (!doubt.empty()) throw DataError(recording + ": /spikes: " + doubt);
      before = one;
    }
    at += piece.step.size();
  }
}

analysis::SpikePiece SpikeReader::read(std::size_t at, std::size_t most) const {
  const std::size_t count = std::min({most, most_at_once, step_.size() - at});
  try {
    read_integers(step_, at, count, numbers_, steps_, recording_);
    read_integers(neuron_, at, count, numbers_, neurons_, recording_);
  } catch (const EnvironmentError& error) {
    throw DataError(recording_ + ": has no whole list of spikes (" + error.what() + ")");
  }
  return {steps_, neurons_};
}

analysis::SpikeSource SpikeReader::source(const SpikingStudy& study,
                                          const spiking::Populations& populations) const {
  require_step(file_, recording_, study.config.dt);
  for (const std::size_t at : {std::size_t{0}, step_.size() - 1}) {
    if (step_.size() == 0) break;
    const std::int64_t step = read(at, 1).step.front();
    if (step < study.transient || step >= study.steps)
      throw DataError(fmt::format("{}: /spikes: step {} is not among those of its study, {} to {}",
                                  recording_, step, study.transient, study.steps - 1));
  }
  return {step_.size(),    [this](std::size_t at, std::size_t most) { return read(at, most); },
          study.transient, study.steps,
          study.config.dt, populations.first};
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
    if (attractors.has_attribute("looked_at"))  // recordings of 0.1 have none
      results.attractors.window = attractors.number("looked_at");
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

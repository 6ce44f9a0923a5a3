#include "stimuli.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/engine/names.hpp"

namespace arcuate::io {
namespace {

/// Enough for a wide screen: more steps than this are thinned to the extremes of as many pieces.
constexpr Step most_points = 8192;
/// Evaluations of one time course, well below a second.
constexpr Step most_evaluations = Step{1} << 24;

/// "pulse: amplitude 2, onset 2000 ms, duration 50 ms".
std::string words_of(const model::TemporalFunction& function, std::string_view target_unit) {
  const model::TemporalInfo& info =
      model::temporal_forms()[static_cast<std::size_t>(function.form)];
  std::string words(info.name);
  for (std::size_t p = 0; p < info.parameters.size(); ++p) {
    const double value = function.parameter[p];
    if (std::isinf(value)) continue;
    const std::string_view own = info.parameters[p].unit;
    const std::string_view unit = own.empty() ? target_unit : own;
    words += fmt::format("{} {} {:.6g}", p == 0 ? ":" : ",", info.parameters[p].name, value);
    if (unit != "1") words.append(" ").append(unit);
  }
  return words;
}

/// The smallest and the largest value of every piece of the run, at their times.
void sample(const model::TemporalFunction& function, double dt, Step steps, RecordedStimulus& to) {
  const Step stride = std::max<Step>(1, steps / most_evaluations);
  const Step pieces = std::min<Step>(steps / stride, most_points / 2);
  const auto keep = [&](Step n, double value) {
    to.time.push_back(1e-3 * dt * static_cast<double>(n));
    to.value.push_back(value);
  };
  for (Step piece = 0; piece < pieces; ++piece) {
    const Step begin = piece * (steps / stride) / pieces * stride;
    const Step end = (piece + 1) * (steps / stride) / pieces * stride;
    Step low = begin, high = begin;
    double lowest = function.at(static_cast<double>(begin) * dt, dt), highest = lowest;
    for (Step n = begin + stride; n < end; n += stride) {
      const double value = function.at(static_cast<double>(n) * dt, dt);
      if (value < lowest) low = n, lowest = value;
      if (value > highest) high = n, highest = value;
    }
    if (low < high) keep(low, lowest), keep(high, highest);
    if (low > high) keep(high, highest), keep(low, lowest);
    if (low == high) keep(low, lowest);
  }
}

RecordedStimulus recorded(const engine::SimulationSpec& whole, int number,
                          const engine::Stimulus& stimulus, GlobalIndex n_regions) {
  const model::ModelInfo& info = whole.population(number).model->info;
  RecordedStimulus result;
  result.model = info.name;
  result.kind = core::word_of(stimulus.on);
  result.target = engine::target_name(stimulus, info);
  result.unit = engine::target_unit(stimulus, info);
  result.equation = words_of(stimulus.function, result.unit);
  for (GlobalIndex region = 0; region < n_regions; ++region)
    result.weight.push_back(whole.number_at(region) == number ? stimulus.weight(region) : 0.0);
  sample(stimulus.function, whole.dt, whole.steps, result);
  return result;
}

}  // namespace

std::vector<RecordedStimulus> recorded_stimuli(const engine::SimulationSpec& simulation,
                                               GlobalIndex n_regions) {
  std::vector<RecordedStimulus> all;
  for (int number = 0; number < simulation.n_populations(); ++number) {
    for (const engine::Stimulus& stimulus : simulation.population(number).stimuli)
      all.push_back(recorded(simulation, number, stimulus, n_regions));
  }
  return all;
}

void write_stimuli(const hdf5::Object& file, const std::vector<RecordedStimulus>& stimuli) {
  if (stimuli.empty()) return;
  const hdf5::Object group = file.create_group("stimuli");
  for (std::size_t k = 0; k < stimuli.size(); ++k) {
    const RecordedStimulus& one = stimuli[k];
    const hdf5::Object own = group.create_group(std::to_string(k));
    own.set("model", one.model);
    own.set("target", one.target);
    own.set("kind", one.kind);
    own.set("equation", one.equation);
    own.write<double>("weight", one.weight);
    own.write<double>("time", one.time).set("units", std::string("s"));
    own.write<double>("value", one.value).set("units", one.unit);
  }
}

std::vector<RecordedStimulus> read_stimuli(const hdf5::Object& file) {
  std::vector<RecordedStimulus> stimuli;
  if (!file.has("stimuli")) return stimuli;
  const hdf5::Object group = file.open_group("stimuli");
  for (std::size_t k = 0; group.has(std::to_string(k)); ++k) {
    const hdf5::Object own = group.open_group(std::to_string(k));
    RecordedStimulus one;
    one.model = own.text("model");
    one.target = own.text("target");
    one.kind = own.text("kind");
    one.equation = own.text("equation");
    one.weight = own.read<double>("weight");
    one.time = own.read<double>("time");
    one.value = own.read<double>("value");
    one.unit = own.open_dataset("value").text("units");
    if (one.time.size() != one.value.size() || one.time.empty())
      throw DataError(
          fmt::format("{}: /stimuli/{}: its time and value differ in length", file.file(), k));
    stimuli.push_back(std::move(one));
  }
  return stimuli;
}

}  // namespace arcuate::io

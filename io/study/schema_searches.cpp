#include "schema.hpp"

namespace arcuate::io {
namespace {

using enum KeyType;
constexpr std::string_view any_search_seed = "0 to 18446744073709551615";
constexpr std::string_view bound_forms =
    "[low, high], {log: [low, high]}, {logit: ...}, {integer: ...}, {choices: [...]}, each with "
    "`start`; usual";

constexpr KeyInfo keys_of_searches[] = {
    {"sweep", section, "", "none", "",
     "candidates of `arcuate sweep`: [sweeps and fits](sweeps-and-fits.md); other verbs run the "
     "study without it"},
    {"sweep.<path>", values, "the path's", "",
     "[values], {linspace: [first, last, count]}, {logspace: [first, last, count]}, {range: "
     "[first, last, step]}; of designs that draw bounds as in `fit.vary`",
     "any path of the study, such as `coupling.gain`, and its values"},
    {"sweep.zip", section, "", "", "{path: values, ...}, or a list of such maps",
     "grid: paths that change together, as one axis behind the others"},
    {"sweep.design", section, "", "grid",
     "grid, or a map with the keys below; {table: FILE} is short for a table",
     "which candidates there are"},
    {"sweep.design.kind", choice, "", "required", "grid, table, random, lhs, sobol, halton, morris",
     "grid: every value with every other; table: the rows of a file; random, lhs (Latin "
     "hypercube), sobol, halton: points drawn within bounds; morris: trajectories of elementary "
     "effects"},
    {"sweep.design.table", file, "", "required", "",
     "table: CSV, a header of paths and a row for each candidate"},
    {"sweep.design.size", integer, "1", "required", "1 to 10000000",
     "random, lhs, sobol, halton: number of points; times the paths at most 10000000"},
    {"sweep.design.seed", integer, "1", "1", any_search_seed, "of the points"},
    {"sweep.design.trajectories", integer, "1", "10", "1 to 10000000",
     "morris: each has a point more than there are paths"},
    {"sweep.design.levels", integer, "1", "4", "2 to 1000",
     "morris: of every axis, an even number; a step is levels / (2 (levels - 1)) of the range"},
    {"sweep.each", names, "", "[simulate]",
     "[simulate], [tune_inhibition, simulate]; of spiking neurons [simulate], [steady], [steady, "
     "simulate]",
     "what is done for each candidate; with tuning as `tune_inhibition` says; `steady` is the mean "
     "field"},
    {"sweep.tune_from", choice, "", "analytic", "analytic, neighbour",
     "where tuning by simulation starts: from the analytic weights of the candidate, or from these "
     "moved as they were in a candidate with similar values, with fewer simulations"},
    {"sweep.keep", names, "", "features, recordings without any", "features, recordings",
     "what is kept of each candidate: the study's features in the table, recordings in files"},
    {"sweep.repeats", integer, "1", "1", "1 to 1000000", "simulations of each candidate"},
    {"sweep.random_numbers", choice, "", "common", "common, independent",
     "seeds are functions of the study's seed and the repeat; common: the same for all "
     "candidates; independent: of the candidate too"},
    {"sweep.time_limit", number, "s", "none", "> 0",
     "wall time of a candidate, after which it has failed"},
    {"fit", section, "", "none", "",
     "parameters that `arcuate fit` searches: [sweeps and fits](sweeps-and-fits.md); other verbs "
     "run the study without it"},
    {"fit.vary", section, "", "required", "", "what is searched, fixed and derived"},
    {"fit.vary.<path>", values, "the path's", "", bound_forms,
     "bounds of any path of the study; a plain value, {fixed: value}, {tied: path}, {expression: "
     "text}, {baseline: bounds, map: FILE, coefficient: bounds}, {by_region: bounds} and {groups: "
     "..., bounds: bounds}: see [sweeps and fits](sweeps-and-fits.md)"},
    {"fit.minimise", section, "", "required", "a list", "losses, of which the sum is minimised"},
    {"fit.minimise[].loss", text, "", "required",
     "see [losses](losses.md); of spiking neurons squared, absolute, relative",
     "name of the loss; its options are keys beside it"},
    {"fit.minimise[].source", text, "", "the only monitor", "a monitor or a feature of the study",
     "what is compared: the samples of a monitor, or those of the monitor of a feature, from its "
     "`from` on, with its pairs and windows; of spiking neurons a [feature](spiking.md#sweeps-and-"
     "fits) such as spikes.rate"},
    {"fit.minimise[].target", file, "", "required",
     "FILE or FILE:NAME; of spiking neurons a number, or one for each entry of the feature",
     "measured data as `arcuate compare` takes them"},
    {"fit.minimise[].populations", values, "1", "all",
     "[indices from 0, ranges such as 0-17, names such as E0, Eb, I0, Ib]",
     "of spiking neurons: entries of a feature by population"},
    {"fit.minimise[].weight", number, "1", "1", ">= 0", "factor on the loss"},
    {"fit.minimise[].variable", text, "", "the only one", "", "of the monitor"},
    {"fit.minimise[].from", number, "s", "0 s", ">= 0", "samples before do not count"},
    {"fit.minimise[].preset", text, "", "cubnm", "see [features](features.md)", "of FCD"},
    {"fit.minimise[].window", number, "s", "the preset's", "> 0", "of FCD"},
    {"fit.minimise[].step", number, "s", "the preset's", "> 0", "of FCD: between windows"},
    {"fit.minimise[].pairs", choice, "", "all", "all, within, target",
     "of regions: all, those within a hemisphere, or those that the FC target has"},
    {"fit.minimise[].plugin", file, "", "", "", "a loss of your own, made by `arcuate loss build`"},
    {"fit.penalties", section, "", "", "", "what is added to the losses"},
    {"fit.penalties.inhibition", number, "1", "none", ">= 0",
     "weight of the mean squared deviation of rates from the target of `tune_inhibition` [Hz2]"},
    {"fit.method", text, "", "auto", "see [optimisers](optimisers.md), also nevergrad's names",
     "of every island, with its options as in `cma,population=20`; without `islands` there is one "
     "island of it"},
    {"fit.budget", integer, "1", "required", "1 to 1000000000", "evaluations of all islands"},
    {"fit.seed", integer, "1", "1", any_search_seed, "of the search"},
    {"fit.islands", section, "", "auto", "auto, a number, or a list of {method, share}",
     "searches that send each other their best; auto: by the number of workers"},
    {"fit.islands[].method", text, "", "that of `fit`", "as fit.method", "of this island"},
    {"fit.islands[].share", number, "1", "1", "> 0", "of the evaluations, over the sum of all"},
    {"fit.migration", section, "", "", "", "what islands send"},
    {"fit.migration.topology", choice, "", "ring", "none, ring, full, star, custom",
     "which island sends to which; star: the first and all others"},
    {"fit.migration.edges", values, "1", "", "[[probabilities] by sender]",
     "custom: with which probability the column gets what the row sends"},
    {"fit.migration.interval", integer, "1", "10", "1 to 1000000",
     "results of an island over 4 + 3 ln n between two migrations; n: variables"},
    {"fit.migration.size", integer, "1", "1", "1 to 1000000", "points that are sent at a time"},
    {"fit.migration.selection", choice, "", "best", "best, random", "which points are sent"},
    {"fit.migration.acceptance", choice, "", "better", "better, always",
     "better: only what is better than the island's own best is taken"},
    {"fit.synchronous", flag, "", "false", "true, false",
     "the same candidates whatever order results come in"},
    {"fit.noisy", flag, "", "true with independent random numbers", "true, false",
     "another evaluation of the same candidate gives another loss"},
    {"fit.objectives", choice, "", "sum", "sum, losses",
     "losses: each loss is an objective of its own (nsga2)"},
    {"fit.each", names, "", "[simulate]", "as sweep.each", "as sweep.each"},
    {"fit.tune_from", choice, "", "analytic", "analytic, neighbour", "as sweep.tune_from"},
    {"fit.keep", names, "", "nothing", "features, recordings", "as sweep.keep"},
    {"fit.repeats", integer, "1", "1", "1 to 1024",
     "simulations of each candidate, with other seeds"},
    {"fit.average", choice, "", "mean", "mean, median, worst", "of the losses of repeats"},
    {"fit.random_numbers", choice, "", "common", "common, independent", "as sweep.random_numbers"},
    {"fit.time_limit", number, "s", "none", "> 0", "as sweep.time_limit"},
    {"fit.halving", section, "", "none", "",
     "successive halving: candidates are compared after a shorter time, and the best go on"},
    {"fit.halving.rungs", values, "ms", "required", "[durations]",
     "after which they are compared, shorter than the study's, the transient included"},
    {"fit.halving.keep", number, "1", "1/3", "0.01 to 0.99", "share of them that goes on"},
    {"fit.halving.bracket", integer, "1", "27", "2 to 1000000",
     "how many are compared with one another; fewer where the search waits for their losses"},
    {"fit.verify", section, "", "none", "", "the best candidates are simulated again in the end"},
    {"fit.verify.best", integer, "1", "10", "1 to 1000000", "how many"},
    {"fit.verify.seeds", integer, "1", "3", "1 to 1024", "new seeds, which no candidate had"},
    {"fit.verify.set", section, "", "", "{path: value, ...}",
     "what is changed, such as `integrator.dt: 0.1 ms`"},
    {"fit.conditions", section, "", "", "a list of up to 65536",
     "subjects or conditions that one set of parameters is to explain: each is a simulation of "
     "every candidate"},
    {"fit.conditions[].name", text, "", "required", "", "no two may be equal"},
    {"fit.conditions[].weight", number, "1", "1", ">= 0", "factor on its losses"},
    {"fit.conditions[].role", choice, "", "train", "train, validate, test",
     "train: counts in what is minimised; validate, test: reported only"},
    {"fit.conditions[].set", section, "", "", "{path: value, ...}",
     "what is changed, such as `connectome.file`"},
    {"fit.conditions[].targets", section, "", "", "{loss, or its number from 0: FILE}",
     "targets in the place of those of `minimise`"},
    {"fit.conditions[].own", names, "", "", "paths of `vary`",
     "variables that each condition has for itself; of the others all have the same value"},
};

}  // namespace

std::span<const KeyInfo> search_keys() {
  return keys_of_searches;
}

}  // namespace arcuate::io

#include "arcuate/spiking/names.hpp"
#include "schema.hpp"

namespace arcuate::io {
namespace {

using enum KeyType;
using core::meanings;
using core::words;
constexpr std::string_view any_draw_seed = "0 to 18446744073709551615";
constexpr std::string_view by_neuron =
    "number, [E, I], [a value for each population], {file: a value for each neuron}";
constexpr std::string_view pair = "number, [E, I]";
constexpr std::string_view four = "[E -> E, E -> I, I -> E, I -> I]";
constexpr std::string_view one_or_four = "number, [E -> E, E -> I, I -> E, I -> I]";
constexpr std::string_view some_populations =
    "[indices from 0, ranges such as 0-17, names such as E0, Eb, I0, Ib]";

constexpr KeyInfo keys_of_spiking[] = {
    {"spiking", section, "", "none", "",
     "a [clustered network of integrate-and-fire neurons](spiking.md), in the place of a "
     "connectome and a model"},
    {"spiking.neurons", values, "1", "[1600, 400]", "[E, I]",
     "excitatory and inhibitory neurons, the background included"},
    {"spiking.background", values, "1", "[160, 40]", "[E, I]",
     "those that belong to no cluster, at least one of each"},
    {"spiking.clusters", integer, "1", "18", "1 to 32766",
     "clusters of each type; a type's neurons less its background divide into them"},
    {"spiking.probabilities", values, "1", "[0.2, 0.5, 0.5, 0.5]", one_or_four,
     "in-degree by size of the source population, cut down to a whole number"},
    {"spiking.j_baseline", values, "1", "[0.63, 0.63, -1.9, -3.8]", four,
     "weights times the square root of the number of neurons; of a target population, all"},
    {"spiking.j_potentiated", values, "1", "[16.85, 5.45, 6.25, 5]", four,
     "factor on the weights within a cluster and between partners"},
    {"spiking.potentiate", flag, "", "true", "true, false",
     "the weights between clusters are depressed so that the sum of a neuron's stays"},
    {"spiking.method", choice, "", "analytic", words<spiking::Method>, meanings<spiking::Method>},
    {"spiking.dt", number, "ms", "0.5 ms", "> 0", "time step"},
    {"spiking.delay", number, "ms", "one step", "> 0",
     "from a spike to the current that it makes; a whole number of dt. Ranks exchange spikes once "
     "in that time"},
    {"spiking.tau_membrane", values, "ms", "20 ms", by_neuron, "time constant of the voltage"},
    {"spiking.tau_synaptic", values, "ms", "5 ms", by_neuron,
     "time constant of the current into a neuron"},
    {"spiking.tau_refractory", values, "ms", "5 ms", by_neuron,
     "time at rest after a spike, rounded up to steps"},
    {"spiking.threshold", values, "1", "[1.5, 0.75]", by_neuron, "voltage of a spike"},
    {"spiking.reset", values, "1", "0", by_neuron, "voltage after a spike"},
    {"spiking.j_ext", values, "1", "2.3", pair,
     "weight of external spikes times the square root of the number of neurons"},
    {"spiking.c_ext", values, "1", "320", pair, "external synapses of a neuron"},
    {"spiking.nu_ext", values, "Hz", "7 Hz", pair, "rate of each external synapse"},
    {"spiking.arousal", section, "", "", "", "a neuromodulator: its drive and its gain"},
    {"spiking.arousal.level", number, "1", "0.3", "0 to 1", "x"},
    {"spiking.arousal.L", number, "1", "0.75", "",
     "weights E -> E are multiplied by 1 - L / denom"},
    {"spiking.arousal.x_0", number, "1", "0.2", "0 to 1", "1 / denom at level 0.5"},
    {"spiking.arousal.k", number, "1", "1.25", "> 0", "steepness"},
    {"spiking.arousal.M", number, "Hz", "13.125 Hz", ">= 0",
     "the rate of external synapses grows by M Z / denom"},
    {"spiking.arousal.noise", choice, "", "drawn", words<spiking::ArousalNoise>,
     meanings<spiking::ArousalNoise>},
    {"spiking.stimuli", section, "", "", "a list", "currents into excitatory clusters"},
    {"spiking.stimuli[].shape", choice, "", "diff2exp", words<spiking::Shape>,
     meanings<spiking::Shape>},
    {"spiking.stimuli[].onsets", values, "ms", "required", "[times]", "what begins there adds up"},
    {"spiking.stimuli[].duration", number, "ms", "to the end", "> 0", "box, linear: how long"},
    {"spiking.stimuli[].amplitude", number, "1/s", "required", "", "voltage per second"},
    {"spiking.stimuli[].tau_rise", number, "ms", "75 ms", "> 0", "of diff2exp"},
    {"spiking.stimuli[].tau_decay", number, "ms", "100 ms", "> 0", "of diff2exp"},
    {"spiking.stimuli[].clusters", values, "1", "drawn", some_populations,
     "excitatory clusters it acts on"},
    {"spiking.stimuli[].cluster_fraction", number, "1", "0.5", "0 to 1",
     "without `clusters`: the part of them that is drawn"},
    {"spiking.stimuli[].neuron_fraction", number, "1", "0.5", "0 to 1",
     "the part of their neurons that is drawn"},
    {"spiking.perturbation", section, "", "none", "",
     "changes by population, each the sum of coefficients times vectors"},
    {"spiking.perturbation.<target>", section, "", "", words<spiking::Target>,
     meanings<spiking::Target>},
    {"spiking.perturbation.<target>.vectors", values, "1", "drawn", "[[numbers], ...]",
     "one entry for each of `populations`, or one for all of them"},
    {"spiking.perturbation.<target>.populations", values, "1", "all",
     "a list, or a list of lists, of indices, ranges such as 0-17 and names such as E0",
     "where the entries of the vectors are; elsewhere they are 0"},
    {"spiking.perturbation.<target>.coefficients", values, "", "required", "[a number per vector]",
     "in the unit of the target; of time constants ms"},
    {"spiking.perturbation.<target>.matrix", values, "", "none",
     "[[a number per source], ...], {file: PATH}",
     "of `j` and `j_baseline`, in the place of vectors: a number for each pair of populations, a "
     "row for each that is the target"},
    {"spiking.perturbation.<target>.circulant", section, "", "none", "",
     "of `j`, in the place of vectors: factors along a ring of clusters"},
    {"spiking.perturbation.<target>.circulant.alpha", number, "1", "0", "",
     "weights from E(k + shift) to E(k) are multiplied by 1 + alpha"},
    {"spiking.perturbation.<target>.circulant.beta", number, "1", "0", "",
     "weights from I(k) to E(k + shift) are multiplied by 1 + beta"},
    {"spiking.perturbation.<target>.circulant.clusters", integer, "1", "all", "2 to 32766",
     "the first ones, of which the ring is"},
    {"spiking.perturbation.<target>.circulant.shift", integer, "1", "1", "-32766 to 32766",
     "no multiple of the clusters"},
    {"spiking.perturbation.<target>.begin", number, "ms", "0 ms", ">= 0",
     "of `rate`: from then on"},
    {"spiking.perturbation.<target>.end", number, "ms", "the end", "> 0", "of `rate`: until then"},
    {"spiking.perturbation.<target>.seed", integer, "1", "256", any_draw_seed,
     "of vectors that are drawn"},
    {"spiking.perturbation.<target>.n_vectors", integer, "1", "1", "1 to 65535",
     "how many are drawn"},
    {"spiking.perturbation.<target>.structured", flag, "", "true", "true, false",
     "true: entries are 1 or -1; false: normal numbers"},
    {"spiking.perturbation.<target>.balance", number, "1", "0.5", "0 to 1",
     "probability of an entry 1"},
    {"spiking.perturbation.<target>.mean", number, "1", "0", "", "of normal numbers"},
    {"spiking.perturbation.<target>.sigma", number, "1", "1", ">= 0", "of normal numbers"},
    {"spiking.monitors", section, "", "rates every ms", "a list",
     "what is recorded beside all spikes"},
    {"spiking.monitors[].kind", choice, "", "required", "rates, voltages",
     "rates: of every population; voltages: of some neurons"},
    {"spiking.monitors[].name", text, "", "its kind", "", "in the recording"},
    {"spiking.monitors[].period", number, "ms", "1 ms", "> 0",
     "between two samples; a whole number of dt"},
    {"spiking.monitors[].kernel", choice, "", "gaussian", "gaussian, box", "what smooths rates"},
    {"spiking.monitors[].width", number, "ms", "10 ms", "> 0",
     "standard deviation of the Gaussian, or length of the box"},
    {"spiking.monitors[].neurons", values, "1", "", "[indices from 0, ranges such as 0-9]",
     "of voltages"},
    {"spiking.analysis", section, "", "", "",
     "activity and attractors of clusters, computed at the end of the run and by `arcuate "
     "analyze`"},
    {"spiking.analysis.kernel", choice, "", "gaussian", "gaussian, box", "what smooths rates"},
    {"spiking.analysis.width", number, "ms", "10 ms", "> 0",
     "standard deviation of the Gaussian, or length of the box"},
    {"spiking.analysis.clusters", choice, "", "excitatory", "excitatory, all",
     "which populations can be active: the excitatory clusters, or all populations"},
    {"spiking.analysis.tolerance", number, "Hz", "20 Hz", "> 0",
     "the threshold is settled when it moves by less"},
    {"spiking.analysis.rule", choice, "", "settled", "settled, once_more",
     "settled: activity above the threshold before; once_more: above the last one"},
    {"spiking.analysis.baseline", number, "Hz", "each cluster's mean", ">= 0",
     "the first threshold"},
    {"spiking.analysis.minimum", number, "ms", "20 ms", "> 0", "shortest life of an attractor"},
    {"spiking.analysis.fill", number, "ms", "0 ms", ">= 0",
     "gaps of a cluster's activity that are shorter are filled"},
    {"spiking.analysis.from", number, "ms", "0 ms", "",
     "attractors count that begin from then on, since samples begin; a negative time is before the "
     "end"},
    {"spiking.analysis.to", number, "ms", "the end", "",
     "and until then; a negative time is before the end"},
    {"spiking.analysis.sequences", values, "", "none", "[[states such as \"E0 E3\" or none], ...]",
     "whose probabilities are wanted: products of those of their transitions"},
    {"spiking.analysis.capacity", section, "", "none", "",
     "of sweeps and fits: how well perturbations of few dimensions tell states of one size apart"},
    {"spiking.analysis.capacity.dimensions", number, "1", "required", "> 0",
     "of perturbations, in the space of clusters"},
    {"spiking.analysis.capacity.size", integer, "1", "that whose states have the most time",
     "1 to 32", "clusters of a state"},
    {"spiking.analysis.capacity.states", integer, "1", "24", "2 to 200",
     "how many at most, those with the most time"},
};

}  // namespace

std::span<const KeyInfo> spiking_keys() {
  return keys_of_spiking;
}

}  // namespace arcuate::io

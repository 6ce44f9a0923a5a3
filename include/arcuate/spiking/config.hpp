#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/core/types.hpp"

/// Clustered networks of leaky integrate-and-fire neurons: what is configured, and what follows
/// from it before any neuron is simulated. Nothing here knows of an engine: mean-field theory takes
/// the same configuration.
///
/// Populations and neurons are in one order. With p clusters there are P = 2 p + 2 populations:
///
///   0 .. p - 1        excitatory clusters
///   p                 excitatory background
///   p + 1 .. 2 p      inhibitory clusters; cluster p + 1 + k is the partner of cluster k
///   2 p + 1           inhibitory background
///
/// Matrices of populations have a row for each postsynaptic and a column for each presynaptic one.
/// Voltages are numbers without a unit (0 at rest), J is a voltage, a current is a voltage per
/// second.
namespace arcuate::spiking {

enum class Method { analytic, euler };
enum class ArousalNoise { drawn, mean };
enum class Shape { box, linear, diff2exp };

/// What a perturbation changes.
enum class Target {
  rate,
  j,
  j_baseline,
  j_potentiated,
  j_ext,
  threshold,
  tau_membrane,
  tau_synaptic,
  tau_refractory,
  arousal_level,
  arousal_L,
  arousal_x_0,
  arousal_k,
  arousal_M
};

using PairOf = std::array<double, 2>;  ///< of [E, I]
using FourOf = std::array<double, 4>;  ///< of pairs [E -> E, E -> I, I -> E, I -> I]

/// One number for all, one for E and one for I, one by population or one by neuron.
using Values = std::vector<double>;

/// Gain and drive that grow with the level of a neuromodulator:
///   denom = 1 + (x^c - 1)^k with c = log2(1 / (1 + ((1 - x_0) / x_0)^(1/k)))
/// is x_0^-1 at level x = 0.5 and 1 at 1. The weights E -> E are multiplied by 1 - L / denom, and
/// every external synapse fires M Z / denom [Hz] more often, Z of Beta(10, 10).
struct Arousal {
  double level = 0.3;
  double L = 0.75;
  double x_0 = 0.2;
  double k = 1.25;
  double M = 13.125;  ///< [Hz]
  ArousalNoise noise = ArousalNoise::drawn;

  [[nodiscard]] double denominator() const;
  [[nodiscard]] double gain() const { return 1.0 - L / denominator(); }
  /// M / denom [Hz]: the drive is this times Z, of mean 1/2.
  [[nodiscard]] double drive() const { return M / denominator(); }
};

/// A current [1/s] into some neurons of some excitatory clusters.
struct Stimulus {
  Shape shape = Shape::diff2exp;
  std::vector<double> onsets;  ///< [s]
  double duration = 0.0;       ///< [s] of box and linear; 0: to the end of the run
  double amplitude = 0.0;      ///< [1/s]
  double tau_rise = 0.075;     ///< [s] of diff2exp
  double tau_decay = 0.1;      ///< [s]
  std::vector<int> clusters;   ///< E clusters; empty: drawn
  double cluster_fraction = 0.5;
  double neuron_fraction = 0.5;  ///< of all neurons of these clusters, drawn
};

/// The vectors behind a perturbation, for whoever reads a recording.
struct Basis {
  std::vector<double> coefficients;          ///< (n_vectors)
  std::vector<std::vector<double>> vectors;  ///< (n_vectors, P)
  bool drawn = false;
};

/// A change of one quantity by population, sum of coefficient times vector.
struct Perturbation {
  Target target = Target::rate;
  std::vector<double> values;  ///< (P); of arousal also (1); empty where there is a matrix
  std::vector<double> matrix;  ///< (P, P) of j and j_baseline, by postsynaptic population; or empty
  double begin = 0.0;          ///< [s]
  double end = std::numeric_limits<double>::infinity();
  Basis basis;
};

struct Config {
  int clusters = 18;
  std::array<GlobalIndex, 2> neurons{1600, 400};   ///< [E, I], background included
  std::array<GlobalIndex, 2> background{160, 40};  ///< [E, I]
  FourOf probabilities{0.2, 0.5, 0.5, 0.5};        ///< in-degree / size of the source population
  FourOf j_baseline{0.63, 0.63, -1.9, -3.8};       ///< times sqrt(neurons)
  FourOf j_potentiated{16.85, 5.45, 6.25, 5.0};    ///< factor within a cluster and its partner
  bool potentiate = true;                          ///< depression elsewhere makes up for it

  Method method = Method::analytic;
  double dt = 0.0005;         ///< [s]
  Step delay = 1;             ///< [steps] from a spike to the current that it makes
  Values tau_membrane{0.02};  ///< [s]
  Values tau_synaptic{0.005};
  Values tau_refractory{0.005};
  Values threshold{1.5, 0.75};
  Values reset{0.0};

  PairOf j_ext{2.3, 2.3};      ///< times sqrt(neurons)
  PairOf c_ext{320.0, 320.0};  ///< external synapses of a neuron
  PairOf nu_ext{7.0, 7.0};     ///< [Hz] of each
  Arousal arousal;
  std::vector<Stimulus> stimuli;
  std::vector<Perturbation> perturbations;
  std::uint64_t seed = 0;

  [[nodiscard]] int n_populations() const { return 2 * clusters + 2; }
  [[nodiscard]] GlobalIndex n_neurons() const { return neurons[0] + neurons[1]; }
  /// 0 for excitatory, 1 for inhibitory populations.
  [[nodiscard]] int type_of(int population) const { return population <= clusters ? 0 : 1; }
  [[nodiscard]] bool is_background(int population) const {
    return population == clusters || population == 2 * clusters + 1;
  }
};

/// What cannot be built: the key that says it, and why.
struct Doubt {
  std::string key;
  std::string message;
};
std::optional<Doubt> doubt_of(const Config& config);
/// Throws ConfigError for what cannot be built.
void require_sound(const Config& config);
/// What can hardly be meant, such as a depression that changes the sign of weights.
std::vector<Doubt> oddities_of(const Config& config);

/// The neurons of every population, and how populations are connected, perturbations included.
struct Populations {
  std::vector<std::string> names;       ///< (P) E0, E1, .., Eb, I0, .., Ib
  std::vector<GlobalIndex> size;        ///< (P)
  std::vector<GlobalIndex> first;       ///< (P + 1) first neuron of each
  FourOf depression{};                  ///< g of the pairs
  std::vector<double> weight;           ///< (P, P) J, a voltage
  std::vector<GlobalIndex> in_degree;   ///< (P, P) sources of each neuron of the row
  std::vector<double> external_weight;  ///< (P) j_ext / sqrt(neurons)
  Arousal arousal;                      ///< as perturbed

  [[nodiscard]] int n() const { return static_cast<int>(size.size()); }
  [[nodiscard]] double J(int post, int pre) const { return weight[at(post, pre)]; }
  [[nodiscard]] GlobalIndex sources(int post, int pre) const { return in_degree[at(post, pre)]; }
  [[nodiscard]] int of(GlobalIndex neuron) const;

 private:
  [[nodiscard]] std::size_t at(int post, int pre) const {
    return static_cast<std::size_t>(post) * size.size() + static_cast<std::size_t>(pre);
  }
};
Populations populations_of(const Config& config);
/// E0, E1, .., Eb, I0, .., Ib
std::vector<std::string> population_names(int clusters);

/// One of the values of a configuration for every population (P), perturbations of the target
/// included. Throws ConfigError when they differ within a population.
std::vector<double> by_population(const Config& config, const Values& values, Target target);
/// The same for every neuron (n_neurons).
std::vector<double> by_neuron(const Config& config, const Values& values, Target target);

/// Factors (P, P) of weights along a chain of the first m excitatory clusters that closes to a
/// ring: 1 + alpha from cluster (k + shift) mod m to cluster k, 1 + beta from the partner of
/// cluster k to cluster (k + shift) mod m, else 1.
std::vector<double> circulant(const Config& config, double alpha, double beta, int m, int shift);

/// The sum of what perturbs a target, by population (P), matrices left out; of arousal (1).
std::vector<double> perturbed(const Config& config, Target target);

/// [1/s] Value of a stimulus at step number `step`, whose onset began it; `steps` the length of
/// the run.
double value_of(const Stimulus& stimulus, double dt, Step step, Step steps);
/// The neurons a stimulus acts on, ascending. `number`: of the stimulus in the configuration.
std::vector<GlobalIndex> stimulated(const Config& config, std::size_t number);

}  // namespace arcuate::spiking

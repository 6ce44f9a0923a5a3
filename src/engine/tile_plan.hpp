#pragma once

#include <limits>
#include <memory>
#include <vector>

#include "arcuate/core/aligned.hpp"
#include "arcuate/engine/arrays.hpp"
#include "arcuate/engine/edges.hpp"
#include "arcuate/engine/tile_sizes.hpp"
#include "arcuate/network/coupling.hpp"
#include "drive.hpp"
#include "local_delays.hpp"
#include "noise.hpp"

/// How the tiles of a population are stepped. Nothing here changes while a simulation runs.
namespace arcuate::engine {

struct TileScratch;

/// What no state may leave; not a number is outside of it, too.
inline constexpr model::Range any_finite{-std::numeric_limits<double>::max(),
                                         std::numeric_limits<double>::max()};
/// (n_states) what the states of a model may not leave for long, finite.
std::vector<model::Range> plausible_ranges(const model::Entry& model);

/// A coupling as the engine runs it: which channels exist and which input each enters.
struct ChannelPlan {
  struct LinkChannels {
    int observable = 0;
    int input = 0;
    int first = 0;  ///< channel
    int parts = 1;
    bool squared = false;  ///< sums with squared weights
  };
  ChannelPlan(const network::Coupling& coupling, const std::vector<network::Link>& links,
              GlobalIndex n_regions);

  std::vector<LinkChannels> links;
  int channels = 0;
  [[nodiscard]] bool several_to_one_input() const;
  [[nodiscard]] bool squared(int channel) const;
  network::SourceFunction source;
  network::TargetFunction target;
};

/// Parameters of a region and what its model derives from them: (kernel.parameter_rows()).
std::vector<double> parameter_rows(const SimulationSpec& spec, const model::Kernel& kernel,
                                   GlobalIndex region);

/// State `k` of a region at t = -lag steps, lag >= 0: as the study gives it, or drawn from (seed,
/// region, state). Before its first sample a given past repeats it; without one t = 0 is repeated.
double initial_value(const SimulationSpec& spec, std::uint64_t seed, GlobalIndex region, int k,
                     Step lag = 0);

/// Numbers of every region.
struct TileParameters {
  AlignedVector<double> parameter;
  std::array<AlignedVector<double>, 2> strength;  ///< sums of a row of W, of W squared
  std::array<AlignedVector<double>, 2> self;      ///< undelayed self-connections, as strength

  template <class Self, class Visit>
  static void arrays(Self& self, const TileSizes& n, const Visit& visit) {
    const std::int64_t squared = n.squared ? n.tiles : 0;
    const std::int64_t own = n.self ? n.tiles : 0;
    visit("parameter", Role::parameter, self.parameter, {n.tiles, n.parameters, lanes});
    visit("strength", Role::parameter, self.strength[0], {n.tiles, lanes});
    visit("strength_squared", Role::parameter, self.strength[1], {squared, lanes});
    visit("self_weight", Role::parameter, self.self[0], {own, lanes});
    visit("self_squared", Role::parameter, self.self[1], {n.squared ? own : 0, lanes});
  }
};

/// Parameters of the first of some steps, and the way to those of the next.
struct StepParameters {
  const double* first = nullptr;
  int stride = 0;
};

/// Of the regions of one population on this rank.
struct TilePlan {
  /// run: the longest run of steps.
  TilePlan(const SimulationSpec& spec, const LocalNetwork& network, const EdgePlan& edges,
           Step run);

  TileSizes sizes;
  int population;                         ///< its number
  LocalIndex first_region;                ///< position of the first among the regions of this rank
  const std::vector<GlobalIndex>& owned;  ///< ascending
  std::unique_ptr<model::Kernel> kernel;
  model::Bounds bounds;  ///< of the study
  ChannelPlan channels;
  int n_states, n_inputs;
  LocalIndex tiles;
  double dt;                            ///< [model time unit]
  Step steps;                           ///< of the whole simulation
  std::vector<model::Range> plausible;  ///< (n_states)
  std::vector<model::Range> finite;     ///< (n_states)
  bool held;
  std::vector<Series> read_at;  ///< when the stages of the method read their inputs
  bool feedback;                ///< inputs depend on the state of the same region
  bool several_links;           ///< two links enter one input
  Noise noise;
  Drive drive;
  LocalDelays delays;
  const std::vector<std::uint32_t>& next_of;  ///< (owned) element of x[n + 1] in a history arena
  TileParameters of_lanes;
  const std::vector<network::Link>& tracts;
  std::vector<std::int32_t> parcel_of;  ///< (tiles, lanes), or empty

  /// One link carries a state as it is to one input, which holds for all stages of a step, and
  /// nothing but noise comes from elsewhere.
  [[nodiscard]] bool is_plain() const;
  /// Lanes of a tile that are regions.
  [[nodiscard]] int regions_in(LocalIndex tile) const;
  [[nodiscard]] const double* parameters(LocalIndex tile) const;
  [[nodiscard]] StepParameters parameters(LocalIndex tile, Series when,
                                          const TileScratch& scratch) const;
  /// A state or an observable of m states, (m, lanes).
  void observe(int observable, int m, const double* trace, const StepParameters& parameters,
               double* out) const;

  /// What one region with this state broadcasts. parameter: (parameter_rows).
  [[nodiscard]] double channel_value(int channel, const double* state,
                                     const double* parameter) const;
  /// An observable of one region. parameter: (parameter_rows).
  [[nodiscard]] double observed(int observable, const double* state, const double* parameter) const;
};

}  // namespace arcuate::engine

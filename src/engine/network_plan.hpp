#pragma once

#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/edges.hpp"
#include "arcuate/engine/simulation.hpp"

/// What follows from a network, its delays and the method alone.
namespace arcuate::engine {

struct Periods {
  Step period = 0;  ///< between messages; 0: none
  std::int64_t smallest_cut_lag = 0;
  bool stagewise = false;  ///< stages are run one by one, by all ranks together
};

/// Who this rank sends histories to, and receives them from. Ascending global index on both sides.
struct HaloPeers {
  struct Peer {
    int rank = 0;
    std::vector<LocalIndex> send_slots;
    std::vector<LocalIndex> receive_slots;
  };
  std::vector<Peer> peers;
};

/// Shared by the simulations of one network, which differ in numbers only. Immutable.
class NetworkPlan {
 public:
  /// Collective. Frees what is not needed for running.
  NetworkPlan(const comm::Communicator& comm, const SimulationSpec& spec, LocalNetwork network,
              const SimulationOptions& options);

  /// Throws ConfigError when a simulation of this spec needs another plan.
  void require(const SimulationSpec& spec) const;

  /// The regions of one population on this rank.
  struct Part {
    LocalNetwork network;  ///< without edges: they are in the plan
    EdgePlan edges;
  };
  SimulationOptions options;
  Periods periods;
  std::vector<Part> parts;         ///< by population; at least one
  std::vector<GlobalIndex> owned;  ///< regions of the parts, one after the other
  HaloPeers halo;

  /// Slots, histories and blocks are those of all parts.
  [[nodiscard]] const EdgePlan& sources() const { return parts.front().edges; }

 private:
  /// All that the plan was made from but the numbers.
  struct Form {
    explicit Form(const SimulationSpec& spec);
    bool operator==(const Form& other) const = default;
    std::vector<std::uint8_t> population_of;
    double speed, dt;
    Stages stages;
    DelayMode delay;
    model::Method method;
    Precision precision;
    int channels;
    bool squared;
  };
  Form form_;
};

}  // namespace arcuate::engine

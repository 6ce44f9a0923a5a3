#pragma once

#include <memory>
#include <vector>

#include "arcuate/comm/halo.hpp"
#include "arcuate/engine/edges.hpp"
#include "arcuate/engine/local_network.hpp"
#include "history.hpp"
#include "network_plan.hpp"

/// Which histories move between ranks, and their packing. Both sides derive the same order:
/// ascending global index.
namespace arcuate::engine {

/// Collective.
HaloPeers find_peers(const comm::Communicator& comm, const LocalNetwork& network,
                     const EdgePlan& plan);

class Exchange {
 public:
  virtual ~Exchange() = default;

  /// Fills the histories of ghosts with the values their owners hold at t = 0. Collective.
  virtual void fill_ghosts(History& history) const = 0;
  /// Sends the last `period` values of everything other ranks read; x[now] is the newest.
  virtual void send(const History& history) = 0;
  /// Receives one message from everybody; its newest value is `age` steps older than x[now].
  virtual void receive(History& history, Step age) = 0;

  /// One value per (channel, slot): for undelayed edges of staged coupling.
  virtual void send_stage(const Reals& stage_values) = 0;
  virtual void receive_stage(Reals& stage_values) = 0;

  [[nodiscard]] virtual std::int64_t messages() const = 0;
  [[nodiscard]] virtual std::int64_t bytes() const = 0;
  /// [bytes] of all buffers.
  [[nodiscard]] virtual std::int64_t buffer_bytes() const = 0;
};

/// Messages hold what histories hold. period: steps in a message. All must outlive it. Collective.
std::unique_ptr<Exchange> make_exchange(const comm::Communicator& comm, const HaloPeers& halo,
                                        const EdgePlan& plan, int channels, Step period);

}  // namespace arcuate::engine

#pragma once

#include <memory>
#include <vector>

#include "arcuate/comm/halo.hpp"
#include "arcuate/engine/edges.hpp"
#include "arcuate/engine/history.hpp"
#include "arcuate/engine/local_network.hpp"
#include "network_plan.hpp"

/// Which histories move between ranks, and their packing. Both sides derive the same order:
/// ascending global index.
namespace arcuate::engine {

/// Collective.
HaloPeers find_peers(const comm::Communicator& comm, const LocalNetwork& network,
                     const EdgePlan& plan);

class Exchange {
 public:
  /// period: steps in a message. All must outlive it. Collective.
  Exchange(const comm::Communicator& comm, const HaloPeers& halo, const EdgePlan& plan,
           int channels, Step period);

  /// Fills the histories of ghosts with the values their owners hold at t = 0. Collective.
  void fill_ghosts(History& history) const;
  /// Sends the last `period` values of everything other ranks read; x[now] is the newest.
  void send(const History& history);
  /// Receives one message from everybody; its newest value is `age` steps older than x[now].
  void receive(History& history, Step age);

  /// One value per (channel, slot): for undelayed edges of staged coupling.
  void send_stage(const std::vector<double>& stage_values);
  void receive_stage(std::vector<double>& stage_values);

  [[nodiscard]] std::int64_t messages() const { return halo_->messages_sent(); }
  [[nodiscard]] std::int64_t bytes() const { return halo_->bytes_sent(); }
  void progress() { halo_->progress(); }

 private:
  [[nodiscard]] std::vector<std::byte> pack_present(const HaloPeers::Peer& peer,
                                                    const History& history) const;
  void unpack_present(const HaloPeers::Peer& peer, History& history,
                      const std::vector<std::byte>& bytes) const;

  const comm::Communicator& comm_;
  const std::vector<HaloPeers::Peer>& peers_;
  const EdgePlan& plan_;
  int channels_;
  Step period_;
  std::unique_ptr<comm::HaloExchange> halo_;
};

}  // namespace arcuate::engine

#pragma once

#include <mpi.h>

#include <span>
#include <vector>

#include "arcuate/comm/communicator.hpp"

/// Fixed-size messages between the same pairs of ranks, over and over, with the transfer hidden
/// behind computation.
namespace arcuate::comm {

/// How many values go to and come from one other rank in every message.
struct HaloPeer {
  int rank = 0;
  std::int64_t send_values = 0;
  std::int64_t receive_values = 0;
};

/// Real: double or float. Persistent MPI requests, two send and three receive buffers for each
/// peer. Messages of a pair arrive in order.
///
/// Why this cannot deadlock: a rank waits for message k only after it has started its own message
/// k, and for the completion of its message k - 2 only when it starts message k. A receiver has
/// posted the receives of messages up to (last unpacked) + 3, so the rank that is furthest behind
/// always finds what it needs under way.
///
/// With ARCUATE_CHECK_MESSAGES=1 in the environment of any rank, every message ends with its number
/// and a checksum, and one that was lost or changed on its way is an EnvironmentError of the rank
/// that receives it.
template <class Real>
class HaloExchange {
 public:
  /// Collective. Both sides of a pair must agree on the counts. Throws EnvironmentError
  /// when a message exceeds 2^31 - 1 values.
  HaloExchange(const Communicator& comm, std::vector<HaloPeer> peers);
  ~HaloExchange();
  HaloExchange(const HaloExchange&) = delete;
  HaloExchange& operator=(const HaloExchange&) = delete;

  [[nodiscard]] const std::vector<HaloPeer>& peers() const { return peers_; }

  /// The buffer of the next message to peers()[peer]; waits until its previous use has been sent.
  std::span<Real> send_buffer(std::size_t peer);
  /// Sends the buffers of all peers.
  void start();
  /// Waits for the next message of every peer, in turn: consume(peer, values).
  template <class Consume>
  void receive(const Consume& consume) {
    for (std::size_t peer = 0; peer < peers_.size(); ++peer) {
      if (peers_[peer].receive_values == 0) continue;
      consume(peer, await(peer));
      repost(peer);
    }
    ++received_;
  }
  /// Moves pending transfers along; cheap.
  void progress();

  [[nodiscard]] std::int64_t values_held() const;
  [[nodiscard]] std::int64_t messages_sent() const { return messages_; }
  [[nodiscard]] std::int64_t bytes_sent() const { return bytes_; }

  /// What the buffers of an exchange hold in all.
  [[nodiscard]] static std::int64_t values_of(std::int64_t sent, std::int64_t received) {
    return std::int64_t{send_buffers} * sent + std::int64_t{receive_buffers} * received;
  }

 private:
  static constexpr std::size_t send_buffers = 2;
  static constexpr std::size_t receive_buffers = 3;
  std::span<const Real> await(std::size_t peer);
  void repost(std::size_t peer);
  void seal(std::vector<Real>& message) const;
  void require_whole(std::size_t peer, std::span<const Real> message) const;

  Communicator comm_;  ///< its own: two exchanges between the same ranks must not mix
  std::vector<HaloPeer> peers_;
  std::size_t trailer_ = 0;  ///< values behind those of a message: its number and checksum
  std::vector<std::vector<Real>> outgoing_;  ///< (peers x send_buffers)
  std::vector<std::vector<Real>> incoming_;  ///< (peers x receive_buffers)
  std::vector<MPI_Request> send_requests_;
  std::vector<MPI_Request> receive_requests_;
  std::int64_t sent_ = 0;
  std::int64_t received_ = 0;
  std::int64_t messages_ = 0;
  std::int64_t bytes_ = 0;
};

}  // namespace arcuate::comm

#include "exchange.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include "arcuate/core/index.hpp"

namespace arcuate::engine {
namespace {

using Bytes = std::vector<std::byte>;

template <class T>
Bytes to_bytes(const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

template <class T>
std::vector<T> from_bytes(const Bytes& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace

/// Every rank asks the owners for the regions it reads.
HaloPeers find_peers(const comm::Communicator& comm, const LocalNetwork& network,
                     const EdgePlan& plan) {
  std::vector<std::vector<GlobalIndex>> wanted(z(comm.size()));
  for (GlobalIndex region : plan.slots.global) {
    const int owner = network.owner[z(region)];
    if (owner != comm.rank()) wanted[z(owner)].push_back(region);
  }
  std::vector<Bytes> requests;
  for (const auto& regions : wanted)
    requests.push_back(to_bytes(regions));
  const auto answers = comm.exchange(requests);
  const auto slot_of = [&](GlobalIndex region) {
    const auto& all = plan.slots.global;
    return static_cast<LocalIndex>(std::lower_bound(all.begin(), all.end(), region) - all.begin());
  };
  HaloPeers found;
  for (int rank = 0; rank < comm.size(); ++rank) {
    HaloPeers::Peer peer;
    peer.rank = rank;
    for (GlobalIndex region : from_bytes<GlobalIndex>(answers[z(rank)]))
      peer.send_slots.push_back(slot_of(region));
    for (GlobalIndex region : wanted[z(rank)])
      peer.receive_slots.push_back(slot_of(region));
    if (peer.send_slots.empty() && peer.receive_slots.empty()) continue;
    found.peers.push_back(std::move(peer));
  }
  return found;
}

namespace {

/// Real: as histories are stored.
template <class Real>
class ExchangeOf final : public Exchange {
 public:
  ExchangeOf(const comm::Communicator& comm, const HaloPeers& halo, const EdgePlan& plan,
             int channels, Step period);

  void fill_ghosts(History& history) const override;
  void send(const History& history) override;
  void receive(History& history, Step age) override;
  void send_stage(const Reals& stage_values) override;
  void receive_stage(Reals& stage_values) override;
  [[nodiscard]] std::int64_t messages() const override { return halo_->messages_sent(); }
  [[nodiscard]] std::int64_t bytes() const override { return halo_->bytes_sent(); }
  [[nodiscard]] std::int64_t buffer_bytes() const override {
    return halo_->values_held() * static_cast<std::int64_t>(sizeof(Real));
  }

 private:
  [[nodiscard]] Bytes pack_present(const HaloPeers::Peer& peer, const History& history) const;
  void unpack_present(const HaloPeers::Peer& peer, History& history, const Bytes& bytes) const;

  const comm::Communicator& comm_;
  const std::vector<HaloPeers::Peer>& peers_;
  const EdgePlan& plan_;
  int channels_;
  Step period_;
  std::unique_ptr<comm::HaloExchange<Real>> halo_;
};

template <class Real>
ExchangeOf<Real>::ExchangeOf(const comm::Communicator& comm, const HaloPeers& halo,
                             const EdgePlan& plan, int channels, Step period)
    : comm_(comm), peers_(halo.peers), plan_(plan), channels_(channels), period_(period) {
  std::vector<comm::HaloPeer> sizes;
  const std::int64_t per_slot = period * channels;
  for (const HaloPeers::Peer& peer : peers_) {
    sizes.push_back({peer.rank, static_cast<std::int64_t>(peer.send_slots.size()) * per_slot,
                     static_cast<std::int64_t>(peer.receive_slots.size()) * per_slot});
  }
  halo_ = std::make_unique<comm::HaloExchange<Real>>(comm, std::move(sizes));
}

template <class Real>
void ExchangeOf<Real>::fill_ghosts(History& history) const {
  std::vector<Bytes> values(z(comm_.size()));
  for (const HaloPeers::Peer& peer : peers_)
    values[z(peer.rank)] = pack_present(peer, history);
  const auto received = comm_.exchange(values);
  for (const HaloPeers::Peer& peer : peers_)
    unpack_present(peer, history, received[z(peer.rank)]);
}

/// The value of every sent slot at t = 0.
template <class Real>
Bytes ExchangeOf<Real>::pack_present(const HaloPeers::Peer& peer, const History& history) const {
  Bytes bytes(peer.send_slots.size() * z(channels_) * sizeof(Real));
  std::byte* next = bytes.data();
  for (int c = 0; c < channels_; ++c) {
    for (LocalIndex slot : peer.send_slots) {
      std::memcpy(next, history.now<Real>(c) + plan_.row_start[z(slot)], sizeof(Real));
      next += sizeof(Real);
    }
  }
  return bytes;
}

template <class Real>
void ExchangeOf<Real>::unpack_present(const HaloPeers::Peer& peer, History& history,
                                      const Bytes& bytes) const {
  const std::byte* next = bytes.data();
  for (int c = 0; c < channels_; ++c) {
    for (LocalIndex slot : peer.receive_slots) {
      Real value = 0;
      std::memcpy(&value, next, sizeof(Real));
      next += sizeof(Real);
      Real* newest = history.now<Real>(c) + plan_.row_start[z(slot)];
      std::fill(newest - plan_.slots.longest_lag[z(slot)], newest + 1, value);
    }
  }
}

template <class Real>
void ExchangeOf<Real>::send(const History& history) {
  for (std::size_t p = 0; p < peers_.size(); ++p) {
    Real* next = halo_->send_buffer(p).data();
    for (int c = 0; c < channels_; ++c) {
      const Real* now = history.now<Real>(c);
      for (LocalIndex slot : peers_[p].send_slots) {
        next = std::copy_n(now + plan_.row_start[z(slot)] + 1 - period_, period_, next);
      }
    }
  }
  halo_->start();
}

template <class Real>
void ExchangeOf<Real>::receive(History& history, Step age) {
  halo_->receive([&](std::size_t p, std::span<const Real> values) {
    const Real* next = values.data();
    for (int c = 0; c < channels_; ++c) {
      Real* now = history.now<Real>(c);
      for (LocalIndex slot : peers_[p].receive_slots) {
        // Values older than the longest lag are read by nobody and may lie before the row.
        const Step useful = std::min<Step>(period_, plan_.slots.longest_lag[z(slot)] + 1 - age);
        Real* newest = now + plan_.row_start[z(slot)] - age;
        if (useful > 0) std::copy_n(next + period_ - useful, useful, newest + 1 - useful);
        next += period_;
      }
    }
  });
}

template <class Real>
void ExchangeOf<Real>::send_stage(const Reals& stage_values) {
  const std::size_t slots = z(plan_.slots.size());
  const Real* all = stage_values.data<Real>();
  for (std::size_t p = 0; p < peers_.size(); ++p) {
    Real* next = halo_->send_buffer(p).data();
    for (int c = 0; c < channels_; ++c) {
      for (LocalIndex slot : peers_[p].send_slots)
        *next++ = all[z(c) * slots + z(slot)];
    }
  }
  halo_->start();
}

template <class Real>
void ExchangeOf<Real>::receive_stage(Reals& stage_values) {
  const std::size_t slots = z(plan_.slots.size());
  Real* all = stage_values.data<Real>();
  halo_->receive([&](std::size_t p, std::span<const Real> values) {
    const Real* next = values.data();
    for (int c = 0; c < channels_; ++c) {
      for (LocalIndex slot : peers_[p].receive_slots)
        all[z(c) * slots + z(slot)] = *next++;
    }
  });
}

}  // namespace

std::unique_ptr<Exchange> make_exchange(const comm::Communicator& comm, const HaloPeers& halo,
                                        const EdgePlan& plan, int channels, Step period) {
  return with_real(plan.stored, [&]<class Real>() -> std::unique_ptr<Exchange> {
    return std::make_unique<ExchangeOf<Real>>(comm, halo, plan, channels, period);
  });
}

}  // namespace arcuate::engine

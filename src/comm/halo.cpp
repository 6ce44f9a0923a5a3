#include "arcuate/comm/halo.hpp"

#include <limits>
#include <string>

#include "arcuate/core/error.hpp"
#include "arcuate/core/pulse.hpp"

namespace arcuate::comm {
namespace {

constexpr int halo_tag = 81;

void check(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  throw EnvironmentError(std::string(call) + " failed with MPI error " + std::to_string(code));
}

int count(std::int64_t values) {
  if (values > std::numeric_limits<int>::max()) {
    throw EnvironmentError("a halo message of " + std::to_string(values) +
                           " values exceeds what MPI can send at once; use more ranks");
  }
  return static_cast<int>(values);
}

MPI_Datatype type_of(double /*value*/) {
  return MPI_DOUBLE;
}
MPI_Datatype type_of(float /*value*/) {
  return MPI_FLOAT;
}

}  // namespace

template <class Real>
HaloExchange<Real>::HaloExchange(const Communicator& comm, std::vector<HaloPeer> peers)
    : comm_(comm.handle()), peers_(std::move(peers)) {
  for (const HaloPeer& peer : peers_) {
    for (std::size_t b = 0; b < send_buffers; ++b) {
      auto& buffer = outgoing_.emplace_back(static_cast<std::size_t>(peer.send_values));
      check(MPI_Send_init(buffer.data(), count(peer.send_values), type_of(Real{}), peer.rank,
                          halo_tag, comm_.handle(), &send_requests_.emplace_back(MPI_REQUEST_NULL)),
            "MPI_Send_init");
    }
    for (std::size_t b = 0; b < receive_buffers; ++b) {
      auto& buffer = incoming_.emplace_back(static_cast<std::size_t>(peer.receive_values));
      check(MPI_Recv_init(buffer.data(), count(peer.receive_values), type_of(Real{}), peer.rank,
                          halo_tag, comm_.handle(),
                          &receive_requests_.emplace_back(MPI_REQUEST_NULL)),
            "MPI_Recv_init");
      if (peer.receive_values > 0) check(MPI_Start(&receive_requests_.back()), "MPI_Start");
    }
  }
}

/// Every message that was started is received, so that no sender is left waiting; both sides have
/// sent equally many.
template <class Real>
HaloExchange<Real>::~HaloExchange() {
  while (received_ < sent_) {
    receive([](std::size_t, std::span<const Real>) {});
  }
  MPI_Waitall(static_cast<int>(send_requests_.size()), send_requests_.data(), MPI_STATUSES_IGNORE);
  for (std::size_t i = 0; i < receive_requests_.size(); ++i) {
    if (peers_[i / receive_buffers].receive_values > 0) {
      MPI_Cancel(&receive_requests_[i]);
      MPI_Wait(&receive_requests_[i], MPI_STATUS_IGNORE);
    }
    MPI_Request_free(&receive_requests_[i]);
  }
  for (MPI_Request& request : send_requests_)
    MPI_Request_free(&request);
}

template <class Real>
std::span<Real> HaloExchange<Real>::send_buffer(std::size_t peer) {
  const std::size_t slot = peer * send_buffers + static_cast<std::size_t>(sent_) % send_buffers;
  const core::While waiting(core::Doing::waiting, peers_[peer].rank);
  check(MPI_Wait(&send_requests_[slot], MPI_STATUS_IGNORE), "MPI_Wait");
  return outgoing_[slot];
}

template <class Real>
void HaloExchange<Real>::start() {
  for (std::size_t peer = 0; peer < peers_.size(); ++peer) {
    if (peers_[peer].send_values == 0) continue;
    const std::size_t slot = peer * send_buffers + static_cast<std::size_t>(sent_) % send_buffers;
    check(MPI_Start(&send_requests_[slot]), "MPI_Start");
    ++messages_;
    bytes_ += peers_[peer].send_values * static_cast<std::int64_t>(sizeof(Real));
  }
  ++sent_;
}

template <class Real>
std::span<const Real> HaloExchange<Real>::await(std::size_t peer) {
  const std::size_t slot =
      peer * receive_buffers + static_cast<std::size_t>(received_) % receive_buffers;
  const core::While waiting(core::Doing::waiting, peers_[peer].rank);
  check(MPI_Wait(&receive_requests_[slot], MPI_STATUS_IGNORE), "MPI_Wait");
  return incoming_[slot];
}

template <class Real>
void HaloExchange<Real>::repost(std::size_t peer) {
  const std::size_t slot =
      peer * receive_buffers + static_cast<std::size_t>(received_) % receive_buffers;
  check(MPI_Start(&receive_requests_[slot]), "MPI_Start");
}

template <class Real>
std::int64_t HaloExchange<Real>::values_held() const {
  std::size_t values = 0;
  for (const auto* buffers : {&outgoing_, &incoming_}) {
    for (const auto& buffer : *buffers)
      values += buffer.capacity();
  }
  return static_cast<std::int64_t>(values);
}

template <class Real>
void HaloExchange<Real>::progress() {
  int any = 0;
  int index = 0;
  if (!send_requests_.empty()) {
    MPI_Testany(static_cast<int>(send_requests_.size()), send_requests_.data(), &index, &any,
                MPI_STATUS_IGNORE);
  }
}

template class HaloExchange<double>;
template class HaloExchange<float>;

}  // namespace arcuate::comm

#include "arcuate/comm/halo.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

#include "arcuate/core/checksum.hpp"
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

/// What a message ends with where messages are checked.
struct Seal {
  std::int64_t number;
  std::uint64_t checksum;
};

bool are_checked(const Communicator& comm) {
  const char* given = std::getenv("ARCUATE_CHECK_MESSAGES");
  const bool here = given != nullptr && *given != 0 && std::strcmp(given, "0") != 0;
  return comm.max(std::int64_t{here}) > 0;
}

template <class Real>
std::uint64_t checksum_of(std::span<const Real> values, std::int64_t number) {
  const auto bytes = std::as_bytes(values);
  return mixed(static_cast<std::uint64_t>(number)) +
         checksum_at(bytes.data(), values.size(), sizeof(Real), 1);
}

}  // namespace

template <class Real>
HaloExchange<Real>::HaloExchange(const Communicator& comm, std::vector<HaloPeer> peers)
    : comm_(comm.handle()), peers_(std::move(peers)) {
  if (are_checked(comm_)) trailer_ = sizeof(Seal) / sizeof(Real);
  const auto more = static_cast<std::int64_t>(trailer_);
  for (const HaloPeer& peer : peers_) {
    for (std::size_t b = 0; b < send_buffers; ++b) {
      auto& buffer = outgoing_.emplace_back(static_cast<std::size_t>(peer.send_values + more));
      check(MPI_Send_init(buffer.data(), count(peer.send_values + more), type_of(Real{}), peer.rank,
                          halo_tag, comm_.handle(), &send_requests_.emplace_back(MPI_REQUEST_NULL)),
            "MPI_Send_init");
    }
    for (std::size_t b = 0; b < receive_buffers; ++b) {
      auto& buffer = incoming_.emplace_back(static_cast<std::size_t>(peer.receive_values + more));
      check(MPI_Recv_init(buffer.data(), count(peer.receive_values + more), type_of(Real{}),
                          peer.rank, halo_tag, comm_.handle(),
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
  return std::span<Real>(outgoing_[slot]).first(outgoing_[slot].size() - trailer_);
}

/// Behind the values of message number `sent_`.
template <class Real>
void HaloExchange<Real>::seal(std::vector<Real>& message) const {
  const std::span<Real> values = std::span<Real>(message).first(message.size() - trailer_);
  const Seal behind{.number = sent_, .checksum = checksum_of<Real>(values, sent_)};
  std::memcpy(values.data() + values.size(), &behind, sizeof behind);
}

template <class Real>
void HaloExchange<Real>::require_whole(std::size_t peer, std::span<const Real> message) const {
  const auto values = message.first(message.size() - trailer_);
  Seal behind{};
  std::memcpy(&behind, values.data() + values.size(), sizeof behind);
  const bool is_whole = behind.checksum == checksum_of<Real>(values, behind.number);
  if (is_whole && behind.number == received_) return;
  throw EnvironmentError(
      fmt::format("message {} from rank {} to rank {} {}: the network or MPI is at fault",
                  received_, peers_[peer].rank, comm_.rank(),
                  is_whole ? fmt::format("was lost (number {} came in its place)", behind.number)
                           : "arrived changed (its checksum does not fit)"));
}

template <class Real>
void HaloExchange<Real>::start() {
  for (std::size_t peer = 0; peer < peers_.size(); ++peer) {
    if (peers_[peer].send_values == 0) continue;
    const std::size_t slot = peer * send_buffers + static_cast<std::size_t>(sent_) % send_buffers;
    if (trailer_ > 0) seal(outgoing_[slot]);
    check(MPI_Start(&send_requests_[slot]), "MPI_Start");
    ++messages_;
    bytes_ += static_cast<std::int64_t>(outgoing_[slot].size() * sizeof(Real));
  }
  ++sent_;
}

template <class Real>
std::span<const Real> HaloExchange<Real>::await(std::size_t peer) {
  const std::size_t slot =
      peer * receive_buffers + static_cast<std::size_t>(received_) % receive_buffers;
  const core::While waiting(core::Doing::waiting, peers_[peer].rank);
  check(MPI_Wait(&receive_requests_[slot], MPI_STATUS_IGNORE), "MPI_Wait");
  const std::span<const Real> message(incoming_[slot]);
  if (trailer_ > 0) require_whole(peer, message);
  return message.first(message.size() - trailer_);
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

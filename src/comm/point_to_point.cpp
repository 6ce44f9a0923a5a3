#include <algorithm>

#include "arcuate/comm/communicator.hpp"
#include "piece.hpp"

namespace arcuate::comm {
namespace {

constexpr int size_tag = 71;
constexpr int data_tag = 72;

}  // namespace

void Communicator::send(int to, const std::vector<std::byte>& bytes) const {
  const auto size = static_cast<std::int64_t>(bytes.size());
  MPI_Send(&size, 1, MPI_INT64_T, to, size_tag, handle_);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const int count = static_cast<int>(std::min(piece, bytes.size() - at));
    MPI_Send(bytes.data() + at, count, MPI_BYTE, to, data_tag, handle_);
  }
}

std::vector<std::byte> Communicator::receive(int from) const {
  std::int64_t size = 0;
  MPI_Recv(&size, 1, MPI_INT64_T, from, size_tag, handle_, MPI_STATUS_IGNORE);
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const int count = static_cast<int>(std::min(piece, bytes.size() - at));
    MPI_Recv(bytes.data() + at, count, MPI_BYTE, from, data_tag, handle_, MPI_STATUS_IGNORE);
  }
  return bytes;
}

int Communicator::waiting() const {
  int there = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, size_tag, handle_, &there, &status);
  return there != 0 ? status.MPI_SOURCE : -1;
}

bool Communicator::waiting(int from) const {
  int there = 0;
  MPI_Iprobe(from, size_tag, handle_, &there, MPI_STATUS_IGNORE);
  return there != 0;
}

}  // namespace arcuate::comm

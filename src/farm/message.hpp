#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/farm/farm.hpp"

/// What master and teams tell each other.
namespace arcuate::farm {

struct Message {
  enum class Kind : std::uint8_t { task, cancel, quit, done, signal };
  Kind kind = Kind::quit;
  std::uint64_t id = 0;
  Done done{};         ///< of Kind::done
  std::string work{};  ///< of Kind::task
  int signal = 0;      ///< that asks for the end, or 0
};

std::vector<std::byte> bytes_of(const Message& message);
Message message_of(const std::vector<std::byte>& bytes);

/// Sleeps until a message of `from` is there, and receives it. MPI's own wait would keep a core
/// busy.
Message wait_for(const comm::Communicator& comm, int from);
void send(const comm::Communicator& comm, int to, const Message& message);

/// Longer the longer nothing happened: 50 us to 1 ms.
void nap(int idle);

}  // namespace arcuate::farm

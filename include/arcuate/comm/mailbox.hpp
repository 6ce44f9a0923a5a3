#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "arcuate/comm/communicator.hpp"

namespace arcuate::comm {

struct Letter {
  int from = 0;
  int kind = 0;      ///< of the sender's choice, >= 0
  std::string text;  ///< bytes of any kind
};

/// Letters between any ranks, without waiting: the caller looks for them and sleeps between its
/// looks, where MPI's own calls would keep a core busy. They move while sender and receiver look.
class Mailbox {
 public:
  /// [bytes] Of one letter's text.
  static constexpr std::size_t longest = std::size_t{1} << 30;

  /// Collective on `comm`.
  explicit Mailbox(const Communicator& comm);
  /// Waits until all that was sent has been taken, unless an exception is unwinding. Collective.
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// Returns at once. Throws EnvironmentError: longer than `longest`.
  void send(int to, int kind, std::string_view text = {});
  /// The next letter that has arrived, or none; of one sender in the order in which it was sent.
  [[nodiscard]] std::optional<Letter> next();

 private:
  struct Envelope {
    std::int64_t size = 0;  ///< [bytes] of the text
    std::int32_t kind = 0;
    std::int32_t filler = 0;
    std::array<char, 2032> begin;  ///< of the text
  };
  struct Outgoing {
    Envelope envelope;
    std::string rest;
    std::array<MPI_Request, 2> requests{MPI_REQUEST_NULL, MPI_REQUEST_NULL};
  };
  struct Incoming {
    Letter letter;
    MPI_Request request = MPI_REQUEST_NULL;  ///< of what did not fit into the envelope
  };
  bool all_gone();
  bool accept();
  void expect();
  std::optional<Letter> first_whole();

  Communicator comm_;
  Envelope envelope_;
  MPI_Request expected_ = MPI_REQUEST_NULL;
  std::list<Outgoing> outgoing_;  // lists: MPI holds the addresses
  std::list<Incoming> incoming_;  // in the order of their arrival
};

}  // namespace arcuate::comm

#include "arcuate/comm/mailbox.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <set>
#include <thread>
#include <utility>

#include "arcuate/core/error.hpp"

namespace arcuate::comm {
namespace {

constexpr int envelope_tag = 91;
constexpr int rest_tag = 92;

/// A test and not a probe: when Open MPI finds nothing it moves messages once, and looks again. A
/// probe looks again only at its next call; and each call that finds nothing yields the processor.
bool is_done(MPI_Request& request) {
  int done = 0;
  MPI_Test(&request, &done, MPI_STATUS_IGNORE);
  return done != 0;
}

}  // namespace

Mailbox::Mailbox(const Communicator& comm) : comm_(comm.handle()) {
  expect();
}

Mailbox::~Mailbox() {
  while (std::uncaught_exceptions() == 0 && !all_gone())
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  MPI_Cancel(&expected_);
  MPI_Wait(&expected_, MPI_STATUS_IGNORE);
}

void Mailbox::send(int to, int kind, std::string_view text) {
  if (text.size() > longest) {
    throw EnvironmentError("a message of " + std::to_string(text.size()) +
                           " bytes exceeds what can be sent at once (" + std::to_string(longest) +
                           ")");
  }
  all_gone();
  Outgoing& one = outgoing_.emplace_back();
  Envelope& envelope = one.envelope;
  envelope.size = static_cast<std::int64_t>(text.size());
  envelope.kind = kind;
  const std::size_t begin = std::min(text.size(), envelope.begin.size());
  std::memcpy(envelope.begin.data(), text.data(), begin);
  MPI_Isend(&envelope, static_cast<int>(offsetof(Envelope, begin) + begin), MPI_BYTE, to,
            envelope_tag, comm_.handle(), &one.requests[0]);
  if (begin == text.size()) return;
  one.rest = text.substr(begin);
  MPI_Isend(one.rest.data(), static_cast<int>(one.rest.size()), MPI_BYTE, to, rest_tag,
            comm_.handle(), &one.requests[1]);
}

/// Whether all that was sent has been taken, or lies at its receiver; forgets what has.
bool Mailbox::all_gone() {
  std::erase_if(outgoing_,
                [](Outgoing& one) { return is_done(one.requests[0]) && is_done(one.requests[1]); });
  return outgoing_.empty();
}

void Mailbox::expect() {
  MPI_Irecv(&envelope_, sizeof envelope_, MPI_BYTE, MPI_ANY_SOURCE, envelope_tag, comm_.handle(),
            &expected_);
}

/// Begins to receive one letter, if there is one.
bool Mailbox::accept() {
  int done = 0;
  MPI_Status status;
  MPI_Test(&expected_, &done, &status);
  if (done == 0) return false;
  const auto size = static_cast<std::size_t>(envelope_.size);
  const std::size_t begin = std::min(size, envelope_.begin.size());
  Incoming& one = incoming_.emplace_back();
  one.letter = {status.MPI_SOURCE, envelope_.kind, std::string(envelope_.begin.data(), begin)};
  if (begin < size) {
    one.letter.text.resize(size);
    MPI_Irecv(one.letter.text.data() + begin, static_cast<int>(size - begin), MPI_BYTE,
              status.MPI_SOURCE, rest_tag, comm_.handle(), &one.request);
  }
  expect();
  return true;
}

/// The first letter that is whole and has no earlier one of its sender before it.
std::optional<Letter> Mailbox::first_whole() {
  std::set<int> behind;
  for (auto one = incoming_.begin(); one != incoming_.end(); ++one) {
    if (behind.count(one->letter.from) > 0) continue;
    if (one->request == MPI_REQUEST_NULL || is_done(one->request)) {
      Letter letter = std::move(one->letter);
      incoming_.erase(one);
      return letter;
    }
    behind.insert(one->letter.from);
  }
  return std::nullopt;
}

std::optional<Letter> Mailbox::next() {
  all_gone();
  for (;;) {
    if (auto letter = first_whole()) return letter;
    if (!accept()) return std::nullopt;
  }
}

}  // namespace arcuate::comm

#include "message.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>
#include <type_traits>

namespace arcuate::farm {
namespace {

class Writer {
 public:
  template <class T>
  void number(T value) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto* begin = reinterpret_cast<const std::byte*>(&value);
    bytes.insert(bytes.end(), begin, begin + sizeof value);
  }
  void text(const std::string& text) {
    number(static_cast<std::uint64_t>(text.size()));
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    bytes.insert(bytes.end(), begin, begin + text.size());
  }
  std::vector<std::byte> bytes;
};

class Reader {
 public:
  explicit Reader(const std::vector<std::byte>& bytes) : at_(bytes.data()) {}
  template <class T>
  void number(T& value) {
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
  }
  void text(std::string& text) {
    std::uint64_t size = 0;
    number(size);
    text.assign(reinterpret_cast<const char*>(at_), size);
    at_ += size;
  }

 private:
  const std::byte* at_;
};

/// The same members, in the same order, for both.
template <class Archive, class AMessage>
void visit(Archive& archive, AMessage& message) {
  archive.number(message.kind);
  archive.number(message.id);
  archive.text(message.work);
  archive.number(message.signal);
  archive.number(message.done.id);
  archive.number(message.done.ending);
  archive.text(message.done.result);
  archive.text(message.done.reason);
  archive.number(message.done.exit_code);
  archive.number(message.done.seconds);
  archive.number(message.done.worker);
}

}  // namespace

std::vector<std::byte> bytes_of(const Message& message) {
  Writer writer;
  visit(writer, message);
  return std::move(writer.bytes);
}

Message message_of(const std::vector<std::byte>& bytes) {
  Message message;
  Reader reader(bytes);
  visit(reader, message);
  return message;
}

void send(const comm::Communicator& comm, int to, const Message& message) {
  comm.send(to, bytes_of(message));
}

Message wait_for(const comm::Communicator& comm, int from) {
  for (int idle = 1; !comm.waiting(from); ++idle)
    nap(idle);
  return message_of(comm.receive(from));
}

void nap(int idle) {
  constexpr int shortest = 50, longest = 1000;  // [us]
  std::this_thread::sleep_for(std::chrono::microseconds(std::min(longest, shortest * idle)));
}

}  // namespace arcuate::farm

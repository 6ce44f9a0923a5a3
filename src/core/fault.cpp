#include "arcuate/core/fault.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <list>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"

namespace arcuate::fault {
namespace {

enum class Kind { kill, stop, segv, exception, slow, own };

struct Fault {
  std::size_t place = 0;
  Kind kind = Kind::kill;
  std::int64_t first = 1, last = 1;
  double milliseconds = 10.0;
  std::string text;
  std::atomic<std::int64_t> reached{0};  // several threads may pass the same place
};

/// Those of this rank, from the start of the program on.
std::list<Fault>& armed() {
  static std::list<Fault> faults;
  return faults;
}

[[noreturn]] void refuse(const std::string& text, const std::string& what) {
  throw ConfigError(fmt::format(
      "ARCUATE_FAULT={}: {}; expected POINT:WHEN:RANK[:KIND], as checkpoint.before_rename:2:0:kill",
      text, what));
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// A whole number from `least` on.
std::int64_t number_of(const std::string& word, std::int64_t least, const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size() || number < least)
    refuse(text, fmt::format("'{}' is no whole number from {} on", word, least));
  return number;
}

std::size_t place_of(const std::string& name, const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < places.size(); ++k) {
    if (places[k].name == name) return k;
    names.emplace_back(places[k].name);
  }
  refuse(text, fmt::format("there is no point '{}'{}", name, hint(name, names)));
}

void set_kind(Fault& fault, const std::string& word) {
  const Place& place = places[fault.place];
  if (word == "kill") return;
  if (word == "stop") {
    fault.kind = Kind::stop;
  } else if (word == "segv") {
    fault.kind = Kind::segv;
  } else if (word == "throw") {
    fault.kind = Kind::exception;
  } else if (word == "slow" || word.starts_with("slow=")) {
    fault.kind = Kind::slow;
    fault.last = std::numeric_limits<std::int64_t>::max();
    if (word != "slow")
      fault.milliseconds = static_cast<double>(number_of(word.substr(5), 1, fault.text));
  } else if (!word.empty() && word == place.own_kind) {
    fault.kind = Kind::own;
  } else {
    refuse(fault.text,
           fmt::format("{} cannot '{}' (allowed: kill, stop, segv, throw, slow, slow=MS{}{})",
                       place.name, word, place.own_kind.empty() ? "" : ", ", place.own_kind));
  }
}

void add(const std::string& text, int rank) {
  const std::vector<std::string> words = split(text, ':');
  if (words.size() < 3 || words.size() > 4)
    refuse(text, fmt::format("it has {} parts", words.size()));
  auto& faults = armed();
  Fault& fault = faults.emplace_back();
  fault.text = text;
  fault.place = place_of(words[0], text);
  const bool from_then_on = words[1].ends_with('+');
  fault.first =
      number_of(from_then_on ? words[1].substr(0, words[1].size() - 1) : words[1], 1, text);
  fault.last = from_then_on ? std::numeric_limits<std::int64_t>::max() : fault.first;
  if (words.size() == 4) set_kind(fault, words[3]);
  if (words[2] != "all" && number_of(words[2], 0, text) != rank) faults.pop_back();
}

/// Counts; whether it is time.
bool comes(Fault& fault) {
  const std::int64_t now = ++fault.reached;
  if (now == fault.first)
    std::fprintf(stderr, "arcuate: warning: ARCUATE_FAULT=%s happens now\n", fault.text.c_str());
  return now >= fault.first && now <= fault.last;
}

void happen(const Fault& fault) {
  switch (fault.kind) {
    case Kind::kill:
      ::raise(SIGKILL);
      break;
    case Kind::stop:
      ::kill(::getpid(), SIGSTOP);
      break;
    case Kind::segv:
      ::raise(SIGSEGV);
      break;
    case Kind::exception:
      throw std::runtime_error("ARCUATE_FAULT=" + fault.text);
    case Kind::slow:
      std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(fault.milliseconds));
      break;
    case Kind::own:
      break;
  }
}

}  // namespace

void arm(int rank) {
  if constexpr (!compiled_in) return;
  armed().clear();
  const char* given = std::getenv("ARCUATE_FAULT");
  if (given == nullptr || *given == 0) return;
  for (const std::string& one : split(given, ','))
    add(one, rank);
}

void reach(std::size_t place) {
  for (Fault& fault : armed()) {
    if (fault.place == place && fault.kind != Kind::own && comes(fault)) happen(fault);
  }
}

bool is_due(std::size_t place) {
  bool due = false;
  for (Fault& fault : armed()) {
    if (fault.place == place && fault.kind == Kind::own && comes(fault)) due = true;
  }
  return due;
}

}  // namespace arcuate::fault

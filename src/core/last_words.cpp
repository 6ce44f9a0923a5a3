#include "arcuate/core/last_words.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace arcuate::core {
namespace {

constexpr std::array faults{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// A signal handler may read lock-free atomics and memory that nobody changes meanwhile.
constexpr std::size_t longest = 4096;
std::array<char, longest> path_{};
std::array<char, longest> words_{};
std::atomic<bool> speaks{false};
std::array<struct sigaction, faults.size()> before{};

/// Afterwards what was there before ends the process.
void on_fault(int signal) {
  speak_last_words(signal);
  for (std::size_t i = 0; i < faults.size(); ++i) {
    if (faults[i] == signal) ::sigaction(signal, &before[i], nullptr);
  }
  ::raise(signal);
}

/// A stack that is full needs another one for its handler.
void use_own_stack() {
  static std::vector<char> memory(1 << 16);
  stack_t stack{};
  stack.ss_sp = memory.data();
  stack.ss_size = memory.size();
  ::sigaltstack(&stack, nullptr);
}

void copy(const std::string& text, std::array<char, longest>& into) {
  if (text.size() + 1 > into.size()) throw std::length_error("last words: " + text);
  std::memcpy(into.data(), text.c_str(), text.size() + 1);
}

}  // namespace

void speak_last_words(int signal) {
  if (!speaks.exchange(false)) return;
  const int file = ::open(path_.data(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return;
  std::array<char, longest + 8> line{};
  std::size_t size = ::strnlen(words_.data(), longest);
  std::memcpy(line.data(), words_.data(), size);
  line[size++] = ' ';
  if (signal >= 10) line[size++] = static_cast<char>('0' + signal / 10 % 10);
  line[size++] = static_cast<char>('0' + signal % 10);
  line[size++] = '\n';
  static_cast<void>(!::write(file, line.data(), size));
  ::close(file);
}

LastWords::LastWords(const std::string& path, const std::string& words) {
  if (path.empty()) return;
  copy(path, path_);
  copy(words, words_);
  use_own_stack();
  for (std::size_t i = 0; i < faults.size(); ++i) {
    struct sigaction action {};
    action.sa_handler = on_fault;
    action.sa_flags = SA_ONSTACK;
    ::sigaction(faults[i], &action, &before[i]);
  }
  speaks = true;
}

LastWords::~LastWords() {
  if (!speaks.exchange(false)) return;
  for (std::size_t i = 0; i < faults.size(); ++i)
    ::sigaction(faults[i], &before[i], nullptr);
}

}  // namespace arcuate::core

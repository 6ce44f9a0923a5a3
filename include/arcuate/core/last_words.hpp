#pragma once

#include <string>

/// What a process leaves behind that ends by its own fault.
namespace arcuate::core {

/// While it lives, a process that ends by SIGSEGV, SIGBUS, SIGFPE, SIGILL or SIGABRT, or by exit()
/// of a library, first appends a line to a file: `words` and the number of the signal (0: exit).
/// One at a time in a process.
class LastWords {
 public:
  LastWords(const std::string& path, const std::string& words);
  ~LastWords();
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;
};

/// Writes them now, once. Safe in a signal handler.
void speak_last_words(int signal);

}  // namespace arcuate::core

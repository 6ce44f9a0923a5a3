#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "plugin_parts.hpp"

namespace arcuate::app {
namespace {

/// As it was when this program was started. MPI_Init of a program without a launcher leaves in it
/// what tells others that they are ranks of this one: a job that inherits it never starts.
std::vector<std::string> environment_at_start() {
  std::ifstream file("/proc/self/environ", std::ios::binary);
  std::vector<std::string> all;
  for (std::string one; std::getline(file, one, '\0');)
    all.push_back(one);
  return all;
}

/// What a program is given, with the null pointer at its end. `words` outlive it.
std::vector<char*> pointers_of(const std::vector<std::string>& words) {
  std::vector<char*> all;
  for (const std::string& word : words)
    all.push_back(const_cast<char*>(word.c_str()));
  all.push_back(nullptr);
  return all;
}

}  // namespace

int run_program(const std::vector<std::string>& words) {
  const std::vector<std::string> variables = environment_at_start();
  const std::vector<char*> arguments = pointers_of(words), environment = pointers_of(variables);
  std::cout.flush();
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, arguments.front(), nullptr, nullptr, arguments.data(),
                                    environment.data());
  if (failed != 0) {
    throw EnvironmentError(
        fmt::format("{}: cannot be started: {}", words.front(), std::strerror(failed)));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      throw EnvironmentError(fmt::format("waitpid: {}: {}", words.front(), std::strerror(errno)));
    }
  }
  if (!WIFEXITED(status)) {
    throw EnvironmentError(fmt::format("{}: ended by signal {}", words.front(), WTERMSIG(status)));
  }
  return WEXITSTATUS(status);
}

}  // namespace arcuate::app

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "arcuate/core/error.hpp"
#include "plugin_parts.hpp"

namespace arcuate::app {

int run_program(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words)
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::cout.flush();
  pid_t child = 0;
  const int failed =
      ::posix_spawnp(&child, arguments.front(), nullptr, nullptr, arguments.data(), ::environ);
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

#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "places.hpp"

/// Ends what waits for ever, and nothing else: on a busy machine some seconds become minutes.
#define ARCUATE_UNLESS_HUNG "timeout -k 10 300 "

/// The program as a user starts it: a folder to work in, a command, what it printed.
namespace arcuate::test {

struct Outcome {
  int code = -1;  ///< exit status; 124 after a time-out
  std::string out;
  std::string err;
};

inline std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++times;
  return times;
}

/// For a shell: waits until a command succeeds, or what was started in the background has ended.
inline std::string once(const std::string& command) {
  return "until { " + command +
         "; } >/dev/null 2>&1 || ! kill -0 $! 2>/dev/null; do sleep 0.02; done; ";
}

using Words = std::vector<std::string>;

/// Without what was warned of.
inline std::string without_warnings(const std::string& text) {
  std::istringstream lines(text);
  std::string rest, line;
  while (std::getline(lines, line)) {
    if (!line.starts_with("arcuate: warning: ")) rest += line + '\n';
  }
  return rest;
}

/// The program ended with this code and, warnings aside, one line that contains the words.
inline void expect_one_line(const Outcome& outcome, int code, const Words& words) {
  EXPECT_EQ(outcome.code, code) << outcome.err;
  const std::string said = without_warnings(outcome.err);
  EXPECT_THAT(said, testing::StartsWith("arcuate: error: "));
  EXPECT_EQ(count(said, "\n"), 1U) << outcome.err;
  for (const std::string& word : words)
    EXPECT_THAT(said, testing::HasSubstr(word));
}

/// The same of several ranks: mpirun adds its own text.
inline void expect_said_once(const Outcome& outcome, int code, const Words& words) {
  EXPECT_EQ(outcome.code, code) << outcome.err;
  EXPECT_EQ(count(outcome.err, "arcuate: error: "), 1U) << outcome.err;
  for (const std::string& word : words)
    EXPECT_THAT(outcome.err, testing::HasSubstr(word));
}

/// A temporary folder, and commands that run inside of it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "arcuate_cli_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    root_ = name;
    std::filesystem::create_directory(path());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::filesystem::path path() const { return root_ / "work"; }
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return path() / name; }

  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
  }

  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(path()))
      all.insert(entry.path().filename().string());
    return all;
  }

  /// Kills every process of the program that runs here, and waits until it is gone.
  void end_all() const {
    static_cast<void>(
        shell("for k in $(seq 100); do some=; for place in /proc/[0-9]*; do\n"
              "  if [ \"$(readlink $place/cwd)\" = \"$PWD\" ] && grep -q '" ARCUATE_PROGRAM
              "' $place/cmdline && ! grep -q ^sh $place/cmdline; then some=1; kill -9 "
              "${place#/proc/}; fi\n"
              "done 2>/dev/null; test -z \"$some\" && break; sleep 0.05; done"));
  }
  /// A shell command.
  [[nodiscard]] Outcome shell(const std::string& command) const {
    const std::string out = (root_ / "out").string();
    const std::string err = (root_ / "err").string();
    const std::string whole = "cd '" + path().string() + "' && { " + command + "\n} >'" + out +
                              "' 2>'" + err + "' </dev/null";
    const int status = std::system(whole.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(out), content(err)};
  }

  /// `arcuate ARGUMENTS`, redirections included.
  [[nodiscard]] Outcome arcuate(const std::string& arguments) const {
    return shell(ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM " " + arguments);
  }

  /// The same on several ranks.
  [[nodiscard]] Outcome ranks(int n, const std::string& arguments) const {
    return shell(ARCUATE_UNLESS_HUNG "mpirun --bind-to none -n " + std::to_string(n) +
                 " " ARCUATE_PROGRAM " " + arguments);
  }

 private:
  std::filesystem::path root_;
};

}  // namespace arcuate::test

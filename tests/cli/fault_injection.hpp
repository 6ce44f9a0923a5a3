#pragma once

#include <cerrno>
#include <string>

#include "same_recordings.hpp"
#include "support.hpp"

/// Runs whose processes, files, clocks and messages fail on purpose (docs/faults.md).
namespace arcuate::test {

/// What a run preloads so that calls on files fail: tests/shims/files.cpp.
struct FileTrouble {
  std::string file;          ///< a part of its name
  std::string call;          ///< write, sync, rename
  std::string calls = "1-";  ///< which of them
  int error = 0;
  int sleep = 0;          ///< [ms]
  std::string rank = "";  ///< "": all

  [[nodiscard]] std::string words() const {
    return "-x ARCUATE_SHIM_FILE=" + file + " -x ARCUATE_SHIM_CALL=" + call +
           " -x ARCUATE_SHIM_CALLS=" + calls + " -x ARCUATE_SHIM_ERROR=" + std::to_string(error) +
           " -x ARCUATE_SHIM_SLEEP=" + std::to_string(sleep) + " -x ARCUATE_SHIM_RANK=" + rank +
           " -x LD_PRELOAD=" ARCUATE_SHIMS "/files.so ";
  }
};

class FaultInjection : public testing::Test {
 protected:
  FaultInjection() {
    folder.write("s.yml", study);
    std::string name = "/dev/shm/arcuate_cli_XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) shared_memory_ = name;
  }
  ~FaultInjection() override {
    // Nothing that was started here still runs, stopped or not.
    const Outcome left = folder.shell(
        "for place in /proc/[0-9]*; do\n"
        "  if [ \"$(readlink $place/cwd)\" = \"$PWD\" ] && [ \"$(readlink $place/exe)\" = "
        "'" ARCUATE_PROGRAM
        "' ]; then echo ${place#/proc/}; kill -KILL ${place#/proc/}; fi\n"
        "done 2>/dev/null");
    EXPECT_EQ(left.out, "") << "processes that were left";
    std::error_code ignored;
    if (!shared_memory_.empty()) std::filesystem::remove_all(shared_memory_, ignored);
  }

  /// mpirun with its shared memory where it is removed afterwards; `before`: its options.
  [[nodiscard]] Outcome ranks(int n, const std::string& before, const std::string& words) const {
    const std::string memory =
        shared_memory_.empty() ? "" : "--mca btl_vader_backing_directory " + shared_memory_;
    return folder.shell(
        ARCUATE_UNLESS_HUNG "mpirun --mca odls_base_sigkill_timeout 0 --bind-to none " + memory +
        " -n " + std::to_string(n) + " " + before + " " ARCUATE_PROGRAM " " + words);
  }
  /// With ARCUATE_FAULT.
  [[nodiscard]] Outcome fault(const std::string& text, int n, const std::string& words) const {
    return ranks(n, text.empty() ? "" : "-x ARCUATE_FAULT=" + text, words);
  }
  /// Goes on where the run before ended; a checkpoint every 20000 of 400000 steps or so.
  static constexpr const char* often =
      "simulate s.yml --quiet --resume --checkpoint-every 1e-7 --chunk 20000 ";
  [[nodiscard]] Outcome go_on(const std::string& text, int n, const std::string& more = "") const {
    return fault(text, n, often + more);
  }
  void simulate_whole() const {
    ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --set output=whole.h5").code, 0);
  }
  /// Of the recording in progress, "" if there is none.
  [[nodiscard]] std::string partial() const {
    for (const std::string& name : folder.names()) {
      if (name.starts_with("out.h5.partial-")) return name;
    }
    return "";
  }
  /// Samples, times, names and features of two recordings are the same.
  void expect_same(const std::string& one, const std::string& other) const {
    expect_same_recordings(folder, one, other);
  }
  /// Resumes without faults and compares; then all but the recording is gone.
  void expect_whole_in_the_end(int n) const {
    const Outcome last = ranks(n, "", "simulate s.yml --quiet --resume");
    EXPECT_EQ(last.code, 0) << last.err;
    expect_same("whole.h5", "out.h5");
    EXPECT_EQ(folder.arcuate("verify out.h5").code, 0);
    EXPECT_EQ(folder.names(), (std::set<std::string>{"out.h5", "s.yml", "whole.h5"}));
  }

  static constexpr const char* study =
      R"(connectome: { builtin: 20, normalize: row_sum, speed: 4 mm/ms }
model: { name: SupHopf }
coupling: { name: difference, gain: 0.02 }
integrator: { method: heun, dt: 0.1 ms }
noise: { x: 0.01, y: { kind: ornstein_uhlenbeck, sigma: 0.01, tau: 5 ms } }
duration: 40 s
monitors:
  - { kind: temporal_average, variables: [x], period: 4 ms }
  - { kind: bold, variables: [x], period: 500 ms }
features:
  - { kind: fc, monitor: temporal_average }
output: out.h5
)";
  Folder folder;

 private:
  std::string shared_memory_;
};

}  // namespace arcuate::test

#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/core/error.hpp"
#include "process.hpp"

namespace arcuate::service {

using Json = nlohmann::ordered_json;

/// One run of the program that somebody asked for.
struct Job {
  std::int64_t number = 0;  ///< in the order of submission
  std::string id;           ///< 16 hexadecimal digits; its folder's name
  std::string name;
  std::string verb = "simulate";
  std::string state = "queued";
  std::string where = "local";
  int ranks = 1;
  int threads = 1;
  std::int64_t memory = 0;              ///< [bytes] that it may take, all ranks together
  std::int64_t most_memory = 0;         ///< [bytes] that each of its processes may have
  std::string created, started, ended;  ///< ISO 8601, or ""
  std::string message;                  ///< how it ended, in words
  std::optional<int> exit_code;         ///< of the program
  std::string parent;                   ///< of what it is a clone, or ""
  std::vector<std::string> overrides;   ///< "path=value"
  std::vector<std::string> inputs;      ///< names of the files that came with the study
  std::string output;                   ///< what it makes: a file or folder among its files
  std::string wish;                     ///< "cancel", or ""
  int starts = 0;                       ///< how often it was started
  Process process;                      ///< while it runs here
  std::string slurm;                    ///< number of SLURM's job, or ""
};

/// As the database keeps it.
Json kept(const Job& job);
Job job_of(const Json& json, std::int64_t number);

inline constexpr std::array<std::string_view, 4> verbs{"simulate", "sweep", "fit", "steady"};
inline constexpr std::array<std::string_view, 7> states{"queued", "running",   "stopping",   "done",
                                                        "failed", "cancelled", "interrupted"};
/// Whether it has a process, or a job of SLURM.
inline bool is_active(const Job& job) {
  return job.state == "running" || job.state == "stopping";
}
inline bool has_ended(const Job& job) {
  return !is_active(job) && job.state != "queued";
}
/// Whether `resume` goes on with it.
inline bool can_resume(const Job& job) {
  return has_ended(job) && job.state != "done";
}

}  // namespace arcuate::service

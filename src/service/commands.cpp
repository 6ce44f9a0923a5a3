#include "commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace arcuate::service {
namespace {

/// Several jobs share the machine: Open MPI would bind the ranks of each to the same cores.
std::vector<std::string> variables_of(const Job& job) {
  return {fmt::format("OMP_NUM_THREADS={}", job.threads), "OMPI_MCA_hwloc_base_binding_policy=none",
          "OMPI_MCA_rmaps_base_oversubscribe=1"};
}

bool goes_on(const Job& job, const std::string& folder) {
  if (job.verb == "simulate") return true;  // --resume begins where there is nothing
  std::error_code none;
  return std::filesystem::exists(folder + "/files/" + job.output + "/journal", none);
}

/// Where a job goes on, and where it says how far it is.
std::vector<std::string> places_of(const Job& job, const std::string& folder) {
  std::vector<std::string> words;
  if (job.verb != "steady" && goes_on(job, folder)) words.emplace_back("--resume");
  if (job.verb == "simulate") {
    words.insert(words.end(), {"--status", "../status.json"});
  } else {
    words.insert(words.end(), {"--output", job.output});
    if (job.verb == "steady" && job.starts > 1) words.emplace_back("--overwrite");
  }
  return words;
}

std::vector<std::string> words_of(const Job& job, const std::string& folder) {
  std::vector<std::string> words{job.verb, "study.yml"};
  if (job.verb != "steady") words.insert(words.end(), {"--threads", std::to_string(job.threads)});
  const std::vector<std::string> places = places_of(job, folder);
  words.insert(words.end(), places.begin(), places.end());
  for (const std::string& one : job.overrides)
    words.insert(words.end(), {"--set", one});
  return words;
}

}  // namespace

std::vector<std::string> program_words(const std::vector<std::string>& words) {
  std::vector<std::string> all{own_program()};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

Command command_of(const Job& job, const std::string& folder) {
  std::vector<std::string> words = program_words(words_of(job, folder));
  if (job.ranks > 1) {
    const std::vector<std::string> launcher{"mpirun", "-n", std::to_string(job.ranks)};
    words.insert(words.begin(), launcher.begin(), launcher.end());
  }
  return {words, folder + "/files", folder + "/log", variables_of(job), job.most_memory};
}

std::string slurm_name(const Job& job) {
  return "arcuate-" + job.id;
}

Command submission_of(const Job& job, const std::string& folder) {
  std::vector<std::string> words{"submit",     "study.yml",
                                 "--verb",     job.verb,
                                 "--ranks",    std::to_string(job.ranks),
                                 "--threads",  std::to_string(job.threads),
                                 "--output",   "../job.sbatch",
                                 "--sbatch",   "--job-name=" + slurm_name(job),
                                 "--overwrite"};
  for (const std::string& one : places_of(job, folder))
    words.push_back("--argument=" + one);
  for (const std::string& one : job.overrides)
    words.insert(words.end(), {"--set", one});
  return {program_words(words), folder + "/files", folder + "/log", {}};
}

std::string tail_of(const std::string& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return "";
  const auto size = static_cast<std::streamoff>(file.tellg());
  const auto from = std::max<std::streamoff>(0, size - static_cast<std::streamoff>(most));
  file.seekg(from);
  std::string text(static_cast<std::size_t>(size - from), '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  return text;
}

std::string last_error(const std::string& log) {
  constexpr std::string_view begin = "arcuate: error: ";
  const std::size_t at = log.rfind(begin);
  if (at == std::string::npos) return "";
  const std::size_t end = std::min(log.find('\n', at), log.size());
  return log.substr(at + begin.size(), end - at - begin.size());
}

Json read_status(const Job& job, const std::string& folder) {
  const std::string file = job.verb == "simulate"
                               ? folder + "/status.json"
                               : folder + "/files/" + job.output + "/status.json";
  constexpr std::size_t most = 1U << 20U;
  const std::string text = tail_of(file, most);
  return Json::parse(text, nullptr, false).is_discarded() ? Json() : Json::parse(text);
}

double progress_of(const Job& job, const Json& status) {
  if (job.state == "done") return 1.0;
  if (!status.is_object()) return 0.0;
  const double of = status.value("of", 0.0);
  return of > 0.0 ? std::clamp(status.value("done", 0.0) / of, 0.0, 1.0) : 0.0;
}

}  // namespace arcuate::service

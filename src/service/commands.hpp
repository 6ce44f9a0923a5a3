#pragma once

#include <string>
#include <vector>

#include "job.hpp"

/// What is run for a job.
namespace arcuate::service {

/// In the folder of its files.
Command command_of(const Job& job, const std::string& folder);
std::string slurm_name(const Job& job);  ///< by which SLURM knows it
/// That gives it to SLURM.
Command submission_of(const Job& job, const std::string& folder);

/// A run of the program itself.
std::vector<std::string> program_words(const std::vector<std::string>& words);

/// What `arcuate: error:` says last, or last but for the beginning of a line.
std::string last_error(const std::string& log);
/// The end of a file, at most so many bytes.
std::string tail_of(const std::string& file, std::size_t most);

/// JSON of a file that the program keeps writing; null where there is none.
Json read_status(const Job& job, const std::string& folder);
/// 0 to 1.
double progress_of(const Job& job, const Json& status);

}  // namespace arcuate::service

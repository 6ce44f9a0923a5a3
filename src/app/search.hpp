#pragma once

#include <functional>
#include <string>

#include "arcuate/comm/communicator.hpp"

namespace CLI {
class App;
}

namespace arcuate::app {

/// `sweep`, `fit`, `evaluate` and `best`.
void add_search(CLI::App& program, const comm::Communicator& world, std::function<void()>& run);

/// A job's folder, or that of a study file here. Throws ConfigError: there is none, or two.
std::string job_folder(const std::string& given);

/// The same, or "" of other files than studies.
std::string folder_of_job(const std::string& given);

}  // namespace arcuate::app

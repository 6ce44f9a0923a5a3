#pragma once

#include <functional>

#include "arcuate/comm/communicator.hpp"

namespace CLI {
class App;
}

/// What main.cpp is the main function of: the program, or one beside it that it becomes for verbs
/// whose libraries take long to load.
namespace arcuate::app {

/// Registers the verbs; the parsed one sets `run`.
void add_verbs(CLI::App& program, const comm::Communicator& world, std::function<void()>& run);

/// Whether the parsed verb is run by all ranks together; every other runs on rank 0.
bool is_collective(const CLI::App& program);

/// Becomes the program that the verb needs, before MPI starts; returns when this is the one, or
/// when that is not there, which the verb will say.
void become_program_of(char** words);

}  // namespace arcuate::app

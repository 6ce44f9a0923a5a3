#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "arcuate/farm/farm.hpp"

/// What ranks of a farm write to each other.
namespace arcuate::farm {

enum Kind : int {
  task_letter,    ///< master to the first rank of a worker, which passes it on
  cancel_letter,  ///< master to the first rank of a worker: the number of the task
  done_letter,    ///< first rank of a worker to master
  signal_letter,  ///< any rank to master: the number of a signal
  quit_letter     ///< master to all
};

std::string text_of(const Task& task);
Task task_in(std::string_view text);
std::string text_of(const Done& done);
Done done_in(std::string_view text);
std::string text_of(std::uint64_t number);
std::uint64_t number_in(std::string_view text);

}  // namespace arcuate::farm

#pragma once

#include <string>

#include "arcuate/optimise/method.hpp"

namespace arcuate::optimise {

struct Automatic {
  std::string text;  ///< as choose_method takes it
  std::string why;
};

/// The method for a task by dimension, budget, workers, noise, kinds of variables and objectives.
Automatic choose_automatically(const Task& task);

}  // namespace arcuate::optimise

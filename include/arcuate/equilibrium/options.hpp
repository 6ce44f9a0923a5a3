#pragma once

#include <string>

/// What a study asks of `arcuate steady`.
namespace arcuate::equilibrium {

/// A parameter that is followed.
struct ContinueOptions {
  std::string path;   ///< "model.parameters.NAME" or "coupling.NAME"; "": none
  double from = 0.0;  ///< in the unit of the parameter
  double to = 0.0;
  int points = 2000;  ///< most of a branch
};

struct SteadyOptions {
  int starts = 20;
  int roots = 20;  ///< rightmost roots of each fixed point
  ContinueOptions follow;
};

}  // namespace arcuate::equilibrium

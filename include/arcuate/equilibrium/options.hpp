#pragma once

#include <string>
#include <vector>

/// What a study asks of `arcuate steady`.
namespace arcuate::equilibrium {

/// A parameter that is followed.
struct ContinueOptions {
  std::string path;   ///< "model.parameters.NAME" or "coupling.NAME"; "": none
  double from = 0.0;  ///< in the unit of the parameter
  double to = 0.0;
  int points = 2000;  ///< most of a branch
};

/// Fluctuations around stable fixed points.
struct LinearNoiseOptions {
  bool wanted = false;
  std::vector<std::string> variables;  ///< states or observables; empty: what is recorded
  double from = 0.5;                   ///< [Hz] power spectra from here
  double to = 50.0;                    ///< [Hz] to here
  double step = 0.5;                   ///< [Hz]
};

struct SteadyOptions {
  int starts = 20;
  int roots = 20;  ///< rightmost roots of each fixed point
  ContinueOptions follow;
  LinearNoiseOptions noise;
};

}  // namespace arcuate::equilibrium

#pragma once

#include "arcuate/core/names.hpp"
#include "arcuate/engine/spec.hpp"

namespace arcuate::core {

template <>
struct Names<engine::Stages> {
  using Kind = engine::Stages;
  static constexpr std::array table{Name{Kind::held, "held", "that of the step's beginning"},
                                    Name{Kind::staged, "staged", "that of each stage's own time"}};
};

template <>
struct Names<engine::DelayMode> {
  using Kind = engine::DelayMode;
  static constexpr std::array table{
      Name{Kind::nearest, "nearest", "rounded to whole steps, half to even"},
      Name{Kind::linear, "linear", "between the two steps around it"},
      Name{Kind::cubic, "cubic", "by Lagrange's polynomial through four steps"}};
};

template <>
struct Names<engine::Precision> {
  using Kind = engine::Precision;
  static constexpr std::array table{
      Name{Kind::in_double, "double", "everything in double precision"},
      Name{Kind::mixed, "mixed",
           "histories, weights, delayed sums and messages in single precision, all else in double"},
      Name{Kind::in_single, "single",
           "as mixed, and states are stored in single precision: rounded after every step, whose "
           "arithmetic is in double"}};
};

template <>
struct Names<engine::StimulusOn> {
  using Kind = engine::StimulusOn;
  static constexpr std::array table{
      Name{Kind::input, "input", "added to what comes from the network"},
      Name{Kind::parameter, "parameter", "added to its value"},
      Name{Kind::state, "state", "added to its derivative"}};
};

template <>
struct Names<engine::NoiseTerm::Kind> {
  using Kind = engine::NoiseTerm::Kind;
  static constexpr std::array table{
      Name{Kind::white, "white", "sigma dW"},
      Name{Kind::ornstein_uhlenbeck, "ornstein_uhlenbeck",
           "an added input that forgets with time constant tau"},
      Name{Kind::per_step, "per_step", "a fresh draw each step, on an input only"},
      Name{Kind::brownian, "brownian", "an added Wiener process that starts at 0"},
      Name{Kind::coloured, "coloured",
           "an added input whose power spectrum falls as 1/f^beta between the frequencies 1/(2 pi "
           "tau_max) and 1/(2 pi tau_min)"}};
};

template <>
struct Names<engine::Calculus> {
  using Kind = engine::Calculus;
  static constexpr std::array table{
      Name{Kind::ito, "ito", "the noise at the begin of a step"},
      Name{Kind::stratonovich, "stratonovich", "the mean of begin and end"}};
};

template <>
struct Names<engine::Distribution> {
  using Kind = engine::Distribution;
  static constexpr std::array table{Name{Kind::gaussian, "gaussian", "normal"},
                                    Name{Kind::uniform, "uniform", "from -sqrt(3) to sqrt(3)"}};
};

}  // namespace arcuate::core

#pragma once

#include <array>

#include "arcuate/core/names.hpp"
#include "arcuate/spiking/config.hpp"

/// The words of the enumerations that studies use.
namespace arcuate::core {

template <>
struct Names<spiking::Method> {
  using Kind = spiking::Method;
  static constexpr std::array table{Name{Kind::analytic, "analytic", "exact between spikes"},
                                    Name{Kind::euler, "euler", "forward Euler"}};
};

template <>
struct Names<spiking::ArousalNoise> {
  using Kind = spiking::ArousalNoise;
  static constexpr std::array table{
      Name{Kind::drawn, "drawn", "Beta(10, 10) of every neuron at every step"},
      Name{Kind::mean, "mean", "its mean, 1/2"}};
};

template <>
struct Names<spiking::Shape> {
  using Kind = spiking::Shape;
  static constexpr std::array table{
      Name{Kind::box, "box", "the amplitude"},
      Name{Kind::linear, "linear", "rises from 0 to the amplitude"},
      Name{Kind::diff2exp, "diff2exp", "difference of two exponentials, its peak the amplitude"}};
};

template <>
struct Names<spiking::Target> {
  using Kind = spiking::Target;
  static constexpr std::array table{
      Name{Kind::rate, "rate", "added to the external rate [Hz]"},
      Name{Kind::j, "j", "factor on the weights of a target population"},
      Name{Kind::j_baseline, "j_baseline", "1 + x is a factor on the weights of a target"},
      Name{Kind::j_potentiated, "j_potentiated",
           "1 + x is a factor on the weights of a source within its cluster and partner"},
      Name{Kind::j_ext, "j_ext", "added to j_ext"},
      Name{Kind::threshold, "threshold", "added"},
      Name{Kind::tau_membrane, "tau_membrane", "added [ms]"},
      Name{Kind::tau_synaptic, "tau_synaptic", "added [ms]"},
      Name{Kind::tau_refractory, "tau_refractory", "added [ms]"},
      Name{Kind::arousal_level, "arousal_level", "added, then limited to 0 .. 1"},
      Name{Kind::arousal_L, "arousal_L", "added"},
      Name{Kind::arousal_x_0, "arousal_x_0", "added"},
      Name{Kind::arousal_k, "arousal_k", "added"},
      Name{Kind::arousal_M, "arousal_M", "added [Hz]"}};
};

}  // namespace arcuate::core

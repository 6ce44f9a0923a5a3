#pragma once

#include "arcuate/core/dual.hpp"
#include "arcuate/core/vector.hpp"
#include "arcuate/model/descriptor.hpp"

namespace arcuate::model {

/// A graded Hopfield neuron: a leaky sum of the others' activations, each of which is a steep
/// sigmoid with a fixed or a moving threshold.
struct Hopfield {
  static constexpr std::array states{
      StateInfo{.name = "x",
                .unit = "1",
                .initial = 0.5,
                .range = {-1.0, 2.0},
                .meaning = "state, like a membrane potential"},
      StateInfo{.name = "theta",
                .unit = "1",
                .initial = 0.5,
                .range = {0.0, 1.0},
                .meaning = "threshold of the activation"},
  };
  static constexpr std::array parameters{
      ParameterInfo{.name = "taux",
                    .unit = "ms",
                    .value = 1.0,
                    .range = {0.01, 100.0},
                    .meaning = "time constant of x"},
      ParameterInfo{.name = "tauT",
                    .unit = "ms",
                    .value = 5.0,
                    .range = {0.01, 100.0},
                    .meaning = "time constant of the threshold"},
      ParameterInfo{
          .name = "dynamic",
          .unit = "1",
          .value = 0.0,
          .range = {0.0, 1.0},
          .meaning = "1: the threshold follows the activation; 0: it stays where it starts",
          .takes = Takes::zero_or_one},
      ParameterInfo{.name = "own",
                    .unit = "1",
                    .value = 1.0,
                    .range = {0.0, 1.0},
                    .meaning = "weight of the region's own activation in the threshold"},
      ParameterInfo{.name = "H",
                    .unit = "1",
                    .value = 0.5,
                    .range = {-100.0, 100.0},
                    .meaning = "amplitude of the activation"},
      ParameterInfo{.name = "Q",
                    .unit = "1",
                    .value = 1.0,
                    .range = {-100.0, 100.0},
                    .meaning = "offset of the activation"},
      ParameterInfo{.name = "G",
                    .unit = "1",
                    .value = 60.0,
                    .range = {-1000.0, 1000.0},
                    .meaning = "steepness of the activation"},
      ParameterInfo{.name = "P",
                    .unit = "1",
                    .value = 1.0,
                    .range = {-100.0, 100.0},
                    .meaning = "factor of x in the activation: ratio of excitation to inhibition"},
      ParameterInfo{
          .name = "theta_as_x",
          .unit = "1",
          .value = 0.0,
          .range = {0.0, 1.0},
          .meaning =
              "1: with dynamic = 0 the threshold moves as x, as in The Virtual Brain; 0: it stays",
          .takes = Takes::zero_or_one},
  };
  static constexpr std::array inputs{
      InputInfo{
          .name = "c_0", .unit = "1", .source = "A", .gate = "", .meaning = "network input to x"},
      InputInfo{.name = "c_1",
                .unit = "1",
                .source = "",
                .gate = "dynamic",
                .meaning = "input to the threshold, beside the region's own activation"},
  };
  static constexpr std::array observables{
      ObservableInfo{.name = "A",
                     .unit = "1",
                     .uses_input = false,
                     .meaning = "activation, what the other regions receive"},
  };
  static constexpr ModelInfo info{
      .name = "Hopfield",
      .title = "Hopfield network node",
      .category = "phenomenological",
      .equations =
          "A = H (Q + tanh(G (P x - theta)))\n"
          "dx/dt = (-x + c_0)/taux\n"
          "dtheta/dt = (-theta + own A + c_1)/tauT  with dynamic = 1\n"
          "dtheta/dt = theta_as_x dx/dt  with dynamic = 0",
      .reference =
          "Hopfield JJ (1982). Neural networks and physical systems with emergent collective "
          "computational abilities. PNAS 79:2554-2558. doi:10.1073/pnas.79.8.2554; Golos M, "
          "Jirsa V, Dauce E (2015). Multistability in large scale models of brain activity. "
          "PLoS Computational Biology 11:e1004644. doi:10.1371/journal.pcbi.1004644",
      .notes =
          "A region broadcasts its activation A: use the coupling `linear`. With a fixed "
          "threshold that is the same for all regions, the coupling `pre_sigmoidal` with "
          "`source: x` gives the same sums. The Virtual Brain's PreSigmoidal coupling, which it "
          "needs for this model, sums over the targets rather than the sources, so that a "
          "region receives its own activation; here it sums over the sources. Its static model "
          "moves theta as x, although theta then means nothing: theta_as_x = 1 does so. Its "
          "dynamic model receives the activation through the coupling's second variable: own = "
          "0 leaves the threshold to the input c_1. A threshold common to all regions is a mean "
          "over the network: link A to c_1 with weights 1/N and own = 0.",
      .states = states,
      .parameters = parameters,
      .inputs = inputs,
      .observables = observables};

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 2> rhs(const Vec<X, 2>& state, const Vec<P, 9>& parameter,
                                              const Vec<P, 2>& input) {
    const auto& [x, theta] = state;
    const auto& [taux, tauT, dynamic, own, H, Q, G, P_, theta_as_x] = parameter;
    const auto& [c_0, c_1] = input;
    const X dx = (c_0 - x) / taux;
    const X moving = (own * activation(x, theta, H, Q, G, P_) - theta + c_1) / tauT;
    return {dx, dynamic * moving + (1.0 - dynamic) * (theta_as_x * dx)};
  }

  template <class X, class P>
  [[gnu::always_inline]] static Vec<X, 1> observe(const Vec<X, 2>& state,
                                                  const Vec<P, 9>& parameter,
                                                  const Vec<P, 2>& /*input*/) {
    const auto& [x, theta] = state;
    return {activation(x, theta, parameter[4], parameter[5], parameter[6], parameter[7])};
  }

 private:
  /// A
  template <class X, class P>
  [[gnu::always_inline]] static X activation(const X& x, const X& theta, const P& H, const P& Q,
                                             const P& G, const P& factor) {
    return H * (Q + math::tanh(G * (factor * x - theta)));
  }
};

}  // namespace arcuate::model

#pragma once

#include <concepts>

#include "arcuate/model/compile.hpp"
#include "arcuate/model/plugin_stamp.hpp"

/// The plug-in's side: checks that a struct is a model, with a readable message, and compiles it as
/// the catalogue's models are compiled. Included by the source that `arcuate model build` writes.
namespace arcuate::model::own {

template <class Table, class Row>
concept TableOf = requires(const Table& table) {
  { table[0] } -> std::convertible_to<const Row&>;
  std::size(table);
};

template <class Model>
concept HasStates = requires {
  requires TableOf<decltype(Model::states), StateInfo>;
};
template <class Model>
concept HasParameters = requires {
  requires TableOf<decltype(Model::parameters), ParameterInfo>;
};
template <class Model>
concept HasInputs = requires {
  requires TableOf<decltype(Model::inputs), InputInfo>;
};
template <class Model>
concept HasObservables = requires {
  requires TableOf<decltype(Model::observables), ObservableInfo>;
};
template <class Model>
concept HasInfo = requires {
  { Model::info } -> std::convertible_to<ModelInfo>;
};
template <class Model>
concept HasTables = HasStates<Model> && HasParameters<Model> && HasInputs<Model> &&
    HasObservables<Model> && HasInfo<Model>;

/// Without derived constants, or with them as the last argument (stepper.hpp).
template <class Model, class X>
concept HasRhs = requires(const Vec<X, stepper::n_states<Model>>& state,
                          const Vec<double, stepper::n_parameters<Model>>& parameter,
                          const Vec<double, stepper::n_inputs<Model>>& input,
                          const Vec<double, stepper::n_derived<Model>>& derived) {
  requires(!stepper::Deriving<Model> &&
           requires {
             { Model::rhs(state, parameter, input) } -> std::convertible_to<decltype(state)>;
           }) ||
      (stepper::Deriving<Model> && requires {
        { Model::derive(parameter) } -> std::convertible_to<decltype(derived)>;
        { Model::rhs(state, parameter, input, derived) } -> std::convertible_to<decltype(state)>;
      });
};

template <class Model>
using Observed = Vec<double, stepper::n_observables<Model>>;

template <class Model>
concept HasObserve = stepper::n_observables<Model>
== 0 || requires(const stepper::State<Model>& state,
                 const Vec<double, stepper::n_parameters<Model>>& parameter,
                 const Vec<double, stepper::n_inputs<Model>>& input,
                 const Vec<double, stepper::n_derived<Model>>& derived) {
  requires(!stepper::Deriving<Model> &&
           requires {
             { Model::observe(state, parameter, input) } -> std::convertible_to<Observed<Model>>;
           }) ||
      (stepper::Deriving<Model> && requires {
        {
          Model::observe(state, parameter, input, derived)
          } -> std::convertible_to<Observed<Model>>;
      });
};

template <class Model>
constexpr bool check() {
  static_assert(HasStates<Model>, "the model needs the table `states`, an array of StateInfo");
  static_assert(HasParameters<Model>,
                "the model needs the table `parameters`, an array of ParameterInfo");
  static_assert(HasInputs<Model>, "the model needs the table `inputs`, an array of InputInfo");
  static_assert(HasObservables<Model>,
                "the model needs the table `observables`, an array of ObservableInfo (it may be "
                "empty: std::array<ObservableInfo, 0>)");
  static_assert(HasInfo<Model>, "the model needs its descriptor `info`, a ModelInfo");
  if constexpr (HasTables<Model>) {
    static_assert(HasRhs<Model, double> && HasRhs<Model, Dual>,
                  "the model needs a right-hand side: template <class X, class P> static "
                  "Vec<X, states> rhs(const Vec<X, states>&, const Vec<P, parameters>&, "
                  "const Vec<P, inputs>&), with the numbers of rows of its tables");
    static_assert(HasObserve<Model>,
                  "a model with observables needs: template <class X, class P> static "
                  "Vec<X, observables> observe(const Vec<X, states>&, const Vec<P, parameters>&, "
                  "const Vec<P, inputs>&)");
    return HasRhs<Model, double> && HasRhs<Model, Dual> && HasObserve<Model>;
  }
  return false;
}

}  // namespace arcuate::model::own

namespace arcuate::model {

template <class Model>
const void* plugin_entry() {
  if constexpr (own::check<Model>()) {
    static const Entry compiled = compile<Model>();
    return &compiled;
  }
  return nullptr;
}

}  // namespace arcuate::model

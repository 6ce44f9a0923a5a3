#include "arcuate/model/plugin.hpp"

#include <fmt/format.h>

#include "arcuate/core/error.hpp"
#include "arcuate/model/plugin_stamp.hpp"
#include "arcuate/plugin/library.hpp"

namespace arcuate::model {
namespace {

/// Calls every hook once, at the initial state: what throws there would end a simulation on one
/// rank alone.
void try_hooks(const Entry& entry) {
  if (entry.make_kernel == nullptr) throw DataError("has no kernels");
  std::vector<double> state, input(entry.info.inputs.size() + entry.info.delayed.size(), 0.0);
  for (const StateInfo& row : entry.info.states)
    state.push_back(row.initial);
  std::vector<double> rate(state.size()), jacobian(state.size() * state.size());
  for (const Method method : {Method::euler, Method::heun, Method::rk4, Method::exponential_euler,
                              Method::symplectic_euler}) {
    const auto kernel = entry.make_kernel(method);
    if (kernel == nullptr) throw DataError("has no kernels");
    std::vector<double> parameter = entry.parameter_values(nullptr);
    parameter.resize(static_cast<std::size_t>(kernel->parameter_rows()));
    kernel->derive_of_one(parameter.data());
    kernel->rhs_of_one(state.data(), parameter.data(), input.data(), rate.data());
    kernel->jacobian_of_one(state.data(), parameter.data(), input.data(), jacobian.data());
    for (std::size_t k = 0; k < entry.info.observables.size(); ++k) {
      static_cast<void>(
          kernel->observe_one(static_cast<int>(k), state.data(), parameter.data(), input.data()));
    }
  }
}

}  // namespace

Plugin load_plugin(const std::string& path) {
  constexpr plugin::Kind kind = plugin::Kind::model;
  plugin::Library library = plugin::load(kind, path, plugin_stamp(plugin::program_stamp(kind)));
  const Entry& entry = *static_cast<const Entry*>(library.entry);
  require_sound(entry);
  if (find(entry.info.name) != nullptr) {
    throw DataError(fmt::format("its model is called '{}' like one of the catalogue: rename it",
                                entry.info.name));
  }
  plugin::guarded("its right-hand side or observables", [&] { try_hooks(entry); });
  return {&entry, std::move(library.path), std::move(library.sha256)};
}

}  // namespace arcuate::model

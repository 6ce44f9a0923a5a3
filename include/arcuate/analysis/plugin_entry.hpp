#pragma once

#include <concepts>
#include <memory>

#include "arcuate/analysis/plugin_stamp.hpp"
#include "arcuate/analysis/stream.hpp"

/// The plug-in's side: checks that a struct is a feature, with a readable message. Included by the
/// source that `arcuate feature build` writes.
namespace arcuate::analysis::own {

template <class Own>
concept HasInfo = requires {
  { Own::info } -> std::convertible_to<Feature>;
};
template <class Own>
concept HasCompute = requires {
  { &Own::compute } -> std::convertible_to<Result (*)(const Input&, const Options&)>;
};
template <class Own>
concept HasCheck = requires {
  { &Own::check } -> std::convertible_to<void (*)(const Input&, const Options&)>;
};
template <class Own>
concept HasStream = requires {
  {
    &Own::stream
    } -> std::convertible_to<std::unique_ptr<Accumulator> (*)(const Input&, const Options&)>;
};

template <class Own>
Feature feature_of() {
  Feature feature = Own::info;
  feature.compute = &Own::compute;
  if constexpr (HasCheck<Own>) feature.check = &Own::check;
  if constexpr (HasStream<Own>) feature.stream = &Own::stream;
  return feature;
}

}  // namespace arcuate::analysis::own

namespace arcuate::analysis {

template <class Own>
const void* plugin_entry() {
  static_assert(own::HasInfo<Own>, "the feature needs its descriptor `info`, a Feature");
  static_assert(own::HasCompute<Own>,
                "the feature needs: static Result compute(const Input&, const Options&)");
  if constexpr (own::HasInfo<Own> && own::HasCompute<Own>) {
    static const Feature feature = own::feature_of<Own>();
    return &feature;
  }
  return nullptr;
}

}  // namespace arcuate::analysis

#include "arcuate/network/plugin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "arcuate/core/error.hpp"
#include "arcuate/core/units.hpp"
#include "arcuate/network/generators.hpp"
#include "arcuate/network/plugin_stamp.hpp"
#include "arcuate/plugin/library.hpp"

namespace arcuate::network {
namespace {

/// Keys of the section `generator` of a study that all of them have.
constexpr std::array<std::string_view, 4> keys_of_all{"name", "plugin", "regions", "seed"};

void check_parameter(std::string_view builder, const BuilderParameter& parameter,
                     std::set<std::string_view>& names) {
  const std::string place = fmt::format("builder {}: parameter", builder);
  plugin::require_name(place, std::string(parameter.name));
  const auto fail = [&](const std::string& what) {
    throw DataError(fmt::format("{} '{}': {}", place, parameter.name, what));
  };
  if (!names.insert(parameter.name).second)
    fail("this name is given twice, or that of every builder");
  if (!units::known(parameter.unit))
    fail(fmt::format("the unit '{}' is not known (\"1\" when dimensionless)", parameter.unit));
  if (!(parameter.least <= parameter.most)) fail("its least value is above its most");
  if (!std::isfinite(parameter.value) || parameter.value < parameter.least ||
      parameter.value > parameter.most)
    fail(fmt::format("its value {} is outside {} to {}", parameter.value, parameter.least,
                     parameter.most));
  if (parameter.whole && parameter.value != std::floor(parameter.value))
    fail(fmt::format("its value {} is not whole", parameter.value));
}

bool same(const Connectome& a, const Connectome& b) {
  return a.row == b.row && a.source == b.source && a.weight == b.weight && a.length == b.length &&
         a.delay == b.delay && a.labels == b.labels && a.centres == b.centres &&
         a.hemisphere == b.hemisphere && a.cortical == b.cortical;
}

}  // namespace

void require_sound(const Builder& builder) {
  const BuilderInfo& info = builder.info;
  plugin::require_name("the builder", std::string(info.name));
  if (builder.build == nullptr) throw DataError("has no function `build`");
  if (info.least_regions < 1)
    throw DataError(fmt::format("builder {}: least_regions is {} (allowed: 1 or more)", info.name,
                                info.least_regions));
  std::set<std::string_view> names(keys_of_all.begin(), keys_of_all.end());
  for (const BuilderParameter& parameter : info.parameters)
    check_parameter(info.name, parameter, names);
}

std::string describe(const Builder& builder) {
  const BuilderInfo& info = builder.info;
  std::string text =
      fmt::format("{}: {}; {} regions or more\n", info.name, info.meaning, info.least_regions);
  if (!info.reference.empty()) text += fmt::format("  {}\n", info.reference);
  for (const BuilderParameter& parameter : info.parameters)
    text += fmt::format("  {} [{}], usually {}, allowed {}{} to {}: {}\n", parameter.name,
                        parameter.unit, parameter.value, parameter.whole ? "whole numbers " : "",
                        parameter.least, parameter.most, parameter.meaning);
  return text;
}

void require_repeatable(const Builder& builder) {
  const BuilderSettings settings{std::max<GlobalIndex>(12, builder.info.least_regions), 1,
                                 usual_numbers(builder.info)};
  if (same(build(builder, settings), build(builder, settings))) return;
  throw DataError(
      fmt::format("builder '{}' builds another connectome the second time (its random numbers must "
                  "come from Draws, network/draws.hpp)",
                  builder.info.name));
}

Plugin load_plugin(const std::string& path) {
  constexpr plugin::Kind kind = plugin::Kind::connectivity;
  plugin::Library library = plugin::load(kind, path, plugin_stamp(plugin::program_stamp(kind)));
  const Builder& builder = *static_cast<const Builder*>(library.entry);
  require_sound(builder);
  const std::vector<std::string>& taken = generator_names();
  if (std::find(taken.begin(), taken.end(), builder.info.name) != taken.end())
    throw DataError(fmt::format("its builder is called '{}' like a generator of Arcuate: rename it",
                                builder.info.name));
  return {&builder, std::move(library.path), std::move(library.sha256)};
}

}  // namespace arcuate::network

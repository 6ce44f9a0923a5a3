#include "arcuate/plugin/build_facts.hpp"

#include <algorithm>

#include "arcuate/core/sha256.hpp"

namespace arcuate::plugin {
namespace {

constexpr std::array<std::string_view, 3> of_model{"core", "plugin", "model"};
constexpr std::array<std::string_view, 4> of_loss{"core", "plugin", "analysis", "loss"};
constexpr std::array<std::string_view, 3> of_feature{"core", "plugin", "analysis"};
constexpr std::array<std::string_view, 3> of_connectivity{"core", "plugin", "network"};

}  // namespace

std::span<const std::string_view> modules_of(Kind kind) {
  switch (kind) {
    case Kind::model:
      break;
    case Kind::loss:
      return of_loss;
    case Kind::feature:
      return of_feature;
    case Kind::connectivity:
      return of_connectivity;
  }
  return of_model;
}

std::string headers_sha256(Kind kind, const std::function<std::string(std::string_view)>& hash_of) {
  std::string lines;
  for (const std::string_view module : modules_of(kind))
    lines += std::string(module) + " " + hash_of(module) + "\n";
  return sha256(lines);
}

std::string headers_sha256(Kind kind) {
  return headers_sha256(kind, [](std::string_view module) {
    const auto all = build_facts().headers;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const ModuleHeaders& one) { return one.module == module; });
    return found == all.end() ? std::string() : std::string(found->sha256);
  });
}

}  // namespace arcuate::plugin

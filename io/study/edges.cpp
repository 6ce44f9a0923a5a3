#include <fmt/format.h>

#include <utility>

#include "arcuate/core/error.hpp"
#include "parts.hpp"

/// Edges that a study scales or cuts.
namespace arcuate::io {
namespace {

/// "all" is an empty set.
network::RegionSet set_of(const std::vector<RegionName>& names, const RegionIndex& regions) {
  network::RegionSet set;
  if (names.empty()) return set;
  set.resize(static_cast<std::size_t>(regions.size()));
  for (const RegionName& name : names) {
    for (const GlobalIndex region : regions.find(name))
      set[static_cast<std::size_t>(region)] = true;
  }
  return set;
}

std::vector<RegionName> read_end(const Reading& reading, const Section& section,
                                 std::string_view key) {
  const yaml::Node* node = section.find(key);
  if (node == nullptr || (node->is_scalar() && node->text == "all" && !node->quoted)) return {};
  return read_region_names(reading, *node, section.path(key), section.normal().set(key, {}));
}

}  // namespace

void read_edges(const Reading& reading, const Section& connectome, yaml::Node& normal) {
  const yaml::Node* list = connectome.list_of("edges");
  if (list == nullptr) return;
  yaml::Node& noted = normal.set("edges", yaml::list({}));
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    yaml::Node one;
    Section section(reading.document, &list->items[i], fmt::format("connectome.edges.{}", i),
                    "connectome.edges[]", one);
    EdgeForm form;
    form.from = read_end(reading, section, "from");
    form.to = read_end(reading, section, "to");
    form.scale = section.number("scale");
    form.both = section.flag("both");
    form.place = section.place("");
    if (form.from.empty() && form.to.empty())
      section.fail("", "names no region: `from`, `to` or both (all edges: transform: {scale: s})");
    reading.parts.edges.push_back(std::move(form));
    noted.items.push_back(std::move(one));
  }
}

void apply_edges(const Study& study, network::Connectome& connectome) {
  const std::vector<EdgeForm>& forms = study.unresolved->edges;
  if (forms.empty()) return;
  const RegionIndex regions(connectome);
  for (const EdgeForm& form : forms) {
    const network::RegionSet from = set_of(form.from, regions);
    const network::RegionSet to = set_of(form.to, regions);
    if (network::scale_edges(connectome, {from, to, form.both}, form.scale) > 0) continue;
    connectome.warnings.push_back(form.place +
                                  "the connectome has no such edge: nothing is scaled");
  }
}

}  // namespace arcuate::io

#include <fmt/format.h>

#include <algorithm>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/surface_file.hpp"
#include "parts.hpp"

namespace arcuate::io {
namespace {

using network::LocalKernel;

/// A file or a list of files.
std::vector<std::string> read_files(const Reading& reading, Section& section,
                                    std::string_view key) {
  const yaml::Node* node = section.find(key);
  if (node == nullptr) section.fail(key, "missing, but required");
  const std::vector<yaml::Node> one{*node};
  std::vector<std::string> files;
  std::vector<yaml::Node> noted;
  for (const yaml::Node& item : node->is_list() ? node->items : one) {
    if (!item.is_scalar() || item.text.empty())
      section.fail(key, "expected a file or a list of files, not " + describe(*node));
    files.push_back(input_path(reading.study.path, item.text));
    if (std::find(files.begin(), files.end() - 1, files.back()) != files.end() - 1)
      section.fail(key, fmt::format("{} is there twice", item.text));
    noted.push_back(yaml::scalar(item.text, true));
  }
  if (files.empty()) section.fail(key, "expected a file or a list of files, not an empty list");
  section.normal().set(std::string(key),
                       node->is_list() ? yaml::list(std::move(noted)) : noted.front());
  return files;
}

LocalKernel read_kernel(Section& section) {
  LocalKernel kernel;
  kernel.form = section.choice_as<LocalKernel::Form>("kernel");
  const bool neighbours = kernel.form == LocalKernel::Form::neighbours;
  const bool two = kernel.form == LocalKernel::Form::double_gaussian;
  for (const std::string_view key : {"sigma", "amplitude", "cutoff", "homogenise"}) {
    if (neighbours && section.has(key)) section.fail(key, "has no meaning for neighbours");
  }
  for (const std::string_view key : {"sigma_2", "amplitude_2"}) {
    if (!two && section.has(key)) section.fail(key, "is for double_gaussian only");
  }
  if (neighbours) return kernel;
  kernel.sigma = section.number("sigma");
  kernel.amplitude = section.number("amplitude");
  kernel.cutoff = section.number("cutoff");
  kernel.homogenise = section.flag("homogenise");
  if (!two) return kernel;
  kernel.sigma_2 = section.number("sigma_2");
  kernel.amplitude_2 = section.number("amplitude_2");
  return kernel;
}

void read_local(const Reading& reading, const Section& surface, yaml::Node& normal) {
  const yaml::Node* node = surface.find("local_connectivity");
  if (node == nullptr || (node->is_scalar() && node->text == "none")) {
    normal = yaml::scalar("none");
    return;
  }
  if (!node->is_map())
    surface.fail("local_connectivity",
                 "expected none, {file: NAME} or {kernel: NAME, ...}, not " + describe(*node));
  Section section(reading.document, node, surface.path("local_connectivity"),
                  "surface.local_connectivity", normal);
  SurfaceSource& source = *reading.study.surface;
  if (section.has("file") == section.has("kernel"))
    section.fail("file", "expected either `file` or `kernel`");
  if (section.has("kernel")) {
    source.kernel = read_kernel(section);
    return;
  }
  for (const std::string& key : node->keys) {
    if (key != "file" && key != "variable") section.fail(key, "is for a `kernel`, not for a file");
  }
  source.local.file = input_path(reading.study.path, section.text("file"));
  if (section.has("variable")) source.local.variable = section.text("variable");
}

/// What vertices send their neighbours, and where it enters; by default as the coupling.
void read_local_links(const Reading& reading, Section& section) {
  if (!section.has("source") && !section.has("target")) return;
  if (reading.parts.listed)
    section.fail("source", "not with `models`: the local coupling has the links of the entries");
  for (const std::string_view key : {"source", "target"}) {
    if (!section.has(key)) section.fail(key, "missing: give both `source` and `target`");
  }
  engine::Population& own = reading.parts.populations.front().population;
  const model::Entry& model = *own.model;
  const std::vector<int> from = read_sources(reading, section, "surface", own);
  const std::vector<int> to = section.names("target", input_names(model.info));
  if (from.size() != to.size())
    section.fail("target", fmt::format("{} targets for {} sources", to.size(), from.size()));
  for (std::size_t i = 0; i < from.size(); ++i)
    reading.parts.local_links.push_back({from[i], to[i], false});
}

/// Messages of files begin with the place of the key that names them.
template <class Read>
auto at(const std::string& place, const Read& read) {
  try {
    return read();
  } catch (const DataError& error) {
    throw DataError(place + error.what());
  } catch (const ConfigError& error) {
    throw ConfigError(place + error.what());
  }
}

/// The study in a recording says the default, 1, too.
void warn_of_strength(const Study::Unresolved& parts, network::Connectome& network) {
  const RegionValues strength = resolve_region_form(parts.strength, RegionIndex(network));
  if (std::all_of(strength.values.begin(), strength.values.end(),
                  [](double one) { return one == 1.0; }))
    return;
  network.warnings.push_back(parts.local_place + "none, and `strength` has no meaning without it");
}

}  // namespace

void read_surface_source(const Reading& reading, const Section& top, yaml::Node& normal) {
  if (!top.has("surface")) return;
  Section section(reading.document, top.map_of("surface"), "surface", "surface",
                  normal.set("surface", {}));
  SurfaceSource& source = reading.study.surface.emplace();
  Study::Unresolved& parts = reading.parts;
  source.files = read_files(reading, section, "file");
  source.mapping = read_files(reading, section, "mapping");
  parts.surface_place = section.place("file");
  parts.mapping_place = section.place("mapping");
  parts.local_place = section.place("local_connectivity");
  read_local(reading, section, section.normal().set("local_connectivity", {}));
  parts.strength = fixed_region_form(1.0);
  yaml::Node& strength = section.normal().set("strength", yaml::number(1.0));
  if (const yaml::Node* node = section.find("strength"))
    parts.strength = read_region_form(reading, *node, section.path("strength"), {"1"}, strength);
  read_local_links(reading, section);
}

network::Connectome load_vertices(const Study& study, network::Connectome regions) {
  const SurfaceSource& source = *study.surface;
  const Study::Unresolved& parts = *study.unresolved;
  network::Surface surface = at(parts.surface_place, [&] { return read_surface(source.files); });
  network::Connectome network = at(parts.mapping_place, [&] {
    const std::vector<std::int32_t> mapping = read_region_mapping(source.mapping, regions);
    std::vector<std::string> warnings = std::move(regions.warnings);
    std::string names;
    for (const std::string& file : source.mapping)
      names += (names.empty() ? "" : ", ") + file;
    network::Connectome made =
        network::stand_on(std::move(regions), std::move(surface), mapping, names);
    made.warnings.insert(made.warnings.begin(), warnings.begin(), warnings.end());
    return made;
  });
  if (source.local.file.empty() && !source.kernel) warn_of_strength(parts, network);
  if (source.local.file.empty()) return network;
  const GlobalIndex vertices = network.mapped->surface.n_vertices();
  add_local_edges(study, network, at(parts.local_place, [&] {
                    return read_local_connectivity(source.local, vertices);
                  }));
  return network;
}

void add_local_edges(const Study& study, network::Connectome& network, network::LocalRows rows) {
  const Study::Unresolved& parts = *study.unresolved;
  const auto& kernel = study.surface->kernel;
  if (kernel && kernel->homogenise && kernel->form != LocalKernel::Form::neighbours) {
    const GlobalIndex coarse = network::homogenise(rows);
    if (coarse > 0)
      network.warnings.push_back(
          parts.local_place +
          fmt::format("the mesh is too coarse: {} vertices have no others where others have some",
                      coarse));
  }
  const RegionValues strength = resolve_region_form(parts.strength, RegionIndex(network));
  const bool any = std::any_of(rows.weight.begin(), rows.weight.end(),
                               [](double weight) { return weight != 0.0; });
  const bool strong = std::any_of(strength.values.begin(), strength.values.end(),
                                  [](double one) { return one != 0.0; });
  if (!any || !strong)
    network.warnings.push_back(
        parts.local_place +
        (any ? "vertices do not act on each other: `strength` is 0"
             : "there is no local edge: no vertex has another within the cutoff, or all weights "
               "are 0"));
  network::add_local_edges(network, rows, strength.values);
}

void stand_on_vertices(const Study& study, const network::Connectome& network,
                       engine::Delays tracts, ResolvedStudy& resolved) {
  const network::Connectome& regions = network.mapped->regions;
  engine::SimulationSpec& simulation = resolved.simulation;
  const std::vector<network::Link>& local = study.unresolved->local_links;
  if (simulation.n_links() > 0) {
    simulation.tracts = engine::Tracts{
        network.mapped->region_of,      regions.row,        regions.source, regions.weight,
        std::move(tracts).take_steps(), simulation.coupling};
  }
  for (engine::Population& own : simulation.populations) {
    own.tracts = own.links;
    if (!local.empty()) own.links = local;
    if (local.empty() && own.links.empty()) own.links = usual_links(own);
    if (network.source.empty()) own.links.clear();
  }
  simulation.coupling = {
      network::CouplingForm::scaling, 1.0, {1.0}, network::KuramotoNormalisation::none};
  resolved.delays = engine::Delays(network, simulation);
}

}  // namespace arcuate::io

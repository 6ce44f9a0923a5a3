#include "arcuate/network/builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "arcuate/core/error.hpp"
#include "arcuate/plugin/library.hpp"
#include "structure.hpp"

namespace arcuate::network {
namespace {

void check_settings(const Builder& builder, const BuilderSettings& settings) {
  const BuilderInfo& info = builder.info;
  constexpr GlobalIndex most = std::numeric_limits<LocalIndex>::max();
  if (settings.regions < info.least_regions || settings.regions > most)
    throw ConfigError(fmt::format("builder '{}': regions: {} is not allowed: expected {} to {}",
                                  info.name, settings.regions, info.least_regions, most));
  for (std::size_t k = 0; k < info.parameters.size(); ++k) {
    const BuilderParameter& parameter = info.parameters[k];
    const double value = settings.numbers.at(k);
    const bool within = value >= parameter.least && value <= parameter.most;
    if (within && (!parameter.whole || value == std::floor(value))) continue;
    throw ConfigError(fmt::format(
        "builder '{}': {}: {} is not allowed: expected {}{} to {}", info.name, parameter.name,
        value, parameter.whole ? "a whole number from " : "", parameter.least, parameter.most));
  }
}

[[noreturn]] void fail(const std::string& what) {
  throw DataError("the connectome that it built: " + what);
}

template <class Value>
void check_size(const std::vector<Value>& values, std::size_t size, const char* what,
                bool optional) {
  if (values.size() == size || (optional && values.empty())) return;
  fail(fmt::format("{} {}, where {} are expected", values.size(), what, size));
}

void check_rows(const Connectome& connectome, GlobalIndex regions) {
  const std::vector<GlobalIndex>& row = connectome.row;
  if (row.front() != 0 || row.back() != connectome.n_edges())
    fail("its rows do not hold all edges (row: from 0 to the number of edges)");
  // Before any edge is looked at.
  if (!std::is_sorted(row.begin(), row.end())) fail("a row begins before the one above it");
  for (GlobalIndex i = 0; i < regions; ++i) {
    const auto begin = connectome.source.begin() + row[static_cast<std::size_t>(i)];
    const auto end = connectome.source.begin() + row[static_cast<std::size_t>(i) + 1];
    for (auto at = begin; at != end; ++at) {
      if (*at < 0 || *at >= regions)
        fail(fmt::format("region {}: an edge from region {} (allowed: 0 to {})", i, *at,
                         regions - 1));
      if (at != begin && *at <= *(at - 1))
        fail(fmt::format("region {}: its sources do not ascend ({} after {})", i, *at, *(at - 1)));
    }
  }
}

void check_edges(const Connectome& connectome) {
  const auto edges = static_cast<std::size_t>(connectome.n_edges());
  check_size(connectome.weight, edges, "weights", false);
  const bool delays = !connectome.delay.empty();
  if (delays && !connectome.length.empty())
    fail("it has lengths and delays (allowed: one of them)");
  check_size(delays ? connectome.delay : connectome.length, edges, delays ? "delays" : "lengths",
             false);
  const auto bad = [](double value) { return !std::isfinite(value); };
  if (std::any_of(connectome.weight.begin(), connectome.weight.end(), bad))
    fail("a weight is not finite");
  for (const std::vector<double>* values : {&connectome.length, &connectome.delay}) {
    if (std::any_of(values->begin(), values->end(),
                    [&](double value) { return bad(value) || value < 0.0; }))
      fail("a length or delay is negative or not finite");
  }
}

void check_regions(const Connectome& connectome, std::size_t regions) {
  check_size(connectome.labels, regions, "labels", false);
  check_size(connectome.centres, regions, "centres", true);
  check_size(connectome.cortical, regions, "marks of cortical regions", true);
  check_size(connectome.hemisphere, regions, "hemispheres", true);
  check_size(connectome.area, regions, "areas", true);
  check_size(connectome.orientation, regions, "orientations", true);
  std::set<std::string_view> labels;
  for (const std::string& label : connectome.labels) {
    if (label.empty()) fail("a label is empty");
    if (!labels.insert(label).second) fail("two regions have the label '" + label + "'");
  }
  for (const auto* places : {&connectome.centres, &connectome.orientation}) {
    for (const auto& place : *places) {
      if (!std::all_of(place.begin(), place.end(), [](double x) { return std::isfinite(x); }))
        fail("a centre or orientation is not finite");
    }
  }
}

}  // namespace

Connectome from_edges(GlobalIndex regions, std::vector<Edge> edges) {
  for (const Edge& edge : edges) {
    for (const GlobalIndex end : {edge.target, edge.source}) {
      if (end < 0 || end >= regions)
        throw DataError(fmt::format("an edge from region {} to {} (allowed: 0 to {})", edge.source,
                                    edge.target, regions - 1));
    }
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
    return a.target != b.target ? a.target < b.target : a.source < b.source;
  });
  Connectome connectome;
  connectome.row.assign(static_cast<std::size_t>(regions) + 1, 0);
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const Edge& edge = edges[e];
    if (e > 0 && edges[e - 1].target == edge.target && edges[e - 1].source == edge.source)
      throw DataError(
          fmt::format("the edge from region {} to {} is given twice", edge.source, edge.target));
    ++connectome.row[static_cast<std::size_t>(edge.target) + 1];
    connectome.source.push_back(static_cast<LocalIndex>(edge.source));
    connectome.weight.push_back(edge.weight);
    connectome.length.push_back(edge.length);
  }
  for (std::size_t i = 1; i < connectome.row.size(); ++i)
    connectome.row[i] += connectome.row[i - 1];
  return connectome;
}

std::vector<double> usual_numbers(const BuilderInfo& info) {
  std::vector<double> numbers;
  for (const BuilderParameter& parameter : info.parameters)
    numbers.push_back(parameter.value);
  return numbers;
}

void require_sound(const Connectome& connectome, GlobalIndex regions) {
  check_size(connectome.row, static_cast<std::size_t>(regions) + 1, "begins of rows", false);
  check_rows(connectome, regions);
  check_edges(connectome);
  check_regions(connectome, static_cast<std::size_t>(regions));
}

Connectome build(const Builder& builder, const BuilderSettings& settings) {
  check_settings(builder, settings);
  const std::string name = fmt::format("builder '{}'", builder.info.name);
  Connectome connectome = plugin::guarded(name, [&] { return builder.build(settings); });
  const bool unlabelled = connectome.labels.empty();
  for (GlobalIndex i = 0; unlabelled && i < settings.regions; ++i)
    connectome.labels.push_back(padded_label("r", i, settings.regions));
  try {
    require_sound(connectome, settings.regions);
  } catch (const DataError& error) {
    throw DataError(name + ": " + error.what());
  }
  connectome.origin = fmt::format("builder {} (regions {}, seed {})", builder.info.name,
                                  settings.regions, settings.seed);
  return connectome;
}

}  // namespace arcuate::network

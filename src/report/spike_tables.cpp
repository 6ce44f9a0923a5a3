#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "parts.hpp"
#include "spikes.hpp"
#include "words.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_rows_of_states = 14;

std::string cell(const Json& value, const char* format = "{:.3g}") {
  return "<td class=\"number\">" +
         (value.is_number() ? fmt::format(fmt::runtime(format), value.get<double>())
                            : std::string("\u2013")) +
         "</td>";
}

/// Means over populations that are alike, by their sizes.
std::string row_of_several(const std::string& name, const Json& spikes,
                           const std::vector<std::size_t>& members) {
  std::int64_t neurons = 0;
  std::string cells;
  for (const std::size_t p : members)
    neurons += spikes["populations"][p]["size"].get<std::int64_t>();
  for (const char* what : {"rate", "fano", "isi_mean", "isi_cv"}) {
    double sum = 0.0, weight = 0.0;
    for (const std::size_t p : members) {
      const Json& value = spikes["statistics"][p][what];
      if (!value.is_number()) continue;
      const auto size = spikes["populations"][p]["size"].get<double>();
      sum += size * value.get<double>();
      weight += size;
    }
    cells += cell(weight > 0.0 ? Json(sum / weight) : Json());
  }
  return "<tr><td class=\"name\">" + escape_html(name) + "</td><td class=\"number\">" +
         grouped(neurons) + "</td>" + cells + "</tr>";
}

std::vector<std::size_t> members_of(const Json& spikes, bool inhibitory, bool background) {
  std::vector<std::size_t> members;
  const Json& all = spikes["populations"];
  for (std::size_t p = 0; p < all.size(); ++p) {
    if (all[p]["inhibitory"] == inhibitory && (all[p]["cluster"] == -1) == background &&
        all[p]["size"] > 0)
      members.push_back(p);
  }
  return members;
}

std::string population_table(const Json& spikes) {
  const std::string head =
      "<div class=\"scroll\"><table><tr><th>Population</th><th class=\"number\">Neurons</th><th "
      "class=\"number\">Rate [Hz]</th><th class=\"number\">Fano factor</th><th "
      "class=\"number\">Interval [ms]</th><th class=\"number\">Variation of intervals</th></tr>";
  std::string html =
      "<div class=\"card below\"><h3>Regularity <small>Fano factors of counts in 100 ms, means "
      "over neurons; means over populations by their sizes</small></h3>" +
      head;
  const std::pair<const char*, std::pair<bool, bool>> kinds[] = {
      {"excitatory clusters", {false, false}},
      {"excitatory background", {false, true}},
      {"inhibitory clusters", {true, false}},
      {"inhibitory background", {true, true}}};
  for (const auto& [name, kind] : kinds) {
    const auto members = members_of(spikes, kind.first, kind.second);
    if (!members.empty()) html += row_of_several(name, spikes, members);
  }
  html += "</table></div><details><summary>Each population</summary>" + head;
  for (std::size_t p = 0; p < spikes["populations"].size(); ++p)
    html += row_of_several(spikes["populations"][p]["name"].get<std::string>(), spikes, {p});
  return html + "</table></div></details></div>";
}

std::string state_table(const Json& spikes) {
  const auto states = spikes["n_states"].get<std::size_t>();
  if (states == 0)
    return "<div class=\"card below\"><h3>Attractors</h3><p class=\"note\">No set of clusters was "
           "active for long enough.</p></div>";
  const std::size_t shown = std::min(most_rows_of_states, spikes["states"].size());
  std::string html =
      "<div class=\"row fitting stacked below\"><div class=\"card\"><div class=\"head\"><h3>"
      "Attractors <small>";
  if (shown < states)
    html += fmt::format("the {} with most time of {}", shown,
                        grouped(static_cast<GlobalIndex>(states)));
  html +=
      "</small></h3></div><div class=\"scroll\"><table><tr><th>Active clusters</th><th "
      "class=\"number\">Times</th><th class=\"number\">Mean [ms]</th><th "
      "class=\"number\">Deviation</th><th class=\"number\">Share of time</th></tr>";
  for (std::size_t k = 0; k < shown; ++k) {
    const Json& one = spikes["states"][k];
    html += "<tr><td>" + escape_html(one["name"].get<std::string>()) + "</td>" +
            cell(one["count"], "{:.0f}") + cell(one["dwell"]) + cell(one["deviation"]) +
            cell(one["probability"]) + "</tr>";
  }
  html += "</table></div></div>";
  if (spikes.contains("matrix"))
    html +=
        "<div class=\"card\" id=\"transitions\"><div class=\"head\"><h3>Transitions <small "
        "id=\"transitions-note\"></small></h3></div></div>";
  return html + "</div>";
}

}  // namespace

std::string spike_section(const Json& spikes) {
  if (spikes.is_null()) return {};
  return R"html(<section id="spikes-section"><div class="head"><h2>Spikes</h2>
<small id="spike-hint">drag to zoom, double-click to see all</small><span class="tools"><button id="spike-earlier" title="Earlier"
aria-label="Earlier">&#8249;</button><button id="spike-later" title="Later" aria-label="Later">&#8250;</button><button
id="spike-opening">Opening window</button><button id="spike-whole">Whole recording</button></span></div>
<div class="card"><div id="spikes"></div><p class="note" id="spike-note"></p></div>)html" +
         state_table(spikes) + population_table(spikes) + "</section>\n";
}

}  // namespace arcuate::report

#include "arcuate/report/report.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/output.hpp"
#include "charts.hpp"
#include "page.hpp"
#include "parts.hpp"
#include "places.hpp"
#include "spikes.hpp"
#include "surface.hpp"
#include "words.hpp"

namespace arcuate::report {
namespace {

std::string tiles(const io::RecordedRun& run, const nlohmann::ordered_json& spikes) {
  std::string html = "<div class=\"tiles\">";
  if (run.spiking) {
    html += tile(grouped(spikes["neurons"].get<std::int64_t>()), "", "neurons");
    html += tile(grouped(spikes["whole"]["spikes"].get<std::int64_t>()), "", "spikes");
  }
  GlobalIndex regions = run.connectome.n_regions();
  if (run.surface) {
    html += tile(grouped(run.surface->mesh.n_vertices()), "", "vertices");
    regions = std::ssize(run.surface->regions);
  }
  html += tile(grouped(regions), "",
               run.spiking    ? "populations"
               : regions == 1 ? "region"
                              : "regions");
  if (!run.spiking)
    html += tile(grouped(run.connectome.n_edges()), "",
                 run.connectome.n_edges() == 1 ? "connection" : "connections");
  html += tile(fmt::format("{:.4g}", run.duration), "s", "simulated");
  html += tile(fmt::format("{:.3g}", run.dt), "ms", "time step");
  html += tile(std::to_string(run.ranks),
               run.threads > 1 ? fmt::format("\xC3\x97 {} threads", run.threads) : "",
               run.ranks == 1 ? "MPI rank" : "MPI ranks");
  if (run.wall_seconds > 0.0) {
    const auto [number, unit] = readable(run.wall_seconds);
    html += tile(number, unit, "wall time");
    html += tile(with_prefix(run.steps / run.wall_seconds), "/s", "steps");
    html += tile(with_prefix(run.duration / run.wall_seconds), "\xC3\x97", "real time");
  }
  return html + "</div>\n";
}

std::string header(const io::RecordedRun& run, const nlohmann::ordered_json& spikes) {
  const std::string title = run.title.empty() ? "Untitled simulation" : run.title;
  return "<header><p class=\"kicker\">Arcuate recording</p><h1>" + escape_html(title) +
         "</h1><p class=\"summary\">" + escape_html(run.model) + " on " +
         escape_html(run.connectome.origin.empty()
                         ? "an unnamed connectome"
                         : std::filesystem::path(run.connectome.origin).filename().string()) +
         "</p>" + tiles(run, spikes) + "</header>\n";
}

/// Cards for the figures that there are, or why there are none.
std::string connectome_section(const io::RecordedRun& run, const nlohmann::ordered_json& charts) {
  std::string html = "<section id=\"connectome-section\"><div class=\"head\"><h2>";
  html += run.spiking ? "Connections" : "Connectome";
  html += "</h2><small>";
  if (run.spiking)
    html += "weight of a synapse times synapses of a neuron from each population";
  else
    html += run.connectome.hemisphere.empty() ? "in the order of the file, as in every figure"
                                              : "left hemisphere first, as in every figure";
  if (charts["blocks"] < charts["regions"] && charts.contains("weights"))
    html += fmt::format(
        "; {} blocks of {}, means over their connections", charts["blocks"].get<std::size_t>(),
        counted(charts["regions"].get<std::size_t>(), charts["noun"].get<std::string>()));
  html += "</small></div>";
  const auto none = charts["none"].get<std::string>();
  if (!none.empty())
    html += "<div class=\"card\"><p class=\"note\">" + escape_html(none) + "</p></div>";
  if (charts.contains("weights")) {
    html += charts.contains("lengths") ? "<div class=\"row two\">" : "<div class=\"row\">";
    html += "<div class=\"card\" id=\"weights\"><h3>Weights</h3></div>";
    if (charts.contains("lengths")) {
      const bool delays = charts["length_name"] == "delay";
      html += "<div class=\"card\" id=\"lengths\"><h3>";
      html += delays ? "Delays" : "Tract lengths";
      html += "</h3></div>";
    }
    html += "</div>";
  }
  if (run.ranks > 1 && !run.spiking) {
    html += "<div class=\"card below\" id=\"partition\"><h3>Partition <small>" +
            escape_html(run.partition_method) + "</small></h3></div>";
  }
  return html + "</section>\n";
}

std::string activity_sections() {
  return R"html(<section id="traces-section"><div class="head"><h2>Time series</h2>
<small id="trace-hint">drag to zoom, double-click to see all</small><span class="tools"><select id="trace-series"
aria-label="Monitor and variable"></select><button id="trace-scale" aria-pressed="false"
title="Draw every region on a scale of its own">Own scales</button><button id="trace-earlier" title="Earlier" aria-label="Earlier">&#8249;</button><button
id="trace-later" title="Later" aria-label="Later">&#8250;</button><button id="trace-opening">Opening window</button><button
id="trace-whole">Whole recording</button></span></div>
<div class="card"><div id="traces"></div><div class="chips" id="trace-regions" role="group"
aria-label="Regions"></div><p class="note" id="trace-note"></p></div></section>
<section id="activity-section"><div class="head"><h2>Activity</h2><small id="activity-note"></small><span
class="tools"><select id="activity-variable" aria-label="Variable"></select></span></div>
<div class="card" id="carpet"><h3 id="carpet-title">Regions over time</h3></div><div class="row fitting below">
<div class="card" id="spectrum"><div class="head"><h3>Power spectrum</h3><span class="tools"><button
id="frequency-axis" hidden></button></span></div></div>
<div class="card" id="order"><div class="head"><h3>Order parameter <small id="order-note"></small></h3></div></div>
<div class="card" id="connectivity"><div class="head"><h3 id="connectivity-title">Functional connectivity
<small id="connectivity-note"></small></h3></div></div>
<div class="card" id="structure"><div class="head"><h3 id="structure-title">Structure and function
<small id="structure-note"></small></h3></div></div>
<div class="card" id="dynamics"><div class="head"><h3>Dynamics of functional connectivity
<small id="dynamics-note"></small></h3></div></div>
<div class="card" id="dynamics-bars"><div class="head"><h3>Distribution of its entries
<small id="dynamics-bars-note"></small></h3></div></div>
<div class="card" id="scalp"><div class="head"><h3>Scalp <small id="scalp-note"></small></h3></div></div></div>
<div class="card below" id="brain"><div class="head"><h3>Brain <small id="brain-note"></small></h3></div></div>
<p class="note" id="spectrum-note"></p></section>
)html";
}

/// A row per array under /features, and the figure of one that the reader chooses.
std::string feature_section(const nlohmann::ordered_json& features) {
  if (features["arrays"].empty()) return {};
  std::string html =
      "<section id=\"features-section\"><div class=\"head\"><h2>Features</h2><small>";
  if (features["arrays"].size() < features["total"])
    html += fmt::format("the first {} of {} arrays", features["arrays"].size(),
                        features["total"].get<std::size_t>());
  html +=
      "</small><span class=\"tools\"><select id=\"feature-array\" aria-label=\"Array\"></select>"
      "</span></div><div class=\"card\" id=\"feature-figure\"><h3 id=\"feature-title\"></h3></div>"
      "<div class=\"card below\"><div class=\"scroll\"><table><tr><th>Feature</th><th>Of</th>"
      "<th>Shape</th><th class=\"number\">Mean</th><th class=\"number\">Least</th><th "
      "class=\"number\">Most</th></tr>";
  for (const auto& one : features["arrays"]) {
    const auto word = [&](const char* key) { return escape_html(one[key].get<std::string>()); };
    const auto number = [&](const char* key) {
      return "</td><td class=\"number\">" +
             (one.contains(key) ? fmt::format("{:.5g}", one[key].get<double>()) : std::string());
    };
    std::string shape;
    for (const auto& extent : one["shape"])
      shape += (shape.empty() ? "" : " \u00d7 ") + std::to_string(extent.get<std::size_t>());
    const std::string unit =
        one["unit"] == "1" || one["unit"] == "" ? "" : " [" + word("unit") + "]";
    const std::string name = one["name"] == one["feature"] ? "" : " \u00b7 " + word("name");
    html += "<tr><td class=\"name\">" + word("feature") + name + unit + "</td><td>" +
            word("monitor") + ", " + word("variable") + "</td><td>" +
            (shape.empty() ? "a number" : shape) + number("mean") + number("least") +
            number("most") + "</td></tr>";
  }
  return html + "</table></div></div></section>\n";
}

/// A row per stimulus, whose courses are drawn above the time series.
std::string stimulus_table(const nlohmann::ordered_json& stimuli) {
  if (stimuli["stimuli"].empty()) return {};
  std::string html = "<div class=\"card below\"><h3>Stimuli";
  if (stimuli["stimuli"].size() < stimuli["total"])
    html += fmt::format(" <small>the first {} of {}</small>", stimuli["stimuli"].size(),
                        stimuli["total"].get<std::size_t>());
  html +=
      "</h3><div class=\"scroll\"><table><tr><th>Target</th><th>Course</th><th>Regions</th></tr>";
  for (const auto& one : stimuli["stimuli"]) {
    std::string names;
    for (const auto& name : one["names"])
      names += (names.empty() ? "" : ", ") + name.get<std::string>();
    const auto regions = one["regions"].get<std::size_t>();
    if (regions > one["names"].size()) names = counted(regions, "region");
    const auto model = one["model"].get<std::string>();
    html += "<tr><td class=\"name\">" + escape_html(one["target"].get<std::string>()) +
            " <small>(" +
            escape_html(one["kind"].get<std::string>() + (model.empty() ? "" : " of " + model)) +
            ")</small></td><td>" + escape_html(one["equation"].get<std::string>()) + "</td><td>" +
            escape_html(names.empty() ? "none: all weights are 0" : names) + "</td></tr>";
  }
  return html + "</table></div></div>";
}

std::string monitor_table(const io::RecordedRun& run) {
  std::string html =
      "<div class=\"card\"><h3>Monitors</h3><div "
      "class=\"scroll\"><table><tr><th>Name</th><th>Kind</th><th>"
      "Variables</th><th class=\"number\">Columns</th><th class=\"number\">Samples</th><th "
      "class=\"number\">Period</th><th class=\"number\">First</th></tr>";
  for (const io::RecordedSeries& s : run.series) {
    std::string variables;
    for (std::size_t v = 0; v < s.variables.size(); ++v) {
      variables += (v == 0 ? "" : ", ") + s.variables[v];
      if (s.units[v] != "1") variables += " [" + s.units[v] + "]";
    }
    html += "<tr><td class=\"name\">" + escape_html(s.name) + "</td><td class=\"name\">" +
            escape_html(s.kind) + "</td><td>" + escape_html(variables) + "</td>" +
            fmt::format(
                "<td class=\"number\">{}</td><td class=\"number\">{}</td><td "
                "class=\"number\">{:.4g} ms</td><td class=\"number\">{:.6g} s</td></tr>",
                s.labels.size(), grouped(static_cast<std::int64_t>(s.samples)), 1000.0 * s.period,
                s.first_time);
  }
  if (run.series.empty()) html += "<tr><td colspan=\"7\">nothing was recorded</td></tr>";
  return html + "</table></div></div>";
}

std::string fact_table(const io::RecordedRun& run) {
  std::vector<io::Fact> facts{{"File", std::filesystem::path(run.path).filename().string()},
                              {"Connectome", run.connectome.origin}};
  facts.insert(facts.end(), run.provenance.begin(), run.provenance.end());
  facts.push_back({"Setup", fmt::format("{:.3g} s", run.setup_seconds)});
  facts.push_back({"Messages", grouped(static_cast<std::int64_t>(run.messages)) + ", " +
                                   bytes(run.message_bytes)});
  facts.push_back({"Memory", bytes(run.peak_memory_bytes) + ", all ranks together"});
  std::string html = "<div class=\"card facts\"><h3>Provenance</h3><table>";
  for (const io::Fact& fact : facts) {
    html +=
        "<tr><td>" + escape_html(fact.name) + "</td><td>" + escape_html(fact.value) + "</td></tr>";
  }
  return html + "</table></div>";
}

std::string run_section(const io::RecordedRun& run, const nlohmann::ordered_json& stimuli) {
  return "<section><div class=\"head\"><h2>Run</h2></div>" + monitor_table(run) +
         stimulus_table(stimuli) +
         "<div class=\"row two run below\"><div class=\"card long\"><details open><summary>Study "
         "file</summary><pre>" +
         highlight_yaml(run.study) + "</pre></details></div>" + fact_table(run) +
         "</div></section>\n";
}

std::string page_of(const io::RecordedRun& run) {
  nlohmann::ordered_json data;
  data["spikes"] = spike_charts(run);
  data["connectome"] = connectome_charts(run);
  data["traces"] = trace_charts(run);
  data["stimuli"] = stimulus_charts(run);
  data["activity"] = activity_charts(run);
  data["surface"] = surface_chart(run);
  data["axes"] = axes_chart(run.connectome);
  data["features"] = feature_charts(run);
  const std::string body = header(run, data["spikes"]) + spike_section(data["spikes"]) +
                           connectome_section(run, data["connectome"]) + activity_sections() +
                           feature_section(data["features"]) + run_section(run, data["stimuli"]);
  return whole_page(run.title.empty() ? "Arcuate recording" : run.title, body, data, report_script);
}

}  // namespace

void write_report(const std::string& recording, const std::string& html) {
  io::Output output(html, {io::OutputKind::report, true, {recording}});
  output.write(page_of(io::RecordedRun(recording)));
  output.publish();
}

}  // namespace arcuate::report

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/report/report.hpp"
#include "page.hpp"
#include "parts.hpp"
#include "words.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;
using io::hdf5::Object;

/// JSON has no NaN.
Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values)
    list.push_back(std::isfinite(value) ? Json(value) : Json());
  return list;
}

/// Least, mean and largest over the last axis: a value by region at most points is one.
Json spread(const std::vector<double>& values, std::size_t regions) {
  std::vector<double> least, mean, most;
  for (std::size_t first = 0; first + regions <= values.size(); first += regions) {
    double low = INFINITY, high = -INFINITY, sum = 0.0;
    std::size_t count = 0;
    for (std::size_t i = first; i < first + regions; ++i) {
      if (std::isnan(values[i])) continue;
      low = std::min(low, values[i]);
      high = std::max(high, values[i]);
      sum += values[i];
      ++count;
    }
    least.push_back(low);
    most.push_back(high);
    mean.push_back(count == 0 ? NAN : sum / static_cast<double>(count));
  }
  return {{"least", numbers(least)}, {"mean", numbers(mean)}, {"most", numbers(most)}};
}

/// (points, variables, regions) of a variable.
std::vector<double> of_variable(const std::vector<double>& all, std::size_t variable,
                                std::size_t variables, std::size_t regions) {
  std::vector<double> values;
  for (std::size_t at = variable * regions; at < all.size(); at += variables * regions)
    values.insert(values.end(), all.begin() + static_cast<std::ptrdiff_t>(at),
                  all.begin() + static_cast<std::ptrdiff_t>(at + regions));
  return values;
}

/// Variables with the spread of their states.
Json states_of(const Object& group) {
  const std::vector<std::string> names = group.read_texts("variable"),
                                 units = group.read_texts("unit");
  const std::size_t regions = group.read_texts("region").size();
  const std::vector<double> states = group.read<double>("state");
  Json variables = Json::array();
  for (std::size_t v = 0; v < names.size(); ++v) {
    Json one = spread(of_variable(states, v, names.size(), regions), regions);
    one["name"] = names[v];
    one["unit"] = units[v];
    variables.push_back(std::move(one));
  }
  return variables;
}

Json roots_of(const Object& file, const char* name, const char* words, const char* unit) {
  if (!file.has(name)) return nullptr;
  const Object group = file.open_group(name);
  return {{"words", words},
          {"unit", unit},
          {"count", group.open_dataset("root").shape()[0]},
          {"real", numbers(group.read<double>("real"))},
          {"imaginary", numbers(group.read<double>("imaginary"))}};
}

Json points_of(const Object& file, bool mean_field) {
  const Object group = file.open_group("fixed_points");
  Json points{{"kind", group.read_texts("kind")},
              {"residual", numbers(group.read<double>("residual"))}};
  if (mean_field) {
    points["found"] = numbers(group.read<double>("found"));
    points["populations"] = group.read_texts("population");
    points["rate"] = numbers(group.read<double>("rate"));
    return points;
  }
  for (const char* name : {"damping", "frequency", "unstable", "start"})
    points[name] = numbers(group.read<double>(name));
  points["regions"] = group.read_texts("region").size();
  points["variables"] = states_of(group);
  return points;
}

Json branches_of(const Object& file) {
  if (!file.has("continuation")) return nullptr;
  const Object group = file.open_group("continuation");
  const Object parameter = group.open_dataset("parameter");
  return {{"path", group.text("path")},
          {"unit", parameter.has_attribute("units") ? parameter.text("units") : std::string()},
          {"branch", numbers(group.read<double>("branch"))},
          {"parameter", numbers(group.read<double>("parameter"))},
          {"unstable", numbers(group.read<double>("unstable"))},
          {"imaginary", numbers(group.read<double>("imaginary"))},
          {"bifurcation", group.read_texts("bifurcation")},
          {"regions", group.read_texts("region").size()},
          {"variables", states_of(group)}};
}

/// Power spectra of the first fixed point that has some, over all regions.
Json noise_of(const Object& file) {
  if (!file.has("linear_noise")) return nullptr;
  const Object group = file.open_group("linear_noise");
  const std::vector<std::string> names = group.read_texts("variable");
  const std::vector<std::string> units = group.read_texts("unit");
  const std::vector<double> frequency = group.read<double>("frequency");
  const std::vector<double> power = group.read<double>("power"),
                            error = group.read<double>("error");
  const std::size_t regions = group.read_texts("region").size();
  const auto stable =
      std::find_if(error.begin(), error.end(), [](double e) { return !std::isnan(e); });
  if (stable == error.end()) return nullptr;
  const auto point = static_cast<std::size_t>(stable - error.begin());
  const std::size_t size = frequency.size() * regions;
  Json variables = Json::array();
  for (std::size_t v = 0; v < names.size(); ++v) {
    const auto first =
        power.begin() + static_cast<std::ptrdiff_t>((point * names.size() + v) * size);
    Json one = spread({first, first + static_cast<std::ptrdiff_t>(size)}, regions);
    one["name"] = names[v];
    one["unit"] = squared(units[v]);
    variables.push_back(std::move(one));
  }
  return {{"point", point},
          {"regions", regions},
          {"frequency", numbers(frequency)},
          {"variables", std::move(variables)}};
}

/// The flow of two states, whose names are the axes.
Json plane_of(const Object& file, const Json& points) {
  if (!file.has("phase_plane")) return nullptr;
  const Object group = file.open_group("phase_plane");
  Json axes = Json::array();
  for (const Json& variable : points["variables"]) {
    const std::string name = variable["name"];
    axes.push_back({{"name", name},
                    {"unit", variable["unit"]},
                    {"values", numbers(group.read<double>(name))},
                    {"rate", numbers(group.read<double>("rate_" + name))},
                    {"points", variable["mean"]}});
  }
  return axes;
}

/// Focus populations in the order of the study, which is that of the grid's axes.
std::vector<std::string> held_in(const Object& group, const std::vector<std::string>& populations) {
  std::vector<std::string> held;
  if (group.has_attribute("populations")) {
    std::istringstream words(group.text("populations"));
    for (std::string word; words >> word;)
      held.push_back(word);
    return held;
  }
  std::copy_if(populations.begin(), populations.end(), std::back_inserter(held),
               [&](const std::string& one) { return group.has("rate_" + one); });
  return held;
}

/// Of three populations the page draws slices.
Json landscape_of(const Object& file, const Json& points) {
  if (!file.has("landscape")) return nullptr;
  const Object group = file.open_group("landscape");
  Json axes = Json::array();
  const std::vector<std::string> populations = points["populations"];
  for (const std::string& name : held_in(group, populations)) {
    const auto p = static_cast<std::size_t>(
        std::find(populations.begin(), populations.end(), name) - populations.begin());
    std::vector<double> at;
    for (std::size_t k = p; k < points["rate"].size(); k += populations.size())
      at.push_back(points["rate"][k]);
    axes.push_back({{"name", name},
                    {"values", numbers(group.read<double>("rate_" + name))},
                    {"force", numbers(group.read<double>("force_" + name))},
                    {"points", numbers(at)}});
  }
  Json landscape{{"axes", std::move(axes)}, {"residual", numbers(group.read<double>("residual"))}};
  if (!file.has("path")) return landscape;
  const Object path = file.open_group("path");
  const std::string first = landscape["axes"][0]["name"], second = landscape["axes"][1]["name"];
  landscape["path"] = {{"first", numbers(path.read<double>("rate_" + first))},
                       {"second", numbers(path.read<double>("rate_" + second))},
                       {"displacement", numbers(path.read<double>("displacement"))},
                       {"potential", numbers(path.read<double>("potential"))}};
  return landscape;
}

Json data_of(const Object& file, bool mean_field) {
  Json data;
  data["points"] = points_of(file, mean_field);
  data["roots"] = Json::array();
  const char* unit = mean_field ? "" : "s-1";
  for (const auto& [name, words] :
       {std::pair{"roots", "with all delays"}, std::pair{"eigenvalues", "without delays"}}) {
    Json roots = roots_of(file, name, mean_field ? "" : words, unit);
    if (!roots.is_null()) data["roots"].push_back(std::move(roots));
  }
  data["branches"] = branches_of(file);
  data["noise"] = noise_of(file);
  data["plane"] = mean_field ? Json() : plane_of(file, data["points"]);
  data["landscape"] = mean_field ? landscape_of(file, data["points"]) : Json();
  return data;
}

std::string card(const char* id, const char* classes = "card") {
  return "<div class=\"" + std::string(classes) + "\" id=\"" + id + "\"></div>";
}

std::string steady_section(const char* id, const std::string& title, const std::string& inner,
                           const std::string& tools = "") {
  return "<section id=\"" + std::string(id) + "-section\"><div class=\"head\"><h2>" + title +
         "</h2><small id=\"" + id + "-note\"></small><span class=\"tools\">" + tools +
         "</span></div>" + inner + "</section>\n";
}

std::string chooser_of(const char* id, const char* label) {
  return "<select id=\"" + std::string(id) + "\" aria-label=\"" + label + "\"></select>";
}

std::string sections_of(const Json& data) {
  std::string html = steady_section("points", "Fixed points", card("points", "card long"));
  if (!data["branches"].is_null())
    html += steady_section("branches", "Bifurcations", card("branches"),
                           chooser_of("branches-choice", "Variable"));
  if (!data["plane"].is_null()) html += steady_section("plane", "Phase plane", card("plane"));
  if (!data["landscape"].is_null())
    html += steady_section("landscape", "Landscape",
                           "<div class=\"row two\">" + card("landscape") + card("path") + "</div>");
  if (!data["roots"].empty())
    html += steady_section("roots", "Eigenvalues", card("roots"),
                           chooser_of("roots-choice", "Fixed point"));
  if (!data["noise"].is_null())
    html += steady_section("noise", "Power spectra of linear noise", card("noise"),
                           chooser_of("noise-choice", "Variable"));
  return html;
}

std::string head_of(const Object& file, const Json& data, bool mean_field) {
  const std::string title = file.text("title").empty() ? "Untitled study" : file.text("title");
  const Json& kinds = data["points"]["kind"];
  const auto stable = std::count_if(kinds.begin(), kinds.end(), [](const Json& kind) {
    return kind.get<std::string>().starts_with("stable");
  });
  std::string html = "<header><p class=\"kicker\">Arcuate steady states</p><h1>" +
                     escape_html(title) + "</h1><p class=\"summary\">" +
                     (mean_field ? "Mean field of a network of spiking neurons; there may be more"
                                 : "Fixed points that were found; there may be more") +
                     "</p><div class=\"tiles\">";
  html +=
      tile(std::to_string(kinds.size()), "", kinds.size() == 1 ? "fixed point" : "fixed points");
  html += tile(std::to_string(stable), "", "of them stable");
  if (!mean_field) {
    const auto regions = data["points"]["regions"].get<std::size_t>();
    html +=
        tile(grouped(static_cast<std::int64_t>(regions)), "", regions == 1 ? "region" : "regions");
  }
  return html + "</div></header>\n";
}

std::string fact_of(const std::string& name, const std::string& value) {
  return "<tr><td>" + escape_html(name) + "</td><td>" + escape_html(value) + "</td></tr>";
}

std::string study_of(const Object& file, const std::string& source) {
  const std::string left_out = file.has_attribute("left_out") ? file.text("left_out") : "";
  std::string facts = fact_of("Source", source);
  if (!left_out.empty()) facts += fact_of("Left out", left_out);
  facts += fact_of("Found by", "Arcuate " + file.text("arcuate_version")) +
           fact_of("Page by", "Arcuate " + std::string(version()));
  return "<section><div class=\"head\"><h2>Study</h2></div><div class=\"row two run\"><div "
         "class=\"card long\"><details open><summary>Study file</summary><pre>" +
         highlight_yaml(file.text("study")) +
         "</pre></details></div><div class=\"card facts\"><h3>Provenance</h3><table>" + facts +
         "</table></div></div></section>\n";
}

std::string steady_page(const std::string& path) {
  const Object file = io::hdf5::open_file(path, io::hdf5::Access::read);
  const bool mean_field = file.text("format").starts_with("arcuate steady mean field");
  const Json data = data_of(file, mean_field);
  const std::string body =
      head_of(file, data, mean_field) + sections_of(data) + study_of(file, path);
  const std::string title = file.text("title");
  return whole_page(title.empty() ? "Arcuate steady states" : title, body, data, steady_script);
}

}  // namespace

bool is_steady(const std::string& path) {
  if (!io::hdf5::is_hdf5(path)) return false;
  try {
    const Object file = io::hdf5::open_file(path, io::hdf5::Access::read);
    return file.has_attribute("format") && file.text("format").starts_with("arcuate steady");
  } catch (const EnvironmentError&) {
    return false;
  }
}

void write_steady(const std::string& results, const std::string& html) {
  io::hdf5::check_readable(results);
  std::string page;
  try {
    page = steady_page(results);
  } catch (const EnvironmentError& error) {
    throw DataError(results + ": not complete results of `arcuate steady`: " + error.what());
  }
  io::Output output(html, {io::OutputKind::report, true, {results}});
  output.write(page);
  output.publish();
}

}  // namespace arcuate::report

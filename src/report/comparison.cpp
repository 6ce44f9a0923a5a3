#include <fmt/format.h>

#include <filesystem>

#include "arcuate/compare/compare.hpp"
#include "arcuate/core/counted.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/report/report.hpp"
#include "grid.hpp"
#include "page.hpp"
#include "parts.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;
using compare::Beside;
using compare::Comparison;
constexpr std::size_t n_bars = 60;

Json matrix_json(const compare::Matrix& matrix) {
  return to_json(grid_of(matrix), {-1.0, 1.0});
}

/// Density of the values in each of the bars from -1 to 1.
std::vector<double> density_of(const std::vector<double>& values) {
  const Bars bars = bars_of(values, {-1.0, 1.0}, n_bars);
  std::vector<double> density;
  for (const int count : bars.counts)
    density.push_back(count * n_bars / 2.0 / static_cast<double>(values.size()));
  return density;
}

Json data_of(const Comparison& c) {
  Json data;
  if (c.fc) {
    data["fc"] = {{"labels", c.labels},
                  {"predicted", matrix_json(c.fc->predicted)},
                  {"target", matrix_json(c.fc->target)}};
  }
  if (c.fcd) {
    data["fcd"] = {{"step", c.fcd_step},
                   {"predicted", matrix_json(c.fcd->predicted)},
                   {"bars", density_of(c.fcd->values)},
                   {"target_bars", density_of(c.fcd->target_values)}};
    if (c.fcd->target.size() > 0) data["fcd"]["target"] = matrix_json(c.fcd->target);
  }
  return data;
}

std::string loss_table(const Comparison& c) {
  std::string html =
      "<section><div class=\"head\"><h2>Losses</h2></div><div class=\"card\"><div "
      "class=\"scroll\"><table><tr><th>Loss</th><th class=\"number\">Value</th><th "
      "class=\"number\">Loss</th><th class=\"number\">Weight</th><th>Target</th></tr>";
  for (const compare::Row& row : c.rows)
    html += fmt::format(
        "<tr><td class=\"name\">{}</td><td class=\"number\">{:.5g}</td><td "
        "class=\"number\">{:.5g}</td><td class=\"number\">{:.4g}</td><td>{}</td></tr>",
        row.loss, row.value.value, row.value.loss, row.weight, escape_html(row.target));
  html += fmt::format(
      "<tr><td class=\"name\">total</td><td></td><td class=\"number\">{:.5g}</td><td></td><td>sum "
      "of weight times loss</td></tr></table></div>",
      c.total);
  for (const std::string& note : c.notes)
    html += "<p class=\"note\">" + escape_html(note) + "</p>";
  return html + "</div></section>\n";
}

std::string card(const std::string& id, const std::string& title) {
  return "<div class=\"card\" id=\"" + id + "\"><h3>" + title + "</h3></div>";
}

std::string body_of(const Comparison& c) {
  const std::string title = c.title.empty() ? "Untitled simulation" : c.title;
  std::string html = "<header><p class=\"kicker\">Arcuate comparison</p><h1>" + escape_html(title) +
                     "</h1><p class=\"summary\">" +
                     escape_html(std::filesystem::path(c.recording).filename().string()) +
                     ", monitor " + escape_html(c.monitor) + ", variable " +
                     escape_html(c.variable) + ": " + counted(c.samples, "sample") + " of " +
                     counted(c.labels.size(), "region") + "</p></header>\n" + loss_table(c);
  if (c.fc)
    html +=
        "<section><div class=\"head\"><h2>Functional connectivity</h2></div><div class=\"row "
        "two\">" +
        card("fc-predicted", "Simulated") + card("fc-target", "Target") + "</div></section>\n";
  if (c.fcd) {
    html +=
        "<section><div class=\"head\"><h2>Dynamics of functional connectivity</h2></div><div "
        "class=\"row two\">" +
        card("fcd-predicted", "Simulated") +
        (c.fcd->target.size() > 0 ? card("fcd-target", "Target") : "") +
        card("fcd-bars", "Distribution of its entries") + "</div></section>\n";
  }
  return html;
}

}  // namespace

void write_comparison(const Comparison& comparison, const std::string& html,
                      std::vector<std::string> inputs) {
  io::Output output(html, {io::OutputKind::report, true, std::move(inputs)});
  output.write(whole_page(comparison.title.empty() ? "Arcuate comparison" : comparison.title,
                          body_of(comparison), data_of(comparison), compare_script));
  output.publish();
}

}  // namespace arcuate::report

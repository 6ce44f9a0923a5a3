#include "comparison.hpp"

#include <fmt/format.h>

#include <filesystem>

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

/// The means over regions of both sides.
Json lines_json(const compare::Lines& lines) {
  const auto numbers = [](const auto& values) {
    return std::vector<double>(values.begin(), values.end());
  };
  const Eigen::VectorXd predicted = lines.predicted.rowwise().mean();
  const Eigen::VectorXd target = lines.target.rowwise().mean();
  Json data{{"at", lines.at}, {"predicted", numbers(predicted)}, {"target", numbers(target)}};
  data["regions"] = lines.predicted.cols();
  return data;
}

}  // namespace

Json comparison_data(const Comparison& c) {
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
  if (c.psd) data["psd"] = lines_json(*c.psd);
  if (c.samples_beside) data["samples"] = lines_json(*c.samples_beside);
  return data;
}

namespace {

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
  return "<div class=\"card\" id=\"" + id + "\">" +
         (title.empty() ? "" : "<h3>" + title + "</h3>") + "</div>";
}

}  // namespace

std::string comparison_figures(const Comparison& c) {
  std::string html;
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
  if (c.psd)
    html += "<section><div class=\"head\"><h2>Spectra</h2></div>" + card("psd-lines", "") +
            "</section>\n";
  if (c.samples_beside)
    html += "<section><div class=\"head\"><h2>Samples</h2></div>" + card("samples-lines", "") +
            "</section>\n";
  return html;
}

namespace {

std::string body_of(const Comparison& c) {
  const std::string title = c.title.empty() ? "Untitled simulation" : c.title;
  return "<header><p class=\"kicker\">Arcuate comparison</p><h1>" + escape_html(title) +
         "</h1><p class=\"summary\">" +
         escape_html(std::filesystem::path(c.recording).filename().string()) + ", monitor " +
         escape_html(c.monitor) + ", variable " + escape_html(c.variable) + ": " +
         counted(c.samples, "sample") + " of " + counted(c.labels.size(), "region") +
         "</p></header>\n" + loss_table(c) + comparison_figures(c);
}

}  // namespace

void write_comparison(const Comparison& comparison, const std::string& html,
                      std::vector<std::string> inputs) {
  io::Output output(html, {io::OutputKind::report, true, std::move(inputs)});
  output.write(whole_page(comparison.title.empty() ? "Arcuate comparison" : comparison.title,
                          body_of(comparison), comparison_data(comparison), compare_script));
  output.publish();
}

}  // namespace arcuate::report

#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/report/report.hpp"
#include "comparison.hpp"
#include "page.hpp"
#include "parts.hpp"
#include "spikes.hpp"
#include "studied.hpp"
#include "words.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;

std::string whole(std::size_t value) {
  return grouped(static_cast<std::int64_t>(value));
}

/// How far the study is, in words.
std::string progress(const Studied& studied) {
  const io::ResultTable& table = studied.table();
  const std::size_t ended = studied.count_done() + studied.count_failed();
  const auto planned = static_cast<std::size_t>(table.planned);
  std::string words = table.kind == "fit" ? "A fit" : "A sweep";
  if (!table.grid.empty()) {
    std::string shape;
    for (const analysis::Axis& axis : table.grid)
      shape += (shape.empty() ? "" : " \u00d7 ") +
               std::to_string(std::max(axis.values.size(), axis.texts.size()));
    words += " on a grid of " + shape;
  }
  words += fmt::format(" of {}", counted(studied.parameters().size(), "parameter"));
  if (!table.complete)
    words += fmt::format("; incomplete: {} of {} candidates have ended", ended,
                         std::max(planned, ended));
  return words;
}

std::string tiles(const Studied& studied, const Json& workers) {
  std::string html = "<div class=\"tiles\">";
  html += tile(whole(studied.count_done()), "",
               studied.count_done() == 1 ? "candidate done" : "candidates done");
  if (studied.count_failed() > 0) html += tile(whole(studied.count_failed()), "", "failed");
  const std::size_t best = studied.best();
  if (best < studied.size() && studied.loss() != nullptr)
    html += tile(fmt::format("{:.3g}", studied.loss()->numbers[best]), "",
                 fmt::format("loss of the best, {}", studied.number(best)));
  html += tile(whole(studied.parameters().size()), "",
               studied.parameters().size() == 1 ? "parameter" : "parameters");
  if (!workers.is_null()) {
    html += tile(whole(workers["evaluations"].get<std::size_t>()), "",
                 workers["evaluations"] == 1 ? "simulation" : "simulations");
    html += tile(whole(workers["lanes"].size()), "",
                 workers["lanes"].size() == 1 ? "worker" : "workers");
    const auto [number, unit] = readable(workers["seconds"].get<double>());
    html += tile(number, unit, "wall time");
    const auto [busy, busy_unit] = readable(workers["busy"].get<double>());
    html += tile(busy, busy_unit, "of all workers");
  }
  return html + "</div>\n";
}

std::string header(const Studied& studied, const Json& workers) {
  const io::ResultTable& table = studied.table();
  const std::string title = table.title.empty() ? "Untitled study" : table.title;
  return "<header><p class=\"kicker\">Arcuate " + escape_html(table.kind) + "</p><h1>" +
         escape_html(title) + "</h1><p class=\"summary\">" + escape_html(progress(studied)) +
         "</p>" + tiles(studied, workers) + "</header>\n";
}

std::string section(const char* id, const std::string& title, const std::string& inner,
                    const std::string& tools = "") {
  return "<section id=\"" + std::string(id) + "-section\"><div class=\"head\"><h2>" + title +
         "</h2><small id=\"" + id + "-note\"></small>" +
         (tools.empty() ? "" : "<span class=\"tools\">" + tools + "</span>") + "</div>" + inner +
         "</section>\n";
}

std::string figure_card(const char* id, const std::string& title = "",
                        const char* classes = "card") {
  return "<div class=\"" + std::string(classes) + "\" id=\"" + id + "\">" +
         (title.empty() ? "" : "<h3>" + title + "</h3>") + "</div>";
}

std::string chooser(const char* id, const char* label) {
  return "<select id=\"" + std::string(id) + "\" aria-label=\"" + label + "\"></select>";
}

/// The best candidate simulated once more, beside what it was fitted to.
std::string beside_target(const compare::Comparison& best) {
  std::string losses;
  for (const compare::Row& row : best.rows)
    losses += fmt::format("{}{} {:.4g}", losses.empty() ? "" : ", ", row.loss, row.value.value);
  return section("beside", "Best candidate beside its target",
                 "<p class=\"note\">" + escape_html(best.recording) + ": " + escape_html(losses) +
                     "</p>") +
         comparison_figures(best);
}

/// Sections for what there is; the script fills them.
std::string sections(const Json& data, const compare::Comparison* best) {
  const auto there = [&](const char* name) { return !data[name].is_null(); };
  std::string html;
  if (there("best"))
    html += section(
        "best", "Best candidate",
        "<div class=\"row two\">" + figure_card("best-parameters", "Parameters") +
            figure_card("best-values", "Losses and features") + "</div>" +
            (data["best"]["beside"].empty()
                 ? ""
                 : figure_card("best-beside", "Features and their targets", "card long below")) +
            figure_card("best-array", "", "card below"),
        chooser("best-choice", "Array"));
  if (best != nullptr) html += beside_target(*best);
  if (there("spikes"))
    html += "<p class=\"note\">The best candidate, simulated once more:</p>" +
            spike_section(data["spikes"]);
  if (there("convergence"))
    html += section("convergence", "Convergence",
                    figure_card("convergence") + figure_card("islands", "Islands", "card below"));
  if (there("grid"))
    html += section("grid", "Grid", figure_card("grid"),
                    "<span class=\"tools\" id=\"grid-tools\"></span>");
  html += section("parameters", "Parameters",
                  figure_card("parallel", "Candidates across all parameters") +
                      figure_card("panels", "Pairs of parameters", "card below"),
                  chooser("quantity", "Quantity that colours candidates"));
  if (there("narrowed"))
    html += section("narrowed", "What the loss says of parameters",
                    "<div class=\"row two\">" + figure_card("widths", "Range of the best") +
                        figure_card("together", "How the best vary together") + "</div>");
  if (there("workers")) html += section("workers", "Workers", figure_card("workers"));
  if (!data["failures"]["kinds"].empty())
    html += section("failures", "Failures", figure_card("failures", "", "card long"));
  return html + section("candidates", "Candidates", figure_card("candidates", "", "card long"));
}

std::string fact(const std::string& name, const std::string& value) {
  return "<tr><td>" + escape_html(name) + "</td><td>" + escape_html(value) + "</td></tr>";
}

std::string run_section(const Studied& studied, const std::string& source) {
  const io::ResultTable& table = studied.table();
  std::string facts = fact("Source", source) + fact("Kind", table.kind) +
                      fact("Candidates", std::to_string(studied.size())) +
                      fact("State", table.complete ? "complete" : "incomplete") +
                      fact("Page by", "Arcuate " + std::string(version()));
  return "<section><div class=\"head\"><h2>Study</h2></div><div class=\"row two run\"><div "
         "class=\"card long\"><details open><summary>Study file</summary><pre>" +
         highlight_yaml(table.study) +
         "</pre></details></div><div class=\"card facts\"><h3>Provenance</h3><table>" + facts +
         "</table></div></div></section>\n";
}

std::string page_of(const io::ResultTable& table, const compare::Comparison* best,
                    const std::vector<compare::NumberBeside>& numbers, const std::string& source,
                    const std::string& spikes_of) {
  const Studied studied(table);
  Json data;
  data["kind"] = table.kind;
  data["complete"] = table.complete;
  data["best"] = best_chart(studied, numbers);
  data["convergence"] = convergence_chart(studied);
  data["grid"] = grid_chart(studied);
  data["candidates"] = candidates_chart(studied);
  data["narrowed"] = narrowed_chart(studied);
  data["workers"] = workers_chart(studied);
  data["failures"] = failures_chart(studied);
  if (best != nullptr) data["beside"] = comparison_data(*best);
  data["spikes"] = spikes_of.empty() ? Json() : spike_charts(io::RecordedRun(spikes_of));
  const std::string body =
      header(studied, data["workers"]) + sections(data, best) + run_section(studied, source);
  return whole_page(table.title.empty() ? "Arcuate " + table.kind : table.title, body, data,
                    results_script);
}

}  // namespace

void write_results(const io::ResultTable& table, const compare::Comparison* best,
                   const std::vector<compare::NumberBeside>& numbers, const std::string& source,
                   const std::string& html, std::vector<std::string> inputs,
                   const std::string& spikes_of) {
  io::Output output(html, {io::OutputKind::report, true, std::move(inputs)});
  output.write(page_of(table, best, numbers, source, spikes_of));
  output.publish();
}

}  // namespace arcuate::report

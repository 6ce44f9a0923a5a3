#include "compare.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "arcuate/analysis/connectivity.hpp"
#include "arcuate/compare/compare.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/one_line.hpp"
#include "arcuate/core/units.hpp"
#include "arcuate/io/array_file.hpp"
#include "arcuate/report/report.hpp"

namespace arcuate::app {
namespace {

struct CompareArguments {
  compare::Request request;
  bool json = false;
  std::string report;
};

/// What is not a number has no sign.
double unsigned_nan(double value) {
  return std::isnan(value) ? std::abs(value) : value;
}

std::string table(const compare::Comparison& c) {
  std::string text =
      fmt::format("{:<18}{:>12}{:>12}{:>9}  {}\n", "loss", "value", "loss", "weight", "target");
  for (const compare::Row& row : c.rows)
    text += fmt::format("{:<18}{:>12.6g}{:>12.6g}{:>9.4g}  {}\n", row.loss,
                        unsigned_nan(row.value.value), unsigned_nan(row.value.loss), row.weight,
                        row.target);
  return text + fmt::format("{:<18}{:>12}{:>12.6g}\n", "total", "", unsigned_nan(c.total));
}

/// What is not a number is null.
nlohmann::ordered_json number(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json json_of(const compare::Row& row) {
  nlohmann::ordered_json text{{"name", row.loss},
                              {"value", number(row.value.value)},
                              {"loss", number(row.value.loss)},
                              {"weight", row.weight},
                              {"target", row.target}};
  if (!row.plugin.empty()) {
    text["plugin"] = row.plugin;
    text["plugin_sha256"] = row.plugin_sha256;
  }
  return text;
}

std::string json(const compare::Comparison& c) {
  nlohmann::ordered_json text{{"recording", c.recording},
                              {"monitor", c.monitor},
                              {"variable", c.variable},
                              {"samples", c.samples},
                              {"regions", c.labels.size()}};
  text["losses"] = nlohmann::ordered_json::array();
  for (const compare::Row& row : c.rows)
    text["losses"].push_back(json_of(row));
  text["total"] = number(c.total);
  text["notes"] = c.notes;
  return text.dump(2) + "\n";
}

std::vector<std::string> inputs_of(const compare::Request& request) {
  std::vector<std::string> inputs{request.recording};
  for (const std::string* one : {&request.fc, &request.fcd, &request.psd, &request.series}) {
    if (!one->empty()) inputs.push_back(io::file_of_array(*one));
  }
  return inputs;
}

void compare_with_targets(const CompareArguments& arguments) {
  const compare::Comparison done = compare::compare(arguments.request);
  if (!arguments.report.empty())
    report::write_comparison(done, arguments.report, inputs_of(arguments.request));
  if (arguments.json) {
    std::cout << json(done);
    return;
  }
  for (const std::string& note : done.notes)
    std::cerr << "note: " << core::one_line(note) << '\n';
  std::cout << table(done);
  if (!arguments.report.empty()) std::cout << "report: " << arguments.report << '\n';
}

std::string losses() {
  std::string text = "Losses:\n";
  for (const loss::Loss* one : loss::losses())
    text += fmt::format("  {:<18}{}\n", one->info.name, one->info.meaning);
  return text;
}

/// A time with or without a unit becomes a number of seconds; returns what is wrong with it.
std::string in_seconds(std::string& text) {
  try {
    text = fmt::format("{}", units::parse(text, "s"));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

void add_targets(CLI::App& verb, compare::Request& request) {
  verb.add_option("--fc", request.fc,
                  "Functional connectivity: a matrix, or samples (FILE, or FILE:NAME of several)");
  verb.add_option("--fcd", request.fcd, "Its dynamics: a matrix, a list of values, or samples");
  verb.add_option("--psd", request.psd, "Power spectra: frequency [Hz], then one or all regions");
  verb.add_option("--series", request.series, "Samples, as many as count");
  verb.add_option(
          "--loss", request.losses,
          "NAME[*WEIGHT][,plugin=FILE][,OPTION=VALUE...], repeated; default: the usual of each "
          "target")
      ->allow_extra_args(false);
}

}  // namespace

void add_compare(CLI::App& program, std::function<void()>& run) {
  const auto arguments = std::make_shared<CompareArguments>();
  compare::Request& request = arguments->request;
  CLI::App* verb = program.add_subcommand("compare", "Compare a recording with measured data");
  verb->add_option("RECORDING", request.recording, "The recording (HDF5) of a finished run")
      ->required();
  add_targets(*verb, request);
  verb->add_option("--monitor", request.monitor, "Monitor, where there are several");
  verb->add_option("--variable", request.variable, "Variable, where there are several");
  const CLI::Validator seconds(in_seconds, "");
  verb->add_option("--from", request.from, "Samples before this time [s] do not count")
      ->transform(seconds);
  std::string presets;
  for (const analysis::FcdPreset& preset : analysis::fcd_presets())
    presets += (presets.empty() ? "" : "|") + std::string(preset.name);
  verb->add_option("--fcd-preset", request.preset, "Conventions of FCD")
      ->type_name(presets)
      ->capture_default_str()
      ->needs("--fcd");
  verb->add_option("--window", request.window, "Window of FCD [s] (default: the preset's)")
      ->transform(seconds)
      ->needs("--fcd");
  verb->add_option("--step", request.step, "Step of FCD [s] (default: the preset's)")
      ->transform(seconds)
      ->needs("--fcd");
  verb->add_option("--pairs", request.pairs,
                   "Pairs of regions: all, within hemispheres, or of FCD those of the FC target")
      ->type_name("all|within|target")
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print JSON");
  verb->add_option("--report", arguments->report, "Draw it on an HTML page");
  verb->footer(losses());
  verb->callback([&run, arguments] { run = [arguments] { compare_with_targets(*arguments); }; });
}

}  // namespace arcuate::app

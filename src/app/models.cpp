#include "models.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/output.hpp"
#include "arcuate/io/table_file.hpp"
#include "arcuate/model/describe.hpp"
#include "arcuate/model/plugin.hpp"
#include "arcuate/model/table.hpp"
#include "arcuate/picture/picture.hpp"

namespace arcuate::app {
namespace {

struct ModelsArguments {
  std::string name;
  bool json = false;
  std::string markdown;
  std::string plugin;
  std::string table;
  bool overwrite = false;
  std::vector<int> points;  ///< of the table's axes; empty: as many as usual
};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

/// The models whose names contain `name`, those that begin with it first; case does not matter.
std::vector<const model::Entry*> models_like(const std::string& name) {
  const std::string word = lower_case(name);
  const auto place = [&](const model::Entry* entry) {
    return lower_case(entry->info.name).find(word);
  };
  std::vector<const model::Entry*> found;
  for (const model::Entry* entry : model::catalogue()) {
    if (place(entry) != std::string::npos) found.push_back(entry);
  }
  std::stable_partition(found.begin(), found.end(), [&](auto* entry) { return place(entry) == 0; });
  return found;
}

/// The model of that name; or the only one whose name begins with it, or contains it.
const model::Entry& model_named(const std::string& name) {
  if (const model::Entry* entry = model::find(name)) return *entry;
  const std::vector<const model::Entry*> like = models_like(name);
  std::vector<std::string> names;
  std::size_t beginning = 0;
  for (const model::Entry* entry : like) {
    const std::string lower = lower_case(entry->info.name);
    if (lower == lower_case(name)) return *entry;
    if (lower.starts_with(lower_case(name))) ++beginning;
    names.emplace_back(entry->info.name);
  }
  if (like.size() == 1 || beginning == 1) return *like.front();
  if (!like.empty()) {
    throw ConfigError(fmt::format("'{}' may be any of {}", name, fmt::join(names, ", ")));
  }
  for (const model::Entry* entry : model::catalogue())
    names.emplace_back(entry->info.name);
  throw ConfigError(fmt::format("no model is called '{}'{}", name, hint(name, names)));
}

void write(const std::filesystem::path& file, const std::string& text) {
  io::write_output(file.string(), text, {io::OutputKind::page, true, {}});
}

/// A page and its picture.
void write_page(const std::filesystem::path& folder, const model::Entry& entry) {
  const std::string name(entry.info.name);
  write(folder / (name + ".md"), model::markdown(entry));
  write(folder / (name + ".svg"), picture::of_model(entry));
}

/// The model of a plug-in.
const model::Entry& model_in(const std::string& plugin) {
  try {
    return *model::load_plugin(plugin).entry;
  } catch (const DataError& error) {
    throw DataError(plugin + ": " + error.what());
  }
}

/// The model that the arguments name, or nullptr for all.
const model::Entry* chosen(const ModelsArguments& arguments) {
  if (!arguments.plugin.empty()) return &model_in(arguments.plugin);
  return arguments.name.empty() ? nullptr : &model_named(arguments.name);
}

/// A page of one model, or of all and the index.
void write_pages(const model::Entry* one, const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) {
    throw EnvironmentError(
        fmt::format("{}: cannot make the folder: {}", folder.string(), failed.message()));
  }
  if (one != nullptr) return write_page(folder, *one);
  io::Output index((folder / "README.md").string(), {io::OutputKind::page, true, {}});
  for (const model::Entry* entry : model::catalogue())
    write_page(folder, *entry);
  index.write(model::markdown_index());
  index.publish();
}

/// Computes the table that a model looks up.
void make_table(const model::Entry* model, const ModelsArguments& arguments) {
  if (model == nullptr || model->info.table.make == nullptr) {
    throw ConfigError(fmt::format("--make-table: {}", model == nullptr
                                                          ? "name the model"
                                                          : "the model has no table to make"));
  }
  model::TableAxisInfo x = model->info.table.x, y = model->info.table.y;
  if (!arguments.points.empty()) {
    x.points = arguments.points[0];
    y.points = arguments.points[1];
  }
  io::Output output(arguments.table, {io::OutputKind::table, arguments.overwrite, {}});
  std::cout << fmt::format("computing {} x {} points\n", x.points, y.points) << std::flush;
  io::write_table(std::move(output), model->info.table.make(x, y), model->info);
  std::cout << "table: " << arguments.table << '\n';
}

void run_models(const ModelsArguments& arguments) {
  const model::Entry* one = chosen(arguments);
  if (!arguments.table.empty()) return make_table(one, arguments);
  if (!arguments.markdown.empty()) return write_pages(one, arguments.markdown);
  if (one == nullptr) {
    std::cout << (arguments.json ? model::json() : model::index());
  } else {
    std::cout << (arguments.json ? model::json(*one) : model::describe(*one));
  }
}

}  // namespace

void add_models(CLI::App& program, std::function<void()>& run) {
  auto arguments = std::make_shared<ModelsArguments>();
  CLI::App* verb = program.add_subcommand("models", "List the models, or tell all about one");
  auto* name = verb->add_option("NAME", arguments->name, "a model; without it, the list")
                   ->type_name("MODEL");
  auto* json = verb->add_flag("--json", arguments->json, "print as JSON");
  verb->add_option("--markdown", arguments->markdown,
                   "write reference pages and pictures into this folder")
      ->type_name("DIR")
      ->excludes(json);
  verb->add_option("--plugin", arguments->plugin, "tell about the model in this plug-in")
      ->type_name("FILE")
      ->excludes(name);
  auto* table = verb->add_option("--make-table", arguments->table,
                                 "compute the table that the model looks up, into this file")
                    ->type_name("FILE")
                    ->needs(name)
                    ->excludes(json);
  verb->add_flag("--overwrite", arguments->overwrite, "replace an existing table")->needs(table);
  verb->add_option("--points", arguments->points, "points of the table's two axes")
      ->expected(2)
      ->check(CLI::Range(2, 10000))
      ->needs(table);
  verb->callback([arguments, &run] { run = [arguments] { run_models(*arguments); }; });
}

}  // namespace arcuate::app

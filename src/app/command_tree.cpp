#include "command_tree.hpp"

#include <CLI/CLI.hpp>

#include "arcuate/model/entry.hpp"

namespace arcuate::app {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t end = 0; end != std::string::npos; start = end + 1) {
    end = text.find(at, start);
    parts.push_back(text.substr(start, end == std::string::npos ? end : end - start));
  }
  return parts;
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const model::Entry* entry : model::catalogue())
    names.emplace_back(entry->info.name);
  return names;
}

/// From the name of the value's type: numbers are typed, models and alternatives known, the rest
/// are files.
void choose_offer(CommandOption& option) {
  const std::string& value = option.value;
  option.offer = Offer::files;
  if (value.empty() || value == "INT" || value == "UINT" || value == "FLOAT") {
    option.offer = Offer::nothing;
  } else if (value == "DIR") {
    option.offer = Offer::folders;
  } else if (value == "MODEL") {
    option.offer = Offer::words;
    option.words = model_names();
  } else if (value.find('|') != std::string::npos) {
    option.offer = Offer::words;
    option.words = split(value, '|');
  }
}

/// "INT in [1 - 9]": the type is said already.
std::string limits_of(const std::string& check) {
  const std::size_t in = check.find(" in [");
  return in == std::string::npos ? check : check.substr(in + 1);
}

CommandOption read(const CLI::Option& source) {
  CommandOption option;
  for (const std::string& name : source.get_snames())
    option.names.push_back("-" + name);
  for (const std::string& name : source.get_lnames())
    option.names.push_back("--" + name);
  if (source.get_positional()) option.names.push_back(source.get_name(true, false));
  if (source.get_items_expected_max() > 0) {
    // A check appends what it allows to the name of the type, after a colon.
    const std::string type = source.get_type_name();
    const std::size_t colon = type.find(':');
    option.value = type.substr(0, colon);
    if (colon != std::string::npos) option.limits = limits_of(type.substr(colon + 1));
  }
  option.usual = source.get_default_str();
  option.help = source.get_description();
  option.required = source.get_required();
  option.repeated = source.get_items_expected_max() > 2;
  choose_offer(option);
  return option;
}

void add(const CLI::App& app, const std::string& path, std::vector<Command>& tree) {
  Command command;
  command.path = path;
  command.help = app.get_description();
  for (const CLI::Option* option : app.get_options()) {
    (option->get_positional() ? command.positionals : command.options).push_back(read(*option));
  }
  const auto visible =
      app.get_subcommands([](const CLI::App* verb) { return !verb->get_group().empty(); });
  for (const CLI::App* verb : visible) {
    command.verbs.push_back(verb->get_name());
    command.verb_help.push_back(verb->get_description());
  }
  tree.push_back(std::move(command));
  for (const CLI::App* verb : visible)
    add(*verb, (path.empty() ? "" : path + " ") + verb->get_name(), tree);
}

}  // namespace

std::vector<Command> command_tree(const CLI::App& program) {
  std::vector<Command> tree;
  add(program, "", tree);
  return tree;
}

std::string in_quotes(std::string_view text) {
  std::string quotes = "'";
  for (const char c : text)
    quotes += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quotes + "'";
}

}  // namespace arcuate::app

#include "commands.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "arcuate/core/version.hpp"
#include "command_tree.hpp"

namespace arcuate::app {
namespace {

std::string written(const std::vector<Command>& tree, const std::string& form) {
  if (form == "bash") return bash_completion(tree);
  if (form == "zsh") return zsh_completion(tree);
  if (form == "fish") return fish_completion(tree);
  return man_page(tree, version());
}

}  // namespace

void add_commands(CLI::App& program, std::function<void()>& run) {
  const auto form = std::make_shared<std::string>();
  CLI::App* verb =
      program.add_subcommand("commands", "Write all verbs and options for a shell or for man");
  verb->group("");  // not in the help: cmake --install is its user
  verb->add_option("FORM", *form, "bash, zsh, fish or man")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish", "man"}));
  verb->callback([form, &program, &run] {
    run = [form, &program] { std::cout << written(command_tree(program), *form); };
  });
}

}  // namespace arcuate::app

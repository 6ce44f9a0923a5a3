#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

/// What the command line understands, read from the parser itself: the one source of shell
/// completion and man page.
namespace arcuate::app {

/// What a shell offers for a value.
enum class Offer { nothing, files, folders, words };

struct CommandOption {
  std::vector<std::string> names;  ///< with dashes; of a positional its name alone
  std::string value;               ///< "INT", "FILE", "a|b|c"; empty: a flag
  std::string limits;              ///< "in [1 - 1024]", or empty
  std::string usual;               ///< the default, or empty
  std::string help;
  bool required = false;
  bool repeated = false;  ///< may be given more than once
  Offer offer = Offer::nothing;
  std::vector<std::string> words;  ///< of Offer::words
};

struct Command {
  std::string path;  ///< "connectome info"; empty: the program itself
  std::string help;
  std::vector<CommandOption> options;
  std::vector<CommandOption> positionals;
  std::vector<std::string> verbs;  ///< those below it
  std::vector<std::string> verb_help;
};

/// The program first, then its verbs in their order, each followed by those below it. Without
/// hidden verbs.
std::vector<Command> command_tree(const CLI::App& program);

/// `text` between quotes of a POSIX shell.
std::string in_quotes(std::string_view text);

std::string bash_completion(const std::vector<Command>& tree);
std::string zsh_completion(const std::vector<Command>& tree);
std::string fish_completion(const std::vector<Command>& tree);
std::string man_page(const std::vector<Command>& tree, std::string_view version);

}  // namespace arcuate::app

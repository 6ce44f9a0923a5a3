#include <fmt/format.h>

#include <algorithm>

#include "command_tree.hpp"

namespace arcuate::app {
namespace {

/// Lines "  'a' | 'b') action ;;" of a shell's case.
void add_case(std::string& text, const std::vector<std::string>& patterns,
              std::string_view action) {
  if (patterns.empty()) return;
  text += fmt::format("    {}) {} ;;\n", fmt::join(patterns, " | "), action);
}

std::string after(const std::string& path, const std::string& word) {
  return in_quotes((path.empty() ? "" : " " + path) + " " + word);
}

/// What bash offers as the value of an option, by "verb option".
std::string bash_values(const std::vector<Command>& tree) {
  std::vector<std::string> typed, files, folders;
  std::string words;
  for (const Command& command : tree) {
    for (const CommandOption& option : command.options) {
      if (option.value.empty()) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : option.names)
        patterns.push_back(after(command.path, name));
      if (option.offer == Offer::words) {
        add_case(words, patterns,
                 "words=" + in_quotes(fmt::format("{}", fmt::join(option.words, " "))));
        continue;
      }
      auto& same = option.offer == Offer::files     ? files
                   : option.offer == Offer::folders ? folders
                                                    : typed;
      same.insert(same.end(), patterns.begin(), patterns.end());
    }
  }
  add_case(words, typed, "return");
  add_case(words, files, "compopt -o default; return");
  add_case(words, folders, "compopt -o dirnames; return");
  return words;
}

std::vector<std::string> option_names(const Command& command) {
  std::vector<std::string> names;
  for (const CommandOption& option : command.options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

/// The words that may follow a command, files aside.
std::vector<std::string> next_words(const Command& command) {
  if (!command.verbs.empty()) return command.verbs;
  for (const CommandOption& positional : command.positionals) {
    if (positional.offer == Offer::words) return positional.words;
  }
  return {};
}

std::string bash_words(const std::vector<Command>& tree) {
  std::string text;
  for (const Command& command : tree) {
    add_case(text, {in_quotes(command.path.empty() ? "" : " " + command.path)},
             fmt::format("options='{}' next='{}'", fmt::join(option_names(command), " "),
                         fmt::join(next_words(command), " ")));
  }
  return text;
}

/// Brackets, colons and backslashes end the parts of a zsh specification.
std::string zsh_text(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe;
}

std::string zsh_action(const CommandOption& option) {
  switch (option.offer) {
    case Offer::nothing:
      return " ";
    case Offer::files:
      return "_files";
    case Offer::folders:
      return "_files -/";
    case Offer::words:
      return fmt::format("({})", fmt::join(option.words, " "));
  }
  return {};
}

/// "-o" takes its value as the next word, "--output" also after "=".
std::string zsh_option(const CommandOption& option) {
  std::string exclusive = option.repeated ? "*" : fmt::format("({})", fmt::join(option.names, " "));
  std::string text = fmt::format("[{}]", zsh_text(option.help));
  if (!option.value.empty()) {
    text += fmt::format(":{}:{}", zsh_text(option.value), zsh_action(option));
  }
  std::string lines;
  for (const std::string& name : option.names) {
    const bool equals = !option.value.empty() && name.starts_with("--");
    lines += fmt::format(" \\\n    {}", in_quotes(exclusive + name + (equals ? "=" : "") + text));
  }
  return lines;
}

std::string zsh_function_name(const std::string& path) {
  std::string name = "_arcuate";
  if (!path.empty()) name += "_" + path;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

/// A command with verbs below it: their names, and for what follows their own functions.
std::string zsh_verbs(const Command& command) {
  std::string text = "  case $state in\n    verb)\n      local -a verbs\n      verbs=(\n";
  for (std::size_t v = 0; v < command.verbs.size(); ++v) {
    text += fmt::format("        {}\n",
                        in_quotes(command.verbs[v] + ":" + zsh_text(command.verb_help[v])));
  }
  text += "      )\n      _describe -t verbs verb verbs ;;\n    rest)\n      case $line[1] in\n";
  for (const std::string& verb : command.verbs) {
    text += fmt::format("        {}) {} ;;\n", verb,
                        zsh_function_name(command.path.empty() ? verb : command.path + " " + verb));
  }
  return text + "      esac ;;\n  esac\n";
}

std::string zsh_function(const Command& command) {
  std::string text = zsh_function_name(command.path) + "() {\n";
  if (!command.verbs.empty()) {
    text += "  local curcontext=$curcontext state state_descr line\n  typeset -A opt_args\n";
  }
  text += command.verbs.empty() ? "  _arguments" : "  _arguments -C";
  for (const CommandOption& option : command.options)
    text += zsh_option(option);
  for (std::size_t p = 0; p < command.positionals.size(); ++p) {
    const CommandOption& positional = command.positionals[p];
    text += fmt::format(" \\\n    {}",
                        in_quotes(fmt::format("{}:{}:{}", p + 1, zsh_text(positional.names.front()),
                                              zsh_action(positional))));
  }
  if (!command.verbs.empty()) text += " \\\n    '1:verb:->verb' '*::argument:->rest'";
  text += "\n";
  if (!command.verbs.empty()) text += zsh_verbs(command);
  return text + "}\n";
}

std::string fish_quoted(std::string_view text) {
  std::string safe = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe + "'";
}

std::string fish_offer(const CommandOption& option) {
  switch (option.offer) {
    case Offer::nothing:
      return option.value.empty() ? "" : " -x";
    case Offer::files:
      return " -r -F";
    case Offer::folders:
      return " -x -a '(__fish_complete_directories)'";
    case Offer::words:
      return fmt::format(" -x -a '{}'", fmt::join(option.words, " "));
  }
  return {};
}

std::string fish_command(const Command& command) {
  const std::string start =
      "complete -c arcuate -n " + fish_quoted("__arcuate_at " + fish_quoted(command.path));
  std::string text;
  for (std::size_t v = 0; v < command.verbs.size(); ++v) {
    text +=
        fmt::format("{} -a {} -d {}\n", start, command.verbs[v], fish_quoted(command.verb_help[v]));
  }
  for (const CommandOption& option : command.options) {
    text += start;
    for (const std::string& name : option.names) {
      const bool wide = name.starts_with("--");
      text += fmt::format(" {} {}", wide ? "-l" : "-s", name.substr(wide ? 2 : 1));
    }
    text += fish_offer(option) + " -d " + fish_quoted(option.help) + "\n";
  }
  for (const CommandOption& positional : command.positionals) {
    if (positional.offer == Offer::files) text += start + " -F\n";
    if (positional.offer == Offer::words) {
      text += fmt::format("{} -a '{}'\n", start, fmt::join(positional.words, " "));
    }
  }
  return text;
}

}  // namespace

std::string bash_completion(const std::vector<Command>& tree) {
  std::vector<std::string> paths;
  for (const Command& command : tree) {
    if (!command.path.empty()) paths.push_back(in_quotes(" " + command.path));
  }
  std::string text =
      R"(# Completion of arcuate in bash 4 and newer; written by: arcuate commands bash
_arcuate() {
  local verb='' words='' options='' next='' i
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  if [[ $word == '=' ]]; then
    word=''
  elif [[ $before == '=' ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case "$verb ${COMP_WORDS[i]}" in
)";
  text += fmt::format("      {}) verb+=\" ${{COMP_WORDS[i]}}\" ;;\n", fmt::join(paths, " | "));
  text += "    esac\n  done\n  case \"$verb $before\" in\n" + bash_values(tree) + "  esac\n";
  text += "  case $verb in\n" + bash_words(tree) + R"(  esac
  if [[ -z $words && $word == -* ]]; then words=$options; fi
  if [[ -z $words ]]; then words=$next; fi
  if [[ -z $words ]]; then
    compopt -o default
    return
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _arcuate arcuate
)";
  return text;
}

std::string zsh_completion(const std::vector<Command>& tree) {
  std::string text =
      "#compdef arcuate\n# Completion of arcuate in zsh; written by: arcuate commands zsh\n";
  for (const Command& command : tree)
    text += zsh_function(command);
  return text + R"(if [[ ${funcstack[1]} == _arcuate ]]; then
  _arcuate "$@"
else
  compdef _arcuate arcuate
fi
)";
}

std::string fish_completion(const std::vector<Command>& tree) {
  std::string text =
      R"(# Completion of arcuate in fish 3 and newer; written by: arcuate commands fish
function __arcuate_at --description 'The verbs typed so far are these'
    set -l path
    set -l typed (commandline -opc)
    for word in $typed[2..-1]
        if contains -- "$path $word")";
  for (const Command& command : tree) {
    if (command.path.empty()) continue;
    const bool top =
        command.path.find(' ') == std::string::npos;  // after an empty path and a space
    text += " " + fish_quoted((top ? " " : "") + command.path);
  }
  text += R"(
            set path $path $word
        end
    end
    test "$path" = "$argv[1]"
end
complete -c arcuate -f
)";
  for (const Command& command : tree)
    text += fish_command(command);
  return text;
}

}  // namespace arcuate::app

#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// Registers the hidden `commands bash|zsh|fish|man`: all verbs and options of `program`, as shell
/// completion or man page. `cmake --install` writes its output to files. Not collective.
void add_commands(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app

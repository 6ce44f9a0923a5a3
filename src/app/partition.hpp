#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace arcuate::app {

/// Registers `partition FILE --parts P [--set path=value] [--json]`; the parsed command sets `run`.
/// One process computes what P ranks will use. Not collective.
void add_partition(CLI::App& program, std::function<void()>& run);

}  // namespace arcuate::app

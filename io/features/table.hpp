#pragma once

#include <span>

#include "arcuate/analysis/feature.hpp"

namespace arcuate::io {

/// What every feature takes: which signal, and under which name the result is kept.
std::span<const analysis::OptionInfo> source_options();

}  // namespace arcuate::io

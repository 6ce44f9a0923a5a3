#pragma once

namespace arcuate::analysis {

/// What use_threads() said, at first one.
int threads();

}  // namespace arcuate::analysis

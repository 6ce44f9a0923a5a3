#pragma once

#include <optional>
#include <span>
#include <string>

#include "arcuate/core/pulse.hpp"

/// Whether ranks stand still, and what is said of it. What only looks is apart from what ends a
/// job.
namespace arcuate::comm {

/// What a rank of this machine was found at.
struct Seen {
  int rank = 0;
  core::Doing doing = core::Doing::computing;
  int partner = -1;
  std::int64_t step = 0;
  double still = 0.0;      ///< [s] since its pulse moved
  bool is_watched = true;  ///< it is in its loop
  char state = 0;          ///< of its process, as /proc tells; 0: unknown
};

/// Who may take how long.
struct Patience {
  double seconds = 600.0;
  bool is_whole = true;  ///< all ranks are on this machine
  /// While a rank writes, and where ranks may wait for other machines, which have the first word.
  static constexpr double longer = 6.0;
};

/// What is wrong, as one sentence with the ranks that stand still, their steps, what they do and
/// whom they wait for; none: nothing is. what: that does not happen, "step".
std::optional<std::string> find_stall(std::span<const Seen> ranks, const Patience& patience,
                                      const std::string& what);

}  // namespace arcuate::comm

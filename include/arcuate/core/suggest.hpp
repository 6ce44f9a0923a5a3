#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Help for a mistyped word.
namespace arcuate {

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other;
/// case is ignored.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that `word` was probably meant to be, or "".
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// "; did you mean 'gain'? (allowed: name, gain)", without the question when nothing is near. Long
/// lists are cut.
std::string hint(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace arcuate

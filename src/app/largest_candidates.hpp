#pragma once

#include <string>
#include <vector>

#include "arcuate/io/candidate.hpp"
#include "arcuate/io/subject.hpp"

namespace arcuate::app {

/// What one candidate changes.
using Candidate = std::vector<io::Change>;

/// Candidates of the sweep or the fit of a study among which is the one that needs most memory: all
/// that differ in more than the values of parameters, or where those are many the ends of what is
/// varied. At least one, at most some dozens.
std::vector<Candidate> largest_candidates(const std::string& verb, const io::Subject& study);

}  // namespace arcuate::app

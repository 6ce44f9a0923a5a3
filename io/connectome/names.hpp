#pragma once

#include <functional>
#include <string>
#include <vector>

#include "matrix/sparse.hpp"

/// The names under which the pieces of a connectome are found, the same in every format.
namespace arcuate::io::matrix {

/// The likeliest first.
namespace names {
extern const std::vector<std::string> weights;
extern const std::vector<std::string> lengths;
extern const std::vector<std::string> delays;
extern const std::vector<std::string> labels;
extern const std::vector<std::string> centres;
extern const std::vector<std::string> orientations;
extern const std::vector<std::string> areas;
extern const std::vector<std::string> cortical;
extern const std::vector<std::string> hemispheres;
}  // namespace names

/// The first of `names` that is among `there`, or "".
std::string first_of(const std::vector<std::string>& names, const std::vector<std::string>& there);

/// What a file that holds `there` is searched for: lengths or delays first where they are wanted,
/// then weights.
std::vector<std::string> names_of(Wanted wanted);

/// What a file holds, for a choice and for messages.
struct Inside {
  std::vector<std::string> all;       ///< as "sc (76 x 76 double)"
  std::vector<std::string> matrices;  ///< names of what may be a square matrix
  std::string advice{};               ///< what to do where nothing can be picked
};

/// The member to read as `wanted`: `variable` where one is asked for, else the first of the usual
/// names, else the only matrix. A file with several matrices is never searched for lengths under a
/// name of weights. `look` is called only where the names do not decide. Throws DataError that
/// lists what is inside and says how to pick.
std::string pick(const std::string& path, Wanted wanted, const std::string& variable,
                 const std::vector<std::string>& there, const std::function<Inside()>& look);

/// The name that is read and that `name` was probably meant to be, or "".
std::string misspelt(const std::string& name, const std::vector<std::string>& known);

/// What the owner of a file with these members should know: several that could be the weights or
/// the lengths, lengths beside delays, and names that are nearly, but not, ones that are read.
std::vector<std::string> remarks(const std::string& path, const std::vector<std::string>& there);

}  // namespace arcuate::io::matrix

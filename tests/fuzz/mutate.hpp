#pragma once

#include <random>
#include <string>
#include <vector>

namespace arcuate::fuzz {

/// Changes a few bytes, numbers or pieces of `text`; `other` is another input, pieces of which are
/// taken.
std::string mutate(std::string text, const std::string& other, std::mt19937_64& random);

/// The same for one member of a zip archive, which is packed again, so that sums and sizes are
/// right. The bytes as they are when they are no archive.
std::string mutate_member(const std::string& archive, const std::string& other,
                          std::mt19937_64& random);

}  // namespace arcuate::fuzz

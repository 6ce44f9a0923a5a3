#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/core/types.hpp"
#include "file/yaml.hpp"
#include "study/schema.hpp"

/// Lists of numbers and of populations in a section of a study.
namespace arcuate::io {

/// A section whose keys may hold lists.
struct Lists {
  const yaml::Document& document;
  Section& section;
  std::string schema;  ///< path of the section in the table

  /// A number, or a list of numbers, in the unit of the table; what the table says when absent.
  [[nodiscard]] std::vector<double> numbers(std::string_view key) const;
  /// The same, of exactly N numbers, or one for all where that is `one_for_all`.
  template <std::size_t N>
  [[nodiscard]] std::array<double, N> exactly(std::string_view key, bool one_for_all) const {
    std::vector<double> found = numbers(key);
    if (one_for_all && found.size() == 1) found.assign(N, found[0]);
    if (found.size() != N) fail_size(key, found.size(), N);
    std::array<double, N> result{};
    std::copy(found.begin(), found.end(), result.begin());
    return result;
  }

 private:
  [[noreturn]] void fail_size(std::string_view key, std::size_t found, std::size_t wanted) const;
};

/// Indices of a list of indices, ranges "0-17" and `names`, in the order of the list, each once.
/// begin: of every message. Throws ConfigError.
std::vector<GlobalIndex> indices_in(const yaml::Node& node, const std::vector<std::string>& names,
                                    GlobalIndex count, const std::string& begin);

}  // namespace arcuate::io

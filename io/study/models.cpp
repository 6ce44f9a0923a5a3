#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "arcuate/core/error.hpp"
#include "parts.hpp"

namespace arcuate::io {
namespace {

constexpr int nobody = -1;

/// One label or index a line; empty lines and what follows a # at the begin of a line do not count.
std::vector<RegionName> read_region_file(const EntryRegions& entry) {
  const std::string text = yaml::read_text(entry.file);
  std::vector<RegionName> names;
  int number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    line.erase(line.find_last_not_of(" \t\r") + 1);
    line.erase(0, line.find_first_not_of(" \t"));
    if (line.empty() || line.front() == '#') continue;
    RegionName name{line, std::nullopt, fmt::format("{}{}:{}: ", entry.place, entry.file, number)};
    if (line.size() > 2 && line.front() == '"' && line.back() == '"') {
      name.label = line.substr(1, line.size() - 2);
      name.quoted = true;
      names.push_back(std::move(name));
      continue;
    }
    GlobalIndex index = 0;
    const auto [last, code] = std::from_chars(line.data(), line.data() + line.size(), index);
    const bool plain = code == std::errc{} && last == line.data() + line.size() && index >= 0;
    if (plain) name.index = index;
    names.push_back(std::move(name));
  }
  if (names.empty()) throw ConfigError(entry.place + entry.file + ": names no region");
  return names;
}

/// The model of every region, while the entries are gone through.
class Assignment {
 public:
  Assignment(const Study::Unresolved& parts, const network::Connectome& connectome,
             const RegionIndex& regions)
      : parts_(parts),
        connectome_(connectome),
        regions_(regions),
        number_(static_cast<std::size_t>(regions.size()), nobody) {}

  void add_named(int number) {
    const EntryRegions& entry = parts_.populations[static_cast<std::size_t>(number)].regions;
    for (const RegionName& name : entry.file.empty() ? entry.names : read_region_file(entry)) {
      for (const GlobalIndex region : regions_.find(name)) {
        int& owner = number_[static_cast<std::size_t>(region)];
        if (owner != nobody) {
          throw ConfigError(name.place + fmt::format("region '{}' is already in models.{}, {}",
                                                     network::name_of(connectome_, region), owner,
                                                     model_name(owner)));
        }
        owner = number;
      }
    }
  }

  void add_rest(int number) {
    const EntryRegions& entry = parts_.populations[static_cast<std::size_t>(number)].regions;
    if (std::count(number_.begin(), number_.end(), nobody) == 0)
      throw ConfigError(entry.place + "no region is left for `rest`");
    std::replace(number_.begin(), number_.end(), nobody, number);
  }

  [[nodiscard]] std::vector<std::uint8_t> complete() const {
    const auto left = std::count(number_.begin(), number_.end(), nobody);
    if (left == 0) return {number_.begin(), number_.end()};
    const auto first = std::find(number_.begin(), number_.end(), nobody) - number_.begin();
    const std::string others = left > 1 ? fmt::format(" (nor have {} others)", left - 1) : "";
    throw ConfigError(parts_.populations.front().regions.place +
                      fmt::format("region '{}' has no model{}; name it in an entry of `models`, or "
                                  "give one entry `regions: rest`",
                                  network::name_of(connectome_, first), others));
  }

 private:
  [[nodiscard]] std::string_view model_name(int number) const {
    return parts_.populations[static_cast<std::size_t>(number)].population.model->info.name;
  }

  const Study::Unresolved& parts_;
  const network::Connectome& connectome_;
  const RegionIndex& regions_;
  std::vector<int> number_;  ///< (n_regions)
};

}  // namespace

std::vector<std::uint8_t> populations_of_regions(const Study::Unresolved& parts,
                                                 const network::Connectome& connectome,
                                                 const RegionIndex& regions) {
  Assignment assignment(parts, connectome, regions);
  int rest = nobody;
  const int populations = static_cast<int>(parts.populations.size());
  for (int number = 0; number < populations; ++number) {
    const EntryRegions& entry = parts.populations[static_cast<std::size_t>(number)].regions;
    if (!entry.rest) {
      assignment.add_named(number);
      continue;
    }
    if (rest != nobody)
      throw ConfigError(entry.place + fmt::format("models.{} has the rest already", rest));
    rest = number;
  }
  if (rest != nobody) assignment.add_rest(rest);
  return assignment.complete();
}

}  // namespace arcuate::io

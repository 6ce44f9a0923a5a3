#pragma once

#include <cstring>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "arcuate/io/hdf5.hpp"
#include "support.hpp"

/// Sweeps and fits as a user runs them.
namespace arcuate::test {

/// A text file's cells by column, of tables of results (no quotes in what is asked for).
class Csv {
 public:
  explicit Csv(const std::filesystem::path& file) {
    std::istringstream lines(content(file));
    std::string line;
    std::getline(lines, line);
    const std::vector<std::string> names = split(line);
    while (std::getline(lines, line)) {
      const std::vector<std::string> cells = split(line);
      for (std::size_t c = 0; c < names.size() && c < cells.size(); ++c)
        columns_[names[c]].push_back(cells[c]);
    }
  }
  [[nodiscard]] const std::vector<std::string>& operator[](const std::string& name) const {
    return columns_.at(name);
  }
  [[nodiscard]] double number(const std::string& name, std::size_t row) const {
    return std::stod(columns_.at(name).at(row));
  }

 private:
  static std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> cells{""};
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted) {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    return cells;
  }
  std::map<std::string, std::vector<std::string>> columns_;
};

/// The values of all datasets of numbers of a table but what differs from run to run.
inline std::map<std::string, std::vector<double>> results_of(const std::filesystem::path& table) {
  std::map<std::string, std::vector<double>> all;
  const io::hdf5::Object file = io::hdf5::open_file(table.string(), io::hdf5::Access::read);
  const auto add = [&](const std::string& where, const io::hdf5::Object& group) {
    for (const std::string& name : group.names()) {
      if (name == "seconds" || name == "worker") continue;
      try {
        all[where + name] = group.read<double>(name);
      } catch (const std::exception&) {  // texts
      }
    }
  };
  add("candidates/", file.open_group("candidates"));
  if (file.has("grid")) add("grid/", file.open_group("grid"));
  if (!file.has("features")) return all;
  const io::hdf5::Object features = file.open_group("features");
  for (const std::string& name : features.names())
    add(name + "/", features.open_group(name));
  return all;
}

/// The same to the bit, numbers that are none included.
inline void expect_same_results(const std::filesystem::path& a, const std::filesystem::path& b) {
  const auto one = results_of(a), other = results_of(b);
  ASSERT_EQ(one.size(), other.size());
  for (const auto& [name, values] : one) {
    const auto found = other.find(name);
    ASSERT_NE(found, other.end()) << name;
    ASSERT_EQ(values.size(), found->second.size()) << name;
    EXPECT_EQ(std::memcmp(values.data(), found->second.data(), values.size() * sizeof(double)), 0)
        << name;
  }
}

}  // namespace arcuate::test

#pragma once

#include <string>
#include <vector>

/// What is fuzzed: one function for each reader.
namespace arcuate::fuzz {

struct Target {
  std::string name;
  std::string ending;  ///< of its files
  bool archive;        ///< a zip, whose members are changed as well
  bool
      hdf5;  ///< read by `hdf5::read_everything` first, as the program does in a process of its own
  void (*read)(const std::string& path);
};

const std::vector<Target>& targets();

}  // namespace arcuate::fuzz

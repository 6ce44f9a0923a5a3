#pragma once

#include <string>
#include <vector>

#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/spikes.hpp"

namespace arcuate::io {

/// The group /spike_trains of a file, which it replaces.
void write_results(const hdf5::Object& file, const SpikeResults& results,
                   const std::vector<std::string>& populations);

/// Columns of numbers along one scale, which HDF5 wants to know of all at once.
class Table {
 public:
  Table(const hdf5::Object& group, const std::string& axis, const std::vector<std::string>& rows);
  void add(const std::string& name, const std::string& unit, const std::string& meaning,
           const std::vector<double>& values);
  void finish() const;

 private:
  const hdf5::Object& group_;
  hdf5::Object scale_;
  std::vector<hdf5::Object> columns_;
};

}  // namespace arcuate::io

#pragma once

#include <deque>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/io/hdf5.hpp"

namespace arcuate::steady {

/// A group of datasets along common scales.
class Labelled {
 public:
  explicit Labelled(io::hdf5::Object group) : group_(std::move(group)) {}

  void numbers(const std::string& axis, std::size_t size) {
    std::vector<double> values(size);
    std::iota(values.begin(), values.end(), 0.0);
    keep_axis(axis, group_.write<double>(axis, values), size);
  }
  void values(const std::string& axis, const std::vector<double>& along, const std::string& unit,
              const std::string& meaning) {
    io::hdf5::Object scale = group_.write<double>(axis, along);
    scale.set("units", unit);
    scale.set("long_name", meaning);
    keep_axis(axis, std::move(scale), along.size());
  }
  void texts(const std::string& axis, const std::vector<std::string>& words) {
    keep_axis(axis, group_.write_texts(axis, words), words.size());
  }

  void add(const std::string& name, const std::vector<double>& values,
           const std::vector<std::string>& axes, const std::string& unit,
           const std::string& meaning) {
    std::vector<hsize_t> shape;
    for (const std::string& axis : axes)
      shape.push_back(sizes_.at(axis));
    note(group_.write<double>(name, values, shape), axes, unit, meaning);
  }
  void add_texts(const std::string& name, const std::vector<std::string>& words,
                 const std::string& axis, const std::string& meaning) {
    note(group_.write_texts(name, words), {axis}, "", meaning);
  }
  void attach() const { io::hdf5::attach_scales(uses_); }

 private:
  void keep_axis(const std::string& axis, io::hdf5::Object scale, std::size_t size) {
    scale.make_scale(axis);
    sizes_[axis] = size;
    scales_.emplace(axis, std::move(scale));
  }
  void note(io::hdf5::Object data, const std::vector<std::string>& axes, const std::string& unit,
            const std::string& meaning) {
    if (!unit.empty()) data.set("units", unit);
    data.set("long_name", meaning);
    std::vector<const io::hdf5::Object*> scales;
    for (const std::string& axis : axes)
      scales.push_back(&scales_.at(axis));
    uses_.push_back({&data_.emplace_back(std::move(data)), std::move(scales)});
  }

  io::hdf5::Object group_;
  std::map<std::string, io::hdf5::Object> scales_;
  std::map<std::string, hsize_t> sizes_;
  std::deque<io::hdf5::Object> data_;
  std::vector<io::hdf5::ScaleUse> uses_;
};

}  // namespace arcuate::steady

#include "along.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace arcuate::search {
namespace {

std::size_t size_of(const analysis::Axis& axis) {
  return axis.texts.empty() ? axis.values.size() : axis.texts.size();
}

/// Frequencies of two segments may differ in their last bits.
double key_of(double value) {
  return std::isfinite(value) ? std::stod(fmt::format("{:.12g}", value)) : 0.0;
}
const std::string& key_of(const std::string& value) {
  return value;
}

/// Each entry, and how many times it was there before.
template <class Value>
std::vector<std::pair<Value, int>> keys_of(const std::vector<Value>& values) {
  std::map<Value, int> times;
  std::vector<std::pair<Value, int>> keys;
  for (const Value& value : values)
    keys.emplace_back(key_of(value), times[key_of(value)]++);
  return keys;
}

}  // namespace

void WholeAxis::add(const analysis::Axis& axis) {
  names_.name = axis.name;
  names_.unit = axis.unit;
  for (const auto& key : keys_of(axis.texts)) {
    if (texts_.emplace(key, in_order_.size()).second) in_order_.push_back(key.first);
  }
  if (!axis.texts.empty()) return;
  const std::size_t before = numbers_.size();
  for (const auto& key : keys_of(axis.values))
    numbers_.emplace(key, 0);
  if (numbers_.size() == before) return;
  std::size_t place = 0;
  for (auto& [number, at] : numbers_)
    at = place++;
}

analysis::Axis WholeAxis::axis() const {
  analysis::Axis whole = names_;
  whole.texts = in_order_;
  for (const auto& [key, place] : numbers_) {
    if (in_order_.empty()) {
      whole.values.push_back(key.first);
    } else {
      whole.texts.push_back(fmt::format("{}", key.first));
    }
  }
  return whole;
}

std::vector<std::size_t> WholeAxis::places(const analysis::Axis& axis) const {
  std::vector<std::size_t> places;
  for (const auto& key : keys_of(axis.texts))
    places.push_back(texts_.at(key));
  if (!axis.texts.empty()) return places;
  for (const auto& key : keys_of(axis.values))
    places.push_back(texts_.size() + numbers_.at(key));
  return places;
}

void WholeAxes::add(const KeptArray& array) {
  for (const analysis::Axis& axis : array.axes)
    axes_[{array.feature, axis.name}].add(axis);
}

std::vector<analysis::Axis> WholeAxes::of(const KeptArray& array) const {
  std::vector<analysis::Axis> axes;
  for (const analysis::Axis& axis : array.axes)
    axes.push_back(axes_.at({array.feature, axis.name}).axis());
  return axes;
}

std::size_t WholeAxes::size(const KeptArray& array) const {
  std::size_t size = 1;
  for (const analysis::Axis& axis : array.axes)
    size *= axes_.at({array.feature, axis.name}).size();
  return size;
}

std::vector<double> WholeAxes::placed(const KeptArray& array) const {
  std::size_t size = 1;
  std::vector<std::vector<std::size_t>> places;
  std::vector<std::size_t> strides(array.axes.size(), 1);
  for (std::size_t d = array.axes.size(); d-- > 0;) {
    strides[d] = size;
    size *= axes_.at({array.feature, array.axes[d].name}).size();
  }
  for (const analysis::Axis& axis : array.axes)
    places.push_back(axes_.at({array.feature, axis.name}).places(axis));
  std::vector<double> whole(size, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t k = 0; k < array.values.size(); ++k) {
    std::size_t rest = k, at = 0;
    for (std::size_t d = places.size(); d-- > 0;) {
      at += strides[d] * places[d][rest % size_of(array.axes[d])];
      rest /= size_of(array.axes[d]);
    }
    whole[at] = array.values[k];
  }
  return whole;
}

}  // namespace arcuate::search

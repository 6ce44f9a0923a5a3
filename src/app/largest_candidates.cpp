#include "largest_candidates.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include "arcuate/io/fit.hpp"
#include "arcuate/io/sweep.hpp"

namespace arcuate::app {
namespace {

constexpr std::size_t most_planned = 16;

/// What a text begins with; NaN: no number.
double leading_number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return end == text.c_str() ? std::numeric_limits<double>::quiet_NaN() : value;
}

/// Whether a change may need other memory: all but those of a number that the equations contain.
bool changes_memory(const io::Change& change) {
  constexpr std::array<std::string_view, 4> values{"model.parameters.", "model.initial.",
                                                   "coupling.", "noise."};
  if (change.path == "seed") return false;
  const bool inside = std::any_of(values.begin(), values.end(), [&](std::string_view begin) {
    return change.path.starts_with(begin);
  });
  return !inside || std::isnan(leading_number(change.value));
}

/// By what each changes beside values.
using Distinct = std::map<std::vector<std::string>, Candidate>;

void add(Distinct& all, Candidate candidate) {
  std::vector<std::string> key;
  for (const io::Change& change : candidate) {
    if (changes_memory(change)) key.push_back(io::override_of(change));
  }
  all.emplace(std::move(key), std::move(candidate));
}

void add_sweep(Distinct& all, const io::Sweep& sweep) {
  constexpr std::int64_t most_looked_at = 100'000;
  const std::int64_t count = sweep.size(), stride = 1 + (count - 1) / most_looked_at;
  for (std::int64_t number = 0; number < count; number += stride)
    add(all, sweep.changes(number));
  add(all, sweep.changes(count - 1));
}

/// The corners of the box, or where it has too many those of each variable.
void add_fit(Distinct& all, const io::Fit& fit) {
  const optimise::Space& space = fit.space();
  const optimise::Index size = space.dimension();
  constexpr optimise::Index most_of_corners = 6;
  std::vector<optimise::Vector> points{optimise::Vector::Constant(size, 0.0),
                                       optimise::Vector::Constant(size, 1.0)};
  for (int corner = 1; size <= most_of_corners && corner + 1 < (1 << size); ++corner) {
    optimise::Vector point(size);
    for (optimise::Index k = 0; k < size; ++k)
      point[k] = (corner >> k) & 1;
    points.push_back(point);
  }
  for (optimise::Index k = 0; size > most_of_corners && k < size; ++k) {
    points.push_back(optimise::Vector::Constant(size, 0.5));
    points.back()[k] = 0.0;
    points.push_back(points.back());
    points.back()[k] = 1.0;
  }
  for (const optimise::Vector& point : points) {
    for (std::size_t condition = 0; condition < fit.conditions.size(); ++condition)
      add(all, fit.changes(space.decode(point), condition, 0, 0));
  }
}

/// Where a candidate stands between the least and the largest value of each path. [0, 1]
class Places {
 public:
  explicit Places(const Distinct& all) {
    for (const auto& [key, candidate] : all) {
      for (const io::Change& change : candidate) {
        if (!changes_memory(change)) continue;
        const double value = leading_number(change.value);
        auto& [low, high] = ranges_.emplace(change.path, std::pair(value, value)).first->second;
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
  }
  /// Larger the more each path is at the end that its bit of `corner` says.
  [[nodiscard]] double nearness(const Candidate& candidate, unsigned corner) const {
    double sum = 0.0;
    for (const io::Change& change : candidate) {
      const auto range = ranges_.find(change.path);
      if (range == ranges_.end()) continue;
      const auto [low, high] = range->second;
      if (!(high > low)) continue;
      const auto number = static_cast<unsigned>(std::distance(ranges_.begin(), range));
      const double place = (leading_number(change.value) - low) / (high - low);
      sum += ((corner >> (number % bits)) & 1U) != 0 ? place : -place;
    }
    return sum;
  }
  static constexpr unsigned bits = 4;

 private:
  std::map<std::string, std::pair<double, double>> ranges_;
};

}  // namespace

std::vector<Candidate> largest_candidates(const std::string& verb, const io::Subject& study) {
  Distinct all;
  if (verb == "sweep" && io::has_sweep(study)) add_sweep(all, io::sweep_of(study));
  if (verb == "fit" && io::has_fit(study)) add_fit(all, io::fit_of(study));
  std::vector<Candidate> largest;
  if (all.size() <= most_planned) {
    for (auto& [key, candidate] : all)
      largest.push_back(std::move(candidate));
    return largest;
  }
  const Places places(all);
  for (unsigned corner = 0; corner < (1U << Places::bits); ++corner) {
    const auto nearest =
        std::max_element(all.begin(), all.end(), [&](const auto& one, const auto& other) {
          return places.nearness(one.second, corner) < places.nearness(other.second, corner);
        });
    largest.push_back(nearest->second);
  }
  return largest;
}

}  // namespace arcuate::app

#pragma once

#include <cstdint>
#include <type_traits>

#include "arcuate/core/aligned.hpp"

/// Numbers whose precision in memory is decided when the program runs.
namespace arcuate {

enum class Stored : std::uint8_t { in_double, in_single };

/// [bytes] of one number.
constexpr std::int64_t bytes_per_value(Stored stored) {
  return stored == Stored::in_single ? sizeof(float) : sizeof(double);
}

/// Calls action<double>() or action<float>().
template <class Action>
decltype(auto) with_real(Stored stored, const Action& action) {
  if (stored == Stored::in_single) return action.template operator()<float>();
  return action.template operator()<double>();
}

/// x as it is read back after it was stored.
inline double rounded(Stored stored, double x) {
  return stored == Stored::in_single ? static_cast<double>(static_cast<float>(x)) : x;
}

/// A vector of doubles or of floats. Who fills it writes doubles, and each is rounded once; loops
/// that are in a hurry take data<Real>().
class Reals {
 public:
  Reals() = default;
  explicit Reals(Stored stored, std::size_t size = 0) { assign(size, stored); }

  [[nodiscard]] Stored stored() const { return stored_; }
  [[nodiscard]] std::size_t size() const {
    return stored_ == Stored::in_single ? singles_.size() : doubles_.size();
  }
  [[nodiscard]] std::size_t capacity() const { return doubles_.capacity() + singles_.capacity(); }
  [[nodiscard]] bool empty() const { return size() == 0; }

  /// Zeros.
  void assign(std::size_t size, Stored stored) {
    stored_ = stored;
    doubles_.assign(stored == Stored::in_double ? size : 0, 0.0);
    singles_.assign(stored == Stored::in_single ? size : 0, 0.0F);
  }
  void resize(std::size_t size) {
    visit([size](auto& values) { values.resize(size); });
  }
  void reserve(std::size_t size) {
    visit([size](auto& values) { values.reserve(size); });
  }
  void push_back(double x) {
    visit([x](auto& values) {
      values.push_back(
          static_cast<typename std::remove_reference_t<decltype(values)>::value_type>(x));
    });
  }
  void set(std::size_t i, double x) {
    if (stored_ == Stored::in_single) {
      singles_[i] = static_cast<float>(x);
    } else {
      doubles_[i] = x;
    }
  }
  [[nodiscard]] double operator[](std::size_t i) const {
    return stored_ == Stored::in_single ? static_cast<double>(singles_[i]) : doubles_[i];
  }
  /// `count` numbers of another that is stored alike.
  void append(const Reals& from, std::size_t first, std::size_t count) {
    const auto add = [&](auto& to, const auto& values) {
      to.insert(to.end(), values.data() + first, values.data() + first + count);
    };
    if (stored_ == Stored::in_single) {
      add(singles_, from.singles_);
    } else {
      add(doubles_, from.doubles_);
    }
  }

  template <class Real>
  [[nodiscard]] Real* data() {
    if constexpr (std::is_same_v<Real, float>)
      return singles_.data();
    else
      return doubles_.data();
  }
  template <class Real>
  [[nodiscard]] const Real* data() const {
    if constexpr (std::is_same_v<Real, float>)
      return singles_.data();
    else
      return doubles_.data();
  }

 private:
  template <class Action>
  void visit(const Action& action) {
    if (stored_ == Stored::in_single) {
      action(singles_);
    } else {
      action(doubles_);
    }
  }

  Stored stored_ = Stored::in_double;
  AlignedVector<double> doubles_;
  AlignedVector<float> singles_;
};

}  // namespace arcuate

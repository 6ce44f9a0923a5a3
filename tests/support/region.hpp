#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "arcuate/model/entry.hpp"

/// A single region for tests of models.
namespace arcuate::test {

using State = std::vector<double>;
using Settings = std::vector<std::pair<const char*, double>>;

/// One region without noise, at its model's defaults except for `settings`.
class Region {
 public:
  explicit Region(const char* model, const Settings& settings = {},
                  model::Method method = model::Method::rk4)
      : entry_(*model::find(model)),
        kernel_(entry_.make_kernel(method)),
        input_(entry_.info.inputs.size() + entry_.info.delayed.size()),
        scratch_(static_cast<std::size_t>(kernel_->scratch_rows())) {
    for (const auto& p : entry_.info.parameters)
      parameters_.push_back(p.value);
    for (const auto& s : entry_.info.states)
      state_.push_back(s.initial);
    for (const auto& [name, value] : settings) {
      const int index = entry_.parameter(name);
      EXPECT_GE(index, 0) << model << " has no parameter " << name;
      if (index >= 0) parameters_[static_cast<std::size_t>(index)] = value;
    }
    parameters_.resize(static_cast<std::size_t>(kernel_->parameter_rows()));
    kernel_->derive_of_one(parameters_.data());
  }

  State& state() { return state_; }
  std::vector<double>& input() { return input_; }
  [[nodiscard]] double observe(const char* name) const {
    const auto n = static_cast<int>(state_.size());
    const int index = entry_.observable(name);
    return index < n
               ? state_[static_cast<std::size_t>(index)]
               : kernel_->observe_one(index - n, state_.data(), parameters_.data(), input_.data());
  }

  [[nodiscard]] State rate() const { return rate(state_); }
  /// (n_states, n_states), row i: the derivatives of rate i.
  [[nodiscard]] std::vector<double> jacobian() const {
    std::vector<double> j(state_.size() * state_.size());
    kernel_->jacobian_of_one(state_.data(), parameters_.data(), input_.data(), j.data());
    return j;
  }

  /// Classical Runge-Kutta, written out here: a witness for the compiled steppers' right-hand side.
  void step(double dt) {
    const State k1 = rate(state_), k2 = rate(moved(k1, 0.5 * dt)), k3 = rate(moved(k2, 0.5 * dt)),
                k4 = rate(moved(k3, dt));
    for (std::size_t i = 0; i < state_.size(); ++i) {
      state_[i] += dt / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
    }
  }
  void euler_step(double dt) { state_ = moved(rate(state_), dt); }
  void run(
      double duration, double dt, const std::function<void()>& after = [] {}) {
    const auto steps = std::llround(duration / dt);
    for (long long n = 0; n < steps; ++n) {
      step(dt);
      after();
    }
  }

  /// Steps of the compiled method.
  void advance(
      long long steps, double dt, const std::function<void()>& after = [] {}) {
    for (long long n = 0; n < steps; ++n) {
      for (int stage = 0; stage < kernel_->stages(); ++stage) {
        kernel_->stage_of_one(stage, {state_.data(), parameters_.data(), scratch_.data()},
                              input_.data(), {}, dt);
      }
      after();
    }
  }

 private:
  [[nodiscard]] State rate(const State& x) const {
    State f(x.size());
    kernel_->rhs_of_one(x.data(), parameters_.data(), input_.data(), f.data());
    return f;
  }
  [[nodiscard]] State moved(const State& f, double h) const {
    State x = state_;
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] += h * f[i];
    return x;
  }

  const model::Entry& entry_;
  std::unique_ptr<model::Kernel> kernel_;
  std::vector<double> parameters_, state_, input_, scratch_;
};

inline void expect_state(Region& region, const State& wanted, double tolerance) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_NEAR(region.state()[i], wanted[i], tolerance) << "state " << i;
  }
}

}  // namespace arcuate::test

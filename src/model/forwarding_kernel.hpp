#pragma once

#include <memory>
#include <span>
#include <utility>

#include "arcuate/model/kernel.hpp"

namespace arcuate::model {

/// Another kernel, of which a part is done otherwise.
class ForwardingKernel : public Kernel {
 public:
  explicit ForwardingKernel(std::unique_ptr<Kernel> kernel) : kernel_(std::move(kernel)) {}

  [[nodiscard]] Method integration_method() const override { return kernel_->integration_method(); }
  [[nodiscard]] int stages() const override { return kernel_->stages(); }
  [[nodiscard]] Phase phase(int stage) const override { return kernel_->phase(stage); }
  [[nodiscard]] int scratch_rows() const override { return kernel_->scratch_rows(); }
  [[nodiscard]] KernelRows rows() const override { return kernel_->rows(); }
  [[nodiscard]] std::span<const StateInfo> states() const override { return kernel_->states(); }
  [[nodiscard]] bool derives() const override { return kernel_->derives(); }
  void derive_of_one(double* parameter) const override { kernel_->derive_of_one(parameter); }
  bool advance_at_once(std::span<const TileRun> runs, double dt, int steps) const override {
    return kernel_->advance_at_once(runs, dt, steps);
  }
  [[nodiscard]] StageFunction stage_function(int index) const override {
    return kernel_->stage_function(index);
  }
  [[nodiscard]] const double* stage_state(const Tile& tile, int stage) const override {
    return kernel_->stage_state(tile, stage);
  }
  void observe(int index, int steps, const double* trace, const double* parameter,
               int parameter_stride, const double* input, double* out) const override {
    kernel_->observe(index, steps, trace, parameter, parameter_stride, input, out);
  }
  void bound_one(double* state) const override { kernel_->bound_one(state); }
  void rhs_of_one(const double* state, const double* parameter, const double* input,
                  double* rate) const override {
    kernel_->rhs_of_one(state, parameter, input, rate);
  }
  void jacobian_of_one(const double* state, const double* parameter, const double* input,
                       double* jacobian) const override {
    kernel_->jacobian_of_one(state, parameter, input, jacobian);
  }
  double observe_one(int index, const double* state, const double* parameter,
                     const double* input) const override {
    return kernel_->observe_one(index, state, parameter, input);
  }

 protected:
  [[nodiscard]] const Kernel& inner() const { return *kernel_; }

 private:
  std::unique_ptr<Kernel> kernel_;
};

}  // namespace arcuate::model

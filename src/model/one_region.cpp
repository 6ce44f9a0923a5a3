#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "arcuate/core/index.hpp"
#include "arcuate/model/descriptor.hpp"
#include "arcuate/model/kernel.hpp"
#include "arcuate/model/stepper.hpp"

/// The methods of stepper.hpp once more, in plain numbers for one region: what every tile must
/// equal, bit for bit. Of the model it asks for the right-hand side and its derivatives only, so it
/// is compiled once for all models.
namespace arcuate::model {
namespace {

using Values = std::vector<double>;

class OneRegion {
 public:
  OneRegion(const Kernel& kernel, const Tile& region, const double* input, const StateNoise& noise,
            double dt)
      : kernel_(kernel),
        states_(kernel.states()),
        n_(states_.size()),
        region_(region),
        noise_(noise),
        noisy_(noise.increment != nullptr && !noise.silent),
        dt_(dt) {
    const KernelRows rows = kernel.rows();
    given_.assign(input, input + rows.inputs);
    given_.insert(given_.end(), region.delayed, region.delayed + rows.delayed);
  }

  void take(Method method, int stage) {
    switch (method) {
      case Method::euler:
        return euler();
      case Method::exponential_euler:
        return exponential_euler();
      case Method::symplectic_euler:
        return symplectic_euler();
      case Method::heun:
        return stage == 0 ? heun_predictor() : heun_corrector();
      case Method::rk4:
        return rk4(z(stage));
    }
  }

 private:
  void euler() {
    const Values x = state();
    store(moved(x, dt_, drift(x)), region_.state);
  }

  void exponential_euler() {
    const Values x = state();
    Values f = drift(x), jacobian(n_ * n_);
    kernel_.jacobian_of_one(x.data(), region_.parameter, given_.data(), jacobian.data());
    for (std::size_t i = 0; i < n_; ++i) {
      double own = jacobian[i * n_ + i];
      if (noisy_) own += noise_.correction[i];
      if (!states_[i].assigned) f[i] *= stepper::relative_exponential(dt_ * own);
    }
    store(moved(x, dt_, f), region_.state);
  }

  void symplectic_euler() {
    for (std::size_t k = n_; k-- > 0;) {
      const Values x = state();
      region_.state[k] = clamped(k, moved(x, dt_, drift(x))[k]);
    }
  }

  void heun_predictor() {
    const Values x = state(), f = drift(x);
    std::copy(f.begin(), f.end(), second_row());
    store(moved(x, dt_, f), region_.scratch);
  }

  void heun_corrector() {
    const Values x = state(), predicted(region_.scratch, region_.scratch + n_);
    const Values second = drift(predicted);
    Values y(second_row(), second_row() + n_);
    for (std::size_t i = 0; i < n_; ++i) {
      if (states_[i].assigned) continue;
      y[i] = std::fma(0.5 * dt_, y[i] + second[i], x[i]);
      if (noisy_)
        y[i] =
            std::fma(0.5 * (amplitude(x, i) + amplitude(predicted, i)), noise_.increment[i], y[i]);
    }
    store(y, region_.state);
  }

  void rk4(std::size_t stage) {
    constexpr std::array weight{1.0, 2.0, 2.0, 1.0};
    constexpr std::array reach{0.5, 0.5, 1.0};  // of the next stage, in steps
    const Values x = state();
    const Values f = drift(stage == 0 ? x : Values(region_.scratch, region_.scratch + n_));
    double* sum = second_row();
    Values next(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      if (stage == 0) sum[i] = f[i];
      if (stage > 0 && !states_[i].assigned) sum[i] = std::fma(weight.at(stage), f[i], sum[i]);
      if (stage < 3)
        next[i] = states_[i].assigned ? sum[i] : std::fma(reach.at(stage) * dt_, f[i], x[i]);
    }
    if (stage < 3) return store(next, region_.scratch);
    store(moved(x, dt_ / 6.0, Values(sum, sum + n_)), region_.state);
  }

  [[nodiscard]] Values state() const { return {region_.state, region_.state + n_}; }

  [[nodiscard]] double* second_row() const { return region_.scratch + n_; }

  [[nodiscard]] Values drift(const Values& x) const {
    Values f(n_);
    kernel_.rhs_of_one(x.data(), region_.parameter, given_.data(), f.data());
    if (!noisy_) return f;
    for (std::size_t i = 0; i < n_; ++i)
      f[i] = std::fma(noise_.correction[i], x[i], f[i]);
    return f;
  }

  [[nodiscard]] double amplitude(const Values& x, std::size_t i) const {
    return std::fma(noise_.multiplicative[i], x[i], noise_.additive[i]);
  }

  /// x + h f + g(x) dW; f where the state is assigned.
  [[nodiscard]] Values moved(const Values& x, double h, const Values& f) const {
    Values y = f;
    for (std::size_t i = 0; i < n_; ++i) {
      if (states_[i].assigned) continue;
      y[i] = std::fma(h, f[i], x[i]);
      if (noisy_) y[i] = std::fma(amplitude(x, i), noise_.increment[i], y[i]);
    }
    return y;
  }

  /// Not std::clamp, which may not see a NaN.
  [[nodiscard]] double clamped(std::size_t i, double value) const {
    if (value < states_[i].lower) return states_[i].lower;
    return value > states_[i].upper ? states_[i].upper : value;
  }

  void store(const Values& values, double* to) const {
    for (std::size_t i = 0; i < n_; ++i)
      to[i] = clamped(i, values[i]);
  }

  const Kernel& kernel_;
  std::span<const StateInfo> states_;
  std::size_t n_;
  Tile region_;
  StateNoise noise_;
  bool noisy_;
  double dt_;
  Values given_;  // the inputs, then the delayed values
};

}  // namespace

void Kernel::stage_of_one(int index, const Tile& region, const double* input,
                          const StateNoise& noise, double dt) const {
  OneRegion(*this, region, input, noise, dt).take(integration_method(), index);
  const bool ends = stage_state(region, index + 1) == region.state;
  bound_one(ends ? region.state : region.scratch);
}

}  // namespace arcuate::model

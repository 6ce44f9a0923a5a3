#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include "arcuate/core/dual.hpp"
#include "arcuate/model/entry.hpp"
#include "arcuate/model/stepper.hpp"

/// Turns a model header into kernels. Included by one generated translation unit per model, and by
/// plug-ins.
namespace arcuate::model {

/// The right-hand side of one region, of numbers or dual numbers: a function, since copies of it in
/// a loop over states take as long to compile as the stages.
template <class Model, class Num>
[[gnu::noinline]] auto rhs_alone(const Vec<Num, stepper::n_states<Model>>& x,
                                 const stepper::Constants<Model>& constants,
                                 const Vec<double, stepper::n_given<Model>>& input) {
  return stepper::rhs<Model>(x, constants, input);
}

/// What does not depend on the method: compiled once for each model.
template <class Model>
class ModelKernel : public Kernel {
 public:
  [[nodiscard]] KernelRows rows() const override {
    return {n_states, n_inputs, static_cast<int>(stepper::n_delayed<Model>),
            static_cast<int>(stepper::n_parameters<Model> + stepper::n_derived<Model>)};
  }

  [[nodiscard]] std::span<const StateInfo> states() const override { return Model::states; }
  [[nodiscard]] bool derives() const override { return stepper::Deriving<Model>; }

  void derive_of_one(double* parameter) const override {
    if constexpr (stepper::Deriving<Model>) {
      constexpr std::size_t n = stepper::n_parameters<Model>;
      const auto derived = Model::derive(stepper::load<n, 1>(parameter, 0));
      stepper::store<stepper::n_derived<Model>, 1>(derived, parameter + n, 0);
    }
  }

  void observe(int index, int steps, const double* trace, const double* parameter,
               int parameter_stride, const double* input, double* out) const override {
    stepper::for_each_index<stepper::n_observables<Model>>([&](auto i) {
      if (index == static_cast<int>(i))
        observe_block<i>(steps, trace, parameter, parameter_stride, input, out);
    });
  }

  void rhs_of_one(const double* state, const double* parameter, const double* input,
                  double* rate) const override {
    const auto f = rhs_alone<Model, double>(load_states<1>(state, 0), constants_of_one(parameter),
                                            load_given(input));
    stepper::store<stepper::n_states<Model>, 1>(f, rate, 0);
  }

  void jacobian_of_one(const double* state, const double* parameter, const double* input,
                       double* jacobian) const override {
    Vec<Dual, stepper::n_states<Model>> seeded;
    for (std::size_t k = 0; k < seeded.size(); ++k) {
      for (std::size_t i = 0; i < seeded.size(); ++i)
        seeded[i] = Dual{state[i], i == k ? 1.0 : 0.0};
      const auto f = rhs_alone<Model, Dual>(seeded, constants_of_one(parameter), load_given(input));
      for (std::size_t i = 0; i < seeded.size(); ++i)
        jacobian[i * seeded.size() + k] = f[i].derivative;
    }
  }

  double observe_one(int index, const double* state, const double* parameter,
                     const double* input) const override {
    double value = 0.0;
    stepper::for_each_index<stepper::n_observables<Model>>([&](auto i) {
      if (index == static_cast<int>(i)) value = observed<i, 1>(state, parameter, input, 0);
    });
    return value;
  }

 protected:
  static constexpr int n_states = static_cast<int>(stepper::n_states<Model>);
  static constexpr int n_inputs = static_cast<int>(stepper::n_inputs<Model>);

 private:
  [[nodiscard]] auto constants_of_one(const double* parameter) const {
    return stepper::load_constants<Model, 1>(parameter, 0, this->table());
  }

  template <int stride>
  [[gnu::always_inline]] static auto load_states(const double* rows, int lane) {
    return stepper::load<stepper::n_states<Model>, stride>(rows, lane);
  }
  template <int stride>
  [[gnu::always_inline]] static auto load_constants(const double* rows, int lane) {
    return stepper::load_constants<Model, stride>(rows, lane);
  }
  template <int stride>
  [[gnu::always_inline]] static auto load_inputs(const double* rows, int lane) {
    return stepper::load<stepper::n_inputs<Model>, stride>(rows, lane);
  }
  static auto load_given(const double* input) {
    return stepper::load<stepper::n_given<Model>, 1>(input, 0);
  }

  template <std::size_t index, int stride>
  [[gnu::always_inline]] static double observed(const double* state, const double* parameter,
                                                const double* input, int lane) {
    Vec<double, stepper::n_inputs<Model>> none{};
    return stepper::observe<Model>(
        load_states<stride>(state, lane), load_constants<stride>(parameter, lane),
        input != nullptr ? load_inputs<stride>(input, lane) : none)[index];
  }

  template <std::size_t index>
  static void observe_block(int steps, const double* trace, const double* parameter,
                            int parameter_stride, const double* input, double* out) {
    static constexpr std::array<double, static_cast<std::size_t>(lanes * n_inputs)> no_input{};
    for (int s = 0; s < steps; ++s) {
      const double* state = trace + s * n_states * lanes;
      const double* inputs = input != nullptr ? input + s * n_inputs * lanes : no_input.data();
      const double* parameters = parameter + s * parameter_stride;
      double* row = out + s * lanes;
#pragma omp simd
      for (int lane = 0; lane < lanes; ++lane)
        row[lane] = observed<index, lanes>(state, parameters, inputs, lane);
    }
  }
};

template <class Model, Method method>
class CompiledKernel final : public ModelKernel<Model> {
 public:
  [[nodiscard]] Method integration_method() const override { return method; }
  [[nodiscard]] int stages() const override { return n_stages; }
  [[nodiscard]] Phase phase(int stage) const override {
    return Scheme::phases[static_cast<std::size_t>(stage)];
  }
  [[nodiscard]] int scratch_rows() const override {
    return stepper::scratch_sets<Model, method> * n_states;
  }

  bool advance_at_once(std::span<const TileRun> runs, double dt, int steps) const override {
    if constexpr (stepper::in_one_pass<Model, method>) {
      if (fits_one_pass(runs.front())) {
        advance_in_one_pass(runs, dt, steps);
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] StageFunction stage_function(int index) const override {
    StageFunction found = nullptr;
    stepper::for_each_index<n_stages>([&](auto i) {
      if (index == static_cast<int>(i)) found = &tile_stage<i>;
    });
    return found;
  }

  [[nodiscard]] const double* stage_state(const Tile& tile, int stage) const override {
    return stage % n_stages == 0 ? tile.state : tile.scratch;
  }

 private:
  using Scheme = stepper::Scheme<method>;
  static constexpr int n_stages = static_cast<int>(Scheme::phases.size());
  using ModelKernel<Model>::n_inputs;
  using ModelKernel<Model>::n_states;

  template <std::size_t index>
  static void tile_stage(const Tile& tile, const double* input, const StateNoise& noise,
                         double dt) {
    if constexpr (method == Method::rk4 && index == 2) {
      // differs in how far it reaches only: dt, where the stage before reaches dt / 2
      tile_stage<1>(tile, input, noise, 2.0 * dt);
    } else {
      stepper::stage_of_lanes<Model, method, static_cast<int>(index), lanes>(tile, input, noise,
                                                                             dt);
    }
  }

  static bool fits_one_pass(const TileRun& run) {
    return run.input.held && (run.noise.increment == nullptr || run.noise.only_additive);
  }

  template <bool noisy>
  [[gnu::always_inline]] static void tile_step(const stepper::Pass& given, double* to, double dt) {
    const stepper::Pass pass = given;  // the compiler may trust that no store changes it
#pragma omp simd
    for (int at = 0; at < lanes; ++at)
      stepper::step_in_one_pass<Model, method, lanes, noisy>(pass, to, dt, at);
  }

  using Inputs = std::array<double, static_cast<std::size_t>(lanes* n_inputs)>;

  /// A run on its way through steps in one pass.
  struct Track {
    stepper::Pass pass;
    double* to = nullptr;
    std::ptrdiff_t next_parameter = 0;  // 0: the same in all steps
    const Feedback* feedback = nullptr;
    double* used = nullptr;
    bool single_states = false;
    int number = 0;          // of the step
    alignas(64) Inputs now;  // completed by the feedback

    Track() = default;
    explicit Track(const TileRun& run)
        : pass{run.tile.state,   run.tile.parameter,  run.input.begin,
               run.tile.delayed, run.noise.increment, run.noise.additive},
          to(run.trace),
          feedback(run.input.feedback),
          used(run.input.used),
          single_states(run.single_states) {
      const double* changing = run.parameter[static_cast<std::size_t>(Phase::begin)];
      if (changing == nullptr) return;
      pass.parameter = changing;
      next_parameter =
          lanes * static_cast<int>(stepper::n_parameters<Model> + stepper::n_derived<Model>);
    }

    template <bool noisy, bool completed>
    [[gnu::always_inline]] void step(double dt) {
      if constexpr (completed) {
        stepper::Pass with_feedback = pass;
        with_feedback.input = complete();
        tile_step<noisy>(with_feedback, to, dt);
      } else {
        tile_step<noisy>(pass, to, dt);
      }
      if (single_states) round_to_single(to, n_states * lanes);
      pass.from = to;
      to += n_states * lanes;
      pass.parameter += next_parameter;
      pass.input += n_inputs * lanes;
      if constexpr (noisy) pass.increment += n_states * lanes;
      constexpr auto delayed = static_cast<int>(stepper::n_delayed<Model>);
      if constexpr (delayed > 0) pass.delayed += delayed * lanes;
    }

    [[gnu::always_inline]] const double* complete() {
      const double* sums = pass.input;
#pragma omp simd
      for (int k = 0; k < lanes * n_inputs; ++k)
        now[static_cast<std::size_t>(k)] = sums[k];
      feedback->complete(number, Phase::begin, pass.from, now.data());
      if (used != nullptr)
        std::copy_n(now.data(), lanes * n_inputs, used + number * n_inputs * lanes);
      ++number;
      return now.data();
    }
  };

  void advance_in_one_pass(std::span<const TileRun> runs, double dt, int steps) const {
    constexpr std::size_t together = 4;
    for (; runs.size() > together; runs = runs.subspan(together))
      advance_in_one_pass(runs.first(together), dt, steps);
    std::array<Track, together> tracks;
    std::transform(runs.begin(), runs.end(), tracks.begin(),
                   [](const TileRun& run) { return Track(run); });
    const std::span<Track> all(tracks.data(), runs.size());
    const bool noisy = runs.front().noise.increment != nullptr;
    if (runs.front().input.feedback != nullptr) {
      noisy ? step_tracks<true, true>(all, dt, steps) : step_tracks<false, true>(all, dt, steps);
    } else {
      noisy ? step_tracks<true, false>(all, dt, steps) : step_tracks<false, false>(all, dt, steps);
    }
    for (const TileRun& run : runs) {
      std::copy_n(run.trace + (steps - 1) * n_states * lanes, n_states * lanes, run.tile.state);
      if (run.input.feedback == nullptr && run.input.used != nullptr)
        std::copy_n(run.input.begin, steps * n_inputs * lanes, run.input.used);
    }
  }

  template <bool noisy, bool completed>
  static void step_tracks(std::span<Track> tracks, double dt, int steps) {
    for (int step = 0; step < steps; ++step) {
      for (Track& track : tracks)
        track.template step<noisy, completed>(dt);
    }
  }
};

template <class Model>
std::unique_ptr<Kernel> make_kernel(Method method) {
  switch (method) {
    case Method::euler:
      return std::make_unique<CompiledKernel<Model, Method::euler>>();
    case Method::heun:
      return std::make_unique<CompiledKernel<Model, Method::heun>>();
    case Method::rk4:
      return std::make_unique<CompiledKernel<Model, Method::rk4>>();
    case Method::symplectic_euler:
      return std::make_unique<CompiledKernel<Model, Method::symplectic_euler>>();
    case Method::exponential_euler:
      break;
  }
  return std::make_unique<CompiledKernel<Model, Method::exponential_euler>>();
}

/// The compiled form of a model header.
template <class Model>
Entry compile() {
  static_assert(Model::info.delayed.size() == stepper::n_delayed<Model>,
                "a model's info names the delayed values of its table");
  static_assert(!Model::info.table.columns.empty() == stepper::Tabled<Model>,
                "a model's info names its table");
  Entry entry;
  entry.info = Model::info;
  entry.make_kernel = &make_kernel<Model>;
  return entry;
}

}  // namespace arcuate::model

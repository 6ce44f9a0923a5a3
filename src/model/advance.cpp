#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "arcuate/core/index.hpp"
#include "arcuate/model/bounded.hpp"
#include "arcuate/model/kernel.hpp"
#include "arcuate/model/rows.hpp"
#include "forwarding_kernel.hpp"

/// Steps that go stage by stage: what is the same for all models, and so is compiled once.
namespace arcuate::model {
namespace {

const double* input_of(const TileInput& input, Phase phase) {
  return phase == Phase::begin ? input.begin : phase == Phase::middle ? input.middle : input.end;
}

/// Steps of a kernel.
struct Walk {
  static constexpr std::size_t most_stages = 4;  // rk4

  const Kernel& kernel;
  double dt;
  int steps;
  const Bounds* bounds;  // or nullptr
  KernelRows rows = kernel.rows();
  int stages = kernel.stages();
  std::array<Phase, most_stages> phases{};
  std::array<StageFunction, most_stages> functions{};

  Walk(const Kernel& given, double step, int count, const Bounds* within)
      : kernel(given), dt(step), steps(count), bounds(within) {
    for (int k = 0; k < stages; ++k) {
      phases.at(z(k)) = kernel.phase(k);
      functions.at(z(k)) = kernel.stage_function(k);
    }
  }

  /// The tile with the parameters of a phase of a step, and the delayed values of the step.
  [[nodiscard]] Tile tile_at(const TileRun& run, Phase phase, int step) const {
    Tile tile = kernel.completed(run.tile);
    const double* changing = run.parameter[static_cast<std::size_t>(phase)];
    if (changing != nullptr) tile.parameter = changing + step * rows.parameters * lanes;
    if (rows.delayed > 0) tile.delayed += step * rows.delayed * lanes;
    return tile;
  }

  [[nodiscard]] StateNoise noise_at(const TileRun& run, int step) const {
    StateNoise noise = run.noise;
    if (noise.increment != nullptr) noise.increment += step * rows.states * lanes;
    return noise;
  }

  [[nodiscard]] const double* input_at(const TileRun& run, Phase phase, int step) const {
    return input_of(run.input, phase) + step * rows.inputs * lanes;
  }

  void take(int stage, const TileRun& run, int step, const double* input) const {
    functions[z(stage)](tile_at(run, phases[z(stage)], step), input, noise_at(run, step), dt);
    if (bounds != nullptr) clamp_stage(kernel, *bounds, run.tile, stage);
  }

  /// What follows the last stage of a step.
  void keep_state(const TileRun& run, int step) const {
    const int count = rows.states * lanes;
    if (run.single_states) round_to_single(run.tile.state, count);
    std::copy_n(run.tile.state, count, run.trace + step * count);
  }

  /// All inputs are known before the steps.
  void with_inputs(std::span<const TileRun> runs) const {
    for (int step = 0; step < steps; ++step) {
      for (int k = 0; k < stages; ++k) {
        for (const TileRun& run : runs)
          take(k, run, step, input_at(run, phases[z(k)], step));
      }
      for (const TileRun& run : runs)
        keep_state(run, step);
    }
    for (const TileRun& run : runs) {
      if (run.input.used != nullptr)
        std::copy_n(run.input.begin, steps * rows.inputs * lanes, run.input.used);
    }
  }

  /// Inputs are completed from the state of each stage. now: (n_inputs, lanes), scratch.
  void with_feedback(const TileRun& run, double* now) const {
    const TileInput& input = run.input;
    const int count = rows.inputs * lanes;
    for (int step = 0; step < steps; ++step) {
      for (int k = 0; k < stages; ++k) {
        const Phase phase = phases[z(k)];
        if (k == 0 || !input.held) {
          std::copy_n(input_at(run, phase, step), count, now);
          input.feedback->complete(step, phase, kernel.stage_state(run.tile, k), now);
        }
        if (k == 0 && input.used != nullptr) std::copy_n(now, count, input.used + step * count);
        take(k, run, step, now);
      }
      keep_state(run, step);
    }
  }
};

/// Where the state of a stage lies.
double* state_after(const Kernel& kernel, const Tile& tile, int stage) {
  return kernel.stage_state(tile, stage + 1) == tile.state ? tile.state : tile.scratch;
}

void walk_all(const Walk& walk, std::span<const TileRun> runs) {
  if (runs.front().input.feedback == nullptr) return walk.with_inputs(runs);
  std::vector<double> now(z(lanes * walk.rows.inputs));
  for (const TileRun& run : runs)
    walk.with_feedback(run, now.data());
}

/// A kernel within bounds. What it computes of a state alone is that of the other kernel.
class BoundedKernel final : public ForwardingKernel {
 public:
  BoundedKernel(std::unique_ptr<Kernel> kernel, Bounds bounds)
      : ForwardingKernel(std::move(kernel)), bounds_(std::move(bounds)) {}

  bool advance_at_once(std::span<const TileRun> runs, double dt, int steps) const override {
    walk_all(Walk(inner(), dt, steps, &bounds_), runs);
    return true;
  }
  void bound_one(double* state) const override { clamp(bounds_, state, 1); }

 private:
  Bounds bounds_;
};

}  // namespace

void clamp(const Bounds& bounds, double* rows, int stride) {
  for (std::size_t k = 0; k < bounds.size(); ++k) {
    const auto [low, high] = bounds[k];
    double* const row = rows + static_cast<std::ptrdiff_t>(k) * stride;
#pragma omp simd
    for (int lane = 0; lane < stride; ++lane) {
      const double raised = row[lane] < low ? low : row[lane];
      row[lane] = raised > high ? high : raised;
    }
  }
}

void clamp_stage(const Kernel& kernel, const Bounds& bounds, const Tile& tile, int stage) {
  clamp(bounds, state_after(kernel, tile, stage), lanes);
}

std::unique_ptr<Kernel> bounded(std::unique_ptr<Kernel> kernel, Bounds bounds) {
  return std::make_unique<BoundedKernel>(std::move(kernel), std::move(bounds));
}

void Kernel::advance(std::span<const TileRun> runs, double dt, int steps) const {
  if (!advance_at_once(runs, dt, steps)) walk_all(Walk(*this, dt, steps, nullptr), runs);
}

}  // namespace arcuate::model

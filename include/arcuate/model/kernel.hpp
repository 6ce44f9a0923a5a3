#pragma once

#include <array>
#include <span>
#include <string_view>

/// What the engine runs: a model and an integration method, compiled for tiles of regions.
namespace arcuate::model {

struct LookupTable;
struct StateInfo;

/// Regions in a tile. Arrays of a tile are (rows, lanes): all regions of one variable side by side.
inline constexpr int lanes = 8;

enum class Method { euler, heun, rk4, exponential_euler, symplectic_euler };

/// The time inside a step at which a stage reads the network input.
enum class Phase { begin, middle, end };

/// A tile's own memory.
struct Tile {
  double* state = nullptr;            ///< (n_states, lanes)
  const double* parameter = nullptr;  ///< (Kernel::parameter_rows(), lanes)
  double* scratch = nullptr;          ///< (Kernel::scratch_rows(), lanes)
  /// (n_delayed, lanes) of the step, the same for all its stages; in TileRun (steps, n_delayed,
  /// lanes). nullptr when the model has no delayed values
  const double* delayed = nullptr;
  const LookupTable* table = nullptr;  ///< set by the kernel
};

/// White noise on the states of a tile: dx = (f + correction x) dt + (additive + multiplicative x)
/// dW.
struct StateNoise {
  const double* increment =
      nullptr;  ///< (steps, n_states, lanes) dW [sqrt(model time unit)]; nullptr: no noise
  const double* additive = nullptr;        ///< (n_states, lanes)
  const double* multiplicative = nullptr;  ///< (n_states, lanes)
  const double* correction = nullptr;      ///< (n_states, lanes) Ito/Stratonovich drift
  bool only_additive = false;              ///< multiplicative and correction are zero everywhere
  bool silent = false;                     ///< zeros in place of no noise (stepper::silence)
};

/// The part of the input that depends on the state of the same region: post-coupling functions of
/// x_i, undelayed self-connections.
class Feedback {
 public:
  virtual ~Feedback() = default;
  /// input: (n_inputs, lanes), holds the delayed sums of this step and phase; completed in place.
  virtual void complete(int step, Phase phase, const double* state, double* input) const = 0;
};

/// Network inputs of a tile over some steps, each (steps, n_inputs, lanes). Held coupling: all
/// three are equal.
struct TileInput {
  const double* begin = nullptr;
  const double* middle = nullptr;
  const double* end = nullptr;
  const Feedback* feedback = nullptr;  ///< or nullptr when the inputs are complete
  bool held = true;                    ///< the input of the first stage serves all stages
  double* used =
      nullptr;  ///< (steps, n_inputs, lanes) inputs of the first stages, for monitors; or nullptr
};

/// What a kernel needs to take one tile through some steps.
struct TileRun {
  Tile tile;
  TileInput input;
  StateNoise noise;
  double* trace = nullptr;     ///< (steps, n_states, lanes) the states after each step
  bool single_states = false;  ///< states are rounded to single precision after every step
  /// By Phase, (steps, parameter_rows, lanes) each; nullptr: Tile::parameter holds for all steps
  std::array<const double*, 3> parameter{};
};

/// Rows of a kernel's arrays.
struct KernelRows {
  int states;
  int inputs;
  int delayed;
  int parameters;  ///< the parameters, then the constants that the model derives from them
};

/// One stage of one step of a tile, whose table is set. input: (n_inputs, lanes); noise.increment:
/// of this step.
using StageFunction = void (*)(const Tile& tile, const double* input, const StateNoise& noise,
                               double dt);

/// A model compiled with an integration method. Shared between threads.
class Kernel {
 public:
  virtual ~Kernel() = default;
  [[nodiscard]] virtual Method integration_method() const = 0;
  [[nodiscard]] virtual int stages() const = 0;
  [[nodiscard]] virtual Phase phase(int stage) const = 0;
  [[nodiscard]] virtual int scratch_rows() const = 0;

  /// What a model with a table looks up; before anything is run, and the table must outlive the
  /// kernel. Others take no notice.
  void use_table(const LookupTable& table) { table_ = &table; }

  [[nodiscard]] virtual KernelRows rows() const = 0;
  [[nodiscard]] virtual std::span<const StateInfo> states() const = 0;
  [[nodiscard]] int parameter_rows() const { return rows().parameters; }
  /// True when there are derived constants.
  [[nodiscard]] virtual bool derives() const = 0;
  /// Fills in the derived constants of one region. parameter: (parameter_rows()), the parameters
  /// are given.
  virtual void derive_of_one(double* parameter) const = 0;

  /// Integrates `steps` steps of `dt` [model time unit]. The tiles are stepped side by side: a step
  /// waits for the one before, and another tile fills the time. All have noise or none has; all
  /// have a feedback or none has.
  void advance(std::span<const TileRun> runs, double dt, int steps) const;

  /// The same for runs whose steps the kernel takes whole, its states in registers; false, and
  /// nothing is done, when these have to go stage by stage.
  virtual bool advance_at_once(std::span<const TileRun> runs, double dt, int steps) const = 0;

  [[nodiscard]] virtual StageFunction stage_function(int index) const = 0;
  /// One stage of one step; the state of the next stage is at `stage_state(tile, stage + 1)`. The
  /// last stage ends the step.
  void stage(int index, const Tile& tile, const double* input, const StateNoise& noise,
             double dt) const {
    stage_function(index)(completed(tile), input, noise, dt);
  }
  [[nodiscard]] virtual const double* stage_state(const Tile& tile, int stage) const = 0;

  /// Derived observable `index` (0 = first of ModelInfo::observables) of `steps` samples.
  /// trace: (steps, n_states, lanes); parameter: (parameter_rows, lanes), for the next sample
  /// `parameter_stride` values on (0: the same); input: (steps, n_inputs, lanes) or nullptr; out:
  /// (steps, lanes).
  virtual void observe(int index, int steps, const double* trace, const double* parameter,
                       int parameter_stride, const double* input, double* out) const = 0;

  /// The same stage for one region, in plain numbers: the reference. Arrays have one number per
  /// row, scratch (scratch_rows()). Not virtual: a plug-in need not know of it.
  void stage_of_one(int index, const Tile& region, const double* input, const StateNoise& noise,
                    double dt) const;
  /// What bounds of a study leave of the states of one region after a stage.
  virtual void bound_one(double* /*state*/) const {}
  /// The right-hand side for one region. [per model time unit] input here and below: (n_inputs +
  /// n_delayed), the inputs, then the delayed values.
  virtual void rhs_of_one(const double* state, const double* parameter, const double* input,
                          double* rate) const = 0;
  /// d rate[i] / d state[k], by automatic differentiation. jacobian: (n_states, n_states), row i.
  virtual void jacobian_of_one(const double* state, const double* parameter, const double* input,
                               double* jacobian) const = 0;
  virtual double observe_one(int index, const double* state, const double* parameter,
                             const double* input) const = 0;

  /// The tile with the table of the kernel.
  [[nodiscard]] Tile completed(Tile tile) const {
    tile.table = table_;
    return tile;
  }

 protected:
  [[nodiscard]] const LookupTable* table() const { return table_; }

 private:
  const LookupTable* table_ = nullptr;
};

}  // namespace arcuate::model

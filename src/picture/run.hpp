#pragma once

#include <memory>
#include <vector>

#include "arcuate/model/entry.hpp"
#include "arcuate/model/table.hpp"

/// One region without input, for pictures.
namespace arcuate::picture {

/// Samples of all states, row by row.
struct Samples {
  std::size_t n_states = 0;
  double period = 0.0;  ///< [model time unit]
  std::vector<double> values;
  [[nodiscard]] std::size_t size() const { return values.size() / n_states; }
  [[nodiscard]] double at(std::size_t sample, std::size_t state) const {
    return values[sample * n_states + state];
  }
};

class Region {
 public:
  /// drive: what of it is constant is in all that follows, its noise in `run_in_noise` only.
  Region(const model::Entry& entry, std::vector<double> parameter,
         const model::PictureInfo& drive = {});

  /// The right-hand side; what the model remembers of itself is as it is now.
  [[nodiscard]] std::vector<double> rate(const std::vector<double>& state) const;
  /// (n_states, n_states)
  [[nodiscard]] std::vector<double> jacobian(const std::vector<double>& state) const;
  /// Observable `index` of all, states first.
  [[nodiscard]] double observe(int index, const double* state) const;

  /// `samples` samples, the first at t = 0, `steps` steps of `dt` apart.
  [[nodiscard]] Samples run(const std::vector<double>& from, double dt, long samples,
                            long steps) const;
  [[nodiscard]] Samples run_in_noise(const std::vector<double>& from, double dt, long samples,
                                     long steps) const;
  /// A step far below the fastest time scale near the path from `from`.
  [[nodiscard]] double small_step(const std::vector<double>& from) const;
  [[nodiscard]] const model::Entry& entry() const { return entry_; }
  [[nodiscard]] const model::PictureInfo& drive() const { return drive_; }

 private:
  [[nodiscard]] Samples run(const std::vector<double>& from, double dt, long samples, long steps,
                            double sigma) const;
  /// The inputs and the delayed values, all as in `state`.
  [[nodiscard]] std::vector<double> given(const std::vector<double>& state) const;

  const model::Entry& entry_;
  model::PictureInfo drive_;
  std::vector<double> parameter_;
  std::vector<double> input_;
  std::unique_ptr<model::LookupTable> table_;  ///< of a model that has one, coarse
  std::unique_ptr<model::Kernel> kernel_;
};

/// Where to start and how long to look.
struct View {
  std::vector<double> from;
  double dt = 0.0;         ///< [model time unit]
  double window = 0.0;     ///< [model time unit]
  double skipped = 0.0;    ///< [model time unit] a long transient before `from`
  bool displaced = false;  ///< not from the descriptor's initial state, which is a fixed point
};
View choose_view(const Region& region);

}  // namespace arcuate::picture

#pragma once

#include <fftw3.h>

#include <complex>
#include <memory>
#include <span>
#include <type_traits>

#include "arcuate/analysis/series.hpp"

/// FFTW with owners. Plans are made by one thread and executed by all of them, each with buffers of
/// its own, which FFTW's allocator aligns alike: every thread computes the same bits.
namespace arcuate::analysis {

struct FftwFree {
  void operator()(void* memory) const { fftw_free(memory); }
};
using Reals = std::unique_ptr<double[], FftwFree>;
using Complexes = std::unique_ptr<fftw_complex[], FftwFree>;

inline Reals make_reals(Index size) {
  return Reals(fftw_alloc_real(static_cast<std::size_t>(size)));
}
inline Complexes make_complexes(Index size) {
  return Complexes(fftw_alloc_complex(static_cast<std::size_t>(size)));
}

struct DestroyPlan {
  void operator()(fftw_plan plan) const { fftw_destroy_plan(plan); }
};
using Plan = std::unique_ptr<std::remove_pointer_t<fftw_plan>, DestroyPlan>;

/// Real to the first half of its spectrum, of one length.
class RealTransform {
 public:
  explicit RealTransform(Index size)
      : size_(size), in_(make_reals(size)), out_(make_complexes(size / 2 + 1)) {
    plan_.reset(fftw_plan_dft_r2c_1d(static_cast<int>(size), in_.get(), out_.get(),
                                     FFTW_ESTIMATE | FFTW_DESTROY_INPUT));
  }
  [[nodiscard]] Index size() const { return size_; }
  [[nodiscard]] Index bins() const { return size_ / 2 + 1; }
  void run(double* in, fftw_complex* out) const { fftw_execute_dft_r2c(plan_.get(), in, out); }

 private:
  Index size_;
  Reals in_;  // what the plan was made with: FFTW wants it to exist then
  Complexes out_;
  Plan plan_;
};

/// Complex to complex and back, of one length; the way back is not divided by the length.
class ComplexTransform {
 public:
  explicit ComplexTransform(Index size) : size_(size), buffer_(make_complexes(size)) {
    const auto n = static_cast<int>(size);
    there_.reset(fftw_plan_dft_1d(n, buffer_.get(), buffer_.get(), FFTW_FORWARD, FFTW_ESTIMATE));
    back_.reset(fftw_plan_dft_1d(n, buffer_.get(), buffer_.get(), FFTW_BACKWARD, FFTW_ESTIMATE));
  }
  [[nodiscard]] Index size() const { return size_; }
  void there(fftw_complex* buffer) const { fftw_execute_dft(there_.get(), buffer, buffer); }
  void back(fftw_complex* buffer) const { fftw_execute_dft(back_.get(), buffer, buffer); }

 private:
  Index size_;
  Complexes buffer_;
  Plan there_, back_;
};

}  // namespace arcuate::analysis

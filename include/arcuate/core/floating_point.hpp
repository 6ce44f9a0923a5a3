#pragma once

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace arcuate::core {

/// Flushes denormal numbers to zero in this thread while it lives: they are slow, and whether they
/// appear must not depend on what else the process does.
class FlushToZero {
 public:
#if defined(__SSE2__)
  FlushToZero() : saved_(_mm_getcsr()) {
    _mm_setcsr(saved_ | 0x8040U);
  }
  ~FlushToZero() {
    _mm_setcsr(saved_);
  }
#else
  FlushToZero() = default;
#endif
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;

 private:
  unsigned saved_ = 0;
};

}  // namespace arcuate::core

#pragma once

#include <deque>
#include <map>

#include "arcuate/optimise/method.hpp"

namespace arcuate::optimise {

/// Points that do not depend on results. One that is lost is given out again, so that the design is
/// complete in the end.
class Design : public Method {
 public:
  std::optional<Vector> ask(std::uint64_t id) final;
  void tell(std::uint64_t id, const Result&) final { out_.erase(id); }
  void lose(std::uint64_t id) final;
  void inject(const Vector&, const Result&) final {}

 private:
  /// Called once for each k from 0.
  virtual Vector point(std::uint64_t k) = 0;

  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Vector> out_;
  std::deque<Vector> again_;
};

template <class D>
std::unique_ptr<Method> make_design(const Task& task, const Settings& settings) {
  return std::make_unique<D>(task, settings);
}

/// Digits of k in base `base` behind the point, in reverse order: in [0, 1). digits: (base) what
/// each is replaced by, 0 by 0; or none.
double radical_inverse(std::uint64_t k, std::uint32_t base,
                       const std::vector<std::uint32_t>& digits);

/// A permutation of 0 .. base - 1 that keeps 0, for the `which`th axis.
std::vector<std::uint32_t> scrambled_digits(const random::Stream& stream, std::uint32_t base,
                                            Index which);

/// The first n primes.
std::vector<std::uint32_t> first_primes(Index n);

/// Bits of a number of [0, 2^32) scrambled so that nets stay nets: Owen's nested scrambling by
/// hashing, Laine and Karras as corrected by Burley 2020 (JCGT 9(4)).
std::uint32_t owen_scrambled(std::uint32_t bits, std::uint32_t seed);

}  // namespace arcuate::optimise

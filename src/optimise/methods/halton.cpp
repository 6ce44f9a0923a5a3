#include "design.hpp"

namespace arcuate::optimise {
namespace {

constexpr std::array halton_options{
    MethodOption{"scrambled", 1.0, 0.0, 1.0, true, no_or_yes,
                 "one permutation of the digits of each base, by the seed",
                 "nevergrad 1.0 (ScrHalton); without it, bases of neighbouring axes go in step"}};

class Halton : public Design {
 public:
  Halton(const Task& task, const Settings& settings) : primes_(first_primes(task.dimension())) {
    for (Index i = 0; i < task.dimension(); ++i) {
      const std::uint32_t base = primes_[static_cast<std::size_t>(i)];
      digits_.push_back(settings.is("scrambled", "yes") ? scrambled_digits(task.stream, base, i)
                                                        : std::vector<std::uint32_t>());
    }
  }

 private:
  Vector point(std::uint64_t k) override {
    Vector unit(static_cast<Index>(primes_.size()));
    for (std::size_t i = 0; i < primes_.size(); ++i)
      unit[static_cast<Index>(i)] = radical_inverse(k + 1, primes_[i], digits_[i]);
    return unit;
  }
  std::vector<std::uint32_t> primes_;
  std::vector<std::vector<std::uint32_t>> digits_;
};

}  // namespace

extern const MethodKind method_halton;
const MethodKind method_halton{
    {.name = "halton",
     .meaning = "Halton's sequence: digits of the number of a point in the n first primes, "
                "reversed; any number of points is even",
     .source = "Halton 1960, doi:10.1007/BF01386213",
     .options = halton_options,
     .several = true},
    make_design<Halton>};

}  // namespace arcuate::optimise

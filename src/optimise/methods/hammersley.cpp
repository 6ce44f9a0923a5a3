#include "design.hpp"

namespace arcuate::optimise {
namespace {

constexpr std::array hammersley_options{
    MethodOption{"scrambled", 1.0, 0.0, 1.0, true, no_or_yes,
                 "one permutation of the digits of each base, by the seed",
                 "nevergrad 1.0 (ScrHammersleySearch)"}};

class Hammersley : public Design {
 public:
  Hammersley(const Task& task, const Settings& settings)
      : primes_(first_primes(task.dimension() - 1)), budget_(static_cast<double>(task.budget)) {
    for (std::size_t i = 0; i < primes_.size(); ++i)
      digits_.push_back(settings.is("scrambled", "yes")
                            ? scrambled_digits(task.stream, primes_[i], static_cast<Index>(i))
                            : std::vector<std::uint32_t>());
  }

 private:
  Vector point(std::uint64_t k) override {
    Vector unit(static_cast<Index>(primes_.size()) + 1);
    unit[0] = std::min(1.0, (static_cast<double>(k) + 0.5) / budget_);
    for (std::size_t i = 0; i < primes_.size(); ++i)
      unit[static_cast<Index>(i) + 1] = radical_inverse(k + 1, primes_[i], digits_[i]);
    return unit;
  }
  std::vector<std::uint32_t> primes_;
  std::vector<std::vector<std::uint32_t>> digits_;
  double budget_;
};

}  // namespace

extern const MethodKind method_hammersley;
const MethodKind method_hammersley{
    {.name = "hammersley",
     .meaning = "Hammersley's points: the number of a point over the budget, and Halton's sequence",
     .source = "Hammersley 1960, doi:10.1111/j.1749-6632.1960.tb42846.x",
     .options = hammersley_options,
     .several = true},
    make_design<Hammersley>};

}  // namespace arcuate::optimise

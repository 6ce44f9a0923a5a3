#include <boost/random/sobol.hpp>

#include "arcuate/core/error.hpp"
#include "design.hpp"

namespace arcuate::optimise {
namespace {

constexpr std::array sobol_options{
    MethodOption{"scrambled", 1.0, 0.0, 1.0, true, no_or_yes,
                 "bits are permuted by the seed, with the net as even as before",
                 "Owen 1998, doi:10.1006/jcom.1998.0487"}};

/// Of the tables of Boost.
constexpr Index most_variables = 3667;

class Sobol : public Design {
 public:
  Sobol(const Task& task, const Settings& settings)
      : engine_(dimension_of(task)), seeds_(static_cast<std::size_t>(task.dimension())) {
    Draws draws(task.stream, Purpose::scramble, 0);
    scrambled_ = settings.is("scrambled", "yes");
    for (std::uint32_t& seed : seeds_)
      seed = static_cast<std::uint32_t>(draws.below(Index{1} << 32));
  }

 private:
  static std::size_t dimension_of(const Task& task) {
    if (task.dimension() > most_variables)
      throw ConfigError("method sobol: " + std::to_string(task.dimension()) +
                        " variables (allowed: up to 3667)");
    return static_cast<std::size_t>(task.dimension());
  }
  /// Boost leaves out the first point of the sequence, the origin.
  Vector point(std::uint64_t k) override {
    Vector unit(static_cast<Index>(seeds_.size()));
    for (std::size_t i = 0; i < seeds_.size(); ++i) {
      const auto bits = k == 0 ? 0U : static_cast<std::uint32_t>(engine_() >> 32);
      const std::uint32_t used = scrambled_ ? owen_scrambled(bits, seeds_[i]) : bits;
      unit[static_cast<Index>(i)] =
          (static_cast<double>(used) + (scrambled_ ? 0.5 : 0.0)) * 0x1p-32;
    }
    return unit;
  }

  boost::random::sobol_engine<boost::uint_least64_t, 64> engine_;
  std::vector<std::uint32_t> seeds_;
  bool scrambled_;
};

}  // namespace

extern const MethodKind method_sobol;
const MethodKind method_sobol{
    {.name = "sobol",
     .meaning = "Sobol's sequence, the most even of the designs: best with 2^k evaluations",
     .source = "Joe and Kuo 2008, doi:10.1137/070709359, as in Boost.Random",
     .options = sobol_options,
     .several = true},
    make_design<Sobol>};

}  // namespace arcuate::optimise

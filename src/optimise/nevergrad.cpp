#include "nevergrad.hpp"

#include <array>

namespace arcuate::optimise {
namespace {

constexpr std::array names{
    Alias{"NGOpt", "auto"},
    Alias{"NGOpt39", "auto"},
    Alias{"NgIohTuned", "auto"},
    Alias{"RandomSearch", "random"},
    Alias{"HaltonSearch", "halton,scrambled=no"},
    Alias{"ScrHaltonSearch", "halton"},
    Alias{"HammersleySearch", "hammersley,scrambled=no"},
    Alias{"ScrHammersleySearch", "hammersley"},
    Alias{"LHSSearch", "lhs"},
    Alias{"OnePlusOne", "one_plus_one"},
    Alias{"CauchyOnePlusOne", "one_plus_one,steps=cauchy"},
    Alias{"NoisyOnePlusOne", "one_plus_one,again=random"},
    Alias{"OptimisticNoisyOnePlusOne", "one_plus_one,again=optimistic"},
    Alias{"DiscreteOnePlusOne", "discrete_one_plus_one"},
    Alias{"OptimisticDiscreteOnePlusOne", "discrete_one_plus_one,again=optimistic"},
    Alias{"RLSOnePlusOne", "discrete_one_plus_one,rate=rls"},
    Alias{"PortfolioDiscreteOnePlusOne", "discrete_one_plus_one,rate=portfolio"},
    Alias{"PortfolioOptimisticNoisyDiscreteOnePlusOne",
          "discrete_one_plus_one,rate=portfolio,again=optimistic"},
    Alias{"RecombiningPortfolioOptimisticNoisyDiscreteOnePlusOne",
          "discrete_one_plus_one,rate=portfolio,crossover=yes,again=optimistic"},
    Alias{"FastGADiscreteOnePlusOne", "discrete_one_plus_one,rate=fastga"},
    Alias{"DoubleFastGADiscreteOnePlusOne", "discrete_one_plus_one,rate=double_fastga"},
    Alias{"DiscreteLenglerOnePlusOne", "discrete_one_plus_one,rate=lengler"},
    Alias{"DiscreteBSOOnePlusOne", "discrete_one_plus_one,rate=bso"},
    Alias{"AdaptiveDiscreteOnePlusOne", "discrete_one_plus_one,rate=adaptive"},
    Alias{"LognormalDiscreteOnePlusOne", "discrete_one_plus_one,rate=lognormal"},
    Alias{"CMA", "cma"},
    Alias{"OldCMA", "cma"},
    Alias{"DiagonalCMA", "cma,diagonal=yes"},
    Alias{"CMAbounded", "cma"},
    Alias{"CMAstd", "cma"},
    Alias{"CMApara", "cma,diagonal=yes"},
    Alias{"DE", "de"},
    Alias{"PSO", "pso"},
    Alias{"RealSpacePSO", "pso"},
    Alias{"TBPSA", "tbpsa"},
    Alias{"NaiveTBPSA", "tbpsa,recommend=best"},
    Alias{"NelderMead", "nelder_mead"},
    Alias{"Cobyla", "cobyla"},
    Alias{"BOBYQA", "bobyqa"}};

}  // namespace

std::span<const Alias> nevergrad_names() {
  return names;
}

}  // namespace arcuate::optimise

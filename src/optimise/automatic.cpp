#include "automatic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace arcuate::optimise {
namespace {

struct Facts {
  double n, B, W, discrete;
  bool noisy;
  int objectives;
};

/// One rule of docs/optimisers.md; the first that holds decides.
struct Rule {
  bool (*holds)(const Facts& f);
  std::string_view text;
  std::string_view why;
};

constexpr std::array rules{
    Rule{[](const Facts& f) { return f.objectives > 1; }, "nsga2", "several objectives"},
    Rule{[](const Facts& f) { return f.discrete == f.n && f.noisy; },
         "discrete_one_plus_one,rate=portfolio,crossover=yes,again=optimistic",
         "integers and choices only, noisy losses"},
    Rule{[](const Facts& f) { return f.discrete == f.n; }, "discrete_one_plus_one,rate=lengler",
         "integers and choices only"},
    Rule{[](const Facts& f) { return f.B < f.n; }, "hammersley",
         "fewer evaluations than variables"},
    Rule{[](const Facts& f) { return f.W == 1 && f.B < 200 * f.n && f.discrete == 0 && !f.noisy; },
         "cobyla", "one worker and fewer than 200 evaluations a variable"},
    Rule{[](const Facts& f) { return f.W > f.B / 2; }, "hammersley",
         "hardly more evaluations than workers: nothing can be learned from results"},
    Rule{[](const Facts& f) { return f.W > f.B / 5; }, "tbpsa,recommend=best",
         "fewer than five evaluations a worker"},
    Rule{[](const Facts& f) { return f.noisy && f.discrete == 0; }, "tbpsa", "noisy losses"},
    Rule{[](const Facts& f) { return f.n > 2000; }, "de", "more than 2000 variables"},
    Rule{[](const Facts& f) { return f.n > 40 && f.W > f.n && f.B < 7 * f.n * f.n; },
         "cma,diagonal=yes", "many variables, and too few evaluations to learn correlations"},
    Rule{[](const Facts&) { return true; }, "cma", "the common case"}};

}  // namespace

Automatic choose_automatically(const Task& task) {
  const Facts facts{static_cast<double>(task.dimension()),
                    static_cast<double>(task.budget),
                    static_cast<double>(task.workers),
                    static_cast<double>(task.space->discrete_count()),
                    task.noisy,
                    task.objectives};
  const Rule& rule =
      *std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.holds(facts); });
  return {std::string(rule.text), std::string(rule.why)};
}

}  // namespace arcuate::optimise

#include "local_search.hpp"

namespace arcuate::optimise {

extern const MethodKind method_cobyla;
const MethodKind method_cobyla{
    {.name = "cobyla",
     .meaning = "COBYLA: a linear model of the loss in a region that shrinks, one candidate at a "
                "time; for smooth losses without noise and few evaluations",
     .source = "Powell 1994, doi:10.1007/978-94-015-8330-5_4; NLopt 2.7",
     .options = local_search_options,
     .discrete = false,
     .sequential = true},
    [](const Task& task, const Settings& settings) {
      return make_local_search(LocalSearch::cobyla, task, settings);
    }};

}  // namespace arcuate::optimise

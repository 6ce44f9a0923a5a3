#include "local_search.hpp"

namespace arcuate::optimise {

extern const MethodKind method_bobyqa;
const MethodKind method_bobyqa{
    {.name = "bobyqa",
     .meaning = "BOBYQA: a quadratic model of the loss in a region that shrinks, one candidate at "
                "a time; for smooth losses without noise",
     .source = "Powell 2009, report DAMTP 2009/NA06; NLopt 2.7",
     .options = local_search_options,
     .discrete = false,
     .sequential = true},
    [](const Task& task, const Settings& settings) {
      return make_local_search(LocalSearch::bobyqa, task, settings);
    }};

}  // namespace arcuate::optimise

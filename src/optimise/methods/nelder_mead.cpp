#include "local_search.hpp"

namespace arcuate::optimise {

extern const MethodKind method_nelder_mead;
const MethodKind method_nelder_mead{
    {.name = "nelder_mead",
     .meaning = "Nelder and Mead's simplex, one candidate at a time; for two or three variables",
     .source = "Nelder and Mead 1965, doi:10.1093/comjnl/7.4.308; Box 1965 for bounds; NLopt 2.7",
     .options = local_search_options,
     .discrete = false,
     .sequential = true},
    [](const Task& task, const Settings& settings) {
      return make_local_search(LocalSearch::nelder_mead, task, settings);
    }};

}  // namespace arcuate::optimise

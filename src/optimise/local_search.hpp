#pragma once

#include <memory>

#include "arcuate/optimise/method.hpp"

namespace arcuate::optimise {

inline constexpr std::array<MethodOption, 2> local_search_options{
    MethodOption{"step",
                 0.25,
                 1e-6,
                 1.0,
                 false,
                 {},
                 "first step, of the range",
                 "a quarter of the box, as NLopt takes where it is not told"},
    MethodOption{
        "tolx",
        1e-4,
        0.0,
        1.0,
        false,
        {},
        "a search ends when its steps are below this part of the range; the next begins anywhere",
        "finer differences of a parameter seldom matter"}};

enum class LocalSearch { nelder_mead, cobyla, bobyqa };

/// NLopt's derivative-free searches, one candidate at a time. NLopt calls its objective, so it runs
/// in a thread of its own that waits for each loss: at any time only one of the two threads runs. A
/// search that has ended starts again at another point until the budget is spent.
std::unique_ptr<Method> make_local_search(LocalSearch which, const Task& task,
                                          const Settings& settings);

}  // namespace arcuate::optimise

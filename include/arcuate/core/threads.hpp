#pragma once

#include <functional>
#include <thread>

namespace arcuate::core {

/// A thread that gets no signals: they are for those that were there before. Throws
/// EnvironmentError when the system gives none.
std::thread start_without_signals(const std::function<void()>& work);

}  // namespace arcuate::core

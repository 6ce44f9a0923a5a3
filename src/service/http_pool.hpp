#pragma once

#include <httplib.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

#include "http.hpp"

namespace arcuate::service::http {

/// Threads that are made when they are needed. Who sends a stream has a place of its own, and the
/// others are as many as before.
class Pool : public httplib::TaskQueue {
 public:
  explicit Pool(const Limits& limits) : limits_(limits) {}

  /// The library's later versions want to know whether there is room.
  using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue(nullptr));
  /// Where too many wait the caller's thread runs the task, which is to refuse.
  Enqueued enqueue(std::function<void()> task) override;
  void shutdown() override;
  /// Whether this thread runs a task that nobody has room for.
  [[nodiscard]] static bool is_overloaded();

  /// False: there are as many streams as there may be.
  bool begin_stream();
  void end_stream();
  /// Whether others wait for the thread.
  [[nodiscard]] bool is_wanted() const;
  [[nodiscard]] bool is_ending() const;

 private:
  void add_thread();
  void work();

  const Limits& limits_;
  mutable std::mutex mutex_;
  std::condition_variable changed_, gone_;
  std::deque<std::function<void()>> tasks_;
  std::size_t idle_ = 0;
  int threads_ = 0, streams_ = 0;
  bool ending_ = false;
};

}  // namespace arcuate::service::http

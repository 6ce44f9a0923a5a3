#include "http_pool.hpp"

#include <chrono>
#include <thread>

namespace arcuate::service::http {
namespace {

thread_local bool overloaded = false;

}  // namespace

Pool::Enqueued Pool::enqueue(std::function<void()> task) {
  std::unique_lock lock(mutex_);
  if (tasks_.size() >= limits_.waiting) {
    lock.unlock();
    overloaded = true;
    task();
    overloaded = false;
    return Enqueued();
  }
  tasks_.push_back(std::move(task));
  if (idle_ < tasks_.size() && threads_ - streams_ < limits_.requests) add_thread();
  changed_.notify_one();
  return Enqueued();
}

void Pool::shutdown() {
  std::unique_lock lock(mutex_);
  ending_ = true;
  changed_.notify_all();
  gone_.wait(lock, [this] { return threads_ == 0; });
}

bool Pool::is_overloaded() {
  return overloaded;
}

bool Pool::begin_stream() {
  const std::scoped_lock lock(mutex_);
  if (streams_ >= limits_.streams) return false;
  ++streams_;
  if (!tasks_.empty()) add_thread();
  return true;
}

void Pool::end_stream() {
  const std::scoped_lock lock(mutex_);
  --streams_;
}

bool Pool::is_wanted() const {
  const std::scoped_lock lock(mutex_);
  return ending_ || !tasks_.empty();
}

bool Pool::is_ending() const {
  const std::scoped_lock lock(mutex_);
  return ending_;
}

void Pool::add_thread() {
  ++threads_;
  std::thread([this] { work(); }).detach();
}

void Pool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait_for(lock, std::chrono::seconds(20),
                      [this] { return ending_ || !tasks_.empty(); });
    --idle_;
    if (tasks_.empty() || ending_ || threads_ - streams_ > limits_.requests) break;
    const std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
  --threads_;
  if (!tasks_.empty()) changed_.notify_one();
  gone_.notify_all();
}

}  // namespace arcuate::service::http

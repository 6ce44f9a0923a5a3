#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "farm/clock.hpp"
#include "farm/transport.hpp"

namespace arcuate::farm {

/// Workers that take as long as their task says, by a clock that naps move. honest: what the
/// master computes takes its time too.
class Simulated : public Transport {
 public:
  explicit Simulated(int workers, bool honest = false) : workers_(workers), honest_(honest) {}

  struct Run {
    std::uint64_t task;
    int worker;
    double begin, end;
  };
  std::vector<Run> runs;                     ///< as they were handed out
  std::vector<std::uint64_t> cancelled;      ///< tasks
  std::set<std::uint64_t> hang;              ///< tasks that are never answered
  std::set<std::uint64_t> refuse;            ///< tasks that cannot be handed out
  std::map<std::uint64_t, double> answered;  ///< tasks that are answered only at this time [s]
  std::function<int(double)> signal;         ///< by time

  [[nodiscard]] int workers() const override { return workers_; }
  [[nodiscard]] double now() override {
    return slept_ + (honest_ ? clock_seconds() - start_ : 0.0);
  }
  void hand_out(int worker, const Task& task) override {
    if (refuse.count(task.id) > 0) throw EnvironmentError("too long");
    const double begin = now();
    const double end = begin + std::stod(task.work);
    runs.push_back({task.id, worker, begin, end});
    working_[worker] = task.id;
    if (hang.count(task.id) > 0) return;
    const auto late = answered.find(task.id);
    due_.emplace(late == answered.end() ? end : late->second, runs.size() - 1);
  }
  void cancel(int worker) override {
    const std::uint64_t task = working_.at(worker);
    cancelled.push_back(task);
    if (hang.count(task) == 0 && answered.count(task) == 0) stopped_.insert(task);
  }
  std::vector<Done> look() override {
    std::vector<Done> found;
    while (!due_.empty() && (due_.top().first <= now() || !stopped_.empty())) {
      const Run& run = runs[due_.top().second];
      Done done;
      done.id = run.task;
      done.worker = run.worker;
      done.seconds = run.end - run.begin;
      if (stopped_.erase(run.task) > 0) done.ending = Ending::stopped;
      found.push_back(done);
      due_.pop();
    }
    std::reverse(found.begin(), found.end());  // the order of arrival must not matter
    return found;
  }
  int signalled() override { return signal ? signal(now()) : 0; }
  void nap(double seconds) override { slept_ += seconds; }

  /// The share of time until `end` in which workers worked.
  [[nodiscard]] double utilisation(double end) const {
    double busy = 0.0;
    for (const Run& run : runs)
      busy += std::max(0.0, std::min(run.end, end) - run.begin);
    return busy / (workers_ * end);
  }

 private:
  int workers_;
  bool honest_;
  double start_ = clock_seconds();
  double slept_ = 0.0;
  std::map<int, std::uint64_t> working_;
  std::set<std::uint64_t> stopped_;
  std::priority_queue<std::pair<double, std::size_t>, std::vector<std::pair<double, std::size_t>>,
                      std::greater<>>
      due_;
};

/// Tasks with given times, and what became of them.
class Listed : public Work {
 public:
  explicit Listed(std::vector<double> seconds) : seconds_(std::move(seconds)) {}

  double limit = std::numeric_limits<double>::infinity();
  std::string name;  ///< of tasks, before their numbers
  std::vector<Done> taken;
  int idle_calls = 0;
  int empty_answers = 0;
  std::function<void(const Done&)> on_take = [](const Done&) {};
  std::function<void(std::size_t)> on_next = [](std::size_t) {};

  std::optional<Task> next() override {
    on_next(given_);
    if (given_ == seconds_.size()) {
      ++empty_answers;
      return std::nullopt;
    }
    Task task{given_, std::to_string(seconds_[given_]), limit};
    if (!name.empty()) task.name = name + std::to_string(given_);
    ++given_;
    return task;
  }
  void take(const Done& done) override {
    taken.push_back(done);
    on_take(done);
  }
  void idle(const Figures& /*figures*/) override { ++idle_calls; }

  [[nodiscard]] std::size_t given() const { return given_; }

 private:
  std::vector<double> seconds_;
  std::size_t given_ = 0;
};

}  // namespace arcuate::farm

#include "local_search.hpp"

#include <nlopt.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "arcuate/core/error.hpp"

namespace arcuate::optimise {
namespace {

struct Destroy {
  void operator()(nlopt_opt opt) const { nlopt_destroy(opt); }
};
using Search = std::unique_ptr<std::remove_pointer_t<nlopt_opt>, Destroy>;

nlopt_algorithm algorithm_of(LocalSearch which) {
  switch (which) {
    case LocalSearch::nelder_mead:
      return NLOPT_LN_NELDERMEAD;
    case LocalSearch::cobyla:
      return NLOPT_LN_COBYLA;
    case LocalSearch::bobyqa:
      break;
  }
  return NLOPT_LN_BOBYQA;
}

/// Hands points from a search in its thread to whoever asks, and losses back.
class HandOff {
 public:
  /// In the search's thread: the loss of a point, once it is told; NaN: stop.
  double evaluate(const Vector& unit) {
    std::unique_lock lock(mutex_);
    point_ = unit;
    changed_.notify_all();
    changed_.wait(lock, [&] { return loss_ || stop_; });
    if (stop_) return std::numeric_limits<double>::quiet_NaN();
    const double loss = *loss_;
    loss_.reset();
    return loss;
  }
  void end() {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  /// The point whose loss the search waits for; none: it has ended.
  std::optional<Vector> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return point_ || ended_; });
    return point_;
  }
  /// Returns when the search waits again, so that what is called next meets it at rest.
  void answer(double loss) {
    std::unique_lock lock(mutex_);
    point_.reset();
    loss_ = loss;
    changed_.notify_all();
    changed_.wait(lock, [&] { return point_ || ended_; });
  }
  bool ended() {
    const std::scoped_lock lock(mutex_);
    return ended_;
  }
  void stop() {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  bool stopped() {
    const std::scoped_lock lock(mutex_);
    return stop_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Vector> point_;
  std::optional<double> loss_;
  bool ended_ = false;
  bool stop_ = false;
};

class Local : public Method {
 public:
  Local(LocalSearch which, const Task& task, const Settings& settings)
      : algorithm_(algorithm_of(which)),
        task_(task),
        step_(settings["step"]),
        tolx_(settings["tolx"]) {
    if (which == LocalSearch::bobyqa && task.dimension() < 2)
      throw ConfigError("method bobyqa: one variable (allowed: two or more)");
    thread_ = std::thread([this] { run(); });
    hand_off_.next();
  }
  ~Local() override {
    hand_off_.stop();
    thread_.join();
  }
  std::optional<Vector> ask(std::uint64_t id) override {
    if (out_ != 0) return std::nullopt;
    std::optional<Vector> unit = hand_off_.next();
    if (unit) out_ = id;
    return unit;
  }
  void tell(std::uint64_t, const Result& result) override {
    out_ = 0;
    hand_off_.answer(result.failed() ? behind_all() : noted(result.loss));
  }
  void lose(std::uint64_t) override { out_ = 0; }  // the search still waits for this point
  /// Where the next search begins, if it is better than what is known.
  void inject(const Vector& unit, const Result& result) override {
    if (result.loss < least_) begin_ = unit;
  }
  [[nodiscard]] bool converged() const override { return hand_off_.ended(); }

 private:
  double noted(double loss) {
    least_ = std::min(least_, loss);
    most_ = std::max(most_, loss);
    return loss;
  }
  /// Models of the loss cannot take an infinite one.
  [[nodiscard]] double behind_all() const {
    if (!(least_ <= most_)) return 1.0;
    return most_ + std::max(most_ - least_,
                            std::numeric_limits<double>::epsilon() * std::fabs(most_) + 1e-300);
  }
  static double objective(unsigned n, const double* x, double*, void* self) {
    auto* local = static_cast<Local*>(self);
    const Vector unit =
        Eigen::Map<const Vector>(x, static_cast<Index>(n)).cwiseMax(0.0).cwiseMin(1.0);
    ++local->evaluated_;
    const double loss = local->hand_off_.evaluate(unit);
    if (std::isnan(loss)) {
      nlopt_force_stop(local->search_.get());
      return 0.0;
    }
    return loss;
  }
  Vector beginning(std::uint64_t k) {
    if (begin_) return *std::exchange(begin_, std::nullopt);
    if (k == 0) return task_.space->start();
    Draws draws(task_.stream, Purpose::restart, k);
    return Vector::Constant(task_.dimension(), 0.1) + 0.8 * draws.uniforms(task_.dimension());
  }
  /// Searches one after another, in the thread.
  void run() {
    for (std::uint64_t k = 0; !hand_off_.stopped(); ++k) {
      search_.reset(nlopt_create(algorithm_, static_cast<unsigned>(task_.dimension())));
      nlopt_set_lower_bounds1(search_.get(), 0.0);
      nlopt_set_upper_bounds1(search_.get(), 1.0);
      nlopt_set_min_objective(search_.get(), &Local::objective, this);
      nlopt_set_initial_step1(search_.get(), step_);
      nlopt_set_xtol_abs1(search_.get(), tolx_);
      evaluated_ = 0;
      Vector x = beginning(k);
      double loss = 0.0;
      nlopt_optimize(search_.get(), x.data(), &loss);
      if (evaluated_ == 0) break;  // NLopt refuses this task
    }
    hand_off_.end();
  }

  nlopt_algorithm algorithm_;
  Task task_;
  double step_;
  double tolx_;
  mutable HandOff hand_off_;
  Search search_;
  std::int64_t evaluated_ = 0;  ///< in this search
  std::uint64_t out_ = 0;
  double least_ = std::numeric_limits<double>::infinity();
  double most_ = -std::numeric_limits<double>::infinity();
  std::optional<Vector> begin_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Method> make_local_search(LocalSearch which, const Task& task,
                                          const Settings& settings) {
  return std::make_unique<Local>(which, task, settings);
}

}  // namespace arcuate::optimise

#include <array>
#include <deque>
#include <map>

#include "arcuate/optimise/method.hpp"

namespace arcuate::optimise {
namespace {

constexpr std::string_view spso = "Clerc 2012, Standard Particle Swarm Optimisation, hal-00764996";
constexpr std::array pso_options{
    MethodOption{"population",
                 by_rule,
                 2.0,
                 1e6,
                 true,
                 {},
                 "particles; the rule: the larger of 40 and the workers",
                 "Clerc 2012; nevergrad 1.0 (PSO)"},
    MethodOption{"inertia",
                 0.7213475204444817,
                 0.0,
                 2.0,
                 false,
                 {},
                 "1 / (2 ln 2): part of the velocity that stays",
                 spso},
    MethodOption{"attraction",
                 1.1931471805599454,
                 0.0,
                 4.0,
                 false,
                 {},
                 "1/2 + ln 2: of the particle's best point, and of the best of all",
                 spso}};

/// Global best, each coordinate by itself. At a bound a particle stays and turns at half its speed.
class Pso : public Method {
 public:
  Pso(const Task& task, const Settings& settings)
      : task_(task),
        inertia_(settings["inertia"]),
        attraction_(settings["attraction"]),
        swarm_(static_cast<std::size_t>(
            settings.count("population", std::max(Index{40}, Index{task.workers})))) {
    for (std::size_t k = 0; k < swarm_.size(); ++k) {
      Draws draws(task.stream, Purpose::start, k);
      swarm_[k].x = draws.uniforms(task.dimension());
      swarm_[k].v = 0.5 * (draws.uniforms(task.dimension()) - swarm_[k].x);
      queue_.push_back(k);
    }
  }

  std::optional<Vector> ask(std::uint64_t id) override {
    if (queue_.empty()) queue_.push_back(out_.begin()->second.first);
    const std::size_t k = queue_.front();
    queue_.pop_front();
    if (swarm_[k].moves) move(swarm_[k], id);
    swarm_[k].moves = true;
    out_.emplace(id, std::pair(k, swarm_[k].x));
    return swarm_[k].x;
  }
  void tell(std::uint64_t id, const Result& result) override {
    auto [k, x] = std::move(out_.extract(id).mapped());
    queue_.push_back(k);
    if (result.loss < swarm_[k].loss) {
      swarm_[k].best = x;
      swarm_[k].loss = result.loss;
    }
    note(x, result.loss);
  }
  /// The particle goes on from where it would have been.
  void lose(std::uint64_t id) override { queue_.push_front(out_.extract(id).mapped().first); }
  void inject(const Vector& unit, const Result& result) override { note(unit, result.loss); }
  [[nodiscard]] Index batch() const override { return static_cast<Index>(swarm_.size()); }

 private:
  struct Particle {
    Vector x;
    Vector v;
    Vector best{};
    double loss = std::numeric_limits<double>::infinity();
    bool moves = false;  ///< its first point is given out
  };
  void note(const Vector& x, double loss) {
    if (!(loss < loss_)) return;
    best_ = x;
    loss_ = loss;
  }
  void move(Particle& p, std::uint64_t id) const {
    Draws draws(task_.stream, Purpose::candidate, id);
    const Vector& own = p.best.size() > 0 ? p.best : p.x;
    const Vector& all = best_.size() > 0 ? best_ : own;
    for (Index i = 0; i < p.x.size(); ++i) {
      const double to_own = attraction_ * draws.uniform() * (own[i] - p.x[i]);
      const double to_all = attraction_ * draws.uniform() * (all[i] - p.x[i]);
      p.v[i] = inertia_ * p.v[i] + to_own + to_all;
    }
    p.x += p.v;
    for (Index i = 0; i < p.x.size(); ++i) {
      if (p.x[i] >= 0.0 && p.x[i] <= 1.0) continue;
      p.x[i] = std::clamp(p.x[i], 0.0, 1.0);
      p.v[i] *= -0.5;
    }
  }

  Task task_;
  double inertia_;
  double attraction_;
  std::vector<Particle> swarm_;
  std::deque<std::size_t> queue_;
  std::map<std::uint64_t, std::pair<std::size_t, Vector>> out_;
  Vector best_;
  double loss_ = std::numeric_limits<double>::infinity();
};

}  // namespace

extern const MethodKind method_pso;
const MethodKind method_pso{
    {.name = "pso",
     .meaning = "Particle swarm: points that fly, drawn to their own best and the best of all; "
                "quick on simple losses, early to settle on others",
     .source = spso,
     .options = pso_options},
    [](const Task& task, const Settings& settings) -> std::unique_ptr<Method> {
      return std::make_unique<Pso>(task, settings);
    }};

}  // namespace arcuate::optimise

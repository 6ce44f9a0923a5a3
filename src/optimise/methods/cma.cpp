#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <numeric>

#include "arcuate/core/math.hpp"
#include "arcuate/optimise/method.hpp"
#include "box_penalty.hpp"
#include "cma_stops.hpp"
#include "margin.hpp"

namespace arcuate::optimise {
namespace {

constexpr double no_level = std::numeric_limits<double>::infinity();
constexpr std::array<std::string_view, 3> restart_words{"none", "ipop", "bipop"};
constexpr std::array<std::string_view, 2> start_words{"centre", "random"};

constexpr std::string_view pycma = "pycma 4.4";
constexpr std::array cma_options{
    MethodOption{
        "population",
        by_rule,
        4.0,
        1e6,
        true,
        {},
        "lambda; the rule: the larger of 4 + 3 ln n and the workers (half of 64 or more when "
        "asynchronous), at most 10 n^2; four times 4 + 3 ln n at least where losses are noisy",
        "Hansen, arXiv:1604.00772; floors under noise fall as 1/lambda (docs/optimisers.md)"},
    MethodOption{"sigma",
                 0.25,
                 1e-6,
                 10.0,
                 false,
                 {},
                 "standard deviation at the begin, of the range",
                 "a fifth to a third of the range: Hansen, arXiv:1604.00772, B"},
    MethodOption{"start", 0.0, 0.0, 1.0, true, start_words,
                 "the first mean: the variables' starts, or random in the middle 80 %", pycma},
    MethodOption{"restarts", 1.0, 0.0, 2.0, true, restart_words,
                 "after a run has ended: none, with twice the population (ipop), or large and "
                 "small populations in turn (bipop)",
                 "Auger and Hansen 2005, doi:10.1109/CEC.2005.1554902; Hansen 2009, "
                 "doi:10.1145/1570256.1570333"},
    MethodOption{"active", 1.0, 0.0, 1.0, true, no_or_yes, "the worse half repels",
                 "Jastrebski and Arnold 2006, doi:10.1109/CEC.2006.1688662"},
    MethodOption{"diagonal", 0.0, 0.0, 1.0, true, no_or_yes, "variances only, no correlations",
                 "Ros and Hansen 2008, doi:10.1007/978-3-540-87700-4_30"},
    MethodOption{
        "tolx",
        1e-4,
        0.0,
        1.0,
        false,
        {},
        "a run ends when all deviations are below this part of the range",
        "finer differences of a parameter seldom matter; pycma's 1e-11 is meant for formulas"},
    MethodOption{"tolfun",
                 1e-9,
                 0.0,
                 std::numeric_limits<double>::infinity(),
                 false,
                 {},
                 "a run ends when the losses of 10 + 30 n / lambda generations differ by less",
                 pycma}};

/// Redraws of a point outside the box before its projection is taken (docs/optimisers.md: with the
/// penalty alone a mean near a corner takes longer, with redraws alone large populations fail).
constexpr int redraws = 20;

struct Member {
  Vector x;  ///< of the distribution, not clamped
  double loss = 0.0;
  bool failed = false;
  bool foreign = false;  ///< not drawn from the present distribution
};

class Cma : public Method {
 public:
  Cma(const Task& task, const Settings& settings);
  std::optional<Vector> ask(std::uint64_t id) override;
  void tell(std::uint64_t id, const Result& result) override;
  void lose(std::uint64_t id) override;
  void inject(const Vector& unit, const Result& result) override;
  /// Of the run with the lowest losses: a restarted one first has to get there.
  [[nodiscard]] std::optional<Vector> centre() const override {
    return kept_ && kept_level_ <= level_ ? *kept_ : clamped(now_.mean());
  }
  [[nodiscard]] bool converged() const override { return converged_; }
  [[nodiscard]] std::string state() const override {
    return fmt::format("restart {}, lambda {}, sigma {:.3g}", restart_, now_.constants().lambda,
                       now_.sigma());
  }

 private:
  struct Trial {
    int restart;
    std::int64_t generation;
    Vector x;     ///< of the distribution
    Vector unit;  ///< what is evaluated, before it is put into the box
  };
  static Vector clamped(const Vector& x) { return x.cwiseMax(0.0).cwiseMin(1.0); }
  [[nodiscard]] Index usual_population(const Settings& settings) const;
  [[nodiscard]] Vector random_mean(int restart) const;
  [[nodiscard]] Vector draw(std::uint64_t id) const;
  [[nodiscard]] bool inside(const Vector& x) const;
  void begin(Index lambda, Vector mean, double sigma);
  void consider_update();
  void update();
  [[nodiscard]] std::vector<std::size_t> ranked();
  void restart();
  void restart_bipop();
  void restart_at_best();
  void next_generation();
  void take_migrants();

  Task task_;
  Index lambda_0_;
  double sigma_0_;
  double tolx_;
  double tolfun_;
  bool active_;
  bool diagonal_;
  bool ipop_;
  bool bipop_;
  Vector bounded_;  ///< (n) 1 for variables with a penalty

  Covariance now_;
  BoxPenalty box_;
  CmaStops stops_;
  Margin margin_;
  int restart_ = 0;
  bool converged_ = false;
  Index wanted_ = 0;  ///< results of this generation
  Index asked_ = 0;   ///< of this generation, less those that were lost
  std::vector<Member> members_;
  std::map<std::uint64_t, Trial> out_;
  std::deque<std::pair<Vector, double>> migrants_;
  std::optional<std::pair<Vector, double>> best_;
  double level_ = no_level;  ///< median loss of this run's generations, smoothed
  double kept_level_ = no_level;
  std::optional<Vector> kept_;  ///< mean of the best run that has ended
  // BIPOP
  Index large_ = 0;
  std::int64_t spent_ = 0;  ///< in this run
  std::int64_t spent_large_ = 0;
  std::int64_t spent_small_ = 0;
  std::int64_t last_large_ = 0;    ///< spent in the last large run
  std::int64_t small_budget_ = 0;  ///< 0: this run is a large one
};

Index cap(Index n) {
  return 10 * n * n;  // Liao and Stuetzle 2013, doi:10.1109/CEC.2013.6557616
}

Index Cma::usual_population(const Settings& settings) const {
  const Index n = task_.dimension();
  const Index rule = 4 + static_cast<Index>(3.0 * math::log(static_cast<double>(n)));
  // Asynchronous results are a generation old where there are as many workers as members.
  const Index busy = !task_.synchronous && task_.workers >= 64 ? task_.workers / 2 : task_.workers;
  const Index most = std::max(rule, std::min(busy, cap(n)));
  return settings.count("population", task_.noisy ? std::max(most, 4 * rule) : most);
}

Cma::Cma(const Task& task, const Settings& settings)
    : task_(task),
      lambda_0_(usual_population(settings)),
      sigma_0_(settings["sigma"]),
      tolx_(settings["tolx"]),
      tolfun_(settings["tolfun"]),
      active_(settings.is("active", "yes")),
      diagonal_(settings.is("diagonal", "yes")),
      ipop_(settings.is("restarts", "ipop")),
      bipop_(settings.is("restarts", "bipop")),
      bounded_(Vector::Ones(task.dimension())),
      now_(cma_constants(task.dimension(), lambda_0_, active_, diagonal_),
           settings.is("start", "random") ? random_mean(0) : task.space->start(), sigma_0_,
           diagonal_),
      box_(bounded_),
      stops_(tolx_, tolfun_, sigma_0_),
      margin_(*task.space),
      large_(lambda_0_) {
  for (Index i = 0; i < bounded_.size(); ++i)
    if (task.space->discrete(i)) bounded_[i] = 0.0;
  begin(lambda_0_, now_.mean(), sigma_0_);
}

Vector Cma::random_mean(int restart) const {
  Draws draws(task_.stream, Purpose::restart, static_cast<std::uint64_t>(restart));
  return Vector::Constant(task_.dimension(), 0.1) + 0.8 * draws.uniforms(task_.dimension());
}

void Cma::begin(Index lambda, Vector mean, double sigma) {
  if (level_ < kept_level_) {
    kept_ = clamped(now_.mean());
    kept_level_ = level_;
  }
  level_ = no_level;
  now_ = Covariance(cma_constants(task_.dimension(), lambda, active_, diagonal_), std::move(mean),
                    sigma, diagonal_);
  box_ = BoxPenalty(bounded_);
  stops_ = CmaStops(tolx_, tolfun_, sigma);
  margin_ = Margin(*task_.space);
  spent_ = 0;
  next_generation();
}

void Cma::next_generation() {
  members_.clear();
  wanted_ = now_.constants().lambda;
  asked_ = 0;
  take_migrants();
}

/// At most a quarter of a generation; they count as members.
void Cma::take_migrants() {
  const auto most = static_cast<std::size_t>(std::max(Index{1}, wanted_ / 4));
  for (std::size_t k = 0; k < most && !migrants_.empty(); ++k) {
    members_.push_back({margin_.shrunk(migrants_.front().first, now_.mean()),
                        migrants_.front().second, false, true});
    migrants_.pop_front();
    ++asked_;
  }
}

bool Cma::inside(const Vector& x) const {
  for (Index i = 0; i < x.size(); ++i)
    if (bounded_[i] != 0.0 && (x[i] < 0.0 || x[i] > 1.0)) return false;
  return true;
}

Vector Cma::draw(std::uint64_t id) const {
  Draws draws(task_.stream, Purpose::candidate, id);
  Vector x = now_.draw(draws.normals(task_.dimension()));
  for (int k = 0; k < redraws && !inside(x); ++k)
    x = now_.draw(draws.normals(task_.dimension()));
  return x;
}

std::optional<Vector> Cma::ask(std::uint64_t id) {
  if (converged_ || (task_.synchronous && asked_ >= wanted_)) return std::nullopt;
  Vector x = draw(id);
  Vector unit = margin_.stretched(x, now_.mean());
  Vector evaluated = clamped(unit);
  out_.emplace(id, Trial{restart_, now_.generation(), std::move(x), std::move(unit)});
  ++asked_;
  return evaluated;
}

void Cma::lose(std::uint64_t id) {
  const auto node = out_.extract(id);
  const Trial& trial = node.mapped();
  if (trial.restart == restart_ && trial.generation == now_.generation()) --asked_;
}

void Cma::inject(const Vector& unit, const Result& result) {
  if (!best_ || result.loss < best_->second) best_.emplace(unit, result.loss);
  migrants_.emplace_back(unit, result.loss);
  if (static_cast<Index>(migrants_.size()) > now_.constants().lambda) migrants_.pop_front();
}

void Cma::tell(std::uint64_t id, const Result& result) {
  const auto node = out_.extract(id);
  const Trial& trial = node.mapped();
  if (!result.failed() && (!best_ || result.loss < best_->second))
    best_.emplace(clamped(trial.unit), result.loss);
  if (trial.restart != restart_ || converged_) return;  // of a run that has ended
  ++spent_;
  const bool stale = trial.generation != now_.generation();
  members_.push_back({stale ? margin_.shrunk(trial.unit, now_.mean()) : trial.x, result.loss,
                      result.failed(), stale});
  consider_update();
}

void Cma::consider_update() {
  if (static_cast<Index>(members_.size()) < wanted_) return;
  const auto good =
      std::count_if(members_.begin(), members_.end(), [](const Member& m) { return !m.failed; });
  const CmaConstants& k = now_.constants();
  if (good >= k.mu) return update();
  // Too few to learn from: as many again, and then a smaller step from what is known to work.
  if (wanted_ < 2 * k.lambda)
    wanted_ = 2 * k.lambda;
  else
    restart_at_best();
}

/// Members, best first and failures last; ties stay in the order in which they came.
std::vector<std::size_t> Cma::ranked() {
  std::vector<double> losses;
  for (const Member& m : members_)
    if (!m.failed) losses.push_back(m.loss);
  box_.update(now_, losses);
  std::sort(losses.begin(), losses.end());
  stops_.note(losses);
  const double middle = losses[losses.size() / 2];
  level_ = std::isinf(level_) ? middle : 0.8 * level_ + 0.2 * middle;
  std::vector<double> used;
  for (const Member& m : members_)
    used.push_back(m.loss + box_.of(m.x));
  std::vector<std::size_t> order(members_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (members_[a].failed != members_[b].failed) return members_[b].failed;
    return used[a] < used[b];
  });
  return order;
}

void Cma::update() {
  const CmaConstants& k = now_.constants();
  const std::vector<std::size_t> order = ranked();
  Matrix y(k.n, k.lambda);
  Vector weights = k.weights;
  const auto n = static_cast<double>(k.n);
  const double longest = std::sqrt(n) + 2.0 * n / (n + 2.0);  // Hansen 2011, arXiv:1110.4181
  for (Index i = 0; i < k.lambda; ++i) {
    const Member& m = members_[order[static_cast<std::size_t>(i)]];
    y.col(i) = now_.step_to(m.x);
    if (m.failed) weights[i] *= 0.5;  // repels, but says less than a loss
    if (!m.foreign) continue;
    const double length = now_.length(y.col(i));
    if (length > longest) y.col(i) *= longest / length;
    weights[i] = std::max(weights[i], 0.0);
  }
  now_.update(y, weights);
  margin_.correct(now_);
  const bool over = small_budget_ > 0 && spent_ >= small_budget_;
  if (over || stops_.reached(now_)) return restart();
  next_generation();
}

void Cma::restart() {
  if (!ipop_ && !bipop_) {
    converged_ = true;
    return;
  }
  ++restart_;
  if (bipop_) return restart_bipop();
  const Index most = std::max(lambda_0_, cap(task_.dimension()));
  begin(std::min(most, 2 * now_.constants().lambda), random_mean(restart_), sigma_0_);
}

void Cma::restart_bipop() {
  (small_budget_ > 0 ? spent_small_ : spent_large_) += spent_;
  if (small_budget_ == 0) last_large_ = spent_;
  Draws draws(task_.stream, Purpose::restart,
              (std::uint64_t{1} << 32) + static_cast<std::uint64_t>(restart_));
  const double u = draws.uniform();
  const double v = draws.uniform();
  if (large_ == lambda_0_ || spent_small_ >= spent_large_) {
    large_ = std::min(std::max(lambda_0_, cap(task_.dimension())), 2 * large_);
    small_budget_ = 0;
    return begin(large_, random_mean(restart_), sigma_0_);
  }
  const double ratio = 0.5 * static_cast<double>(large_) / static_cast<double>(lambda_0_);
  const auto lambda = static_cast<Index>(static_cast<double>(lambda_0_) * std::pow(ratio, u * u));
  small_budget_ = std::max(std::int64_t{1}, last_large_ / 2);
  begin(lambda, random_mean(restart_), sigma_0_ * std::pow(10.0, -2.0 * v));
}

void Cma::restart_at_best() {
  ++restart_;
  const double sigma = 0.5 * now_.sigma();
  const Index lambda = now_.constants().lambda;
  if (best_)
    begin(lambda, best_->first, sigma);
  else
    begin(lambda, random_mean(restart_), sigma_0_);
}

}  // namespace

extern const MethodKind method_cma;
const MethodKind method_cma{
    {"cma",
     "CMA-ES: a normal distribution whose mean, step and correlations follow the better half of "
     "each generation; the best choice from about 100 evaluations a variable on, many at a time, "
     "noisy or not",
     "Hansen and Ostermeier 2001, doi:10.1162/106365601750190398; Hansen, arXiv:1604.00772; "
     "integers and choices: Hamano et al. 2022, doi:10.1145/3512290.3528827",
     cma_options},
    [](const Task& task, const Settings& settings) -> std::unique_ptr<Method> {
      return std::make_unique<Cma>(task, settings);
    }};

}  // namespace arcuate::optimise

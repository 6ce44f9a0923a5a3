#include <fmt/format.h>

#include <array>
#include <map>
#include <numeric>

#include "arcuate/core/math.hpp"
#include "arcuate/optimise/method.hpp"
#include "repeats.hpp"

namespace arcuate::optimise {
namespace {

constexpr std::array<std::string_view, 9> rate_words{"one",    "rls",           "portfolio",
                                                     "fastga", "double_fastga", "lengler",
                                                     "bso",    "adaptive",      "lognormal"};
enum class Rate { one, rls, portfolio, fastga, double_fastga, lengler, bso, adaptive, lognormal };
constexpr std::array discrete_one_plus_one_options{
    MethodOption{
        "rate", 0.0, 0.0, 8.0, true, rate_words,
        "how many of the n variables change: each with probability 1/n (one), exactly one (rls), a "
        "number u with equal probability for each (portfolio), P(u) ~ u^-1.5 up to n/2 or n "
        "(fastga, double_fastga), n 1.54 ln k / k after k asks (lengler), n (1 - k / budget) "
        "(bso), a rate that success raises (adaptive) or that varies by itself (lognormal)",
        "Droste, Jansen, Wegener 2002; Doerr et al. 2017, doi:10.1145/3071178.3071301; Einarsson "
        "et al. 2019, doi:10.1016/j.tcs.2019.05.021; nevergrad 1.0"},
    MethodOption{"crossover", 0.0, 0.0, 1.0, true, no_or_yes,
                 "every other candidate first takes variables from another good point",
                 "nevergrad 1.0 (RecombiningPortfolio...)"},
    MethodOption{"again", 0.0, 0.0, 2.0, true, again_words, "as of one_plus_one", "nevergrad 1.0"}};

/// How many variables change.
class Changes {
 public:
  Changes(Rate rate, const Task& task)
      : rate_(rate),
        n_(task.dimension()),
        budget_(static_cast<double>(task.budget)),
        share_(1.0 / static_cast<double>(n_)) {}

  /// (n) which; at least one.
  std::vector<bool> choose(Draws& draws, std::uint64_t id, std::int64_t asks) {
    if (rate_ == Rate::rls || rate_ == Rate::lengler || rate_ == Rate::bso)
      return exactly(draws, count(static_cast<double>(asks)));
    return each(draws, probability(draws, id));
  }
  void told(std::uint64_t id, double loss, bool success);
  void lose(std::uint64_t id) { shares_.erase(id); }

 private:
  [[nodiscard]] Index count(double k) const;
  double probability(Draws& draws, std::uint64_t id);
  double heavy_tail(Draws& draws, Index most) const;
  std::vector<bool> each(Draws& draws, double probability) const;
  std::vector<bool> exactly(Draws& draws, Index many) const;

  Rate rate_;
  Index n_;
  double budget_;
  double share_;
  std::map<std::uint64_t, double> shares_;  ///< lognormal: of candidates that are out
  int tells_ = 0;
  double best_loss_ = std::numeric_limits<double>::infinity();
  double best_share_ = 0.0;
};

Index Changes::count(double k) const {
  const auto n = static_cast<double>(n_);
  if (rate_ == Rate::rls) return 1;
  if (rate_ == Rate::bso) return std::max(Index{1}, static_cast<Index>(n * (1.0 - k / budget_)));
  constexpr double alpha = 1.54468;
  return std::clamp(static_cast<Index>(n * alpha * math::log(k) / k), Index{1}, n_);
}

/// u of 1 .. most with probability ~ u^-1.5.
double Changes::heavy_tail(Draws& draws, Index most) const {
  double sum = 0.0;
  for (Index u = 1; u <= most; ++u)
    sum += std::pow(static_cast<double>(u), -1.5);
  double left = draws.uniform() * sum;
  Index u = 1;
  for (; u < most; ++u) {
    left -= std::pow(static_cast<double>(u), -1.5);
    if (left < 0.0) break;
  }
  return static_cast<double>(u) / static_cast<double>(n_);
}

double Changes::probability(Draws& draws, std::uint64_t id) {
  const Index all = std::max(Index{1}, n_ - 1);
  if (rate_ == Rate::portfolio)
    return static_cast<double>(1 + draws.below(all)) / static_cast<double>(n_);
  if (rate_ == Rate::fastga)
    return heavy_tail(draws, std::max(Index{1}, std::max(Index{2}, n_ / 2) - 1));
  if (rate_ == Rate::double_fastga)
    return heavy_tail(draws, std::max(Index{1}, std::max(Index{2}, n_) - 1));
  if (rate_ != Rate::lognormal || share_ >= 1.0) return share_;
  const double odds = (1.0 - share_) / share_ * math::exp(0.22 * draws.normal());
  return shares_[id] = std::max(1.0 / (1.0 + odds), 1.0 / static_cast<double>(n_));
}

std::vector<bool> Changes::each(Draws& draws, double probability) const {
  std::vector<bool> which(static_cast<std::size_t>(n_));
  bool any = false;
  for (std::size_t i = 0; i < which.size(); ++i)
    any |= which[i] = draws.chance(probability);
  if (!any) which[static_cast<std::size_t>(draws.below(n_))] = true;
  return which;
}

std::vector<bool> Changes::exactly(Draws& draws, Index many) const {
  std::vector<bool> which(static_cast<std::size_t>(n_));
  std::vector<std::size_t> order(which.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (Index k = 0; k < many; ++k) {
    std::swap(order[static_cast<std::size_t>(k)],
              order[static_cast<std::size_t>(k + draws.below(n_ - k))]);
    which[order[static_cast<std::size_t>(k)]] = true;
  }
  return which;
}

void Changes::told(std::uint64_t id, double loss, bool success) {
  if (rate_ == Rate::adaptive)
    share_ = std::clamp(share_ * (success ? 1.2 : 0.731), 1.0 / static_cast<double>(n_), 1.0);
  const auto node = shares_.extract(id);
  if (node.empty()) return;
  if (loss < best_loss_) {
    best_loss_ = loss;
    best_share_ = node.mapped();
  }
  if (++tells_ < 12) return;
  if (best_share_ > 0.0) share_ = best_share_;
  tells_ = 0;
  best_loss_ = std::numeric_limits<double>::infinity();
}

class DiscreteOnePlusOne : public Method {
 public:
  DiscreteOnePlusOne(const Task& task, const Settings& settings)
      : task_(task),
        crossover_(settings.is("crossover", "yes")),
        optimistic_(settings.is("again", "optimistic")),
        again_(optimistic_ || settings.is("again", "random")),
        changes_(static_cast<Rate>(static_cast<int>(settings["rate"])), task),
        points_(again_ || crossover_) {}

  std::optional<Vector> ask(std::uint64_t id) override {
    ++asks_;
    Draws draws(task_.stream, Purpose::candidate, id);
    if (again_ && points_.again(asks_)) {
      const std::size_t k = optimistic_ ? points_.most_promising() : points_.any_known(draws);
      out_.emplace(id, k);
      return points_[k].unit;
    }
    Vector unit = begun_ ? mutated(draws, id) : task_.space->start();
    begun_ = true;
    out_.emplace(id, points_.add(unit));
    return unit;
  }
  void tell(std::uint64_t id, const Result& result) override {
    const bool success = points_.any() && result.loss < points_.best().mean;
    changes_.told(id, result.loss, success);
    points_.tell(out_.extract(id).mapped(), result.loss);
  }
  void lose(std::uint64_t id) override {
    out_.erase(id);
    changes_.lose(id);
  }
  void inject(const Vector& unit, const Result& result) override {
    points_.tell(points_.add(unit), result.loss);
  }
  [[nodiscard]] Index batch() const override { return task_.workers; }
  [[nodiscard]] std::optional<Vector> centre() const override {
    if (!points_.any()) return std::nullopt;
    return points_.best().unit;
  }

 private:
  Vector mutated(Draws& draws, std::uint64_t id) {
    Vector unit = points_.any() ? points_.best().unit : task_.space->start();
    if (crossover_ && asks_ % 2 == 1 && points_.any()) cross(unit, draws);
    const std::vector<bool> which = changes_.choose(draws, id, asks_);
    for (Index i = 0; i < unit.size(); ++i)
      if (which[static_cast<std::size_t>(i)]) unit[i] = other(i, unit[i], draws);
    return unit;
  }
  /// With the better of two points.
  void cross(Vector& unit, Draws& draws) const {
    const std::size_t a = points_.any_known(draws);
    const std::size_t b = points_.any_known(draws);
    const Vector& from = points_[points_[a].mean <= points_[b].mean ? a : b].unit;
    for (Index i = 0; i < unit.size(); ++i)
      if (draws.chance(0.5)) unit[i] = from[i];
  }
  /// Another level of a discrete variable, anywhere of a real one.
  double other(Index i, double u, Draws& draws) const {
    if (!task_.space->discrete(i)) return draws.uniform();
    const Index before = task_.space->level(i, u);
    const Index drawn = draws.below(task_.space->levels(i) - 1);
    const Index level = drawn < before ? drawn : drawn + 1;
    return 0.5 * (task_.space->edge(i, level) + task_.space->edge(i, level + 1));
  }

  Task task_;
  bool crossover_;
  bool optimistic_;
  bool again_;
  bool begun_ = false;
  std::int64_t asks_ = 0;
  Changes changes_;
  Repeats points_;
  std::map<std::uint64_t, std::size_t> out_;
};

}  // namespace

extern const MethodKind method_discrete_one_plus_one;
const MethodKind method_discrete_one_plus_one{
    {.name = "discrete_one_plus_one",
     .meaning = "One point, of which some variables are drawn anew; for integers and choices",
     .source = "Droste, Jansen, Wegener 2002, doi:10.1016/S0304-3975(01)00182-7",
     .options = discrete_one_plus_one_options},
    [](const Task& task, const Settings& settings) -> std::unique_ptr<Method> {
      return std::make_unique<DiscreteOnePlusOne>(task, settings);
    }};

}  // namespace arcuate::optimise

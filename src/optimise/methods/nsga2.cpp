#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <numeric>

#include "arcuate/optimise/method.hpp"
#include "domination.hpp"

namespace arcuate::optimise {
namespace {

constexpr std::string_view deb = "Deb et al. 2002, doi:10.1109/4235.996017";
constexpr std::array nsga2_options{
    MethodOption{"population", 100.0, 4.0, 1e6, true, {}, "members", deb},
    MethodOption{
        "crossover", 0.9, 0.0, 1.0, false, {}, "probability that two parents are crossed", deb},
    MethodOption{"crossover_index",
                 20.0,
                 0.0,
                 1000.0,
                 false,
                 {},
                 "of simulated binary crossover; a larger one keeps children near",
                 deb},
    MethodOption{"mutation",
                 by_rule,
                 0.0,
                 1.0,
                 false,
                 {},
                 "probability that a variable mutates; the rule: 1 / n",
                 deb},
    MethodOption{"mutation_index", 20.0, 0.0, 1000.0, false, {}, "of polynomial mutation", deb}};

class Nsga2 : public Method {
 public:
  Nsga2(const Task& task, const Settings& settings)
      : task_(task),
        size_(settings.count("population", 0)),
        crossover_(settings["crossover"]),
        crossover_index_(settings["crossover_index"]),
        mutation_(settings.number("mutation", 1.0 / static_cast<double>(task.dimension()))),
        mutation_index_(settings["mutation_index"]) {}

  std::optional<Vector> ask(std::uint64_t id) override {
    if (task_.synchronous && asked_ >= size_) return std::nullopt;
    ++asked_;
    Draws draws(task_.stream, Purpose::candidate, id);
    Vector unit = parents_.empty() ? draws.uniforms(task_.dimension()) : child(draws);
    out_.emplace(id, unit);
    return unit;
  }
  void tell(std::uint64_t id, const Result& result) override {
    take(std::move(out_.extract(id).mapped()), result);
  }
  void lose(std::uint64_t id) override {
    out_.erase(id);
    --asked_;
  }
  void inject(const Vector& unit, const Result& result) override {
    ++asked_;
    take(unit, result);
  }

 private:
  struct Member {
    Vector unit;
    std::vector<double> losses;
    int front = 0;
    double distance = 0.0;
  };
  void take(Vector unit, const Result& result) {
    children_.push_back(
        {std::move(unit), result.losses.empty() ? std::vector{result.loss} : result.losses});
    if (static_cast<Index>(children_.size()) >= size_) select();
  }
  [[nodiscard]] const Member& tournament(Draws& draws) const {
    const auto any = [&]() -> const Member& {
      return parents_[static_cast<std::size_t>(draws.below(static_cast<Index>(parents_.size())))];
    };
    const Member& a = any();
    const Member& b = any();
    if (a.front != b.front) return a.front < b.front ? a : b;
    return a.distance >= b.distance ? a : b;
  }
  Vector child(Draws& draws) const;
  double crossed(double x, double y, Draws& draws) const;
  double mutated(double x, Draws& draws) const;
  void select();

  Task task_;
  Index size_;
  double crossover_;
  double crossover_index_;
  double mutation_;
  double mutation_index_;
  Index asked_ = 0;
  std::vector<Member> parents_;
  std::vector<Member> children_;
  std::map<std::uint64_t, Vector> out_;
};

/// The spread of children over that of parents, of two children that stay between the bounds.
double spread_factor(double u, double room, double index) {
  const double alpha = 2.0 - std::pow(room, -(index + 1.0));
  const double power = 1.0 / (index + 1.0);
  return u <= 1.0 / alpha ? std::pow(u * alpha, power) : std::pow(1.0 / (2.0 - u * alpha), power);
}

/// One of the two children of simulated binary crossover, as in Deb's program.
double Nsga2::crossed(double x, double y, Draws& draws) const {
  const double low = std::min(x, y);
  const double high = std::max(x, y);
  const double u = draws.uniform();
  const bool first = draws.chance(0.5);
  if (high - low < 1e-14) return x;
  const double room = 1.0 + 2.0 * (first ? low : 1.0 - high) / (high - low);
  const double half = 0.5 * spread_factor(u, room, crossover_index_) * (high - low);
  const double middle = 0.5 * (low + high);
  return std::clamp(first ? middle - half : middle + half, 0.0, 1.0);
}

double Nsga2::mutated(double x, Draws& draws) const {
  const double u = draws.uniform();
  const double power = 1.0 / (mutation_index_ + 1.0);
  const bool down = u <= 0.5;
  const double room = std::pow(down ? 1.0 - x : x, mutation_index_ + 1.0);
  const double value =
      down ? 2.0 * u + (1.0 - 2.0 * u) * room : 2.0 * (1.0 - u) + 2.0 * (u - 0.5) * room;
  const double step = down ? std::pow(value, power) - 1.0 : 1.0 - std::pow(value, power);
  return std::clamp(x + step, 0.0, 1.0);
}

Vector Nsga2::child(Draws& draws) const {
  const Vector& mother = tournament(draws).unit;
  const Vector& father = tournament(draws).unit;
  const bool cross = draws.chance(crossover_);
  Vector unit = mother;
  for (Index i = 0; i < unit.size(); ++i) {
    if (cross && draws.chance(0.5)) unit[i] = crossed(mother[i], father[i], draws);
    if (draws.chance(mutation_)) unit[i] = mutated(unit[i], draws);
  }
  return unit;
}

/// The best of parents and children: whole fronts, and of the last those that stand apart.
void Nsga2::select() {
  std::vector<Member> all = std::move(parents_);
  all.insert(all.end(), children_.begin(), children_.end());
  children_.clear();
  asked_ = 0;
  std::vector<std::vector<double>> losses;
  for (const Member& m : all)
    losses.push_back(m.losses);
  const std::vector<int> fronts = fronts_of(losses);
  parents_.clear();
  for (int front = 0;
       static_cast<Index>(parents_.size()) < std::min(size_, static_cast<Index>(all.size()));
       ++front) {
    std::vector<std::size_t> members;
    for (std::size_t k = 0; k < all.size(); ++k)
      if (fronts[k] == front) members.push_back(k);
    const std::vector<double> distances = crowding(losses, members);
    std::vector<std::size_t> order(members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return distances[a] > distances[b]; });
    for (const std::size_t k : order) {
      if (static_cast<Index>(parents_.size()) == size_) break;
      Member& m = all[members[k]];
      m.front = front;
      m.distance = distances[k];
      parents_.push_back(std::move(m));
    }
  }
}

}  // namespace

extern const MethodKind method_nsga2;
const MethodKind method_nsga2{
    {.name = "nsga2",
     .meaning =
         "NSGA-II: a population whose members that no other is better than in every objective come "
         "first, and those that stand apart before others; for two or three objectives",
     .source = deb,
     .options = nsga2_options,
     .several = true},
    [](const Task& task, const Settings& settings) -> std::unique_ptr<Method> {
      return std::make_unique<Nsga2>(task, settings);
    }};

}  // namespace arcuate::optimise

#include <array>

#include "population.hpp"

namespace arcuate::optimise {
namespace {

constexpr std::array<std::string_view, 2> mutation_words{"current_to_best", "rand"};
constexpr std::array de_options{
    MethodOption{"population",
                 by_rule,
                 5.0,
                 1e6,
                 true,
                 {},
                 "members; the rule: the larger of 30 and the workers",
                 "nevergrad 1.0 (DE)"},
    MethodOption{"F", 0.8, 0.0, 2.0, false, {}, "weight of differences", "nevergrad 1.0 (DE)"},
    MethodOption{
        "CR", 0.5, 0.0, 1.0, false, {}, "share of variables that change", "nevergrad 1.0 (DE)"},
    MethodOption{"mutation", 0.0, 0.0, 1.0, true, mutation_words,
                 "x + F (a - b) + F (best - x), or a + F (b - c) with three others",
                 "nevergrad 1.0 (DE); Storn and Price 1997"}};

class De : public Method {
 public:
  De(const Task& task, const Settings& settings)
      : task_(task),
        population_(task, settings.count("population", std::max(Index{30}, Index{task.workers}))),
        f_(settings["F"]),
        cr_(settings["CR"]),
        to_best_(settings.is("mutation", "current_to_best")) {}

  std::optional<Vector> ask(std::uint64_t id) override {
    const Population::Turn turn = population_.take(id);
    Vector unit = population_[turn.target].unit;
    if (!turn.first) mutate(unit, turn.target, id);
    out_.emplace(id, unit);
    return unit;
  }
  void tell(std::uint64_t id, const Result& result) override {
    const Population::Turn turn = population_.give_back(id, false);
    Vector unit = std::move(out_.extract(id).mapped());
    Individual& member = population_[turn.target];
    if (result.loss <= member.loss) member = {std::move(unit), result.loss};
  }
  void lose(std::uint64_t id) override {
    population_.give_back(id, true);
    out_.erase(id);
  }
  void inject(const Vector& unit, const Result& result) override {
    population_.inject(unit, result.loss);
  }
  [[nodiscard]] Index batch() const override { return population_.size(); }

 private:
  void mutate(Vector& unit, std::size_t target, std::uint64_t id) {
    Draws draws(task_.stream, Purpose::candidate, id);
    const Vector parent = unit;
    const std::size_t a = population_.other_than({target}, draws);
    const std::size_t b = population_.other_than({target, a}, draws);
    if (to_best_) {
      const Vector& best = population_[population_.best()].unit;
      unit += f_ * (population_[a].unit - population_[b].unit) + f_ * (best - parent);
    } else {
      const std::size_t c = population_.other_than({target, a, b}, draws);
      unit = population_[a].unit + f_ * (population_[b].unit - population_[c].unit);
    }
    cross_binomially(unit, parent, cr_, draws);
    repair(unit, parent);
  }

  Task task_;
  Population population_;
  double f_;
  double cr_;
  bool to_best_;
  std::map<std::uint64_t, Vector> out_;
};

}  // namespace

extern const MethodKind method_de;
const MethodKind method_de{
    {.name = "de",
     .meaning = "Differential evolution: members move along differences of others; robust and slow",
     .source = "Storn and Price 1997, doi:10.1023/A:1008202821328; mutation and constants of "
               "nevergrad 1.0",
     .options = de_options},
    [](const Task& task, const Settings& settings) -> std::unique_ptr<Method> {
      return std::make_unique<De>(task, settings);
    }};

}  // namespace arcuate::optimise

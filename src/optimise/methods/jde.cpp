#include <array>

#include "population.hpp"

namespace arcuate::optimise {
namespace {

constexpr std::array jde_options{
    MethodOption{"population",
                 by_rule,
                 5.0,
                 1e6,
                 true,
                 {},
                 "members; the rule: the largest of 5 n, 30 and the workers",
                 "between 5 n and 10 n: Storn and Price 1997, doi:10.1023/A:1008202821328"}};

class Jde : public Method {
 public:
  Jde(const Task& task, const Settings& settings)
      : task_(task),
        population_(task, settings.count("population", std::max({5 * task.dimension(), Index{30},
                                                                 Index{task.workers}}))),
        own_(static_cast<std::size_t>(population_.size())) {}

  std::optional<Vector> ask(std::uint64_t id) override {
    const Population::Turn turn = population_.take(id);
    Trial trial{population_[turn.target].unit, own_[turn.target]};
    if (!turn.first) mutate(trial, turn.target, id);
    Vector unit = trial.unit;
    out_.emplace(id, std::move(trial));
    return unit;
  }
  void tell(std::uint64_t id, const Result& result) override {
    const Population::Turn turn = population_.give_back(id, false);
    Trial trial = std::move(out_.extract(id).mapped());
    Individual& member = population_[turn.target];
    if (!(result.loss <= member.loss)) return;
    member = {std::move(trial.unit), result.loss};
    own_[turn.target] = trial.own;
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
  struct Own {
    double f = 0.5;
    double cr = 0.9;
  };
  struct Trial {
    Vector unit;
    Own own;
  };
  void mutate(Trial& trial, std::size_t target, std::uint64_t id) {
    Draws draws(task_.stream, Purpose::candidate, id);
    if (draws.chance(0.1)) trial.own.f = 0.1 + 0.9 * draws.uniform();
    if (draws.chance(0.1)) trial.own.cr = draws.uniform();
    const Vector parent = trial.unit;
    const std::size_t a = population_.other_than({target}, draws);
    const std::size_t b = population_.other_than({target, a}, draws);
    const std::size_t c = population_.other_than({target, a, b}, draws);
    trial.unit = population_[a].unit + trial.own.f * (population_[b].unit - population_[c].unit);
    cross_binomially(trial.unit, parent, trial.own.cr, draws);
    repair(trial.unit, parent);
  }

  Task task_;
  Population population_;
  std::vector<Own> own_;
  std::map<std::uint64_t, Trial> out_;
};

}  // namespace

extern const MethodKind method_jde;
const MethodKind method_jde{
    {.name = "jde",
     .meaning =
         "Differential evolution whose members carry their own F and CR, drawn anew with "
         "probability 0.1 and kept with success; for losses with many minima along the variables",
     .source = "Brest et al. 2006, doi:10.1109/TEVC.2006.872133",
     .options = jde_options},
    [](const Task& task, const Settings& settings) -> std::unique_ptr<Method> {
      return std::make_unique<Jde>(task, settings);
    }};

}  // namespace arcuate::optimise

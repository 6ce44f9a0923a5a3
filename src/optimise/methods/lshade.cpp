#include <algorithm>
#include <array>
#include <cmath>

#include "population.hpp"

namespace arcuate::optimise {
namespace {

constexpr std::string_view paper = "Tanabe and Fukunaga 2014, doi:10.1109/CEC.2014.6900380";
constexpr std::array lshade_options{
    MethodOption{"population",
                 by_rule,
                 5.0,
                 1e6,
                 true,
                 {},
                 "members at the begin; the rule: 18 n, at most half the budget; they become 4 "
                 "while the budget is spent",
                 paper},
    MethodOption{"memory", 6.0, 1.0, 1000.0, true, {}, "H, remembered means of F and CR", paper},
    MethodOption{
        "archive", 2.6, 0.0, 100.0, false, {}, "places for replaced members, over members", paper},
    MethodOption{"best",
                 0.11,
                 0.0,
                 1.0,
                 false,
                 {},
                 "part of the members of which one is the best that others move to",
                 paper}};

class Lshade : public Method {
 public:
  Lshade(const Task& task, const Settings& settings)
      : task_(task),
        first_size_(settings.count(
            "population", std::clamp(Index{18} * task.dimension(), Index{5},
                                     std::max(Index{5}, static_cast<Index>(task.budget / 2))))),
        population_(task, first_size_),
        size_(first_size_),
        archive_share_(settings["archive"]),
        best_share_(settings["best"]),
        memory_(static_cast<std::size_t>(settings["memory"])) {}

  std::optional<Vector> ask(std::uint64_t id) override {
    Population::Turn turn = population_.take(id);
    Trial trial;
    trial.unit = population_[turn.target].unit;
    if (!turn.first) mutate(trial, turn.target, id);
    trial.first = turn.first;
    Vector unit = trial.unit;
    out_.emplace(id, std::move(trial));
    return unit;
  }
  void tell(std::uint64_t id, const Result& result) override;
  void lose(std::uint64_t id) override {
    population_.give_back(id, true);
    out_.erase(id);
  }
  void inject(const Vector& unit, const Result& result) override {
    population_.inject(unit, result.loss);
  }
  [[nodiscard]] Index batch() const override { return size_; }

 private:
  struct Means {
    double f = 0.5;
    double cr = 0.5;  ///< NaN: from now on 0
  };
  struct Trial {
    Vector unit;
    double f = 0.0;
    double cr = 0.0;
    bool first = true;
  };
  struct Success {
    double f;
    double cr;
    double gain;
  };
  void draw_constants(Trial& trial, Draws& draws) const;
  void mutate(Trial& trial, std::size_t target, std::uint64_t id);
  const Vector& from_population_or_archive(std::size_t target, std::size_t a, Draws& draws) const;
  void archive(Vector unit, std::uint64_t id);
  void end_generation();
  void remember();

  Task task_;
  Index first_size_;
  Population population_;
  Index size_;
  double archive_share_;
  double best_share_;
  std::vector<Means> memory_;
  std::size_t slot_ = 0;
  std::vector<Vector> archive_;
  std::vector<Success> successes_;
  std::int64_t told_ = 0;
  std::int64_t in_generation_ = 0;
  std::map<std::uint64_t, Trial> out_;
};

void Lshade::draw_constants(Trial& trial, Draws& draws) const {
  const Means& m =
      memory_[static_cast<std::size_t>(draws.below(static_cast<Index>(memory_.size())))];
  do {
    trial.f = m.f + 0.1 * draws.cauchy();
  } while (trial.f <= 0.0);
  trial.f = std::min(trial.f, 1.0);
  trial.cr = std::isnan(m.cr) ? 0.0 : std::clamp(m.cr + 0.1 * draws.normal(), 0.0, 1.0);
}

const Vector& Lshade::from_population_or_archive(std::size_t target, std::size_t a,
                                                 Draws& draws) const {
  const auto all = population_.present();
  for (;;) {
    const auto k =
        static_cast<std::size_t>(draws.below(static_cast<Index>(all.size() + archive_.size())));
    if (k >= all.size()) return archive_[k - all.size()];
    if (all[k] != target && all[k] != a) return population_.members()[all[k]].unit;
  }
}

void Lshade::mutate(Trial& trial, std::size_t target, std::uint64_t id) {
  Draws draws(task_.stream, Purpose::candidate, id);
  draw_constants(trial, draws);
  const Vector parent = trial.unit;
  const std::vector<std::size_t> order = population_.ranked();
  const auto best = std::max(
      Index{2}, static_cast<Index>(std::lround(best_share_ * static_cast<double>(order.size()))));
  const Vector& towards = population_[order[static_cast<std::size_t>(draws.below(
                                          std::min(best, static_cast<Index>(order.size()))))]]
                              .unit;
  const std::size_t a = population_.other_than({target}, draws);
  const Vector& b = from_population_or_archive(target, a, draws);
  trial.unit += trial.f * (towards - parent) + trial.f * (population_[a].unit - b);
  cross_binomially(trial.unit, parent, trial.cr, draws);
  repair(trial.unit, parent);
}

void Lshade::archive(Vector unit, std::uint64_t id) {
  const auto places = static_cast<std::size_t>(archive_share_ * static_cast<double>(size_));
  if (places == 0) return;
  if (archive_.size() < places) return archive_.push_back(std::move(unit));
  Draws draws(task_.stream, Purpose::redraw, id);
  archive_[static_cast<std::size_t>(draws.below(static_cast<Index>(archive_.size())))] =
      std::move(unit);
}

void Lshade::tell(std::uint64_t id, const Result& result) {
  const Population::Turn turn = population_.give_back(id, false);
  Trial trial = std::move(out_.extract(id).mapped());
  ++told_;
  if (!population_.left(turn.target)) {
    Individual& member = population_[turn.target];
    if (!trial.first && result.loss < member.loss) {
      archive(member.unit, id);
      if (std::isfinite(member.loss))
        successes_.push_back({trial.f, trial.cr, member.loss - result.loss});
    }
    if (result.loss <= member.loss) member = {std::move(trial.unit), result.loss};
  }
  if (trial.first || ++in_generation_ < size_) return;
  end_generation();
}

void Lshade::end_generation() {
  constexpr double least = 4.0;
  in_generation_ = 0;
  remember();
  successes_.clear();
  const double spent =
      std::min(1.0, static_cast<double>(told_) / static_cast<double>(task_.budget));
  size_ = std::min(
      size_, static_cast<Index>(std::lround(static_cast<double>(first_size_) +
                                            (least - static_cast<double>(first_size_)) * spent)));
  size_ = std::max(size_, static_cast<Index>(least));
  population_.shrink(size_);
  const auto places = static_cast<std::size_t>(archive_share_ * static_cast<double>(size_));
  if (archive_.size() > places) archive_.resize(places);
}

constexpr double never = std::numeric_limits<double>::quiet_NaN();

/// Means of what succeeded, weighted by the gain.
void Lshade::remember() {
  double f = 0.0, ff = 0.0, cr = 0.0, crcr = 0.0, largest = 0.0;
  for (const Success& s : successes_) {
    f += s.gain * s.f;
    ff += s.gain * s.f * s.f;
    cr += s.gain * s.cr;
    crcr += s.gain * s.cr * s.cr;
    largest = std::max(largest, s.cr);
  }
  if (!(f > 0.0)) return;
  Means& m = memory_[slot_];
  m.f = ff / f;
  m.cr = std::isnan(m.cr) || largest == 0.0 ? never : crcr / cr;
  slot_ = (slot_ + 1) % memory_.size();
}

}  // namespace

extern const MethodKind method_lshade;
const MethodKind method_lshade{
    {.name = "lshade",
     .meaning = "L-SHADE: differential evolution that learns F and CR from success and whose "
                "population shrinks; for losses with many minima and a budget of 1000 evaluations "
                "a variable or more, which it has to know",
     .source = paper,
     .options = lshade_options},
    [](const Task& task, const Settings& settings) -> std::unique_ptr<Method> {
      return std::make_unique<Lshade>(task, settings);
    }};

}  // namespace arcuate::optimise

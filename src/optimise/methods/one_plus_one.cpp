#include <fmt/format.h>

#include <map>

#include "arcuate/optimise/method.hpp"
#include "repeats.hpp"

namespace arcuate::optimise {
namespace {

constexpr std::array<std::string_view, 2> step_words{"gaussian", "cauchy"};
constexpr std::array one_plus_one_options{
    MethodOption{"steps", 0.0, 0.0, 1.0, true, step_words,
                 "distribution of a step; Cauchy's has long ones",
                 "nevergrad 1.0 (OnePlusOne, CauchyOnePlusOne)"},
    MethodOption{"sigma",
                 1.0 / 6.0,
                 1e-6,
                 10.0,
                 false,
                 {},
                 "first step, of the range",
                 "nevergrad 1.0: a box is six deviations wide"},
    MethodOption{"again", 0.0, 0.0, 2.0, true, again_words,
                 "points that are evaluated again, for noisy losses: the most promising or any, as "
                 "long as the asks are at most a 20th of the cube of the points",
                 "nevergrad 1.0 (OptimisticNoisyOnePlusOne, NoisyOnePlusOne)"}};

class OnePlusOne : public Method {
 public:
  OnePlusOne(const Task& task, const Settings& settings)
      : task_(task),
        cauchy_(settings.is("steps", "cauchy")),
        optimistic_(settings.is("again", "optimistic")),
        again_(optimistic_ || settings.is("again", "random")),
        sigma_(settings["sigma"]),
        points_(again_) {}

  std::optional<Vector> ask(std::uint64_t id) override {
    ++asks_;
    Draws draws(task_.stream, Purpose::candidate, id);
    if (again_ && points_.again(asks_)) {
      const std::size_t k = optimistic_ ? points_.most_promising() : points_.any_known(draws);
      out_.emplace(id, k);
      return points_[k].unit;
    }
    Vector unit = begun_ ? stepped(draws) : task_.space->start();
    begun_ = true;
    out_.emplace(id, points_.add(unit));
    return unit;
  }
  void tell(std::uint64_t id, const Result& result) override {
    take(out_.extract(id).mapped(), result.loss);
  }
  void lose(std::uint64_t id) override { out_.erase(id); }
  void inject(const Vector& unit, const Result& result) override {
    const bool better = !points_.any() || result.loss < points_.best().mean;
    if (better) take(points_.add(unit), result.loss);
  }
  [[nodiscard]] Index batch() const override { return task_.workers; }
  [[nodiscard]] std::optional<Vector> centre() const override {
    if (!points_.any()) return std::nullopt;
    return points_.best().unit;
  }
  [[nodiscard]] std::string state() const override { return fmt::format("sigma {:.3g}", sigma_); }

 private:
  /// Reflected at the bounds, once.
  static double bounced(double u) {
    const double clipped = std::clamp(u, 0.0, 1.0);
    return std::clamp(2.0 * clipped - u, 0.0, 1.0);
  }
  Vector stepped(Draws& draws) const {
    Vector unit = points_.any() ? points_.best().unit : task_.space->start();
    for (double& u : unit)
      u = bounced(u + sigma_ * (cauchy_ ? draws.cauchy() : draws.normal()));
    return unit;
  }
  /// The one-fifth rule: 2^p 0.84^(1 - p) = 1 at p = 0.2.
  void take(std::size_t k, double loss) {
    const bool first = !points_.any();
    points_.tell(k, loss);
    if (!first && loss != previous_) sigma_ *= loss < previous_ ? 2.0 : 0.84;
    previous_ = points_.best().mean;
  }

  Task task_;
  bool cauchy_;
  bool optimistic_;
  bool again_;
  bool begun_ = false;
  double sigma_;
  double previous_ = 0.0;
  std::int64_t asks_ = 0;
  Repeats points_;
  std::map<std::uint64_t, std::size_t> out_;
};

}  // namespace

extern const MethodKind method_one_plus_one;
const MethodKind method_one_plus_one{
    {.name = "one_plus_one",
     .meaning = "One point and steps from it, longer after success and shorter after failure; for "
                "few workers and simple losses",
     .source = "Schumer and Steiglitz 1968, doi:10.1109/TAC.1968.1098903; factors of nevergrad 1.0",
     .options = one_plus_one_options},
    [](const Task& task, const Settings& settings) -> std::unique_ptr<Method> {
      return std::make_unique<OnePlusOne>(task, settings);
    }};

}  // namespace arcuate::optimise

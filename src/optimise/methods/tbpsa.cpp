#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>

#include "arcuate/core/math.hpp"
#include "arcuate/optimise/method.hpp"

namespace arcuate::optimise {
namespace {

constexpr std::array<std::string_view, 2> recommend_words{"centre", "best"};
constexpr std::array tbpsa_options{
    MethodOption{"sigma",
                 1.0 / 6.0,
                 1e-6,
                 10.0,
                 false,
                 {},
                 "standard deviation at the begin, of the range",
                 "nevergrad 1.0: a box is six deviations wide"},
    MethodOption{
        "recommend", 0.0, 0.0, 1.0, true, recommend_words,
        "what noisy searches end with: the centre (TBPSA), or the best that was seen (NaiveTBPSA)",
        "nevergrad 1.0"}};

/// Population control: Hellwig and Beyer 2016. Sizes and tests as in nevergrad 1.0.
class Tbpsa : public Method {
 public:
  Tbpsa(const Task& task, const Settings& settings)
      : task_(task),
        naive_(settings.is("recommend", "best")),
        mu_0_(task.dimension()),
        mu_(mu_0_),
        lambda_(std::max(4 * mu_0_, Index{task.workers})),
        centre_(task.space->start()),
        sigma_(settings["sigma"]) {}

  std::optional<Vector> ask(std::uint64_t id) override {
    if (task_.synchronous && asked_ >= lambda_) return std::nullopt;
    Draws draws(task_.stream, Purpose::candidate, id);
    const auto n = static_cast<double>(task_.dimension());
    Member member;
    member.sigma = sigma_ * math::exp(draws.normal() / std::sqrt(n));
    member.unit = centre_ + member.sigma * draws.normals(task_.dimension());
    for (double& u : member.unit)
      u = bounced(u);
    ++asked_;
    Vector unit = member.unit;
    out_.emplace(id, std::move(member));
    return unit;
  }
  void tell(std::uint64_t id, const Result& result) override {
    Member member = std::move(out_.extract(id).mapped());
    member.loss = result.loss;
    take(std::move(member));
  }
  void lose(std::uint64_t id) override {
    out_.erase(id);
    --asked_;
  }
  void inject(const Vector& unit, const Result& result) override {
    ++asked_;
    take({unit, sigma_, result.loss});
  }
  [[nodiscard]] std::optional<Vector> centre() const override {
    if (naive_) return std::nullopt;
    return centre_;
  }
  [[nodiscard]] std::string state() const override {
    return fmt::format("lambda {}, sigma {:.3g}", lambda_, sigma_);
  }

 private:
  struct Member {
    Vector unit;
    double sigma = 0.0;
    double loss = 0.0;
  };
  static double bounced(double u) {
    const double clipped = std::clamp(u, 0.0, 1.0);
    return std::clamp(2.0 * clipped - u, 0.0, 1.0);
  }
  void take(Member member) {
    if (std::isfinite(member.loss)) history_.push_back(member.loss);
    members_.push_back(std::move(member));
    control_population();
    if (static_cast<Index>(members_.size()) >= lambda_) update();
  }
  void control_population();
  void update();

  Task task_;
  bool naive_;
  Index mu_0_;
  Index mu_;
  Index lambda_;
  Vector centre_;
  double sigma_;
  Index asked_ = 0;
  std::vector<double> history_;  ///< losses since the last test
  std::vector<Member> members_;
  std::map<std::uint64_t, Member> out_;
};

/// Without progress from the first to the last of five populations noise rules: twice as many.
void Tbpsa::control_population() {
  const auto lambda = static_cast<std::size_t>(lambda_);
  if (history_.size() < 5 * lambda) return;
  const auto moments = [&](std::size_t from) {
    const Eigen::Map<const Eigen::ArrayXd> part(history_.data() + from, lambda_);
    const double mean = part.mean();
    const double variance = (part - mean).square().sum() / static_cast<double>(lambda_ - 1);
    return std::pair(mean, variance / static_cast<double>(lambda_));
  };
  const auto [first, first_error] = moments(0);
  const auto [last, last_error] = moments(history_.size() - lambda);
  const double z = (first - last) / std::sqrt(first_error + last_error);
  mu_ = z < 2.0 ? 2 * mu_ : std::max(mu_0_, static_cast<Index>(0.84 * static_cast<double>(mu_)));
  lambda_ = std::max(4 * mu_, Index{task_.workers});
  mu_ = lambda_ / 4;
  history_.clear();
}

void Tbpsa::update() {
  std::stable_sort(members_.begin(), members_.end(),
                   [](const Member& a, const Member& b) { return a.loss < b.loss; });
  const auto succeeded = std::count_if(members_.begin(), members_.end(),
                                       [](const Member& m) { return std::isfinite(m.loss); });
  const Index used = std::min(mu_, static_cast<Index>(succeeded));
  Vector sum = Vector::Zero(task_.dimension());
  double log_sigma = 0.0;
  for (Index k = 0; k < used; ++k) {
    const Member& m = members_[static_cast<std::size_t>(k)];
    sum += m.unit;
    log_sigma += math::log(m.sigma);
  }
  if (used > 0) {
    centre_ = sum / static_cast<double>(used);
    sigma_ = math::exp(log_sigma / static_cast<double>(used));
  }
  members_.clear();
  asked_ = 0;
}

}  // namespace

extern const MethodKind method_tbpsa;
const MethodKind method_tbpsa{
    {.name = "tbpsa",
     .meaning = "TBPSA: a normal distribution around a centre, with a population that grows where "
                "noise hides progress",
     .source =
         "Hellwig and Beyer 2016, doi:10.1007/978-3-319-45823-6_9; sizes and test of nevergrad 1.0",
     .options = tbpsa_options},
    [](const Task& task, const Settings& settings) -> std::unique_ptr<Method> {
      return std::make_unique<Tbpsa>(task, settings);
    }};

}  // namespace arcuate::optimise

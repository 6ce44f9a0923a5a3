#include "arcuate/optimise/optimiser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "arcuate/core/error.hpp"
#include "domination.hpp"

namespace arcuate::optimise {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void check(const Options& options) {
  if (options.budget < 1)
    throw ConfigError(fmt::format("budget is {} (allowed: 1 or more)", options.budget));
  if (options.workers < 1)
    throw ConfigError(fmt::format("workers is {} (allowed: 1 or more)", options.workers));
  if (options.objectives < 1)
    throw ConfigError(fmt::format("objectives is {} (allowed: 1 or more)", options.objectives));
}

void check_fits(const MethodInfo& info, const Space& space, const Options& options) {
  for (Index i = 0; i < space.dimension(); ++i) {
    const Variable& v = space.variables()[static_cast<std::size_t>(i)];
    if (space.discrete(i) ? info.discrete : info.real) continue;
    throw ConfigError(fmt::format("method {} cannot take {}, which is {} (allowed: {})", info.name,
                                  v.name, v.kind == Kind::real ? "real" : core::word_of(v.kind),
                                  info.real ? "real variables" : "integers and choices"));
  }
  if (options.objectives > 1 && !info.several)
    throw ConfigError(fmt::format(
        "method {} has one objective, not {} (allowed: nsga2, random and the other designs)",
        info.name, options.objectives));
}

Task task_of(const Space& space, const Options& options) {
  return {&space,
          {options.seed, options.island},
          options.budget,
          options.workers,
          options.synchronous,
          options.noisy,
          options.objectives};
}

std::uint64_t mix(std::uint64_t digest, const Vector& unit) {
  for (const double u : unit) {
    digest = (digest ^ std::bit_cast<std::uint64_t>(u)) * 0x9E3779B97F4A7C15U;
    digest ^= digest >> 29;
  }
  return digest;
}

}  // namespace

Optimiser::Optimiser(Space space, Options options)
    : space_(std::make_unique<Space>(std::move(space))), options_(std::move(options)) {
  check(options_);
  const Task task = task_of(*space_, options_);
  choice_ = choose_method(options_.method, task);
  check_fits(choice_.kind->info, *space_, options_);
  method_ = choice_.kind->make(task, Settings(choice_.kind->info, choice_.numbers));
}

Ended Optimiser::ended() const {
  // Lost workers are no failures, so what fails this often is the model or the space.
  const double n = static_cast<double>(space_->dimension());
  const auto most = std::max({std::int64_t{50},
                              std::int64_t{5} * (4 + static_cast<std::int64_t>(3.0 * std::log(n))),
                              std::int64_t{2} * options_.workers});
  if (failed_in_a_row_ >= most) return Ended::failing;
  if (asked_ >= options_.budget) return Ended::budget;
  if (method_->converged()) return Ended::converged;
  return Ended::no;
}

Candidate Optimiser::hand_out(std::uint64_t id, Vector unit, bool own) {
  digest_ = mix(digest_ + id, unit);
  events_.push_back({'a', id, {}});
  ++asked_;
  out_.emplace(id, Out{unit, own});
  Vector values = space_->decode(unit);
  return {id, std::move(unit), std::move(values)};
}

bool Optimiser::full() {
  if (options_.synchronous && method_->batch() > 0 && in_batch_ >= method_->batch()) return true;
  if (!next_) {
    if (std::optional<Vector> unit = method_->ask(last_id_ + 1))
      next_.emplace(++last_id_, std::move(*unit));
  }
  return !next_;
}

std::optional<Candidate> Optimiser::ask() {
  if (ended() != Ended::no) return std::nullopt;
  if (!suggested_.empty()) {
    Vector unit = std::move(suggested_.front());
    suggested_.pop_front();
    return hand_out(++last_id_, std::move(unit), false);
  }
  if (full()) return std::nullopt;
  auto [id, unit] = std::move(*next_);
  next_.reset();
  ++in_batch_;
  return hand_out(id, std::move(unit), true);
}

Result Optimiser::checked(std::span<const double> losses) const {
  if (losses.size() != static_cast<std::size_t>(options_.objectives))
    throw ConfigError(
        fmt::format("{} loss(es) for {} objective(s)", losses.size(), options_.objectives));
  Result result{losses.front(), {}};
  if (options_.objectives > 1) result.losses.assign(losses.begin(), losses.end());
  const bool finite =
      std::all_of(losses.begin(), losses.end(), [](double x) { return std::isfinite(x); });
  if (!finite) {
    result.loss = infinity;
    std::fill(result.losses.begin(), result.losses.end(), infinity);
  }
  return result;
}

void Optimiser::check_out(std::uint64_t id) const {
  if (out_.contains(id)) return;
  throw ConfigError(fmt::format(
      "candidate {} {}", id,
      id == 0 || id > last_id_ ? "was never asked for" : "was told already, or is not out yet"));
}

void Optimiser::tell(std::uint64_t id, double loss) {
  tell(id, std::span(&loss, 1));
}

void Optimiser::tell(std::uint64_t id, std::span<const double> losses) {
  check_out(id);
  Result result = checked(losses);
  events_.push_back({'t', id, {losses.begin(), losses.end()}});
  receive(id, std::move(result));
}

void Optimiser::fail(std::uint64_t id) {
  check_out(id);
  events_.push_back({'f', id, {}});
  Result result{infinity, {}};
  if (options_.objectives > 1)
    result.losses.assign(static_cast<std::size_t>(options_.objectives), infinity);
  receive(id, std::move(result));
}

void Optimiser::lose(std::uint64_t id) {
  check_out(id);
  events_.push_back({'l', id, {}});
  const bool own = out_.at(id).own;
  out_.erase(id);
  --asked_;
  if (!own) return;
  --in_batch_;
  method_->lose(id);
  deliver_batch();
}

void Optimiser::receive(std::uint64_t id, Result result) {
  auto node = out_.extract(id);
  Out& out = node.mapped();
  ++told_;
  failed_ += result.failed() ? 1 : 0;
  failed_in_a_row_ = result.failed() ? failed_in_a_row_ + 1 : 0;
  if (!result.failed()) note({id, out.unit, result.loss, result.losses});
  if (!options_.synchronous) {
    if (out.own) return method_->tell(id, result);
    if (!result.failed()) method_->inject(out.unit, result);
    return;
  }
  held_.emplace(id, std::pair(std::move(out), std::move(result)));
  deliver_batch();
}

void Optimiser::deliver_batch() {
  if (!options_.synchronous || !out_.empty() || held_.empty() || !full()) return;
  for (const auto& [id, pair] : std::exchange(held_, {})) {
    const auto& [out, result] = pair;
    if (out.own)
      method_->tell(id, result);
    else if (!result.failed())
      method_->inject(out.unit, result);
  }
  in_batch_ = 0;
}

void Optimiser::inject(const Vector& values, std::span<const double> losses) {
  inject_unit(space_->encode(values), losses);
}

void Optimiser::inject_unit(const Vector& unit, std::span<const double> losses) {
  const bool inside = unit.size() == space_->dimension() && (unit.array() >= 0.0).all() &&
                      (unit.array() <= 1.0).all();
  if (!inside) throw ConfigError("a point from elsewhere lies outside the bounds");
  const Result result = checked(losses);
  if (result.failed()) throw ConfigError("the loss of a point from elsewhere is not finite");
  std::vector<double> numbers(unit.begin(), unit.end());
  numbers.insert(numbers.end(), losses.begin(), losses.end());
  events_.push_back({'i', 0, std::move(numbers)});
  note({0, unit, result.loss, result.losses});
  method_->inject(unit, result);
}

void Optimiser::suggest(const Vector& values) {
  const Vector unit = space_->encode(values);
  events_.push_back({'s', 0, {unit.begin(), unit.end()}});
  suggested_.push_back(unit);
}

/// Ties go to the lower id, so that the order of results does not matter.
void Optimiser::note(const Point& point) {
  const bool better =
      !best_ || point.loss < best_->loss || (point.loss == best_->loss && point.id < best_->id);
  if (better) best_ = point;
  if (options_.objectives == 1) return;
  const auto dominated = [&](const Point& p) {
    return dominates(p.losses, point.losses) || p.losses == point.losses;
  };
  if (std::any_of(front_.begin(), front_.end(), dominated)) return;
  std::erase_if(front_, [&](const Point& p) { return dominates(point.losses, p.losses); });
  front_.push_back(point);
}

Vector Optimiser::recommendation() const {
  const std::optional<Vector> centre = method_->centre();
  if (centre && options_.noisy) return space_->decode(*centre);
  if (best_) return space_->decode(best_->unit);
  return space_->decode(centre ? *centre : space_->start());
}

}  // namespace arcuate::optimise

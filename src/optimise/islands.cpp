#include "arcuate/optimise/islands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "arcuate/core/error.hpp"

namespace arcuate::optimise {
namespace {

/// Results of one generation of CMA-ES with its usual population.
std::int64_t generation(const Space& space) {
  return 4 + static_cast<std::int64_t>(3.0 * std::log(static_cast<double>(space.dimension())));
}

void check_edges(const Matrix& edges, std::size_t islands) {
  const auto n = static_cast<Index>(islands);
  if (edges.rows() != n || edges.cols() != n)
    throw ConfigError(
        fmt::format("migration: edges are {} x {} (allowed: {} x {}, a row for each island)",
                    edges.rows(), edges.cols(), n, n));
  const bool probabilities = (edges.array() >= 0.0).all() && (edges.array() <= 1.0).all();
  if (!probabilities) throw ConfigError("migration: an edge is not in 0 to 1");
  if (edges.diagonal().cwiseAbs().maxCoeff() > 0.0)
    throw ConfigError("migration: an island sends to itself");
}

void check(const IslandsOptions& options) {
  if (options.islands.empty()) throw ConfigError("there are no islands (allowed: one or more)");
  for (std::size_t k = 0; k < options.islands.size(); ++k) {
    const double share = options.islands[k].share;
    if (!(share > 0.0) || !std::isfinite(share))
      throw ConfigError(fmt::format("island {}: share is {} (allowed: above 0)", k + 1, share));
  }
  const auto count = static_cast<std::int64_t>(options.islands.size());
  if (options.budget < count)
    throw ConfigError(fmt::format("budget is {} for {} islands (allowed: {} or more)",
                                  options.budget, count, count));
  if (options.workers < 1)
    throw ConfigError(fmt::format("workers is {} (allowed: 1 or more)", options.workers));
  if (options.migration.interval < 1)
    throw ConfigError(
        fmt::format("migration: interval is {} (allowed: 1 or more)", options.migration.interval));
  if (options.migration.size < 1)
    throw ConfigError(
        fmt::format("migration: size is {} (allowed: 1 or more)", options.migration.size));
}

Options options_of(const IslandsOptions& all, std::size_t k) {
  double sum = 0.0;
  for (const Island& island : all.islands)
    sum += island.share;
  const double part = all.islands[k].share / sum;
  const int workers = std::max(1, static_cast<int>(std::lround(part * all.workers)));
  const auto budget =
      std::max(std::int64_t{1},
               static_cast<std::int64_t>(std::llround(part * static_cast<double>(all.budget))));
  return {all.islands[k].method, budget,    all.seed,      static_cast<std::uint32_t>(k), workers,
          all.synchronous,       all.noisy, all.objectives};
}

}  // namespace

Matrix edges_of(Topology topology, Index n) {
  Matrix edges = Matrix::Zero(n, n);
  for (Index from = 0; from < n; ++from)
    for (Index to = 0; to < n; ++to) {
      const bool ring = topology == Topology::ring && to == (from + 1) % n;
      const bool star = topology == Topology::star && (from == 0 || to == 0);
      if (from != to && (ring || star || topology == Topology::full)) edges(from, to) = 1.0;
    }
  return edges;
}

Islands::Islands(const Space& space, IslandsOptions options) : options_(std::move(options)) {
  check(options_);
  const Migration& migration = options_.migration;
  edges_ = migration.topology == Topology::custom
               ? migration.edges
               : edges_of(migration.topology, static_cast<Index>(options_.islands.size()));
  check_edges(edges_, options_.islands.size());
  for (std::size_t k = 0; k < options_.islands.size(); ++k) {
    try {
      searches_.emplace_back(space, options_of(options_, k));
    } catch (const ConfigError& error) {
      throw ConfigError(fmt::format("island {}: {}", k + 1, error.what()));
    }
  }
  recent_.resize(searches_.size());
  batch_.resize(searches_.size());
  interval_ = migration.interval * generation(space);
  if (migration.interval < 5 && edges_.sum() > 0.0)
    warnings_.push_back(
        fmt::format("migration after every {} generation(s): islands become alike, and find less "
                    "than one (5 to 20 is usual)",
                    migration.interval));
}

double Islands::spent(std::size_t island) const {
  return static_cast<double>(searches_[island].asked()) / options_.islands[island].share;
}

/// Islands, that with the fewest evaluations for its share first.
std::vector<std::size_t> Islands::by_deficit() const {
  std::vector<std::size_t> order(searches_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return spent(a) < spent(b); });
  return order;
}

std::optional<IslandCandidate> Islands::ask_of(std::size_t island) {
  std::optional<Candidate> candidate = searches_[island].ask();
  if (!candidate) return std::nullopt;
  recent_[island].out.emplace(candidate->id, candidate->unit);
  out_.emplace(++last_id_, Sender{island, candidate->id});
  candidate->id = last_id_;
  return IslandCandidate{std::move(*candidate), island};
}

std::optional<IslandCandidate> Islands::ask() {
  if (in_rounds()) {
    if (round_.empty() && out_.empty()) begin_round();
    if (round_.empty()) return std::nullopt;
    IslandCandidate candidate = std::move(round_.front());
    round_.pop_front();
    return candidate;
  }
  for (const std::size_t k : by_deficit()) {
    if (std::optional<IslandCandidate> candidate = ask_of(k)) return candidate;
  }
  return std::nullopt;
}

/// Not where it is a generation of its own ahead of another. Those that give one candidate at a
/// time hold nobody back and are always there.
bool Islands::joins(std::size_t island) const {
  if (batch_[island] <= 1) return true;
  double least = spent(island);
  for (std::size_t k = 0; k < searches_.size(); ++k) {
    if (batch_[k] > 1 && searches_[k].ended() == Ended::no) least = std::min(least, spent(k));
  }
  return spent(island) - least <
         static_cast<double>(batch_[island]) / options_.islands[island].share;
}

void Islands::begin_round() {
  std::vector<std::size_t> all(searches_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::erase_if(all, [&](std::size_t k) { return !joins(k); });
  for (const std::size_t k : all) {
    // A design never waits for results.
    const std::int64_t most = std::max(interval_, std::int64_t{options_.workers});
    const std::size_t before = round_.size();
    while (std::ssize(round_) - static_cast<std::int64_t>(before) < most) {
      std::optional<IslandCandidate> candidate = ask_of(k);
      if (!candidate) break;
      round_.push_back(std::move(*candidate));
    }
    batch_[k] = std::ssize(round_) - static_cast<std::int64_t>(before);
  }
}

void Islands::settle() {
  if (!options_.synchronous || !out_.empty()) return;
  for (const auto& [id, held] : std::exchange(held_, {}))
    pass_on(held.sender, held.losses);
  if (in_rounds() || !searches_.front().holds()) settled_ = last_id_;
}

Islands::Sender Islands::take(std::uint64_t id) {
  const auto waits = [id](const IslandCandidate& one) { return one.candidate.id == id; };
  const bool asked = std::none_of(round_.begin(), round_.end(), waits);
  const auto node = asked ? out_.extract(id) : decltype(out_)::node_type{};
  if (node.empty())
    throw ConfigError(fmt::format(
        "candidate {} {}", id,
        !asked || id == 0 || id > last_id_ ? "was never asked for" : "was told already"));
  return node.mapped();
}

void Islands::tell(std::uint64_t id, double loss) {
  tell(id, std::span(&loss, 1));
}

void Islands::tell(std::uint64_t id, std::span<const double> losses) {
  if (losses.size() != static_cast<std::size_t>(options_.objectives))
    throw ConfigError(
        fmt::format("{} loss(es) for {} objective(s)", losses.size(), options_.objectives));
  told(id, {losses.begin(), losses.end()});
}

void Islands::fail(std::uint64_t id) {
  told(id, {});
}

void Islands::told(std::uint64_t id, std::vector<double> losses) {
  const Sender sender = take(id);
  if (in_rounds()) {
    held_.emplace(id, Held{sender, std::move(losses)});
  } else {
    pass_on(sender, losses);
  }
  settle();
}

void Islands::lose(std::uint64_t id) {
  const Sender sender = take(id);
  searches_[sender.island].lose(sender.id);
  recent_[sender.island].out.erase(sender.id);
  settle();
}

void Islands::pass_on(const Sender& sender, const std::vector<double>& losses) {
  if (losses.empty()) {
    searches_[sender.island].fail(sender.id);
  } else {
    searches_[sender.island].tell(sender.id, losses);
  }
  received(sender, losses);
}

/// losses: none of a candidate that failed.
void Islands::received(const Sender& sender, std::span<const double> losses) {
  Recent& recent = recent_[sender.island];
  const auto node = recent.out.extract(sender.id);
  const bool finite = !losses.empty() && std::all_of(losses.begin(), losses.end(),
                                                     [](double x) { return std::isfinite(x); });
  if (finite)
    recent.points.push_back(
        {sender.id, node.mapped(), losses.front(), {losses.begin(), losses.end()}});
  ++told_;
  if (++recent.since < interval_) return;
  recent.since = 0;
  migrate(sender.island);
  recent.points.clear();
}

/// Since the last migration: the best, or any.
std::vector<Point> Islands::chosen(std::size_t from) {
  std::vector<Point> points = recent_[from].points;
  const std::size_t size =
      std::min(points.size(), static_cast<std::size_t>(options_.migration.size));
  if (options_.migration.selection == Selection::best) {
    std::stable_sort(points.begin(), points.end(),
                     [](const Point& a, const Point& b) { return a.loss < b.loss; });
  } else {
    Draws draws({options_.seed, static_cast<std::uint32_t>(from)}, Purpose::migrate,
                (std::uint64_t{1} << 40) + migrations_);
    for (std::size_t k = 0; k < size; ++k)
      std::swap(
          points[k],
          points[k + static_cast<std::size_t>(draws.below(static_cast<Index>(points.size() - k)))]);
  }
  points.resize(size);
  return points;
}

void Islands::migrate(std::size_t from) {
  ++migrations_;
  Draws draws({options_.seed, static_cast<std::uint32_t>(from)}, Purpose::migrate, migrations_);
  const std::vector<Point> points = chosen(from);
  for (std::size_t to = 0; to < searches_.size(); ++to) {
    const double edge = edges_(static_cast<Index>(from), static_cast<Index>(to));
    if (edge == 0.0 || !draws.chance(edge)) continue;
    for (const Point& point : points)
      send(from, to, point);
  }
}

void Islands::send(std::size_t from, std::size_t to, const Point& point) {
  const std::optional<Point>& best = searches_[to].best();
  const bool better = options_.objectives > 1 || !best || point.loss < best->loss;
  const bool taken = searches_[to].ended() == Ended::no &&
                     (better || options_.migration.acceptance == Acceptance::always);
  if (!taken) {
    ++refused_;
    return;
  }
  searches_[to].inject_unit(point.unit, point.losses);
  migrants_.push_back({from, to, told_, point.unit, point.loss});
}

Ended Islands::ended() const {
  if (!round_.empty()) return Ended::no;
  const auto is = [&](Ended what) {
    return [what](const Optimiser& search) { return search.ended() == what; };
  };
  if (std::all_of(searches_.begin(), searches_.end(), is(Ended::failing))) return Ended::failing;
  if (std::any_of(searches_.begin(), searches_.end(), is(Ended::no))) return Ended::no;
  return std::any_of(searches_.begin(), searches_.end(), is(Ended::budget)) ? Ended::budget
                                                                            : Ended::converged;
}

std::size_t Islands::best_island() const {
  std::size_t found = 0;
  for (std::size_t k = 1; k < searches_.size(); ++k) {
    const std::optional<Point>& best = searches_[k].best();
    const bool better =
        best && (!searches_[found].best() || best->loss < searches_[found].best()->loss);
    if (better) found = k;
  }
  return found;
}

const std::optional<Point>& Islands::best() const {
  return searches_[best_island()].best();
}

}  // namespace arcuate::optimise

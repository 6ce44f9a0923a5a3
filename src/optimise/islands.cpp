#include "arcuate/optimise/islands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

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
  interval_ = migration.interval * generation(space);
  if (migration.interval < 5 && edges_.sum() > 0.0)
    warnings_.push_back(
        fmt::format("migration after every {} generation(s): islands become alike, and find less "
                    "than one (5 to 20 is usual)",
                    migration.interval));
}

/// Islands, that with the fewest evaluations for its share first.
std::vector<std::size_t> Islands::by_deficit() const {
  std::vector<std::size_t> order(searches_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return static_cast<double>(searches_[a].asked()) / options_.islands[a].share <
           static_cast<double>(searches_[b].asked()) / options_.islands[b].share;
  });
  return order;
}

std::optional<IslandCandidate> Islands::ask() {
  for (const std::size_t k : by_deficit()) {
    std::optional<Candidate> candidate = searches_[k].ask();
    if (!candidate) continue;
    recent_[k].out.emplace(candidate->id, candidate->unit);
    out_.emplace(++last_id_, Sender{k, candidate->id});
    candidate->id = last_id_;
    return IslandCandidate{std::move(*candidate), k};
  }
  return std::nullopt;
}

Islands::Sender Islands::take(std::uint64_t id) {
  const auto node = out_.extract(id);
  if (node.empty())
    throw ConfigError(
        fmt::format("candidate {} {}", id,
                    id == 0 || id > last_id_ ? "was never asked for" : "was told already"));
  return node.mapped();
}

void Islands::tell(std::uint64_t id, double loss) {
  tell(id, std::span(&loss, 1));
}

void Islands::tell(std::uint64_t id, std::span<const double> losses) {
  if (losses.size() != static_cast<std::size_t>(options_.objectives))
    throw ConfigError(
        fmt::format("{} loss(es) for {} objective(s)", losses.size(), options_.objectives));
  const Sender sender = take(id);
  searches_[sender.island].tell(sender.id, losses);
  received(sender, losses);
}

void Islands::fail(std::uint64_t id) {
  const Sender sender = take(id);
  searches_[sender.island].fail(sender.id);
  received(sender, {});
}

void Islands::lose(std::uint64_t id) {
  const Sender sender = take(id);
  searches_[sender.island].lose(sender.id);
  recent_[sender.island].out.erase(sender.id);
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

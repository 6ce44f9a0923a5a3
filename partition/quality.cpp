#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "clusters.hpp"

namespace arcuate::partition {
namespace {

// What one part does in a step.
struct Load {
  double compute = 0.0;
  std::int64_t values = 0;    // sources received and sent
  std::int64_t channels = 0;  // in and out
};

std::vector<LocalIndex> regions_by_part(const std::vector<std::int32_t>& owner, int parts,
                                        std::vector<std::size_t>& first) {
  first.assign(static_cast<std::size_t>(parts) + 1, 0);
  for (std::int32_t p : owner)
    ++first[static_cast<std::size_t>(p) + 1];
  std::partial_sum(first.begin(), first.end(), first.begin());
  std::vector<std::size_t> next(first.begin(), first.end() - 1);
  std::vector<LocalIndex> regions(owner.size());
  for (std::size_t i = 0; i < owner.size(); ++i) {
    regions[next[static_cast<std::size_t>(owner[i])]++] = static_cast<LocalIndex>(i);
  }
  return regions;
}

// Counts part by part, so that "already counted for this part" is one stamp per source and sender.
class Counter {
 public:
  Counter(const Graph& graph, const std::vector<std::int32_t>& owner, int parts)
      : loads(static_cast<std::size_t>(parts)),
        graph_(graph),
        owner_(owner),
        source_seen_(owner.size(), -1),
        sender_seen_(static_cast<std::size_t>(parts), -1) {}

  void count(std::int32_t part, LocalIndex region) {
    const auto i = static_cast<std::size_t>(region);
    const auto end = static_cast<std::size_t>(graph_.row[i + 1]);
    for (auto e = static_cast<std::size_t>(graph_.row[i]); e < end; ++e) {
      const auto source = static_cast<std::size_t>(graph_.source[e]);
      if (owner_[source] == part) continue;
      ++cut_edges;
      smallest_lag = std::min<std::int64_t>(smallest_lag, graph_.lag[e]);
      if (source_seen_[source] != part) receive(part, source);
    }
  }

  std::vector<Load> loads;
  std::int64_t cut_edges = 0;
  std::int64_t smallest_lag = std::numeric_limits<std::int64_t>::max();
  std::int64_t pairs = 0;
  std::int64_t channels = 0;

 private:
  void receive(std::int32_t part, std::size_t source) {
    source_seen_[source] = part;
    const auto sender = static_cast<std::size_t>(owner_[source]);
    const auto receiver = static_cast<std::size_t>(part);
    ++pairs;
    ++loads[sender].values;
    ++loads[receiver].values;
    if (sender_seen_[sender] == part) return;
    sender_seen_[sender] = part;
    ++channels;
    ++loads[sender].channels;
    ++loads[receiver].channels;
  }

  const Graph& graph_;
  const std::vector<std::int32_t>& owner_;
  std::vector<std::int32_t> source_seen_;
  std::vector<std::int32_t> sender_seen_;
};

// Exchanges per step whose message is awaited right after it was sent.
double exposed_exchanges(std::int64_t lag, Step period, Step block) {
  if (period >= block) return 2 * period - 1 > lag ? 1.0 / static_cast<double>(period) : 0.0;
  Step exposed = 0;
  for (Step begin = 0; begin < block; begin += period) {
    if (newest_needed(begin, period, lag, block) > begin - period) ++exposed;
  }
  return static_cast<double>(exposed) / static_cast<double>(block);
}

double predict(const std::vector<Load>& loads, const Quality& quality, double values_per_source,
               Step block, const CostModel& model) {
  double exchanges = 0.0;
  double exposed = 0.0;
  if (quality.cut_edges > 0) {
    const bool every_stage = quality.smallest_cut_lag < 0;
    exchanges = every_stage ? model.stages : 1.0 / static_cast<double>(quality.period);
    exposed = every_stage ? model.stages
                          : exposed_exchanges(quality.smallest_cut_lag, quality.period, block);
  }
  double slowest = 0.0;
  for (const Load& load : loads) {
    const double values = values_per_source * static_cast<double>(load.values);
    const double messages = exchanges * static_cast<double>(load.channels);
    slowest =
        std::max(slowest, load.compute + model.halo_value * values + model.message * messages);
  }
  return slowest + model.latency * exposed;
}

}  // namespace

Quality evaluate(const Graph& graph, const std::vector<std::int32_t>& owner, int parts, Step block,
                 const Options& options, const CostModel& model) {
  assert(std::ssize(owner) == graph.n_regions());
  const std::vector<double> costs = region_costs(graph, block, model);
  std::vector<std::size_t> first;
  const std::vector<LocalIndex> regions = regions_by_part(owner, parts, first);
  Counter counter(graph, owner, parts);
  for (std::int32_t p = 0; p < parts; ++p) {
    const auto part = static_cast<std::size_t>(p);
    for (std::size_t at = first[part]; at < first[part + 1]; ++at) {
      counter.loads[part].compute += costs[static_cast<std::size_t>(regions[at])];
      counter.count(p, regions[at]);
    }
  }
  double total = 0.0;
  double largest = 0.0;
  for (const Load& load : counter.loads) {
    total += load.compute;
    largest = std::max(largest, load.compute);
  }
  Quality quality;
  quality.imbalance = total > 0.0 ? largest * parts / total - 1.0 : 0.0;
  quality.cut_edges = counter.cut_edges;
  quality.smallest_cut_lag = counter.cut_edges > 0 ? counter.smallest_lag : -2;
  quality.period = counter.cut_edges > 0 ? message_period(counter.smallest_lag, block) : 0;
  quality.channels = counter.channels;
  quality.halo_values = std::llround(static_cast<double>(counter.pairs) * graph.values_per_source);
  if (quality.period > 0) {
    const auto period = static_cast<double>(quality.period);
    quality.messages_per_second =
        static_cast<double>(quality.channels) * 1000.0 / options.dt / period;
    quality.bytes_per_period = static_cast<double>(quality.halo_values) * period * 8.0;
  }
  quality.predicted_cost = predict(counter.loads, quality, graph.values_per_source, block, model);
  return quality;
}

}  // namespace arcuate::partition

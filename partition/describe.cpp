#include "arcuate/partition/describe.hpp"
#include "arcuate/core/counted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace arcuate::partition {
namespace {

double percent(std::int64_t count, std::int64_t of) {
  return of > 0 ? 100.0 * static_cast<double>(count) / static_cast<double>(of) : 0.0;
}

std::string bytes(double count) {
  if (count < 1024.0) return fmt::format("{:.0f} B", count);
  if (count < 1048576.0) return fmt::format("{:.1f} KiB", count / 1024.0);
  if (count < 1073741824.0) return fmt::format("{:.1f} MiB", count / 1048576.0);
  return fmt::format("{:.1f} GiB", count / 1073741824.0);
}

std::string steps_and_ms(std::int64_t steps, double dt) {
  return fmt::format("{} step{} ({:g} ms)", steps, steps == 1 ? "" : "s",
                     static_cast<double>(steps) * dt);
}

std::string delay(std::int64_t lag, double dt) {
  return lag < 0 ? "undelayed, exchanged at every stage" : steps_and_ms(lag, dt);
}

}  // namespace

int empty_parts(const Partition& partition) {
  std::vector<std::int32_t> owners = partition.owner;
  std::sort(owners.begin(), owners.end());
  const auto end = std::unique(owners.begin(), owners.end());
  return partition.parts - static_cast<int>(end - owners.begin());
}

std::string describe(const Partition& partition, const Graph& graph, double dt) {
  const Quality& quality = partition.quality;
  std::string text;
  const auto line = [&](std::string_view name, const std::string& value) {
    fmt::format_to(std::back_inserter(text), "{:<22}{}\n", name, value);
  };
  line("method", partition.method);
  line("parts", fmt::format("{} of {}, {}", partition.parts, counted(graph.n_regions(), "region"),
                            counted(graph.n_edges(), "edge")));
  if (const int empty = empty_parts(partition); empty > 0) {
    line("empty parts", fmt::format("{}: a rank without a region computes nothing; {} ranks are "
                                    "as fast",
                                    empty, partition.parts - empty));
  }
  line("imbalance", fmt::format("{:.1f} %", 100.0 * quality.imbalance));
  line("edge cut", fmt::format("{} ({:.1f} %)", quality.cut_edges,
                               percent(quality.cut_edges, graph.n_edges())));
  if (quality.cut_edges == 0) {
    line("smallest cut delay", "none: no edge joins two parts, so nothing is sent");
  } else {
    line("smallest cut delay", delay(quality.smallest_cut_lag, dt));
    line("epoch", steps_and_ms(quality.period, dt));
    line("halo", fmt::format("{} values per step, {} per epoch", quality.halo_values,
                             bytes(quality.bytes_per_period)));
    line("messages", fmt::format("{:.0f} per simulated second between {} pairs of parts",
                                 quality.messages_per_second, quality.channels));
  }
  if (!partition.note.empty()) line("note", partition.note);
  return text;
}

std::string describe(const std::vector<Partition>& candidates, const Graph& graph, double dt) {
  std::size_t width = 9;
  for (const Partition& candidate : candidates)
    width = std::max(width, candidate.method.size());
  std::string text =
      fmt::format("{:<{}}  {:>9} {:>7} {:>11} {:>10} {:>11} {:>12} {:>14}\n", "candidate", width,
                  "imbalance", "cut", "cut delay", "epoch", "halo", "messages/s", "predicted cost");
  for (const Partition& candidate : candidates) {
    const Quality& q = candidate.quality;
    const bool cut = q.cut_edges > 0;
    const auto ms = [&](std::int64_t steps) {
      return cut ? fmt::format("{:.4g} ms", static_cast<double>(std::max(steps, Step{0})) * dt)
                 : std::string("-");
    };
    fmt::format_to(std::back_inserter(text),
                   "{:<{}}  {:>7.1f} % {:>5.1f} % {:>11} {:>10} {:>11} {:>12.0f} {:>14.0f}\n",
                   candidate.method, width, 100.0 * q.imbalance,
                   percent(q.cut_edges, graph.n_edges()), ms(q.smallest_cut_lag), ms(q.period),
                   q.halo_values, q.messages_per_second, q.predicted_cost);
  }
  return text;
}

}  // namespace arcuate::partition

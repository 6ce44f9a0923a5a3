#include <algorithm>

#include "structure.hpp"

namespace arcuate::network {
namespace {

/// The undirected pairs of the ring, each once with first < second; k is even.
std::vector<Pair> ring_pairs(GlobalIndex regions, int k) {
  const GlobalIndex reach = std::min<GlobalIndex>(k / 2, regions / 2);
  std::vector<Pair> pairs;
  pairs.reserve(static_cast<std::size_t>(regions * reach));
  for (GlobalIndex i = 0; i < regions; ++i) {
    for (GlobalIndex offset = 1; offset <= reach; ++offset) {
      const GlobalIndex j = (i + offset) % regions;
      // Half way round an even ring the same pair is met from both ends.
      if (2 * offset == regions && j < i) continue;
      pairs.emplace_back(static_cast<LocalIndex>(std::min(i, j)),
                         static_cast<LocalIndex>(std::max(i, j)));
    }
  }
  return pairs;
}

/// Watts-Strogatz rewiring: adjacency as one ascending list per region.
class Rewiring {
 public:
  Rewiring(const GeneratorOptions& options)
      : regions_(options.regions),
        beta_(options.beta),
        draws_(options.seed, Purpose::rewire),
        neighbours_(static_cast<std::size_t>(options.regions)) {
    for (const auto& [i, j] : ring_pairs(options.regions, options.k)) {
      insert(i, j);
      insert(j, i);
    }
  }

  /// Visits the pairs i < j in row order; a pair that a rewiring creates ahead of the scan is
  /// visited too.
  void run() {
    for (LocalIndex i = 0; i < regions_; ++i) {
      std::uint64_t draw = 0;
      LocalIndex at = i;
      while (true) {
        const auto& list = of(i);
        const auto next = std::upper_bound(list.begin(), list.end(), at);
        if (next == list.end()) break;
        at = *next;
        if (draws_.uniform(static_cast<std::uint64_t>(i), draw++) < beta_) rewire(i, at, draw);
      }
    }
  }

  [[nodiscard]] std::vector<Pair> pairs() const {
    std::vector<Pair> result;
    for (LocalIndex i = 0; i < regions_; ++i) {
      for (LocalIndex j : neighbours_[static_cast<std::size_t>(i)]) {
        if (j > i) result.emplace_back(i, j);
      }
    }
    return result;
  }

 private:
  std::vector<LocalIndex>& of(LocalIndex i) { return neighbours_[static_cast<std::size_t>(i)]; }

  void insert(LocalIndex i, LocalIndex j) {
    auto& list = of(i);
    list.insert(std::lower_bound(list.begin(), list.end(), j), j);
  }

  void erase(LocalIndex i, LocalIndex j) {
    auto& list = of(i);
    list.erase(std::lower_bound(list.begin(), list.end(), j));
  }

  [[nodiscard]] bool free(LocalIndex i, LocalIndex t) {
    const auto& list = of(i);
    return t != i && !std::binary_search(list.begin(), list.end(), t);
  }

  void rewire(LocalIndex i, LocalIndex j, std::uint64_t& draw) {
    erase(i, j);
    erase(j, i);
    const LocalIndex t = free_target(i, draw);
    insert(i, t);
    insert(t, i);
  }

  /// Uniform over the regions not adjacent to i. Rejection is quick while most regions are free.
  LocalIndex free_target(LocalIndex i, std::uint64_t& draw) {
    const auto row = static_cast<std::uint64_t>(i);
    if (2 * static_cast<GlobalIndex>(of(i).size()) < regions_) {
      while (true) {
        const double u = draws_.uniform(row, draw++);
        const auto t = static_cast<LocalIndex>(u * static_cast<double>(regions_));
        if (free(i, t)) return t;
      }
    }
    std::vector<LocalIndex> candidates;
    for (LocalIndex t = 0; t < regions_; ++t) {
      if (free(i, t)) candidates.push_back(t);
    }
    const double u = draws_.uniform(row, draw++);
    return candidates[static_cast<std::size_t>(u * static_cast<double>(candidates.size()))];
  }

  GlobalIndex regions_;
  double beta_;
  Draws draws_;
  std::vector<std::vector<LocalIndex>> neighbours_;
};

Structure directed_erdos_renyi(const GeneratorOptions& options, const Draws& draws) {
  Structure structure;
  structure.row.push_back(0);
  for (GlobalIndex i = 0; i < options.regions; ++i) {
    std::uint64_t draw = 0;
    select_bernoulli(draws, static_cast<std::uint64_t>(i), draw, 0, options.regions - 1, options.p,
                     [&](std::int64_t at) {
                       structure.source.push_back(static_cast<LocalIndex>(at < i ? at : at + 1));
                     });
    structure.row.push_back(static_cast<GlobalIndex>(structure.source.size()));
  }
  return structure;
}

/// First region of each block and the end. Equal blocks: the first ones are one larger.
std::vector<GlobalIndex> block_starts(const GeneratorOptions& options) {
  std::vector<GlobalIndex> starts{0};
  if (!options.block_sizes.empty()) {
    for (GlobalIndex size : options.block_sizes)
      starts.push_back(starts.back() + size);
    return starts;
  }
  const GlobalIndex size = options.regions / options.blocks;
  const GlobalIndex larger = options.regions % options.blocks;
  for (GlobalIndex b = 0; b < options.blocks; ++b) {
    starts.push_back(starts.back() + size + (b < larger ? 1 : 0));
  }
  return starts;
}

}  // namespace

Structure mirrored(GlobalIndex regions, const std::vector<Pair>& pairs) {
  Structure structure;
  structure.row.assign(static_cast<std::size_t>(regions) + 1, 0);
  for (const auto& [i, j] : pairs) {
    ++structure.row[static_cast<std::size_t>(i) + 1];
    ++structure.row[static_cast<std::size_t>(j) + 1];
  }
  for (std::size_t i = 0; i + 1 < structure.row.size(); ++i)
    structure.row[i + 1] += structure.row[i];
  structure.source.resize(2 * pairs.size());
  std::vector<GlobalIndex> next(structure.row.begin(), structure.row.end() - 1);
  for (const auto& [i, j] : pairs) {
    structure.source[static_cast<std::size_t>(next[static_cast<std::size_t>(i)]++)] = j;
    structure.source[static_cast<std::size_t>(next[static_cast<std::size_t>(j)]++)] = i;
  }
  for (std::size_t i = 0; i + 1 < structure.row.size(); ++i) {
    std::sort(structure.source.begin() + structure.row[i],
              structure.source.begin() + structure.row[i + 1]);
  }
  return structure;
}

Structure erdos_renyi(const GeneratorOptions& options) {
  const Draws draws(options.seed, Purpose::mask);
  if (!options.symmetric) return directed_erdos_renyi(options, draws);
  std::vector<Pair> pairs;
  for (GlobalIndex i = 0; i < options.regions; ++i) {
    std::uint64_t draw = 0;
    select_bernoulli(draws, static_cast<std::uint64_t>(i), draw, i + 1, options.regions, options.p,
                     [&](std::int64_t j) {
                       pairs.emplace_back(static_cast<LocalIndex>(i), static_cast<LocalIndex>(j));
                     });
  }
  return mirrored(options.regions, pairs);
}

Structure ring_lattice(const GeneratorOptions& options) {
  return mirrored(options.regions, ring_pairs(options.regions, options.k));
}

Structure small_world(const GeneratorOptions& options) {
  Rewiring rewiring(options);
  rewiring.run();
  return mirrored(options.regions, rewiring.pairs());
}

Structure stochastic_block_model(const GeneratorOptions& options) {
  const Draws draws(options.seed, Purpose::mask);
  const std::vector<GlobalIndex> starts = block_starts(options);
  Structure structure;
  structure.row.push_back(0);
  for (std::size_t own = 0; own + 1 < starts.size(); ++own) {
    for (GlobalIndex i = starts[own]; i < starts[own + 1]; ++i) {
      std::uint64_t draw = 0;
      for (std::size_t b = 0; b + 1 < starts.size(); ++b) {
        select_bernoulli(draws, static_cast<std::uint64_t>(i), draw, starts[b], starts[b + 1],
                         b == own ? options.p_in : options.p_out, [&](std::int64_t j) {
                           if (j != i) structure.source.push_back(static_cast<LocalIndex>(j));
                         });
      }
      structure.row.push_back(static_cast<GlobalIndex>(structure.source.size()));
    }
  }
  return structure;
}

}  // namespace arcuate::network

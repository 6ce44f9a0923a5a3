#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "arcuate/network/builder.hpp"
#include "arcuate/network/connectome.hpp"
#include "arcuate/network/draws.hpp"
#include "arcuate/network/generators.hpp"

/// Parts shared by the generators: who connects to whom first, then weights, then lengths.
namespace arcuate::network {

using Pair = std::pair<LocalIndex, LocalIndex>;
using Point = std::array<double, 3>;  // [mm]

/// Who connects to whom, in compressed rows by target.
struct Structure {
  std::vector<GlobalIndex> row;    ///< (n_regions + 1)
  std::vector<LocalIndex> source;  ///< (n_edges) ascending inside a row
};

/// Both directions of each undirected pair; the pairs are distinct and without (i, i).
Structure mirrored(GlobalIndex regions, const std::vector<Pair>& pairs);

/// Appends the members of [first, last) that an independent coin of probability p selects, without
/// visiting the others: the gap to the next member is geometric. `row` names the coins and
/// `draw` counts the ones used by this row.
template <typename Accept>
void select_bernoulli(const Draws& draws, std::uint64_t row, std::uint64_t& draw,
                      std::int64_t first, std::int64_t last, double p, Accept accept) {
  if (p <= 0.0) return;
  const double scale = p < 1.0 ? 1.0 / std::log1p(-p) : 0.0;
  for (std::int64_t at = first; at < last; ++at) {
    const double gap = std::floor(std::log(draws.uniform(row, draw++)) * scale);
    if (gap >= static_cast<double>(last - at)) return;
    at += static_cast<std::int64_t>(gap);
    accept(at);
  }
}

/// The distribution of weights: lognormal exp(N(0,1)) s, normal |N(s, (s/2)^2)|, uniform U(0, s).
class WeightLaw {
 public:
  /// Throws ConfigError for an unknown name or a scale that is not positive.
  WeightLaw(const GeneratorOptions& options, bool symmetric);
  [[nodiscard]] double operator()(GlobalIndex target, GlobalIndex source) const;

 private:
  enum class Form { lognormal, normal, uniform };
  Form form_;
  double scale_;
  bool symmetric_;
  Draws draws_;
};

/// "r000", ...: `prefix` and the index with as many digits as the last one needs (at least 3).
std::string padded_label(const char* prefix, GlobalIndex index, GlobalIndex count);

/// A connectome of this structure with its regions on a Fibonacci lattice of 70 mm radius.
Connectome on_sphere(Structure structure, const WeightLaw& law);

Structure erdos_renyi(const GeneratorOptions& options);
Structure ring_lattice(const GeneratorOptions& options);
Structure small_world(const GeneratorOptions& options);
Structure stochastic_block_model(const GeneratorOptions& options);
Connectome spatial(const GeneratorOptions& options);

}  // namespace arcuate::network

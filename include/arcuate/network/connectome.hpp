#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/core/types.hpp"

/// The connectome: who connects to whom, how strongly, over what length. Sparse: O(edges), never O(regions^2).
namespace arcuate::network {

struct Mapped;

/// Edges in compressed rows by target; inside a row sources ascend. W[i][j] is the weight of the edge
/// from source j to target i (row = target). An edge exists where a weight is stored, even with length 0.
struct Connectome {
  std::vector<GlobalIndex> row;      ///< (n_regions + 1) first edge of each target
  std::vector<LocalIndex> source;    ///< (n_edges) ascending inside a row
  std::vector<double> weight;        ///< (n_edges) [1]
  std::vector<double> length;        ///< (n_edges) [mm] tract length >= 0; empty when `delay` is given
  std::vector<double> delay;         ///< (n_edges) [ms] >= 0; empty when `length` is given

  std::vector<std::string> labels;              ///< (n_regions)
  std::vector<std::array<double, 3>> centres;    ///< (n_regions) [mm], or empty
  std::vector<std::uint8_t> cortical;           ///< (n_regions) 1 = cortical, or empty
  std::vector<std::uint8_t> hemisphere;         ///< (n_regions) 1 = right, or empty
  std::vector<float> area;                      ///< (n_regions) [mm^2], or empty
  std::vector<std::array<double, 3>> orientation;  ///< (n_regions) average normals, or empty
  std::string origin;                           ///< where it came from, for messages and the recording

  double implied_speed = 0.0;  ///< [mm/ms] at which lengths beside the delays give just these; 0: not known
  std::vector<std::string> warnings;  ///< what a user should know of how it was read and prepared

  /// Of a network of vertices: what they stand for (surface.hpp). Its edges are the local ones.
  std::shared_ptr<const Mapped> mapped;

  [[nodiscard]] GlobalIndex n_regions() const { return row.empty() ? 0 : static_cast<GlobalIndex>(row.size()) - 1; }
  [[nodiscard]] GlobalIndex n_edges() const { return static_cast<GlobalIndex>(source.size()); }
};

/// The label of a region, or its number.
std::string name_of(const Connectome& connectome, GlobalIndex region);

enum class Normalisation { none, region_sum, row_sum, max, mean };
enum class SelfLoops { keep, remove };
enum class Laplacian { none, plain, random_walk, symmetric };

/// Removes edges from a region to itself. Keeps the capacity (no second copy of the edges).
void remove_self_loops(Connectome& connectome);

/// Removes edges whose weight is smaller than `least` in absolute value, as above.
void remove_edges_below(Connectome& connectome, double least);

/// (n_regions) whether a region is one of them; empty: all are.
using RegionSet = std::vector<bool>;
struct EdgeSet {
  const RegionSet& from;
  const RegionSet& to;
  bool both = false;  ///< and the edges the other way
};
/// Multiplies the weights of edges, which stay edges with a factor of 0. Returns how many. O(edges).
GlobalIndex scale_edges(Connectome& connectome, const EdgeSet& edges, double factor);

/// region_sum: divides all weights by the largest absolute row sum (The Virtual Brain's mode "region"); max: by the largest
/// absolute weight (its mode "tract"); row_sum: each row by the sum of its absolute weights. No weight changes its sign, and
/// none exceeds 1 in max and row_sum. mean: so that the mean of the absolute weights over all pairs of regions, also those
/// without an edge, is 0.01 (cuBNM's "mean", datasets.load_sc). What would be divided by 0 stays as it is. Sums run in ascending source order.
void normalise(Connectome& connectome, Normalisation how);

/// The regions whose row `how` cannot divide, since all its weights are 0 or there are none; of the others: all
/// regions when the divisor is 0.
std::vector<GlobalIndex> not_normalisable(const Connectome& connectome, Normalisation how);

/// Puts a graph Laplacian in place of the weights W (Chung 1997, Spectral Graph Theory, doi:10.1090/cbms/092; the sign
/// makes it the generator of diffusion). With the degree d_i = sum_j W_ij, D = diag(d), at least 1e-12 where it divides:
///   plain        W - D
///   random_walk  D^-1 W - I
///   symmetric    D^-1/2 W D^-1/2 - I
/// The diagonal is an undelayed self-connection of every region; a delay that a self-connection had is lost. O(edges).
/// Throws DataError when a row sum is negative (random_walk, symmetric).
void apply_laplacian(Connectome& connectome, Laplacian which);

}  // namespace arcuate::network

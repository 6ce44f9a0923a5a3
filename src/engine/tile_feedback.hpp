#pragma once

#include "tile_pass.hpp"

namespace arcuate::engine {

/// Completes inputs from the state of the same region: post-coupling functions of x_i and undelayed
/// self-connections.
class TileFeedback final : public model::Feedback {
 public:
  TileFeedback(const TilePass& pass, LocalIndex tile, const TileScratch& scratch)
      : pass_(pass), tile_(tile), scratch_(scratch) {}

  void complete(int step, model::Phase phase, const double* state, double* input) const override;

 private:
  void observe(int observable, int step, model::Phase phase, const double* state,
               double* out) const;
  void add_function_of_sum(const double* sums, double* to) const;
  /// room: (parts, lanes) the sums with the region's own undelayed edge.
  void add_self(const ChannelPlan::LinkChannels& link, const double* own, const double* sums,
                const double* second, double* room) const;

  const TilePass& pass_;
  LocalIndex tile_;
  const TileScratch& scratch_;
};

}  // namespace arcuate::engine

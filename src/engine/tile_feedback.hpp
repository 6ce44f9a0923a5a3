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
  /// (parts, lanes) delayed sums with the region's own undelayed edge, which needs `room`.
  const double* sums_of(const ChannelPlan::LinkChannels& link, int step, model::Phase phase,
                        const double* own, double* room) const;

  const TilePass& pass_;
  LocalIndex tile_;
  const TileScratch& scratch_;
};

}  // namespace arcuate::engine

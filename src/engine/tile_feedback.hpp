#pragma once

#include "tile_plan.hpp"
#include "tile_state.hpp"

namespace arcuate::engine {

/// Completes inputs from the state of the same region: post-coupling functions of x_i and undelayed
/// self-connections.
class TileFeedback final : public model::Feedback {
 public:
  TileFeedback(const TilePlan& plan, LocalIndex tile, const TileScratch& scratch)
      : plan_(plan), tile_(tile), scratch_(scratch) {}

  void complete(int step, model::Phase phase, const double* state, double* input) const override;

 private:
  void observe(int observable, int step, model::Phase phase, const double* state,
               double* out) const;
  void add_function_of_sum(const double* sums, double* to) const;
  /// room: (parts, lanes) the sums with the region's own undelayed edge.
  void add_self(const ChannelPlan::LinkChannels& link, const double* own, const double* sums,
                const double* second, double* room) const;

  const TilePlan& plan_;
  LocalIndex tile_;
  const TileScratch& scratch_;
};

}  // namespace arcuate::engine

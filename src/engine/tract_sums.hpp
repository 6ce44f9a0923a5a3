#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/engine/arrays.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/spec.hpp"
#include "exact_sum.hpp"
#include "tile_plan.hpp"

/// What parcels send each other (engine::Tracts). Every rank keeps the histories of all parcels and
/// sums for those it has regions of; only the sums over the regions of a parcel go between ranks,
/// as integers (exact_sum.hpp), once in a period.
namespace arcuate::engine {

struct TractSizes {
  std::int64_t links = 0;
  std::int64_t channels = 0;
  std::int64_t parcels = 0;
  std::int64_t shares = 0;
  std::int64_t period = 0;
  std::int64_t past = 0;  ///< [steps] that a history reaches back, without the present
  std::int64_t threads = 0;
  bool squared = false;

  [[nodiscard]] Stored stored(Role /*role*/) const { return Stored::in_double; }
  /// [steps] in the row of a parcel: the past, the present, and what it slides over.
  [[nodiscard]] std::int64_t row() const { return 2 * (past + 1) + 16 * period; }
};

struct TractArrays {
  std::vector<double> history;      ///< (channels, parcels, row)
  std::vector<double> mean;         ///< (links, parcels) now
  std::vector<double> input;        ///< (links, period, parcels) of the steps of the period
  std::vector<std::int64_t> sum;    ///< (threads, links, period, parcels, words) in progress
  std::vector<double> weight;       ///< (shares)
  std::vector<double> squared;      ///< (shares) of squared weights; empty: no link asks
  std::vector<LocalIndex> source;   ///< (shares) parcel
  std::vector<std::int32_t> lag;    ///< (shares)
  std::vector<std::int64_t> row;    ///< (parcels + 1) first share of each target
  std::vector<double> strength;     ///< (2, parcels) of weights, of squared weights
  std::vector<double> regions;      ///< (parcels) how many it has
  std::vector<LocalIndex> targets;  ///< parcels with regions on this rank

  template <class Self, class Visit>
  static void arrays(Self& self, const TractSizes& n, const Visit& visit);
};

/// Zeros for a network without tracts.
TractSizes tract_sizes(const SimulationSpec& spec, int threads);
std::int64_t bytes_of_tracts(const TractSizes& sizes);

class TractSums {
 public:
  /// owned: regions of this rank. `spec` must outlive it.
  TractSums(const SimulationSpec& spec, const std::vector<GlobalIndex>& owned, int threads);

  /// [steps] A power of two; the steps of a period read nothing that is sent in it.
  [[nodiscard]] Step period() const { return sizes_.period; }
  /// [steps]
  [[nodiscard]] Step past() const { return sizes_.past; }

  /// What a region's link sends at step n, of the period that ends there or later.
  void add(int thread, std::size_t link, std::int32_t parcel, Step n, double value) {
    ExactSum::add(value, word(thread, link, (n - 1 - origin_) & (sizes_.period - 1), parcel));
  }
  /// The means at -first to -last >= 0, of what was added for step 1. Collective.
  void set_past(const comm::Communicator& comm, Step first, Step last);
  /// At a multiple of the period: the means of its steps. Collective.
  void reduce(const comm::Communicator& comm);
  /// The inputs of the next period, a thread's share of the parcels.
  void sum_inputs(int thread);
  /// (parcels) of the step from n on.
  [[nodiscard]] const double* input(std::size_t link, Step n) const {
    const Step step = (n - origin_) & (sizes_.period - 1);
    return own_.input.data() + (static_cast<Step>(link) * sizes_.period + step) * sizes_.parcels;
  }
  [[nodiscard]] std::int64_t bytes() const;

  /// What goes on from step n: (channels, parcels, 1 + past) of the histories, oldest value first,
  /// then (links, parcels) means, the same on all ranks. Collective.
  [[nodiscard]] std::vector<double> save(const comm::Communicator& comm, Step n) const;
  /// Goes on from what was saved at step n, from which periods are counted. Throws ConfigError when
  /// it is of other tracts.
  void resume(std::span<const double> saved, Step n);

 private:
  [[nodiscard]] std::int64_t* word(int thread, std::size_t link, Step step, std::int64_t parcel) {
    return own_.sum.data() + word_at(thread, link, step, parcel);
  }
  [[nodiscard]] std::int64_t word_at(int thread, std::size_t link, Step step,
                                     std::int64_t parcel) const {
    const std::int64_t at =
        ((thread * sizes_.links + static_cast<std::int64_t>(link)) * sizes_.period + step) *
            sizes_.parcels +
        parcel;
    return at * ExactSum::words;
  }
  void lay_out_shares();
  void add_up(const comm::Communicator& comm);
  /// What a parcel broadcasts: channel by channel, `distance` apart.
  void write(std::size_t link, double mean, std::int64_t distance, double* at) const;
  [[nodiscard]] double mean_of(const std::int64_t* words, std::int64_t parcel) const {
    return ExactSum::mean(words, own_.regions[static_cast<std::size_t>(parcel)]);
  }
  [[nodiscard]] std::size_t saved_size() const;
  template <int steps>
  void sum_target(std::int64_t target);
  template <int steps>
  void sum_shares(std::int64_t target, int channel, double* sums) const;
  template <class Visit>
  void with_period(const Visit& visit) const;

  const SimulationSpec& spec_;
  ChannelPlan channels_;
  TractSizes sizes_;
  TractArrays own_;
  std::int64_t now_ = 0;  ///< present in the row of a parcel
  Step origin_ = 0;       ///< periods are counted from here
};

}  // namespace arcuate::engine

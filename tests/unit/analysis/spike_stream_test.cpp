#include "arcuate/analysis/spike_stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "arcuate/core/checksum.hpp"

namespace arcuate::analysis {
namespace {

/// Three populations, of which two are active by turns; 20000 steps, more than two blocks.
struct MadeSpikes {
  std::vector<std::int64_t> step;
  std::vector<std::int32_t> neuron;

  MadeSpikes() {
    for (std::int64_t t = 90; t < 20150; ++t) {
      for (std::int32_t n = 0; n < 30; ++n) {
        const bool high = n < 10 ? (t / 137) % 3 == 0 : n < 20 ? (t / 211) % 2 == 0 : false;
        const std::uint64_t drawn = mixed(static_cast<std::uint64_t>(t * 64 + n)) % 1000;
        if (drawn >= (high ? 60U : 4U)) continue;
        step.push_back(t);
        neuron.push_back(n);
      }
    }
  }
  [[nodiscard]] SpikeTrains trains() const {
    return {step, neuron, 100, 20100, 0.0005, {0, 10, 20, 30}};
  }
};

/// Never more than seven spikes at once.
SpikeSource in_small_pieces(const SpikeTrains& trains) {
  SpikeSource source = source_of(trains);
  source.read = [all = source.read](std::size_t at, std::size_t most) {
    return all(at, std::min<std::size_t>(7, most));
  };
  return source;
}

std::vector<Rates> blocks_of(const SpikeSource& source, const Smoothing& smoothing) {
  std::vector<Rates> all;
  RateBlocks blocks(source, 3, smoothing);
  while (blocks.next())
    all.push_back(blocks.rates());
  return all;
}

TEST(SpikeStream, HasTheRatesOfAWholeSignalToTheBit) {
  const MadeSpikes spikes;
  const SpikeTrains trains = spikes.trains();
  for (const Smoothing& smoothing :
       {Smoothing{Kernel::gaussian, 0.01}, Smoothing{Kernel::gaussian, 0.03},
        Smoothing{Kernel::box, 0.02}, Smoothing{Kernel::box, 6.0}}) {
    const std::vector<Rates> blocks = blocks_of(in_small_pieces(trains), smoothing);
    EXPECT_EQ(blocks.size(), 3U);
    for (std::size_t p = 0; p < 3; ++p) {
      std::vector<double> joined;
      for (const Rates& block : blocks)
        joined.insert(joined.end(), block[p].begin(), block[p].end());
      EXPECT_EQ(joined, population_rate(trains, p, smoothing)) << smoothing.width;
    }
  }
}

/// What the functions that see everything at once find.
FoundAttractors found_at_once(const SpikeTrains& trains, const AttractorSearch& search) {
  Rates rates;
  for (std::size_t p = 0; p < search.clusters; ++p)
    rates.push_back(population_rate(trains, p, search.smoothing));
  ActiveClusters clusters = find_active(rates, search.activity);
  fill_gaps(clusters.active, search.fill);
  FoundAttractors found;
  found.threshold = clusters.threshold;
  found.attractors = find_attractors(clusters.active, search.shortest, trains.dt, rates);
  for (const std::vector<std::uint8_t>& one : clusters.active)
    found.active += static_cast<double>(std::count(one.begin(), one.end(), 1));
  return found;
}

TEST(SpikeStream, HasTheAttractorsOfAllSpikesTogetherToTheBit) {
  const MadeSpikes spikes;
  const SpikeTrains trains = spikes.trains();
  AttractorSearch plain{3, {Kernel::gaussian, 0.01}, {}, 40, 0};
  AttractorSearch filled = plain;
  filled.fill = 60;
  AttractorSearch again = plain;
  again.activity.once_more = true;
  AttractorSearch few_rounds = plain;
  few_rounds.activity.tolerance = 1e-12;
  few_rounds.activity.most_rounds = 3;
  AttractorSearch given = plain;
  given.activity.baseline = 30.0;
  AttractorSearch silent = plain;
  silent.activity.baseline = 1e6;
  for (const AttractorSearch& search : {plain, filled, again, few_rounds, given, silent}) {
    const FoundAttractors expected = found_at_once(trains, search);
    const FoundAttractors found = find_attractors(in_small_pieces(trains), search);
    EXPECT_EQ(found.threshold, expected.threshold);
    EXPECT_EQ(found.active, expected.active);
    EXPECT_EQ(found.active + found.inactive, 3.0 * 20000.0);
    EXPECT_EQ(found.attractors.states, expected.attractors.states);
    EXPECT_EQ(found.attractors.session_ends, expected.attractors.session_ends);
    ASSERT_EQ(found.attractors.occurrences.size(), expected.attractors.occurrences.size());
    for (std::size_t k = 0; k < found.attractors.occurrences.size(); ++k) {
      const Occurrence& one = found.attractors.occurrences[k];
      const Occurrence& other = expected.attractors.occurrences[k];
      EXPECT_EQ(one.state, other.state);
      EXPECT_EQ(one.begin, other.begin);
      EXPECT_EQ(one.end, other.end);
      EXPECT_EQ(one.rates, other.rates);
    }
  }
  EXPECT_GT(found_at_once(trains, plain).attractors.occurrences.size(), 20U);
  EXPECT_NE(found_at_once(trains, filled).active, found_at_once(trains, plain).active);
}

TEST(SpikeStream, CountsOnlyWhatIsInItsTime) {
  const MadeSpikes spikes;
  SpikeTrains inner = spikes.trains();
  std::size_t from = 0, to = 0;
  for (const std::int64_t step : spikes.step) {
    from += step < 100 ? 1U : 0U;
    to += step < 20100 ? 1U : 0U;
  }
  ASSERT_GT(from, 0U);
  ASSERT_LT(to, spikes.step.size());
  inner.step = inner.step.subspan(from, to - from);
  inner.neuron = inner.neuron.subspan(from, to - from);
  const auto all = spike_statistics(spikes.trains(), 0.1), some = spike_statistics(inner, 0.1);
  for (std::size_t p = 0; p < 3; ++p) {
    EXPECT_EQ(all[p].rate, some[p].rate);
    EXPECT_EQ(all[p].fano, some[p].fano);
    EXPECT_EQ(all[p].isi_mean, some[p].isi_mean);
    EXPECT_EQ(all[p].isi_cv, some[p].isi_cv);
  }
}

}  // namespace
}  // namespace arcuate::analysis

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/engine/local_network.hpp"
#include "arcuate/engine/simulation.hpp"
#include "arcuate/io/feature_sink.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/monitor/recorder.hpp"

/// Features of simulations while they run: no file is read or written here.
namespace arcuate::io {
namespace {

constexpr const char* text = R"(
connectome: { generator: { name: spatial, regions: 23, degree: 5, seed: 3 } }
model: { name: Generic2dOscillator }
coupling: { gain: 0.01 }
noise: { V: 0.05 }
duration: 900
transient: 100
monitors:
  - { kind: temporal_average, name: average, period: 1 ms, variables: [V, W], record: false }
  - { kind: raw, name: some, period: 2 ms, variables: [W], regions: [21, 3, 7, 11, 2] }
  - { kind: global_average, name: all, period: 1 ms, variables: [V] }
features:
  - { kind: fc, monitor: average, variable: V }
  - { kind: fc, name: partial, monitor: average, variable: V, measure: partial, ridge: 0.01, from: 0.4 }
  - { kind: psd, monitor: average, variable: W, segment: 0.1 }
  - { kind: psd, name: slow, monitor: average, variable: V, segment: 0.1, band: [2, 40], filter: causal }
  - { kind: coherence, monitor: average, variable: V, segment: 0.1, range: [10, 50], from: 0.2 }
  - { kind: coherence, name: many, monitor: average, variable: W, segment: 0.02, overlap: 0.012, range: [50, 200] }
  - { kind: phase_locking, monitor: average, variable: W, phase: signal, trim: 0.05 }
  - { kind: fcd, monitor: average, variable: V, window: 0.1, step: 0.01 }
  - { kind: fcd, name: rare, monitor: average, variable: V, window: 0.1, step: 0.15 }
  - { kind: kuramoto, monitor: average, variable: V, band: [8, 13], trim: 0.1 }
  - { kind: autocorrelation_time, monitor: average, variable: V, from: 0.3, until: 0.7 }
  - { kind: psd, name: median, monitor: average, variable: W, segment: 0.1, average: median }
  - { kind: dominant_frequency, monitor: average, variable: V, segment: 0.2 }
  - { kind: dominant_frequency, name: whole, monitor: average, variable: V }
  - { kind: lag_threads, monitor: average, variable: V, longest: 0.05 }
  - { kind: intrinsic_ignition, monitor: average, variable: V, band: [8, 13] }
  - { kind: turbulence, monitor: average, variable: V, band: [8, 13] }
  - { kind: seizures, monitor: average, variable: V, threshold: 0.5, least: 0.002 }
  - { kind: fc, name: few, monitor: some }
  - { kind: moments, monitor: all }
)";

/// How the same simulation is cut up.
struct Cut {
  int threads = 1;
  std::int64_t buffer_bytes = 1 << 18;
  bool scattered = false;  ///< neighbours in the order of regions have other owners
};

std::vector<std::int32_t> owners(GlobalIndex regions, int ranks, bool scattered) {
  std::vector<std::int32_t> owner;
  for (GlobalIndex i = 0; i < regions; ++i)
    owner.push_back(
        static_cast<std::int32_t>(scattered ? (5 * i + 1) % ranks : i * ranks / regions));
  return owner;
}

using Features = std::map<std::string, std::vector<std::uint64_t>>;

Features features_of(const comm::Communicator& comm, const Study& study, const Cut& cut) {
  network::Connectome connectome = load_connectome(study);
  ResolvedStudy resolved = resolve(study, connectome);
  const engine::SimulationSpec& spec = resolved.simulation;
  const GlobalIndex regions = connectome.n_regions();
  const auto owner = owners(regions, comm.size(), cut.scattered);
  monitor::Recorder recorder(comm, monitor::recorded_models(spec), resolved.monitors,
                             engine::by_population(engine::regions_of(owner, comm.rank()), spec),
                             regions, spec.dt, resolved.transient, spec.steps, cut.threads,
                             cut.buffer_bytes);
  std::vector<std::string> labels;
  for (GlobalIndex i = 0; i < regions; ++i)
    labels.push_back(network::name_of(connectome, i));
  analysis::use_threads(cut.threads);
  FeatureSink sink(comm, *study.features, recorder.series(labels), connectome);
  engine::SimulationOptions options;
  options.threads = cut.threads;
  engine::Simulation simulation(
      comm, spec,
      engine::distribute(comm, std::move(connectome), std::move(resolved.delays), owner), options);
  simulation.add_probe(recorder);
  while (simulation.now() < recorder.last_step()) {
    engine::require_convergence(simulation.run(recorder.next_flush(simulation.now())), spec);
    recorder.flush(sink);
  }
  Features found;
  sink.finish([&](const ComputedFeature& one) {
    auto& bits = found[one.request.name];
    for (const analysis::Array& array : one.result.arrays) {
      for (const double value : array.values)
        bits.push_back(std::isnan(value) ? 1 : std::bit_cast<std::uint64_t>(value));
    }
  });
  analysis::use_threads(1);
  return found;
}

TEST(FeatureSink, BitsDoNotDependOnRanksThreadsPartitionsAndChunks) {
  const comm::Communicator world(MPI_COMM_WORLD);
  const comm::Communicator self(MPI_COMM_SELF);
  const Study study = parse_study(text, "features.yml", {});
  const Features expected = features_of(self, study, {});
  ASSERT_EQ(expected.size(), 20U);
  EXPECT_EQ(expected.at("fc").size(), 23U * 23U);
  EXPECT_EQ(expected.at("few").size(), 25U);
  for (const Cut& cut : {Cut{1, 1 << 18, true}, Cut{2, 1 << 14, false}, Cut{3, 1, true}}) {
    const Features found = features_of(world, study, cut);
    if (world.is_root()) {
      EXPECT_EQ(found, expected) << cut.threads;
    } else {
      EXPECT_TRUE(found.empty());
    }
  }
}

// What sweeps and fits do.
TEST(FeatureSink, ManySimulationsRunInOneProcess) {
  const comm::Communicator self(MPI_COMM_SELF);
  std::vector<Features> all;
  for (const char* gain : {"0.01", "0.2", "0.01"})
    all.push_back(features_of(
        self, parse_study(text, "features.yml", {std::string("coupling.gain=") + gain}), {}));
  EXPECT_EQ(all[0], all[2]);
  EXPECT_NE(all[0].at("fc"), all[1].at("fc"));
}

TEST(FeatureSink, AFeatureThatCannotBeThrowsOnAllRanks) {
  const comm::Communicator world(MPI_COMM_WORLD);
  const Study study = parse_study(text, "features.yml", {});
  const network::Connectome connectome = load_connectome(study);
  monitor::SeriesInfo info;
  info.name = "another";
  info.variables = {"V"};
  EXPECT_THROW(FeatureSink(world, *study.features, {info}, connectome), ConfigError);
}

}  // namespace
}  // namespace arcuate::io

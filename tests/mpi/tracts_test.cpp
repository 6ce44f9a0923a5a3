#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "arcuate/engine/footprint.hpp"
#include "arcuate/engine/reference.hpp"
#include "arcuate/engine/simulation.hpp"
#include "support/networks.hpp"
#include "support/snapshots.hpp"

/// Tracts between parcels of a network: on this many ranks the engine equals the reference loop bit
/// for bit, and both equal a network in which every tract is written out region by region.
namespace arcuate {
namespace {

using engine::DelayMode;
using engine::SimulationSpec;
using engine::Stages;
using model::Method;
using network::CouplingForm;

constexpr GlobalIndex n_regions = 41;
constexpr GlobalIndex n_parcels = 7;

/// A ring of undelayed neighbours; the last three regions have none.
network::Connectome ring() {
  network::Connectome c;
  c.row.push_back(0);
  constexpr GlobalIndex n = n_regions - 3;
  for (GlobalIndex i = 0; i < n_regions; ++i) {
    std::vector<GlobalIndex> sources{(i + n - 1) % n, (i + 1) % n};
    std::sort(sources.begin(), sources.end());
    for (const GlobalIndex source : sources) {
      if (i >= n) break;
      c.source.push_back(static_cast<LocalIndex>(source));
      c.weight.push_back(0.3 + 0.01 * static_cast<double>(i));
      c.length.push_back(0.0);
    }
    c.row.push_back(static_cast<GlobalIndex>(c.source.size()));
    c.labels.push_back("region" + std::to_string(i));
  }
  return c;
}

struct TractOptions {
  double shortest = 3.0;  ///< [steps]
  double longest = 80.0;
  CouplingForm form = CouplingForm::linear;
  double gain = 0.05;
  bool local = true;
  std::string model = "Generic2dOscillator";
};

/// Scattered parcels of unequal size, the last of one region.
engine::Tracts some_tracts(const TractOptions& o) {
  engine::Tracts tracts;
  for (GlobalIndex i = 0; i + 1 < n_regions; ++i)
    tracts.parcel_of.push_back(static_cast<std::int32_t>(i * i % (n_parcels - 1)));
  for (GlobalIndex p = 0; p + 1 < n_parcels; ++p)
    tracts.parcel_of[static_cast<std::size_t>(p)] = static_cast<std::int32_t>(p);
  tracts.parcel_of.push_back(n_parcels - 1);
  const auto c = test::random_network(
      {.regions = n_parcels, .density = 0.6, .shortest = o.shortest, .longest = o.longest});
  tracts.row = c.row;
  tracts.source = c.source;
  tracts.weight = c.weight;
  tracts.delay = c.length;
  tracts.coupling.form = o.form;
  tracts.coupling.gain = o.gain;
  for (const auto& parameter : network::couplings()[static_cast<std::size_t>(o.form)].parameters)
    tracts.coupling.parameters.push_back(parameter.value);
  return tracts;
}

SimulationSpec some_spec(const TractOptions& o) {
  SimulationSpec spec = test::default_spec(o.model, CouplingForm::linear, 0.1);
  spec.coupling.parameters = {1.0, 0.0};
  spec.populations[0].tracts = spec.populations[0].links;
  if (!o.local) spec.populations[0].links.clear();
  spec.tracts = some_tracts(o);
  spec.steps = 230;
  return spec;
}

struct TractLayout {
  int threads = 1;
  bool scattered = false;
  Step chunk = 1000000;
};

class Tracts : public testing::Test {
 protected:
  /// Whether every region of every rank ends with the bits of the reference.
  bool equals_reference(const SimulationSpec& spec, const network::Connectome& connectome,
                        const TractLayout& layout) {
    const auto expected = engine::run_reference(spec, connectome);
    const auto simulation = simulation_of(spec, connectome, layout);
    while (simulation->now() < spec.steps)
      static_cast<void>(simulation->run(std::min(spec.steps, simulation->now() + layout.chunk)));
    return comm.sum(different(*simulation, spec, expected)) == 0 &&
           in_two_parts(spec, connectome, layout, expected);
  }

  /// Another simulation, shared out otherwise, goes on from a step inside of a period.
  bool in_two_parts(const SimulationSpec& spec, const network::Connectome& connectome,
                    TractLayout layout, const engine::ReferenceRun& expected) {
    const auto first = simulation_of(spec, connectome, layout);
    static_cast<void>(first->run(77));
    layout.scattered = !layout.scattered;
    layout.threads = 3 - std::min(layout.threads, 2);
    const auto second = simulation_of(spec, connectome, layout);
    test::Snapshots(comm, *first).resume(*second);
    static_cast<void>(second->run(spec.steps));
    return comm.sum(different(*second, spec, expected)) == 0;
  }

  std::unique_ptr<engine::Simulation> simulation_of(const SimulationSpec& spec,
                                                    const network::Connectome& connectome,
                                                    const TractLayout& layout) {
    std::vector<std::int32_t> owner;
    for (GlobalIndex i = 0; i < n_regions; ++i)
      owner.push_back(static_cast<std::int32_t>(layout.scattered ? i * 7 % comm.size()
                                                                 : i * comm.size() / n_regions));
    network::Connectome mine = comm.is_root() ? connectome : network::Connectome{};
    engine::SimulationOptions options;
    options.threads = layout.threads;
    options.history_slack = 1;
    return std::make_unique<engine::Simulation>(
        comm, spec, engine::distribute(comm, std::move(mine), owner, spec), options);
  }

  static std::int64_t different(const engine::Simulation& simulation, const SimulationSpec& spec,
                                const engine::ReferenceRun& expected) {
    std::size_t states = 0;
    for (const auto& own : spec.populations)
      states = std::max(states, own.model->info.states.size());
    const double* last = expected.states.data() + expected.states.size() - states * n_regions;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < simulation.owned().size(); ++i) {
      const GlobalIndex region = simulation.owned()[i];
      for (std::size_t k = 0; k < spec.at(region).model->info.states.size(); ++k) {
        const double got = simulation.state(static_cast<LocalIndex>(i), static_cast<int>(k));
        const double want = last[k * n_regions + static_cast<std::size_t>(region)];
        count += std::isfinite(got) && std::memcmp(&got, &want, sizeof got) == 0 ? 0 : 1;
      }
    }
    return count;
  }

  comm::Communicator comm{MPI_COMM_WORLD};
};

TEST_F(Tracts, EqualTheReferenceForEveryMethodStageAndDelayMode) {
  for (Method method : {Method::euler, Method::heun, Method::rk4}) {
    for (Stages stages : {Stages::held, Stages::staged}) {
      for (DelayMode delay : {DelayMode::nearest, DelayMode::linear, DelayMode::cubic}) {
        for (const bool local : {true, false}) {
          SimulationSpec spec = some_spec({.local = local});
          spec.method = method;
          spec.stages = stages;
          spec.delay = delay;
          spec.populations[0].noise = {test::white_noise(0, 0.02)};
          EXPECT_TRUE(equals_reference(spec, ring(), {.threads = 1 + comm.size() % 2}))
              << static_cast<int>(method) << static_cast<int>(stages) << static_cast<int>(delay)
              << local;
        }
      }
    }
  }
}

TEST_F(Tracts, EqualTheReferenceForEveryCoupling) {
  for (const auto& coupling : network::couplings()) {
    const SimulationSpec spec = some_spec({.form = coupling.form, .gain = 0.01});
    EXPECT_TRUE(equals_reference(spec, ring(), {.threads = 2, .scattered = true})) << coupling.name;
  }
}

TEST_F(Tracts, DoNotDependOnLayout) {
  // Periods of 1, 2, 4, 8, 16 and 32 steps.
  for (const double shortest : {0.0, 1.0, 3.0, 7.0, 15.0, 31.0}) {
    for (const bool local : {true, false}) {
      SimulationSpec spec = some_spec({.shortest = shortest, .local = local});
      spec.populations[0].noise = {test::white_noise(0, 0.02)};
      for (const TractLayout& layout : {TractLayout{2, true}, TractLayout{3, false, 5}})
        EXPECT_TRUE(equals_reference(spec, ring(), layout)) << shortest << local;
    }
  }
}

TEST_F(Tracts, EqualTheReferenceWithSeveralModelsInSinglePrecisionAndFromAGivenPast) {
  SimulationSpec spec = some_spec({});
  spec.populations.push_back(test::default_spec("MontbrioPazoRoxin", {}, 0.1).populations[0]);
  spec.populations[1].links.resize(1);
  spec.populations[1].tracts = spec.populations[1].links;
  for (GlobalIndex i = 0; i < n_regions; ++i)
    spec.population_of.push_back(i >= n_regions - 3 ? 1 : 0);
  spec.dt = 0.01;
  EXPECT_TRUE(equals_reference(spec, ring(), {.threads = 2}));
  spec = some_spec({});
  spec.precision = engine::Precision::in_single;
  EXPECT_TRUE(equals_reference(spec, ring(), {}));
  spec.precision = engine::Precision::in_double;
  spec.history.emplace();
  spec.history->samples = 90;
  for (int i = 0; i < 90 * 2 * n_regions; ++i)
    spec.history->values.push_back(0.5 * std::sin(0.37 * i));
  EXPECT_TRUE(equals_reference(spec, ring(), {.scattered = true}));
}

/// Every tract from every region of its source to every region of its target.
network::Connectome every_edge_of(const engine::Tracts& tracts, double dt) {
  std::vector<double> size(n_parcels, 0.0);
  for (const std::int32_t parcel : tracts.parcel_of)
    size[static_cast<std::size_t>(parcel)] += 1.0;
  network::Connectome c;
  c.row.push_back(0);
  for (GlobalIndex i = 0; i < n_regions; ++i) {
    const auto target = static_cast<std::size_t>(tracts.parcel_of[static_cast<std::size_t>(i)]);
    for (GlobalIndex j = 0; j < n_regions; ++j) {
      const auto source = tracts.parcel_of[static_cast<std::size_t>(j)];
      for (GlobalIndex e = tracts.row[target]; e < tracts.row[target + 1]; ++e) {
        if (tracts.source[static_cast<std::size_t>(e)] != source) continue;
        c.source.push_back(static_cast<LocalIndex>(j));
        c.weight.push_back(tracts.weight[static_cast<std::size_t>(e)] /
                           size[static_cast<std::size_t>(source)]);
        c.delay.push_back(tracts.delay[static_cast<std::size_t>(e)] * dt);
      }
    }
    c.row.push_back(static_cast<GlobalIndex>(c.source.size()));
    c.labels.push_back("region" + std::to_string(i));
  }
  return c;
}

TEST_F(Tracts, AreTheSameAsEdgesFromEveryRegionToEveryOther) {
  if (comm.size() > 1) GTEST_SKIP() << "of one rank";
  for (const double shortest : {0.0, 3.0}) {
    const SimulationSpec spec = some_spec({.shortest = shortest, .gain = 0.2, .local = false});
    SimulationSpec whole = spec;
    whole.tracts.reset();
    whole.coupling = spec.tracts->coupling;
    whole.populations[0].links = spec.populations[0].tracts;
    const auto expected = engine::run_reference(whole, every_edge_of(*spec.tracts, spec.dt));
    const auto got = engine::run_reference(spec, ring());
    double largest = 0.0;
    double spread = 0.0;
    for (std::size_t i = 0; i < got.states.size(); ++i) {
      largest = std::max(largest, std::abs(got.states[i] - expected.states[i]));
      spread = std::max(spread, std::abs(got.states[i] - got.states[i % (2 * n_regions)]));
    }
    EXPECT_LT(largest, 1e-12);
    EXPECT_GT(spread, 0.1);
  }
}

TEST_F(Tracts, TakeTheMemoryThatIsPredicted) {
  const SimulationSpec spec = some_spec({});
  const network::Connectome connectome = ring();
  const engine::Delays delays(connectome, spec);
  std::vector<std::int32_t> owner(n_regions, 0);
  if (comm.size() > 1) GTEST_SKIP() << "of one rank";
  const auto counts = engine::count_ranks(connectome, delays, spec, owner, 1, 2, 0);
  const auto arrays = engine::arrays_of(spec, counts.front(), 0, delays.block());
  network::Connectome mine = connectome;
  engine::SimulationOptions options;
  options.threads = 2;
  const engine::Simulation simulation(
      comm, spec, engine::distribute(comm, std::move(mine), owner, spec), options);
  EXPECT_EQ(simulation.array_bytes(), arrays.edges + arrays.history + arrays.regions);
}

}  // namespace
}  // namespace arcuate

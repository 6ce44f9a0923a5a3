#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "arcuate/engine/names.hpp"
#include "places.hpp"
#include "support/science.hpp"

/// Delayed networks against runs of The Virtual Brain 2.11: coupling held over a step, delays
/// rounded to steps, speed 3 mm/ms.
namespace arcuate {
namespace {

using network::CouplingForm;
using nlohmann::json;

network::Connectome connectome_of(const json& golden) {
  const auto weights = golden.at("weights").get<std::vector<std::vector<double>>>();
  const auto lengths = golden.at("tract_lengths").get<std::vector<std::vector<double>>>();
  network::Connectome c;
  c.row.push_back(0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    for (std::size_t j = 0; j < weights.size(); ++j) {
      if (weights[i][j] == 0.0) continue;
      c.source.push_back(static_cast<LocalIndex>(j));
      c.weight.push_back(weights[i][j]);
      c.length.push_back(static_cast<float>(lengths[i][j]));
    }
    c.row.push_back(static_cast<GlobalIndex>(c.source.size()));
  }
  return c;
}

/// The rule that the golden runs started by.
void set_initial(engine::SimulationSpec& spec, GlobalIndex regions) {
  for (std::size_t k = 0; k < spec.populations[0].initial.size(); ++k) {
    const model::Range range = spec.populations[0].model->info.states[k].range;
    std::vector<double> values;
    for (GlobalIndex i = 0; i < regions; ++i) {
      const auto place = static_cast<double>((static_cast<GlobalIndex>(k) + 2 * i) % 5);
      values.push_back(range.low + (range.high - range.low) * (0.3 + 0.1 * place));
    }
    spec.populations[0].initial[k].value = RegionValues(values);
  }
}

void expect_close(double got, const json& wanted, double tolerance, const std::string& what) {
  const auto x = wanted.get<double>();
  EXPECT_NEAR(got, x, tolerance * (1.0 + std::abs(x))) << what;
}

struct Tolerance {
  engine::Precision precision;
  double value;  ///< of 1 + |x|
};
constexpr std::array tolerances{Tolerance{engine::Precision::in_double, 1e-6},
                                Tolerance{engine::Precision::mixed, 2e-6},
                                Tolerance{engine::Precision::in_single, 2e-5}};

class NetworkGolden : public testing::Test {
 protected:
  void SetUp() override {
    golden_ = json::parse(std::ifstream(ARCUATE_SOURCE "/tests/data/golden/tvb_network.json"));
  }

  void expect_case(const char* name, engine::SimulationSpec spec) {
    for (const Tolerance& tolerance : tolerances) {
      SCOPED_TRACE(std::string(core::word_of(tolerance.precision)));
      spec.precision = tolerance.precision;
      expect_case(name, spec, tolerance.value);
    }
  }

  void expect_case(const char* name, engine::SimulationSpec spec, double tolerance) {
    const json& wanted = golden_.at("cases").at(name);
    const network::Connectome connectome = connectome_of(golden_);
    set_initial(spec, connectome.n_regions());
    spec.speed = golden_.at("speed");
    spec.dt = wanted.at("dt");
    spec.steps = wanted.at("nsteps");
    const engine::ReferenceRun run = engine::run_reference(spec, connectome);
    const auto state = [&](Step step, std::size_t k, std::size_t i) {
      return run.states[(test::at(step - 1) * spec.populations[0].initial.size() + k) *
                            test::at(connectome.n_regions()) +
                        i];
    };
    for (const auto& [step, values] : wanted.at("samples").items()) {
      for (std::size_t v = 0; v < values.size(); ++v) {
        const auto variable = wanted.at("voi").at(v).get<std::string>();
        for (std::size_t i = 0; i < values[v].size(); ++i) {
          expect_close(
              state(std::stoll(step), test::at(spec.populations[0].model->state(variable)), i),
              values[v][i], tolerance,
              variable + " of region " + std::to_string(i) + " after step " + step);
        }
      }
    }
    const json& last = wanted.at("final_state");
    ASSERT_EQ(last.size(), spec.populations[0].initial.size());
    for (std::size_t k = 0; k < last.size(); ++k) {
      ASSERT_EQ(last[k].size(), test::at(connectome.n_regions()));
      for (std::size_t i = 0; i < last[k].size(); ++i)
        expect_close(state(spec.steps, k, i), last[k][i], tolerance,
                     "final state " + std::to_string(k));
    }
  }

 private:
  json golden_;
};

TEST_F(NetworkGolden, LinearCouplingOfOscillatorsEqualsTheVirtualBrain) {
  auto spec = test::quiet_spec("Generic2dOscillator");
  test::couple(spec, CouplingForm::linear, 0.0154);
  expect_case("G2D_Linear_Heun", spec);
}

TEST_F(NetworkGolden, SigmoidalCouplingOfJansenRitColumnsEqualsTheVirtualBrain) {
  auto spec = test::quiet_spec("JansenRit");
  test::couple(spec, CouplingForm::sigmoidal_jansen_rit, 10.0);
  expect_case("JR_SigmJR_Heun", spec);
}

TEST_F(NetworkGolden, KuramotoNetworkEqualsTheVirtualBrain) {
  auto spec = test::quiet_spec("Kuramoto", {{"omega", 0.06}});
  test::couple(spec, CouplingForm::kuramoto, 0.5);
  expect_case("Kuramoto_Heun", spec);
}

}  // namespace
}  // namespace arcuate

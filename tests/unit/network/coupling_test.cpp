#include "arcuate/network/coupling.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>
#include <string>

namespace {

using namespace arcuate::network;

using Matrix = std::vector<std::vector<double>>;

/// The input of every region of a dense undelayed network.
std::vector<double> coupled(const Coupling& coupling, const Matrix& weights,
                            const std::vector<double>& x) {
  const auto n = x.size();
  const int length = static_cast<int>(n);
  const auto channels = static_cast<std::size_t>(channels_of(coupling.form));
  const SourceFunction source(coupling);
  const TargetFunction target(coupling, length);
  std::vector<double> sum(channels * n), sent(n), strength(n), out(n);
  for (std::size_t i = 0; i < n; ++i) {
    strength[i] = std::accumulate(weights[i].begin(), weights[i].end(), 0.0);
  }
  for (std::size_t channel = 0; channel < channels; ++channel) {
    source.apply(length, x.data(), sent.data(), static_cast<int>(channel));
    for (std::size_t i = 0; i < n; ++i) {
      sum[channel * n + i] = std::inner_product(sent.begin(), sent.end(), weights[i].begin(), 0.0);
    }
  }
  target.apply(length, sum.data(), x.data(), strength.data(), out.data());
  return out;
}

Coupling make(CouplingForm form, double gain, std::vector<double> parameters = {}) {
  Coupling coupling;
  coupling.form = form;
  coupling.gain = gain;
  coupling.parameters = std::move(parameters);
  return coupling;
}

void expect_near(const std::vector<double>& got, const std::vector<double>& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_NEAR(got[i], wanted[i], 1e-13 * (1.0 + std::abs(wanted[i]))) << "region " << i;
  }
}

const Matrix four{{0, .8, .2, .1}, {.8, 0, .5, .3}, {.2, .5, 0, .6}, {.1, .3, .6, 0}};
const std::vector<double> states{-0.7, 0.3, 1.9, 5.5};

// The numbers of the next tests were printed by the coupling classes of tvb-library 2.10.
TEST(Coupling, LinearEqualsTheVirtualBrain) {
  expect_near(coupled(make(CouplingForm::linear, 1.0, {0.02, 0.3}), four, states),
              {0.3234, 0.3408, 0.3662, 0.3232});
}
TEST(Coupling, ScalingEqualsTheVirtualBrain) {
  expect_near(coupled(make(CouplingForm::scaling, 1.0, {0.02}), four, states),
              {0.0234, 0.0408, 0.0662, 0.0232});
}
TEST(Coupling, HyperbolicTangentEqualsTheVirtualBrain) {
  expect_near(
      coupled(make(CouplingForm::hyperbolic_tangent, 1.0, {1.5, 0.8, 0.2, 0.9}), four, states),
      {2.1229536213672815, 2.6983380224432767, 2.6767054590435286, 2.2258091550297583});
}
TEST(Coupling, SigmoidalEqualsTheVirtualBrain) {
  expect_near(coupled(make(CouplingForm::sigmoidal, 1.0, {-0.5, 2.0, 1.0, 1.3, 2.0}), four, states),
              {0.818992313166081, 1.1571133873516526, 1.5444952232727367, 0.8149414766313938});
}
TEST(Coupling, SigmoidalJansenRitEqualsTheVirtualBrainWithItsAAsGain) {
  expect_near(
      coupled(make(CouplingForm::sigmoidal_jansen_rit, 10.0), four, states),
      {0.004645532268715535, 0.009660476735255693, 0.014129635653971961, 0.003450324355457216});
}
TEST(Coupling, DifferenceEqualsTheVirtualBrainWithItsAAsGain) {
  expect_near(coupled(make(CouplingForm::difference, 0.1), four, states),
              {0.194, 0.156, 0.084, -0.434});
}
TEST(Coupling, KuramotoEqualsTheVirtualBrainWithItsAAsGain) {
  expect_near(coupled(make(CouplingForm::kuramoto, 0.5), four, states),
              {0.3839840609644303, -0.21921319152080532, -0.4341996709309785, 0.26942880148735354});
}

// Python: (W * (0.5 * (1 + numpy.tanh(60 * (x - 0.5))))).sum(axis=1), the sum over sources.
TEST(Coupling, PreSigmoidalSumsOverSources) {
  expect_near(coupled(make(CouplingForm::pre_sigmoidal, 1.0), four, {0.45, 0.5, 0.52, 0.6}),
              {0.6833648462837554, 0.7603899070259661, 0.8504908381265656, 0.7003436444193101});
}

// By hand: of sources 0.45, 0.5, 0.52, 0.6 two are above 0.5, by 0.02 and 0.1.
TEST(Coupling, RectifiedLinearSumsWhatIsAboveTheThreshold) {
  const std::vector<double> above{0.0, 0.0, 0.02, 0.1};
  std::vector<double> expected;
  for (const auto& row : four)
    expected.push_back(3.0 * (row[2] * above[2] + row[3] * above[3]));
  expect_near(
      coupled(make(CouplingForm::rectified_linear, 3.0, {0.5}), four, {0.45, 0.5, 0.52, 0.6}),
      expected);
  expect_near(coupled(make(CouplingForm::rectified_linear, 1.0), {{0, 1}, {1, 0}}, {-2.0, 2.0}),
              {2.0, 0.0});
}

// The next three are examples of the brainmass library's tests.
TEST(Coupling, AdditiveExample) {
  EXPECT_EQ(coupled(make(CouplingForm::linear, 1.0, {1.0, 0.5}), {{1, 1}, {1, 1}}, {1, 2}),
            (std::vector<double>{3.5, 3.5}));
}
TEST(Coupling, DiffusiveExampleIsAntisymmetric) {
  EXPECT_EQ(coupled(make(CouplingForm::difference, 0.5), {{0, 1}, {1, 0}}, {0.0, 1.0}),
            (std::vector<double>{0.5, -0.5}));
}
TEST(Coupling, JansenRitSigmoidExampleAtItsMidpoint) {
  expect_near(
      coupled(make(CouplingForm::sigmoidal_jansen_rit, 1.0), {{.2, .3}, {.5, .1}}, {6.0, 6.0}),
      {0.00125, 0.0015});
}

TEST(Coupling, GainMultipliesEveryResult) {
  for (const auto& info : couplings()) {
    const auto once = coupled(make(info.form, 1.0), four, states);
    const auto thrice = coupled(make(info.form, 3.0), four, states);
    for (std::size_t i = 0; i < once.size(); ++i) {
      EXPECT_NEAR(thrice[i], 3.0 * once[i], 1e-14 * (1.0 + std::abs(once[i]))) << info.name;
    }
  }
}

TEST(Coupling, KuramotoNormalisesByRegionsOrByStrength) {
  auto coupling = make(CouplingForm::kuramoto, 0.5);
  const auto plain = coupled(coupling, four, states);
  coupling.normalise = KuramotoNormalisation::n;
  const auto by_n = coupled(coupling, four, states);
  coupling.normalise = KuramotoNormalisation::strength;
  const auto by_strength = coupled(coupling, four, states);
  const std::vector<double> strength{1.1, 1.6, 1.3, 1.0};
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_NEAR(by_n[i], plain[i] / 4.0, 1e-15);
    EXPECT_NEAR(by_strength[i], plain[i] / strength[i], 1e-15);
  }
}

// Python, math.sin of every phase difference.
TEST(Coupling, KuramotoSubtractsThePhaseLagOfTheSource) {
  expect_near(coupled(make(CouplingForm::kuramoto, 0.5, {0.3}), four, states),
              {0.31356376287123666, -0.29190161970622885, -0.3078236630862265, 0.3014048971863601});
}

TEST(Coupling, KuramotoByStrengthIsZeroWhereTheStrengthIsZero) {
  auto coupling = make(CouplingForm::kuramoto, 0.5);
  coupling.normalise = KuramotoNormalisation::strength;
  const Matrix weights{
      {0, 1, -1}, {1, 0, 0}, {0, 0, 0}};  // the first row cancels, the last is empty
  const auto input = coupled(coupling, weights, {0.2, 1.0, 2.0});
  EXPECT_EQ(input[0], 0.0);
  EXPECT_NEAR(input[1], 0.5 * std::sin(0.2 - 1.0), 1e-15);
  EXPECT_EQ(input[2], 0.0);
}

TEST(Coupling, BitsDoNotDependOnLengthOrPosition) {
  constexpr int n = 37;
  std::vector<double> x(n), sum(2 * n), strength(n), all(n);
  for (int i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(i);
    x[k] = 3.0 * std::sin(1.7 * i);
    sum[k] = 2.0 * std::cos(0.9 * i);
    sum[k + n] = std::sin(0.4 * i + 1.0);
    strength[k] = 0.3 + 0.1 * i;
  }
  for (const auto& info : couplings()) {
    const auto coupling = make(info.form, 0.7);
    const SourceFunction source(coupling);
    const TargetFunction target(coupling, n);
    for (int channel = 0; channel < info.channels; ++channel) {
      source.apply(n, x.data(), all.data(), channel);
      for (std::size_t k = 0; k < n; ++k) {
        double alone = 0.0;
        source.apply(1, &x[k], &alone, channel);
        EXPECT_EQ(alone, all[k]) << info.name << " source " << k;
      }
    }
    target.apply(n, sum.data(), x.data(), strength.data(), all.data());
    for (std::size_t k = 0; k < n; ++k) {
      const std::array<double, 2> own{sum[k], sum[k + n]};
      double alone = 0.0;
      target.apply(1, own.data(), &x[k], &strength[k], &alone);
      EXPECT_EQ(alone, all[k]) << info.name << " target " << k;
    }
  }
}

TEST(Coupling, RowsHaveTheBitsOfSingleNumbersAndNoNegativeZero) {
  constexpr int rows = 5, stride = 19;
  constexpr int n = rows * TargetFunction::row_length;
  std::vector<double> sum(n);
  for (std::size_t i = 0; i < n; ++i)
    sum[i] = i == 3 ? -0.0 : 2.0 * std::cos(0.9 * static_cast<double>(i));
  for (const auto& info : couplings()) {
    if (info.uses_target) continue;
    const TargetFunction target(make(info.form, 0.7), n);
    std::vector<double> out(rows * stride, 7.0);
    target.apply_rows(rows, sum.data(), out.data(), stride);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::size_t row = i / stride, column = i % stride;
      double expected = 7.0;  // between the rows nothing is written
      if (column < TargetFunction::row_length) {
        target.apply(1, &sum[row * TargetFunction::row_length + column], nullptr, nullptr,
                     &expected);
      }
      EXPECT_EQ(out[i], expected) << info.name << " " << row << " " << column;
      EXPECT_FALSE(out[i] == 0.0 && std::signbit(out[i])) << info.name;
    }
  }
}

TEST(Coupling, TableIsInTheOrderOfTheFormsAndNamesAreUnique) {
  std::set<std::string_view> names;
  int form = 0;
  for (const auto& info : couplings()) {
    EXPECT_EQ(static_cast<int>(info.form), form++) << info.name;
    EXPECT_TRUE(names.insert(info.name).second);
    EXPECT_EQ(find_coupling(info.name), &info);
    EXPECT_EQ(channels_of(info.form), info.channels);
    EXPECT_EQ(TargetFunction(make(info.form, 1.0), 4).uses_target(), info.uses_target);
    for (const auto& parameter : info.parameters) {
      EXPECT_NE(info.equation.find(parameter.name), std::string_view::npos) << parameter.name;
    }
  }
  EXPECT_EQ(form, static_cast<int>(CouplingForm::kuramoto) + 1);  // the last
  EXPECT_EQ(find_coupling("Linear"), nullptr);
}

}  // namespace

#include "search/candidates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "arcuate/io/study.hpp"
#include "unit/io/made_recording.hpp"

namespace arcuate {
namespace {

using search::Asked;
using search::Evaluation;
using search::Judge;
using search::Record;

constexpr const char* two_conditions = R"(
connectome: { builtin: 3 }
model: { name: MontbrioPazoRoxin }
coupling: { name: linear, gain: 0.1 }
duration: 1 s
monitors: [{ kind: raw, variables: [r], period: 1 ms }]
output: r.h5
fit:
  vary: { coupling.gain: [0, 1] }
  minimise: [ { loss: fc_corr, source: raw }, { loss: fc_rmse, source: raw, weight: 10 } ]
  conditions:
    - { name: a, targets: { fc_corr: FC, fc_rmse: FC } }
    - { name: b, weight: 3, targets: { fc_corr: FC, fc_rmse: FC } }
    - { name: c, role: test, targets: { fc_corr: FC, fc_rmse: FC } }
  budget: 10
  repeats: 2
  verify: { best: 1, seeds: 2 }
)";

class Candidates : public testing::Test {
 protected:
  Candidates() {
    std::ofstream(place.path("fc.csv")) << "1,.5,.2\n.5,1,.1\n.2,.1,1\n";
    std::string text = two_conditions;
    for (auto at = text.find("FC"); at != std::string::npos; at = text.find("FC"))
      text.replace(at, 2, place.path("fc.csv"));
    fit = io::fit_of(io::parse_study(text, place.path("study.yml"), {}));
  }

  /// A simulation whose two losses are `first` and 0.
  static Record done(const Evaluation& one, double first) {
    Record record;
    record.id = one.id();
    record.terms = {{"fc_corr", 1.0 - first, first, 1.0}, {"fc_rmse", 0.0, 0.0, 10.0}};
    return record;
  }

  /// All simulations of the search; the loss of repeat r of condition c is 1 + c + r / 2.
  [[nodiscard]] Asked complete(std::uint64_t id) const {
    Asked asked{id, 0, optimise::Vector::Constant(1, 0.3)};
    for (const Evaluation& one : Judge(fit).evaluations(id))
      asked.note(done(one, 1.0 + static_cast<double>(one.condition) + 0.5 * one.repeat));
    return asked;
  }

  test::Place place;
  io::Fit fit;
};

TEST_F(Candidates, NumbersOfEvaluationsSayWhichTheyAre) {
  for (const Evaluation& one :
       {Evaluation{0, 0, 0, false}, {7, 3, 2, true}, {999999, 65535, 1023, false}}) {
    const Evaluation again = Evaluation::of(one.id());
    EXPECT_EQ(again.candidate, one.candidate);
    EXPECT_EQ(again.condition, one.condition);
    EXPECT_EQ(again.repeat, one.repeat);
    EXPECT_EQ(again.verification, one.verification);
  }
}

TEST_F(Candidates, OnlyWhatIsTrainedIsSimulatedInTheSearchAndAllIsVerified) {
  const Judge judge(fit);
  EXPECT_EQ(judge.evaluations(1).size(), 4U);
  EXPECT_EQ(judge.verifications(1).size(), 6U);
}

// (1 + 1.5)/2 + 3 (2 + 2.5)/2
TEST_F(Candidates, TheLossIsWeightedOverConditionsAndAveragedOverRepeats) {
  EXPECT_DOUBLE_EQ(Judge(fit).loss(complete(1)), 1.25 + 3 * 2.25);
}

TEST_F(Candidates, OtherAveragesAreTheMedianAndTheWorst) {
  fit.average = io::Average::worst;
  EXPECT_DOUBLE_EQ(Judge(fit).loss(complete(1)), 1.5 + 3 * 2.5);
  fit.average = io::Average::median;
  EXPECT_DOUBLE_EQ(Judge(fit).loss(complete(1)), 1.25 + 3 * 2.25);
}

TEST_F(Candidates, OneFailureIsTheEndingOfAll) {
  Asked asked = complete(1);
  Record failed;
  failed.id = Evaluation{1, 1, 0, false}.id();
  failed.ending = farm::Ending::failed;
  failed.reason = "diverged";
  asked.note(failed);
  const Judge judge(fit);
  EXPECT_TRUE(judge.complete(asked));
  EXPECT_EQ(judge.combined(asked).ending, farm::Ending::failed);
  EXPECT_EQ(judge.combined(asked).reason, "diverged");
  EXPECT_TRUE(judge.combined(asked).terms.empty());
  EXPECT_TRUE(std::isnan(judge.loss(asked)));
}

TEST_F(Candidates, TermsHaveTheNamesOfTheirConditions) {
  const Record whole = Judge(fit).combined(complete(1));
  ASSERT_EQ(whole.terms.size(), 4U);
  EXPECT_EQ(whole.terms[2].name, "b.fc_corr");
  EXPECT_DOUBLE_EQ(whole.terms[2].loss, 2.25);
  EXPECT_DOUBLE_EQ(whole.terms[3].weight, 10.0);
}

TEST_F(Candidates, AVerifiedOneIsBeforeAllThatAreNot) {
  std::map<std::uint64_t, Asked> all{{1, complete(1)}, {2, complete(2)}, {3, complete(3)}};
  for (const Evaluation& one : Judge(fit).verifications(2))
    all.at(2).note(done(one, 50.0));
  const Judge judge(fit);
  EXPECT_DOUBLE_EQ(judge.verified_loss(all.at(2), io::Role::train), 50.0 + 3 * 50.0);
  EXPECT_DOUBLE_EQ(judge.verified_loss(all.at(2), io::Role::test), 50.0);
  EXPECT_TRUE(std::isnan(judge.verified_loss(all.at(1), io::Role::train)));
  ASSERT_NE(judge.best(all), nullptr);
  EXPECT_EQ(judge.best(all)->id, 2U);
}

TEST_F(Candidates, LinesOfAJournalReadBack) {
  Asked asked{12, 3, optimise::Vector(2)};
  asked.values << 0.1, -1e-17 / 3;
  const auto again = search::asked_in(search::line_of(asked));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, 12U);
  EXPECT_EQ(again->island, 3U);
  EXPECT_EQ(again->values, asked.values);
  Record record = done({12, 1, 1, false}, std::nan(""));
  record.features = io::Piece{5, 6, 7};
  const Record read = search::record_of(search::line_of(record, {12, 1, 1, false}));
  EXPECT_EQ(read.id, record.id);
  EXPECT_TRUE(std::isnan(read.terms[0].loss));
  EXPECT_EQ(read.features->checksum, 7U);
  EXPECT_FALSE(search::asked_in(search::line_of(record, {12, 1, 1, false})));
}

}  // namespace
}  // namespace arcuate

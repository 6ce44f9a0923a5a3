#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "places.hpp"
#include "study_support.hpp"

namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// Files of values in a folder of their own, as a study of four regions L0 ... L3 reads them.
class ValueFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& bytes) const {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  /// eta by region from a file.
  std::vector<double> eta(const std::string& name, const std::string& bytes) const {
    const auto simulation =
        resolved(good_study, {"model.parameters.eta={file: " + file(name, bytes) + "}"}).simulation;
    return simulation.populations[0]
        .parameters[static_cast<std::size_t>(simulation.populations[0].model->parameter("eta"))]
        .values;
  }
  std::string refused(const std::string& name, const std::string& bytes) const {
    return message_of([&] { eta(name, bytes); });
  }
  model::TemporalFunction series(const std::string& name, const std::string& bytes,
                                 const std::string& keys) const {
    return series_of(file(name, bytes), keys);
  }
  static model::TemporalFunction series_of(const std::string& path, const std::string& keys) {
    return resolved(good_study, {"stimuli=[{target: c_r, equation: {name: series, file: " + path +
                                 ", " + keys + "}}]"})
        .simulation.populations[0]
        .stimuli.at(0)
        .function;
  }

 private:
  std::filesystem::path folder_;
};

std::string npy(const std::string& shape, const std::vector<double>& values, bool fortran = false) {
  std::string header = std::string("{'descr': '<f8', 'fortran_order': ") +
                       (fortran ? "True" : "False") + ", 'shape': " + shape + ", }";
  header.append(117 - header.size(), ' ').append("\n");
  std::string bytes("\x93NUMPY\x01\x00\x76\x00", 10);
  bytes += header;
  bytes.append(reinterpret_cast<const char*>(values.data()), 8 * values.size());
  return bytes;
}

TEST_F(ValueFile, OneNumberByRegionInAnyFormat) {
  const auto wanted = ElementsAre(1, 2.5, -3, 4);
  EXPECT_THAT(eta("a.txt", "1\n2.5\n-3\n4\n"), wanted);
  EXPECT_THAT(eta("row.csv", "1, 2.5, -3, 4\n"), wanted);
  EXPECT_THAT(eta("head.csv", "# made by hand\neta\n1\n2.5\n-3\n4\n"), wanted);
  EXPECT_THAT(eta("a.npy", npy("(4,)", {1, 2.5, -3, 4})), wanted);
  EXPECT_THAT(eta("column.npy", npy("(4, 1)", {1, 2.5, -3, 4})), wanted);
  EXPECT_THAT(
      eta("a.mtx", "%%MatrixMarket matrix array real general\n% scipy\n4 1\n1\n2.5\n-3\n4\n"),
      wanted);
  EXPECT_THAT(eta("sparse.mtx",
                  "%%MatrixMarket matrix coordinate real general\n4 1 3\n4 1 4\n1 1 1\n2 1 2.5\n"),
              ElementsAre(1, 2.5, 0, 4));
}

TEST_F(ValueFile, ValuesStandBesideTheirIndicesOrLabels) {
  const auto wanted = ElementsAre(1, 2.5, -3, 4);
  EXPECT_THAT(eta("index.csv", "index,value\n2,-3\n0,1\n3,4\n1,2.5\n"), wanted);
  EXPECT_THAT(eta("pandas.csv", ",0\n0,1\n1,2.5\n2,-3\n3,4\n"), wanted);
  EXPECT_THAT(eta("labels.csv", "L3,4\nL1,2.5\nL0,1\nL2,-3\n"), wanted);
  EXPECT_THAT(eta("labels.tsv", "region\teta\nL3\t4\nL1\t2.5\nL0\t1\nL2\t-3\n"), wanted);
  EXPECT_THAT(refused("one.csv", "index,value\n1,1\n2,2\n3,3\n4,4\n"), HasSubstr("no region 4"));
  EXPECT_THAT(refused("half.csv", "index,value\n0.5,1\n2,2\n3,3\n4,4\n"),
              HasSubstr("0.5 is not an index"));
  EXPECT_THAT(refused("twice.csv", "index,value\n0,1\n0,2\n1,3\n2,4\n"),
              HasSubstr("a second value for the same region"));
  EXPECT_THAT(refused("bell.csv", "L\a0,4\nL1,2.5\nL2,1\nL3,-3\n"),
              HasSubstr("line 1: 'L?0' has a control character"));
  EXPECT_THAT(refused("bells.csv", "1\n\a\n3\n4\n"), HasSubstr("'?' is not a finite number"));
  EXPECT_THAT(refused("other.csv", "L3,4\nL1,2.5\nL0,1\nL7,-3\n"), HasSubstr("L7"));
}

TEST_F(ValueFile, AnotherShapeIsRefusedWithTheShapeThatIsWanted) {
  for (const auto& [name, bytes] : std::vector<std::pair<std::string, std::string>>{
           {"two.txt", "1 2\n3 4\n"},
           {"two.csv", "1,2\n3,4\n5,6\n7,8\n"},
           {"two.npy", npy("(2, 2)", {1, 2, 3, 4})},
           {"comma.txt", "0,5\n0,6\n0,7\n0,8\n"},
           {"head.csv", "time,value\n0,1\n1,2\n2,3\n3,4\n"},
           {"two.mtx", "%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n"}}) {
    EXPECT_THAT(refused(name, bytes), AllOf(HasSubstr("model.parameters.eta"), HasSubstr(name),
                                            HasSubstr("expected 4 numbers in one column")));
  }
  EXPECT_THAT(refused("cube.npy", npy("(1, 2, 2)", {1, 2, 3, 4})), HasSubstr("shape (1, 2, 2)"));
  EXPECT_THAT(refused("three.txt", "1\n2\n3\n"), HasSubstr("3 numbers: expected 4"));
  EXPECT_THAT(refused("ragged.txt", "1\n2 3\n4\n"), HasSubstr("line 2: has 2 columns"));
  EXPECT_THAT(refused("hole.csv", "1,2,,4\n"), HasSubstr("column 3: '' is not a finite number"));
  EXPECT_THAT(refused("nan.txt", "1\n2\nnan\n4\n"), HasSubstr("line 3"));
  EXPECT_THAT(refused("short.mtx", "%%MatrixMarket matrix array real general\n4 1\n1\n2\n3\n"),
              HasSubstr("ends before its last entry"));
  EXPECT_THAT(refused("edges.edges.csv", "source,target,weight\n0,1,1\n1,2,2\n2,3,3\n3,0,4\n"),
              HasSubstr("expected 4 numbers"));
}

TEST_F(ValueFile, TimesNeverBecomeAmplitudes) {
  const std::string faulty = ARCUATE_SOURCE "/tests/data/faults/two_columns.txt";  // t, 5
  EXPECT_THAT(message_of([&] { series_of(faulty, "period: 1 ms"); }),
              AllOf(HasSubstr("stimuli.0.equation.file: "), HasSubstr("4 rows of 2 columns"),
                    HasSubstr("columns: [time, value]")));
  const auto course = series_of(faulty, "columns: [time, value], amplitude: 2, onset: 10 ms");
  EXPECT_THAT(course.times, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(course.samples, ElementsAre(5, 5, 5, 5));
  EXPECT_EQ(course.at(11.5, 0.1), 10.0);
  EXPECT_EQ(course.at(13.1, 0.1), 0.0);
}

TEST_F(ValueFile, TimesNeedNotBeEvenlySpaced) {
  const auto course = series("a.csv", "value,time\n0,0\n4,2\n-4,10\n", "columns: [value, time]");
  for (const auto& [t, value] :
       std::vector<std::pair<double, double>>{{0, 0}, {1, 2}, {2, 4}, {6, 0}, {10, -4}, {10.1, 0}})
    EXPECT_DOUBLE_EQ(course.at(t, 0.1), value) << t;
  EXPECT_THAT(series("f.npy", npy("(2, 2)", {0, 5, 1, 3}, true), "columns: [time, value]").samples,
              ElementsAre(1, 3));
}

TEST_F(ValueFile, ColumnsOfASeriesMustBeWhatIsSaid) {
  const auto message = [&](const std::string& bytes, const std::string& keys) {
    return message_of([&] { series("s.csv", bytes, keys); });
  };
  const std::string timed = "columns: [time, value]";
  EXPECT_THAT(message("0,1\n0,2\n", timed), HasSubstr("row 2: the time 0 ms does not come after"));
  EXPECT_THAT(message("0,1,2\n1,2,3\n", timed), HasSubstr("expected 2 columns (time, value)"));
  EXPECT_THAT(message("1\n2\n", timed), HasSubstr("expected 2 columns (time, value)"));
  EXPECT_THAT(message("value,time\n0,1\n1,2\n", timed), HasSubstr("is called 'value'"));
  EXPECT_THAT(message("time [s],value\n0,1\n1,2\n", timed), HasSubstr("'time [s]'"));
  EXPECT_THAT(message("0,1\n1,2\n", timed + ", period: 1"), HasSubstr("not with times"));
  EXPECT_THAT(message("1\n2\n", "columns: [time], period: 1"), HasSubstr("expected [value]"));
  EXPECT_THAT(message("1\n2\n", "columns: value, period: 1"), HasSubstr("expected [value]"));
  EXPECT_THAT(message("1\n2\n", "columns: [value]"), HasSubstr("period: missing"));
}

/// Two regions, the second 5 steps of 0.1 ms from the first.
TEST_F(ValueFile, AHistoryReachesBackToTheLongestDelay) {
  network::Connectome pair = regions(2);
  pair.row = {0, 0, 1};
  pair.source = {0};
  pair.weight = {1.0};
  pair.length = {2.0};  // 0.5 ms at 4 mm/ms
  const auto load = [&](int samples, const std::string& more) {
    const std::vector<double> values(static_cast<std::size_t>(samples) * 4, 0.1);
    const std::string shape = "(" + std::to_string(samples) + ", 2, 2)";
    std::vector<std::string> overrides{"model={name: MontbrioPazoRoxin, history: {file: " +
                                       file("h.npy", npy(shape, values)) + "}}"};
    if (!more.empty()) overrides.push_back(more);
    return message_of([&] { io::resolve(parse(good_study, overrides), pair); });
  };
  for (const char* method : {"euler", "heun", "rk4"}) {
    const std::string keys = std::string("integrator={dt: 0.1, method: ") + method + "}";
    EXPECT_EQ(load(6, keys), "") << method;
    EXPECT_THAT(load(5, keys), AllOf(HasSubstr("h.npy: 5 samples"), HasSubstr("back 5 steps"),
                                     HasSubstr("expected at least 6 samples")))
        << method;
  }
  EXPECT_EQ(load(1, "coupling=none"), "");
}

TEST_F(ValueFile, TheRowOfAWrongLabelIsCountedFromOne) {
  EXPECT_THAT(refused("l.csv", "region,eta\nL0,1\nL1,2\nL2,3\nX9,4\n"),
              HasSubstr("l.csv: row 4: no region is called 'X9'"));
  EXPECT_THAT(refused("l.csv", "region,eta\nL0,1\nL0,2\nL2,3\nL3,4\n"),
              HasSubstr("l.csv: row 2: a second value"));
}

TEST_F(ValueFile, ColumnsAreKeptInTheNormalisedStudy) {
  const auto study = parse(good_study, {"stimuli=[{target: c_r, equation: {name: series, file: "
                                        "a.csv, columns: [time, value]}}]"});
  EXPECT_THAT(study.normalised, HasSubstr("columns"));
  EXPECT_EQ(parse(study.normalised).normalised, study.normalised) << study.normalised;
}

}  // namespace
}  // namespace arcuate::test

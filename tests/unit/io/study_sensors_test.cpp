#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>

#include "arcuate/core/sha256.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/monitor/kind.hpp"
#include "arcuate/monitor/sensors.hpp"
#include "matrix/npy.hpp"
#include "places.hpp"
#include "study_support.hpp"

/// Monitors of kind eeg, meg and seeg: from files to what sensors see.
namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pointwise;

/// Files in a folder of their own; a network of four regions L0 ... L3, of which L0 and L2 are
/// cortical.
class StudySensors : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() /
        (std::string("arcuate_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& bytes) const {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

  static io::ResolvedStudy study(const std::string& keys, const std::string& kind = "eeg",
                                 const network::Connectome& connectome = placed()) {
    return io::resolve(parse(good_study, {"monitors=[{kind: " + kind +
                                          ", variables: [r], period: 1 ms, " + keys + "}]"}),
                       connectome);
  }
  static monitor::MonitorSpec spec(const std::string& keys, const std::string& kind = "eeg") {
    return study(keys, kind).monitors.at(0);
  }
  /// (regions, sensors)
  static std::vector<double> gain(const std::string& keys, const std::string& kind = "eeg") {
    return spec(keys, kind).sensors->gain;
  }
  static std::string refused(const std::string& keys, const std::string& kind = "eeg") {
    return message_of([&] { study(keys, kind); });
  }

  static network::Connectome placed() {
    network::Connectome connectome = regions(4);
    connectome.centres = {{10, 0, 0}, {-20, 5, 0}, {0, 30, 10}, {5, -5, -40}};
    connectome.orientation = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0.6, 0, 0.8}};
    return connectome;
  }

  /// Two sensors; columns L0 ... L3.
  [[nodiscard]] std::string plain() const { return file("g.csv", "1,2,3,4\n5,6,7,8\n"); }
  [[nodiscard]] std::string places() const { return file("s.txt", "A 0 0 90\nB 60 0 0\n"); }

 private:
  std::filesystem::path folder_;
};

TEST_F(StudySensors, TakeColumnsInTheOrderOfTheRegions) {
  const io::ResolvedStudy read =
      study("gain: " + plain() + ", sensors: " + places() + ", unit: uV, scale: 2");
  const monitor::MonitorSpec& own = read.monitors[0];
  EXPECT_THAT(own.sensors->gain, ElementsAre(2, 10, 4, 12, 6, 14, 8, 16));
  EXPECT_THAT(own.sensor_names, ElementsAre("A", "B"));
  EXPECT_EQ(own.sensors->positions[1], (monitor::Point{60, 0, 0}));
  EXPECT_EQ(own.sensors->unit, "uV");
  EXPECT_EQ(own.sensors->sha256, sha256("1,2,3,4\n5,6,7,8\n"));
  EXPECT_THAT(own.sensors->source, HasSubstr("g.csv"));
  EXPECT_TRUE(own.sensors->note.empty());
  EXPECT_THAT(read.warnings, Not(Contains(HasSubstr("sensor"))));
  EXPECT_EQ(monitor::extent_of(own, 20000, 100000, 4).columns, 2);
  EXPECT_EQ(monitor::extent_of(own, 20000, 100000, 4).values(), 8000.0 * 2);
}

TEST_F(StudySensors, MatchRegionsAndSensorsByLabel) {
  const std::string labelled = file("g.csv", "sensor,L3,L0,L1,L2\nB,4,1,2,3\nA,8,5,6,7\n");
  const monitor::MonitorSpec own = spec("gain: " + labelled + ", sensors: " + places());
  EXPECT_THAT(own.sensors->gain, ElementsAre(1, 5, 2, 6, 3, 7, 4, 8));
  EXPECT_THAT(own.sensor_names, ElementsAre("B", "A"));
  EXPECT_EQ(own.sensors->positions[0], (monitor::Point{60, 0, 0}));
  EXPECT_THAT(gain("gain: " + file("two.csv", "1,2\n5,6\n") + ", regions: [L3, L1]"),
              ElementsAre(2, 6, 1, 5));
  EXPECT_THAT(gain("gain: " + labelled + ", regions: [L3, L1]"), ElementsAre(2, 6, 4, 8));
}

TEST_F(StudySensors, OfTheCortexAloneSayWhatTheyLeaveOut) {
  const io::ResolvedStudy read = study("gain: " + file("g.csv", "1,2\n5,6\n"));
  const monitor::MonitorSpec& own = read.monitors[0];
  EXPECT_THAT(own.regions, ElementsAre(0, 2));
  EXPECT_THAT(own.sensors->gain, ElementsAre(1, 5, 2, 6));
  EXPECT_THAT(own.sensors->note,
              AllOf(HasSubstr("cortical regions"), HasSubstr("2 of 4 regions: L1, L3")));
  EXPECT_THAT(read.warnings, Contains(HasSubstr("monitors.0.gain: the columns of the gain")));
  EXPECT_THAT(own.sensor_names, ElementsAre("sensor 0", "sensor 1"));
}

TEST_F(StudySensors, SumOrAverageTheSourcesOfARegion) {
  const std::string sources = file("v.csv", "1,2,3,4,10\n5,6,7,8,20\n");
  const std::string indices = file("map.txt", "3 0 3 2 1\n");
  const std::string keys = "gain: " + sources + ", mapping: " + indices;
  EXPECT_THAT(gain(keys), ElementsAre(2, 6, 10, 20, 4, 8, 4, 12));
  EXPECT_THAT(gain(keys + ", combine: mean"), ElementsAre(2, 6, 10, 20, 4, 8, 2, 6));
  const std::string names = file("names.txt", "L3\nL0\nL3\nL2\nL1\n");
  EXPECT_THAT(gain("gain: " + sources + ", mapping: " + names),
              ElementsAre(2, 6, 10, 20, 4, 8, 4, 12));
}

TEST_F(StudySensors, TurnThreeColumnsOfEachSourceAlongItsOrientation) {
  const std::string free = file("f.csv", "1,2,3,1,2,3,1,2,3,1,2,3\n0,0,1,0,1,0,1,0,0,10,0,10\n");
  const std::vector<double> expected{1, 0, 2, 1, 3, 0, 0.6 + 2.4, 14};
  EXPECT_THAT(gain("gain: " + free), Pointwise(DoubleNear(1e-14), expected));
  network::Connectome none = placed();
  none.orientation.clear();
  EXPECT_THAT(message_of([&] { study("gain: " + free, "eeg", none); }),
              HasSubstr("neither it nor the connectome has orientations"));
}

TEST_F(StudySensors, ReadBrainstormsHeadModels) {
  // Two channels, of which one is not in the model, two sources, GridOrient per source.
  const std::string name = path("headmodel.h5");
  {
    const io::hdf5::Object out = io::hdf5::create_file(name);
    const double nan = std::nan("");
    out.write<double>("Gain", std::vector<double>{1, 2, 3, 4, 5, 6, nan, nan, nan, nan, nan, nan},
                      {2, 6});
    out.write<double>("GridLoc", std::vector<double>{0, 0, 0, 1, 1, 1}, {2, 3});
    out.write<double>("GridOrient", std::vector<double>{1, 0, 0, 0, 0.6, 0.8}, {2, 3});
  }
  const monitor::MonitorSpec own =
      spec("gain: {file: " + name + ", variable: Gain}, regions: [L1, L0]");
  EXPECT_THAT(own.sensor_names, ElementsAre("sensor 0"));
  EXPECT_THAT(own.sensors->gain, Pointwise(DoubleNear(1e-14), std::vector{3.0 + 4.8, 1.0}));
  EXPECT_THAT(own.sensors->note, HasSubstr("1 sensor left out, as its row of the gain is NaN"));
  EXPECT_THAT(refused("gain: {file: " + name + ", variable: gain}"),
              AllOf(HasSubstr("has no 'gain'"), HasSubstr("GridOrient (2 x 3)")));
}

TEST_F(StudySensors, ReadHdf5WithLabelsInGroups) {
  const std::string name = path("gains.h5");
  {
    const io::hdf5::Object out = io::hdf5::create_file(name);
    const io::hdf5::Object group = out.create_group("sub-01");
    group.write<double>("eeg", std::vector<double>{1, 2, 3, 4, 5, 6}, {2, 3});
    out.write_texts("labels", {"L3", "L0", "L1"});
    out.write_texts("channels", {"C3", "C4"});
    out.write<double>("cube", std::vector<double>(8), {2, 2, 2});
    out.write<double>("cov", std::vector<double>{4, 2, 2, 10}, {2, 2});
  }
  const monitor::MonitorSpec own =
      spec("gain: {file: " + name +
           ", variable: sub-01/eeg}, reference: C4, noise: {covariance: " + name + "}");
  EXPECT_THAT(own.regions, ElementsAre(0, 1, 3));
  EXPECT_THAT(own.sensors->gain, ElementsAre(2, 5, 3, 6, 1, 4));
  EXPECT_THAT(own.sensor_names, ElementsAre("C3", "C4"));
  EXPECT_EQ(own.sensors->reference_sensor, 1);
  EXPECT_THAT(own.sensors->noise, ElementsAre(2, 0, 1, 3));
  EXPECT_THAT(refused("gain: {file: " + name + ", variable: cube}"), HasSubstr("shape (2, 2, 2)"));
  EXPECT_THAT(refused("gain: " + name),
              AllOf(HasSubstr("has no gain under a name that is read"), HasSubstr("sub-01/eeg")));
}

TEST_F(StudySensors, ReadWhatOtherProgramsSave) {
  const std::string saved = ARCUATE_SOURCE "/tests/data/gains/";
  const std::string vertices = file("vertices.txt", "1 3 1\n");
  const monitor::MonitorSpec head = spec("gain: " + saved + "headmodel.mat, mapping: " + vertices);
  EXPECT_THAT(head.sensor_names, ElementsAre("sensor 0", "sensor 2"));
  EXPECT_THAT(head.regions, ElementsAre(1, 3));
  // (1, 2, 3).(1, 0, 0) + (7, 8, 9).(0, 0, -1) and (4, 5, 6).(0, 0.6, 0.8); (0, 1, 0), (2, 0, 0)
  // and (0, 0, 1).
  EXPECT_THAT(head.sensors->gain,
              Pointwise(DoubleNear(1e-14), std::vector{1.0 - 9.0, 0.0, 3.0 + 4.8, 0.8}));
  const monitor::MonitorSpec mne = spec("gain: " + saved + "mne.npz");
  EXPECT_THAT(mne.sensor_names, ElementsAre("EEG 001", "EEG 002"));
  EXPECT_THAT(mne.sensors->gain, ElementsAre(1, 6, 4, 9, 0 + 2, 5 + 7, 3, 8));
  EXPECT_THAT(gain("gain: " + saved + "projection.npy"), ElementsAre(0, 4, 1, 5, 2, 6, 3, 7));
  EXPECT_THAT(
      refused("gain: {file: " + saved + "headmodel.mat, variable: Param}, mapping: " + vertices),
      HasSubstr("Param: expected a matrix of real numbers"));
  EXPECT_THAT(refused("gain: {file: " + saved + "projection.npy, variable: x}"),
              HasSubstr("holds no variables to pick from"));
}

TEST_F(StudySensors, DemeanAndNormaliseAsBrainmassDoes) {
  const std::string keys = "gain: " + file("n.csv", "1,-2,3,2\n3,0,0,4\n");
  const std::vector<double> l1{1.0 / 8, 3.0 / 7, -2.0 / 8, 0, 3.0 / 8, 0, 2.0 / 8, 4.0 / 7};
  EXPECT_THAT(gain(keys + ", normalise_rows: l1"), Pointwise(DoubleNear(1e-15), l1));
  const double a = std::sqrt(18.0);
  EXPECT_THAT(gain(keys + ", normalise_rows: l2"),
              Pointwise(DoubleNear(1e-15),
                        std::vector{1 / a, 3.0 / 5, -2 / a, 0.0, 3 / a, 0.0, 2 / a, 4.0 / 5}));
  std::vector<double> demeaned = l1;
  for (std::size_t r = 0; r < 4; ++r) {
    const double mean = (l1[2 * r] + l1[2 * r + 1]) / 2.0;
    demeaned[2 * r] -= mean;
    demeaned[2 * r + 1] -= mean;
  }
  EXPECT_THAT(gain(keys + ", normalise_rows: l1, demean: true"),
              Pointwise(DoubleNear(1e-15), demeaned));
  EXPECT_THAT(refused("gain: " + file("z.csv", "1,2,3,4\n0,0,0,0\n") + ", normalise_rows: l2"),
              HasSubstr("the gain of sensor 'sensor 1' is 0"));
}

TEST_F(StudySensors, HaveNoiseOfACovariance) {
  const std::string keys = "gain: " + plain() + ", noise: ";
  EXPECT_THAT(spec(keys + "{variance: 4}").sensors->noise, ElementsAre(2, 2));
  EXPECT_THAT(spec(keys + "{variance: [4, 0]}").sensors->noise, ElementsAre(2, 0));
  EXPECT_THAT(spec(keys + "{covariance: " + file("d.txt", "9\n16\n") + "}").sensors->noise,
              ElementsAre(3, 4));
  const std::string full = file("c.csv", "4,2\n2,10\n");
  EXPECT_THAT(spec(keys + "{covariance: " + full + "}").sensors->noise, ElementsAre(2, 0, 1, 3));
  EXPECT_EQ(spec(keys + "{variance: 4}").sensors->seed, 42U);
}

TEST_F(StudySensors, AreDipolesInAMediumWithoutEndAsInTheVirtualBrain) {
  // EEG.analytic: sensors on a sphere of 1.05125 times the farthest source around their mean.
  const monitor::MonitorSpec own =
      spec("forward: unbounded, sensors: " + places() + ", conductivity: 0.5 S/m");
  const network::Connectome net = placed();
  const monitor::Point centre{-1.25, 7.5, -7.5};
  const double radius = 1.05125 * std::sqrt(6.25 * 6.25 + 12.5 * 12.5 + 32.5 * 32.5);
  const monitor::Point at{centre[0], centre[1], centre[2] + radius};
  for (std::size_t r = 0; r < 4; ++r) {
    double along = 0.0, square = 0.0;
    for (std::size_t c = 0; c < 3; ++c) {
      const double a = at[c] - net.centres[r][c];
      along += net.orientation[r][c] * a;
      square += a * a;
    }
    const double expected = along / std::pow(square, 1.5) / (4.0 * std::numbers::pi * 0.5);
    EXPECT_NEAR(own.sensors->gain[2 * r], expected, 1e-13 * std::abs(expected));
  }
  EXPECT_EQ(own.sensors->unit, "mV");
}

TEST_F(StudySensors, OfTheMagneticFieldLookAlongTheirDirection) {
  const std::string file_of = file("m.txt", "M1 0 0 120 0 0 2\nM2 0 0 120 1 0 0\n");
  const std::string keys = "forward: sphere, sphere: {centre: [0, 0, 0], radius: 80 mm}, sensors: ";
  const monitor::MonitorSpec own = spec(keys + file_of, "meg");
  const network::Connectome net = placed();
  for (std::size_t r = 0; r < 4; ++r) {
    const monitor::Point field =
        monitor::field_of_sphere({}, {0, 0, 120}, net.centres[r], net.orientation[r]);
    EXPECT_NEAR(own.sensors->gain[2 * r], field[2], 1e-12 * std::abs(field[2]));
    EXPECT_NEAR(own.sensors->gain[2 * r + 1], field[0], 1e-12 * std::abs(field[0]));
  }
  EXPECT_EQ(own.sensors->unit, "fT");
  EXPECT_THAT(refused(keys + file("in.txt", "M1 0 0 70\n"), "meg"),
              AllOf(HasSubstr("sensor 'M1' lies 70 mm"), HasSubstr("outside")));
}

TEST_F(StudySensors, ReadTablesWithAHeader) {
  const std::string bids = file("electrodes.tsv", "name\tx\ty\tz\tsize\nFp 1\t0\t0\t90\t5\n");
  EXPECT_THAT(spec("forward: sphere, sensors: " + bids).sensor_names, ElementsAre("Fp 1"));
}

TEST_F(StudySensors, LeaveOutRowsOfNanOfTablesToo) {
  const std::string rows = "1 2 3 4\nnan nan nan nan\n5 6 7 8\n";
  std::string commas = rows;
  std::replace(commas.begin(), commas.end(), ' ', ',');
  const std::vector<double> numbers{1, 2, 3, 4, NAN, NAN, NAN, NAN, 5, 6, 7, 8};
  const std::string npy = io::matrix::npy_header("<f8", {3, 4}) +
                          std::string(reinterpret_cast<const char*>(numbers.data()), 96);
  for (const std::string& path : {file("n.csv", commas), file("n.txt", rows), file("n.npy", npy)}) {
    const monitor::MonitorSpec own = spec("gain: " + path);
    EXPECT_THAT(own.sensor_names, ElementsAre("sensor 0", "sensor 2")) << path;
    EXPECT_THAT(own.sensors->gain, ElementsAre(1, 5, 2, 6, 3, 7, 4, 8)) << path;
    EXPECT_THAT(own.sensors->note, HasSubstr("sensor 1")) << path;
  }
  EXPECT_THAT(refused("gain: " + file("o.csv", "1,2,3,4\n5,nan,7,8\n")),
              HasSubstr("sensor 'sensor 1', source 1: nan is not a finite number"));
  EXPECT_THAT(refused("gain: " + file("i.csv", "1,2,3,4\n5,inf,7,8\n")), HasSubstr("'inf'"));
}

TEST_F(StudySensors, RefuseGainsOfAnotherShape) {
  EXPECT_THAT(refused("gain: " + file("g.csv", "1,2,3,4,5\n5,6,7,8,9\n")),
              AllOf(HasSubstr("--set"), HasSubstr("monitors.0.gain: "), HasSubstr("g.csv: "),
                    HasSubstr("shape (2, 5)"), HasSubstr("4 regions or of 2 cortical ones")));
  EXPECT_THAT(refused("gain: " + file("t.csv", "1,5,1\n2,6,1\n3,7,1\n4,8,1\n")),
              HasSubstr("transposed"));
  EXPECT_THAT(refused("gain: " + plain() + ", sensors: " + file("s3.txt", "A\nB\nC\n")),
              AllOf(HasSubstr("has 2 rows"), HasSubstr("3 sensors")));
  EXPECT_THAT(refused("gain: " + plain() + ", regions: [L0, L1, L2]"),
              HasSubstr("4 columns for 3 regions of the study"));
  EXPECT_THAT(refused("gain: " + plain() + ", mapping: " + file("m.txt", "0 1 2\n")),
              AllOf(HasSubstr("4 columns for 3 sources of the mapping"),
                    HasSubstr("monitors.0.gain: "), Not(HasSubstr("monitors.0.mapping: "))));
  EXPECT_THAT(refused("gain: " + file("zero.csv", "0,0,0,0\n")), HasSubstr("all numbers are 0"));
}

TEST_F(StudySensors, RefuseLabelsThatAreNotThere) {
  EXPECT_THAT(refused("gain: " + file("g.csv", "s,L0,L1,L2,L4\nA,1,2,3,4\n")),
              AllOf(HasSubstr("no region is called 'L4'"), HasSubstr("did you mean")));
  EXPECT_THAT(
      refused("gain: " + file("h.csv", "s,L0,L1,L2,L3\nA1,1,2,3,4\n") + ", sensors: " + places()),
      AllOf(HasSubstr("sensor 'A1'"), HasSubstr("did you mean 'A'")));
  EXPECT_THAT(refused("gain: " + plain() + ", mapping: " + file("m.txt", "0 1 2 7\n")),
              AllOf(HasSubstr("mapping"), HasSubstr("no region 7")));
  EXPECT_THAT(refused("gain: " + plain() + ", mapping: " + file("n.txt", "0 1 2 -1\n")),
              HasSubstr("source 3 has no index of a region"));
  EXPECT_THAT(refused("gain: " + plain() + ", sensors: " + places() + ", reference: C"),
              AllOf(HasSubstr("reference"), HasSubstr("no sensor is called 'C'")));
  EXPECT_THAT(refused("gain: " + file("l.csv", "s,L0,L1,L2\nA,1,2,3\n") + ", regions: [L3]"),
              HasSubstr("has no column of region 'L3'"));
  EXPECT_THAT(refused("gain: " + file("d.csv", "s,L0,L1,L2,L3\nA,1,2,3,4\nA,1,2,3,4\n")),
              HasSubstr("two sensors are called 'A'"));
  EXPECT_THAT(refused("gain: " + plain() + ", sensors: " + file("dd.txt", "A 0 0 1\nA 0 1 0\n")),
              HasSubstr("a second sensor 'A'"));
}

TEST_F(StudySensors, RefuseCovariancesThatAreNone) {
  const auto covariance = [&](const std::string& text) {
    return refused("gain: " + plain() + ", noise: {covariance: " + file("c.csv", text) + "}");
  };
  EXPECT_THAT(covariance("1,1\n1,1\n"),
              AllOf(HasSubstr("noise"), HasSubstr("not positive definite")));
  EXPECT_THAT(covariance("1,1\n1,1.00000000000001\n"), HasSubstr("only just singular"));
  EXPECT_THAT(covariance("1,2\n2,1\n"), HasSubstr("smallest eigenvalue is -1"));
  EXPECT_THAT(covariance("1,0.5\n0.4,1\n"), AllOf(HasSubstr("not symmetric"), HasSubstr("--set"),
                                                  HasSubstr("monitors.0.noise: ")));
  EXPECT_THAT(covariance("1,0,0\n0,1,0\n0,0,1\n"), HasSubstr("for 2 sensors"));
  EXPECT_THAT(covariance("1\n-1\n"), HasSubstr("variance of sensor 1 is -1"));
  EXPECT_THAT(refused("gain: " + plain() + ", noise: {variance: -1}"), HasSubstr(">= 0"));
  EXPECT_THAT(refused("gain: " + plain() + ", noise: {variance: [1, 2, 3]}"),
              HasSubstr("3 values for 2 sensors"));
  EXPECT_THAT(refused("gain: " + plain() + ", noise: {}"), HasSubstr("either"));
}

TEST_F(StudySensors, RefuseHeadsThatHoldNoDipoles) {
  const std::string keys = "forward: sphere, sensors: ";
  EXPECT_THAT(refused("forward: sphere"), HasSubstr("sensors: missing"));
  EXPECT_THAT(refused(keys + file("l.txt", "A\nB\n")), HasSubstr("has labels only"));
  EXPECT_THAT(refused(keys + places() + ", sphere: {radius: 30 mm}"),
              AllOf(HasSubstr("region 'L3'"), HasSubstr("inside")));
  EXPECT_THAT(refused(keys + file("o.txt", "A 0 0 0\n")), HasSubstr("no direction"));
  EXPECT_THAT(refused(keys + file("out.txt", "A 0 0 90\n"), "seeg"),
              AllOf(HasSubstr("sensor 'A'"), HasSubstr("expected contacts inside")));
  EXPECT_THAT(refused("forward: unbounded, sensors: " + file("on.txt", "A 10 0 0\n"), "seeg"),
              HasSubstr("at the centre of region 'L0'"));
  EXPECT_THAT(refused("forward: unbounded, sphere: {centre: [1, 2, 3]}, sensors: " +
                          file("c.txt", "A 1 2 3\n"),
                      "meg"),
              HasSubstr("with a direction"));
  network::Connectome flat = placed();
  flat.orientation.clear();
  EXPECT_THAT(message_of([&] { study(keys + places(), "eeg", flat); }),
              HasSubstr("has no orientations of regions"));
  flat = placed();
  flat.orientation[1] = {};
  EXPECT_THAT(study(keys + places(), "eeg", flat).warnings,
              Contains(HasSubstr("1 region without an orientation: L1")));
  EXPECT_THAT(refused(keys + file("bad.txt", "A 0 zero 0\n")), HasSubstr("'zero'"));
}

TEST_F(StudySensors, RefuseKeysThatDoNotGoTogether) {
  EXPECT_THAT(refused("reference: average"), HasSubstr("gain: missing"));
  EXPECT_THAT(refused("gain: " + plain() + ", forward: sphere, sensors: " + places()),
              HasSubstr("gain: is for `forward: gain` only"));
  EXPECT_THAT(refused("gain: " + plain() + ", conductivity: 0.3 S/m"), HasSubstr("conductivity"));
  EXPECT_THAT(refused("gain: " + plain() + ", unit: microvolks"), HasSubstr("not a unit"));
  EXPECT_THAT(refused("reference: average", "raw"), HasSubstr("is for eeg, meg, seeg only"));
  EXPECT_THAT(refused("gain: " + plain() + ", parameters: {a: 1}"), HasSubstr("parameters"));
  EXPECT_THAT(refused("gain: {file: " + plain() + ", name: x}"), HasSubstr("unknown key 'name'"));
  EXPECT_THAT(refused("gain: nothing.npy"), HasSubstr("nothing.npy"));
}

TEST_F(StudySensors, AreReadAgainFromTheStudyOfARecording) {
  const std::string keys =
      "gain: " + plain() + ", sensors: " + places() + ", mapping: " + file("m.txt", "0 1 2 3\n") +
      ", reference: A, demean: true, noise: {covariance: " + file("c.csv", "4,2\n2,10\n") + "}";
  const io::Study first =
      parse(good_study, {"monitors=[{kind: eeg, variables: [r], period: 1 ms, " + keys + "}]"});
  for (const char* name : {"g.csv", "s.txt", "m.txt", "c.csv"})
    EXPECT_THAT(first.inputs, Contains(HasSubstr(name)));
  const io::Study again = io::parse_study(first.normalised, "elsewhere/again.yml", {});
  EXPECT_EQ(again.normalised, first.normalised);
  const auto one = io::resolve(first, placed()).monitors[0];
  const auto other = io::resolve(again, placed()).monitors[0];
  EXPECT_EQ(one.sensors->gain, other.sensors->gain);
  EXPECT_EQ(one.sensors->noise, other.sensors->noise);
  EXPECT_EQ(one.sensors->settings, other.sensors->settings);
}

}  // namespace
}  // namespace arcuate::test

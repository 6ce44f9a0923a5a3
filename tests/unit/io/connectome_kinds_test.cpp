#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>

#include "arcuate/core/error.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/network/prepare.hpp"
#include "places.hpp"

/// Small inputs of the kinds that users bring, each with the value that its contents mean.
namespace arcuate::io {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string fault(const std::string& name) {
  return ARCUATE_SOURCE "/tests/data/faults/" + name;
}

std::string message_of(const std::string& name) {
  try {
    read_connectome(fault(name));
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

network::Connectome parts(const std::string& weights, const std::string& lengths) {
  return read_connectome(ConnectomeFiles{fault(weights), fault(lengths), "", "", "", ""});
}

TEST(ConnectomeKinds, ACommaBelongsToALabelWhereBlanksSeparate) {
  const auto connectome = read_connectome(fault("comma_in_label.zip"));
  EXPECT_THAT(connectome.labels, testing::Contains("Right_area,_nose"));
  EXPECT_NE(connectome.centres.at(0), connectome.centres.at(1));
}

TEST(ConnectomeKinds, MembersMayShareAPrefixOrLieInAFolderOfWindows) {
  EXPECT_EQ(read_connectome(fault("prefixed_names.zip")).n_edges(), 6);
  EXPECT_EQ(read_connectome(fault("backslash_folder.zip")).n_edges(), 6);
}

TEST(ConnectomeKinds, AFileNamedForLengthsIsSearchedForLengthsFirst) {
  EXPECT_THAT(parts("w.mat", "L_len.mat").length, testing::Each(30.0));
  EXPECT_THAT(parts("w.mat", "L_tract_lengths.mat").length, testing::Each(30.0));
  EXPECT_FALSE(parts("w.npz", "L.npz").length.empty());
  EXPECT_FALSE(parts("cm.mat", "len.mat").length.empty());
  const auto both = parts("both.mat", "both.mat");
  EXPECT_EQ(*std::min_element(both.length.begin(), both.length.end()), 40.0);
  EXPECT_EQ(*std::max_element(both.length.begin(), both.length.end()), 80.0);
}

TEST(ConnectomeKinds, ALengthIsNeverRounded) {
  // 0.6 mm at 4 mm/ms and 0.1 ms: in double precision 0.6 / 4 / 0.1 lies below 1.5 and rounds to 1;
  // a length in single precision lies above and rounds to 2.
  network::Connectome c;
  c.row = {0, 0, 1};
  c.source = {0};
  c.weight = {1.0};
  c.length = {0.6};
  EXPECT_EQ(network::delay_ms(c, 0, 4.0) / 0.1, 0.6 / 4.0 / 0.1);
  const auto folder = std::filesystem::temp_directory_path() / "arcuate_lengths";
  std::filesystem::create_directories(folder);
  c.labels = {"a", "b"};
  for (const char* name : {"c.h5", "c.npz", "c.zip", "c.edges.csv"}) {
    const std::string file = (folder / name).string();
    std::filesystem::remove(file);
    write_connectome(c, file);
    EXPECT_THAT(read_connectome(file).length, ElementsAre(0.6)) << name;
  }
  std::filesystem::remove_all(folder);
}

TEST(ConnectomeKinds, NormalisingKeepsTheSignOfAWeight) {
  for (const char* name : {"neg.zip", "allneg.zip"}) {
    const auto raw = read_connectome(fault(name));
    for (const auto how : {network::Normalisation::max, network::Normalisation::row_sum,
                           network::Normalisation::region_sum, network::Normalisation::mean}) {
      auto scaled = raw;
      network::normalise(scaled, how);
      for (std::size_t e = 0; e < raw.weight.size(); ++e) {
        EXPECT_EQ(std::signbit(raw.weight[e]), std::signbit(scaled.weight[e])) << name;
        if (how == network::Normalisation::region_sum) continue;
        EXPECT_LE(std::abs(scaled.weight[e]), 1.0);
      }
    }
  }
}

TEST(ConnectomeKinds, LabelsInAMatFileAreCheckedBeforeTheyAreRead) {
  EXPECT_THAT(message_of("mat_label_segv.mat"), HasSubstr("labels"));
  EXPECT_THAT(message_of("lab64.mat"),
              AllOf(HasSubstr("64 elements"), HasSubstr("2 bytes of data"), HasSubstr("labels")));
}

TEST(ConnectomeKinds, LabelsAreUtf8) {
  const auto folder = std::filesystem::temp_directory_path() / "arcuate_utf8";
  std::filesystem::create_directories(folder);
  const auto read = [&](const std::string& label) {
    std::ofstream(folder / "w.csv") << "," << label << ",b\n" << label << ",0,1\nb,1,0\n";
    return read_connectome((folder / "w.csv").string()).labels.at(0);
  };
  EXPECT_EQ(read("Pr\xC3\xA9"), "Pr\xC3\xA9");
  for (const char* bad : {"Pr\xE9", "\xED\xA0\x80x", "\xC0\xAFx", "a\xFF"})
    EXPECT_THROW(read(bad), DataError) << bad;
  std::filesystem::remove_all(folder);
}

TEST(ConnectomeKinds, WeightsAloneAreUndelayedAndThatIsSaid) {
  const auto folder = std::filesystem::temp_directory_path() / "arcuate_alone";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "w.txt") << "0 1\n1 0\n";
  std::ofstream(folder / "c.txt") << "0 0 0\n3 4 0\n";
  const auto load = [&](const std::string& connectome) {
    return load_connectome(
        parse_study("connectome: " + connectome + "\nmodel: {name: Linear}\nduration: 1",
                    (folder / "s.yml").string(), {}));
  };
  const auto alone = load("{weights: w.txt}");
  EXPECT_THAT(alone.length, ElementsAre(0.0, 0.0));
  EXPECT_THAT(alone.warnings, ElementsAre(HasSubstr("all delays are 0")));
  EXPECT_TRUE(load("{weights: w.txt, speed: inf}").warnings.empty());
  EXPECT_THAT(load("{weights: w.txt, centres: c.txt}").length, ElementsAre(5.0, 5.0));
  std::ofstream(folder / "z.txt") << "0 1\n0 0\n";
  EXPECT_THAT(load("{weights: z.txt, speed: inf, normalize: row_sum}").warnings,
              ElementsAre(HasSubstr("no weight enters r001")));
  std::filesystem::remove_all(folder);
}

/// A folder of files of one test.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / name()) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }
  Study study(const std::string& connectome, const std::string& rest = "") const {
    return parse_study(
        "connectome: " + connectome + "\nmodel: {name: Linear}\nduration: 1\n" + rest,
        path("s.yml"), {});
  }
  network::Connectome load(const std::string& connectome) const {
    return load_connectome(study(connectome));
  }

 private:
  static std::string name() {
    return std::string("arcuate_") + testing::UnitTest::GetInstance()->current_test_info()->name();
  }
  std::filesystem::path path_;
};

template <class Call>
std::string any_error_of(Call call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no error";
}

TEST(ConnectomeKinds, TheFileThatDoesNotFitTheWeightsIsNamed) {
  const Folder folder;
  folder.file("w.txt", "0 1\n1 0\n");
  folder.file("three.txt", "a\nb\nc\n");
  folder.file("sides.txt", "L\nR\nL\n");
  folder.file("points.txt", "0 0 0\n");
  const auto said = [&](const char* more) {
    return any_error_of([&] { folder.load(std::string("{weights: w.txt, ") + more + "}"); });
  };
  EXPECT_THAT(said("labels: three.txt"), HasSubstr("three.txt: 3 labels for the 2 regions of "));
  EXPECT_THAT(said("hemispheres: sides.txt"), HasSubstr("sides.txt: 3 sides for the 2 regions"));
  EXPECT_THAT(said("centres: points.txt"), HasSubstr("points.txt: 1 centres for the 2 regions"));
}

TEST(ConnectomeKinds, ASpeedBesideDelaysFromAFileMustAgreeWithThem) {
  const Folder folder;
  folder.file("d.edges.csv", "source,target,weight,delay\n0,1,1,5\n1,0,1,2.5\n");
  EXPECT_THAT(folder.load("{file: d.edges.csv}").delay, ElementsAre(2.5, 5.0));
  EXPECT_THAT(any_error_of([&] { folder.load("{file: d.edges.csv, speed: 3 mm/ms}"); }),
              HasSubstr("s.yml:1: connectome.speed"));
}

TEST(ConnectomeKinds, AStudyOfARecordingNotesNoSpeedThatNobodyGave) {
  const Folder folder;
  EXPECT_THAT(folder.study("{file: d.edges.csv}").normalised, testing::Not(HasSubstr("speed")));
  EXPECT_THAT(folder.study("{file: d.edges.csv, speed: 7 mm/ms}").normalised,
              HasSubstr("speed: 7"));
}

TEST(ConnectomeKinds, HemispheresComeFromTheirFileOrFromTheLabels) {
  const Folder folder;
  folder.file("w.txt", "0 1\n1 0\n");
  folder.file("h.txt", "R\nleft\n");
  EXPECT_THAT(folder.load("{weights: w.txt, hemispheres: h.txt}").hemisphere, ElementsAre(1, 0));
  folder.file("bad.txt", "R\nmiddle\n");
  EXPECT_THAT(any_error_of([&] { folder.load("{weights: w.txt, hemispheres: bad.txt}"); }),
              HasSubstr("bad.txt: entry 2: 'middle' is not allowed"));
  const std::vector<std::pair<const char*, const char*>> pairs{
      {"LH_Vis", "RH_Vis"},
      {"Left-Putamen", "Right-Putamen"},
      {"lh.cuneus", "rh.cuneus"},
      {"V1_L", "V1_R"},
      {"ctx-lh-insula", "ctx-rh-insula"},
      {"V1-left", "V1-right"},
      {"LeftThalamus", "RightPons"},
      {"7Networks_LH_Vis_1", "7Networks_RH_Vis_1"}};
  for (const auto& [left, right] : pairs) {
    folder.file("n.txt", std::string(left) + "\n" + right + "\n");
    EXPECT_THAT(folder.load("{weights: w.txt, labels: n.txt}").hemisphere, ElementsAre(0, 1))
        << left;
  }
  folder.file("n.txt", "LH_Vis\nBrain-Stem\n");
  EXPECT_TRUE(folder.load("{weights: w.txt, labels: n.txt}").hemisphere.empty());
}

TEST(ConnectomeKinds, WeightsAreTransformedBeforeTheyAreNormalised) {
  const Folder folder;
  folder.file("w.txt", "8 1 0\n3 0 0\n0 7 0\n");
  const auto weights = [&](const std::string& transform) {
    return folder.load("{weights: w.txt, speed: inf, " + transform + "}").weight;
  };
  const double log2 = std::log(2.0);
  EXPECT_THAT(
      weights("transform: log1p"),
      testing::Pointwise(testing::DoubleEq(), {2.0 * std::log(3.0), log2, 2.0 * log2, 3.0 * log2}));
  // The mean over the 6 pairs of different regions, 11 / 6, becomes 0.01; the self-connection is
  // scaled along.
  EXPECT_THAT(
      weights("transform: {mean: 0.01}"),
      testing::Pointwise(testing::DoubleNear(1e-16), {0.48 / 11, 0.06 / 11, 0.18 / 11, 0.42 / 11}));
  EXPECT_THAT(weights("transform: {threshold: 3}"), ElementsAre(8, 3, 7));
  EXPECT_THAT(weights("transform: [binary, {scale: 0.5}]"), testing::Each(0.5));
  EXPECT_THAT(weights("transform: {power: 2}, normalize: max"),
              ElementsAre(1.0, 1.0 / 64, 9.0 / 64, 49.0 / 64));
  EXPECT_THAT(any_error_of([&] { weights("transform: mean"); }), HasSubstr("mean needs a number"));
  EXPECT_THAT(any_error_of([&] { weights("transform: {mean: 0}"); }), HasSubstr("out of range"));
  EXPECT_THAT(any_error_of([&] { weights("transform: log2"); }), HasSubstr("log1p"));
  folder.file("w.txt", "0 -1\n1 0\n");
  EXPECT_THAT(any_error_of([&] { weights("transform: sqrt"); }), HasSubstr("r001 -> r000"));
  EXPECT_THAT(any_error_of([&] { weights("transform: {mean: 1}"); }),
              HasSubstr("no positive factor"));
}

TEST(ConnectomeKinds, AMatrixIsPickedByItsNameAndWhatIsThereIsSaid) {
  const Folder folder;
  const std::string both = fault("both.mat");
  const auto picked = folder.load("{weights: {file: " + both + ", variable: tract_lengths}}");
  EXPECT_EQ(*std::max_element(picked.weight.begin(), picked.weight.end()), 80.0);
  const std::string error =
      any_error_of([&] { folder.load("{weights: {file: " + both + ", variable: sc2}}"); });
  EXPECT_THAT(error, HasSubstr("both.mat: has no 'sc2'"));
  EXPECT_THAT(error, HasSubstr("weights ("));
  EXPECT_THAT(error, HasSubstr("variable: "));
  folder.file("w.txt", "0 1\n1 0\n");
  EXPECT_THAT(any_error_of([&] { folder.load("{weights: {file: w.txt, variable: sc}}"); }),
              HasSubstr("no variables"));
  EXPECT_THAT(any_error_of([&] { folder.load("{weights: {file: w.txt}}"); }),
              HasSubstr("variable"));
}

TEST(ConnectomeKinds, SciPysCoordinateArraysAreEntriesAndNoCentres) {
  const auto connectome = read_connectome(fault("coo_coords.npz"));
  EXPECT_THAT(connectome.weight, ElementsAre(2.5, 3.5, 1.5));
  EXPECT_THAT(connectome.source, ElementsAre(1, 2, 0));
  EXPECT_TRUE(connectome.centres.empty());
}

TEST(ConnectomeKinds, TheOnlyMatrixIsNotTakenForWhatItsNameDenies) {
  EXPECT_THAT(message_of("L_tract_lengths.mat"),
              HasSubstr("has no weights under a name that is read"));
  EXPECT_THAT(message_of("L_len.mat"), HasSubstr("it holds len ("));
  EXPECT_THAT(any_error_of([] {
                read_connectome(ConnectomeFiles{fault("w.mat"), "", fault("L_tract_lengths.mat")});
              }),
              HasSubstr("has no delays"));
}

TEST(ConnectomeKinds, HalfAMatrixIsRemarked) {
  const Folder folder;
  const auto said = [&](const char* text) {
    std::string all;
    for (const Finding& finding : lint(read_connectome(folder.file("w.txt", text))))
      all += finding.message + "\n";
    return all;
  };
  EXPECT_THAT(said("0 1 2\n0 0 3\n0 0 0\n"), HasSubstr("3 edges lie above the diagonal"));
  EXPECT_THAT(said("1 0 0\n1 0 0\n2 3 0\n"), HasSubstr("3 edges lie below the diagonal"));
  EXPECT_THAT(said("0 1 2\n1 0 3\n2 3 0\n"), testing::Not(HasSubstr("diagonal")));
}

TEST(ConnectomeKinds, ANumberThatIsALabelAndAnIndexIsAnError) {
  const Folder folder;
  folder.file("w.csv", ",2,1,0\n2,0,1,1\n1,1,0,1\n0,1,1,0\n");
  const auto regions = [&](const std::string& list) {
    const Study study = folder.study("{weights: w.csv, speed: inf}",
                                     "monitors: [{kind: raw, regions: " + list + "}]\n");
    return resolve(study, load_connectome(study)).monitors.size();
  };
  EXPECT_THAT(any_error_of([&] { regions("[2]"); }),
              HasSubstr("write \"2\" in quotes for the label, 2-2 for the index"));
  for (const char* clear : {"[\"2\"]", "[2-2]", "[1]"})
    EXPECT_EQ(any_error_of([&] { regions(clear); }), "no error") << clear;
}

TEST(ConnectomeKinds, EveryLabelThatIsReadComesBackFromEveryFormat) {
  const Folder folder;
  network::Connectome c;
  c.labels = {"#1",       "%x", "a b", "Right_area,_nose", "q\"u;o", " led",
              "trailed ", "12", "[j]", "caf\xC3\xA9"};
  c.row.assign(c.labels.size() + 1, 0);
  for (std::size_t i = 0; i < c.labels.size(); ++i) {
    c.source.push_back(static_cast<LocalIndex>((i + 1) % c.labels.size()));
    c.weight.push_back(0.1 + static_cast<double>(i));
    c.length.push_back(0.6 + static_cast<double>(i));
    c.row[i + 1] = static_cast<GlobalIndex>(i + 1);
  }
  for (const char* name : {"c.h5", "c.npz", "c.zip", "c.edges.csv"}) {
    write_connectome(c, folder.path(name));
    const network::Connectome back = read_connectome(folder.path(name));
    EXPECT_EQ(back.labels, c.labels) << name;
    EXPECT_EQ(back.weight, c.weight) << name;
    EXPECT_EQ(back.length, c.length) << name;
  }
}

TEST(ConnectomeKinds, LabelsOfAFileAreTextAndTheLineIsNamed) {
  const Folder folder;
  folder.file("w.txt", "0 1\n1 0\n");
  const auto labels = [&](const char* text) {
    folder.file("n.txt", text);
    return folder.load("{weights: w.txt, labels: n.txt, speed: inf}").labels;
  };
  EXPECT_THAT(labels("\xEF\xBB\xBF"
                     "a\r\nb\r\n"),
              ElementsAre("a", "b"));
  EXPECT_THAT(labels("[\"a\",\n\"b\"]"), ElementsAre("a", "b"));
  EXPECT_THAT(any_error_of([&] { labels("a\nPr\xE9\n"); }),
              HasSubstr("n.txt: line 2: the label 'Pr"));
  EXPECT_THAT(any_error_of([&] { labels("[\"a\", \"b\\tc\"]"); }),
              HasSubstr("control character 0x09"));
  const std::string edges = "source,target,weight\na,Pr\xE9,1\n";
  EXPECT_THAT(any_error_of([&] { read_connectome(folder.file("e.edges.csv", edges)); }),
              HasSubstr("e.edges.csv: region 2: the label 'Pr"));
}

TEST(ConnectomeKinds, ASeparatorIsWhatMakesCoordinatesNumbers) {
  const Folder folder;
  folder.file("w.txt", "0 1\n1 0\n");
  for (const char* text : {"Right_area,_nose 0 0 0\nb 3 4 0\n", "Area of x, 0, 0, 0\nb, 3, 4, 0\n",
                           "a;0;0;0\nb c;3;4;0\n", "0 0 0\n3 4 0\n", "0,0,0\n3,4,0\n",
                           "a b\t0\t0\t0\nc, d\t3\t4\t0\n"}) {
    folder.file("c.txt", text);
    EXPECT_THAT(folder.load("{weights: w.txt, centres: c.txt}").length, ElementsAre(5, 5)) << text;
  }
}

}  // namespace
}  // namespace arcuate::io

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>

#include "arcuate/core/error.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "arcuate/io/study.hpp"
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
  return read_connectome_parts(fault(weights), fault(lengths), "", "", "");
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
  EXPECT_EQ(engine::delay_in_steps(c, 0, 4.0, 0.1), 0.6 / 4.0 / 0.1);
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
                           network::Normalisation::region_sum}) {
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

}  // namespace
}  // namespace arcuate::io

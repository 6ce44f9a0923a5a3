#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "arcuate/core/error.hpp"
#include "arcuate/core/utf8.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "arcuate/io/hdf5.hpp"
#include "places.hpp"

/// Files of three regions with W = [[0 2 1], [3 0 1], [1 4 0]] and lengths of 40, 80 and 60 mm:
/// what is inside is read, or is named.
namespace arcuate::io {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string fault_file(const std::string& name) {
  return ARCUATE_SOURCE "/tests/data/faults/" + name;
}

std::string refusal(const std::string& name, const std::string& variable = "") {
  try {
    ConnectomeFiles files;
    files.weights = {fault_file(name), variable};
    if (variable.empty())
      read_connectome(fault_file(name));
    else
      read_connectome(files);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(ConnectomePieces, NamesOfMembersMayBeInCapitals) {
  const auto connectome = read_connectome(fault_file("capitals.zip"));
  EXPECT_THAT(connectome.length, ElementsAre(40, 80, 40, 60, 80, 60));
  EXPECT_THAT(connectome.labels, ElementsAre("lA", "rB", "rC"));
}

TEST(ConnectomePieces, MembersThatAreNearlyReadAreNamed) {
  EXPECT_THAT(read_connectome(fault_file("misspelt.zip")).warnings,
              ElementsAre(HasSubstr("'tract_lenghts.txt' is not read: is it meant to be "
                                    "tract_lengths.txt?")));
  EXPECT_THAT(read_connectome(fault_file("other_ending.zip")).warnings,
              ElementsAre(HasSubstr("'tract_lengths.csv' is not read")));
  EXPECT_THAT(read_connectome(fault_file("two_prefixes.zip")).warnings,
              ElementsAre(AllOf(HasSubstr("'sub01_weights.txt' and 'sub02_tract_lengths.txt'"),
                                HasSubstr("begin differently"))));
  EXPECT_THAT(read_connectome(fault_file("prefixed_names.zip")).warnings, IsEmpty());
}

TEST(ConnectomePieces, AZipOfWeightsAloneIsReadAsEveryOtherFormatWithoutLengths) {
  const auto connectome = read_connectome(fault_file("only_weights.zip"));
  EXPECT_THAT(connectome.weight, ElementsAre(2, 1, 3, 1, 1, 4));
  EXPECT_THAT(connectome.length, Each(0.0));
}

TEST(ConnectomePieces, TextsOfMatlabAreDecoded) {
  for (const char* name : {"utf8_cells.mat", "utf8_rows.mat"})
    EXPECT_THAT(read_connectome(fault_file(name)).labels, ElementsAre("ab", "cé", "中😀d")) << name;
  EXPECT_EQ(text_of_utf16({0x63, 0xD83D, 0xDE00, 0x20, 0}), "c😀");
  EXPECT_EQ(utf8_character("😀"), U'\U0001F600');
}

TEST(ConnectomePieces, AMatlabFileHasAllPiecesThatOtherFormatsHave) {
  const auto connectome = read_connectome(fault_file("centres.mat"));
  EXPECT_THAT(connectome.length, ElementsAre(30, 40, 30, 50, 40, 50));
  EXPECT_THAT(connectome.hemisphere, ElementsAre(0, 1, 1));
  EXPECT_THAT(connectome.cortical, ElementsAre(1, 1, 0));
  EXPECT_THAT(connectome.area, ElementsAre(1, 2, 3));
  ASSERT_EQ(connectome.orientation.size(), 3U);
  EXPECT_THAT(connectome.orientation[1], ElementsAre(0, 1, 0));
  EXPECT_THAT(refusal("side_2.mat"), HasSubstr("hemispheres: number 3 is 2: expected 0 or 1"));
}

TEST(ConnectomePieces, FieldsOfAStructAreNamedAndHowToSaveThem) {
  EXPECT_THAT(refusal("struct_of_two.mat"),
              AllOf(HasSubstr("conn (1 x 1 struct of weights, lengths, which is not read)"),
                    HasSubstr("save('x.mat', '-struct', 'conn')"), Not(HasSubstr("variable:"))));
}

TEST(ConnectomePieces, AMatrixInAGroupCanBePicked) {
  ConnectomeFiles files;
  files.weights = {fault_file("groups.h5"), "sub-01/sc"};
  files.lengths = {fault_file("groups.h5"), "sub-01/tract_lengths"};
  const auto picked = read_connectome(files);
  EXPECT_THAT(picked.weight, ElementsAre(2, 1, 3, 1, 1, 4));
  EXPECT_THAT(picked.length, ElementsAre(40, 80, 40, 60, 80, 60));
  EXPECT_THAT(refusal("groups.h5", "sc"),
              AllOf(HasSubstr("it holds sub-01/sc (3 x 3), sub-01/self (group or struct), "
                              "sub-01/tract_lengths (3 x 3); pick one with"),
                    HasSubstr("variable: sub-01/sc}")));
}

TEST(ConnectomePieces, AFilterThatIsNotThereIsNamed) {
  EXPECT_THAT(refusal("lzf.h5"),
              AllOf(HasSubstr("lzf.h5: tract_lengths: "), HasSubstr("the filter lzf")));
}

TEST(ConnectomePieces, LinksIntoOtherFilesAreNotFollowed) {
  hdf5::start_library();
  EXPECT_THAT(refusal("elsewhere.h5"), HasSubstr("weights: is a link into another file"));
}

TEST(ConnectomePieces, IndicesThatBecameFractionsAreNotTakenForLabels) {
  EXPECT_THAT(
      refusal("float_indices.edges.csv"),
      AllOf(HasSubstr("line 2: the regions '1.0' and '0.0' are numbers"), HasSubstr("# labels")));
}

}  // namespace
}  // namespace arcuate::io

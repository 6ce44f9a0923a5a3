#include "cifti/cifti.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "arcuate/core/error.hpp"
#include "made_recording.hpp"
#include "places.hpp"
#include "study_support.hpp"

namespace arcuate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string corpus = ARCUATE_SOURCE "/tests/fuzz/corpus/cifti/";

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// tests/cli/make_dlabel.py wrote it with nibabel.
TEST(Cifti, ParcelsAreTheLabelsThatSomethingHasByTheirKeys) {
  const io::cifti::Parcellation labels = io::cifti::read_parcellation(corpus + "labels.nii");
  ASSERT_EQ(labels.parcels.size(), 9U) << "neither what is not assigned nor 'nowhere'";
  EXPECT_EQ(labels.parcels[8].name, "other");
  const io::cifti::Parcel& first = labels.parcels[0];
  ASSERT_EQ(first.patches.size(), 2U);
  EXPECT_EQ(first.patches[0].structure, "CIFTI_STRUCTURE_CORTEX_LEFT");
  EXPECT_THAT(first.patches[0].vertices, ElementsAre(0, 8, 16, 24, 32));
  // Of 30 vertices every third is no grayordinate: 1, 2, 4, 5, 7, 8, 10, 11, 13, ...
  EXPECT_THAT(first.patches[1].vertices, ElementsAre(1, 13, 25));
  EXPECT_TRUE(first.voxels.empty());
  EXPECT_THAT(labels.parcels[2].voxels, ElementsAre(ElementsAre(0, 0, 0)));
  EXPECT_THAT(labels.volume, HasSubstr("VolumeDimensions=\"4,4,4\""));
  EXPECT_EQ(labels.surfaces[1].vertices, 30);
}

TEST(Cifti, OtherKindsOfFilesAreRefused) {
  const auto said = [](const std::string& name) {
    return test::message_of([&] { io::cifti::read_table(name); });
  };
  EXPECT_THAT(said(corpus + "labels.nii"),
              HasSubstr("dimension 1 is CIFTI_INDEX_TYPE_BRAIN_MODELS: "
                        "expected PARCELS"));
  EXPECT_THAT(test::message_of([&] { io::cifti::read_parcellation(corpus + "series.nii"); }),
              HasSubstr("expected LABELS"));
  const test::Place place;
  std::string bytes = bytes_of(corpus + "series.nii");
  const auto with = [&](std::size_t at, const std::string& other) {
    std::string changed = bytes;
    changed.replace(at, other.size(), other);
    std::ofstream(place.path("x.nii"), std::ios::binary) << changed;
    return said(place.path("x.nii"));
  };
  EXPECT_THAT(with(0, std::string("\x5C\x01\0\0", 4)), HasSubstr("NIfTI-1"));
  EXPECT_THAT(with(0, std::string("\0\0\x02\x1C", 4)), HasSubstr("big-endian"));
  EXPECT_THAT(with(4, "x"), HasSubstr("is not a CIFTI-2 file"));
  EXPECT_THAT(with(12, std::string("\x20\0", 2)), HasSubstr("numbers of type 32 are not read"));
  EXPECT_THAT(with(16 + 5 * 8, std::string(7, '\x7F')), HasSubstr("is truncated"));
  EXPECT_THAT(with(16 + 6 * 8, "\x09"), HasSubstr("is truncated: 9 x 50 numbers"));
  EXPECT_THAT(with(548, std::string("\x06", 1)), HasSubstr("without the XML"));
  EXPECT_THAT(said(place.path("none.nii")), HasSubstr("none.nii"));
}

TEST(Cifti, DamagedFilesAreReadOrRefusedAndNothingElse) {
  const test::Place place;
  const std::string name = place.path("x.nii");
  for (const char* good : {"labels.nii", "series.nii", "connectivity.nii"}) {
    const std::string bytes = bytes_of(corpus + good);
    ASSERT_GT(bytes.size(), 1000U);
    for (std::size_t at = 0; at < bytes.size(); at += at < 600 ? 9 : 53) {
      for (const int kind : {0, 1, 2}) {
        std::string bad = bytes;
        if (kind == 0) bad.resize(at);
        if (kind == 1) bad[at] = static_cast<char>(~bad[at]);
        if (kind == 2) bad.replace(at, 1, "9999999999");
        std::ofstream(name, std::ios::binary | std::ios::trunc) << bad;
        test::message_of([&] { io::cifti::read_table(name); });
        test::message_of([&] { io::cifti::read_parcellation(name); });
      }
    }
  }
}

}  // namespace
}  // namespace arcuate

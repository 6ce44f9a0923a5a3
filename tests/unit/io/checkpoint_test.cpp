#include "arcuate/io/checkpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/run/checkpoints.hpp"
#include "unit/io/made_recording.hpp"

/// Files of checkpoints that are damaged.
namespace arcuate {
namespace {

using testing::HasSubstr;

constexpr GlobalIndex n_regions = 12;

std::string checkpoint_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class CheckpointFile : public testing::Test {
 protected:
  CheckpointFile() {
    write(100);
    write(200);
    whole = checkpoint_bytes(newest);
  }

  /// Numbers that the step tells; the one before becomes the older one.
  void write(Step step) const {
    io::CheckpointHeader header;
    header.version = "1";
    header.study = "title: a study\n";
    header.step = step;
    header.steps = 1000;
    header.dt = 0.1;
    header.partial = "out.h5.partial-1";
    header.samples = {7};
    header.sums = {-3};
    const std::vector<io::SharedNumbers> shared{{"features", {1.0, 2.0, 3.0}}, {"empty", {}}};
    std::vector<GlobalIndex> owned(n_regions);
    for (std::size_t k = 0; k < owned.size(); ++k)
      owned[k] = n_regions - 1 - static_cast<GlobalIndex>(k);
    const io::CheckpointContent content{
        header, shared, owned, n_regions, [&](std::size_t position, std::vector<double>& values) {
          for (std::size_t i = 0; i < 3 + owned.size() % (position + 1); ++i)
            values.push_back(static_cast<double>(step) + 0.1 * double(i));
          return io::SavedRegion{2, 1};
        }};
    const comm::Communicator alone = comm::Communicator::alone();
    using Manner = io::CheckpointWriter::Manner;
    // Both ways give the same bytes.
    const Manner manner = step % 200 == 0 ? Manner::beside : Manner::at_once;
    io::CheckpointWriter(alone, io::checkpoint_files(output, 2), content, manner).finish();
  }

  /// The newest with other bytes is refused, by name and place, and the older one used, which is
  /// said.
  void expect_refused(const std::string& bytes, const std::string& what) const {
    SCOPED_TRACE(what);
    std::ofstream(newest, std::ios::binary) << bytes;
    try {
      const io::Checkpoint checkpoint(newest);
      checkpoint.verify();
      ADD_FAILURE() << "it passes as whole";
    } catch (const DataError& error) {
      EXPECT_THAT(error.what(), testing::MatchesRegex(newest + ": .*(" + places + ").*"));
    }
    const run::Found found = run::find_checkpoints(output);
    ASSERT_TRUE(found.newest);
    EXPECT_EQ(found.newest->path(), newest + "-1");
    EXPECT_EQ(found.newest->header().step, 100);
    ASSERT_EQ(found.warnings.size(), 1U);
    EXPECT_THAT(found.warnings[0], testing::AllOf(testing::StartsWith(newest + ": "),
                                                  HasSubstr(newest + "-1 is used in its place")));
  }

  test::Place folder;
  const std::string output = folder.path("out.h5"), newest = output + ".checkpoint";
  const std::string places =
      "not a checkpoint|first 64 bytes|header|index is damaged .bytes|shorter|should have|is "
      "damaged: [a-z]+ ?[0-9]* .bytes [0-9]+ to [0-9]+";
  std::string whole;
};

TEST_F(CheckpointFile, TwoHundredBitsThatAreTurnedOverAreRefused) {
  std::mt19937_64 random(1);
  for (int k = 0; k < 200; ++k) {
    std::string bytes = whole;
    // The first bytes and the index are small: half of the places are there.
    const std::size_t at = random() % (k % 2 == 0 ? bytes.size() : bytes.size() / 2);
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
    expect_refused(bytes, "byte " + std::to_string(at));
  }
}

TEST_F(CheckpointFile, EveryByteCounts) {
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 16);
    std::ofstream(newest, std::ios::binary) << bytes;
    EXPECT_THROW(io::Checkpoint(newest).verify(), DataError) << at;
  }
}

TEST_F(CheckpointFile, OneThatIsCutShortOrLongerIsRefused) {
  for (std::size_t size = 0; size < whole.size(); size += 37)
    expect_refused(whole.substr(0, size), std::to_string(size) + " bytes");
  expect_refused(whole + "x", "longer");
}

TEST_F(CheckpointFile, WithoutAnyThatIsWholeThereIsNothingToGoOnWith) {
  for (const std::string& file : {newest, newest + "-1"}) {
    std::string bytes = checkpoint_bytes(file);
    bytes[bytes.size() - 20] ^= 1;
    std::ofstream(file, std::ios::binary) << bytes;
  }
  try {
    static_cast<void>(run::find_checkpoints(output));
    ADD_FAILURE();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), testing::AllOf(HasSubstr(newest + ": "), HasSubstr(newest + "-1: "),
                                             HasSubstr("no checkpoint is whole")));
  }
}

}  // namespace
}  // namespace arcuate

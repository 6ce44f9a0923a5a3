#include "arcuate/io/results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "unit/io/made_recording.hpp"

namespace arcuate {
namespace {

using testing::ElementsAre;
using testing::IsNan;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Two gains and three seeds; the fourth candidate failed.
io::ResultTable grid_of_six() {
  io::ResultTable table;
  table.kind = "sweep";
  table.title = "six";
  table.study = "title: six\n";
  table.columns = {{"coupling.gain", "1", "", {0.1, 0.1, 0.1, 0.2, 0.2, 0.2}, {}},
                   {"loss", "1", "sum", {1, 2, 3, nan, 5, 6}, {}},
                   {"status", "", "", {}, {"done", "done", "done", "failed", "done", "done"}}};
  table.grid = {{"coupling.gain", "1", {0.1, 0.2}, {}}, {"seed", "", {}, {"1", "2", "3"}}};
  io::ResultArray fc{"fc", "fc", "1", {{"region", "", {}, {"A", "B"}}}, nullptr};
  fc.values = [](std::size_t k) {
    return k == 3 ? std::vector<double>()
                  : std::vector<double>{10.0 * double(k), 10.0 * double(k) + 1};
  };
  table.arrays = {fc};
  return table;
}

class Results : public testing::Test {
 protected:
  std::string write(const io::ResultTable& table) const {
    const std::string path = folder.path("table.h5");
    io::Output output(path, {io::OutputKind::results, false, {}, ""});
    io::write_results(output, table);
    output.publish();
    return path;
  }
  test::Place folder;
};

TEST_F(Results, AGridHasItsAxes) {
  const io::hdf5::Object file = io::hdf5::open_file(write(grid_of_six()), io::hdf5::Access::read);
  EXPECT_EQ(file.text("format"), "arcuate results 1");
  const io::hdf5::Object grid = file.open_group("grid");
  EXPECT_THAT(grid.open_dataset("loss").shape(), ElementsAre(2, 3));
  EXPECT_THAT(grid.read<double>("loss"), ElementsAre(1, 2, 3, IsNan(), 5, 6));
  EXPECT_THAT(grid.read<double>("coupling.gain"), ElementsAre(0.1, 0.2));
  EXPECT_THAT(grid.read_texts("seed"), ElementsAre("1", "2", "3"));
}

TEST_F(Results, CandidatesAreRows) {
  const io::hdf5::Object file = io::hdf5::open_file(write(grid_of_six()), io::hdf5::Access::read);
  const io::hdf5::Object all = file.open_group("candidates");
  EXPECT_THAT(all.read<double>("candidate"), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(all.read<double>("coupling.gain"), ElementsAre(0.1, 0.1, 0.1, 0.2, 0.2, 0.2));
  EXPECT_EQ(all.read_texts("status")[3], "failed");
}

TEST_F(Results, ArraysLieAlongTheGridAndMissingOnesAreNoNumbers) {
  const io::hdf5::Object file = io::hdf5::open_file(write(grid_of_six()), io::hdf5::Access::read);
  const io::hdf5::Object fc = file.open_group("features").open_group("fc");
  EXPECT_THAT(fc.open_dataset("fc").shape(), ElementsAre(2, 3, 2));
  EXPECT_THAT(fc.read<double>("fc"),
              ElementsAre(0, 1, 10, 11, 20, 21, IsNan(), IsNan(), 40, 41, 50, 51));
}

TEST_F(Results, WithoutAGridArraysLieAlongCandidates) {
  io::ResultTable table = grid_of_six();
  table.grid.clear();
  const io::hdf5::Object file = io::hdf5::open_file(write(table), io::hdf5::Access::read);
  EXPECT_FALSE(file.has("grid"));
  EXPECT_THAT(file.open_group("features").open_group("fc").open_dataset("fc").shape(),
              ElementsAre(6, 2));
}

TEST_F(Results, CsvLeavesOutWhatIsMissingAndQuotesCommas) {
  io::ResultTable table = grid_of_six();
  table.columns.back().texts[3] = "failed, \"badly\"";
  const std::string csv = io::results_csv(table);
  EXPECT_THAT(csv, testing::StartsWith("candidate,coupling.gain,loss,status\n0,0.1,1,done\n"));
  EXPECT_THAT(csv, testing::HasSubstr("\n3,0.2,,\"failed, \"\"badly\"\"\"\n"));
}

TEST_F(Results, AnotherFileIsNeverReplaced) {
  std::ofstream(folder.path("table.h5")) << "notes";
  EXPECT_THROW(
      io::Output(folder.path("table.h5"), {io::OutputKind::results, true, {}, "--overwrite"}),
      ConfigError);
}

}  // namespace
}  // namespace arcuate

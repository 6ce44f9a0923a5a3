#include "arcuate/io/results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <random>
#include <string>

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

/// All that a table can hold.
io::ResultTable whole_table() {
  io::ResultTable table = grid_of_six();
  table.first = 4;
  table.planned = 8;
  table.complete = false;
  table.records = 12;
  io::ResultColumn& gain = table.columns[0];
  gain.scale = "log";
  gain.low = 0.1;
  gain.high = 0.2;
  table.columns[1].role = io::ColumnRole::loss;
  table.columns[2].role = io::ColumnRole::ending;
  const auto ending = [](const char* name) {
    return io::ResultColumn{name, "s", "", {1, 2, 3, 4, 5, 6}, {}, io::ColumnRole::ending};
  };
  table.columns.push_back(
      {"reason", "", "", {}, {"", "", "", "r < 0", "", ""}, io::ColumnRole::ending});
  table.columns.push_back(ending("seconds"));
  table.columns.push_back(ending("worker"));
  for (const char* name :
       {"candidate", "condition", "repeat", "verification", "worker", "start", "seconds"})
    table.evaluations.push_back({name, "1", "", {5, 4}, {}, io::ColumnRole::design});
  table.evaluations.push_back({"status", "", "", {}, {"done", "lost"}, io::ColumnRole::design});
  table.islands = {{"method", "", "", {}, {"cma", "de"}, io::ColumnRole::design}};
  for (const char* name : {"after", "from", "to", "loss"})
    table.migrations.push_back({name, "1", "", {1}, {}, io::ColumnRole::design});
  return table;
}

void expect_columns(const std::vector<io::ResultColumn>& found,
                    const std::vector<io::ResultColumn>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t c = 0; c < found.size(); ++c) {
    SCOPED_TRACE(expected[c].name);
    EXPECT_EQ(found[c].name, expected[c].name) << "in the order in which they were written";
    EXPECT_EQ(found[c].unit, expected[c].unit);
    EXPECT_EQ(found[c].meaning, expected[c].meaning);
    EXPECT_EQ(found[c].texts, expected[c].texts);
    EXPECT_EQ(found[c].role, expected[c].role);
    EXPECT_EQ(found[c].scale, expected[c].scale);
    EXPECT_THAT(found[c].numbers,
                testing::Pointwise(testing::NanSensitiveDoubleEq(), expected[c].numbers));
    EXPECT_THAT(found[c].low, testing::NanSensitiveDoubleEq(expected[c].low));
    EXPECT_THAT(found[c].high, testing::NanSensitiveDoubleEq(expected[c].high));
  }
}

TEST_F(Results, WhatWasWrittenIsRead) {
  const io::ResultTable table = whole_table();
  const io::ResultTable found = io::read_results(write(table));
  EXPECT_EQ(found.kind, "sweep");
  EXPECT_EQ(found.title, "six");
  EXPECT_EQ(found.study, table.study);
  EXPECT_EQ(found.first, 4);
  EXPECT_EQ(found.planned, 8);
  EXPECT_EQ(found.records, 12);
  EXPECT_FALSE(found.complete);
  expect_columns(found.columns, table.columns);
  expect_columns(found.evaluations, table.evaluations);
  expect_columns(found.islands, table.islands);
  expect_columns(found.migrations, table.migrations);
  ASSERT_EQ(found.grid.size(), 2U);
  EXPECT_EQ(found.grid[0].name, "coupling.gain");
  EXPECT_THAT(found.grid[0].values, ElementsAre(0.1, 0.2));
  EXPECT_THAT(found.grid[1].texts, ElementsAre("1", "2", "3"));
  ASSERT_EQ(found.arrays.size(), 1U);
  EXPECT_EQ(found.arrays[0].feature, "fc");
  EXPECT_THAT(found.arrays[0].axes[0].texts, ElementsAre("A", "B"));
  EXPECT_THAT(found.arrays[0].values(5), ElementsAre(50, 51));
  EXPECT_THAT(found.arrays[0].values(1), ElementsAre(10, 11));
}

TEST_F(Results, CandidatesHaveTheNumbersOfTheJob) {
  const io::ResultTable table = whole_table();
  EXPECT_THAT(io::results_csv(table), testing::HasSubstr("\n4,0.1,1,done"));
  const io::hdf5::Object file = io::hdf5::open_file(write(table), io::hdf5::Access::read);
  EXPECT_THAT(file.open_group("candidates").read<double>("candidate"),
              ElementsAre(4, 5, 6, 7, 8, 9));
}

class DamagedResults : public Results {
 protected:
  /// The table, changed, is refused in words that hold these.
  void refused(const std::function<void(const io::hdf5::Object&)>& change,
               const std::vector<std::string>& words) const {
    const std::string path = write(whole_table());
    change(io::hdf5::open_file(path, io::hdf5::Access::write));
    try {
      io::read_results(path);
      ADD_FAILURE() << "it is accepted";
    } catch (const DataError& error) {
      EXPECT_THAT(error.what(), testing::StartsWith(path + ": "));
      for (const std::string& one : words)
        EXPECT_THAT(error.what(), testing::HasSubstr(one));
    }
    std::filesystem::remove(path);
  }
  /// Another dataset in the place of one.
  static void replace(const io::hdf5::Object& file, const char* group, const char* name,
                      const std::vector<double>& values, double position) {
    const io::hdf5::Object in = file.open_group(group);
    in.remove(name);
    const io::hdf5::Object data = in.write<double>(name, values);
    data.set("position", position);
    data.set("role", std::string("ending"));
  }
};

TEST_F(DamagedResults, AreRefusedInOneMessage) {
  using Object = io::hdf5::Object;
  refused([](const Object& file) { file.remove("candidates"); }, {"has no candidates"});
  refused([](const Object& file) { file.open_group("candidates").remove("candidate"); },
          {"candidates", "has no candidate"});
  refused([](const Object& file) { file.open_group("candidates").remove("reason"); },
          {"candidates/reason", "not there as texts"});
  refused(
      [](const Object& file) {
        replace(file, "candidates", "worker", {1, 2}, 5);
      },
      {"candidates/worker", "shape (2)", "6"});
  refused(
      [](const Object& file) {
        replace(file, "candidates", "worker", {1, 2, 3, 4, 5, 6}, 0);
      },
      {"candidates/worker", "position 0"});
  refused(
      [](const Object& file) {
        replace(file, "candidates", "reason", {1, 2, 3, 4, 5, 6}, 3);
      },
      {"candidates/reason", "not there as texts"});
  refused(
      [](const Object& file) {
        replace(file, "evaluations", "candidate", {5, 10}, 0);
      },
      {"evaluations/candidate", "no candidate 10"});
  refused(
      [](const Object& file) {
        replace(file, "evaluations", "candidate", {5.5, 4}, 0);
      },
      {"no candidate 5.5"});
  refused([](const Object& file) { file.open_group("grid").remove("seed"); }, {"grid", "'seed'"});
  refused(
      [](const Object& file) {
        const Object fc = file.open_group("features").open_group("fc");
        fc.remove("fc");
        const std::vector<double> few(6);
        fc.write<double>("fc", few, {2, 3}).set("axes", std::string("region"));
      },
      {"features/fc/fc", "shape (2, 3)", "(2, 3, 2)"});
}

TEST_F(DamagedResults, ATableWithoutRolesIsOfAnEarlierVersion) {
  refused(
      [](const io::hdf5::Object& file) {
        const io::hdf5::Object in = file.open_group("candidates");
        const std::vector<double> six(6);
        in.write<double>("other", six);
      },
      {"candidates/other", "earlier version", "--resume"});
}

TEST_F(DamagedResults, OtherFilesAreNoTables) {
  const std::string path = folder.path("other.h5");
  {
    const io::hdf5::Object file = io::hdf5::create_file(path);
    file.set("format", std::string("arcuate recording 1"));
  }
  EXPECT_FALSE(io::is_results(path));
  EXPECT_THROW(
      {
        try {
          io::read_results(path);
        } catch (const DataError& error) {
          EXPECT_THAT(error.what(), testing::HasSubstr("no table of results"));
          EXPECT_THAT(error.what(), testing::HasSubstr("arcuate recording 1"));
          throw;
        }
      },
      DataError);
  std::ofstream(folder.path("text.h5")) << "notes";
  EXPECT_FALSE(io::is_results(folder.path("text.h5")));
  EXPECT_THROW(io::read_results(folder.path("text.h5")), DataError);
  EXPECT_TRUE(io::is_results(write(whole_table())));
}

/// What `verify_results` says of a table with other bytes; "": that it is whole.
std::string said_of(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  try {
    io::verify_results(path);
    return "";
  } catch (const UnsoundError& error) {
    return error.what();
  }
}

std::string table_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void turn(std::string& bytes, std::size_t at, unsigned bit) {
  bytes[at] = static_cast<char>(bytes[at] ^ (1U << bit));
}

class VerifiedResults : public Results {
 protected:
  /// A bit of a cell: the table is refused by column and row.
  void expect_place(const std::string& group, const std::string& name, std::size_t cell,
                    const std::string& place) const {
    io::hdf5::Object in = io::hdf5::open_file(path, io::hdf5::Access::read);
    for (std::size_t at = 0; at < group.size();) {
      const std::size_t end = std::min(group.find('/', at), group.size());
      in = in.open_group(group.substr(at, end - at));
      at = end + 1;
    }
    std::string bytes = whole;
    turn(bytes, static_cast<std::size_t>(in.open_dataset(name).place()) + 8 * cell + 3, 5);
    EXPECT_EQ(said_of(path, bytes), path + ": " + place + ": is not what was written (checksum)");
    std::ofstream(path, std::ios::binary) << whole;
  }
  const std::string path = write(whole_table());
  const std::string whole = table_bytes(path);
};

TEST_F(VerifiedResults, AWholeTableIsWhole) {
  EXPECT_EQ(io::verify_results(path),
            "a whole table of 6 candidates; every byte is as it was written");
  EXPECT_TRUE(io::ends_as_results(path));
  EXPECT_EQ(io::read_results(path).columns.size(), 6U);
}

TEST_F(VerifiedResults, ACellThatChangedIsNamedByColumnAndRow) {
  expect_place("candidates", "loss", 4, "candidates/loss, row 4");
  expect_place("evaluations", "start", 1, "evaluations/start, row 1");
  expect_place("migrations", "loss", 0, "migrations/loss, row 0");
  expect_place("grid", "loss", 2, "grid/loss, row 2");
  expect_place("grid", "coupling.gain", 1, "grid/coupling.gain");
  expect_place("features/fc", "fc", 2 * 3 + 1, "features/fc/fc, row 3");
  std::string text = whole;
  text[text.find("r < 0")] = 's';
  EXPECT_EQ(said_of(path, text),
            path + ": candidates/reason, row 3: is not what was written (checksum)");
}

TEST_F(VerifiedResults, WhoUsesATableIsToldThatItChanged) {
  std::string text = whole;
  text[text.find("r < 0")] = 's';
  std::ofstream(path, std::ios::binary) << text;
  EXPECT_THAT([&] { static_cast<void>(io::read_results(path)); },
              testing::ThrowsMessage<DataError>(
                  path + ": candidates/reason, row 3: is not what was written (checksum)"));
}

/// Cells, names, attributes and what HDF5 keeps for itself. What ends libhdf5 is noticed as well:
/// the program looks at a file in another process first.
TEST_F(VerifiedResults, NoBitCanChangeUnseen) {
  std::mt19937_64 random(1);
  int said = 0;
  for (int k = 0; k < 200; ++k) {
    std::string bytes = whole;
    const std::size_t at = random() % bytes.size();
    turn(bytes, at, static_cast<unsigned>(random() % 8));
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(20);
      ::_exit(said_of(path, bytes).starts_with(path + ": ") ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) != 0) << at;
    said += WIFEXITED(status) ? 1 : 0;
  }
  EXPECT_GT(said, 150);
}

TEST_F(VerifiedResults, ATableThatIsCutShortOrLongerIsNotWhole) {
  for (std::size_t left :
       {std::size_t{1}, std::size_t{29}, std::size_t{30}, whole.size() / 2, whole.size() - 9})
    EXPECT_NE(said_of(path, whole.substr(0, whole.size() - left)), "") << left;
  EXPECT_NE(said_of(path, whole + "x"), "");
  EXPECT_NE(said_of(path, whole + std::string(40, 'x')), "");
}

TEST_F(VerifiedResults, OneOfAnEarlierVersionSaysSo) {
  {
    const io::hdf5::Object file = io::hdf5::open_file(path, io::hdf5::Access::write);
    file.remove("checksums");
  }
  std::filesystem::resize_file(path, whole.size() - 29);
  EXPECT_THAT(io::verify_results(path), testing::HasSubstr("there are no checksums"));
}

TEST(RepeatedResults, TheLeastMeanIsTheBestAndItsFirstWithALossStandsForIt) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> losses{0.1, 0.9, none, 0.4, none, none, 0.6, 0.2};
  EXPECT_EQ(io::best_of_repeats(losses, 2), 3u);  // means: 0.5, 0.4, none, 0.4
  EXPECT_EQ(io::best_of_repeats(losses, 4), 6u);  // 0.467, 0.4
  EXPECT_EQ(io::best_of_repeats(losses, 1), 0u);
  EXPECT_EQ(io::best_of_repeats(std::vector<double>{none, none}, 2), std::nullopt);
  EXPECT_EQ(io::best_of_repeats({}, 3), std::nullopt);
}

TEST_F(Results, AnotherFileIsNeverReplaced) {
  std::ofstream(folder.path("table.h5")) << "notes";
  EXPECT_THROW(
      io::Output(folder.path("table.h5"), {io::OutputKind::results, true, {}, "--overwrite"}),
      ConfigError);
}

}  // namespace
}  // namespace arcuate

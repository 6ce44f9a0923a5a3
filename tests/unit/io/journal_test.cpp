#include "arcuate/io/journal.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "arcuate/core/error.hpp"
#include "journal/format.hpp"

namespace arcuate::io::journal {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::vector<std::string> whole_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', at)) {
    lines.push_back(text.substr(at, end + 1 - at));
    at = end + 1;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines)
    text += line;
  return text;
}

template <class Failure>
std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Failure& error) {
    return error.what();
  }
  return "nothing was thrown";
}

class JournalTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder); }
  void TearDown() override { fs::remove_all(folder); }

  std::string folder = fmt::format("{}journal-{}", testing::TempDir(), ::getpid());
  std::string path = in("study.journal");
  [[nodiscard]] std::string in(const std::string& name) const {
    return fmt::format("{}/{}", folder, name);
  }

  /// Four lines.
  std::string made() {
    Journal journal = Journal::create(path, R"({"budget":3})");
    journal.append(R"({"id":1,"loss":0.5})");
    journal.append(R"({"id":2,"loss":"é"})");
    journal.append(R"({"id":3})");
    return bytes_of(path);
  }
  void expect_damage(const std::string& bytes, std::size_t line) {
    write_bytes(path, bytes);
    const std::string message = message_of<DataError>([&] { read_journal(path); });
    EXPECT_TRUE(message.starts_with(fmt::format("{}: line {}: ", path, line))) << message << "\n"
                                                                               << bytes;
    EXPECT_EQ(message_of<DataError>([&] { static_cast<void>(Journal::resume(path)); }), message);
    EXPECT_EQ(bytes_of(path), bytes);  // as it was
  }
};

/// Checksums of Python's zlib.crc32, from line to line.
TEST_F(JournalTest, IsLinesOfJsonWithChecksumsOfAllBefore) {
  made();
  const std::vector<std::string> lines = whole_lines(bytes_of(path));
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0], "f785c626 {\"format\":\"arcuate journal 1\",\"header\":{\"budget\":3}}\n");
  EXPECT_EQ(lines[1], "da49806f {\"id\":1,\"loss\":0.5}\n");
  EXPECT_EQ(lines[2], "f60088e3 {\"id\":2,\"loss\":\"é\"}\n");
}

TEST_F(JournalTest, GoesOnWhereItWasLeft) {
  {
    Journal journal = Journal::create(path, R"({"a":1})");
    EXPECT_EQ(journal.content().header, R"({"a":1})");
    EXPECT_TRUE(journal.content().records.empty());
    journal.append(R"({"id":1})");
    EXPECT_EQ(read_journal(path).records.size(), 1U);  // before anything is flushed
    journal.flush();
  }
  for (int run = 2; run < 5; ++run) {
    Journal journal = Journal::resume(path);
    EXPECT_EQ(journal.content().header, R"({"a":1})");
    EXPECT_EQ(journal.content().warning, "");
    ASSERT_EQ(journal.content().records.size(), static_cast<std::size_t>(run - 1));
    EXPECT_EQ(journal.content().records.back(), fmt::format(R"({{"id":{}}})", run - 1));
    journal.append(fmt::format(R"({{"id":{}}})", run));
  }
  EXPECT_EQ(read_journal(path).records.size(), 4U);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);  // no claim, no rest
}

TEST_F(JournalTest, ATornLastLineIsCutOffWhereverItWasTorn) {
  const std::string whole = made();
  const std::vector<std::string> lines = whole_lines(whole);
  const std::size_t before = whole.size() - lines[3].size();
  for (std::size_t size = before + 1; size < whole.size(); ++size) {
    write_bytes(path, whole.substr(0, size));
    {
      Journal journal = Journal::resume(path);
      EXPECT_EQ(journal.content().records.size(), 2U);
      EXPECT_THAT(
          journal.content().warning,
          testing::HasSubstr(fmt::format("line 4: {} bytes without an end", size - before)));
      EXPECT_EQ(bytes_of(path), whole.substr(0, before));
      journal.append(R"({"id":3})");
    }
    EXPECT_EQ(bytes_of(path), whole) << size;
  }
}

TEST_F(JournalTest, EveryByteThatIsChangedIsFoundWithItsLine) {
  const std::string whole = made();
  std::size_t line = 1;
  for (std::size_t i = 0; i + 1 < whole.size(); ++i) {
    std::string bytes = whole;
    bytes[i] = static_cast<char>(bytes[i] ^ 1);
    if (bytes[i] != '\n') expect_damage(bytes, line);
    if (whole[i] == '\n') ++line;
  }
}

/// Refused with the line; or, where it is the end of the last line, that line is cut off, which is
/// said.
TEST_F(JournalTest, TwoHundredBitsThatAreTurnedOverAreNeverReadInSilence) {
  const std::string whole = made();
  const std::vector<std::string> records = read_journal(path).records;
  std::mt19937_64 random(1);
  for (int k = 0; k < 200; ++k) {
    std::string bytes = whole;
    const std::size_t at = random() % bytes.size();
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
    write_bytes(path, bytes);
    SCOPED_TRACE(fmt::format("byte {}", at));
    const auto line = 1 + std::count(whole.begin(), whole.begin() + std::ptrdiff_t(at), '\n');
    try {
      const JournalContent content = read_journal(path);
      EXPECT_EQ(line, 4);
      EXPECT_EQ(content.records, std::vector(records.begin(), records.begin() + 2));
      EXPECT_THAT(content.warning, testing::HasSubstr("line 4: "));
    } catch (const DataError& error) {
      EXPECT_THAT(error.what(), testing::StartsWith(fmt::format("{}: line {}: ", path, line)));
    }
  }
}

TEST_F(JournalTest, LinesThatAreRemovedMovedOrRepeatedAreFound) {
  const std::vector<std::string> lines = whole_lines(made());
  expect_damage(joined({lines[1], lines[2], lines[3]}), 1);
  expect_damage(joined({lines[0], lines[2], lines[3]}), 2);
  expect_damage(joined({lines[0], lines[1], lines[3]}), 3);
  expect_damage(joined({lines[0], lines[2], lines[1], lines[3]}), 2);
  expect_damage(joined({lines[0], lines[1], lines[1], lines[2], lines[3]}), 3);
  expect_damage(joined({lines[0], "\n", lines[1]}), 2);
  expect_damage(joined({lines[0], lines[1], std::string(100, '\0'), "\n"}), 3);
  expect_damage("", 1);
  expect_damage(lines[0].substr(0, 20), 1);
  expect_damage("id,loss\n1,2\n", 1);
}

TEST_F(JournalTest, AProcessThatIsKilledLosesNothingThatItWrote) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    fs::remove(path);
    int told[2];
    ASSERT_EQ(::pipe(told), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      Journal journal = Journal::create(path, "{}");
      for (int i = 1;; ++i) {
        journal.append(fmt::format(R"({{"id":{},"text":"{:x>200}"}})", i, ""));
        static_cast<void>(!::write(told[1], &i, sizeof i));
      }
    }
    int last = 0;
    for (int n = 0; n < 20 + attempt; ++n)
      ASSERT_EQ(::read(told[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(told[1]);
    while (::read(told[0], &last, sizeof last) == static_cast<ssize_t>(sizeof last)) {
    }
    ::close(told[0]);
    Journal journal = Journal::resume(path);  // takes the claim over at once
    const auto kept = static_cast<int>(journal.content().records.size());
    EXPECT_GE(kept, last);
    EXPECT_LE(kept, last + 1);
    for (int i = 1; i <= kept; ++i) {
      EXPECT_TRUE(journal.content().records[static_cast<std::size_t>(i - 1)].starts_with(
          fmt::format(R"({{"id":{},)", i)));
    }
  }
}

TEST_F(JournalTest, AFullDiskIsAnErrorAndLeavesWholeLines) {
  std::signal(SIGXFSZ, SIG_IGN);
  Journal journal = Journal::create(path, "{}");
  journal.append(R"({"id":1})");
  const std::string before = bytes_of(path);
  rlimit old{};
  ::getrlimit(RLIMIT_FSIZE, &old);
  const rlimit tight{before.size() + 10, old.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &tight);
  const std::string message =
      message_of<EnvironmentError>([&] { journal.append(R"({"id":2,"text":"long"})"); });
  ::setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_THAT(message, testing::StartsWith(path + ": cannot be written: write: "));
  EXPECT_EQ(bytes_of(path), before);
  journal.append(R"({"id":2})");  // there is room again
  EXPECT_EQ(read_journal(path).records.size(), 2U);
}

TEST_F(JournalTest, TwoRunsOnOneJournalAreRefused) {
  Journal journal = Journal::create(path, "{}");
  for (const auto& open : std::vector<std::function<void()>>{
           [&] { static_cast<void>(Journal::resume(path)); },
           [&] { static_cast<void>(Journal::create(path, "{}", {true})); }}) {
    EXPECT_THAT(message_of<EnvironmentError>(open),
                testing::HasSubstr("another run is writing it"));
  }
  fs::create_symlink(path, in("other"));
  EXPECT_THROW(static_cast<void>(Journal::resume(in("other"))), EnvironmentError);
  journal.append("{}");
  EXPECT_EQ(read_journal(path).records.size(), 1U);  // who only reads may
}

TEST_F(JournalTest, ReplacesOnlyAJournalAndOnlyWhenItMay) {
  made();
  EXPECT_THAT(message_of<ConfigError>([&] { static_cast<void>(Journal::create(path, "{}")); }),
              testing::HasSubstr("is there already; --resume goes on with it"));
  static_cast<void>(Journal::create(path, "{}", {true}));
  EXPECT_TRUE(read_journal(path).records.empty());
  write_bytes(path, "a thesis\n");
  EXPECT_THAT(
      message_of<ConfigError>([&] { static_cast<void>(Journal::create(path, "{}", {true})); }),
      testing::HasSubstr("not a journal that Arcuate wrote"));
  EXPECT_EQ(bytes_of(path), "a thesis\n");
  EXPECT_THROW(static_cast<void>(Journal::resume(in("none"))), EnvironmentError);
  EXPECT_THROW(static_cast<void>(Journal::create(folder, "{}")), EnvironmentError);
}

TEST_F(JournalTest, AJournalThatIsTakenAwayDuringTheRunIsAnError) {
  const auto wait = [] { std::this_thread::sleep_for(std::chrono::milliseconds(1050)); };
  Journal removed = Journal::create(path, "{}");
  Journal changed = Journal::create(in("changed"), "{}");
  fs::remove(path);
  std::ofstream(in("changed"), std::ios::app) << "more\n";
  wait();
  EXPECT_THAT(message_of<EnvironmentError>([&] { removed.append("{}"); }),
              testing::EndsWith("it was removed during the run"));
  EXPECT_THAT(message_of<EnvironmentError>([&] { changed.append("{}"); }),
              testing::EndsWith("another program changed it during the run"));
}

TEST_F(JournalTest, TakesObjectsOfOneLineOnly) {
  Journal journal = Journal::create(path, "{}");
  for (const char* text : {"", "1", "[]", "{", "{\n}", "{}\n", "{} {}", "{\"a\":\"\xff\"}", " {}"})
    EXPECT_THROW(journal.append(text), std::logic_error) << text;
  EXPECT_TRUE(read_journal(path).records.empty());
  EXPECT_THROW(static_cast<void>(Journal::create(in("b"), "[1]")), std::logic_error);
}

TEST_F(JournalTest, AHundredThousandRecordsAreReadWithinASecond) {
  const std::string record = fmt::format(R"({{"id":1,"text":"{:x>250}"}})", "");
  std::string header = R"({"format":"arcuate journal 1","header":{}})";
  unsigned long sum = checksum(0, header);
  std::string text = line_of(header, sum);
  for (int i = 0; i < 100'000; ++i) {
    sum = checksum(sum, record);
    text += line_of(record, sum);
  }
  write_bytes(path, text);
  const std::clock_t begin = std::clock();
  EXPECT_EQ(read_journal(path).records.size(), 100'000U);
  EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC);
}

TEST(Differences, AreToldByPath) {
  using testing::ElementsAre;
  const std::string study =
      R"({"fit": {"budget": 4000, "vary": {"coupling.gain": [0, 1], "eta": [1, 2]}}, "seed": 1})";
  EXPECT_TRUE(differences(study, study).empty());
  EXPECT_TRUE(differences(R"({"a": 1, "b": 2})", R"({"b": 2.0, "a": 1})").empty());
  EXPECT_THAT(
      differences(study,
                  R"({"fit": {"budget": 8000, "vary": {"coupling.gain": [0, 2]}, "method": "de"},
                      "seed": "1"})"),
      ElementsAre("fit.budget: 4000 -> 8000", R"(fit.method: (none) -> "de")",
                  "fit.vary.coupling.gain[1]: 1 -> 2", "fit.vary.eta: [1,2] -> (none)",
                  R"(seed: 1 -> "1")"));
  EXPECT_THAT(differences(R"({"l": [1, 2]})", R"({"l": [1, 2, 3]})"),
              ElementsAre("l: [1,2] -> [1,2,3]"));
  EXPECT_THAT(differences("{}", "[]"), ElementsAre("(all): {} -> []"));
  EXPECT_THROW(differences("{", "{}"), DataError);
}

TEST(Differences, OfLongOrDeepValuesAreShortAndShowWhatDiffers) {
  const auto text = [](const std::string& begin, const std::string& end) {
    return fmt::format(R"({{"a":"{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}{1}"}})", begin, end);
  };
  const auto only = [](const std::string& before, const std::string& after) {
    const std::vector<std::string> lines = differences(before, after);
    EXPECT_EQ(lines.size(), 1U);
    EXPECT_LT(lines.at(0).size(), 180U);
    return lines.at(0);
  };
  EXPECT_THAT(only(text("ééééé", ""), text("eeeeeeeeee", "")),
              testing::ContainsRegex("^a: \"(é)+\\.\\.\\. -> \"e+\\.\\.\\.$"));
  EXPECT_THAT(only(text("ééééé", "old"), text("ééééé", "new")),
              testing::ContainsRegex("^a: \\.\\.\\.(é)+old\" -> \\.\\.\\.(é)+new\"$"));
  const std::string deep = std::string(200, '[').append(200, ']');
  EXPECT_EQ(message_of<DataError>([&] { differences(deep, "{}"); }),
            "JSON of more than 100 levels");
}

}  // namespace
}  // namespace arcuate::io::journal

#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/farm/farm.hpp"
#include "arcuate/io/journal.hpp"
#include "arcuate/io/pieces.hpp"
#include "arcuate/search/job.hpp"
#include "arcuate/search/trial.hpp"

/// What is known of the candidates of a job, in memory and on disk.
namespace arcuate::search {

/// How an evaluation ended.
struct Record {
  std::uint64_t id = 0;
  farm::Ending ending = farm::Ending::done;
  std::string reason{};
  double seconds = 0.0;
  int worker = 0;
  double start = std::numeric_limits<double>::quiet_NaN();  ///< [s] since 1970; NaN: not known
  std::vector<TermValue> terms{};
  std::optional<io::Piece> features{};  ///< where the outcome with its arrays lies
  std::string recording{};

  [[nodiscard]] bool has_result() const { return ending == farm::Ending::done; }
};

/// What an evaluation is, in numbers that a reader of journals knows: of sweeps candidate alone.
struct RecordName {
  std::uint64_t candidate = 0;  ///< the row of the table
  std::size_t condition = 0;
  int repeat = 0;
  bool verification = false;
};

/// A line of a journal.
std::string line_of(const Record& record, const RecordName& name);
/// Throws DataError.
Record record_of(const std::string& line);

/// Names of a job's files.
struct JobPaths {
  explicit JobPaths(const JobOptions& options, const char* verb);
  explicit JobPaths(std::string folder);
  std::string folder, journal, values, table, csv, means, status, recordings, states, crashes, best,
      best_recording;
};

/// The checkpoints of candidates, when none goes on from them any more.
void remove_states(const JobPaths& paths);

/// What must be the same when a job is resumed.
struct JobHeader {
  std::string kind;                    ///< "sweep", "fit"
  std::string study;                   ///< normalised
  std::string text;                    ///< of the study file
  std::string path;                    ///< of the study file, absolute
  std::vector<std::string> overrides;  ///< of the command line
  /// Files that it reads, with the SHA-256 of each.
  std::vector<std::pair<std::string, std::string>> inputs{};
};

/// The journal of a job and the arrays that it speaks of.
class Records {
 public:
  /// A new job, or with `resume` the one that is there. Throws ConfigError: a job is there already,
  /// or none to resume, or another one (with the lines that differ).
  Records(const JobOptions& options, const JobPaths& paths, const JobHeader& header);
  /// Of a job that may be running: to read.
  explicit Records(const JobPaths& paths);

  [[nodiscard]] const JobHeader& header() const { return header_; }
  /// What was there when it was opened.
  [[nodiscard]] const std::vector<std::string>& lines() const { return content_.records; }
  /// What a user should know of it, or "".
  [[nodiscard]] const std::string& warning() const { return content_.warning; }

  /// Before an evaluation counts, it is here.
  void append(const std::string& line) {
    journal_->append(line);
    ++count_;
  }
  /// Lines behind the header.
  [[nodiscard]] std::int64_t count() const { return count_; }
  /// Keeps the arrays of an outcome.
  io::Piece keep(const std::string& outcome) { return pieces_.append(outcome); }
  [[nodiscard]] Outcome outcome(const Record& record) const;

  /// By evaluation: in how many runs of the job its process ended, and the last one's signal.
  struct Crash {
    int times = 0;
    int signal = 0;
  };
  [[nodiscard]] const std::map<std::uint64_t, Crash>& crashes() const { return crashes_; }

 private:
  JobHeader header_;
  io::JournalContent content_;
  std::optional<io::Journal> journal_;
  io::Pieces pieces_;
  std::map<std::uint64_t, Crash> crashes_;
  std::int64_t count_ = 0;
};

/// What is recorded of an evaluation whose process ended twice; none: it is to be run.
std::optional<Record> crashed(const Records& records, std::uint64_t id);

}  // namespace arcuate::search

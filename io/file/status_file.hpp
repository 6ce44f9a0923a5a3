#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace arcuate::io {

/// How far a run or a search is.
struct Progress {
  std::string kind;       ///< the verb
  std::string unit;       ///< of `done` and `of`: "steps", "evaluations"
  std::int64_t done = 0;  ///< before and now
  std::int64_t of = 0;    ///< as far as is known
  double seconds = 0.0;   ///< since it began, or was resumed
  double seconds_left = std::numeric_limits<double>::quiet_NaN();  ///< NaN: not known
};

/// The file that says so to programs (docs/file-formats.md), replaced as a whole: a reader finds
/// the old or the new one, never a part. That it cannot be written is no reason to end a run.
class StatusFile {
 public:
  /// path "": none is written.
  explicit StatusFile(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] bool is_wanted() const { return !path_.empty(); }
  /// more: a map of what else there is to say.
  void write(const Progress& progress, bool running, const nlohmann::ordered_json& more) const;
  /// All is done: what was said last, at its end.
  void end(const std::string& kind) const;

 private:
  void replace(const nlohmann::ordered_json& json) const;
  std::string path_;
};

}  // namespace arcuate::io

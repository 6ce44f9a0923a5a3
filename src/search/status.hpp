#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include "arcuate/farm/farm.hpp"
#include "file/status_file.hpp"

/// How far a job is: a line for people, a file for scripts.
namespace arcuate::search {

struct Status {
  std::string kind;           ///< "sweep", "fit"
  std::int64_t total = 0;     ///< evaluations that there will be, as far as is known
  std::int64_t finished = 0;  ///< before and now
  std::int64_t failed = 0;    ///< of them
  std::int64_t before = 0;    ///< finished when the job was resumed
  double best = std::numeric_limits<double>::quiet_NaN();  ///< loss
  std::string where{};                                     ///< of the best: "candidate 17"
};

/// Tells of a status at most twice a second: on a terminal one line that is written over, in a log
/// a line a minute; into a file every two seconds.
class Teller {
 public:
  Teller(std::string file, bool quiet);
  void tell(const Status& status, const farm::Figures& figures);
  /// The last one.
  void finish(const Status& status, const farm::Figures& figures);

 private:
  using Clock = std::chrono::steady_clock;
  void write(const Status& status, const farm::Figures& figures, bool running);

  io::StatusFile file_;
  bool quiet_;
  bool terminal_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point written_{};
  Clock::time_point logged_ = begin_;
};

}  // namespace arcuate::search

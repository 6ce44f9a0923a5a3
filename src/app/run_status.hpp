#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "arcuate/core/types.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/monitor/spec.hpp"
#include "file/status_file.hpp"

namespace arcuate::app {

/// How far a run is, for programs, and where its samples are. On rank 0.
class RunStatus {
 public:
  using Clock = std::chrono::steady_clock;

  /// file "": none is written. first: where the run begins or goes on. [steps]
  RunStatus(std::string file, Step steps, double dt_ms, Step first);
  /// Where the samples will be.
  void records(const io::RecordingWriter& recording, const std::vector<monitor::SeriesInfo>& series,
               io::Storage storage);
  void tell(Step now);

 private:
  void write(Step now) const;
  io::StatusFile file_;
  std::string recording_, monitors_;
  Step steps_;
  double dt_ms_;
  Step first_;
  Clock::time_point began_ = Clock::now(), told_{};
};

}  // namespace arcuate::app

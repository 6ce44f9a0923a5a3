#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "arcuate/core/leftovers.hpp"

namespace arcuate::io {

/// The claim of an output: a file that only one process can create. Its lines name the machine, the
/// process and its temporary file.
class OutputLock {
 public:
  /// path: of the lock. what: begins the messages. temporary: the file of this run, just created,
  /// whose time is the file server's now. Throws EnvironmentError: another run holds it, or the
  /// folder refuses it.
  OutputLock(const std::string& path, const std::string& what, const std::string& temporary);
  ~OutputLock();
  OutputLock(const OutputLock&) = delete;
  OutputLock& operator=(const OutputLock&) = delete;

  /// Whether the lock is still the one that was made here: a run that stood still for long may have
  /// lost it.
  [[nodiscard]] bool is_held() const;

 private:
  void beat();

  core::Leftover file_;
  std::string text_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::thread heart_;
};

}  // namespace arcuate::io

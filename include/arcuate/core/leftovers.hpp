#pragma once

#include <string>

/// Files and folders that must not outlive the process, however it ends.
namespace arcuate::core {

/// A file (or an empty folder) of this process. It is removed with this object, and when a signal
/// or a library ends the process before that; not after `keep`. Moved, never copied.
class Leftover {
 public:
  Leftover() = default;
  explicit Leftover(std::string path);
  ~Leftover();
  Leftover(Leftover&& other) noexcept;
  Leftover& operator=(Leftover&& other) noexcept;
  Leftover(const Leftover&) = delete;
  Leftover& operator=(const Leftover&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  void keep();    ///< the file stays from now on
  void remove();  ///< now

 private:
  std::string path_;
  int slot_ = -1;
};

/// Signals that end the process wait until this object is gone: between the last write of a file
/// and its new name.
class Uninterrupted {
 public:
  Uninterrupted();
  ~Uninterrupted();
  Uninterrupted(const Uninterrupted&) = delete;
  Uninterrupted& operator=(const Uninterrupted&) = delete;
};

/// From now on SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGXCPU (those that are not
/// ignored) end the process with one message, no leftovers and exit code 3; so does exit() when a
/// library calls it. `speaks`: this process prints the messages (one of all ranks).
void end_without_leftovers(bool speaks);
/// main is about to return this code: exit() is no accident, and a signal, an alarm or a fault only
/// makes the end come sooner.
void end_is_near(int code);
/// From now on such a message says that the run can be resumed, in place of that nothing is left.
void there_is_a_checkpoint();
/// A signal that would end this process calls `ask` in the place of that; if nothing ends the
/// process within five seconds, it ends itself. ask: safe in a signal handler. For ranks whose
/// memory another rank may just be reading.
void ask_for_the_end(void (*ask)());
/// Removes the leftovers of this process. Safe in a signal handler.
void remove_leftovers();

}  // namespace arcuate::core

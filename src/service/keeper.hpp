#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "job.hpp"
#include "store.hpp"

namespace arcuate::service {

/// What local jobs may take together.
struct Room {
  int cores = 1;
  std::int64_t memory = 0;  ///< [bytes]
};

/// All jobs: starts those that there is room for, sees them end, and finds them again after a
/// restart of the service. Every change is in the database before anybody hears of it.
class Keeper {
 public:
  /// folder: holds jobs/ID. Throws EnvironmentError.
  Keeper(std::string folder, Room room);
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  [[nodiscard]] const Room& room() const { return room_; }
  [[nodiscard]] std::string folder_of(const std::string& id) const;  ///< jobs/ID
  [[nodiscard]] std::string files_of(const std::string& id) const;   ///< jobs/ID/files
  [[nodiscard]] std::string log_of(const Job& job) const;

  [[nodiscard]] std::optional<Job> find(const std::string& id) const;
  /// Newest first, at most `most` of those before the number `before`.
  [[nodiscard]] std::vector<Job> list(const std::string& state, std::size_t most,
                                      std::int64_t before) const;
  [[nodiscard]] std::map<std::string, int> counts() const;
  [[nodiscard]] Room used() const;

  /// The job of an earlier submission with that key. Throws ConfigError: of something else.
  [[nodiscard]] std::optional<Job> submitted(const std::string& key,
                                             const std::string& digest) const;
  /// Takes a job in, whose folder is `incoming`, and says what it has become. Throws StorageError.
  Job take(Job job, const std::string& incoming, const std::string& key, const std::string& digest);
  /// Throw ConfigError: the job's state does not allow it.
  Job cancel(const std::string& id);
  Job resume(const std::string& id);
  void remove(const std::string& id);

 private:
  using Clock = std::chrono::steady_clock;
  /// A run that is asked to stop writes a checkpoint; how long it may take for that.
  static constexpr std::chrono::seconds patience{60};
  void work();
  void look_at(Job& job);
  using Lock = std::unique_lock<std::mutex>;
  void look_at_all(Lock& lock);
  void look_at_slurm(Lock& lock);
  void cancel_in_slurm(Lock& lock);
  void find_in_slurm(Job& job, const std::string& number);
  void start_waiting(Lock& lock);
  void start(Lock& lock, Job& job);
  void hand_to_slurm(Lock& lock, Job& job);
  void fail(Job& job, const std::string& why);
  void end(Job& job, std::optional<int> status);
  void press(Job& job);
  void put(Job& job);
  void find_lost();
  void remove_orphans() const;
  [[nodiscard]] Room used_now() const;
  [[nodiscard]] std::optional<Job> submitted_now(const std::string& key,
                                                 const std::string& digest) const;
  Job& known(const std::string& id);

  std::string folder_;
  Room room_;
  Store store_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Job> jobs_;
  std::map<std::string, Clock::time_point> wished_;  ///< when a job was asked to stop
  std::map<std::string, Clock::time_point> lost_;    ///< since when SLURM is asked by name
  Clock::time_point asked_{};                        ///< when SLURM was
  std::map<std::string, int> endings_;  ///< of jobs whose end is not yet in the database
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace arcuate::service

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "job.hpp"

/// The queue on the disk: an SQLite database in the service's folder.
namespace arcuate::service {

/// No room: nothing was changed. The answer is 507.
class StorageError : public EnvironmentError {
 public:
  using EnvironmentError::EnvironmentError;
};
/// StorageError when `code` (errno) says that there is no room, else EnvironmentError.
[[noreturn]] void throw_file_error(const std::string& what, int code);

class Store {
 public:
  /// Throws EnvironmentError: it cannot be opened, or another service uses it.
  explicit Store(const std::string& file);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  std::vector<Job> all() const;  ///< oldest first
  /// Adds a job, or says what it is now. Whole or not at all. Throws StorageError.
  void put(Job& job);
  void remove(const std::string& id);
  /// The job that was submitted with that key, and a digest of what was.
  struct Key {
    std::string job, digest;
  };
  [[nodiscard]] std::optional<Key> find(const std::string& key) const;
  /// A new job and its key at once.
  void put(Job& job, const std::string& key, const std::string& digest);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcuate::service

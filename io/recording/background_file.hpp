#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "arcuate/core/checksum.hpp"
#include "arcuate/io/recording.hpp"
#include "file/raw_file.hpp"

/// Numbers go to a file while the caller computes on.
namespace arcuate::io {

/// Rows of numbers that lie in a file equally far apart.
struct Batch {
  std::vector<double> values;
  std::size_t count = 0;    ///< of `values` that are to be written
  std::int64_t offset = 0;  ///< [bytes] in the file of the first row
  std::size_t row = 0;      ///< [numbers] of a row
  std::size_t stride = 0;   ///< [numbers] in the file from row to row
  std::size_t series = 0;
  std::uint64_t first = 0;  ///< place of the first number among those of its series
  bool on_its_way = false;
};

/// A file that exists and has room, written by a thread of its own at known places. The thread
/// calls neither MPI nor HDF5, so no other thread has to wait for it. Every series has two batches:
/// one is filled while the other is written, and both keep their memory.
class BackgroundFile {
 public:
  /// Throws EnvironmentError when the file cannot be opened or no thread started.
  BackgroundFile(const std::string& path, Storage storage, std::size_t n_series);
  ~BackgroundFile();  ///< what has not begun to be written is left out
  BackgroundFile(const BackgroundFile&) = delete;
  BackgroundFile& operator=(const BackgroundFile&) = delete;

  /// A batch of this series to fill; waits while both are on their way.
  Batch& free_batch(std::size_t series);
  void write(Batch& batch);
  /// Throws what went wrong so far: EnvironmentError, or ConfigError when a number does not fit
  /// into single precision.
  void check();
  /// Waits until everything written so far is in the file. Throws as check().
  void drain();
  /// What is in the file goes to the disk. Any thread may call it. Throws EnvironmentError.
  void sync() const { file_.sync(); }
  /// After drain(): of all numbers of a series that went through here.
  [[nodiscard]] const std::vector<std::uint64_t>& sums() const { return sums_; }
  /// Waits until everything is on the disk, and closes. Throws as check().
  void finish();

 private:
  void work();
  void put(const Batch& batch);
  void add_to_sum(const Batch& batch, const std::byte* bytes);
  void stop(bool complete);

  RawFile file_;
  Storage storage_;
  std::vector<std::array<Batch, 2>> series_;
  std::vector<float> single_;  ///< of the thread
  std::vector<std::uint64_t> sums_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch*> queue_;
  std::exception_ptr failure_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace arcuate::io

#include "background_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "arcuate/core/error.hpp"
#include "arcuate/core/fault.hpp"
#include "arcuate/core/pulse.hpp"
#include "arcuate/core/threads.hpp"

namespace arcuate::io {

BackgroundFile::BackgroundFile(const std::string& path, Storage storage, std::size_t n_series)
    : file_(path, flags_of_writer(path)), storage_(storage), series_(n_series), sums_(n_series) {
  thread_ = core::start_without_signals([this] { work(); });
}

BackgroundFile::~BackgroundFile() {
  stop(false);
}

void BackgroundFile::stop(bool complete) {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    if (!complete) queue_.clear();
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Batch& BackgroundFile::free_batch(std::size_t series) {
  const core::While writing(core::Doing::writing);
  std::unique_lock lock(mutex_);
  auto& [one, other] = series_[series];
  changed_.wait(lock, [&] { return !one.on_its_way || !other.on_its_way; });
  return one.on_its_way ? other : one;
}

void BackgroundFile::write(Batch& batch) {
  {
    const std::lock_guard lock(mutex_);
    batch.on_its_way = true;
    queue_.push_back(&batch);
  }
  changed_.notify_all();
}

void BackgroundFile::check() {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

void BackgroundFile::drain() {
  const core::While writing(core::Doing::writing);
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return queue_.empty() && std::none_of(series_.begin(), series_.end(), [](const auto& two) {
               return two[0].on_its_way || two[1].on_its_way;
             });
    });
  }
  check();
}

void BackgroundFile::finish() {
  stop(true);
  check();
  file_.sync();
  file_.close();
}

void BackgroundFile::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Batch& batch = *queue_.front();
    queue_.pop_front();
    if (!failure_) {
      std::exception_ptr failure;
      lock.unlock();
      try {
        put(batch);
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
      failure_ = failure;
    }
    batch.on_its_way = false;
    changed_.notify_all();
  }
}

void BackgroundFile::put(const Batch& batch) {
  const std::size_t width = bytes_of(storage_);
  const auto* bytes = reinterpret_cast<const std::byte*>(batch.values.data());
  if (storage_ == Storage::single_precision) {
    const auto values = std::span(batch.values).first(batch.count);
    single_.assign(values.begin(), values.end());
    bytes = reinterpret_cast<const std::byte*>(single_.data());
    for (std::size_t i = 0; i < single_.size(); ++i) {
      if (std::isinf(single_[i]) && std::isfinite(values[i]))
        throw ConfigError(
            fmt::format("storage: single: {} does not fit (allowed: up to 3.4e38)", values[i]));
    }
  }
  fault::here("recording.write");
  add_to_sum(batch, bytes);
  if (batch.row == batch.stride) return file_.write(batch.offset, {bytes, batch.count * width});
  for (std::size_t at = 0, row = 0; at < batch.count; at += batch.row, ++row) {
    file_.write(batch.offset + static_cast<std::int64_t>(row * batch.stride * width),
                {bytes + at * width, batch.row * width});
  }
}

void BackgroundFile::add_to_sum(const Batch& batch, const std::byte* bytes) {
  const std::size_t width = bytes_of(storage_);
  const std::size_t row = batch.row == batch.stride ? batch.count : batch.row;
  for (std::size_t at = 0, k = 0; at < batch.count; at += row, ++k)
    sums_[batch.series] +=
        checksum_at(bytes + at * width, row, width, batch.first + k * batch.stride);
}

}  // namespace arcuate::io

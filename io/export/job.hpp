#pragma once

#include <fstream>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "arcuate/io/export.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "matrix/stream.hpp"

namespace arcuate::io {

/// What a format is asked to write: samples of a monitor, read block by block.
class ExportJob {
 public:
  /// Throws ConfigError: no such monitor, variable; none chosen of several.
  ExportJob(const ExportRequest& request, const ExportFormat& as);

  [[nodiscard]] const RecordedSeries& series() const { return *series_; }
  [[nodiscard]] const std::vector<std::string>& variables() const { return variables_; }
  [[nodiscard]] const std::vector<std::string>& units() const { return units_; }
  [[nodiscard]] std::size_t samples() const { return series_->samples; }
  [[nodiscard]] std::size_t columns() const { return series_->labels.size(); }
  [[nodiscard]] bool of_regions() const { return !series_->columns.empty(); }
  [[nodiscard]] std::size_t bytes() const;  ///< of all samples, as doubles
  /// "TITLE, monitor NAME".
  [[nodiscard]] std::string title() const;
  /// A fact about the run, as "Recorded".
  [[nodiscard]] std::string fact(const std::string& name) const;

  /// Blocks of samples in order: the number of the first, and (count, n_variables, n_columns).
  using Block = std::function<void(std::size_t first, std::span<const double> values)>;
  void each_block(const Block& use) const;
  /// Their times [s] in blocks.
  void each_time(const Block& use) const;
  /// The same as bytes, little-endian.
  [[nodiscard]] std::unique_ptr<matrix::Source> sample_bytes() const;
  [[nodiscard]] std::unique_ptr<matrix::Source> time_bytes() const;
  /// The samples of `count` from `first` on.
  void read(std::size_t first, std::span<double> values) const;

  const RecordedRun run;
  const ExportFormat& format;
  const ExportRequest& request;
  std::string file;    ///< to write
  std::string beside;  ///< to write as well, where the format has it
  std::vector<std::string> notes;

 private:
  const RecordedSeries* series_ = nullptr;
  std::vector<std::size_t> chosen_;  ///< variables of the series
  std::vector<std::string> variables_;
  std::vector<std::string> units_;
};

/// [samples] in a block of `width` numbers each: 8 MiB.
std::size_t samples_in_block(std::size_t width);

/// A file of text or bytes, written in pieces. Throws EnvironmentError.
class ExportFile {
 public:
  explicit ExportFile(const std::string& path);
  void write(const std::string& bytes);
  void close();

 private:
  std::string path_;
  std::ofstream file_;
};

}  // namespace arcuate::io

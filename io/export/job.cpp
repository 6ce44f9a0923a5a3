#include "job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"

namespace arcuate::io {
namespace {

/// Numbers as bytes, block by block.
class NumberBytes final : public matrix::Source {
 public:
  using Fill = std::function<void(std::size_t first, std::span<double> values)>;
  NumberBytes(std::string name, std::size_t items, std::size_t width, Fill fill)
      : Source(std::move(name)), items_(items), width_(width), fill_(std::move(fill)) {}

  std::size_t read(char* out, std::size_t count) override {
    if (at_ == block_.size() * sizeof(double)) next();
    const std::size_t now = std::min(count, block_.size() * sizeof(double) - at_);
    std::memcpy(out, reinterpret_cast<const char*>(block_.data()) + at_, now);
    at_ += now;
    return now;
  }

 private:
  void next() {
    const std::size_t now = std::min(samples_in_block(width_), items_ - first_);
    block_.resize(now * width_);
    at_ = 0;
    if (now > 0) fill_(first_, block_);
    first_ += now;
  }

  std::size_t items_;
  std::size_t width_;
  Fill fill_;
  std::size_t first_ = 0;
  std::size_t at_ = 0;
  std::vector<double> block_;
};

void each(std::size_t items, std::size_t width, const NumberBytes::Fill& fill,
          const ExportJob::Block& use) {
  const std::size_t most = samples_in_block(width);
  std::vector<double> block;
  for (std::size_t first = 0; first < items; first += most) {
    block.resize(std::min(most, items - first) * width);
    fill(first, block);
    use(first, block);
  }
}

}  // namespace

std::size_t samples_in_block(std::size_t width) {
  constexpr std::size_t values = (std::size_t{8} << 20) / sizeof(double);
  return std::max<std::size_t>(1, values / std::max<std::size_t>(1, width));
}

ExportJob::ExportJob(const ExportRequest& wanted, const ExportFormat& as)
    : run(wanted.recording), format(as), request(wanted) {
  series_ = &run.series_called(wanted.monitor);
  for (std::size_t v = 0; v < series_->variables.size(); ++v) {
    if (!wanted.variable.empty() && series_->variables[v] != wanted.variable) continue;
    chosen_.push_back(v);
    variables_.push_back(series_->variables[v]);
    units_.push_back(series_->units[v]);
  }
  if (chosen_.empty())
    throw ConfigError(fmt::format("{}: monitor {}: there is no variable '{}'{}", run.path,
                                  series_->name, wanted.variable,
                                  hint(wanted.variable, series_->variables)));
  if (samples() == 0 || columns() == 0)
    throw DataError(fmt::format("{}: monitor {} has recorded nothing", run.path, series_->name));
}

std::size_t ExportJob::bytes() const {
  return samples() * variables_.size() * columns() * sizeof(double);
}

std::string ExportJob::title() const {
  return fmt::format("{}, monitor {}", run.title.empty() ? run.path : run.title, series_->name);
}

std::string ExportJob::fact(const std::string& name) const {
  const auto found = std::find_if(run.provenance.begin(), run.provenance.end(),
                                  [&](const Fact& fact) { return fact.name == name; });
  return found == run.provenance.end() ? "" : found->value;
}

void ExportJob::read(std::size_t first, std::span<double> values) const {
  const std::size_t all = series_->variables.size();
  if (variables_.size() == all) return run.read_samples(*series_, first, values);
  const std::size_t n = columns();
  const std::size_t count = values.size() / (n * variables_.size());
  std::vector<double> whole(count * all * n);
  run.read_samples(*series_, first, whole);
  for (std::size_t t = 0; t < count; ++t) {
    for (std::size_t v = 0; v < chosen_.size(); ++v)
      std::copy_n(&whole[(t * all + chosen_[v]) * n], n, &values[(t * chosen_.size() + v) * n]);
  }
}

void ExportJob::each_block(const Block& use) const {
  each(
      samples(), variables_.size() * columns(),
      [this](std::size_t first, std::span<double> values) { read(first, values); }, use);
}

void ExportJob::each_time(const Block& use) const {
  each(
      samples(), 1,
      [this](std::size_t first, std::span<double> values) {
        run.read_times(*series_, first, values);
      },
      use);
}

std::unique_ptr<matrix::Source> ExportJob::sample_bytes() const {
  return std::make_unique<NumberBytes>(
      run.path, samples(), variables_.size() * columns(),
      [this](std::size_t first, std::span<double> values) { read(first, values); });
}

std::unique_ptr<matrix::Source> ExportJob::time_bytes() const {
  return std::make_unique<NumberBytes>(run.path, samples(), 1,
                                       [this](std::size_t first, std::span<double> values) {
                                         run.read_times(*series_, first, values);
                                       });
}

ExportFile::ExportFile(const std::string& path)
    : path_(path), file_(path, std::ios::binary | std::ios::trunc) {}

void ExportFile::write(const std::string& bytes) {
  if (!file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    throw EnvironmentError(fmt::format("{}: cannot be written: {}", path_, std::strerror(errno)));
}

void ExportFile::close() {
  file_.close();
  if (!file_)
    throw EnvironmentError(fmt::format("{}: cannot be written: {}", path_, std::strerror(errno)));
}

}  // namespace arcuate::io

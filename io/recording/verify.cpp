#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <span>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/io/checkpoint.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "raw_samples.hpp"
#include "seal.hpp"

namespace arcuate::io {
namespace {

/// Of one monitor: whether there was a checksum. Throws UnsoundError.
bool verify_series(const std::string& path, const hdf5::Object& file, const std::string& name,
                   const RawSamples& raw) {
  const hdf5::Object data = file.open_dataset("/monitors/" + name + "/data");
  if (!data.has_attribute("checksum")) return false;
  const std::string text = data.unsigned_text("checksum");
  std::uint64_t expected = 0;
  std::from_chars(text.data(), text.data() + text.size(), expected);
  if (data.size() == 0 || raw.sum({data.place(), data.value_bytes(), 0, data.size()}) == expected)
    return true;
  throw UnsoundError(fmt::format(
      "{}: /monitors/{}/data: its samples are not those that were written (checksum)", path, name));
}

/// All but samples, then the final state. Throws UnsoundError.
void require_seal(const std::string& path, const hdf5::Object& file) {
  if (!ends_as_recording(path))
    throw UnsoundError(path +
                       ": its end is missing: it is cut off, or another program wrote to it");
  if (!seal_of_recordings().holds(path, apart_in_recording(file)))
    throw UnsoundError(path +
                       ": something other than its samples is not what was written (checksum): the "
                       "study, the connectome, a feature, a name, an attribute or the structure");
  if (!file.has("/state/checkpoint")) return;
  const StatePlace place = state_of_recording(path);
  io::Checkpoint(path, place.offset, place.size).verify();
}

/// The largest difference between two series, and since when they differ.
struct Difference {
  double since = 0.0;  ///< [s]
  double most = 0.0;
  double scale = 0.0;  ///< largest absolute value
  bool any = false;
};

/// Not a number is the same as not a number.
void compare(std::span<const double> one, std::span<const double> other, double time, double period,
             std::size_t row, Difference& found) {
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (std::isfinite(one[i])) found.scale = std::max(found.scale, std::abs(one[i]));
    if (std::memcmp(&one[i], &other[i], sizeof(double)) == 0) continue;
    if (!found.any) found.since = time + static_cast<double>(i / row) * period;
    found.any = true;
    const double apart = std::abs(one[i] - other[i]);
    found.most = std::max(found.most, std::isnan(apart) ? HUGE_VAL : apart);
  }
}

/// Some megabytes of samples at a time. Throws UnsoundError.
void require_same(const RecordedRun& one, const RecordedRun& other, const RecordedSeries& series) {
  const std::size_t row = series.variables.size() * series.labels.size();
  const std::size_t most = std::max<std::size_t>(1, (std::size_t{1} << 20U) / row);
  Difference found;
  std::vector<double> mine, theirs;
  for (std::size_t from = 0; from < series.samples; from += most) {
    const std::size_t count = std::min(most, series.samples - from);
    mine.resize(count * row);
    theirs.resize(count * row);
    one.read_samples(series, from, mine);
    other.read_samples(series, from, theirs);
    compare(mine, theirs, series.first_time + static_cast<double>(from) * series.period,
            series.period, row, found);
  }
  if (!found.any) return;
  throw UnsoundError(fmt::format(
      "{}: monitor '{}' is another from t = {:.12g} s on; the largest difference is {:.3g}, of "
      "values up to {:.3g}",
      one.path, series.name, found.since, found.most, found.scale));
}

}  // namespace

std::size_t require_same_samples(const std::string& path, const std::string& with) {
  const RecordedRun one(path), other(with);
  std::size_t samples = 0;
  for (const RecordedSeries& series : one.series) {
    const RecordedSeries& again = other.series_called(series.name);
    if (again.samples != series.samples || again.variables != series.variables ||
        again.labels != series.labels)
      throw UnsoundError(fmt::format("{}: monitor '{}' has another shape", path, series.name));
    require_same(one, other, series);
    samples += series.samples;
  }
  return samples;
}

std::string verify_recording(const std::string& path) {
  try {
    const RecordedRun run(path);
    const hdf5::Object file = hdf5::open_file(path, hdf5::Access::read);
    const RawSamples raw(path);
    if (file.has_attribute("sealed")) require_seal(path, file);
    std::size_t sums = 0;
    for (const RecordedSeries& one : run.series)
      sums += verify_series(path, file, one.name, raw) ? 1 : 0;
    return sums == run.series.size()
               ? "a whole recording; all of it is as it was written"
               : "a whole recording of an earlier version: there are no checksums of its samples";
  } catch (const DataError& error) {
    throw UnsoundError(error.what());
  }
}

}  // namespace arcuate::io

#include <fmt/format.h>

#include <charconv>

#include "arcuate/core/error.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "raw_samples.hpp"

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
  if (data.size() == 0 || raw.sum(data.place(), data.value_bytes(), 0, data.size()) == expected)
    return true;
  throw UnsoundError(fmt::format(
      "{}: /monitors/{}/data: its samples are not those that were written (checksum)", path, name));
}

}  // namespace

std::string verify_recording(const std::string& path) {
  try {
    const RecordedRun run(path);
    const hdf5::Object file = hdf5::open_file(path, hdf5::Access::read);
    const RawSamples raw(path);
    std::size_t sums = 0;
    for (const RecordedSeries& one : run.series)
      sums += verify_series(path, file, one.name, raw) ? 1 : 0;
    return sums == run.series.size()
               ? "a whole recording; the samples of all monitors are those that were written"
               : "a whole recording of an earlier version: there are no checksums of its samples";
  } catch (const DataError& error) {
    throw UnsoundError(error.what());
  }
}

}  // namespace arcuate::io

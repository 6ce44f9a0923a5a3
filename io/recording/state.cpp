#include <fcntl.h>

#include <algorithm>
#include <span>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/io/recording.hpp"
#include "file/raw_file.hpp"

namespace arcuate::io {
namespace {

constexpr const char* state_group = "state";
constexpr const char* state_name = "checkpoint";
constexpr const char* path_of_state = "/state/checkpoint";

}  // namespace

void keep_state(const std::string& recording, const std::string& checkpoint) {
  const RawFile from(checkpoint, O_RDONLY);
  const std::int64_t size = from.size();
  std::int64_t place = 0;
  {
    // In a group of its own: programs that read the root as netCDF-4 want dimensions of its arrays.
    hdf5::Object whole = hdf5::open_file(recording, hdf5::Access::write);
    const hdf5::Object data =
        whole.create_group(state_group)
            .create_array<std::uint8_t>(state_name, {static_cast<hsize_t>(size)});
    data.set("long_name", std::string("a checkpoint at the end, for arcuate continue"));
    place = data.place();
    whole.flush();
  }
  const RawFile to(recording, O_WRONLY);
  std::vector<std::byte> bytes(std::size_t{1} << 20U);
  for (std::int64_t at = 0; at < size; at += std::ssize(bytes)) {
    const std::span<std::byte> some = std::span(bytes).first(from.read(at, bytes));
    if (some.empty()) throw EnvironmentError(checkpoint + ": is shorter than it was");
    to.write(place + at, some);
  }
}

StatePlace state_of_recording(const std::string& recording) {
  const RecordedRun run(recording);  // whole, or an error that says why not
  const hdf5::Object file = hdf5::open_file(recording, hdf5::Access::read);
  if (!file.has(path_of_state))
    throw ConfigError(recording +
                      ": keeps no final state (checkpoint.final: false, or an earlier version): it "
                      "cannot be continued; run its study with a longer duration");
  const hdf5::Object data = file.open_dataset(path_of_state);
  return {data.place(), static_cast<std::int64_t>(data.size())};
}

}  // namespace arcuate::io

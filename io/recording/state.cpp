#include <fstream>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/io/recording.hpp"

namespace arcuate::io {
namespace {

constexpr const char* state_name = "state";

}  // namespace

void keep_state(const std::string& recording, const std::string& checkpoint) {
  std::ifstream file(checkpoint, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && bytes.empty()) throw EnvironmentError(checkpoint + ": cannot be read");
  const hdf5::Object whole = hdf5::open_file(recording, hdf5::Access::write);
  const std::span<const std::uint8_t> values(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                             bytes.size());
  const hdf5::Object data = whole.write<std::uint8_t>(state_name, values);
  data.set("long_name", std::string("a checkpoint at the end, for arcuate continue"));
  whole.flush();
}

StatePlace state_of_recording(const std::string& recording) {
  const RecordedRun run(recording);  // whole, or an error that says why not
  const hdf5::Object file = hdf5::open_file(recording, hdf5::Access::read);
  if (!file.has(state_name))
    throw ConfigError(recording +
                      ": keeps no final state (checkpoint.final: false, or an earlier version): it "
                      "cannot be continued; run its study with a longer duration");
  const hdf5::Object data = file.open_dataset(state_name);
  return {data.place(), static_cast<std::int64_t>(data.size())};
}

}  // namespace arcuate::io

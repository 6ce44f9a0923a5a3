#include "seal.hpp"

#include "arcuate/io/recording.hpp"

namespace arcuate::io {
namespace {

void add(const hdf5::Object& data, std::vector<Apart>& all) {
  const auto bytes = static_cast<std::int64_t>(data.size() * data.value_bytes());
  if (bytes > 0 && data.place() > 0) all.push_back({data.place(), bytes});
}

}  // namespace

const Seal& seal_of_recordings() {
  static const Seal one("recording");
  return one;
}

std::vector<Apart> apart_in_recording(const hdf5::Object& file) {
  std::vector<Apart> all;
  const hdf5::Object monitors = file.open_group("/monitors");
  for (const std::string& name : monitors.names()) {
    const hdf5::Object data = file.open_dataset("/monitors/" + name + "/data");
    if (data.has_attribute("checksum")) add(data, all);
  }
  if (file.has("/state/checkpoint")) add(file.open_dataset("/state/checkpoint"), all);
  return all;
}

bool ends_as_recording(const std::string& path) {
  return seal_of_recordings().is_on(path);
}

void seal_recording(const std::string& recording) {
  std::vector<Apart> apart;
  {
    hdf5::Object file = hdf5::open_file(recording, hdf5::Access::write);
    if (!file.has_attribute("sealed")) file.set("sealed", std::int64_t{1});
    apart = apart_in_recording(file);
    file.close();
  }
  seal_of_recordings().write(recording, apart);
}

}  // namespace arcuate::io

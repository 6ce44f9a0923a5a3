#pragma once

#include <cmath>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "arcuate/io/hdf5.hpp"
#include "connectome/hdf5.hpp"

/// Recordings with numbers that are known, without a simulation.
namespace arcuate::test {

/// A folder of its own for a test's files.
class Place {
 public:
  Place() {
    std::string name = (std::filesystem::temp_directory_path() / "arcuate_io_XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder_ = name;
  }
  ~Place() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

 private:
  std::filesystem::path folder_;
};

struct MadeSeries {
  std::string name = "bold";
  std::vector<std::string> variables{"bold"};
  std::string units = "1";
  std::size_t samples = 4;
  double first_time = 0.72;  ///< [s]
  double period = 0.72;      ///< [s]
  bool averages = false;     ///< columns are no regions
  std::function<double(std::size_t t, std::size_t v, std::size_t region)> value =
      [](std::size_t t, std::size_t v, std::size_t r) {
        return std::sin(0.1 * static_cast<double>(t * (r + 1))) + 10.0 * static_cast<double>(v);
      };
};

inline void add_series(const io::hdf5::Object& monitors, const MadeSeries& made,
                       const std::vector<std::string>& labels) {
  const io::hdf5::Object group = monitors.create_group(made.name);
  group.set("kind", std::string("raw"));
  std::vector<double> data;
  std::vector<double> time;
  for (std::size_t t = 0; t < made.samples; ++t) {
    time.push_back(made.first_time + made.period * static_cast<double>(t));
    for (std::size_t v = 0; v < made.variables.size(); ++v) {
      for (std::size_t r = 0; r < labels.size(); ++r)
        data.push_back(made.value(t, v, r));
    }
  }
  group.write<double>("data", data, {made.samples, made.variables.size(), labels.size()})
      .set("units", made.units);
  group.write<double>("time", time).set("period", made.period);
  group.write_texts("variable", made.variables);
  group.write_texts("region", labels);
  if (made.averages) return;
  std::vector<std::int64_t> index(labels.size());
  for (std::size_t r = 0; r < labels.size(); ++r)
    index[r] = static_cast<std::int64_t>(r);
  group.write<std::int64_t>("region_index", index);
}

/// Writes a whole recording of regions with these labels.
inline void make_recording(const std::string& path, const std::vector<std::string>& labels,
                           const std::vector<MadeSeries>& series) {
  io::hdf5::Object file = io::hdf5::create_file(path);
  for (const char* text :
       {"title", "study", "model", "precision", "arcuate_version", "hdf5_version", "mpi_version"})
    file.set(text, std::string(text));
  file.set("format", std::string("arcuate recording 1"));
  file.set("created", std::string("2026-11-28T20:15:00Z"));
  for (const char* number : {"dt", "duration", "wall_seconds", "setup_seconds", "steps", "messages",
                             "message_bytes", "peak_memory_bytes", "complete"})
    file.set(number, 1.0);
  for (const char* count : {"ranks", "threads"})
    file.set(count, std::int64_t{1});
  file.set("seed", std::uint64_t{1});
  const io::hdf5::Object partition = file.create_group("partition");
  partition.set("method", std::string("single"));
  partition.write<std::int32_t>("owner", std::vector<std::int32_t>(labels.size(), 0));
  network::Connectome connectome;
  connectome.labels = labels;
  connectome.row.assign(labels.size() + 1, 0);
  io::matrix::write_hdf5_group(file.id(), path, connectome);
  const io::hdf5::Object monitors = file.create_group("monitors");
  for (const MadeSeries& one : series)
    add_series(monitors, one, labels);
  file.flush();
}

}  // namespace arcuate::test

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arcuate/core/types.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/network/connectome.hpp"
#include "arcuate/network/surface.hpp"

/// A recording as a report reads it.
namespace arcuate::io {

/// One group of /monitors.
struct RecordedSeries {
  std::string name;
  std::string kind;
  std::vector<std::string> variables;
  std::vector<std::string> units;    ///< (n_variables)
  std::vector<std::string> labels;   ///< (n_columns)
  std::vector<GlobalIndex> columns;  ///< (n_columns) region of each column; empty for averages
  bool of_sensors = false;           ///< the columns are sensors
  std::vector<double> positions;     ///< (n_columns, 3) [mm] of sensors, or empty
  double first_time = 0.0;           ///< [s]
  double period = 0.0;               ///< [s]
  std::size_t samples = 0;
};

/// One line of the table of provenance.
struct Fact {
  std::string name;
  std::string value;
};

/// What a network of vertices stands on.
struct RecordedSurface {
  network::Surface mesh;
  std::vector<std::int32_t> region_of;  ///< (n_nodes) vertices, then regions without
  std::vector<std::string> regions;     ///< labels of what tracts join
};

class RecordedRun {
 public:
  /// Throws DataError: not there, not HDF5, truncated, not a recording, or not complete.
  explicit RecordedRun(const std::string& path);

  std::string path;
  std::string title, study, model, partition_method;
  double dt = 0.0;        ///< [ms]
  double duration = 0.0;  ///< [s]
  double wall_seconds = 0.0, setup_seconds = 0.0;
  double steps = 0.0, messages = 0.0, message_bytes = 0.0, peak_memory_bytes = 0.0;
  int ranks = 1;
  int threads = 1;
  std::string continues;  ///< the recording from whose end it went on, or ""
  std::vector<Fact> provenance;
  network::Connectome connectome;
  std::optional<RecordedSurface> surface;
  std::vector<std::int32_t> owner;     ///< (n_regions)
  std::vector<std::string> models;     ///< names, when there are several
  std::vector<std::int32_t> model_of;  ///< (n_regions) position in `models`; empty: one model
  bool coupled = true;                 ///< the study has a coupling
  bool spiking = false;                ///< regions are populations of neurons, whose spikes it has
  std::vector<RecordedStimulus> stimuli;
  std::vector<RecordedSeries> series;
  std::vector<std::string> features;  ///< groups of /features

  /// The series of a monitor, "": of the only one. Throws ConfigError with those that there are.
  [[nodiscard]] const RecordedSeries& series_called(const std::string& monitor) const;

  /// Samples of some columns of one variable: (n_columns, count). Memory: the result
  /// and one slab.
  [[nodiscard]] std::vector<double> read(const RecordedSeries& from, std::size_t variable,
                                         const std::vector<std::size_t>& columns, std::size_t first,
                                         std::size_t count) const;

  /// Whole samples, as many as fit: (n_samples, n_variables, n_columns).
  void read_samples(const RecordedSeries& from, std::size_t first, std::span<double> values) const;
  /// [s] of values.size() samples.
  void read_times(const RecordedSeries& from, std::size_t first, std::span<double> values) const;

 private:
  void read_header();
  void read_models();
  void read_surface();
  void check_regions() const;
  void read_series(const std::string& name);
  hdf5::Object file_;
};

/// Reads all samples of a recording and compares them with the checksums that it holds. Returns
/// what holds, in words. Throws UnsoundError: it is damaged or not whole.
std::string verify_recording(const std::string& path);

/// Compares the samples of two recordings of one study, bit for bit. Returns how many there are.
/// Throws UnsoundError: they differ, naming the monitor, since when and by how much.
std::size_t require_same_samples(const std::string& one, const std::string& other);

/// At most `most` of the numbers 0 .. n - 1, evenly spread, always the first.
std::vector<std::size_t> spread(std::size_t n, std::size_t most);

}  // namespace arcuate::io

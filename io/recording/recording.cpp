#include "arcuate/io/recording.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <random>
#include <span>

#include "arcuate/core/checksum.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/fault.hpp"
#include "arcuate/core/leftovers.hpp"
#include "arcuate/io/hdf5.hpp"
#include "background_file.hpp"
#include "connectome/hdf5.hpp"
#include "layout.hpp"
#include "raw_samples.hpp"
#include "tiles.hpp"
#include "undo.hpp"

namespace arcuate::io {

namespace {

/// In the place of where the samples of a series begin.
constexpr std::int64_t not_recorded = -1;

/// 128 random bits in hexadecimal digits: no two recordings have the same.
std::string new_identity() {
  std::random_device device;
  std::string text;
  for (int word = 0; word < 4; ++word)
    text += fmt::format("{:08x}", device());
  return text;
}

/// Throws DataError when a file is not the one that was left at a position.
void require_identity(const hdf5::Object& file, const RecordingPosition& position,
                      std::size_t n_series) {
  const std::string identity =
      file.has_attribute("identity") ? file.text("identity") : std::string();
  if (identity != position.identity || position.samples.size() != n_series ||
      position.sums.size() != n_series)
    throw DataError(file.file() + ": is not the recording that the checkpoint goes on with");
}

/// Refuses what cannot work before hours of computing: a disk that is too small.
void check_space(const std::string& path, const std::string& partial,
                 const std::vector<SampleShape>& shapes, Storage storage) {
  double bytes = 0.0;
  for (const SampleShape& s : shapes) {
    bytes += static_cast<double>(s.samples) * static_cast<double>(s.variables) *
             static_cast<double>(s.columns) * static_cast<double>(bytes_of(storage));
  }
  std::error_code unknown;
  const std::filesystem::space_info space = std::filesystem::space(partial, unknown);
  if (!unknown && bytes > static_cast<double>(space.available)) {
    throw EnvironmentError(
        fmt::format("{}: the recording needs {:.1f} MB and the disk has {:.1f} MB left: record "
                    "fewer variables or regions, or a longer period, or with `storage: single`",
                    path, bytes * 1e-6, static_cast<double>(space.available) * 1e-6));
  }
}

}  // namespace

struct RecordingWriter::Impl {
  const comm::Communicator& comm;
  Output output;        // on rank 0
  std::string partial;  // its temporary name, on all ranks
  Storage storage;
  std::vector<SampleShape> shapes;
  std::vector<std::string> series_names;
  std::vector<std::int64_t> places;  // (n_series) [bytes] where the samples begin in the file
  Redistribution redistribution;
  std::unique_ptr<BackgroundFile> samples;
  RecordingPosition position;  // its sums: of what was there before
  bool is_kept = false;        // a checkpoint goes on with the file

  Impl(const comm::Communicator& communicator, Output claimed, Storage kept)
      : comm(communicator), output(std::move(claimed)), storage(kept) {
    if (comm.is_root()) partial = output.temporary();
    comm.broadcast(partial);
  }

  void use(const std::vector<monitor::SeriesInfo>& series) {
    for (const monitor::SeriesInfo& one : series) {
      shapes.push_back(shape_of(one));
      series_names.push_back(one.name);
    }
  }

  void create(const RecordingHeader& header, const network::Connectome& connectome,
              const std::vector<monitor::SeriesInfo>& series) {
    check_space(output.path(), partial, shapes, storage);
    hdf5::Object whole = hdf5::create_file(partial);
    write_header(whole, header, position.identity);
    matrix::write_hdf5_group(whole.id(), partial, connectome);
    matrix::write_hdf5_surface(whole.id(), partial, connectome);
    const hdf5::Object monitors = whole.create_group("monitors");
    for (const monitor::SeriesInfo& one : series)
      places.push_back(one.recorded ? write_series(monitors, one, storage) : not_recorded);
    whole.flush();
    whole.close();
  }

  /// The file that is there is the one, and has the series that are to be written.
  void reopen(const std::vector<monitor::SeriesInfo>& series, const RecordingPosition& expected) {
    restore_what_was(partial);
    try {
      look_into(series, expected);
    } catch (const EnvironmentError& error) {
      throw DataError(partial + ": is not the recording that the checkpoint goes on with, or " +
                      "damaged (" + error.what() + ")");
    }
  }

  void look_into(const std::vector<monitor::SeriesInfo>& series,
                 const RecordingPosition& expected) {
    places = places_in(partial, series, expected,
                       [&](std::size_t k, hsize_t there) { return there == shapes[k].samples; });
  }

  /// Where the samples of another recording of the same series begin. fits: whether it has as many
  /// as it should.
  std::vector<std::int64_t> places_in(const std::string& path,
                                      const std::vector<monitor::SeriesInfo>& series,
                                      const RecordingPosition& expected,
                                      const std::function<bool(std::size_t, hsize_t)>& fits) const {
    const hdf5::Object whole = hdf5::open_file(path, hdf5::Access::read);
    require_identity(whole, expected, series.size());
    std::vector<std::int64_t> found;
    for (std::size_t k = 0; k < series.size(); ++k) {
      if (!series[k].recorded) {
        found.push_back(not_recorded);
        continue;
      }
      const hdf5::Object data = whole.open_dataset("/monitors/" + series[k].name + "/data");
      const std::vector<hsize_t> shape = data.shape();
      if (shape.size() != 3 || !fits(k, shape[0]) || shape[1] != shapes[k].variables ||
          shape[2] != shapes[k].columns || data.value_bytes() != bytes_of(storage))
        throw DataError(path + ": /monitors/" + series[k].name + ": has another shape");
      found.push_back(data.place());
    }
    return found;
  }

  /// The samples of a shorter recording, by all ranks. Collective.
  void take_over(const std::string& shorter, const std::vector<std::int64_t>& from) {
    std::vector<std::int64_t> sums(shapes.size(), 0);
    comm::all_or_none(comm, [&] {
      const RawSamples file(shorter);
      const RawFile into(partial, flags_of_writer(partial));
      for (std::size_t k = 0; k < shapes.size(); ++k) {
        if (places[k] == not_recorded) continue;
        const Share mine = share_of(k);
        sums[k] = static_cast<std::int64_t>(
            file.copy({from[k], bytes_of(storage), mine.first, mine.count}, into, places[k]));
      }
    });
    require_sums(shorter, sums);
  }

  /// Numbers of a series that this rank reads of what is there.
  struct Share {
    std::uint64_t first = 0, count = 0;
  };
  Share share_of(std::size_t series) const {
    const SampleShape& shape = shapes[series];
    const auto count =
        static_cast<std::uint64_t>(position.samples[series]) * shape.variables * shape.columns;
    const auto rank = static_cast<std::uint64_t>(comm.rank());
    const auto ranks = static_cast<std::uint64_t>(comm.size());
    const std::uint64_t end = count / ranks * (rank + 1) + (rank + 1 == ranks ? count % ranks : 0);
    const std::uint64_t from = count / ranks * rank;
    return {from, end - from};
  }

  /// Checksums of all samples that are in the file, after BackgroundFile::drain or finish.
  /// Collective.
  std::vector<std::int64_t> total_sums() const {
    std::vector<std::int64_t> sums;
    for (const std::uint64_t sum : samples->sums())
      sums.push_back(static_cast<std::int64_t>(sum));
    comm.sum(std::span(sums));
    for (std::size_t k = 0; k < sums.size(); ++k) {
      // Modulo 2^64, which signed numbers must not do by themselves.
      sums[k] = static_cast<std::int64_t>(static_cast<std::uint64_t>(position.sums[k]) +
                                          static_cast<std::uint64_t>(sums[k]));
    }
    return sums;
  }

  /// What was written before is there. Collective.
  void verify_samples() {
    std::vector<std::int64_t> sums(shapes.size(), 0);
    comm::all_or_none(comm, [&] {
      const RawSamples file(partial);
      for (std::size_t k = 0; k < shapes.size(); ++k) {
        if (places[k] == not_recorded) continue;
        const Share mine = share_of(k);
        sums[k] = static_cast<std::int64_t>(
            file.sum({places[k], bytes_of(storage), mine.first, mine.count}));
      }
    });
    require_sums(partial, sums);
  }

  /// Those of all ranks are those of the samples that were there. Collective.
  void require_sums(const std::string& path, std::vector<std::int64_t> sums) const {
    comm.sum(std::span(sums));
    comm::all_or_none(comm, [&] {
      if (sums != position.sums)
        throw DataError(path +
                        ": its samples are not those that were there when the checkpoint "
                        "was written: it was changed or damaged");
    });
  }

  void open_together() {
    comm.broadcast(places);
    comm::all_or_none(comm, [&] {
      if (::access(partial.c_str(), R_OK | W_OK) != 0) {
        throw EnvironmentError("open: " + partial + ": " + std::strerror(errno) +
                               " (all ranks must see the folder of the output)");
      }
      samples = std::make_unique<BackgroundFile>(partial, storage, shapes.size());
    });
  }

  /// One rank has whole samples, and the batch takes the vector that holds them.
  Area fill(Batch& batch, const TileGrid& grid, const Samples& mine) {
    const Area area = grid.area(comm.rank());
    batch.count = static_cast<std::size_t>(area.samples * grid.variables * area.columns);
    if (comm.size() > 1 || mine.first > 0 || std::ssize(mine.owned) != area.columns) {
      redistribution.collect(comm, grid, mine, batch.values);
    } else {
      batch.values.resize(mine.data.size());
      batch.values.swap(mine.data);
    }
    return area;
  }

  /// Samples `first` .. of a series, of which `batch` has an area.
  void write(std::size_t series, Step first, const Area& area, Batch& batch) {
    const SampleShape& shape = shapes[series];
    const auto columns = static_cast<std::size_t>(shape.columns);
    const auto row = static_cast<std::size_t>(first + area.first_sample) * shape.variables;
    const std::size_t before = row * columns + static_cast<std::size_t>(area.first_column);
    batch.offset = places[series] + static_cast<std::int64_t>(before * bytes_of(storage));
    batch.row = static_cast<std::size_t>(area.columns);
    batch.stride = columns;
    batch.series = series;
    batch.first = before;
    samples->write(batch);
  }

  /// Checksums of all samples, so that `arcuate verify` can tell whether they are still the same.
  void note_sums(const hdf5::Object& whole) const {
    for (std::size_t k = 0; k < series_names.size(); ++k) {
      if (places[k] == not_recorded) continue;
      whole.open_dataset("/monitors/" + series_names[k] + "/data")
          .set("checksum", static_cast<std::uint64_t>(position.sums[k]));
    }
  }

  /// The samples, and large arrays of the connectome: they do not change when the file is
  /// completed.
  [[nodiscard]] std::vector<Extent> large_arrays() const {
    constexpr std::int64_t large = std::int64_t{1} << 20;
    std::vector<Extent> all;
    const auto add = [&](const hdf5::Object& data, std::int64_t least) {
      const auto bytes = static_cast<std::int64_t>(data.size() * data.value_bytes());
      if (bytes >= least && bytes > 0) all.push_back({data.place(), bytes});
    };
    const hdf5::Object whole = hdf5::open_file(partial, hdf5::Access::read);
    for (std::size_t k = 0; k < series_names.size(); ++k) {
      if (places[k] != not_recorded)
        add(whole.open_dataset("/monitors/" + series_names[k] + "/data"), 0);
    }
    for (const char* name : {"source", "weight", "length", "delay"}) {
      const std::string path = std::string("/connectome/") + name;
      if (whole.has(path)) add(whole.open_dataset(path), large);
    }
    return all;
  }

  void seal(const RunFigures& figures, const std::function<void(const std::string&)>& last) {
    if (is_kept) keep_what_was(partial, large_arrays());
    std::exception_ptr failure;
    try {
      if (last) last(partial);
    } catch (const Error&) {
      failure = std::current_exception();
    }
    hdf5::Object whole = hdf5::open_file(partial, hdf5::Access::write);
    whole.set("wall_seconds", figures.wall_seconds);
    whole.set("setup_seconds", figures.setup_seconds);
    whole.set("steps", figures.steps);
    fault::here("recording.sealing");
    whole.set("messages", figures.messages);
    whole.set("message_bytes", figures.message_bytes);
    whole.set("peak_memory_bytes", figures.peak_memory_bytes);
    if (!figures.parts.empty()) whole.set("parts", figures.parts);
    note_sums(whole);
    whole.flush();
    whole.set("complete", std::int64_t{1});
    whole.flush();
    whole.close();
    seal_recording(partial);
    output.publish();
    forget_what_was(partial);
    if (failure) std::rethrow_exception(failure);
  }
};

RecordingWriter::RecordingWriter(const comm::Communicator& comm, Output output,
                                 const RecordingHeader& header,
                                 const network::Connectome& connectome,
                                 std::vector<monitor::SeriesInfo> series)
    : impl_(std::make_unique<Impl>(comm, std::move(output), header.storage)) {
  impl_->use(series);
  // Everything but the samples is written by one process, before and after them: HDF5 has the file
  // closed while all ranks write to it.
  comm::on_root(comm, [&] {
    impl_->position.identity = new_identity();
    impl_->create(header, connectome, series);
  });
  comm.broadcast(impl_->position.identity);
  impl_->position.samples.resize(series.size());
  impl_->position.sums.resize(series.size());
  impl_->open_together();
}

void require_recording(const std::string& partial, const RecordingPosition& position,
                       const std::vector<monitor::SeriesInfo>& series) {
  const auto refuse = [&](const char* what) { throw DataError(partial + ": " + what); };
  if (::access(name_of_what_was(partial).c_str(), F_OK) == 0)
    refuse("is being completed, or its run was killed then: --resume completes it");
  const hdf5::Object file = hdf5::open_file(partial, hdf5::Access::read);
  require_identity(file, position, series.size());
  const RawSamples raw(partial);
  for (std::size_t k = 0; k < series.size(); ++k) {
    if (!series[k].recorded) continue;
    if (series[k].samples > position.samples[k]) refuse("has fewer samples than it should");
    const hdf5::Object data = file.open_dataset("/monitors/" + series[k].name + "/data");
    const std::size_t row = series[k].variables.size() * series[k].column_labels.size();
    const auto count = static_cast<std::uint64_t>(position.samples[k]) * row;
    if (data.size() < count || static_cast<std::int64_t>(raw.sum({data.place(), data.value_bytes(),
                                                                  0, count})) != position.sums[k])
      refuse("its samples were changed or damaged after the checkpoint was written");
  }
}

RecordingWriter::RecordingWriter(const comm::Communicator& comm, Output output,
                                 const RecordingHeader& header,
                                 std::vector<monitor::SeriesInfo> series,
                                 const RecordingPosition& position)
    : impl_(std::make_unique<Impl>(comm, std::move(output), header.storage)) {
  impl_->use(series);
  impl_->position = position;
  comm::on_root(comm, [&] { impl_->reopen(series, position); });
  impl_->open_together();
  impl_->verify_samples();
}

RecordingWriter::RecordingWriter(const comm::Communicator& comm, Output output,
                                 const RecordingHeader& header,
                                 const network::Connectome& connectome,
                                 std::vector<monitor::SeriesInfo> series,
                                 const std::string& shorter, const RecordingPosition& position)
    : RecordingWriter(comm, std::move(output), header, connectome, series) {
  std::vector<std::int64_t> from;
  comm::on_root(comm, [&] {
    from = impl_->places_in(shorter, series, position, [&](std::size_t k, hsize_t there) {
      const auto taken = static_cast<hsize_t>(position.samples[k]);
      return there >= taken && impl_->shapes[k].samples >= taken;
    });
  });
  comm.broadcast(from);
  impl_->position.samples = position.samples;
  impl_->position.sums = position.sums;
  impl_->take_over(shorter, from);
}

RecordingPosition RecordingWriter::position() {
  comm::all_or_none(impl_->comm, [&] { impl_->samples->drain(); });
  RecordingPosition position = impl_->position;
  position.sums = impl_->total_sums();
  position.partial = std::filesystem::path(impl_->partial).filename().string();
  return position;
}

void RecordingWriter::sync() const {
  impl_->samples->sync();
}

void RecordingWriter::keep_partial() {
  core::there_is_a_checkpoint();
  if (impl_->comm.is_root()) impl_->output.keep_temporary();
  impl_->is_kept = true;
}

RecordingWriter::~RecordingWriter() = default;

const std::vector<std::int64_t>& RecordingWriter::places() const {
  return impl_->places;
}

const std::string& RecordingWriter::temporary() const {
  return impl_->partial;
}

void RecordingWriter::append(int series, Step first_sample, Step n_samples,
                             std::vector<double>& data, const std::vector<GlobalIndex>& owned) {
  const auto number = static_cast<std::size_t>(series);
  if (impl_->places[number] == not_recorded) return;
  fault::here("recording.flush");
  impl_->position.samples[number] = first_sample + n_samples;
  const SampleShape& shape = impl_->shapes[number];
  const TileGrid whole{n_samples, static_cast<GlobalIndex>(shape.variables),
                       static_cast<GlobalIndex>(shape.columns), impl_->comm.size()};
  const Step slab = whole.samples_per_slab();
  for (Step from = 0; from < n_samples; from += slab) {
    TileGrid grid = whole;
    grid.samples = std::min(slab, n_samples - from);
    Batch& batch = impl_->samples->free_batch(number);
    const Area area = impl_->fill(batch, grid, {data, owned, from});
    if (batch.count > 0) impl_->write(number, first_sample + from, area, batch);
    comm::all_or_none(impl_->comm, [&] { impl_->samples->check(); });
  }
}

void RecordingWriter::finish(const RunFigures& figures,
                             const std::function<void(const std::string& file)>& last) {
  comm::all_or_none(impl_->comm, [&] { impl_->samples->finish(); });
  impl_->position.sums = impl_->total_sums();
  comm::on_root(impl_->comm, [&] { impl_->seal(figures, last); });
}

}  // namespace arcuate::io

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numeric>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recording.hpp"

namespace arcuate::io {
namespace {

namespace fs = std::filesystem;

/// A folder that all ranks share, made by rank 0 and removed at the end.
class Folder {
 public:
  explicit Folder(const comm::Communicator& comm) : comm_(comm) {
    if (comm.is_root()) {
      std::string name = (fs::temp_directory_path() / "arcuate-recording-XXXXXX").string();
      if (mkdtemp(name.data()) != nullptr) path_ = name;
    }
    comm.broadcast(path_);
  }
  ~Folder() {
    comm_.barrier();
    std::error_code ignored;
    if (comm_.is_root()) fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  const comm::Communicator& comm_;
  std::string path_;
};

network::Connectome chain(GlobalIndex regions) {
  network::Connectome c;
  c.row = {0};
  for (GlobalIndex i = 0; i < regions; ++i) {
    if (i > 0) {
      c.source.push_back(static_cast<LocalIndex>(i - 1));
      c.weight.push_back(0.5 * static_cast<double>(i));
      c.length.push_back(10.0F);
    }
    c.row.push_back(static_cast<GlobalIndex>(c.source.size()));
    c.labels.push_back("r" + std::to_string(i));
  }
  c.origin = "chain";
  return c;
}

monitor::SeriesInfo series_of(const std::string& name, Step samples, int variables,
                              GlobalIndex columns) {
  monitor::SeriesInfo info;
  info.name = name;
  info.kind = "raw";
  for (int v = 0; v < variables; ++v) {
    info.variables.push_back(std::string(1, static_cast<char>('a' + v)));
    info.units.push_back(v == 0 ? "1/ms" : "mV");
  }
  for (GlobalIndex c = 0; c < columns; ++c) {
    info.column_labels.push_back("r" + std::to_string(c));
    info.columns.push_back(c);
  }
  info.first_time = 0.1;
  info.period = 0.1;
  info.samples = samples;
  return info;
}

/// A number that no two places share.
double value_at(Step sample, int variable, GlobalIndex column) {
  return std::sin(static_cast<double>(sample * 1009 + variable * 31 + column * 7919));
}

std::vector<GlobalIndex> columns_of(int rank, int ranks, GlobalIndex columns) {
  std::vector<GlobalIndex> owned;
  for (GlobalIndex c = 0; c < columns; ++c) {
    if ((c * 7 + c / 3) % ranks == rank) owned.push_back(c);
  }
  return owned;
}

std::vector<double> samples_of(const std::vector<GlobalIndex>& owned, Step first, Step count,
                               int variables) {
  std::vector<double> data;
  for (Step t = first; t < first + count; ++t) {
    for (int v = 0; v < variables; ++v) {
      for (const GlobalIndex c : owned)
        data.push_back(value_at(t, v, c));
    }
  }
  return data;
}

RecordingHeader header_of(const comm::Communicator& comm, GlobalIndex regions) {
  RecordingHeader header;
  header.study = "title: t\n";
  header.title = "caf\xC3\xA9 <b>";
  header.model = "Linear";
  header.seed = std::numeric_limits<std::uint64_t>::max();
  header.dt = 0.1;
  header.duration = 1.0;
  header.ranks = comm.size();
  header.partition_method = "block";
  header.owner.assign(static_cast<std::size_t>(regions), 0);
  return header;
}

constexpr GlobalIndex n_regions = 29;

/// The output of all ranks; an older recording may be replaced.
Output claimed(const comm::Communicator& comm, const std::string& path) {
  Output output;
  comm::on_root(comm, [&] { output = Output(path, {OutputKind::recording, true, {}}); });
  return output;
}

/// The temporary file of an output, or "".
std::string partial_of(const std::string& path) {
  for (const auto& entry : fs::directory_iterator(fs::path(path).parent_path())) {
    if (entry.path().string().starts_with(path + ".partial-")) return entry.path().string();
  }
  return "";
}

/// Two series, appended in pieces of different lengths.
void write_recording(const comm::Communicator& comm, const std::string& path) {
  const std::vector<monitor::SeriesInfo> series{series_of("raw", 50, 2, n_regions),
                                                series_of("mean", 10, 1, 1)};
  RecordingWriter writer(comm, claimed(comm, path), header_of(comm, n_regions),
                         comm.is_root() ? chain(n_regions) : network::Connectome{}, series);
  const auto owned = columns_of(comm.rank(), comm.size(), n_regions);
  Step at = 0;
  for (const Step count : {1, 2, 30, 0, 17}) {
    std::vector<double> samples = samples_of(owned, at, count, 2);
    writer.append(0, at, count, samples, owned);
    at += count;
  }
  const std::vector<GlobalIndex> mine =
      comm.is_root() ? std::vector<GlobalIndex>{0} : std::vector<GlobalIndex>{};
  std::vector<double> means = samples_of(mine, 0, 10, 1);
  writer.append(1, 0, 10, means, mine);
  writer.finish({});
}

TEST(Recording, EveryValueIsAtItsPlaceForAnyNumberOfRanks) {
  const comm::Communicator comm(MPI_COMM_WORLD);
  const Folder folder(comm);
  write_recording(comm, folder.file("r.h5"));
  comm::on_root(comm, [&] {
    const hdf5::Object file = hdf5::open_file(folder.file("r.h5"), hdf5::Access::read);
    const auto raw = file.read<double>("/monitors/raw/data");
    std::vector<GlobalIndex> all(n_regions);
    for (std::size_t c = 0; c < all.size(); ++c)
      all[c] = static_cast<GlobalIndex>(c);
    EXPECT_EQ(raw, samples_of(all, 0, 50, 2));
    EXPECT_EQ(file.read<double>("/monitors/mean/data"), samples_of({0}, 0, 10, 1));
    EXPECT_EQ(file.read_texts("/monitors/raw/region").at(28), "r28");
    EXPECT_EQ(file.read<double>("/monitors/raw/time").at(2), 0.1 + 2 * 0.1);
    EXPECT_EQ(file.open_dataset("/monitors/raw/data").text("units"), R"({"a":"1/ms","b":"mV"})");
    EXPECT_EQ(file.text("title"), "caf\xC3\xA9 <b>");
    EXPECT_EQ(file.number("complete"), 1.0);
    EXPECT_EQ(file.read<double>("/connectome/weight").size(), 28U);
    EXPECT_EQ(partial_of(folder.file("r.h5")), "");
  });
}

/// The same engine with one rank in the same process is the oracle.
TEST(Recording, TheDataAreTheBytesThatOneRankWrites) {
  const comm::Communicator comm(MPI_COMM_WORLD);
  const comm::Communicator self(MPI_COMM_SELF);
  const Folder folder(comm);
  write_recording(comm, folder.file("many.h5"));
  comm::on_root(comm, [&] {
    write_recording(self, folder.file("one.h5"));
    const hdf5::Object many = hdf5::open_file(folder.file("many.h5"), hdf5::Access::read);
    const hdf5::Object one = hdf5::open_file(folder.file("one.h5"), hdf5::Access::read);
    for (const char* name : {"raw", "mean"}) {
      const std::string data = std::string("/monitors/") + name + "/data";
      EXPECT_EQ(many.read<double>(data), one.read<double>(data));
    }
  });
}

/// Samples of `series` in single precision, written by all ranks of a communicator.
void write_single(const comm::Communicator& comm, const std::string& path, double factor) {
  RecordingHeader header = header_of(comm, n_regions);
  header.storage = Storage::single_precision;
  RecordingWriter writer(comm, claimed(comm, path), header,
                         comm.is_root() ? chain(n_regions) : network::Connectome{},
                         {series_of("raw", 50, 2, n_regions)});
  const auto owned = columns_of(comm.rank(), comm.size(), n_regions);
  for (Step at = 0; at < 50; at += 10) {
    std::vector<double> data = samples_of(owned, at, 10, 2);
    for (double& value : data)
      value *= factor;
    writer.append(0, at, 10, data, owned);
  }
  writer.finish({});
}

TEST(Recording, InSinglePrecisionIsEveryValueRoundedOnceForAnyNumberOfRanks) {
  const comm::Communicator comm(MPI_COMM_WORLD);
  const Folder folder(comm);
  write_single(comm, folder.file("r.h5"), 1.0);
  comm::on_root(comm, [&] {
    const hdf5::Object file = hdf5::open_file(folder.file("r.h5"), hdf5::Access::read);
    std::vector<GlobalIndex> all(n_regions);
    std::iota(all.begin(), all.end(), GlobalIndex{0});
    const std::vector<double> exact = samples_of(all, 0, 50, 2);
    std::vector<double> rounded;
    for (const double value : exact)
      rounded.push_back(static_cast<double>(static_cast<float>(value)));
    EXPECT_EQ(file.read<double>("/monitors/raw/data"), rounded);
    EXPECT_NE(exact, rounded);
    EXPECT_EQ(file.read<double>("/monitors/raw/time").at(2), 0.1 + 2 * 0.1);
  });
}

TEST(Recording, RefusesNumbersThatSinglePrecisionCannotHold) {
  const comm::Communicator comm(MPI_COMM_WORLD);
  const Folder folder(comm);
  try {
    write_single(comm, folder.file("r.h5"), 1e39);
    FAIL() << "accepted";
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string(error.what()).find("storage: single"), std::string::npos);
  }
  comm.barrier();
  comm::on_root(comm, [&] { EXPECT_FALSE(fs::exists(folder.file("r.h5"))); });
}

TEST(Recording, IsInvisibleUntilItIsWhole) {
  const comm::Communicator comm(MPI_COMM_WORLD);
  const Folder folder(comm);
  const std::string path = folder.file("r.h5");
  std::uintmax_t older = 0;
  write_recording(comm, path);
  comm::on_root(comm, [&] { older = fs::file_size(path); });
  {
    RecordingWriter writer(comm, claimed(comm, path), header_of(comm, n_regions),
                           comm.is_root() ? chain(n_regions) : network::Connectome{},
                           {series_of("raw", 50, 2, n_regions)});
    comm::on_root(comm, [&] {
      EXPECT_NE(partial_of(path), "");
      EXPECT_EQ(fs::file_size(path), older);
    });
  }
  comm.barrier();
  comm::on_root(comm, [&] {
    EXPECT_EQ(partial_of(path), "");
    EXPECT_EQ(fs::file_size(path), older);
  });
}

void expect_refused(const comm::Communicator& comm, const std::string& path) {
  try {
    RecordingWriter writer(comm, claimed(comm, path), header_of(comm, n_regions),
                           comm.is_root() ? chain(n_regions) : network::Connectome{},
                           {series_of("raw", 5, 1, n_regions)});
    ADD_FAILURE() << path << " was accepted";
  } catch (const EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
  }
}

TEST(Recording, AFolderOrAMissingFolderIsAnErrorOnAllRanks) {
  const comm::Communicator comm(MPI_COMM_WORLD);
  const Folder folder(comm);
  expect_refused(comm, folder.path());
  expect_refused(comm, folder.file("missing/r.h5"));
  expect_refused(comm, "/proc/r.h5");
}

TEST(Recording, ARecordingLargerThanTheDiskIsRefusedAtOnce) {
  const comm::Communicator comm(MPI_COMM_WORLD);
  const Folder folder(comm);
  EXPECT_THROW(RecordingWriter(comm, claimed(comm, folder.file("r.h5")), header_of(comm, n_regions),
                               comm.is_root() ? chain(n_regions) : network::Connectome{},
                               {series_of("raw", Step{1} << 52, 1, 1)}),
               EnvironmentError);
}

/// A file system of a few megabytes; needs the right to mount.
class SmallDisk {
 public:
  SmallDisk(const comm::Communicator& comm, std::string path)
      : comm_(comm), path_(std::move(path)) {
    std::int64_t mounted = 0;
    if (comm.is_root()) {
      fs::create_directory(path_);
      mounted = mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=4m") == 0 ? 1 : 0;
    }
    mounted_ = comm.max(mounted) == 1;
  }
  ~SmallDisk() {
    comm_.barrier();
    if (mounted_ && comm_.is_root()) umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }

 private:
  const comm::Communicator& comm_;
  std::string path_;
  bool mounted_ = false;
};

TEST(Recording, AFullDiskIsAnErrorOnAllRanksAndLeavesNothingBehind) {
  const comm::Communicator comm(MPI_COMM_WORLD);
  const Folder folder(comm);
  const SmallDisk disk(comm, folder.file("disk"));
  if (!disk.mounted()) GTEST_SKIP() << "a small file system can only be mounted by root";
  const std::string path = folder.file("disk/r.h5");
  const Step samples = 8000;
  const auto owned = columns_of(comm.rank(), comm.size(), n_regions);
  std::string message;
  {
    RecordingWriter writer(comm, claimed(comm, path), header_of(comm, n_regions),
                           comm.is_root() ? chain(n_regions) : network::Connectome{},
                           {series_of("raw", samples, 1, n_regions)});
    comm::on_root(comm, [&] {
      std::ofstream filler(folder.file("disk/filler"));
      while (filler << std::string(65536, 'x'))
        filler.flush();
    });
    try {
      std::vector<double> data = samples_of(owned, 0, samples, 1);
      writer.append(0, 0, samples, data, owned);
      writer.finish({});
      ADD_FAILURE() << "written to a full disk";
    } catch (const EnvironmentError& error) {
      message = error.what();
    }
  }
  EXPECT_NE(message.find("r.h5.partial"), std::string::npos) << message;
  comm.barrier();
  comm::on_root(comm, [&] {
    EXPECT_FALSE(fs::exists(path));
    EXPECT_EQ(partial_of(path), "");
  });
}

}  // namespace
}  // namespace arcuate::io

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <numeric>

#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "headers.hpp"

// libhdf5 1.10 does not survive every damaged file. A process of its own reads a file first, as far
// as Arcuate would: when it dies, the file is refused and the simulation's process has not touched
// it.
namespace arcuate::io::hdf5 {
namespace {

constexpr double most_read = 64.0 * 1024.0 * 1024.0;  // of one dataset; of more its ends
constexpr long most_chunks = 1000000;                 // are looked at, of one dataset
constexpr rlim_t seconds = 60;
constexpr rlim_t gib = rlim_t{1} << 30;

herr_t visit_attribute(hid_t object, const char* name, const H5A_info_t*, void*) {
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
  if (attribute.id() < 0) return 0;
  if (doubt_attribute(attribute.id(), Kind::texts).empty()) {
    read_text_of(attribute.id());
  } else if (doubt_attribute(attribute.id(), Kind::numbers).empty()) {
    std::array<double, 2> value{};
    H5Aread(attribute.id(), H5T_NATIVE_DOUBLE, value.data());
  }
  return 0;
}

/// The element in a corner of a dataset: the first or the last.
void read_corner(hid_t dataset, const std::vector<hsize_t>& shape, bool last) {
  std::vector<hsize_t> offset(shape.size(), 0);
  for (std::size_t d = 0; last && d < shape.size(); ++d)
    offset[d] = shape[d] - 1;
  const std::vector<hsize_t> one(shape.size(), 1);
  const Handle from(H5Dget_space(dataset), H5Sclose);
  const Handle to(H5Screate_simple(static_cast<int>(shape.size()), one.data(), nullptr), H5Sclose);
  H5Sselect_hyperslab(from.id(), H5S_SELECT_SET, offset.data(), nullptr, one.data(), nullptr);
  double value = 0.0;
  H5Dread(dataset, H5T_NATIVE_DOUBLE, to.id(), from.id(), H5P_DEFAULT, &value);
}

void read_numbers(hid_t dataset) {
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space.id());
  const hssize_t count = H5Sget_simple_extent_npoints(space.id());
  if (rank < 0 || count <= 0) return;
  if (8.0 * static_cast<double>(count) <= most_read) {
    std::vector<double> values(static_cast<std::size_t>(count));
    H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    return;
  }
  std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space.id(), shape.data(), nullptr);
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  hsize_t chunks = 0;
  if (H5Pget_layout(creation.id()) == H5D_CHUNKED) {
    H5Dget_num_chunks(dataset, space.id(), &chunks);  // walks over the whole index
  }
  read_corner(dataset, shape, false);
  read_corner(dataset, shape, true);
}

/// Steps to the next chunk of a dataset; false behind the last.
bool next_chunk(std::vector<hsize_t>& offset, const std::vector<hsize_t>& shape,
                const std::vector<hsize_t>& chunk) {
  for (std::size_t d = shape.size(); d-- > 0;) {
    offset[d] += chunk[d];
    if (offset[d] < shape[d]) return true;
    offset[d] = 0;
  }
  return false;
}

/// Whether the chunks of a dataset without filters have as many bytes as libhdf5 copies from them,
/// and texts in them lie in the heap.
bool chunks_fit(hid_t dataset, hid_t creation, const std::string& path) {
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const Handle type(H5Dget_type(dataset), H5Tclose);
  const int rank = H5Sget_simple_extent_ndims(space.id());
  if (rank <= 0 || H5Pget_nfilters(creation) != 0) return true;
  std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
  std::vector<hsize_t> chunk(shape.size());
  std::vector<hsize_t> offset(shape.size(), 0);
  H5Sget_simple_extent_dims(space.id(), shape.data(), nullptr);
  if (H5Pget_chunk(creation, rank, chunk.data()) != rank) return true;
  if (std::count(shape.begin(), shape.end(), 0) + std::count(chunk.begin(), chunk.end(), 0) > 0) {
    return true;
  }
  const bool texts = H5Tis_variable_str(type.id()) > 0;
  const hsize_t elements =
      std::accumulate(chunk.begin(), chunk.end(), hsize_t{1}, std::multiplies<>());
  const hsize_t expected = elements * (texts ? 16 : H5Tget_size(type.id()));
  long left = most_chunks;
  do {
    haddr_t address = HADDR_UNDEF;
    hsize_t bytes = 0;
    unsigned filters = 0;
    if (H5Dget_chunk_info_by_coord(dataset, offset.data(), &filters, &address, &bytes) < 0) {
      return true;
    }
    if (address == HADDR_UNDEF) continue;  // never written
    if (bytes != expected || (texts && !texts_fit(path, address, elements))) return false;
  } while (--left > 0 && next_chunk(offset, shape, chunk));
  return true;
}

/// Whether what a dataset claims of its bytes holds.
bool data_fit(hid_t dataset, const std::string& path) {
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  if (H5Pget_layout(creation.id()) == H5D_CHUNKED) return chunks_fit(dataset, creation.id(), path);
  const Handle type(H5Dget_type(dataset), H5Tclose);
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const haddr_t address = H5Dget_offset(dataset);
  const hssize_t count = H5Sget_simple_extent_npoints(space.id());
  return H5Tis_variable_str(type.id()) <= 0 || address == HADDR_UNDEF || count <= 0 ||
         texts_fit(path, address, static_cast<std::uint64_t>(count));
}

/// Looks a member up by its name, as readers do.
herr_t visit_link(hid_t group, const char* name, const H5L_info_t*, void*) {
  H5Lexists(group, name, H5P_DEFAULT);
  const Handle member(H5Oopen(group, name, H5P_DEFAULT), H5Oclose);
  return 0;
}

/// Groups and attributes whose names lie in heaps and trees (dense ones) are read by other code
/// when all names are wanted in order, when one is looked up, and when one is not there. Each can
/// end the process.
void visit_names(hid_t object, H5O_type_t type) {
  for (const char* name : {"format", "CLASS", "units", "no such name"})
    H5Aexists(object, name);
  H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, visit_attribute, nullptr);
  if (type != H5O_TYPE_GROUP) return;
  for (const char* name : {"candidates", "connectome", "features", "grid", "no such name"})
    H5Lexists(object, name, H5P_DEFAULT);
  H5Literate(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, visit_link, nullptr);
}

/// Not 0 ends the visit: the file is refused.
herr_t visit_object(hid_t root, const char* name, const H5O_info_t* info, void* path) {
  if (!header_fits(*static_cast<const std::string*>(path), info->addr)) return 1;
  const Handle object(H5Oopen(root, name, H5P_DEFAULT), H5Oclose);
  if (object.id() < 0) return 0;
  visit_names(object.id(), info->type);
  if (info->type != H5O_TYPE_DATASET) return 0;
  if (doubt(object.id(), Kind::texts).empty()) {
    if (!data_fit(object.id(), *static_cast<const std::string*>(path))) return 1;
    read_texts_of(object.id());
  } else if (doubt(object.id(), Kind::numbers).empty()) {
    if (!data_fit(object.id(), *static_cast<const std::string*>(path))) return 1;
    read_numbers(object.id());
  }
  return 0;
}

void limit(int what, rlim_t most) {
  rlimit now{};
  if (::getrlimit(what, &now) != 0) return;
  now.rlim_cur = std::min(now.rlim_max, most);
  ::setrlimit(what, &now);
}

std::string& reader() {
  static std::string program;
  return program;
}

/// A file by what changes when it does.
using Identity = std::array<long long, 5>;

bool identify(const std::string& path, Identity& identity) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
  identity = {static_cast<long long>(facts.st_dev), static_cast<long long>(facts.st_ino),
              static_cast<long long>(facts.st_size), facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec};
  return true;
}

/// The status of the reader of `path`; nothing when no process can be started.
int status_of_reader(const std::string& path) {
  std::array<std::string, 3> words{"arcuate", std::string(read_verb), path};
  std::array<char*, 4> arguments{words[0].data(), words[1].data(), words[2].data(), nullptr};
  posix_spawn_file_actions_t streams;
  ::posix_spawn_file_actions_init(&streams);
  for (const int stream : {1, 2})
    ::posix_spawn_file_actions_addopen(&streams, stream, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failed =
      ::posix_spawn(&child, reader().c_str(), &streams, nullptr, arguments.data(), ::environ);
  ::posix_spawn_file_actions_destroy(&streams);
  int status = 0;
  if (failed != 0) return status;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return 0;
  }
  return status;
}

}  // namespace

int read_everything(const std::string& path) {
  start_library();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (file.id() < 0) return 0;
  std::string name = path;
  return H5Ovisit2(file.id(), H5_INDEX_NAME, H5_ITER_NATIVE, visit_object, &name, H5O_INFO_BASIC) >
         0;
}

int read_with_limits(const std::string& path) {
  ::mallopt(M_PERTURB, 0x5A);  // what is used and was never set should be noticed
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, seconds);
  limit(RLIMIT_AS, 8 * gib);
  return read_everything(path);
}

void use_reader(const std::string& program) {
  reader() = program;
}

void check_readable(const std::string& path) {
  static Identity checked{};
  Identity identity{};
  if (reader().empty() || !identify(path, identity) || identity == checked) return;
  const int status = status_of_reader(path);
  if (WIFSIGNALED(status)) {
    throw DataError(fmt::format(
        "{}: the HDF5 file is damaged: a process that read it for a test was ended by signal {}",
        path, WTERMSIG(status)));
  }
  if (WEXITSTATUS(status) != 0) {
    throw DataError(
        fmt::format("{}: the HDF5 file is damaged: an attribute, a text or a chunk claims other "
                    "bytes than it has",
                    path));
  }
  checked = identity;
}

}  // namespace arcuate::io::hdf5

#include "arcuate/io/hdf5.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <utility>

#include "arcuate/core/error.hpp"

namespace arcuate::io::hdf5 {
namespace {

/// HDF5 prints its error stack by default; Arcuate reports errors itself.
void silence() {
  static const herr_t once = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  static_cast<void>(once);
}

herr_t remember_innermost(unsigned, const H5E_error2_t* error, void* text) {
  if (error->desc != nullptr && *error->desc != '\0')
    *static_cast<std::string*>(text) = error->desc;
  return 0;
}

Handle owned(hid_t id, Handle::Close close, const std::string& call, const std::string& file) {
  if (id < 0) fail(call, file);
  return {id, close};
}

void check(herr_t status, const std::string& call, const std::string& file) {
  if (status < 0) fail(call, file);
}

Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.id(), H5T_VARIABLE);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  return type;
}

Handle space_of(const std::vector<hsize_t>& shape) {
  return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose};
}

/// The selection of a part in the dataset (first) and in memory (second).
std::pair<Handle, Handle> select(hid_t dataset, const Box& box, const std::string& file) {
  Handle in_file = owned(H5Dget_space(dataset), H5Sclose, "H5Dget_space", file);
  Handle in_memory = space_of(box.count);
  const bool nothing =
      std::any_of(box.count.begin(), box.count.end(), [](hsize_t n) { return n == 0; });
  if (nothing) {
    H5Sselect_none(in_file.id());
    H5Sselect_none(in_memory.id());
  } else {
    check(H5Sselect_hyperslab(in_file.id(), H5S_SELECT_SET, box.offset.data(), nullptr,
                              box.count.data(), nullptr),
          "H5Sselect_hyperslab", file);
  }
  return {std::move(in_file), std::move(in_memory)};
}

}  // namespace

Handle::Handle(Handle&& other) noexcept
    : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}

Handle& Handle::operator=(Handle&& other) noexcept {
  if (this != &other) {
    reset();
    id_ = std::exchange(other.id_, H5I_INVALID_HID);
    close_ = other.close_;
  }
  return *this;
}

bool Handle::reset() {
  if (id_ < 0) return true;
  return close_(std::exchange(id_, H5I_INVALID_HID)) >= 0;
}

void fail(const std::string& call, const std::string& file) {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, remember_innermost, &reason);
  H5Eclear2(H5E_DEFAULT);
  // HDF5 hides the system's words in "file write failed: time = ..., error message = 'No space
  // left', ...".
  const std::string mark = "error message = '";
  const std::size_t words = reason.find(mark);
  if (words != std::string::npos) {
    const std::size_t from = words + mark.size();
    reason = reason.substr(0, reason.find(": ")) + ": " +
             reason.substr(from, reason.find('\'', from) - from);
  }
  std::replace(reason.begin(), reason.end(), '\n', ' ');
  throw EnvironmentError(call + ": " + file + (reason.empty() ? "" : ": " + reason));
}

template <>
hid_t native_type<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
hid_t native_type<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
hid_t native_type<std::int32_t>() {
  return H5T_NATIVE_INT32;
}
template <>
hid_t native_type<std::int64_t>() {
  return H5T_NATIVE_INT64;
}
template <>
hid_t native_type<std::uint8_t>() {
  return H5T_NATIVE_UINT8;
}

void Object::close() {
  if (!handle_.reset()) fail("H5close", file_);
}

void Object::flush() const {
  check(H5Fflush(id(), H5F_SCOPE_GLOBAL), "H5Fflush", file_);
}

bool Object::has(const std::string& name) const {
  return H5Lexists(id(), name.c_str(), H5P_DEFAULT) > 0;
}

bool Object::has_attribute(const std::string& name) const {
  return H5Aexists(id(), name.c_str()) > 0;
}

std::vector<std::string> Object::names() const {
  std::vector<std::string> all;
  const auto visit = [](hid_t, const char* name, const H5L_info_t*, void* to) -> herr_t {
    static_cast<std::vector<std::string>*>(to)->emplace_back(name);
    return 0;
  };
  check(H5Literate(id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, visit, &all), "H5Literate", file_);
  return all;
}

Object Object::create_group(const std::string& name) const {
  return {owned(H5Gcreate2(id(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
                "H5Gcreate(" + name + ")", file_),
          file_};
}

Object Object::open_group(const std::string& name) const {
  return {
      owned(H5Gopen2(id(), name.c_str(), H5P_DEFAULT), H5Gclose, "H5Gopen(" + name + ")", file_),
      file_};
}

Object Object::open_dataset(const std::string& name) const {
  return {
      owned(H5Dopen2(id(), name.c_str(), H5P_DEFAULT), H5Dclose, "H5Dopen(" + name + ")", file_),
      file_};
}

Object Object::write_raw(const std::string& name, hid_t type, const std::vector<hsize_t>& shape,
                         const void* values) const {
  const Handle space = space_of(shape);
  Object data{
      owned(H5Dcreate2(id(), name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
            H5Dclose, "H5Dcreate(" + name + ")", file_),
      file_};
  if (data.size() > 0) {
    check(H5Dwrite(data.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values),
          "H5Dwrite(" + name + ")", file_);
  }
  return data;
}

void Object::remove(const std::string& name) const {
  check(H5Ldelete(id(), name.c_str(), H5P_DEFAULT), "H5Ldelete(" + name + ")", file_);
}

Object Object::write_number(const std::string& name, double value) const {
  return write_raw(name, native_type<double>(), {}, &value);
}

Object Object::write_texts(const std::string& name, const std::vector<std::string>& texts) const {
  std::vector<const char*> pointers(texts.size());
  std::transform(texts.begin(), texts.end(), pointers.begin(),
                 [](const auto& t) { return t.c_str(); });
  const Handle type = text_type();
  return write_raw(name, type.id(), {texts.size()}, pointers.data());
}

Object Object::create_raw(const std::string& name, hid_t type,
                          const std::vector<hsize_t>& shape) const {
  const Handle space = space_of(shape);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_alloc_time(creation.id(), H5D_ALLOC_TIME_EARLY);
  H5Pset_fill_time(creation.id(), H5D_FILL_TIME_NEVER);
  return {owned(H5Dcreate2(id(), name.c_str(), type, space.id(), H5P_DEFAULT, creation.id(),
                           H5P_DEFAULT),
                H5Dclose, "H5Dcreate(" + name + ")", file_),
          file_};
}

std::size_t Object::value_bytes() const {
  const Handle type(H5Dget_type(id()), H5Tclose);
  if (!type.valid()) fail("H5Dget_type", file_);
  return H5Tget_size(type.id());
}

std::int64_t Object::place() const {
  if (size() == 0) return 0;
  const haddr_t offset = H5Dget_offset(id());
  if (offset == HADDR_UNDEF) fail("H5Dget_offset", file_);
  return static_cast<std::int64_t>(offset);
}

void Object::read_raw(hid_t type, void* values) const {
  if (size() == 0) return;
  check(H5Dread(id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "H5Dread", file_);
}

void Object::check_claims(Kind kind, const std::string& name) const {
  const std::string reason = doubt(id(), kind);
  if (!reason.empty()) throw EnvironmentError(file_ + ": " + name + ": " + reason);
}

std::vector<std::string> Object::read_texts(const std::string& name) const {
  const Object data = open_dataset(name);
  data.check_claims(Kind::texts, name);
  auto texts = read_texts_of(data.id());
  if (!texts) fail("H5Dread(" + name + ")", file_);
  return std::move(*texts);
}

std::vector<hsize_t> Object::shape() const {
  const Handle space = owned(H5Dget_space(id()), H5Sclose, "H5Dget_space", file_);
  std::vector<hsize_t> dims(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space.id())));
  H5Sget_simple_extent_dims(space.id(), dims.data(), nullptr);
  return dims;
}

std::size_t Object::size() const {
  const std::vector<hsize_t> dims = shape();
  return static_cast<std::size_t>(
      std::accumulate(dims.begin(), dims.end(), hsize_t{1}, std::multiplies<>()));
}

void Object::read_part(const Box& box, std::span<double> values) const {
  check_claims(Kind::numbers, "a dataset");
  const auto [in_file, in_memory] = select(id(), box, file_);
  check(H5Dread(id(), H5T_NATIVE_DOUBLE, in_memory.id(), in_file.id(), H5P_DEFAULT, values.data()),
        "H5Dread", file_);
}

void Object::write_part(const Box& box, std::span<const double> values) const {
  const auto [in_file, in_memory] = select(id(), box, file_);
  check(H5Dwrite(id(), H5T_NATIVE_DOUBLE, in_memory.id(), in_file.id(), H5P_DEFAULT, values.data()),
        "H5Dwrite", file_);
}

void require_lock(const std::string& path) {
  const char* wanted = std::getenv("HDF5_USE_FILE_LOCKING");
  if (wanted != nullptr && std::string_view(wanted) == "FALSE") return;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return;  // what is wrong is not the lock
  const bool refused = ::flock(file, LOCK_SH | LOCK_NB) != 0;
  const int reason = errno;
  ::close(file);
  if (!refused) return;
  if (reason == EWOULDBLOCK) {
    throw EnvironmentError(path + ": is locked: another program has it open for writing");
  }
  throw EnvironmentError(path +
                         ": the file system refuses to lock it (flock: " + std::strerror(reason) +
                         "); set HDF5_USE_FILE_LOCKING=FALSE in the environment of all ranks");
}

Object create_file(const std::string& path, Order order) {
  silence();
  require_lock(path);
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  if (order == Order::kept) {
    constexpr unsigned tracked = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    H5Pset_link_creation_order(creation.id(), tracked);
    H5Pset_attr_creation_order(creation.id(), tracked);
  }
  return {owned(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.id(), H5P_DEFAULT), H5Fclose,
                "H5Fcreate", path),
          path};
}

Object open_file(const std::string& path, Access access) {
  silence();
  require_lock(path);
  if (access == Access::read) check_readable(path);
  const unsigned flags = access == Access::read ? H5F_ACC_RDONLY : H5F_ACC_RDWR;
  return {owned(H5Fopen(path.c_str(), flags, H5P_DEFAULT), H5Fclose, "H5Fopen", path), path};
}

std::string library_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

}  // namespace arcuate::io::hdf5

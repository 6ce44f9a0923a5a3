#pragma once

#include <hdf5.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// HDF5 with owners for its identifiers and errors that name the call, the file and HDF5's own
/// reason. Every function here throws EnvironmentError; readers of files that users bring turn it
/// into DataError.
namespace arcuate::io::hdf5 {

/// Owner of one HDF5 identifier.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  ~Handle() { reset(); }
  Handle(Handle&& other) noexcept;
  Handle& operator=(Handle&& other) noexcept;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  [[nodiscard]] hid_t id() const { return id_; }
  [[nodiscard]] bool valid() const { return id_ >= 0; }
  /// Closes now; false when HDF5 reports an error (a file that could not be written completely).
  bool reset();

 private:
  hid_t id_ = H5I_INVALID_HID;
  Close close_ = nullptr;
};

/// Throws EnvironmentError "CALL: FILE: HDF5's innermost message".
[[noreturn]] void fail(const std::string& call, const std::string& file);

/// What a dataset or attribute is read as.
enum class Kind { numbers, texts };

/// Why a dataset cannot be read as what is asked (class, number of elements against the size of the
/// file, place); "" when it can.
std::string doubt(hid_t dataset, Kind kind);
/// Likewise for an attribute that holds one number or one text.
std::string doubt_attribute(hid_t attribute, Kind kind);

/// Texts of fixed or variable length of a dataset or attribute that is not in doubt; nothing when
/// HDF5 cannot read them.
std::optional<std::vector<std::string>> read_texts_of(hid_t dataset);
std::optional<std::string> read_text_of(hid_t attribute);

/// HDF5's type in memory and in the file of a C++ number.
template <class T>
hid_t native_type();

/// Offset and size of a part of a dataset, one entry per dimension; an empty part selects nothing.
struct Box {
  std::vector<hsize_t> offset;
  std::vector<hsize_t> count;
};

struct ScaleUse;

/// An open file, group or dataset.
class Object {
 public:
  Object() = default;
  Object(Handle handle, std::string file) : handle_(std::move(handle)), file_(std::move(file)) {}

  [[nodiscard]] hid_t id() const { return handle_.id(); }
  [[nodiscard]] const std::string& file() const { return file_; }
  /// Throws when HDF5 could not write everything.
  void close();
  void flush() const;

  [[nodiscard]] bool has(const std::string& name) const;
  [[nodiscard]] bool has_attribute(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> names() const;  ///< of the members of a group, ascending
  [[nodiscard]] Object create_group(const std::string& name) const;
  [[nodiscard]] Object open_group(const std::string& name) const;
  /// Takes a member away; the space in the file is lost.
  void remove(const std::string& name) const;
  [[nodiscard]] Object open_dataset(const std::string& name) const;

  void set(const std::string& attribute, const std::string& text) const;
  void set(const std::string& attribute, double value) const;
  void set(const std::string& attribute, std::int64_t value) const;
  void set(const std::string& attribute, std::uint64_t value) const;
  [[nodiscard]] std::string text(const std::string& attribute) const;
  [[nodiscard]] double number(const std::string& attribute) const;
  /// All digits of an unsigned integer, which a double would round.
  [[nodiscard]] std::string unsigned_text(const std::string& attribute) const;

  /// A whole dataset; `shape` empty: one dimension.
  template <class T>
  Object write(const std::string& name, std::span<const T> values,
               std::vector<hsize_t> shape = {}) const {
    if (shape.empty()) shape = {values.size()};
    return write_raw(name, native_type<T>(), shape, values.data());
  }
  /// A dataset of one number without dimensions.
  Object write_number(const std::string& name, double value) const;
  /// UTF-8 strings of variable length.
  Object write_texts(const std::string& name, const std::vector<std::string>& texts) const;
  /// A dataset in one piece, space allocated and not filled: every element must be written later,
  /// by whom so ever, from place() on in row-major order.
  template <class T>
  [[nodiscard]] Object create_array(const std::string& name,
                                    const std::vector<hsize_t>& shape) const {
    return create_raw(name, native_type<T>(), shape);
  }

  template <class T>
  [[nodiscard]] std::vector<T> read(const std::string& name) const {
    const Object data = open_dataset(name);
    data.check_claims(Kind::numbers, name);
    std::vector<T> values(data.size());
    data.read_raw(native_type<T>(), values.data());
    return values;
  }
  [[nodiscard]] std::vector<std::string> read_texts(const std::string& name) const;

  // Of a dataset.
  [[nodiscard]] std::vector<hsize_t> shape() const;
  [[nodiscard]] std::size_t size() const;  ///< number of elements
  /// [bytes] from the begin of the file to the values of a dataset in one piece; 0 when it has
  /// none.
  [[nodiscard]] std::int64_t place() const;
  [[nodiscard]] std::size_t value_bytes() const;  ///< of an element
  /// `values` in row-major order.
  void read_part(const Box& box, std::span<double> values) const;
  void write_part(const Box& box, std::span<const double> values) const;

  /// Declares this dataset as the values along a dimension, under the name `axis`.
  void make_scale(const std::string& axis) const;

 private:
  friend void attach_scales(const std::vector<ScaleUse>& uses);
  [[nodiscard]] Object create_raw(const std::string& name, hid_t type,
                                  const std::vector<hsize_t>& shape) const;
  Object write_raw(const std::string& name, hid_t type, const std::vector<hsize_t>& shape,
                   const void* values) const;
  void read_raw(hid_t type, void* values) const;
  void check_claims(Kind kind, const std::string& name) const;
  void set_raw(const std::string& attribute, hid_t type, const void* value) const;

  Handle handle_;
  std::string file_;
};

/// A dataset and the scale of each of its dimensions.
struct ScaleUse {
  const Object* dataset = nullptr;
  std::vector<const Object*> scales;
};
/// Attaches scales to datasets (HDF5's dimension scales specification); once for all uses of a
/// scale.
void attach_scales(const std::vector<ScaleUse>& uses);

/// Whether the file begins as HDF5 does.
bool is_hdf5(const std::string& path);

/// Throws EnvironmentError when HDF5 would lock this file for reading and cannot: another program
/// writes it, or the file system refuses.
void require_lock(const std::string& path);

/// Whether a file remembers in which order members were made, as netCDF-4 asks for.
enum class Order { unknown, kept };
/// Creates or truncates, for one process.
Object create_file(const std::string& path, Order order = Order::unknown);
enum class Access { read, write };
/// Opens an existing file, for one process.
Object open_file(const std::string& path, Access access);

/// The first argument of a program that is to do nothing but `read_with_limits` of the second.
constexpr std::string_view read_verb = "read-hdf5-for-a-test";
/// The program that `check_readable` starts, "" (at first): none. It must not start MPI before it
/// looks at its arguments.
void use_reader(const std::string& program);
/// Throws DataError when reading the file would end the process, as libhdf5 does on some damaged
/// files: another process reads it first. A file that cannot be opened is not complained about
/// here. Remembers the last file.
void check_readable(const std::string& path);
/// Opens and reads what Arcuate may read of a file; of datasets beyond 64 MiB the index and the
/// ends. Returns 0 if at all.
int read_everything(const std::string& path);
/// The same, within one minute and 8 GiB.
int read_with_limits(const std::string& path);

/// "1.10.8".
std::string library_version();

/// Starts HDF5 so that it closes nothing by itself when the program ends: closing a file that a
/// full disk cut short once more crashes. Call it before MPI starts.
void start_library();

}  // namespace arcuate::io::hdf5

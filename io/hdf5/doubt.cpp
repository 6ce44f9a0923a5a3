#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <optional>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"

// What a file claims is compared with what it can hold before anything is allocated or read.
namespace arcuate::io::hdf5 {
namespace {

constexpr double free_bytes = 16.0 * 1024.0 * 1024.0;  // may be claimed by any file
constexpr double best_deflate = 1100.0;                // bytes that one byte can stand for
double bytes_of_file(hid_t object) {
  const Handle file(H5Iget_file_id(object), H5Fclose);
  hsize_t bytes = 0;
  if (file.id() < 0 || H5Fget_filesize(file.id(), &bytes) < 0) return 0.0;
  return static_cast<double>(bytes);
}

double elements_of(hid_t space) {
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0 || H5Sget_simple_extent_type(space) == H5S_NULL) return 0.0;
  std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, shape.data(), nullptr);
  double count = 1.0;
  for (const hsize_t extent : shape)
    count *= static_cast<double>(extent);
  return count;
}

Handle half_precision() {
  Handle type(H5Tcopy(H5T_IEEE_F32LE), H5Tclose);
  H5Tset_fields(type.id(), 15, 10, 5, 0, 10);
  H5Tset_precision(type.id(), 16);
  H5Tset_ebias(type.id(), 15);
  H5Tset_size(type.id(), 2);
  return type;
}

/// Integers of 1 to 8 bytes and IEEE floats: the fields of others (offset, precision, exponent) are
/// not checked by libhdf5.
bool is_usual_number(hid_t type) {
  const Handle half = half_precision();
  const std::array<hid_t, 19> usual{H5T_STD_I8LE,   H5T_STD_I8BE,   H5T_STD_I16LE, H5T_STD_I16BE,
                                    H5T_STD_I32LE,  H5T_STD_I32BE,  H5T_STD_I64LE, H5T_STD_I64BE,
                                    H5T_STD_U8LE,   H5T_STD_U16LE,  H5T_STD_U16BE, H5T_STD_U32LE,
                                    H5T_STD_U32BE,  H5T_STD_U64LE,  H5T_STD_U64BE, H5T_IEEE_F32LE,
                                    H5T_IEEE_F32BE, H5T_IEEE_F64LE, H5T_IEEE_F64BE};
  return H5Tequal(type, half.id()) > 0 || std::any_of(usual.begin(), usual.end(), [&](hid_t one) {
           return H5Tequal(type, one) > 0;
         });
}

std::string doubt_type(hid_t type, Kind kind) {
  const H5T_class_t found = H5Tget_class(type);
  if (kind == Kind::texts) return found == H5T_STRING ? "" : "expected texts";
  // h5py stores true and false as an enumeration.
  const Handle base(found == H5T_ENUM ? H5Tget_super(type) : H5Tcopy(type), H5Tclose);
  const H5T_class_t stored = H5Tget_class(base.id());
  if (stored != H5T_INTEGER && stored != H5T_FLOAT) return "expected numbers";
  return is_usual_number(base.id()) ? ""
                                    : "expected integers of 1 to 8 bytes or floats of 2, 4 or 8";
}

std::string doubt_size(hid_t object, hid_t type, hid_t space) {
  const double count = elements_of(space);
  const double bytes = count * static_cast<double>(std::max<std::size_t>(8, H5Tget_size(type)));
  if (bytes <= free_bytes || bytes <= best_deflate * bytes_of_file(object)) return "";
  return fmt::format("claims {:.0f} elements, more than the file can hold", count);
}

/// What lies in the header itself is copied without a look at its size.
bool compact_fits(hid_t dataset) {
  const Handle type(H5Dget_type(dataset), H5Tclose);
  const Handle space(H5Dget_space(dataset), H5Sclose);
  return elements_of(space.id()) * static_cast<double>(H5Tget_size(type.id())) <=
         static_cast<double>(H5Dget_storage_size(dataset));
}

/// The name of a filter without which the data cannot be read, "" when all are there. h5py and
/// MATLAB's own plug-ins write some that libhdf5 does not bring.
std::string missing_filter(hid_t creation) {
  for (int k = 0; k < H5Pget_nfilters(creation); ++k) {
    unsigned flags = 0;
    std::size_t values = 0;
    unsigned config = 0;
    std::array<char, 64> name{};
    const H5Z_filter_t filter = H5Pget_filter2(creation, static_cast<unsigned>(k), &flags, &values,
                                               nullptr, name.size() - 1, name.data(), &config);
    if (filter < 0 || H5Zfilter_avail(filter) > 0) continue;
    return name[0] != '\0' ? name.data() : fmt::format("number {}", filter);
  }
  return "";
}

/// Data that lie in other files could be anything, a device too.
std::string doubt_place(hid_t dataset) {
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  if (creation.id() < 0) return "is damaged";
  const H5D_layout_t layout = H5Pget_layout(creation.id());
  const bool elsewhere = layout == H5D_VIRTUAL || H5Pget_external_count(creation.id()) > 0;
  if (elsewhere) return "its data lie in another file, which is not read";
  const Handle type(H5Dget_type(dataset), H5Tclose);
  const bool filtered = H5Pget_nfilters(creation.id()) > 0;
  if (H5Tis_variable_str(type.id()) > 0 && filtered) {
    return "texts of variable length are not read when they are compressed";
  }
  const std::string missing = missing_filter(creation.id());
  if (!missing.empty()) {
    return fmt::format(
        "is compressed by the filter {}, which this HDF5 does not have: write it with gzip",
        missing);
  }
  return layout == H5D_COMPACT && !compact_fits(dataset) ? "claims more elements than it holds"
                                                         : "";
}

/// The type in memory of a text; a file's own type is not trusted with sizes in memory.
Handle type_in_memory(hid_t stored) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  if (H5Tis_variable_str(stored) > 0) {
    H5Tset_size(type.id(), H5T_VARIABLE);
  } else {
    H5Tset_size(type.id(), H5Tget_size(stored));
    H5Tset_strpad(type.id(), H5Tget_strpad(stored));
  }
  H5Tset_cset(type.id(), H5Tget_cset(stored));
  return type;
}

/// `read` fills a buffer of `count` texts of the type that it is given.
template <class Read>
std::optional<std::vector<std::string>> texts_of(hid_t stored, std::size_t count,
                                                 const Read& read) {
  const Handle type = type_in_memory(stored);
  std::vector<std::string> texts;
  if (H5Tis_variable_str(stored) > 0) {
    std::vector<char*> items(count, nullptr);
    const bool whole = count == 0 || read(type.id(), items.data()) >= 0;
    for (char* item : items) {
      texts.emplace_back(item == nullptr ? "" : item);
      H5free_memory(item);
    }
    return whole ? std::optional(std::move(texts)) : std::nullopt;
  }
  const std::size_t width = H5Tget_size(stored);
  std::string bytes(count * width, '\0');
  if (count > 0 && read(type.id(), bytes.data()) < 0) return std::nullopt;
  for (std::size_t k = 0; k < count; ++k) {
    const std::string item = bytes.substr(k * width, width);
    texts.push_back(item.substr(0, item.find('\0')));
  }
  return texts;
}

}  // namespace

std::string doubt(hid_t dataset, Kind kind) {
  const Handle type(H5Dget_type(dataset), H5Tclose);
  const Handle space(H5Dget_space(dataset), H5Sclose);
  if (type.id() < 0 || space.id() < 0) return "is damaged";
  std::string reason = doubt_type(type.id(), kind);
  if (reason.empty()) reason = doubt_place(dataset);
  if (reason.empty()) reason = doubt_size(dataset, type.id(), space.id());
  return reason;
}

std::string doubt_attribute(hid_t attribute, Kind kind) {
  const Handle type(H5Aget_type(attribute), H5Tclose);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  if (type.id() < 0 || space.id() < 0) return "is damaged";
  std::string reason = doubt_type(type.id(), kind);
  if (reason.empty() && elements_of(space.id()) != 1.0) {
    reason = kind == Kind::texts ? "is not one text" : "is not one number";
  }
  if (reason.empty()) reason = doubt_size(attribute, type.id(), space.id());
  return reason;
}

std::optional<std::vector<std::string>> read_texts_of(hid_t dataset) {
  const Handle stored(H5Dget_type(dataset), H5Tclose);
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const auto count = static_cast<std::size_t>(elements_of(space.id()));
  return texts_of(stored.id(), count, [&](hid_t type, void* to) {
    return H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, to);
  });
}

std::optional<std::string> read_text_of(hid_t attribute) {
  const Handle stored(H5Aget_type(attribute), H5Tclose);
  auto texts =
      texts_of(stored.id(), 1, [&](hid_t type, void* to) { return H5Aread(attribute, type, to); });
  if (!texts) return std::nullopt;
  return std::move(texts->front());
}

}  // namespace arcuate::io::hdf5

#include "nifti2.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "arcuate/core/error.hpp"
#include "matrix/stream.hpp"

namespace arcuate::io::cifti {
namespace {

constexpr std::int32_t cifti_extension = 32;
constexpr std::int64_t most_xml = std::int64_t{1} << 30;

/// Bytes of a number, 0: not a type that is read.
std::int64_t width_of(std::int16_t datatype) {
  switch (datatype) {
    case 2:
    case 256:
      return 1;
    case 4:
    case 512:
      return 2;
    case 8:
    case 16:
    case 768:
      return 4;
    case 64:
    case 1024:
      return 8;
    default:
      return 0;
  }
}

template <class Number>
void convert(const std::vector<char>& bytes, std::span<double> values) {
  for (std::size_t k = 0; k < values.size(); ++k) {
    Number number;
    std::memcpy(&number, bytes.data() + k * sizeof(Number), sizeof(Number));
    values[k] = static_cast<double>(number);
  }
}

void convert(std::int16_t datatype, const std::vector<char>& bytes, std::span<double> values) {
  switch (datatype) {
    case 2:
      return convert<std::uint8_t>(bytes, values);
    case 256:
      return convert<std::int8_t>(bytes, values);
    case 4:
      return convert<std::int16_t>(bytes, values);
    case 512:
      return convert<std::uint16_t>(bytes, values);
    case 8:
      return convert<std::int32_t>(bytes, values);
    case 16:
      return convert<float>(bytes, values);
    case 768:
      return convert<std::uint32_t>(bytes, values);
    case 64:
      return convert<double>(bytes, values);
    default:
      return convert<std::int64_t>(bytes, values);
  }
}

void check_begin(const std::string& path, const NiftiHeader& header, std::size_t got) {
  constexpr std::int32_t nifti_1 = 348;
  constexpr std::int32_t swapped = 0x1C020000;
  if (got >= 4 && header.sizeof_hdr == nifti_1)
    throw DataError(path + ": is a NIfTI-1 file: expected CIFTI-2, which has a NIfTI-2 header");
  if (got >= 4 && header.sizeof_hdr == swapped)
    throw DataError(path + ": was written on a big-endian machine, which is not read");
  const NiftiHeader good;
  if (got < nifti_header_bytes || header.sizeof_hdr != good.sizeof_hdr ||
      header.magic != good.magic)
    throw DataError(path + ": is not a CIFTI-2 file (a NIfTI-2 header with an XML text)");
}

/// Shape and size against what the file has.
void check_sizes(const std::string& path, NiftiFile& file, std::int64_t bytes) {
  const auto& dim = file.header.dim;
  const auto wrong = [&](const std::string& what) { return DataError(path + ": " + what); };
  const std::int64_t width = width_of(file.header.datatype);
  if (width == 0) throw wrong(fmt::format("numbers of type {} are not read", file.header.datatype));
  const bool six = dim[0] == 6 || (dim[0] == 7 && dim[7] == 1);
  if (!six || !std::all_of(dim.begin() + 1, dim.begin() + 5, [](auto n) { return n == 1; }))
    throw wrong("the dimensions are not those of a CIFTI-2 matrix");
  const std::int64_t begin = file.header.vox_offset;
  const std::int64_t room = begin < 544 || begin > bytes ? -1 : (bytes - begin) / width;
  if (dim[5] < 1 || dim[6] < 1 || room < 0 || dim[5] > room || dim[6] > room / dim[5])
    throw wrong(
        fmt::format("is truncated: {} x {} numbers are not in {} bytes", dim[6], dim[5], bytes));
  file.columns = static_cast<std::size_t>(dim[5]);
  file.rows = static_cast<std::size_t>(dim[6]);
}

std::string read_xml(std::ifstream& in, const NiftiHeader& header) {
  for (std::int64_t at = 544; at + 8 <= header.vox_offset;) {
    std::array<std::int32_t, 2> head{};
    in.seekg(at);
    in.read(reinterpret_cast<char*>(head.data()), sizeof head);
    const std::int64_t size = head[0];
    if (!in || size < 8 || size > header.vox_offset - at || size > most_xml) return "";
    if (head[1] != cifti_extension) {
      at += size;
      continue;
    }
    std::string xml(static_cast<std::size_t>(size - 8), '\0');
    in.read(xml.data(), size - 8);
    return xml.substr(0, xml.find('\0'));
  }
  return "";
}

}  // namespace

NiftiFile read_nifti(const std::string& path) {
  matrix::open_file(path);  // says why it cannot be read
  std::ifstream in(path, std::ios::binary);
  NiftiFile file;
  in.read(reinterpret_cast<char*>(&file.header), nifti_header_bytes);
  check_begin(path, file.header, static_cast<std::size_t>(in.gcount()));
  check_sizes(path, file, static_cast<std::int64_t>(std::filesystem::file_size(path)));
  file.xml = read_xml(in, file.header);
  if (file.xml.empty()) throw DataError(path + ": is a NIfTI-2 file without the XML of CIFTI-2");
  return file;
}

std::vector<double> read_values(const std::string& path, const NiftiFile& file) {
  const std::size_t count = file.rows * file.columns;
  matrix::check_memory(path, "the matrix", 16.0 * static_cast<double>(count));
  std::vector<char> bytes(count * static_cast<std::size_t>(width_of(file.header.datatype)));
  std::ifstream in(path, std::ios::binary);
  in.seekg(file.header.vox_offset);
  if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    throw DataError(path + ": is truncated");
  std::vector<double> values(count);
  convert(file.header.datatype, bytes, values);
  const double slope = file.header.scl_slope;
  if (slope != 0.0 && (slope != 1.0 || file.header.scl_inter != 0.0)) {
    for (double& value : values)
      value = slope * value + file.header.scl_inter;
  }
  return values;
}

std::string nifti_begin(NiftiHeader& header, const std::string& xml) {
  const std::size_t size = (8 + xml.size() + 15) / 16 * 16;  // the format asks for sixteens
  header.vox_offset = static_cast<std::int64_t>(544 + size);
  std::string bytes(reinterpret_cast<const char*>(&header), nifti_header_bytes);
  bytes.append("\1\0\0\0", 4);
  const std::array<std::int32_t, 2> head{static_cast<std::int32_t>(size), cifti_extension};
  bytes.append(reinterpret_cast<const char*>(head.data()), sizeof head);
  bytes += xml;
  bytes.resize(544 + size, '\0');
  return bytes;
}

}  // namespace arcuate::io::cifti

#include "headers.hpp"

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include "arcuate/io/hdf5.hpp"

// HDF5 File Format Specification 3.0, IV.A.1 (object headers), IV.A.2.d, IV.A.2.m (dataspace and
// attribute messages).
namespace arcuate::io::hdf5 {
namespace {

constexpr std::uint64_t attribute_type = 0x0C;
constexpr std::uint64_t variable_length = 9;  // class of a datatype
constexpr std::uint64_t datatype_type = 0x03;
constexpr std::uint64_t layout_type = 0x08;
constexpr std::uint64_t continuation_type = 0x10;
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 24;  // of one block of messages
constexpr std::size_t most_blocks = 10000;

/// Little-endian numbers of a run of bytes.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  /// Zero beyond the end.
  [[nodiscard]] std::uint64_t at(std::size_t offset, std::size_t width) const {
    std::uint64_t value = 0;
    if (offset + width > bytes_.size()) return value;
    std::memcpy(&value, bytes_.data() + offset, width);
    return value;
  }
  [[nodiscard]] Bytes part(std::size_t offset, std::size_t count) const {
    return Bytes(offset > bytes_.size() ? std::string_view() : bytes_.substr(offset, count));
  }
  [[nodiscard]] bool begins(std::string_view with) const {
    return bytes_.substr(0, with.size()) == with;
  }

 private:
  std::string_view bytes_;
};

/// Elements of a dataspace message, as a double because hostile ones overflow.
double elements(const Bytes& space) {
  const bool second = space.at(0, 1) == 2;
  if (second && space.at(3, 1) == 2) return 0.0;  // null
  double count = 1.0;
  for (std::size_t d = 0; d < space.at(1, 1); ++d)
    count *= static_cast<double>(space.at((second ? 4 : 8) + 8 * d, 8));
  return count;
}

/// A file that is read at any place.
class RawFile {
 public:
  explicit RawFile(const std::string& path) : file_(path, std::ios::binary) {}

  /// Up to `bytes` bytes; fewer where the file ends, none of absurdly many.
  std::string read(std::uint64_t address, std::uint64_t bytes) {
    if (bytes > most_bytes || address > (std::uint64_t{1} << 62)) return "";
    std::string text(static_cast<std::size_t>(bytes), '\0');
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(address));
    file_.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file_.gcount()));
    return text;
  }

 private:
  std::ifstream file_;
};

/// Whether the objects of a collection of the global heap lie in it, and number `index` has `bytes`
/// bytes.
bool object_fits(const Bytes& heap, std::uint64_t index, double bytes) {
  bool found = false;
  for (std::size_t at = 16; at + 16 <= heap.size();) {
    const std::uint64_t number = heap.at(at, 2);
    const std::uint64_t size = heap.at(at + 8, 8);
    const std::uint64_t left = heap.size() - at;
    if (number == 0) {  // free space, with its head
      if (size < 16 || size > left) return false;
      at += static_cast<std::size_t>(size);
      continue;
    }
    if (size > left - 16 || (size + 7) / 8 * 8 > left - 16) return false;
    if (number == index && static_cast<double>(size) != bytes) return false;
    found = found || number == index;
    at += static_cast<std::size_t>(16 + (size + 7) / 8 * 8);
  }
  return found;
}

/// What descriptors of sequences of variable length (length, address of a collection, index) point
/// to.
bool sequences_fit(RawFile& file, const Bytes& descriptors, std::uint64_t width) {
  std::uint64_t known = 0;
  std::string heap;
  for (std::size_t at = 0; at + 16 <= descriptors.size(); at += 16) {
    const std::uint64_t address = descriptors.at(at + 4, 8);
    if (address == 0 || descriptors.at(at, 4) == 0) continue;  // nothing
    if (address != known) {
      const std::string head = file.read(address, 16);
      if (!Bytes(head).begins("GCOL")) continue;  // which libhdf5 refuses
      if (Bytes(head).at(8, 8) > most_bytes) return false;
      heap = file.read(address, Bytes(head).at(8, 8));
      known = address;
    }
    const double bytes = static_cast<double>(descriptors.at(at, 4)) * static_cast<double>(width);
    if (!object_fits(Bytes(heap), descriptors.at(at + 12, 4), bytes)) return false;
  }
  return true;
}

bool attribute_fits(RawFile& file, const Bytes& message) {
  const std::uint64_t version = message.at(0, 1);
  const std::uint64_t flags = version == 1 ? 0 : message.at(1, 1);
  const auto padded = [&](std::uint64_t n) {
    return static_cast<std::size_t>(version == 1 ? (n + 7) / 8 * 8 : n);
  };
  const std::size_t name = version == 3 ? 9 : 8;
  const std::size_t type = name + padded(message.at(2, 2));
  const std::size_t space = type + padded(message.at(4, 2));
  const std::size_t data = space + padded(message.at(6, 2));
  if (message.size() < name || data > message.size()) return false;
  if (message.at(6, 2) < 4 || message.at(4, 2) < 8) return flags != 0;  // shared: elsewhere
  if (flags != 0) return true;
  const double bytes =
      elements(message.part(space, data - space)) * static_cast<double>(message.at(type + 4, 4));
  if (static_cast<double>(data) + bytes > static_cast<double>(message.size())) return false;
  if ((message.at(type, 1) & 0x0F) != variable_length) return true;
  const Bytes descriptors = message.part(data, static_cast<std::size_t>(bytes));
  return sequences_fit(file, descriptors, message.at(type + 12, 4));
}

/// Bytes of an element of a chunk, as a layout message says; 0 for other layouts.
std::uint64_t element_of_chunk(const Bytes& layout) {
  if (layout.at(1, 1) != 2) return 0;
  const std::uint64_t version = layout.at(0, 1);
  const auto dimensions = static_cast<std::size_t>(layout.at(version == 4 ? 3 : 2, 1));
  if (dimensions == 0 || (version != 3 && version != 4)) return 0;
  const std::size_t width = version == 4 ? static_cast<std::size_t>(layout.at(4, 1)) : 4;
  return width > 8 ? 0 : layout.at((version == 4 ? 5 : 11) + width * (dimensions - 1), width);
}

/// The blocks of messages of one object header, one after the other.
class Header {
 public:
  explicit Header(const std::string& path) : file_(path) {}

  bool fits(std::uint64_t address) {
    const std::string start = file_.read(address, 64);
    const Bytes bytes(start);
    if (bytes.begins("OHDR")) {
      const std::uint64_t flags = bytes.at(5, 1);
      ordered_ = (flags & 4) != 0;
      compact_ = true;
      const std::size_t sized =
          6 + ((flags & 0x20) != 0 ? 16U : 0U) + ((flags & 0x10) != 0 ? 4U : 0U);
      const std::size_t width = std::size_t{1} << (flags & 3);
      blocks_.push_back({address + sized + width, bytes.at(sized, width)});
    } else if (bytes.at(0, 1) == 1) {
      blocks_.push_back({address + 16, bytes.at(8, 4)});
    }
    for (std::size_t k = 0; k < blocks_.size() && k < most_blocks; ++k) {
      if (!block_fits(file_.read(blocks_[k].address, blocks_[k].bytes))) return false;
    }
    // The size of a chunk in memory is that of the layout, what is copied from it that of the type.
    return type_bytes_ == 0 || chunk_element_ == 0 || type_bytes_ == chunk_element_;
  }

 private:
  struct Block {
    std::uint64_t address;
    std::uint64_t bytes;
  };

  bool block_fits(const std::string& text) {
    const Bytes all(text);
    const std::size_t head = compact_ ? (ordered_ ? 6 : 4) : 8;
    for (std::size_t at = all.begins("OCHK") ? 4 : 0; at + head <= all.size();) {
      const std::uint64_t type = all.at(at, compact_ ? 1 : 2);
      const auto size = static_cast<std::size_t>(all.at(at + (compact_ ? 1 : 2), 2));
      const std::uint64_t flags = all.at(at + (compact_ ? 3 : 4), 1);
      const Bytes message = all.part(at + head, size);
      if (type == continuation_type) blocks_.push_back({message.at(0, 8), message.at(8, 8)});
      const bool shared = (flags & 2) != 0;
      if (type == datatype_type && !shared) type_bytes_ = message.at(4, 4);
      if (type == layout_type && !shared) chunk_element_ = element_of_chunk(message);
      if (type == attribute_type && !shared && !attribute_fits(file_, message)) return false;
      at += head + size;
    }
    return true;
  }

  RawFile file_;
  bool compact_ = false;  ///< version 2: short heads
  bool ordered_ = false;  ///< the heads hold an order of creation
  std::uint64_t type_bytes_ = 0;
  std::uint64_t chunk_element_ = 0;
  std::vector<Block> blocks_;
};

}  // namespace

bool is_hdf5(const std::string& path) {
  constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
  std::array<char, signature.size()> begin{};
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return false;  // a pipe would wait for ever
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), begin.size());
  return file && std::string_view(begin.data(), begin.size()) == signature;
}

bool header_fits(const std::string& path, std::uint64_t address) {
  return Header(path).fits(address);
}

bool texts_fit(const std::string& path, std::uint64_t address, std::uint64_t count) {
  RawFile file(path);
  const std::string descriptors = file.read(address, 16 * count);
  return sequences_fit(file, Bytes(descriptors), 1);
}

}  // namespace arcuate::io::hdf5

#include "mat_structure.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "arcuate/core/error.hpp"

namespace arcuate::io::matrix {
namespace {

constexpr std::uint32_t mi_int32 = 5;
constexpr std::uint32_t mi_uint32 = 6;
constexpr std::uint32_t mi_matrix = 14;
constexpr std::uint32_t mi_compressed = 15;
constexpr std::uint32_t mi_utf8 = 16;
constexpr std::uint32_t class_cell = 1;
constexpr std::uint32_t class_struct = 2;
constexpr std::uint32_t class_object = 3;
constexpr std::uint32_t class_char = 4;
constexpr std::uint32_t class_sparse = 5;
constexpr std::uint32_t class_function = 16;
constexpr std::uint32_t class_opaque = 17;
constexpr std::uint32_t flag_complex = 0x0800;
constexpr int most_nested = 32;
constexpr std::uint64_t most_dimensions = 32;
constexpr std::uint64_t most_in_memory = std::uint64_t{1} << 20;  // names, dimensions, characters

/// Bytes of one number of each type of data element; 0 where there are none.
std::uint64_t width_of(std::uint32_t type) {
  constexpr std::array<std::uint8_t, 19> widths{0, 1, 1, 2, 2, 4, 4, 4, 0, 8,
                                                0, 0, 8, 8, 0, 0, 1, 2, 4};
  return type < widths.size() ? widths[type] : 0;
}

/// What one compressed element unpacks to.
class Inflated : public Source {
 public:
  Inflated(Source& packed, std::uint64_t bytes)
      : Source(packed.name()), packed_(packed), left_(bytes), bytes_(bytes) {
    if (inflateInit(&stream_) != Z_OK) {
      throw EnvironmentError(fmt::format("{}: inflateInit failed", name()));
    }
  }
  ~Inflated() override { inflateEnd(&stream_); }

  std::size_t read(char* out, std::size_t count) override {
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(std::min(count, buffer_.size()));
    const uInt wanted = stream_.avail_out;
    while (stream_.avail_out == wanted && !ended_)
      step();
    const std::size_t got = wanted - stream_.avail_out;
    unpacked_ += got;
    check_unpacked(name(), static_cast<double>(unpacked_), static_cast<double>(bytes_));
    return got;
  }

  /// matio looks at the first bytes of every compressed element whatever follows.
  void skip_rest() {
    while (left_ > 0)
      fill();
  }

 private:
  void fill() {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, buffer_.size()));
    packed_.read_exactly(buffer_.data(), count, "the file");
    left_ -= count;
    stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
    stream_.avail_in = static_cast<uInt>(count);
  }

  void step() {
    if (stream_.avail_in == 0) {
      if (left_ == 0) {
        throw DataError(fmt::format("{}: a compressed variable is truncated", name()));
      }
      fill();
    }
    const int result = inflate(&stream_, Z_NO_FLUSH);
    if (result == Z_STREAM_END) ended_ = true;
    if (result != Z_OK && result != Z_STREAM_END) {
      throw DataError(
          fmt::format("{}: a compressed variable is damaged (code {})", name(), result));
    }
  }

  Source& packed_;
  std::uint64_t left_;
  std::uint64_t bytes_;
  std::uint64_t unpacked_ = 0;
  std::array<char, std::size_t{1} << 14> buffer_{};
  z_stream stream_{};
  bool ended_ = false;
};

struct Tag {
  std::uint32_t type = 0;
  std::uint64_t bytes = 0;
  bool small = false;  ///< the data lie in the tag itself
  std::array<char, 4> data{};
};

/// Walks over the elements of a stream and compares what they claim with what is there.
class Walker {
 public:
  Walker(Source& source, bool swapped) : source_(source), swapped_(swapped) {}

  /// The elements one after the other, up to the end of the file.
  void file(std::uint64_t size) {
    for (std::uint64_t at = 0; at < size;) {
      const Tag tag = next(size - at);
      at += 8 + (tag.small ? 0 : tag.bytes);
      if (tag.type == mi_compressed && !tag.small) {
        compressed(tag.bytes);
      } else if (tag.type == mi_matrix && !tag.small) {
        matrix(tag.bytes, 0);
      } else {
        fail(fmt::format("an element of type {} where a variable is expected", tag.type));
      }
    }
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(fmt::format("{}: the MATLAB file is damaged: {}{}", source_.name(), what,
                                variable_.empty() ? "" : " (in variable " + variable_ + ")"));
  }

  [[nodiscard]] std::uint32_t number(const char* bytes) const {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes, sizeof value);
    return swapped_ ? __builtin_bswap32(value) : value;
  }

  void compressed(std::uint64_t bytes) {
    Inflated inside(source_, bytes);
    Walker walker(inside, swapped_);
    const Tag tag = walker.next(std::numeric_limits<std::uint32_t>::max());
    if (tag.type != mi_matrix || tag.small) walker.fail("a compressed element is no variable");
    walker.matrix(tag.bytes, 0);
    inside.skip_rest();
  }

  /// A tag, of an element that has to lie within `left` bytes.
  Tag next(std::uint64_t left) {
    std::array<char, 8> bytes{};
    if (left < bytes.size()) fail("an element is cut");
    source_.read_exactly(bytes.data(), bytes.size(), "the file");
    const std::uint32_t first = number(bytes.data());
    Tag tag;
    tag.small = (first >> 16) != 0;
    tag.type = tag.small ? first & 0xFFFF : first;
    tag.bytes = tag.small ? first >> 16 : number(bytes.data() + 4);
    std::copy(bytes.begin() + 4, bytes.end(), tag.data.begin());
    if (tag.small ? tag.bytes > 4 : tag.bytes > left - 8) {
      fail(fmt::format("an element claims {} bytes, {} are left", tag.bytes,
                       tag.small ? 4 : left - 8));
    }
    return tag;
  }

  void skip(std::uint64_t bytes) {
    std::array<char, std::size_t{1} << 14> into{};
    while (bytes > 0) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, into.size()));
      source_.read_exactly(into.data(), count, "the file");
      bytes -= count;
    }
  }

  /// The tag of the next part of a matrix whose `left` bytes shrink by the whole part.
  Tag part(std::uint64_t& left) {
    const Tag tag = next(left);
    const std::uint64_t padded = tag.small ? 8 : 8 + (tag.bytes + 7) / 8 * 8;
    if (padded > left) fail("the padding of an element is cut");
    left -= padded;
    return tag;
  }

  std::string bytes_of(const Tag& tag) {
    if (tag.small) return {tag.data.data(), static_cast<std::size_t>(tag.bytes)};
    if (tag.bytes > most_in_memory) fail(fmt::format("a header of {} bytes", tag.bytes));
    std::string bytes(static_cast<std::size_t>(tag.bytes), '\0');
    source_.read_exactly(bytes.data(), bytes.size(), "the file");
    skip((8 - tag.bytes % 8) % 8);
    return bytes;
  }

  void skip_data(const Tag& tag) {
    if (!tag.small) skip((tag.bytes + 7) / 8 * 8);
  }

  /// One array with its parts; `left` bytes belong to it.
  void matrix(std::uint64_t left, int depth) {
    if (depth > most_nested) fail(fmt::format("more than {} levels of nesting", most_nested));
    if (left == 0) return;  // an empty cell
    const Tag flags = part(left);
    if (flags.type != mi_uint32 || flags.bytes != 8 || flags.small) fail("no array flags");
    const std::uint32_t word = number(bytes_of(flags).data());
    const std::uint32_t kind = word & 0xFF;
    if (kind == class_opaque)
      return skip(left);  // text objects, tables: matio does not look inside
    if (kind < class_cell || kind > class_function)
      fail(fmt::format("class {} is not known", kind));
    const std::uint64_t elements = dimensions(left);
    const Tag name = part(left);
    if (name.type != 1) fail("no name");
    const std::string text = bytes_of(name);
    if (depth == 0) variable_ = text.substr(0, text.find('\0')).substr(0, 64);
    if (kind == class_object) return skip(left);
    if (kind == class_cell || kind == class_function) {
      cells(elements, left, depth);
    } else if (kind == class_struct) {
      structure(elements, left, depth);
    } else {
      const bool twice = (word & flag_complex) != 0;
      if (kind == class_sparse)
        sparse(left);
      else
        numbers(kind, elements, left);
      if (twice) numbers(kind, kind == class_sparse ? entries_ : elements, left);
    }
    skip(left);
  }

  /// The number of elements, product of the dimensions.
  std::uint64_t dimensions(std::uint64_t& left) {
    const Tag tag = part(left);
    if (tag.type != mi_int32 || tag.bytes < 8 || tag.bytes % 4 != 0 || tag.small ||
        tag.bytes / 4 > most_dimensions) {
      fail("no dimensions");
    }
    const std::string bytes = bytes_of(tag);
    std::uint64_t product = 1;
    columns_ = number(bytes.data() + 4);
    for (std::size_t d = 0; d < bytes.size() / 4; ++d) {
      const std::uint32_t extent = number(bytes.data() + 4 * d);
      if (extent > std::uint32_t{0x7FFFFFFF}) fail("a negative dimension");
      if (extent != 0 && product > (std::uint64_t{1} << 40) / extent) {
        fail("more elements than a file can hold");
      }
      product *= extent;
    }
    return product;
  }

  /// Numbers or characters: as many as the dimensions say.
  void numbers(std::uint32_t kind, std::uint64_t elements, std::uint64_t& left) {
    if (left == 0 && elements == 0) return;
    const Tag tag = part(left);
    const std::uint64_t width = width_of(tag.type);
    const bool text = kind == class_char;
    if (width == 0 || (!text && tag.type > 13)) {
      fail(fmt::format("data of type {} in an array of numbers", tag.type));
    }
    // The size of a text counts characters or halves of them, of which each has 1 to 4 bytes.
    const bool fits = tag.type == mi_utf8 ? tag.bytes >= elements && tag.bytes <= 4 * elements
                                          : tag.bytes == elements * width;
    if (!fits) {
      fail(
          fmt::format("{} elements of {} bytes, but {} bytes of data", elements, width, tag.bytes));
    }
    skip_data(tag);
  }

  /// Row numbers, column pointers, and (by the caller's class) values: their sizes must fit.
  void sparse(std::uint64_t& left) {
    const std::uint64_t columns = columns_;
    const Tag rows = part(left);
    if (rows.type != mi_int32 && rows.type != mi_uint32) fail("a sparse matrix without rows");
    skip_data(rows);
    const Tag pointers = part(left);
    if ((pointers.type != mi_int32 && pointers.type != mi_uint32) ||
        pointers.bytes != 4 * (columns + 1)) {
      fail("a sparse matrix without one pointer per column");
    }
    skip_data(pointers);
    const Tag values = part(left);
    const std::uint64_t width = width_of(values.type);
    if (width == 0 || values.type > 13 || values.bytes % width != 0) {
      fail("a sparse matrix without values");
    }
    entries_ = values.bytes / width;
    if (entries_ > rows.bytes / 4) fail("a sparse matrix with more values than rows");
    skip_data(values);
  }

  void cells(std::uint64_t count, std::uint64_t& left, int depth) {
    for (std::uint64_t k = 0; k < count; ++k) {
      const Tag tag = part(left);
      if (tag.type != mi_matrix || tag.small || tag.bytes % 8 != 0) {
        fail(fmt::format("cell {} is no array", k + 1));
      }
      matrix(tag.bytes, depth + 1);
    }
  }

  /// Names of fields, all of one length, then the fields of every element.
  void structure(std::uint64_t elements, std::uint64_t& left, int depth) {
    const Tag length = part(left);
    if (length.type != mi_int32 || length.bytes != 4) fail("a struct without field names");
    const std::uint64_t width = number(bytes_of(length).data());
    const Tag names = part(left);
    if (width == 0 || names.type != 1 || names.bytes % width != 0) {
      if (!(names.type == 1 && names.bytes == 0)) fail("a struct with damaged field names");
    }
    const std::string text = bytes_of(names);
    const std::uint64_t fields = width == 0 ? 0 : names.bytes / width;
    for (std::uint64_t f = 0; f < fields; ++f) {
      if (text.find('\0', f * width) >= (f + 1) * width) fail("a field name without an end");
    }
    cells(elements * fields, left, depth);
  }

  Source& source_;
  bool swapped_;
  std::string variable_;
  std::uint64_t columns_ = 0;
  std::uint64_t entries_ = 0;
};

}  // namespace

void check_mat_structure(Source& source, std::uint64_t size) {
  std::array<char, 128> header{};
  source.read_exactly(header.data(), header.size(), "the MATLAB header");
  const std::string_view order(header.data() + 126, 2);
  const bool swapped = order == "MI";
  const int version = swapped ? header[124] : header[125];
  if ((order != "IM" && order != "MI") || version != 1) {
    throw DataError(
        fmt::format("{}: is not a MATLAB file of version 5: save it with -v7", source.name()));
  }
  Walker(source, swapped).file(size - header.size());
}

}  // namespace arcuate::io::matrix

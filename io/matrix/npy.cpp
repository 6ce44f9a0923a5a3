#include "npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "arcuate/core/error.hpp"

namespace arcuate::io::matrix {
namespace {

static_assert(std::endian::native == std::endian::little, "files are written little endian");

/// The text of a key of the header's dictionary, from behind the colon.
std::string after_key(const std::string& name, const std::string& header, const char* key) {
  std::size_t at = header.find(fmt::format("'{}'", key));
  if (at == std::string::npos) at = header.find(fmt::format("\"{}\"", key));
  const std::size_t colon = at == std::string::npos ? at : header.find(':', at);
  if (colon == std::string::npos) {
    throw DataError(
        fmt::format("{}: the npy header has no '{}': '{}'", name, key, excerpt(header)));
  }
  const std::size_t first = header.find_first_not_of(' ', colon + 1);
  return first == std::string::npos ? std::string() : header.substr(first);
}

template <typename In>
double load(const char* bytes) {
  In value;
  std::memcpy(&value, bytes, sizeof value);
  return static_cast<double>(value);
}

/// IEEE half precision.
double load_half(const char* bytes) {
  std::uint16_t bits = 0;
  std::memcpy(&bits, bytes, sizeof bits);
  const int exponent = (bits >> 10) & 31;
  const int fraction = bits & 1023;
  double value = exponent == 0    ? std::ldexp(fraction, -24)
                 : exponent == 31 ? (fraction == 0 ? HUGE_VAL : std::nan(""))
                                  : std::ldexp(1024 + fraction, exponent - 25);
  return (bits & 0x8000) != 0 ? -value : value;
}

using Loader = double (*)(const char*);

Loader loader_of(char kind, std::size_t width) {
  if (kind == 'b' && width == 1) return load<std::uint8_t>;
  if (kind == 'f')
    return width == 8 ? load<double> : width == 4 ? load<float> : width == 2 ? load_half : nullptr;
  if (kind == 'i') {
    return width == 8   ? load<std::int64_t>
           : width == 4 ? load<std::int32_t>
           : width == 2 ? load<std::int16_t>
           : width == 1 ? load<std::int8_t>
                        : nullptr;
  }
  if (kind != 'u') return nullptr;
  return width == 8   ? load<std::uint64_t>
         : width == 4 ? load<std::uint32_t>
         : width == 2 ? load<std::uint16_t>
         : width == 1 ? load<std::uint8_t>
                      : nullptr;
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | (code >> 6));
  } else {
    if (code < 0x10000) {
      put(0xE0 | (code >> 12));
    } else {
      put(0xF0 | ((code >> 18) & 7));
      put(0x80 | ((code >> 12) & 63));
    }
    put(0x80 | ((code >> 6) & 63));
  }
  put(0x80 | (code & 63));
}

}  // namespace

NpyReader::NpyReader(Source& source) : source_(source) {
  char magic[8];
  source.read_exactly(magic, sizeof magic, "the npy header");
  if (std::memcmp(magic, "\x93NUMPY", 6) != 0) {
    throw DataError(fmt::format("{}: is not an npy array (wrong first bytes)", source.name()));
  }
  const int version = magic[6];
  if (version < 1 || version > 3) {
    throw DataError(
        fmt::format("{}: npy version {} is not known: expected 1, 2 or 3", source.name(), version));
  }
  unsigned char size[4] = {0, 0, 0, 0};
  source.read_exactly(reinterpret_cast<char*>(size), version == 1 ? 2 : 4, "the npy header");
  const std::size_t length = size[0] + (std::size_t{size[1]} << 8) + (std::size_t{size[2]} << 16) +
                             (std::size_t{size[3]} << 24);
  if (length > (std::size_t{1} << 20)) {
    throw DataError(fmt::format("{}: the npy header claims {} bytes: at most 1 MiB is allowed",
                                source.name(), length));
  }
  std::string header(length, ' ');
  source.read_exactly(header.data(), length, "the npy header");
  parse_header(header);
}

void NpyReader::parse_header(const std::string& header) {
  const std::string type = after_key(source_.name(), header, "descr");
  const std::size_t quote = type.empty() ? std::string::npos : type.find(type.front(), 1);
  if (type.empty() || (type.front() != '\'' && type.front() != '"') || quote == std::string::npos) {
    throw DataError(fmt::format("{}: structured npy arrays are not read: expected plain numbers",
                                source_.name()));
  }
  parse_type(type.substr(1, quote - 1));
  const std::string order = after_key(source_.name(), header, "fortran_order");
  fortran_ = order.rfind("True", 0) == 0;
  if (!fortran_ && order.rfind("False", 0) != 0) {
    throw DataError(fmt::format("{}: fortran_order in the npy header is neither True nor False",
                                source_.name()));
  }
  parse_shape(after_key(source_.name(), header, "shape"));
}

void NpyReader::parse_type(const std::string& type) {
  const auto unsupported = [&](const char* why) {
    throw DataError(
        fmt::format("{}: NumPy type '{}' is not read{}: expected float (f2 f4 f8), integer "
                    "(i1 to i8, u1 to u8) or bool",
                    source_.name(), excerpt(type), why));
  };
  if (type.size() < 2) unsupported("");
  const bool has_order = std::string_view("<>|=").find(type.front()) != std::string_view::npos;
  swapped_ = type.front() == '>';
  kind_ = type[has_order ? 1 : 0];
  if (kind_ == 'O') unsupported(" (pickled objects)");
  if (kind_ == 'c') unsupported(" (complex numbers)");
  const char* digits = type.data() + (has_order ? 2 : 1);
  const auto parsed = std::from_chars(digits, type.data() + type.size(), width_);
  if (parsed.ec != std::errc{} || parsed.ptr != type.data() + type.size()) unsupported("");
  if (is_text()) {
    if (width_ > 65536) unsupported(" (texts this long)");
    if (kind_ == 'U') width_ *= 4;
    return;
  }
  if (loader_of(kind_, width_) == nullptr) unsupported("");
}

void NpyReader::parse_shape(const std::string& text) {
  const std::size_t close = text.find(')');
  if (text.empty() || text.front() != '(' || close == std::string::npos) {
    throw DataError(fmt::format("{}: the npy header has no valid shape", source_.name()));
  }
  const char* at = text.data() + 1;
  const char* end = text.data() + close;
  double total = 1.0;
  while (at < end) {
    if (*at == ' ' || *at == ',' || *at == 'L') {
      ++at;
      continue;
    }
    std::int64_t extent = -1;
    const auto parsed = std::from_chars(at, end, extent);
    if (parsed.ec != std::errc{} || extent < 0) {
      throw DataError(fmt::format("{}: the npy shape '{}' is not allowed: expected sizes >= 0",
                                  source_.name(), excerpt(text.substr(0, close + 1))));
    }
    at = parsed.ptr;
    total *= static_cast<double>(extent);
    shape_.push_back(extent);
  }
  if (total > 1e15) {
    throw DataError(fmt::format("{}: the npy header claims {:.3g} values, which is absurd",
                                source_.name(), total));
  }
  for (std::int64_t extent : shape_)
    size_ *= extent;
}

template <typename Out>
void NpyReader::read_into(std::span<Out> values) {
  const Loader loader = loader_of(kind_, width_);
  if (loader == nullptr) {
    throw DataError(fmt::format("{}: contains texts: expected numbers", source_.name()));
  }
  constexpr std::size_t block = 8192;
  std::vector<char> bytes(block * width_);
  for (std::size_t done = 0; done < values.size(); done += block) {
    const std::size_t count = std::min(block, values.size() - done);
    source_.read_exactly(bytes.data(), count * width_, "the npy array");
    for (std::size_t k = 0; k < count; ++k) {
      char* item = bytes.data() + k * width_;
      if (swapped_) std::reverse(item, item + width_);
      const double value = loader(item);
      if constexpr (std::is_same_v<Out, std::int64_t>) {
        if (!(std::abs(value) < 9e15) || value != std::floor(value)) {
          throw DataError(fmt::format("{}: item {}: {} is not a whole number", source_.name(),
                                      done + k + 1, value));
        }
      }
      values[done + k] = static_cast<Out>(value);
    }
  }
}

void NpyReader::read(std::span<double> values) {
  read_into(values);
}
void NpyReader::read(std::span<std::int64_t> values) {
  read_into(values);
}

std::vector<double> NpyReader::numbers() {
  check_memory(source_.name(), "the array", 8.0 * static_cast<double>(size_));
  std::vector<double> values(static_cast<std::size_t>(size_));
  read(values);
  return values;
}

std::vector<std::string> NpyReader::texts() {
  if (!is_text())
    throw DataError(fmt::format("{}: contains numbers: expected texts", source_.name()));
  std::vector<std::string> result;
  std::vector<char> bytes(width_);
  for (std::int64_t k = 0; k < size_; ++k) {
    source_.read_exactly(bytes.data(), width_, "the npy array");
    std::string& text = result.emplace_back();
    const std::size_t unit = kind_ == 'U' ? 4 : 1;
    for (std::size_t c = 0; c < width_; c += unit) {
      if (swapped_) std::reverse(bytes.data() + c, bytes.data() + c + unit);
      std::uint32_t code = static_cast<unsigned char>(bytes[c]);
      if (unit == 4) std::memcpy(&code, bytes.data() + c, 4);
      if (code == 0) break;
      if (unit == 4)
        append_utf8(text, code);
      else
        text += bytes[c];
    }
  }
  return result;
}

Sparse read_npy_matrix(Source& source, Content content, const Sparse* pattern) {
  NpyReader reader(source);
  const auto& shape = reader.shape();
  if (shape.size() != 2 || shape[0] != shape[1] || shape[0] == 0) {
    std::string text;
    for (std::int64_t extent : shape)
      text += fmt::format("{}{}", text.empty() ? "" : ", ", extent);
    throw DataError(fmt::format("{}: the array has shape ({}): expected a square matrix (N, N)",
                                source.name(), text));
  }
  check_memory(source.name(), "one row", 8.0 * static_cast<double>(shape[1]));
  std::vector<double> values(static_cast<std::size_t>(shape[1]));
  RowCollector rows(source.name(), content, reader.fortran() ? nullptr : pattern);
  for (std::int64_t i = 0; i < shape[0]; ++i) {
    reader.read(values);
    rows.add(values);
  }
  return reader.fortran() ? transposed(rows.finish()) : rows.finish();
}

std::string npy_header(const std::string& type, const std::vector<std::int64_t>& shape) {
  std::string extents;
  for (std::int64_t extent : shape)
    extents += fmt::format("{},", extent);
  std::string dictionary =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, extents);
  // The data begin at a multiple of 64 bytes.
  dictionary.append(63 - (dictionary.size() + 10) % 64, ' ');
  dictionary += '\n';
  std::string header("\x93NUMPY\x01\x00", 8);
  header += static_cast<char>(dictionary.size() & 255);
  header += static_cast<char>(dictionary.size() >> 8);
  return header + dictionary;
}

namespace {

/// UTF-8 to NumPy's four bytes per character.
std::u32string wide(const std::string& text) {
  std::u32string result;
  for (std::size_t k = 0; k < text.size();) {
    const auto lead = static_cast<unsigned char>(text[k]);
    const std::size_t more = lead < 0xC0 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t code = more == 0 ? lead : lead & (0x3FU >> more);
    for (std::size_t c = 1; c <= more && k + c < text.size(); ++c) {
      code = (code << 6) | (static_cast<unsigned char>(text[k + c]) & 0x3FU);
    }
    result += code;
    k += more + 1;
  }
  return result;
}

}  // namespace

std::string npy_texts(const std::vector<std::string>& texts) {
  std::vector<std::u32string> items;
  std::size_t width = 1;
  for (const std::string& text : texts)
    width = std::max(width, items.emplace_back(wide(text)).size());
  std::string bytes =
      npy_header(fmt::format("<U{}", width), {static_cast<std::int64_t>(texts.size())});
  for (std::u32string& item : items) {
    item.resize(width, U'\0');
    bytes.append(reinterpret_cast<const char*>(item.data()), width * sizeof(char32_t));
  }
  return bytes;
}

}  // namespace arcuate::io::matrix

#include "gifti.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <pugixml.hpp>
#include <string_view>

#include "arcuate/core/error.hpp"
#include "matrix/stream.hpp"
#include "matrix/text.hpp"

// Read here and not by giftiio: that library prints what it finds wrong, takes arrays of other
// sizes than they say, and brings an XML parser of its own.
namespace arcuate::io::gifti {
namespace {

using Bytes = std::vector<unsigned char>;

[[noreturn]] void fail(const std::string& name, const std::string& message) {
  throw DataError(name + ": " + message);
}

/// -1 for what is no digit of base 64.
int digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

Bytes from_base64(const std::string& name, const char* text) {
  Bytes bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (; *text != 0 && *text != '='; ++text) {
    if (std::strchr(" \t\r\n", *text) != nullptr) continue;
    const int digit = digit_of(*text);
    if (digit < 0) fail(name, "the data are not base64");
    bits = bits << 6U | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<unsigned char>(bits >> static_cast<unsigned>(held)));
  }
  return bytes;
}

/// zlib or gzip, of a known size.
Bytes unpacked(const std::string& name, const Bytes& packed, std::size_t size) {
  constexpr int zlib_or_gzip = 15 + 32;
  Bytes bytes(size);
  z_stream stream{};
  if (inflateInit2(&stream, zlib_or_gzip) != Z_OK) fail(name, "zlib does not start");
  stream.next_in = const_cast<unsigned char*>(packed.data());  // NOLINT: zlib's interface
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = bytes.data();
  stream.avail_out = static_cast<uInt>(size);
  const int ended = inflate(&stream, Z_FINISH);
  const bool whole = ended == Z_STREAM_END && stream.avail_out == 0;
  inflateEnd(&stream);
  if (!whole) fail(name, "the compressed data are damaged, or not as many as the dimensions say");
  return bytes;
}

template <class Number>
void convert(const Bytes& bytes, bool swapped, std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::array<unsigned char, sizeof(Number)> one{};
    std::copy_n(bytes.data() + i * sizeof(Number), sizeof(Number), one.begin());
    if (swapped) std::reverse(one.begin(), one.end());
    Number number;
    std::memcpy(&number, one.data(), sizeof(Number));
    values[i] = static_cast<double>(number);
  }
}

struct Type {
  const char* name;
  std::size_t width;
  void (*convert)(const Bytes&, bool, std::vector<double>&);
};
constexpr std::array types{Type{"NIFTI_TYPE_FLOAT32", 4, convert<float>},
                           Type{"NIFTI_TYPE_INT32", 4, convert<std::int32_t>},
                           Type{"NIFTI_TYPE_UINT8", 1, convert<std::uint8_t>},
                           Type{"NIFTI_TYPE_FLOAT64", 8, convert<double>},
                           Type{"NIFTI_TYPE_UINT32", 4, convert<std::uint32_t>},
                           Type{"NIFTI_TYPE_INT64", 8, convert<std::int64_t>}};

std::size_t dimension(const pugi::xml_node& node, const char* which, const std::string& name) {
  const long long given = node.attribute(which).as_llong(-1);
  if (given < 1 || given > 2147483647)
    fail(name, fmt::format("{}=\"{}\": expected a number of values", which,
                           node.attribute(which).as_string()));
  return static_cast<std::size_t>(given);
}

void read_text(std::string_view text, Array& array) {
  constexpr std::string_view blanks = " \t\r\n";
  std::size_t count = 0;
  for (std::size_t at = text.find_first_not_of(blanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
    const std::string_view cell = text.substr(at, end - at);
    const auto number = matrix::parse_number(cell);
    if (!number) fail(array.name, fmt::format("'{}' is not a number", matrix::excerpt(cell)));
    if (count < array.values.size()) array.values[count] = *number;
    ++count;
    at = text.find_first_not_of(blanks, end);
  }
  if (count != array.values.size())
    fail(array.name,
         fmt::format("has {} values, its dimensions say {}", count, array.values.size()));
}

void read_binary(const pugi::xml_node& node, const std::string& encoding, Array& array) {
  const std::string type = node.attribute("DataType").as_string();
  const auto* const known =
      std::find_if(types.begin(), types.end(), [&](const Type& one) { return type == one.name; });
  if (known == types.end())
    fail(array.name, fmt::format("DataType=\"{}\" is not read", matrix::excerpt(type)));
  Bytes bytes = from_base64(array.name, node.child("Data").text().as_string());
  const std::size_t size = array.values.size() * known->width;
  if (encoding == "GZipBase64Binary") bytes = unpacked(array.name, bytes, size);
  if (bytes.size() != size)
    fail(array.name, fmt::format("has {} bytes, its dimensions say {}", bytes.size(), size));
  const std::string endian = node.attribute("Endian").as_string("LittleEndian");
  known->convert(bytes, endian == "BigEndian", array.values);
}

/// From columns one after another.
void turn(Array& array) {
  std::vector<double> rows(array.values.size());
  for (std::size_t r = 0; r < array.rows; ++r) {
    for (std::size_t c = 0; c < array.columns; ++c)
      rows[r * array.columns + c] = array.values[c * array.rows + r];
  }
  array.values = std::move(rows);
}

Array read_array(const pugi::xml_node& node, const std::string& name) {
  Array array;
  array.name = name;
  array.intent = node.attribute("Intent").as_string();
  const int dimensions = node.attribute("Dimensionality").as_int(1);
  array.rows = dimension(node, "Dim0", name);
  array.columns = dimensions > 1 ? dimension(node, "Dim1", name) : 1;
  if (dimensions > 2) fail(name, "has more than two dimensions");
  matrix::check_memory(name, "the array",
                       8.0 * static_cast<double>(array.rows) * static_cast<double>(array.columns));
  array.values.resize(array.rows * array.columns);
  const std::string encoding = node.attribute("Encoding").as_string();
  if (encoding == "ASCII") {
    read_text(node.child("Data").text().as_string(), array);
  } else if (encoding == "Base64Binary" || encoding == "GZipBase64Binary") {
    read_binary(node, encoding, array);
  } else {
    fail(name, fmt::format("Encoding=\"{}\" is not read (allowed: ASCII, Base64Binary, "
                           "GZipBase64Binary)",
                           matrix::excerpt(encoding)));
  }
  if (std::string(node.attribute("ArrayIndexingOrder").as_string()) == "ColumnMajorOrder")
    turn(array);
  return array;
}

}  // namespace

Document read(const std::string& path) {
  const std::string text = matrix::read_all(*matrix::open_file(path));
  pugi::xml_document xml;
  const pugi::xml_parse_result parsed = xml.load_buffer(text.data(), text.size());
  const pugi::xml_node root = xml.child("GIFTI");
  if (!parsed || root.empty())
    fail(path,
         fmt::format(
             "is not a GIFTI file{}",
             parsed ? "" : fmt::format(": {} at byte {}", parsed.description(), parsed.offset)));
  Document document;
  document.path = path;
  for (const pugi::xml_node& label : root.child("LabelTable").children("Label")) {
    const pugi::xml_attribute key =
        label.attribute("Key").empty() ? label.attribute("Index") : label.attribute("Key");
    const auto number = matrix::parse_number(key.as_string());
    if (!number || !(std::abs(*number) <= 2147483647.0) || *number != std::floor(*number))
      fail(path, fmt::format("label '{}' has the key '{}': expected a whole number",
                             matrix::excerpt(label.text().as_string()),
                             matrix::excerpt(key.as_string())));
    const auto [at, is_new] =
        document.labels.emplace(static_cast<std::int32_t>(*number), label.text().as_string());
    if (!is_new && at->second != label.text().as_string())
      fail(path, fmt::format("labels '{}' and '{}' have the key {}", matrix::excerpt(at->second),
                             matrix::excerpt(label.text().as_string()), *number));
  }
  for (const pugi::xml_node& node : root.children("DataArray"))
    document.arrays.push_back(
        read_array(node, fmt::format("{}: array {}", path, document.arrays.size() + 1)));
  return document;
}

const Array& only(const Document& document, const std::string& intent, const std::string& what) {
  const Array* found = nullptr;
  for (const Array& array : document.arrays) {
    if (array.intent != intent) continue;
    if (found != nullptr)
      fail(document.path, fmt::format("has several arrays of {}: expected one", what));
    found = &array;
  }
  if (found == nullptr) fail(document.path, fmt::format("has no array of {} ({})", what, intent));
  return *found;
}

}  // namespace arcuate::io::gifti

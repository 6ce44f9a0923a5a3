#include "mutate.hpp"

#include <zip.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace arcuate::fuzz {
namespace {

constexpr std::size_t longest = std::size_t{1} << 20;

std::size_t below(std::size_t n, std::mt19937_64& random) {
  return n == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
}

std::string_view word(std::mt19937_64& random) {
  constexpr std::array<std::string_view, 40> words{"nan",
                                                   "inf",
                                                   "-1",
                                                   "1e400",
                                                   "1e-400",
                                                   "0x1p9",
                                                   "99999999999999999999",
                                                   "\n",
                                                   "\r\n",
                                                   ",",
                                                   ";",
                                                   "\t",
                                                   " ",
                                                   "\"",
                                                   "'",
                                                   "#",
                                                   ":",
                                                   "{",
                                                   "}",
                                                   "[",
                                                   "]",
                                                   "- ",
                                                   "&a ",
                                                   "*a",
                                                   "<<: ",
                                                   "null",
                                                   "~",
                                                   "\xFF",
                                                   "\xC3",
                                                   "\xE2\x82\xAC",
                                                   "(3,)",
                                                   "<f8",
                                                   ">i4",
                                                   "<U4",
                                                   "|S5",
                                                   "O",
                                                   "True",
                                                   "| ",
                                                   "!!",
                                                   "0"};
  return words[below(words.size(), random)];
}

/// A number that programs get wrong, as 1, 2, 4 or 8 bytes in either order.
void put_number(std::string& text, std::mt19937_64& random) {
  constexpr std::array<std::uint64_t, 20> numbers{0,
                                                  1,
                                                  2,
                                                  4,
                                                  7,
                                                  8,
                                                  15,
                                                  16,
                                                  0x7F,
                                                  0x80,
                                                  0xFF,
                                                  0x7FFF,
                                                  0x8000,
                                                  0xFFFF,
                                                  0x7FFFFFFF,
                                                  0x80000000,
                                                  0xFFFFFFFF,
                                                  0x7FFFFFFFFFFFFFFF,
                                                  0x8000000000000000,
                                                  0xFFFFFFFFFFFFFFFF};
  std::uint64_t value = numbers[below(numbers.size(), random)];
  const std::size_t width = std::size_t{1} << below(4, random);
  if (text.size() < width) return;
  std::array<char, 8> bytes{};
  std::memcpy(bytes.data(), &value, bytes.size());
  if (below(2, random) == 0) std::reverse(bytes.begin(), bytes.begin() + static_cast<long>(width));
  std::memcpy(text.data() + below(text.size() - width + 1, random), bytes.data(), width);
}

void change(std::string& text, const std::string& other, std::mt19937_64& random) {
  const std::size_t at = below(text.size(), random);
  const std::size_t length = 1 + below(16, random);
  switch (below(9, random)) {
    case 0:
      text[at] = static_cast<char>(below(256, random));
      break;
    case 1:
      text[at] = static_cast<char>(text[at] ^ (1 << below(8, random)));
      break;
    case 2:
    case 3:
      put_number(text, random);
      break;
    case 4:
      text.erase(at, length);
      break;
    case 5:
      text.insert(below(text.size(), random), text.substr(at, length));
      break;
    case 6:
      text.insert(at, word(random));
      break;
    case 7:
      if (!other.empty())
        text.replace(at, length, other.substr(below(other.size(), random), length));
      break;
    default:
      if (below(4, random) == 0) text.resize(at);
  }
}

/// Every member, read whole.
struct Member {
  std::string name;
  std::string bytes;
};

std::vector<Member> unpack(const std::string& archive) {
  std::vector<Member> members;
  zip_source_t* source = zip_source_buffer_create(archive.data(), archive.size(), 0, nullptr);
  zip_t* zip = zip_open_from_source(source, ZIP_RDONLY, nullptr);
  if (zip == nullptr) {
    zip_source_free(source);
    return members;
  }
  for (zip_int64_t k = 0; k < zip_get_num_entries(zip, 0); ++k) {
    Member& member = members.emplace_back();
    member.name = zip_get_name(zip, static_cast<zip_uint64_t>(k), 0);
    zip_file_t* file = zip_fopen_index(zip, static_cast<zip_uint64_t>(k), 0);
    if (file == nullptr) continue;
    std::array<char, 4096> buffer{};
    for (zip_int64_t got = 0; (got = zip_fread(file, buffer.data(), buffer.size())) > 0;)
      member.bytes.append(buffer.data(), static_cast<std::size_t>(got));
    zip_fclose(file);
  }
  zip_discard(zip);
  return members;
}

std::string pack(const std::vector<Member>& members) {
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_t* zip = zip_open_from_source(target, ZIP_TRUNCATE, nullptr);
  if (zip == nullptr) {
    zip_source_free(target);
    return "";
  }
  zip_source_keep(target);
  for (const Member& member : members) {
    zip_source_t* data = zip_source_buffer(zip, member.bytes.data(), member.bytes.size(), 0);
    if (zip_file_add(zip, member.name.c_str(), data, ZIP_FL_OVERWRITE) < 0) zip_source_free(data);
  }
  std::string bytes;
  if (zip_close(zip) != 0) {
    zip_discard(zip);
  } else if (zip_source_open(target) == 0) {
    zip_source_seek(target, 0, SEEK_END);
    bytes.resize(static_cast<std::size_t>(std::max<zip_int64_t>(0, zip_source_tell(target))));
    zip_source_seek(target, 0, SEEK_SET);
    zip_source_read(target, bytes.data(), bytes.size());
    zip_source_close(target);
  }
  zip_source_free(target);
  return bytes;
}

}  // namespace

std::string mutate(std::string text, const std::string& other, std::mt19937_64& random) {
  const std::size_t changes = 1 + below(6, random);
  for (std::size_t k = 0; k < changes && !text.empty(); ++k)
    change(text, other, random);
  if (text.size() > longest) text.resize(longest);
  return text;
}

std::string mutate_member(const std::string& archive, const std::string& other,
                          std::mt19937_64& random) {
  std::vector<Member> members = unpack(archive);
  if (members.empty()) return archive;
  Member& member = members[below(members.size(), random)];
  if (below(12, random) == 0) {
    member.name = mutate(member.name, other, random);
    std::replace(member.name.begin(), member.name.end(), '\0', '_');
  } else {
    member.bytes = mutate(member.bytes, members[below(members.size(), random)].bytes, random);
  }
  return pack(members);
}

}  // namespace arcuate::fuzz

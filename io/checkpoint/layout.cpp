#include "layout.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "arcuate/core/error.hpp"

namespace arcuate::io::checkpoint {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const RunPart& part) {
  return {{"from", part.from},
          {"to", part.to},
          {"ranks", part.ranks},
          {"threads", part.threads},
          {"wall_seconds", part.wall_seconds},
          {"version", part.version}};
}

/// A number that a text claims is whole may be none that fits: converting it would be undefined.
template <class Number>
void get_whole(const Json& json, const char* name, Number& number) {
  const Json& found = json.at(name);
  if (!found.is_number_integer())
    throw DataError(fmt::format("its header cannot be read ('{}' is no whole number)", name));
  found.get_to(number);
}

void get_all_whole(const Json& json, const char* name, std::vector<std::int64_t>& numbers) {
  for (const Json& one : json.at(name)) {
    if (!one.is_number_integer())
      throw DataError(fmt::format("its header cannot be read ('{}' has no whole number)", name));
    numbers.push_back(one.get<std::int64_t>());
  }
}

RunPart part_of(const Json& json) {
  RunPart part;
  get_whole(json, "from", part.from);
  get_whole(json, "to", part.to);
  get_whole(json, "ranks", part.ranks);
  get_whole(json, "threads", part.threads);
  json.at("wall_seconds").get_to(part.wall_seconds);
  json.at("version").get_to(part.version);
  return part;
}

template <class Number>
void put(std::array<char, preamble_bytes>& bytes, std::size_t at, Number number) {
  std::memcpy(bytes.data() + at, &number, sizeof number);
}

template <class Number>
Number number_at(std::string_view bytes, std::size_t at) {
  Number number;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

constexpr std::size_t at_size = 32, at_checksum = 40, at_own = 56;

Json json_of(const std::vector<RunPart>& parts) {
  Json all = Json::array();
  for (const RunPart& part : parts)
    all.push_back(json_of(part));
  return all;
}

}  // namespace

std::uint64_t checksum(const void* data, std::size_t bytes) {
  return ::crc32_z(0, static_cast<const Bytef*>(data), bytes);
}

std::string text_of(const Whole& whole) {
  const CheckpointHeader& header = whole.header;
  Json json{{"version", header.version},
            {"created", header.created},
            {"study", header.study},
            {"fingerprint", header.fingerprint},
            {"connectome", header.connectome},
            {"form", header.form},
            {"monitors", header.monitors},
            {"step", header.step},
            {"dt", header.dt},
            {"steps", header.steps},
            {"partial", header.partial},
            {"recording", header.recording},
            {"samples", header.samples},
            {"sums", header.sums},
            {"overwrites", header.overwrites},
            {"regions", whole.regions},
            {"index_checksum", whole.index_checksum},
            {"bytes", whole.bytes}};
  json["parts"] = json_of(header.parts);
  json["shared"] = Json::array();
  for (const Shared& one : whole.shared) {
    json["shared"].push_back({{"name", one.name},
                              {"offset", one.offset},
                              {"values", one.values},
                              {"checksum", one.checksum}});
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Whole read_text(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    Whole whole;
    CheckpointHeader& header = whole.header;
    json.at("version").get_to(header.version);
    json.at("created").get_to(header.created);
    json.at("study").get_to(header.study);
    json.at("fingerprint").get_to(header.fingerprint);
    json.at("connectome").get_to(header.connectome);
    json.at("form").get_to(header.form);
    json.at("monitors").get_to(header.monitors);
    get_whole(json, "step", header.step);
    json.at("dt").get_to(header.dt);
    get_whole(json, "steps", header.steps);
    json.at("partial").get_to(header.partial);
    json.at("recording").get_to(header.recording);
    get_all_whole(json, "samples", header.samples);
    get_all_whole(json, "sums", header.sums);
    json.at("overwrites").get_to(header.overwrites);
    get_whole(json, "regions", whole.regions);
    get_whole(json, "index_checksum", whole.index_checksum);
    get_whole(json, "bytes", whole.bytes);
    for (const Json& part : json.at("parts"))
      header.parts.push_back(part_of(part));
    for (const Json& one : json.at("shared")) {
      Shared& shared = whole.shared.emplace_back();
      one.at("name").get_to(shared.name);
      get_whole(one, "offset", shared.offset);
      get_whole(one, "values", shared.values);
      get_whole(one, "checksum", shared.checksum);
    }
    return whole;
  } catch (const Json::exception& error) {
    throw DataError(std::string("its header cannot be read (") + error.what() + ")");
  }
}

std::array<char, preamble_bytes> preamble_of(const std::string& header) {
  std::array<char, preamble_bytes> bytes{};
  std::memcpy(bytes.data(), magic.data(), magic.size());
  put(bytes, at_size, static_cast<std::int64_t>(header.size()));
  put(bytes, at_checksum, checksum(header.data(), header.size()));
  put(bytes, at_own, checksum(bytes.data(), at_own));
  return bytes;
}

Preamble read_preamble(std::string_view bytes) {
  if (bytes.size() < preamble_bytes || !bytes.starts_with(magic))
    throw DataError("is not a checkpoint of this version of Arcuate");
  if (number_at<std::uint64_t>(bytes, at_own) != checksum(bytes.data(), at_own))
    throw DataError("is damaged in its first 64 bytes");
  return {number_at<std::int64_t>(bytes, at_size), number_at<std::uint64_t>(bytes, at_checksum)};
}

}  // namespace arcuate::io::checkpoint

namespace arcuate::io {

std::string text_of(const std::vector<RunPart>& parts) {
  return checkpoint::json_of(parts).dump();
}

}  // namespace arcuate::io

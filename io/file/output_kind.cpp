#include "output_kind.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"

namespace arcuate::io {
namespace {

/// How a table of capacities begins.
constexpr std::string_view capacity_mark = "states,draw,dimensions,gamma,";

/// The first or last bytes of a file.
std::string some_of(const std::string& path, std::streamoff most, std::ios::seekdir from) {
  std::ifstream in(path, std::ios::binary);
  in.seekg(0, std::ios::end);
  const std::streamoff size = in.tellg();
  const std::streamoff count = std::min(size, most);
  if (count <= 0) return "";
  in.seekg(from == std::ios::end ? size - count : 0);
  std::string text(static_cast<std::size_t>(count), '\0');
  in.read(text.data(), count);
  return in ? text : "";
}

std::string begin_of(const std::string& path) {
  constexpr std::streamoff most = 1 << 12;
  return some_of(path, most, std::ios::beg);
}

bool contains(const std::string& path, std::string_view words) {
  constexpr std::streamoff most = 64 << 20;
  return some_of(path, most, std::ios::beg).find(words) != std::string::npos;
}

/// The root attribute `format`, or "".
std::string format_of(const hdf5::Object& file) {
  return file.has_attribute("format") ? file.text("format") : "";
}

bool is_hdf5_of_kind(const std::string& path, OutputKind kind) {
  if (!hdf5::is_hdf5(path)) return false;
  hdf5::require_lock(path);
  try {
    const hdf5::Object file = hdf5::open_file(path, hdf5::Access::read);
    const std::string format = format_of(file);
    if (kind == OutputKind::recording) return format.starts_with("arcuate recording");
    if (kind == OutputKind::features) return format.starts_with("arcuate features");
    if (kind == OutputKind::table) return format.starts_with("arcuate table");
    if (kind == OutputKind::steady) return format.starts_with("arcuate steady");
    if (kind == OutputKind::results) return format.starts_with("arcuate results");
    if (kind == OutputKind::exported) return file.has_attribute("arcuate_export");
    return format.empty() && file.has("connectome");
  } catch (const EnvironmentError&) {
    return false;  // damaged, or another program's
  }
}

bool is_connectome(const std::string& path) {
  if (hdf5::is_hdf5(path)) return is_hdf5_of_kind(path, OutputKind::connectome);
  const std::string begin = begin_of(path);
  if (begin.starts_with("# regions: ")) return true;
  constexpr std::streamoff comment = 64;
  return begin.starts_with("PK\x03\x04") &&
         some_of(path, comment, std::ios::end).ends_with(connectome_mark);
}

/// An array of numpy, what tuned weights say of themselves, or text that is nothing but numbers and
/// comments.
bool is_numbers(const std::string& path) {
  const std::string begin = begin_of(path);
  if (begin.starts_with("\x93NUMPY") || begin.starts_with(tuning_mark)) return true;
  bool comment = false;
  bool number = false;
  for (const char c : begin) {
    if (c == '#') comment = true;
    if (c == '\n') comment = false;
    if (comment) continue;
    if (std::string_view("0123456789+-.eE,; \t\r\n#").find(c) == std::string_view::npos)
      return false;
    number = number || (c >= '0' && c <= '9');
  }
  return number;
}

/// Pages and pictures of models.
bool is_page(const std::string& path) {
  if (path.ends_with(".svg")) return contains(path, "text{font:12px sans-serif;fill:#17212b}");
  const std::string name = std::filesystem::path(path).stem().string();
  return contains(path, "arcuate models --markdown") ||
         begin_of(path).starts_with("# " + name + "\n");
}

/// By its attribute, its first bytes, its last ones (archives), its first column or, of tables that
/// have no room for any of it, by the file that describes it.
bool is_exported(const std::string& path) {
  if (hdf5::is_hdf5(path)) {
    if (is_hdf5_of_kind(path, OutputKind::exported)) return true;
  }
  const std::string begin = begin_of(path);
  if (begin.find(export_mark) != std::string::npos || begin.starts_with(export_time) ||
      begin.starts_with(export_feature_mark))
    return true;
  if (begin.starts_with("PK\x03\x04")) {
    constexpr std::streamoff comment = 64;
    return some_of(path, comment, std::ios::end).ends_with(export_mark);
  }
  if (!path.ends_with(".tsv")) return false;
  return contains(std::filesystem::path(path).replace_extension(".json").string(), export_mark);
}

/// Those of sweeps and fits, and of `capacity`.
bool is_table_of_text(const std::string& path) {
  const std::string begin = begin_of(path);
  return begin.starts_with("candidate,") || begin.starts_with(capacity_mark);
}

/// The comment that it begins with says so.
bool is_written_study(const std::string& path) {
  const std::string begin = begin_of(path);
  const std::string_view first = std::string_view(begin).substr(0, begin.find('\n'));
  return first.starts_with("# ") && first.find(export_mark) != std::string_view::npos;
}

}  // namespace

std::string_view name_of(OutputKind kind) {
  switch (kind) {
    case OutputKind::recording:
      return "recording";
    case OutputKind::features:
      return "file of features";
    case OutputKind::report:
      return "report";
    case OutputKind::connectome:
      return "connectome";
    case OutputKind::table:
      return "table";
    case OutputKind::numbers:
      return "file of numbers";
    case OutputKind::plugin:
      return "plug-in";
    case OutputKind::page:
      return "page";
    case OutputKind::exported:
      return "export";
    case OutputKind::results:
      return "table of results";
    case OutputKind::study:
      return "study";
    case OutputKind::script:
      return "script";
    case OutputKind::steady:
      return "file of steady states";
  }
  return "file";
}

bool is_of_kind(const std::string& path, OutputKind kind) {
  switch (kind) {
    case OutputKind::recording:
    case OutputKind::features:
    case OutputKind::table:
    case OutputKind::steady:
      return is_hdf5_of_kind(path, kind);
    case OutputKind::connectome:
      return is_connectome(path);
    case OutputKind::numbers:
      return is_numbers(path);
    case OutputKind::report:
      return contains(path, "Written by Arcuate.");
    case OutputKind::plugin: {
      return begin_of(path).starts_with(
                 "\x7f"
                 "ELF") &&
             contains(path, "arcuate_plugin_stamp");
    }
    case OutputKind::page:
      return is_page(path);
    case OutputKind::exported:
      return is_exported(path);
    case OutputKind::results:
      return is_hdf5_of_kind(path, kind) || is_table_of_text(path);
    case OutputKind::study:
      return is_written_study(path);
    case OutputKind::script:
      return begin_of(path).starts_with("#!/bin/bash\n# A study on a SLURM cluster:");
  }
  return false;
}

}  // namespace arcuate::io

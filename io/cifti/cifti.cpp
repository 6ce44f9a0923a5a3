#include "cifti.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <pugixml.hpp>
#include <sstream>

#include "arcuate/core/error.hpp"
#include "arcuate/core/version.hpp"
#include "file/output_kind.hpp"
#include "matrix/stream.hpp"
#include "matrix/text.hpp"
#include "nifti2.hpp"

namespace arcuate::io::cifti {
namespace {

constexpr const char* unassigned = "???";

/// The XML of a file: what its rows (dimension 1) and columns (dimension 0) are.
struct Document {
  pugi::xml_document xml;
  std::string path;

  Document(const std::string& file, const std::string& text) : path(file) {
    const auto parsed = xml.load_buffer(text.data(), text.size());
    if (!parsed) throw wrong(parsed.description());
    const std::string_view version = xml.child("CIFTI").attribute("Version").value();
    if (version != "2" && version != "2.0") throw wrong("expected <CIFTI Version=\"2\">");
  }

  [[nodiscard]] DataError wrong(const std::string& what) const {
    return DataError(path + ": the XML of CIFTI-2: " + what);
  }

  /// The map of a dimension, which must be of this type.
  [[nodiscard]] pugi::xml_node map(char dimension, const std::string& type) const {
    for (const auto map : xml.child("CIFTI").child("Matrix").children("MatrixIndicesMap")) {
      const std::string_view applies = map.attribute("AppliesToMatrixDimension").value();
      if (applies.find(dimension) == std::string_view::npos) continue;
      const std::string is = map.attribute("IndicesMapToDataType").value();
      if (is == "CIFTI_INDEX_TYPE_" + type) return map;
      throw wrong(fmt::format("dimension {} is {}: expected {}", dimension, is, type));
    }
    throw wrong(fmt::format("dimension {} has no MatrixIndicesMap", dimension));
  }
};

std::vector<std::int32_t> whole_numbers(const Document& document, const pugi::xml_node& node) {
  std::vector<std::int32_t> numbers;
  const char* at = node.text().get();
  const char* const end = at + std::strlen(at);
  while (true) {
    while (at != end && std::isspace(static_cast<unsigned char>(*at)) != 0)
      ++at;
    if (at == end) return numbers;
    std::int32_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || number < 0)
      throw document.wrong(fmt::format("{}: expected whole numbers from 0", node.name()));
    numbers.push_back(number);
    at = next;
  }
}

std::map<std::int32_t, Parcel> parcels_by_key(const Document& document,
                                              const pugi::xml_node& labels) {
  std::map<std::int32_t, Parcel> parcels;
  for (const auto label : labels.child("NamedMap").child("LabelTable").children("Label"))
    parcels[label.attribute("Key").as_int()].name = label.text().get();
  if (parcels.empty()) throw document.wrong("the first map has no labels");
  return parcels;
}

void add_voxels(const std::vector<std::int32_t>& indices, std::span<Parcel* const> parcel_of) {
  for (std::size_t k = 0; k < parcel_of.size(); ++k) {
    if (parcel_of[k] != nullptr)
      parcel_of[k]->voxels.push_back({indices[3 * k], indices[3 * k + 1], indices[3 * k + 2]});
  }
}

void add_vertices(const std::string& structure, const std::vector<std::int32_t>& indices,
                  std::span<Parcel* const> parcel_of) {
  for (std::size_t k = 0; k < parcel_of.size(); ++k) {
    if (parcel_of[k] == nullptr) continue;
    auto& patches = parcel_of[k]->patches;
    if (patches.empty() || patches.back().structure != structure)
      patches.push_back({structure, {}});
    patches.back().vertices.push_back(indices[k]);
  }
}

/// Deals the vertices or voxels of one brain model out to parcels.
void add_model(const Document& document, const pugi::xml_node& model,
               std::span<Parcel* const> parcel_of, Parcellation& result) {
  const auto offset = model.attribute("IndexOffset").as_ullong();
  const auto count = model.attribute("IndexCount").as_ullong();
  const std::string structure = model.attribute("BrainStructure").value();
  const bool surface =
      std::string_view(model.attribute("ModelType").value()) == "CIFTI_MODEL_TYPE_SURFACE";
  const auto indices =
      whole_numbers(document, model.child(surface ? "VertexIndices" : "VoxelIndicesIJK"));
  if (count > parcel_of.size() || offset > parcel_of.size() - count ||
      indices.size() != count * (surface ? 1 : 3))
    throw document.wrong("BrainModel " + structure + ": its indices are not those of the matrix");
  const auto own = parcel_of.subspan(offset, count);
  if (!surface) return add_voxels(indices, own);
  const std::int64_t vertices = model.attribute("SurfaceNumberOfVertices").as_llong();
  if (std::any_of(indices.begin(), indices.end(), [&](auto v) { return v >= vertices; }))
    throw document.wrong(
        fmt::format("BrainModel {}: a vertex is not among its {}", structure, vertices));
  result.surfaces.push_back({structure, vertices});
  add_vertices(structure, indices, own);
}

Parcellation read_dense_labels(const std::string& path) {
  const NiftiFile file = read_nifti(path);
  const Document document(path, file.xml);
  std::map<std::int32_t, Parcel> by_key = parcels_by_key(document, document.map('0', "LABELS"));
  const pugi::xml_node models = document.map('1', "BRAIN_MODELS");
  const std::vector<double> keys = read_values(path, file);
  std::vector<Parcel*> parcel_of(file.rows);
  for (std::size_t k = 0; k < file.rows; ++k) {
    const double key = keys[k * file.columns];
    const bool whole = std::abs(key) < 1e9 && key == std::floor(key);
    const auto found = whole ? by_key.find(static_cast<std::int32_t>(key)) : by_key.end();
    if (found == by_key.end())
      throw DataError(fmt::format("{}: the label {} of row {} is not in the table", path, key, k));
    parcel_of[k] = &found->second;
  }
  Parcellation result;
  for (const auto model : models.children("BrainModel"))
    add_model(document, model, parcel_of, result);
  if (const auto volume = models.child("Volume")) {
    std::ostringstream text;
    volume.print(text, "", pugi::format_raw);
    result.volume = text.str();
  }
  for (auto& [key, parcel] : by_key) {
    if (parcel.name == unassigned || (parcel.patches.empty() && parcel.voxels.empty())) continue;
    result.parcels.push_back(std::move(parcel));
  }
  return result;
}

/// A name, then "key red green blue alpha", as `wb_command -label-export-table` writes it.
Parcellation read_label_list(const std::string& path) {
  const auto source = matrix::open_file(path);
  matrix::Lines lines(*source);
  std::map<std::int32_t, Parcel> by_key;
  std::string name;
  std::string numbers;
  while (lines.next(name)) {
    if (name.empty()) continue;
    const bool two = lines.next(numbers);
    std::istringstream in(two ? numbers : "");
    std::array<std::int32_t, 5> values{};
    for (auto& value : values)
      in >> value;
    if (!in || !(in >> std::ws).eof())
      throw DataError(
          fmt::format("{}: line {}: expected 'key red green blue alpha' after the label '{}'", path,
                      lines.number(), matrix::excerpt(name)));
    matrix::check_utf8(fmt::format("{}: line {}", path, lines.number() - 1), name);
    if (!by_key.emplace(values[0], Parcel{name, {}, {}}).second)
      throw DataError(
          fmt::format("{}: line {}: the key {} is there twice", path, lines.number(), values[0]));
  }
  Parcellation result;
  for (auto& [key, parcel] : by_key) {
    if (parcel.name != unassigned) result.parcels.push_back(std::move(parcel));
  }
  if (result.parcels.empty()) throw DataError(path + ": holds no label");
  return result;
}

template <class Numbers>
std::string joined(const Numbers& numbers) {
  return fmt::format("{}", fmt::join(numbers, " "));
}

void add_parcels(pugi::xml_node map, const Parcellation& parcellation) {
  map.append_attribute("IndicesMapToDataType") = "CIFTI_INDEX_TYPE_PARCELS";
  for (const Surface& surface : parcellation.surfaces) {
    auto node = map.append_child("Surface");
    node.append_attribute("BrainStructure") = surface.structure.c_str();
    node.append_attribute("SurfaceNumberOfVertices") = static_cast<long long>(surface.vertices);
  }
  if (!parcellation.volume.empty())
    map.append_buffer(parcellation.volume.data(), parcellation.volume.size());
  for (const Parcel& parcel : parcellation.parcels) {
    auto node = map.append_child("Parcel");
    node.append_attribute("Name") = parcel.name.c_str();
    for (const Patch& patch : parcel.patches) {
      auto vertices = node.append_child("Vertices");
      vertices.append_attribute("BrainStructure") = patch.structure.c_str();
      vertices.text() = joined(patch.vertices).c_str();
    }
    if (parcel.voxels.empty()) continue;
    std::vector<std::int32_t> flat;
    for (const auto& voxel : parcel.voxels)
      flat.insert(flat.end(), voxel.begin(), voxel.end());
    node.append_child("VoxelIndicesIJK").text() = joined(flat).c_str();
  }
}

void add_series(pugi::xml_node map, const Series& series) {
  map.append_attribute("IndicesMapToDataType") = "CIFTI_INDEX_TYPE_SERIES";
  map.append_attribute("NumberOfSeriesPoints") = static_cast<long long>(series.points);
  map.append_attribute("SeriesExponent") = 0;
  map.append_attribute("SeriesStart") = fmt::format("{}", series.start).c_str();
  map.append_attribute("SeriesStep") = fmt::format("{}", series.step).c_str();
  map.append_attribute("SeriesUnit") = "SECOND";
}

std::string xml_of(const Parcellation& parcels, const std::optional<Series>& series,
                   const std::string& title) {
  pugi::xml_document document;
  document.append_child(pugi::node_declaration).append_attribute("version") = "1.0";
  document.first_child().append_attribute("encoding") = "UTF-8";
  auto root = document.append_child("CIFTI");
  root.append_attribute("Version") = "2";
  auto matrix = root.append_child("Matrix");
  auto meta = matrix.append_child("MetaData");
  const auto note = [&meta](const char* name, const std::string& value) {
    auto entry = meta.append_child("MD");
    entry.append_child("Name").text() = name;
    entry.append_child("Value").text() = value.c_str();
  };
  note("Provenance", title);
  note("ProgramProvenance", fmt::format("Arcuate {}", arcuate::version()));
  if (series) {
    auto map = matrix.append_child("MatrixIndicesMap");
    map.append_attribute("AppliesToMatrixDimension") = "0";
    add_series(map, *series);
  }
  auto map = matrix.append_child("MatrixIndicesMap");
  map.append_attribute("AppliesToMatrixDimension") = series ? "1" : "0,1";
  add_parcels(map, parcels);
  std::ostringstream text;
  document.save(text, "", pugi::format_raw, pugi::encoding_utf8);
  return text.str();
}

void put(std::span<char> field, std::string_view text) {
  std::copy_n(text.begin(), std::min(text.size(), field.size() - 1), field.begin());
}

}  // namespace

Parcellation read_parcellation(const std::string& path) {
  return path.ends_with(".nii") ? read_dense_labels(path) : read_label_list(path);
}

Writer::Writer(const std::string& path, const Parcellation& parcels,
               const std::optional<Series>& series, const std::string& title)
    : path_(path), file_(path, std::ios::binary | std::ios::trunc) {
  const auto rows = static_cast<std::int64_t>(parcels.parcels.size());
  columns_ = series ? series->points : rows;
  NiftiHeader header;
  header.dim[5] = columns_;
  header.dim[6] = rows;
  header.intent_code = static_cast<std::int32_t>(series ? Intent::ptseries : Intent::pconn);
  put(header.intent_name, series ? "ConnParcelSries" : "ConnParcels");
  put(header.descrip, export_mark);
  const std::string begin = nifti_begin(header, xml_of(parcels, series, title));
  offset_ = header.vox_offset;
  if (!file_.write(begin.data(), static_cast<std::streamsize>(begin.size()))) fail();
}

void Writer::fail() const {
  throw EnvironmentError(fmt::format("{}: cannot be written: {}", path_, std::strerror(errno)));
}

void Writer::write(std::size_t parcel, std::size_t first, std::span<const float> values) {
  const auto at = static_cast<std::int64_t>(parcel) * columns_ + static_cast<std::int64_t>(first);
  file_.seekp(offset_ + at * static_cast<std::int64_t>(sizeof(float)));
  if (!file_.write(reinterpret_cast<const char*>(values.data()),
                   static_cast<std::streamsize>(values.size_bytes())))
    fail();
}

void Writer::close() {
  file_.close();
  if (!file_) fail();
}

Table read_table(const std::string& path) {
  const NiftiFile file = read_nifti(path);
  const Document document(path, file.xml);
  Table table;
  for (const auto parcel : document.map('1', "PARCELS").children("Parcel"))
    table.parcels.emplace_back(parcel.attribute("Name").value());
  if (table.parcels.size() != file.rows)
    throw document.wrong(fmt::format("{} parcels for {} rows", table.parcels.size(), file.rows));
  if (file.header.intent_code == static_cast<std::int32_t>(Intent::ptseries)) {
    const auto map = document.map('0', "SERIES");
    const double scale = std::pow(10.0, map.attribute("SeriesExponent").as_int());
    table.series = Series{static_cast<std::int64_t>(file.columns),
                          scale * map.attribute("SeriesStart").as_double(),
                          scale * map.attribute("SeriesStep").as_double()};
    if (std::string_view(map.attribute("SeriesUnit").value()) != "SECOND")
      throw document.wrong("SeriesUnit: expected SECOND");
  } else if (document.map('0', "PARCELS").empty() || file.columns != file.rows) {
    throw document.wrong(fmt::format("{} x {} numbers between parcels", file.rows, file.columns));
  }
  table.columns = file.columns;
  table.values = read_values(path, file);
  return table;
}

}  // namespace arcuate::io::cifti

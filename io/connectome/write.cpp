#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "arcuate/core/error.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "arcuate/io/output.hpp"
#include "file/output_kind.hpp"
#include "hdf5.hpp"
#include "matrix/npy.hpp"
#include "matrix/zip_writer.hpp"
#include "parts.hpp"

namespace arcuate::io {
namespace {

using matrix::ZipWriter;
using network::Connectome;

constexpr GlobalIndex most_dense_npz = 5000;
constexpr GlobalIndex most_dense_zip = 20000;

const std::vector<double>& lengths_of(const Connectome& connectome) {
  return connectome.delay.empty() ? connectome.length : connectome.delay;
}

/// Calls use(row, dense values) for each row of a matrix on the edges.
template <typename Values, typename Use>
void each_dense_row(const Connectome& connectome, const Values& values, Use use) {
  using Value = typename Values::value_type;
  std::vector<Value> row(static_cast<std::size_t>(connectome.n_regions()));
  for (std::size_t i = 0; i < row.size(); ++i) {
    std::fill(row.begin(), row.end(), Value{0});
    for (auto e = static_cast<std::size_t>(connectome.row[i]);
         e < static_cast<std::size_t>(connectome.row[i + 1]); ++e) {
      row[static_cast<std::size_t>(connectome.source[e])] = values[e];
    }
    use(row);
  }
}

template <typename Values>
std::string dense_text(const Connectome& connectome, const Values& values) {
  std::string text;
  each_dense_row(connectome, values, [&](const auto& row) {
    for (std::size_t j = 0; j < row.size(); ++j)
      fmt::format_to(std::back_inserter(text), "{}{}", j == 0 ? "" : " ", row[j]);
    text += '\n';
  });
  return text;
}

template <typename Values>
std::string list_text(const Values& values) {
  std::string text;
  for (const auto value : values)
    text += fmt::format("{}\n", value);
  return text;
}

/// Between quotes where a reader of cells would take something of the label for a separator, a
/// comment or blanks to cut.
std::string quoted(const std::string& label) {
  const bool plain = label.find_first_of(",;\t\" ") == std::string::npos && label.front() != '#' &&
                     label.front() != '%';
  if (plain) return label;
  std::string text = "\"";
  for (char c : label)
    text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

/// Other readers of the format know no quotes: they are written only where the label is lost
/// without.
std::string between_tabs(const std::string& label) {
  const bool lost = label.front() == '#' || label.front() == '%' || label.front() == ' ' ||
                    label.back() == ' ' || label.find('"') != std::string::npos;
  return lost ? quoted(label) : label;
}

std::string centres_text(const Connectome& connectome) {
  std::string text;
  for (std::size_t i = 0; i < connectome.labels.size(); ++i) {
    const std::array<double, 3> point =
        connectome.centres.empty() ? std::array<double, 3>{} : connectome.centres[i];
    text += fmt::format("{}\t{}\t{}\t{}\n", between_tabs(connectome.labels[i]), point[0], point[1],
                        point[2]);
  }
  return text;
}

void write_tvb(const Connectome& connectome, const std::string& path, const std::string& target) {
  if (!connectome.delay.empty()) {
    throw ConfigError(fmt::format(
        "{}: the format of The Virtual Brain has no delays: write .h5, .npz or .edges.csv",
        target));
  }
  if (connectome.n_regions() > most_dense_zip) {
    throw ConfigError(
        fmt::format("{}: the format of The Virtual Brain is dense: {} regions are too many "
                    "(at most {}): write .h5 or .npz",
                    target, connectome.n_regions(), most_dense_zip));
  }
  ZipWriter zip(path);
  zip.add("weights.txt", dense_text(connectome, connectome.weight));
  zip.add("tract_lengths.txt", dense_text(connectome, connectome.length));
  zip.add("centres.txt", centres_text(connectome));
  if (!connectome.area.empty()) zip.add("areas.txt", list_text(connectome.area));
  if (!connectome.cortical.empty()) zip.add("cortical.txt", list_text(connectome.cortical));
  if (!connectome.hemisphere.empty()) zip.add("hemispheres.txt", list_text(connectome.hemisphere));
  if (!connectome.orientation.empty()) {
    std::string text;
    for (const auto& o : connectome.orientation)
      text += fmt::format("{} {} {}\n", o[0], o[1], o[2]);
    zip.add("average_orientations.txt", text);
  }
  zip.close(connectome_mark);
}

template <typename Value>
void append_bytes(std::string& bytes, const Value* values, std::size_t count) {
  bytes.append(reinterpret_cast<const char*>(values), count * sizeof(Value));
}

template <typename Values>
std::string npy(const std::string& type, const Values& values) {
  std::string bytes = matrix::npy_header(type, {static_cast<std::int64_t>(values.size())});
  append_bytes(bytes, values.data(), values.size());
  return bytes;
}

template <typename Values>
std::string npy_dense(const std::string& type, const Connectome& connectome, const Values& values) {
  std::string bytes = matrix::npy_header(type, {connectome.n_regions(), connectome.n_regions()});
  each_dense_row(connectome, values,
                 [&](const auto& row) { append_bytes(bytes, row.data(), row.size()); });
  return bytes;
}

std::string npy_points(const std::vector<std::array<double, 3>>& points) {
  std::string bytes = matrix::npy_header("<f8", {static_cast<std::int64_t>(points.size()), 3});
  append_bytes(bytes, points.data(), points.size());
  return bytes;
}

/// The members scipy.sparse.load_npz reads, and lengths or delays per entry.
void add_sparse(ZipWriter& zip, const Connectome& connectome) {
  zip.add("format.npy", matrix::npy_header("|S3", {}) + "csr");
  zip.add("shape.npy",
          npy("<i8", std::vector<std::int64_t>{connectome.n_regions(), connectome.n_regions()}));
  zip.add("indptr.npy", npy("<i8", connectome.row));
  zip.add("indices.npy", npy("<i4", connectome.source));
  zip.add("data.npy", npy("<f8", connectome.weight));
  zip.add(connectome.delay.empty() ? "lengths.npy" : "delays.npy",
          npy("<f8", lengths_of(connectome)));
}

void write_npz(const Connectome& connectome, const std::string& path) {
  ZipWriter zip(path);
  if (connectome.n_regions() <= most_dense_npz) {
    zip.add("weights.npy", npy_dense("<f8", connectome, connectome.weight));
    zip.add(connectome.delay.empty() ? "tract_lengths.npy" : "delays.npy",
            npy_dense("<f8", connectome, lengths_of(connectome)));
  } else {
    add_sparse(zip, connectome);
  }
  zip.add("labels.npy", matrix::npy_texts(connectome.labels));
  if (!connectome.centres.empty()) zip.add("centres.npy", npy_points(connectome.centres));
  if (!connectome.orientation.empty())
    zip.add("orientations.npy", npy_points(connectome.orientation));
  if (!connectome.area.empty()) zip.add("areas.npy", npy("<f4", connectome.area));
  if (!connectome.cortical.empty()) zip.add("cortical.npy", npy("|u1", connectome.cortical));
  if (!connectome.hemisphere.empty()) zip.add("hemispheres.npy", npy("|u1", connectome.hemisphere));
  zip.close(connectome_mark);
}

void write_edges(const Connectome& connectome, const std::string& path) {
  std::ofstream file(path);
  file << "# regions: " << connectome.n_regions()
       << "\n# labels: " << nlohmann::json(connectome.labels).dump() << "\nsource,target,weight,"
       << (connectome.delay.empty() ? "length" : "delay") << '\n';
  const std::vector<double>& lengths = lengths_of(connectome);
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i) {
    for (auto e = static_cast<std::size_t>(connectome.row[i]);
         e < static_cast<std::size_t>(connectome.row[i + 1]); ++e) {
      file << fmt::format("{},{},{},{}\n",
                          quoted(connectome.labels[static_cast<std::size_t>(connectome.source[e])]),
                          quoted(connectome.labels[i]), connectome.weight[e], lengths[e]);
    }
  }
  if (!file.flush())
    throw EnvironmentError(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)));
}

}  // namespace

std::vector<std::string> lost_in(const network::Connectome& connectome, const std::string& path) {
  std::vector<std::string> lost;
  if (!path.ends_with(".edges.csv")) return lost;
  if (!connectome.centres.empty()) lost.emplace_back("centres");
  if (connectome.hemisphere != matrix::hemispheres_of(connectome.labels))
    lost.emplace_back("hemispheres");
  if (!connectome.cortical.empty()) lost.emplace_back("cortical flags");
  if (!connectome.area.empty()) lost.emplace_back("areas");
  if (!connectome.orientation.empty()) lost.emplace_back("orientations");
  return lost;
}

Output claim_connectome(const std::string& path, bool overwrite, std::vector<std::string> inputs) {
  for (const char* ending : {".h5", ".hdf5", ".zip", ".npz", ".edges.csv"}) {
    if (path.ends_with(ending))
      return {path, {OutputKind::connectome, overwrite, std::move(inputs)}};
  }
  throw ConfigError(
      fmt::format("{}: the ending is not known: expected .h5, .zip, .npz or .edges.csv", path));
}

void write_connectome(const Connectome& connectome, Output output) {
  const std::string path = output.path();
  const std::string& partial = output.temporary();
  if (path.ends_with(".zip")) {
    write_tvb(connectome, partial, path);
  } else if (path.ends_with(".npz")) {
    write_npz(connectome, partial);
  } else if (path.ends_with(".edges.csv")) {
    write_edges(connectome, partial);
  } else {
    matrix::write_hdf5(partial, connectome);
  }
  output.publish();
}

void write_connectome(const Connectome& connectome, const std::string& path) {
  write_connectome(connectome, claim_connectome(path, true, {}));
}

Output claim_numbers(const std::string& path, bool overwrite, std::vector<std::string> inputs) {
  if (!path.ends_with(".csv") && !path.ends_with(".txt") && !path.ends_with(".npy")) {
    throw ConfigError(
        fmt::format("{}: the ending is not known: expected .csv, .txt or .npy", path));
  }
  return {path, {OutputKind::numbers, overwrite, std::move(inputs)}};
}

void write_numbers(const std::vector<double>& values, const std::string& path) {
  write_numbers(values, claim_numbers(path, true, {}));
}

void write_numbers(const std::vector<double>& values, Output output, const std::string& comments) {
  std::string bytes;
  if (output.path().ends_with(".npy")) {
    bytes = matrix::npy_header("<f8", {static_cast<std::int64_t>(values.size())});
    append_bytes(bytes, values.data(), values.size());
  } else {
    bytes = comments + list_text(values);
  }
  output.write(bytes);
  output.publish();
}

}  // namespace arcuate::io

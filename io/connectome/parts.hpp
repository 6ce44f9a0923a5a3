#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arcuate/io/connectome_file.hpp"
#include "arcuate/network/connectome.hpp"
#include "matrix/sparse.hpp"
#include "matrix/stream.hpp"

/// The pieces a connectome file consists of, and the readers of each format.
namespace arcuate::io::matrix {

inline constexpr GlobalIndex most_regions = 2147483647;

struct Parts {
  Sparse weights;
  std::optional<Sparse> lengths;                    ///< [mm]
  std::optional<Sparse> delays;                     ///< [ms]
  std::optional<std::vector<double>> edge_lengths;  ///< (n_edges), instead of `lengths`
  std::optional<std::vector<double>> edge_delays;   ///< (n_edges), instead of `delays`
  network::Connectome regions;                      ///< labels, centres and so on; no edges
  bool sides_from_labels = true;                    ///< where the file says nothing of hemispheres
  std::string name;                                 ///< for messages
  std::string labels_name;                          ///< of another file that has the labels, or ""
};

/// Puts the pieces together and checks that they fit. Without lengths and delays: the distance of
/// the centres, or 0 without centres. Without labels: r000, r001, ... Throws DataError.
network::Connectome assemble(Parts parts);

/// Labels that occur more than once get _1, _2, ...
void number_repeated_labels(std::vector<std::string>& labels);

/// 1 = right, by a word (LH_, Left-, lh., _R, ...), a first or a last letter that all labels have;
/// empty when one has none or when all are on one side.
std::vector<std::uint8_t> hemispheres_of(const std::vector<std::string>& labels);

Parts read_tvb(const ZipReader& zip);
Parts read_npz(const ZipReader& zip, const std::string& variable);
Parts read_mat(const std::string& path, const std::string& variable);
Parts read_edge_list(Source& source);
Sparse read_matrix_market(Source& source, Content content);
network::Connectome read_hdf5(const std::string& path);
/// HDF5 with dense matrices at the root: The Virtual Brain's own, MATLAB 7.3.
Parts read_hdf5_dense(const std::string& path, const std::string& variable);
Sparse read_hdf5_matrix(const MatrixFile& file, Wanted wanted);
/// Whether the file has the group /connectome, or is not HDF5 at all.
bool is_arcuate_hdf5(const std::string& path);

/// "zip", "npz", "npy", "h5", "mat", "mtx", "edges" or "text": the first bytes decide where a
/// format has a signature; else the ending. Throws DataError.
std::string format_of(const std::string& path);
/// Decompresses `.bz2`.
std::unique_ptr<Source> open_text(const std::string& path);

/// One matrix from any single-matrix format. Labels of a text header go to `labels` unless null.
/// A file that holds several is searched for what is wanted.
Sparse read_matrix(const MatrixFile& file, Wanted wanted, const Sparse* pattern,
                   std::vector<std::string>* labels);
Sparse read_npz_matrix(const ZipReader& zip, Wanted wanted, const Sparse* pattern,
                       const std::string& variable);
Sparse read_mat_matrix(const MatrixFile& file, Wanted wanted);

/// An array of numbers in a .mat of version 5.
struct MatEntry {
  std::string name;
  std::vector<std::int64_t> shape;
};
/// Those in a file, in its order. Throws DataError.
std::vector<MatEntry> mat_entries(const std::string& path);
/// Its numbers as they lie, the first dimension innermost.
std::vector<double> mat_numbers(const std::string& path, const std::string& name);
/// Texts under one of the names of labels, or `region`; empty when there are none.
std::vector<std::string> mat_labels(const std::string& path);

/// The first member of the zip that is one of `names` (without ".npy"), or "".
std::string npz_member(const ZipReader& zip, const std::vector<std::string>& names);
std::vector<std::array<double, 3>> to_points(const std::string& name,
                                             const std::vector<std::vector<double>>& table);

}  // namespace arcuate::io::matrix

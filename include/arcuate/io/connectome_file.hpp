#pragma once

#include <string>
#include <vector>

#include "arcuate/io/output.hpp"
#include "arcuate/network/connectome.hpp"

/// Connectomes in files (docs/file-formats.md).
namespace arcuate::io {

/// Reads any format by content and ending: The Virtual Brain zip, .h5/.hdf5 (Arcuate's own), .mat
/// (v5), .npz (dense members or scipy.sparse), .npy/.csv/.txt (dense weights), .mtx (MatrixMarket),
/// .edges.csv (edge list). Throws DataError naming file, member, row, value and what is allowed.
network::Connectome read_connectome(const std::string& path);

/// A matrix in a file; of one that holds several (.npz, .mat, .h5) `variable`, or "" for the usual
/// names.
struct MatrixFile {
  std::string file;
  std::string variable;
  MatrixFile(std::string path = "", std::string name = "")  // NOLINT(google-explicit-constructor)
      : file(std::move(path)), variable(std::move(name)) {}
  MatrixFile(const char* path) : file(path) {}  // NOLINT(google-explicit-constructor)
};

/// Separate files of one connectome: weights with lengths [mm] or delays [ms], and what is known of
/// the regions; "" for none.
struct ConnectomeFiles {
  MatrixFile weights;
  MatrixFile lengths{};
  MatrixFile delays{};
  std::string labels{};
  std::string centres{};
  std::string hemispheres{};
};
network::Connectome read_connectome(const ConnectomeFiles& files);

/// Claims a file for a connectome, by ending: .h5, .zip (The Virtual Brain), .npz, .edges.csv.
/// Throws ConfigError for another one, and as Output does.
Output claim_connectome(const std::string& path, bool overwrite, std::vector<std::string> inputs);
/// What a connectome has and the format of this file cannot hold, as "centres".
std::vector<std::string> lost_in(const network::Connectome& connectome, const std::string& path);
/// Writes and publishes. Throws EnvironmentError when it cannot be written.
void write_connectome(const network::Connectome& connectome, Output output);
/// Both; replaces a connectome that Arcuate wrote.
void write_connectome(const network::Connectome& connectome, const std::string& path);

/// One finding of the linter.
struct Finding {
  enum class Severity { note, warning, error };
  Severity severity = Severity::note;
  std::string message;
};
std::vector<Finding> lint(const network::Connectome& connectome);
/// What to ask where tract lengths are hardly in mm, or "".
std::string doubt_of_lengths(const network::Connectome& connectome);

/// `expected` finite numbers in one column or row, from .npy, .npz, .mtx, .csv, .tsv, .txt. Throws
/// DataError.
std::vector<double> read_numbers(const std::string& path, std::size_t expected);

/// Claims a file for numbers: .csv, .txt, .npy. Throws ConfigError for another ending, and as
/// Output does.
Output claim_numbers(const std::string& path, bool overwrite, std::vector<std::string> inputs);
/// Writes numbers so that read_numbers gives the same bits (text: a number a line, after
/// `comments`, whose lines begin with #), and publishes.
void write_numbers(const std::vector<double>& values, Output output,
                   const std::string& comments = "");
/// Both; replaces such a file.
void write_numbers(const std::vector<double>& values, const std::string& path);

/// A (samples, variables, regions) array from .npy. Throws DataError.
std::vector<double> read_history(const std::string& path, std::size_t variables,
                                 std::size_t regions, std::size_t& samples);

}  // namespace arcuate::io

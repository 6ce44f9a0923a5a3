#pragma once

#include <string>
#include <vector>

#include "arcuate/network/connectome.hpp"

/// Connectomes in files (docs/file-formats.md).
namespace arcuate::io {

/// Reads any format by content and ending: The Virtual Brain zip, .h5/.hdf5 (Arcuate's own), .mat (v5), .npz
/// (dense members or scipy.sparse), .npy/.csv/.txt (dense weights), .mtx (MatrixMarket), .edges.csv (edge list).
/// Throws DataError naming file, member, row, value and what is allowed.
network::Connectome read_connectome(const std::string& path);

/// Weights with lengths [mm] or delays [ms] (the other "") and optional labels and centres from separate files.
network::Connectome read_connectome_parts(const std::string& weights, const std::string& lengths,
                                          const std::string& delays, const std::string& labels,
                                          const std::string& centres);

/// Writes by ending: .h5, .zip (The Virtual Brain), .npz, .edges.csv. Written under a temporary name and renamed.
/// Throws EnvironmentError when it cannot be written, ConfigError for an unknown ending.
void write_connectome(const network::Connectome& connectome, const std::string& path);

/// One finding of the linter.
struct Finding {
  enum class Severity { note, warning, error };
  Severity severity = Severity::note;
  std::string message;
};
std::vector<Finding> lint(const network::Connectome& connectome);

/// Finite numbers from .npy, .csv, .txt, .npz. Throws DataError.
std::vector<double> read_numbers(const std::string& path);
/// Per-region numbers from .npy, .csv, .txt, .npz: `expected` values. Throws DataError.
std::vector<double> read_numbers(const std::string& path, std::size_t expected);

/// Writes numbers so that read_numbers gives the same bits: .csv and .txt (a number a line), .npy. Written under a
/// temporary name and renamed. Throws as check_numbers_path does, and EnvironmentError.
void write_numbers(const std::vector<double>& values, const std::string& path);
/// Throws ConfigError for an unknown ending, EnvironmentError when there is no such folder.
void check_numbers_path(const std::string& path);

/// A (samples, variables, regions) array from .npy. Throws DataError.
std::vector<double> read_history(const std::string& path, std::size_t variables, std::size_t regions, std::size_t& samples);

}  // namespace arcuate::io

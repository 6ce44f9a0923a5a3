#pragma once

#include <memory>
#include <string>
#include <vector>

/// What lies by name in .npz, .mat and HDF5 files, for what is no connectome.
namespace arcuate::io::matrix {

/// Numbers in rows and columns; a list is one column.
struct Table {
  std::string name;  ///< "FILE: MEMBER", for messages
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;  ///< (rows, columns), not looked at

  [[nodiscard]] double at(std::size_t row, std::size_t column) const {
    return values[row * columns + column];
  }
};

/// The members of one file. All functions throw DataError.
class Members {
 public:
  virtual ~Members() = default;
  [[nodiscard]] virtual std::vector<std::string> names() const = 0;
  /// As "Gain (65 x 45003 numbers)", for messages.
  [[nodiscard]] virtual std::vector<std::string> described() const = 0;
  [[nodiscard]] virtual Table table(const std::string& name) const = 0;
  [[nodiscard]] virtual std::vector<std::string> texts(const std::string& name) const = 0;
};

/// nullptr for a file of another format.
std::unique_ptr<Members> members_of(const std::string& path);

std::unique_ptr<Members> npz_members(const std::string& path);
std::unique_ptr<Members> mat_members(const std::string& path);
std::unique_ptr<Members> hdf5_members(const std::string& path);

/// From columns one after another to rows.
std::vector<double> rows_from_columns(const std::vector<double>& values, std::size_t rows,
                                      std::size_t columns);

}  // namespace arcuate::io::matrix

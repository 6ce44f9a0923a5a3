#pragma once

#include <span>
#include <string>
#include <vector>

#include "arcuate/core/types.hpp"

/// Matrices as they come out of files: only what is not zero is kept.
namespace arcuate::io::matrix {

/// Compressed rows. Columns ascend inside a row, values are finite and not 0.
struct Sparse {
  std::vector<GlobalIndex> row;    ///< (rows + 1)
  std::vector<LocalIndex> column;  ///< (n_entries)
  std::vector<double> value;       ///< (n_entries)
  GlobalIndex columns = 0;
  std::string name;  ///< of the file and member, for messages

  [[nodiscard]] GlobalIndex rows() const { return static_cast<GlobalIndex>(row.size()) - 1; }
};

/// What a matrix stands for decides which numbers are allowed.
enum class Content { weights, lengths };

/// What a file that holds several matrices is searched for first; where none has such a name, for
/// weights.
enum class Wanted { weights, lengths, delays };

/// Throws DataError naming row and column (from 0) unless the value is finite, and >= 0 for
/// lengths.
void check_value(const std::string& name, GlobalIndex row, GlobalIndex column, double value,
                 Content content);

/// Collects the rows of a dense matrix, one by one.
class RowCollector {
 public:
  /// With `pattern` only the entries where the pattern has one are kept.
  RowCollector(std::string name, Content content, const Sparse* pattern);
  /// Throws DataError for a row of another size than the first and for values that are not allowed.
  void add(std::span<const double> values);
  /// Throws DataError unless the matrix is square.
  Sparse finish();

 private:
  Content content_;
  const Sparse* pattern_;
  Sparse matrix_;
};

struct Triplet {
  LocalIndex row;
  LocalIndex column;
  double value;
};

/// Sorts; drops zeros. Throws DataError for an entry that is there twice.
Sparse from_triplets(std::string name, GlobalIndex regions, std::vector<Triplet> entries,
                     Content content);

/// Checks bounds and values of compressed rows as read, sorts rows that need it, drops zeros.
void tidy(Sparse& matrix, Content content);

Sparse transposed(const Sparse& matrix);

/// The value of `matrix` at each entry of `pattern`; 0 where it has none.
std::vector<double> values_at(const Sparse& pattern, const Sparse& matrix);

}  // namespace arcuate::io::matrix

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sparse.hpp"
#include "stream.hpp"

/// Numbers in text: matrices, tables, lists of labels, edge lists.
namespace arcuate::io::matrix {

/// The number, or nothing when the text is not exactly one.
std::optional<double> parse_number(std::string_view text);

/// Cells of a line: separated by semicolons, else tabs, else commas, else blanks; quotes removed.
std::vector<std::string> split_cells(std::string_view line);
/// ';', '\t', ',' or ' ': the first that is in the line.
char separator_of(std::string_view line);
/// The same at one separator; ' ' stands for any run of blanks.
std::vector<std::string> split_cells_at(std::string_view line, char separator);

/// Cells of "[label] x y z", more columns allowed after a label, at the separator (tab, blanks,
/// semicolon, comma) that makes x, y and z numbers: a label keeps whatever else is in it.
std::vector<std::string> point_cells(std::string_view line);

/// Cells of a line of a file whose header decides the separator.
std::vector<std::string> split_cells_as(std::string_view header, std::string_view line);

struct TextMatrix {
  Sparse matrix;
  std::vector<std::string> labels;  ///< of a header row or column, or empty
};

/// A dense square matrix, with or without a header row and column of labels.
TextMatrix read_text_matrix(Source& source, Content content, const Sparse* pattern);

/// All numbers of each line that is neither empty nor a comment.
std::vector<std::vector<double>> read_text_table(Source& source);

/// Names, one per line (the first cell), or a JSON list of strings when the text begins with '['.
std::vector<std::string> read_text_labels(Source& source);

/// Skips empty lines and comments (#, %). False at the end.
bool next_data_line(Lines& lines, std::string& line);

}  // namespace arcuate::io::matrix

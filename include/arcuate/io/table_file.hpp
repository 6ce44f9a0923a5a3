#pragma once

#include <string>

#include "arcuate/io/output.hpp"
#include "arcuate/model/table.hpp"

/// Files of tables that models look up (HDF5, docs/file-formats.md).
namespace arcuate::io {

/// The table of a model that has one, with the file's path and hash. Throws DataError: file,
/// dataset, value, what is allowed.
model::LookupTable read_table(const std::string& path, const model::ModelInfo& info);

/// Writes and publishes. Throws EnvironmentError.
void write_table(Output output, const model::LookupTable& table, const model::ModelInfo& info);
/// The same; replaces a table that Arcuate wrote.
void write_table(const std::string& path, const model::LookupTable& table,
                 const model::ModelInfo& info);

}  // namespace arcuate::io

#pragma once

#include <string>
#include <string_view>

#include "arcuate/io/output.hpp"

namespace arcuate::io {

/// Ends every zip archive of a connectome that Arcuate writes (its comment).
constexpr std::string_view connectome_mark = "Arcuate connectome";

/// The first line of what tuned weights say of themselves, in their own file or beside it.
constexpr std::string_view tuning_mark = "# arcuate tuning 1: what these weights were tuned with";

/// In every export of a recording, where its format has room for it.
constexpr std::string_view export_mark = "written by Arcuate";

/// How a table of samples begins.
constexpr std::string_view export_time = "time [s],";
/// How a table of a feature begins.
constexpr std::string_view export_feature_mark = "arcuate feature ";

/// "recording".
std::string_view name_of(OutputKind kind);
/// Whether an existing file is one of these that Arcuate wrote. Throws EnvironmentError: it cannot
/// be looked at.
bool is_of_kind(const std::string& path, OutputKind kind);

}  // namespace arcuate::io

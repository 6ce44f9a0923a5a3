#pragma once

#include <filesystem>
#include <string>

/// Where files are written. shown: the path as the user gave it, which begins the messages.
namespace arcuate::io {

/// Where a name leads through symbolic links, also when nothing is there yet: two names of one
/// output are one output.
std::filesystem::path end_of_links(std::filesystem::path path, const std::string& shown);

std::filesystem::path folder_of(const std::filesystem::path& path);

/// Throws EnvironmentError: no file can be written there.
void check_place(const std::filesystem::path& path, const std::string& shown);

/// A new empty file beside the output.
std::string create_beside(const std::filesystem::path& path, const std::string& shown);

/// What claims an output.
std::string claim_of(const std::filesystem::path& path);

}  // namespace arcuate::io

#pragma once

#include <cstdint>
#include <string>

namespace arcuate::io::hdf5 {

/// Whether the attributes in the object header at `address` lie within their messages, which
/// libhdf5 1.10 believes. True for headers that this does not know and that libhdf5 refuses itself.
bool attributes_fit(const std::string& path, std::uint64_t address);

}  // namespace arcuate::io::hdf5

#pragma once

#include <cstdint>
#include <string>

namespace arcuate::io::hdf5 {

/// Whether the attributes in the object header at `address` lie within their messages, and what
/// they point to in the heap, which libhdf5 1.10 believes. True for headers that this does not know
/// and that libhdf5 refuses itself.
bool header_fits(const std::string& path, std::uint64_t address);

/// Whether the texts of variable length that `count` descriptors at `address` point to lie in the
/// file's heap, with the lengths that the descriptors say: libhdf5 copies as many bytes as the heap
/// claims.
bool texts_fit(const std::string& path, std::uint64_t address, std::uint64_t count);

}  // namespace arcuate::io::hdf5

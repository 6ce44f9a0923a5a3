#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// NIfTI-2 as CIFTI-2 uses it: six dimensions, of which the first four are 1.
namespace arcuate::io::cifti {

/// The header as it lies in a file, whose first 540 bytes it is.
struct NiftiHeader {
  std::int32_t sizeof_hdr = 540;
  std::array<char, 8> magic{'n', '+', '2', '\0', '\r', '\n', '\032', '\n'};
  std::int16_t datatype = 16;  // float32
  std::int16_t bitpix = 32;
  std::array<std::int64_t, 8> dim{6, 1, 1, 1, 1, 1, 1, 1};
  std::array<double, 3> intent_p{};
  std::array<double, 8> pixdim{1, 1, 1, 1, 1, 1, 1, 1};
  std::int64_t vox_offset = 0;
  double scl_slope = 1.0, scl_inter = 0.0;
  std::array<double, 2> cal{};
  double slice_duration = 0.0, toffset = 0.0;
  std::array<std::int64_t, 2> slice{};
  std::array<char, 80> descrip{};
  std::array<char, 24> aux_file{};
  std::int32_t qform_code = 0, sform_code = 0;
  std::array<double, 18> transforms{};
  std::int32_t slice_code = 0, xyzt_units = 0, intent_code = 0;
  std::array<char, 16> intent_name{};
  char dim_info = 0;
  std::array<char, 15> unused{};
};
constexpr std::size_t nifti_header_bytes = 540;
static_assert(offsetof(NiftiHeader, vox_offset) == 168);
static_assert(offsetof(NiftiHeader, descrip) == 240);
static_assert(offsetof(NiftiHeader, intent_name) == 508);
static_assert(offsetof(NiftiHeader, unused) + 15 == nifti_header_bytes);

/// Of the kinds of CIFTI-2 files, by intent_code.
enum class Intent : std::int32_t { pconn = 3003, ptseries = 3004, dlabel = 3007 };

/// A file of one of these kinds.
struct NiftiFile {
  NiftiHeader header;
  std::string xml;
  std::size_t rows = 0;
  std::size_t columns = 0;
};
/// Throws DataError: what is wrong with the file, sizes included.
NiftiFile read_nifti(const std::string& path);
/// (n_rows, n_columns), scaled.
std::vector<double> read_values(const std::string& path, const NiftiFile& file);

/// Header and XML, with everything that follows from the length of the latter.
std::string nifti_begin(NiftiHeader& header, const std::string& xml);

}  // namespace arcuate::io::cifti

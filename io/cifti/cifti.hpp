#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Parcellated CIFTI-2 files: a NIfTI-2 header, an XML text that says what rows and columns are,
/// and a matrix whose rows lie one after another (Glasser et al. 2013, NeuroImage 80:105; format of
/// 2014).
namespace arcuate::io::cifti {

/// The vertices of a parcel on one surface.
struct Patch {
  std::string structure;  ///< as "CIFTI_STRUCTURE_CORTEX_LEFT"
  std::vector<std::int32_t> vertices;
};

struct Parcel {
  std::string name;
  std::vector<Patch> patches;
  std::vector<std::array<std::int32_t, 3>> voxels;
};

struct Surface {
  std::string structure;
  std::int64_t vertices = 0;
};

struct Parcellation {
  std::vector<Surface> surfaces;
  std::string volume;  ///< the XML element Volume, or ""
  std::vector<Parcel> parcels;
};

/// The labels of a .dlabel.nii (its first map), ascending by key as `wb_command -cifti-parcellate`
/// has them; or of a label list of Workbench (.txt: a name, then `key red green blue alpha`), whose
/// parcels have names only. Without "???" and labels that nothing has. Throws DataError.
Parcellation read_parcellation(const std::string& path);

/// Points in time, along the rows of a ptseries.
struct Series {
  std::int64_t points = 0;
  double start = 0.0;  ///< [s]
  double step = 0.0;   ///< [s]
};

/// A .ptseries.nii (with `series`) or .pconn.nii (without) under construction.
class Writer {
 public:
  /// Throws EnvironmentError, as all of it. `title` is a free text.
  Writer(const std::string& path, const Parcellation& parcels, const std::optional<Series>& series,
         const std::string& title);
  /// A piece of the row of a parcel.
  void write(std::size_t parcel, std::size_t first, std::span<const float> values);
  void close();

 private:
  [[noreturn]] void fail() const;

  std::string path_;
  std::ofstream file_;
  std::int64_t offset_ = 0;
  std::int64_t columns_ = 0;
};

/// A parcellated file as read.
struct Table {
  std::vector<std::string> parcels;  ///< (n_rows) names
  std::optional<Series> series;      ///< of a ptseries; else columns are parcels, as rows
  std::size_t columns = 0;
  std::vector<double> values;  ///< (n_rows, n_columns)
};
/// Throws DataError: no CIFTI-2, damaged, or of another kind.
Table read_table(const std::string& path);

}  // namespace arcuate::io::cifti

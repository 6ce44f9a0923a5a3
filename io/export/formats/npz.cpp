#include <fmt/format.h>

#include "export/feature_table.hpp"
#include "export/job.hpp"
#include "file/output_kind.hpp"
#include "matrix/npy.hpp"
#include "matrix/zip_writer.hpp"

// NumPy's archive: what a recording has of a monitor, under the same names.

namespace arcuate::io {
namespace {

/// A text without dimensions.
std::string npy_text(const std::string& text) {
  std::string list = matrix::npy_texts({text});
  const std::size_t at = list.find("(1,)");
  return list.replace(at, 4, "()  ");
}

template <class Number>
std::string npy_list(const char* type, const std::vector<Number>& values) {
  return matrix::npy_header(type, {static_cast<std::int64_t>(values.size())}) +
         std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Number));
}

/// An array that is read while the archive is written.
class Array final : public matrix::Source {
 public:
  Array(std::string header, std::unique_ptr<matrix::Source> numbers)
      : Source(numbers->name()), header_(std::move(header)), numbers_(std::move(numbers)) {}

  std::size_t read(char* out, std::size_t count) override {
    if (at_ == header_.size()) return numbers_->read(out, count);
    const std::size_t now = header_.copy(out, count, at_);
    at_ += now;
    return now;
  }

 private:
  std::string header_;
  std::size_t at_ = 0;
  std::unique_ptr<matrix::Source> numbers_;
};

void add_array(matrix::ZipWriter& zip, const std::string& member,
               const std::vector<std::int64_t>& shape, std::unique_ptr<matrix::Source> numbers) {
  const std::string header = matrix::npy_header("<f8", shape);
  std::size_t bytes = sizeof(double);
  for (const std::int64_t extent : shape)
    bytes *= static_cast<std::size_t>(extent);
  zip.add(member, std::make_unique<Array>(header, std::move(numbers)), header.size() + bytes);
}

void write_npz(ExportJob& job) {
  const auto samples = static_cast<std::int64_t>(job.samples());
  matrix::ZipWriter zip(job.file);
  add_array(zip, "data.npy",
            {samples, static_cast<std::int64_t>(job.variables().size()),
             static_cast<std::int64_t>(job.columns())},
            job.sample_bytes());
  add_array(zip, "time.npy", {samples}, job.time_bytes());
  zip.add("variable.npy", matrix::npy_texts(job.variables()));
  zip.add("units.npy", matrix::npy_texts(job.units()));
  zip.add("region.npy", matrix::npy_texts(job.series().labels));
  if (job.of_regions()) zip.add("region_index.npy", npy_list("<i8", job.series().columns));
  zip.add("period.npy", npy_list("<f8", std::vector<double>{job.series().period}));
  zip.add("monitor.npy", npy_text(job.series().name));
  zip.add("kind.npy", npy_text(job.series().kind));
  zip.add("title.npy", npy_text(job.run.title));
  zip.close(export_mark);
}

void write_npz_feature(FeatureExport& job) {
  const FeatureTable& table = job.table;
  matrix::ZipWriter zip(job.file);
  std::vector<std::string> names, units;
  for (const FeatureArray& array : table.arrays) {
    const std::vector<std::size_t> sizes = table.shape(array);
    const char* const bytes = reinterpret_cast<const char*>(array.values.data());
    zip.add(array.name + ".npy", matrix::npy_header("<f8", {sizes.begin(), sizes.end()}) +
                                     std::string(bytes, array.values.size() * sizeof(double)));
    names.push_back(array.name);
    units.push_back(array.unit);
  }
  for (const FeatureAxis& axis : table.axes) {
    zip.add(axis.name + ".npy",
            axis.texts.empty() ? npy_list("<f8", axis.values) : matrix::npy_texts(axis.texts));
  }
  zip.add("array.npy", matrix::npy_texts(names));
  zip.add("units.npy", matrix::npy_texts(units));
  zip.add("feature.npy", npy_text(table.name));
  for (const auto& [name, text] : table.facts)
    zip.add(name + ".npy", npy_text(text));
  zip.close(export_mark);
}

}  // namespace

extern const ExportFormat export_npz;
const ExportFormat export_npz{
    "npz",
    ".npz",
    "NumPy's archive: `data` (time, variable, region), `time` [s], `period` [s], `variable`, "
    "`units`, `region`, `region_index`",
    Holds::samples,
    false,
    "",
    false,
    nullptr,
    write_npz,
    write_npz_feature};

}  // namespace arcuate::io

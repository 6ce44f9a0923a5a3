#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "arcuate/core/sha256.hpp"
#include "arcuate/io/hdf5.hpp"
#include "export/job.hpp"

// A TimeSeriesRegion (of averages a TimeSeries) as The Virtual Brain 2 stores it: its class
// tvb.adapters.datatypes.h5.time_series_h5 reads attributes with the prefix TVB_, logical ones as
// "bool:True", and the datasets data (time, state variable, region, mode) and time [ms].

namespace arcuate::io {
namespace {

/// "urn:uuid:..." of what a name stands for: the same again for the same recording.
std::string urn_of(const std::string& name) {
  std::string hex = sha256(name).substr(0, 32);
  hex[12] = '5';  // version and variant of UUIDs that stand for a name (RFC 4122)
  hex[16] = 'a';
  return fmt::format("urn:uuid:{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4),
                     hex.substr(12, 4), hex.substr(16, 4), hex.substr(20));
}

/// What The Virtual Brain keeps of a dataset beside it.
struct Range {
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();
  double sum = 0.0;
  std::size_t count = 0;
  bool finite = true;

  void add(std::span<const double> values) {
    for (const double value : values) {
      if (!std::isfinite(value)) {
        finite = false;
        continue;
      }
      least = std::min(least, value);
      most = std::max(most, value);
      sum += value;
      ++count;
    }
  }

  void write(const hdf5::Object& data) const {
    data.set("TVB_Minimum", count > 0 ? least : 0.0);
    data.set("TVB_Maximum", count > 0 ? most : 0.0);
    data.set("TVB_Mean", count > 0 ? sum / static_cast<double>(count) : 0.0);
    data.set("TVB_IsFinite", std::string(finite ? "bool:True" : "bool:False"));
    data.set("TVB_HasComplex", std::string("bool:False"));
  }
};

/// "2026-11-28T20:15:00Z" as The Virtual Brain writes dates.
std::string date_of(std::string created) {
  if (created.size() < 19) return "";
  created.resize(19);
  created[10] = ',';
  created[13] = created[16] = '-';
  return created + ".000000";
}

void write_generic(const ExportJob& job, const hdf5::Object& file) {
  const std::string type = job.of_regions() ? "TimeSeriesRegion" : "TimeSeries";
  const auto set = [&](const std::string& name, const std::string& text) {
    file.set("TVB_" + name, text);
  };
  set("gid", urn_of(job.run.study + job.fact("Recorded") + job.series().name +
                    fmt::format("{}", fmt::join(job.variables(), ","))));
  set("type", "tvb.datatypes.time_series." + type);
  set("written_by", "tvb.adapters.datatypes.h5.time_series_h5." + type + "H5");
  set("create_date", date_of(job.fact("Recorded")));
  for (const char* no : {"invalid", "is_nan"})
    set(no, "bool:False");
  set("visible", "bool:True");
  set("state", "RAW_DATA");
  set("subject", job.run.title);
  for (const char* empty :
       {"user_tag_1", "user_tag_2", "user_tag_3", "user_tag_4", "user_tag_5", "operation_tag"})
    set(empty, "");
  file.set("TVB_Data_version", std::int64_t{5});
}

void write_axes(const ExportJob& job, const hdf5::Object& file) {
  const std::string space = job.of_regions() ? "Region" : "Space";
  const nlohmann::json order{"Time", "State Variable", space, "Mode"};
  const nlohmann::json names{{"State Variable", job.variables()}, {space, job.series().labels}};
  file.set("TVB_title", job.title());
  file.set("TVB_nr_dimensions", std::int64_t{4});
  file.set("TVB_labels_ordering", order.dump());
  file.set("TVB_labels_dimensions", names.dump());
  double start = 0.0;
  job.run.read_times(job.series(), 0, {&start, 1});
  constexpr double ms = 1000.0;
  file.set("TVB_start_time", ms * start);
  file.set("TVB_sample_period", ms * job.series().period);
  file.set("TVB_sample_period_unit", std::string("ms"));
  file.set("TVB_sample_rate", 1.0 / job.series().period);
  // Of whoever imports the connectome: the same for runs with the same regions.
  if (job.of_regions())
    file.set("TVB_connectivity",
             urn_of(fmt::format("{}", fmt::join(job.run.connectome.labels, "\n"))));
}

void write_tvb(ExportJob& job) {
  hdf5::Object file = hdf5::create_file(job.file);
  file.set("arcuate_export", std::string("tvb"));
  write_generic(job, file);
  write_axes(job, file);
  const std::size_t variables = job.variables().size();
  const std::size_t n = job.columns();
  hdf5::Object data = file.create_array<double>("data", {job.samples(), variables, n, 1});
  Range range;
  job.each_block([&](std::size_t first, std::span<const double> values) {
    data.write_part({{first, 0, 0, 0}, {values.size() / (variables * n), variables, n, 1}}, values);
    range.add(values);
  });
  range.write(data);
  hdf5::Object time = file.create_array<double>("time", {job.samples()});
  Range times;
  job.each_time([&](std::size_t first, std::span<const double> values) {
    std::vector<double> in_ms(values.begin(), values.end());
    for (double& t : in_ms)
      t *= 1000.0;
    time.write_part({{first}, {in_ms.size()}}, in_ms);
    times.add(in_ms);
  });
  times.write(time);
  file.flush();
}

}  // namespace

extern const ExportFormat export_tvb;
const ExportFormat export_tvb{
    "tvb",
    ".h5",
    "The Virtual Brain's TimeSeriesRegion (of averages TimeSeries): `data` (time, state variable, "
    "region, mode), `time` [ms], attributes `TVB_...`",
    Holds::samples,
    false,
    "",
    false,
    nullptr,
    write_tvb};

}  // namespace arcuate::io

#include "targets.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>

#include "../../io/checkpoint/layout.hpp"
#include "../../io/cifti/cifti.hpp"
#include "../../io/study/value_file.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/array_file.hpp"
#include "arcuate/io/checkpoint.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "arcuate/io/convert_lif.hpp"
#include "arcuate/io/features.hpp"
#include "arcuate/io/fit.hpp"
#include "arcuate/io/journal.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/io/recorded_study.hpp"
#include "arcuate/io/results.hpp"
#include "arcuate/io/spikes.hpp"
#include "arcuate/io/spiking_study.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/io/surface_file.hpp"
#include "arcuate/io/sweep.hpp"
#include "arcuate/io/table_file.hpp"
#include "arcuate/model/entry.hpp"

namespace arcuate::fuzz {
namespace {

/// Weights of two regions beside the file that is fuzzed.
std::string weights_beside(const std::string& path) {
  std::string weights = path.substr(0, path.find_last_of('/') + 1) + "weights.txt";
  std::ofstream(weights) << "0 1\n2 0\n";
  return weights;
}

network::Connectome two_regions() {
  network::Connectome connectome;
  connectome.labels = {"a", "b"};
  connectome.row = {0, 1, 2};
  connectome.source = {1, 0};
  connectome.weight = {1.0, 2.0};
  connectome.length = {10.0F, 20.0F};
  connectome.centres = {{0.0F, 0.0F, 0.0F}, {1.0F, 0.0F, 0.0F}};
  connectome.cortical = {1, 0};
  connectome.hemisphere = {0, 1};
  return connectome;
}

/// Files that the fits of the corpus name.
void write_beside(const std::string& path) {
  const std::string folder = path.substr(0, path.find_last_of('/') + 1);
  std::ofstream(folder + "fc.csv") << "1,0.5\n0.5,1\n";
  std::ofstream(folder + "map.csv") << "0.5\n-0.25\n";
  std::ofstream(folder + "sets.csv") << "coupling.gain,seed\n0.1,1\n0.2,2\n";
}

/// All candidates of small sweeps, the first of large ones.
void read_searches(const std::string& path, const io::Study& study) {
  write_beside(path);
  const network::Connectome connectome = two_regions();
  if (io::has_fit(study)) {
    const io::Fit fit = io::fit_of(study, &connectome);
    const auto start = fit.space().decode(fit.space().start());
    static_cast<void>(fit.changes(start, 0, 0, 0));
    static_cast<void>(fit.penalties(start));
    static_cast<void>(fit.cells(start));
    static_cast<void>(fit.table());
  }
  if (!io::has_sweep(study)) return;
  const io::Sweep sweep = io::sweep_of(study);
  for (std::int64_t k = 0; k < std::min<std::int64_t>(sweep.size(), 20); ++k)
    static_cast<void>(sweep.cells(k));
  static_cast<void>(sweep.changes(sweep.size() - 1));
  static_cast<void>(sweep.table());
}

void read_study(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const io::Study study = io::parse_study(text, path, {});
  io::resolve(study, two_regions());
  read_searches(path, study);
}

void read_connectome(const std::string& path) {
  io::read_connectome(path);
}

void read_text(const std::string& path) {
  io::read_connectome(io::ConnectomeFiles{path, path});
}

void read_labels(const std::string& path) {
  io::read_connectome(io::ConnectomeFiles{weights_beside(path), "", "", path});
}

void read_centres(const std::string& path) {
  io::read_connectome(io::ConnectomeFiles{weights_beside(path), "", "", "", path});
}

void read_values(const std::string& path) {
  io::read_numbers(path, 2);
}

void read_series(const std::string& path) {
  io::read_series(path, {"time", "value"});
}

void read_history(const std::string& path) {
  std::size_t samples = 0;
  io::read_history(path, 2, 2, samples);
}

/// As a report and as a study.
void read_recording(const std::string& path) {
  const io::RecordedRun run(path);
  for (const io::RecordedSeries& series : run.series) {
    const std::vector<std::size_t> columns = io::spread(series.labels.size(), 4);
    const std::size_t count = std::min<std::size_t>(series.samples, 100);
    for (std::size_t v = 0; v < series.variables.size(); ++v)
      static_cast<void>(run.read(series, v, columns, series.samples - count, count));
  }
  io::parse_study(run.study, path, {});
  io::describe_recording(path);
}

void read_spiking_study(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const io::SpikingStudy study = io::parse_spiking_study(text, path, {});
  io::parse_spiking_study(study.normalised, path, {});
}

/// As a report and as an analysis.
void read_spikes(const std::string& path) {
  static_cast<void>(io::RecordedRun(path));
  const io::SpikingStudy study = io::parse_spiking_study(io::study_of_recording(path), path, {});
  const spiking::Populations populations = spiking::populations_of(study.config);
  const io::SpikeReader reader(path, populations.first.back());
  static_cast<void>(io::read_spike_results(path));
  const bool small = study.steps < 100'000 && study.config.clusters < 100;
  if (small) io::analyse_spikes({reader.source(study, populations)}, study, study.analysis);
}

void read_lif(const std::string& path) {
  io::convert_lif(path);
}

/// As a list and as what it means of the samples of two regions.
void read_features(const std::string& path) {
  const std::vector<io::FeatureRequest> requests = io::read_features(path);
  io::RecordedSeries series;
  series.name = "bold";
  series.kind = "bold";
  series.variables = {"signal"};
  series.units = {"1"};
  series.labels = {"a", "b"};
  series.columns = {0, 1};
  series.first_time = 0.72;
  series.period = 0.72;
  series.samples = 300;
  io::check_features(requests, {series}, two_regions());
  io::total_bytes(io::memory_of(requests, {series}, two_regions()));
}

void read_table(const std::string& path) {
  io::read_table(path, model::find("ALN")->info);
}

/// As samples or connectivity, and as a parcellation.
void read_cifti(const std::string& path) {
  try {
    io::cifti::read_table(path);
  } catch (const DataError&) {
    io::cifti::read_parcellation(path);
  }
}

void read_array(const std::string& path) {
  io::read_array(path, {"data"});
}

/// With the distances along it, as far as it is small.
void read_surface(const std::string& path) {
  const network::Surface surface = io::read_surface({path});
  network::LocalKernel kernel;
  kernel.form = network::LocalKernel::Form::gaussian;
  const GlobalIndex few = std::min<GlobalIndex>(surface.n_vertices(), 8);
  if (surface.triangles.size() < 1000) network::local_rows(surface, kernel, 0, few);
}

/// A surface or labels.
void read_gifti(const std::string& path) {
  try {
    read_surface(path);
  } catch (const DataError&) {
    io::read_region_mapping({path}, two_regions());
  }
}

/// And its header beside another; what is no journal as a header.
void read_journal(const std::string& path) {
  const std::string other = R"({"budget": 3, "vary": {"gain": [0, 1]}})";
  try {
    io::differences(io::read_journal(path).header, other);
  } catch (const DataError&) {
    std::ifstream in(path, std::ios::binary);
    io::differences({std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}, other);
  }
}

/// All of its numbers.
void read_whole_checkpoint(const std::string& path) {
  const io::Checkpoint checkpoint(path);
  checkpoint.verify();
  static_cast<void>(checkpoint.shared("features"));
  for (GlobalIndex region = 0; region < checkpoint.n_regions(); ++region)
    static_cast<void>(checkpoint.region(region));
}

/// The same file with checksums that hold: of the header, and, where its text can be read, of the
/// index and its size as they are.
std::string sealed(std::string bytes) {
  using namespace io::checkpoint;
  std::int64_t given = 0;
  std::memcpy(&given, bytes.data() + 32, sizeof given);
  const auto room = static_cast<std::int64_t>(bytes.size() - preamble_bytes);
  const auto size = static_cast<std::size_t>(std::clamp<std::int64_t>(given, 0, room));
  std::string header = bytes.substr(preamble_bytes, size);
  try {
    Whole whole = io::checkpoint::read_text(header);
    whole.bytes = std::ssize(bytes);
    std::size_t at = preamble_bytes + size;
    for (const Shared& one : whole.shared)
      at += static_cast<std::size_t>(std::clamp<std::int64_t>(one.values, 0, room)) * 8;
    const auto entries = static_cast<std::size_t>(std::clamp<std::int64_t>(whole.regions, 0, room));
    const std::string index = at < bytes.size() ? bytes.substr(at, entries * sizeof(Entry)) : "";
    whole.index_checksum = checksum(index.data(), index.size());
    const std::string text = text_of(whole);
    if (text.size() <= size) header = text + std::string(size - text.size(), ' ');
  } catch (const DataError&) {
    // The text as it is.
  }
  const auto preamble = preamble_of(header);
  bytes.replace(0, preamble_bytes, preamble.data(), preamble.size());
  bytes.replace(preamble_bytes, size, header);
  return bytes;
}

/// As it is, and with checksums that hold, behind which nothing else would be read.
void read_checkpoint(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (bytes.size() > io::checkpoint::preamble_bytes) {
    try {
      read_whole_checkpoint(path);
    } catch (const DataError&) {
      std::ofstream(path, std::ios::binary) << sealed(bytes);
    }
  }
  read_whole_checkpoint(path);
}

/// With the arrays of the first and the last candidate.
void read_results(const std::string& path) {
  const io::ResultTable table = io::read_results(path);
  const std::size_t candidates = table.columns.front().size();
  for (const io::ResultArray& array : table.arrays) {
    if (candidates == 0) break;
    static_cast<void>(array.values(0));
    static_cast<void>(array.values(candidates - 1));
  }
}

}  // namespace

const std::vector<Target>& targets() {
  static const std::vector<Target> all{
      {"study", ".yml", false, false, read_study},
      {"tvb", ".zip", true, false, read_connectome},
      {"npz", ".npz", true, false, read_connectome},
      {"npy", ".npy", false, false, read_connectome},
      {"mat", ".mat", false, false, read_connectome},
      {"hdf5", ".h5", false, true, read_connectome},
      {"text", ".txt", false, false, read_text},
      {"matrix_market", ".mtx", false, false, read_connectome},
      {"edges", ".edges.csv", false, false, read_connectome},
      {"labels", ".txt", false, false, read_labels},
      {"centres", ".txt", false, false, read_centres},
      {"values", "", false, false, read_values},
      {"series", "", false, false, read_series},
      {"history", ".npy", false, false, read_history},
      {"recording", ".h5", false, true, read_recording},
      {"features", ".yml", false, false, read_features},
      {"table", ".h5", false, true, read_table},
      {"cifti", ".nii", false, false, read_cifti},
      {"array", ".csv", false, false, read_array},
      {"gifti", ".gii", false, false, read_gifti},
      {"surface", ".zip", true, false, read_surface},
      {"journal", ".jsonl", false, false, read_journal},
      {"results", ".h5", false, true, read_results},
      {"spiking_study", ".yml", false, false, read_spiking_study},
      {"spikes", ".h5", false, true, read_spikes},
      {"lif", ".yaml", false, false, read_lif},
      {"checkpoint", ".checkpoint", false, false, read_checkpoint},
  };
  return all;
}

}  // namespace arcuate::fuzz

#include "arcuate/run/checkpoints.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <utility>

#include "arcuate/core/checksum.hpp"
#include "arcuate/core/clock_time.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/sha256.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/monitor/sensors.hpp"
#include "arcuate/run/share.hpp"

namespace arcuate::run {
namespace {

namespace fs = std::filesystem;

/// The state at the end, before it is in the recording.
std::string end_of(const std::string& output) {
  return output + ".checkpoint-final";
}

/// What a run left that was killed while it wrote.
void remove_unfinished(const std::string& output) {
  if (io::is_checkpoint(end_of(output))) ::unlink(end_of(output).c_str());
  for (const std::string& file : {end_of(output), io::checkpoint_files(output, 1).front()})
    ::unlink(io::name_while_written(file).c_str());
}

/// More than any study may keep.
constexpr int most_kept = 9;

template <class Value>
std::string sum_of(const std::vector<Value>& values) {
  static_assert(sizeof(Value) == 4 || sizeof(Value) == 8);
  const auto bytes = std::as_bytes(std::span(values));
  return fmt::format("{:016x}", checksum_at(bytes.data(), values.size(), sizeof(Value), 0));
}

/// Who is connected to whom, how strongly and how far.
std::string sum_of(const network::Connectome& connectome, const engine::Delays& delays) {
  return fmt::format("{} {} {} {}", sum_of(connectome.row), sum_of(connectome.source),
                     sum_of(connectome.weight), sum_of(delays.steps()));
}

/// The monitors and what they see.
std::string monitors_of(const comm::Communicator& comm, const Prepared& prepared) {
  std::vector<monitor::MonitorSpec> monitors = prepared.monitors;
  for (monitor::MonitorSpec& monitor : monitors)
    monitor.goes_on = false;
  std::string all = fingerprint(comm, monitors);
  for (const monitor::MonitorSpec& monitor : prepared.monitors)
    all += monitor.sensors ? monitor.sensors->sha256 + monitor.sensors->settings : "-";
  return sha256(all);
}

/// What the numbers of a state are: models, links, processes of noise, methods; none of their
/// numbers.
std::string form_of(const comm::Communicator& comm, engine::SimulationSpec simulation) {
  for (engine::Population& population : simulation.populations) {
    population.parameters.clear();
    population.initial.clear();
    population.stimuli.clear();
    population.table = {};
    population.bounds = {};
    for (engine::NoiseTerm& noise : population.noise)
      noise.sigma = RegionValues(0.0);
  }
  simulation.history.reset();
  simulation.coupling.gain = 0.0;
  simulation.coupling.parameters.clear();
  if (simulation.tracts) {
    simulation.tracts->weight.clear();
    simulation.tracts->coupling.gain = 0.0;
    simulation.tracts->coupling.parameters.clear();
  }
  simulation.speed = 0.0;
  simulation.seed = 0;
  simulation.steps = 0;
  return fingerprint(comm, simulation);
}

/// Everything that the state of a run follows from, but how long it is.
std::string fingerprint_of(const comm::Communicator& comm, const Prepared& prepared) {
  engine::SimulationSpec simulation = prepared.simulation;
  simulation.steps = 0;
  const io::RecordingHeader& header = prepared.header;
  std::string all = fingerprint(comm, simulation) + monitors_of(comm, prepared);
  all += fmt::format("{} {} {} {} {}", prepared.transient, static_cast<int>(header.storage),
                     header.plugin_sha256, header.connectome_plugin_sha256, header.table_sha256);
  return sha256(all + io::study_section(header.study, "features"));
}

[[noreturn]] void refuse(const io::CheckpointHeader& saved, const io::CheckpointHeader& now,
                         const std::string& path) {
  std::vector<std::string> differences =
      io::study_differences(saved.study, now.study, io::outside_of_simulations);
  if (saved.connectome != now.connectome)
    differences.push_back("the connectome: its weights, delays or edges have changed");
  if (differences.empty())
    differences.push_back("a file that the study names, or the version of Arcuate, has changed");
  throw ConfigError(fmt::format(
      "{}: is of another study; --resume goes on with the same one, --overwrite begins anew. {}",
      path, fmt::join(differences, "; ")));
}

[[noreturn]] void refuse_to_go_on(const std::string& name, const std::string& what) {
  throw ConfigError(fmt::format(
      "{}: cannot be continued with {}: numbers may change (parameters, gain, noise, weights, "
      "stimuli, seed), and the duration",
      name, what));
}

/// (n_regions) [steps]
std::vector<std::int32_t> longest_lags(const network::Connectome& connectome,
                                       const engine::Delays& delays) {
  std::vector<std::int32_t> longest(static_cast<std::size_t>(connectome.n_regions()), 0);
  const auto& steps = delays.steps();
  for (std::size_t e = 0; e < steps.size(); ++e) {
    std::int32_t& lag = longest[static_cast<std::size_t>(connectome.source[e])];
    lag = std::max(lag, static_cast<std::int32_t>(steps[e]));
  }
  return longest;
}

}  // namespace

Continuable continuable(const comm::Communicator& comm, const Prepared& prepared) {
  Continuable all;
  all.form = form_of(comm, prepared.simulation);
  all.monitors = monitors_of(comm, prepared);
  all.steps = prepared.simulation.steps;
  if (comm.is_root()) all.longest_lag = longest_lags(prepared.connectome, prepared.delays);
  return all;
}

void require_continuable(const Continuable& before, const Continuable& next,
                         const std::string& name) {
  if (before.longest_lag.size() != next.longest_lag.size())
    refuse_to_go_on(name, "another number of regions");
  if (before.form != next.form)
    refuse_to_go_on(name, "other models, couplings, kinds of noise, methods or time steps");
  if (before.monitors != next.monitors) refuse_to_go_on(name, "other monitors");
  if (before.steps >= next.steps) refuse_to_go_on(name, "a duration that ends before it begins");
  for (std::size_t k = 0; k < next.longest_lag.size(); ++k) {
    if (next.longest_lag[k] > before.longest_lag[k])
      refuse_to_go_on(name, fmt::format("a delay of {} steps from region {}, of whose history {} "
                                        "steps are there",
                                        next.longest_lag[k], k, before.longest_lag[k]));
  }
}

std::vector<std::string> checkpoint_files(const std::string& output) {
  std::vector<std::string> files = io::checkpoint_files(output, most_kept);
  std::erase_if(files, [](const std::string& file) { return ::access(file.c_str(), F_OK) != 0; });
  return files;
}

Found find_checkpoints(const std::string& output) {
  Found found;
  const std::vector<std::string> files = checkpoint_files(output);
  for (const std::string& file : files) {
    if (found.newest) break;
    try {
      io::Checkpoint checkpoint(file);
      checkpoint.verify();
      found.newest.emplace(std::move(checkpoint));
    } catch (const DataError& error) {
      found.warnings.emplace_back(error.what());
    }
  }
  if (!files.empty() && !found.newest)
    throw DataError(fmt::format("{}; no checkpoint is whole: --overwrite begins anew",
                                fmt::join(found.warnings, "; ")));
  if (!found.warnings.empty())
    found.warnings.back() += "; " + found.newest->path() + " is used in its place";
  return found;
}

void discard_checkpoints(const std::string& output) {
  remove_unfinished(output);
  for (const std::string& file : io::checkpoint_files(output, most_kept)) {
    if (!io::is_checkpoint(file)) continue;
    try {
      const io::Checkpoint checkpoint(file);
      const fs::path partial = fs::path(checkpoint.header().partial).filename();
      const fs::path name = fs::path(output).filename();
      if (partial.string().starts_with(name.string() + ".partial-")) {
        const std::string path = (fs::path(output).parent_path() / partial).string();
        ::unlink(path.c_str());
        ::unlink(io::name_of_what_was(path).c_str());
      }
    } catch (const Error&) {
      // A damaged one names nothing.
    }
    ::unlink(file.c_str());
  }
}

Checkpoints::Checkpoints(const comm::Communicator& comm, const Prepared& prepared,
                         std::string output, const CheckpointOptions& options)
    : comm_(comm), prepared_(prepared), output_(std::move(output)), options_(options) {
  comm_.broadcast(output_);
  const std::string whole = fingerprint_of(comm_, prepared_);
  const std::string form = form_of(comm_, prepared_.simulation);
  const std::string monitors = monitors_of(comm_, prepared_);
  comm::on_root(comm_, [&] {
    header_.version = std::string(version());
    header_.study = prepared_.header.study;
    header_.fingerprint = whole;
    header_.form = form;
    header_.monitors = monitors;
    header_.connectome = sum_of(prepared_.connectome, prepared_.delays);
    header_.dt = prepared_.simulation.dt;
    header_.steps = prepared_.simulation.steps;
    header_.overwrites = options_.overwrites;
  });
}

void Checkpoints::continue_from(const io::Checkpoint& checkpoint) {
  comm::on_root(comm_, [&] {
    const io::CheckpointHeader& saved = checkpoint.header();
    if (saved.fingerprint != header_.fingerprint || saved.connectome != header_.connectome ||
        saved.steps > header_.steps)
      refuse(saved, header_, checkpoint.path());
    header_.parts = saved.parts;
  });
  from_ = checkpoint.header().step;
}

void Checkpoints::begin_at(const io::Checkpoint& end) {
  comm::on_root(comm_, [&] {
    const io::CheckpointHeader& saved = end.header();
    // Whether the history that is there is long enough shows when it is read.
    const auto regions = prepared_.header.owner.size();
    const std::vector<std::int32_t> unknown;
    if (static_cast<std::size_t>(end.n_regions()) != regions)
      refuse_to_go_on(end.path(), "another number of regions");
    require_continuable({saved.form, saved.monitors, saved.step, unknown},
                        {header_.form, header_.monitors, header_.steps, unknown}, end.path());
  });
  from_ = end.header().step;
}

std::vector<io::RunPart> Checkpoints::parts(Step now, double wall) const {
  std::vector<io::RunPart> all = header_.parts;
  // What a run did after its last checkpoint is done again.
  if (!all.empty()) all.back().to = from_;
  all.push_back(
      {from_, now, prepared_.header.ranks, prepared_.header.threads, wall, std::string(version())});
  return all;
}

io::CheckpointHeader Checkpoints::header_now(const Run& run, double wall) const {
  io::CheckpointHeader header = header_;
  header.created = clock_time();
  header.step = run.now();
  header.parts = parts(run.now(), wall);
  return header;
}

std::unique_ptr<io::CheckpointWriter> Checkpoints::start(const std::vector<std::string>& files,
                                                         const Run& run, io::FeatureSink& features,
                                                         io::RecordingWriter* recording,
                                                         double wall, Manner manner,
                                                         bool outlasts) {
  io::RecordingPosition position;
  if (recording != nullptr) position = recording->position();
  io::CheckpointContent content;
  content.header = header_now(run, wall);
  content.header.partial = position.partial;
  content.header.recording = position.identity;
  content.header.samples = position.samples;
  content.header.sums = position.sums;
  content.shared = {{"tracts", run.simulation().save_shared()},
                    {"features", comm_.is_root() ? features.save() : std::vector<double>()}};
  content.owned = run.simulation().owned();
  content.n_regions = static_cast<GlobalIndex>(prepared_.header.owner.size());
  content.save = [&run](std::size_t k, std::vector<double>& values) {
    return run.save(static_cast<LocalIndex>(k), values);
  };
  // The samples come first: without them a checkpoint is worth nothing.
  return std::make_unique<io::CheckpointWriter>(comm_, files, content, manner,
                                                [recording, outlasts] {
                                                  if (recording != nullptr && outlasts)
                                                    recording->sync();
                                                });
}

void Checkpoints::begin(const Run& run, io::FeatureSink& features, io::RecordingWriter* recording,
                        double wall, Manner manner) {
  written_.reset();
  pending_ = start(io::checkpoint_files(output_, options_.keep), run, features, recording, wall,
                   manner, true);
}

bool Checkpoints::go_on(io::RecordingWriter* recording) {
  std::unique_ptr<io::CheckpointWriter> writer = std::move(pending_);
  if (!writer->go_on()) {
    pending_ = std::move(writer);
    return false;
  }
  take(std::move(writer), recording);
  return true;
}

void Checkpoints::complete(io::RecordingWriter* recording) {
  std::unique_ptr<io::CheckpointWriter> writer = std::move(pending_);
  writer->finish();
  take(std::move(writer), recording);
}

void Checkpoints::take(std::unique_ptr<io::CheckpointWriter> writer,
                       io::RecordingWriter* recording) {
  written_ = std::move(writer);
  if (recording != nullptr) recording->keep_partial();
  const io::CheckpointSize size = written_->size();
  ++cost_.number;
  cost_.bytes = size.bytes;
  cost_.waited += size.waited;
  cost_.seconds += size.seconds;
}

void Checkpoints::leave(const std::string& shorter, const Run& run, io::FeatureSink& features,
                        io::RecordingWriter& recording) {
  begin(run, features, &recording, 0.0, Manner::at_once);
  complete(&recording);
  if (!comm_.is_root()) return;
  const std::vector<std::string> files = io::checkpoint_files(output_, most_kept);
  for (std::size_t k = 1; k < files.size(); ++k) {
    if (io::is_checkpoint(files[k])) ::unlink(files[k].c_str());
  }
  if (shorter != output_) ::unlink(shorter.c_str());
}

std::string Checkpoints::write_final(const Run& run, io::FeatureSink& features,
                                     io::RecordingWriter& recording, double wall) {
  const std::string file = end_of(output_);
  start({file}, run, features, &recording, wall, Manner::at_once, false)->finish();
  return file;
}

void Checkpoints::discard() const {
  if (!comm_.is_root()) return;
  remove_unfinished(output_);
  for (const std::string& file : io::checkpoint_files(output_, most_kept)) {
    if (io::is_checkpoint(file)) ::unlink(file.c_str());
  }
}

}  // namespace arcuate::run

#include "arcuate/run/spiking_checkpoints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

#include "arcuate/core/clock_time.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/version.hpp"
#include "arcuate/io/study.hpp"

namespace arcuate::run {
namespace {

constexpr const char* spiking_form = "spiking 2";

/// Count and checksum in numbers that hold them to the bit.
std::vector<double> numbers_of(const io::SpikeLog::Position& position) {
  return {static_cast<double>(position.count), static_cast<double>(position.sum >> 32U),
          static_cast<double>(position.sum & 0xffffffffU)};
}

}  // namespace

namespace {

void require_same_but_for(const io::Checkpoint& checkpoint, const io::SpikingStudy& study,
                          std::span<const std::string_view> outside) {
  const io::CheckpointHeader& saved = checkpoint.header();
  const std::vector<std::string> differences =
      io::study_differences(saved.study, study.normalised, outside);
  if (saved.form == spiking_form && differences.empty()) return;
  throw ConfigError(fmt::format("{}: is of another study; --overwrite begins anew. {}",
                                checkpoint.path(), fmt::join(differences, "; ")));
}

}  // namespace

void require_same_study(const io::Checkpoint& checkpoint, const io::SpikingStudy& study) {
  require_same_but_for(checkpoint, study, io::outside_of_simulations);
}

void require_begin_of_study(const io::Checkpoint& checkpoint, const io::SpikingStudy& study) {
  std::vector<std::string_view> outside(io::outside_of_simulations.begin(),
                                        io::outside_of_simulations.end());
  outside.emplace_back("duration");
  require_same_but_for(checkpoint, study, outside);
  if (checkpoint.header().step > study.steps)
    throw ConfigError(checkpoint.path() + ": is later than the study ends");
}

io::RecordingPosition position_in(const io::Checkpoint& checkpoint) {
  const io::CheckpointHeader& saved = checkpoint.header();
  return {saved.partial, saved.recording, saved.samples, saved.sums};
}

io::SpikeLog::Position spikes_in(const io::Checkpoint& checkpoint) {
  const std::vector<double> numbers = checkpoint.shared("spikes");
  const auto whole = [](double x) { return x >= 0.0 && x < 1e15 && x == std::floor(x); };
  if (numbers.size() != 3 || !std::all_of(numbers.begin(), numbers.end(), whole))
    throw DataError(checkpoint.path() + ": does not say how many spikes there were");
  return {static_cast<std::uint64_t>(numbers[0]),
          (static_cast<std::uint64_t>(numbers[1]) << 32U) + static_cast<std::uint64_t>(numbers[2])};
}

SpikingCheckpoints::SpikingCheckpoints(const comm::Communicator& world,
                                       const io::SpikingStudy& study, std::string output, int keep,
                                       int threads, bool overwrites)
    : world_(world), study_(study), output_(std::move(output)), keep_(keep), threads_(threads) {
  world_.broadcast(output_);
  header_.version = std::string(version());
  header_.study = study.normalised;
  header_.fingerprint = header_.connectome = header_.form = header_.monitors = spiking_form;
  header_.dt = study.config.dt * 1000.0;
  header_.steps = study.steps;
  header_.overwrites = overwrites;
}

void require_end_of_same_network(const io::Checkpoint& end, const io::SpikingStudy& study) {
  const io::CheckpointHeader& saved = end.header();
  const auto fail = [&](const std::string& why) {
    throw ConfigError(fmt::format("{}: the study cannot go on from its end: {}", end.path(), why));
  };
  if (saved.form != spiking_form) fail("it is no recording of spiking neurons");
  const spiking::Config was = io::parse_spiking_study(saved.study, end.path(), {}).config;
  const spiking::Config& is = study.config;
  const auto same = [&](bool equal, const char* key) {
    if (!equal)
      fail(fmt::format("`{}` is another (allowed: what leaves the network as it is)", key));
  };
  same(was.neurons == is.neurons, "spiking.neurons");
  same(was.background == is.background, "spiking.background");
  same(was.clusters == is.clusters, "spiking.clusters");
  same(was.probabilities == is.probabilities, "spiking.probabilities");
  same(was.seed == is.seed, "seed");
  same(was.dt == is.dt, "spiking.dt");
  same(was.delay == is.delay, "spiking.delay");
  if (study.transient < saved.step || study.steps <= saved.step)
    fail(fmt::format("it ends at {:.12g} s, which is not before the samples that are wanted",
                     static_cast<double>(saved.step) * is.dt));
}

void SpikingCheckpoints::load(const io::Checkpoint& checkpoint,
                              spiking::Simulation& simulation) const {
  const spiking::Range& owned = simulation.owned();
  if (checkpoint.n_regions() != study_.config.n_neurons())
    throw DataError(checkpoint.path() + ": is of another number of neurons");
  for (GlobalIndex neuron = owned.first; neuron < owned.end; ++neuron) {
    const auto saved = checkpoint.region(neuron);
    if (saved.values.size() != simulation.saved_values())
      throw DataError(checkpoint.path() + ": is of another delay");
    simulation.load(neuron, saved.values);
  }
}

void SpikingCheckpoints::begin_at(const io::Checkpoint& end, spiking::Simulation& simulation) {
  comm::all_or_none(world_, [&] { load(end, simulation); });
  from_ = end.header().step;
  simulation.resume(from_);
}

void SpikingCheckpoints::resume(const io::Checkpoint& checkpoint, spiking::Simulation& simulation) {
  comm::all_or_none(world_, [&] { load(checkpoint, simulation); });
  from_ = checkpoint.header().step;
  header_.parts = checkpoint.header().parts;
  simulation.resume(from_);
}

void SpikingCheckpoints::write(const spiking::Simulation& simulation, io::SpikeLog* spikes,
                               io::RecordingWriter* recording, double wall) {
  write_to(io::checkpoint_files(output_, keep_), simulation, spikes, recording, wall);
  if (recording != nullptr) recording->keep_partial();
}

std::string SpikingCheckpoints::write_final(const spiking::Simulation& simulation,
                                            io::RecordingWriter& recording, double wall) {
  const std::string file = output_ + ".checkpoint-final";
  write_to({file}, simulation, nullptr, &recording, wall);
  return file;
}

void SpikingCheckpoints::write_to(const std::vector<std::string>& files,
                                  const spiking::Simulation& simulation, io::SpikeLog* spikes,
                                  io::RecordingWriter* recording, double wall) {
  io::RecordingPosition position;
  if (recording != nullptr) position = recording->position();
  io::CheckpointContent content;
  content.header = header_;
  content.header.created = arcuate::clock_time();
  content.header.step = simulation.now();
  content.header.partial = position.partial;
  content.header.recording = position.identity;
  content.header.samples = position.samples;
  content.header.sums = position.sums;
  content.header.parts = parts(simulation.now(), wall);
  content.shared = {
      {"spikes", spikes != nullptr ? numbers_of(spikes->position()) : std::vector<double>()}};
  const spiking::Range owned = simulation.owned();
  std::vector<GlobalIndex> neurons(static_cast<std::size_t>(owned.size()));
  std::iota(neurons.begin(), neurons.end(), owned.first);
  content.owned = neurons;
  content.n_regions = study_.config.n_neurons();
  content.save = [&](std::size_t place, std::vector<double>& values) -> io::SavedRegion {
    simulation.save(neurons[place], values);
    return {};
  };
  io::CheckpointWriter writer(world_, files, content, io::CheckpointWriter::Manner::at_once, [&] {
    if (recording != nullptr) recording->sync();
    if (spikes != nullptr) spikes->keep();
  });
  static_cast<void>(writer.finish());
}

std::vector<io::RunPart> SpikingCheckpoints::parts(Step now, double wall) const {
  std::vector<io::RunPart> all = header_.parts;
  // What a run did after its last checkpoint is done again.
  if (!all.empty()) all.back().to = from_;
  all.push_back({from_, now, world_.size(), threads_, wall, std::string(version())});
  return all;
}

}  // namespace arcuate::run

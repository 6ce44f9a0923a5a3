#include "earlier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <string_view>
#include <utility>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/io/recorded_study.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/run/checkpoints.hpp"
#include "arcuate/run/launch.hpp"

namespace arcuate::app {
namespace {

/// A checkpoint goes on with a recording that is there. A run that is killed when its recording has
/// its name may leave one that does not.
bool is_unfinished(const std::string& output) {
  const std::filesystem::path folder = std::filesystem::path(output).parent_path();
  const std::vector<std::string> files = run::checkpoint_files(output);
  return std::any_of(files.begin(), files.end(), [&](const std::string& file) {
    try {
      return std::filesystem::exists(folder / partial_of(io::Checkpoint(file), output));
    } catch (const DataError&) {
      return true;  // a damaged one may have gone on with anything
    }
  });
}

bool is_whole(const std::string& output) {
  std::error_code none;
  return std::filesystem::is_regular_file(output, none) && !is_unfinished(output);
}

/// What a longer run of the same study may say otherwise.
std::vector<std::string> differences_but_duration(const std::string& was, const std::string& is) {
  std::vector<std::string_view> ignored(io::outside_of_simulations.begin(),
                                        io::outside_of_simulations.end());
  ignored.emplace_back("duration");
  return io::study_differences(was, is, ignored);
}

/// [ms] of the study that a recording keeps; both are rounded to steps.
bool is_longer(const io::Study& study, const std::string& recording) {
  const io::RecordedRun run(recording);
  return study.duration > run.duration * 1000.0 + run.dt / 2.0;
}

/// With --resume, a whole recording of the same study, but shorter.
bool can_be_longer(const io::Study& study) {
  return is_whole(study.output) && is_longer(study, study.output) &&
         differences_but_duration(io::study_of_recording(study.output), study.normalised).empty();
}

/// A checkpoint of a shorter run: its samples go into a recording of another size.
bool is_of_shorter(const io::Checkpoint& checkpoint, const io::Study& study) {
  const io::CheckpointHeader& saved = checkpoint.header();
  return study.duration > (static_cast<double>(saved.steps) + 0.5) * saved.dt;
}

void go_on_with(const io::Checkpoint& earlier, const io::Study& study, Start& start,
                io::OutputOptions& options) {
  const std::string partial = partial_of(earlier, study.output);
  start.checkpoint = earlier.path();
  // The run that is gone on with was allowed to.
  options.overwrite = options.overwrite || earlier.header().overwrites;
  if (is_of_shorter(earlier, study))
    start.longer_than = (std::filesystem::path(study.output).parent_path() / partial).string();
  else
    options.partial = partial;
}

}  // namespace

std::optional<io::Checkpoint> open_together(const comm::Communicator& world, std::string file) {
  world.broadcast(file);
  std::optional<io::Checkpoint> checkpoint;
  if (file.empty()) return checkpoint;
  std::vector<std::int64_t> place;
  comm::on_root(world, [&] {
    if (io::is_checkpoint(file)) return;
    const io::StatePlace found = io::state_of_recording(file);
    place = {found.offset, found.size};
  });
  world.broadcast(place);
  comm::all_or_none(world, [&] {
    if (place.empty())
      checkpoint.emplace(file);
    else
      checkpoint.emplace(file, place[0], place[1]);
  });
  return checkpoint;
}

std::string partial_of(const io::Checkpoint& checkpoint, const std::string& output) {
  const std::string& partial = checkpoint.header().partial;
  const std::string begin = std::filesystem::path(output).filename().string() + ".partial-";
  if (partial.starts_with(begin) && partial.find('/') == std::string::npos) return partial;
  throw DataError(fmt::format("{}: goes on with '{}', which is not a recording in progress of {}",
                              checkpoint.path(), partial, output));
}

std::optional<io::Checkpoint> earlier_run(const std::string& output, bool resume, bool overwrite) {
  if (resume) {
    run::Found found = run::find_checkpoints(output);
    run::warn_of(found.warnings);
    return std::move(found.newest);
  }
  if (overwrite || !is_unfinished(output)) return std::nullopt;
  throw ConfigError(fmt::format(
      "{}: there is a checkpoint of an unfinished run to it ({}); --resume goes on with that run, "
      "--overwrite gives it up and begins anew",
      output, run::checkpoint_files(output).front()));
}

io::Study read(const SimulateArguments& arguments, Start& start) {
  io::Study study = io::read_study(arguments.file, arguments.overrides);
  study.goes_on = study.goes_on || !arguments.from.empty();
  start.every =
      arguments.checkpoint_every < 0.0 ? study.checkpoint_every : 60.0 * arguments.checkpoint_every;
  start.before_end = study.checkpoint_before_end;
  start.keep = study.checkpoints;
  start.keeps_end = study.final_state;
  io::OutputOptions options{io::OutputKind::recording, study.overwrite || arguments.overwrite,
                            study.inputs, "--overwrite (or overwrite: true)"};
  std::optional<io::Checkpoint> earlier;
  if (arguments.resume && can_be_longer(study)) {
    start.checkpoint = start.longer_than = study.output;
    options.overwrite = true;
  } else {
    earlier = earlier_run(study.output, arguments.resume, options.overwrite);
    if (earlier) go_on_with(*earlier, study, start, options);
  }
  start.overwrites = options.overwrite;
  start.output = io::Output(study.output, options);
  if (!earlier) run::discard_checkpoints(study.output);
  return study;
}

bool is_done_already(const SimulateArguments& arguments) {
  if (!arguments.resume) return false;
  const io::Study study = io::read_study(arguments.file, arguments.overrides);
  if (!is_whole(study.output) || can_be_longer(study)) return false;
  const std::vector<std::string> differences = io::study_differences(
      io::study_of_recording(study.output), study.normalised, io::outside_of_simulations);
  if (!differences.empty())
    throw ConfigError(fmt::format(
        "{}: is there already, whole, and of another study: --resume has nothing to go on with, "
        "--overwrite replaces it. {}",
        study.output, fmt::join(differences, "; ")));
  run::discard_checkpoints(study.output);
  std::cout << "recording: " << study.output << " is whole already\n";
  return true;
}

void require_free(const io::Study& study, const SimulateArguments& arguments) {
  if (arguments.resume || arguments.overwrite || study.overwrite) return;
  static_cast<void>(earlier_run(study.output, false, false));
  if (std::filesystem::exists(study.output))
    throw ConfigError(fmt::format(
        "{}: exists already; --resume goes on where the protocol ended, --overwrite replaces all "
        "of its recordings",
        study.output));
}

Past past_of(const comm::Communicator& world, const SimulateArguments& arguments, Start& start,
             run::Checkpoints& checkpoints) {
  Past past;
  past.checkpoint = open_together(world, start.checkpoint);
  if (!past.checkpoint) past.end = open_together(world, arguments.from);
  if (past.checkpoint) checkpoints.continue_from(*past.checkpoint);
  if (past.end) checkpoints.begin_at(*past.end);
  return past;
}

}  // namespace arcuate::app

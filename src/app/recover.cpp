#include "recover.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/io/candidate.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/run/checkpoints.hpp"
#include "arcuate/run/launch.hpp"
#include "arcuate/run/run.hpp"

namespace arcuate::app {
namespace {

struct RecoverArguments {
  std::string interrupted, output;
  bool overwrite = false;
};

/// The study up to the last step of which all samples are there, and its recording claimed.
io::Study study_of(const io::CheckpointHeader& saved, const RecoverArguments& arguments,
                   const std::string& partial, io::Output& output) {
  // What some variables know one step later is not there yet.
  const double until = static_cast<double>(saved.step - 1) * saved.dt;
  io::Study study =
      io::parse_study(saved.study, arguments.interrupted,
                      {fmt::format("duration={:.17g} ms", until),
                       io::override_of_text("output", arguments.output), "features=[]"});
  std::vector<std::string> inputs = study.inputs;
  inputs.push_back(partial);
  output = io::Output(arguments.output,
                      {io::OutputKind::recording, arguments.overwrite, inputs, "--overwrite"});
  return study;
}

/// Hands the samples of one series on, some megabytes at a time.
void hand_on(const io::hdf5::Object& file, const monitor::SeriesInfo& series, int number,
             monitor::SampleSink& sink) {
  const io::hdf5::Object data = file.open_dataset("/monitors/" + series.name + "/data");
  const std::size_t variables = series.variables.size(), columns = series.column_labels.size();
  const auto most =
      std::max<Step>(1, (Step{8} << 20U) / static_cast<Step>(8 * variables * columns));
  std::vector<GlobalIndex> all(columns);
  std::iota(all.begin(), all.end(), GlobalIndex{0});
  std::vector<double> values;
  for (Step from = 0; from < series.samples; from += most) {
    const Step count = std::min(most, series.samples - from);
    values.resize(static_cast<std::size_t>(count) * variables * columns);
    data.read_part(
        {{static_cast<hsize_t>(from), 0, 0}, {static_cast<hsize_t>(count), variables, columns}},
        values);
    sink.append(number, from, count, values, all);
  }
}

/// Everything that was on the disk when the newest checkpoint was written, as a recording of that
/// length, without features: `arcuate analyze` computes those that so many samples allow. alone: a
/// communicator of this rank.
void recover(const comm::Communicator& alone, const RecoverArguments& arguments) {
  const run::Found found = run::find_checkpoints(arguments.interrupted);
  if (!found.newest)
    throw ConfigError(arguments.interrupted +
                      ": there is no checkpoint of an unfinished run to it (NAME.checkpoint): what "
                      "a run had written is not known");
  run::warn_of(found.warnings);
  const io::CheckpointHeader& saved = found.newest->header();
  const std::string partial =
      (std::filesystem::path(arguments.interrupted).parent_path() / saved.partial).string();
  io::Output output;
  run::Prepared prepared = run::prepare(
      alone, {.study = [&] { return study_of(saved, arguments, partial, output); }}, 1);
  prepared.header.recovered = fmt::format("{:.6g} of {:.6g} s: an interrupted run",
                                          static_cast<double>(saved.step) * saved.dt / 1000.0,
                                          static_cast<double>(saved.steps) * saved.dt / 1000.0);
  run::Run running(alone, prepared, {});
  io::require_recording(partial, {saved.partial, saved.recording, saved.samples, saved.sums},
                        running.series());
  io::RecordingWriter recording(alone, std::move(output), prepared.header, prepared.connectome,
                                running.series());
  const io::hdf5::Object file = io::hdf5::open_file(partial, io::hdf5::Access::read);
  for (std::size_t k = 0; k < running.series().size(); ++k) {
    if (running.series()[k].recorded)
      hand_on(file, running.series()[k], static_cast<int>(k), recording);
  }
  io::RunFigures figures;
  for (const io::RunPart& part : saved.parts)
    figures.wall_seconds += part.wall_seconds;
  figures.steps = saved.step - 1;
  recording.finish(figures);
  std::cout << fmt::format("recording: {}, {}\n", arguments.output, prepared.header.recovered);
}

}  // namespace

void add_recover(CLI::App& program, const comm::Communicator& world, std::function<void()>& run) {
  const auto arguments = std::make_shared<RecoverArguments>();
  CLI::App* verb = program.add_subcommand(
      "recover", "Make a recording of what an interrupted run has done so far");
  verb->add_option("OUTPUT", arguments->interrupted, "The output that the run was to write")
      ->required();
  verb->add_option("-o,--output", arguments->output, "The new recording")->required();
  verb->add_flag("--overwrite", arguments->overwrite, "Replace an existing recording");
  verb->callback([arguments, &world, &run] {
    run = [arguments, &world] {
      const comm::Communicator alone = world.split(world.rank());
      comm::on_root(world, [&] { recover(alone, *arguments); });
    };
  });
}

}  // namespace arcuate::app

#include "verify.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/io/checkpoint.hpp"
#include "arcuate/io/hdf5.hpp"
#include "arcuate/io/journal.hpp"
#include "arcuate/io/recorded_run.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/results.hpp"

namespace arcuate::app {
namespace {

std::string verify_checkpoint(const std::string& path) {
  const io::Checkpoint checkpoint(path);
  checkpoint.verify();
  const io::CheckpointHeader& header = checkpoint.header();
  return fmt::format("a whole checkpoint at {:.6g} s of {:.6g} s, of {} regions",
                     static_cast<double>(header.step) * header.dt / 1000.0,
                     static_cast<double>(header.steps) * header.dt / 1000.0,
                     checkpoint.n_regions());
}

std::string verify_journal(const std::string& path) {
  const io::JournalContent content = io::read_journal(path);
  if (!content.warning.empty()) throw UnsoundError(content.warning);
  return fmt::format("a whole journal of {} records", content.records.size());
}

std::string first_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(64, '\0');
  file.read(bytes.data(), std::ssize(bytes));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

/// What holds of a file. Throws UnsoundError, ConfigError.
std::string verify(const std::string& path) {
  const std::string begin = first_bytes(path);
  if (begin.empty()) throw ConfigError(path + ": there is no such file, or it is empty");
  try {
    if (begin.starts_with("arcuate checkpoint")) return verify_checkpoint(path);
    if (begin.find("\"format\":\"arcuate journal") != std::string::npos)
      return verify_journal(path);
    if (io::ends_as_results(path) || io::is_results(path)) return io::verify_results(path);
    if (io::ends_as_recording(path) || io::hdf5::is_hdf5(path)) return io::verify_recording(path);
  } catch (const DataError& error) {
    throw UnsoundError(error.what());
  }
  throw ConfigError(path + ": is not a recording, a checkpoint, a table or a journal of Arcuate");
}

}  // namespace

void add_verify(CLI::App& program, std::function<void()>& run) {
  const auto files = std::make_shared<std::vector<std::string>>();
  CLI::App* verb =
      program.add_subcommand("verify", "Check that files are whole and as they were written");
  verb->add_option("FILE", *files, "Recordings, checkpoints, journals, tables of results")
      ->required();
  verb->callback([&run, files] {
    run = [files] {
      for (const std::string& file : *files)
        std::cout << file << ": " << verify(file) << '\n';
    };
  });
}

}  // namespace arcuate::app

#include "saved.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/io/spike_log.hpp"

namespace arcuate::search {

std::string newest_state(const std::string& file) {
  try {
    const run::Found found = run::find_checkpoints(file);
    return found.newest ? found.newest->path() : "";
  } catch (const DataError&) {
    run::discard_checkpoints(file);
    return "";
  }
}

void discard_state(const std::string& file) {
  run::discard_checkpoints(file);
  std::error_code none;
  std::filesystem::remove(io::SpikeLog::name_for(file), none);
}

SavedTrial::SavedTrial(const comm::Communicator& team, const run::Prepared& prepared,
                       std::string file, double every)
    : team_(team), file_(std::move(file)), every_(every) {
  team_.broadcast(file_);
  if (!file_.empty()) checkpoints_.emplace(team_, prepared, file_, run::CheckpointOptions{1, true});
}

Step SavedTrial::resume(run::Run& run, io::FeatureSink& features) {
  if (!checkpoints_) return 0;
  std::string path;
  comm::on_root(team_, [&] { path = newest_state(file_); });
  team_.broadcast(path);
  if (path.empty()) return 0;
  try {
    std::optional<io::Checkpoint> state;
    comm::all_or_none(team_, [&] { state.emplace(path); });
    checkpoints_->continue_from(*state);
    // Before anything of the run changes: features refuse a state of another length.
    comm::on_root(team_, [&] { features.resume(state->shared("features")); });
    run.resume(*state);
    return state->header().step;
  } catch (const ConfigError&) {
    discard();  // of an earlier version of the program or of a file
    return 0;
  }
}

void SavedTrial::write(const run::Run& run, io::FeatureSink& features) {
  using Manner = run::Checkpoints::Manner;
  comm::on_root(team_, [&] {
    std::error_code failed;
    std::filesystem::create_directories(std::filesystem::path(file_).parent_path(), failed);
  });
  checkpoints_->begin(run, features, nullptr, 0.0, Manner::at_once);
  checkpoints_->complete(nullptr);
}

void SavedTrial::look(const run::Run& run, io::FeatureSink& features) {
  if (!checkpoints_ || every_ <= 0.0) return;
  const bool due = team_.is_root() && seconds() >= every_;
  if (team_.max(std::int64_t{due ? 1 : 0}) == 0) return;
  try {
    write(run, features);
  } catch (const EnvironmentError&) {
    // The one before counts, or the candidate is done again.
  }
  last_ = Clock::now();
}

void SavedTrial::stop(const run::Run& run, io::FeatureSink& features) {
  if (!checkpoints_) return;
  const double least = every_ > 0.0 ? std::min(every_, worth_keeping) : worth_keeping;
  const bool worth = team_.is_root() && seconds() >= least;
  if (team_.max(std::int64_t{worth ? 1 : 0}) == 0) return;
  try {
    write(run, features);
  } catch (const EnvironmentError&) {
    // As above.
  }
}

void SavedTrial::keep(const run::Run& run, io::FeatureSink& features) {
  if (checkpoints_) write(run, features);
}

void SavedTrial::discard() {
  if (checkpoints_ && team_.is_root()) discard_state(file_);
}

}  // namespace arcuate::search

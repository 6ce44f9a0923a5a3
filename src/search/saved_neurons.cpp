#include "saved_neurons.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/run/checkpoints.hpp"
#include "saved.hpp"

namespace arcuate::search {

SavedNeurons::SavedNeurons(const comm::Communicator& team, const io::SpikingStudy& study,
                           std::string file, const std::string& list, double every, int threads)
    : team_(team),
      study_(study),
      file_(std::move(file)),
      every_(every),
      checkpoints_(team, study, file_, 1, threads, true) {
  team_.broadcast(file_);
  open(list);
}

void SavedNeurons::open(const std::string& list) {
  std::string path;
  comm::on_root(team_, [&] {
    const std::filesystem::path folder =
        std::filesystem::path(file_.empty() ? list : file_).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder);
    if (!file_.empty()) path = newest_state(file_);
  });
  team_.broadcast(path);
  if (!path.empty()) {
    try {
      comm::all_or_none(team_, [&] {
        past_.emplace(path);
        run::require_begin_of_study(*past_, study_);
        if (team_.is_root())
          spikes_ = std::make_unique<io::SpikeLog>(file_, run::spikes_in(*past_));
      });
    } catch (const ConfigError&) {
      discard();  // of an earlier version of the program or of a file
    } catch (const DataError&) {
      discard();  // without its list of spikes it is worth nothing
    }
  }
  comm::on_root(team_, [&] {
    if (!spikes_) spikes_ = std::make_unique<io::SpikeLog>(file_.empty() ? list : file_);
  });
}

Step SavedNeurons::resume(spiking::Simulation& simulation) {
  if (!past_) return 0;
  checkpoints_.resume(*past_, simulation);
  past_.reset();
  return simulation.now();
}

void SavedNeurons::write(const spiking::Simulation& simulation) {
  checkpoints_.write(simulation, spikes_.get(), nullptr, 0.0);
}

void SavedNeurons::write_if(const spiking::Simulation& simulation, double least) {
  const bool due = team_.is_root() && seconds() >= least;
  if (team_.max(std::int64_t{due ? 1 : 0}) == 0) return;
  try {
    write(simulation);
  } catch (const EnvironmentError&) {
    // The one before counts, or the candidate is done again.
  }
  last_ = Clock::now();
}

void SavedNeurons::look(const spiking::Simulation& simulation) {
  if (!file_.empty() && every_ > 0.0) write_if(simulation, every_);
}

void SavedNeurons::stop(const spiking::Simulation& simulation) {
  if (file_.empty()) return;
  write_if(simulation, every_ > 0.0 ? std::min(every_, worth_keeping) : worth_keeping);
}

void SavedNeurons::keep(const spiking::Simulation& simulation) {
  if (!file_.empty()) write(simulation);
}

void SavedNeurons::discard() {
  past_.reset();
  if (!team_.is_root()) return;
  if (spikes_) spikes_->discard();
  spikes_.reset();
  if (!file_.empty()) discard_state(file_);
}

}  // namespace arcuate::search

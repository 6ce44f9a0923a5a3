#include "arcuate/run/run.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/names.hpp"
#include "arcuate/engine/names.hpp"
#include "arcuate/run/launch.hpp"
#include "arcuate/run/local_edges.hpp"
#include "arcuate/run/share.hpp"

namespace arcuate::run {
namespace {

void add_text(std::string& list, std::string_view text) {
  if (!text.empty()) list.append(list.empty() ? "" : ", ").append(text);
}

/// Which models the regions have.
void note_models(const Prepared& prepared, io::RecordingHeader& header) {
  const engine::SimulationSpec& simulation = prepared.simulation;
  for (int number = 0; number < simulation.n_populations(); ++number) {
    header.models.emplace_back(simulation.population(number).model->info.name);
    add_text(header.model, header.models.back());
    const io::ModelSource& source = prepared.models[static_cast<std::size_t>(number)];
    add_text(header.plugin, source.plugin);
    add_text(header.plugin_sha256, source.plugin_sha256);
    add_text(header.table, simulation.population(number).table.file);
    add_text(header.table_sha256, simulation.population(number).table.sha256);
  }
  header.model_of.assign(simulation.population_of.begin(), simulation.population_of.end());
}

/// Local edges that the study of a surface wants computed. Collective.
void compute_local_edges(const comm::Communicator& world, const io::Study& study,
                         network::Connectome& connectome) {
  const auto& surface = study.surface;
  const bool wanted = surface && surface->kernel;
  if (world.max(std::int64_t{wanted ? 1 : 0}) == 0) return;
  network::LocalRows rows = local_rows(world, wanted ? &connectome.mapped->surface : nullptr,
                                       wanted ? &*surface->kernel : nullptr);
  comm::on_root(world, [&] { add_local_edges(study, connectome, std::move(rows)); });
}

void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

/// connectome -> simulation, on rank 0.
void resolve(const io::Study& study, Prepared& prepared) {
  append(prepared.warnings, prepared.connectome.warnings);
  io::ResolvedStudy resolved = io::resolve(study, prepared.connectome);
  append(prepared.warnings, resolved.warnings);
  append(prepared.warnings, resolved.weight_warnings);
  prepared.simulation = std::move(resolved.simulation);
  prepared.delays = std::move(resolved.delays);
  prepared.monitors = std::move(resolved.monitors);
  prepared.transient = resolved.transient;
  if (prepared.monitors.empty())
    append(prepared.warnings,
           {study.path + ": monitors: there are none: nothing will be recorded"});
  prepared.models = study.models;
  prepared.features = study.features;
  prepared.feature_bytes = static_cast<std::int64_t>(io::total_bytes(*resolved.features));
}

/// Who owns what, and what a recording says of it, on rank 0.
void divide(const io::Study& study, int ranks, int threads, Prepared& prepared) {
  partition::Partition partition =
      choose_owners(study, prepared.connectome, prepared.delays, prepared.simulation, ranks);
  prepared.period = partition.quality.period;
  io::RecordingHeader& header = prepared.header;
  header.study = study.normalised;
  header.title = study.title;
  header.seed = prepared.simulation.seed;
  header.dt = prepared.simulation.dt;
  header.precision = core::word_of(prepared.simulation.precision);
  header.duration = study.duration / 1000.0;
  header.storage = study.storage;
  header.ranks = ranks;
  header.threads = threads;
  header.partition_method = partition.method;
  header.owner = std::move(partition.owner);
  note_models(prepared, header);
  if (study.connectome.own) {
    header.connectome_plugin = study.connectome.own->plugin;
    header.connectome_plugin_sha256 = study.connectome.own->plugin_sha256;
  }
}

/// Region labels are known on rank 0 only.
std::vector<monitor::SeriesInfo> series_of(const comm::Communicator& comm,
                                           const monitor::Recorder& recorder,
                                           const std::vector<std::string>& labels) {
  std::vector<monitor::SeriesInfo> series;
  if (comm.is_root()) series = recorder.series(labels);
  share(comm, series);
  return series;
}

GlobalIndex regions_of(const Prepared& prepared) {
  return static_cast<GlobalIndex>(prepared.header.owner.size());
}

}  // namespace

Prepared prepare(const comm::Communicator& comm, const Source& source, int threads) {
  Prepared prepared;
  io::Study study;
  comm::on_root(comm, [&] {
    study = source.study();
    prepared.connectome = source.connectome(study);
  });
  compute_local_edges(comm, study, prepared.connectome);
  comm::on_root(comm, [&] {
    resolve(study, prepared);
    source.change(study, prepared);
    divide(study, comm.size(), threads, prepared);
  });
  share(comm, prepared.simulation);
  share(comm, prepared.monitors);
  share(comm, prepared.transient);
  share(comm, prepared.models);
  share(comm, prepared.header);
  load_plugins_everywhere(comm, prepared.models, prepared.simulation);
  return prepared;
}

void require_room(const comm::Communicator& comm, const Prepared& prepared, int threads,
                  std::int64_t idle_bytes) {
  const GlobalIndex regions = regions_of(prepared);
  refuse_what_cannot_fit(
      comm,
      {prepared.connectome, prepared.delays, prepared.simulation, prepared.header.owner,
       prepared.period},
      {threads, idle_bytes,
       monitor::expected_bytes(prepared.monitors, prepared.simulation.dt, prepared.transient,
                               prepared.simulation.steps, regions, comm.size()) +
           io::bytes_while_written((regions + comm.size() - 1) / comm.size()),
       monitor::root_bytes(prepared.monitors, regions), prepared.feature_bytes});
}

Run::Run(const comm::Communicator& comm, Prepared& prepared,
         const engine::SimulationOptions& options)
    : comm_(comm),
      prepared_(prepared),
      options_(options),
      recorder_(std::make_unique<monitor::Recorder>(
          comm, monitor::recorded_models(prepared.simulation), prepared.monitors,
          engine::by_population(engine::regions_of(prepared.header.owner, comm.rank()),
                                prepared.simulation),
          regions_of(prepared), prepared.simulation.dt, prepared.transient,
          prepared.simulation.steps, options.threads, monitor::default_buffer_bytes)),
      series_(series_of(comm, *recorder_, prepared.connectome.labels)) {}

void Run::start() {
  simulation_ = std::make_unique<engine::Simulation>(
      comm_, prepared_.simulation,
      engine::distribute(comm_, std::move(prepared_.connectome), std::move(prepared_.delays),
                         prepared_.header.owner),
      options_);
  simulation_->add_probe(*recorder_);
}

void Run::advance(Step chunk, monitor::SampleSink& sink) {
  const Step now = simulation_->now();
  const Step steps = prepared_.simulation.steps;
  const Step end = now < steps ? steps : recorder_->last_step();
  const Step next = first_ + ((now - first_) / chunk + 1) * chunk;
  const Step stop = std::min({end, recorder_->next_flush(now), next});
  engine::require_convergence(simulation_->run(stop), prepared_.simulation);
  recorder_->flush(sink);
}

io::SavedRegion Run::save(LocalIndex region, std::vector<double>& values) const {
  io::SavedRegion saved;
  saved.longest_lag = simulation_->save(region, values);
  const std::size_t before = values.size();
  recorder_->save(region, values);
  saved.of_monitors = static_cast<std::int64_t>(values.size() - before);
  return saved;
}

void Run::resume(const io::Checkpoint& checkpoint) {
  const std::vector<GlobalIndex>& owned = simulation_->owned();
  std::unordered_map<GlobalIndex, LocalIndex> place;
  for (std::size_t k = 0; k < owned.size(); ++k)
    place.emplace(owned[k], static_cast<LocalIndex>(k));
  const auto snapshot_of = [&](GlobalIndex region) -> engine::RegionSnapshot {
    const io::Checkpoint::Region saved = checkpoint.region(region);
    const auto mine = place.find(region);
    if (mine != place.end()) {
      if (saved.monitors.size() != recorder_->saved_values(mine->second))
        throw DataError(checkpoint.path() + ": is of other monitors");
      recorder_->load(mine->second, saved.monitors);
    }
    return {saved.longest_lag, saved.values};
  };
  std::vector<double> tracts;
  comm::all_or_none(comm_, [&] { tracts = checkpoint.shared("tracts"); });
  simulation_->resume(checkpoint.header().step, snapshot_of, tracts);
  recorder_->resume(checkpoint.header().step);
  first_ = checkpoint.header().step;
}

Step Run::now() const {
  return std::min(simulation_->now(), prepared_.simulation.steps);
}

}  // namespace arcuate::run

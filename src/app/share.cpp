#include "share.hpp"

#include <boost/mpi/collectives/broadcast.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/serialization/array.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <optional>

#include "arcuate/engine/spec.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/monitor/kind.hpp"
#include "arcuate/monitor/spec.hpp"
#include "arcuate/tuning/inhibition.hpp"

/// Every type lists its members once, in order. A member that is missing here, or is new in the
/// type, does not compile: a structured binding names all members or none.
#define ARCUATE_SHARE(Type, ...)                            \
  template <class Archive>                                  \
  void serialize(Archive& archive, Type& value, unsigned) { \
    auto& [__VA_ARGS__] = value;                            \
    put(archive, __VA_ARGS__);                              \
  }

namespace boost::serialization {

template <class Archive, class... Members>
void put(Archive& archive, Members&... members) {
  (archive & ... & members);
}

template <class Archive, class Value>
void serialize(Archive& archive, std::optional<Value>& value, unsigned) {
  bool given = value.has_value();
  archive& given;
  if (given && !value) value.emplace();
  if (given) archive&* value;
  if (!given) value.reset();
}

ARCUATE_SHARE(arcuate::RegionValues, values)
ARCUATE_SHARE(arcuate::model::Range, low, high)
ARCUATE_SHARE(arcuate::model::TableAxis, first, step, points)
ARCUATE_SHARE(arcuate::model::LookupTable, x, y, columns, values, file, sha256)
ARCUATE_SHARE(arcuate::model::TemporalFunction, form, parameter, samples, times)
ARCUATE_SHARE(arcuate::network::Link, source, target, squared_weights)
ARCUATE_SHARE(arcuate::network::Coupling, form, gain, parameters, normalise)
ARCUATE_SHARE(arcuate::engine::InitialValue, value_of, uniform)
ARCUATE_SHARE(arcuate::engine::InitialHistory, samples, values)
ARCUATE_SHARE(arcuate::engine::NoiseTerm, kind, on_input, target, sigma, tau, beta, tau_min,
              tau_max, multiplicative, calculus, shared, shared_by, distribution)
ARCUATE_SHARE(arcuate::engine::Stimulus, on_parameter, target, weight, function)

/// A model of a plug-in arrives as nullptr: every rank must load it (launch.cpp).
template <class Archive>
void serialize(Archive& archive, arcuate::engine::Population& population, unsigned) {
  auto& [model, parameters, initial, links, noise, stimuli, table] = population;
  std::string name = model == nullptr ? std::string() : std::string(model->info.name);
  put(archive, name, parameters, initial, links, noise, stimuli, table);
  model = arcuate::model::find(name);
}

ARCUATE_SHARE(arcuate::engine::SimulationSpec, populations, population_of, history, coupling, speed,
              stages, delay, method, dt, precision, seed, steps)
ARCUATE_SHARE(arcuate::tuning::InhibitionOptions, method, parameter, target_rate, tolerance,
              transient, window, iterations, step)

/// A kind is known by its name.
template <class Archive>
void serialize(Archive& archive, arcuate::monitor::MonitorSpec& spec, unsigned) {
  auto& [kind, name, variables, variables_of_others, period, regions, region_group, group_names,
         numbers, choices, parameters, step, seconds] = spec;
  std::string of_kind(kind == nullptr ? "" : kind->name);
  put(archive, of_kind, name, variables, variables_of_others, period, regions, region_group,
      group_names, numbers, choices, parameters, step, seconds);
  kind = arcuate::monitor::find_kind(of_kind);
}

ARCUATE_SHARE(arcuate::monitor::SeriesInfo, name, kind, variables, units, missing, column_labels,
              columns, first_time, period, samples)
ARCUATE_SHARE(arcuate::io::ModelSource, plugin, plugin_sha256, preset)

/// The stimuli stay on rank 0, which alone writes them.
template <class Archive>
void serialize(Archive& archive, arcuate::io::RecordingHeader& header, unsigned) {
  auto& [study, title, model, plugin, plugin_sha256, table, table_sha256, seed, dt, duration,
         precision, storage, ranks, threads, partition_method, owner, models, model_of, stimuli] =
      header;
  static_cast<void>(stimuli);
  put(archive, study, title, model, plugin, plugin_sha256, table, table_sha256, seed, dt, duration,
      precision, storage, ranks, threads, partition_method, owner, models, model_of);
}

}  // namespace boost::serialization

namespace arcuate::app {

template <class Value>
void share(const comm::Communicator& comm, Value& value) {
  const boost::mpi::communicator world(comm.handle(), boost::mpi::comm_attach);
  boost::mpi::broadcast(world, value, 0);
}

// What verbs share. Code for messages takes seconds to compile: it is compiled here alone.
template void share(const comm::Communicator&, engine::SimulationSpec&);
template void share(const comm::Communicator&, tuning::InhibitionOptions&);
template void share(const comm::Communicator&, std::vector<monitor::MonitorSpec>&);
template void share(const comm::Communicator&, std::vector<monitor::SeriesInfo>&);
template void share(const comm::Communicator&, std::vector<io::ModelSource>&);
template void share(const comm::Communicator&, io::RecordingHeader&);
template void share(const comm::Communicator&, std::vector<std::int32_t>&);
template void share(const comm::Communicator&, std::vector<std::int64_t>&);
template void share(const comm::Communicator&, std::vector<double>&);
template void share(const comm::Communicator&, std::vector<std::string>&);
template void share(const comm::Communicator&, std::string&);
template void share(const comm::Communicator&, double&);
template void share(const comm::Communicator&, Step&);

}  // namespace arcuate::app

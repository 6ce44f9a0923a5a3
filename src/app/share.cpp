#include "arcuate/app/share.hpp"

#include <boost/mpi/collectives/broadcast.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/serialization/array.hpp>
#include <boost/serialization/optional.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

#include "arcuate/engine/inhibition.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/monitor/kind.hpp"
#include "arcuate/monitor/spec.hpp"

namespace boost::serialization {

template <class Archive>
void serialize(Archive& ar, arcuate::RegionValues& v, unsigned) {
  ar& v.values;
}

template <class Archive>
void serialize(Archive& ar, arcuate::model::Range& r, unsigned) {
  ar& r.low& r.high;
}

template <class Archive>
void serialize(Archive& ar, arcuate::engine::InitialValue& v, unsigned) {
  bool drawn = v.uniform.has_value();
  arcuate::model::Range range = v.uniform.value_or(arcuate::model::Range{});
  ar& v.value& drawn& range;
  v.uniform = drawn ? std::optional(range) : std::nullopt;
}

template <class Archive>
void serialize(Archive& ar, arcuate::engine::NoiseTerm& n, unsigned) {
  ar& n.kind& n.on_input& n.target& n.sigma& n.tau& n.beta& n.tau_min& n.tau_max& n
      .multiplicative& n.calculus& n.shared& n.shared_by& n.distribution;
}

template <class Archive>
void serialize(Archive& ar, arcuate::model::TemporalFunction& f, unsigned) {
  ar& f.form& f.parameter& f.samples& f.times;
}

template <class Archive>
void serialize(Archive& ar, arcuate::engine::Stimulus& s, unsigned) {
  ar& s.on_parameter& s.target& s.weight& s.function;
}

template <class Archive>
void serialize(Archive& ar, arcuate::network::Link& l, unsigned) {
  ar& l.source& l.target& l.squared_weights;
}

template <class Archive>
void serialize(Archive& ar, arcuate::network::Coupling& c, unsigned) {
  ar& c.form& c.gain& c.parameters& c.normalise& c.links;
}

template <class Archive>
void serialize(Archive& ar, arcuate::model::TableAxis& a, unsigned) {
  ar& a.first& a.step& a.points;
}

template <class Archive>
void serialize(Archive& ar, arcuate::model::LookupTable& t, unsigned) {
  ar& t.x& t.y& t.columns& t.values& t.file& t.sha256;
}

/// A model of a plug-in arrives as nullptr: every rank must load it (simulate.cpp).
template <class Archive>
void serialize(Archive& ar, arcuate::engine::SimulationSpec& s, unsigned) {
  std::string model = s.model == nullptr ? std::string() : std::string(s.model->info.name);
  arcuate::engine::InitialHistory history = s.history.value_or(arcuate::engine::InitialHistory{});
  ar& model& s.parameters& s.initial& history.samples& history.values& s.coupling& s.speed& s
      .stages& s.delay;
  ar& s.method& s.dt& s.noise& s.stimuli& s.seed& s.steps& s.others& s.model_of& s.table;
  s.model = arcuate::model::find(model);
  s.history = history.samples > 0 ? std::optional(std::move(history)) : std::nullopt;
}

template <class Archive>
void serialize(Archive& ar, arcuate::engine::InhibitionOptions& o, unsigned) {
  ar& o.method& o.parameter& o.target_rate& o.tolerance& o.transient& o.window& o.iterations& o
      .step;
}

template <class Archive>
void serialize(Archive& ar, arcuate::monitor::MonitorSpec& m, unsigned) {
  std::string kind(m.kind == nullptr ? "" : m.kind->name);
  ar& kind& m.numbers;
  m.kind = arcuate::monitor::find_kind(kind);
  ar& m.name& m.variables& m.variables_of_others& m.period& m.regions& m.region_group& m
      .group_names;
}

template <class Archive>
void serialize(Archive& ar, arcuate::monitor::SeriesInfo& s, unsigned) {
  ar& s.name& s.kind& s.variables& s.units& s.missing& s.column_labels& s.columns& s.first_time& s
      .period& s.samples;
}

template <class Archive>
void serialize(Archive& ar, arcuate::io::RecordingHeader& h, unsigned) {
  ar& h.study& h.title& h.model& h.plugin& h.plugin_sha256& h.table& h.table_sha256& h.seed& h.dt& h
      .duration& h.storage& h.ranks& h.threads& h.partition_method& h.owner& h.models& h.model_of;
}

template <class Archive>
void serialize(Archive& ar, arcuate::io::ModelSource& m, unsigned) {
  ar& m.plugin& m.plugin_sha256& m.preset;
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
template void share(const comm::Communicator&, engine::InhibitionOptions&);
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

#include "arcuate/run/share.hpp"

#include <boost/mpi/collectives/broadcast.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/serialization/array.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <optional>

#include "arcuate/core/sha256.hpp"
#include "members.hpp"

namespace boost::serialization {

template <class Archive, class Value>
void serialize(Archive& archive, std::optional<Value>& value, unsigned) {
  bool given = value.has_value();
  archive& given;
  if (given && !value) value.emplace();
  if (given) archive&* value;
  if (!given) value.reset();
}

template <class Archive, class Member>
void put(Archive& archive, Member& member) {
  archive& member;
}

/// A model of a plug-in arrives as nullptr: every rank must load it (launch.cpp).
template <class Archive>
void put(Archive& archive, const arcuate::model::Entry*& model) {
  std::string name(model == nullptr ? "" : model->info.name);
  archive& name;
  model = arcuate::model::find(name);
}

template <class Archive>
void put(Archive& archive, const arcuate::monitor::Kind*& kind) {
  std::string name(kind == nullptr ? "" : kind->name);
  archive& name;
  kind = arcuate::monitor::find_kind(name);
}

/// They stay on rank 0, which alone writes them.
template <class Archive>
void put(Archive& /*archive*/, std::vector<arcuate::io::RecordedStimulus>& /*stimuli*/) {}

/// The same.
template <class Archive>
void put(Archive& /*archive*/, std::shared_ptr<const arcuate::monitor::Sensors>& /*sensors*/) {}

template <class Archive, arcuate::run::Listed Value>
void serialize(Archive& archive, Value& value, unsigned) {
  std::apply([&](auto&... member) { (put(archive, member), ...); }, arcuate::run::members(value));
}

}  // namespace boost::serialization

namespace arcuate::run {

template <class Value>
void share(const comm::Communicator& comm, Value& value) {
  if (comm.size() == 1) return;
  const boost::mpi::communicator world(comm.handle(), boost::mpi::comm_attach);
  boost::mpi::broadcast(world, value, 0);
}

template <class Value>
std::string fingerprint(const comm::Communicator& comm, const Value& value) {
  const boost::mpi::communicator world(comm.handle(), boost::mpi::comm_attach);
  boost::mpi::packed_oarchive archive(world);
  archive << value;
  return sha256({static_cast<const char*>(archive.address()), archive.size()});
}

template std::string fingerprint(const comm::Communicator&, const engine::SimulationSpec&);
template std::string fingerprint(const comm::Communicator&,
                                 const std::vector<monitor::MonitorSpec>&);

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

}  // namespace arcuate::run

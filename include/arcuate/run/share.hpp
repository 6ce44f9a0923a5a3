#pragma once

#include <string>

#include "arcuate/comm/communicator.hpp"

/// Hands what rank 0 has read to the other ranks.
namespace arcuate::run {

/// The value of rank 0 on every rank (Boost.MPI), for the types that share.cpp lists. Collective.
template <class Value>
void share(const comm::Communicator& comm, Value& value);

/// SHA-256 of all members of a value, for the types of share().
template <class Value>
std::string fingerprint(const comm::Communicator& comm, const Value& value);

}  // namespace arcuate::run

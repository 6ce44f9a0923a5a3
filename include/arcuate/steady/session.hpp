#pragma once

#include "arcuate/comm/communicator.hpp"

namespace arcuate::steady {

/// PETSc and SLEPc, started for all of this module; MPI must have started. One at a time. What the
/// user's ~/.petscrc says is not read, and signals stay with the program.
class Session {
 public:
  explicit Session(const comm::Communicator& world);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
};

}  // namespace arcuate::steady

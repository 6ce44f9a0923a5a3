#pragma once

#include "arcuate/farm/farm.hpp"

namespace arcuate::farm {

/// Evaluates one task on this team. `worker`: its number.
Done evaluate_task(const comm::Communicator& team, const Evaluate& evaluate, const Task& task,
                   Watch& watch, int worker);

/// Of a rank other than the master: waits for tasks and evaluates them until it is told that all is
/// done. team: of this rank; its rank 0 talks to rank 0 of `world`.
void work_in_team(const comm::Communicator& world, const comm::Communicator& team, int worker,
                  const Evaluate& evaluate);

}  // namespace arcuate::farm

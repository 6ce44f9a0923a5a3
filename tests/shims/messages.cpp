/// Preloaded: one in two hundred messages, and one in two hundred waits, is held for up to 50 ms,
/// so that what ranks send each other arrives in other orders.
#include <mpi.h>
#include <unistd.h>

#include <cstdint>

namespace {

std::uint64_t drawn() {
  static std::uint64_t state = 0;
  if (state == 0) {
    int rank = 0;
    PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
    state = 88172645463325252ULL + 977ULL * static_cast<std::uint64_t>(rank);
  }
  state ^= state << 13U;
  state ^= state >> 7U;
  state ^= state << 17U;
  return state;
}

void hold() {
  const std::uint64_t now = drawn();
  if (now % 200 == 0) ::usleep(static_cast<useconds_t>(now / 200 % 50000));
}

}  // namespace

extern "C" {

int MPI_Start(MPI_Request* request) {
  hold();
  return PMPI_Start(request);
}

int MPI_Isend(const void* values, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request* request) {
  hold();
  return PMPI_Isend(values, count, type, to, tag, comm, request);
}

int MPI_Wait(MPI_Request* request, MPI_Status* status) {
  hold();
  return PMPI_Wait(request, status);
}

int MPI_Allreduce(const void* mine, void* all, int count, MPI_Datatype type, MPI_Op operation,
                  MPI_Comm comm) {
  hold();
  return PMPI_Allreduce(mine, all, count, type, operation, comm);
}

}  // extern "C"

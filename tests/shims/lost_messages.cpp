/// Preloaded: one persistent message from one rank is not sent, or a bit of one is changed before
/// it is: ARCUATE_SHIM_MESSAGE=NUMBER:RANK:lost|changed.
#include <mpi.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

namespace {

struct Trouble {
  long number = -1;
  int rank = -1;
  char kind[16] = "";
  Trouble() {
    const char* text = std::getenv("ARCUATE_SHIM_MESSAGE");
    if (text != nullptr) (void)std::sscanf(text, "%ld:%d:%15s", &number, &rank, kind);
  }
};

struct Message {
  unsigned char* values;
  int bytes;
};

std::map<MPI_Request, Message>& sent() {
  static std::map<MPI_Request, Message> messages;
  return messages;
}

}  // namespace

extern "C" {

int MPI_Send_init(const void* values, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
                  MPI_Request* request) {
  const int code = PMPI_Send_init(values, count, type, to, tag, comm, request);
  int width = 0;
  PMPI_Type_size(type, &width);
  sent()[*request] = {static_cast<unsigned char*>(const_cast<void*>(values)), count * width};
  return code;
}

int MPI_Start(MPI_Request* request) {
  static const Trouble trouble;
  static long number = 0;
  const auto known = sent().find(*request);
  if (known != sent().end() && number++ == trouble.number) {
    int rank = 0;
    PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (rank == trouble.rank) {
      if (std::strcmp(trouble.kind, "lost") == 0) return MPI_SUCCESS;
      known->second.values[known->second.bytes / 3] ^= 4U;
    }
  }
  return PMPI_Start(request);
}

}  // extern "C"

#include "arcuate/comm/communicator.hpp"

#include <semaphore.h>
#include <unistd.h>

#include <algorithm>
#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/operations.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <numeric>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "arcuate/core/build_id.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/core/leftovers.hpp"
#include "arcuate/core/pulse.hpp"
#include "piece.hpp"

namespace arcuate::comm {
namespace {

constexpr int exchange_tag = 71;
constexpr int gather_tag = 73;

boost::mpi::communicator boosted(MPI_Comm handle) {
  return {handle, boost::mpi::comm_attach};
}

void broadcast_bytes(MPI_Comm comm, void* data, std::size_t bytes) {
  auto* at = static_cast<std::byte*>(data);
  while (bytes > 0) {
    const std::size_t now = std::min(bytes, piece);
    MPI_Bcast(at, static_cast<int>(now), MPI_BYTE, 0, comm);
    at += now;
    bytes -= now;
  }
}

/// Strings and vectors of numbers alike.
template <class Sequence>
void broadcast_sequence(MPI_Comm comm, Sequence& values) {
  const core::While agreeing(core::Doing::agreeing);
  std::uint64_t size = values.size();
  MPI_Bcast(&size, 1, MPI_UINT64_T, 0, comm);
  values.resize(static_cast<std::size_t>(size));
  broadcast_bytes(comm, values.data(), values.size() * sizeof(typename Sequence::value_type));
}

/// Posts `bytes` in pieces through `post(pointer, count)`.
template <class Pointer, class Post>
void in_pieces(Pointer data, std::size_t bytes, const Post& post) {
  for (std::size_t at = 0; at < bytes; at += piece) {
    post(data + at, static_cast<int>(std::min(piece, bytes - at)));
  }
}

std::vector<std::uint64_t> sizes_from_all(MPI_Comm comm,
                                          const std::vector<std::vector<std::byte>>& to) {
  std::vector<std::uint64_t> sent(to.size());
  std::vector<std::uint64_t> received(to.size());
  std::transform(to.begin(), to.end(), sent.begin(), [](const auto& m) { return m.size(); });
  MPI_Alltoall(sent.data(), 1, MPI_UINT64_T, received.data(), 1, MPI_UINT64_T, comm);
  return received;
}

}  // namespace

namespace {

sem_t end_wanted;

/// A rank that exits while another reads from its memory makes MPI end that one at once, with its
/// files. So a signal makes a rank ask MPI to end all ranks: rank 0 then removes its files first.
/// MPI_Abort is nothing for a signal handler; this thread calls it.
void wait_for_the_end() {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank == 0 || ::sem_init(&end_wanted, 0, 0) != 0) return;
  try {
    std::thread([] {
      while (::sem_wait(&end_wanted) != 0) {
      }
      MPI_Abort(MPI_COMM_WORLD, static_cast<int>(ExitCode::environment));
    }).detach();
  } catch (const std::system_error&) {
    return;  // it ends by itself
  }
  core::ask_for_the_end([] { ::sem_post(&end_wanted); });
}

/// MPI calls it in the place of returning an error that nobody would look at.
void report_mpi_error(MPI_Comm* comm, int* code, ...) {
  char words[MPI_MAX_ERROR_STRING + 1] = "unknown error";
  int length = 0;
  int rank = -1;
  MPI_Error_string(*code, words, &length);
  MPI_Comm_rank(*comm, &rank);
  std::fprintf(stderr, "arcuate: error: rank %d: MPI: %s\n", rank, words);
  abort_all();
}

}  // namespace

Session::Session(int& argc, char**& argv) {
  std::signal(SIGXFSZ, SIG_IGN);
  int provided = MPI_THREAD_SINGLE;
  // Of the ways in which Open MPI keeps the shared file pointers that nobody here uses, one
  // overflows at a path of more than 256 bytes.
  ::setenv("OMPI_MCA_sharedfp", "sm", 0);
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  if (provided < MPI_THREAD_FUNNELED) {
    throw EnvironmentError(
        "MPI_Init_thread: this MPI library does not support MPI_THREAD_FUNNELED");
  }
  // Communicators that are made of these inherit it. Files keep theirs: HDF5 looks at what they
  // return.
  MPI_Errhandler handler = MPI_ERRHANDLER_NULL;
  MPI_Comm_create_errhandler(report_mpi_error, &handler);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, handler);
  MPI_Comm_set_errhandler(MPI_COMM_SELF, handler);
  MPI_Errhandler_free(&handler);
  wait_for_the_end();
}

Session::~Session() {
  // While an exception unwinds, other ranks may sit in a collective: finalising would wait for them
  // for ever.
  if (std::uncaught_exceptions() > 0) return;
  // Open MPI 4.1 leaves an event to its own thread (_dereg_hdlr of the PMIx plug-in), ends PMIx and
  // unloads the plug-in. Where the thread gets no processor meanwhile it then runs what is gone, or
  // waits for a lock that is. Both are behind the last thing that ranks or the launcher hear of
  // each other, and end_is_near() makes an end of them.
  MPI_Barrier(MPI_COMM_WORLD);
  constexpr unsigned patience = 60;  // [s]
  ::alarm(patience);
  MPI_Finalize();
  ::alarm(0);
}

Communicator::Communicator(MPI_Comm parent) {
  MPI_Comm_dup(parent, &handle_);
  MPI_Comm_rank(handle_, &rank_);
  MPI_Comm_size(handle_, &size_);
}

Communicator Communicator::split(int colour) const {
  Communicator part;
  MPI_Comm_split(handle_, colour, rank_, &part.handle_);
  MPI_Comm_rank(part.handle_, &part.rank_);
  MPI_Comm_size(part.handle_, &part.size_);
  return part;
}

Communicator::~Communicator() {
  release();
}

Communicator::Communicator(Communicator&& other) noexcept
    : handle_(std::exchange(other.handle_, MPI_COMM_NULL)),
      rank_(other.rank_),
      size_(other.size_) {}

Communicator& Communicator::operator=(Communicator&& other) noexcept {
  if (this != &other) {
    release();
    handle_ = std::exchange(other.handle_, MPI_COMM_NULL);
    rank_ = other.rank_;
    size_ = other.size_;
  }
  return *this;
}

void Communicator::release() {
  if (handle_ == MPI_COMM_NULL) return;
  int finalised = 0;
  MPI_Finalized(&finalised);
  // Freeing is collective: like finalising, it must not wait for ranks that did not fail.
  if (finalised == 0 && std::uncaught_exceptions() == 0) MPI_Comm_free(&handle_);
  handle_ = MPI_COMM_NULL;
}

void Communicator::barrier() const {
  const core::While agreeing(core::Doing::agreeing);
  MPI_Barrier(handle_);
}

void Communicator::barrier_asleep() const {
  if (size_ == 1) return;
  const core::While agreeing(core::Doing::agreeing);
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibarrier(handle_, &request);
  constexpr std::chrono::microseconds longest(1000);
  std::chrono::microseconds nap(20);
  for (int done = 0;;) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done != 0) return;
    std::this_thread::sleep_for(nap);
    nap = std::min(longest, 2 * nap);
  }
}

void Communicator::broadcast(std::string& text) const {
  if (size_ > 1) broadcast_sequence(handle_, text);
}
void Communicator::broadcast(std::vector<double>& values) const {
  if (size_ > 1) broadcast_sequence(handle_, values);
}
void Communicator::broadcast(std::vector<std::int32_t>& values) const {
  if (size_ > 1) broadcast_sequence(handle_, values);
}
void Communicator::broadcast(std::vector<std::int64_t>& values) const {
  if (size_ > 1) broadcast_sequence(handle_, values);
}

std::int64_t Communicator::max(std::int64_t value) const {
  if (size_ == 1) return value;
  const core::While agreeing(core::Doing::agreeing);
  return boost::mpi::all_reduce(boosted(handle_), value, boost::mpi::maximum<std::int64_t>());
}

std::int64_t Communicator::min(std::int64_t value) const {
  if (size_ == 1) return value;
  const core::While agreeing(core::Doing::agreeing);
  return boost::mpi::all_reduce(boosted(handle_), value, boost::mpi::minimum<std::int64_t>());
}

std::int64_t Communicator::sum(std::int64_t value) const {
  if (size_ == 1) return value;
  const core::While agreeing(core::Doing::agreeing);
  return boost::mpi::all_reduce(boosted(handle_), value, std::plus<std::int64_t>());
}

void Communicator::sum(std::span<std::int64_t> values) const {
  if (size_ == 1 || values.empty()) return;
  const core::While agreeing(core::Doing::agreeing);
  constexpr std::size_t most = piece / sizeof(std::int64_t);
  for (std::size_t at = 0; at < values.size(); at += most) {
    MPI_Allreduce(MPI_IN_PLACE, values.data() + at,
                  static_cast<int>(std::min(most, values.size() - at)), MPI_INT64_T, MPI_SUM,
                  handle_);
  }
}

double Communicator::max(double value) const {
  if (size_ == 1) return value;
  const core::While agreeing(core::Doing::agreeing);
  return boost::mpi::all_reduce(boosted(handle_), value, boost::mpi::maximum<double>());
}

std::vector<std::int64_t> Communicator::all_gather(std::int64_t value) const {
  if (size_ == 1) return {value};
  const core::While agreeing(core::Doing::agreeing);
  std::vector<std::int64_t> values;
  boost::mpi::all_gather(boosted(handle_), value, values);
  return values;
}

std::vector<std::int64_t> Communicator::machines() const {
  if (size_ == 1) return {0};
  Communicator machine;
  MPI_Comm_split_type(handle_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &machine.handle_);
  std::int64_t lowest = rank_;
  MPI_Bcast(&lowest, 1, MPI_INT64_T, 0, machine.handle_);
  return all_gather(lowest);
}

std::vector<std::vector<std::byte>> Communicator::exchange(
    const std::vector<std::vector<std::byte>>& to) const {
  std::vector<std::vector<std::byte>> from;
  exchange(to, from);
  return from;
}

void Communicator::exchange(const std::vector<std::vector<std::byte>>& to,
                            std::vector<std::vector<std::byte>>& from) const {
  if (to.size() != static_cast<std::size_t>(size_)) {
    throw std::logic_error("Communicator::exchange: one message per rank is needed");
  }
  if (size_ == 1) {
    from = to;
    return;
  }
  const core::While agreeing(core::Doing::agreeing);
  const std::vector<std::uint64_t> sizes = sizes_from_all(handle_, to);
  from.resize(to.size());
  std::vector<MPI_Request> requests;
  const auto mine = static_cast<std::size_t>(rank_);
  from[mine] = to[mine];
  for (std::size_t r = 0; r < to.size(); ++r) {
    if (r == mine) continue;
    from[r].resize(static_cast<std::size_t>(sizes[r]));
    in_pieces(from[r].data(), from[r].size(), [&](std::byte* at, int count) {
      MPI_Irecv(at, count, MPI_BYTE, static_cast<int>(r), exchange_tag, handle_,
                &requests.emplace_back());
    });
  }
  for (std::size_t r = 0; r < to.size(); ++r) {
    if (r == mine) continue;
    in_pieces(to[r].data(), to[r].size(), [&](const std::byte* at, int count) {
      MPI_Isend(at, count, MPI_BYTE, static_cast<int>(r), exchange_tag, handle_,
                &requests.emplace_back());
    });
  }
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
}

std::vector<double> Communicator::gather(std::span<const double> mine) const {
  std::vector<double> all;
  gather(mine, all);
  return all;
}

void Communicator::gather(std::span<const double> mine, std::vector<double>& all) const {
  if (size_ == 1) {
    all.assign(mine.begin(), mine.end());
    return;
  }
  const core::While agreeing(core::Doing::agreeing);
  const auto size = static_cast<std::int64_t>(mine.size());
  std::vector<std::int64_t> sizes;
  boost::mpi::gather(boosted(handle_), size, sizes, 0);
  all.resize(static_cast<std::size_t>(std::accumulate(sizes.begin(), sizes.end(), 0LL)));
  std::vector<MPI_Request> requests;
  if (!is_root()) {
    in_pieces(std::as_bytes(mine).data(), mine.size_bytes(), [&](const std::byte* at, int count) {
      MPI_Isend(at, count, MPI_BYTE, 0, gather_tag, handle_, &requests.emplace_back());
    });
  } else {
    auto from = static_cast<std::size_t>(sizes.front());
    for (std::size_t r = 1; r < sizes.size(); ++r) {
      const auto theirs =
          std::as_writable_bytes(std::span(all).subspan(from, static_cast<std::size_t>(sizes[r])));
      in_pieces(theirs.data(), theirs.size(), [&](std::byte* at, int count) {
        MPI_Irecv(at, count, MPI_BYTE, static_cast<int>(r), gather_tag, handle_,
                  &requests.emplace_back());
      });
      from += static_cast<std::size_t>(sizes[r]);
    }
    std::copy(mine.begin(), mine.end(), all.begin());
  }
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
}

namespace {

/// The lowest rank whose text is not that of rank 0, or none. Collective.
std::optional<std::ptrdiff_t> rank_with_another(const Communicator& comm, const std::string& text) {
  std::string first = text;
  comm.broadcast(first);
  const auto differs = comm.all_gather(text == first ? 0 : 1);
  const auto other = std::find(differs.begin(), differs.end(), 1);
  if (other == differs.end()) return std::nullopt;
  return other - differs.begin();
}

}  // namespace

void require_same_words(const Communicator& comm, int argc, const char* const* argv) {
  if (const auto other = rank_with_another(comm, core::build_id()))
    throw ConfigError("rank " + std::to_string(*other) +
                      " runs another program than rank 0 (another version or build); all ranks of "
                      "a run take the same one");
  std::string words;
  for (int i = 1; i < argc; ++i)
    words.append(argv[i]).push_back('\0');
  if (const auto other = rank_with_another(comm, words))
    throw ConfigError("rank " + std::to_string(*other) +
                      " was started with other arguments than rank 0; all ranks of a run take the "
                      "same ones");
}

namespace {

/// The rank that a launcher (mpirun, srun) gave, or nullptr.
const char* launched_as() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    if (const char* rank = std::getenv(name)) return rank;
  }
  return nullptr;
}

}  // namespace

bool was_launched() {
  return launched_as() != nullptr;
}

bool is_first_process() {
  const char* rank = launched_as();
  return rank == nullptr || std::string(rank) == "0";
}

void abort_all(ExitCode code) {
  core::remove_leftovers();
  core::end_is_near(static_cast<int>(code));
  MPI_Abort(MPI_COMM_WORLD, static_cast<int>(code));
  std::_Exit(static_cast<int>(code));
}

std::string library_version() {
  std::string text(MPI_MAX_LIBRARY_VERSION_STRING, '\0');
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  text.resize(static_cast<std::size_t>(length));
  return text.substr(0, text.find_first_of(",\n"));
}

}  // namespace arcuate::comm

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <stdexcept>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/error.hpp"

namespace arcuate::comm {
namespace {

std::vector<std::byte> bytes_of(const std::string& text) {
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(Communicator, BroadcastsTextsAndNumbersWithTheirSizes) {
  const Communicator comm(MPI_COMM_WORLD);
  std::string text = comm.is_root() ? "arcs are cut\nby a partitioner: \xC3\xA9" : "something else";
  comm.broadcast(text);
  EXPECT_EQ(text, "arcs are cut\nby a partitioner: \xC3\xA9");
  std::vector<double> numbers;
  if (comm.is_root()) numbers = {1.5, -2.0};
  comm.broadcast(numbers);
  EXPECT_EQ(numbers, (std::vector<double>{1.5, -2.0}));
  std::vector<std::int64_t> empty;
  if (!comm.is_root()) empty = {1, 2, 3};
  comm.broadcast(empty);
  EXPECT_TRUE(empty.empty());
}

TEST(Communicator, ReducesOverAllRanks) {
  const Communicator comm(MPI_COMM_WORLD);
  const std::int64_t n = comm.size();
  EXPECT_EQ(comm.sum(std::int64_t{comm.rank()} + 1), n * (n + 1) / 2);
  EXPECT_EQ(comm.max(std::int64_t{comm.rank()} - 5), n - 6);
  EXPECT_EQ(comm.min(std::int64_t{5} - comm.rank()), 6 - n);
  EXPECT_EQ(comm.max(0.5 * comm.rank()), 0.5 * static_cast<double>(n - 1));
  std::vector<std::int64_t> squares(static_cast<std::size_t>(n));
  for (std::int64_t r = 0; r < n; ++r)
    squares[static_cast<std::size_t>(r)] = r * r;
  EXPECT_EQ(comm.all_gather(std::int64_t{comm.rank()} * comm.rank()), squares);
}

TEST(Communicator, ExchangesMessagesOfDifferentSizesIncludingNone) {
  const Communicator comm(MPI_COMM_WORLD);
  std::vector<std::vector<std::byte>> to;
  for (int r = 0; r < comm.size(); ++r) {
    const bool silent = (comm.rank() + r) % 3 == 2;
    to.push_back(silent ? std::vector<std::byte>{}
                        : bytes_of(std::to_string(comm.rank()) + " to " + std::to_string(r)));
  }
  const auto from = comm.exchange(to);
  ASSERT_EQ(from.size(), to.size());
  for (int r = 0; r < comm.size(); ++r) {
    const bool silent = (comm.rank() + r) % 3 == 2;
    EXPECT_EQ(text_of(from[static_cast<std::size_t>(r)]),
              silent ? "" : std::to_string(r) + " to " + std::to_string(comm.rank()));
  }
}

TEST(Communicator, GathersInRankOrderOnRankZero) {
  const Communicator comm(MPI_COMM_WORLD);
  const std::vector<double> mine(static_cast<std::size_t>(comm.rank()), 0.25 * comm.rank());
  const std::vector<double> all = comm.gather(mine);
  if (!comm.is_root()) {
    EXPECT_TRUE(all.empty());
    return;
  }
  std::vector<double> expected;
  for (int r = 0; r < comm.size(); ++r) {
    expected.insert(expected.end(), static_cast<std::size_t>(r), 0.25 * r);
  }
  EXPECT_EQ(all, expected);
}

TEST(Communicator, MovesLeaveNothingToFreeTwice) {
  Communicator first(MPI_COMM_WORLD);
  const int size = first.size();
  Communicator second(std::move(first));
  Communicator third(MPI_COMM_SELF);
  third = std::move(second);
  EXPECT_EQ(third.size(), size);
  third.barrier();
}

TEST(Agreement, TheErrorOfTheLowestFailingRankIsThrownEverywhere) {
  const Communicator comm(MPI_COMM_WORLD);
  const int first = comm.size() / 2;
  try {
    all_or_none(comm, [&] {
      if (comm.rank() >= first) throw DataError("rank " + std::to_string(comm.rank()));
    });
    FAIL() << "nothing was thrown";
  } catch (const DataError& error) {
    EXPECT_EQ(error.what(), "rank " + std::to_string(first));
    EXPECT_EQ(error.code(), ExitCode::user);
  }
  EXPECT_NO_THROW(all_or_none(comm, [] {}));
}

TEST(Agreement, KeepsTheKindOfError) {
  const Communicator comm(MPI_COMM_WORLD);
  EXPECT_THROW(on_root(comm, [] { throw ConfigError("c"); }), ConfigError);
  EXPECT_THROW(on_root(comm, [] { throw EnvironmentError("e"); }), EnvironmentError);
  EXPECT_THROW(on_root(comm, [] { throw DivergedError("d"); }), DivergedError);
  EXPECT_THROW(on_root(comm, [] { throw UnconvergedError("u"); }), UnconvergedError);
  EXPECT_THROW(on_root(comm, [] { throw UnsoundError("u"); }), UnsoundError);
  EXPECT_THROW(on_root(comm, [] { throw StoppedError("s"); }), StoppedError);
  try {
    on_root(comm, [] { throw Error(ExitCode::unsound, "of no class of its own"); });
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::unsound);
  }
  EXPECT_THROW(on_root(comm, [] { throw std::bad_alloc(); }), EnvironmentError);
  EXPECT_THROW(on_root(comm, [] { throw std::out_of_range("o"); }), std::runtime_error);
}

TEST(Agreement, OnRootRunsOnRankZeroOnly) {
  const Communicator comm(MPI_COMM_WORLD);
  std::int64_t runs = 0;
  on_root(comm, [&] { ++runs; });
  EXPECT_EQ(runs, comm.is_root() ? 1 : 0);
  EXPECT_EQ(comm.sum(runs), 1);
}

}  // namespace
}  // namespace arcuate::comm

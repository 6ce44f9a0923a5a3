#include "arcuate/comm/mailbox.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <thread>

#include "arcuate/core/error.hpp"

namespace arcuate::comm {
namespace {

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Letters of every size, also to oneself, by all ranks to all.
TEST(Mailbox, LettersArriveWholeAndOfOneSenderInOrder) {
  const Communicator world(MPI_COMM_WORLD);
  Mailbox mailbox(world);
  const std::vector<std::size_t> sizes{3'000'000, 0, 5, 2032, 2033, 100'000, 1};
  const auto text = [](int from, std::size_t k, std::size_t size) {
    return std::string(size, static_cast<char>('a' + from + static_cast<int>(k)));
  };
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    for (int to = 0; to < world.size(); ++to)
      mailbox.send(to, static_cast<int>(k), text(world.rank(), k, sizes[k]));
  }
  std::vector<std::size_t> arrived(static_cast<std::size_t>(world.size()));
  const std::size_t all = sizes.size() * arrived.size();
  for (std::size_t got = 0; got < all;) {
    const auto letter = mailbox.next();
    if (!letter) continue;
    std::size_t& k = arrived[static_cast<std::size_t>(letter->from)];
    EXPECT_EQ(letter->kind, static_cast<int>(k));
    EXPECT_TRUE(letter->text == text(letter->from, k, sizes.at(k)));
    ++k;
    ++got;
  }
  EXPECT_FALSE(mailbox.next());
}

TEST(Mailbox, RefusesALetterThatMpiCannotSend) {
  const Communicator world(MPI_COMM_WORLD);
  Mailbox mailbox(world);
  const std::string_view too_long("", Mailbox::longest + 1);  // refused before it is read
  EXPECT_THROW(mailbox.send(0, 0, too_long), EnvironmentError);
}

TEST(Communicator, ABarrierAsleepLeavesTheProcessorAlone) {
  const Communicator world(MPI_COMM_WORLD);
  // The least of three times: who shares a core takes longer for the same.
  double least = 1.0;
  for (int attempt = 0; attempt < 3 && least >= 0.05; ++attempt) {
    const double before = processor_seconds();
    if (world.rank() == world.size() - 1)
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    world.barrier_asleep();
    least = std::min(least, world.max(processor_seconds() - before));
  }
  EXPECT_LT(least, 0.05);
}

TEST(Communicator, RanksOfOneMachineKnowIt) {
  const Communicator world(MPI_COMM_WORLD);
  EXPECT_EQ(world.machines(), std::vector<std::int64_t>(static_cast<std::size_t>(world.size()), 0));
}

}  // namespace
}  // namespace arcuate::comm

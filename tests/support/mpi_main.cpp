#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/leftovers.hpp"

namespace {

/// Rank 0 prints. A failure on any rank fails the test on all ranks, so that their verdicts and
/// exit codes agree.
class MpiListener : public testing::EmptyTestEventListener {
 public:
  explicit MpiListener(testing::TestEventListener* printer) : printer_(printer) {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }

  void OnTestProgramStart(const testing::UnitTest& all) override {
    if (root()) printer_->OnTestProgramStart(all);
  }
  void OnTestSuiteStart(const testing::TestSuite& suite) override {
    if (root()) printer_->OnTestSuiteStart(suite);
  }
  void OnTestStart(const testing::TestInfo& test) override {
    messages_.clear();
    failed_ = 0;
    if (root()) printer_->OnTestStart(test);
  }
  void OnTestPartResult(const testing::TestPartResult& part) override {
    if (part.skipped() && root()) printer_->OnTestPartResult(part);
    if (!part.failed()) return;
    failed_ = 1;
    std::ostringstream text;
    text << "[rank " << rank_ << "] " << (part.file_name() != nullptr ? part.file_name() : "?")
         << ":" << part.line_number() << ": " << part.summary() << "\n";
    messages_ += text.str();
  }
  void OnTestEnd(const testing::TestInfo& test) override {
    int anywhere = failed_;
    MPI_Allreduce(MPI_IN_PLACE, &anywhere, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    print_all_messages();
    if (anywhere != 0 && failed_ == 0) ADD_FAILURE() << "failed on another rank";
    if (root()) printer_->OnTestEnd(test);
  }
  void OnTestSuiteEnd(const testing::TestSuite& suite) override {
    if (root()) printer_->OnTestSuiteEnd(suite);
  }
  void OnTestIterationEnd(const testing::UnitTest& all, int iteration) override {
    if (root()) printer_->OnTestIterationEnd(all, iteration);
  }

 private:
  [[nodiscard]] bool root() const { return rank_ == 0; }

  void print_all_messages() const {
    const int mine = static_cast<int>(messages_.size());
    std::vector<int> sizes(static_cast<std::size_t>(size_));
    std::vector<int> starts(static_cast<std::size_t>(size_));
    MPI_Gather(&mine, 1, MPI_INT, sizes.data(), 1, MPI_INT, 0, MPI_COMM_WORLD);
    int total = 0;
    for (std::size_t r = 0; r < sizes.size(); ++r) {
      starts[r] = total;
      total += sizes[r];
    }
    std::string all(static_cast<std::size_t>(std::max(total, 0)), '\0');
    MPI_Gatherv(messages_.data(), mine, MPI_CHAR, all.data(), sizes.data(), starts.data(), MPI_CHAR,
                0, MPI_COMM_WORLD);
    if (root()) std::fputs(all.c_str(), stdout);
  }

  std::unique_ptr<testing::TestEventListener> printer_;
  int rank_ = 0;
  int size_ = 1;
  int failed_ = 0;
  std::string messages_;
};

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  arcuate::comm::Session session(argc, argv);
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  listeners.Append(new MpiListener(listeners.Release(listeners.default_result_printer())));
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  // All ranks would write the same file of --gtest_output.
  if (rank != 0) delete listeners.Release(listeners.default_xml_generator());
  int result = RUN_ALL_TESTS();
  if (result == 0 && testing::UnitTest::GetInstance()->test_to_run_count() == 0) {
    if (rank == 0) std::fputs("no test matches the filter\n", stderr);
    result = 2;
  }
  MPI_Allreduce(MPI_IN_PLACE, &result, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  arcuate::core::end_is_near(result);
  return result;
}

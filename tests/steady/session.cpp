#include <gtest/gtest.h>

#include <memory>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/steady/session.hpp"

namespace {

/// PETSc, for as long as the tests run.
class Petsc : public testing::Environment {
 public:
  void SetUp() override {
    world_ = std::make_unique<arcuate::comm::Communicator>(MPI_COMM_WORLD);
    session_ = std::make_unique<arcuate::steady::Session>(*world_);
  }
  void TearDown() override {
    session_.reset();
    world_.reset();
  }

 private:
  std::unique_ptr<arcuate::comm::Communicator> world_;
  std::unique_ptr<arcuate::steady::Session> session_;
};

const auto* const petsc = testing::AddGlobalTestEnvironment(new Petsc);

}  // namespace

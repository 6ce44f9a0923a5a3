#include "arcuate/steady/session.hpp"

#include <slepcsys.h>

#include <string>

#include "arcuate/core/error.hpp"
#include "petsc.hpp"

namespace arcuate::steady {

void require(PetscErrorCode code, const char* call) {
  if (code == 0) return;
  const char* text = nullptr;
  static_cast<void>(PetscErrorMessage(code, &text, nullptr));
  throw EnvironmentError(std::string("PETSc: ") + call + ": " +
                         (text == nullptr ? "error " + std::to_string(code) : text));
}

Session::Session(const comm::Communicator& world) {
  require(PetscOptionsSetValue(nullptr, "-no_signal_handler", nullptr), "PetscOptionsSetValue");
  require(PetscOptionsSetValue(nullptr, "-skip_petscrc", nullptr), "PetscOptionsSetValue");
  PETSC_COMM_WORLD = world.handle();
  require(SlepcInitializeNoArguments(), "SlepcInitialize");
  require(PetscPushErrorHandler(PetscReturnErrorHandler, nullptr), "PetscPushErrorHandler");
}

Session::~Session() {
  static_cast<void>(SlepcFinalize());
}

}  // namespace arcuate::steady

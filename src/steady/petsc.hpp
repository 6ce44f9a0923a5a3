#pragma once

#include <petscsnes.h>

#include <utility>

/// PETSc with owners for its objects and errors that name the call.
namespace arcuate::steady {

using Vec = ::Vec;  // and not arcuate::Vec

/// Throws EnvironmentError "PETSc: CALL: message" unless `code` is 0.
void require(PetscErrorCode code, const char* call);

/// Owner of one PETSc object.
template <class Object, PetscErrorCode (*destroy)(Object*)>
class Owner {
 public:
  Owner() = default;
  ~Owner() { reset(); }
  Owner(Owner&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Owner& operator=(Owner&& other) noexcept {
    if (this != &other) {
      reset();
      object_ = std::exchange(other.object_, nullptr);
    }
    return *this;
  }
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;

  [[nodiscard]] Object get() const { return object_; }
  /// For calls that make an object.
  Object* fresh() {
    reset();
    return &object_;
  }
  Object release() { return std::exchange(object_, nullptr); }

 private:
  void reset() {
    if (object_ != nullptr) static_cast<void>(destroy(&object_));
    object_ = nullptr;
  }
  Object object_ = nullptr;
};

using Vector = Owner<Vec, VecDestroy>;
using Matrix = Owner<Mat, MatDestroy>;
using LinearSolver = Owner<KSP, KSPDestroy>;
using NewtonSolver = Owner<SNES, SNESDestroy>;

}  // namespace arcuate::steady

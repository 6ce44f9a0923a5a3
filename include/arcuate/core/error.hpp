#pragma once

#include <stdexcept>
#include <string>

/// Errors by whose fault they are. Each kind has the exit code of the program (docs/study-file.md).
namespace arcuate {

enum class ExitCode : int { done = 0, user = 2, environment = 3, diverged = 4, unconverged = 5, unsound = 6, stopped = 75 };

class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// The user's: a study file or the command line. The message names file, line, key, value and what
/// is allowed.
class ConfigError : public Error {
 public:
  explicit ConfigError(const std::string& message) : Error(ExitCode::user, message) {}
};

/// The user's: a data file (connectome, parameters). The message names file, member or row, value
/// and what is allowed.
class DataError : public Error {
 public:
  explicit DataError(const std::string& message) : Error(ExitCode::user, message) {}
};

/// The environment's: disk, permission, MPI, HDF5. The message names the call and the file.
class EnvironmentError : public Error {
 public:
  explicit EnvironmentError(const std::string& message) : Error(ExitCode::environment, message) {}
};

/// The simulation left the finite numbers. The message names region, variable, time and parameters.
class DivergedError : public Error {
 public:
  explicit DivergedError(const std::string& message) : Error(ExitCode::diverged, message) {}
};

/// A search for parameters ended before it reached its goal. The message names what is missing.
class UnconvergedError : public Error {
 public:
  explicit UnconvergedError(const std::string& message) : Error(ExitCode::unconverged, message) {}
};

/// What was to be verified does not hold. The message names file and place.
class UnsoundError : public Error {
 public:
  explicit UnsoundError(const std::string& message) : Error(ExitCode::unsound, message) {}
};

/// A signal ended the work in order. The message says how it goes on.
class StoppedError : public Error {
 public:
  explicit StoppedError(const std::string& message) : Error(ExitCode::stopped, message) {}
};

}  // namespace arcuate

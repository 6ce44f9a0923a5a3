#pragma once

#include <exception>
#include <new>
#include <string>

#include "arcuate/core/error.hpp"
#include "arcuate/plugin/kind.hpp"

/// Shared libraries that `arcuate KIND build` made.
namespace arcuate::plugin {

struct Library {
  const void* entry = nullptr;  ///< what the kind says; valid until the program ends
  std::string path;             ///< absolute
  std::string sha256;           ///< of the file
};

/// Loads a plug-in, which is never unloaded. `required_stamp`: what its stamp must be. Throws
/// DataError, without the path: no such file, not a shared library, not a plug-in, of another kind,
/// built for another program.
Library load(Kind kind, const std::string& path, const std::string& required_stamp);

/// The part of a stamp that `arcuate KIND build` writes into a plug-in.
std::string program_stamp(Kind kind);

/// Throws DataError when a name that users write cannot be one: letters, digits and _, a letter
/// first.
void require_name(const std::string& what, const std::string& name);

/// Runs code of a plug-in; whatever it throws becomes an error that names `what`.
template <class Action>
auto guarded(const std::string& what, const Action& action) {
  try {
    return action();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw DataError(what + " throws: " + error.what());
  } catch (...) {
    throw DataError(what + " throws an unknown exception");
  }
}

}  // namespace arcuate::plugin

#include "arcuate/model/plugin.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "arcuate/core/error.hpp"
#include "arcuate/core/sha256.hpp"
#include "arcuate/model/build_facts.hpp"
#include "arcuate/model/plugin_stamp.hpp"

namespace arcuate::model {
namespace {

namespace fs = std::filesystem;

std::string read_bytes(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) throw DataError("no such file");
  if (!fs::is_regular_file(path, ignored)) throw DataError("not a file");
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw DataError("cannot be read");
  return bytes;
}

/// The dynamic loader maps what the headers promise: a file that is cut short would end the program
/// with a bus error.
void require_whole(const std::string& bytes) {
  Elf64_Ehdr header{};
  if (bytes.size() < sizeof header || !bytes.starts_with(ELFMAG)) {
    throw DataError("not a shared library; `arcuate model build` makes plug-ins");
  }
  std::memcpy(&header, bytes.data(), sizeof header);
  const std::uint64_t table = std::uint64_t{header.e_phentsize} * header.e_phnum;
  bool whole = header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_phentsize == sizeof(Elf64_Phdr) &&
               header.e_phoff <= bytes.size() && table <= bytes.size() - header.e_phoff;
  for (std::size_t k = 0; whole && k < header.e_phnum; ++k) {
    Elf64_Phdr part{};
    std::memcpy(&part, bytes.data() + header.e_phoff + k * sizeof part, sizeof part);
    whole = part.p_type != PT_LOAD ||
            (part.p_filesz <= bytes.size() && part.p_offset <= bytes.size() - part.p_filesz);
  }
  if (!whole) throw DataError("damaged, or not a shared library of this kind of processor");
}

/// Runs code of the plug-in; whatever it throws becomes an error that names `what`.
template <class Action>
auto guarded(const char* what, const Action& action) {
  try {
    return action();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw DataError(fmt::format("{} throws: {}", what, error.what()));
  } catch (...) {
    throw DataError(fmt::format("{} throws an unknown exception", what));
  }
}

/// What the plug-in's static objects throw cannot pass the dynamic loader: the runtime calls the
/// terminate handler. While this object lives, that is an error message and an end with exit code
/// 2, which ends all ranks.
class ThrowingInitialisers {
 public:
  explicit ThrowingInitialisers(const std::string& path) : before_(std::set_terminate(&report)) {
    loading = path.c_str();
  }
  ~ThrowingInitialisers() { std::set_terminate(before_); }
  ThrowingInitialisers(const ThrowingInitialisers&) = delete;
  ThrowingInitialisers& operator=(const ThrowingInitialisers&) = delete;

 private:
  [[noreturn]] static void report() {
    try {
      if (const auto thrown = std::current_exception()) std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      say(error.what());
    } catch (...) {
      say("an unknown exception");
    }
    ::_exit(static_cast<int>(ExitCode::user));
  }
  static void say(const char* what) {
    std::fprintf(stderr, "arcuate: error: %s: loading it throws: %s\n", loading, what);
    std::fflush(stderr);
  }

  static inline const char* loading = "";
  std::terminate_handler before_;
};

void* open_library(const std::string& path) {
  const ThrowingInitialisers guard(path);
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw DataError(fmt::format("cannot be loaded: {}", ::dlerror()));
  return library;
}

template <class Function>
Function* symbol(void* library, const char* name) {
  void* address = ::dlsym(library, name);
  if (address == nullptr) {
    throw DataError(fmt::format(
        "not a plug-in of Arcuate (no symbol {}); `arcuate model build` makes them", name));
  }
  return reinterpret_cast<Function*>(address);
}

void require_stamp(const char* stamp) {
  const std::string required = required_stamp();
  if (stamp != nullptr && stamp == required) return;
  throw DataError(fmt::format(
      "built for another program; build it again with `arcuate model build`. It is for: {}. "
      "This program: {}",
      stamp == nullptr ? "nothing" : stamp, required));
}

const Entry& entry_of(void* library) {
  auto* stamp = symbol<PluginStampFunction>(library, plugin_stamp_symbol);
  guarded("its stamp", [&] { require_stamp(stamp()); });
  auto* hook = symbol<PluginEntryFunction>(library, plugin_entry_symbol);
  const void* entry = guarded("its entry", [&] { return hook(); });
  if (entry == nullptr) throw DataError("holds no model");
  return *static_cast<const Entry*>(entry);
}

/// Calls every hook once, at the initial state: what throws there would end a simulation on one
/// rank alone.
void try_hooks(const Entry& entry) {
  if (entry.make_kernel == nullptr) throw DataError("has no kernels");
  std::vector<double> state, input(entry.info.inputs.size() + entry.info.delayed.size(), 0.0);
  for (const StateInfo& row : entry.info.states)
    state.push_back(row.initial);
  std::vector<double> rate(state.size()), jacobian(state.size() * state.size());
  for (const Method method : {Method::euler, Method::heun, Method::rk4, Method::exponential_euler,
                              Method::symplectic_euler}) {
    const auto kernel = entry.make_kernel(method);
    if (kernel == nullptr) throw DataError("has no kernels");
    std::vector<double> parameter = entry.parameter_values(nullptr);
    parameter.resize(static_cast<std::size_t>(kernel->parameter_rows()));
    kernel->derive_of_one(parameter.data());
    kernel->rhs_of_one(state.data(), parameter.data(), input.data(), rate.data());
    kernel->jacobian_of_one(state.data(), parameter.data(), input.data(), jacobian.data());
    for (std::size_t k = 0; k < entry.info.observables.size(); ++k) {
      static_cast<void>(
          kernel->observe_one(static_cast<int>(k), state.data(), parameter.data(), input.data()));
    }
  }
}

}  // namespace

std::string program_stamp() {
  const BuildFacts& facts = build_facts();
  return fmt::format("arcuate {}; headers {}; flags {}", facts.version,
                     facts.headers_sha256.substr(0, 16), facts.flags);
}

std::string required_stamp() {
  return plugin_stamp(program_stamp());
}

Plugin load_plugin(const std::string& path) {
  const std::string absolute = fs::absolute(path).lexically_normal().string();
  const std::string bytes = read_bytes(absolute);
  require_whole(bytes);
  const Entry& entry = entry_of(open_library(absolute));
  require_sound(entry);
  if (find(entry.info.name) != nullptr) {
    throw DataError(fmt::format("its model is called '{}' like one of the catalogue: rename it",
                                entry.info.name));
  }
  guarded("its right-hand side or observables", [&] { try_hooks(entry); });
  return {&entry, absolute, sha256(bytes)};
}

}  // namespace arcuate::model

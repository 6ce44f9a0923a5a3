#include "arcuate/service/service.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <thread>

#include "api.hpp"
#include "arcuate/core/memory.hpp"
#include "http.hpp"
#include "keeper.hpp"

namespace arcuate::service {
namespace {

namespace fs = std::filesystem;

int cores_here() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

/// Two services of one folder would start every job twice. Held until the process ends.
void claim_folder(const std::string& folder) {
  const std::string path = folder + "/lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) throw EnvironmentError(fmt::format("{}: {}", path, std::strerror(errno)));
  if (::flock(file, LOCK_EX | LOCK_NB) != 0)
    throw EnvironmentError(fmt::format("{}: another service uses the folder", folder));
}

void prepare_folder(std::string& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed || !fs::is_directory(folder, failed))
    throw EnvironmentError(
        fmt::format("{}: cannot be made: {}", folder, failed ? failed.message() : "is a file"));
  folder = fs::canonical(folder).string();
  // What users submit is theirs.
  if (::chmod(folder.c_str(), 0700) != 0)
    throw EnvironmentError(fmt::format("{}: {}", folder, std::strerror(errno)));
  ::umask(077);
}

void complete(Options& options) {
  while (options.base.ends_with('/'))
    options.base.pop_back();
  const bool plain = options.base.find_first_of(" \r\n\"<>;,") == std::string::npos;
  if (!options.base.empty() && (!options.base.starts_with('/') || !plain))
    throw ConfigError(
        fmt::format("--base-path '{}': expected a path such as /node/name/8080", options.base));
  prepare_folder(options.folder);
  if (options.token_file.empty()) options.token_file = options.folder + "/token";
  if (options.cores == 0) options.cores = cores_here();
  constexpr double share = 0.9;
  if (options.memory == 0)
    options.memory =
        static_cast<std::int64_t>(share * static_cast<double>(core::available_bytes()));
}

/// Blocked in all threads, so that one can wait for them.
sigset_t ends() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int one : {SIGINT, SIGTERM, SIGHUP})
    ::sigaddset(&set, one);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return set;
}

}  // namespace

void serve(Options options) {
  complete(options);
  claim_folder(options.folder);
  const sigset_t set = ends();
  const std::string token = token_of(options.token_file);
  Keeper keeper(options.folder, {options.cores, options.memory});
  Api api(options, token, keeper);
  http::Server server(api, {});
  const int port = server.bind(options.address, options.port);
  std::cout << fmt::format("serving {} at http://{}:{}{}/\ntoken: in {}\n", options.folder,
                           options.address.find(':') == std::string::npos
                               ? options.address
                               : "[" + options.address + "]",
                           port, options.base, options.token_file)
            << std::flush;
  std::thread listening([&] { server.listen(); });
  int signal = 0;
  ::sigwait(&set, &signal);
  end_questions();
  server.stop();
  listening.join();
  std::cout << "stopped; jobs that run go on\n" << std::flush;
}

}  // namespace arcuate::service

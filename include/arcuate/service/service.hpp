#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// Jobs over HTTP: a queue, and a page (docs/service.md).
namespace arcuate::service {

struct Options {
  std::string folder;  ///< holds all that the service keeps
  std::string address = "127.0.0.1";
  int port = 8080;                 ///< 0: any that is free
  std::string base;                ///< "/node/host/8080": what stands before all paths, or ""
  std::string token_file;          ///< "": `token` in the folder
  std::vector<std::string> hosts;  ///< names by which it is known, besides loopback's
  int cores = 0;                   ///< of all local jobs together; 0: those of this machine
  std::int64_t memory = 0;         ///< [bytes] likewise; 0: nine tenths of what is free
  std::int64_t largest_body = std::int64_t{2} << 30;  ///< [bytes]
  bool allow_plugins = false;
};

/// Until a signal ends it, which leaves the jobs running. Throws ConfigError, EnvironmentError.
void serve(Options options);

}  // namespace arcuate::service

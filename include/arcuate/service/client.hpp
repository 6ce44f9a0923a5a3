#pragma once

#include <string>
#include <vector>

/// What a command line asks of a service that runs elsewhere.
namespace arcuate::service {

struct Remote {
  std::string url;    ///< http://127.0.0.1:8080, with the base path
  std::string token;  ///< never on a command line
};

/// From ARCUATE_TOKEN, or the file that ARCUATE_TOKEN_FILE names. Throws ConfigError: neither.
std::string token_of_environment();

struct RemoteJob {
  std::string study;  ///< the file
  std::vector<std::string> overrides;
  std::string verb = "simulate", where = "local", name;
  int ranks = 1, threads = 1;
};

/// Sends a study and the files beside it that it names; the same again after a broken connection is
/// the same job. Returns its identity. Throws ConfigError: what the service says, or a file that is
/// not there; EnvironmentError: no answer.
std::string submit_to(const Remote& remote, const RemoteJob& job);

/// One line for each job, newest first.
std::string list_of(const Remote& remote);
/// In one line.
std::string describe_job(const Remote& remote, const std::string& id);
/// Says what changes until it has ended, on standard error. Returns whether it is done.
bool watch_job(const Remote& remote, const std::string& id);
void cancel_job(const Remote& remote, const std::string& id);
/// All its files but the inputs into a folder; returns their names. Throws ConfigError: one is
/// there already.
std::vector<std::string> fetch_job(const Remote& remote, const std::string& id,
                                   const std::string& folder);

}  // namespace arcuate::service

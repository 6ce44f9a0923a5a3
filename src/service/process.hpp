#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Programs that the service starts: from a list of words, never through a shell.
namespace arcuate::service {

/// A process that may outlive the one that started it. Numbers of processes are used again, so the
/// time of its start belongs to its name.
struct Process {
  pid_t id = 0;             ///< also of its session
  std::uint64_t start = 0;  ///< [ticks] since the machine started
};

struct Command {
  std::vector<std::string> words;
  std::string folder;                    ///< in which it works
  std::string log;                       ///< file to which both streams are appended
  std::vector<std::string> variables{};  ///< "NAME=value", beyond this program's own
  std::int64_t most_memory = 0;          ///< [bytes] of data, of each process; 0: no limit
};

/// In a session of its own. Throws EnvironmentError: it cannot be started.
Process start_process(const Command& command);

/// The first of a session that works in a folder; id 0: none does.
Process find_process(const std::string& folder);

bool is_alive(const Process& process);
/// How a child ended, as waitpid() says it; nothing while it runs or when it is no child.
std::optional<int> ending_of(const Process& process);
void send_signal(const Process& process, int signal);
/// Ends all that is left of its session.
void kill_session(const Process& process);

struct Answer {
  int code = 0;  ///< of the program; 128 and the signal's number; -1: took too long
  std::string out, err;
};

/// [bytes] Of a thread of a program that is started.
std::int64_t stack_bytes();

/// Runs a program to its end. Output beyond 64 MB is cut off. Throws EnvironmentError.
Answer ask(const Command& command, std::chrono::seconds most);

/// Ends those that are asked now, and answers later ones at once as if they took too long.
void end_questions();

/// The file of this program.
std::string own_program();
/// Looked for along PATH; "" when it is not there.
std::string find_program(const std::string& name);

}  // namespace arcuate::service

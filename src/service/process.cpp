#include "process.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "arcuate/core/error.hpp"

namespace arcuate::service {
namespace {

namespace fs = std::filesystem;

/// One owner of an open file.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

/// What execve() takes. `words` outlive it.
std::vector<char*> arguments_of(const std::vector<std::string>& words) {
  std::vector<char*> all;
  for (const std::string& word : words)
    all.push_back(const_cast<char*>(word.c_str()));
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> environment_with(const std::vector<std::string>& variables) {
  const auto name = [](const std::string& one) { return one.substr(0, one.find('=') + 1); };
  std::vector<std::string> all;
  for (char** one = environ; *one != nullptr; ++one) {
    const std::string text = *one;
    bool replaced = name(text) == "ARCUATE_TOKEN=";  // which is for clients, not for jobs
    for (const std::string& variable : variables)
      replaced = replaced || name(text) == name(variable);
    if (!replaced) all.push_back(text);
  }
  all.insert(all.end(), variables.begin(), variables.end());
  return all;
}

/// All that the new process needs, made before it is there: between fork and exec a process with
/// several threads may only make system calls.
struct Prepared {
  std::string program;
  std::vector<std::string> words, environment;
  std::vector<char*> arguments, variables;
  std::string folder;
  int out = -1, err = -1;
  int failure = -1;  ///< where the new process says that it could not become the program
  int most = 0;      ///< open files
  rlim_t most_memory = RLIM_INFINITY;
};

[[noreturn]] void become(const Prepared& what) {
  ::setsid();
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int handled : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1, SIGXFSZ, SIGCHLD})
    ::signal(handled, SIG_DFL);
  // Of data rather than of addresses: libraries map much that they never touch.
  const rlimit memory{what.most_memory, what.most_memory};
  if (what.most_memory != RLIM_INFINITY) ::setrlimit(RLIMIT_DATA, &memory);
  const int empty = ::open("/dev/null", O_RDONLY);
  bool good = empty >= 0 && ::dup2(empty, 0) == 0 && ::dup2(what.out, 1) == 1 &&
              ::dup2(what.err, 2) == 2 && ::chdir(what.folder.c_str()) == 0;
  // Sockets of clients are none of its business.
  for (int one = 3; one < what.most; ++one) {
    if (one != what.failure) ::close(one);
  }
  if (good) ::execve(what.program.c_str(), what.arguments.data(), what.variables.data());
  const int why = errno;
  static_cast<void>(!::write(what.failure, &why, sizeof why));
  ::_exit(127);
}

std::atomic<bool> no_more_questions = false;

int most_open_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  constexpr rlim_t enough = 65536;
  return static_cast<int>(std::min(limit.rlim_cur, enough));
}

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw EnvironmentError(fmt::format("pipe: {}", std::strerror(errno)));
  return ends;
}

pid_t start(const Command& command, int out, int err) {
  Prepared what;
  what.program = find_program(command.words.front());
  if (what.program.empty())
    throw EnvironmentError(fmt::format("{}: is not on PATH", command.words.front()));
  what.words = command.words;
  what.environment = environment_with(command.variables);
  what.arguments = arguments_of(what.words);
  what.variables = arguments_of(what.environment);
  what.folder = command.folder;
  what.out = out;
  what.err = err;
  what.most = most_open_files();
  if (command.most_memory > 0) what.most_memory = static_cast<rlim_t>(command.most_memory);
  const auto ends = make_pipe();
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  what.failure = write_end.number();
  const pid_t child = ::fork();
  if (child == 0) become(what);
  if (child < 0) throw EnvironmentError(fmt::format("fork: {}", std::strerror(errno)));
  write_end.close();
  int why = 0;
  if (::read(read_end.number(), &why, sizeof why) == sizeof why) {
    ::waitpid(child, nullptr, 0);
    throw EnvironmentError(
        fmt::format("{}: cannot be started: {}", what.program, std::strerror(why)));
  }
  return child;
}

/// The words of /proc/ID/stat behind the name: state, parent, group, session, ...; empty when the
/// process is gone.
std::vector<std::string> facts_of(const std::string& id) {
  std::ifstream file("/proc/" + id + "/stat");
  std::string line;
  if (!std::getline(file, line)) return {};
  const std::size_t end = line.rfind(')');  // a name may hold anything
  if (end == std::string::npos) return {};
  std::istringstream words(line.substr(end + 1));
  std::vector<std::string> all;
  for (std::string word; words >> word;)
    all.push_back(word);
  return all;
}

constexpr std::size_t state_fact = 0, session_fact = 3, start_fact = 19;

std::uint64_t start_of(pid_t id) {
  const auto facts = facts_of(std::to_string(id));
  return facts.size() > start_fact ? std::stoull(facts[start_fact]) : 0;
}

/// What comes out of both ends until they close or time is over. Returns whether they closed.
bool collect(const std::array<int, 2>& ends, std::array<std::string*, 2> into,
             std::chrono::steady_clock::time_point until) {
  constexpr std::size_t most = 64U << 20U;
  std::array<pollfd, 2> wait{pollfd{ends[0], POLLIN, 0}, pollfd{ends[1], POLLIN, 0}};
  std::array<char, 65536> bytes{};
  while (wait[0].fd >= 0 || wait[1].fd >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (left.count() <= 0 || no_more_questions) return false;
    constexpr std::int64_t glance = 200;
    const auto most_wait = static_cast<int>(std::min<std::int64_t>(left.count(), glance));
    if (::poll(wait.data(), wait.size(), most_wait) < 0 && errno != EINTR) return false;
    for (std::size_t k = 0; k < wait.size(); ++k) {
      if (wait[k].fd < 0 || wait[k].revents == 0) continue;
      const ssize_t count = ::read(wait[k].fd, bytes.data(), bytes.size());
      if (count <= 0) wait[k].fd = -1;
      if (count > 0 && into[k]->size() < most)
        into[k]->append(bytes.data(), static_cast<std::size_t>(count));
    }
  }
  return true;
}

int code_of(int status) {
  constexpr int by_signal = 128;
  return WIFEXITED(status) ? WEXITSTATUS(status) : by_signal + WTERMSIG(status);
}

}  // namespace

Process start_process(const Command& command) {
  const Descriptor log(
      ::open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (log.number() < 0)
    throw EnvironmentError(fmt::format("{}: {}", command.log, std::strerror(errno)));
  const pid_t child = start(command, log.number(), log.number());
  return {child, start_of(child)};
}

bool is_alive(const Process& process) {
  if (process.id <= 0) return false;
  const auto facts = facts_of(std::to_string(process.id));
  return facts.size() > start_fact && facts[state_fact] != "Z" &&
         std::stoull(facts[start_fact]) == process.start;
}

std::optional<int> ending_of(const Process& process) {
  int status = 0;
  if (::waitpid(process.id, &status, WNOHANG) != process.id) return std::nullopt;
  return status;
}

void send_signal(const Process& process, int signal) {
  if (is_alive(process)) ::kill(process.id, signal);
}

Process find_process(const std::string& folder) {
  std::error_code none;
  for (fs::directory_iterator one("/proc", none), end; !none && one != end; one.increment(none)) {
    const std::string name = one->path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code hidden;
    if (fs::read_symlink(one->path() / "cwd", hidden).string() != folder) continue;
    const auto facts = facts_of(name);
    if (facts.size() > start_fact && facts[session_fact] == name)
      return {static_cast<pid_t>(std::stol(name)), std::stoull(facts[start_fact])};
  }
  return {};
}

void kill_session(const Process& process) {
  if (process.id <= 1) return;
  const std::string session = std::to_string(process.id);
  std::error_code none;
  for (fs::directory_iterator one("/proc", none), end; !none && one != end; one.increment(none)) {
    const std::string name = one->path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto facts = facts_of(name);
    // Others of a session keep its number from being used again.
    if (facts.size() > start_fact && facts[session_fact] == session &&
        std::stoull(facts[start_fact]) >= process.start)
      ::kill(static_cast<pid_t>(std::stol(name)), SIGKILL);
  }
}

std::int64_t stack_bytes() {
  constexpr std::int64_t of_unlimited = 2 << 20;
  rlimit limit{};
  ::getrlimit(RLIMIT_STACK, &limit);
  return limit.rlim_cur == RLIM_INFINITY ? of_unlimited : static_cast<std::int64_t>(limit.rlim_cur);
}

Answer ask(const Command& command, std::chrono::seconds most) {
  const auto outs = make_pipe();
  const Descriptor out(outs[0]);
  Descriptor out_end(outs[1]);
  const auto errs = make_pipe();
  const Descriptor err(errs[0]);
  Descriptor err_end(errs[1]);
  const pid_t child = start(command, out_end.number(), err_end.number());
  const Process process{child, start_of(child)};
  out_end.close();
  err_end.close();
  Answer answer;
  const bool whole = collect({out.number(), err.number()}, {&answer.out, &answer.err},
                             std::chrono::steady_clock::now() + most);
  if (!whole) kill_session(process);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  answer.code = whole ? code_of(status) : -1;
  return answer;
}

void end_questions() {
  no_more_questions = true;
}

std::string own_program() {
  std::error_code none;
  return fs::read_symlink("/proc/self/exe", none).string();
}

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = folder + "/" + name;
    if (folder.starts_with('/') && ::access(file.c_str(), X_OK) == 0) return file;
  }
  return "";
}

}  // namespace arcuate::service

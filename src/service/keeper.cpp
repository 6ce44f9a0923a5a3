#include "keeper.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>

#include "arcuate/core/clock_time.hpp"
#include "commands.hpp"

namespace arcuate::service {
namespace {

namespace fs = std::filesystem;

constexpr auto look_every = std::chrono::milliseconds(200);
constexpr int stopped_in_order = 75;

/// Where the log of the last start begins, so that what an earlier one said is not taken for it.
std::string log_of_last_start(const std::string& file) {
  constexpr std::size_t enough = 65536;
  const std::string text = tail_of(file, enough);
  const std::size_t at = text.rfind("=== start ");
  return at == std::string::npos ? text : text.substr(at);
}

void note_start(const std::string& file, int number) {
  std::ofstream log(file, std::ios::app);
  log << fmt::format("=== start {} at {}\n", number, clock_time()) << std::flush;
  if (!log) throw_file_error(file, errno == 0 ? ENOSPC : errno);
}

/// Whether a job that nobody saw end has its result.
bool has_result(const Job& job, const std::string& folder) {
  std::error_code none;
  const Json status = read_status(job, folder);
  if (status.is_object()) return !status.value("running", true);
  return job.verb == "steady" && fs::exists(folder + "/files/" + job.output, none);
}

/// How a process ends that may have no more memory is its own affair; why, is ours to say.
std::string with_limit(const std::string& message, const Job& job) {
  if (job.most_memory == 0 || message.find("out of memory") == std::string::npos) return message;
  return fmt::format(
      "{} (each process of the job may have {:.0f} MB: what `arcuate plan --verb {}` predicts, and "
      "a reserve)",
      message, 1e-6 * static_cast<double>(job.most_memory), job.verb);
}

std::string words_of_signal(int signal) {
  return fmt::format("ended by signal {}{}", signal,
                     signal == SIGKILL ? " (perhaps for want of memory)" : "");
}

}  // namespace

Keeper::Keeper(std::string folder, Room room)
    : folder_(std::move(folder)), room_(room), store_(folder_ + "/queue.db") {
  std::error_code failed;
  for (const char* name : {"jobs", "incoming", "connectomes", "comparisons"}) {
    fs::create_directories(folder_ + "/" + name, failed);
    if (failed) throw EnvironmentError(fmt::format("{}/{}: {}", folder_, name, failed.message()));
  }
  for (Job& job : store_.all())
    jobs_.emplace(job.id, job);
  remove_orphans();
  find_lost();
  thread_ = std::thread([this] { work(); });
}

Keeper::~Keeper() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

/// What a service that was killed had begun to take in.
void Keeper::remove_orphans() const {
  std::error_code none;
  for (fs::directory_iterator one(folder_ + "/incoming", none), end; !none && one != end;
       one.increment(none))
    fs::remove_all(one->path(), none);
  for (fs::directory_iterator one(folder_ + "/jobs", none), end; !none && one != end;
       one.increment(none)) {
    if (!jobs_.contains(one->path().filename().string())) fs::remove_all(one->path(), none);
  }
}

/// A service that was killed between the start of a process and its note.
void Keeper::find_lost() {
  for (auto& [id, job] : jobs_) {
    if (is_active(job) && job.where == "local" && job.process.id == 0)
      job.process = find_process(files_of(id));
  }
}

std::string Keeper::folder_of(const std::string& id) const {
  return folder_ + "/jobs/" + id;
}
std::string Keeper::files_of(const std::string& id) const {
  return folder_of(id) + "/files";
}
std::string Keeper::log_of(const Job& job) const {
  return job.slurm.empty()
             ? folder_of(job.id) + "/log"
             : fmt::format("{}/{}-{}.log", files_of(job.id), slurm_name(job), job.slurm);
}

std::optional<Job> Keeper::find(const std::string& id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? std::nullopt : std::optional<Job>(found->second);
}

std::vector<Job> Keeper::list(const std::string& state, std::size_t most,
                              std::int64_t before) const {
  const std::scoped_lock lock(mutex_);
  std::vector<Job> all;
  for (const auto& [id, job] : jobs_) {
    if ((state.empty() || job.state == state) && (before == 0 || job.number < before))
      all.push_back(job);
  }
  const auto newer = [](const Job& one, const Job& other) { return one.number > other.number; };
  std::sort(all.begin(), all.end(), newer);
  if (all.size() > most) all.resize(most);
  return all;
}

std::map<std::string, int> Keeper::counts() const {
  const std::scoped_lock lock(mutex_);
  std::map<std::string, int> all;
  for (const std::string_view state : states)
    all[std::string(state)] = 0;
  for (const auto& [id, job] : jobs_)
    ++all[job.state];
  return all;
}

Room Keeper::used_now() const {
  Room used{0, 0};
  for (const auto& [id, job] : jobs_) {
    if (!is_active(job) || job.where != "local") continue;
    used.cores += job.ranks * job.threads;
    used.memory += job.memory;
  }
  return used;
}

Room Keeper::used() const {
  const std::scoped_lock lock(mutex_);
  return used_now();
}

void Keeper::put(Job& job) {
  store_.put(job);
}

Job& Keeper::known(const std::string& id) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) throw ConfigError("there is no such job");
  return found->second;
}

std::optional<Job> Keeper::submitted(const std::string& key, const std::string& digest) const {
  const std::scoped_lock lock(mutex_);
  return submitted_now(key, digest);
}

std::optional<Job> Keeper::submitted_now(const std::string& key, const std::string& digest) const {
  if (key.empty()) return std::nullopt;
  const auto before = store_.find(key);
  if (!before) return std::nullopt;
  if (before->digest != digest)
    throw ConfigError("Idempotency-Key: was used for another submission (allowed: a new key)");
  const auto found = jobs_.find(before->job);
  return found == jobs_.end() ? std::nullopt : std::optional<Job>(found->second);
}

Job Keeper::take(Job job, const std::string& incoming, const std::string& key,
                 const std::string& digest) {
  const std::scoped_lock lock(mutex_);
  // Of two submissions at once the first wins.
  if (auto before = submitted_now(key, digest)) return *before;
  std::error_code failed;
  fs::rename(incoming, folder_of(job.id), failed);
  if (failed) throw_file_error(folder_of(job.id), failed.value());
  job.created = clock_time();
  try {
    store_.put(job, key, digest);
  } catch (...) {
    fs::remove_all(folder_of(job.id), failed);
    throw;
  }
  jobs_.emplace(job.id, job);
  changed_.notify_all();
  return job;
}

Job Keeper::cancel(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  Job& job = known(id);
  if (has_ended(job))
    throw ConfigError(fmt::format("the job has ended ({}): there is nothing to cancel", job.state));
  Job changed = job;
  changed.wish = "cancel";
  changed.state = job.state == "queued" ? "cancelled" : "stopping";
  if (changed.state == "cancelled") changed.ended = clock_time();
  put(changed);
  job = changed;
  changed_.notify_all();
  return job;
}

Job Keeper::resume(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  Job& job = known(id);
  if (!can_resume(job))
    throw ConfigError(
        fmt::format("the job is {} (allowed: one that has ended before its end)", job.state));
  Job changed = job;
  changed.wish = changed.message = changed.ended = "";
  changed.exit_code.reset();
  changed.state = "queued";
  put(changed);
  job = changed;
  changed_.notify_all();
  return job;
}

void Keeper::remove(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  const Job& job = known(id);
  if (!has_ended(job)) throw ConfigError("the job has not ended: cancel it first");
  store_.remove(id);
  std::error_code failed;
  fs::remove_all(folder_of(id), failed);
  jobs_.erase(id);
}

void Keeper::work() {
  Lock lock(mutex_);
  while (!ending_) {
    look_at_all(lock);
    if (!ending_) start_waiting(lock);
    changed_.wait_for(lock, look_every);
  }
}

void Keeper::look_at_all(Lock& lock) {
  const auto carefully = [&](const std::string& whose, const std::function<void()>& look) {
    try {
      look();
      return true;
    } catch (const std::exception& error) {
      // A full disk: what is known stays as it is, and the next look may be luckier.
      std::cerr << fmt::format("arcuate serve: warning: {}: {}\n", whose, error.what());
      changed_.wait_for(lock, std::chrono::seconds(2), [this] { return ending_; });
      return false;
    }
  };
  for (auto& [id, job] : jobs_) {
    if (!is_active(job) || job.where != "local") continue;
    if (!carefully("job " + id, [&] { look_at(job); })) return;
  }
  carefully("SLURM", [&] { look_at_slurm(lock); });
}

void Keeper::look_at(Job& job) {
  if (const auto status = ending_of(job.process)) endings_[job.id] = *status;
  if (const auto known = endings_.find(job.id); known != endings_.end())
    return end(job, known->second);
  if (!is_alive(job.process)) return end(job, std::nullopt);
  if (job.state == "stopping") press(job);
}

/// A request first, then more than that.
void Keeper::press(Job& job) {
  const auto [wish, fresh] = wished_.emplace(job.id, Clock::now());
  if (fresh) {
    send_signal(job.process, SIGUSR1);
  } else if (Clock::now() - wish->second > patience) {
    kill_session(job.process);
  }
}

void Keeper::end(Job& job, std::optional<int> status) {
  kill_session(job.process);  // ranks whose launcher is gone
  Job changed = job;
  const std::string log = log_of_last_start(log_of(job));
  changed.message = with_limit(last_error(log), job);
  changed.exit_code.reset();
  if (status && WIFEXITED(*status)) changed.exit_code = WEXITSTATUS(*status);
  const bool done = status ? changed.exit_code == 0 : has_result(job, folder_of(job.id));
  if (done) {
    changed.state = "done";
    changed.message = "";
  } else if (job.wish == "cancel") {
    changed.state = "cancelled";
  } else if (changed.exit_code == stopped_in_order ||
             (!changed.exit_code && changed.message.empty())) {
    changed.state = "interrupted";
    if (status && WIFSIGNALED(*status)) changed.message = words_of_signal(WTERMSIG(*status));
    if (changed.message.empty()) changed.message = "its process is gone; resuming goes on with it";
  } else {
    changed.state = "failed";
    if (changed.message.empty())
      changed.message = fmt::format("exit code {}", changed.exit_code.value_or(0));
  }
  changed.process = {};
  changed.ended = clock_time();
  put(changed);
  wished_.erase(job.id);
  endings_.erase(job.id);
  job = changed;
}

void Keeper::start_waiting(Lock& lock) {
  std::vector<std::pair<std::int64_t, std::string>> waiting;
  for (const auto& [id, job] : jobs_) {
    if (job.state == "queued") waiting.emplace_back(job.number, id);
  }
  std::sort(waiting.begin(), waiting.end());
  for (const auto& [number, id] : waiting) {
    const auto found = jobs_.find(id);  // requests may have come meanwhile
    if (found == jobs_.end() || found->second.state != "queued") continue;
    Job* const job = &found->second;
    const Room used = used_now();
    const bool fits = used.cores + job->ranks * job->threads <= room_.cores &&
                      used.memory + job->memory <= room_.memory;
    if (job->where == "local" && !fits) break;  // in their order, so that a large one has its turn
    try {
      start(lock, *job);
    } catch (const StorageError&) {
      break;  // it keeps its place until there is room on the disk
    } catch (const std::exception& error) {
      fail(*job, error.what());
    }
  }
}

void Keeper::fail(Job& job, const std::string& why) {
  job.state = "failed";
  job.message = why;
  job.ended = clock_time();
  try {
    put(job);
  } catch (const std::exception&) {
    // It is known as queued or running, and is looked at again after a restart.
  }
}

void Keeper::start(Lock& lock, Job& job) {
  Job changed = job;
  ++changed.starts;
  changed.started = clock_time();
  changed.ended = changed.message = changed.slurm = "";
  changed.state = "running";
  const std::string folder = folder_of(job.id);
  note_start(folder + "/log", changed.starts);
  put(changed);  // before it runs: a database that is full starts nothing
  std::error_code none;
  fs::remove(folder + "/status.json", none);
  if (changed.where == "local") {
    changed.process = start_process(command_of(changed, folder));
    job = changed;
    try {
      put(job);
    } catch (const StorageError&) {
      // It runs, and says so at its end; a service that begins before finds it by its folder.
    }
    return;
  }
  job = changed;
  hand_to_slurm(lock, job);
}

}  // namespace arcuate::service

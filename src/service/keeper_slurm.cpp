#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "commands.hpp"
#include "keeper.hpp"

/// Jobs that SLURM runs.
namespace arcuate::service {
namespace {

constexpr auto ask_slurm_every = std::chrono::seconds(10);
constexpr auto patience_with_slurm = std::chrono::seconds(10);

/// What SLURM says. Requests go on meanwhile: it may take long to answer.
Answer ask_unlocked(std::unique_lock<std::mutex>& lock, const Command& command,
                    std::chrono::seconds most) {
  struct Open {
    std::unique_lock<std::mutex>& lock;
    explicit Open(std::unique_lock<std::mutex>& of) : lock(of) { lock.unlock(); }
    ~Open() { lock.lock(); }
  } const open(lock);
  return ask(command, most);
}

/// The number in an answer of sbatch, from a place on.
std::string number_at(const std::string& text, std::size_t at) {
  return text.substr(at, text.find_first_not_of("0123456789", at) - at);
}

/// What squeue lists: lines "77 arcuate-4f0c9a2b51d3e687".
struct Listed {
  explicit Listed(const std::string& text) {
    std::istringstream lines(text);
    for (std::string number, name; lines >> number && std::getline(lines >> std::ws, name);) {
      numbers.insert(number);
      by_name[name] = number;
    }
  }
  std::set<std::string> numbers;
  std::map<std::string, std::string> by_name;
};

}  // namespace

/// All are asked for at once, by their user rather than one by one: SLURM has others to serve.
void Keeper::look_at_slurm(Lock& lock) {
  cancel_in_slurm(lock);
  std::vector<std::string> known;
  for (const auto& [id, job] : jobs_) {
    if (is_active(job) && job.where == "slurm") known.push_back(id);
  }
  if (known.empty() || Clock::now() - asked_ < ask_slurm_every) return;
  asked_ = Clock::now();
  const Answer answer = ask_unlocked(
      lock,
      {{"squeue", "--noheader", "--format=%i %j", "--user=" + std::to_string(::getuid())},
       folder_,
       "",
       {}},
      patience_with_slurm);
  if (answer.code != 0) return;  // it does not answer now
  const Listed listed(answer.out);
  for (const std::string& id : known) {
    const auto found = jobs_.find(id);  // requests may have come meanwhile
    if (found == jobs_.end() || !is_active(found->second)) continue;
    Job& job = found->second;
    if (job.slurm.empty()) {
      const auto number = listed.by_name.find(slurm_name(job));
      find_in_slurm(job, number == listed.by_name.end() ? "" : number->second);
    } else if (!listed.numbers.contains(job.slurm)) {
      end(job, std::nullopt);
    }
  }
}

/// It ends runs in order, and the script does not put them into the queue again.
void Keeper::cancel_in_slurm(Lock& lock) {
  std::vector<std::string> words{"scancel"};
  for (const auto& [id, job] : jobs_) {
    if (is_active(job) && !job.slurm.empty() && job.wish == "cancel" &&
        wished_.emplace(id, Clock::now()).second)
      words.push_back(job.slurm);
  }
  if (words.size() > 1) ask_unlocked(lock, {words, folder_, "", {}}, patience_with_slurm);
}

/// A service that was killed between a submission and its note: SLURM knows the job by its name.
void Keeper::find_in_slurm(Job& job, const std::string& number) {
  const auto since = lost_.emplace(job.id, Clock::now()).first->second;
  if (number.empty()) {
    // Its submission may still be under way.
    if (Clock::now() - since > patience) end(job, std::nullopt);
    return;
  }
  Job changed = job;
  changed.slurm = number;
  put(changed);
  job = changed;
}

/// It is running from here on: who cancels it meanwhile is heard when SLURM has it.
void Keeper::hand_to_slurm(Lock& lock, Job& job) {
  const Answer answer = ask_unlocked(lock, submission_of(job, folder_of(job.id)), patience);
  constexpr std::string_view begin = "Submitted batch job ";
  const std::size_t at = answer.out.find(begin);
  if (answer.code != 0 || at == std::string::npos)
    throw EnvironmentError("SLURM does not take it: " + last_error(answer.err));
  job.slurm = number_at(answer.out, at + begin.size());
  try {
    put(job);
  } catch (const StorageError&) {
    // A service that begins before there is room finds it by its name.
  }
}

}  // namespace arcuate::service

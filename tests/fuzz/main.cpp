#include <sanitizer/lsan_interface.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"
#include "mutate.hpp"
#include "targets.hpp"

// fuzz TARGET CORPUS SECONDS [SEED]: reads what is made of the files of a folder; the same seed
// makes the same inputs. fuzz TARGET FILE: reads one file, and prints what the reader says. Inputs
// are read in processes of their own, a batch in each; what ends one is kept as fuzz-TARGET-NUMBER
// and is a failure. In a file of HDF5 what ends the library in a first reading is refused, as the
// program does it.

extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "max_allocation_size_mb=4096:handle_abort=1";
}
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libhdf5\nleak:libmpi\nleak:libopen-\nleak:libudunits";  // their own, on damaged
                                                                       // files
}

namespace arcuate::fuzz {
namespace {

constexpr int batch = 200;
constexpr int most_cpu_seconds = 20;  // of one input
constexpr int failure = 99;

/// What a process that reads tells about itself.
struct Progress {
  long number = 0;      ///< of the input that is read
  bool trying = false;  ///< a first reading of an HDF5 file
  long accepted = 0;
  long refused = 0;
  long ended_library = 0;
};

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::filesystem::path> files_of(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void limit_time() {
  const itimerval timer{{0, 0}, {most_cpu_seconds, 0}};
  ::setitimer(ITIMER_PROF, &timer, nullptr);
}

/// The message of the reader; "" when it accepts the file. Everything but an error of Arcuate's
/// that is one line is a failure.
std::string read_once(const Target& target, const std::string& path) {
  try {
    target.read(path);
    return "";
  } catch (const Error& error) {
    const std::string message = error.what();
    if (!message.empty() && error.code() == ExitCode::user) return message;
    std::fprintf(stderr, "fuzz: not the user's error: %s\n", message.c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fuzz: not an error of Arcuate's: %s\n", error.what());
  }
  std::_Exit(failure);
}

class Fuzzer {
 public:
  Fuzzer(const Target& target, const std::string& corpus, unsigned long seed)
      : target_(target), seed_(seed) {
    for (const auto& file : files_of(corpus))
      seeds_.push_back(
          {content(file), target.ending.empty() ? file.extension().string() : target.ending});
    if (seeds_.empty()) throw std::runtime_error(corpus + ": has no files");
    std::string name = (std::filesystem::temp_directory_path() / "fuzz-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error(name + ": cannot be made");
    folder_ = name;
    void* shared = ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) throw std::runtime_error("mmap failed");
    progress_ = new (shared) Progress;
  }
  ~Fuzzer() { std::filesystem::remove_all(folder_); }
  Fuzzer(const Fuzzer&) = delete;
  Fuzzer& operator=(const Fuzzer&) = delete;

  int run(double seconds) {
    const auto start = std::chrono::steady_clock::now();
    const auto end = start + std::chrono::milliseconds(std::lround(1000.0 * seconds));
    while (std::chrono::steady_clock::now() < end && failures_ < 10)
      one_process(end);
    std::printf(
        "%s: %ld inputs, %ld accepted, %ld refused, of which %ld end libhdf5; %d failures\n",
        target_.name.c_str(), progress_->number, progress_->accepted, progress_->refused,
        progress_->ended_library, failures_);
    return failures_ == 0 ? 0 : 1;
  }

 private:
  struct Seed {
    std::string bytes;
    std::string ending;
  };

  /// Input `number` and the ending of its file: a function of the seed alone. The files themselves
  /// come first.
  std::pair<std::string, std::string> input(long number) const {
    const auto n = static_cast<std::size_t>(number);
    if (n < seeds_.size()) return {seeds_[n].bytes, seeds_[n].ending};
    std::mt19937_64 random(seed_ + n);
    random.discard(2);
    const Seed& from = seeds_[random() % seeds_.size()];
    const Seed& other = seeds_[random() % seeds_.size()];
    const bool member = target_.archive && random() % 4 != 0;
    return {member ? mutate_member(from.bytes, other.bytes, random)
                   : mutate(from.bytes, other.bytes, random),
            from.ending};
  }

  std::string write(long number) const {
    const auto [bytes, ending] = input(number);
    const std::string path = folder_ + "/input" + ending;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  void one_process(std::chrono::steady_clock::time_point end) {
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child == 0) read_batch(end);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    const long number = progress_->number++;
    if (progress_->trying) {
      ++progress_->refused;
      ++progress_->ended_library;
      progress_->trying = false;
    } else {
      keep(number, status);
    }
  }

  [[noreturn]] void read_batch(std::chrono::steady_clock::time_point end) {
    for (int k = 0; k < batch && std::chrono::steady_clock::now() < end; ++k, ++progress_->number) {
      const std::string path = write(progress_->number);
      limit_time();
      if (target_.hdf5 && !try_out(path)) {
        ++progress_->refused;
        continue;
      }
      ++(read_once(target_, path).empty() ? progress_->accepted : progress_->refused);
    }
    --progress_->number;  // a leak is that of the last input, or of one before it
    if (__lsan_do_recoverable_leak_check() != 0) std::_Exit(failure);
    ++progress_->number;
    std::_Exit(0);
  }

  bool try_out(const std::string& path) {
    progress_->trying = true;
    const int refused = io::hdf5::read_everything(path);
    progress_->trying = false;
    return refused == 0;
  }

  void keep(long number, int status) {
    ++failures_;
    const std::string path =
        "fuzz-" + target_.name + "-" + std::to_string(number) + input(number).second;
    std::ofstream(path, std::ios::binary) << input(number).first;
    std::fprintf(stderr, "fuzz: %s ends its reader (status %d)\n", path.c_str(), status);
  }

  const Target& target_;
  unsigned long seed_;
  std::string folder_;
  std::vector<Seed> seeds_;
  Progress* progress_ = nullptr;
  int failures_ = 0;
};

int replay(const Target& target, const std::string& path) {
  if (target.hdf5 && io::hdf5::read_everything(path) != 0) {
    std::printf("refused by the first reading\n");
    return 0;
  }
  const std::string message = read_once(target, path);
  std::printf("%s\n", message.empty() ? "accepted" : message.c_str());
  return 0;
}

int run(int argc, char** argv) {
  if (argc < 3) throw std::runtime_error("usage: fuzz TARGET (FILE | CORPUS SECONDS [SEED])");
  const auto target = std::find_if(targets().begin(), targets().end(),
                                   [&](const Target& one) { return one.name == argv[1]; });
  if (target == targets().end()) throw std::runtime_error(std::string("unknown target ") + argv[1]);
  io::hdf5::start_library();
  if (argc == 3) return replay(*target, argv[2]);
  return Fuzzer(*target, argv[2], argc > 4 ? std::stoul(argv[4]) : 1).run(std::stod(argv[3]));
}

}  // namespace
}  // namespace arcuate::fuzz

int main(int argc, char** argv) {
  try {
    return arcuate::fuzz::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fuzz: %s\n", error.what());
    return 2;
  }
}

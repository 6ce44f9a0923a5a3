#if defined(__x86_64__)

#include <unistd.h>

/// Compiled for any processor, and called before anything else of the program: instructions that
/// the processor does not have would end it without a word.
namespace {

constexpr int environment_error = 3;
constexpr char message[] =
    "arcuate: error: this program was compiled for processors with " ARCUATE_FEATURE
    ", which this one does not have (compile it here, or with ARCUATE_ARCH=x86-64-v3 for all "
    "nodes)\n";

[[gnu::constructor(101)]] void require_processor() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports(ARCUATE_FEATURE)) return;
  static_cast<void>(!::write(STDERR_FILENO, message, sizeof(message) - 1));
  ::_exit(environment_error);
}

}  // namespace

#endif

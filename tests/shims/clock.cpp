/// Preloaded: the clock of the day jumps hours forth and back at every look; the monotonic one goes
/// on.
#include <dlfcn.h>
#include <sys/time.h>

#include <atomic>
#include <ctime>

namespace {

std::atomic<unsigned> looks{0};

time_t jump() {
  constexpr time_t jumps[] = {0, 18000, -7200, 86400, -86400, 3};
  return jumps[looks++ % 6];
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, struct timespec* now) {
  using Function = int (*)(clockid_t, struct timespec*);
  static const auto next = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int code = next(clock, now);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += jump();
  return code;
}

int gettimeofday(struct timeval* now, void* zone) {
  using Function = int (*)(struct timeval*, void*);
  static const auto next = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "gettimeofday"));
  const int code = next(now, zone);
  now->tv_sec += jump();
  return code;
}

time_t time(time_t* into) {
  using Function = time_t (*)(time_t*);
  static const auto next = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "time"));
  const time_t now = next(nullptr) + jump();
  if (into != nullptr) *into = now;
  return now;
}

}  // extern "C"

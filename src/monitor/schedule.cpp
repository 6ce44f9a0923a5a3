#include "arcuate/monitor/schedule.hpp"

#include <algorithm>
#include <cassert>

namespace arcuate::monitor {

Step Schedule::complete(Step now) const {
  return now < first ? 0 : std::min(samples, (now - first) / period + 1);
}

Schedule schedule(Kind kind, Step period, Step transient, Step steps) {
  assert(period >= 1 && transient >= 0);
  const Step whole_periods = transient / period;
  const bool straddles = kind == Kind::temporal_average && transient % period != 0;
  Schedule result;
  result.period = period;
  result.first = (whole_periods + (straddles ? 2 : 1)) * period;
  result.samples = steps < result.first ? 0 : (steps - result.first) / period + 1;
  return result;
}

}  // namespace arcuate::monitor

#include "arcuate/monitor/schedule.hpp"

#include <algorithm>
#include <cassert>

namespace arcuate::monitor {

Step Schedule::complete(Step now) const {
  return now < first ? 0 : std::min(samples, (now - first) / period + 1);
}

Schedule schedule(Looks looks, Step period, Step transient, Step steps, bool goes_on) {
  assert(period >= 1 && transient >= 0);
  const Step whole_periods = transient / period;
  const bool straddles = looks == Looks::in_periods && transient % period != 0 && !goes_on;
  Schedule result;
  result.period = period;
  result.first = (whole_periods + (straddles ? 2 : 1)) * period;
  result.samples = steps < result.first ? 0 : (steps - result.first) / period + 1;
  return result;
}

Attention attention(Looks looks, const Schedule& when) {
  if (when.samples == 0) return {};
  if (looks == Looks::at_samples) return {when.first, when.period, when.last()};
  if (looks == Looks::in_periods) return {when.first - when.period + 1, 1, when.last()};
  return {1, 1, when.last()};
}

}  // namespace arcuate::monitor

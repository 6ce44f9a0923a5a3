#include "gathered_regions.hpp"

#include <algorithm>
#include <utility>

namespace arcuate::monitor {

GatheredRegions::GatheredRegions(const comm::Communicator& comm,
                                 const std::vector<GlobalIndex>& mine, Presence presence)
    : presence_(std::move(presence)),
      n_variables_(presence_.has.empty() ? 1 : presence_.has.front().size()) {
  const auto widths = comm.all_gather(static_cast<std::int64_t>(mine.size()));
  // Region numbers below 2^53 are exact as doubles.
  const auto regions = comm.gather(std::vector<double>(mine.begin(), mine.end()));
  if (comm.is_root()) find_members(widths, regions);
}

void GatheredRegions::find_members(const std::vector<std::int64_t>& widths,
                                   const std::vector<double>& regions) {
  members_.reserve(regions.size());
  for (const std::int64_t width : widths) {
    const auto before = static_cast<GlobalIndex>(members_.size());
    for (LocalIndex column = 0; column < width; ++column) {
      const auto region = static_cast<GlobalIndex>(regions[members_.size()]);
      const int model =
          presence_.model_of.empty() ? 0 : presence_.model_of[static_cast<std::size_t>(region)];
      members_.push_back({region, before, static_cast<LocalIndex>(width), column, model});
    }
  }
  std::sort(members_.begin(), members_.end(),
            [](const Member& a, const Member& b) { return a.region < b.region; });
}

std::span<const double> GatheredRegions::gather(const comm::Communicator& comm,
                                                std::span<const double> values) {
  if (comm.size() == 1) return values;
  comm.gather(values, gathered_);
  return comm.is_root() ? std::span<const double>(gathered_) : std::span<const double>();
}

}  // namespace arcuate::monitor

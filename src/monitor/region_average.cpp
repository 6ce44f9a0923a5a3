#include "region_average.hpp"

#include <algorithm>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/monitor/spec.hpp"

namespace arcuate::monitor {
namespace {

void check_groups(const MonitorSpec& spec) {
  std::vector<bool> found(spec.group_names.size(), false);
  for (const GlobalIndex region : regions_of(spec, std::ssize(spec.region_group)))
    found[static_cast<std::size_t>(spec.region_group[static_cast<std::size_t>(region)])] = true;
  for (std::size_t group = 0; group < found.size(); ++group) {
    if (found[group]) continue;
    throw ConfigError("monitor '" + spec.name + "': group '" + spec.group_names[group] +
                      "' has no region to average; every group needs at least one");
  }
}

}  // namespace

RegionAverage::RegionAverage(const comm::Communicator& comm, const std::vector<GlobalIndex>& mine,
                             const std::vector<int>& group, int n_groups, Presence presence)
    : n_groups_(static_cast<std::size_t>(n_groups)),
      presence_(std::move(presence)),
      n_variables_(presence_.has.empty() ? 1 : presence_.has.front().size()),
      count_(n_variables_ * n_groups_, 0.0) {
  const auto widths = comm.all_gather(static_cast<std::int64_t>(mine.size()));
  // Region numbers below 2^53 are exact as doubles.
  const auto regions = comm.gather(std::vector<double>(mine.begin(), mine.end()));
  if (comm.is_root()) find_members(widths, regions, group);
}

void RegionAverage::find_members(const std::vector<std::int64_t>& widths,
                                 const std::vector<double>& regions,
                                 const std::vector<int>& group) {
  members_.reserve(regions.size());
  for (const std::int64_t width : widths) {
    const auto before = static_cast<GlobalIndex>(members_.size());
    for (LocalIndex column = 0; column < width; ++column) {
      const auto region = static_cast<GlobalIndex>(regions[members_.size()]);
      const int g = group.empty() ? 0 : group[static_cast<std::size_t>(region)];
      const int model =
          presence_.model_of.empty() ? 0 : presence_.model_of[static_cast<std::size_t>(region)];
      members_.push_back({region, before, static_cast<LocalIndex>(width), column, g, model});
      for (std::size_t v = 0; v < n_variables_; ++v) {
        if (has(members_.back(), v)) count_[v * n_groups_ + static_cast<std::size_t>(g)] += 1.0;
      }
    }
  }
  std::sort(members_.begin(), members_.end(),
            [](const Member& a, const Member& b) { return a.region < b.region; });
}

void RegionAverage::add_rows(const double* values, Step rows, Step first, Step n,
                             double* sums) const {
  const auto variables = static_cast<Step>(n_variables_);
  const auto variable = static_cast<std::size_t>(first % variables);
  for (const Member& member : members_) {
    if (!has(member, variable)) continue;
    const double* value = values + rows * member.before + first * member.width + member.column;
    double* sum = sums + static_cast<std::size_t>(first) * n_groups_ + member.group;
    for (Step row = 0; row < n; ++row, value += variables * member.width) {
      *sum += *value;
      sum += n_variables_ * n_groups_;
    }
  }
}

void RegionAverage::reduce(const comm::Communicator& comm, Step rows,
                           std::span<const double> values, std::vector<double>& means) {
  if (comm.size() > 1) {
    comm.gather(values, gathered_);
    values = gathered_;
  }
  means.clear();
  if (!comm.is_root()) return;
  means.resize(static_cast<std::size_t>(rows) * n_groups_, 0.0);
  // Each sum has one order, so a row waits for every addition: several rows side by side do not.
  constexpr Step together = 16;
  const auto variables = static_cast<Step>(n_variables_);
  for (Step begin = 0; begin < rows; begin += together * variables) {
    for (Step first = begin; first < std::min(begin + variables, rows); ++first) {
      const Step n = std::min(together, (rows - first + variables - 1) / variables);
      add_rows(values.data(), rows, first, n, means.data());
    }
  }
  for (std::size_t i = 0; i < means.size(); ++i)
    means[i] /= count_[i / n_groups_ % n_variables_ * n_groups_ + i % n_groups_];
}

std::unique_ptr<SpaceReduction> make_group_means(const comm::Communicator& comm,
                                                 const MonitorSpec& spec,
                                                 const std::vector<GlobalIndex>& mine,
                                                 Presence presence) {
  if (!spec.group_names.empty()) check_groups(spec);
  const int groups = std::max(1, static_cast<int>(spec.group_names.size()));
  return std::make_unique<RegionAverage>(comm, mine, spec.region_group, groups,
                                         std::move(presence));
}

}  // namespace arcuate::monitor

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
      regions_(comm, mine, std::move(presence)),
      count_(regions_.n_variables() * n_groups_, 0.0) {
  for (const GatheredRegions::Member& member : regions_.members()) {
    group_.push_back(group.empty() ? 0 : group[static_cast<std::size_t>(member.region)]);
    for (std::size_t v = 0; v < regions_.n_variables(); ++v) {
      if (regions_.has(member, v))
        count_[v * n_groups_ + static_cast<std::size_t>(group_.back())] += 1.0;
    }
  }
}

void RegionAverage::add_rows(const double* values, Step rows, Step first, Step n,
                             double* sums) const {
  const std::size_t n_variables = regions_.n_variables();
  const auto variables = static_cast<Step>(n_variables);
  const auto variable = static_cast<std::size_t>(first % variables);
  for (std::size_t m = 0; m < group_.size(); ++m) {
    const GatheredRegions::Member& member = regions_.members()[m];
    if (!regions_.has(member, variable)) continue;
    const double* value = GatheredRegions::find(values, rows, first, member);
    double* sum = sums + static_cast<std::size_t>(first) * n_groups_ + group_[m];
    for (Step row = 0; row < n; ++row, value += variables * member.width) {
      *sum += *value;
      sum += n_variables * n_groups_;
    }
  }
}

void RegionAverage::reduce(const comm::Communicator& comm, Step /*first*/, Step rows,
                           std::span<const double> values, std::vector<double>& means) {
  values = regions_.gather(comm, values);
  means.clear();
  if (!comm.is_root()) return;
  means.resize(static_cast<std::size_t>(rows) * n_groups_, 0.0);
  // Each sum has one order, so a row waits for every addition: several rows side by side do not.
  constexpr Step together = 16;
  const std::size_t n_variables = regions_.n_variables();
  const auto variables = static_cast<Step>(n_variables);
  for (Step begin = 0; begin < rows; begin += together * variables) {
    for (Step first = begin; first < std::min(begin + variables, rows); ++first) {
      const Step n = std::min(together, (rows - first + variables - 1) / variables);
      add_rows(values.data(), rows, first, n, means.data());
    }
  }
  for (std::size_t i = 0; i < means.size(); ++i)
    means[i] /= count_[i / n_groups_ % n_variables * n_groups_ + i % n_groups_];
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

#include "columns.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace arcuate::report {
namespace {

/// A region of another model has no number in this variable, from the first sample to the last.
std::vector<std::size_t> present_columns(const io::RecordedRun& run,
                                         const io::RecordedSeries& series, std::size_t variable) {
  std::vector<std::size_t> columns(series.labels.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  if (series.samples == 0) return columns;
  const auto first = run.read(series, variable, columns, 0, 1);
  const auto last = run.read(series, variable, columns, series.samples - 1, 1);
  std::erase_if(columns,
                [&](std::size_t c) { return std::isnan(first[c]) && std::isnan(last[c]); });
  return columns;
}

/// How many of each group, at most `most` together and some of each.
std::vector<std::size_t> shares_of(const std::vector<std::vector<std::size_t>>& groups,
                                   std::size_t most) {
  std::vector<std::size_t> shares;
  std::size_t granted = 0, others = 0;
  for (const auto& group : groups) {
    shares.push_back(std::min(group.size(), most / (2 * groups.size())));
    granted += shares.back();
    others += group.size() - shares.back();
  }
  if (others == 0) return shares;
  const std::size_t left = std::min(most - granted, others);
  for (std::size_t g = 0; g < groups.size(); ++g)
    shares[g] += left * (groups[g].size() - shares[g]) / others;
  return shares;
}

void sort_for_display(const io::RecordedRun& run, const io::RecordedSeries& series,
                      std::vector<std::size_t>& columns) {
  const std::vector<std::uint8_t>& hemisphere = run.connectome.hemisphere;
  if (series.columns.empty()) return;
  const auto place = [&](std::size_t c) {
    const auto region = static_cast<std::size_t>(series.columns[c]);
    return std::pair(hemisphere.empty() ? std::uint8_t{0} : hemisphere[region], region);
  };
  std::sort(columns.begin(), columns.end(),
            [&](std::size_t a, std::size_t b) { return place(a) < place(b); });
}

/// What a page should not be without, in the order of what is missed most.
std::pair<int, std::string_view> kind_of_signal(const io::RecordedSeries& series) {
  if (series.kind == "bold" || series.kind == "hrf_bold") return {0, "blood"};
  if (series.of_sensors) return {2, series.kind};
  if (series.kind.starts_with("afferent_coupling")) return {4, "inputs"};
  return series.columns.empty() ? std::pair{3, std::string_view("averages")}
                                : std::pair{1, std::string_view("regions")};
}

/// A stimulus that acts on all regions distinguishes none.
bool everywhere(const io::RecordedStimulus& stimulus) {
  return std::none_of(stimulus.weight.begin(), stimulus.weight.end(),
                      [](double w) { return w == 0.0; });
}

/// The first time at which some stimulus leaves the value that it begins with; negative: never.
double first_change(const io::RecordedRun& run) {
  double first = -1.0;
  for (const io::RecordedStimulus& stimulus : run.stimuli) {
    const auto at = std::find_if(stimulus.value.begin(), stimulus.value.end(),
                                 [&](double v) { return v != stimulus.value.front(); });
    if (at == stimulus.value.end()) continue;
    const double time = stimulus.time[static_cast<std::size_t>(at - stimulus.value.begin())];
    first = first < 0.0 ? time : std::min(first, time);
  }
  return first;
}

}  // namespace

std::vector<Shown> of_every_kind(const std::vector<Shown>& all, std::size_t most) {
  std::vector<std::tuple<bool, int, std::size_t>> turns;  // not the first, kind, place
  std::set<std::string_view> seen;
  for (std::size_t k = 0; k < all.size(); ++k) {
    const auto [rank, kind] = kind_of_signal(*all[k].series);
    const bool first = seen.insert(kind).second;
    turns.emplace_back(!first, first ? rank : 0, k);
  }
  std::sort(turns.begin(), turns.end());
  turns.resize(std::min(turns.size(), most));
  std::vector<std::size_t> places;
  for (const auto& turn : turns)
    places.push_back(std::get<2>(turn));
  std::sort(places.begin(), places.end());
  std::vector<Shown> chosen;
  for (const std::size_t place : places)
    chosen.push_back(all[place]);
  return chosen;
}

std::vector<std::size_t> display_order(const network::Connectome& connectome) {
  std::vector<std::size_t> order(static_cast<std::size_t>(connectome.n_regions()));
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (!connectome.hemisphere.empty()) {
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return connectome.hemisphere[a] < connectome.hemisphere[b];
    });
  }
  return order;
}

std::size_t model_of_column(const io::RecordedRun& run, const io::RecordedSeries& series,
                            std::size_t column) {
  if (run.model_of.empty() || series.columns.empty()) return 0;
  return static_cast<std::size_t>(run.model_of[static_cast<std::size_t>(series.columns[column])]);
}

bool is_stimulated(const io::RecordedRun& run, const io::RecordedSeries& series,
                   std::size_t column) {
  if (series.columns.empty()) return false;
  const auto region = static_cast<std::size_t>(series.columns[column]);
  return std::any_of(run.stimuli.begin(), run.stimuli.end(), [&](const io::RecordedStimulus& s) {
    return s.weight[region] != 0.0 && !everywhere(s);
  });
}

namespace {

/// Removes at most `most` columns with a stimulus from `from`.
std::vector<std::size_t> take_stimulated(const io::RecordedRun& run,
                                         const io::RecordedSeries& series, std::size_t most,
                                         std::vector<std::size_t>& from) {
  std::vector<std::size_t> found, taken;
  std::copy_if(from.begin(), from.end(), std::back_inserter(found),
               [&](std::size_t c) { return is_stimulated(run, series, c); });
  for (const std::size_t k : io::spread(found.size(), most))
    taken.push_back(found[k]);
  std::erase_if(
      from, [&](std::size_t c) { return std::find(taken.begin(), taken.end(), c) != taken.end(); });
  return taken;
}

}  // namespace

Columns columns_of(const io::RecordedRun& run, const io::RecordedSeries& series,
                   std::size_t variable, std::size_t most, bool stimulated) {
  std::vector<std::size_t> all = present_columns(run, series, variable);
  sort_for_display(run, series, all);
  Columns columns{all, all.size()};
  if (all.size() <= most) return columns;
  columns.chosen.clear();
  if (stimulated) columns.chosen = take_stimulated(run, series, most / 4, all);
  std::vector<std::vector<std::size_t>> groups(std::max<std::size_t>(1, run.models.size()));
  for (const std::size_t c : all)
    groups[model_of_column(run, series, c)].push_back(c);
  std::erase_if(groups, [](const auto& group) { return group.empty(); });
  const std::vector<std::size_t> shares = shares_of(groups, most - columns.chosen.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const std::size_t k : io::spread(groups[g].size(), shares[g]))
      columns.chosen.push_back(groups[g][k]);
  }
  sort_for_display(run, series, columns.chosen);
  return columns;
}

std::vector<std::size_t> breaks_of(const io::RecordedRun& run, const io::RecordedSeries& series,
                                   const std::vector<std::size_t>& columns) {
  std::vector<std::size_t> breaks;
  const std::vector<std::uint8_t>& hemisphere = run.connectome.hemisphere;
  if (series.columns.empty() || hemisphere.empty()) return breaks;
  const auto side = [&](std::size_t c) {
    return hemisphere[static_cast<std::size_t>(series.columns[columns[c]])];
  };
  for (std::size_t c = 1; c < columns.size(); ++c) {
    if (side(c) != side(c - 1)) breaks.push_back(c);
  }
  return breaks;
}

std::string_view noun_of(const io::RecordedRun& run, const io::RecordedSeries& series) {
  if (series.of_sensors) return "sensor";
  if (series.columns.empty()) return run.spiking ? "neuron" : "average";
  if (run.spiking) return "population";
  if (!run.surface) return "region";
  const GlobalIndex vertices = run.surface->mesh.n_vertices();
  const bool all = std::all_of(series.columns.begin(), series.columns.end(),
                               [&](GlobalIndex node) { return node < vertices; });
  return all ? "vertex" : "node";
}

bool is_phase(const io::RecordedSeries& series, std::size_t variable) {
  const std::string& unit = series.units[variable];
  const bool angle = unit == "rad" || unit == "radian" || unit == "radians";
  return angle && !series.columns.empty();
}

Window opening_window(const io::RecordedRun& run, const io::RecordedSeries& series) {
  constexpr double seconds = 4.0;
  constexpr double fewest_samples = 200.0;
  const double start = series.first_time;
  const double span =
      static_cast<double>(std::max<std::size_t>(series.samples, 1) - 1) * series.period;
  const double length = std::max(seconds, fewest_samples * series.period);
  if (span <= 1.25 * length) return {start, start + span};
  const double change = first_change(run);
  const bool inside = change >= start && change <= start + span;
  const double wanted = inside ? change - 0.15 * length : start + span - length;
  const double from = std::clamp(wanted, start, start + span - length);
  return {from, from + length};
}

}  // namespace arcuate::report

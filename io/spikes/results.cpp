#include "results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>

#include "arcuate/analysis/transitions.hpp"
#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"

namespace arcuate::io {
namespace {

constexpr double fano_window = 0.1;  // [s]
constexpr int evolution_steps = 100;

double ratio(double sum, double count) {
  return count > 0.0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

Step floor_steps(double time, double dt) {
  return static_cast<Step>(std::floor(time / dt + 1e-9));
}

/// Rates of all sessions together.
std::vector<analysis::SpikeStatistics> mean_over(
    const std::vector<std::vector<analysis::SpikeStatistics>>& sessions) {
  std::vector<analysis::SpikeStatistics> means = sessions.front();
  for (std::size_t p = 0; p < means.size(); ++p) {
    const auto mean = [&](double analysis::SpikeStatistics::*what) {
      double sum = 0.0, count = 0.0;
      for (const auto& session : sessions) {
        if (std::isnan(session[p].*what)) continue;
        sum += session[p].*what;
        count += 1.0;
      }
      return ratio(sum, count);
    };
    means[p] = {mean(&analysis::SpikeStatistics::rate), mean(&analysis::SpikeStatistics::fano),
                mean(&analysis::SpikeStatistics::isi_mean),
                mean(&analysis::SpikeStatistics::isi_cv)};
  }
  return means;
}

void write_statistics(const hdf5::Object& group, const SpikeResults& results,
                      const std::vector<std::string>& populations) {
  Table table(group, "population", populations);
  const auto column = [&](const char* name, const char* unit, const char* meaning,
                          double analysis::SpikeStatistics::*what) {
    std::vector<double> values;
    for (const auto& one : results.populations)
      values.push_back(one.*what);
    table.add(name, unit, meaning, values);
  };
  using S = analysis::SpikeStatistics;
  column("rate", "Hz", "mean rate of a neuron", &S::rate);
  column("fano", "1", "Fano factor of counts in 100 ms, mean over neurons", &S::fano);
  column("isi_mean", "s", "mean interval between spikes of a neuron", &S::isi_mean);
  column("isi_cv", "1", "coefficient of variation of intervals, mean over neurons", &S::isi_cv);
  table.finish();
  for (const auto& [name, value] :
       {std::pair{"threshold", results.threshold}, std::pair{"active_rate", results.active_rate},
        std::pair{"inactive_rate", results.inactive_rate},
        std::pair{"active_fraction", results.active_fraction},
        std::pair{"mean_number_active", results.mean_number}})
    group.set(name, value);
}

void write_occurrences(const hdf5::Object& group, const analysis::Attractors& all) {
  const hdf5::Object own = group.create_group("occurrences");
  std::vector<std::int32_t> state, session, clusters, previous, next;
  std::vector<std::int64_t> number;
  std::vector<double> begin, end, rate;
  const std::vector<analysis::Neighbours> neighbours = analysis::neighbours_of(all);
  for (std::size_t k = 0; k < neighbours.size(); ++k) {
    const analysis::Occurrence& one = all.occurrences[k];
    state.push_back(one.state);
    session.push_back(one.session);
    begin.push_back(one.begin);
    end.push_back(one.end);
    clusters.push_back(
        static_cast<std::int32_t>(all.states[static_cast<std::size_t>(one.state)].size()));
    rate.push_back(ratio(std::accumulate(one.rates.begin(), one.rates.end(), 0.0),
                         static_cast<double>(one.rates.size())));
    number.push_back(neighbours[k].number);
    previous.push_back(neighbours[k].previous);
    next.push_back(neighbours[k].next);
  }
  own.write<std::int32_t>("state", state);
  own.write<std::int32_t>("session", session);
  own.write<double>("begin", begin).set("units", std::string("s"));
  own.write<double>("end", end).set("units", std::string("s"));
  own.write<std::int32_t>("clusters", clusters);
  own.write<std::int64_t>("number", number);
  own.write<std::int32_t>("previous", previous);
  own.write<std::int32_t>("next", next);
  own.write<double>("rate", rate).set("units", std::string("Hz"));
}

/// Every transition, and how many there are of each class.
void write_transitions(const hdf5::Object& group, const analysis::Attractors& all) {
  const hdf5::Object own = group.create_group("transitions");
  std::vector<std::int32_t> from, to, overlap, session, class_numbers;
  std::vector<std::int64_t> number;
  std::vector<double> time;
  const std::vector<analysis::Transition> found = analysis::transitions_of(all);
  std::map<analysis::SymmetryClass, std::int64_t> classes;
  for (const analysis::Transition& one : found)
    ++classes[analysis::class_of(one, all)];
  for (const analysis::Transition& one : found) {
    from.push_back(one.from);
    to.push_back(one.to);
    overlap.push_back(one.overlap);
    number.push_back(one.number);
    session.push_back(all.occurrences[one.before].session);
    time.push_back(all.occurrences[one.before + 1].begin);
    class_numbers.push_back(static_cast<std::int32_t>(
        std::distance(classes.begin(), classes.find(analysis::class_of(one, all)))));
  }
  own.write<std::int32_t>("from", from);
  own.write<std::int32_t>("to", to);
  own.write<double>("time", time).set("units", std::string("s"));
  own.write<std::int32_t>("session", session);
  own.write<std::int32_t>("overlap", overlap);
  own.write<std::int64_t>("number", number);
  own.write<std::int32_t>("class", class_numbers);
  std::vector<std::int64_t> table;
  for (const auto& [one, count] : classes)
    table.insert(table.end(), {one.from_size, one.to_size, one.overlap, count});
  own.write<std::int64_t>("classes", table, {classes.size(), 4})
      .set("long_name",
           std::string("clusters before, clusters after, clusters of both, how often"));
}

/// By population: time in states that contain it, and the probabilities of sequences.
void write_members(const hdf5::Object& group, const SpikeResults& results,
                   const std::vector<std::string>& populations) {
  const hdf5::Object own = group.create_group("clusters");
  Table table(own, "population", populations);
  table.add("probability", "1", "time in states that contain it / time in states",
            analysis::marginal_probabilities(results.attractors, populations.size()));
  table.finish();
  if (results.sequences.empty()) return;
  const hdf5::Object sequences = group.create_group("sequences");
  std::vector<std::string> names;
  for (const auto& sequence : results.sequences)
    names.push_back(name_of_sequence(sequence, populations));
  Table found(sequences, "sequence", names);
  found.add("probability", "1", "product of the probabilities of its transitions",
            results.sequence_probability);
  found.finish();
}

/// (n_states, n_clusters) 1 where a cluster belongs to a state.
std::vector<std::int32_t> members_of(const analysis::Attractors& all, std::size_t n) {
  std::vector<std::int32_t> members(all.states.size() * n, 0);
  for (std::size_t s = 0; s < all.states.size(); ++s) {
    for (const int cluster : all.states[s])
      members[s * n + static_cast<std::size_t>(cluster)] = 1;
  }
  return members;
}

void write_states(const hdf5::Object& group, const analysis::Attractors& all,
                  const std::vector<std::string>& populations) {
  std::vector<std::string> names;
  for (const std::vector<int>& clusters : all.states)
    names.push_back(name_of_state(clusters, populations));
  Table table(group, "state", names);
  const hsize_t n = names.size();
  group.write<std::int32_t>("members", members_of(all, populations.size()),
                            {n, populations.size()});
  const auto statistics = analysis::state_statistics(all);
  const auto column = [&](const char* name, const char* unit, const char* meaning,
                          const auto& value) {
    std::vector<double> values;
    for (const analysis::StateStatistics& one : statistics)
      values.push_back(value(one));
    table.add(name, unit, meaning, values);
  };
  using S = analysis::StateStatistics;
  column("count", "1", "times that it occurs",
         [](const S& one) { return static_cast<double>(one.occurrences); });
  column("total", "s", "time in it", [](const S& one) { return one.total; });
  column("dwell_mean", "s", "mean time of an occurrence",
         [](const S& one) { return one.dwell_mean; });
  column("dwell_median", "s", "median time of an occurrence",
         [](const S& one) { return one.dwell_median; });
  column("dwell_deviation", "s", "standard deviation of that time",
         [](const S& one) { return one.dwell_deviation; });
  column("probability", "1", "time in it / time that was looked at",
         [](const S& one) { return one.probability; });
  table.finish();
  group.write<double>("transition_matrix", analysis::transition_matrix(all), {n, n});
  group.write<double>("first_passage", analysis::first_passages(all), {n, n})
      .set("units", std::string("s"));
}

void write_evolution(const hdf5::Object& group, const analysis::Attractors& all) {
  const hdf5::Object own = group.create_group("evolution");
  const analysis::Evolution evolution = analysis::evolution_of(all, evolution_steps);
  own.write<double>("time", evolution.time).set("units", std::string("s"));
  own.write<double>("change", evolution.change);
  own.write<double>("states", evolution.states);
  own.write<double>("density", evolution.density);
}

double mean_dwell(const std::vector<analysis::Occurrence>& all) {
  double sum = 0.0;
  for (const analysis::Occurrence& one : all)
    sum += one.seconds();
  return ratio(sum, static_cast<double>(all.size()));
}

}  // namespace

std::string name_of_state(const std::vector<int>& clusters,
                          const std::vector<std::string>& populations) {
  std::string text;
  for (const int cluster : clusters)
    text += (text.empty() ? "" : " ") + populations[static_cast<std::size_t>(cluster)];
  return text.empty() ? "none" : text;
}

double probability_of(const std::vector<std::vector<int>>& sequence,
                      const analysis::Attractors& all) {
  std::vector<int> numbers;
  for (const std::vector<int>& state : sequence) {
    const auto found = std::find(all.states.begin(), all.states.end(), state);
    if (found == all.states.end()) return 0.0;
    numbers.push_back(static_cast<int>(found - all.states.begin()));
  }
  return analysis::sequence_probability(all, numbers);
}

std::string name_of_sequence(const std::vector<std::vector<int>>& sequence,
                             const std::vector<std::string>& populations) {
  std::string text;
  for (const std::vector<int>& state : sequence)
    text += (text.empty() ? "" : " > ") + name_of_state(state, populations);
  return text;
}

SpikeResults analyse_spikes(const std::vector<analysis::SpikeSource>& sessions,
                            const SpikingStudy& study, const SpikeAnalysis& how) {
  SpikeResults results;
  std::vector<std::vector<analysis::SpikeStatistics>> statistics;
  std::vector<analysis::Attractors> found;
  double thresholds = 0.0, active = 0.0, active_rate = 0.0, inactive = 0.0, inactive_rate = 0.0;
  double steps = 0.0;
  const double dt = study.config.dt;
  for (const analysis::SpikeSource& spikes : sessions) {
    statistics.push_back(analysis::spike_statistics(spikes, fano_window));
    const auto clusters = static_cast<std::size_t>(study.config.clusters);
    analysis::FoundAttractors one = analysis::find_attractors(
        spikes, {how.all_populations ? spikes.n_populations() : clusters, how.smoothing,
                 how.activity, std::max<Step>(1, floor_steps(how.minimum, dt)),
                 static_cast<Step>(std::ceil(how.fill / dt - 1e-9))});
    thresholds += one.threshold;
    active += one.active;
    active_rate += one.active_rate;
    inactive += one.inactive;
    inactive_rate += one.inactive_rate;
    steps += static_cast<double>(spikes.steps());
    found.push_back(std::move(one.attractors));
  }
  results.populations = mean_over(statistics);
  results.threshold = thresholds / static_cast<double>(sessions.size());
  results.active_fraction = ratio(active, active + inactive);
  results.active_rate = ratio(active_rate, active);
  results.inactive_rate = ratio(inactive_rate, inactive);
  results.mean_number = ratio(active, steps);
  results.attractors = analysis::merge_sessions(found);
  if (how.from != 0.0 || std::isfinite(how.to))
    results.attractors = analysis::within(results.attractors, how.from, how.to);
  results.sequences = how.sequences;
  for (const auto& sequence : how.sequences)
    results.sequence_probability.push_back(probability_of(sequence, results.attractors));
  return results;
}

Table::Table(const hdf5::Object& group, const std::string& axis,
             const std::vector<std::string>& rows)
    : group_(group), scale_(group.write_texts(axis, rows)) {
  scale_.make_scale(axis);
}

void Table::add(const std::string& name, const std::string& unit, const std::string& meaning,
                const std::vector<double>& values) {
  hdf5::Object& data = columns_.emplace_back(group_.write<double>(name, values));
  data.set("units", unit);
  data.set("long_name", meaning);
}

void Table::finish() const {
  std::vector<hdf5::ScaleUse> uses;
  for (const hdf5::Object& column : columns_)
    uses.push_back({&column, {&scale_}});
  hdf5::attach_scales(uses);
}

std::string describe(const SpikeResults& results, const spiking::Populations& populations) {
  const auto p = static_cast<int>(populations.size.size()) / 2 - 1;
  const auto rate = [&](int first, int last) {
    double sum = 0.0, count = 0.0;
    for (int k = first; k < last; ++k) {
      const auto size = static_cast<double>(populations.size[static_cast<std::size_t>(k)]);
      if (size == 0.0) continue;
      sum += size * results.populations[static_cast<std::size_t>(k)].rate;
      count += size;
    }
    return count > 0.0 ? fmt::format("{:.2f}", sum / count) : std::string("-");
  };
  const analysis::Attractors& all = results.attractors;
  std::string text =
      fmt::format("rates: E clusters {}, E background {}, I clusters {}, I background {} Hz\n",
                  rate(0, p), rate(p, p + 1), rate(p + 1, 2 * p + 1), rate(2 * p + 1, 2 * p + 2));
  text += fmt::format(
      "activity: {:.3g} clusters on average, {:.3g} Hz when active and {:.3g} Hz when not "
      "(threshold {:.3g} Hz)\n",
      results.mean_number, results.active_rate, results.inactive_rate, results.threshold);
  text += fmt::format(
      "attractors: {} of {}, {:.3g} ms each\n", counted(std::ssize(all.occurrences), "occurrence"),
      counted(std::ssize(all.states), "state"), 1000.0 * mean_dwell(all.occurrences));
  for (std::size_t k = 0; k < results.sequences.size(); ++k)
    text += fmt::format("sequence {}: probability {:.6g}\n",
                        name_of_sequence(results.sequences[k], populations.names),
                        results.sequence_probability[k]);
  return text;
}

void write_results(const hdf5::Object& file, const SpikeResults& results,
                   const std::vector<std::string>& populations) {
  if (file.has("spike_trains")) file.remove("spike_trains");
  const hdf5::Object group = file.create_group("spike_trains");
  write_statistics(group, results, populations);
  const hdf5::Object attractors = group.create_group("attractors");
  attractors.set("sessions", std::ssize(results.attractors.session_ends));
  attractors.set("seconds", results.attractors.seconds());
  attractors.set("looked_at", results.attractors.looked_at());
  if (results.attractors.states.empty()) return;
  write_states(attractors, results.attractors, populations);
  write_occurrences(attractors, results.attractors);
  write_transitions(attractors, results.attractors);
  write_members(attractors, results, populations);
  write_evolution(attractors, results.attractors);
}

}  // namespace arcuate::io

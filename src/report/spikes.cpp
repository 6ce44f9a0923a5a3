#include "spikes.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arcuate/core/error.hpp"
#include "arcuate/io/recorded_study.hpp"
#include "arcuate/io/spikes.hpp"
#include "columns.hpp"
#include "grid.hpp"
#include "math.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t spikes_of_window = 80'000;
constexpr std::size_t spikes_of_whole = 50'000;
constexpr std::size_t most_neurons = 4000;
constexpr std::size_t most_bins = 1200;
constexpr std::size_t most_rates = 120'000;
constexpr double finest_bin = 0.02;  // [s] unless there are few of them
constexpr std::size_t most_occurrences = 20'000;
constexpr std::size_t most_states = 400;
constexpr std::size_t most_in_matrix = 40;

/// The network and the time that a recording is of.
struct Recorded {
  io::SpikingStudy study;
  spiking::Populations populations;
  std::size_t neurons = 0;
  Step begin = 0, end = 0;
  double dt = 0.0;  ///< [s]
};

Recorded recorded_by(const std::string& recording) {
  Recorded result;
  result.study = io::parse_spiking_study(io::study_of_recording(recording), recording, {});
  result.populations = spiking::populations_of(result.study.config);
  result.neurons = static_cast<std::size_t>(result.populations.first.back());
  result.begin = result.study.transient;
  result.end = result.study.steps;
  result.dt = result.study.config.dt;
  return result;
}

/// The neurons whose spikes are drawn: one of every `stride` in each population.
struct Drawn {
  std::size_t stride = 1;
  std::size_t one_of = 1;         ///< spikes of these neurons
  std::vector<std::size_t> each;  ///< neurons
  std::vector<std::int32_t> row;  ///< (neurons) place in `each`, or -1
};

/// Spikes of some time: how many, of whom, and how often populations fire in it.
class Stretch {
 public:
  Stretch(const Recorded& recorded, Step begin, Step end)
      : recorded_(recorded), begin_(begin), end_(end), counts_(recorded.neurons, 0) {
    const auto populations = static_cast<std::size_t>(recorded.populations.n());
    const double steps = static_cast<double>(std::max<Step>(1, end - begin));
    const auto bins =
        static_cast<double>(std::clamp<std::size_t>(most_rates / populations, 1, most_bins));
    const double finest = std::min(finest_bin / recorded.dt, steps / 100.0);
    bin_ = static_cast<Step>(std::max(std::ceil(finest - 1e-9), std::ceil(steps / bins)));
    const auto columns = static_cast<std::size_t>((end - begin + bin_ - 1) / bin_);
    rates_ = {populations, columns, std::vector<double>(populations * columns, 0.0)};
  }

  void count(const analysis::SpikePiece& piece) {
    for (std::size_t k = 0; k < piece.step.size(); ++k) {
      const auto step = piece.step[k];
      if (step < begin_ || step >= end_) continue;
      const auto neuron = GlobalIndex{piece.neuron[k]};
      ++counts_[static_cast<std::size_t>(neuron)];
      ++total_;
      const auto population = static_cast<std::size_t>(recorded_.populations.of(neuron));
      rates_
          .values[population * rates_.columns + static_cast<std::size_t>((step - begin_) / bin_)] +=
          1.0;
    }
  }

  /// As many neurons as make at most so many spikes.
  void choose(std::size_t most) {
    const std::vector<GlobalIndex>& first = recorded_.populations.first;
    const auto largest =
        *std::max_element(recorded_.populations.size.begin(), recorded_.populations.size.end());
    std::size_t spikes = 0;
    for (Drawn tried;; ++tried.stride) {
      tried.each.clear();
      spikes = 0;
      for (std::size_t p = 0; p + 1 < first.size(); ++p) {
        for (auto k = static_cast<std::size_t>(first[p]);
             k < static_cast<std::size_t>(first[p + 1]); k += tried.stride) {
          tried.each.push_back(k);
          spikes += counts_[k];
        }
      }
      drawn_ = tried;
      const bool few = spikes <= most && tried.each.size() <= most_neurons;
      if (few || static_cast<GlobalIndex>(tried.stride) >= largest) break;
    }
    drawn_.one_of = (spikes + most - 1) / most;
    drawn_.one_of = std::max<std::size_t>(1, drawn_.one_of);
    drawn_.row.assign(recorded_.neurons, -1);
    for (std::size_t row = 0; row < drawn_.each.size(); ++row)
      drawn_.row[drawn_.each[row]] = static_cast<std::int32_t>(row);
  }

  void take(const analysis::SpikePiece& piece) {
    for (std::size_t k = 0; k < piece.step.size(); ++k) {
      const std::int32_t row = drawn_.row[static_cast<std::size_t>(piece.neuron[k])];
      const bool inside = piece.step[k] >= begin_ && piece.step[k] < end_;
      if (row < 0 || !inside || seen_++ % drawn_.one_of != 0) continue;
      time_.push_back(static_cast<double>(piece.step[k] + 1) * recorded_.dt);
      row_.push_back(row);
    }
  }

  [[nodiscard]] Json json() const {
    const double start = seconds(begin_), end = seconds(end_);
    Json json{{"start", start},
              {"end", end},
              {"spikes", total_},
              {"drawn", time_.size()},
              {"one_of", drawn_.one_of},
              {"stride", drawn_.stride},
              {"neurons", drawn_.each},
              {"time", pack(time_, {start, end})},
              {"row", pack(row_, {0.0, 65534.0})}};
    Grid rates = rates_;
    for (std::size_t p = 0; p < rates.rows; ++p) {
      for (std::size_t b = 0; b < rates.columns; ++b) {
        // The last bin may be shorter.
        const Step from = begin_ + static_cast<Step>(b) * bin_;
        const double width = seconds(std::min(end_, from + bin_)) - seconds(from);
        rates.values[p * rates.columns + b] /=
            width * static_cast<double>(recorded_.populations.size[p]);
      }
    }
    json["rates"] = to_json(rates, {0.0, limits_of(rates.values, 0.0).high});
    json["bin"] = seconds(bin_);
    return json;
  }

 private:
  [[nodiscard]] double seconds(Step step) const { return static_cast<double>(step) * recorded_.dt; }

  const Recorded& recorded_;
  Step begin_, end_, bin_ = 1;
  std::vector<std::uint32_t> counts_;  ///< (neurons)
  std::size_t total_ = 0, seen_ = 0;
  Grid rates_;  ///< populations by bins
  Drawn drawn_;
  std::vector<double> time_, row_;
};

void add_spikes(const io::RecordedRun& run, const Recorded& recorded, Json& json) {
  io::RecordedSeries like;
  like.first_time = static_cast<double>(recorded.begin) * recorded.dt;
  like.period = recorded.dt;
  like.samples = static_cast<std::size_t>(recorded.end - recorded.begin) + 1;
  const Window window = opening_window(run, like);
  const auto step = [&](double time) { return std::llround(time / recorded.dt); };
  std::vector<Stretch> stretches;
  stretches.emplace_back(recorded, step(window.start), step(window.end));
  const bool all = step(window.start) <= recorded.begin && step(window.end) >= recorded.end;
  if (!all) stretches.emplace_back(recorded, recorded.begin, recorded.end);
  const io::SpikeReader reader(run.path, static_cast<GlobalIndex>(recorded.neurons));
  const analysis::SpikeSource spikes = reader.source(recorded.study, recorded.populations);
  analysis::for_each_piece(spikes, [&](const analysis::SpikePiece& piece) {
    for (Stretch& one : stretches)
      one.count(piece);
  });
  stretches.front().choose(spikes_of_window);
  stretches.back().choose(all ? spikes_of_window : spikes_of_whole);
  analysis::for_each_piece(spikes, [&](const analysis::SpikePiece& piece) {
    for (Stretch& one : stretches)
      one.take(piece);
  });
  json["whole"] = stretches.back().json();
  if (!all) json["opening"] = stretches.front().json();
  json["window"] = {window.start, window.end};
}

Json populations_json(const Recorded& recorded) {
  const spiking::Populations& all = recorded.populations;
  const int clusters = all.n() / 2 - 1;
  Json json = Json::array();
  for (int p = 0; p < all.n(); ++p) {
    const bool inhibitory = p > clusters;
    const bool background = p == clusters || p == 2 * clusters + 1;
    const auto slot = static_cast<std::size_t>(p);
    json.push_back({{"name", all.names[slot]},
                    {"first", all.first[slot]},
                    {"size", all.size[slot]},
                    {"inhibitory", inhibitory},
                    {"cluster", background ? -1 : p - (inhibitory ? clusters + 1 : 0)}});
  }
  return json;
}

/// When and where external rates are perturbed.
Json perturbations_json(const Recorded& recorded) {
  Json json = Json::array();
  const double begin = static_cast<double>(recorded.begin) * recorded.dt;
  const double end = static_cast<double>(recorded.end) * recorded.dt;
  for (const spiking::Perturbation& one : recorded.study.config.perturbations) {
    const bool acts = std::any_of(one.values.begin(), one.values.end(),
                                  [](double value) { return value != 0.0; });
    if (one.target != spiking::Target::rate || !acts || one.begin >= end || one.end <= begin)
      continue;
    json.push_back({{"begin", std::max(begin, one.begin)},
                    {"end", std::min(end, one.end)},
                    {"values", one.values}});
  }
  return json;
}

Json number_or_null(double value) {
  return std::isfinite(value) ? Json(rounded(value)) : Json();
}

/// One row for each population; spike_section makes the table of it.
Json statistics_json(const io::SpikeResults& results, const Recorded& recorded) {
  if (results.populations.size() != recorded.populations.size.size())
    throw DataError("/spike_trains: has other populations than the study");
  Json json = Json::array();
  for (const analysis::SpikeStatistics& one : results.populations)
    json.push_back({{"rate", number_or_null(one.rate)},
                    {"fano", number_or_null(one.fano)},
                    {"isi_mean", number_or_null(1000.0 * one.isi_mean)},
                    {"isi_cv", number_or_null(one.isi_cv)}});
  return json;
}

/// States by the time in them, the longest first.
std::vector<std::size_t> by_time(const std::vector<analysis::StateStatistics>& statistics) {
  std::vector<std::size_t> order(statistics.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return statistics[a].total > statistics[b].total;
  });
  return order;
}

Json states_json(const analysis::Attractors& all,
                 const std::vector<analysis::StateStatistics>& statistics,
                 const std::vector<std::size_t>& order, const std::vector<std::string>& names) {
  Json json = Json::array();
  for (std::size_t k = 0; k < std::min(order.size(), most_states); ++k) {
    const std::size_t state = order[k];
    for (const int cluster : all.states[state]) {
      if (static_cast<std::size_t>(cluster) >= names.size())
        throw DataError("/spike_trains: a state has a cluster that is not there");
    }
    const analysis::StateStatistics& one = statistics[state];
    json.push_back({{"name", io::name_of_state(all.states[state], names)},
                    {"clusters", all.states[state]},
                    {"count", one.occurrences},
                    {"total", rounded(one.total)},
                    {"dwell", rounded(1000.0 * one.dwell_mean)},
                    {"deviation", rounded(1000.0 * one.dwell_deviation)},
                    {"probability", rounded(one.probability)}});
  }
  return json;
}

/// [state by time, begin, end] of the first occurrences.
Json occurrences_json(const analysis::Attractors& all, const std::vector<std::size_t>& order,
                      double begin) {
  std::vector<std::size_t> rank(order.size());
  for (std::size_t k = 0; k < order.size(); ++k)
    rank[order[k]] = k;
  Json json = Json::array();
  for (const analysis::Occurrence& one : all.occurrences) {
    if (json.size() == most_occurrences) break;
    json.push_back({rank[static_cast<std::size_t>(one.state)], begin + one.begin, begin + one.end});
  }
  return json;
}

Json matrix_json(const analysis::Attractors& all, const std::vector<std::size_t>& order) {
  const std::vector<double> matrix = analysis::transition_matrix(all);
  const std::size_t n = std::min(order.size(), most_in_matrix);
  Grid grid{n, n, {}};
  for (std::size_t from = 0; from < n; ++from) {
    for (std::size_t to = 0; to < n; ++to) {
      const double p = matrix[order[from] * order.size() + order[to]];
      grid.values.push_back(p > 0.0 ? p : std::nan(""));
    }
  }
  return to_json(grid, {0.0, limits_of(grid.values, 0.0).high});
}

void add_attractors(const io::SpikeResults& results, const Recorded& recorded, Json& json) {
  const analysis::Attractors& all = results.attractors;
  const auto statistics = analysis::state_statistics(all);
  const std::vector<std::size_t> order = by_time(statistics);
  json["threshold"] = number_or_null(results.threshold);
  json["active"] = number_or_null(results.mean_number);
  json["seconds"] = all.seconds();
  json["n_states"] = order.size();
  json["n_occurrences"] = all.occurrences.size();
  json["states"] = states_json(all, statistics, order, recorded.populations.names);
  json["occurrences"] =
      occurrences_json(all, order, static_cast<double>(recorded.begin) * recorded.dt);
  if (order.size() > 1) json["matrix"] = matrix_json(all, order);
}

}  // namespace

Json spike_charts(const io::RecordedRun& run) {
  if (!run.spiking) return nullptr;
  const Recorded recorded = recorded_by(run.path);
  Json json{{"begin", static_cast<double>(recorded.begin) * recorded.dt},
            {"end", static_cast<double>(recorded.end) * recorded.dt},
            {"neurons", recorded.neurons},
            {"populations", populations_json(recorded)},
            {"perturbations", perturbations_json(recorded)}};
  try {
    add_spikes(run, recorded, json);
    const io::SpikeResults results = io::read_spike_results(run.path);
    json["statistics"] = statistics_json(results, recorded);
    add_attractors(results, recorded, json);
  } catch (const DataError& error) {
    const std::string words = error.what();
    throw DataError(words.starts_with(run.path) ? words : run.path + ": " + words);
  }
  return json;
}

}  // namespace arcuate::report

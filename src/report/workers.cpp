#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "grid.hpp"
#include "math.hpp"
#include "studied.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_bars = 3000;
constexpr std::size_t most_workers = 64;
constexpr std::size_t time_bins = 400;

struct Spell {
  double start;  ///< [s]
  double end;
  int worker;
  std::size_t row;  ///< of the evaluations
};

std::vector<Spell> spells_of(const Studied& studied) {
  const auto& rows = studied.table().evaluations;
  const io::ResultColumn *start = io::find_column(rows, "start"),
                         *seconds = io::find_column(rows, "seconds"),
                         *worker = io::find_column(rows, "worker");
  std::vector<Spell> spells;
  constexpr double most = 1e9;
  for (std::size_t e = 0; start != nullptr && e < start->numbers.size(); ++e) {
    const double at = start->numbers[e], lasts = seconds->numbers[e], who = worker->numbers[e];
    if (std::isfinite(at) && lasts >= 0.0 && lasts < most && who >= 0.0 && who < most)
      spells.push_back({at, at + lasts, static_cast<int>(who), e});
  }
  std::stable_sort(spells.begin(), spells.end(),
                   [](const Spell& a, const Spell& b) { return a.start < b.start; });
  return spells;
}

/// Begins at 0, and takes out times in which nobody was busy that are longer than a tenth of all
/// others: between a job and the one that resumed it. Returns where something was taken out, and
/// how much [s].
Json close_gaps(std::vector<Spell>& spells) {
  double busy = 0.0, end = spells.front().start;
  for (const Spell& one : spells) {
    busy += std::max(0.0, one.end - std::max(end, one.start));
    end = std::max(end, one.end);
  }
  Json breaks = Json::array();
  double shift = spells.front().start;
  end = spells.front().start;
  for (Spell& one : spells) {
    const double gap = one.start - end;
    if (gap > std::max(1.0, 0.1 * busy)) {
      breaks.push_back({rounded(end - shift), rounded(gap)});
      shift += gap;
    }
    end = std::max(end, one.end);
    one.start -= shift;
    one.end -= shift;
  }
  return breaks;
}

/// The share of each bin of time in which each lane was busy.
Grid busy_grid(const std::vector<Spell>& spells, const std::map<int, std::size_t>& lanes,
               double seconds) {
  Grid grid{lanes.size(), time_bins, std::vector<double>(lanes.size() * time_bins, 0.0)};
  const double width = seconds / static_cast<double>(time_bins);
  for (const Spell& one : spells) {
    double* lane = &grid.values[lanes.at(one.worker) * time_bins];
    const auto from = static_cast<std::size_t>(std::clamp(one.start / width, 0.0, time_bins - 1.0));
    for (std::size_t b = from; b < time_bins && static_cast<double>(b) * width < one.end; ++b) {
      const double begin = std::max(one.start, static_cast<double>(b) * width);
      lane[b] +=
          std::max(0.0, std::min(one.end, static_cast<double>(b + 1) * width) - begin) / width;
    }
  }
  return grid;
}

Json bars_json(const Studied& studied, const std::vector<Spell>& spells,
               const std::map<int, std::size_t>& lanes) {
  const auto& rows = studied.table().evaluations;
  const auto& number = io::find_column(rows, "candidate")->numbers;
  const auto& verification = io::find_column(rows, "verification")->numbers;
  const auto& status = io::find_column(rows, "status")->texts;
  Json bars = Json::array();
  for (const Spell& one : spells) {
    const int kind = status[one.row] != "done" ? 2 : verification[one.row] != 0.0 ? 1 : 0;
    bars.push_back(
        {lanes.at(one.worker), rounded(one.start), rounded(one.end), kind, number[one.row]});
  }
  return bars;
}

}  // namespace

nlohmann::ordered_json workers_chart(const Studied& studied) {
  std::vector<Spell> spells = spells_of(studied);
  if (spells.empty()) return nullptr;
  Json breaks = close_gaps(spells);
  std::map<int, std::size_t> lanes;
  std::map<int, double> busy;
  double seconds = 0.0;
  for (const Spell& one : spells) {
    lanes.emplace(one.worker, 0);
    busy[one.worker] += one.end - one.start;
    seconds = std::max(seconds, one.end);
  }
  Json names = Json::array(), shares = Json::array();
  for (auto& [worker, lane] : lanes) {
    lane = names.size();
    names.push_back(worker);
    shares.push_back(seconds > 0.0 ? rounded(busy.at(worker) / seconds) : 0.0);
  }
  const double total = std::accumulate(
      busy.begin(), busy.end(), 0.0, [](double sum, const auto& one) { return sum + one.second; });
  Json json{{"lanes", names},   {"shares", shares}, {"seconds", seconds},
            {"breaks", breaks}, {"busy", total},    {"evaluations", spells.size()}};
  if (spells.size() <= most_bars && lanes.size() <= most_workers) {
    json["bars"] = bars_json(studied, spells, lanes);
  } else if (seconds > 0.0) {
    const Grid all = busy_grid(spells, lanes, seconds);
    Eigen::MatrixXd matrix(static_cast<Eigen::Index>(all.rows),
                           static_cast<Eigen::Index>(time_bins));
    for (std::size_t k = 0; k < all.values.size(); ++k)
      matrix(static_cast<Eigen::Index>(k / time_bins), static_cast<Eigen::Index>(k % time_bins)) =
          all.values[k];
    json["grid"] = to_json(grid_of(matrix), {0.0, 1.0});
  }
  return json;
}

}  // namespace arcuate::report

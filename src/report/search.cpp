#include <algorithm>
#include <cmath>
#include <map>

#include "studied.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_losses = 2000;
constexpr std::size_t most_islands = 64;
constexpr std::size_t most_migrations = 1000;

/// Candidates in the order in which the last of their simulations ended; those of which nothing is
/// known come by number.
std::vector<std::size_t> as_they_ended(const Studied& studied) {
  const auto& rows = studied.table().evaluations;
  const io::ResultColumn* candidate = io::find_column(rows, "candidate");
  const io::ResultColumn* verification = io::find_column(rows, "verification");
  std::vector<std::size_t> last(studied.size(), 0);
  for (std::size_t e = 0; candidate != nullptr && e < candidate->numbers.size(); ++e) {
    if (verification->numbers[e] != 0.0) continue;
    last[static_cast<std::size_t>(candidate->numbers[e]) -
         static_cast<std::size_t>(studied.table().first)] = e + 1;
  }
  std::vector<std::size_t> order = studied.ended();
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return last[a] < last[b]; });
  return order;
}

/// Where the least loss fell.
class Falls {
 public:
  void take(std::size_t ended, double loss, std::int64_t number) {
    if (least_.is_number() && loss >= least_.get<double>()) return;
    least_ = loss;
    falls_.push_back({ended, loss, number});
  }
  [[nodiscard]] const Json& json() const { return falls_; }

 private:
  Json least_;
  Json falls_ = Json::array();
};

Json islands_json(const Studied& studied, const std::vector<std::size_t>& order) {
  std::map<int, Falls> falls;
  std::map<int, std::size_t> counts;
  for (std::size_t e = 0; e < order.size(); ++e) {
    const int island = studied.island(order[e]);
    const double loss = studied.loss()->numbers[order[e]];
    if (island < 0) continue;
    ++counts[island];
    if (std::isfinite(loss)) falls[island].take(e + 1, loss, studied.number(order[e]));
  }
  const io::ResultColumn* methods = io::find_column(studied.table().islands, "method");
  Json islands = Json::array();
  for (const auto& [island, count] : counts) {
    if (islands.size() == most_islands) break;
    const auto k = static_cast<std::size_t>(island);
    const bool named = methods != nullptr && k < methods->texts.size();
    islands.push_back({{"island", island},
                       {"method", named ? methods->texts[k] : std::string()},
                       {"candidates", count},
                       {"best", falls[island].json()}});
  }
  return islands;
}

Json migrations_json(const Studied& studied) {
  Json all = Json::array();
  const auto& rows = studied.table().migrations;
  const io::ResultColumn *after = io::find_column(rows, "after"),
                         *from = io::find_column(rows, "from"), *to = io::find_column(rows, "to"),
                         *loss = io::find_column(rows, "loss");
  if (after == nullptr) return all;
  for (std::size_t m = 0; m < std::min(after->numbers.size(), most_migrations); ++m)
    all.push_back({number_json(after->numbers[m]), number_json(from->numbers[m]),
                   number_json(to->numbers[m]), number_json(loss->numbers[m])});
  return all;
}

}  // namespace

nlohmann::ordered_json convergence_chart(const Studied& studied) {
  if (studied.table().kind != "fit" || studied.loss() == nullptr) return nullptr;
  const std::vector<std::size_t> order = as_they_ended(studied);
  const std::size_t step = std::max<std::size_t>(1, (order.size() + most_losses - 1) / most_losses);
  Falls falls;
  Json points = Json::array(), failed = Json::array();
  for (std::size_t e = 0; e < order.size(); ++e) {
    const double loss = studied.loss()->numbers[order[e]];
    if (std::isfinite(loss)) falls.take(e + 1, loss, studied.number(order[e]));
    if (e % step != 0) continue;
    if (std::isfinite(loss)) {
      points.push_back(
          {e + 1, number_json(loss), studied.number(order[e]), studied.island(order[e])});
    } else {
      failed.push_back(e + 1);
    }
  }
  return {{"ended", order.size()},
          {"planned", studied.table().planned},
          {"step", step},
          {"best", falls.json()},
          {"points", points},
          {"failed", failed},
          {"islands", islands_json(studied, order)},
          {"migrations", migrations_json(studied)},
          {"migrated",
           studied.table().migrations.empty() ? 0 : studied.table().migrations.front().size()}};
}

}  // namespace arcuate::report

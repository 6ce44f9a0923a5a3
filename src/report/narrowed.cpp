#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "math.hpp"
#include "studied.hpp"

namespace arcuate::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t fewest = 10;
constexpr std::size_t most_parameters = 40;

/// How many of the best say where a loss is low: a tenth, and more than there are parameters.
std::size_t chosen_of(std::size_t ranked, std::size_t parameters) {
  return std::min(ranked, std::max({fewest, ranked / 10, 3 * parameters}));
}

/// (n_chosen, n_parameters) places between the bounds, in steps of the scale.
Eigen::MatrixXd places(const Studied& studied, const std::vector<const io::ResultColumn*>& columns,
                       std::size_t chosen) {
  Eigen::MatrixXd all(static_cast<Eigen::Index>(chosen), std::ssize(columns));
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto [low, high] = bounds_of(*columns[c]);
    for (std::size_t k = 0; k < chosen; ++k)
      all(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(c)) =
          place_of(columns[c]->numbers[studied.ranked()[k]], columns[c]->scale, low, high);
  }
  return all;
}

/// Pearson's, NaN of what does not vary.
Eigen::MatrixXd correlations(const Eigen::MatrixXd& values) {
  const Eigen::MatrixXd centred = values.rowwise() - values.colwise().mean();
  const Eigen::MatrixXd covariance = centred.transpose() * centred;
  Eigen::MatrixXd r(values.cols(), values.cols());
  for (Eigen::Index i = 0; i < r.rows(); ++i) {
    for (Eigen::Index j = 0; j < r.cols(); ++j) {
      const double both = covariance(i, i) * covariance(j, j);
      r(i, j) =
          both > 1e-24 ? std::clamp(covariance(i, j) / std::sqrt(both), -1.0, 1.0) : std::nan("");
    }
  }
  return r;
}

}  // namespace

nlohmann::ordered_json narrowed_chart(const Studied& studied) {
  std::vector<const io::ResultColumn*> columns;
  std::size_t numbers = 0;
  for (const io::ResultColumn* one : studied.parameters()) {
    if (one->text()) continue;
    if (++numbers <= most_parameters) columns.push_back(one);
  }
  const std::size_t ranked = studied.ranked().size();
  if (columns.empty() || ranked < fewest) return nullptr;
  const std::size_t chosen = chosen_of(ranked, columns.size());
  const Eigen::MatrixXd all = places(studied, columns, chosen);
  const Eigen::MatrixXd r = correlations(all);
  Json json{{"chosen", chosen}, {"of", ranked}, {"parameters", numbers}, {"widths", Json::array()}};
  for (Eigen::Index c = 0; c < all.cols(); ++c) {
    const std::vector<double> own(all.col(c).begin(), all.col(c).end());
    const double from = quantile(own, 0.05), to = quantile(own, 0.95);
    json["widths"].push_back({{"name", columns[static_cast<std::size_t>(c)]->name},
                              {"from", number_json(from)},
                              {"to", number_json(to)},
                              {"middle", number_json(quantile(own, 0.5))},
                              {"width", number_json(to - from)}});
  }
  json["correlation"] = Json::array();
  for (Eigen::Index i = 0; i < r.rows(); ++i) {
    Json row = Json::array();
    for (Eigen::Index j = 0; j < r.cols(); ++j)
      row.push_back(number_json(r(i, j)));
    json["correlation"].push_back(row);
  }
  return json;
}

}  // namespace arcuate::report

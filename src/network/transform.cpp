#include "arcuate/network/transform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcuate/core/error.hpp"

namespace arcuate::network {
namespace {

[[noreturn]] void fail(const Connectome& connectome, std::size_t edge,
                       const std::string& expected) {
  const auto next = std::upper_bound(connectome.row.begin(), connectome.row.end(),
                                     static_cast<GlobalIndex>(edge));
  const auto target = static_cast<std::size_t>(next - connectome.row.begin() - 1);
  throw DataError(fmt::format("the weight {} of the edge {} -> {} is not allowed: expected {}",
                              connectome.weight[edge], name_of(connectome, connectome.source[edge]),
                              name_of(connectome, target), expected));
}

/// Replaces each weight by f(weight), which must be finite.
template <class F>
void each_weight(Connectome& connectome, bool negative, F f) {
  for (std::size_t e = 0; e < connectome.weight.size(); ++e) {
    const double before = connectome.weight[e];
    if (!negative && before < 0.0) fail(connectome, e, "weights >= 0");
    const double after = f(before);
    if (!std::isfinite(after)) fail(connectome, e, "a finite result");
    connectome.weight[e] = after;
  }
}

double mean_of_pairs(const Connectome& connectome) {
  double sum = 0.0;
  const auto regions = static_cast<double>(connectome.n_regions());
  for (std::size_t i = 0; i + 1 < connectome.row.size(); ++i) {
    const auto last = static_cast<std::size_t>(connectome.row[i + 1]);
    for (auto e = static_cast<std::size_t>(connectome.row[i]); e < last; ++e) {
      if (static_cast<std::size_t>(connectome.source[e]) != i) sum += connectome.weight[e];
    }
  }
  return sum / (regions * (regions - 1.0));
}

void scale_to_mean(Connectome& connectome, double wanted) {
  const double factor = wanted / mean_of_pairs(connectome);
  if (!std::isfinite(factor) || factor <= 0.0) {
    throw DataError(fmt::format(
        "the mean weight between different regions is {}: no positive factor makes it {}",
        mean_of_pairs(connectome), wanted));
  }
  each_weight(connectome, true, [factor](double w) { return factor * w; });
}

}  // namespace

void apply(Connectome& connectome, const Transform& transform) {
  const double value = transform.value;
  switch (transform.kind) {
    case Transform::Kind::log1p:
      return each_weight(connectome, false, [](double w) { return std::log1p(w); });
    case Transform::Kind::sqrt:
      return each_weight(connectome, false, [](double w) { return std::sqrt(w); });
    case Transform::Kind::binary:
      return each_weight(connectome, true, [](double w) { return w == 0.0 ? 0.0 : 1.0; });
    case Transform::Kind::power:
      return each_weight(connectome, false, [value](double w) { return std::pow(w, value); });
    case Transform::Kind::scale:
      return each_weight(connectome, true, [value](double w) { return value * w; });
    case Transform::Kind::mean:
      return scale_to_mean(connectome, value);
    case Transform::Kind::threshold:
      return remove_edges_below(connectome, value);
  }
}

}  // namespace arcuate::network

#include "grid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math.hpp"

namespace arcuate::report {
namespace {

std::string base64(const std::vector<std::uint8_t>& bytes) {
  static constexpr char digits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t k = 0; k < bytes.size(); k += 3) {
    const std::size_t left = bytes.size() - k;
    const std::uint32_t three = static_cast<std::uint32_t>(bytes[k]) << 16 |
                                (left > 1 ? static_cast<std::uint32_t>(bytes[k + 1]) << 8 : 0U) |
                                (left > 2 ? static_cast<std::uint32_t>(bytes[k + 2]) : 0U);
    text += digits[three >> 18];
    text += digits[three >> 12 & 63U];
    text += left > 1 ? digits[three >> 6 & 63U] : '=';
    text += left > 2 ? digits[three & 63U] : '=';
  }
  return text;
}

}  // namespace

Limits limits_of(std::span<const double> values, double q) {
  const std::vector<double> copy(values.begin(), values.end());
  Limits limits{quantile(copy, q), quantile(copy, 1.0 - q)};
  if (!std::isfinite(limits.low) || !std::isfinite(limits.high)) return {};
  if (limits.high - limits.low <= 1e-12 * std::max(std::abs(limits.low), std::abs(limits.high))) {
    const double margin = std::max(0.05 * std::abs(limits.low), 1e-3);
    limits = {limits.low - margin, limits.high + margin};
  }
  return limits;
}

Grid grid_of(const Eigen::MatrixXd& matrix, std::size_t most) {
  const auto n = static_cast<std::size_t>(matrix.rows());
  const auto m = static_cast<std::size_t>(matrix.cols());
  Grid grid{std::min(n, most), std::min(m, most), {}};
  grid.values.assign(grid.rows * grid.columns, 0.0);
  std::vector<double> count(grid.values.size(), 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < m; ++j) {
      const double value = matrix(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
      if (!std::isfinite(value)) continue;
      const std::size_t cell = i * grid.rows / n * grid.columns + j * grid.columns / m;
      grid.values[cell] += value;
      count[cell] += 1.0;
    }
  }
  for (std::size_t k = 0; k < count.size(); ++k)
    grid.values[k] = count[k] > 0.0 ? grid.values[k] / count[k] : std::nan("");
  return grid;
}

Bars bars_of(std::span<const double> values, const Limits& limits, std::size_t bars) {
  Bars result{std::vector<int>(bars, 0), 0, 0.0};
  double sum = 0.0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    const double part = std::clamp((value - limits.low) / (limits.high - limits.low), 0.0, 1.0);
    ++result.counts[std::min(bars - 1, static_cast<std::size_t>(part * static_cast<double>(bars)))];
    sum += value;
    ++result.values;
  }
  if (result.values > 0) result.mean = sum / static_cast<double>(result.values);
  return result;
}

Grid average_columns(const Grid& grid, std::size_t most) {
  if (grid.columns <= most) return grid;
  Grid small{grid.rows, most, std::vector<double>(grid.rows * most)};
  for (std::size_t r = 0; r < grid.rows; ++r) {
    for (std::size_t c = 0; c < most; ++c) {
      double sum = 0.0;
      std::size_t count = 0;
      for (std::size_t k = c * grid.columns / most; k < (c + 1) * grid.columns / most; ++k) {
        const double value = grid.values[r * grid.columns + k];
        if (!std::isfinite(value)) continue;
        sum += value;
        ++count;
      }
      small.values[r * most + c] =
          count > 0 ? sum / static_cast<double>(count) : std::numeric_limits<double>::quiet_NaN();
    }
  }
  return small;
}

std::vector<double> keep_extremes(std::span<const double> signal, std::size_t points) {
  if (signal.size() <= points) return {signal.begin(), signal.end()};
  const std::size_t pieces = std::max<std::size_t>(1, points / 2);
  std::vector<double> kept;
  kept.reserve(2 * pieces);
  for (std::size_t p = 0; p < pieces; ++p) {
    const auto from = signal.begin() + static_cast<std::ptrdiff_t>(p * signal.size() / pieces);
    const auto to = signal.begin() + static_cast<std::ptrdiff_t>((p + 1) * signal.size() / pieces);
    const auto [low, high] = std::minmax_element(from, to);
    kept.push_back(low <= high ? *low : *high);
    kept.push_back(low <= high ? *high : *low);
  }
  return kept;
}

std::vector<double> keep_some(std::span<const double> signal, std::size_t points) {
  if (signal.size() <= points) return {signal.begin(), signal.end()};
  const std::size_t stride = (signal.size() + points - 1) / std::max<std::size_t>(1, points);
  std::vector<double> kept;
  for (std::size_t k = 0; k < signal.size(); k += stride)
    kept.push_back(signal[k]);
  return kept;
}

std::string pack(std::span<const double> values, const Limits& limits) {
  constexpr double largest = 65534.0;
  constexpr std::uint16_t nothing = 65535;
  std::vector<std::uint8_t> bytes;
  bytes.reserve(2 * values.size());
  for (const double value : values) {
    const double place = (value - limits.low) / (limits.high - limits.low);
    const auto level =
        std::isfinite(value)
            ? static_cast<std::uint16_t>(std::lround(largest * std::clamp(place, 0.0, 1.0)))
            : nothing;
    bytes.push_back(static_cast<std::uint8_t>(level & 255U));
    bytes.push_back(static_cast<std::uint8_t>(level >> 8U));
  }
  return base64(bytes);
}

nlohmann::ordered_json to_json(const Grid& grid, const Limits& limits) {
  nlohmann::ordered_json json;
  json["rows"] = grid.rows;
  json["columns"] = grid.columns;
  json["low"] = limits.low;
  json["high"] = limits.high;
  json["data"] = pack(grid.values, limits);
  return json;
}

}  // namespace arcuate::report

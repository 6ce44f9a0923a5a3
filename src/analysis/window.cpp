#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "arcuate/analysis/spectrum.hpp"
#include "arcuate/core/error.hpp"
#include "number_text.hpp"

// Windows as scipy.signal.windows has them: F. J. Harris, Proc. IEEE 66, 51 (1978). Each is a
// function of the place x = n / (M - 1) in a symmetric window of M samples; a periodic window of N
// samples is the first N of a symmetric one of N + 1.

namespace arcuate::analysis {
namespace {

constexpr double pi = std::numbers::pi;

struct InWindow {
  double x;       ///< 0 to 1
  double centre;  ///< [samples] from the centre
  double size;    ///< M
};
using Shape = double (*)(const InWindow& place, double parameter);

template <std::size_t n>
double cosines(const std::array<double, n>& weights, double x) {
  double sum = 0.0;
  for (std::size_t k = 0; k < n; ++k) {
    sum += (k % 2 == 0 ? 1.0 : -1.0) * weights[k] * std::cos(2.0 * pi * static_cast<double>(k) * x);
  }
  return sum;
}

double parzen(const InWindow& p, double) {
  const double r = std::abs(p.centre) / (0.5 * p.size);
  return std::abs(p.centre) <= (p.size - 1.0) / 4.0 ? 1.0 - 6.0 * r * r * (1.0 - r)
                                                    : 2.0 * std::pow(1.0 - r, 3.0);
}

double bohman(const InWindow& p, double) {
  const double r = std::abs(2.0 * p.x - 1.0);
  return r >= 1.0 ? 0.0 : (1.0 - r) * std::cos(pi * r) + std::sin(pi * r) / pi;
}

double triang(const InWindow& p, double) {
  const double span = std::fmod(p.size, 2.0) == 0.0 ? p.size : p.size + 1.0;
  return 1.0 - 2.0 * std::abs(p.centre) / span;
}

double tukey(const InWindow& p, double share) {
  const double edge = std::min(p.x, 1.0 - p.x);
  if (share <= 0.0 || edge >= 0.5 * share) return 1.0;
  return 0.5 * (1.0 + std::cos(pi * (2.0 * edge / share - 1.0)));
}

double kaiser(const InWindow& p, double beta) {
  const double r = 2.0 * p.x - 1.0;
  return std::cyl_bessel_i(0.0, beta * std::sqrt(std::max(0.0, 1.0 - r * r))) /
         std::cyl_bessel_i(0.0, beta);
}

struct Row {
  const char* name;
  const char* parameter;
  Shape shape;
};

constexpr std::array rows{
    Row{"boxcar", "", [](const InWindow&, double) { return 1.0; }},
    Row{"hann", "",
        [](const InWindow& p, double) {
          return cosines<2>({0.5, 0.5}, p.x);
        }},
    Row{"hamming", "",
        [](const InWindow& p, double) {
          return cosines<2>({0.54, 0.46}, p.x);
        }},
    Row{"blackman", "",
        [](const InWindow& p, double) {
          return cosines<3>({0.42, 0.5, 0.08}, p.x);
        }},
    Row{"blackmanharris", "",
        [](const InWindow& p, double) {
          return cosines<4>({0.35875, 0.48829, 0.14128, 0.01168}, p.x);
        }},
    Row{"nuttall", "",
        [](const InWindow& p, double) {
          return cosines<4>({0.3635819, 0.4891775, 0.1365995, 0.0106411}, p.x);
        }},
    Row{"flattop", "",
        [](const InWindow& p, double) {
          return cosines<5>({0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368}, p.x);
        }},
    Row{"bartlett", "", [](const InWindow& p, double) { return 1.0 - std::abs(2.0 * p.x - 1.0); }},
    Row{"barthann", "",
        [](const InWindow& p, double) {
          const double r = std::abs(p.x - 0.5);
          return 0.62 - 0.48 * r + 0.38 * std::cos(2.0 * pi * r);
        }},
    Row{"triang", "", triang},
    Row{"parzen", "", parzen},
    Row{"bohman", "", bohman},
    Row{"cosine", "",
        [](const InWindow& p, double) { return std::sin(pi * (p.centre / p.size + 0.5)); }},
    Row{"lanczos", "",
        [](const InWindow& p, double) {
          const double r = pi * (2.0 * p.x - 1.0);
          return r == 0.0 ? 1.0 : std::sin(r) / r;
        }},
    Row{"tukey", "share", tukey},
    Row{"kaiser", "beta", kaiser},
    Row{"gaussian", "deviation",
        [](const InWindow& p, double deviation) {
          return std::exp(-0.5 * p.centre * p.centre / (deviation * deviation));
        }},
    Row{"exponential", "decay",
        [](const InWindow& p, double decay) { return std::exp(-std::abs(p.centre) / decay); }}};

const Row* find_row(const std::string& name) {
  const auto* const found =
      std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return name == row.name; });
  return found == rows.end() ? nullptr : found;
}

void check_parameter(const Row& row, double value) {
  const std::string needs(row.parameter);
  if (needs.empty()) return;
  const bool share = needs == "share";
  const bool good = std::isfinite(value) && (share             ? value >= 0.0 && value <= 1.0
                                             : needs == "beta" ? value >= 0.0
                                                               : value > 0.0);
  if (good) return;
  throw ConfigError("window " + std::string(row.name) + ": " + needs + " is " + number_text(value) +
                    " (allowed: " +
                    (share             ? "0 to 1"
                     : needs == "beta" ? ">= 0"
                                       : "> 0") +
                    ")");
}

}  // namespace

const std::vector<std::string>& window_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Row& row : rows)
      all.emplace_back(row.name);
    return all;
  }();
  return names;
}

std::string_view window_parameter(const std::string& name) {
  const Row* const row = find_row(name);
  return row == nullptr ? std::string_view() : row->parameter;
}

Vector window(const WindowShape& shape, Index size) {
  const Row* const row = find_row(shape.name);
  if (row == nullptr) {
    std::string all;
    for (const std::string& name : window_names())
      all += (all.empty() ? "" : ", ") + name;
    throw ConfigError("there is no window '" + shape.name + "' (allowed: " + all + ")");
  }
  check_parameter(*row, shape.parameter);
  if (size == 1) return Vector::Ones(1);
  const auto whole = static_cast<double>(shape.symmetric ? size : size + 1);
  Vector values(size);
  for (Index n = 0; n < size; ++n) {
    const auto at = static_cast<double>(n);
    const InWindow place{at / (whole - 1.0), at - 0.5 * (whole - 1.0), whole};
    values[n] = row->shape(place, shape.parameter);
  }
  return values;
}

}  // namespace arcuate::analysis

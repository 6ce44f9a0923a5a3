#include "topography.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace arcuate::report {
namespace {

using analysis::Index;
using analysis::Matrix;
using analysis::Vector;

constexpr double quarter = std::numbers::pi / 2.0;

/// Centre of the sphere |p|^2 = 2 c.p + k that fits best.
std::optional<Eigen::RowVector3d> centre_of(const Matrix& points) {
  if (points.rows() < 4 || !points.allFinite()) return std::nullopt;
  const Eigen::RowVector3d mean = points.colwise().mean();
  const Matrix around = points.rowwise() - mean;
  Matrix equations(points.rows(), 4);
  equations << 2.0 * around, Vector::Ones(points.rows()) * around.norm();
  Eigen::ColPivHouseholderQR<Matrix> solver(equations);
  solver.setThreshold(1e-6);
  if (solver.rank() < 4) return std::nullopt;
  const Vector solution = solver.solve(around.rowwise().squaredNorm());
  return mean + solution.head<3>().transpose();
}

bool begins_with(const std::string& label, std::string_view start) {
  return label.size() > start.size() && label.starts_with(start) &&
         (label[start.size()] == 'z' || std::isdigit(label[start.size()]) != 0);
}

/// Angle from x to the direction from the O to the Fp electrodes; y when there are none.
double angle_of_front(const Matrix& directions, const std::vector<std::string>& labels,
                      bool& by_names) {
  Eigen::RowVector3d front = Eigen::RowVector3d::Zero(), back = front;
  for (Index s = 0; s < directions.rows(); ++s) {
    const std::string& label = labels[static_cast<std::size_t>(s)];
    if (begins_with(label, "Fp") || begins_with(label, "FP")) front += directions.row(s);
    if (begins_with(label, "O")) back += directions.row(s);
  }
  const Eigen::RowVector3d axis = front - back;
  by_names = front.norm() > 0.0 && back.norm() > 0.0 && axis.head<2>().norm() > 1e-6;
  return by_names ? std::atan2(axis[1], axis[0]) : quarter;
}

Matrix rotated(const Matrix& directions, double angle) {
  Matrix turned = directions;
  turned.col(0) = std::cos(angle) * directions.col(0) - std::sin(angle) * directions.col(1);
  turned.col(1) = std::sin(angle) * directions.col(0) + std::cos(angle) * directions.col(1);
  return turned;
}

/// g of cosines: 1/(4 pi) sum (2n + 1)/(n^4 (n + 1)^4) P_n.
Matrix spline_kernel(const Matrix& cosines) {
  constexpr int terms = 20;
  Matrix before = Matrix::Ones(cosines.rows(), cosines.cols());
  Matrix now = cosines;
  Matrix sum = Matrix::Zero(cosines.rows(), cosines.cols());
  for (int n = 1; n <= terms; ++n) {
    sum += now * ((2.0 * n + 1.0) / std::pow(n * (n + 1.0), 4));
    Matrix next = ((2.0 * n + 1.0) * cosines.cwiseProduct(now) - n * before) / (n + 1.0);
    before.swap(now);
    now.swap(next);
  }
  return sum / (4.0 * std::numbers::pi);
}

}  // namespace

std::optional<Scalp> scalp_of(std::span<const double> positions,
                              const std::vector<std::string>& labels) {
  if (labels.empty() || positions.size() != 3 * labels.size()) return std::nullopt;
  const Matrix points = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, 3, Eigen::RowMajor>>(
      positions.data(), static_cast<Index>(labels.size()), 3);
  const auto centre = centre_of(points);
  if (!centre) return std::nullopt;
  Scalp scalp;
  scalp.directions = (points.rowwise() - *centre).rowwise().normalized();
  const double front = angle_of_front(scalp.directions, labels, scalp.front_by_names);
  scalp.directions = rotated(scalp.directions, quarter - front);
  for (Index s = 0; s < points.rows(); ++s) {
    const double flat = scalp.directions.row(s).head<2>().norm();
    const double r = std::atan2(flat, scalp.directions(s, 2)) / quarter;
    const double scale = flat > 0.0 ? r / flat : 0.0;
    scalp.places.push_back({scale * scalp.directions(s, 0), scale * scalp.directions(s, 1)});
    scalp.reach = std::max(scalp.reach, r);
  }
  return scalp;
}

Vector spline_at(const Matrix& sensors, const Vector& values, const Matrix& directions) {
  const Index n = sensors.rows();
  Matrix system = Matrix::Ones(n + 1, n + 1);
  system.topLeftCorner(n, n) = spline_kernel(sensors * sensors.transpose());
  // Sensors at one place, as the two gradiometers of a triple, may differ.
  system.topLeftCorner(n, n).diagonal().array() += 1e-7;
  system(n, n) = 0.0;
  Vector right = Vector::Zero(n + 1);
  right.head(n) = values;
  const Vector c = system.partialPivLu().solve(right);
  return (spline_kernel(directions * sensors.transpose()) * c.head(n)).array() + c[n];
}

Grid spline_map(const Scalp& scalp, const Vector& values, std::size_t cells) {
  Grid grid{cells, cells, std::vector<double>(cells * cells, std::nan(""))};
  std::vector<Index> known;
  for (Index s = 0; s < values.size(); ++s)
    if (std::isfinite(values[s])) known.push_back(s);
  if (known.empty()) return grid;
  std::vector<std::size_t> within;
  std::vector<Eigen::RowVector3d> directions;
  for (std::size_t k = 0; k < cells * cells; ++k) {
    const auto along = [&](std::size_t c) {
      return ((static_cast<double>(c) + 0.5) / static_cast<double>(cells) * 2.0 - 1.0) *
             scalp.reach;
    };
    const double x = along(k % cells), y = -along(k / cells), r = std::hypot(x, y);
    if (r > scalp.reach) continue;
    const double side = r > 0.0 ? std::sin(r * quarter) / r : 0.0;
    within.push_back(k);
    directions.emplace_back(side * x, side * y, std::cos(r * quarter));
  }
  Matrix targets(static_cast<Index>(directions.size()), 3);
  for (std::size_t k = 0; k < directions.size(); ++k)
    targets.row(static_cast<Index>(k)) = directions[k];
  const Vector map = spline_at(scalp.directions(known, Eigen::all), values(known), targets);
  for (std::size_t k = 0; k < within.size(); ++k)
    grid.values[within[k]] = map[static_cast<Index>(k)];
  return grid;
}

}  // namespace arcuate::report

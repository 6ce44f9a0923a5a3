#include <algorithm>
#include <cmath>

#include "arcuate/core/index.hpp"
#include "arcuate/network/geodesic.hpp"
#include "arcuate/network/surface.hpp"

namespace arcuate::network {
namespace {

double bell(double distance, double sigma) {
  return std::exp(-(distance * distance) / (2.0 * sigma * sigma));
}

/// The vertices at the other ends of the edges at a vertex, ascending.
std::vector<LocalIndex> neighbours_of(const Mesh& mesh, LocalIndex vertex) {
  std::vector<LocalIndex> others;
  for (const LocalIndex corner : mesh.corners(vertex)) {
    others.push_back(mesh.vertex(corner / 3, corner % 3 + 1));
    others.push_back(mesh.vertex(corner / 3, corner % 3 + 2));
  }
  std::sort(others.begin(), others.end());
  others.erase(std::unique(others.begin(), others.end()), others.end());
  return others;
}

}  // namespace

double LocalKernel::operator()(double distance) const {
  switch (form) {
    case Form::gaussian:
      return amplitude * bell(distance, sigma);
    case Form::double_gaussian:
      return amplitude * bell(distance, sigma) - amplitude_2 * bell(distance, sigma_2);
    case Form::exponential:
      return amplitude * std::exp(-distance / sigma);
    case Form::neighbours:
      break;
  }
  return 1.0;
}

LocalRows local_rows(const Surface& surface, const LocalKernel& kernel, GlobalIndex first,
                     GlobalIndex last) {
  const Mesh mesh(surface);
  Geodesics geodesics(mesh);
  LocalRows rows;
  for (auto vertex = static_cast<LocalIndex>(first); vertex < last; ++vertex) {
    if (kernel.form == LocalKernel::Form::neighbours) {
      const std::vector<LocalIndex> others = neighbours_of(mesh, vertex);
      rows.source.insert(rows.source.end(), others.begin(), others.end());
      rows.weight.insert(rows.weight.end(), others.size(),
                         1.0 / static_cast<double>(others.size()));
    } else {
      for (const Geodesics::Near& near : geodesics.within(vertex, kernel.cutoff)) {
        if (near.vertex == vertex) continue;
        rows.source.push_back(near.vertex);
        rows.weight.push_back(kernel(near.distance));
      }
    }
    rows.row.push_back(static_cast<GlobalIndex>(rows.source.size()));
  }
  return rows;
}

GlobalIndex homogenise(LocalRows& rows) {
  const std::size_t count = rows.row.size() - 1;
  std::array<std::vector<double>, 2> sums;  // of what is positive, of what is negative
  std::array<double, 2> mean{};
  for (std::size_t sign = 0; sign < 2; ++sign) {
    sums[sign].assign(count, 0.0);
    for (std::size_t row = 0; row < count; ++row) {
      for (GlobalIndex e = rows.row[row]; e < rows.row[row + 1]; ++e) {
        const double weight = rows.weight[z(e)];
        if (sign == 0 ? weight > 0.0 : weight < 0.0) sums[sign][row] += weight;
      }
      mean[sign] += sums[sign][row];
    }
    mean[sign] /= static_cast<double>(count);
  }
  for (std::size_t row = 0; row < count; ++row) {
    for (GlobalIndex e = rows.row[row]; e < rows.row[row + 1]; ++e) {
      const std::size_t sign = rows.weight[z(e)] < 0.0 ? 1 : 0;
      if (sums[sign][row] != 0.0) rows.weight[z(e)] *= mean[sign] / sums[sign][row];
    }
  }
  GlobalIndex coarse = 0;
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t sign = 0; sign < 2; ++sign)
      coarse += mean[sign] != 0.0 && sums[sign][row] == 0.0 ? 1 : 0;
  }
  return coarse;
}

}  // namespace arcuate::network

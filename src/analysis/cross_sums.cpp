#include "cross_sums.hpp"

#include "constants.hpp"
#include "tiles.hpp"

namespace arcuate::analysis {

void CrossSums::add(Series real, Series imaginary) {
  const Index n = real.cols();
  if (size() == 0) sums_ = Matrix::Zero(n, n);
  for_lower_tiles(n, tile, [&](Index i, Index j, Index height, Index width) {
    const auto real_i = real.middleCols(i, height).transpose();
    const auto imaginary_i = imaginary.middleCols(i, height).transpose();
    Matrix in_phase = real_i * real.middleCols(j, width);
    in_phase.noalias() += imaginary_i * imaginary.middleCols(j, width);
    Matrix quadrature = imaginary_i * real.middleCols(j, width);
    quadrature.noalias() -= real_i * imaginary.middleCols(j, width);
    if (i == j) {
      sums_.block(i, i, height, width).triangularView<Eigen::Lower>() += in_phase;
      sums_.block(i, i, height, width).triangularView<Eigen::StrictlyUpper>() +=
          quadrature.transpose();
    } else {
      sums_.block(i, j, height, width) += in_phase;
      sums_.block(j, i, width, height) += quadrature.transpose();
    }
  });
}

}  // namespace arcuate::analysis

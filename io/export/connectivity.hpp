#pragma once

#include <Eigen/Core>

#include "job.hpp"

namespace arcuate::io {

/// Pearson's correlation of every pair of columns of the only variable: (n_columns, n_columns); NaN
/// where a column is constant or not finite. Reads the samples twice, block by block.
Eigen::MatrixXd functional_connectivity(const ExportJob& job);

}  // namespace arcuate::io

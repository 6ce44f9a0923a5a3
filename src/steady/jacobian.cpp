#include "jacobian.hpp"

#include <algorithm>
#include <utility>

#include "arcuate/core/index.hpp"

namespace arcuate::steady {
namespace {

using Entries = std::vector<std::pair<PetscInt, double>>;

/// Sorted, those of one column summed.
void append_row(Entries& entries, Rows& rows) {
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [column, value] : entries) {
    const bool same = static_cast<PetscInt>(rows.column.size()) > rows.start.back() &&
                      rows.column.back() == column;
    if (same) {
      rows.value.back() += value;
    } else {
      rows.column.push_back(column);
      rows.value.push_back(value);
    }
  }
  rows.start.push_back(static_cast<PetscInt>(rows.column.size()));
}

}  // namespace

Rows jacobian_rows(const equilibrium::RestingNetwork& network,
                   const equilibrium::LinearNetwork& linear, std::span<const double> width) {
  const equilibrium::Layout& layout = network.layout();
  Rows rows;
  rows.start.push_back(0);
  for (std::size_t i = 0; i < network.network().owned.size(); ++i) {
    const GlobalIndex region = network.network().owned[i];
    const equilibrium::RegionForm& form = linear.regions[z(region)];
    const GlobalIndex first = layout.first[z(region)];
    std::vector<Entries> own(z(form.states));
    const auto add = [&](int row, GlobalIndex column, double value) {
      const bool needed = value != 0.0 || first + row == column;
      if (needed)
        own[z(row)].emplace_back(static_cast<PetscInt>(column),
                                 value * width[z(column)] / width[z(first + row)]);
    };
    for (int a = 0; a < form.states; ++a) {
      for (int b = 0; b < form.states; ++b)
        add(a, first + b, form.own[z(a * form.states + b)]);
    }
    for (std::size_t e = linear.row[i]; e < linear.row[i + 1]; ++e) {
      const equilibrium::LinearEdge& edge = linear.edges[e];
      const equilibrium::RegionForm& source = linear.regions[z(edge.source)];
      for (int a = 0; a < form.states; ++a) {
        const double taken = edge.weight * form.by_port[z(a * form.ports + edge.port)];
        if (taken == 0.0) continue;
        for (int b = 0; b < source.states; ++b)
          add(a, layout.first[z(edge.source)] + b,
              taken * source.sent[z(edge.channel * source.states + b)]);
      }
    }
    for (Entries& entries : own)
      append_row(entries, rows);
  }
  return rows;
}

Matrix matrix_of(const equilibrium::RestingNetwork& network, Rows& rows) {
  const auto own = static_cast<PetscInt>(network.layout().own());
  const auto all = static_cast<PetscInt>(network.layout().unknowns);
  Matrix matrix;
  require(MatCreateAIJ(network.comm().handle(), own, own, all, all, 0, nullptr, 0, nullptr,
                       matrix.fresh()),
          "MatCreateAIJ");
  require(MatSeqAIJSetPreallocationCSR(matrix.get(), rows.start.data(), rows.column.data(),
                                       rows.value.data()),
          "MatSeqAIJSetPreallocationCSR");
  require(MatMPIAIJSetPreallocationCSR(matrix.get(), rows.start.data(), rows.column.data(),
                                       rows.value.data()),
          "MatMPIAIJSetPreallocationCSR");
  std::vector<PetscInt> blocks;
  for (const GlobalIndex region : network.network().owned)
    blocks.push_back(network.layout().states[z(region)]);
  require(
      MatSetVariableBlockSizes(matrix.get(), static_cast<PetscInt>(blocks.size()), blocks.data()),
      "MatSetVariableBlockSizes");
  return matrix;
}

JacobianSolver::JacobianSolver(const equilibrium::RestingNetwork& network)
    : network_(network), small_(network.layout().unknowns <= 200) {}

void JacobianSolver::prepare(KSP solver, bool direct) const {
  PC preconditioner = nullptr;
  require(KSPGetPC(solver, &preconditioner), "KSPGetPC");
  if (!direct) {
    require(KSPSetType(solver, KSPGMRES), "KSPSetType");
    require(KSPGMRESSetRestart(solver, 100), "KSPGMRESSetRestart");
    require(PCSetType(preconditioner, PCVPBJACOBI), "PCSetType");
    require(KSPSetTolerances(solver, 1e-12, PETSC_DEFAULT, PETSC_DEFAULT, 200), "KSPSetTolerances");
    return;
  }
  require(KSPSetType(solver, KSPPREONLY), "KSPSetType");
  require(PCSetType(preconditioner, PCLU), "PCSetType");
  // PETSc's own factorisation does not pivot, and diagonals may be 0.
  require(PCFactorSetMatSolverType(preconditioner, MATSOLVERMUMPS), "PCFactorSetMatSolverType");
}

bool JacobianSolver::solve(Mat matrix, Vec right, Vec solution) {
  for (const bool direct : {false, true}) {
    if (small_ && !direct) continue;
    LinearSolver solver;
    require(KSPCreate(network_.comm().handle(), solver.fresh()), "KSPCreate");
    require(KSPSetOperators(solver.get(), matrix, matrix), "KSPSetOperators");
    prepare(solver.get(), direct);
    const PetscErrorCode code = KSPSolve(solver.get(), right, solution);
    if (code != 0 && !direct) continue;  // a singular block
    if (code != 0) return false;
    KSPConvergedReason reason = KSP_CONVERGED_ITERATING;
    require(KSPGetConvergedReason(solver.get(), &reason), "KSPGetConvergedReason");
    if (reason > 0) return true;
  }
  return false;
}

}  // namespace arcuate::steady

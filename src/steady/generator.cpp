#include "generator.hpp"

#include <slepceps.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <limits>
#include <memory>
#include <numbers>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"
#include "chebyshev.hpp"
#include "petsc.hpp"

namespace arcuate::steady {
namespace {

using EigenSolver = Owner<EPS, EPSDestroy>;
using Region = LinearSystem::Region;

/// Nodes that resolve exp(lambda theta) over the longest delay, and the lambda that some resolve.
constexpr int least_degree = 14, most_degree = 120;
constexpr double per_node = 0.8;
int degree_for(double longest, double size) {
  const double needed = std::min(10.0 + std::ceil(per_node * size * longest), 1e3);
  return std::clamp(static_cast<int>(needed), least_degree, most_degree);
}
double resolved_by(int degree, double longest) {
  return (degree - 10) / (per_node * longest);
}

/// Each channel has its own pairs of roots, about one every 2 pi/delay.
double size_of_roots(const LinearSystem& system, Complex shift, int wanted) {
  if (system.longest_delay() == 0.0) return std::abs(shift);
  const double pairs =
      0.5 * wanted / static_cast<double>(std::max<Eigen::Index>(1, system.channels()));
  return 1.5 * std::abs(shift) + pairs * 2.0 * std::numbers::pi / system.longest_delay();
}

/// The own part of a vector: states of the own regions, then the past of their channels, (channels,
/// degree) each.
class Generator {
 public:
  Generator(const LinearSystem& system, Complex shift, double size)
      : system_(system), shift_(shift), past_(system.longest_delay() > 0.0) {
    if (past_) {
      nodes_ = std::make_unique<Chebyshev>(degree_for(system.longest_delay(), size),
                                           system.longest_delay());
      degree_ = nodes_->degree();
      Eigen::MatrixXcd inner = nodes_->derivative().bottomRightCorner(degree_, degree_);
      inner.diagonal().array() -= shift;
      inverse_ = inner.inverse();
      begin_ = -inverse_ * nodes_->derivative().bottomLeftCorner(degree_, 1).cast<Complex>();
      for (std::size_t i = 0; i < system.owned().size(); ++i) {
        for (const equilibrium::LinearEdge& edge : system.edges_to(i))
          weights_.push_back(nodes_->weights_at(system.delay_of(edge)));
      }
    }
    resolvent_ = std::make_unique<Resolvent>(
        system, shift, [this](double delay) { return past_ ? discretised(delay) : Complex(1.0); });
  }

  [[nodiscard]] Eigen::Index own_states() const {
    return static_cast<Eigen::Index>(system_.network().layout().own());
  }
  [[nodiscard]] Eigen::Index size() const {
    return own_states() + system_.own_channels() * degree_;
  }
  [[nodiscard]] double resolved() const {
    return past_ ? resolved_by(degree_, system_.longest_delay())
                 : std::numeric_limits<double>::infinity();
  }
  [[nodiscard]] Eigen::Index whole_size() const {
    return system_.states() + system_.channels() * degree_;
  }

  /// Re((generator - shift)^-1 v)
  void apply(const double* from, double* to) const {
    const Eigen::Index channels = system_.own_channels(), states = own_states();
    Eigen::MatrixXcd past(degree_, channels);
    if (past_)
      past = inverse_ *
             Eigen::Map<const Eigen::MatrixXd>(from + states, degree_, channels).cast<Complex>();
    std::vector<Complex> right = past_ ? past_sums(past) : std::vector<Complex>(z(states));
    add_states(from, right);
    const Eigen::VectorXcd state = resolvent_->solve(system_.complete_states(right));
    const Eigen::Index begin = static_cast<Eigen::Index>(system_.network().layout().begin);
    for (Eigen::Index k = 0; k < states; ++k)
      to[k] = state[begin + k].real();
    Eigen::Index channel = 0;
    for (const GlobalIndex i : system_.owned()) {
      const Region& region = system_.regions()[z(i)];
      const Eigen::VectorXcd sent =
          region.sent.cast<Complex>() * state.segment(region.first_state, region.own.rows());
      for (Eigen::Index c = 0; c < sent.size() && past_; ++c, ++channel) {
        const Eigen::VectorXcd values = past.col(channel) + begin_ * sent[c];
        Eigen::Map<Eigen::VectorXd>(to + states + channel * degree_, degree_) = values.real();
      }
    }
  }

  /// The quotient of the mode (generator v, v), which tells the two eigenvalues of one image apart.
  /// state, past: own parts of a complex vector.
  [[nodiscard]] Complex quotient(const Eigen::VectorXcd& own) const {
    const Eigen::Index states = own_states(), channels = system_.own_channels();
    const Eigen::MatrixXcd past =
        Eigen::Map<const Eigen::MatrixXcd>(own.data() + states, degree_, channels);
    std::vector<Complex> mine(own.data(), own.data() + states);
    const Eigen::VectorXcd state = system_.complete_states(mine);
    std::vector<Complex> change = forward(state, past);
    Eigen::VectorXcd sums = Eigen::VectorXcd::Zero(2);
    Eigen::Index at = 0;
    for (const GlobalIndex i : system_.owned()) {
      const Region& region = system_.regions()[z(i)];
      for (Eigen::Index k = 0; k < region.own.rows(); ++k, ++at) {
        if (region.mass[k] == 0.0) continue;
        sums[0] += std::conj(own[at]) * change[z(at)];
        sums[1] += std::conj(own[at]) * own[at];
      }
    }
    const std::vector<double> all = system_.network().everywhere(
        std::vector<double>{sums[0].real(), sums[0].imag(), sums[1].real()});
    Complex top = 0.0;
    double bottom = 0.0;
    for (std::size_t r = 0; r < all.size(); r += 3) {
      top += Complex(all[r], all[r + 1]);
      bottom += all[r + 2];
    }
    return top / bottom;
  }

 private:
  /// What the discretisation makes of exp(-shift delay).
  [[nodiscard]] Complex discretised(double delay) const {
    const Eigen::VectorXd weights = nodes_->weights_at(delay);
    return weights[0] + weights.tail(degree_).cast<Complex>().cwiseProduct(begin_).sum();
  }

  /// B times the sums over the past without its begin. past: (degree, own channels).
  [[nodiscard]] std::vector<Complex> past_sums(const Eigen::MatrixXcd& past) const {
    const Eigen::MatrixXcd all = complete_past(past);
    std::vector<Complex> right;
    std::size_t edge_number = 0;
    for (std::size_t i = 0; i < system_.owned().size(); ++i) {
      const Region& region = system_.regions()[z(system_.owned()[i])];
      Eigen::VectorXcd sums = Eigen::VectorXcd::Zero(region.by_port.cols());
      for (const equilibrium::LinearEdge& edge : system_.edges_to(i)) {
        const Eigen::Index channel = system_.regions()[z(edge.source)].first_channel + edge.channel;
        const Eigen::VectorXd& weights = weights_[edge_number++];
        double real = 0.0, imaginary = 0.0;
        const Complex* values = &all(0, channel);
        for (int k = 0; k < degree_; ++k) {
          real += weights[k + 1] * values[k].real();
          imaginary += weights[k + 1] * values[k].imag();
        }
        sums[edge.port] += edge.weight * Complex(real, imaginary);
      }
      const Eigen::VectorXcd entered = region.by_port.cast<Complex>() * sums;
      right.insert(right.end(), entered.begin(), entered.end());
    }
    return right;
  }

  [[nodiscard]] Eigen::MatrixXcd complete_past(const Eigen::MatrixXcd& own) const {
    if (system_.network().comm().size() == 1) return own;
    Eigen::MatrixXcd all(degree_, system_.channels());
    for (int k = 0; k < degree_; ++k) {
      const Eigen::VectorXcd row = own.row(k).transpose();
      all.row(k) = system_.complete_channels({row.begin(), row.end()}).transpose();
    }
    return all;
  }

  void add_states(const double* from, std::vector<Complex>& right) const {
    std::size_t at = 0;
    for (const GlobalIndex i : system_.owned()) {
      const Region& region = system_.regions()[z(i)];
      for (Eigen::Index k = 0; k < region.own.rows(); ++k, ++at)
        right[at] -= region.mass[k] * from[at];
    }
  }

  /// The rates of the own states in a complex vector.
  [[nodiscard]] std::vector<Complex> forward(const Eigen::VectorXcd& state,
                                             const Eigen::MatrixXcd& past) const {
    std::vector<Complex> own_sent;
    std::vector<Complex> change = past_ ? past_sums(past) : std::vector<Complex>(z(own_states()));
    std::size_t at = 0, edge_number = 0;
    for (std::size_t i = 0; i < system_.owned().size(); ++i) {
      const Region& region = system_.regions()[z(system_.owned()[i])];
      Eigen::VectorXcd sums = Eigen::VectorXcd::Zero(region.by_port.cols());
      for (const equilibrium::LinearEdge& edge : system_.edges_to(i)) {
        const Region& source = system_.regions()[z(edge.source)];
        const double now = past_ ? weights_[edge_number][0] : 1.0;
        ++edge_number;
        if (now == 0.0) continue;
        const Complex sent = source.sent.row(edge.channel).cast<Complex>() *
                             state.segment(source.first_state, source.own.rows());
        sums[edge.port] += edge.weight * now * sent;
      }
      const Eigen::VectorXcd result =
          region.own.cast<Complex>() * state.segment(region.first_state, region.own.rows()) +
          region.by_port.cast<Complex>() * sums;
      for (const Complex value : result)
        change[at++] += value;
    }
    return change;
  }

  const LinearSystem& system_;
  Complex shift_;
  bool past_;
  std::unique_ptr<Chebyshev> nodes_;
  int degree_ = 0;
  Eigen::MatrixXcd inverse_;  ///< of the derivative at the nodes before now, less the shift
  Eigen::VectorXcd begin_;    ///< what these nodes are for 1 now
  std::vector<Eigen::VectorXd> weights_;  ///< (own edges)
  std::unique_ptr<Resolvent> resolvent_;
};

struct Context {
  const Generator* generator;
  std::exception_ptr error;
};

PetscErrorCode multiply(Mat shell, Vec x, Vec y) {
  Context* context = nullptr;
  PetscErrorCode code = MatShellGetContext(shell, &context);
  if (code != 0) return code;
  try {
    const double* from = nullptr;
    double* to = nullptr;
    require(VecGetArrayRead(x, &from), "VecGetArrayRead");
    require(VecGetArrayWrite(y, &to), "VecGetArrayWrite");
    context->generator->apply(from, to);
    require(VecRestoreArrayRead(x, &from), "VecRestoreArrayRead");
    require(VecRestoreArrayWrite(y, &to), "VecRestoreArrayWrite");
    return 0;
  } catch (...) {
    context->error = std::current_exception();
    return PETSC_ERR_USER;
  }
}

Eigen::VectorXcd own_part(Vec real, Vec imaginary, Eigen::Index size) {
  const double *re = nullptr, *im = nullptr;
  require(VecGetArrayRead(real, &re), "VecGetArrayRead");
  require(VecGetArrayRead(imaginary, &im), "VecGetArrayRead");
  Eigen::VectorXcd part(size);
  for (Eigen::Index k = 0; k < size; ++k)
    part[k] = {re[k], im[k]};
  require(VecRestoreArrayRead(real, &re), "VecRestoreArrayRead");
  require(VecRestoreArrayRead(imaginary, &im), "VecRestoreArrayRead");
  return part;
}

/// The two roots that have an image.
std::array<Complex, 2> sources_of(Complex image, Complex shift) {
  const double height = shift.imag();
  const Complex root = std::sqrt(1.0 - 4.0 * image * image * height * height);
  return {shift.real() + (1.0 + root) / (2.0 * image),
          shift.real() + 2.0 * image * height * height / (1.0 + root)};
}

void collect(EPS solver, const Generator& generator, const LinearSystem& system,
             Neighbourhood& around) {
  PetscInt converged = 0;
  require(EPSGetConverged(solver, &converged), "EPSGetConverged");
  Mat operators = nullptr;
  require(EPSGetOperators(solver, &operators, nullptr), "EPSGetOperators");
  Vector real, imaginary;
  require(MatCreateVecs(operators, real.fresh(), imaginary.fresh()), "MatCreateVecs");
  around.reach = std::numeric_limits<double>::infinity();
  around.resolved = generator.resolved();
  for (PetscInt k = 0; k < converged; ++k) {
    double re = 0.0, im = 0.0;
    require(EPSGetEigenpair(solver, k, &re, &im, real.get(), imaginary.get()), "EPSGetEigenpair");
    const Complex image(re, im);
    around.reach = std::min(around.reach, std::abs(image));
    if (std::abs(image) < 1e-300) continue;
    const Eigen::VectorXcd own = own_part(real.get(), imaginary.get(), generator.size());
    const auto sources = sources_of(image, around.shift);
    const Complex near = generator.quotient(own);
    Complex root =
        std::abs(sources[0] - near) < std::abs(sources[1] - near) ? sources[0] : sources[1];
    Eigen::VectorXcd state =
        system.complete_states({own.data(), own.data() + generator.own_states()});
    if (around.shift.imag() == 0.0) root = around.shift + 1.0 / image;
    if (std::abs(root) <= around.resolved) around.found.push_back({root, state, 0});
  }
  if (converged >= static_cast<PetscInt>(generator.whole_size())) around.reach = 0.0;
}

}  // namespace

double Neighbourhood::image(Complex root) const {
  return std::abs(0.5 * (1.0 / (root - shift) + 1.0 / (root - std::conj(shift))));
}

Neighbourhood roots_near(const LinearSystem& system, Complex shift, int wanted) {
  const Generator generator(system, shift, size_of_roots(system, shift, wanted));
  Context context{&generator, nullptr};
  const auto own = static_cast<PetscInt>(generator.size());
  const auto all = static_cast<PetscInt>(generator.whole_size());
  Matrix shell;
  require(
      MatCreateShell(system.network().comm().handle(), own, own, all, all, &context, shell.fresh()),
      "MatCreateShell");
  require(MatShellSetOperation(shell.get(), MATOP_MULT, reinterpret_cast<void (*)()>(&multiply)),
          "MatShellSetOperation");
  EigenSolver solver;
  require(EPSCreate(system.network().comm().handle(), solver.fresh()), "EPSCreate");
  require(EPSSetOperators(solver.get(), shell.get(), nullptr), "EPSSetOperators");
  require(EPSSetProblemType(solver.get(), EPS_NHEP), "EPSSetProblemType");
  require(EPSSetType(solver.get(), EPSKRYLOVSCHUR), "EPSSetType");
  require(EPSSetWhichEigenpairs(solver.get(), EPS_LARGEST_MAGNITUDE), "EPSSetWhichEigenpairs");
  const PetscInt several = std::min<PetscInt>(all, wanted);
  require(EPSSetDimensions(solver.get(), several, std::min<PetscInt>(all, 2 * several + 20),
                           PETSC_DEFAULT),
          "EPSSetDimensions");
  require(EPSSetTolerances(solver.get(), 1e-8, 300), "EPSSetTolerances");
  const PetscErrorCode code = EPSSolve(solver.get());
  if (context.error) std::rethrow_exception(std::exchange(context.error, nullptr));
  require(code, "EPSSolve");
  Neighbourhood around;
  around.shift = shift;
  collect(solver.get(), generator, system, around);
  return around;
}

}  // namespace arcuate::steady

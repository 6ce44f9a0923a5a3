#include "arcuate/steady/stability.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "arcuate/core/index.hpp"
#include "characteristic.hpp"
#include "dense.hpp"
#include "generator.hpp"

namespace arcuate::steady {
namespace {

constexpr GlobalIndex most_dense = 400;

bool before(const Complex& a, const Complex& b) {
  // What differs in the last bits only is ordered by the imaginary part.
  const double same = 1e-11 * std::max(std::abs(a), std::abs(b));
  if (std::abs(a.real() - b.real()) > same) return a.real() > b.real();
  if (std::abs(std::abs(a.imag()) - std::abs(b.imag())) > same)
    return std::abs(a.imag()) < std::abs(b.imag());
  return a.imag() > b.imag();
}

Spectrum dense_spectrum(const equilibrium::RestingNetwork& network,
                        const equilibrium::LinearNetwork& linear) {
  Spectrum spectrum;
  spectrum.roots = all_eigenvalues(network, linear);
  std::stable_sort(spectrum.roots.begin(), spectrum.roots.end(), before);
  double size = 0.0;
  for (const Complex& root : spectrum.roots)
    size = std::max(size, std::abs(root));
  spectrum.errors.assign(spectrum.roots.size(), 1e-15 * size);
  spectrum.complete_up_to = std::numeric_limits<double>::infinity();
  spectrum.all = true;
  return spectrum;
}

/// Roots in the upper half plane: discs around shifts, until they cover what is asked for.
class Cover {
 public:
  Cover(const LinearSystem& system, int wanted) : system_(system), wanted_(wanted) {
    for (const LinearSystem::Region& region : system.regions()) {
      const Eigen::EigenSolver<Eigen::MatrixXd> solver(reduced(region), false);
      for (const Complex& value : solver.eigenvalues()) {
        largest_ = std::max(largest_, std::abs(value));
        rightmost_ = std::max(rightmost_, value.real());
        alone_.push_back(value);
      }
    }
    if (largest_ == 0.0) largest_ = 1.0;
  }

  void grow() {
    add({shift_line(), 0.0});
    for (const double height : first_heights())
      add({shift_line(), height});
    constexpr int most = 40;
    while (static_cast<int>(around_.size()) < most) {
      const double gap = first_gap();
      if (!std::isfinite(gap)) return;
      complete_ = gap;
      if (!add({shift_line(), gap})) return;
    }
  }

  /// The rightmost, each of the upper half plane once.
  [[nodiscard]] std::vector<Candidate> rightmost() const {
    std::vector<Candidate> all = found_;
    std::stable_sort(all.begin(), all.end(),
                     [](const Candidate& a, const Candidate& b) { return before(a.root, b.root); });
    constexpr int spare = 8;  // some turn out to be the same, or none
    int count = 0;
    std::vector<Candidate> chosen;
    for (const Candidate& one : all) {
      if (count >= wanted_ + spare) break;
      count += one.root.imag() > 0.0 ? 2 : 1;
      chosen.push_back(one);
    }
    return chosen;
  }
  [[nodiscard]] double complete_up_to() const { return complete_; }

 private:
  static Eigen::MatrixXd reduced(const LinearSystem::Region& region) {
    std::vector<Eigen::Index> moving, assigned;
    for (Eigen::Index k = 0; k < region.own.rows(); ++k)
      (region.mass[k] == 0.0 ? assigned : moving).push_back(k);
    if (assigned.empty()) return region.own;
    const Eigen::MatrixXd inner = region.own(assigned, assigned);
    return region.own(moving, moving) -
           region.own(moving, assigned) *
               inner.partialPivLu().solve(Eigen::MatrixXd(region.own(assigned, moving)));
  }

  /// The real part of shifts: right of what is known.
  [[nodiscard]] double shift_line() const {
    double line = rightmost_;
    for (const Candidate& one : found_)
      line = std::max(line, one.root.real());
    return line + 0.05 * largest_;
  }

  /// Frequencies of regions by themselves that differ, not too many.
  [[nodiscard]] std::vector<double> first_heights() const {
    std::vector<double> heights, chosen;
    for (const Complex& value : alone_) {
      if (value.imag() > 0.05 * largest_) heights.push_back(value.imag());
    }
    std::sort(heights.begin(), heights.end());
    for (const double height : heights) {
      if (chosen.empty() || height > chosen.back() + 0.25 * largest_) chosen.push_back(height);
    }
    return chosen;
  }

  /// False: nothing new lies there.
  bool add(Complex shift) {
    for (const Neighbourhood& other : around_) {
      if (std::abs(other.shift - shift) < 1e-6 * largest_) return false;
    }
    around_.push_back(roots_near(system_, shift, wanted_ + 10));
    merge(around_.back());
    around_.back().found.clear();
    return true;
  }

  /// A root that several shifts know is one; equal roots of one shift are as many.
  void merge(const Neighbourhood& around) {
    const std::size_t known = found_.size();
    std::vector<bool> matched(known, false);
    for (const Candidate& one : around.found) {
      Candidate upper = one;
      upper.shift = around_.size();
      const double near = 1e-5 * (largest_ + std::abs(one.root));
      if (one.root.imag() < -near) continue;
      if (std::abs(one.root.imag()) <= 1e-7 * (largest_ + std::abs(one.root)))
        upper.root = one.root.real();
      if (upper.root.imag() < 0.0) continue;
      bool is_known = false;
      for (std::size_t k = 0; k < known && !is_known; ++k) {
        is_known = !matched[k] && std::abs(found_[k].root - upper.root) < near;
        if (is_known) matched[k] = true;
      }
      if (!is_known) found_.push_back(std::move(upper));
    }
  }

  [[nodiscard]] bool covered(Complex root) const {
    return std::any_of(around_.begin(), around_.end(), [&](const Neighbourhood& one) {
      return std::abs(root) <= one.resolved && one.image(root) >= one.reach;
    });
  }

  [[nodiscard]] int count(const std::vector<Candidate>& roots) const {
    int sum = 0;
    for (const Candidate& one : roots)
      sum += one.root.imag() > 0.0 ? 2 : 1;
    return sum;
  }

  /// Of more roots, where there are too few: the lowest imaginary part that no shift has seen.
  [[nodiscard]] double unseen(double left) const {
    const double step = 0.5 * std::numbers::pi / system_.longest_delay();
    double height = 0.0;
    while (covered({left, height}))
      height += step;
    return height;
  }

  /// The lowest imaginary part at which roots right of the last wanted one may be missing;
  /// infinite: nowhere.
  double first_gap() {
    constexpr int rows = 200;
    const std::vector<Candidate> chosen = rightmost();
    if (chosen.empty()) return 0.0;
    const double left = chosen.back().root.real(), right = shift_line();
    const bool endless = system_.longest_delay() > 0.0;
    if (endless && count(chosen) < wanted_) return unseen(left);
    const double bound = largest_root(system_, left);
    const double top = std::min(bound, 10.0 * largest_);
    complete_ = bound <= top ? std::numeric_limits<double>::infinity() : top;
    double gap = std::numeric_limits<double>::infinity();
    for (const double share : {0.0, 0.3, 1.0}) {
      const double real = left + share * (right - left);
      const Quiet quiet(system_, real);
      for (int row = 0; row <= rows; ++row) {
        const double height = top * row / rows;
        if (height >= gap) break;
        if (!covered({real, height}) && !quiet.at(height)) gap = height;
      }
    }
    return gap;
  }

  const LinearSystem& system_;
  int wanted_;
  double largest_ = 0.0, rightmost_ = -std::numeric_limits<double>::infinity();
  std::vector<Complex> alone_;
  std::vector<Neighbourhood> around_;
  std::vector<Candidate> found_;
  double complete_ = 0.0;
};

/// Cuts after `wanted` roots, but no pair in two.
void keep_rightmost(Spectrum& spectrum, int wanted) {
  std::size_t keep = std::min(spectrum.roots.size(), z(wanted));
  if (keep < spectrum.roots.size() && spectrum.roots[keep - 1].imag() > 0.0) ++keep;
  if (keep < spectrum.roots.size()) spectrum.all = false;
  spectrum.roots.resize(keep);
  spectrum.errors.resize(keep);
}

/// A root, and the candidate that led there.
struct Polished {
  Complex root, candidate;
  double error = 0.0;
  std::size_t shift = 0;
};

/// Two candidates of different shifts, or apart, that led to one root are one.
bool same_root(const Polished& a, const Polished& b) {
  const double size = std::abs(a.root);
  const bool one = std::abs(a.root - b.root) <= 1e-9 * size;
  const bool twice = a.shift == b.shift && std::abs(a.candidate - b.candidate) <= 1e-6 * size;
  return one && !twice;
}

Spectrum polished(const LinearSystem& system, std::vector<Candidate> candidates,
                  double complete_up_to) {
  std::vector<Polished> roots;
  for (Candidate& one : candidates) {
    Polished next{one.root, one.root, 0.0, one.shift};
    next.error = polish(system, next.root, one.state);
    // What the discretisation alone has is near no root.
    const double size = std::abs(one.root);
    if (!(next.error <= 1e-8 * size) || std::abs(next.root - one.root) > 1e-3 * size) continue;
    if (one.root.imag() == 0.0) next.root = next.root.real();
    const bool known = std::any_of(roots.begin(), roots.end(),
                                   [&](const Polished& other) { return same_root(next, other); });
    if (!known) roots.push_back(next);
  }
  const std::size_t upper = roots.size();
  for (std::size_t r = 0; r < upper; ++r) {
    if (roots[r].root.imag() == 0.0) continue;
    roots.push_back(roots[r]);
    roots.back().root = std::conj(roots[r].root);
  }
  std::stable_sort(roots.begin(), roots.end(),
                   [](const Polished& a, const Polished& b) { return before(a.root, b.root); });
  Spectrum spectrum;
  for (const Polished& one : roots) {
    spectrum.roots.push_back(one.root);
    spectrum.errors.push_back(one.error);
  }
  spectrum.complete_up_to = complete_up_to;
  return spectrum;
}

}  // namespace

Spectrum rightmost(const equilibrium::RestingNetwork& network,
                   const equilibrium::LinearNetwork& linear, int wanted, Delays delays) {
  Spectrum spectrum;
  if (delays == Delays::none && network.layout().unknowns <= most_dense) {
    spectrum = dense_spectrum(network, linear);
  } else {
    const LinearSystem system(network, linear, delays);
    Cover cover(system, wanted);
    cover.grow();
    spectrum = polished(system, cover.rightmost(), cover.complete_up_to());
  }
  keep_rightmost(spectrum, wanted);
  return spectrum;
}

Stability stability_of(const Spectrum& spectrum) {
  Stability stability;
  if (spectrum.roots.empty()) return stability;
  double size = 0.0;
  for (const Complex& root : spectrum.roots)
    size = std::max(size, std::abs(root));
  const Complex first = spectrum.roots.front();
  const bool turns = first.imag() != 0.0;
  stability.frequency = std::abs(first.imag()) * 1000.0 / (2.0 * std::numbers::pi);
  stability.damping = -first.real() * 1000.0;
  const double margin = 1e-9 * size;
  for (const Complex& root : spectrum.roots) {
    if (root.real() > margin) ++stability.unstable;
  }
  const bool nothing_decays = z(stability.unstable) == spectrum.roots.size() && spectrum.all;
  if (std::abs(first.real()) <= margin) {
    stability.kind = Kind::marginal;
  } else if (first.real() < 0.0) {
    stability.kind = turns ? Kind::stable_focus : Kind::stable_node;
  } else if (nothing_decays) {
    stability.kind = turns ? Kind::unstable_focus : Kind::unstable_node;
  } else {
    stability.kind = turns ? Kind::saddle_focus : Kind::saddle;
  }
  return stability;
}

}  // namespace arcuate::steady

#include "repeats.hpp"

#include <algorithm>

namespace arcuate::optimise {

void Repeats::tell(std::size_t k, double loss) {
  const bool first = points_[k].count == 0.0;
  known_ += first ? 1 : 0;
  points_[k].add(loss);
  const std::size_t before = best_;
  if (known_ == 1 || (k != best_ && no_worse(points_[k], points_[best_]))) best_ = k;
  if (!first && k == before)
    for (std::size_t i = 0; i < points_.size(); ++i)  // the best may have become worse
      if (points_[i].count > 0.0 && points_[i].pessimistic() < points_[best_].pessimistic())
        best_ = i;
  if (keep_) return;
  if (k != best_) points_[k].unit.resize(0);
  const bool over = before != best_ && points_[before].count > 0.0;  // and not still out
  if (over) points_[before].unit.resize(0);
}

std::size_t Repeats::most_promising() const {
  std::size_t found = best_;
  for (std::size_t i = 0; i < points_.size(); ++i)
    if (points_[i].count > 0.0 && points_[i].optimistic() < points_[found].optimistic()) found = i;
  return found;
}

std::size_t Repeats::any_known(Draws& draws) const {
  const auto n = static_cast<Index>(points_.size());
  for (Index k = draws.below(n);; k = (k + 1) % n)
    if (points_[static_cast<std::size_t>(k)].count > 0.0) return static_cast<std::size_t>(k);
}

}  // namespace arcuate::optimise

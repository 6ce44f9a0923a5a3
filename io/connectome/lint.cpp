#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <regex>
#include <set>

#include "arcuate/io/connectome_file.hpp"
#include "parts.hpp"

// Findings about a connectome that can be simulated but may not be what its owner meant.
namespace arcuate::io {
namespace {

using network::Connectome;
using Severity = Finding::Severity;

class Linter {
 public:
  explicit Linter(const Connectome& connectome) : c_(connectome), regions_(c_.n_regions()) {}

  std::vector<Finding> run() {
    if (regions_ < 1) {
      add(Severity::error, "there are no regions");
      return std::move(findings_);
    }
    check_numbers();
    if (!findings_.empty()) return std::move(findings_);
    check_edges();
    check_symmetry();
    check_halves();
    check_unused();
    check_connections();
    check_labels();
    check_units();
    check_geometry();
    check_weights();
    return std::move(findings_);
  }

 private:
  void add(Severity severity, std::string message) {
    findings_.push_back({severity, std::move(message)});
  }

  /// `what` has [one|many] for each word that depends on the number.
  void count(Severity severity, GlobalIndex number, const std::string& what,
             const std::string& example) {
    static const std::regex choice("\\[([^|\\]]*)\\|([^\\]]*)\\]");
    if (number > 0) {
      add(severity,
          fmt::format("{} {} (first: {})", number,
                      std::regex_replace(what, choice, number == 1 ? "$1" : "$2"), example));
    }
  }

  [[nodiscard]] std::string label(GlobalIndex region) const {
    const auto at = static_cast<std::size_t>(region);
    return at < c_.labels.size() ? c_.labels[at] : fmt::format("region {}", region + 1);
  }

  [[nodiscard]] std::string edge(GlobalIndex source, GlobalIndex target) const {
    return label(source) + " -> " + label(target);
  }

  /// Calls use(target, source, edge) for every edge.
  template <typename Use>
  void each_edge(Use use) const {
    for (GlobalIndex i = 0; i < regions_; ++i) {
      const auto target = static_cast<std::size_t>(i);
      for (GlobalIndex e = c_.row[target]; e < c_.row[target + 1]; ++e) {
        use(i, GlobalIndex{c_.source[static_cast<std::size_t>(e)]}, static_cast<std::size_t>(e));
      }
    }
  }

  /// Counts the edges that `bad` selects.
  template <typename Bad>
  void count_edges(Severity severity, const std::string& what, Bad bad) {
    GlobalIndex number = 0;
    std::string first;
    each_edge([&](GlobalIndex i, GlobalIndex j, std::size_t e) {
      if (bad(i, j, e) && number++ == 0) first = edge(j, i);
    });
    count(severity, number, what, first);
  }

  [[nodiscard]] const std::vector<double>& lengths() const {
    return c_.delay.empty() ? c_.length : c_.delay;
  }

  void check_numbers() {
    count_edges(
        Severity::error, "weight[|s] [is|are] not finite",
        [&](GlobalIndex, GlobalIndex, std::size_t e) { return !std::isfinite(c_.weight[e]); });
    if (lengths().size() != c_.source.size()) {
      add(Severity::error,
          fmt::format("{} lengths or delays for {} edges", lengths().size(), c_.n_edges()));
      return;
    }
    count_edges(Severity::error, "length[|s] or delay[|s] [is|are] negative or not finite",
                [&](GlobalIndex, GlobalIndex, std::size_t e) {
                  return !(lengths()[e] >= 0.0F) || !std::isfinite(lengths()[e]);
                });
  }

  void check_edges() {
    count_edges(Severity::note, "edge[|s] from a region to itself",
                [](GlobalIndex i, GlobalIndex j, std::size_t) { return i == j; });
    count_edges(Severity::warning,
                "edge[|s] between different regions [has|have] length or delay 0",
                [&](GlobalIndex i, GlobalIndex j, std::size_t e) {
                  return i != j && lengths()[e] == 0.0F;
                });
    count_edges(Severity::warning, "weight[|s] [is|are] negative",
                [&](GlobalIndex, GlobalIndex, std::size_t e) { return c_.weight[e] < 0.0; });
    count_edges(Severity::warning, "edge[|s] [is|are] stored with weight 0",
                [&](GlobalIndex, GlobalIndex, std::size_t e) { return c_.weight[e] == 0.0; });
  }

  /// The edge from `target` to `source`, or -1.
  [[nodiscard]] GlobalIndex opposite(GlobalIndex target, GlobalIndex source) const {
    const auto row = static_cast<std::size_t>(source);
    const auto first = c_.source.begin() + c_.row[row];
    const auto last = c_.source.begin() + c_.row[row + 1];
    const auto at = std::lower_bound(first, last, static_cast<LocalIndex>(target));
    return at == last || *at != target ? -1 : at - c_.source.begin();
  }

  void check_symmetry() {
    GlobalIndex one_way = 0;
    GlobalIndex unequal = 0;
    each_edge([&](GlobalIndex i, GlobalIndex j, std::size_t e) {
      if (i == j) return;
      const GlobalIndex back = opposite(i, j);
      if (back < 0) {
        ++one_way;
      } else if (c_.weight[static_cast<std::size_t>(back)] != c_.weight[e]) {
        ++unequal;
      }
    });
    if (one_way + unequal == 0) return;
    add(Severity::note,
        fmt::format("directed: {} of {} edges without an edge back, {} another weight back",
                    one_way, c_.n_edges(), unequal));
    hint_orientation();
  }

  /// A symmetric matrix is often stored as its half, which read as it is has no way back.
  void check_halves() {
    GlobalIndex above = 0;
    GlobalIndex below = 0;
    each_edge([&](GlobalIndex i, GlobalIndex j, std::size_t) {
      above += i < j ? 1 : 0;
      below += i > j ? 1 : 0;
    });
    if ((above == 0) == (below == 0) || above + below < 3) return;
    add(Severity::warning,
        fmt::format("all {} edges lie {} the diagonal: the matrix may be one half of a symmetric "
                    "one (in NumPy: w + w.T; the lengths likewise)",
                    above + below, above > 0 ? "above" : "below"));
  }

  /// What was found in the file, but does not enter a simulation.
  void check_unused() {
    if (c_.implied_speed > 0.0) {
      add(Severity::note, fmt::format("the lengths beside the delays are not used (they agree with "
                                      "them at {:.6g} mm/ms)",
                                      c_.implied_speed));
    }
    for (const std::string& warning : c_.warnings)
      add(Severity::warning, warning);
  }

  /// Row sums that are all equal are what a normalisation by target leaves; columns: by source.
  void hint_orientation() {
    std::vector<double> in(static_cast<std::size_t>(regions_), 0.0);
    std::vector<double> out(in);
    each_edge([&](GlobalIndex i, GlobalIndex j, std::size_t e) {
      in[static_cast<std::size_t>(i)] += c_.weight[e];
      out[static_cast<std::size_t>(j)] += c_.weight[e];
    });
    const auto equal = [](const std::vector<double>& sums) {
      const auto [low, high] = std::minmax_element(sums.begin(), sums.end());
      return *low > 0.0 && *high - *low < 1e-6 * *high;
    };
    if (equal(out) && !equal(in)) {
      add(Severity::warning,
          "all columns have the same sum and the rows do not: the matrix may be "
          "transposed (expected row = target, column = source)");
    }
  }

  void check_connections() {
    std::vector<std::size_t> parent(static_cast<std::size_t>(regions_));
    std::iota(parent.begin(), parent.end(), std::size_t{0});
    const auto root = [&](std::size_t region) {
      while (parent[region] != region)
        region = parent[region] = parent[parent[region]];
      return region;
    };
    std::vector<std::uint8_t> linked(parent.size(), 0);
    each_edge([&](GlobalIndex i, GlobalIndex j, std::size_t) {
      if (i == j) return;
      const auto a = static_cast<std::size_t>(i);
      const auto b = static_cast<std::size_t>(j);
      linked[a] = linked[b] = 1;
      parent[std::max(root(a), root(b))] = std::min(root(a), root(b));
    });
    GlobalIndex isolated = 0;
    GlobalIndex components = 0;
    std::string first;
    for (std::size_t i = 0; i < parent.size(); ++i) {
      if (linked[i] != 0 && root(i) == i) ++components;
      if (linked[i] == 0 && isolated++ == 0) first = label(static_cast<GlobalIndex>(i));
    }
    if (regions_ > 1)
      count(Severity::warning, isolated, "region[|s] [has|have] no edge to or from another", first);
    if (components > 1) {
      add(Severity::warning,
          fmt::format("the network falls into {} parts without an edge between them", components));
    }
  }

  void check_labels() {
    std::set<std::string> seen;
    for (const std::string& name : c_.labels) {
      if (!seen.insert(name).second)
        add(Severity::error, fmt::format("label '{}' is there twice", name));
    }
    const std::vector<std::uint8_t> named = matrix::hemispheres_of(c_.labels);
    GlobalIndex against_label = 0;
    GlobalIndex against_centre = 0;
    std::string first_label;
    std::string first_centre;
    for (std::size_t i = 0; i < c_.hemisphere.size(); ++i) {
      const bool right = c_.hemisphere[i] != 0;
      if (!named.empty() && (named[i] != 0) != right && against_label++ == 0)
        first_label = c_.labels[i];
      if (c_.centres.empty() || c_.centres[i][0] == 0.0F) continue;
      if ((c_.centres[i][0] > 0.0F) != right && against_centre++ == 0) first_centre = c_.labels[i];
    }
    count(Severity::warning, against_label, "label[|s] [names|name] the other hemisphere",
          first_label);
    count(Severity::note, against_centre,
          "centre[|s] [lies|lie] in the other hemisphere (x > 0 is right)", first_centre);
  }

  void check_units() {
    const std::string doubt = doubt_of_lengths(c_);
    if (!doubt.empty()) add(Severity::warning, doubt);
    constexpr double smallest = 2.0, largest = 1000.0;  // [mm] as of surfaces
    double extent = 0.0;
    for (std::size_t k = 0; k < 3 && !c_.centres.empty(); ++k) {
      const auto [low, high] =
          std::minmax_element(c_.centres.begin(), c_.centres.end(),
                              [k](const auto& a, const auto& b) { return a[k] < b[k]; });
      extent = std::max(extent, (*high)[k] - (*low)[k]);
    }
    if (extent > 0.0 && (extent < smallest || extent > largest))
      add(Severity::warning,
          fmt::format("the centres lie within {:.3g} mm: are they in mm?", extent));
  }

  void check_geometry() {
    if (c_.centres.empty() || c_.length.empty()) return;
    count_edges(Severity::note,
                "tract length[|s] [is|are] shorter than the distance of the centres",
                [&](GlobalIndex i, GlobalIndex j, std::size_t e) {
                  const auto& a = c_.centres[static_cast<std::size_t>(i)];
                  const auto& b = c_.centres[static_cast<std::size_t>(j)];
                  return c_.length[e] < 0.99F * std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
                });
    std::set<std::array<double, 3>> seen;
    GlobalIndex same = 0;
    std::string first;
    for (std::size_t i = 0; i < c_.centres.size(); ++i) {
      if (!seen.insert(c_.centres[i]).second && same++ == 0) first = c_.labels[i];
    }
    count(Severity::note, same, "region[|s] [has|have] the centre of another", first);
  }

  void check_weights() {
    double largest = 0.0;
    double sum = 0.0;
    for (double weight : c_.weight) {
      largest = std::max(largest, std::abs(weight));
      sum += std::abs(weight);
    }
    if (c_.weight.empty()) {
      add(Severity::warning, "there are no edges");
    } else if (largest > 1e3) {
      add(Severity::note,
          fmt::format("the largest weight is {:.4g}: counts of streamlines usually need "
                      "normalize: region_sum or max",
                      largest));
    }
    const double mean = c_.weight.empty() ? 0.0 : sum / static_cast<double>(c_.weight.size());
    if (mean > 0.0 && largest > 1e3 * mean) {
      add(Severity::warning,
          fmt::format("the largest weight is {:.4g} times the mean", largest / mean));
    }
  }

  const Connectome& c_;
  GlobalIndex regions_;
  std::vector<Finding> findings_;
};

}  // namespace

std::string doubt_of_lengths(const Connectome& connectome) {
  constexpr double smallest = 0.3, largest = 1000.0;  // [mm] of tracts, from mice to men
  std::vector<double> lengths;
  for (const double length : connectome.length) {
    if (length > 0.0) lengths.push_back(length);
  }
  if (lengths.empty()) return "";
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::nth_element(lengths.begin(), middle, lengths.end());
  if (*middle >= smallest && *middle <= largest) return "";
  return fmt::format("the median tract length is {:.3g} mm: are lengths in mm?", *middle);
}

std::vector<Finding> lint(const Connectome& connectome) {
  return Linter(connectome).run();
}

}  // namespace arcuate::io

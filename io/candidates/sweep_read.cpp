#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "arcuate/core/error.hpp"
#include "arcuate/io/fit.hpp"
#include "arcuate/io/sweep.hpp"
#include "bounds.hpp"
#include "context.hpp"
#include "design.hpp"
#include "study/parts.hpp"
#include "study/searches.hpp"
#include "values.hpp"

namespace arcuate::io {
namespace {

constexpr std::int64_t most_candidates = 1'000'000'000;
constexpr double most_numbers = 1e7;     ///< of points that are drawn
constexpr std::size_t most_tries = 200;  ///< of an axis

const std::vector<std::string> reserved{"design",         "each",       "keep",      "repeats",
                                        "random_numbers", "time_limit", "tune_from", "zip"};

std::vector<std::string> all_forms() {
  std::vector<std::string> forms(std::begin(value_forms), std::end(value_forms));
  forms.insert(forms.end(), std::begin(bound_forms), std::end(bound_forms));
  return forms;
}

/// Which of so many values are tried: all, or the first and the last ones.
std::vector<std::size_t> tried_of(std::size_t n) {
  std::vector<std::size_t> tried;
  for (std::size_t k = 0; k < n; ++k) {
    if (n <= most_tries || k < most_tries / 2 || k + most_tries / 2 >= n) tried.push_back(k);
  }
  return tried;
}

}  // namespace

class SweepReader {
 public:
  explicit SweepReader(const Subject& study)
      : context_(context_of(study, "sweep")), node_(*context_.document.root.find("sweep")) {}

  Sweep read() {
    std::vector<std::string> paths;
    for (const std::string& key : node_.keys) {
      if (std::find(reserved.begin(), reserved.end(), key) == reserved.end()) paths.push_back(key);
    }
    yaml::Node normal;
    Section section(context_.document, &node_, "sweep", "sweep", normal, paths);
    sweep_.study_seed_ = context_.study.seed;
    sweep_.each = read_each(context_, section, true);
    read_design(section);
    check_seed(section);
    for (const SweptPath* path : sweep_.paths())
      require_effect(context_, sweep_.each, path->path, path->place);
    check_size(section);
    try_values();
    return std::move(sweep_);
  }

 private:
  void read_design(Section& top) {
    const yaml::Node* const node = top.find("design");
    yaml::Node normal;
    if (node == nullptr || node->is_scalar()) {
      sweep_.design = node == nullptr ? Design::grid : word_of_design(*node);
      Section none(context_.document, nullptr, "sweep.design", "sweep.design", normal);
      return read_points(top, none);
    }
    Section section(context_.document, node, "sweep.design", "sweep.design", normal);
    const bool table = section.has("table");
    if (!table || section.has("kind")) sweep_.design = section.choice_as<Design>("kind");
    if (table && !section.has("kind")) sweep_.design = Design::table;
    if (table && sweep_.design != Design::table) section.fail("table", "only of `kind: table`");
    read_points(top, section);
  }

  [[nodiscard]] Design word_of_design(const yaml::Node& node) const {
    const int chosen =
        to_choice(node, core::words_of<Design>(), context_.place(node, "sweep.design"));
    return core::Names<Design>::table[static_cast<std::size_t>(chosen)].value;
  }

  void read_points(Section& top, Section& section) {
    switch (sweep_.design) {
      case Design::grid:
        refuse(section, {"size", "seed", "trajectories", "levels"});
        return read_grid(top);
      case Design::table:
        refuse(section, {"size", "seed", "trajectories", "levels"});
        return read_table(top, section);
      case Design::morris:
        refuse(section, {"size"});
        return read_morris(top, section);
      default:
        refuse(section, {"trajectories", "levels"});
        return read_drawn(top, section);
    }
  }

  void refuse(const Section& section, std::initializer_list<const char*> keys) const {
    for (const char* key : keys) {
      if (section.has(key))
        section.fail(key,
                     fmt::format("has no meaning for a {} design", core::word_of(sweep_.design)));
    }
  }

  [[nodiscard]] std::vector<PathEntry> entries() const {
    return path_entries(context_, node_, "sweep", reserved, all_forms());
  }

  void read_grid(const Section& top) {
    std::vector<PathEntry> all = entries();
    for (const PathEntry& entry : all)
      sweep_.axes_.push_back({{read_values(context_, entry)}});
    if (const yaml::Node* zip = top.find("zip")) read_zips(*zip, all);
    if (sweep_.axes_.empty())
      top.fail("", "there is nothing to vary (expected: a path of the study with its values)");
    check_distinct(all);
  }

  /// A map of paths that change together, or a list of such maps.
  void read_zips(const yaml::Node& zip, std::vector<PathEntry>& all) {
    const std::vector<yaml::Node> maps = zip.is_list() ? zip.items : std::vector{zip};
    if (maps.empty()) throw ConfigError(context_.place(zip, "sweep.zip") + "the list is empty");
    for (std::size_t k = 0; k < maps.size(); ++k) {
      const std::string name = zip.is_list() ? fmt::format("sweep.zip.{}", k) : "sweep.zip";
      if (!maps[k].is_map())
        throw ConfigError(
            context_.place(maps[k], name) +
            fmt::format("expected a map {{path: values}}, not {}", describe(maps[k])));
      const yaml::Node& map = zip.is_list() ? zip.items[k] : zip;
      sweep_.axes_.push_back(read_zip(map, name, all));
    }
  }

  SweepAxis read_zip(const yaml::Node& map, const std::string& name, std::vector<PathEntry>& all) {
    SweepAxis axis;
    for (PathEntry& entry : path_entries(context_, map, name, {}, all_forms())) {
      axis.paths.push_back(read_values(context_, entry));
      const std::size_t first = axis.paths.front().values.size();
      if (axis.paths.back().values.size() != first)
        entry.fail(fmt::format("{} values beside {} of `{}`: what changes together has as many",
                               axis.paths.back().values.size(), first, axis.paths.front().path));
      all.push_back(std::move(entry));
    }
    if (axis.paths.size() < 2)
      throw ConfigError(context_.place(map, name) + "one path alone changes together with nothing");
    return axis;
  }

  void read_table(const Section& top, Section& section) {
    refuse_paths("a table names what varies");
    const std::string file = section.text("table");
    const std::string path = input_path(context_.study.path, file);
    std::error_code failed;
    if (!std::filesystem::exists(path, failed)) section.fail("table", path + ": no such file");
    sweep_.axes_.push_back({read_candidate_table(context_, path, section.place("table"))});
    static_cast<void>(top);
  }

  void refuse_paths(const std::string& why) const {
    for (const PathEntry& entry : entries())
      entry.fail(fmt::format("`{}` beside a table: {}", entry.path, why));
    refuse_zip();
  }

  void refuse_zip() const {
    if (const yaml::Node* zip = node_.find("zip"))
      throw ConfigError(context_.place(*zip, "sweep.zip") + "only of a grid");
  }

  /// Axes with bounds, and the space of them.
  optimise::Space bounded(const Section& top) {
    refuse_zip();
    const std::vector<PathEntry> all = entries();
    if (all.empty()) top.fail("", "there is nothing to vary (expected: a path with its bounds)");
    check_distinct(all);
    std::vector<optimise::Variable> variables;
    for (const PathEntry& entry : all) {
      if (!entry.node->is_list() && !has_bounds(*entry.node))
        entry.fail(
            fmt::format("a {} design takes bounds: [low, high], {{log: [low, high]}}, "
                        "{{integer: [low, high]}} or {{choices: [...]}}",
                        core::word_of(sweep_.design)));
      if (entry.node->is_map() && entry.node->find("start") != nullptr)
        entry.fail(fmt::format("`start`: a {} design has no start", core::word_of(sweep_.design)));
      variables.push_back(read_bounds(context_, entry, *entry.node, entry.path).variable);
      sweep_.axes_.push_back({{{entry.path, entry.place, entry.info.unit, {}, {}}}});
    }
    return optimise::Space(std::move(variables));
  }

  void check_drawn(const Section& section, const char* key, double points) const {
    const auto dimension = static_cast<double>(sweep_.axes_.size());
    if (points * dimension <= most_numbers) return;
    section.fail(
        key, fmt::format("{:.0f} points of {} values (allowed: up to {:.0f} values in all)", points,
                         sweep_.axes_.size(), most_numbers));
  }

  void read_drawn(const Section& top, Section& section) {
    auto points = std::make_shared<Sweep::Points>(Sweep::Points{bounded(top), {}, {}});
    if (!section.has("size"))
      top.fail("design",
               fmt::format("`size` is missing, but required, as in {{kind: {}, size: 200}}",
                           core::word_of(sweep_.design)));
    const std::int64_t size = section.integer("size");
    check_drawn(section, "size", static_cast<double>(size));
    const std::uint64_t seed = section.seed("seed");
    try {
      points->unit =
          drawn_points(std::string(core::word_of(sweep_.design)), points->space, size, seed);
    } catch (const ConfigError& error) {
      section.fail("kind", error.what());
    }
    sweep_.points_ = std::move(points);
  }

  void read_morris(const Section& top, Section& section) {
    auto points = std::make_shared<Sweep::Points>(Sweep::Points{bounded(top), {}, {}});
    const std::int64_t trajectories = section.integer("trajectories");
    const std::int64_t levels = section.integer("levels");
    if (levels % 2 != 0)
      section.fail("levels", fmt::format("{} (allowed: even numbers, so that all levels are met as "
                                         "often)",
                                         levels));
    const optimise::Index dimension = points->space.dimension();
    check_drawn(section, "trajectories",
                static_cast<double>(trajectories) * static_cast<double>(dimension + 1));
    points->unit = morris_points(dimension, trajectories, static_cast<int>(levels),
                                 section.seed("seed"), points->steps);
    sweep_.points_ = std::move(points);
  }

  void check_seed(const Section& section) const {
    if (!sweep_.seeded()) return;
    for (const SweptPath* path : sweep_.paths()) {
      if (path->path != "seed") continue;
      const char* key = section.has("repeats") ? "repeats" : "random_numbers";
      section.fail(key, "changes the seed, which is varied already (`seed`)");
    }
  }

  void check_size(const Section& section) const {
    double size = sweep_.each.repeats;
    for (const SweepAxis& axis : sweep_.axes_)
      size *= sweep_.points_ ? 1.0 : static_cast<double>(axis.size());
    if (sweep_.points_) size *= static_cast<double>(sweep_.points_->unit.rows());
    if (size <= static_cast<double>(most_candidates)) return;
    section.fail("", fmt::format("{:.6g} candidates (allowed: up to {})", size, most_candidates));
  }

  void try_values() const {
    if (sweep_.points_) return try_bounds();
    for (std::size_t a = 0; a < sweep_.axes_.size(); ++a) {
      const auto n = static_cast<std::size_t>(sweep_.axes_[a].size());
      for (const std::size_t k : tried_of(n))
        try_one(a, k);
    }
  }

  /// A value of an axis with the first values of all others, which is a candidate.
  void try_one(std::size_t axis, std::size_t value) const {
    std::vector<Tried> changes;
    const auto add = [&](const SweepAxis& one, std::size_t k) {
      for (const SweptPath& path : one.paths)
        changes.push_back({{path.path, path.values[k]}, path.place_of(k)});
    };
    for (std::size_t b = 0; b < sweep_.axes_.size(); ++b) {
      if (b != axis) add(sweep_.axes_[b], 0);
    }
    add(sweep_.axes_[axis], value);
    static_cast<void>(try_changes(context_, changes));
  }

  /// Each bound and choice with the values of the first candidate.
  void try_bounds() const {
    const optimise::Space& space = sweep_.points_->space;
    const optimise::Vector first = space.decode(sweep_.points_->unit.row(0).transpose());
    for (optimise::Index i = 0; i < space.dimension(); ++i) {
      const optimise::Variable& variable = space.variables()[static_cast<std::size_t>(i)];
      const std::size_t n = variable.choices.empty() ? 2 : variable.choices.size();
      for (const std::size_t k : tried_of(n)) {
        optimise::Vector values = first;
        values[i] = !variable.choices.empty() ? static_cast<double>(k)
                    : k == 0                  ? variable.low
                                              : variable.high;
        try_point(values, i);
      }
    }
  }

  void try_point(const optimise::Vector& values, optimise::Index tried) const {
    std::vector<Tried> changes;
    const auto paths = sweep_.paths();
    for (std::size_t k = 0; k < paths.size(); ++k) {
      const optimise::Variable& variable = sweep_.points_->space.variables()[k];
      const SearchedValue searched{variable, variable.choices};
      const std::string text = searched.text(values[static_cast<optimise::Index>(k)]);
      changes.push_back({{paths[k]->path, text}, paths[k]->place});
    }
    std::rotate(changes.begin() + tried, changes.begin() + tried + 1, changes.end());
    static_cast<void>(try_changes(context_, changes));
  }

  Context context_;
  const yaml::Node& node_;
  Sweep sweep_;
};

namespace {

/// What a sweep varies and a condition sets would be what the condition sets.
void refuse_contradiction(const Sweep& sweep, const FitCondition& condition) {
  for (const Change& change : condition.set) {
    for (const SweptPath* path : sweep.paths()) {
      if (meet(path->path, change.path))
        throw ConfigError(
            fmt::format("{}condition '{}' of the fit sets `{}`, which a sweep that "
                        "simulates all conditions cannot vary",
                        path->place, condition.name, change.path));
    }
  }
}

/// Those of the fit, where it has several and a sweep does what it does.
void add_conditions(const Subject& study, Sweep& sweep) {
  if (!has_fit(study)) return;
  const Fit fit = fit_of(study);
  const bool one = fit.conditions.size() == 1 && fit.conditions.front().set.empty();
  if (one || !covers(sweep.each, fit.each)) return;
  for (const FitCondition& condition : fit.conditions) {
    refuse_contradiction(sweep, condition);
    sweep.conditions.push_back(
        {condition.name, condition.role == Role::train ? condition.weight : 0.0, condition.set});
  }
}

}  // namespace

bool has_sweep(const Subject& study) {
  return study.searches && study.searches->document.root.find("sweep") != nullptr;
}

Sweep sweep_of(const Subject& study) {
  Sweep sweep = SweepReader(study).read();
  add_conditions(study, sweep);
  return sweep;
}

}  // namespace arcuate::io

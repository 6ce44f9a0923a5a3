#include "perturbations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/core/random.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/spiking/names.hpp"
#include "study/parts.hpp"
#include "study/value_file.hpp"
#include "values.hpp"

namespace arcuate::io {
namespace {

constexpr const char* target_schema = "spiking.perturbation.<target>";
constexpr std::uint32_t vector_stream = 0x5b300000U;  // + target

/// What a number of the study is multiplied by: time constants are in ms there.
double unit_of(spiking::Target target) {
  const bool time = target == spiking::Target::tau_membrane ||
                    target == spiking::Target::tau_synaptic ||
                    target == spiking::Target::tau_refractory;
  return time ? 1e-3 : 1.0;
}

class Reader {
 public:
  Reader(const yaml::Document& document, const yaml::Node& node, const std::string& word,
         spiking::Target target, yaml::Node& normal, SpikingStudy& study)
      : document_(document),
        study_(study),
        section_(document, &node, "spiking.perturbation." + word, target_schema, normal),
        target_(target),
        config_(study.config),
        names_(spiking::population_names(study.config.clusters)) {}

  spiking::Perturbation read() {
    spiking::Perturbation result;
    result.target = target_;
    if (section_.has("matrix") || section_.has("circulant")) {
      refuse_vectors();
      result.matrix = section_.has("matrix") ? given_matrix() : ring();
      return result;
    }
    result.basis.coefficients = Lists{document_, section_, target_schema}.numbers("coefficients");
    result.basis.drawn = !section_.has("vectors");
    result.basis.vectors = result.basis.drawn ? drawn_vectors() : given_vectors();
    const std::size_t n = result.basis.vectors.size();
    if (result.basis.coefficients.size() != n)
      section_.fail("coefficients",
                    fmt::format("{} numbers for {} vectors", result.basis.coefficients.size(), n));
    result.values.assign(populations(), 0.0);
    for (std::size_t v = 0; v < n; ++v) {
      for (std::size_t i = 0; i < result.values.size(); ++i)
        result.values[i] +=
            result.basis.coefficients[v] * result.basis.vectors[v][i] * unit_of(target_);
    }
    read_window(result);
    return result;
  }

 private:
  [[nodiscard]] std::size_t populations() const {
    return static_cast<std::size_t>(config_.n_populations());
  }

  void refuse_vectors() const {
    const bool matrix = section_.has("matrix");
    const char* own = matrix ? "matrix" : "circulant";
    for (const char* key : {"vectors", "populations", "coefficients", "begin", "end", "seed",
                            "n_vectors", "structured", "balance", "mean", "sigma", "circulant"}) {
      if (std::string_view(key) != own && section_.has(key))
        section_.fail(key, fmt::format("does not go with `{}`", own));
    }
    const bool fits =
        target_ == spiking::Target::j || (matrix && target_ == spiking::Target::j_baseline);
    if (!fits) section_.fail(own, matrix ? "is of j and j_baseline" : "is of j");
  }

  /// (P, P), from the study or a file. What is normalised has the numbers.
  std::vector<double> given_matrix() {
    const yaml::Node& node = *section_.find("matrix");
    std::vector<double> numbers;
    if (node.is_map()) {
      const yaml::Node* file = node.find("file");
      if (file == nullptr || node.keys.size() != 1 || !file->is_scalar())
        section_.fail("matrix", "expected lists of numbers or {file: PATH}");
      const std::string path = input_path(study_.path, file->text);
      const ValueTable table = read_value_table(path);
      study_.inputs.push_back(path);
      if (table.rows != populations() || table.columns != populations())
        section_.fail("matrix", fmt::format("{} has {}, but there are {} populations", path,
                                            table.shape(), populations()));
      numbers = table.values;
    } else {
      numbers = listed_matrix(*section_.list_of("matrix"));
    }
    std::vector<yaml::Node> rows(populations(), yaml::list({}));
    for (std::size_t k = 0; k < numbers.size(); ++k)
      rows[k / populations()].items.push_back(yaml::number(numbers[k]));
    section_.normal().set("matrix", yaml::list(std::move(rows)));
    return numbers;
  }

  [[nodiscard]] std::vector<double> listed_matrix(const yaml::Node& list) const {
    std::vector<double> numbers;
    const auto require = [&](const yaml::Node& node, const char* what) {
      if (node.is_list() && node.items.size() == populations()) return;
      throw ConfigError(
          yaml::place(document_, node, section_.path("matrix")) +
          fmt::format("expected {} {} for {} populations", populations(), what, populations()));
    };
    require(list, "lists");
    for (const yaml::Node& row : list.items) {
      require(row, "numbers");
      for (const yaml::Node& entry : row.items)
        numbers.push_back(
            to_number(entry, "", yaml::place(document_, entry, section_.path("matrix"))));
    }
    return numbers;
  }

  std::vector<double> ring() {
    Section ring(document_, section_.map_of("circulant"), section_.path("circulant"),
                 std::string(target_schema) + ".circulant", section_.normal().set("circulant", {}));
    const double alpha = ring.number("alpha"), beta = ring.number("beta");
    int clusters = config_.clusters;
    if (ring.has("clusters")) clusters = static_cast<int>(ring.integer("clusters"));
    if (clusters > config_.clusters)
      ring.fail("clusters",
                fmt::format("{} are more than the {} that there are", clusters, config_.clusters));
    const auto shift = static_cast<int>(ring.integer("shift"));
    if (shift % clusters == 0)
      ring.fail("shift", fmt::format("{} is a multiple of the {} clusters: the ring would be of "
                                     "each cluster alone",
                                     shift, clusters));
    return spiking::circulant(config_, alpha, beta, clusters, shift);
  }

  void read_window(spiking::Perturbation& result) {
    if (target_ != spiking::Target::rate) {
      for (const char* key : {"begin", "end"}) {
        if (section_.has(key))
          section_.fail(key,
                        "a window of time is for `rate` alone: other quantities are set "
                        "before the run");
      }
      return;
    }
    result.begin = section_.number("begin") / 1000.0;
    if (section_.has("end")) result.end = section_.number("end") / 1000.0;
    if (result.end <= result.begin)
      section_.fail("end", fmt::format("{:.6g} ms is not after `begin`, {:.6g} ms",
                                       result.end * 1e3, result.begin * 1e3));
  }

  /// Where the entries of vector number v of n are.
  [[nodiscard]] std::vector<GlobalIndex> places_of(std::size_t v, std::size_t n) const {
    const yaml::Node* node = section_.find("populations");
    if (node == nullptr) {
      std::vector<GlobalIndex> all(populations());
      for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = static_cast<GlobalIndex>(i);
      return all;
    }
    const bool lists = node->is_list() && !node->items.empty() && node->items.front().is_list();
    if (lists && node->items.size() != n)
      section_.fail("populations", fmt::format("{} lists for {} vectors", node->items.size(), n));
    section_.normal().set("populations", *node);
    return indices_in(lists ? node->items[v] : *node, names_, config_.n_populations(),
                      section_.place("populations"));
  }

  std::vector<std::vector<double>> given_vectors() {
    const yaml::Node& list = *section_.list_of("vectors");
    if (list.items.empty()) section_.fail("vectors", "the list is empty");
    section_.normal().set("vectors", list);
    std::vector<std::vector<double>> vectors;
    for (std::size_t v = 0; v < list.items.size(); ++v) {
      const yaml::Node& item = list.items[v];
      const std::string begin = yaml::place(document_, item, section_.path("vectors"));
      if (!item.is_list())
        throw ConfigError(begin + "expected a list of lists of numbers, not " + describe(item));
      std::vector<double> entries;
      for (const yaml::Node& entry : item.items)
        entries.push_back(to_number(entry, "", begin));
      vectors.push_back(spread_out(entries, places_of(v, list.items.size()), begin));
    }
    return vectors;
  }

  [[nodiscard]] std::vector<double> spread_out(std::vector<double> entries,
                                               const std::vector<GlobalIndex>& places,
                                               const std::string& begin) const {
    if (entries.size() == 1) entries.assign(places.size(), entries[0]);
    if (entries.size() != places.size())
      throw ConfigError(begin + fmt::format("{} numbers for {} populations (allowed: one for each "
                                            "of `populations`, or one)",
                                            entries.size(), places.size()));
    std::vector<double> vector(populations(), 0.0);
    for (std::size_t k = 0; k < places.size(); ++k)
      vector[static_cast<std::size_t>(places[k])] = entries[k];
    return vector;
  }

  std::vector<std::vector<double>> drawn_vectors() {
    const random::Stream stream{section_.seed("seed"),
                                vector_stream + static_cast<std::uint32_t>(target_)};
    const auto count = static_cast<std::size_t>(section_.integer("n_vectors"));
    const bool structured = section_.flag("structured");
    const double balance = section_.number("balance");
    const double mean = section_.number("mean"), sigma = section_.number("sigma");
    std::vector<std::vector<double>> vectors;
    for (std::size_t v = 0; v < count; ++v) {
      std::vector<double> vector(populations(), 0.0);
      for (const GlobalIndex place : places_of(v, count)) {
        const auto row = static_cast<std::uint32_t>(v);
        vector[static_cast<std::size_t>(place)] =
            structured ? (random::uniform01(stream, row, place) < balance ? 1.0 : -1.0)
                       : mean + sigma * static_cast<double>(random::normal(stream, row, place));
      }
      vectors.push_back(std::move(vector));
    }
    return vectors;
  }

  const yaml::Document& document_;
  SpikingStudy& study_;
  Section section_;
  spiking::Target target_;
  const spiking::Config& config_;  ///< of the study
  std::vector<std::string> names_;
};

}  // namespace

void read_perturbations(const yaml::Document& document, const Section& spiking, yaml::Node& normal,
                        SpikingStudy& study) {
  spiking::Config& config = study.config;
  const yaml::Node* map = spiking.map_of("perturbation");
  if (map == nullptr) return;
  const std::vector<std::string> words = core::words_of<spiking::Target>();
  for (std::size_t k = 0; k < map->keys.size(); ++k) {
    const std::string& word = map->keys[k];
    const yaml::Node& node = map->items[k];
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end())
      throw ConfigError(yaml::place(document, map->key_lines[k] > 0 ? map->key_lines[k] : node.line,
                                    node.override_, "spiking.perturbation." + word) +
                        "unknown target" + hint(word, words));
    const auto target = static_cast<spiking::Target>(found - words.begin());
    if (node.is_scalar() && target >= spiking::Target::arousal_level) {
      const std::string begin = yaml::place(document, node, "spiking.perturbation." + word);
      spiking::Perturbation one;
      one.target = target;
      one.values = {to_number(node, target == spiking::Target::arousal_M ? "Hz" : "", begin)};
      config.perturbations.push_back(std::move(one));
      normal.set(word, node);
      continue;
    }
    config.perturbations.push_back(
        Reader(document, node, word, target, normal.set(word, {}), study).read());
  }
}

}  // namespace arcuate::io

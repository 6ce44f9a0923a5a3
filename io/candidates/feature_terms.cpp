#include "feature_terms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "arcuate/core/error.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/spike_features.hpp"
#include "spikes/values.hpp"
#include "terms.hpp"

namespace arcuate::io {
namespace {

/// An array of a feature that candidates have, and along what it is.
struct Known {
  std::string feature, array, unit;
  std::string axis;  ///< "" of one number
  std::size_t size = 1;
  [[nodiscard]] std::string name() const { return feature + "." + array; }
};

/// Of every size that is the same in all candidates. They are those of a candidate in which nothing
/// happened.
std::vector<Known> known_features(const SpikingStudy& study, const EachCandidate& each) {
  const spiking::Populations populations = spiking::populations_of(study.config);
  std::vector<NamedFeature> all;
  const auto add = [&](std::vector<NamedFeature> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  };
  if (each.simulate) {
    SpikeResults none;
    none.populations.resize(populations.names.size());
    none.sequence_probability.resize(study.analysis.sequences.size());
    add(features_of(none, populations, study.analysis));
  }
  constexpr std::size_t of_a_path = 2;
  MeanFieldResults rest;
  if (study.mean_field.focus.size() == of_a_path) rest.paths.emplace_back();
  if (each.steady) add(features_of(rest, populations.names));
  std::vector<Known> known;
  for (const NamedFeature& feature : all) {
    for (const analysis::Array& array : feature.result.arrays) {
      if (array.axes.size() > 1 || array.values.empty()) continue;
      known.push_back({feature.name, array.name, array.unit,
                       array.axes.empty() ? "" : array.axes.front(), array.values.size()});
    }
  }
  return known;
}

Known known_called(const std::vector<Known>& all, const std::string& name,
                   const std::string& place) {
  std::vector<std::string> names;
  for (const Known& one : all) {
    if (one.name() == name) return one;
    names.push_back(one.name());
  }
  throw ConfigError(place + fmt::format("candidates have no feature '{}'", name) +
                    hint(name, names));
}

constexpr std::array loss_names{"squared", "absolute", "relative"};

/// Reads one member of the list.
class FeatureTermReader {
 public:
  FeatureTermReader(const Context& context, const EachCandidate& each, const yaml::Node& node,
                    std::string path)
      : context_(context),
        each_(each),
        path_(std::move(path)),
        section_(context.document, &node, path_, "fit.minimise[]", normal_) {
    term_.place = context.place(node, path_);
    term_.compares = "features";
  }

  FitTerm read() {
    for (const char* key : {"variable", "from", "preset", "window", "step", "pairs", "plugin"}) {
      if (section_.has(key))
        section_.fail(key, "is of losses of networks of regions, not of spiking neurons");
    }
    const std::vector<std::string> names(loss_names.begin(), loss_names.end());
    term_.loss = section_.text("loss");
    if (std::find(names.begin(), names.end(), term_.loss) == names.end())
      section_.fail("loss", fmt::format("there is no loss '{}' of features", term_.loss) +
                                hint(term_.loss, names));
    term_.weight = section_.number("weight");
    if (term_.weight != 1.0) term_.loss += fmt::format("*{}", term_.weight);
    read_source();
    if (const yaml::Node* target = section_.find("target"))
      set_feature_target(context_, each_, *target, section_.place("target"), term_);
    return std::move(term_);
  }

 private:
  void read_source() {
    if (!section_.has("source"))
      section_.fail("source", "missing, but required: a feature, such as spikes.rate");
    const SpikingStudy& study = *context_.study.neurons();
    const Known known = known_called(known_features(study, each_), section_.text("source"),
                                     section_.place("source"));
    term_.values = FeatureTarget{known.feature, known.array, {}, {}};
    std::vector<std::size_t>& entries = term_.values->entries;
    const yaml::Node* populations = section_.find("populations");
    if (populations == nullptr) {
      entries.resize(known.size);
      std::iota(entries.begin(), entries.end(), 0);
      return;
    }
    if (known.axis != "population")
      section_.fail("populations", fmt::format("`{}` is not by population", known.name()));
    const spiking::Populations all = spiking::populations_of(study.config);
    for (const GlobalIndex one :
         indices_in(*populations, all.names, all.n(), section_.place("populations")))
      entries.push_back(static_cast<std::size_t>(one));
  }

  const Context& context_;
  const EachCandidate& each_;
  std::string path_;
  yaml::Node normal_;
  Section section_;
  FitTerm term_;
};

}  // namespace

std::vector<FitTerm> read_feature_terms(const Context& context, const yaml::Node& list,
                                        const EachCandidate& each) {
  return members_of_minimise(context, list, [&](const yaml::Node& node, const std::string& path) {
    return FeatureTermReader(context, each, node, path).read();
  });
}

void set_feature_target(const Context& context, const EachCandidate& each, const yaml::Node& node,
                        const std::string& place, FitTerm& term) {
  FeatureTarget& values = *term.values;
  const Known known = known_called(known_features(*context.study.neurons(), each),
                                   values.feature + "." + values.array, place);
  std::vector<yaml::Node> items = node.is_list() ? node.items : std::vector{node};
  const std::size_t n = values.entries.size();
  if (!node.is_list()) items.resize(n, node);
  if (items.size() != n)
    throw ConfigError(place + fmt::format("{} values for {} of `{}` (allowed: one for each, or a "
                                          "number for all)",
                                          items.size(), n, known.name()));
  values.wanted.clear();
  for (const yaml::Node& item : items) {
    values.wanted.push_back(to_number(item, known.unit == "Hz2" ? "" : known.unit, place));
    if (!std::isfinite(values.wanted.back()))
      throw ConfigError(place + fmt::format("{} is not finite", item.text));
    if (term.loss.starts_with("relative") && values.wanted.back() == 0.0)
      throw ConfigError(place +
                        "0: a relative difference from 0 is not defined (allowed: squared, "
                        "absolute)");
  }
}

}  // namespace arcuate::io

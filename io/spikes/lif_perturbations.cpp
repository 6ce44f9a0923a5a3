#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "arcuate/core/suggest.hpp"
#include "arcuate/spiking/names.hpp"
#include "lif_configuration.hpp"
#include "study/schema.hpp"

namespace arcuate::io {
namespace {

constexpr std::array keys_of_target{
    "vectors",         "involved_clusters", "params",  "seed",  "n_vectors",
    "time_dependence", "structured",        "balance", "sigma", "mean"};

/// Targets that the original takes from the configuration of a spiking network.
constexpr std::array heard{"rate",      "j_baseline",  "j_potentiated", "j",        "arousal_level",
                           "arousal_L", "arousal_x_0", "arousal_k",     "arousal_M"};

/// 0, 1, 2, 3, 7 as [0-3, 7].
yaml::Node ranges_of(const std::vector<double>& indices) {
  std::vector<yaml::Node> items;
  for (std::size_t k = 0; k < indices.size();) {
    std::size_t end = k + 1;
    while (end < indices.size() && indices[end] == indices[end - 1] + 1.0)
      ++end;
    if (end - k < 3) {
      items.push_back(yaml::number(indices[k]));
      ++k;
      continue;
    }
    items.push_back(yaml::scalar(fmt::format("{}-{}", indices[k], indices[end - 1])));
    k = end;
  }
  return yaml::list(std::move(items));
}

bool is_list_of_lists(const yaml::Node& node) {
  return node.is_list() && !node.items.empty() && node.items.front().is_list();
}

void note_unknown_keys(LifConfiguration& configuration, const yaml::Node& map,
                       const std::string& path, const std::vector<std::string>& keys) {
  for (const std::string& key : map.keys) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      configuration.note(path + "." + key,
                         "is no key of the original and is left out" + hint(key, keys));
  }
}

/// One target, whose keys are below `path`.
class TargetOfLif {
 public:
  TargetOfLif(LifConfiguration& configuration, LifStudy& study, std::string path,
              const std::string& target)
      : configuration_(configuration),
        study_(study),
        path_(std::move(path)),
        key_("perturbation." + target),
        target_(target) {}

  /// Nothing when it never acts.
  [[nodiscard]] bool convert(yaml::Node& all) {
    if (!note_time()) return false;
    for (const char* key : {"n_vectors", "structured", "balance", "sigma", "mean", "seed"}) {
      const yaml::Node* node = configuration_.find(own(key));
      if (node == nullptr) continue;
      yaml::Node value = *node;
      if (std::string_view(key) == "structured")
        value = yaml::scalar(configuration_.flag(own(key), true) ? "true" : "false");
      set(key, std::move(value), key);
    }
    set_lists("involved_clusters", "populations", ranges_of);
    if (configuration_.find(own("vectors")) == nullptr)
      configuration_.note(path_, "vectors are drawn, here by other random numbers");
    else
      set_vectors();
    set_coefficients();
    all.set(target_, std::move(node_));
    return true;
  }

 private:
  [[nodiscard]] std::string own(const std::string& key) const { return path_ + "." + key; }
  void set(const std::string& key, yaml::Node value, const std::string& original) {
    node_.set(key, std::move(value));
    study_.from["spiking." + key_ + "." + key] = own(original);
  }

  /// A list of numbers, or of lists of numbers.
  template <class Make>
  void set_lists(const std::string& original, const std::string& key, const Make& make) {
    const yaml::Node* node = configuration_.find(own(original));
    if (node == nullptr) return;
    if (!is_list_of_lists(*node))
      return set(key, make(configuration_.numbers_of(*node, own(original))), original);
    std::vector<yaml::Node> lists;
    for (const yaml::Node& item : node->items)
      lists.push_back(make(configuration_.numbers_of(item, own(original))));
    set(key, lists.size() == 1 ? lists.front() : yaml::list(lists), original);
  }

  void set_vectors() {
    const yaml::Node& node = configuration_.need(own("vectors"));
    std::vector<yaml::Node> vectors;
    const auto add = [&](const yaml::Node& vector) {
      std::vector<yaml::Node> entries;
      for (const double entry : configuration_.numbers_of(vector, own("vectors")))
        entries.push_back(yaml::number(entry));
      vectors.push_back(yaml::list(std::move(entries)));
    };
    if (is_list_of_lists(node))
      std::for_each(node.items.begin(), node.items.end(), add);
    else
      add(node);
    set("vectors", yaml::list(std::move(vectors)), "vectors");
  }

  void set_coefficients() {
    const bool time = target_.starts_with("tau_");
    std::vector<yaml::Node> items;
    for (const double value : configuration_.numbers(own("params")))
      items.push_back(time ? yaml::scalar(fmt::format("{:.12g}", 1000.0 * value))
                           : yaml::number(value));
    set("coefficients", yaml::list(std::move(items)), "params");
  }

  /// Whether it acts at all.
  [[nodiscard]] bool note_time() {
    const std::string window = own("time_dependence");
    const yaml::Node* map = configuration_.find(window);
    if (map == nullptr) return true;
    if (!map->is_map()) configuration_.fail(window, "expected a map, not " + describe(*map));
    note_unknown_keys(configuration_, *map, window, {"shape", "onset_time", "offset_time"});
    const auto time = [&](const char* key) {
      const std::string path = window + "." + key;
      return configuration_.find(path) == nullptr ? std::nan("") : configuration_.number(path);
    };
    const double onset = time("onset_time"), offset = time("offset_time");
    if (target_ == "rate") {
      const auto seconds = [](double t) { return yaml::scalar(fmt::format("{:.12g} s", t)); };
      if (onset > 0.0) set("begin", seconds(onset), "time_dependence.onset_time");
      if (std::isfinite(offset)) set("end", seconds(offset), "time_dependence.offset_time");
      return true;
    }
    if (onset > 0.0) {
      configuration_.note(window, fmt::format("{} has a window of time, of which the original "
                                              "takes the first step alone: it never acts there, "
                                              "and is left out",
                                              target_));
      return false;
    }
    if (std::isfinite(offset))
      configuration_.note(window,
                          target_ +
                              " has a window of time, of which the original takes the first "
                              "step alone: it acts for the whole run, as it does there");
    return true;
  }

  LifConfiguration& configuration_;
  LifStudy& study_;
  std::string path_, key_, target_;
  yaml::Node node_ = yaml::map();
};

void convert_target(LifConfiguration& configuration, LifStudy& study, const yaml::Node& node,
                    const std::string& path, const std::string& target, yaml::Node& all) {
  study.from["spiking.perturbation." + target] = path;
  if (node.is_scalar() && target.starts_with("arousal_")) {
    all.set(target, node);
    return;
  }
  if (!node.is_map()) configuration.fail(path, "expected a map, not " + describe(node));
  note_unknown_keys(configuration, node, path, {keys_of_target.begin(), keys_of_target.end()});
  const bool acts = TargetOfLif(configuration, study, path, target).convert(all);
  const bool known = std::find(heard.begin(), heard.end(), target) != heard.end();
  if (acts && !known && configuration.find("init_params.delta_t") != nullptr)
    configuration.note(path, "the original ignores " + target +
                                 " in configurations of spiking networks; here it acts");
}

}  // namespace

void convert_perturbations(LifConfiguration& configuration, LifStudy& study) {
  const yaml::Node* map = configuration.find("perturbation");
  if (map == nullptr) return;
  if (!map->is_map()) configuration.fail("perturbation", "expected a map, not " + describe(*map));
  yaml::Node all = yaml::map();
  study.from["spiking.perturbation"] = "perturbation";
  const std::vector<std::string> targets = core::words_of<spiking::Target>();
  if (map->find("params") != nullptr) {
    configuration.note("perturbation", "is of an older form, of rates");
    convert_target(configuration, study, *map, "perturbation", "rate", all);
  } else {
    for (std::size_t k = 0; k < map->keys.size(); ++k) {
      const std::string& target = map->keys[k];
      const std::string path = "perturbation." + target;
      if (map->items[k].kind == yaml::Node::Kind::null) continue;
      if (std::find(targets.begin(), targets.end(), target) == targets.end())
        configuration.fail(path, "unknown target" + hint(target, targets));
      convert_target(configuration, study, map->items[k], path, target, all);
    }
  }
  if (!all.keys.empty()) study.spiking.set("perturbation", std::move(all));
}

}  // namespace arcuate::io

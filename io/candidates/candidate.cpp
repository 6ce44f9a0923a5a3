#include "arcuate/io/candidate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "arcuate/core/error.hpp"
#include "arcuate/core/random.hpp"
#include "arcuate/core/suggest.hpp"
#include "arcuate/io/features.hpp"
#include "context.hpp"
#include "study/parts.hpp"
#include "study/searches.hpp"

namespace arcuate::io {
namespace {

/// What seeds are for.
enum class Purpose : std::uint32_t { repeat = 0x52455045, candidate = 0x43414E44 };

/// A seed of 64 bits; one number is as good as another (Philox 4x32-10).
std::uint64_t drawn(std::uint64_t seed, Purpose purpose, std::uint64_t candidate, int repeat) {
  const auto words = random::philox(
      {static_cast<std::uint32_t>(candidate), static_cast<std::uint32_t>(candidate >> 32U),
       static_cast<std::uint32_t>(repeat), static_cast<std::uint32_t>(purpose)},
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)});
  return (static_cast<std::uint64_t>(words[1]) << 32U) | words[0];
}

/// What is wrong with one of the changes, at its place rather than at that of `--set`.
std::string message_of(const ConfigError& error, const std::vector<Tried>& changes) {
  const std::string message = error.what();
  for (const Tried& one : changes) {
    const std::string begin = yaml::set_words(override_of(one.change)) + ": ";
    if (message.starts_with(begin)) return one.place + message.substr(begin.size());
  }
  const Tried& last = changes.back();
  return fmt::format("{}with {}: {}", last.place, override_of(last.change), message);
}

/// Files that changes name and the study does not.
void require_files(const Subject& changed, const std::vector<std::string>& known_files) {
  for (const std::string& file : changed.inputs) {
    const bool known = std::find(known_files.begin(), known_files.end(), file) != known_files.end();
    std::error_code failed;
    if (!known && !std::filesystem::exists(file, failed))
      throw DataError(fmt::format("{}: no such file", file));
  }
}

/// What is done in turn: up to two words, of which the first stands before the second.
std::vector<bool> read_steps(Section& section, const std::vector<std::string>& words,
                             const std::string& allowed) {
  const std::vector<int> steps = section.names("each", words);
  if (steps.size() > 2 || (steps.size() == 2 && !(steps[0] < steps[1])))
    section.fail("each", fmt::format("what is done, in this order (allowed: {})", allowed));
  std::vector<bool> done(words.size(), false);
  for (const int step : steps)
    done[static_cast<std::size_t>(step)] = true;
  if (steps.empty()) done.back() = true;
  return done;
}

void read_steps_of_regions(const Study& study, Section& section, EachCandidate& each) {
  const std::string allowed = "[simulate], [tune_inhibition, simulate]";
  const std::vector<bool> done = read_steps(section, {"tune_inhibition", "simulate"}, allowed);
  if (!done[1])
    section.fail("each", fmt::format("what is done, in this order (allowed: {})", allowed));
  each.tune_inhibition = done[0];
  if (each.tune_inhibition && !study.inhibition) section.fail("each", no_inhibitory_weight(study));
  each.tune_from = section.choice_as<TuneFrom>("tune_from");
  if (each.tune_from != TuneFrom::neighbour) return;
  if (!each.tune_inhibition) section.fail("tune_from", "needs `each: [tune_inhibition, simulate]`");
  if (study.inhibition->method != tuning::InhibitionMethod::numeric)
    section.fail("tune_from", fmt::format("tune_inhibition.method is {}: nothing is simulated that "
                                          "could start from a neighbour (allowed: numeric)",
                                          core::word_of(study.inhibition->method)));
}

void read_steps_of_neurons(Section& section, EachCandidate& each) {
  const std::vector<bool> done =
      read_steps(section, {"steady", "simulate"}, "[simulate], [steady], [steady, simulate]");
  each.steady = done[0];
  each.simulate = done[1];
  if (section.has("tune_from"))
    section.fail("tune_from", "is for networks of regions, whose inhibition can be tuned");
}

void read_kept(const Context& context, Section& section, bool keeps_features, EachCandidate& each) {
  const std::vector<int> kept = section.names("keep", {"features", "recordings"});
  const auto keeps = [&](int what) {
    return std::find(kept.begin(), kept.end(), what) != kept.end();
  };
  const bool has_features = context.study.has_features();
  if (keeps(0) && !has_features)
    section.fail("keep", "the study computes no features (section `features`)");
  each.keep_features = keeps(0) || (kept.empty() && keeps_features && has_features);
  each.keep_recordings = keeps(1) || (kept.empty() && keeps_features && !has_features);
  if (keeps(1) && !each.simulate) section.fail("keep", "nothing is simulated: no recordings");
}

}  // namespace

std::string override_of(const Change& change) {
  return change.path + "=" + change.value;
}

std::string override_of_text(const std::string& path, const std::string& text) {
  return override_of({path, yaml::emit_line(yaml::scalar(text, true))});
}

std::vector<std::string> overrides_of(const std::vector<Change>& changes) {
  std::vector<std::string> texts;
  for (const Change& change : changes)
    texts.push_back(override_of(change));
  return texts;
}

std::uint64_t seed_of(std::uint64_t study, int repeat) {
  return repeat == 0 ? study : drawn(study, Purpose::repeat, 0, repeat);
}

std::uint64_t seed_of(std::uint64_t study, int repeat, std::uint64_t candidate) {
  return drawn(study, Purpose::candidate, candidate, repeat);
}

std::string without_searches(const Subject& study) {
  if (!study.searches) return study.normalised;
  yaml::Document document = yaml::parse(study.normalised, study.path);
  for (const char* section : search_sections)
    document.root.erase(section);
  return yaml::emit(document.root);
}

double distance(const Place& a, const Place& b) {
  if (a.kind != b.kind) return std::numeric_limits<double>::infinity();
  double sum = 0.0;
  for (std::size_t i = 0; i < a.at.size(); ++i)
    sum += (a.at[i] - b.at[i]) * (a.at[i] - b.at[i]);
  return sum;
}

Place place_of(const optimise::Space& space, const optimise::Vector& unit) {
  Place place;
  for (optimise::Index i = 0; i < space.dimension(); ++i) {
    if (space.variables()[static_cast<std::size_t>(i)].kind == optimise::Kind::choice) {
      place.kind += fmt::format("{},", space.level(i, unit[i]));
    } else {
      place.at.push_back(unit[i]);
    }
  }
  return place;
}

std::string number_text(double value) {
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (value == std::floor(value) && std::fabs(value) <= exact) return fmt::format("{:.0f}", value);
  return fmt::format("{}", value);
}

Context context_of(const Subject& study, const std::string& section) {
  if (!study.searches || study.searches->document.root.find(section) == nullptr)
    throw ConfigError(fmt::format("{}: the study has no section `{}`", study.path, section));
  Context context{study, study.searches->document, study.searches->document};
  for (const char* other : search_sections)
    context.bare.root.erase(other);
  context.inputs = subject_of(context.bare, {}).inputs;
  return context;
}

namespace {

/// A list, a map of labels or a file in the place of a number.
bool by_region(const std::string& value) {
  return value.starts_with('[') || value.starts_with('{');
}

/// Values by region, which need the number of regions and their labels.
void try_regions(const Context& context, const Subject& subject) {
  const Study* study = subject.regions();
  if (study == nullptr || study->surface) return;
  TriedNetwork& tried = *context.tried;
  if (tried.text.empty() || tried.text != study->network) {
    tried.connectome = load_connectome_without_local(*study);
    tried.text = study->network;
  }
  static_cast<void>(resolve(*study, tried.connectome));
}

}  // namespace

Subject try_changes(const Context& context, const std::vector<Tried>& changes) {
  std::vector<std::string> overrides;
  for (const Tried& one : changes)
    overrides.push_back(override_of(one.change));
  try {
    Subject study = subject_of(context.bare, overrides);
    require_files(study, context.inputs);
    if (!changes.empty() && by_region(changes.back().change.value)) try_regions(context, study);
    return study;
  } catch (const ConfigError& error) {
    throw ConfigError(message_of(error, changes));
  } catch (const DataError& error) {
    throw ConfigError(changes.back().place + error.what());
  }
}

std::vector<Change> read_changes(const Context& context, const yaml::Node& node,
                                 const std::string& section) {
  if (!node.is_map() || node.keys.empty())
    throw ConfigError(context.place(node, section) +
                      fmt::format("expected a map {{path: value}}, not {}", describe(node)));
  const std::vector<PathEntry> entries = path_entries(context, node, section, {}, {});
  check_distinct(entries);
  std::vector<Change> changes;
  std::vector<Tried> tried;
  for (const PathEntry& entry : entries) {
    if (entry.node->kind == yaml::Node::Kind::null) entry.fail("no value given");
    changes.push_back({entry.path, yaml::emit_line(*entry.node)});
    tried.push_back({changes.back(), entry.place});
  }
  static_cast<void>(try_changes(context, tried));
  return changes;
}

void require_effect(const Context& context, const EachCandidate& each, const std::string& path,
                    const std::string& place) {
  const Study* study = context.study.regions();
  if (study == nullptr) return;
  if (!each.tune_inhibition) {
    if (meet(path, "tune_inhibition"))
      throw ConfigError(place + fmt::format("`{}` changes nothing: candidates do not tune (allowed "
                                            "with `each: [tune_inhibition, simulate]`)",
                                            path));
    return;
  }
  const model::ModelInfo& model = study->unresolved->populations.front().population.model->info;
  if ((path + ".").starts_with(fmt::format("model.parameters.{}.", model.fic.parameter)))
    throw ConfigError(place + fmt::format("`{}` is what every candidate tunes: its value would "
                                          "change nothing",
                                          path));
}

EachCandidate read_each(const Context& context, Section& section, bool keeps_features) {
  EachCandidate each;
  if (const Study* regions = context.study.regions()) {
    read_steps_of_regions(*regions, section, each);
  } else {
    read_steps_of_neurons(section, each);
  }
  read_kept(context, section, keeps_features, each);
  each.repeats = static_cast<int>(section.integer("repeats"));
  each.random_numbers = section.choice_as<RandomNumbers>("random_numbers");
  if (section.has("time_limit")) each.time_limit = section.number("time_limit");
  return each;
}

}  // namespace arcuate::io

#include "arcuate/loss/loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "arcuate/core/error.hpp"
#include "arcuate/core/units.hpp"
#include "arcuate/loss/plugin.hpp"
#include "arcuate/loss/spectra.hpp"
#include "arcuate/plugin/library.hpp"

namespace arcuate::loss {
namespace {

constexpr const char* kinds[] = {"spectra", "series", "FC", "FCD"};  // by Compares

std::string limit_in_words(double value) {
  return std::isinf(value) ? "none" : fmt::format("{}", value);
}

double number_of(const std::string& place, const std::string& text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    throw ConfigError(fmt::format("{}: '{}' is not a number", place, text));
  return value;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t k = text.find(at); k != std::string::npos; k = text.find(at, from)) {
    parts.push_back(text.substr(from, k - from));
    from = k + 1;
  }
  parts.push_back(text.substr(from));
  return parts;
}

std::string allowed_keys(const LossInfo& info) {
  std::string text;
  for (const LossOption& option : info.options)
    text += (text.empty() ? "" : ", ") + std::string(option.name);
  if (!info.forms.empty()) text += text.empty() ? "form" : ", form";
  return text.empty() ? "none" : text;
}

constexpr std::string_view plugin_key = "plugin=";

/// Of the catalogue, or of the plug-in that one of the parts names.
LossTerm term_called(const std::string& name, const std::vector<std::string>& parts) {
  const auto own = std::find_if(parts.begin() + 1, parts.end(), [](const std::string& part) {
    return part.starts_with(plugin_key);
  });
  if (own == parts.end()) return {&loss_called(name), 1.0, {}};
  const std::string file = own->substr(plugin_key.size());
  const std::string place = fmt::format("{}: plugin: {}: ", name, file);
  try {
    Plugin plugin = load_plugin(file);
    if (plugin.loss->info.name != name)
      throw DataError(fmt::format("its loss is called '{}'", plugin.loss->info.name));
    return {plugin.loss, 1.0, {}, std::move(plugin.path), std::move(plugin.sha256)};
  } catch (const DataError& error) {
    throw DataError(place + error.what());
  }
}

/// A number in the unit of an option, with or without one: "1", "1 Hz".
double value_of(const LossOption& option, const std::string& place, const std::string& text) {
  if (!units::known(option.unit) || option.unit == "1") return number_of(place, text);
  try {
    const double value = units::parse(text, option.unit);
    if (std::isfinite(value)) return value;
  } catch (const ConfigError& error) {
    throw ConfigError(fmt::format("{}: {}", place, error.what()));
  }
  throw ConfigError(fmt::format("{}: '{}' is not a number", place, text));
}

void set(LossTerm& term, const std::string& key, const std::string& value) {
  const LossInfo& info = term.loss->info;
  const std::string place = fmt::format("{}: {}", info.name, key);
  if (key == "form" && !info.forms.empty()) {
    const auto found = std::find(info.forms.begin(), info.forms.end(), value);
    if (found == info.forms.end())
      throw ConfigError(
          fmt::format("{} is '{}' (allowed: {})", place, value, fmt::join(info.forms, ", ")));
    term.settings.form = static_cast<std::size_t>(found - info.forms.begin());
    return;
  }
  for (std::size_t k = 0; k < info.options.size(); ++k) {
    if (info.options[k].name != key) continue;
    const double number = value_of(info.options[k], place, value);
    if (number < info.options[k].least)
      throw ConfigError(
          fmt::format("{} is {} (allowed: {} or more)", place, number, info.options[k].least));
    term.settings.numbers[k] = number;
    return;
  }
  throw ConfigError(
      fmt::format("{}: there is no option '{}' (allowed: {})", info.name, key, allowed_keys(info)));
}

void check_sides(const LossInfo& info, const Sides& sides) {
  const auto size = [](const Matrix& m) { return fmt::format("{} x {}", m.rows(), m.cols()); };
  const bool free = info.compares == Compares::dynamics;
  const bool same = sides.predicted.rows() == sides.target.rows() &&
                    sides.predicted.cols() == sides.target.cols();
  if (!same && !free)
    throw ConfigError(fmt::format("{}: what was simulated is {}, the target {}", info.name,
                                  size(sides.predicted), size(sides.target)));
  const auto finite = [](const Matrix& m) { return m.array().isFinite().any(); };
  if (!finite(sides.predicted) || !finite(sides.target))
    throw ConfigError(fmt::format("{}: there is no finite number to compare", info.name));
  if (info.compares == Compares::spectra && sides.frequency.size() != sides.target.rows())
    throw ConfigError(fmt::format("{}: {} frequencies for {} bins", info.name,
                                  sides.frequency.size(), sides.target.rows()));
}

}  // namespace

const Loss& loss_called(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Loss* loss : losses()) {
    if (loss->info.name == name) return *loss;
    names.push_back(loss->info.name);
  }
  throw ConfigError(
      fmt::format("there is no loss '{}' (allowed: {})", name, fmt::join(names, ", ")));
}

LossTerm parse_term(const std::string& text) {
  const std::vector<std::string> parts = split(text, ',');
  const std::size_t times = parts.front().find('*');
  const std::string name = parts.front().substr(0, times);
  LossTerm term = term_called(name, parts);
  if (times != std::string::npos)
    term.weight = number_of(name + ": weight", parts.front().substr(times + 1));
  for (const LossOption& option : term.loss->info.options)
    term.settings.numbers.push_back(option.usual);
  std::set<std::string> given;
  for (std::size_t k = 1; k < parts.size(); ++k) {
    const std::size_t is = parts[k].find('=');
    if (is == std::string::npos)
      throw ConfigError(fmt::format("{}: '{}': expected KEY=VALUE", name, parts[k]));
    const std::string key = parts[k].substr(0, is);
    if (!given.insert(key).second)
      throw ConfigError(fmt::format("{}: {} is given twice", name, key));
    if (!parts[k].starts_with(plugin_key)) set(term, key, parts[k].substr(is + 1));
  }
  return term;
}

LossValue evaluate(const LossTerm& term, const Sides& sides) {
  const LossInfo& info = term.loss->info;
  check_sides(info, sides);
  const double value = plugin::guarded(fmt::format("loss {}", info.name),
                                       [&] { return term.loss->value(sides, term.settings); });
  return {value, info.similarity ? 1.0 - value : value};
}

Bins bins_between(const Vector& frequency, double low, double high, std::string_view of) {
  const Index n = frequency.size();
  const double most = frequency[n - 1];
  // Bins are multiples of a step that has no exact decimal.
  const double little = n > 1 ? 1e-6 * (frequency[1] - frequency[0]) : 0.0;
  const auto outside = [&](double f) {
    return std::isfinite(f) && (f < frequency[0] - little || f > most + little);
  };
  const auto range = [&] {
    return fmt::format("{}: frequencies from {} to {} Hz; the spectrum has {} to {} Hz", of,
                       limit_in_words(low), limit_in_words(high), frequency[0], most);
  };
  if (outside(low) || outside(high) || low > high) throw ConfigError(range());
  Bins bins;
  while (bins.first < n && frequency[bins.first] < low - little)
    ++bins.first;
  while (bins.first + bins.count < n && frequency[bins.first + bins.count] <= high + little)
    ++bins.count;
  if (bins.count == 0) throw ConfigError(range() + " and no bin between them");
  return bins;
}

Bins band_between(const Vector& frequency, double low, double high, std::string_view of) {
  const Bins bins = bins_between(frequency, low, high, of);
  if (bins.count >= 2) return bins;
  throw ConfigError(
      fmt::format("{}: from {} to {} Hz there is one frequency, which has no area (allowed: a band "
                  "of two or more; they are {:.6g} Hz apart)",
                  of, limit_in_words(low), limit_in_words(high),
                  frequency.size() > 1 ? frequency[1] - frequency[0] : 0.0));
}

void refuse_target(const LossInfo& info, const Sides& sides, std::string_view why) {
  throw DataError(
      fmt::format("{}{}{}: {}", sides.name, sides.name.empty() ? "" : ": ", info.name, why));
}

std::string_view target_option(Compares compares) {
  constexpr std::string_view options[] = {"psd", "series", "fc", "fcd"};  // by Compares
  return options[static_cast<int>(compares)];
}

std::string describe(const Loss& loss) {
  const LossInfo& info = loss.info;
  std::string text = fmt::format("{}: compares {}; {}\n", info.name,
                                 kinds[static_cast<int>(info.compares)], info.meaning);
  for (const LossOption& option : info.options)
    text += fmt::format("  {} [{}], usually {}: {}\n", option.name, option.unit,
                        limit_in_words(option.usual), option.meaning);
  if (!info.forms.empty()) text += fmt::format("  form: {}\n", fmt::join(info.forms, ", "));
  return text;
}

std::string loss_reference() {
  std::string text = "| loss | compares | value | loss | options |\n|---|---|---|---|---|\n";
  for (const Loss* loss : losses()) {
    const LossInfo& info = loss->info;
    std::string options;
    for (const LossOption& o : info.options)
      options += fmt::format("{}`{}` [{}] ({}): {}", options.empty() ? "" : "; ", o.name, o.unit,
                             limit_in_words(o.usual), o.meaning);
    if (!info.forms.empty()) options += fmt::format("`form`: {}", fmt::join(info.forms, ", "));
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", info.name,
                        kinds[static_cast<int>(info.compares)], info.meaning,
                        info.similarity ? "1 - value" : "value", options);
  }
  return text;
}

}  // namespace arcuate::loss

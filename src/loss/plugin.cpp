#include "arcuate/loss/plugin.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "arcuate/core/error.hpp"
#include "arcuate/loss/plugin_stamp.hpp"
#include "arcuate/plugin/library.hpp"

namespace arcuate::loss {
namespace {

/// Something like data: columns of waves that differ, none of them constant, in (-1, 1).
Matrix waves(Index rows, Index columns, double phase) {
  Matrix values(rows, columns);
  for (Index j = 0; j < columns; ++j) {
    for (Index i = 0; i < rows; ++i)
      values(i, j) = 0.9 * std::sin(phase + 0.37 * static_cast<double>(i * (j + 1)));
  }
  return values;
}

Matrix connectivity(double phase) {
  constexpr Index regions = 6;
  Matrix fc = waves(regions, regions, phase);
  fc = (0.5 * (fc + fc.transpose())).eval();
  fc.diagonal().setOnes();
  return fc;
}

/// One side of the kind that a loss compares.
Matrix side(Compares compares, double phase) {
  constexpr Index rows = 201, regions = 6;
  switch (compares) {
    case Compares::connectivity:
      return connectivity(phase);
    case Compares::dynamics:
      return waves(rows, 1, phase);
    case Compares::spectra:
      return waves(rows, regions, phase).array() + 1.0;
    case Compares::series:
      break;
  }
  return waves(rows, regions, phase);
}

LossTerm usual(const Loss& loss) {
  LossTerm term{&loss, 1.0, {}, {}, {}};
  for (const LossOption& option : loss.info.options)
    term.settings.numbers.push_back(option.usual);
  return term;
}

Sides sides_of(const Loss& loss, double phase) {
  Sides sides{side(loss.info.compares, 0.0), side(loss.info.compares, phase)};
  if (loss.info.compares == Compares::spectra)
    sides.frequency = Vector::LinSpaced(sides.target.rows(), 0.0, 100.0);
  return sides;
}

/// What the loss refuses of these sides it may refuse.
void try_value(const Loss& loss) {
  try {
    static_cast<void>(evaluate(usual(loss), sides_of(loss, 0.3)));
  } catch (const Error&) {
  }
}

void check_option(const Loss& loss, const LossOption& option, std::set<std::string_view>& names) {
  const std::string place = fmt::format("loss {}: option", loss.info.name);
  plugin::require_name(place, std::string(option.name));
  const auto fail = [&](const std::string& what) {
    throw DataError(fmt::format("{} '{}': {}", place, option.name, what));
  };
  if (!names.insert(option.name).second) fail("this name is given twice, or that of every loss");
  if (std::isnan(option.usual) || std::isnan(option.least)) fail("its usual or least value is NaN");
  const bool no_limit = std::isinf(option.usual);
  if (!no_limit && option.usual < option.least)
    fail(fmt::format("its usual value {} is below its least one, {}", option.usual, option.least));
}

}  // namespace

void require_sound(const Loss& loss) {
  plugin::require_name("the loss", std::string(loss.info.name));
  if (loss.value == nullptr) throw DataError("has no function `value`");
  std::set<std::string_view> names{"form", "plugin"};
  for (const LossOption& option : loss.info.options)
    check_option(loss, option, names);
  std::set<std::string_view> forms;
  for (const std::string_view form : loss.info.forms) {
    plugin::require_name(fmt::format("loss {}: form", loss.info.name), std::string(form));
    if (!forms.insert(form).second)
      throw DataError(fmt::format("loss {}: form '{}' is given twice", loss.info.name, form));
  }
}

double loss_of_equal_sides(const Loss& loss) {
  return evaluate(usual(loss), sides_of(loss, 0.0)).loss;
}

Plugin load_plugin(const std::string& path) {
  constexpr plugin::Kind kind = plugin::Kind::loss;
  plugin::Library library = plugin::load(kind, path, plugin_stamp(plugin::program_stamp(kind)));
  const Loss& loss = *static_cast<const Loss*>(library.entry);
  require_sound(loss);
  for (const Loss* own : losses()) {
    if (own->info.name != loss.info.name) continue;
    throw DataError(fmt::format("its loss is called '{}' like one of the catalogue: rename it",
                                loss.info.name));
  }
  plugin::guarded("its function `value`", [&] { try_value(loss); });
  return {&loss, std::move(library.path), std::move(library.sha256)};
}

}  // namespace arcuate::loss

#include "arcuate/core/units.hpp"

#include <fmt/format.h>
#include <udunits2.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <memory>
#include <numbers>
#include <system_error>

#include "arcuate/core/error.hpp"

namespace arcuate::units {

namespace {

struct FreeUnit {
  void operator()(ut_unit* unit) const { ut_free(unit); }
};
struct FreeSystem {
  void operator()(ut_system* system) const { ut_free_system(system); }
};
struct FreeConverter {
  void operator()(cv_converter* converter) const { cv_free(converter); }
};
using Unit = std::unique_ptr<ut_unit, FreeUnit>;
using System = std::unique_ptr<ut_system, FreeSystem>;
using Converter = std::unique_ptr<cv_converter, FreeConverter>;

/// The units of udunits2's database, read once.
ut_system* unit_system() {
  static const System system = [] {
    ut_set_error_message_handler(ut_ignore);
    System read(ut_read_xml(nullptr));
    if (!read) {
      throw EnvironmentError(
          "ut_read_xml: the unit database of udunits2 cannot be read; set UDUNITS2_XML_PATH to "
          "udunits2.xml");
    }
    return read;
  }();
  return system.get();
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string example(std::string_view unit) {
  return unit == "1" ? "a plain number, e.g. '4'" : fmt::format("e.g. '4 {}'", unit);
}

/// The number `text` begins with and what follows it.
struct Quantity {
  double number;
  std::string_view rest;
};

Quantity split(std::string_view text, std::string_view unit) {
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  double number = 0.0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (status == std::errc::result_out_of_range) {
    throw ConfigError(fmt::format("'{}' does not fit in a double", text));
  }
  if (status != std::errc() || std::isnan(number)) {
    throw ConfigError(
        fmt::format("'{}' does not begin with a number: expected {}", text, example(unit)));
  }
  return {number, trimmed(digits.substr(static_cast<std::size_t>(end - digits.data())))};
}

/// The words of a unit: "rad/ms" has rad and ms.
bool has_word(std::string_view unit, std::initializer_list<std::string_view> words) {
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  for (std::size_t at = 0; at < unit.size();) {
    std::size_t end = at;
    while (end < unit.size() && is_letter(unit[end]))
      ++end;
    if (std::find(words.begin(), words.end(), unit.substr(at, end - at)) != words.end())
      return true;
    at = std::max(end, at + 1);
  }
  return false;
}

/// What a quantity per time counts. To udunits, which takes an angle for a number, all are 1/s.
enum class Sense { plain, angle, cycles };

Sense sense_of(std::string_view unit) {
  if (has_word(unit, {"rad", "radian", "radians", "deg", "degree", "degrees"}) ||
      unit.find("\xC2\xB0") != std::string_view::npos) {
    return Sense::angle;
  }
  return has_word(unit, {"Hz", "kHz", "MHz", "mHz", "hertz", "cycle", "cycles", "turn", "turns"})
             ? Sense::cycles
             : Sense::plain;
}

/// The factor between what `given` and `wanted` count, where both are per time. Throws ConfigError
/// when no factor is meant for sure.
double factor_of_sense(std::string_view given, std::string_view wanted, const std::string& begin) {
  const Sense from = sense_of(given);
  const Sense to = sense_of(wanted);
  constexpr double turn = 2.0 * std::numbers::pi;
  if (from == to) return 1.0;
  if (from == Sense::cycles) return to == Sense::angle ? turn : 1.0;  // a rate of 5 Hz is 5/s
  if (from == Sense::angle && to == Sense::cycles) return 1.0 / turn;
  if (from == Sense::plain && to == Sense::cycles) return 1.0;
  throw ConfigError(begin + (from == Sense::angle
                                 ? ": an angle in place of a rate"
                                 : fmt::format(": say whether it counts radians ('{}') or cycles "
                                               "('Hz')",
                                               wanted)));
}

/// A second number that stands beside the first: "1 500 ms", "0.1 0.2".
bool has_second_number(std::string_view unit) {
  bool begins = true;
  for (std::size_t at = 0; at < unit.size(); ++at) {
    const char c = unit[at];
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (begins && (digit || c == '.') && unit.substr(at, 2) != "1/") return true;
    begins = c == ' ' || c == '\t';
  }
  return false;
}

/// A reciprocal (4 ms/mm for a speed) is no conversion that anybody means.
bool is_reciprocal(const cv_converter* converter) {
  return cv_convert_double(converter, 2.0) < cv_convert_double(converter, 1.0);
}

}  // namespace

double parse(std::string_view text, std::string_view unit) {
  const std::string_view quantity = trimmed(text);
  const auto [number, rest] = split(quantity, unit);
  if (rest.empty()) return number;
  if (has_second_number(rest)) {
    throw ConfigError(
        fmt::format("'{}' holds two numbers: expected one, {}", quantity, example(unit)));
  }
  if (unit == "1")
    throw ConfigError(fmt::format("'{}' has a unit: expected {}", quantity, example(unit)));

  ut_system* system = unit_system();
  const Unit target(ut_parse(system, std::string(unit).c_str(), UT_UTF8));
  if (!target) throw ConfigError(fmt::format("'{}' is not a unit", unit));
  const Unit given(ut_parse(system, std::string(rest).c_str(), UT_UTF8));
  if (!given) {
    throw ConfigError(fmt::format("'{}': '{}' is not a unit that udunits2 knows: expected {}",
                                  quantity, rest, example(unit)));
  }
  if (ut_are_convertible(given.get(), target.get()) == 0) {
    throw ConfigError(fmt::format("'{}' cannot be converted to '{}': expected {}", quantity, unit,
                                  example(unit)));
  }
  const Converter converter(ut_get_converter(given.get(), target.get()));
  if (is_reciprocal(converter.get())) {
    throw ConfigError(
        fmt::format("'{}' is the reciprocal of what is expected: {}", quantity, example(unit)));
  }
  // udunits knows 1 rad as 1, so that only the sense of what is counted is left to convert.
  const bool both_angles = sense_of(rest) == Sense::angle && sense_of(unit) == Sense::angle;
  const double factor =
      both_angles ? 1.0 : factor_of_sense(rest, unit, fmt::format("'{}'", quantity));
  return factor * cv_convert_double(converter.get(), number);
}

bool known(std::string_view unit) {
  return Unit(ut_parse(unit_system(), std::string(unit).c_str(), UT_UTF8)) != nullptr;
}

}  // namespace arcuate::units

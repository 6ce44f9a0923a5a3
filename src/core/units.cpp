#include "arcuate/core/units.hpp"

#include <fmt/format.h>
#include <udunits2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
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

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// The power of radians in a unit of any name, 1 for "turn/s" and "rpm": udunits writes units in
/// basic ones as "6.28 s-1.rad".
int power_of_angle(const ut_unit* unit) {
  std::array<char, 512> text{};
  const int size = ut_format(unit, text.data(), text.size() - 1, UT_ASCII | UT_DEFINITION);
  const std::string_view basic(text.data(), static_cast<std::size_t>(std::max(0, size)));
  const std::size_t at = basic.find("rad");
  if (at == std::string_view::npos) return 0;
  int power = 1;
  std::from_chars(basic.data() + at + 3, basic.data() + basic.size(), power);
  return power;
}

/// "Hz" and "hertz" with any prefix count cycles; udunits knows them as 1/s.
bool counts_cycles(std::string_view unit) {
  for (std::size_t at = 0; at < unit.size();) {
    std::size_t end = at;
    while (end < unit.size() && is_letter(unit[end]))
      ++end;
    const std::string_view word = unit.substr(at, end - at);
    if (word.ends_with("Hz") || word.ends_with("hertz")) return true;
    at = std::max(end, at + 1);
  }
  return false;
}

/// What a quantity per time counts. udunits takes an angle for a number when it converts.
enum class Sense { plain, angle, cycles };

Sense sense_of(const ut_unit* unit, std::string_view name) {
  if (power_of_angle(unit) != 0) return Sense::angle;
  return counts_cycles(name) ? Sense::cycles : Sense::plain;
}

/// The factor between what two units of the same dimension count. Throws ConfigError when no factor
/// is meant for sure.
double factor_of_sense(Sense from, Sense to, std::string_view wanted, const std::string& begin) {
  constexpr double turn = 2.0 * std::numbers::pi;
  if (from == Sense::cycles && to == Sense::angle) return turn;
  if (from == Sense::angle && to == Sense::cycles) return 1.0 / turn;
  if (from == to || (from != Sense::angle && to != Sense::angle)) return 1.0;  // 5 Hz are 5/s
  throw ConfigError(begin + (from == Sense::angle
                                 ? ": an angle in place of a rate"
                                 : fmt::format(": say whether it counts radians ('{}') or cycles "
                                               "('Hz')",
                                               wanted)));
}

/// Whether the digits at `at` are an exponent: "ms2", "ms-1", "ms^-1", "ms**2".
bool is_exponent(std::string_view unit, std::size_t at) {
  if (at > 1 && (unit[at - 1] == '-' || unit[at - 1] == '+')) --at;
  if (at == 0) return false;
  const char before = unit[at - 1];
  return is_letter(before) || before == ')' || before == '^' ||
         (at > 1 && before == '*' && unit[at - 2] == '*');
}

/// A number in what should be a unit: "1 500 ms", "0.1 0.2", "1-5 ms", "2(3) ms". udunits would
/// multiply. "1/ms" is a unit.
bool has_second_number(std::string_view unit) {
  for (std::size_t at = 0; at < unit.size(); ++at) {
    if (!is_digit(unit[at]) || (at > 0 && is_digit(unit[at - 1]))) continue;
    const std::size_t slash = unit.find_first_not_of(" \t", at + 1);
    const bool one_over =
        at == 0 && unit[0] == '1' && slash != std::string_view::npos && unit[slash] == '/';
    if (!one_over && !is_exponent(unit, at)) return true;
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
  const std::string begin = fmt::format("'{}'", quantity);
  const Sense from = sense_of(given.get(), rest);
  const Sense to = sense_of(target.get(), unit);
  if (from == Sense::angle && to == Sense::angle &&
      power_of_angle(given.get()) != power_of_angle(target.get())) {
    throw ConfigError(begin + ": the power of the angle differs: expected " + example(unit));
  }
  const double factor = factor_of_sense(from, to, unit, begin);
  return factor * cv_convert_double(converter.get(), number);
}

bool known(std::string_view unit) {
  return Unit(ut_parse(unit_system(), std::string(unit).c_str(), UT_UTF8)) != nullptr;
}

Relation relation(std::string_view a, std::string_view b) {
  ut_system* system = unit_system();
  const Unit first(ut_parse(system, std::string(a).c_str(), UT_UTF8));
  const Unit second(ut_parse(system, std::string(b).c_str(), UT_UTF8));
  if (!first || !second || ut_are_convertible(first.get(), second.get()) == 0)
    return Relation::different;
  const Converter converter(ut_get_converter(first.get(), second.get()));
  if (is_reciprocal(converter.get())) return Relation::different;
  const double factor = cv_convert_double(converter.get(), 1.0);
  const Sense one = sense_of(first.get(), a), other = sense_of(second.get(), b);
  const bool turns = one != other && one != Sense::plain && other != Sense::plain;
  const bool same =
      !turns && std::abs(factor - 1.0) < 1e-12 && cv_convert_double(converter.get(), 0.0) == 0.0;
  return same ? Relation::same : Relation::scaled;
}

std::string product_of(const std::string& a, const std::string& b) {
  if (a == "1") return b;
  return b == "1" ? a : a + "." + b;
}

std::string power_of(const std::string& unit, int exponent) {
  if (exponent == 1) return unit;
  if (unit == "1" || exponent == 0) return "1";
  const bool word = std::all_of(unit.begin(), unit.end(), is_letter);
  return fmt::format("{}{}{}{}", word ? "" : "(", unit, word ? "" : ")", exponent);
}

}  // namespace arcuate::units

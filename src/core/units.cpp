#include "arcuate/core/units.hpp"

#include <fmt/format.h>
#include <udunits2.h>

#include <charconv>
#include <cmath>
#include <memory>
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

}  // namespace

double parse(std::string_view text, std::string_view unit) {
  const std::string_view quantity = trimmed(text);
  const auto [number, rest] = split(quantity, unit);
  if (rest.empty()) return number;

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
  return cv_convert_double(converter.get(), number);
}

}  // namespace arcuate::units

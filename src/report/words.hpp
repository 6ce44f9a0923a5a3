#pragma once

#include <cstdint>
#include <string>
#include <utility>

/// Numbers and facts in the words of a page.
namespace arcuate::report {

/// Three digits, a space and a prefix where there is one: "1.5 M", "7".
std::string with_prefix(double value);
std::string bytes(double value);
/// A time in the unit that reads best.
std::pair<std::string, std::string> readable(double seconds);
/// 12345 as "12 345" with thin spaces.
std::string grouped(std::int64_t value);
/// Unit of what is quadratic in values of a unit.
std::string squared(const std::string& unit);
/// "mV^2/Hz" as "mV²/Hz".
std::string typeset_unit(const std::string& unit);
/// A number of the head of a page (HTML).
std::string tile(const std::string& number, const std::string& unit, const std::string& meaning);

}  // namespace arcuate::report

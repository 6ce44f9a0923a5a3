#pragma once

#include <string>
#include <string_view>

/// Physical units, checked when a study file is read (udunits2 in the source file).
namespace arcuate::units {

/// The number in `unit` that `text` stands for: "100 us" in "ms" is 0.1; "0.1" is already in
/// `unit`. `unit` "1" is dimensionless and takes plain numbers only. A quantity per time is
/// converted in its sense: 10 Hz are 10 cycles a second, 2 pi 10 rad/s where radians are counted,
/// and 10/s where the unit is a rate. No reciprocals. Throws ConfigError with what is wrong ("'4
/// mm' is not a time: expected e.g. '4 ms'").
double parse(std::string_view text, std::string_view unit);

/// Whether `unit` is a unit ("1" is).
bool known(std::string_view unit);

/// Of two units that are known.
enum class Relation {
  same,      ///< "Hz" and "1/s" too
  scaled,    ///< of one dimension, "mV" and "V"
  different  ///< also a quantity and its reciprocal
};
Relation relation(std::string_view a, std::string_view b);

/// "mV.Hz"; plain numbers vanish.
std::string product_of(const std::string& a, const std::string& b);
/// "mV2", "(mV/ms)-1".
std::string power_of(const std::string& unit, int exponent);

}  // namespace arcuate::units

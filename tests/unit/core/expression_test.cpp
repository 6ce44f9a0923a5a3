#include "arcuate/core/expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/core/one_line.hpp"

namespace arcuate::expression {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Of x = 3, y = -2, z = 0.5 (in the order of their first use).
double value(const std::string& text) {
  const Program program = compile(text);
  std::vector<std::vector<double>> rows;
  std::vector<Operand> operands;
  for (const std::string& name : program.names)
    rows.emplace_back(lanes, name == "x" ? 3.0 : name == "y" ? -2.0 : 0.5);
  for (const auto& row : rows)
    operands.push_back({row.data(), lanes});
  std::vector<double> scratch(scratch_size(program, 1));
  std::vector<double> out(lanes);
  evaluate(program, operands, 1, scratch.data(), out.data());
  return out[5];
}

std::string refusal(const std::string& text) {
  try {
    compile(text);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(Expression, OperatorsBindAsInMathematics) {
  const struct {
    const char* text;
    double expected;
  } rows[] = {{"1 + 2 * x", 7.0},
              {"x - y - z", 4.5},
              {"12 / x / 2", 2.0},
              {"-x^2", -9.0},
              {"(-x)^2", 9.0},
              {"2^x^2", 512.0},
              {"2^-x", 0.125},
              {"x^-1", 1.0 / 3.0},
              {"y^3", -8.0},
              {"-y * -z", -1.0},
              {"2 - -x", 5.0},
              {"x > y ? 10 : 20", 10.0},
              {"x < y ? 10 : z > 0 ? 30 : 40", 30.0},
              {"x > 1 && y > 1 || z == 0.5", 1.0},
              {"x > 1 || y > 1 && z == 0", 1.0},
              {"!(x > 1)", 0.0},
              {"x != 3", 0.0},
              {"(x >= 3) + (y <= -2) + (z < 0.5)", 2.0},
              {"1e-3 * x + .5", 0.503},
              {"min(x, y) + max(x, y) * abs(y)", 4.0},
              {"select(z, x, y)", 3.0},
              {"sqrt(x + 6)", 3.0}};
  for (const auto& row : rows)
    EXPECT_DOUBLE_EQ(value(row.text), row.expected) << row.text;
}

TEST(Expression, FunctionsAgreeWithTheCLibrary) {
  EXPECT_NEAR(value("exp(z)"), std::exp(0.5), 1e-15);
  EXPECT_NEAR(value("expm1(z)"), std::expm1(0.5), 1e-15);
  EXPECT_NEAR(value("log(x)"), std::log(3.0), 1e-15);
  EXPECT_NEAR(value("log1p(x)"), std::log1p(3.0), 1e-15);
  EXPECT_NEAR(value("sin(x)"), std::sin(3.0), 1e-15);
  EXPECT_NEAR(value("cos(x)"), std::cos(3.0), 1e-15);
  EXPECT_NEAR(value("tanh(z)"), std::tanh(0.5), 1e-15);
  EXPECT_NEAR(value("sigmoid(y)"), 1.0 / (1.0 + std::exp(2.0)), 1e-15);
  EXPECT_NEAR(value("erfc(z)"), std::erfc(0.5), 1e-15);
  EXPECT_NEAR(value("pow(x, z)"), std::sqrt(3.0), 1e-15);
  EXPECT_NEAR(value("x^2.5"), std::pow(3.0, 2.5), 1e-13);
  EXPECT_NEAR(value("sin(pi / 6)"), 0.5, 1e-15);
  EXPECT_DOUBLE_EQ(value("0^x"), 0.0);
  EXPECT_DOUBLE_EQ(value("0^(x - 3)"), 1.0);
  EXPECT_NEAR(value("y^x"), -8.0, 1e-13);
}

TEST(Expression, WhatIsNotANumberIsNotHidden) {
  for (const char* text : {"0 * x / (x - 3)", "log(y)", "sqrt(y)", "y^z", "min(0, log(y))",
                           "max(log(y), 0)", "log(y) > 0", "!log(y)", "log(y) ? 1 : 2",
                           "log(y) != 0 || x > 0", "log(y)^x", "pow(x, log(y))"})
    EXPECT_TRUE(std::isnan(value(text))) << text;
  EXPECT_TRUE(std::isinf(value("1 / (x - 3)")));
  // What is not chosen does not matter.
  EXPECT_DOUBLE_EQ(value("y > 0 ? log(y) : 0"), 0.0);
}

TEST(Expression, OnATerminalWhatIsWrongIsOneLineOfWholeCharacters) {
  EXPECT_EQ(core::one_line("s.yml:3: " + refusal("(x + y")),
            "s.yml:3: column 7: ')' is missing here");
  EXPECT_EQ(core::one_line("a\nb"), "a?b");
  const std::string most(1999, 'a');
  EXPECT_EQ(core::one_line(most + "\u00fc"), most + "...");
}

TEST(Expression, WhatDoesNotParseIsShownWithItsColumn) {
  EXPECT_THAT(refusal("y1 - * y2"),
              AllOf(HasSubstr("column 6: a name, a number or '(' is expected"),
                    HasSubstr("\n    y1 - * y2\n         ^")));
  EXPECT_THAT(refusal("x + \u00fc"), HasSubstr("expected, not '\u00fc'\n"));
  EXPECT_THAT(refusal("(x + y"), HasSubstr("column 7: ')' is missing"));
  EXPECT_THAT(refusal("x +"), HasSubstr("column 4: it ends where a value is expected"));
  EXPECT_THAT(refusal("x y"), HasSubstr("column 3: 'y' is not expected here"));
  EXPECT_THAT(refusal("x)"), HasSubstr("column 2: ')' is not expected here"));
  EXPECT_THAT(refusal("2 mV"), HasSubstr("column 3: 'mV' is not expected here"));
  EXPECT_THAT(refusal("2x"), HasSubstr("column 2: a number ends here"));
  EXPECT_THAT(refusal("1.2.3"), HasSubstr("column 4: a number ends here"));
  EXPECT_THAT(refusal("1e999"), HasSubstr("column 1: not a number that fits"));
  EXPECT_THAT(refusal(""), HasSubstr("nothing is there"));
  EXPECT_THAT(refusal("x ** 2"), HasSubstr("column 3: a power is written ^"));
  EXPECT_THAT(refusal("x > 1 ? 2"), HasSubstr("column 10: ':' is missing"));
  EXPECT_THAT(refusal("1 < x < 2"), HasSubstr("column 7: comparisons in a row"));
  EXPECT_THAT(refusal("a = b"), HasSubstr("column 3: '=' is not expected here"));
  EXPECT_THAT(refusal("sin(x, y)"), HasSubstr("column 1: sin takes 1 argument, not 2"));
  EXPECT_THAT(refusal("max(x)"), HasSubstr("column 1: max takes 2 arguments, not 1"));
  EXPECT_THAT(refusal("exp()"), HasSubstr("column 1: exp takes 1 argument, not 0"));
  EXPECT_THAT(refusal("sinn(x)"),
              AllOf(HasSubstr("there is no function 'sinn'"), HasSubstr("sin")));
  EXPECT_THAT(refusal(std::string(3000, '1')), HasSubstr("longer than 2000 characters"));
  EXPECT_THAT(refusal(std::string(1900, '(')), HasSubstr("nested too deep"));
  EXPECT_THAT(refusal(std::string(1900, '-')), HasSubstr("nested too deep"));
  std::string right;
  for (int i = 0; i < 90; ++i)
    right += "1+(";
  EXPECT_THAT(refusal(right + "1" + std::string(90, ')')), HasSubstr("too many values wait"));
}

TEST(Expression, BitsDoNotDependOnHowRowsAreCut) {
  const Program program = compile("exp(a / 3) * sin(b)^3 - (a > b ? tanh(a) : a^1.7) / (1 + c)");
  constexpr int rows = 29;
  std::vector<double> a(rows * lanes), b(rows * 3 * lanes), whole(rows * lanes), cut(rows * lanes);
  for (std::size_t i = 0; i < a.size(); ++i)
    a[i] = 0.37 * static_cast<double>(i % 41) + 0.01;
  for (std::size_t i = 0; i < b.size(); ++i)
    b[i] = std::cos(static_cast<double>(i));
  const std::vector<double> c(lanes, 0.25);  // a parameter: the same in all rows
  std::vector<double> scratch(scratch_size(program, rows));
  const auto run = [&](int first, int count, std::vector<double>& out) {
    const std::vector<Operand> operands{{a.data() + first * lanes, lanes},
                                        {b.data() + first * 3 * lanes, 3 * lanes},
                                        {c.data(), 0}};
    evaluate(program, operands, count, scratch.data(), out.data() + first * lanes);
  };
  run(0, rows, whole);
  for (const int step : {1, 3, 7, 16}) {
    for (int first = 0; first < rows; first += step)
      run(first, std::min(step, rows - first), cut);
    EXPECT_EQ(std::memcmp(whole.data(), cut.data(), whole.size() * sizeof(double)), 0) << step;
  }
  const double x = a[17], y = b[2 * 3 * lanes + 1];
  EXPECT_NEAR(
      whole[17],
      std::exp(x / 3) * std::pow(std::sin(y), 3) - (x > y ? std::tanh(x) : std::pow(x, 1.7)) / 1.25,
      1e-12);
}

std::string unit(const std::string& text) {
  const Program program = compile(text);
  std::vector<std::string> units;
  for (const std::string& name : program.names)
    units.emplace_back(name == "V" || name == "E" ? "mV"
                       : name == "r"              ? "Hz"
                       : name == "g"              ? "nS"
                       : name == "n"              ? "1"
                                                  : "furlongs of mine");
  try {
    const UnitOf own = unit_of(program, units);
    return own.known ? own.unit + (own.scaled ? " scaled" : "") : "unknown";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(Expression, UnitsFollowFromThoseOfTheParts) {
  EXPECT_EQ(unit("V - E"), "mV");
  EXPECT_EQ(unit("V + 65"), "mV");
  EXPECT_EQ(unit("2 * V"), "mV scaled");
  EXPECT_EQ(unit("g * (V - E)"), "nS.mV");
  EXPECT_EQ(unit("V / E"), "mV.mV-1");
  EXPECT_EQ(unit("V^2"), "mV2");
  EXPECT_EQ(unit("exp((V - E) / E)"), "1");
  EXPECT_EQ(unit("V > E ? V : 0"), "mV");
  EXPECT_EQ(unit("max(V, E)"), "mV");
  EXPECT_EQ(unit("sqrt(V)"), "unknown");
  EXPECT_EQ(unit("V + q"), "unknown");
  EXPECT_EQ(unit("2 + 3"), "unknown");
  EXPECT_THAT(unit("V + r"), HasSubstr("'mV' and 'Hz' do not go together"));
  EXPECT_THAT(unit("V > r"), HasSubstr("do not go together"));
  EXPECT_THAT(unit("n > 0 ? V : r"), HasSubstr("do not go together"));
  EXPECT_THAT(unit("exp(V)"), HasSubstr("exp of a quantity in 'mV'"));
}

std::string unit_refusal(const std::string& text, const std::string& given) {
  const Program program = compile(text);
  std::vector<std::string> units;
  for (const std::string& name : program.names)
    units.emplace_back(name == "V" ? "mV" : "Hz");
  try {
    check_unit(program, units, given);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(Expression, AGivenUnitMustBeThatOfTheParts) {
  EXPECT_EQ(unit_refusal("V", "mV"), "");
  EXPECT_EQ(unit_refusal("r", "1/s"), "");
  EXPECT_EQ(unit_refusal("0.001 * V", "V"), "");
  EXPECT_EQ(unit_refusal("sqrt(V)", "pA"), "");  // cannot be told
  EXPECT_THAT(unit_refusal("V", "Hz"), HasSubstr("'V' is in 'mV', not in 'Hz'"));
  EXPECT_THAT(unit_refusal("V", "V"), HasSubstr("multiply by the factor"));
  EXPECT_THAT(unit_refusal("2 * V", "Hz"), HasSubstr("not in 'Hz'"));
  EXPECT_THAT(unit_refusal("1 / r", "Hz"), HasSubstr("not in 'Hz'"));
  EXPECT_THAT(unit_refusal("V * r", "mV"), HasSubstr("'mV.Hz', not in 'mV'"));
}

}  // namespace
}  // namespace arcuate::expression

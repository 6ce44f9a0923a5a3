#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Formulas that a study gives, compiled to element-wise operations on rows of eight numbers
/// (docs/decisions/expressions.md). What a number becomes depends on that number alone: the bits
/// are the same in rows of any count and order. Functions are those of core/math.hpp.
namespace arcuate::expression {

inline constexpr int lanes = 8;
inline constexpr std::size_t most_names = 64;  ///< of operands
inline constexpr int most_depth = 64;          ///< of the stack

enum class Op : std::int32_t {
  operand,   ///< argument: of Program::names
  constant,  ///< argument: of Program::constants
  negate,
  logical_not,
  whole_power,  ///< argument: the exponent
  add,
  subtract,
  multiply,
  divide,
  power,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  unequal,
  logical_and,
  logical_or,
  select,
  call  ///< argument: of functions()
};

/// Takes its arguments from the top of a stack and leaves its value there.
struct Instruction {
  Op op = Op::constant;
  std::int32_t argument = 0;
  std::int32_t position = 0;  ///< in the text
};

/// A compiled expression.
struct Program {
  std::string text;
  std::vector<Instruction> code;
  std::vector<std::string> names;  ///< operands in the order of their first use
  std::vector<double> constants;
  std::int32_t depth = 0;  ///< of the stack
};

struct Function {
  std::string_view name;
  int arguments;
  std::string_view meaning;
};
std::span<const Function> functions();

/// Throws ConfigError with what is wrong, its column and a mark below it.
Program compile(std::string_view text);

/// An operand: row r of eight numbers at data + r stride.
struct Operand {
  const double* data = nullptr;
  std::ptrdiff_t stride = 0;
};

/// [numbers] of scratch for so many rows.
std::size_t scratch_size(const Program& program, int rows);

/// out: (rows, lanes). scratch: scratch_size(program, rows). operands: as Program::names.
void evaluate(const Program& program, std::span<const Operand> operands, int rows, double* scratch,
              double* out);

/// What is known of the unit of an expression.
struct UnitOf {
  bool known = false;
  std::string unit = "1";  ///< udunits
  bool scaled = false;     ///< times a plain number: the dimension alone is known
};

/// units: of the names. Throws ConfigError when parts do not go together ("mV + Hz").
UnitOf unit_of(const Program& program, std::span<const std::string> units);

/// Throws ConfigError when `given` cannot be the unit of the expression.
void check_unit(const Program& program, std::span<const std::string> units, std::string_view given);

}  // namespace arcuate::expression

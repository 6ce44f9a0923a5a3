#include <fmt/format.h>

#include <array>
#include <cassert>
#include <utility>

#include "arcuate/core/error.hpp"
#include "arcuate/core/expression.hpp"
#include "arcuate/core/units.hpp"

namespace arcuate::expression {
namespace {

/// What is on the stack: the unit of a value, or a plain number, which goes with every unit.
struct Part {
  UnitOf of;
  bool number = false;
};

Part unknown() {
  return {};
}
Part plain() {
  return {{true, "1", false}, false};
}

bool dimensionless(const Part& part) {
  return part.of.known && units::relation(part.of.unit, "1") != units::Relation::different;
}

[[noreturn]] void refuse(const Program& program, const Instruction& at, const std::string& what) {
  throw ConfigError(fmt::format("column {}: {}\n    {}\n    {}^", at.position + 1, what,
                                program.text,
                                std::string(static_cast<std::size_t>(at.position), ' ')));
}

/// Of a sum, a comparison or a choice.
Part alike(const Program& program, const Instruction& at, const Part& a, const Part& b) {
  if (a.number) return b;
  if (b.number) return a;
  if (!a.of.known || !b.of.known) return unknown();
  const units::Relation relation = units::relation(a.of.unit, b.of.unit);
  const bool scaled = a.of.scaled || b.of.scaled;
  if (relation == units::Relation::different || (relation == units::Relation::scaled && !scaled)) {
    refuse(program, at, fmt::format("'{}' and '{}' do not go together", a.of.unit, b.of.unit));
  }
  return {{true, a.of.unit, scaled}, false};
}

Part product(const Part& a, const Part& b, bool divided) {
  if (a.number && b.number) return a;
  if (b.number) return {{a.of.known, a.of.unit, true}, false};
  if (a.number) {
    return {{b.of.known, divided ? units::power_of(b.of.unit, -1) : b.of.unit, true}, false};
  }
  if (!a.of.known || !b.of.known) return unknown();
  const std::string second = divided ? units::power_of(b.of.unit, -1) : b.of.unit;
  return {{true, units::product_of(a.of.unit, second), a.of.scaled || b.of.scaled}, false};
}

Part raised(const Part& a, int exponent) {
  if (a.number || !a.of.known) return a;
  return {{true, units::power_of(a.of.unit, exponent), a.of.scaled}, false};
}

/// Functions keep their argument's unit, or take and give plain numbers.
Part called(const Program& program, const Instruction& at, const Part& a, const Part& b) {
  const Function& function = functions()[static_cast<std::size_t>(at.argument)];
  if (function.arguments == 2) return alike(program, at, a, b);
  if (function.name == "abs") return a;
  if (function.name == "sqrt") return a.number || dimensionless(a) ? a : unknown();
  if (a.of.known && !a.number && !dimensionless(a))
    refuse(program, at, fmt::format("{} of a quantity in '{}'", function.name, a.of.unit));
  return a.number ? a : plain();
}

Part combined(const Program& program, const Instruction& at, const Part& a, const Part& b) {
  switch (at.op) {
    case Op::add:
    case Op::subtract:
      return alike(program, at, a, b);
    case Op::multiply:
    case Op::divide:
      return product(a, b, at.op == Op::divide);
    case Op::power:
      return a.number && b.number ? a : dimensionless(a) ? plain() : unknown();
    case Op::logical_and:
    case Op::logical_or:
      return plain();
    default:
      alike(program, at, a, b);
      return plain();
  }
}

}  // namespace

UnitOf unit_of(const Program& program, std::span<const std::string> units) {
  std::vector<Part> stack;
  const auto pop = [&] {
    const Part part = stack.back();
    stack.pop_back();
    return part;
  };
  for (const Instruction& at : program.code) {
    const bool of_two = at.op >= Op::add && at.op <= Op::logical_or && at.op != Op::call;
    const bool call_of_two =
        at.op == Op::call && functions()[static_cast<std::size_t>(at.argument)].arguments == 2;
    if (at.op == Op::operand) {
      const std::string& unit = units[static_cast<std::size_t>(at.argument)];
      stack.push_back({{units::known(unit), unit, false}, false});
    } else if (at.op == Op::constant) {
      stack.push_back({{true, "1", false}, true});
    } else if (of_two || call_of_two) {
      const Part b = pop(), a = pop();
      stack.push_back(of_two ? combined(program, at, a, b) : called(program, at, a, b));
    } else if (at.op == Op::select) {
      const Part b = pop(), a = pop();
      pop();
      stack.push_back(alike(program, at, a, b));
    } else {
      const Part a = pop();
      stack.push_back(at.op == Op::whole_power   ? raised(a, at.argument)
                      : at.op == Op::logical_not ? plain()
                      : at.op == Op::call        ? called(program, at, a, a)
                                                 : a);
    }
  }
  // Of numbers alone anything may be meant.
  return stack.back().number ? UnitOf{} : stack.back().of;
}

void check_unit(const Program& program, std::span<const std::string> units,
                std::string_view given) {
  const UnitOf own = unit_of(program, units);
  if (!own.known) return;
  const units::Relation relation = units::relation(own.unit, given);
  if (relation == units::Relation::same) return;
  if (relation == units::Relation::scaled && own.scaled) return;
  throw ConfigError(fmt::format(
      "'{}' is in '{}', not in '{}'{}", program.text, own.unit, given,
      relation == units::Relation::scaled ? ": multiply by the factor between them" : ""));
}

}  // namespace arcuate::expression

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>

#include "arcuate/core/expression.hpp"
#include "arcuate/core/math.hpp"

namespace arcuate::expression {
namespace {

constexpr std::array known_functions{
    Function{"exp", 1, "e^x"},
    Function{"expm1", 1, "e^x - 1, accurate at small x too"},
    Function{"log", 1, "natural logarithm"},
    Function{"log1p", 1, "log(1 + x), accurate at small x too"},
    Function{"sqrt", 1, "square root"},
    Function{"sin", 1, "of radians"},
    Function{"cos", 1, "of radians"},
    Function{"tanh", 1, "hyperbolic tangent"},
    Function{"sigmoid", 1, "1/(1 + exp(-x))"},
    Function{"erfc", 1, "complementary error function"},
    Function{"abs", 1, "absolute value"},
    Function{"min", 2, "the smaller"},
    Function{"max", 2, "the larger"},
    Function{"pow", 2, "x^y"},
    Function{"select", 3, "select(c, a, b) is c ? a : b"},
};

/// Both sides of a choice are computed, as in a loop that a compiler vectorises.
[[gnu::always_inline]] inline double power(double x, double y) {
  const double size = math::exp(y * math::log(math::abs(x)));
  const bool whole = y == __builtin_floor(y);
  const bool odd = whole && 0.5 * y != __builtin_floor(0.5 * y);
  double value = x == 0.0 ? (y > 0.0 ? 0.0 : math::detail::infinity) : size;
  value = x < 0.0 ? (whole ? (odd ? -value : value) : math::detail::nan) : value;
  value = y == 0.0 ? 1.0 : value;
  return x != x || y != y ? math::detail::nan : value;
}

/// What is not a number is passed on: a comparison must not hide it.
[[gnu::always_inline]] inline double truth(bool condition, double x, double y) {
  return math::select(x != x || y != y, math::detail::nan, math::select(condition, 1.0, 0.0));
}

template <class F>
void map_rows(int rows, const Operand& a, double* to, const F& f) {
  for (int row = 0; row < rows; ++row) {
    const double* const x = a.data + row * a.stride;
    double* const y = to + row * lanes;
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane)
      y[lane] = f(x[lane]);
  }
}

template <class F>
void map_rows(int rows, const Operand& a, const Operand& b, double* to, const F& f) {
  for (int row = 0; row < rows; ++row) {
    const double* const x = a.data + row * a.stride;
    const double* const y = b.data + row * b.stride;
    double* const out = to + row * lanes;
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane)
      out[lane] = f(x[lane], y[lane]);
  }
}

void choose(int rows, const Operand& condition, const Operand& a, const Operand& b, double* to) {
  for (int row = 0; row < rows; ++row) {
    const double* const c = condition.data + row * condition.stride;
    const double* const x = a.data + row * a.stride;
    const double* const y = b.data + row * b.stride;
    double* const out = to + row * lanes;
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane) {
      const double chosen = math::select(c[lane] != 0.0, x[lane], y[lane]);
      out[lane] = math::select(c[lane] != c[lane], math::detail::nan, chosen);
    }
  }
}

/// By repeated squaring: about log2(n) roundings.
void whole_power(int rows, const Operand& a, int exponent, double* to) {
  if (exponent == 2) return map_rows(rows, a, to, [](double x) { return x * x; });
  map_rows(rows, a, to, [exponent](double x) {
    double value = 1.0, square = x;
    for (int left = std::abs(exponent); left > 0; left >>= 1) {
      if ((left & 1) != 0) value *= square;
      square *= square;
    }
    return exponent < 0 ? 1.0 / value : value;
  });
}

using Unary = void (*)(int rows, const Operand& a, double* to);
template <class F>
constexpr Unary of(F /*function*/) {
  return [](int rows, const Operand& a, double* to) { map_rows(rows, a, to, F{}); };
}
/// The functions of one argument, in the order of known_functions.
constexpr std::array unary{
    of([](double x) { return math::exp(x); }),     of([](double x) { return math::expm1(x); }),
    of([](double x) { return math::log(x); }),     of([](double x) { return math::log1p(x); }),
    of([](double x) { return math::sqrt(x); }),    of([](double x) { return math::sin(x); }),
    of([](double x) { return math::cos(x); }),     of([](double x) { return math::tanh(x); }),
    of([](double x) { return math::sigmoid(x); }), of([](double x) { return math::erfc(x); }),
    of([](double x) { return math::abs(x); })};
static_assert(known_functions[unary.size() - 1].arguments == 1 &&
              known_functions[unary.size()].arguments == 2);

/// The operators of two operands.
void combine(Op op, int rows, const Operand& a, const Operand& b, double* to) {
  const auto with = [&](auto f) { map_rows(rows, a, b, to, f); };
  switch (op) {
    case Op::add:
      return with([](double x, double y) { return x + y; });
    case Op::subtract:
      return with([](double x, double y) { return x - y; });
    case Op::multiply:
      return with([](double x, double y) { return x * y; });
    case Op::divide:
      return with([](double x, double y) { return x / y; });
    case Op::less:
      return with([](double x, double y) { return truth(x < y, x, y); });
    case Op::less_equal:
      return with([](double x, double y) { return truth(x <= y, x, y); });
    case Op::greater:
      return with([](double x, double y) { return truth(x > y, x, y); });
    case Op::greater_equal:
      return with([](double x, double y) { return truth(x >= y, x, y); });
    case Op::equal:
      return with([](double x, double y) { return truth(x == y, x, y); });
    case Op::unequal:
      return with([](double x, double y) { return truth(x != y, x, y); });
    case Op::logical_and:
      return with([](double x, double y) { return truth(x != 0.0 && y != 0.0, x, y); });
    case Op::logical_or:
      return with([](double x, double y) { return truth(x != 0.0 || y != 0.0, x, y); });
    default:
      assert(op == Op::power);
      return with([](double x, double y) { return power(x, y); });
  }
}

/// A stack of rows: what is computed lies in the scratch, one place for each height.
class Stack {
 public:
  Stack(const Program& program, std::span<const Operand> operands, int rows, double* scratch)
      : operands_(operands), rows_(rows), constants_(scratch) {
    const std::size_t numbers = program.constants.size() * lanes;
    for (std::size_t i = 0; i < numbers; ++i)
      constants_[i] = program.constants[i / lanes];
    values_ = scratch + numbers;
  }

  void run(const Instruction& instruction) {
    switch (instruction.op) {
      case Op::operand:
        top_[height_++] = operands_[static_cast<std::size_t>(instruction.argument)];
        return;
      case Op::constant:
        top_[height_++] = {constants_ + instruction.argument * lanes, 0};
        return;
      case Op::call:
        return call(static_cast<std::size_t>(instruction.argument));
      case Op::select:
        return take(3, [&](double* to) { choose(rows_, arg(0), arg(1), arg(2), to); });
      case Op::negate:
        return take(1,
                    [&](double* to) { map_rows(rows_, arg(0), to, [](double x) { return -x; }); });
      case Op::logical_not:
        return take(1, [&](double* to) {
          map_rows(rows_, arg(0), to, [](double x) { return truth(x == 0.0, x, x); });
        });
      case Op::whole_power:
        return take(1, [&](double* to) { whole_power(rows_, arg(0), instruction.argument, to); });
      default:
        take(2, [&](double* to) { combine(instruction.op, rows_, arg(0), arg(1), to); });
    }
  }

  /// The last instruction, which writes to `out`.
  void finish(const Instruction& instruction, double* out) {
    last_ = true;
    out_ = out;
    run(instruction);
    if (top_[0].data != out) map_rows(rows_, top_[0], out, [](double x) { return x; });
  }

 private:
  [[nodiscard]] const Operand& arg(std::size_t i) const { return top_[height_ + i]; }

  /// An operation may write where its first argument lies.
  template <class Operation>
  void take(std::size_t arguments, const Operation& operation) {
    height_ -= arguments;
    double* const to = last_ ? out_ : values_ + height_ * static_cast<std::size_t>(rows_ * lanes);
    operation(to);
    top_[height_++] = {to, lanes};
  }

  void call(std::size_t function) {
    if (function < unary.size())
      return take(1, [&](double* to) { unary[function](rows_, arg(0), to); });
    const bool smaller = known_functions[function].name == "min";
    take(2, [&](double* to) {
      map_rows(rows_, arg(0), arg(1), to, [smaller](double x, double y) {
        const double chosen = math::select(smaller, math::min(x, y), math::max(x, y));
        return y != y ? y : chosen;  // as x, which min and max pass on
      });
    });
  }

  std::span<const Operand> operands_;
  int rows_;
  double* constants_;
  double* values_ = nullptr;
  std::array<Operand, most_depth> top_;
  std::size_t height_ = 0;
  bool last_ = false;
  double* out_ = nullptr;
};

}  // namespace

std::span<const Function> functions() {
  return known_functions;
}

std::size_t scratch_size(const Program& program, int rows) {
  return program.constants.size() * lanes +
         static_cast<std::size_t>(program.depth) * static_cast<std::size_t>(rows) * lanes;
}

void evaluate(const Program& program, std::span<const Operand> operands, int rows, double* scratch,
              double* out) {
  Stack stack(program, operands, rows, scratch);
  for (const Instruction& instruction : std::span(program.code).first(program.code.size() - 1))
    stack.run(instruction);
  stack.finish(program.code.back(), out);
}

}  // namespace arcuate::expression

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <numbers>
#include <system_error>

#include "arcuate/core/error.hpp"
#include "arcuate/core/expression.hpp"
#include "arcuate/core/utf8.hpp"

namespace arcuate::expression {
namespace {

constexpr std::size_t longest_text = 2000;
constexpr int most_nested = 200;
constexpr double largest_whole_power = 64.0;

bool begins_name(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool goes_on_name(char c) {
  return begins_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// An operator between two operands, by what binds less first.
struct Binary {
  std::string_view sign;
  Op op;
};
constexpr std::array disjunctions{Binary{"||", Op::logical_or}};
constexpr std::array conjunctions{Binary{"&&", Op::logical_and}};
constexpr std::array comparisons{Binary{"<=", Op::less_equal}, Binary{">=", Op::greater_equal},
                                 Binary{"==", Op::equal},      Binary{"!=", Op::unequal},
                                 Binary{"<", Op::less},        Binary{">", Op::greater}};
constexpr std::array sums{Binary{"+", Op::add}, Binary{"-", Op::subtract}};
constexpr std::array products{Binary{"*", Op::multiply}, Binary{"/", Op::divide}};

class Parser {
 public:
  explicit Parser(std::string_view text) { program_.text = text; }

  Program parse() {
    if (program_.text.size() > longest_text)
      throw ConfigError(fmt::format("is longer than {} characters", longest_text));
    conditional();
    skip_blanks();
    if (at_ < program_.text.size()) fail(fmt::format("'{}' is not expected here", rest()));
    return std::move(program_);
  }

 private:
  [[noreturn]] void fail_at(std::size_t at, const std::string& what) const {
    throw ConfigError(fmt::format("column {}: {}\n    {}\n    {}^", at + 1, what, program_.text,
                                  std::string(at, ' ')));
  }
  [[noreturn]] void fail(const std::string& what) const { fail_at(at_, what); }

  /// The next word or sign, for messages.
  [[nodiscard]] std::string rest() const {
    std::size_t end = at_;
    while (end < program_.text.size() && goes_on_name(program_.text[end]))
      ++end;
    const std::size_t one = at_ < program_.text.size() ? utf8_length(program_.text, at_) : 0;
    return program_.text.substr(at_, std::max<std::size_t>({end - at_, one, 1}));
  }

  void skip_blanks() {
    while (at_ < program_.text.size() &&
           std::string_view(" \t\r\n").find(program_.text[at_]) != std::string_view::npos)
      ++at_;
  }

  bool accept(std::string_view sign) {
    skip_blanks();
    if (std::string_view(program_.text).substr(at_).substr(0, sign.size()) != sign) return false;
    at_ += sign.size();
    return true;
  }

  void expect(std::string_view sign, std::string_view why) {
    if (!accept(sign)) fail(fmt::format("'{}' is missing {}", sign, why));
  }

  void emit(Op op, std::size_t position, int takes, int argument = 0) {
    program_.code.push_back({op, argument, static_cast<std::int32_t>(position)});
    height_ += 1 - takes;
    program_.depth = std::max(program_.depth, height_);
    if (height_ > most_depth) fail_at(position, "too many values wait for their operators here");
  }

  void conditional() {
    if (++nested_ > most_nested) fail("nested too deep");
    disjunction();
    skip_blanks();
    const std::size_t position = at_;
    if (accept("?")) {
      conditional();
      expect(":", "between the two values of '?'");
      conditional();
      emit(Op::select, position, 3);
    }
    --nested_;
  }

  /// Operands of `next` with some of `signs` between them, from the left.
  template <class Signs, class Next>
  void chain(const Signs& signs, bool once, const Next& next) {
    next();
    for (int count = 0;; ++count) {
      skip_blanks();
      const std::size_t position = at_;
      const auto found =
          std::find_if(signs.begin(), signs.end(), [&](const Binary& b) { return accept(b.sign); });
      if (found == signs.end()) return;
      if (once && count > 0) fail_at(position, "comparisons in a row: write a < b && b < c");
      next();
      emit(found->op, position, 2);
    }
  }

  void disjunction() {
    chain(disjunctions, false, [&] { conjunction(); });
  }
  void conjunction() {
    chain(conjunctions, false, [&] { comparison(); });
  }
  void comparison() {
    chain(comparisons, true, [&] { sum(); });
  }
  void sum() {
    chain(sums, false, [&] { product(); });
  }
  void product() {
    chain(products, false, [&] { signed_power(); });
  }

  /// -x^2 is -(x^2).
  void signed_power() {
    if (++nested_ > most_nested) fail("nested too deep");
    skip_blanks();
    const std::size_t position = at_;
    if (accept("-")) {
      signed_power();
      emit(Op::negate, position, 1);
    } else if (accept("+")) {
      signed_power();
    } else if (at_ + 1 < program_.text.size() && program_.text[at_ + 1] != '=' && accept("!")) {
      signed_power();
      emit(Op::logical_not, position, 1);
    } else {
      power();
    }
    --nested_;
  }

  /// a^b^c is a^(b^c).
  void power() {
    primary();
    skip_blanks();
    const std::size_t position = at_;
    if (accept("**")) fail_at(position, "a power is written ^");
    if (!accept("^")) return;
    const std::size_t first = program_.code.size();
    signed_power();
    raise(first, position);
  }

  /// Whole numbers as exponents are products; the others, exponentials.
  void raise(std::size_t first, std::size_t position) {
    const std::size_t count = program_.code.size() - first;
    const Instruction number = program_.code[first];
    const bool negative = count == 2 && program_.code.back().op == Op::negate;
    if (number.op == Op::constant && (count == 1 || negative)) {
      const double value = program_.constants[static_cast<std::size_t>(number.argument)];
      if (value == std::floor(value) && value <= largest_whole_power) {
        program_.code.resize(first);
        --height_;
        return emit(Op::whole_power, position, 1, static_cast<int>(negative ? -value : value));
      }
    }
    emit(Op::power, position, 2);
  }

  void primary() {
    skip_blanks();
    if (at_ == program_.text.size())
      fail(program_.code.empty() ? "nothing is there" : "it ends where a value is expected");
    const char c = program_.text[at_];
    if (accept("(")) {
      conditional();
      expect(")", "here");
    } else if (begins_name(c)) {
      name();
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.') {
      number();
    } else {
      fail(fmt::format("a name, a number or '(' is expected, not '{}'", rest()));
    }
  }

  void number() {
    const char* const begin = program_.text.data() + at_;
    const char* const end = program_.text.data() + program_.text.size();
    double value = 0.0;
    const auto [stop, status] = std::from_chars(begin, end, value);
    if (status != std::errc() || !std::isfinite(value)) fail("not a number that fits in a double");
    if (stop != end && (goes_on_name(*stop) || *stop == '.')) {
      fail_at(at_ + static_cast<std::size_t>(stop - begin),
              "a number ends here; a product is written *, and numbers have no units");
    }
    constant(value, at_);
    at_ += static_cast<std::size_t>(stop - begin);
  }

  void constant(double value, std::size_t position) {
    program_.constants.push_back(value);
    emit(Op::constant, position, 0, static_cast<int>(program_.constants.size()) - 1);
  }

  void name() {
    const std::size_t begin = at_;
    while (at_ < program_.text.size() && goes_on_name(program_.text[at_]))
      ++at_;
    const std::string word = program_.text.substr(begin, at_ - begin);
    if (accept("(")) return call(word, begin);
    if (word == "pi") return constant(std::numbers::pi, begin);
    auto& names = program_.names;
    auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end()) found = names.insert(names.end(), word);
    if (names.size() > most_names) fail_at(begin, fmt::format("more than {} names", most_names));
    emit(Op::operand, begin, 0, static_cast<int>(found - names.begin()));
  }

  void call(const std::string& word, std::size_t begin) {
    const auto all = functions();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Function& f) { return f.name == word; });
    if (found == all.end()) {
      std::string allowed;
      for (const Function& one : all)
        allowed.append(allowed.empty() ? "" : ", ").append(one.name);
      fail_at(begin, fmt::format("there is no function '{}' (allowed: {})", word, allowed));
    }
    int given = 0;
    if (!accept(")")) {
      do {
        conditional();
        ++given;
      } while (accept(","));
      expect(")", fmt::format("after the arguments of {}", word));
    }
    if (given != found->arguments) {
      fail_at(begin, fmt::format("{} takes {} argument{}, not {}", word, found->arguments,
                                 found->arguments == 1 ? "" : "s", given));
    }
    finish_call(static_cast<int>(found - all.begin()), *found, begin);
  }

  /// Those that are operators by another name are these operators.
  void finish_call(int number, const Function& function, std::size_t begin) {
    if (function.name == "pow") return emit(Op::power, begin, 2);
    if (function.name == "select") return emit(Op::select, begin, 3);
    emit(Op::call, begin, function.arguments, number);
  }

  Program program_;
  std::size_t at_ = 0;
  int nested_ = 0;
  int height_ = 0;
};

}  // namespace

Program compile(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace arcuate::expression

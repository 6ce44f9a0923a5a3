#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/optimise/draws.hpp"
#include "arcuate/optimise/space.hpp"

namespace arcuate::optimise {

/// The usual value of an option that a rule decides, which its meaning names.
inline constexpr double by_rule = std::numeric_limits<double>::quiet_NaN();
/// Words of an option that is a question.
inline constexpr std::array<std::string_view, 2> no_or_yes{"no", "yes"};

/// A number or a word that a method takes, as a row of its documentation.
struct MethodOption {
  std::string_view name;
  double usual = 0.0;  ///< or by_rule
  double least = 0.0;  ///< allowed
  double most = std::numeric_limits<double>::infinity();
  bool whole = false;
  std::span<const std::string_view> words{};  ///< the value is the number of one of them
  std::string_view meaning;
  std::string_view source;  ///< of the usual value
};

struct MethodInfo {
  std::string_view name;
  std::string_view meaning;
  std::string_view source;
  std::span<const MethodOption> options{};
  bool discrete = true;     ///< takes integers and choices
  bool real = true;         ///< takes variables that are neither
  bool sequential = false;  ///< has one candidate at a time
  bool several = false;     ///< objectives, rather than one
};

/// Numbers of a method's options.
class Settings {
 public:
  Settings(const MethodInfo& info, std::vector<double> numbers)
      : info_(&info), numbers_(std::move(numbers)) {}
  /// by_rule where the method decides.
  [[nodiscard]] double operator[](std::string_view name) const;
  /// `rule` where nothing was given.
  [[nodiscard]] double number(std::string_view name, double rule) const;
  [[nodiscard]] Index count(std::string_view name, Index rule) const;
  [[nodiscard]] bool is(std::string_view name, std::string_view word) const;

 private:
  const MethodInfo* info_;
  std::vector<double> numbers_;
};

/// What a method knows about its task.
struct Task {
  const Space* space = nullptr;
  random::Stream stream;
  std::int64_t budget = 0;
  int workers = 1;
  bool synchronous = false;  ///< results of a generation come together, in the order of the asks
  bool noisy = false;
  int objectives = 1;

  [[nodiscard]] Index dimension() const { return space->dimension(); }
};

/// Of one evaluation.
struct Result {
  double loss = 0.0;             ///< infinite: failed
  std::vector<double> losses{};  ///< (objectives), when there are several
  [[nodiscard]] bool failed() const { return loss == std::numeric_limits<double>::infinity(); }
};

/// An algorithm in the unit cube. What is asked for, told and injected was checked by Optimiser.
class Method {
 public:
  Method() = default;
  Method(const Method&) = delete;
  Method& operator=(const Method&) = delete;
  virtual ~Method() = default;

  /// (dimension), in [0, 1]; none: results are needed first, or converged().
  virtual std::optional<Vector> ask(std::uint64_t id) = 0;
  /// Of any candidate that is out, in any order.
  virtual void tell(std::uint64_t id, const Result& result) = 0;
  /// The candidate comes to nothing, which says nothing about its point.
  virtual void lose(std::uint64_t id) = 0;
  /// A point from elsewhere.
  virtual void inject(const Vector& unit, const Result& result) = 0;
  /// Asks after which a synchronous search waits for all results; 0: when ask() gives none.
  [[nodiscard]] virtual Index batch() const { return 0; }
  /// Where the method holds the best to be; none: the best that was told.
  [[nodiscard]] virtual std::optional<Vector> centre() const { return std::nullopt; }
  /// Nothing more will come.
  [[nodiscard]] virtual bool converged() const { return false; }
  /// What it does at present, for logs: "lambda 20, sigma 0.013".
  [[nodiscard]] virtual std::string state() const { return ""; }
};

/// One file src/optimise/methods/NAME.cpp and one line in cmake/ArcuateOptimisers.cmake.
struct MethodKind {
  MethodInfo info;
  std::unique_ptr<Method> (*make)(const Task& task, const Settings& settings);
};

/// In the order of the documentation.
std::span<const MethodKind* const> methods();

/// A method with its settings.
struct MethodChoice {
  const MethodKind* kind = nullptr;
  std::vector<double> numbers;
  std::string why;  ///< of `auto`
};

/// "cma", "cma,population=20,restarts=bipop", a name of nevergrad ("DiagonalCMA"), or "auto", which
/// decides by `task`. Throws ConfigError: no such method or option, a value outside.
MethodChoice choose_method(const std::string& text, const Task& task);

/// The tables of docs/optimisers.md.
std::string method_reference();
std::string nevergrad_reference();

}  // namespace arcuate::optimise

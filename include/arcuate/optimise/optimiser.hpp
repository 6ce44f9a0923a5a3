#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/optimise/method.hpp"
#include "arcuate/optimise/space.hpp"

namespace arcuate::optimise {

struct Options {
  std::string method = "auto";  ///< as choose_method takes it
  std::int64_t budget = 0;      ///< evaluations, >= 1; those that are lost do not count
  std::uint64_t seed = 1;
  std::uint32_t island = 0;  ///< islands of one seed draw different numbers
  int workers = 1;           ///< evaluations at a time that are to be expected
  /// The same candidates whatever order results come in: those of a generation, or of `workers`
  /// asks where a method has no generations, are told together.
  bool synchronous = false;
  bool noisy = false;  ///< another evaluation of the same point gives another loss
  int objectives = 1;
};

struct Candidate {
  std::uint64_t id = 0;
  Vector unit;    ///< (dimension), in [0, 1]
  Vector values;  ///< (dimension): Space::decode(unit)
};

/// A point whose loss is known.
struct Point {
  std::uint64_t id = 0;  ///< 0: injected
  Vector unit;
  double loss = 0.0;
  std::vector<double> losses{};  ///< (objectives), when there are several
};

enum class Ended { no, budget, converged, failing };

/// A search: checks, counts and remembers; its Method proposes. Nothing of it is shared, so any
/// number can be used side by side.
class Optimiser {
 public:
  /// Throws ConfigError: a budget, workers or objectives below 1, a method that there is not or
  /// that cannot take this space.
  Optimiser(Space space, Options options);
  Optimiser(Optimiser&&) noexcept = default;
  Optimiser& operator=(Optimiser&&) noexcept = default;

  /// The next candidate; none: results have to be told first, or the search has ended. A refusal
  /// changes nothing.
  std::optional<Candidate> ask();
  /// In any order. A loss that is no finite number is a failure. Throws ConfigError without any
  /// change: an id that is not out, as many losses as there are no objectives.
  void tell(std::uint64_t id, double loss);
  void tell(std::uint64_t id, std::span<const double> losses);
  /// The simulation failed at this point, and would again: it ranks behind all others.
  void fail(std::uint64_t id);
  /// Nothing is known of the point (a lost worker, a time limit): another candidate takes its
  /// place.
  void lose(std::uint64_t id);
  /// A point from elsewhere with its losses: a migrant or what is known already. Throws ConfigError
  /// as Space::encode, and losses that are not finite.
  void inject(const Vector& values, std::span<const double> losses);
  void inject_unit(const Vector& unit, std::span<const double> losses);
  /// A point that one of the next asks gives out.
  void suggest(const Vector& values);

  [[nodiscard]] Ended ended() const;
  /// Of a synchronous search: whether results wait for the others of their generation.
  [[nodiscard]] bool holds() const { return !held_.empty(); }
  [[nodiscard]] std::size_t outstanding() const { return out_.size(); }
  [[nodiscard]] std::int64_t asked() const { return asked_; }
  [[nodiscard]] std::int64_t told() const { return told_; }
  [[nodiscard]] std::int64_t failed() const { return failed_; }
  /// Least loss that was told or injected (of the first objective, where there are several).
  [[nodiscard]] const std::optional<Point>& best() const { return best_; }
  /// (dimension) values to use: the best, or where losses are noisy the centre of the search, since
  /// the least of many noisy losses is mostly luck.
  [[nodiscard]] Vector recommendation() const;
  /// Points that no other is better than in all objectives.
  [[nodiscard]] const std::vector<Point>& front() const { return front_; }

  [[nodiscard]] const MethodInfo& method() const { return choice_.kind->info; }
  /// Why `auto` took it, or "".
  [[nodiscard]] const std::string& why() const { return choice_.why; }
  [[nodiscard]] std::string state() const { return method_->state(); }
  [[nodiscard]] const Space& space() const { return *space_; }
  [[nodiscard]] const Options& options() const { return options_; }

  /// Everything that happened, as a text with a checksum; restore() makes the same search of it, to
  /// the bit, by doing it again. Throws ConfigError: not such a text, or of other variables,
  /// options or program.
  [[nodiscard]] std::string save() const;
  static Optimiser restore(Space space, Options options, std::string_view text);

 private:
  friend class Replay;
  /// What was called, in order.
  struct Event {
    char what;  ///< ask, told, failed, lost, inject, suggest: the first letter
    std::uint64_t id;
    std::vector<double> numbers;
  };

  Candidate hand_out(std::uint64_t id, Vector unit, bool own);
  bool full();
  void check_out(std::uint64_t id) const;
  void receive(std::uint64_t id, Result result);
  void deliver_batch();
  void note(const Point& point);
  [[nodiscard]] Result checked(std::span<const double> losses) const;
  [[nodiscard]] std::string fingerprint() const;

  struct Out {
    Vector unit;
    bool own;  ///< asked of the method rather than suggested
  };
  std::unique_ptr<Space> space_;
  Options options_;
  MethodChoice choice_;
  std::unique_ptr<Method> method_;
  std::map<std::uint64_t, Out> out_;
  std::deque<Vector> suggested_;
  std::optional<std::pair<std::uint64_t, Vector>> next_;  ///< asked of the method already
  std::map<std::uint64_t, std::pair<Out, Result>> held_;  ///< of a batch that is not complete
  std::int64_t in_batch_ = 0;
  std::uint64_t last_id_ = 0;
  std::int64_t asked_ = 0;
  std::int64_t told_ = 0;
  std::int64_t failed_ = 0;
  std::int64_t failed_in_a_row_ = 0;
  std::optional<Point> best_;
  std::vector<Point> front_;
  std::vector<Event> events_;
  std::uint64_t digest_ = 0;  ///< of all candidates
};

}  // namespace arcuate::optimise

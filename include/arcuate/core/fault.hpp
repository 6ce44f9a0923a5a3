#pragma once

#include <array>
#include <cstddef>
#include <string_view>

/// Places at which tests let a process fail (docs/contributing.md, "Faults on purpose"). A user's
/// program has none of them: they are compiled in with -DARCUATE_FAULTS=ON only, which is what a
/// build with tests has.
namespace arcuate::fault {

#ifdef ARCUATE_FAULTS
inline constexpr bool compiled_in = true;
#else
inline constexpr bool compiled_in = false;
#endif

/// A place, and what it can do beyond kill, stop, segv, throw and slow.
struct Place {
  std::string_view name;
  std::string_view own_kind = "";
};

inline constexpr std::array places{Place{"setup.before_plan"},
                                   Place{"setup.after_plan"},
                                   Place{"step", "nan"},
                                   Place{"thread"},
                                   Place{"recording.flush"},
                                   Place{"recording.write"},
                                   Place{"recording.sealing"},
                                   Place{"output.before_rename"},
                                   Place{"output.after_rename"},
                                   Place{"checkpoint.before_data"},
                                   Place{"checkpoint.between_pieces"},
                                   Place{"checkpoint.after_data"},
                                   Place{"checkpoint.before_rename"},
                                   Place{"checkpoint.between_renames"},
                                   Place{"checkpoint.before_folder_sync"},
                                   Place{"farm.hand_out"},
                                   Place{"farm.begin_evaluation"},
                                   Place{"farm.end_evaluation"},
                                   Place{"journal.append", "short"},
                                   Place{"journal.part_written"}};

/// One of `places`; a name that is none does not compile.
class Point {
 public:
  consteval Point(const char* name) : index_(0) {  // NOLINT: from a literal
    while (places.at(index_).name != name)
      ++index_;
  }
  [[nodiscard]] std::size_t index() const { return index_; }

 private:
  std::size_t index_;
};

/// Reads ARCUATE_FAULT: `POINT:WHEN:RANK[:KIND]`, several with commas between them. WHEN: the how
/// many-th time the point is reached, `N+` from then on. RANK: a number, or `all`. KIND: kill
/// (usual), stop, segv, throw, slow (`slow=MS`: sleeps so long from then on), and what the point
/// itself can do: short (writes half), nan. Throws ConfigError. Without faults compiled in it does
/// nothing.
void arm(int rank);

void reach(std::size_t place);
[[nodiscard]] bool is_due(std::size_t place);

/// The process reaches a point.
inline void here([[maybe_unused]] Point point) {
  if constexpr (compiled_in) reach(point.index());
}

/// Whether the point's own kind is due now: what it does is the caller's affair.
[[nodiscard]] inline bool spoils([[maybe_unused]] Point point) {
  if constexpr (compiled_in) return is_due(point.index());
  return false;
}

}  // namespace arcuate::fault

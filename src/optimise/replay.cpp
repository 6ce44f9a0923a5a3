#include <fmt/format.h>

#include <charconv>

#include "arcuate/core/error.hpp"
#include "arcuate/core/sha256.hpp"
#include "arcuate/optimise/optimiser.hpp"

namespace arcuate::optimise {
namespace {

constexpr std::string_view head = "arcuate-search 1\n";
constexpr std::size_t checksum_length = 64 + 1;

[[noreturn]] void refuse(std::string_view why) {
  throw ConfigError(fmt::format("the saved search cannot be continued: {}", why));
}

/// Of words with spaces and line ends between them.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}
  [[nodiscard]] bool done() const { return text_.empty(); }
  std::string_view line() { return until('\n'); }
  std::string_view word() { return until(' '); }

 private:
  std::string_view until(char end) {
    const std::size_t at = std::min(text_.find(end), text_.size());
    const std::string_view found = text_.substr(0, at);
    text_.remove_prefix(std::min(at + 1, text_.size()));
    return found;
  }
  std::string_view text_;
};

double double_of(std::string_view word) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) refuse("a number is damaged");
  return value;
}

std::uint64_t whole_of(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) refuse("a number is damaged");
  return value;
}

}  // namespace

/// Does again what an Optimiser has written down.
class Replay {
 public:
  explicit Replay(Optimiser& search) : search_(&search) {}

  void step(std::string_view line) {
    Words words(line);
    const std::string_view what = words.word();
    const std::uint64_t id = whole_of(words.word());
    std::vector<double> numbers;
    while (!words.done())
      numbers.push_back(double_of(words.word()));
    if (what == "a") return ask(id);
    if (what == "t") return search_->tell(id, numbers);
    if (what == "f") return search_->fail(id);
    if (what == "l") return search_->lose(id);
    if (what == "i" || what == "s") return point(what == "s", numbers);
    refuse("a line is damaged");
  }
  void compare(std::uint64_t digest) const {
    if (search_->digest_ != digest) refuse("this program proposes other candidates");
  }

 private:
  void ask(std::uint64_t id) {
    const std::optional<Candidate> candidate = search_->ask();
    if (!candidate || candidate->id != id) refuse("this program proposes other candidates");
  }
  void point(bool suggestion, const std::vector<double>& numbers) {
    const Index n = search_->space_->dimension();
    if (static_cast<Index>(numbers.size()) < n) refuse("a point is damaged");
    const Vector unit = Eigen::Map<const Vector>(numbers.data(), n);
    if (!suggestion)
      return search_->inject_unit(unit, std::span(numbers).subspan(static_cast<std::size_t>(n)));
    search_->events_.push_back({'s', 0, numbers});
    search_->suggested_.push_back(unit);
  }

  Optimiser* search_;
};

/// What makes two searches the same, apart from what happens in them.
std::string Optimiser::fingerprint() const {
  std::string text = fmt::format("{} {} {} {} {} {} {} {}\n", options_.method, options_.budget,
                                 options_.seed, options_.island, options_.workers,
                                 options_.synchronous, options_.noisy, options_.objectives);
  for (const Variable& v : space_->variables()) {
    text += fmt::format("{} {} {} {} {} {}", v.name, static_cast<int>(v.kind),
                        static_cast<int>(v.scale), v.low, v.high, v.start.value_or(v.low - 1.0));
    for (const std::string& word : v.choices)
      text += " " + word;
    text += "\n";
  }
  return sha256(text);
}

std::string Optimiser::save() const {
  std::string text = fmt::format("{}{}\n{}\n", head, fingerprint(), digest_);
  for (const Event& event : events_) {
    text += fmt::format("{} {}", event.what, event.id);
    for (const double x : event.numbers)
      text += fmt::format(" {}", x);
    text += "\n";
  }
  return text + sha256(text) + "\n";
}

Optimiser Optimiser::restore(Space space, Options options, std::string_view text) {
  if (!text.starts_with(head)) refuse("the text does not begin as one of this version does");
  if (text.size() < head.size() + checksum_length) refuse("the text is cut off");
  const std::string_view body = text.substr(0, text.size() - checksum_length);
  if (text.substr(body.size()) != sha256(body) + "\n") refuse("the checksum is wrong");
  Optimiser search(std::move(space), std::move(options));
  Words lines(body.substr(head.size()));
  if (lines.line() != search.fingerprint()) refuse("variables or options have changed");
  const std::uint64_t digest = whole_of(lines.line());
  Replay replay(search);
  while (!lines.done())
    replay.step(lines.line());
  replay.compare(digest);
  return search;
}

}  // namespace arcuate::optimise

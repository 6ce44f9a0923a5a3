#include "letters.hpp"

#include <cstring>
#include <type_traits>

namespace arcuate::farm {
namespace {

/// All ranks are the same program: numbers travel as they lie in memory.
template <class Number>
void put(std::string& text, const Number& value) {
  static_assert(std::is_arithmetic_v<Number>);
  text.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class Number>
Number take(std::string_view& text) {
  Number value{};
  std::memcpy(&value, text.data(), sizeof value);
  text.remove_prefix(sizeof value);
  return value;
}

}  // namespace

std::string text_of(const Task& task) {
  std::string text;
  put(text, task.id);
  put(text, task.limit);
  return text.append(task.work);
}

Task task_in(std::string_view text) {
  Task task;
  task.id = take<std::uint64_t>(text);
  task.limit = take<double>(text);
  task.work = text;
  return task;
}

std::string text_of(const Done& done) {
  std::string text;
  put(text, done.id);
  put(text, static_cast<std::int32_t>(done.ending));
  put(text, static_cast<std::int32_t>(done.exit_code));
  put(text, done.seconds);
  put(text, static_cast<std::int32_t>(done.worker));
  put(text, static_cast<std::uint64_t>(done.reason.size()));
  return text.append(done.reason).append(done.result);
}

Done done_in(std::string_view text) {
  Done done;
  done.id = take<std::uint64_t>(text);
  done.ending = static_cast<Ending>(take<std::int32_t>(text));
  done.exit_code = take<std::int32_t>(text);
  done.seconds = take<double>(text);
  done.worker = take<std::int32_t>(text);
  const auto reason = static_cast<std::size_t>(take<std::uint64_t>(text));
  done.reason = text.substr(0, reason);
  done.result = text.substr(reason);
  return done;
}

std::string text_of(std::uint64_t number) {
  std::string text;
  put(text, number);
  return text;
}

std::uint64_t number_in(std::string_view text) {
  return take<std::uint64_t>(text);
}

}  // namespace arcuate::farm

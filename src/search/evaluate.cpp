#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "arcuate/core/error.hpp"
#include "arcuate/io/fit.hpp"
#include "common.hpp"
#include "json.hpp"

namespace arcuate::search {
namespace {

using Json = nlohmann::ordered_json;

/// Lines of standard input as they come, without waiting for them.
class Lines {
 public:
  std::optional<std::string> next() {
    fill();
    const std::size_t end = buffer_.find('\n');
    if (end == std::string::npos && !(ended_ && !buffer_.empty())) return std::nullopt;
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end == std::string::npos ? end : end + 1);
    ++number_;
    return line;
  }
  [[nodiscard]] bool ended() const { return ended_ && buffer_.empty(); }
  [[nodiscard]] int number() const { return number_; }

 private:
  void fill() {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    while (!ended_ && ::poll(&input, 1, 0) > 0) {
      std::array<char, 1 << 16> bytes{};
      const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      ended_ = count <= 0;
      if (count > 0) buffer_.append(bytes.data(), static_cast<std::size_t>(count));
    }
  }
  std::string buffer_;
  bool ended_ = false;
  int number_ = 0;
};

Json json_of(const KeptArray& array) {
  Json json{{"unit", array.unit}, {"shape", Json::array()}, {"values", Json::array()}};
  for (const analysis::Axis& axis : array.axes)
    json["shape"].push_back(std::max(axis.values.size(), axis.texts.size()));
  for (const double value : array.values)
    json["values"].push_back(number_json(value));
  return json;
}

/// Candidates of another program, on rank 0.
class LinesWork final : public farm::Work {
 public:
  explicit LinesWork(const JobOptions& options) : options_(options), own_(options) {
    if (io::has_fit(own_.study)) fit_ = io::fit_of(own_.study);
    if (!fit_ && own_.study.features->empty())
      throw ConfigError(options.study +
                        ": there is neither `fit` nor `features`: nothing would be answered");
    own_.try_one({});
  }

  [[nodiscard]] TrialSetup setup() const {
    TrialSetup setup = own_.setup(options_);
    setup.keep_features = true;
    if (!fit_) return setup;
    setup.conditions = conditions_of(*fit_);
    setup.inhibition = fit_->inhibition.value_or(0.0);
    setup.tune_inhibition = fit_->each.tune_inhibition;
    return setup;
  }

  bool expects_more() override { return !lines_.ended(); }

  std::optional<farm::Task> next() override {
    while (const std::optional<std::string> line = lines_.next()) {
      if (line->find_first_not_of(" \t\r") == std::string::npos) continue;
      try {
        return task_of(*line);
      } catch (const Error& error) {
        answer({{"line", lines_.number()}, {"status", "refused"}, {"error", error.what()}});
      }
    }
    return std::nullopt;
  }

  void take(const farm::Done& done) override {
    const Asked asked = out_.at(done.id);
    out_.erase(done.id);
    Json json{{"id", asked.id}, {"status", core::word_of(done.ending)}, {"seconds", done.seconds}};
    if (done.ending == farm::Ending::done) {
      const Outcome outcome = read_outcome(done.result);
      if (!outcome.terms.empty())
        json["loss"] = number_json(total_of(outcome.terms) + asked.penalty);
      for (const TermValue& term : outcome.terms)
        json["terms"].push_back({{"name", term.name}, {"value", number_json(term.value)}});
      for (const KeptArray& array : outcome.features)
        json["features"][array.feature][array.name] = json_of(array);
    } else {
      json["error"] = done.reason;
    }
    answer(json);
  }

 private:
  struct Asked {
    Json id;
    double penalty = 0.0;
  };

  static void answer(const Json& json) { std::cout << line(json) << std::endl; }

  farm::Task task_of(const std::string& line) {
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded() || !json.is_object())
      throw ConfigError("expected a JSON object on one line");
    Asked asked{json.contains("id") ? json["id"] : Json(lines_.number()), 0.0};
    std::vector<std::string> changes;
    for (const auto& [key, value] : json.items()) {
      if (key == "values") {
        changes = changes_of(value, asked);
      } else if (key == "changes" && value.is_object()) {
        for (const auto& [path, one] : value.items())
          changes.push_back(path + "=" + one.dump());
      } else if (key != "id") {
        throw ConfigError(fmt::format(
            "{}: not understood (allowed: id, changes {{path: value}}, values [...])", key));
      }
    }
    const std::uint64_t id = ++last_id_;
    out_[id] = asked;
    farm::Task task;
    task.id = id;
    task.work = write_order({id, 0, changes});
    return task;
  }

  /// A list of numbers in the order of the fit's parameters.
  std::vector<std::string> changes_of(const Json& values, Asked& asked) const {
    if (!fit_) throw ConfigError("values: the study has no `fit` that says what they are");
    const optimise::Space& space = fit_->space();
    const auto dimension = static_cast<std::size_t>(space.dimension());
    optimise::Vector vector(space.dimension());
    bool sound = values.is_array() && values.size() == dimension;
    for (std::size_t k = 0; sound && k < dimension; ++k) {
      sound = values[k].is_number();
      if (sound) vector[static_cast<optimise::Index>(k)] = values[k].get<double>();
    }
    if (!sound) throw ConfigError(fmt::format("values: expected {} numbers", dimension));
    static_cast<void>(space.encode(vector));  // inside the bounds
    asked.penalty = penalty_of(*fit_, vector);
    return io::overrides_of(fit_->changes(vector, 0, 0, 0));
  }

  JobOptions options_;
  JobStudy own_;
  std::optional<io::Fit> fit_;
  Lines lines_;
  std::map<std::uint64_t, Asked> out_;
  std::uint64_t last_id_ = 0;
};

}  // namespace

void evaluate_lines(const comm::Communicator& world, const JobOptions& options) {
  std::unique_ptr<LinesWork> work;
  TrialSetup setup;
  comm::on_root(world, [&] {
    require_ranks(world, options);
    work = std::make_unique<LinesWork>(options);
    setup = work->setup();
  });
  const farm::Figures figures = run_farm(world, work.get(), setup, options);
  if (figures.signalled != 0) throw StoppedError("evaluate: stopped by a signal");
}

}  // namespace arcuate::search

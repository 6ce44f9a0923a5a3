#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "arcuate/core/error.hpp"
#include "arcuate/io/fit.hpp"
#include "candidates.hpp"
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

Json text_of(const KeptArray& array) {
  Json json{{"unit", array.unit}, {"shape", Json::array()}, {"values", Json::array()}};
  for (const analysis::Axis& axis : array.axes)
    json["shape"].push_back(std::max(axis.values.size(), axis.texts.size()));
  for (const double value : array.values)
    json["values"].push_back(number_json(value));
  return json;
}

/// Candidates of another program, on rank 0. Where the fit has several conditions or repeats each
/// is simulated for all of them, as in a fit.
class LinesWork final : public farm::Work {
 public:
  explicit LinesWork(const JobOptions& options) : options_(options), own_(options) {
    if (io::has_fit(own_.study)) {
      fit_ = io::fit_of(own_.study);
      judge_.emplace(*fit_);
    }
    if (!fit_ && !own_.study.has_features())
      throw ConfigError(options.study +
                        ": there is neither `fit` nor `features`: nothing would be answered");
    if (fit_) notes_.warn(fit_->warnings, "");
    if (fit_ && fit_->each.tune_from == io::TuneFrom::neighbour)
      notes_.warn({options.study + ": fit.tune_from: candidates of another program start from "
                                   "their own analytic weights"},
                  "");
    notes_.warn(fit_ ? try_fit(own_, *fit_) : own_.try_one({}), "");
  }

  [[nodiscard]] TrialSetup setup() const {
    TrialSetup setup = own_.setup(options_, fit_ ? fit_->each : io::EachCandidate{});
    setup.keep_features = true;
    if (!fit_) return setup;
    setup.conditions = conditions_of(*fit_);
    setup.inhibition = fit_->inhibition.value_or(0.0);
    return setup;
  }

  bool expects_more() override { return !lines_.ended() || !queue_.empty(); }

  std::optional<farm::Task> next() override {
    while (queue_.empty()) {
      const std::optional<std::string> line = lines_.next();
      if (!line) return std::nullopt;
      if (line->find_first_not_of(" \t\r") == std::string::npos) continue;
      try {
        accept(*line);
      } catch (const Error& error) {
        Json refused;
        const Json json = Json::parse(*line, nullptr, false);
        if (json.is_object() && json.contains("id")) refused["id"] = json["id"];
        refused["line"] = lines_.number();
        refused["status"] = "refused";
        refused["error"] = error.what();
        answer(refused);
      }
    }
    farm::Task task = std::move(queue_.front());
    queue_.pop_front();
    return task;
  }

  void take(const farm::Done& done) override {
    const Evaluation one = Evaluation::of(done.id);
    Candidate& candidate = out_.at(one.candidate);
    Outcome outcome;
    Record record;
    record.id = done.id;
    record.ending = done.ending;
    record.reason = done.reason;
    record.seconds = done.seconds;
    if (record.has_result()) {
      outcome = read_outcome(done.result);
      record.terms = outcome.terms;
      notes_.tell(outcome, fmt::format("candidate {}", candidate.id.dump()));
    }
    candidate.add_features(one, outcome, fit_ ? &*fit_ : nullptr);
    candidate.asked.note(record);
    if (--candidate.missing > 0) return;
    answer(fit_ ? answer_of(candidate, judge_->combined(candidate.asked))
                : answer_of(candidate, record));
    out_.erase(one.candidate);
  }

 private:
  struct Candidate {
    Json id;
    Asked asked{};
    std::size_t missing = 1;  ///< simulations that have not ended
    std::size_t all = 1;
    Json features{};

    /// By condition and repeat where there are several simulations.
    void add_features(const Evaluation& one, const Outcome& outcome, const io::Fit* fit) {
      Json json;
      for (const KeptArray& array : outcome.features)
        json[array.feature][array.name] = text_of(array);
      if (all == 1) {
        features = std::move(json);
      } else if (!json.is_null()) {
        features.push_back({{"condition", fit->conditions[one.condition].name},
                            {"repeat", one.repeat},
                            {"features", std::move(json)}});
      }
    }
  };

  static void answer(const Json& json) { std::cout << line(json) << std::endl; }

  [[nodiscard]] Json answer_of(const Candidate& candidate, const Record& record) const {
    Json json{{"id", candidate.id},
              {"status", core::word_of(record.ending)},
              {"seconds", record.seconds}};
    if (record.has_result()) {
      if (fit_) json["loss"] = number_json(judge_->loss(candidate.asked));
      for (const TermValue& term : record.terms)
        json["terms"].push_back({{"name", term.name}, {"value", number_json(term.value)}});
    } else {
      json["error"] = record.reason;
    }
    if (!candidate.features.is_null())
      json[candidate.all == 1 ? "features" : "simulations"] = candidate.features;
    return json;
  }

  void accept(const std::string& line) {
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded() || !json.is_object())
      throw ConfigError("expected a JSON object on one line");
    Candidate candidate{json.contains("id") ? json["id"] : Json(lines_.number())};
    std::vector<std::string> changes;
    for (const auto& [key, value] : json.items()) {
      if (key == "values") {
        candidate.asked.values = values_of(value);
      } else if (key == "changes" && value.is_object()) {
        for (const auto& [path, one] : value.items()) {
          require_changeable(path, json.contains("values"));
          changes.push_back(path + "=" + one.dump());
        }
      } else if (key != "id") {
        throw ConfigError(fmt::format(
            "{}: not understood (allowed: id, changes {{path: value}}, values [...])", key));
      }
    }
    if (fit_ && fit_->says_more() && candidate.asked.values.size() == 0)
      throw ConfigError(
          "values: missing, but required: `fit.vary` has priors, or parameters that "
          "are fixed or derived, which `changes` alone would leave out");
    candidate.asked.id = ++last_id_;
    queue(std::move(candidate), changes);
  }

  /// What would have no effect, or would undo what the rest of the line says.
  void require_changeable(const std::string& path, bool values) const {
    if (!io::can_change(path))
      throw ConfigError(fmt::format("changes: {}: is not of what is simulated, and how", path));
    if (values && fit_ && fit_->varies(path))
      throw ConfigError(fmt::format("changes: {}: `values` says what it is", path));
  }

  void queue(Candidate candidate, const std::vector<std::string>& changes) {
    const std::uint64_t id = candidate.asked.id;
    const std::vector<Evaluation> all =
        fit_ ? judge_->evaluations(id) : std::vector<Evaluation>{{id}};
    candidate.all = candidate.missing = all.size();
    const bool seeded = std::any_of(changes.begin(), changes.end(), [](const std::string& change) {
      return change.starts_with("seed=");
    });
    if (seeded && all.size() > 1)
      throw ConfigError("seed: those of repeats follow from the study's seed");
    for (const Evaluation& one : all) {
      farm::Task task;
      task.id = one.id();
      task.name = fmt::format("candidate {}", candidate.id.dump());
      task.work = write_order({task.id, one.condition, changes_of(candidate.asked, one, changes)});
      if (fit_) task.limit = fit_->each.time_limit;
      queue_.push_back(std::move(task));
    }
    out_.emplace(id, std::move(candidate));
  }

  /// What is given last wins: `changes` before what a condition sets.
  [[nodiscard]] std::vector<std::string> changes_of(const Asked& asked, const Evaluation& one,
                                                    const std::vector<std::string>& given) const {
    std::vector<std::string> all;
    if (fit_ && asked.values.size() > 0) {
      all = io::overrides_of(fit_->changes(asked.values, one.condition, one.repeat, asked.id));
    } else if (fit_) {
      all = io::overrides_of(fit_->condition_changes(one.condition, one.repeat, asked.id));
    }
    all.insert(all.end(), given.begin(), given.end());
    return all;
  }

  /// A list of numbers in the order of the fit's parameters.
  [[nodiscard]] optimise::Vector values_of(const Json& values) const {
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
    return vector;
  }

  JobOptions options_;
  JobStudy own_;
  std::optional<io::Fit> fit_;
  std::optional<Judge> judge_;
  Notes notes_;
  Lines lines_;
  std::deque<farm::Task> queue_;
  std::map<std::uint64_t, Candidate> out_;
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

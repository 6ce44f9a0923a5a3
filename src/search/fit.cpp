#include "arcuate/io/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <filesystem>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <optional>

#include "arcuate/core/error.hpp"
#include "arcuate/run/launch.hpp"
#include "candidates.hpp"
#include "common.hpp"
#include "halving.hpp"
#include "neighbours.hpp"
#include "saved.hpp"
#include "status.hpp"
#include "table.hpp"

namespace arcuate::search {
namespace {

using optimise::Vector;

/// How many simulations run at a time: searches of several at a time differ from those of one.
int workers_of(const comm::Communicator& world, const JobOptions& options) {
  return std::max(1, (world.size() - 1) / options.ranks);
}

/// A search by islands, on rank 0. What happened before is done again from the journal, so that a
/// search that was resumed is at the same point.
class FitWork final : public farm::Work {
 public:
  FitWork(const JobOptions& options, int workers)
      : options_(options),
        own_(options),
        fit_(read(options, own_)),
        judge_(fit_),
        tried_(options.resume ? std::vector<std::string>{} : try_fit(own_, fit_)),
        paths_(options, "fit"),
        records_(options, paths_, own_.header("fit")),
        workers_(workers),
        teller_(paths_.status, options.quiet) {
    if (!records_.warning().empty()) run::warn_of({records_.warning()});
    if (fit_.halving) bracket_.emplace(fit_, judge_);
    islands_.emplace(fit_.space(), fit_.options_for(recorded_workers(workers)));
    status_.kind = "fit";
    status_.total = fit_.options.budget * std::ssize(judge_.evaluations(0));
    if (records_.lines().empty()) begin(workers);
    for (const std::string& line : records_.lines()) {
      if (!notes_.read(line)) replay(line);
    }
    for (auto& [id, candidate] : candidates_)
      pass_over_crashed(candidate);
    status_.before = status_.finished;
    for (auto& [id, candidate] : candidates_)
      queue_missing(candidate);
  }

  [[nodiscard]] TrialSetup setup() const {
    TrialSetup setup = own_.setup(options_, fit_.each);
    setup.keep_features = fit_.each.keep_features;
    setup.conditions = conditions_of(fit_);
    setup.inhibition = fit_.inhibition.value_or(0.0);
    setup.states = std::filesystem::absolute(paths_.states).string();
    setup.crashes = std::filesystem::absolute(paths_.crashes).string();
    if (fit_.each.keep_recordings) {
      setup.recordings = paths_.recordings;
      std::filesystem::create_directories(paths_.recordings);
    }
    return setup;
  }

  void print_plan() const {
    std::cout << fit_.table();
    for (std::size_t k = 0; k < islands_->size(); ++k) {
      const optimise::Optimiser& island = (*islands_)[k];
      std::cout << fmt::format("island {}: {}{}\n", k, island.method().name,
                               island.why().empty() ? "" : " (" + island.why() + ")");
    }
    std::cout << std::flush;
  }

  std::optional<farm::Task> next() override {
    while (queue_.empty()) {
      if (!bracket_ || bracket_->takes_more()) ask();
      if (!queue_.empty() || out_ > 0 || !compare()) break;
    }
    if (queue_.empty() && out_ == 0) verify();
    if (queue_.empty()) return std::nullopt;
    const Evaluation one = queue_.front();
    queue_.pop_front();
    ++out_;
    farm::Task task;
    task.id = one.id();
    task.name = words_of(one, fit_);
    task.work = write_order({task.id, one.condition, io::overrides_of(changes_of(one)),
                             recording_name(one), one.rung > 0, correction_for(one)});
    task.limit = fit_.each.time_limit;
    return task;
  }

  void take(const farm::Done& done) override {
    --out_;
    if (done.ending == farm::Ending::stopped) return;
    keep(keep_result(done, records_, notes_, words_of(Evaluation::of(done.id), fit_)));
  }

  void idle(const farm::Figures& figures) override { teller_.tell(status_, figures); }

  /// A worker hangs in the end: what is known is written.
  ExitCode abandon(const farm::Figures& figures) override {
    finish(figures);
    return ExitCode::environment;
  }

  void finish(const farm::Figures& figures) {
    teller_.finish(status_, figures);
    Rows rows = rows_of(fit_, judge_, candidates_);
    rows.title = own_.study.title;
    rows.complete = islands_->ended() != optimise::Ended::no && queue_.empty() && out_ == 0;
    rows.evaluations = log_.columns();
    rows.islands = columns_of(fit_.options_for(recorded_workers(workers_)).islands);
    rows.migrations = columns_of(islands_->migrants());
    write_tables(paths_, rows, records_);
    if (rows.complete) remove_states(paths_);
    print_end(rows, figures);
    print_best();
    std::cout << fmt::format("table: {}\n", paths_.table);
  }

  /// A search in which nothing succeeded has failed. Throws DivergedError.
  void require_result() const {
    if (!islands_->best()) throw DivergedError(failure());
  }

  [[nodiscard]] const std::string& folder() const { return paths_.folder; }

 private:
  static io::Fit read(const JobOptions& options, const JobStudy& own) {
    if (!io::has_fit(own.study))
      throw ConfigError(options.study + ": there is no section `fit`: nothing to search");
    return io::fit_of(own.study);
  }

  /// What a search proposes depends on how many evaluations at a time it was told to expect: a
  /// resumed one goes on with those of its begin.
  [[nodiscard]] int recorded_workers(int now) const {
    return records_.lines().empty() ? now : workers_in(records_.lines().front());
  }

  void keep(const Record& record) {
    records_.append(line_of(record, Evaluation::of(record.id).name()));
    note(record);
  }

  /// What a user should know before anything runs.
  void begin(int workers) {
    std::vector<std::string> warnings = fit_.warnings;
    const auto add = [&warnings](const std::vector<std::string>& more) {
      warnings.insert(warnings.end(), more.begin(), more.end());
    };
    if (fit_.each.keep_features && judge_.several())
      warnings.push_back(
          options_.study +
          ": fit.keep: a table has one row for each candidate: of its features those of the first "
          "condition and the first repeat");
    add(tried_);
    records_.append(line_of_workers(workers));
    for (const std::string& line : notes_.warn(warnings, ""))
      records_.append(line);
  }

  /// "000012", with condition and repeat where there are several.
  [[nodiscard]] std::string recording_name(const Evaluation& one) const {
    std::string name = fmt::format("{:06}", one.candidate);
    if (fit_.conditions.size() > 1) name += fmt::format("_condition{}", one.condition);
    if (one.verification) return name + fmt::format("_verified{}", one.repeat);
    return fit_.each.repeats > 1 ? name + fmt::format("_repeat{}", one.repeat) : name;
  }

  /// Those that have ended their process twice are not tried a third time.
  void pass_over_crashed(const Asked& candidate) {
    for (const Evaluation& one : missing(candidate)) {
      if (const std::optional<Record> record = crashed(records_, one.id())) keep(*record);
    }
  }

  /// The number of a candidate everywhere outside of the islands, which count from 1.
  static std::uint64_t row_of(const optimise::IslandCandidate& asked) {
    return asked.candidate.id - 1;
  }
  static std::uint64_t island_id(const Asked& candidate) { return candidate.id + 1; }

  void ask() {
    const std::optional<optimise::IslandCandidate> asked = islands_->ask();
    if (!asked) return;
    Asked candidate{row_of(*asked), asked->island, asked->candidate.values};
    records_.append(line_of(candidate));
    queue_missing(add(std::move(candidate), asked->candidate.unit));
  }

  Asked& add(Asked candidate, const Vector& unit) {
    if (fit_.each.tune_from == io::TuneFrom::neighbour)
      neighbours_.add(candidate.id, io::place_of(fit_.space(), unit), settled());
    Asked& added = candidates_.emplace(candidate.id, std::move(candidate)).first->second;
    if (bracket_) bracket_->add(added);
    return added;
  }

  /// Candidates below this number may be neighbours of the next one: in a synchronous search only
  /// those that have ended whatever the order of results.
  [[nodiscard]] std::uint64_t settled() const {
    return fit_.options.synchronous ? islands_->settled()
                                    : std::numeric_limits<std::uint64_t>::max();
  }

  /// Where tuning starts: in a verification with what it found in the candidate itself.
  [[nodiscard]] std::vector<double> correction_for(const Evaluation& one) const {
    const std::optional<Record> from = one.verification
                                           ? neighbours_.own(one.candidate, {one.condition, 0})
                                           : neighbours_.start_of(one.candidate, one.key());
    return from ? correction_in(records_.outcome(*from)) : std::vector<double>{};
  }

  [[nodiscard]] std::vector<Evaluation> missing(const Asked& candidate) const {
    std::vector<Evaluation> all = judge_.evaluations(candidate.id);
    for (Evaluation& one : all)
      one.rung = candidate.rung;
    std::erase_if(all,
                  [&](const Evaluation& one) { return candidate.records.count(one.key()) > 0; });
    return all;
  }

  void queue_missing(const Asked& candidate) {
    for (const Evaluation& one : missing(candidate))
      queue_.push_back(one);
  }

  /// Lets the best of a bracket go on, if all of it have ended. Says whether they had.
  bool compare() {
    if (!bracket_ || !bracket_->is_ready(candidates_)) return false;
    records_.append(line_of_comparison());
    for (const std::uint64_t id : bracket_->compare(candidates_))
      queue_missing(candidates_.at(id));
    end_bracket();
    return true;
  }

  void end_bracket() {
    if (!bracket_->has_ended(candidates_)) return;
    for (const auto& [id, loss] : bracket_->losses(candidates_)) {
      tell(candidates_.at(id), loss);
      for (const Evaluation& one : judge_.evaluations(id))
        discard_state((std::filesystem::path(paths_.states) / recording_name(one)).string());
    }
    bracket_.emplace(fit_, judge_);
  }

  /// A line of the journal, done again.
  void replay(const std::string& line) {
    if (is_workers(line)) return;
    if (is_comparison(line)) {
      if (!bracket_) throw DataError(paths_.journal + ": is of a fit with `halving`");
      bracket_->compare(candidates_);
      return end_bracket();
    }
    if (const std::optional<Asked> before = asked_in(line)) {
      const std::optional<optimise::IslandCandidate> asked = islands_->ask();
      if (!asked || row_of(*asked) != before->id || asked->candidate.values != before->values)
        throw DataError(fmt::format(
            "{}: candidate {} would be another one now: the journal is of another version of "
            "Arcuate, or was changed; --overwrite begins anew",
            paths_.journal, before->id));
      add({before->id, before->island, before->values}, asked->candidate.unit);
      return;
    }
    note(record_of(line));
  }

  /// What the search learns of an evaluation.
  void note(const Record& record) {
    const Evaluation one = Evaluation::of(record.id);
    log_.note(record, one);
    ++status_.finished;
    if (!record.has_result()) ++status_.failed;
    const auto found = candidates_.find(one.candidate);
    if (found == candidates_.end()) return;
    found->second.note(record);
    if (!one.verification) neighbours_.note(one.candidate, one.key(), record);
    if (one.verification || !judge_.complete(found->second)) return;
    if (bracket_) return end_bracket();
    tell(found->second, judge_.loss(found->second));
  }

  void tell(const Asked& candidate, double loss) {
    neighbours_.note_end(candidate.id);
    const Record whole = judge_.combined(candidate);
    if (whole.ending == farm::Ending::lost) return islands_->lose(island_id(candidate));
    if (!std::isfinite(loss)) return islands_->fail(island_id(candidate));
    if (fit_.options.objectives > 1) {
      islands_->tell(island_id(candidate), judge_.losses(candidate));
    } else {
      islands_->tell(island_id(candidate), loss);
    }
    if (candidate.rung != 0 || loss >= status_.best) return;
    status_.best = loss;
    status_.where = fmt::format("candidate {}", candidate.id);
  }

  /// The best once more with other seeds, and what else `verify` changes; or what is validated.
  void verify() {
    if (verifying_ || islands_->ended() == optimise::Ended::no) return;
    verifying_ = true;
    std::vector<const Asked*> ranked;
    for (const auto& [id, candidate] : candidates_) {
      if (candidate.rung == 0 && std::isfinite(judge_.loss(candidate)))
        ranked.push_back(&candidate);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [this](const Asked* a, const Asked* b) {
      return judge_.loss(*a) < judge_.loss(*b);
    });
    const auto most = static_cast<std::size_t>(fit_.verify ? fit_.verify->best : 1);
    ranked.resize(std::min(ranked.size(), most));
    for (const Asked* candidate : ranked) {
      for (const Evaluation& one : judge_.verifications(candidate->id)) {
        if (candidate->verification.count(one.key()) > 0) continue;
        if (const std::optional<Record> record = crashed(records_, one.id())) {
          keep(*record);
        } else {
          queue_.push_back(one);
        }
      }
    }
    status_.total = status_.finished + std::ssize(queue_);
  }

  [[nodiscard]] std::vector<io::Change> changes_of(const Evaluation& one) const {
    const Asked& candidate = candidates_.at(one.candidate);
    return one.verification
               ? fit_.verification_changes(candidate.values, one.condition, one.repeat)
               : fit_.changes(candidate.values, one.condition, one.repeat, one.candidate, one.rung);
  }

  void print_best() const {
    const Asked* best = judge_.best(candidates_);
    if (best == nullptr) return;
    std::cout << fmt::format("best: candidate {}, loss {:.6g}\n", best->id, judge_.loss(*best));
    for (const TermValue& term : judge_.combined(*best).terms)
      std::cout << fmt::format("  {:<32}{:.6g}\n", term.name, term.value);
    const std::vector<io::Column> names = fit_.columns();
    const std::vector<io::Cell> cells = fit_.cells(best->values);
    for (std::size_t c = 0; c < names.size(); ++c)
      std::cout << fmt::format(
          "  {:<32}{}{}\n", names[c].name,
          names[c].text ? cells[c].text : fmt::format("{:.6g}", cells[c].number),
          names[c].unit.empty() || names[c].unit == "1" ? "" : " " + names[c].unit);
    const double again = judge_.verified_loss(*best, io::Role::train);
    if (std::isfinite(again))
      std::cout << fmt::format("  verified with other seeds: loss {:.6g}\n", again);
  }

  static std::string why_no_loss(const Record& whole) {
    if (!whole.has_result()) return whole.reason;
    std::string terms;
    for (const TermValue& term : whole.terms) {
      if (!std::isfinite(term.loss)) terms += (terms.empty() ? "" : ", ") + term.name;
    }
    return terms + ": not a number (of signals or a target that do not vary there is none)";
  }

  [[nodiscard]] std::string failure() const {
    for (const auto& [id, candidate] : candidates_) {
      if (judge_.complete(candidate))
        return fmt::format("no candidate has a result; the first, candidate {}: {}", id,
                           why_no_loss(judge_.combined(candidate)));
    }
    return "no candidate has a result";
  }

  JobOptions options_;
  JobStudy own_;
  io::Fit fit_;
  Judge judge_;
  std::vector<std::string> tried_;  ///< warnings of the first candidate, before anything is written
  JobPaths paths_;
  Records records_;
  Notes notes_;
  int workers_;
  EvaluationLog log_;
  Teller teller_;
  std::optional<optimise::Islands> islands_;
  std::optional<Bracket> bracket_;  ///< with halving
  std::map<std::uint64_t, Asked> candidates_;
  Neighbours neighbours_;  ///< where tuning starts from one
  std::deque<Evaluation> queue_;
  int out_ = 0;
  bool verifying_ = false;
  Status status_;
};

}  // namespace

void fit(const comm::Communicator& world, const JobOptions& options) {
  std::unique_ptr<FitWork> work;
  TrialSetup setup;
  comm::on_root(world, [&] {
    require_ranks(world, options);
    work = std::make_unique<FitWork>(options, workers_of(world, options));
    setup = work->setup();
    if (!options.quiet) work->print_plan();
  });
  const farm::Figures figures = run_farm(world, work.get(), setup, options);
  comm::on_root(world, [&] { work->finish(figures); });
  require_end(figures, work ? work->folder() : "");
  comm::on_root(world, [&] { work->require_result(); });
}

}  // namespace arcuate::search

#include "arcuate/io/sweep.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/run/launch.hpp"
#include "common.hpp"
#include "neighbours.hpp"
#include "status.hpp"
#include "table.hpp"

namespace arcuate::search {
namespace {

/// The candidates of a sweep, on rank 0.
class SweepWork final : public farm::Work {
 public:
  explicit SweepWork(const JobOptions& options)
      : options_(options),
        own_(options),
        sweep_(read(options, own_)),
        losses_(losses()),
        tried_(options.resume ? std::vector<std::string>{} : tried()),
        paths_(options, "sweep"),
        records_(options, paths_, own_.header("sweep")),
        teller_(paths_.status, options.quiet),
        rows_(static_cast<std::size_t>(sweep_.size())) {
    if (!records_.warning().empty()) run::warn_of({records_.warning()});
    for (const std::string& line : records_.lines()) {
      if (!notes_.read(line)) note(record_of(line), true);
    }
    pass_over_crashed();
    for (const auto& row : rows_)
      status_.before += row ? 1 : 0;
    status_.kind = "sweep";
    status_.total = sweep_.size();
    if (records_.lines().empty()) begin();
    if (sweep_.each.tune_from != io::TuneFrom::neighbour) return;
    lineage_.emplace(sweep_.places(), sweep_.each.repeats);
    lineage_->begin([this](std::int64_t number) { return row(number).has_value(); });
  }

  [[nodiscard]] TrialSetup setup() const {
    TrialSetup setup = own_.setup(options_, sweep_.each);
    setup.keep_features = sweep_.each.keep_features;
    setup.conditions = losses_;
    setup.states = std::filesystem::absolute(paths_.states).string();
    setup.crashes = std::filesystem::absolute(paths_.crashes).string();
    if (sweep_.each.keep_recordings) {
      setup.recordings = paths_.recordings;
      std::filesystem::create_directories(paths_.recordings);
    }
    return setup;
  }

  std::optional<farm::Task> next() override {
    const std::optional<std::int64_t> number = lineage_ ? lineage_->next() : next_in_order();
    if (!number) return std::nullopt;
    farm::Task task;
    task.id = static_cast<std::uint64_t>(*number);
    task.name = name_of(task.id);
    Order order{task.id, losses_.empty() ? 0 : sweep_.condition(*number),
                io::overrides_of(sweep_.changes(*number))};
    order.correction = correction_for(*number);
    task.work = write_order(order);
    task.limit = sweep_.each.time_limit;
    return task;
  }

  void take(const farm::Done& done) override {
    if (done.ending == farm::Ending::stopped) return;  // it is run again
    keep(keep_result(done, records_, notes_, name_of(done.id)));
    if (lineage_) lineage_->note_end(static_cast<std::int64_t>(done.id));
  }

  void idle(const farm::Figures& figures) override { teller_.tell(status_, figures); }

  /// A worker hangs in the end: what is known is written.
  ExitCode abandon(const farm::Figures& figures) override {
    finish(figures);
    return ExitCode::environment;
  }

  void finish(const farm::Figures& figures) {
    teller_.finish(status_, figures);
    Rows rows = rows_of(sweep_, rows_);
    rows.title = own_.study.title;
    rows.evaluations = log_.columns();
    write_tables(paths_, rows, records_);
    if (status_.finished == sweep_.size()) remove_states(paths_);
    print_end(rows, figures);
    std::cout << fmt::format("{}: {} of {}\ntable: {}\n", paths_.folder, status_.finished,
                             counted(sweep_.size(), "candidate"), paths_.table);
  }

  [[nodiscard]] const std::string& folder() const { return paths_.folder; }

 private:
  static io::Sweep read(const JobOptions& options, const JobStudy& own) {
    if (!io::has_sweep(own.study))
      throw ConfigError(options.study + ": there is no section `sweep`: nothing to vary");
    return io::sweep_of(own.study);
  }

  static std::string name_of(std::uint64_t id) { return fmt::format("candidate {}", id); }

  void keep(Record record) {
    records_.append(line_of(record, {record.id}));
    note(std::move(record), false);
  }

  [[nodiscard]] const std::optional<Record>& row(std::int64_t number) const {
    return rows_[static_cast<std::size_t>(number)];
  }

  std::optional<std::int64_t> next_in_order() {
    while (at_ < rows_.size() && rows_[at_])
      ++at_;
    if (at_ == rows_.size()) return std::nullopt;
    return static_cast<std::int64_t>(at_++);
  }

  /// Those of its parent; where that has failed, of the parent's own, and so on.
  [[nodiscard]] std::vector<double> correction_for(std::int64_t number) const {
    if (!lineage_) return {};
    for (auto from = lineage_->parent(number); from; from = lineage_->parent(*from)) {
      if (row(*from)->has_result()) return correction_in(records_.outcome(*row(*from)));
    }
    return {};
  }

  /// By condition; none where a sweep does not do what the fit does.
  [[nodiscard]] std::vector<std::vector<Term>> losses() const {
    if (!io::has_fit(own_.study)) return {};
    const io::Fit fit = io::fit_of(own_.study);
    return io::covers(sweep_.each, fit.each) ? conditions_of(fit)
                                             : std::vector<std::vector<Term>>{};
  }

  /// The first candidate, in every condition.
  [[nodiscard]] std::vector<std::string> tried() const {
    if (losses_.empty()) return own_.try_one(sweep_.changes(0));
    std::vector<std::string> warnings;
    for (std::size_t c = 0; c < losses_.size(); ++c) {
      const std::int64_t number = sweep_.conditions.empty() ? 0 : sweep_.in_condition(0, c);
      const auto some = own_.try_one(sweep_.changes(number), losses_[c]);
      warnings.insert(warnings.end(), some.begin(), some.end());
    }
    return warnings;
  }

  /// What a user should know before anything runs.
  void begin() {
    std::vector<std::string> warnings = tried_;
    if (io::has_fit(own_.study) && losses_.empty())
      warnings.push_back(options_.study +
                         ": fit.each: a sweep does what `sweep.each` says, which is not the same: "
                         "no losses are computed");
    if (!losses_.empty()) {
      const io::Fit fit = io::fit_of(own_.study);
      if (fit.says_more() || fit.inhibition)
        warnings.push_back(options_.study +
                           ": fit: losses of a sweep are without priors and penalties, and what "
                           "`fit.vary` fixes or derives is of fits alone");
    }
    for (const std::string& line : notes_.warn(warnings, ""))
      records_.append(line);
  }

  /// Those that have ended their process twice are not tried a third time.
  void pass_over_crashed() {
    for (std::uint64_t id = 0; id < rows_.size(); ++id) {
      if (rows_[id]) continue;
      if (std::optional<Record> record = crashed(records_, id)) keep(std::move(*record));
    }
  }

  /// A candidate's last record counts. Those that are to be run again are forgotten.
  void note(Record record, bool before) {
    if (record.id >= rows_.size()) return;
    log_.note(record, {record.id});
    const bool again = before && options_.retry && !record.has_result();
    std::optional<Record>& row = rows_[record.id];
    if (row) forget(*row);
    row.reset();
    if (again) return;
    row = std::move(record);
    ++status_.finished;
    if (!row->has_result()) ++status_.failed;
    const double loss = loss_of(sweep_, rows_, static_cast<std::int64_t>(row->id));
    if (!std::isfinite(loss) || loss >= status_.best) return;
    status_.best = loss;
    status_.where = fmt::format("candidate {}", row->id);
  }

  void forget(const Record& record) {
    --status_.finished;
    if (!record.has_result()) --status_.failed;
  }

  JobOptions options_;
  JobStudy own_;
  io::Sweep sweep_;
  std::vector<std::vector<Term>> losses_;
  std::vector<std::string> tried_;  ///< warnings of the first candidate, before anything is written
  JobPaths paths_;
  Records records_;
  Notes notes_;
  EvaluationLog log_;
  Teller teller_;
  std::vector<std::optional<Record>> rows_;  ///< (n_candidates)
  std::size_t at_ = 0;                       ///< the next candidate to look at
  std::optional<Lineage> lineage_;           ///< where tuning starts from a neighbour
  Status status_;
};

}  // namespace

void sweep(const comm::Communicator& world, const JobOptions& options) {
  std::unique_ptr<SweepWork> work;
  TrialSetup setup;
  comm::on_root(world, [&] {
    require_ranks(world, options);
    work = std::make_unique<SweepWork>(options);
    setup = work->setup();
  });
  const farm::Figures figures = run_farm(world, work.get(), setup, options);
  comm::on_root(world, [&] { work->finish(figures); });
  require_end(figures, work ? work->folder() : "");
}

}  // namespace arcuate::search

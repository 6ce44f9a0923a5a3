#include "arcuate/io/sweep.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "arcuate/core/counted.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/run/launch.hpp"
#include "common.hpp"
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
        paths_(options, "sweep"),
        records_(options, paths_, own_.header("sweep")),
        teller_(paths_.status, options.quiet),
        rows_(static_cast<std::size_t>(sweep_.size())) {
    if (!records_.warning().empty()) run::warn_of({records_.warning()});
    for (const std::string& line : records_.lines())
      note(record_of(line), true);
    for (const auto& row : rows_)
      status_.before += row ? 1 : 0;
    status_.kind = "sweep";
    status_.total = sweep_.size();
    if (status_.before == 0) own_.try_one(sweep_.changes(0));
  }

  [[nodiscard]] TrialSetup setup() const {
    TrialSetup setup = own_.setup(options_);
    setup.tune_inhibition = sweep_.each.tune_inhibition;
    setup.keep_features = sweep_.each.keep_features;
    if (io::has_fit(own_.study)) setup.conditions = conditions_of(io::fit_of(own_.study));
    if (sweep_.each.keep_recordings) {
      setup.recordings = paths_.recordings;
      std::filesystem::create_directories(paths_.recordings);
    }
    return setup;
  }

  std::optional<farm::Task> next() override {
    while (at_ < rows_.size() && rows_[at_])
      ++at_;
    if (at_ == rows_.size()) return std::nullopt;
    const auto number = static_cast<std::int64_t>(at_++);
    farm::Task task;
    task.id = static_cast<std::uint64_t>(number);
    task.work = write_order({task.id, 0, io::overrides_of(sweep_.changes(number))});
    task.limit = sweep_.each.time_limit;
    return task;
  }

  void take(const farm::Done& done) override {
    if (done.ending == farm::Ending::stopped) return;  // it is run again
    Record record = keep_result(done, records_);
    records_.append(line_of(record));
    note(std::move(record), false);
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
    if (row->terms.empty()) return;
    const double loss = total_of(row->terms);
    if (!(loss >= status_.best)) {
      status_.best = loss;
      status_.where = fmt::format("candidate {}", row->id);
    }
  }

  void forget(const Record& record) {
    --status_.finished;
    if (!record.has_result()) --status_.failed;
  }

  JobOptions options_;
  JobStudy own_;
  io::Sweep sweep_;
  JobPaths paths_;
  Records records_;
  EvaluationLog log_;
  Teller teller_;
  std::vector<std::optional<Record>> rows_;  ///< (n_candidates)
  std::size_t at_ = 0;                       ///< the next candidate to look at
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

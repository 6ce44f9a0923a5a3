#include "arcuate/io/feature_sink.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "arcuate/analysis/plugin.hpp"
#include "arcuate/analysis/stream.hpp"
#include "source.hpp"

namespace arcuate::io {

using analysis::Index;
using analysis::Matrix;

/// Samples of a signal that some feature needs all at once.
struct KeptSignal {
  Index first = 0;   ///< of the monitor's samples
  Index behind = 0;  ///< the last
  Matrix samples{};  ///< (behind - first, n_columns)
  Index taken = 0;   ///< rows of them
  int users = 0;     ///< features that are not yet computed of it

  /// The samples of the monitor from `at` on.
  void take(Index at, analysis::Series block) {
    if (samples.size() == 0) samples.resize(behind - first, block.cols());
    const Index from = std::max(at, first);
    const Index to = std::min(at + block.rows(), behind);
    if (from >= to) return;
    samples.middleRows(from - first, to - from) = block.middleRows(from - at, to - from);
    taken = to - first;
  }

  void pass(analysis::Saved& saved) {
    Matrix rows = samples.topRows(taken);
    saved.pass(rows);
    if (!saved.gives() || rows.rows() == 0) return;
    samples.resize(behind - first, rows.cols());
    taken = std::min(rows.rows(), samples.rows());
    samples.topRows(taken) = rows.topRows(taken);
  }

  /// Gives its memory to the last user.
  Matrix part(Index from, Index count) {
    --users;
    if (users == 0 && count == samples.rows()) return std::move(samples);
    Matrix some = samples.middleRows(from - first, count);
    if (users == 0) samples.resize(0, 0);
    return some;
  }
};

/// A feature that waits for samples.
struct WaitingFeature {
  FeatureRequest request;
  Source source;
  analysis::Input frame;
  std::unique_ptr<analysis::Accumulator> accumulator;  ///< nullptr: of `kept`
  KeptSignal* kept = nullptr;

  /// The samples of the monitor from `at` on.
  void take(Index at, analysis::Series block) const {
    if (accumulator == nullptr) return;
    const auto first = static_cast<Index>(source.first);
    const Index from = std::max(at, first);
    const Index to = std::min(at + block.rows(), first + static_cast<Index>(source.count));
    if (from < to)
      at_place(request, [&] { accumulator->push(block.middleRows(from - at, to - from)); });
  }

  analysis::Result result() {
    if (accumulator != nullptr) return accumulator->finish();
    analysis::Input input = std::move(frame);
    const auto first = static_cast<Index>(source.first);
    input.series = analysis::prepare(kept->part(first, static_cast<Index>(source.count)),
                                     input.rate, request.options);
    analysis::Result made = request.feature->compute(input, request.options);
    frame = std::move(input);
    frame.series.resize(0, 0);
    return made;
  }
};

/// Samples that wait to be handed on together. What takes them keeps a column for each region,
/// where one sample at a time would cost a cache line for every number.
struct WaitingRows {
  static constexpr Index most = 32;
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  Index first = 0;  ///< of the monitor's samples
  Index count = 0;
  Rows rows{};  ///< (most, n_columns)
};

/// One variable of a monitor that some feature is of.
struct WantedSignal {
  std::size_t variable = 0;
  std::optional<KeptSignal> kept{};
  std::vector<std::size_t> features{};  ///< positions in the list
  WaitingRows waiting{};
};

/// Where rank 0 finds the columns of a monitor in what it gathers: in the order of the ranks.
struct GatheredColumns {
  std::vector<std::int64_t> widths;  ///< (n_ranks)
  std::vector<Index> places;         ///< (n_columns) of each gathered column
};

struct FeatureSink::Impl {
  explicit Impl(const comm::Communicator& communicator) : comm(communicator) {}

  /// On rank 0.
  void prepare(const std::vector<FeatureRequest>& requests,
               const std::vector<monitor::SeriesInfo>& infos,
               const network::Connectome& connectome) {
    for (const monitor::SeriesInfo& info : infos)
      series.push_back(recorded_series(info));
    signals.resize(series.size());
    for (const FeatureRequest& request : requests)
      at_place(request, [&] { add(request, connectome); });
    // Now that nothing moves.
    for (auto& of_series : signals) {
      for (WantedSignal& signal : of_series) {
        for (const std::size_t k : signal.features) {
          if (features[k].accumulator == nullptr) features[k].kept = &*signal.kept;
        }
      }
    }
  }

  void add(const FeatureRequest& request, const network::Connectome& connectome) {
    const Source source = source_of(series, request);
    WaitingFeature one{request, source, frame_of(connectome, request, source), nullptr};
    one.accumulator = analysis::accumulator_of(*request.feature, one.frame, request.options);
    auto& of_series = signals[static_cast<std::size_t>(&source.series - series.data())];
    auto signal = std::find_if(of_series.begin(), of_series.end(), [&](const WantedSignal& other) {
      return other.variable == source.variable;
    });
    if (signal == of_series.end()) signal = of_series.insert(of_series.end(), {source.variable});
    signal->features.push_back(features.size());
    if (one.accumulator == nullptr) {
      const auto first = static_cast<Index>(source.first);
      const Index behind = first + static_cast<Index>(source.count);
      if (!signal->kept) signal->kept = KeptSignal{first, behind};
      signal->kept->first = std::min(signal->kept->first, first);
      signal->kept->behind = std::max(signal->kept->behind, behind);
      ++signal->kept->users;
    }
    features.push_back(std::move(one));
  }

  /// Who has which columns. Collective.
  void find_columns(std::size_t number, const std::vector<GlobalIndex>& owned) {
    GatheredColumns& own = columns[number];
    own.widths = comm.all_gather(std::ssize(owned));
    // Positions below 2^53 are exact as doubles.
    for (const double place : comm.gather(std::vector<double>(owned.begin(), owned.end())))
      own.places.push_back(static_cast<Index>(place));
  }

  /// Samples that were gathered: of every rank (n_samples, n_variables, its columns). On rank 0.
  void take(std::size_t number, Step first, Step n_samples, const double* gathered) {
    for (WantedSignal& signal : signals[number]) {
      WaitingRows& waiting = signal.waiting;
      if (waiting.rows.size() == 0)
        waiting.rows.resize(WaitingRows::most, std::ssize(columns[number].places));
      for (Step t = 0; t < n_samples; ++t) {
        if (waiting.count == 0) waiting.first = first + t;
        copy_sample(number, signal.variable, t, n_samples, gathered,
                    waiting.rows.row(waiting.count++).data());
        if (waiting.count == WaitingRows::most) hand_on(signal);
      }
    }
  }

  /// Sample `t` of a variable: (n_columns).
  void copy_sample(std::size_t number, std::size_t variable, Step t, Step n_samples,
                   const double* from, double* to) const {
    const GatheredColumns& own = columns[number];
    const auto n_variables = static_cast<Index>(variables[number]);
    auto place = own.places.begin();
    for (const std::int64_t width : own.widths) {
      const double* const row = from + (t * n_variables + static_cast<Index>(variable)) * width;
      for (Index c = 0; c < width; ++c)
        to[*place++] = row[c];
      from += n_samples * n_variables * width;
    }
  }

  void hand_on(WantedSignal& signal) {
    WaitingRows& waiting = signal.waiting;
    if (waiting.count == 0) return;
    const Matrix samples = waiting.rows.topRows(waiting.count);
    waiting.count = 0;
    if (signal.kept) signal.kept->take(waiting.first, samples);
    for (const std::size_t k : signal.features)
      features[k].take(waiting.first, samples);
  }

  /// On rank 0.
  void hand_on_all() {
    for (auto& of_series : signals) {
      for (WantedSignal& signal : of_series)
        hand_on(signal);
    }
  }

  /// How features are computed; nothing changes. On rank 0.
  void pass_form(analysis::Saved& saved) const {
    for (const WaitingFeature& one : features) {
      const Index streamed = one.accumulator != nullptr ? 1 : 0;
      at_place(one.request, [&] {
        try {
          saved.agree(streamed, "features of samples as they come");
          if (streamed != 0) one.accumulator->pass_form(saved);
        } catch (const ConfigError& error) {
          throw ConfigError(std::string(one.request.feature->name) +
                            ": a run of this length cannot go on with what a shorter one has "
                            "computed (" +
                            error.what() +
                            "): begin anew with --overwrite, or compute it of the recording with "
                            "`arcuate analyze`");
        }
      });
    }
  }

  /// On rank 0.
  void pass(analysis::Saved& saved) {
    hand_on_all();
    for (auto& of_series : signals) {
      for (WantedSignal& signal : of_series) {
        if (signal.kept) signal.kept->pass(saved);
      }
    }
    for (const WaitingFeature& one : features) {
      if (one.accumulator != nullptr) one.accumulator->pass(saved);
    }
  }

  const comm::Communicator& comm;
  std::vector<std::int32_t> wanted;      // (n_series) some feature is of it; on all ranks
  std::vector<std::size_t> variables;    // (n_series) how many; on all ranks
  std::vector<GatheredColumns> columns;  // (n_series); on all ranks, their places on rank 0
  std::vector<RecordedSeries> series;    // on rank 0, as all below
  std::vector<std::vector<WantedSignal>> signals;  // (n_series)
  std::vector<WaitingFeature> features;
  std::vector<double> all;  // gathered; kept, as new memory costs page faults
};

FeatureSink::FeatureSink(const comm::Communicator& comm,
                         const std::vector<FeatureRequest>& requests,
                         const std::vector<monitor::SeriesInfo>& series,
                         const network::Connectome& connectome)
    : impl_(std::make_unique<Impl>(comm)) {
  comm::on_root(comm, [&] {
    impl_->prepare(requests, series, connectome);
    for (const auto& signals : impl_->signals)
      impl_->wanted.push_back(signals.empty() ? 0 : 1);
  });
  comm.broadcast(impl_->wanted);
  impl_->columns.resize(impl_->wanted.size());
  for (const monitor::SeriesInfo& info : series)
    impl_->variables.push_back(info.variables.size());
}

FeatureSink::~FeatureSink() = default;

void FeatureSink::append(int series, Step first_sample, Step n_samples, std::vector<double>& data,
                         const std::vector<GlobalIndex>& owned) {
  const auto number = static_cast<std::size_t>(series);
  Impl& own = *impl_;
  if (own.wanted[number] == 0) return;
  if (own.columns[number].widths.empty()) own.find_columns(number, owned);
  const auto size = static_cast<std::size_t>(n_samples) * own.variables[number] * owned.size();
  const std::span<const double> mine = std::span(data).first(size);
  const bool alone = own.comm.size() == 1;
  if (!alone) own.comm.gather(mine, own.all);
  comm::on_root(own.comm, [&] {
    own.take(number, first_sample, n_samples, alone ? mine.data() : own.all.data());
  });
}

std::vector<double> FeatureSink::save() {
  analysis::Saved saved;
  impl_->pass_form(saved);
  impl_->pass(saved);
  return saved.numbers();
}

void FeatureSink::resume(std::span<const double> numbers) {
  analysis::Saved saved(numbers);
  impl_->pass_form(saved);
  impl_->pass(saved);
  saved.require_end();
}

void FeatureSink::finish(const std::function<void(const ComputedFeature& done)>& use) {
  impl_->hand_on_all();
  for (WaitingFeature& one : impl_->features) {
    ComputedFeature done{one.request, one.source.series, one.source.variable, one.source.count, {},
                         {}};
    at_place(one.request, [&] {
      done.result = one.result();
      analysis::require_sound(*one.request.feature, done.result);
      note_doubts(one.request, one.frame, done.result);
    });
    done.frame = std::move(one.frame);
    one.accumulator.reset();
    use(done);
  }
  impl_->features.clear();
}

RecordedSeries recorded_series(const monitor::SeriesInfo& info) {
  RecordedSeries series;
  series.name = info.name;
  series.kind = info.kind;
  series.variables = info.variables;
  series.units = info.units;
  series.labels = info.column_labels;
  series.columns = info.columns;
  series.of_sensors = info.sensors != nullptr;
  series.first_time = info.first_time;
  series.period = info.period;
  series.samples = static_cast<std::size_t>(info.samples);
  return series;
}

}  // namespace arcuate::io

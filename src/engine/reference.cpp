#include "arcuate/engine/reference.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "arcuate/core/floating_point.hpp"
#include "arcuate/core/index.hpp"
#include "arcuate/core/random.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/network/coupling.hpp"
#include "drive.hpp"
#include "exact_sum.hpp"
#include "noise.hpp"
#include "tile_plan.hpp"

namespace arcuate::engine {
namespace {

struct Share {
  GlobalIndex source = 0;
  std::int32_t lag = 0;
  double weight = 0.0;
  double squared = 0.0;  ///< of W_ij^2
  [[nodiscard]] double of(bool squares) const { return squares ? squared : weight; }
};

/// One region's shares of one series in the canonical order.
struct Row {
  std::vector<Share> delayed;  ///< far, then near
  std::vector<Share> undelayed;
};

/// One of the populations of the network, compiled.
struct Compiled {
  Compiled(const SimulationSpec& spec, const Population& p, GlobalIndex regions)
      : population(p),
        kernel(kernel_of(p, spec.method)),
        channels(spec.coupling, p.links, regions),
        n_states(static_cast<int>(p.model->info.states.size())),
        n_inputs(static_cast<int>(p.model->info.inputs.size())),
        dt(spec.dt / p.model->info.time_unit) {}
  const Population& population;
  std::unique_ptr<model::Kernel> kernel;
  ChannelPlan channels;
  int n_states, n_inputs;
  double dt;  ///< [model time unit]
};

/// A noise term of one of the populations, with what it remembers.
struct TermOf {
  const NoiseTerm& spec;
  int population = 0;
  std::vector<Memory> memories;
  std::vector<std::vector<double>> eta;  ///< (memories, n_regions)
};

std::vector<Compiled> compile(const SimulationSpec& spec, GlobalIndex regions) {
  std::vector<Compiled> compiled;
  for (const Population& population : spec.populations)
    compiled.emplace_back(spec, population, regions);
  return compiled;
}

template <class Count>
int largest(const std::vector<Compiled>& populations, const Count& count) {
  int most = 0;
  for (const Compiled& population : populations)
    most = std::max(most, count(population));
  return most;
}

/// The network, step by step.
class Reference {
 public:
  Reference(const SimulationSpec& spec, const network::Connectome& connectome)
      : spec_(spec),
        compiled_(compile(spec, connectome.n_regions())),
        n_(connectome.n_regions()),
        n_states_(largest(compiled_, [](const Compiled& m) { return m.n_states; })),
        n_inputs_(largest(compiled_, [](const Compiled& m) { return m.n_inputs; })),
        staged_(series_of(spec.method, spec.stages).front() != Series::begin) {
    const Delays delays(connectome, spec);
    const BlockChoice& choice = delays.block();
    past_ = choice.largest_lag + 2;
    for (Series series : {Series::begin, Series::middle, Series::end}) {
      for (GlobalIndex i = 0; i < n_; ++i)
        rows_[z(static_cast<int>(series))].push_back(row_of(connectome, delays, i, series));
    }
    for (GlobalIndex i = 0; i < n_; ++i) {
      double strength[2] = {};
      for (GlobalIndex e = connectome.row[z(i)]; e < connectome.row[z(i) + 1]; ++e) {
        const double weight = connectome.weight[z(e)];
        strength[0] += stored(weight);
        strength[1] += stored(weight * weight);
      }
      for (const bool squared : {false, true})
        strength_[squared].push_back(strength[squared]);
    }
    set_up_states();
    set_up_tracts();
    set_up_own_past();
    set_up_noise();
  }

  ReferenceRun run() {
    ReferenceRun result;
    for (Step n = 0; n < spec_.steps; ++n) {
      draw_noise(n);
      push_states(n);
      inputs_.assign(z(n_inputs_) * z(n_), 0.0);
      for (int stage = 0; stage < compiled_.front().kernel->stages(); ++stage)
        run_stage(n, stage);
      round_states();
      set_time(static_cast<double>(n + 1) * spec_.dt);
      result.inputs.insert(result.inputs.end(), inputs_.begin(), inputs_.end());
      for (int k = 0; k < n_states_; ++k) {
        for (GlobalIndex i = 0; i < n_; ++i)
          result.states.push_back(k < of(i).n_states ? state_[z(i)][z(k)] : 0.0);
      }
      remember(state_);
      remember_own();
      if (spec_.tracts) means_.push_back(means_of(state_));
    }
    return result;
  }

 private:
  [[nodiscard]] const Compiled& of(GlobalIndex region) const {
    return compiled_[z(spec_.number_at(region))];
  }

  /// As histories, weights and messages hold it.
  [[nodiscard]] double stored(double x) const { return rounded(spec_.stored(), x); }

  /// One more share of a sum.
  [[nodiscard]] double add(double weight, double x, double sum) const {
    if (spec_.stored() == Stored::in_double) return std::fma(weight, x, sum);
    return std::fma(static_cast<float>(weight), static_cast<float>(x), static_cast<float>(sum));
  }

  Row row_of(const network::Connectome& connectome, const Delays& delays, GlobalIndex target,
             Series series) const {
    const DelayReading reading(spec_);
    const int block = delays.block().block;
    Row row;
    for (const bool far : {true, false}) {
      for (GlobalIndex e = connectome.row[z(target)]; e < connectome.row[z(target) + 1]; ++e) {
        const Stencil s = reading.stencil(delays[e], series);
        const GlobalIndex source = connectome.source[z(e)];
        const double weight = connectome.weight[z(e)];
        if (s.size == 0 && far)
          row.undelayed.push_back({source, 0, stored(weight), stored(weight * weight)});
        for (int p = 0; p < s.size; ++p) {
          const Piece& piece = s.pieces[z(p)];
          if ((piece.lag >= block - 1) != far) continue;
          row.delayed.push_back({source, piece.lag, stored(weight * piece.weight),
                                 stored((weight * weight) * piece.weight)});
        }
      }
    }
    return row;
  }

  void set_up_states() {
    history_.resize(z(compiled_.front().channels.channels));
    for (GlobalIndex i = 0; i < n_; ++i) {
      const Compiled& own = of(i);
      state_.emplace_back();
      parameter_.push_back(parameters_at(spec_, *own.kernel, i, 0.0));
      for (int k = 0; k < own.n_states; ++k)
        state_.back().push_back(initial_value(spec_, spec_.seed, i, k));
      scratch_.emplace_back(z(own.kernel->scratch_rows()));
    }
    for (Step lag = past_; lag >= 0; --lag)
      remember(past_state(lag));
  }

  /// own_past_[region][entry][time] from longest_ steps before t = 0 on.
  void set_up_own_past() {
    own_past_.resize(z(n_));
    own_delay_.resize(z(n_));
    for (GlobalIndex i = 0; i < n_; ++i) {
      const model::Entry& model = *of(i).population.model;
      own_past_[z(i)].resize(model.info.delayed.size());
      for (std::size_t entry = 0; entry < model.info.delayed.size(); ++entry) {
        own_delay_[z(i)].push_back(local_delay(of(i).population, entry, i, spec_.dt));
        longest_ = std::max(longest_, own_delay_[z(i)].back());
      }
    }
    if (longest_ == 0) return;
    const auto now = state_;
    for (Step lag = longest_; lag >= 0; --lag) {
      state_ = past_state(lag);
      remember_own();
    }
    state_ = now;
  }

  void remember_own() {
    for (GlobalIndex i = 0; i < n_; ++i) {
      const model::Entry& model = *of(i).population.model;
      for (std::size_t e = 0; e < own_past_[z(i)].size(); ++e) {
        const int source = model.observable(model.info.delayed[e].source);
        own_past_[z(i)][e].push_back(stored(observed(source, state_[z(i)].data(), i)));
      }
    }
  }

  [[nodiscard]] std::vector<double> own_delayed(Step n, GlobalIndex region) const {
    std::vector<double> values;
    for (std::size_t e = 0; e < own_past_[z(region)].size(); ++e)
      values.push_back(own_past_[z(region)][e][z(longest_ + n - own_delay_[z(region)][e])]);
    return values;
  }

  /// means_[time][link][parcel] from the longest lag before t = 0 on.
  void set_up_tracts() {
    if (!spec_.tracts) return;
    const Tracts& tracts = *spec_.tracts;
    regions_of_parcel_.assign(z(tracts.n_parcels()), 0.0);
    for (const std::int32_t parcel : tracts.parcel_of)
      regions_of_parcel_[z(parcel)] += 1.0;
    for (const double delay : tracts.delay)
      tract_past_ = std::max<Step>(tract_past_, static_cast<Step>(delay) + 4);
    for (Step lag = tract_past_; lag >= 0; --lag)
      means_.push_back(means_of(past_state(lag)));
  }

  [[nodiscard]] std::vector<std::vector<double>> means_of(
      const std::vector<std::vector<double>>& state) const {
    const Tracts& tracts = *spec_.tracts;
    std::vector<std::vector<double>> means;
    for (std::size_t link = 0; link < spec_.populations.front().tracts.size(); ++link) {
      std::vector<std::int64_t> words(z(tracts.n_parcels()) * ExactSum::words, 0);
      for (GlobalIndex i = 0; i < n_; ++i) {
        const int source = of(i).population.tracts[link].source;
        ExactSum::add(observed(source, state[z(i)].data(), i),
                      &words[z(tracts.parcel_of[z(i)]) * ExactSum::words]);
      }
      means.emplace_back();
      for (std::size_t parcel = 0; parcel < regions_of_parcel_.size(); ++parcel)
        means.back().push_back(
            ExactSum::mean(&words[parcel * ExactSum::words], regions_of_parcel_[parcel]));
    }
    return means;
  }

  /// What tracts give the regions of a parcel in step n.
  [[nodiscard]] double from_parcels(std::size_t link, std::size_t parcel, Step n) const {
    const Tracts& tracts = *spec_.tracts;
    const ChannelPlan channels(tracts.coupling, spec_.populations.front().tracts,
                               tracts.n_parcels());
    const auto& own = channels.links[link];
    double sums[2] = {};
    double strength = 0.0;
    for (GlobalIndex e = tracts.row[parcel]; e < tracts.row[parcel + 1]; ++e) {
      const double given = tracts.weight[z(e)];
      const double weight = own.squared ? given * given : given;
      strength += weight;
      Stencil s = stencil(tracts.delay[z(e)], Series::begin, spec_.delay);
      if (s.size == 0) s.size = 1;  // the present, with weight 1
      for (int p = 0; p < s.size; ++p) {
        const Piece& piece = s.pieces[z(p)];
        const double mean = means_[z(tract_past_ + n - piece.lag)][link][z(tracts.source[z(e)])];
        for (int part = 0; part < own.parts; ++part) {
          double sent = 0.0;
          channels.source.apply(1, &mean, &sent, part);
          sums[part] = std::fma(weight * piece.weight, sent, sums[part]);
        }
      }
    }
    double result = 0.0;
    channels.target.apply(1, sums, &means_[z(tract_past_ + n)][link][parcel], &strength, &result);
    return result;
  }

  void add_tracts(Step n, std::vector<double>& inputs) const {
    if (!spec_.tracts) return;
    const Tracts& tracts = *spec_.tracts;
    for (std::size_t link = 0; link < spec_.populations.front().tracts.size(); ++link) {
      std::vector<double> sums;
      for (std::size_t parcel = 0; parcel < z(tracts.n_parcels()); ++parcel)
        sums.push_back(from_parcels(link, parcel, n));
      for (GlobalIndex i = 0; i < n_; ++i)
        inputs[z(of(i).population.tracts[link].target) * z(n_) + z(i)] +=
            sums[z(tracts.parcel_of[z(i)])];
    }
  }

  [[nodiscard]] std::vector<std::vector<double>> past_state(Step lag) const {
    if (!spec_.history) return state_;
    const InitialHistory& h = *spec_.history;
    const std::size_t sample = z(std::max<Step>(0, h.samples - 1 - lag));
    auto state = state_;
    for (GlobalIndex i = 0; i < n_; ++i) {
      for (int k = 0; k < n_states_; ++k) {
        state[z(i)][z(k)] =
            rounded(spec_.stored_state(), h.values[(sample * z(n_states_) + z(k)) * z(n_) + z(i)]);
      }
    }
    return state;
  }

  double observed(int observable, const double* state, GlobalIndex region) const {
    const Compiled& own = of(region);
    if (observable < own.n_states) return state[observable];
    const std::vector<double> none(z(own.n_inputs), 0.0);
    return own.kernel->observe_one(observable - own.n_states, state, parameter_[z(region)].data(),
                                   none.data());
  }

  double sent(std::size_t link, int part, const double* state, GlobalIndex region) const {
    const ChannelPlan& channels = of(region).channels;
    const double x = observed(channels.links[link].observable, state, region);
    double value = 0.0;
    channels.source.apply(1, &x, &value, part);
    return value;
  }

  void round_states() {
    for (std::vector<double>& state : state_) {
      for (double& x : state)
        x = rounded(spec_.stored_state(), x);
    }
  }

  /// Appends one time to the history of every channel: history_[channel][time][region].
  void remember(const std::vector<std::vector<double>>& state) {
    const auto& links = compiled_.front().channels.links;
    for (std::size_t link = 0; link < links.size(); ++link) {
      for (int part = 0; part < links[link].parts; ++part) {
        auto& channel = history_[z(links[link].first + part)];
        channel.emplace_back();
        for (GlobalIndex i = 0; i < n_; ++i)
          channel.back().push_back(stored(sent(link, part, state[z(i)].data(), i)));
      }
    }
  }

  [[nodiscard]] const double* stage_state(GlobalIndex region, int stage) const {
    return stage == 0 ? state_[z(region)].data() : scratch_[z(region)].data();
  }

  /// Sum of one channel at time n (begin, middle or end of the step that starts at n).
  double delayed_sum(const Row& row, int channel, bool squared, Step n) const {
    double sum = 0.0;
    for (const Share& share : row.delayed) {
      sum = add(share.of(squared), history_[z(channel)][z(past_ + n - share.lag)][z(share.source)],
                sum);
    }
    return sum;
  }

  /// Parameters as they are at t [ms].
  void set_time(double t) {
    for (GlobalIndex i = 0; i < n_; ++i) {
      const Compiled& own = of(i);
      const auto& stimuli = own.population.stimuli;
      const bool changing = std::any_of(stimuli.begin(), stimuli.end(), [](const Stimulus& s) {
        return s.on == StimulusOn::parameter;
      });
      if (changing) parameter_[z(i)] = parameters_at(spec_, *own.kernel, i, t);
    }
  }

  /// When a stage reads stimuli and parameters. [ms]
  [[nodiscard]] double time_of(Step n, model::Phase phase) const {
    const double offset = phase == model::Phase::begin    ? 0.0
                          : phase == model::Phase::middle ? 0.5
                                                          : 1.0;
    return (static_cast<double>(n) + (staged_ ? offset : 0.0)) * spec_.dt;
  }

  void add_stimuli(double t, std::vector<double>& inputs) const {
    for (GlobalIndex i = 0; i < n_; ++i) {
      for (const Stimulus& stimulus : of(i).population.stimuli) {
        if (stimulus.on != StimulusOn::input) continue;
        double& input = inputs[z(stimulus.target) * z(n_) + z(i)];
        input = std::fma(stimulus.weight(i), stimulus.function.at(t, spec_.dt), input);
      }
    }
  }

  void run_stage(Step n, int stage) {
    const model::Phase phase = compiled_.front().kernel->phase(stage);
    set_time(time_of(n, phase));
    if (stage == 0 || staged_) {
      inputs_now_ = network_inputs(n, stage, phase);
      if (stage == 0) inputs_ = inputs_now_;
    }
    for (GlobalIndex i = 0; i < n_; ++i) {
      const Compiled& own = of(i);
      std::vector<double> input;
      for (int k = 0; k < own.n_inputs; ++k)
        input.push_back(inputs_now_[z(k) * z(n_) + z(i)]);
      const std::vector<double> delayed = own_delayed(n, i);
      model::StateNoise noise;
      if (noisy_[z(spec_.number_at(i))])
        noise = {increment_[z(i)].data(), additive_[z(i)].data(), multiplicative_[z(i)].data(),
                 correction_[z(i)].data()};
      own.kernel->stage_of_one(
          stage,
          {state_[z(i)].data(), parameter_[z(i)].data(), scratch_[z(i)].data(), delayed.data()},
          input.data(), noise, own.dt);
    }
  }

  std::vector<double> network_inputs(Step n, int stage, model::Phase phase) const {
    std::vector<double> inputs = input_noise_;
    add_stimuli(time_of(n, phase), inputs);
    add_tracts(n, inputs);
    // The input at the begin of a staged step is the one at the end of the step before.
    const bool carried = staged_ && phase == model::Phase::begin;
    const auto& rows = rows_[carried ? 2 : z(static_cast<int>(phase))];
    for (std::size_t l = 0; l < compiled_.front().channels.links.size(); ++l) {
      for (GlobalIndex i = 0; i < n_; ++i) {
        const auto& link = of(i).channels.links[l];
        double sums[2] = {};
        for (int part = 0; part < link.parts; ++part) {
          sums[part] =
              delayed_sum(rows[z(i)], link.first + part, link.squared, carried ? n - 1 : n);
          for (const Share& share : rows[z(i)].undelayed) {
            const double x = sent(l, part, stage_state(share.source, stage), share.source);
            sums[part] = add(share.of(link.squared), x, sums[part]);
          }
        }
        const double own = observed(link.observable, stage_state(i, stage), i);
        double result = 0.0;
        of(i).channels.target.apply(1, sums, &own, &strength_[link.squared][z(i)], &result);
        inputs[z(link.input) * z(n_) + z(i)] += result;
      }
    }
    return inputs;
  }

  void set_up_noise() {
    input_noise_.assign(z(n_inputs_) * z(n_), 0.0);
    const std::vector<double> zeros(z(n_states_), 0.0);
    increment_.assign(z(n_), zeros);
    additive_ = multiplicative_ = correction_ = increment_;
    noisy_.assign(compiled_.size(), false);
    for (int number = 0; number < spec_.n_populations(); ++number) {
      for (const NoiseTerm& term : compiled_[z(number)].population.noise)
        set_up_term(term, number);
      set_up_pushes(number);
    }
  }

  /// Increments of states that stimuli act on are what a step adds.
  void set_up_pushes(int number) {
    for (const Stimulus& stimulus : compiled_[z(number)].population.stimuli) {
      if (stimulus.on != StimulusOn::state) continue;
      noisy_[z(number)] = true;
      for (GlobalIndex i = 0; i < n_; ++i) {
        if (spec_.number_at(i) == number) additive_[z(i)][z(stimulus.target)] = 1.0;
      }
    }
  }

  [[nodiscard]] bool is_pushed(GlobalIndex region, int state) const {
    const auto& stimuli = of(region).population.stimuli;
    return std::any_of(stimuli.begin(), stimuli.end(), [state](const Stimulus& s) {
      return s.on == StimulusOn::state && s.target == state;
    });
  }

  /// What the stimuli on states do in step n.
  void push_states(Step n) {
    for (GlobalIndex i = 0; i < n_; ++i) {
      for (const Stimulus& stimulus : of(i).population.stimuli) {
        if (stimulus.on != StimulusOn::state) continue;
        const double t = static_cast<double>(n) * spec_.dt;
        double& increment = increment_[z(i)][z(stimulus.target)];
        increment =
            std::fma(stimulus.weight(i), of(i).dt * stimulus.function.at(t, spec_.dt), increment);
      }
    }
  }

  void set_up_term(const NoiseTerm& term, int number) {
    terms_.push_back({term, number, memories_of(term, compiled_[z(number)].dt), {}});
    terms_.back().eta = start_of_memory(term, terms_.back().memories);
    if (term.on_input) return;
    noisy_[z(number)] = true;
    for (GlobalIndex i = 0; i < n_; ++i) {
      if (spec_.number_at(i) != number) continue;
      const double sigma = term.sigma(i);
      const bool heun = spec_.method == model::Method::heun;
      const bool stratonovich = term.calculus == Calculus::stratonovich;
      const std::size_t k = z(term.target);
      if (!terms_.back().eta.empty())
        additive_[z(i)][k] = 1.0;
      else if (!term.multiplicative)
        additive_[z(i)][k] = sigma;
      else
        multiplicative_[z(i)][k] = sigma;
      if (term.multiplicative && heun && !stratonovich) correction_[z(i)][k] = -0.5 * sigma * sigma;
      if (term.multiplicative && !heun && stratonovich) correction_[z(i)][k] = 0.5 * sigma * sigma;
    }
  }

  /// (memories, n_regions)
  [[nodiscard]] std::vector<std::vector<double>> start_of_memory(
      const NoiseTerm& term, const std::vector<Memory>& memories) const {
    std::vector<std::vector<double>> eta;
    for (const Memory& memory : memories) {
      eta.emplace_back();
      for (GlobalIndex i = 0; i < n_; ++i) {
        const auto draw = static_cast<double>(
            random::normal({spec_.seed, memory.start_stream}, region_of(term, i), 0));
        eta.back().push_back(term.sigma(i) * memory.start * draw);
      }
    }
    return eta;
  }

  static std::uint32_t region_of(const NoiseTerm& term, GlobalIndex region) {
    return term.shared ? 0xffffffffU - term.shared_by : static_cast<std::uint32_t>(region);
  }

  double draw(const NoiseTerm& term, std::uint32_t stream, GlobalIndex region, Step n) const {
    const random::Stream from{spec_.seed, stream};
    const bool gaussian = term.distribution == Distribution::gaussian;
    return static_cast<double>(gaussian ? random::normal(from, region_of(term, region), n)
                                        : random::uniform(from, region_of(term, region), n));
  }

  /// What the processes that remember give in step n, summed; they move on.
  double remembered(TermOf& from, GlobalIndex region, Step n) const {
    const NoiseTerm& term = from.spec;
    double sum = 0.0;
    for (std::size_t k = 0; k < from.memories.size(); ++k) {
      const Memory& memory = from.memories[k];
      double& eta = from.eta[k][z(region)];
      sum += (term.on_input ? 1.0 : of(region).dt) * eta;
      eta = std::fma(memory.decay, eta,
                     term.sigma(region) * memory.factor * draw(term, memory.stream, region, n));
    }
    return sum;
  }

  void draw_noise(Step n) {
    for (std::vector<double>& increments : increment_)
      std::fill(increments.begin(), increments.end(), 0.0);
    for (TermOf& from : terms_) {
      const NoiseTerm& term = from.spec;
      const double dt = compiled_[z(from.population)].dt;
      const std::uint32_t stream =
          term.on_input ? input_stream(term.target) : state_stream(term.target);
      for (GlobalIndex i = 0; i < n_; ++i) {
        if (spec_.number_at(i) != from.population) continue;
        double& input = input_noise_[z(term.on_input ? term.target : 0) * z(n_) + z(i)];
        double& increment = increment_[z(i)][z(term.on_input ? 0 : term.target)];
        if (!from.eta.empty()) {
          (term.on_input ? input : increment) = remembered(from, i, n);
        } else if (!term.on_input) {
          const double factor = is_pushed(i, term.target)
                                    ? dt * (term.sigma(i) * (1.0 / std::sqrt(dt)))
                                    : std::sqrt(dt);
          increment = factor * draw(term, stream, i, n);
        } else {
          const bool white = term.kind == NoiseTerm::Kind::white;
          input = (white ? term.sigma(i) * (1.0 / std::sqrt(dt)) : term.sigma(i)) *
                  draw(term, stream, i, n);
        }
      }
    }
  }

  const SimulationSpec& spec_;
  std::vector<Compiled> compiled_;
  GlobalIndex n_;
  int n_states_, n_inputs_;  ///< of the population that has most
  bool staged_;
  std::vector<bool> noisy_;  ///< (populations) some state is
  Step past_ = 0;
  std::vector<Row> rows_[3];
  std::vector<double> strength_[2];  // of W, of W squared
  std::vector<std::vector<double>> state_, parameter_, scratch_;
  std::vector<std::vector<std::vector<double>>> history_, own_past_;
  std::vector<std::vector<Step>> own_delay_;
  Step longest_ = 0;
  std::vector<std::vector<std::vector<double>>> means_;
  std::vector<double> regions_of_parcel_;
  Step tract_past_ = 0;
  std::vector<double> inputs_, inputs_now_, input_noise_;
  std::vector<std::vector<double>> increment_, additive_, multiplicative_, correction_;
  std::vector<TermOf> terms_;
};

}  // namespace

ReferenceRun run_reference(const SimulationSpec& spec, const network::Connectome& connectome) {
  const core::FlushToZero flush;
  return Reference(spec, connectome).run();
}

}  // namespace arcuate::engine

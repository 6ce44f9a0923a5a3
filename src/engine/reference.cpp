#include "arcuate/engine/reference.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "arcuate/core/floating_point.hpp"
#include "arcuate/core/random.hpp"
#include "arcuate/engine/lags.hpp"
#include "arcuate/engine/noise.hpp"
#include "arcuate/network/coupling.hpp"
#include "drive.hpp"
#include "tile_pass.hpp"

namespace arcuate::engine {
namespace {

std::size_t z(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

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

/// The network, step by step.
class Reference {
 public:
  Reference(const SimulationSpec& spec, const network::Connectome& connectome)
      : spec_(spec),
        kernel_(kernel_of(spec)),
        channels_(spec.coupling, connectome.n_regions()),
        n_(connectome.n_regions()),
        n_states_(static_cast<int>(spec.model->info.states.size())),
        n_inputs_(static_cast<int>(spec.model->info.inputs.size())),
        dt_(spec.dt / spec.model->info.time_unit),
        staged_(series_of(spec.method, spec.stages).front() != Series::begin) {
    const BlockChoice choice = choose_block(connectome, spec);
    past_ = choice.largest_lag + 2;
    for (Series series : {Series::begin, Series::middle, Series::end}) {
      for (GlobalIndex i = 0; i < n_; ++i)
        rows_[z(static_cast<int>(series))].push_back(row_of(connectome, i, series, choice.block));
    }
    for (GlobalIndex i = 0; i < n_; ++i) {
      double strength[2] = {};
      for (GlobalIndex e = connectome.row[z(i)]; e < connectome.row[z(i) + 1]; ++e) {
        strength[0] += connectome.weight[z(e)];
        strength[1] += connectome.weight[z(e)] * connectome.weight[z(e)];
      }
      for (const bool squared : {false, true})
        strength_[squared].push_back(strength[squared]);
    }
    set_up_states();
    set_up_own_past();
    set_up_noise();
  }

  ReferenceRun run() {
    ReferenceRun result;
    for (Step n = 0; n < spec_.steps; ++n) {
      draw_noise(n);
      inputs_.assign(z(n_inputs_) * z(n_), 0.0);
      for (int stage = 0; stage < kernel_->stages(); ++stage)
        run_stage(n, stage);
      set_time(static_cast<double>(n + 1) * spec_.dt);
      result.inputs.insert(result.inputs.end(), inputs_.begin(), inputs_.end());
      for (int k = 0; k < n_states_; ++k) {
        for (GlobalIndex i = 0; i < n_; ++i)
          result.states.push_back(state_[z(i)][z(k)]);
      }
      remember(state_);
      remember_own();
    }
    return result;
  }

 private:
  Row row_of(const network::Connectome& connectome, GlobalIndex target, Series series,
             int block) const {
    Row row;
    for (const bool far : {true, false}) {
      for (GlobalIndex e = connectome.row[z(target)]; e < connectome.row[z(target) + 1]; ++e) {
        const Stencil s =
            stencil(delay_in_steps(connectome, e, spec_.speed, spec_.dt), series, spec_.delay);
        const GlobalIndex source = connectome.source[z(e)];
        const double weight = connectome.weight[z(e)];
        if (s.size == 0 && far) row.undelayed.push_back({source, 0, weight, weight * weight});
        for (int p = 0; p < s.size; ++p) {
          const Piece& piece = s.pieces[z(p)];
          if ((piece.lag >= block - 1) != far) continue;
          row.delayed.push_back(
              {source, piece.lag, weight * piece.weight, (weight * weight) * piece.weight});
        }
      }
    }
    return row;
  }

  void set_up_states() {
    history_.resize(z(channels_.channels));
    for (GlobalIndex i = 0; i < n_; ++i) {
      state_.emplace_back();
      parameter_.push_back(parameters_at(spec_, *kernel_, i, 0.0));
      for (int k = 0; k < n_states_; ++k)
        state_.back().push_back(initial_value(spec_, spec_.seed, i, k));
    }
    scratch_.assign(z(n_), std::vector<double>(z(kernel_->scratch_rows())));
    for (Step lag = past_; lag >= 0; --lag)
      remember(past_state(lag));
  }

  /// own_past_[entry][time][region] from longest_ steps before t = 0 on.
  void set_up_own_past() {
    const auto& delayed = spec_.model->info.delayed;
    own_past_.resize(delayed.size());
    own_delay_.resize(delayed.size());
    for (std::size_t e = 0; e < delayed.size(); ++e) {
      const RegionValues& delay = spec_.parameters[z(spec_.model->parameter(delayed[e].delay))];
      for (GlobalIndex i = 0; i < n_; ++i) {
        own_delay_[e].push_back(static_cast<Step>(std::nearbyint(delay(i) / spec_.dt)));
        longest_ = std::max(longest_, own_delay_[e].back());
      }
    }
    if (delayed.empty()) return;
    const auto now = state_;
    for (Step lag = longest_; lag >= 0; --lag) {
      state_ = past_state(lag);
      remember_own();
    }
    state_ = now;
  }

  void remember_own() {
    for (std::size_t e = 0; e < own_past_.size(); ++e) {
      const int source = spec_.model->observable(spec_.model->info.delayed[e].source);
      own_past_[e].emplace_back();
      for (GlobalIndex i = 0; i < n_; ++i)
        own_past_[e].back().push_back(observed(source, state_[z(i)].data(), i));
    }
  }

  [[nodiscard]] std::vector<double> own_delayed(Step n, GlobalIndex region) const {
    std::vector<double> values;
    for (std::size_t e = 0; e < own_past_.size(); ++e)
      values.push_back(own_past_[e][z(longest_ + n - own_delay_[e][z(region)])][z(region)]);
    return values;
  }

  [[nodiscard]] std::vector<std::vector<double>> past_state(Step lag) const {
    if (!spec_.history) return state_;
    const InitialHistory& h = *spec_.history;
    const std::size_t sample = z(std::max<Step>(0, h.samples - 1 - lag));
    auto state = state_;
    for (GlobalIndex i = 0; i < n_; ++i) {
      for (int k = 0; k < n_states_; ++k) {
        state[z(i)][z(k)] = h.values[(sample * z(n_states_) + z(k)) * z(n_) + z(i)];
      }
    }
    return state;
  }

  double observed(int observable, const double* state, GlobalIndex region) const {
    if (observable < n_states_) return state[observable];
    const std::vector<double> none(z(n_inputs_), 0.0);
    return kernel_->observe_one(observable - n_states_, state, parameter_[z(region)].data(),
                                none.data());
  }

  double sent(int link, int part, const double* state, GlobalIndex region) const {
    const double x = observed(channels_.links[z(link)].observable, state, region);
    double value = 0.0;
    channels_.source.apply(1, &x, &value, part);
    return value;
  }

  /// Appends one time to the history of every channel: history_[channel][time][region].
  void remember(const std::vector<std::vector<double>>& state) {
    for (std::size_t link = 0; link < channels_.links.size(); ++link) {
      for (int part = 0; part < channels_.links[link].parts; ++part) {
        auto& channel = history_[z(channels_.links[link].first + part)];
        channel.emplace_back();
        for (GlobalIndex i = 0; i < n_; ++i) {
          channel.back().push_back(sent(static_cast<int>(link), part, state[z(i)].data(), i));
        }
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
      sum = std::fma(share.of(squared),
                     history_[z(channel)][z(past_ + n - share.lag)][z(share.source)], sum);
    }
    return sum;
  }

  /// Parameters as they are at t [ms].
  void set_time(double t) {
    const bool changing = std::any_of(spec_.stimuli.begin(), spec_.stimuli.end(),
                                      [](const Stimulus& s) { return s.on_parameter; });
    if (!changing) return;
    for (GlobalIndex i = 0; i < n_; ++i)
      parameter_[z(i)] = parameters_at(spec_, *kernel_, i, t);
  }

  /// When a stage reads stimuli and parameters. [ms]
  [[nodiscard]] double time_of(Step n, model::Phase phase) const {
    const double offset = phase == model::Phase::begin    ? 0.0
                          : phase == model::Phase::middle ? 0.5
                                                          : 1.0;
    return (static_cast<double>(n) + (staged_ ? offset : 0.0)) * spec_.dt;
  }

  void add_stimuli(double t, std::vector<double>& inputs) const {
    for (const Stimulus& stimulus : spec_.stimuli) {
      if (stimulus.on_parameter) continue;
      for (GlobalIndex i = 0; i < n_; ++i) {
        double& input = inputs[z(stimulus.target) * z(n_) + z(i)];
        input = std::fma(stimulus.weight(i), stimulus.function.at(t, spec_.dt), input);
      }
    }
  }

  void run_stage(Step n, int stage) {
    const model::Phase phase = kernel_->phase(stage);
    set_time(time_of(n, phase));
    if (stage == 0 || staged_) {
      inputs_now_ = network_inputs(n, stage, phase);
      if (stage == 0) inputs_ = inputs_now_;
    }
    for (GlobalIndex i = 0; i < n_; ++i) {
      std::vector<double> input;
      for (int k = 0; k < n_inputs_; ++k)
        input.push_back(inputs_now_[z(k) * z(n_) + z(i)]);
      const std::vector<double> delayed = own_delayed(n, i);
      model::StateNoise noise;
      if (noisy_)
        noise = {increment_[z(i)].data(), additive_[z(i)].data(), multiplicative_[z(i)].data(),
                 correction_[z(i)].data()};
      kernel_->stage_of_one(
          stage,
          {state_[z(i)].data(), parameter_[z(i)].data(), scratch_[z(i)].data(), delayed.data()},
          input.data(), noise, dt_);
    }
  }

  std::vector<double> network_inputs(Step n, int stage, model::Phase phase) const {
    std::vector<double> inputs = input_noise_;
    add_stimuli(time_of(n, phase), inputs);
    // The input at the begin of a staged step is the one at the end of the step before.
    const bool carried = staged_ && phase == model::Phase::begin;
    const auto& rows = rows_[carried ? 2 : z(static_cast<int>(phase))];
    for (std::size_t l = 0; l < channels_.links.size(); ++l) {
      const auto& link = channels_.links[l];
      for (GlobalIndex i = 0; i < n_; ++i) {
        double sums[2] = {};
        for (int part = 0; part < link.parts; ++part) {
          sums[part] =
              delayed_sum(rows[z(i)], link.first + part, link.squared, carried ? n - 1 : n);
          for (const Share& share : rows[z(i)].undelayed) {
            const double x =
                sent(static_cast<int>(l), part, stage_state(share.source, stage), share.source);
            sums[part] = std::fma(share.of(link.squared), x, sums[part]);
          }
        }
        const double own = observed(link.observable, stage_state(i, stage), i);
        double result = 0.0;
        channels_.target.apply(1, sums, &own, &strength_[link.squared][z(i)], &result);
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
    for (const NoiseTerm& term : spec_.noise) {
      memories_.push_back(memories_of(term, dt_));
      eta_.push_back(start_of_memory(term, memories_.back()));
      for (GlobalIndex i = 0; i < n_; ++i) {
        const double sigma = term.sigma(i);
        if (term.on_input) continue;
        noisy_ = true;
        const bool heun = spec_.method == model::Method::heun;
        const bool stratonovich = term.calculus == Calculus::stratonovich;
        const std::size_t k = z(term.target);
        if (!eta_.back().empty())
          additive_[z(i)][k] = 1.0;
        else if (!term.multiplicative)
          additive_[z(i)][k] = sigma;
        else
          multiplicative_[z(i)][k] = sigma;
        if (term.multiplicative && heun && !stratonovich)
          correction_[z(i)][k] = -0.5 * sigma * sigma;
        if (term.multiplicative && !heun && stratonovich)
          correction_[z(i)][k] = 0.5 * sigma * sigma;
      }
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
    return term.shared ? 0xffffffffU : static_cast<std::uint32_t>(region);
  }

  double draw(const NoiseTerm& term, std::uint32_t stream, GlobalIndex region, Step n) const {
    const random::Stream from{spec_.seed, stream};
    const bool gaussian = term.distribution == Distribution::gaussian;
    return static_cast<double>(gaussian ? random::normal(from, region_of(term, region), n)
                                        : random::uniform(from, region_of(term, region), n));
  }

  /// What the processes that remember give in step n, summed; they move on.
  double remembered(std::size_t t, GlobalIndex region, Step n) {
    const NoiseTerm& term = spec_.noise[t];
    const std::vector<Memory>& memories = memories_[t];
    double sum = 0.0;
    for (std::size_t k = 0; k < memories.size(); ++k) {
      double& eta = eta_[t][k][z(region)];
      sum += (term.on_input ? 1.0 : dt_) * eta;
      eta = std::fma(
          memories[k].decay, eta,
          term.sigma(region) * memories[k].factor * draw(term, memories[k].stream, region, n));
    }
    return sum;
  }

  void draw_noise(Step n) {
    for (std::size_t t = 0; t < spec_.noise.size(); ++t) {
      const NoiseTerm& term = spec_.noise[t];
      const std::uint32_t stream =
          term.on_input ? input_stream(term.target) : state_stream(term.target);
      for (GlobalIndex i = 0; i < n_; ++i) {
        double& input = input_noise_[z(term.on_input ? term.target : 0) * z(n_) + z(i)];
        double& increment = increment_[z(i)][z(term.on_input ? 0 : term.target)];
        if (!eta_[t].empty()) {
          (term.on_input ? input : increment) = remembered(t, i, n);
        } else if (!term.on_input) {
          increment = std::sqrt(dt_) * draw(term, stream, i, n);
        } else {
          const bool white = term.kind == NoiseTerm::Kind::white;
          input = (white ? term.sigma(i) * (1.0 / std::sqrt(dt_)) : term.sigma(i)) *
                  draw(term, stream, i, n);
        }
      }
    }
  }

  const SimulationSpec& spec_;
  std::unique_ptr<model::Kernel> kernel_;
  ChannelPlan channels_;
  GlobalIndex n_;
  int n_states_, n_inputs_;
  double dt_;
  bool staged_;
  bool noisy_ = false;
  Step past_ = 0;
  std::vector<Row> rows_[3];
  std::vector<double> strength_[2];  // of W, of W squared
  std::vector<std::vector<double>> state_, parameter_, scratch_;
  std::vector<std::vector<std::vector<double>>> history_, own_past_;
  std::vector<std::vector<Step>> own_delay_;
  Step longest_ = 0;
  std::vector<double> inputs_, inputs_now_, input_noise_;
  std::vector<std::vector<double>> increment_, additive_, multiplicative_, correction_;
  std::vector<std::vector<Memory>> memories_;
  std::vector<std::vector<std::vector<double>>> eta_;  // (noise terms, memories, n_regions)
};

}  // namespace

ReferenceRun run_reference(const SimulationSpec& spec, const network::Connectome& connectome) {
  const core::FlushToZero flush;
  return Reference(spec, connectome).run();
}

}  // namespace arcuate::engine

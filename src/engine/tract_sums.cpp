#include "tract_sums.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "arcuate/core/error.hpp"
#include "arcuate/core/index.hpp"

namespace arcuate::engine {
namespace {

constexpr Step longest_period = 32;

/// Calls visit(target, tract, piece) for the shares of all tracts in the order of their sums.
template <class Visit>
void each_share(const SimulationSpec& spec, const Visit& visit) {
  const Tracts& tracts = *spec.tracts;
  for (GlobalIndex target = 0; target < tracts.n_parcels(); ++target) {
    for (GlobalIndex e = tracts.row[z(target)]; e < tracts.row[z(target) + 1]; ++e) {
      const Stencil s = stencil(tracts.delay[z(e)], Series::begin, spec.delay);
      if (s.size == 0) visit(target, e, Piece{0, 1.0});
      for (int p = 0; p < s.size; ++p)
        visit(target, e, s.pieces[z(p)]);
    }
  }
}

const std::vector<network::Link>& links_of(const SimulationSpec& spec) {
  return spec.populations.front().tracts;
}

bool any_squared(const SimulationSpec& spec) {
  const auto& links = links_of(spec);
  return std::any_of(links.begin(), links.end(),
                     [](const network::Link& link) { return link.squared_weights; });
}

/// Parcels that this rank has regions of.
std::vector<LocalIndex> parcels_of(const Tracts& tracts, const std::vector<GlobalIndex>& owned) {
  std::vector<bool> here(z(tracts.n_parcels()), false);
  for (const GlobalIndex region : owned)
    here[z(tracts.parcel_of[z(region)])] = true;
  std::vector<LocalIndex> parcels;
  for (std::size_t parcel = 0; parcel < here.size(); ++parcel) {
    if (here[parcel]) parcels.push_back(static_cast<LocalIndex>(parcel));
  }
  return parcels;
}

}  // namespace

template <class Self, class Visit>
void TractArrays::arrays(Self& self, const TractSizes& n, const Visit& visit) {
  visit("tract_history", Role::history, self.history, {n.channels, n.parcels, n.row()});
  visit("tract_mean", Role::derived, self.mean, {n.links, n.parcels});
  visit("tract_input", Role::derived, self.input, {n.links, n.period, n.parcels});
  visit("tract_sum", Role::state, self.sum,
        {n.threads, n.links, n.period, n.parcels, ExactSum::words});
  visit("tract_weight", Role::parameter, self.weight, {n.shares});
  visit("tract_squared", Role::parameter, self.squared, {n.squared ? n.shares : 0});
  visit("tract_source", Role::parameter, self.source, {n.shares});
  visit("tract_lag", Role::parameter, self.lag, {n.shares});
  visit("tract_row", Role::parameter, self.row, {n.parcels > 0 ? n.parcels + 1 : 0});
  visit("tract_strength", Role::parameter, self.strength, {2, n.parcels});
  visit("tract_regions", Role::parameter, self.regions, {n.parcels});
}

TractSizes tract_sizes(const SimulationSpec& spec, int threads) {
  TractSizes sizes;
  if (!spec.tracts) return sizes;
  const Tracts& tracts = *spec.tracts;
  const ChannelPlan channels(tracts.coupling, links_of(spec), tracts.n_parcels());
  sizes.links = static_cast<std::int64_t>(channels.links.size());
  sizes.channels = channels.channels;
  sizes.parcels = tracts.n_parcels();
  sizes.squared = any_squared(spec);
  sizes.threads = threads;
  Step smallest = longest_period - 1;
  each_share(spec, [&](GlobalIndex /*target*/, GlobalIndex /*tract*/, const Piece& piece) {
    ++sizes.shares;
    smallest = std::min<Step>(smallest, piece.lag);
    sizes.past = std::max<std::int64_t>(sizes.past, piece.lag);
  });
  // What reads the present of its own parcel needs it at every step.
  if (channels.target.uses_target()) smallest = 0;
  sizes.period = static_cast<Step>(std::bit_floor(static_cast<std::uint64_t>(smallest + 1)));
  return sizes;
}

std::int64_t bytes_of_tracts(const TractSizes& sizes) {
  return bytes_of<TractArrays>(sizes);
}

TractSums::TractSums(const SimulationSpec& spec, const std::vector<GlobalIndex>& owned, int threads)
    : spec_(spec),
      channels_(spec.tracts->coupling, links_of(spec), spec.tracts->n_parcels()),
      sizes_(tract_sizes(spec, threads)) {
  allocate(own_, sizes_);
  own_.targets = parcels_of(*spec.tracts, owned);
  for (const std::int32_t parcel : spec.tracts->parcel_of)
    own_.regions[z(parcel)] += 1.0;
  now_ = sizes_.past;
  lay_out_shares();
}

void TractSums::lay_out_shares() {
  const Tracts& tracts = *spec_.tracts;
  std::size_t next = 0;
  each_share(spec_, [&](GlobalIndex target, GlobalIndex tract, const Piece& piece) {
    const double weight = tracts.weight[z(tract)];
    own_.weight[next] = weight * piece.weight;
    if (sizes_.squared) own_.squared[next] = (weight * weight) * piece.weight;
    own_.source[next] = tracts.source[z(tract)];
    own_.lag[next] = piece.lag;
    own_.row[z(target) + 1] = static_cast<std::int64_t>(++next);
  });
  for (std::size_t parcel = 0; parcel < z(sizes_.parcels); ++parcel) {
    own_.row[parcel + 1] = std::max(own_.row[parcel + 1], own_.row[parcel]);
    for (GlobalIndex e = tracts.row[parcel]; e < tracts.row[parcel + 1]; ++e) {
      const double weight = tracts.weight[z(e)];
      own_.strength[parcel] += weight;
      own_.strength[z(sizes_.parcels) + parcel] += weight * weight;
    }
  }
}

/// The words of all threads and ranks, in those of thread 0.
void TractSums::add_up(const comm::Communicator& comm) {
  const std::size_t of_thread = own_.sum.size() / z(sizes_.threads);
  for (std::size_t other = of_thread; other < own_.sum.size(); other += of_thread) {
    for (std::size_t i = 0; i < of_thread; ++i)
      own_.sum[i] += own_.sum[other + i];
  }
  comm.sum(std::span(own_.sum.data(), of_thread));
}

void TractSums::write(std::size_t link, double mean, std::int64_t distance, double* at) const {
  const ChannelPlan::LinkChannels& own = channels_.links[link];
  for (int part = 0; part < own.parts; ++part)
    channels_.source.apply(1, &mean, at + (own.first + part) * distance, part);
}

void TractSums::set_past(const comm::Communicator& comm, Step first, Step last) {
  add_up(comm);
  const std::int64_t distance = sizes_.parcels * sizes_.row();
  for (std::size_t link = 0; link < z(sizes_.links); ++link) {
    for (std::int64_t parcel = 0; parcel < sizes_.parcels; ++parcel) {
      const double mean = mean_of(word(0, link, 0, parcel), parcel);
      double* const now = own_.history.data() + parcel * sizes_.row() + now_;
      for (Step lag = first; lag >= last; --lag)
        write(link, mean, distance, now - lag);
      own_.mean[link * z(sizes_.parcels) + z(parcel)] = mean;
    }
  }
  std::fill(own_.sum.begin(), own_.sum.end(), 0);
}

void TractSums::reduce(const comm::Communicator& comm) {
  add_up(comm);
  if (now_ + sizes_.period >= sizes_.row()) {
    for (std::size_t row = 0; row < own_.history.size(); row += z(sizes_.row())) {
      const auto first = own_.history.begin() + static_cast<std::ptrdiff_t>(row);
      std::copy(first + now_ - sizes_.past, first + now_ + 1, first);
    }
    now_ = sizes_.past;
  }
  const std::int64_t distance = sizes_.parcels * sizes_.row();
  for (std::size_t link = 0; link < z(sizes_.links); ++link) {
    for (Step step = 0; step < sizes_.period; ++step) {
      for (std::int64_t parcel = 0; parcel < sizes_.parcels; ++parcel) {
        const double mean = mean_of(word(0, link, step, parcel), parcel);
        write(link, mean, distance, own_.history.data() + parcel * sizes_.row() + now_ + 1 + step);
        own_.mean[link * z(sizes_.parcels) + z(parcel)] = mean;
      }
    }
  }
  std::fill(own_.sum.begin(), own_.sum.end(), 0);
  now_ += sizes_.period;
}

std::size_t TractSums::saved_size() const {
  return z(sizes_.parcels * (sizes_.channels * (sizes_.past + 1) + sizes_.links));
}

std::vector<double> TractSums::save(const comm::Communicator& comm, Step n) const {
  const Step done = (n - origin_) & (sizes_.period - 1);  // of the period in progress
  std::vector<std::int64_t> words(own_.sum.size() / z(sizes_.threads));
  for (std::size_t i = 0; i < own_.sum.size(); ++i)
    words[i % words.size()] += own_.sum[i];
  comm.sum(std::span(words));
  const std::int64_t row = sizes_.past + 1 + done;
  std::vector<double> rows(z(sizes_.channels * sizes_.parcels * row));
  for (std::int64_t k = 0; k < sizes_.channels * sizes_.parcels; ++k) {
    const double* now = own_.history.data() + k * sizes_.row() + now_;
    std::copy(now - sizes_.past, now + 1, rows.data() + k * row);
  }
  std::vector<double> means = own_.mean;
  for (std::size_t link = 0; link < z(sizes_.links); ++link) {
    for (Step step = 0; step < done; ++step) {
      for (std::int64_t parcel = 0; parcel < sizes_.parcels; ++parcel) {
        const double mean = mean_of(words.data() + word_at(0, link, step, parcel), parcel);
        write(link, mean, sizes_.parcels * row,
              rows.data() + parcel * row + sizes_.past + 1 + step);
        means[link * z(sizes_.parcels) + z(parcel)] = mean;
      }
    }
  }
  std::vector<double> saved;
  saved.reserve(saved_size());
  for (std::size_t first = 0; first < rows.size(); first += z(row))
    saved.insert(saved.end(), rows.data() + first + done, rows.data() + first + row);
  saved.insert(saved.end(), means.begin(), means.end());
  return saved;
}

void TractSums::resume(std::span<const double> saved, Step n) {
  if (saved.size() != saved_size()) throw ConfigError("what was saved is of other tracts");
  origin_ = n;
  now_ = sizes_.past;
  const auto row = sizes_.past + 1;
  for (std::int64_t k = 0; k < sizes_.channels * sizes_.parcels; ++k)
    std::copy_n(saved.begin() + k * row, row, own_.history.begin() + k * sizes_.row());
  std::copy_n(saved.end() - std::ssize(own_.mean), own_.mean.size(), own_.mean.begin());
  std::fill(own_.sum.begin(), own_.sum.end(), 0);
}

template <class Visit>
void TractSums::with_period(const Visit& visit) const {
  switch (sizes_.period) {
    case 1:
      return visit.template operator()<1>();
    case 2:
      return visit.template operator()<2>();
    case 4:
      return visit.template operator()<4>();
    case 8:
      return visit.template operator()<8>();
    case 16:
      return visit.template operator()<16>();
    default:
      return visit.template operator()<static_cast<int>(longest_period)>();
  }
}

void TractSums::sum_inputs(int thread) {
  const auto count = static_cast<std::int64_t>(own_.targets.size());
  const std::int64_t first = count * thread / sizes_.threads;
  const std::int64_t last = count * (thread + 1) / sizes_.threads;
  with_period([&]<int steps>() {
    for (std::int64_t i = first; i < last; ++i)
      sum_target<steps>(own_.targets[z(i)]);
  });
}

template <int steps>
void TractSums::sum_target(std::int64_t target) {
  std::array<double, std::size_t{steps} * most_link_parts> sums;
  std::array<double, steps> result;
  for (std::size_t link = 0; link < z(sizes_.links); ++link) {
    const ChannelPlan::LinkChannels& own = channels_.links[link];
    for (int part = 0; part < own.parts; ++part)
      sum_shares<steps>(target, own.first + part, sums.data() + part * steps);
    channels_.target.apply(steps, sums.data(), own_.mean.data() + z(sizes_.parcels) * link + target,
                           own_.strength.data() + (own.squared ? sizes_.parcels : 0) + target,
                           result.data());
    double* to = own_.input.data() + z(sizes_.parcels) * link * steps + target;
    for (int step = 0; step < steps; ++step)
      to[step * sizes_.parcels] = result[z(step)];
  }
}

template <int steps>
void TractSums::sum_shares(std::int64_t target, int channel, double* sums) const {
  const std::vector<double>& weights = channels_.squared(channel) ? own_.squared : own_.weight;
  const double* now = own_.history.data() + channel * sizes_.parcels * sizes_.row() + now_;
  std::array<double, steps> sum{};
  for (std::int64_t i = own_.row[z(target)]; i < own_.row[z(target) + 1]; ++i) {
    const double weight = weights[z(i)];
    const double* past = now + own_.source[z(i)] * sizes_.row() - own_.lag[z(i)];
#pragma omp simd
    for (int step = 0; step < steps; ++step)
      sum[z(step)] = std::fma(weight, past[step], sum[z(step)]);
  }
  std::copy(sum.begin(), sum.end(), sums);
}

std::int64_t TractSums::bytes() const {
  return held_bytes(own_, sizes_);
}

}  // namespace arcuate::engine

#include "tile_plan.hpp"

#include <algorithm>
#include <set>

#include "arcuate/core/index.hpp"
#include "tile_state.hpp"

namespace arcuate::engine {
namespace {

/// Padding lanes repeat the last region.
std::vector<std::uint32_t> regions_of_lanes(const std::vector<GlobalIndex>& owned) {
  std::vector<std::uint32_t> regions;
  regions.reserve((owned.size() + lanes - 1) / lanes * lanes);
  for (const GlobalIndex region : owned)
    regions.push_back(static_cast<std::uint32_t>(region));
  while (regions.size() % lanes != 0)
    regions.push_back(regions.back());
  return regions;
}

/// `values` of the owned regions by lane; none stay none.
void spread(const std::vector<double>& values, std::size_t n_lanes, AlignedVector<double>& out) {
  if (values.empty()) return;
  out.reserve(n_lanes);
  for (std::size_t lane = 0; lane < n_lanes; ++lane)
    out.push_back(values[std::min(lane, values.size() - 1)]);
}

TileParameters parameters_of(const SimulationSpec& spec, const model::Kernel& kernel,
                             const std::vector<std::uint32_t>& region_of, const EdgePlan& edges) {
  TileParameters all;
  const auto rows = z(kernel.parameter_rows());
  all.parameter.resize(region_of.size() * rows);
  for (std::size_t lane = 0; lane < region_of.size(); ++lane) {
    const std::vector<double> own = parameter_rows(spec, kernel, region_of[lane]);
    for (std::size_t p = 0; p < rows; ++p)
      all.parameter[(lane / lanes * rows + p) * lanes + lane % lanes] = own[p];
  }
  spread(edges.strength, region_of.size(), all.strength[0]);
  spread(edges.strength_squared, region_of.size(), all.strength[1]);
  spread(edges.self_weight, region_of.size(), all.self[0]);
  spread(edges.self_squared, region_of.size(), all.self[1]);
  return all;
}

}  // namespace

ChannelPlan::ChannelPlan(const network::Coupling& coupling, const std::vector<network::Link>& given,
                         GlobalIndex n_regions)
    : source(coupling), target(coupling, n_regions) {
  const int parts = network::channels_of(coupling.form);
  for (const network::Link& link : given) {
    links.push_back({link.source, link.target, channels, parts, link.squared_weights});
    channels += parts;
  }
}

bool ChannelPlan::several_to_one_input() const {
  std::set<int> inputs;
  for (const LinkChannels& link : links)
    inputs.insert(link.input);
  return inputs.size() < links.size();
}

bool ChannelPlan::squared(int channel) const {
  return std::any_of(links.begin(), links.end(), [channel](const LinkChannels& link) {
    return link.squared && channel >= link.first && channel < link.first + link.parts;
  });
}

std::vector<double> parameter_rows(const SimulationSpec& spec, const model::Kernel& kernel,
                                   GlobalIndex region) {
  std::vector<double> rows(z(kernel.parameter_rows()));
  const std::vector<RegionValues>& parameters = spec.at(region).parameters;
  for (std::size_t p = 0; p < parameters.size(); ++p)
    rows[p] = parameters[p](region);
  kernel.derive_of_one(rows.data());
  return rows;
}

double initial_value(const SimulationSpec& spec, std::uint64_t seed, GlobalIndex region, int k,
                     Step lag) {
  if (spec.history) {
    const InitialHistory& h = *spec.history;
    const std::size_t states = spec.at(region).model->info.states.size();
    const std::size_t regions = h.values.size() / (z(h.samples) * states);
    const Step sample = std::max<Step>(0, h.samples - 1 - lag);
    return rounded(spec.stored_state(),
                   h.values[(z(sample) * states + z(k)) * regions + z(region)]);
  }
  const InitialValue& initial = spec.at(region).initial[z(k)];
  if (!initial.uniform) return rounded(spec.stored_state(), initial.value(region));
  const random::Stream stream{seed, initial_stream(k)};
  const double u = random::uniform01(stream, static_cast<std::uint32_t>(region), 0);
  return rounded(spec.stored_state(),
                 initial.uniform->low + (initial.uniform->high - initial.uniform->low) * u);
}

TilePlan::TilePlan(const SimulationSpec& spec, const LocalNetwork& network, const EdgePlan& edges,
                   Step run)
    : sizes(tile_sizes(spec, spec.population(network.population), network.n_owned(), network.block,
                       run)),
      population(network.population),
      first_region(network.first),
      owned(network.owned),
      kernel(kernel_of(spec.population(population), spec.method)),
      bounds(spec.population(population).bounds),
      channels(spec.coupling, spec.population(population).links, network.n_regions),
      n_states(static_cast<int>(sizes.states)),
      n_inputs(static_cast<int>(sizes.inputs)),
      tiles(static_cast<LocalIndex>(sizes.tiles)),
      dt(spec.dt / spec.population(population).model->info.time_unit),
      steps(spec.steps),
      plausible(plausible_ranges(*spec.population(population).model)),
      finite(plausible.size(), any_finite),
      held(sizes.held),
      read_at(series_of(spec.method, spec.stages)),
      feedback(sizes.self || channels.target.uses_target()),
      several_links(channels.several_to_one_input()),
      noise(spec.population(population), spec.method, spec.dt, regions_of_lanes(owned), spec.seed),
      drive(spec, spec.population(population), *kernel, regions_of_lanes(owned)),
      delays(spec.population(population), spec.dt, regions_of_lanes(owned)),
      next_of(edges.next_of),
      of_lanes(parameters_of(spec, *kernel, regions_of_lanes(owned), edges)),
      tracts(spec.population(population).tracts) {
  if (spec.tracts) {
    for (const std::uint32_t region : regions_of_lanes(owned))
      parcel_of.push_back(spec.tracts->parcel_of[region]);
  }
  if (!held) read_at.insert(read_at.begin(), Series::begin);
}

bool TilePlan::is_plain() const {
  if (channels.links.size() != 1 || !channels.source.is_identity()) return false;
  const ChannelPlan::LinkChannels& link = channels.links.front();
  return link.parts == 1 && link.observable < n_states && held && !feedback && !drive.acts() &&
         delays.sources().empty() && sizes.states_stored == Stored::in_double;
}

int TilePlan::regions_in(LocalIndex tile) const {
  return static_cast<int>(
      std::min<std::int64_t>(lanes, static_cast<std::int64_t>(owned.size()) - tile * lanes));
}

const double* TilePlan::parameters(LocalIndex tile) const {
  return of_lanes.parameter.data() + tile * sizes.parameters * lanes;
}

StepParameters TilePlan::parameters(LocalIndex tile, Series when,
                                    const TileScratch& scratch) const {
  const double* changing = drive.parameters(when, scratch.drive);
  if (changing == nullptr) return {parameters(tile), 0};
  return {changing, drive.parameter_stride()};
}

void TilePlan::observe(int observable, int m, const double* trace, const StepParameters& parameters,
                       double* out) const {
  if (observable >= n_states) {
    kernel->observe(observable - n_states, m, trace, parameters.first, parameters.stride, nullptr,
                    out);
    return;
  }
  for (int s = 0; s < m; ++s)
    std::copy_n(trace + (s * n_states + observable) * lanes, lanes, out + s * lanes);
}

double TilePlan::observed(int observable, const double* state, const double* parameter) const {
  if (observable < n_states) return state[observable];
  const std::vector<double> no_input(z(n_inputs), 0.0);
  return kernel->observe_one(observable - n_states, state, parameter, no_input.data());
}

double TilePlan::channel_value(int channel, const double* state, const double* parameter) const {
  for (const auto& link : channels.links) {
    if (channel < link.first || channel >= link.first + link.parts) continue;
    const double x = observed(link.observable, state, parameter);
    double value = 0.0;
    channels.source.apply(1, &x, &value, channel - link.first);
    return value;
  }
  return 0.0;
}

}  // namespace arcuate::engine

#include "arcuate/engine/coloured_noise.hpp"

#include <algorithm>
#include <cmath>

#include "arcuate/core/index.hpp"
#include "noise.hpp"

namespace arcuate::engine {
namespace {

constexpr std::uint32_t most_parts = 64;
constexpr std::uint32_t first_part_stream = 4096;
constexpr std::uint32_t first_part_start = 1U << 20U;

/// Spectra of the parts over the wanted one, (parts, frequencies), at frequencies spread evenly in
/// the logarithm over the band.
std::vector<std::vector<double>> relative_spectra(double beta, const std::vector<double>& tau) {
  const std::size_t frequencies = 8 * tau.size();
  const double shortest = tau.front();
  const double longest = tau.back();
  std::vector<std::vector<double>> spectra(tau.size());
  for (std::size_t j = 0; j < frequencies; ++j) {
    const double place = (static_cast<double>(j) + 0.5) / static_cast<double>(frequencies);
    const double omega = std::pow(longest / shortest, place) / longest;
    for (std::size_t k = 0; k < tau.size(); ++k) {
      const double turn = omega * tau[k];
      spectra[k].push_back(tau[k] / (1.0 + turn * turn) * std::pow(omega, beta));
    }
  }
  return spectra;
}

/// One step of the multiplicative iteration (Richardson 1972, doi:10.1364/JOSA.62.000055) that
/// brings sum_k variance_k spectra_kj to 1 at every j and keeps variances positive.
void improve(const std::vector<std::vector<double>>& spectra, std::vector<double>& variance) {
  std::vector<double> sum(spectra.front().size(), 0.0);
  for (std::size_t k = 0; k < spectra.size(); ++k) {
    for (std::size_t j = 0; j < sum.size(); ++j)
      sum[j] += variance[k] * spectra[k][j];
  }
  for (std::size_t k = 0; k < spectra.size(); ++k) {
    double wanted = 0.0;
    double total = 0.0;
    for (std::size_t j = 0; j < sum.size(); ++j) {
      wanted += spectra[k][j] / sum[j];
      total += spectra[k][j];
    }
    variance[k] *= wanted / total;
  }
}

Memory ornstein_uhlenbeck(double sigma, double tau, double dt) {
  Memory memory;
  memory.decay = std::exp(-dt / tau);
  memory.factor = sigma * std::sqrt(1.0 - memory.decay * memory.decay);
  memory.start = sigma;
  return memory;
}

}  // namespace

std::uint32_t part_stream(std::uint32_t stream, int part) {
  return first_part_stream + stream * most_parts + static_cast<std::uint32_t>(part);
}

std::vector<ColouredPart> coloured_parts(double beta, double tau_min, double tau_max) {
  constexpr double parts_per_decade = 2.0;
  constexpr int iterations = 300;
  const double decades = std::log10(tau_max / tau_min);
  const int count = std::clamp(static_cast<int>(std::ceil(parts_per_decade * decades)) + 1, 2,
                               static_cast<int>(most_parts));
  std::vector<double> tau;
  for (int k = 0; k < count; ++k)
    tau.push_back(tau_min * std::pow(tau_max / tau_min, static_cast<double>(k) / (count - 1)));
  std::vector<double> variance;
  for (const double t : tau)
    variance.push_back(std::pow(t / tau_min, beta - 1.0));
  const auto spectra = relative_spectra(beta, tau);
  for (int i = 0; i < iterations; ++i)
    improve(spectra, variance);
  double total = 0.0;
  for (const double v : variance)
    total += v;
  std::vector<ColouredPart> parts;
  for (int k = 0; k < count; ++k)
    parts.push_back({std::sqrt(variance[z(k)] / total), tau[z(k)]});
  return parts;
}

std::vector<Memory> memories_of(const NoiseTerm& noise, double dt) {
  const std::uint32_t stream =
      noise.on_input ? input_stream(noise.target) : state_stream(noise.target);
  std::vector<Memory> memories;
  if (noise.kind == NoiseTerm::Kind::coloured) {
    for (const ColouredPart& part : coloured_parts(noise.beta, noise.tau_min, noise.tau_max)) {
      Memory memory = ornstein_uhlenbeck(part.sigma, part.tau, dt);
      memory.stream = part_stream(stream, static_cast<int>(memories.size()));
      memory.start_stream = first_part_start + memory.stream;
      memories.push_back(memory);
    }
    return memories;
  }
  if (noise.kind == NoiseTerm::Kind::ornstein_uhlenbeck)
    memories.push_back(ornstein_uhlenbeck(1.0, noise.tau, dt));
  if (noise.kind == NoiseTerm::Kind::brownian) memories.push_back({1.0, std::sqrt(dt), 0.0, 0, 0});
  for (Memory& memory : memories) {
    memory.stream = stream;
    memory.start_stream = start_stream(stream);
  }
  return memories;
}

}  // namespace arcuate::engine

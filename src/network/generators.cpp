#include "arcuate/network/generators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numbers>

#include "arcuate/core/error.hpp"
#include "structure.hpp"

namespace arcuate::network {
namespace {

[[noreturn]] void reject(const GeneratorOptions& options, const std::string& key,
                         const std::string& value, const std::string& allowed) {
  throw ConfigError(fmt::format("generator '{}': {}: {} is not allowed: expected {}", options.name,
                                key, value, allowed));
}

template <typename Value>
std::string listed(const std::vector<Value>& values) {
  std::string text;
  for (const Value& value : values)
    text += fmt::format("{}{}", text.empty() ? "" : ", ", value);
  return text;
}

void check_probability(const GeneratorOptions& options, const char* key, double value) {
  if (!(value >= 0.0 && value <= 1.0)) {
    reject(options, key, fmt::format("{}", value), "a probability from 0 to 1");
  }
}

void check_positive(const GeneratorOptions& options, const char* key, double value) {
  if (!(value > 0.0) || !std::isfinite(value)) {
    reject(options, key, fmt::format("{}", value), "a finite number > 0");
  }
}

void check_ring(const GeneratorOptions& options) {
  if (options.k < 2 || options.k % 2 != 0) {
    reject(options, "k", fmt::format("{}", options.k),
           "an even number: half of the neighbours on each side (2, 4, ...)");
  }
  if (options.k >= options.regions) {
    reject(options, "k", fmt::format("{}", options.k),
           fmt::format("fewer neighbours than regions ({})", options.regions));
  }
}

void check_blocks(const GeneratorOptions& options) {
  check_probability(options, "p_in", options.p_in);
  check_probability(options, "p_out", options.p_out);
  if (options.block_sizes.empty()) {
    if (options.blocks < 1 || options.blocks > options.regions) {
      reject(options, "blocks", fmt::format("{}", options.blocks),
             fmt::format("1 to the number of regions ({})", options.regions));
    }
    return;
  }
  GlobalIndex left = options.regions;
  for (GlobalIndex size : options.block_sizes) {
    if (size < 1 || size > left) left = -1;
    if (left < 0) break;
    left -= size;
  }
  if (left != 0) {
    reject(options, "block_sizes", fmt::format("[{}]", listed(options.block_sizes)),
           fmt::format("sizes >= 1 that add up to the number of regions ({})", options.regions));
  }
}

void check(const GeneratorOptions& options) {
  const auto& names = generator_names();
  if (std::find(names.begin(), names.end(), options.name) == names.end()) {
    throw ConfigError(fmt::format("generator: name: '{}' is not known: expected one of {}",
                                  options.name, listed(names)));
  }
  constexpr GlobalIndex most = std::numeric_limits<LocalIndex>::max();
  const GlobalIndex least = options.name == "spatial" ? 2 : 1;
  if (options.regions < least || options.regions > most) {
    reject(options, "regions", fmt::format("{}", options.regions),
           fmt::format("{} to {}", least, most));
  }
  if (options.name == "spatial") {
    check_positive(options, "degree", options.degree);
    check_positive(options, "decay", options.decay);
  } else if (options.name == "erdos_renyi") {
    check_probability(options, "p", options.p);
  } else if (options.name == "stochastic_block_model") {
    check_blocks(options);
  } else {
    check_ring(options);
    check_probability(options, "beta", options.beta);
  }
}

std::array<double, 3> fibonacci_point(GlobalIndex index, GlobalIndex count, double sphere_radius) {
  const double z = 1.0 - (2.0 * static_cast<double>(index) + 1.0) / static_cast<double>(count);
  const double turn = static_cast<double>(index) / std::numbers::phi;
  const double angle = 2.0 * std::numbers::pi * (turn - std::floor(turn));
  const double radius = std::sqrt(1.0 - z * z);
  return {sphere_radius * radius * std::cos(angle), sphere_radius * radius * std::sin(angle),
          sphere_radius * z};
}

bool is_symmetric(const GeneratorOptions& options) {
  if (options.name == "ring_lattice" || options.name == "spatial") return true;
  return options.symmetric && options.name != "stochastic_block_model";
}

Structure structure_of(const GeneratorOptions& options) {
  if (options.name == "erdos_renyi") return erdos_renyi(options);
  if (options.name == "ring_lattice") return ring_lattice(options);
  if (options.name == "small_world") return small_world(options);
  return stochastic_block_model(options);
}

/// Weights beyond what a double holds would be no edges, or infinite ones.
void check_weights(const GeneratorOptions& options, const Connectome& made) {
  const auto held = [](double weight) { return std::isnormal(weight); };
  const auto lost = made.n_edges() - std::count_if(made.weight.begin(), made.weight.end(), held);
  if (lost == 0) return;
  const bool decays = options.name == "spatial" && options.decay < 1.0;
  reject(options, decays ? "decay" : "weight_scale",
         fmt::format("{}", decays ? options.decay : options.weight_scale),
         fmt::format("a value with which no weight is 0 or infinite ({} of {} are)", lost,
                     made.n_edges()));
}

}  // namespace

std::vector<std::array<double, 3>> points_on_sphere(GlobalIndex count, double radius) {
  std::vector<std::array<double, 3>> points;
  for (GlobalIndex i = 0; i < count; ++i)
    points.push_back(fibonacci_point(i, count, radius));
  return points;
}

std::string padded_label(const char* prefix, GlobalIndex index, GlobalIndex count) {
  const std::size_t digits = std::max<std::size_t>(3, fmt::formatted_size("{}", count - 1));
  return fmt::format("{}{:0{}}", prefix, index, digits);
}

WeightLaw::WeightLaw(const GeneratorOptions& options, bool symmetric)
    : form_(Form::lognormal),
      scale_(options.weight_scale),
      symmetric_(symmetric),
      draws_(options.seed, Purpose::weight) {
  check_positive(options, "weight_scale", options.weight_scale);
  if (options.weights == "normal") {
    form_ = Form::normal;
  } else if (options.weights == "uniform") {
    form_ = Form::uniform;
  } else if (options.weights != "lognormal") {
    reject(options, "weights", fmt::format("'{}'", options.weights),
           "lognormal, normal or uniform");
  }
}

double WeightLaw::operator()(GlobalIndex target, GlobalIndex source) const {
  if (symmetric_ && source < target) std::swap(source, target);
  const auto [u, v] =
      draws_.pair(static_cast<std::uint64_t>(target), static_cast<std::uint64_t>(source));
  if (form_ == Form::uniform) return u * scale_;
  const double normal = std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
  if (form_ == Form::normal) return std::abs(scale_ + 0.5 * scale_ * normal);
  return std::exp(normal) * scale_;
}

Connectome on_sphere(Structure structure, const WeightLaw& law) {
  Connectome connectome;
  connectome.row = std::move(structure.row);
  connectome.source = std::move(structure.source);
  const GlobalIndex regions = connectome.n_regions();
  connectome.centres = points_on_sphere(regions);
  for (GlobalIndex i = 0; i < regions; ++i) {
    connectome.labels.push_back(padded_label("r", i, regions));
  }
  connectome.weight.resize(connectome.source.size());
  connectome.length.resize(connectome.source.size());
  for (GlobalIndex i = 0; i < regions; ++i) {
    const auto target = static_cast<std::size_t>(i);
    const auto last = static_cast<std::size_t>(connectome.row[target + 1]);
    for (auto e = static_cast<std::size_t>(connectome.row[target]); e < last; ++e) {
      const LocalIndex source = connectome.source[e];
      connectome.weight[e] = law(i, source);
      connectome.length[e] = distance(connectome.centres[target],
                                      connectome.centres[static_cast<std::size_t>(source)]);
    }
  }
  return connectome;
}

const std::vector<std::string>& generator_names() {
  static const std::vector<std::string> names{"spatial", "erdos_renyi", "small_world",
                                              "ring_lattice", "stochastic_block_model"};
  return names;
}

Connectome generate(const GeneratorOptions& options) {
  check(options);
  const WeightLaw law(options, is_symmetric(options));
  Connectome connectome =
      options.name == "spatial" ? spatial(options) : on_sphere(structure_of(options), law);
  connectome.origin = fmt::format("generator {} (regions {}, seed {})", options.name,
                                  options.regions, options.seed);
  check_weights(options, connectome);
  return connectome;
}

}  // namespace arcuate::network

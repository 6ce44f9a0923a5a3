#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "arcuate/core/random.hpp"
#include "arcuate/monitor/sensors.hpp"
#include "gathered_regions.hpp"

namespace arcuate::monitor {
namespace {

constexpr std::array forwards{
    KindOption{"gain", "a gain matrix from a file (`gain`)"},
    KindOption{"sphere",
               "current dipoles along the regions' orientations in a ball that conducts: "
               "Brody et al. 1973, IEEE Trans Biomed Eng 20:141; Sarvas 1987, Phys Med "
               "Biol 32:11"},
    KindOption{"unbounded",
               "the same dipoles in a medium without end, as The Virtual Brain's EEG "
               "and iEEG have them"}};
constexpr std::array combines{
    KindOption{"sum", "each source is worth what its region is, as in The Virtual Brain"},
    KindOption{"mean", "each region is worth the mean of its sources"}};
constexpr std::array row_norms{
    KindOption{"none", "the gain as it is"},
    KindOption{"l1", "each sensor's row divided by the sum of its absolute values (brainmass)"},
    KindOption{"l2", "by the root of the sum of its squares"}};
constexpr std::array demeans{
    KindOption{"false", "the gain as it is"},
    KindOption{"true",
               "less the mean over sensors of each region's column, after normalise_rows "
               "(brainmass)"}};

constexpr auto lanes = static_cast<std::size_t>(random::lanes);

/// gain x regions, summed in ascending order of regions on rank 0.
class Projection final : public SpaceReduction {
 public:
  Projection(const comm::Communicator& comm, const MonitorSpec& spec,
             const std::vector<GlobalIndex>& mine, Presence presence)
      : regions_(comm, mine, std::move(presence)),
        sensors_(spec.sensors),
        n_sensors_(spec.sensor_names.size()),
        n_variables_(spec.n_variables()) {}

  void reduce(const comm::Communicator& comm, Step first, Step rows, std::span<const double> values,
              std::vector<double>& columns) override {
    values = regions_.gather(comm, values);
    columns.clear();
    if (!comm.is_root()) return;
    columns.resize(static_cast<std::size_t>(rows) * n_sensors_, 0.0);
    // So many rows while a region's column of the gain is in the cache.
    constexpr Step together = 8;
    for (Step begin = 0; begin < rows; begin += together)
      add_regions(values.data(), rows, begin, std::min(begin + together, rows), columns);
    for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
      double* const signal = columns.data() + row * n_sensors_;
      if (!sensors_->noise.empty()) {
        const Step sample = first + static_cast<Step>(row / n_variables_);
        add_noise(draws_of(sample, row % n_variables_), signal);
      }
      refer(signal);
    }
  }

  [[nodiscard]] std::int64_t bytes() const override {
    return regions_.bytes() + (sensors_ ? sensors_->bytes() : 0);
  }

 private:
  void add_regions(const double* values, Step rows, Step begin, Step end,
                   std::vector<double>& columns) const {
    const double* gain = sensors_->gain.data();
    for (const GatheredRegions::Member& member : regions_.members()) {
      for (Step row = begin; row < end; ++row) {
        if (!regions_.has(member, static_cast<std::size_t>(row) % regions_.n_variables())) continue;
        const double value = *GatheredRegions::find(values, rows, row, member);
        double* const signal = columns.data() + static_cast<std::size_t>(row) * n_sensors_;
        for (std::size_t s = 0; s < n_sensors_; ++s)
          signal[s] += gain[s] * value;
      }
      gain += n_sensors_;
    }
  }

  /// Standard normals, a function of monitor, variable, sample and sensor.
  const float* draws_of(Step sample, std::size_t variable) {
    const std::size_t width = (n_sensors_ + lanes - 1) / lanes * lanes;
    if (std::exchange(quad_, sample / 4) != sample / 4) draw_quad(width);
    return draws_.data() + (variable * 4 + static_cast<std::size_t>(sample % 4)) * width;
  }

  /// Those of four samples come together.
  void draw_quad(std::size_t width) {
    draws_.resize(n_variables_ * 4 * width);
    for (std::size_t variable = 0; variable < n_variables_; ++variable) {
      const random::Stream stream{sensors_->seed,
                                  sensors_->stream + static_cast<std::uint32_t>(variable)};
      for (std::size_t tile = 0; tile < width; tile += lanes) {
        std::array<std::uint32_t, lanes> sensors{};
        std::iota(sensors.begin(), sensors.end(), static_cast<std::uint32_t>(tile));
        std::array<float, 4 * lanes> drawn{};
        random::normal_tile(stream, sensors.data(), quad_, 1, drawn.data());
        for (std::size_t step = 0; step < 4; ++step)
          std::copy_n(drawn.data() + step * lanes, lanes,
                      draws_.data() + (variable * 4 + step) * width + tile);
      }
    }
  }

  void add_noise(const float* draws, double* signal) const {
    const double* factor = sensors_->noise.data();
    const bool diagonal = sensors_->noise.size() == n_sensors_;
    for (std::size_t s = 0; s < n_sensors_; ++s) {
      if (diagonal) {
        signal[s] += factor[s] * static_cast<double>(draws[s]);
        continue;
      }
      double sum = 0.0;
      for (std::size_t k = 0; k <= s; ++k)
        sum += factor[k] * static_cast<double>(draws[k]);
      signal[s] += sum;
      factor += n_sensors_;
    }
  }

  void refer(double* signal) const {
    double reference = 0.0;
    if (sensors_->reference == Sensors::Reference::sensor)
      reference = signal[sensors_->reference_sensor];
    if (sensors_->reference == Sensors::Reference::average) {
      for (std::size_t s = 0; s < n_sensors_; ++s)
        reference += signal[s];
      reference /= static_cast<double>(n_sensors_);
    }
    for (std::size_t s = 0; s < n_sensors_; ++s)
      signal[s] = signal[s] - reference + sensors_->offset;
  }

  GatheredRegions regions_;
  std::shared_ptr<const Sensors> sensors_;
  std::size_t n_sensors_;
  std::size_t n_variables_;
  Step quad_ = -1;            ///< of the draws
  std::vector<float> draws_;  ///< (n_variables, 4 samples, n_sensors in whole tiles)
};

}  // namespace

constinit const std::array<KindChoice, 4> sensor_choices{
    KindChoice{"forward", "what sensors see of regions", forwards},
    KindChoice{"combine", "the sources of a region under a `mapping`", combines},
    KindChoice{"normalise_rows", "of the gain", row_norms},
    KindChoice{"demean", "the gain", demeans}};

constinit const std::array<KindNumber, 3> sensor_numbers{
    KindNumber{"scale", "1", "1", "",
               "factor of the gain; of dipoles nA m in a unit of the source"},
    KindNumber{"offset", "1", "0", "", "added to each sample, in its unit"},
    KindNumber{"conductivity", "S/m", "1 S/m", "> 0", "of the head, for potentials of dipoles"}};

SensorSetting sensor_setting(const MonitorSpec& spec) {
  return {static_cast<Forward>(spec.choices[0]),
          static_cast<Combine>(spec.choices[1]),
          static_cast<RowNorm>(spec.choices[2]),
          spec.choices[3] != 0,
          spec.numbers[0],
          spec.numbers[1],
          spec.numbers[2]};
}

std::uint32_t sensor_stream(int monitor, int variable) {
  constexpr std::uint32_t first = std::uint32_t{1} << 31;
  constexpr std::uint32_t most_variables = 1024;
  return first + static_cast<std::uint32_t>(monitor) * most_variables +
         static_cast<std::uint32_t>(variable);
}

std::unique_ptr<SpaceReduction> make_projection(const comm::Communicator& comm,
                                                const MonitorSpec& spec,
                                                const std::vector<GlobalIndex>& mine,
                                                Presence presence) {
  return std::make_unique<Projection>(comm, spec, mine, std::move(presence));
}

double seconds_of_projection(const MonitorSpec& spec, double /*dt*/) {
  constexpr double of_a_product = 0.15e-9;
  return of_a_product * static_cast<double>(spec.sensor_names.size()) /
         static_cast<double>(spec.period);
}

}  // namespace arcuate::monitor

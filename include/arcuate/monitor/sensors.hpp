#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "arcuate/monitor/forward.hpp"
#include "arcuate/monitor/kind.hpp"

/// Sensors that see a weighted sum of regions: EEG, MEG, sEEG (docs/electrophysiology.md).
namespace arcuate::monitor {

/// What a sample of the regions becomes: gain x regions + noise, less the reference, + offset.
struct Sensors {
  /// (regions that the monitor reads, n_sensors): what one unit of a region is worth.
  std::vector<double> gain;
  /// Of the noise, in the unit of the samples: (n_sensors) standard deviations, or (n_sensors,
  /// n_sensors) the lower factor of the covariance by rows; empty: none.
  std::vector<double> noise;
  std::uint64_t seed = 0;
  std::uint32_t stream = 0;  ///< of the first variable

  enum class Reference { none, average, sensor };
  Reference reference = Reference::none;
  int reference_sensor = 0;
  double offset = 0.0;

  // For the recording.
  std::string unit;              ///< of the samples
  std::vector<Point> positions;  ///< (n_sensors) [mm], or empty
  std::string source;            ///< of the gain: a file or a form of head
  std::string sha256;            ///< of that file, or of the sensors' file
  std::string settings;          ///< reference, noise and so on, in words
  std::string note;              ///< what the gain leaves out; "" when nothing

  [[nodiscard]] std::int64_t bytes() const {
    return static_cast<std::int64_t>((gain.size() + noise.size()) * sizeof(double));
  }
};

/// Streams of random numbers of sensors: above those of the network. Of a monitor's variable.
std::uint32_t sensor_stream(int monitor, int variable);

/// The words and numbers of a study, in the order of MonitorSpec::choices and numbers.
enum class Forward { gain, sphere, unbounded };
enum class Combine { sum, mean };
enum class RowNorm { none, l1, l2 };
struct SensorSetting {
  Forward forward = Forward::gain;
  Combine combine = Combine::sum;
  RowNorm normalise_rows = RowNorm::none;
  bool demean = false;
  double scale = 1.0;
  double offset = 0.0;        ///< in the unit of the samples
  double conductivity = 1.0;  ///< [S/m]
};
SensorSetting sensor_setting(const MonitorSpec& spec);
extern const std::array<KindChoice, 4> sensor_choices;
extern const std::array<KindNumber, 3> sensor_numbers;

/// Kind::make_reduction and Kind::seconds of all of them.
std::unique_ptr<SpaceReduction> make_projection(const comm::Communicator& comm,
                                                const MonitorSpec& spec,
                                                const std::vector<GlobalIndex>& mine,
                                                Presence presence);
double seconds_of_projection(const MonitorSpec& spec, double dt);

}  // namespace arcuate::monitor

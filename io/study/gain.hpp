#pragma once

#include <string>
#include <vector>

#include "arcuate/monitor/sensors.hpp"
#include "parts.hpp"

/// From files or dipoles to the gain of regions.
namespace arcuate::io {

struct Gain {
  std::vector<std::string> sensors;
  std::vector<GlobalIndex> regions;       ///< ascending
  std::vector<double> values;             ///< (regions, sensors)
  std::vector<monitor::Point> positions;  ///< (sensors) [mm], or empty
  std::string source;                     ///< in words
  std::string note;                       ///< what was left out, or ""
};

/// Messages begin with the key of the study. seen: the regions of the study, or empty. Throws
/// DataError and ConfigError.
Gain gain_from_file(const SensorForm& form, const monitor::SensorSetting& setting,
                    const std::vector<GlobalIndex>& seen, const network::Connectome& connectome,
                    const RegionIndex& regions);
Gain gain_of_dipoles(const MonitorForm& form, const monitor::SensorSetting& setting,
                     std::vector<GlobalIndex> seen, const network::Connectome& connectome);

}  // namespace arcuate::io

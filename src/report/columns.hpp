#pragma once

#include "arcuate/io/recorded_run.hpp"

/// Which regions of a series a page shows, and in which order.
namespace arcuate::report {

/// Regions in the order of all charts: left hemisphere first when hemispheres are known, else as in
/// the file.
std::vector<std::size_t> display_order(const network::Connectome& connectome);

/// Columns of one variable, in display order.
struct Columns {
  std::vector<std::size_t> chosen;  ///< of the series
  std::size_t present = 0;  ///< columns that have the variable: the model of others lacks it
};

/// At most `most` of the columns that have the variable: evenly chosen within every model, and some
/// of each. `stimulated`: regions on which a stimulus acts come first, up to a quarter of `most`.
Columns columns_of(const io::RecordedRun& run, const io::RecordedSeries& series,
                   std::size_t variable, std::size_t most, bool stimulated);

/// One variable of a monitor.
struct Shown {
  const io::RecordedSeries* series = nullptr;
  std::size_t variable = 0;
};

/// At most `most` of them, in their order: of every kind of signal one, as far as there is room
/// (blood, sensors, regions, averages, inputs), then the first of the others.
std::vector<Shown> of_every_kind(const std::vector<Shown>& all, std::size_t most);

/// Whether a stimulus acts on the region of a column and not on all regions.
bool is_stimulated(const io::RecordedRun& run, const io::RecordedSeries& series,
                   std::size_t column);

/// The model of a column, 0 for averages.
std::size_t model_of_column(const io::RecordedRun& run, const io::RecordedSeries& series,
                            std::size_t column);

/// Places along the columns where the hemisphere changes.
std::vector<std::size_t> breaks_of(const io::RecordedRun& run, const io::RecordedSeries& series,
                                   const std::vector<std::size_t>& columns);

/// "region", "sensor", "average", "population" or "neuron": what a column is.
std::string_view noun_of(const io::RecordedRun& run, const io::RecordedSeries& series);

/// Whether a variable is an angle. Averages of angles over regions are not.
bool is_phase(const io::RecordedSeries& series, std::size_t variable);

/// The stretch of time on which a page opens.
struct Window {
  double start = 0.0;  ///< [s]
  double end = 0.0;    ///< [s]
};

/// Some seconds: around the first change of a stimulus, else the last ones; the whole recording
/// when it is not much longer.
Window opening_window(const io::RecordedRun& run, const io::RecordedSeries& series);

}  // namespace arcuate::report

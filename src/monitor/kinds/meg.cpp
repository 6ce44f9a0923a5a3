#include "arcuate/monitor/sensors.hpp"

namespace arcuate::monitor {

extern constinit const Kind kind_meg{.name = "meg",
                                     .meaning =
                                         "the magnetic field at sensors outside of the head, "
                                         "averaged over the period that ends at the stamp",
                                     .regions = Regions::seen,
                                     .numbers = sensor_numbers,
                                     .choices = sensor_choices,
                                     .names_variables = true,
                                     .seconds = seconds_of_projection,
                                     .looks = Looks::in_periods,
                                     .make_filter = make_period_means,
                                     .make_reduction = make_projection};

}  // namespace arcuate::monitor

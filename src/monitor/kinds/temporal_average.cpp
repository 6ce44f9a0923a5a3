#include "arcuate/monitor/kind.hpp"

namespace arcuate::monitor {

extern constinit const Kind kind_temporal_average{
    .name = "temporal_average",
    .meaning = "mean over the period that ends at the stamp",
    .looks = Looks::in_periods,
    .make_filter = make_period_means,
};

}  // namespace arcuate::monitor

#include "arcuate/monitor/kind.hpp"

namespace arcuate::monitor {

extern constinit const Kind kind_spatial_average{
    .name = "spatial_average",
    .meaning = "mean over groups of regions",
    .regions = Regions::grouped,
    .looks = Looks::at_samples,
    .make_filter = make_instants,
    .make_reduction = make_group_means,
};

}  // namespace arcuate::monitor

#include "arcuate/monitor/kind.hpp"

namespace arcuate::monitor {

extern constinit const Kind kind_global_average{
    .name = "global_average",
    .meaning = "mean over regions",
    .regions = Regions::all,
    .looks = Looks::at_samples,
    .make_filter = make_instants,
    .make_reduction = make_group_means,
};

}  // namespace arcuate::monitor

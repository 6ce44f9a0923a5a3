#include "arcuate/monitor/kind.hpp"

namespace arcuate::monitor {

extern constinit const Kind kind_afferent_coupling_average{
    .name = "afferent_coupling_average",
    .meaning = "mean over the period of what enters an input, of the states up to the stamp",
    .of_inputs = true,
    .looks = Looks::in_periods,
    .make_filter = make_period_means,
};

}  // namespace arcuate::monitor

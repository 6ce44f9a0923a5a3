#include "arcuate/monitor/kind.hpp"

namespace arcuate::monitor {

extern constinit const Kind kind_afferent_coupling{
    .name = "afferent_coupling",
    .meaning =
        "what enters an input, as the states at the stamp cause it (the network's sum, with "
        "noise and stimuli on the same input)",
    .of_inputs = true,
    .every_step = true,
    .looks = Looks::at_samples,
    .make_filter = make_instants,
};

}  // namespace arcuate::monitor

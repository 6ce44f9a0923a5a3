#include "arcuate/monitor/kind.hpp"

namespace arcuate::monitor {

extern constinit const Kind kind_raw{
    .name = "raw",
    .meaning = "the value at the stamp",
    .every_step = true,
    .looks = Looks::at_samples,
    .make_filter = make_instants,
};

}  // namespace arcuate::monitor

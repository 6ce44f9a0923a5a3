#!/bin/bash
# From a fresh Debian 12 to a first recording and its report: installs what is missing, builds, simulates.
# Run it again at any time; what is done already is not done twice.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=jobs/setup.sh
source "$root/jobs/setup.sh"

study=$root/jobs/examples/quickstart.yml
folder=$root/build/quickstart
arcuate=$root/build/bin/arcuate

say "1. Packages"
ensure_packages "${build_packages[@]}"

say "" "2. Arcuate"
build keep arcuate

say "" "3. One minute of a brain of 80 regions, on 2 ranks"
one_machine_mpi
mkdir -p "$folder"
cd "$folder"
mpirun -n 2 "$arcuate" simulate "$study" --overwrite

say "" "4. Report"
"$arcuate" report quickstart.h5

cat <<END

Done.
  study      $study
  recording  $folder/quickstart.h5
  report     $folder/quickstart.html   (open it in a browser)

Next:
  $arcuate models                     the models, and 'models NAME' for one of them
  $arcuate plan $study
                                      memory, time and the split over ranks, before a run
  $arcuate simulate $study --set coupling.gain=0.04 -o stronger.h5
                                      the same brain with stronger coupling
  $root/docs/tutorial.md
                                      your own connectome, and the recording in Python
END

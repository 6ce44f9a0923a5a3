#!/bin/bash
# Jobs that SLURM interrupts, on a private cluster of one node: a time limit, a preemption, a cap of starts, a sweep, a fit.
# And jobs that the service hands to it.
#   run.sh ARCUATE WORK
# Exit code: 0, 1, or 77 where SLURM is not installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/slurm/cluster.sh
source "$here/cluster.sh"
PATH=$PATH:/usr/sbin
for program in slurmctld slurmd munged sbatch; do
  if ! command -v "$program" >/dev/null; then
    echo "skipped: $program is not installed (Debian: slurm-wlm, munge)"
    exit 77
  fi
done
arcuate=$(realpath "$1") work=$2
rm -rf "$work"
mkdir -p "$work"
cd "$work"

fail() {
  echo "slurm: $*" >&2
  tail -n 100 ./*.log >&2
  exit 1
}

# field JOB NAME
field() { scontrol show job "$1" | sed -n "s/.*\b$2=\([^ ]*\).*/\1/p"; }

# await JOB STATE SECONDS
await() {
  local state
  for _ in $(seq "$3"); do
    state=$(field "$1" JobState)
    [ "$state" = "$2" ] && return
    if [ "$state" = FAILED ]; then fail "job $1 has failed"; fi
    sleep 1
  done
  fail "job $1 is $state and not $2 after $3 s"
}

# submit STUDY WORD...: the number of the job.
submit() { "$arcuate" submit "$@" --sbatch=--export=ALL,ARCUATE_TEST_PACED=1 | sed -n "s/^Submitted batch job //p"; }

# service WORD...: of the service that runs in this folder.
service() { ARCUATE_TOKEN_FILE=$PWD/jobs/token "$arcuate" submit --to "$url" "$@"; }

# await_state NAME JOB STATE SECONDS: of a job of the service.
await_state() {
  local state
  for _ in $(seq "$4"); do
    state=$(service --list | awk -v job="$2" '$1 == job { print $2 }')
    [ "$state" = "$3" ] && return
    sleep 1
  done
  fail "$1 is $state and not $3 after $4 s"
}

# make_study NAME STEPS [LINE]...
make_study() {
  local name=$1 steps=$2
  shift 2
  cat >"$name.yml" <<END_OF_FILE
connectome: { weights: weights.csv, lengths: lengths.csv, speed: 2 mm/ms }
model: { name: Paced, plugin: paced.so }
coupling: { gain: 0.5 }
integrator: { method: euler, dt: 1 ms }
noise: { v: { kind: ornstein_uhlenbeck, sigma: 0.1, tau: 5 ms } }
duration: $steps ms
monitors: [ { kind: temporal_average, period: 10 ms }, { kind: bold, variables: [v], period: 100 ms } ]
output: $name.h5
$(printf '%s\n' "$@")
END_OF_FILE
}

same_recording() {
  /usr/bin/python3 - "$@" <<'END_OF_FILE'
import sys, h5py
def content(name):
    found = {}
    def see(path, item):
        if isinstance(item, h5py.Dataset) and path.split('/')[0] not in ('partition', 'state'):
            values = item[()]
            found[path] = values.tolist() if values.dtype.kind == 'O' else values.tobytes()
    with h5py.File(name) as file: file.visititems(see)
    return found
one, other = map(content, sys.argv[1:3])
different = [path for path in one if one[path] != other.get(path)]
sys.exit(f'different: {different}' if different or one.keys() != other.keys() or len(one) < 5 else 0)
END_OF_FILE
}

# Tables are the same but for times and workers.
same_table() {
  /usr/bin/python3 - "$@" <<'END_OF_FILE'
import csv, sys
one, other = ([{k: v for k, v in row.items() if k not in ('seconds', 'worker')} for row in csv.DictReader(open(name))]
              for name in sys.argv[1:3])
sys.exit(0 if len(one) == 36 and one == other else 'different')
END_OF_FILE
}

# expect_whole NAME JOB RESTARTS: the job was started again so often at least, went on, and recorded what a run in one piece
# does.
expect_whole() {
  local restarts
  restarts=$(field "$2" Restarts)
  [ "$restarts" -ge "$3" ] || fail "$1: $restarts restarts, and there should be $3 or more"
  [ "$(grep -c "^going on at " "$1-$2.log")" -ge "$3" ] || fail "$1: did not go on from its checkpoints"
  "$arcuate" simulate "$1.yml" --quiet --set "output=$1-whole.h5" >/dev/null 2>&1
  same_recording "$1.h5" "$1-whole.h5" || fail "$1: is not the recording of a run in one piece"
  echo "$1: whole after $restarts restarts"
}

# A minute's limit, less its warning, is over twice before so many steps of two milliseconds or more are done.
printf '0,1\n1,0\n' >weights.csv
printf '0,20\n20,0\n' >lengths.csv
"$arcuate" model build "$here/paced.hpp" -o "$PWD/paced.so" >/dev/null
make_study limit 32000
make_study capped 1000000
make_study preempted 12000
make_study given_way 12000
make_study cancelled 1000000
make_study served 1000
make_study many 100 "sweep: { coupling.gain: [0.1, 0.2] }"
make_study stopped 2000000000
sed -i 's/^monitors:.*/monitors: [ { kind: temporal_average, period: 1000000 ms } ]/' stopped.yml
make_study table 500 "sweep: { coupling.gain: { linspace: [0.1, 0.9, 36] } }"
make_study search 500 "fit:" "  vary: { coupling.gain: [0.1, 0.9] }" "  method: de" "  budget: 36" "  synchronous: true" \
  "  minimise: [ { loss: timeseries_rmse, source: temporal_average, target: "target.h5:temporal_average" } ]"
"$arcuate" simulate search.yml --quiet --set output=target.h5 >/dev/null

start_cluster 13
# Where SLURM has no PMIx, mpirun starts all ranks.
srun=mpirun
if srun --mpi=list 2>&1 | grep -q pmix; then srun=srun; fi
limit=$(submit limit.yml --ranks 2 --time 00:01:00)
capped=$(ARCUATE_STARTS=2 submit capped.yml --ranks 1 --time 00:01:00)
table=$(submit table.yml --verb sweep --ranks 2 --time 00:01:00)
search=$(submit search.yml --verb fit --ranks 2 --time 00:01:00)
cancelled=$(ARCUATE_LAUNCHER=$srun submit cancelled.yml --ranks 1)
preempted=$(submit preempted.yml --ranks 2 --sbatch=--partition=low)
given_way=$(ARCUATE_LAUNCHER=$srun submit given_way.yml --ranks 2 --sbatch=--partition=low)

"$arcuate" serve jobs --port 0 --allow-plugins >service.log 2>&1 &
serving=$!
trap 'kill "$serving" 2>/dev/null || true' EXIT
for _ in $(seq 1000); do grep -q "^token: " service.log && break || sleep 0.1; done
url=$(sed -n 's,.* at \(http://.*\)/$,\1,p' service.log)
served=$(service served.yml --slurm --ranks 2 | sed -n 's/^job: //p')
many=$(service many.yml --slurm --verb sweep --ranks 2 | sed -n 's/^job: //p')
stopped=$(service stopped.yml --slurm | sed -n 's/^job: //p')

# Who preempts does not warn, and takes so many cores that both jobs of two ranks must give way. Others may have left cores
# just then: until both have.
given() { [ "$(field "$1" Restarts)" -ge 1 ] || [ "$(field "$1" JobState)" = COMPLETED ]; }
for _ in 1 2 3 4 5; do
  if given "$preempted" && given "$given_way"; then break; fi
  await "$preempted" RUNNING 600
  await "$given_way" RUNNING 600
  sleep 8
  free=$(sinfo --noheader --partition=high --format=%C | cut -d/ -f2)
  urgent=$(sbatch --partition=high --ntasks=$((free + 3)) --output=urgent.log --wrap "sleep 2")
  await "${urgent##* }" COMPLETED 600
done
scancel "$cancelled"
await "$preempted" COMPLETED 600
expect_whole preempted "$preempted" 1
await "$given_way" COMPLETED 600
expect_whole given_way "$given_way" 1

# Through the service, while others wait: runs and sweeps come to their ends, with the bits of a run without it; one that
# is cancelled has ended in order, and goes on when it is resumed.
await_state served "$served" done 600
await_state many "$many" done 600
"$arcuate" simulate served.yml --quiet --set output=served-whole.h5 >/dev/null
same_recording "jobs/jobs/$served/files/served.h5" served-whole.h5 || fail "served: is not the recording of a run without the service"
grep -q ": 2 of 2 candidates" "jobs/jobs/$many/files/"arcuate-*.log || fail "many: is not whole"
for _ in $(seq 600); do
  ls "jobs/jobs/$stopped/files/"stopped.h5.partial-* >/dev/null 2>&1 && break || sleep 1
done
sleep 1
service --cancel "$stopped" >/dev/null
await_state stopped "$stopped" cancelled 600
[ -e "jobs/jobs/$stopped/files/stopped.h5.checkpoint" ] || fail "stopped: left no checkpoint"
/usr/bin/python3 - "$url/api/jobs/$stopped/resume" <<'END_OF_FILE'
import sys, urllib.request
token = open("jobs/token").read().strip()
urllib.request.urlopen(urllib.request.Request(sys.argv[1], b"", {"Authorization": "Bearer " + token}))
END_OF_FILE
for _ in $(seq 60); do
  grep -q "^going on at " "jobs/jobs/$stopped/files/"arcuate-*.log && break || sleep 1
done
grep -q "^going on at " "jobs/jobs/$stopped/files/"arcuate-*.log || fail "stopped: does not go on"
service --cancel "$stopped" >/dev/null
await_state stopped "$stopped" cancelled 600
echo "served: done, cancelled, resumed"

# Of the cap: the last start says so, with its exit code, and the job is not tried again.
await "$capped" FAILED 600
[ "$(field "$capped" Restarts)" = 1 ] || fail "capped: $(field "$capped" Restarts) restarts of one"
[ "$(field "$capped" ExitCode)" = 75:0 ] || fail "capped: exit code $(field "$capped" ExitCode)"
tail -n 1 "capped-$capped.log" | grep -q "this was start 2 of 2: submit the job again with --resume" ||
  fail "capped: the last line does not say so"
echo "capped: ended after two starts"

await "$table" COMPLETED 600
[ "$(field "$table" Restarts)" -ge 1 ] || fail "table: was not started again"
grep -q "^table.sweep: 36 of 36 candidates\|: 36 candidates" "table-$table.log" || fail "table: is not whole"
"$arcuate" sweep table.yml --quiet -o whole.sweep >/dev/null
same_table table.sweep/table.csv whole.sweep/table.csv || fail "table: is not the table of a sweep in one piece"
echo "table: whole after $(field "$table" Restarts) restarts"

await "$search" COMPLETED 600
[ "$(field "$search" Restarts)" -ge 1 ] || fail "search: was not started again"
"$arcuate" fit search.yml --quiet -o whole.fit >/dev/null
same_table search.fit/table.csv whole.fit/table.csv || fail "search: is not the table of a fit in one piece"
echo "search: whole after $(field "$search" Restarts) restarts"

await "$limit" COMPLETED 600
expect_whole limit "$limit" 2

# A job that its user cancels stays so.
await "$cancelled" CANCELLED 600
[ "$(field "$cancelled" Restarts)" = 0 ] || fail "cancelled: was put into the queue again"
[ -e cancelled.h5.checkpoint ] || fail "cancelled: left no checkpoint"
echo "cancelled: stays so"

#!/bin/bash
# jobs/arcuate.sbatch as SLURM runs it, from a copy: which program does it take? SLURM's scontrol and mpirun are stand-ins.
#   sbatch.sh PREFIX SOURCE WORK
set -euo pipefail
prefix=$(realpath "$1") source=$(realpath "$2") work=$3
rm -rf "$work"
mkdir -p "$work/bin" "$work/spool" "$work/a study" "$work/other/bin" "$work/none"
work=$(realpath "$work")
cp "$source/jobs/arcuate.sbatch" "$work/spool/slurm_script"
cp "$source/jobs/arcuate.sbatch" "$work/a study/mine.sbatch"
cp "$prefix/bin/arcuate" "$work/other/bin/arcuate"

# The stand-ins: `submitted` is the path that sbatch was given.
cat >"$work/bin/scontrol" <<'END'
#!/bin/bash
[ "$1" = show ] || exit "${REQUEUE_CODE:-0}"
printf 'JobId=%s JobName=arcuate\n   JobState=%s Reason=None\n   Command=%s\n   WorkDir=/\n' "$3" \
  "${state:-RUNNING}" "$submitted"
END
printf '#!/bin/bash\nprintf "mpirun %%s\\n" "$*"\nexit "${MPIRUN_CODE:-0}"\n' >"$work/bin/mpirun"
printf '#!/bin/bash\nprintf "srun %%s\\n" "$*"\n' >"$work/bin/srun"
chmod +x "$work/bin/"*

# run VARIABLE=VALUE...: the job's script, with nothing of this machine's installations in PATH.
run() {
  (cd "$work/a study" && env -u ARCUATE -u ARCUATE_LAUNCHER SLURM_JOB_ID=7 SLURM_SUBMIT_DIR="$work/a study" \
    SLURM_CPUS_PER_TASK=3 PATH="$work/bin:/usr/bin:/bin" "$@" bash "$work/spool/${script:-slurm_script}" ${words:-s.yml --set seed=2} 2>&1)
}

# expect NAME CODE PATTERN VARIABLE=VALUE...
expect() {
  local name=$1 code=$2 pattern=$3 output got=0
  shift 3
  output=$(run "$@") || got=$?
  if [[ $got -ne $code || $output != *"$pattern"* ]]; then
    printf '%s: exit code %s (expected %s), expected "%s" in:\n%s\n' "$name" "$got" "$code" "$pattern" "$output"
    exit 1
  fi
}

installed=$prefix/share/arcuate/jobs/arcuate.sbatch
other=$work/other/bin
expect "beside the installed script" 0 "$prefix/bin/arcuate simulate s.yml --set seed=2" submitted="$installed"
expect "cores of a rank" 0 "--map-by slot:PE=3 --bind-to core" submitted="$installed"
expect "its own before that of PATH" 0 " $prefix/bin/arcuate " submitted="$installed" PATH="$work/bin:$other:/usr/bin:/bin"
expect "a copy in the study's folder, PATH" 0 " $other/arcuate " submitted="$work/a study/mine.sbatch" \
  PATH="$work/bin:$other:/usr/bin:/bin"
expect "ARCUATE before all" 0 " $other/arcuate " submitted="$installed" ARCUATE="$other/arcuate"
expect "ARCUATE that is not there" 2 "ARCUATE=/nowhere is not a program" submitted="$installed" ARCUATE=/nowhere
expect "nothing found" 2 "no program beside $work/a study, in PATH or in $work/a study" submitted="$work/a study/mine.sbatch"
mkdir -p "$work/a study/build/bin"
cp "$prefix/bin/arcuate" "$work/a study/build/bin/arcuate"
expect "the folder of the submission" 0 "$work/a study/build/bin/arcuate simulate" submitted="$work/a study/mine.sbatch"
expect "srun" 0 "srun --mpi=pmix --cpus-per-task=3 --cpu-bind=cores $prefix/bin/arcuate simulate s.yml" \
  submitted="$installed" ARCUATE_LAUNCHER=srun
expect "another launcher" 2 "allowed: mpirun, srun" submitted="$installed" ARCUATE_LAUNCHER=ssh
words="sweep s.yml" expect "another verb" 0 "$prefix/bin/arcuate sweep s.yml" submitted="$installed"
words="fit s.yml" expect "a fit that SLURM starts again" 0 "$prefix/bin/arcuate fit s.yml --resume" submitted="$installed" \
  SLURM_RESTART_COUNT=1
words="simulate s.yml" expect "a simulation that SLURM starts again" 0 "$prefix/bin/arcuate simulate s.yml --resume" \
  submitted="$installed" SLURM_RESTART_COUNT=1
expect "a run whose time is up" 75 "start 1 has ended in order; into the queue again" submitted="$installed" MPIRUN_CODE=75
expect "the last start" 75 "this was start 3 of 3: submit the job again with --resume" submitted="$installed" MPIRUN_CODE=75 \
  ARCUATE_STARTS=3 SLURM_RESTART_COUNT=2
expect "a job that a user has cancelled" 75 "SLURM says of the job: CANCELLED" submitted="$installed" MPIRUN_CODE=75 \
  state=CANCELLED REQUEUE_CODE=9
expect "a job that is not taken again" 75 "SLURM does not take the job again" submitted="$installed" MPIRUN_CODE=75 \
  REQUEUE_CODE=1
expect "an error without a warning" 3 "mpirun" submitted="$installed" MPIRUN_CODE=3
expect "an error is not tried again" 2 "mpirun" submitted="$installed" MPIRUN_CODE=2

# SLURM warns the script, which warns the run and waits for it.
cat >"$work/bin/mpirun" <<'END'
#!/bin/bash
printf '%s' "$PPID" >"${0%/*}/../script.pid"
trap 'printf "warned\n"; sleep 0.3; exit 75' USR1
for k in $(seq 100); do sleep 0.1; done
END
(
  for k in $(seq 100); do [[ -s $work/script.pid ]] && break || sleep 0.1; done
  sleep 0.5
  kill -USR1 "$(cat "$work/script.pid")"
) &
expect "a warning reaches the run" 75 "warned" submitted="$installed"
# Before the program takes signals, one ends it.
sed -i 's/^trap.*//' "$work/bin/mpirun"
rm "$work/script.pid"
(
  for k in $(seq 100); do [[ -s $work/script.pid ]] && break || sleep 0.1; done
  sleep 0.3
  kill -USR1 "$(cat "$work/script.pid")"
) &
expect "a warning that comes too early" 138 "ended before its first step or its checkpoint; into the queue again" \
  submitted="$installed"
printf '#!/bin/bash\nprintf "mpirun %%s\\n" "$*"\n' >"$work/bin/mpirun"

# One line of a list for each task of an array.
cp "$source/jobs/cohort.sbatch" "$work/spool/cohort_script"
printf '%s\n' '--set seed=1' '--set "title=second subject" -o "sub 2.fit"' >"$work/a study/subjects.txt"
export script=cohort_script
words="subjects.txt fit s.yml" expect "a task of a cohort" 0 "arcuate fit s.yml --set title=second subject -o sub 2.fit" \
  submitted="$prefix/share/arcuate/jobs/cohort.sbatch" SLURM_ARRAY_TASK_ID=2
words="subjects.txt fit s.yml" expect "a line that is not there" 2 "subjects.txt has no line 3" \
  submitted="$prefix/share/arcuate/jobs/cohort.sbatch" SLURM_ARRAY_TASK_ID=3
unset script
rm "$work/bin/mpirun"
if ! PATH=/usr/bin:/bin command -v mpirun >/dev/null; then
  expect "a site without mpirun" 0 "srun --mpi=pmix" submitted="$installed"
fi
echo "arcuate.sbatch: finds the program"

# A private SLURM cluster of one node, for tests: sourced, not run. Needs slurmctld, slurmd and munged; root or not.
# It has its own folder, ports and key, and ends with the process that started it, however that ends.
# shellcheck shell=bash

# Two free ports, one after the other.
free_ports() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 20000))
    if ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && ! (: <"/dev/tcp/127.0.0.1/$((port + 1))") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
  return 1
}

# write_configuration FOLDER CPUS: what SLURM takes for the processors of this machine does not depend on it. Jobs of `low`
# give way to those of `high`; those of `steady` to none.
write_configuration() {
  local folder=$1 cpus=$2 host user port
  host=$(hostname -s) user=$(id -un) port=$(free_ports)
  cat >"$folder/slurm.conf" <<END_OF_FILE
ClusterName=arcuate
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket,cred_expire=5
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmdParameters=config_overrides
KillWait=10
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus CoresPerSocket=$cpus RealMemory=100000
PartitionName=steady Nodes=$host PriorityTier=2 PreemptMode=OFF Default=YES
PartitionName=low Nodes=$host PriorityTier=1
PartitionName=high Nodes=$host PriorityTier=2 PreemptMode=OFF
END_OF_FILE
  printf 'CgroupPlugin=cgroup/v1\nConstrainCores=no\n' >"$folder/cgroup.conf"
}

# keep_cluster FOLDER PROCESS: starts the daemons, waits for the end of the process, and ends them.
keep_cluster() {
  local folder=$1 process=$2
  export SLURM_CONF=$folder/slurm.conf
  local daemons=()
  munged --foreground --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" \
    --pid-file="$folder/munge/pid" --log-file="$folder/munge/log" --seed-file="$folder/munge/seed" &
  daemons+=($!)
  for _ in $(seq 1000); do [ -S "$folder/munge/socket" ] && break || sleep 0.05; done
  slurmctld -D -i &
  daemons+=($!)
  slurmd -D &
  daemons+=($!)
  while kill -0 "$process" 2>/dev/null; do sleep 0.2; done
  scancel --user="$(id -un)" || true
  for _ in $(seq 50); do [ -z "$(squeue --noheader)" ] && break || sleep 0.1; done
  local daemon
  for daemon in "${daemons[2]}" "${daemons[1]}" "${daemons[0]}"; do
    kill "$daemon" 2>/dev/null || true
    for _ in $(seq 50); do kill -0 "$daemon" 2>/dev/null && sleep 0.1 || break; done
    kill -KILL "$daemon" 2>/dev/null || true
  done
  end_steps "$folder"
  rm -rf "$folder"
}

# end_steps FOLDER: daemons of jobs that outlived all that.
end_steps() {
  local place
  for place in /proc/[0-9]*; do
    if [ "$(cat "$place/comm" 2>/dev/null)" = slurmstepd ] &&
      find "$place/fd" -lname "$1/*" 2>/dev/null | grep -q .; then
      kill -KILL "${place#/proc/}" 2>/dev/null || true
    fi
  done
}

# start_cluster CPUS: sets and exports SLURM_CONF. Fails, with what the daemons said, where there is no node within 200 s.
start_cluster() {
  local folder
  folder=$(mktemp -d /tmp/arcuate-slurm-XXXXXX)
  chmod 755 "$folder"
  mkdir -m 755 "$folder/munge" "$folder/state" "$folder/spool"
  (umask 077 && head -c 1024 /dev/urandom >"$folder/munge/key")
  write_configuration "$folder" "$1"
  setsid bash -c "source '${BASH_SOURCE[0]}' && keep_cluster '$folder' $$" >"$folder/log" 2>&1 </dev/null &
  export SLURM_CONF=$folder/slurm.conf
  for _ in $(seq 1000); do
    [ "$(sinfo --noheader --partition=low --states=idle --format=%D 2>/dev/null)" = 1 ] && return
    sleep 0.2
  done
  tail -n 20 "$folder"/log "$folder"/*.log "$folder/munge/log" >&2
  return 1
}

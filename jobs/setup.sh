# Shared by jobs/quickstart.sh and tests/run.sh: packages, build, MPI settings for one machine.
# Sourced, not run. Needs `root`, the top folder of Arcuate.
# shellcheck shell=bash disable=SC2034  # the lists are for the scripts that source this

# Everything that building and running Arcuate needs, as Debian 12 names it.
build_packages=(
  g++ cmake ninja-build ccache pkg-config
  openmpi-bin libopenmpi-dev libboost-mpi-dev libboost-serialization-dev
  libhdf5-openmpi-dev libscotch-dev libeigen3-dev libfftw3-dev
  libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libfmt-dev
  libudunits2-dev libudunits2-data libmatio-dev libzip-dev libbz2-dev zlib1g-dev libpugixml-dev libnlopt-dev
  libpetsc-real-dev libslepc-real-dev libcpp-httplib-dev libsqlite3-dev
)
# What a finished program needs: the libraries, mpirun, the drivers of fast networks and the table of units.
run_packages=(
  openmpi-bin ibverbs-providers libboost-mpi1.74.0 libboost-serialization1.74.0 libhdf5-openmpi-103-1 libscotch-7.0
  libfftw3-double3 libyaml-cpp0.7 libfmt9 libudunits2-0 libudunits2-data libmatio11 libzip4 libbz2-1.0 zlib1g libpugixml1v5 libnlopt0 libgomp1
  libpetsc-real3.18 libslepc-real3.18 libcpp-httplib0.11 libsqlite3-0
)
# What the tests need besides: test libraries, Python to read recordings as users do, a browser for the pages.
test_packages=(
  libgtest-dev libgmock-dev libbenchmark-dev
  python3-numpy python3-scipy python3-h5py python3-xarray python3-h5netcdf python3-nibabel python3-yaml
  python3-dev python3-pip python3-pytest python3-mpi4py python3-networkx python3-nbclient python3-ipykernel python3-matplotlib
  zsh fish mandoc slurm-wlm munge chromium
)

say() { printf '%s\n' "$*"; }

# stop CODE LINE...: a message on stderr, one line each, and the end.
stop() {
  local code=$1
  shift
  printf '%s\n' "$@" >&2
  exit "$code"
}

# missing_packages NAME...: those that are not installed, one a line.
missing_packages() {
  local installed
  installed=" $(dpkg-query -W -f='${db:Status-Status}:${Package} ' "$@" 2>/dev/null || true)"
  local name
  for name in "$@"; do
    [[ $installed == *" installed:$name "* ]] || printf '%s\n' "$name"
  done
}

# The prefix that makes a command run as root ("as_root"); empty for root itself. Fails when there is none.
find_root() {
  as_root=()
  if [[ $(id -u) -eq 0 ]]; then return 0; fi
  command -v sudo >/dev/null || return 1
  if ! sudo -n true 2>/dev/null; then
    [[ -t 0 ]] || return 1
    say "sudo may ask for your password."
  fi
  as_root=(sudo)
}

# ensure_packages NAME...: installs what is missing, and only that.
ensure_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "This is not a Debian system: packages are not checked. Needed, by their Debian names:"
    say "  $*"
    return 0
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if [[ ${#missing[@]} -eq 0 ]]; then
    say "Packages: all $# are installed."
    return 0
  fi
  local command="apt-get install --no-install-recommends ${missing[*]}"
  find_root || stop 3 \
    "${#missing[@]} packages are missing, and installing them needs root or sudo. Ask for:" "  $command"
  say "Packages: installing ${#missing[@]} of $#:" "${missing[*]}"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=900)
  "${as_root[@]}" "${apt[@]}" update || say "apt-get update failed; trying with the package lists as they are."
  "${as_root[@]}" "${apt[@]}" install --no-install-recommends "${missing[@]}" ||
    stop 3 "Installing packages failed. The command was:" "  $command"
}

# Compilers at once: one a core, but each may take 1.5 GB.
build_jobs() {
  local cores memory
  cores=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc)  # which would count the threads of a run
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1500000) }' /proc/meminfo)
  [[ ${memory:-$cores} -ge 1 ]] || memory=1
  printf '%s\n' "$((memory < cores ? memory : cores))"
}

# python_part: the options with which CMake builds the compiled part of the Python package, one a line. It needs a newer
# pybind11 than Debian 12 has: from PyPI, into the build folder. Without one it is left out.
python_part() {
  local folder=$root/build/pybind11
  if pkg-config --atleast-version=2.11 pybind11 2>/dev/null; then
    printf '%s\n' -DARCUATE_PYTHON=ON -DPython_EXECUTABLE=/usr/bin/python3
    return
  fi
  [[ -d $folder/pybind11 ]] ||
    /usr/bin/python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --timeout 15 --retries 1 \
      --target "$folder" 'pybind11>=2.11' >&2 || true
  if [[ -d $folder/pybind11 ]]; then
    printf '%s\n' -DARCUATE_PYTHON=ON -DPython_EXECUTABLE=/usr/bin/python3 "-Dpybind11_DIR=$folder/pybind11/share/cmake/pybind11"
  else
    say "pybind11 cannot be had: the compiled part of the Python package is not built." >&2
  fi
}

# build TESTS TARGET...: Release, into build/, for this machine's processor or the one that ARCUATE_ARCH names
# (a value of -march). ARCUATE_STRICT=ON: warnings are errors, and tests have the fuzz targets.
# TESTS: on, or keep (off in a new build folder, else as it is).
build() {
  local tests=$1
  shift
  export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=1
  local options=(-DCMAKE_BUILD_TYPE=Release "-DARCUATE_ARCH=${ARCUATE_ARCH:-native}" "-DARCUATE_STRICT=${ARCUATE_STRICT:-OFF}")
  if [[ $tests == on ]]; then
    local python
    mapfile -t python < <(python_part)
    options+=(-DARCUATE_TESTS=ON "-DARCUATE_FUZZ=${ARCUATE_STRICT:-OFF}" "${python[@]}")
  fi
  if [[ ! -e $root/build/CMakeCache.txt ]]; then
    options+=(-G Ninja)
    if [[ $tests == keep ]]; then options+=(-DARCUATE_TESTS=OFF); fi
  fi
  say "Building in $root/build with $(build_jobs) compiler(s) at once."
  mkdir -p "$root/build"
  cmake -S "$root" -B "$root/build" "${options[@]}" >"$root/build/configure.log" 2>&1 || {
    cat "$root/build/configure.log" >&2
    stop 3 "Configuring failed; see above. To start afresh: rm -r $root/build"
  }
  cmake --build "$root/build" --parallel "$(build_jobs)" --target "$@"
}

# compile_for ARCH: every source compiled by itself for another processor into build/ARCH, warnings as errors. Nothing is
# run.
compile_for() {
  local folder=$root/build/$1
  local python
  mapfile -t python < <(python_part)
  say "Compiling every source for $1 in $folder."
  cmake -S "$root" -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Release "-DARCUATE_ARCH=$1" -DARCUATE_STRICT=ON \
    -DARCUATE_TESTS=ON -DARCUATE_UNITY=OFF "${python[@]}" >"$root/build/configure-$1.log" 2>&1 || {
    cat "$root/build/configure-$1.log" >&2
    stop 3 "Configuring for $1 failed; see above."
  }
  cmake --build "$folder" --parallel "$(build_jobs)" --target all
}

# Open MPI on one machine: allowed for root (containers), more ranks than cores, ranks that wait give
# their core to others, shared memory only. On a cluster none of this is wanted: see arcuate.sbatch.
one_machine_mpi() {
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
  export OMPI_MCA_mpi_yield_when_idle=1
  export OMPI_MCA_pml=ob1 OMPI_MCA_btl=self,vader
  export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}
}

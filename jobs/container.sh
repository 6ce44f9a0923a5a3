#!/bin/bash
# The steps of jobs/Dockerfile and jobs/arcuate.def, inside a bare Debian 12, as root:
#   container.sh build-packages    compiler and libraries
#   container.sh build SOURCE      the program for ARCUATE_ARCH (x86-64-v3) from SOURCE into /opt/arcuate
#   container.sh run-packages      what the finished program needs, and nothing else
set -euo pipefail
jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=jobs/setup.sh
source "$jobs/setup.sh"

add_packages() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q update
  apt-get -q -y install --no-install-recommends "$@"
  rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
}

install_program() {
  cmake -S "$1" -B /tmp/arcuate-build -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DARCUATE_ARCH="${ARCUATE_ARCH:-x86-64-v3}" -DARCUATE_TESTS=OFF -DARCUATE_BENCH=OFF
  cmake --build /tmp/arcuate-build --parallel "$(build_jobs)"
  cmake --install /tmp/arcuate-build --prefix /opt/arcuate --strip
  rm -r /tmp/arcuate-build
}

case ${1:-} in
  build-packages) add_packages "${build_packages[@]}" git ;;
  build) install_program "${2:?the folder of the sources}" ;;
  # Open MPI crashes for a user without a name, as `docker run --user` makes them: libnss-unknown gives one.
  run-packages) add_packages "${run_packages[@]}" libnss-unknown ;;
  *) stop 2 "usage: container.sh build-packages | build SOURCE | run-packages" ;;
esac

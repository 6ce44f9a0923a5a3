#!/bin/bash
# Builds Arcuate with all its tests and runs them. Installs what is missing. Exit code: that of ctest.
# Arguments go to ctest: tests/run.sh -R mpi
# ARCUATE_STRICT=ON: warnings are errors, every source is also compiled for processors with AVX-512, and every reader is
# fuzzed for ten seconds.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=jobs/setup.sh
source "$root/jobs/setup.sh"

ensure_packages "${build_packages[@]}" "${test_packages[@]}"
build on all
if [[ ${ARCUATE_STRICT:-OFF} == ON ]]; then compile_for x86-64-v4; fi
one_machine_mpi
cd "$root/build"
export GTEST_BRIEF=1 # of a test program that fails: what failed, not the hundreds that passed
exec ctest -j2 --output-on-failure --output-junit "$root/build/junit.xml" "$@"

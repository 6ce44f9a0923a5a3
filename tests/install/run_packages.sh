#!/bin/bash
# The packages of a container's last stage (run_packages in jobs/setup.sh) hold every library that the program names.
#   run_packages.sh PROGRAM JOBS
set -euo pipefail
program=$1
# shellcheck source=jobs/setup.sh
source "$2/setup.sh"
if ! command -v dpkg-query >/dev/null; then exit 0; fi # the recipe is of Debian
# Always there, or with g++'s runtime and openmpi-bin.
given=" ${run_packages[*]} libc6 libgcc-s1 libstdc++6 libopenmpi3 "
found=0
while read -r library; do
  path=$(ldd "$program" | awk -v name="$library" '$1 == name { print $3 }')
  [[ -n $path ]] || continue # the loader itself
  path=$(realpath "$path")
  package=$( (dpkg-query -S "$path" "${path#/usr}" 2>/dev/null || true) | head -n 1 | cut -d: -f1)
  if [[ $given != *" $package "* ]]; then
    echo "$library is of the package '$package', which run_packages in jobs/setup.sh lacks"
    exit 1
  fi
  found=$((found + 1))
done < <(objdump -p "$program" | awk '$1 == "NEEDED" { print $2 }')
if [[ $found -lt 10 ]]; then
  echo "only $found libraries found in $program"
  exit 1
fi

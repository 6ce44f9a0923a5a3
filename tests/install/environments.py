"""The conda and Spack environments are read as what they are meant to be, and have all that the build looks for."""
import re
import sys

import yaml

jobs = sys.argv[1]
# As cmake/ArcuateDependencies.cmake needs them: the name at conda-forge, the name in Spack.
needed = {
    "MPI": ("openmpi", "openmpi"),
    "Boost.MPI": ("libboost-mpi", "boost"),
    "parallel HDF5": ("hdf5", "hdf5"),
    "Scotch": ("libscotch", "scotch"),
    "Eigen": ("eigen", "eigen"),
    "FFTW": ("fftw", "fftw"),
    "yaml-cpp": ("yaml-cpp", "yaml-cpp"),
    "nlohmann-json": ("nlohmann_json", "nlohmann-json"),
    "CLI11": ("cli11", "cli11"),
    "fmt": ("fmt", "fmt"),
    "udunits2": ("udunits2", "udunits"),
    "matio": ("libmatio", "matio"),
    "libzip": ("libzip", "libzip"),
    "bzip2": ("bzip2", "bzip2"),
    "zlib": ("zlib", "zlib-api"),
    "pugixml": ("pugixml", "pugixml"),
    "NLopt": ("nlopt", "nlopt"),
    "PETSc": ("petsc", "petsc"),
    "SLEPc": ("slepc", "slepc"),
    "CMake": ("cmake", "cmake"),
    "pkg-config": ("pkg-config", "pkgconf"),
    "Ninja": ("ninja", "ninja"),
}


def names(specs):
    assert all(isinstance(spec, str) for spec in specs), specs  # "boost@1.74: +mpi" without quotes is a map
    return {re.match(r"[a-z0-9_.-]+", spec).group() for spec in specs}


conda = yaml.safe_load(open(f"{jobs}/environment.yml"))
assert conda["name"] == "arcuate" and conda["channels"][0] == "conda-forge"
spack = yaml.safe_load(open(f"{jobs}/spack.yaml"))["spack"]
assert spack["view"] is True and spack["concretizer"]["unify"] is True
for what, (at_conda, in_spack) in needed.items():
    assert at_conda in names(conda["dependencies"]), what
    assert in_spack in names(spack["specs"]), what
assert any(s.startswith("hdf5") and "mpi_openmpi" in s for s in conda["dependencies"])
assert any(s.startswith("hdf5") and "+mpi" in s for s in spack["specs"])
assert any(s.startswith("boost") and "+mpi+serialization" in s for s in spack["specs"])

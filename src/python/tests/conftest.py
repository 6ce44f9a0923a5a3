"""What the tests have in common: small studies, and one run that many look at."""
import os
import warnings

import numpy as np
import pytest

import arcuate

one_machine = dict(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_rmaps_base_oversubscribe="1",
                   OMPI_MCA_hwloc_base_binding_policy="none", OMPI_MCA_mpi_yield_when_idle="1", OMPI_MCA_pml="ob1",
                   OMPI_MCA_btl="self,vader", OMP_NUM_THREADS="1")
os.environ.update({name: os.environ.get(name, value) for name, value in one_machine.items()})


def content(**more):
    """A network of eight oscillators for 400 ms."""
    study = {
        "title": "eight", "connectome": {"builtin": 8, "normalize": "row_sum", "speed": "4 mm/ms"},
        "model": {"name": "SupHopf", "parameters": {"a": 0.02, "omega": "0.0628 rad/ms"},
                  "initial": {"x": [-0.1, 0.1], "y": 0.05}},
        "coupling": {"name": "difference", "gain": 0.02}, "integrator": {"method": "heun", "dt": 0.1},
        "noise": {"x": 0.01}, "duration": "400 ms",
        "monitors": [{"kind": "temporal_average", "variables": ["x"], "period": "4 ms"},
                     {"kind": "raw", "variables": ["x", "y"], "period": "1 ms"}],
        "features": [{"kind": "fc", "monitor": "temporal_average"}]}
    return {**study, **more}


@pytest.fixture(scope="session")
def study():
    return arcuate.Study(content())


@pytest.fixture(scope="session")
def run(study):
    return study.simulate()


@pytest.fixture(scope="session")
def measured():
    return np.corrcoef(np.random.default_rng(3).normal(size=(8, 60)))


@pytest.fixture(autouse=True)
def no_surprises():
    """A warning of the package that a test does not expect is a failure."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.filterwarnings("ignore", module="matplotlib|pyparsing")  # names of each other
        yield

"""Demos of The Virtual Brain, moved by arcuate.from_tvb and run by both programs.

    PYTHONPATH=src/python ARCUATE=build/bin/arcuate python tests/bench/tvb_demos.py connectivity_76.zip

Needs tvb-library (PyPI; 2.10 here). Each configuration is made after a notebook of its tvb_documentation/demos, without the
noise, whose random numbers are others, and shorter. Random initial states and histories are The Virtual Brain's own,
which are taken over. It keeps histories and weights in single precision; with --double they are made double there, which
tells how much of a difference that is."""
import logging
import sys
import warnings

import numpy as np

logging.disable(logging.ERROR)
warnings.simplefilter("ignore")
from tvb.simulator import history
from tvb.simulator.lab import (connectivity, coupling, equations, integrators, models, monitors, patterns, simulator)

import arcuate

if "--double" in sys.argv:
    for kind in (history.BaseHistory, history.DenseHistory, history.SparseHistory):
        for array in vars(kind).values():
            if type(array).__name__ == "NDArray" and array.dtype == np.dtype("f"):
                array.dtype = np.dtype("d")


def number(value):
    return np.array([value], dtype=float)


def connected(speed=3.0):
    network = connectivity.Connectivity.from_file(sys.argv[1])
    network.speed = number(speed)
    network.configure()
    return network


def average(period):
    return (monitors.TemporalAverage(period=period),)


def anatomy_of_a_region_simulation():
    return dict(model=models.Generic2dOscillator(), connectivity=connected(4.0), coupling=coupling.Linear(a=number(0.0154)),
                integrator=integrators.HeunDeterministic(dt=2**-6),
                monitors=(monitors.Raw(), *average(2**-2)), simulation_length=50.0)


def simulate_region_stimulus():
    network, weight, course = connected(), np.zeros(76), equations.PulseTrain()
    weight[[14, 52, 11, 49]] = 0.1
    course.parameters.update(onset=150.0, T=100.0, tau=50.0)
    return dict(model=models.Generic2dOscillator(a=number(0.3), tau=number(2.0)), connectivity=network,
                coupling=coupling.Difference(a=number(7e-4)), integrator=integrators.HeunDeterministic(dt=0.5),
                stimulus=patterns.StimuliRegion(temporal=course, connectivity=network, weight=weight),
                monitors=average(1.0), simulation_length=500.0)


def simulate_region_jansen_rit():
    return dict(model=models.JansenRit(mu=number(0.0), v0=number(6.0)), connectivity=connected(),
                coupling=coupling.SigmoidalJansenRit(a=number(10.0)), integrator=integrators.HeunDeterministic(dt=2**-4),
                monitors=average(2**-2), simulation_length=200.0)


def simulate_reduced_wong_wang():
    return dict(model=models.ReducedWongWang(w=number(1.0), I_o=number(0.3)), connectivity=connected(),
                coupling=coupling.Linear(a=number(0.5 / 50)), integrator=integrators.EulerDeterministic(dt=1.0),
                monitors=average(1.0), simulation_length=500.0)


def exploring_supHopf_model():
    return dict(model=models.SupHopf(a=number(0.0), omega=number(0.3)), connectivity=connected(),
                coupling=coupling.Difference(a=number(0.01)), integrator=integrators.HeunDeterministic(dt=0.01),
                monitors=average(1.0), simulation_length=100.0)


def fast_montbrio():
    return dict(model=models.MontbrioPazoRoxin(), connectivity=connected(), coupling=coupling.Linear(a=number(0.01)),
                integrator=integrators.HeunDeterministic(dt=0.01), monitors=average(1.0), simulation_length=50.0)


for make in (anatomy_of_a_region_simulation, simulate_region_stimulus, simulate_region_jansen_rit,
             simulate_reduced_wong_wang, exploring_supHopf_model, fast_montbrio):
    np.random.seed(1)
    theirs = simulator.Simulator(**make())
    theirs.configure()
    study = arcuate.from_tvb(theirs)
    run = study.simulate()
    for monitor, (_, samples) in zip(study.to_dict()["monitors"], theirs.run()):
        ours = np.stack([array.values for array in run[monitor["name"]].data_vars.values()], axis=1)
        samples = samples[..., 0]
        difference = np.abs(ours - samples).max(axis=(0, 2)) / np.abs(samples).max(axis=(0, 2))
        print(f"{make.__name__:32s} {monitor['name']:17s} {samples.shape[0]:5d} samples: within {difference.max():.1e} "
              "of the largest value of a variable")

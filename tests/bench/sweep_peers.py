"""Sweeps of Arcuate beside the loop that a user of another program writes: a gain, a simulation, its means, the next gain.

    python3 -m venv peers && peers/bin/pip install tvb-library neurolib numba h5py 'setuptools<80'
    peers/bin/python tests/bench/sweep_peers.py --arcuate build/bin/arcuate

First: 80 regions, 10 s, the normal form of a Hopf bifurcation, which all have, Euler with noise at 0.1 ms, dense weights
with delays; evaluations per second of processor time, one core. Then a sweep of 256 gains x 60 s beside what the time
loop of its simulations costs alone (the difference of two lengths of `simulate`). Prints two Markdown tables.
"""

import argparse
import logging
import pathlib
import statistics
import subprocess
import sys
import tempfile
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from peers import DT, SPEED, cpu, network  # noqa: E402  (sets one thread)

import resource  # noqa: E402

import numpy as np  # noqa: E402

warnings.filterwarnings("ignore")
REGIONS, SECONDS = 80, 10
GAINS = np.linspace(0.05, 0.5, 256)

STUDY = f"""connectome: {{ file: network.npz, speed: {SPEED} mm/ms }}
model: {{ name: Hopf, parameters: {{ a: -0.1 }} }}
coupling: {{ name: linear, gain: 0.1 }}
integrator: {{ method: euler, dt: {DT} ms }}
noise: {{ x: 0.01, y: 0.01 }}
monitors: [ {{ kind: raw, variables: [x], period: 10 ms }} ]
features: [ {{ kind: moments }} ]
duration: {SECONDS} s
output: out.h5
overwrite: true
sweep: {{ coupling.gain: {{ linspace: [0.05, 0.5, 256] }}, keep: [features] }}
"""


def children(words, folder) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


class Arcuate:
    name = "`arcuate sweep`, all of it"
    counts = 256

    def __init__(self, program, weight, length):
        self.program, self.folder = program, pathlib.Path(tempfile.mkdtemp())
        np.savez(self.folder / "network.npz", weights=weight, lengths=length)
        (self.folder / "study.yml").write_text(STUDY)

    def run(self, *changes) -> float:
        return children([self.program, "sweep", "study.yml", "--overwrite", "--quiet", *changes], self.folder)

    def simulate(self, seconds) -> float:
        return children([self.program, "simulate", "study.yml", "--quiet", "--set", f"duration={seconds} s"], self.folder)


class TheVirtualBrain:
    name = "The Virtual Brain, a loop"
    counts = 1

    def __init__(self, weight, length):
        from tvb.simulator.lab import connectivity, coupling, integrators, models, monitors, noise, simulator

        logging.disable(logging.WARNING)

        def evaluate(gain):
            links = connectivity.Connectivity(
                weights=weight, tract_lengths=length.copy(), speed=np.array([SPEED]),
                region_labels=np.array([f"r{i}" for i in range(REGIONS)]), centres=np.zeros((REGIONS, 3)))
            links.configure()
            noisy = noise.Additive(nsig=np.array([5e-5]), noise_seed=1)
            one = simulator.Simulator(
                model=models.SupHopf(a=np.array([-0.1])), connectivity=links, coupling=coupling.Linear(a=np.array([gain])),
                integrator=integrators.EulerStochastic(dt=DT, noise=noisy), monitors=(monitors.SubSample(period=10.0),),
                initial_conditions=np.full((1, 2, REGIONS, 1), 0.1), simulation_length=SECONDS * 1000.0).configure()
            (_, samples), = one.run()
            return samples[:, 0].mean(axis=0)

        self.evaluate = evaluate

    def run(self) -> float:
        return cpu(lambda: [self.evaluate(gain) for gain in GAINS[: self.counts]])


class Neurolib:
    name = "neurolib, a loop"
    counts = 4

    def __init__(self, weight, length):
        from neurolib.models.hopf import HopfModel

        self.model = HopfModel(Cmat=weight, Dmat=length, seed=1)
        self.model.params.update(duration=100.0, dt=DT, signalV=SPEED, a=-0.1, sampling_dt=10.0, sigma_ou=0.01)
        self.model.run()  # compiled
        self.model.params["duration"] = SECONDS * 1000.0

    def evaluate(self, gain):
        self.model.params["K_gl"] = gain
        self.model.run()
        return self.model.x.mean(axis=1)

    def run(self) -> float:
        return cpu(lambda: [self.evaluate(gain) for gain in GAINS[: self.counts]])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arcuate", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    weight, length = network(REGIONS)
    ours = Arcuate(arguments.arcuate, weight, length)
    them = [ours]
    for make in (TheVirtualBrain, Neurolib):
        try:
            them.append(make(weight, length))
        except ImportError as error:
            print(f"{make.name}: left out: {error}", file=sys.stderr)
    costs = {one.name: [] for one in them}
    for _ in range(arguments.rounds):
        for one in them:
            costs[one.name].append(one.run() / one.counts)
    base = statistics.median(costs[ours.name])
    print("| | s an evaluation | evaluations a second | Arcuate is faster by |\n|---|---|---|---|")
    for name, seconds in costs.items():
        one = statistics.median(seconds)
        print(f"| {name} | {one:.3g} | {1 / one:.3g} | {one / base:.3g} |")
    loops, sweeps = [], []
    for _ in range(arguments.rounds):
        loops.append((ours.simulate(660) - ours.simulate(60)) / 10)
        sweeps.append(ours.run("--set", "duration=60 s") / 256)
    loop, sweep = statistics.median(loops), statistics.median(sweeps)
    print("\n| 60 s of 80 regions | s of processor time | |\n|---|---|---|")
    print(f"| the time loop of a simulation alone | {loop:.4f} | 1 |")
    print(f"| a candidate of a sweep of 256, all included | {sweep:.4f} | {sweep / loop:.3f} |")


if __name__ == "__main__":
    main()

"""Whole simulations of Arcuate beside those of other programs: the same network, one core, interleaved.

    python3 -m venv peers && peers/bin/pip install tvb-library neurolib tvbk numba 'setuptools<80'
    peers/bin/python tests/bench/peers.py --arcuate build/bin/arcuate [--regions 80] [--rounds 5]

CPU seconds of the process per step, set-up excluded: two lengths are run and the difference is divided by the difference
in steps. A program that is not installed is left out. Prints a Markdown table; medians over the rounds.
"""

import argparse
import logging
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time
import warnings

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")
import numpy as np  # noqa: E402

warnings.filterwarnings("ignore")
DT = 0.1  # [ms]
SPEED = 4.0  # [mm/ms]
GAIN = 0.1


def network(regions: int):
    """Dense weights that fall with distance, lengths [mm] of a head."""
    random = np.random.default_rng(7 + regions)
    place = random.normal(size=(regions, 3))
    place /= np.linalg.norm(place, axis=1)[:, None]
    place *= random.uniform(0.6, 1.0, size=(regions, 1)) ** (1 / 3) * np.array([[65.0, 85.0, 55.0]])
    length = np.linalg.norm(place[:, None] - place[None], axis=-1) * 1.4
    weight = np.exp(-length / 30) * np.exp(random.normal(size=(regions, regions)) * 0.5)
    np.fill_diagonal(weight, 0)
    weight /= weight.sum(1).max()
    return weight, length


def cpu(call) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


class Arcuate:
    def __init__(self, program, weight, length, folder, period, precision="double"):
        self.name = f"Arcuate, {precision}, a sample every {period} ms"
        self.steps = (200_000, 2_200_000) if len(weight) <= 100 else (20_000, 220_000)
        self.program, self.folder = program, folder
        self.study = folder / f"{precision}_{period}.yml"
        np.savez(folder / "network.npz", weights=weight, lengths=length)
        kind = "temporal_average" if period < 100 else "raw"
        self.study.write_text(
            f"connectome: {{ file: network.npz, speed: {SPEED} mm/ms }}\n"
            "model: { name: MontbrioPazoRoxin }\n"
            f"coupling: {{ name: linear, gain: {GAIN} }}\n"
            f"integrator: {{ method: heun, dt: {DT} ms, precision: {precision} }}\n"
            "noise: { r: 0.0014, V: 0.0014 }\n"
            f"monitors:\n  - {{ kind: {kind}, variables: [r, V], period: {period} ms }}\n"
            "duration: 1 s\noutput: out.h5\noverwrite: true\n"
        )

    def run(self, steps: int) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [self.program, "simulate", self.study.name, "--quiet", "--set", f"duration={steps * DT} ms"],
            cwd=self.folder, check=True, stdout=subprocess.DEVNULL,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


class TheVirtualBrain:
    def __init__(self, weight, length, period):
        from tvb.simulator.lab import connectivity, coupling, integrators, models, monitors, noise, simulator

        logging.disable(logging.WARNING)
        self.name = f"The Virtual Brain, a sample every {period} ms"
        self.steps = (200, 3200) if len(weight) <= 100 else (100, 600)
        regions = len(weight)
        links = connectivity.Connectivity(
            weights=weight, tract_lengths=length.copy(), speed=np.array([SPEED]),
            region_labels=np.array([f"r{i}" for i in range(regions)]), centres=np.zeros((regions, 3)),
        )
        links.configure()
        noisy = noise.Additive(nsig=np.array([1e-6]))
        noisy.random_stream = np.random.RandomState(1)
        kind = monitors.TemporalAverage if period < 100 else monitors.SubSample
        self.simulator = simulator.Simulator(
            model=models.MontbrioPazoRoxin(), connectivity=links, coupling=coupling.Linear(a=np.array([GAIN])),
            integrator=integrators.HeunStochastic(dt=DT, noise=noisy), monitors=(kind(period=float(period)),),
            simulation_length=1000.0,
        )
        self.simulator.configure()

    def run(self, steps: int) -> float:
        return cpu(lambda: self.simulator.run(simulation_length=steps * DT))


class NumbaBackend(TheVirtualBrain):
    """NbMPRBackend in the mode that takes the coupling once a step, as The Virtual Brain does."""

    def __init__(self, weight, length):
        from tvb.simulator.backend.nb_mpr import NbMPRBackend

        super().__init__(weight, length, 1)
        self.name = "The Virtual Brain, numba back-end (NbMPRBackend), all steps kept"
        self.steps = (1000, 31_000) if len(weight) <= 100 else (100, 1600)
        self.backend = NbMPRBackend()
        self.integrate = self.backend.build_py_func(
            '<%include file="nb-montbrio.py.mako"/>', dict(compatibility_mode=True, sim=self.simulator), name="integrate"
        )
        self.run(10)  # compiled

    def run(self, steps: int) -> float:
        sim, regions = self.simulator, self.simulator.connectivity.number_of_regions
        horizon = sim.connectivity.horizon

        def whole():
            shape = (sim.model.nvar, regions, horizon + steps)
            buffers = list(sim.integrator.noise.generate(shape=shape) * sim.integrator.noise.gfun(None))
            for buffer in buffers:
                buffer[:, :horizon] = 0.1
            self.backend._run_integrate(self.integrate, sim, regions, steps, buffers, None)

        return cpu(whole)


class Neurolib:
    def __init__(self, weight, length):
        from neurolib.models.wc import loadDefaultParams, timeIntegration

        self.name = "neurolib wc (numba, Euler), all steps kept"
        self.steps = (1000, 31_000) if len(weight) <= 100 else (100, 1600)
        self.integrate = timeIntegration.timeIntegration
        self.parameters = loadDefaultParams.loadDefaultParams(Cmat=weight, Dmat=length, seed=1)
        self.parameters.update(signalV=SPEED, dt=DT)
        self.run(100)

    def run(self, steps: int) -> float:
        self.parameters["duration"] = steps * DT
        return cpu(lambda: self.integrate(self.parameters))


class Tvbk:
    """Eight simulations side by side, as its kernels have them; a step is one of all eight."""

    def __init__(self, weight, length):
        from tvbk import tvbk_ext as tvbk

        self.name = "tvbk step_mpr (single precision; a step of 8 simulations at once)"
        self.steps = (1000, 21_000) if len(weight) <= 100 else (200, 1200)
        regions = len(weight)
        rows, columns = np.nonzero(weight.T)
        lag = np.maximum(2, np.rint(length / SPEED / DT)).astype(np.uint32)
        horizon = 1 << int(lag.max() + 1).bit_length()
        self.links = tvbk.Conn(regions, len(rows))
        counts = np.bincount(rows, minlength=regions)
        self.links.indptr[:] = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32)
        self.links.indices[:] = columns.astype(np.uint32)
        self.links.weights[:] = (GAIN * weight.T[rows, columns]).astype(np.float32)
        self.links.idelays[:] = lag.T[rows, columns]
        self.buffers = tvbk.Cx8s(regions, horizon, 1)
        self.buffers.buf[:] = 0.1
        self.x = np.full((1, 2, regions, 8), 0.1, np.float32)
        self.y = np.zeros_like(self.x)
        self.z = np.full((1, 2, 8), 1e-3, np.float32)
        values = np.array([1.0, 0.0, 1.0, 15.0, -5.0, 1.0], np.float32)  # tau, I, Delta, J, eta, cr
        self.p = np.ascontiguousarray(np.broadcast_to(values[None, None, :, None], (1, regions, 6, 8)))
        self.seed = np.random.default_rng(1).integers(1, 2**63, (1, 8, 4), dtype=np.uint64)
        self.step = tvbk.step_mpr

    def run(self, steps: int) -> float:
        def whole():
            for start in range(0, steps, 10):  # an average of ten steps is a sample
                self.step(self.buffers, self.links, self.x, self.y, self.z, self.p, start, 10, DT, self.seed)

        return cpu(whole)


def contenders(arguments, weight, length, folder):
    for period, precision in ((100, "double"), (1, "double"), (100, "mixed"), (1, "mixed")):
        yield lambda period=period, precision=precision: Arcuate(
            arguments.arcuate, weight, length, folder, period, precision)
    yield lambda: TheVirtualBrain(weight, length, 100)
    yield lambda: TheVirtualBrain(weight, length, 1)
    yield lambda: NumbaBackend(weight, length)
    yield lambda: Neurolib(weight, length)
    yield lambda: Tvbk(weight, length)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arcuate", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--regions", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[-1]})
    weight, length = network(arguments.regions)
    with tempfile.TemporaryDirectory() as name:
        programs = []
        for build in contenders(arguments, weight, length, pathlib.Path(name)):
            try:
                programs.append(build())
            except ImportError as missing:
                print(f"left out: {missing}", flush=True)
        seconds = {program.name: [] for program in programs}
        for _ in range(arguments.rounds):
            for program in programs:
                few, many = program.steps
                spent = program.run(many) - program.run(few)
                seconds[program.name].append(spent / (many - few))
    ours = statistics.median(seconds[programs[0].name])
    print(f"| {arguments.regions} regions | us a step | steps/s | Arcuate, double, 100 ms is faster by |\n|---|---|---|---|")
    for name, all_rounds in seconds.items():
        median = statistics.median(all_rounds)
        print(f"| {name} | {1e6 * median:.3g} | {1 / median:,.0f} | {median / ours:.3g} |")


if __name__ == "__main__":
    main()

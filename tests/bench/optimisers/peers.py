"""The instances of optimise_bench through pycma, pagmo and nevergrad: rows of the same table.

    python3 -m venv peers && peers/bin/pip install cma pygmo nevergrad
    peers/bin/python peers.py build/bench/optimise_bench [RUNS [pycma|pagmo|nevergrad]]
"""
import subprocess
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
bench = sys.argv[1]
runs = int(sys.argv[2]) if len(sys.argv) > 2 else 9
which = sys.argv[3] if len(sys.argv) > 3 else "pycma pagmo nevergrad"
half_box = {"ackley": 32.0, "griewank": 600.0, "schwefel": 500.0}


class Reached(Exception):
    pass


class Function:
    """As tests/support/functions.hpp."""

    def __init__(self, name, n, instance):
        out = subprocess.run([bench, "instance", name, str(n), str(instance)], capture_output=True, text=True, check=True).stdout
        optimum, rotation = (np.array([float(w) for w in line.split()]) for line in out.splitlines()[:2])
        self.name, self.n, self.half = name, n, half_box.get(name, 5.0)
        self.optimum = optimum * self.half
        self.rotation = rotation.reshape(n, n) if rotation.size else None
        self.evaluations, self.best = 0, np.inf

    def value(self, x):
        n = self.n
        if self.name == "schwefel":
            return 418.98288727243369 * n - np.sum(x * np.sin(np.sqrt(np.abs(x))))
        if self.name == "rosenbrock":
            z = max(1.0, np.sqrt(n) / 8) * (x - 0.75 * self.optimum) + 1
            return np.sum(100 * (z[:-1] ** 2 - z[1:]) ** 2 + (z[:-1] - 1) ** 2)
        z = x - self.optimum
        if self.rotation is not None:
            z = self.rotation @ z
        if self.name == "ellipsoid":
            return np.sum(10.0 ** (6 * np.arange(n) / max(1, n - 1)) * z**2)
        if self.name in ("rastrigin", "rotated_rastrigin"):
            return np.sum(z**2 + 10 - 10 * np.cos(2 * np.pi * z))
        if self.name == "griewank":
            return 1 + np.sum(z**2) / 4000 - np.prod(np.cos(z / np.sqrt(np.arange(1, n + 1))))
        return np.sum(z**2)

    def __call__(self, x):
        self.evaluations += 1
        self.best = min(self.best, self.value(np.clip(np.asarray(x, float), -self.half, self.half)))
        if self.best <= 1e-8:
            raise Reached
        return self.value(np.asarray(x, float))


def pycma(restarts):
    def search(f, budget, seed):
        import cma

        start = np.random.default_rng(seed).uniform(-0.8, 0.8, f.n) * f.half
        options = dict(bounds=[-f.half, f.half], seed=seed + 1, verbose=-9, maxfevals=budget, tolfun=1e-12, tolfunhist=1e-13, tolx=1e-12)
        cma.fmin(f, start, 0.4 * f.half, options, restarts=restarts)

    return search


def nevergrad(name):
    def search(f, budget, seed):
        import nevergrad as ng

        space = ng.p.Array(init=np.zeros(f.n)).set_bounds(-f.half, f.half)
        space.random_state.seed(seed)
        ng.optimizers.registry[name](parametrization=space, budget=budget, num_workers=1).minimize(f)

    return search


def pagmo(method, population):
    def search(f, budget, seed):
        import pygmo as pg

        class Box:
            def fitness(self, x):
                return [f(x)]

            def get_bounds(self):
                return [-f.half] * f.n, [f.half] * f.n

        generations = budget // population
        options = {
            "cmaes": dict(force_bounds=True, ftol=1e-14, xtol=1e-14),
            "de": dict(ftol=0, xtol=0),
            "sade": dict(variant=2, variant_adptv=1, ftol=0, xtol=0),  # jDE
        }
        algorithm = pg.algorithm(getattr(pg, method)(generations, seed=seed + 1, **options.get(method, {})))
        algorithm.evolve(pg.population(pg.problem(Box()), population, seed=seed + 1))

    return search


def row(function, n, label, search, budget):
    reached, best = [], []
    for k in range(runs):
        f = Function(function, n, k)
        try:
            search(f, budget, k)
        except Reached:
            reached.append(f.evaluations)
        best.append(f.best)
    median = sorted(reached)[len(reached) // 2] if reached else 0
    print(f"| {function} | {n} | {label} | {budget} | {len(reached)} of {runs} | {median} | {np.median(best):.1e} |", flush=True)


print("| function | n | program | budget | reached 1e-8 | median evaluations | median best |\n|---|---|---|---|---|---|---|")
if "pycma" in which:
    for name in ("sphere", "ellipsoid", "rosenbrock"):
        for n in (5, 10, 20):
            row(name, n, "pycma 4.5", pycma(0), 10000 * n)
    for name in ("rastrigin", "griewank"):
        row(name, 10, "pycma 4.5, nine restarts", pycma(9), 300000)
if "pagmo" in which:
    for name in ("sphere", "ellipsoid", "rosenbrock"):
        for n in (5, 10, 20):
            row(name, n, "pygmo 2.20, cmaes", pagmo("cmaes", {5: 8, 10: 10, 20: 12}[n]), 10000 * n)
    for method, population in (("de", 40), ("sade", 20), ("pso", 40)):
        for name in ("rastrigin", "rotated_rastrigin", "griewank", "schwefel", "sphere", "ellipsoid", "rosenbrock"):
            row(name, 10, f"pygmo 2.20, {method}", pagmo(method, population), 100000)
if "nevergrad" in which:
    for method in ("CMA", "OnePlusOne", "DE", "TBPSA", "PSO", "Cobyla", "NGOpt"):
        for name in ("sphere", "ellipsoid", "rosenbrock", "rastrigin"):
            row(name, 10, f"nevergrad 1.0.12, {method}", nevergrad(method), 2000)

"""How busy nevergrad keeps Arcuate's workers through arcuate's evaluator, with simulations of uneven length.

    PYTHONPATH=src/python ARCUATE=build/bin/arcuate python tests/bench/busy_workers.py [WORKERS] [BUDGET]

Needs nevergrad (PyPI). A candidate's duration depends on its first parameter, by a factor of eight, so that a search
that waited for whole generations would leave most workers idle. Busy is the time in which a worker simulated, over all
its time until the last candidate was handed out."""
import sys
import time

import nevergrad

import arcuate

workers, budget = (int(one) for one in (sys.argv[1:] + ["8", "200"][len(sys.argv) - 1:]))
study = arcuate.Study({
    "connectome": {"builtin": 40, "normalize": "row_sum", "speed": "4 mm/ms"},
    "model": {"name": "SupHopf", "parameters": {"a": 0.02, "omega": "0.0628 rad/ms"}, "initial": {"x": [-0.1, 0.1]}},
    "coupling": {"name": "difference", "gain": 0.02}, "noise": {"x": 0.01}, "duration": "10 s",
    "monitors": [{"kind": "temporal_average", "variables": ["x"], "period": "4 ms", "record": False}],
    "features": [{"kind": "moments", "monitor": "temporal_average"}]})
space = nevergrad.p.Instrumentation(seconds=nevergrad.p.Scalar(lower=10, upper=80),
                                    gain=nevergrad.p.Log(lower=1e-3, upper=1))


class Search:
    """nevergrad's differential evolution, which is told how far the variance is from 0.01."""

    def __init__(self, ahead):
        self.search = nevergrad.optimizers.TwoPointsDE(space, budget=budget, num_workers=ahead)
        self.asked = 0.0

    def ask(self):
        self.asked = time.perf_counter()
        return self.search.ask()

    def tell(self, candidate, loss):
        self.search.tell(candidate, loss)


def changes(candidate):
    values = candidate.value[1]
    return {"duration": f"{round(values['seconds'])} s", "coupling.gain": values["gain"]}


with study.evaluator(ranks=workers) as evaluate:
    search = Search(evaluate.ahead)
    for future in [evaluate.submit({"duration": "1 s"}) for _ in range(workers)]:
        future.result()
    began = time.perf_counter()
    answers = evaluate.minimise(search, budget, changes)
until = search.asked
spent = sum(max(0.0, min(one.ended, until) - max(one.ended - one["seconds"], began)) for one in answers)
seconds = sorted(one["seconds"] for one in answers)
print(f"{budget} simulations of {seconds[0]:.2f} to {seconds[-1]:.2f} s on {workers} workers in {until - began:.1f} s: "
      f"{100 * spent / (workers * (until - began)):.1f} % busy")

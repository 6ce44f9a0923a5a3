"""pycma on Arcuate's farm, a generation at a time: python drive_cma.py STUDY.yml WORKERS BUDGET

The study has a section `fit`, whose parameters and bounds are searched."""
import json
import subprocess
import sys

import cma

study, workers, budget = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
low, high = [0.05, -5.5], [0.35, -4.2]  # of `vary`, in its order

farm = subprocess.Popen(["mpirun", "-n", str(workers + 1), "arcuate", "evaluate", study, "--stdin"],
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def losses(candidates):
    for number, unit in enumerate(candidates):
        values = [a + u * (b - a) for a, b, u in zip(low, high, unit)]
        print(json.dumps({"id": number, "values": values}), file=farm.stdin, flush=True)
    found = [float("nan")] * len(candidates)
    for _ in candidates:
        answer = json.loads(farm.stdout.readline())
        found[answer["id"]] = answer.get("loss", float("nan"))
    return found


search = cma.CMAEvolutionStrategy([0.5] * len(low), 0.25, {"bounds": [0, 1], "maxfevals": budget, "seed": 1, "verbose": -9})
while not search.stop():
    candidates = search.ask()
    search.tell(candidates, losses(candidates))
farm.stdin.close()
print([float(a + u * (b - a)) for a, b, u in zip(low, high, search.result.xbest)], search.result.fbest)

"""nevergrad's optimisers on Arcuate's farm: python drive_nevergrad.py STUDY.yml WORKERS BUDGET

The study has a section `fit`, whose parameters are searched. Asynchronous: a new candidate for every answer."""
import json
import subprocess
import sys

import nevergrad as ng

study, workers, budget = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
bounds = [(0.05, 0.35), (-5.5, -4.2)]  # of `vary`, in its order

space = ng.p.Array(init=[(low + high) / 2 for low, high in bounds], lower=[low for low, _ in bounds],
                   upper=[high for _, high in bounds])
search = ng.optimizers.TwoPointsDE(space, budget=budget, num_workers=workers)
farm = subprocess.Popen(["mpirun", "-n", str(workers + 1), "arcuate", "evaluate", study, "--stdin"],
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
asked = {}


def ask():
    candidate = search.ask()
    asked[candidate.uid] = candidate
    print(json.dumps({"id": candidate.uid, "values": candidate.value.tolist()}), file=farm.stdin, flush=True)


for _ in range(workers):
    ask()
for told in range(budget):
    answer = json.loads(farm.stdout.readline())
    search.tell(asked.pop(answer["id"]), answer.get("loss", float("inf")))
    if told + workers < budget:
        ask()
farm.stdin.close()
best = search.provide_recommendation()
print(best.value.tolist(), best.loss)

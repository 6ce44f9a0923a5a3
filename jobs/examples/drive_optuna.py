"""optuna on Arcuate's farm: python drive_optuna.py STUDY.yml WORKERS BUDGET

Any path of the study can be varied: no section `fit` is needed but for its losses. Asynchronous."""
import json
import subprocess
import sys

import optuna

study, workers, budget = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
optuna.logging.set_verbosity(optuna.logging.WARNING)
search = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1, constant_liar=True))
farm = subprocess.Popen(["mpirun", "-n", str(workers + 1), "arcuate", "evaluate", study, "--stdin"],
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
asked = {}


def ask():
    trial = search.ask()
    asked[trial.number] = trial
    changes = {"coupling.gain": trial.suggest_float("coupling.gain", 0.05, 0.35),
               "model.parameters.eta": trial.suggest_float("model.parameters.eta", -5.5, -4.2)}
    print(json.dumps({"id": trial.number, "changes": changes}), file=farm.stdin, flush=True)


for _ in range(workers):
    ask()
for told in range(budget):
    answer = json.loads(farm.stdout.readline())
    trial = asked.pop(answer["id"])
    if "loss" in answer:
        search.tell(trial, answer["loss"])
    else:
        search.tell(trial, state=optuna.trial.TrialState.FAIL)
    if told + workers < budget:
        ask()
farm.stdin.close()
print(search.best_params, search.best_value)

"""Starts a program, sends it signals, and ends with its exit code (128 + N: ended by signal N; 124: it did not end).

  send_signals.py MOMENT COUNT SPAN KINDS TARGETS SEED PROGRAM WORD...

MOMENT: seconds after the start, or the name of a file whose appearance is awaited. COUNT signals follow within SPAN seconds,
the first at once, each of a kind (TERM,INT) and to a target (run: what was started; 0, 1: a rank of mpirun's) drawn by SEED.
Prints to stderr how many there were before the program ended.
"""
import os
import random
import signal
import subprocess
import sys
import time


def children(parent):
    found = {}
    for place in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open(f'/proc/{place}/stat') as file:
                if int(file.read().rsplit(')', 1)[1].split()[1]) != parent:
                    continue
            with open(f'/proc/{place}/environ') as file:
                words = dict(word.split('=', 1) for word in file.read().split('\0') if '=' in word)
            found[words['OMPI_COMM_WORLD_RANK']] = int(place)
        except (OSError, KeyError):
            continue
    return found


def await_moment(moment, run):
    try:
        time.sleep(float(moment))
    except ValueError:
        while run.poll() is None and not os.path.exists(moment):
            time.sleep(0.001)


def send(kind, target, run, ranks):
    while target != 'run' and target not in ranks and run.poll() is None:
        ranks.update(children(run.pid))
    try:
        if run.poll() is not None:
            return 0
        os.kill(run.pid if target == 'run' else ranks[target], getattr(signal, 'SIG' + kind))
        return 1
    except ProcessLookupError:
        return 0


def main(moment, count, span, kinds, targets, seed, *words):
    draw = random.Random(int(seed))
    run = subprocess.Popen(words)
    ranks = {}
    await_moment(moment, run)
    sent = 0
    for k in range(int(count)):
        sent += send(draw.choice(kinds.split(',')), draw.choice(targets.split(',')), run, ranks)
        if k + 1 < int(count):
            time.sleep(float(span) / (int(count) - 1))
    try:
        code = run.wait(200)
    except subprocess.TimeoutExpired:
        run.kill()
        code = 124
    print(f'{sent} of {count} signals were sent', file=sys.stderr)
    sys.exit(code if code >= 0 else 128 - code)


main(*sys.argv[1:])

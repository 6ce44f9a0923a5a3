"""Trajectories, fixed points and eigenvalues of `arcuate` beside those of XPPAUT (Debian: xppaut; NumPy, h5py).

    python3 tests/bench/compare_xppaut.py [arcuate]

A column of Jansen and Rit and the populations of Wilson and Cowan (1972). XPPAUT integrates its own equations without a
window (`-silent`): from the same start, with rk4 and the same step; into the stable fixed point; and, since it computes
no eigenvalues without a window, around it: where small differences in each state are a time h later is exp(J h). It
keeps its results as single precision numbers.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy

CASES = {
    "Jansen-Rit": {
        "model": "{ name: JansenRit, parameters: { v0: 6, mu: 0.05 } }", "dt": 0.1, "long": 3000.0, "h": 10.0,
        "names": ["y0", "y1", "y2", "y3", "y4", "y5"], "start": [0.1, 10.0, 2.0, 0.0, 0.0, 0.0],
        "equations": """u1'=u4
u2'=u5
u3'=u6
u4'=0.1*(3.25*0.005*s(0.56*(u2-u3-6))-2*u4-0.1*u1)
u5'=0.1*(3.25*(0.05+108*0.005*s(0.56*(135*u1-6)))-2*u5-0.1*u2)
u6'=0.05*(22*33.75*0.005*s(0.56*(33.75*u1-6))-2*u6-0.05*u3)"""},
    "Wilson-Cowan": {
        "model": "{ name: BrainmassWilsonCowan, parameters: { wEE: 16, wEI: 12, wIE: 15, wII: 3, a_E: 1.3, theta_E: 4, "
                 "a_I: 2, theta_I: 3.7, I_E: 0.5, tau_E: 1, tau_I: 1 } }",
        "dt": 0.01, "long": 300.0, "h": 1.0, "names": ["rE", "rI"], "start": [0.2, 0.1],
        "equations": """u1'=-u1+(1-u1)*(s(1.3*(16*u1-12*u2+0.5-4))-s(-5.2))
u2'=-u2+(1-u2)*(s(2*(15*u1-3*u2-3.7))-s(-7.4))"""},
}


def main(program):
    for name, case in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            compare(program, name, case, Path(folder))


def compare(program, name, case, folder):
    total = 100 * case["dt"] * 10
    ours, theirs = simulate(program, case, total, folder), integrate(case, case["start"], total, folder)
    print(f"{name}\n  trajectory of {total:g} ms, rk4: largest difference "
          f"{numpy.abs(ours - theirs[1:]).max() / numpy.abs(theirs).max():.1e} of the largest value")
    states, roots = rest(program, case, folder)
    end = integrate(case, case["start"], case["long"], folder)[-1]
    k = min(range(len(states)), key=lambda k: numpy.abs(states[k] - end).max())
    print(f"  fixed point: largest difference {numpy.abs(states[k] - end).max() / numpy.abs(end).max():.1e} of its largest state")
    for one, other in zip(by_size(roots[k]), by_size(flow_roots(case, states[k], folder))):
        print(f"  eigenvalue: arcuate {one:.6f}, XPPAUT {other:.6f} per ms, difference {abs(one - other) / abs(one):.0e}")


def by_size(values):
    return sorted(values, key=lambda one: (round(-one.real, 6), one.imag))


def integrate(case, start, total, folder):
    inits = ", ".join(f"u{k + 1}={value:.17g}" for k, value in enumerate(start))
    (folder / "case.ode").write_text(f"s(x)=1/(1+exp(-x))\n{case['equations']}\ninit {inits}\n"
                                     f"@ total={total}, dt={case['dt']}, meth=rungekutta, maxstor=1000000, bound=1e6\ndone\n")
    done = subprocess.run(["xppaut", "case.ode", "-silent", "-quiet", "1", "-outfile", "out.dat"], cwd=folder,
                          capture_output=True, text=True)
    if not (folder / "out.dat").exists():
        sys.exit(done.stdout + done.stderr)
    return numpy.loadtxt(folder / "out.dat")[:, 1:]


def flow_roots(case, state, folder):
    columns = []
    for k in range(len(state)):
        size = 1e-2 * max(abs(state[k]), 0.02)
        ends = []
        for sign in (1, -1):
            start = numpy.array(state)
            start[k] += sign * size
            ends.append(integrate(case, start, case["h"], folder)[-1])
        columns.append((ends[0] - ends[1]) / (2 * size))
    return numpy.log(numpy.linalg.eigvals(numpy.array(columns).T).astype(complex)) / case["h"]


def study(case, rest, folder):
    (folder / "alone.txt").write_text("0\n")
    (folder / "case.yml").write_text("connectome: { weights: alone.txt, lengths: alone.txt }\n"
                                     f"model: {case['model'][:-1]}, initial: {{ " +
                                     ", ".join(f"{n}: {v}" for n, v in zip(case["names"], case["start"])) + " } }\n" +
                                     f"integrator: {{ method: rk4, dt: {case['dt']} }}\n" + rest)


def simulate(program, case, total, folder):
    study(case, f"duration: {total}\nmonitors: [{{ kind: raw, variables: [{', '.join(case['names'])}] }}]\n", folder)
    subprocess.run([program, "simulate", "case.yml", "--quiet", "--set", "output=case.h5", "--overwrite"], check=True, cwd=folder,
                   capture_output=True)
    with h5py.File(folder / "case.h5") as file:
        return file["monitors/raw/data"][:, :, 0]


def rest(program, case, folder):
    study(case, "duration: 1 s\nsteady: { starts: 30 }\n", folder)
    subprocess.run([program, "steady", "case.yml", "--quiet", "--overwrite"], check=True, cwd=folder)
    with h5py.File(folder / "case.steady.h5") as file:
        roots = (file["eigenvalues/real"][()] + 1j * file["eigenvalues/imaginary"][()]) / 1000.0
        return file["fixed_points/state"][:, :, 0], roots


if __name__ == "__main__":
    main(str(Path(sys.argv[1]).resolve()) if len(sys.argv) > 1 else "arcuate")

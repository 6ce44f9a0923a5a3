"""Folds and Hopf bifurcations of `arcuate steady` beside those of AUTO-07p (Debian: auto-07p, gfortran).

    python3 tests/bench/compare_auto.py [arcuate]

A column of Jansen and Rit along its drive, and the populations of Wilson and Cowan (1972, fig. 11) along theirs. AUTO
gets the equations as Fortran, by its own continuation from the fixed point without drive; arcuate gets a study.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

CONSTANTS = """parnames = {{1: 'p'}}
NDIM={states}, IPS=1, IRS=0, ILP=1
ICP=['p']
NTST=50, NCOL=4, IAD=3, ISP=2, ISW=1, IPLT=0, NBC=0, NINT=0
NMX=20000, NPR=20000, MXBF=0, IID=2, ITMX=9, ITNW=9, NWTN=3, JAC=0
EPSL=1e-12, EPSU=1e-12, EPSS=1e-10
DS={step}, DSMIN=1e-9, DSMAX={largest}, IADS=1
NPAR=1, THL={{}}, THU={{}}
RL0={least}, RL1={most}, A0=-1e9, A1=1e9
UZSTOP={{}}
"""
FORTRAN = """      SUBROUTINE FUNC(NDIM,U,ICP,PAR,IJAC,F,DFDU,DFDP)
      IMPLICIT NONE
      INTEGER, INTENT(IN) :: NDIM, IJAC, ICP(*)
      DOUBLE PRECISION, INTENT(IN) :: U(NDIM), PAR(*)
      DOUBLE PRECISION, INTENT(OUT) :: F(NDIM)
      DOUBLE PRECISION, INTENT(INOUT) :: DFDU(NDIM,*), DFDP(NDIM,*)
      DOUBLE PRECISION P{declared}
      P = PAR(1)
{equations}
      CONTAINS
      DOUBLE PRECISION FUNCTION S(X)
      DOUBLE PRECISION, INTENT(IN) :: X
      S = 1D0/(1D0 + EXP(-X))
      END FUNCTION S
      END SUBROUTINE FUNC
      SUBROUTINE STPNT(NDIM,U,PAR,T)
      IMPLICIT NONE
      INTEGER, INTENT(IN) :: NDIM
      DOUBLE PRECISION, INTENT(INOUT) :: U(NDIM), PAR(*)
      DOUBLE PRECISION, INTENT(IN) :: T
      PAR(1) = {start}
{initial}
      END SUBROUTINE STPNT
      SUBROUTINE BCND
      END SUBROUTINE BCND
      SUBROUTINE ICND
      END SUBROUTINE ICND
      SUBROUTINE FOPT
      END SUBROUTINE FOPT
      SUBROUTINE PVLS
      END SUBROUTINE PVLS
"""
CASES = {
    "Jansen-Rit": {
        "states": 6, "least": -0.01, "most": 0.36, "largest": 0.005,
        "declared": "",
        "equations": """      F(1) = U(4)
      F(2) = U(5)
      F(3) = U(6)
      F(4) = 0.1D0*(3.25D0*0.005D0*S(0.56D0*(U(2) - U(3) - 6D0)) - 2D0*U(4) - 0.1D0*U(1))
      F(5) = 0.1D0*(3.25D0*(P + 108D0*0.005D0*S(0.56D0*(135D0*U(1) - 6D0))) - 2D0*U(5) - 0.1D0*U(2))
      F(6) = 0.05D0*(22D0*33.75D0*0.005D0*S(0.56D0*(33.75D0*U(1) - 6D0)) - 2D0*U(6) - 0.05D0*U(3))""",
        "model": "{ name: JansenRit, parameters: { v0: 6, mu: 0 } }",
        "path": "model.parameters.mu", "from": 0.35, "to": 0.0},
    "Wilson-Cowan": {
        "states": 2, "least": -0.01, "most": 3.1, "largest": 0.001,
        "declared": ", FE, FI",
        "equations": """      FE = S(1.3D0*(16D0*U(1) - 12D0*U(2) + P - 4D0)) - S(-5.2D0)
      FI = S(2D0*(15D0*U(1) - 3D0*U(2) - 3.7D0)) - S(-7.4D0)
      F(1) = -U(1) + (1D0 - U(1))*FE
      F(2) = -U(2) + (1D0 - U(2))*FI""",
        "model": "{ name: BrainmassWilsonCowan, parameters: { wEE: 16, wEI: 12, wIE: 15, wII: 3, a_E: 1.3, theta_E: 4, "
                 "a_I: 2, theta_I: 3.7, I_E: 0 } }",
        "path": "model.parameters.I_E", "from": 3.0, "to": 0.0},
}


def main(program):
    for name, case in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            ours, states = arcuate(program, case, Path(folder))
            theirs = [one for start in states for one in auto(case, *start, Path(folder))]
        print(f"{name}, {case['path']}")
        for kind, value in sorted(theirs, key=lambda one: one[1]):
            nearest = min((v for k, v in ours if k == kind), key=lambda v: abs(v - value), default=float("nan"))
            print(f"  {kind:5} AUTO-07p {value:.10f}   arcuate {nearest:.10f}   difference {abs(nearest - value):.1e}")
        for kind, value in ours:
            if min(abs(v - value) for k, v in theirs if k == kind) > 1e-6:
                print(f"  {kind:5} of arcuate alone: {value:.10f}")


def arcuate(program, case, folder):
    (folder / "alone.txt").write_text("0\n")
    (folder / "case.yml").write_text(
        "connectome: { weights: alone.txt, lengths: alone.txt }\n" f"model: {case['model']}\n" "duration: 1 s\n"
        f"steady: {{ starts: 30, continue: {{ path: {case['path']}, from: {case['from']}, to: {case['to']} }} }}\n")
    import h5py
    subprocess.run([program, "steady", "case.yml", "--quiet"], check=True, cwd=folder)
    with h5py.File(folder / "case.steady.h5") as file:
        group = file["continuation"]
        kinds = [k.decode() if isinstance(k, bytes) else k for k in group["bifurcation"][()]]
        values = group["parameter"][()]
        branch, states = group["branch"][()], group["state"][:, :, 0]
    found = sorted({(k, round(v, 10)) for k, v in zip(kinds, values) if k in ("fold", "Hopf")})
    # AUTO follows branches from where they begin here.
    begins = [k for k in range(len(values)) if k == 0 or branch[k] != branch[k - 1]]
    return found, [(values[k], states[k]) for k in begins]


def auto(case, parameter, state, folder):
    initial = "\n".join(f"      U({k + 1}) = {value:.17e}".replace("e", "D") for k, value in enumerate(state))
    (folder / "case.f90").write_text(FORTRAN.format(initial=initial, start=f"{parameter:.17e}".replace("e", "D"), **case))
    (folder / "c.case").write_text(CONSTANTS.format(step=(-0.2 if parameter > 0.0 else 0.2) * case["largest"], **case))
    (folder / "go.auto").write_text("r = run(e='case', c='case')\nfor s in r():\n  if s['TY'] in ('LP', 'HB'):\n"
                                    "    print('FOUND', s['TY'], '%.12g' % s['p'])\n")
    done = subprocess.run(["auto-07p", "go.auto"], cwd=folder, capture_output=True, text=True)
    found = [({"LP": "fold", "HB": "Hopf"}[kind], float(value))
             for kind, value in re.findall(r"^FOUND (\w+) (\S+)", done.stdout, re.M)]
    if not found:
        sys.exit(done.stdout + done.stderr)
    return found


if __name__ == "__main__":
    main(str(Path(sys.argv[1]).resolve()) if len(sys.argv) > 1 else "arcuate")

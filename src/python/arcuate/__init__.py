"""Arcuate from Python: studies of whole-brain networks, and what is done with them.

Everything is computed by the program `arcuate`; this package hands it studies and reads what it leaves. Only
:class:`Simulation`, which steps through a study in this process, has a compiled part.
"""
from .connectome import Connectome
from .errors import (ArcuateError, DifferenceError, DivergedError, EnvironmentFault, ProgramNotFound, StoppedError,
                     StudyError, UnconvergedError)
from .evaluator import Answer, Evaluator
from .jobs import Best, Fit, Job, Sweep
from .launch import mpirun, program, version
from .run import Feature, Features, Run, Samples, Steady, compare
from .service import Service
from .simulation import Simulation
from .study import Study
from .tvb import from_tvb
from .verbs import call, models, recover, verify

__version__ = "0.1.0"
__all__ = ["Study", "Run", "Samples", "Features", "Feature", "Steady", "Sweep", "Fit", "Job", "Best", "Evaluator", "Answer",
           "Connectome", "Simulation", "Service", "compare", "models", "verify", "recover", "from_tvb", "call", "program", "mpirun", "version", "ArcuateError",
           "StudyError", "EnvironmentFault", "DivergedError", "UnconvergedError", "DifferenceError", "StoppedError",
           "ProgramNotFound"]

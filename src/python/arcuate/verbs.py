"""Verbs of the program that are about files and models rather than about a study or a run."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Optional

from . import launch as _program
from .run import Run

__all__ = ["call", "models", "recover", "verify"]


def call(verb: str, *arguments: Any, ranks: int = 1) -> str:
    """Any verb of the program, for what this package has no method for: ``arcuate.call("capacity", "--clusters", 12)``.

    Parameters
    ----------
    verb : str
    *arguments
        As on a command line, one by one; paths and numbers may stand as they are. No shell reads them.
    ranks : int
        Of MPI.

    Returns
    -------
    str
        What it wrote to standard output; warnings are warnings of Python.

    Raises
    ------
    ArcuateError
        Of the kind that its exit code says.
    """
    return _program.call([verb, *map(str, arguments)], ranks)


def models(name: Optional[str] = None) -> Dict[str, Any]:
    """What the models are (``arcuate models --json``).

    Parameters
    ----------
    name : str, optional
        One of them; without it all.

    Returns
    -------
    dict
        Of one: ``title``, ``equations``, ``reference``, ``states``, ``parameters`` and others, with units and usual
        ranges. Of all: these by name.

    Raises
    ------
    StudyError
        When there is no such model.
    """
    found = json.loads(call("models", *([] if name is None else [name]), "--json"))
    return found if name is not None else {one["name"]: one for one in found}


def recover(output, path, *, overwrite: bool = False) -> Run:
    """Makes a recording of what an interrupted run has done so far (``arcuate recover``).

    Parameters
    ----------
    output : path
        That the run was to write; it can still go on.
    path : path
        The new recording.
    overwrite : bool
        Replace a recording that is there.

    Returns
    -------
    Run

    Raises
    ------
    StudyError
        When there is nothing that could be recovered.
    """
    call("recover", output, "-o", path, *(["--overwrite"] if overwrite else []))
    return Run(path)


def verify(*paths) -> None:
    """Checks that recordings, checkpoints, journals and tables are whole and as they were written (``arcuate verify``).

    Raises
    ------
    DifferenceError
        When one is not; the message names it.
    StudyError
        When one is no file of the program.
    """
    call("verify", *map(Path, paths))

"""What can go wrong, by whose fault it is, as the exit codes of the program say."""
from __future__ import annotations

import re

__all__ = ["ArcuateError", "StudyError", "EnvironmentFault", "DivergedError", "UnconvergedError", "DifferenceError",
           "StoppedError", "ProgramNotFound"]


class ArcuateError(Exception):
    """The program ended with an error.

    Attributes
    ----------
    message : str
        What the program said, without its name: file, line, key, value and what is allowed.
    code : int
        Its exit code.
    """

    def __init__(self, message: str, code: int = 3):
        super().__init__(message)
        self.message = message
        self.code = code


class StudyError(ArcuateError, ValueError):
    """A study, a connectome or an argument cannot be what was meant (exit code 2). Nothing was computed.

    Attributes
    ----------
    file : str or None
        The file that is named, or ``--set KEY=VALUE`` of a change.
    line : int or None
        The line in it, from 1.
    key : str or None
        The key, as ``coupling.gain``.
    """

    def __init__(self, message: str, code: int = 2):
        super().__init__(message, code)
        self.file, self.line, self.key = _place(message)


class EnvironmentFault(ArcuateError, OSError):
    """Disk, permission, MPI, HDF5, a process that was killed (exit code 3 and others)."""

    def __str__(self) -> str:
        return self.message


class DivergedError(ArcuateError, ArithmeticError):
    """A simulation left the plausible numbers (exit code 4); the message names region, variable and time."""


class UnconvergedError(ArcuateError):
    """A tuning or a search for fixed points did not reach its goal (exit code 5)."""


class DifferenceError(ArcuateError):
    """A check found a file that is not what it was (exit code 6)."""


class StoppedError(ArcuateError):
    """A signal ended the work in order (exit code 75); nothing is lost, and ``resume=True`` goes on."""


class ProgramNotFound(ArcuateError, FileNotFoundError):
    """The program `arcuate`, or `mpirun`, is not where it is looked for."""

    def __str__(self) -> str:
        return self.message


_KINDS = {2: StudyError, 4: DivergedError, 5: UnconvergedError, 6: DifferenceError, 75: StoppedError}
_PREFIX = re.compile(r"^arcuate: error: ")
_KEY = r"(?P<key>[A-Za-z_$][\w$@\[\]-]*(?:\.[\w$@<>\[\]-]+)*)"
_PLACES = [re.compile(r"^(?P<file>--set (?P<key>[^=\s]+)=.*?): "),
           re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+): " + _KEY + r": "),
           re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+): "),
           re.compile(r"^(?P<file>[^:\n]*[./][^:\n]*): " + _KEY + r": "),
           re.compile(r"^(?P<file>[^:\n]*[./][^:\n]*): ")]


def _place(message: str):
    """File, line and key that a message begins with; None for what it does not name."""
    for pattern in _PLACES:
        found = pattern.match(message)
        if found:
            groups = found.groupdict()
            line = groups.get("line")
            return groups["file"], int(line) if line else None, groups.get("key")
    return None, None, None


def error_of(code: int, text: str) -> ArcuateError:
    """The exception of an exit code and of what the program wrote to standard error.

    Parameters
    ----------
    code : int
        Exit code, not 0; negative where a signal ended the process.
    text : str
        Standard error.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    said = [line for line in lines if _PREFIX.match(line)]
    if said:
        message = _PREFIX.sub("", said[0])
    elif code == 2:  # of the command line's parser
        message = "\n".join(lines) or "the program refused its arguments"
    else:
        message = "\n".join(lines[-12:]) or f"the program ended with exit code {code} and said nothing"
    return _KINDS.get(code, EnvironmentFault)(message, code)

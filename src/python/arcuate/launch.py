"""The program `arcuate`: where it is, how it is started, how it is ended."""
from __future__ import annotations

import collections
import json
import numbers
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from pathlib import Path
from typing import Callable, List, Mapping, Optional, Sequence

from .errors import EnvironmentFault, ProgramNotFound, error_of

__all__ = ["program", "mpirun", "version"]

_PACKAGE = Path(__file__).resolve().parent


def program() -> str:
    """The path of the program.

    Looked for in this order: the environment variable ``ARCUATE``; ``bin/arcuate`` (or ``build/bin/arcuate``) in a
    folder that this package or this Python lies in; ``PATH``.

    Raises
    ------
    ProgramNotFound
        When it is in none of them, or ``ARCUATE`` names no program.
    """
    named = os.environ.get("ARCUATE")
    if named:
        found = shutil.which(named)
        if found is None:
            raise ProgramNotFound(f"ARCUATE={named}: there is no such program")
        return found
    for folder in [*_PACKAGE.parents, Path(sys.prefix)]:
        for place in (folder / "bin" / "arcuate", folder / "build" / "bin" / "arcuate"):
            if place.is_file() and os.access(place, os.X_OK):
                return str(place)
    found = shutil.which("arcuate")
    if found is None:
        raise ProgramNotFound("the program `arcuate` is neither beside this package nor in PATH; "
                              "set the environment variable ARCUATE to where it is")
    return found


def mpirun() -> str:
    """The path of ``mpirun``: the environment variable ``ARCUATE_MPIRUN``, else from ``PATH``.

    Raises
    ------
    ProgramNotFound
        When there is none.
    """
    name = os.environ.get("ARCUATE_MPIRUN", "mpirun")
    found = shutil.which(name)
    if found is None:
        raise ProgramNotFound(f"{name}: there is no such program; more ranks than one need Open MPI")
    return found


def version() -> str:
    """What ``arcuate --version`` says, as ``0.1.0+g1a2b3c4d5``."""
    return call(["--version"]).split("\n")[0].replace("arcuate ", "").split(" (")[0].strip()


def command_of(arguments: Sequence[str], ranks: int = 1) -> List[str]:
    """Program and arguments, behind ``mpirun -n`` where there are several ranks."""
    if not isinstance(ranks, numbers.Real) or ranks < 1 or ranks != int(ranks):
        raise ValueError(f"ranks={ranks!r}: expected a whole number from 1")
    launcher = [] if ranks == 1 else [mpirun(), "-n", str(int(ranks))]
    path = program()
    _agree(path)
    return [*launcher, path, *arguments]


_known: set = set()  # programs that were asked for their version, with the times of their files


def _agree(path: str) -> None:
    """Asks a program once which version it is: another than this package may read studies otherwise.

    Raises
    ------
    EnvironmentFault
        When it is no Arcuate.
    """
    from . import __version__
    which = (path, os.stat(path).st_mtime_ns)
    if which in _known:
        return
    said = subprocess.run([path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                          env=_environment())
    found = re.match(r"arcuate (\d[\w.]*)", said.stdout)
    if said.returncode != 0 or found is None:
        first = (said.stdout + said.stderr).strip().split("\n")[0]
        raise EnvironmentFault(f"{path}: says {first!r} when it is asked for its version; expected 'arcuate {__version__}'")
    _known.add(which)
    if found.group(1) != __version__:
        _warn(f"the program {path} is Arcuate {found.group(1)}, this package is of {__version__}")


class Tail:
    """The last lines of a stream, read by a thread of its own, so that nobody waits for a reader."""

    def __init__(self, stream, most: Optional[int] = 500):
        self._lines: collections.deque = collections.deque(maxlen=most)
        self._stream = stream
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._stream:
            for line in self._stream:
                self._lines.append(line.rstrip("\r\n"))

    def text(self) -> str:
        """All of it, when the stream has ended."""
        self._thread.join(timeout=10)
        return "\n".join(self._lines)


# What a launcher leaves in the environment of the ranks of a job: for them, not for programs that they start.
_OF_A_RANK = ("PMIX_", "PMI_", "OMPI_COMM_", "OMPI_MCA_orte_", "OMPI_MCA_ess", "OMPI_MCA_initial_wdir", "OMPI_APP_CTX",
              "OMPI_FIRST_RANKS", "OMPI_FILE_LOCATION", "OMPI_NUM_APP_CTX", "OMPI_UNIVERSE_SIZE", "OMPI_COMMAND",
              "OMPI_ARGV")


def _environment() -> dict:
    return {name: value for name, value in os.environ.items() if not name.startswith(_OF_A_RANK)}


def start(arguments: Sequence[str], ranks: int = 1, *, environment: Optional[Mapping[str, str]] = None,
          **streams) -> subprocess.Popen:
    """A process of its own session: Ctrl-C in a terminal does not reach it behind our back."""
    return subprocess.Popen(command_of(arguments, ranks), text=True, errors="replace", start_new_session=True,
                            env={**_environment(), **(environment or {})}, **streams)


def stop(process: subprocess.Popen, patience: float = 60.0) -> None:
    """Ends a process in order: SIGTERM, and SIGKILL to all of its session when that takes too long [s]."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def call(arguments: Sequence[str], ranks: int = 1, *, quiet: bool = False,
         environment: Optional[Mapping[str, str]] = None, while_waiting: Optional[Callable[[], None]] = None) -> str:
    """Runs the program to its end, and returns what it wrote to standard output.

    Warnings that it wrote become Python's. On Ctrl-C it is asked to stop in order and waited for, then
    KeyboardInterrupt goes on.

    Parameters
    ----------
    arguments : sequence of str
        The verb and what follows it; never read by a shell.
    ranks : int
        More than one: behind mpirun.
    quiet : bool
        Without warnings.
    environment : map, optional
        Variables that it has besides those of this process.
    while_waiting : callable, optional
        Called about five times a second.

    Raises
    ------
    ArcuateError
        Of the kind that its exit code says.
    """
    process = start(arguments, ranks, environment=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE)
    # Standard output is what is asked for: all of it.
    said, complaints = Tail(process.stdout, most=None), Tail(process.stderr)
    try:
        while True:
            try:
                process.wait(timeout=None if while_waiting is None else 0.2)
                break
            except subprocess.TimeoutExpired:
                while_waiting()
    except BaseException:  # KeyboardInterrupt first of all
        stop(process)
        raise
    finally:
        text, errors = said.text(), complaints.text()
    if process.returncode != 0:
        raise error_of(process.returncode, errors)
    if not quiet:
        warn(errors)
    return text


_WARNING = re.compile(r"^arcuate: warning: ")
_given: set = set()  # lines: every verb that reads a study says them again


def warn(text: str) -> None:
    """The warnings among the lines of standard error, as warnings of Python where the package was called; each once."""
    for line in text.splitlines():
        if not _WARNING.match(line) or line in _given:
            continue
        _given.add(line)
        _warn(_WARNING.sub("", line))


def _warn(text: str) -> None:
    """A warning where the package was called."""
    frame, depth = sys._getframe(), 1
    while frame.f_back is not None and Path(frame.f_code.co_filename).parent == _PACKAGE:
        frame, depth = frame.f_back, depth + 1
    warnings.warn(text, UserWarning, stacklevel=depth)


class Bar:
    """A bar from 0 to 100 %: tqdm's where it is installed (in notebooks too), else a line of text."""

    def __init__(self, what: str, shown: bool):
        self._what, self._shown, self._share, self._bar = what, shown, 0.0, None
        if not shown:
            return
        try:
            from tqdm.auto import tqdm
            self._bar = tqdm(total=100.0, desc=what, unit="%",
                             bar_format="{desc}: {percentage:3.0f} %|{bar}| {elapsed}<{remaining}{postfix}")
        except Exception:  # without tqdm, or without what its notebook form needs
            self._bar = None

    def show(self, share: float, note: str = "") -> None:
        """share: 0 to 1."""
        if not self._shown:
            return
        share = min(max(share, self._share), 1.0)
        if self._bar is not None:
            self._bar.update(100.0 * (share - self._share))
            if note:
                self._bar.set_postfix_str(note)
        elif share > self._share or note:
            sys.stderr.write(f"\r{self._what}: {100.0 * share:5.1f} %  {note:<40.40}")
            sys.stderr.flush()
        self._share = share

    def close(self, whole: bool = True) -> None:
        if not self._shown:
            return
        if whole:
            self.show(1.0)
        if self._bar is not None:
            self._bar.close()
        else:
            sys.stderr.write("\n")


def simulate_with_bar(arguments: List[str], ranks: int, progress: bool) -> str:
    """`simulate` and its like, whose progress is the file of `--status`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "status.json"
        return call_with_bar([*arguments, *(["--status", str(file)] if progress else [])], ranks, file, progress)


def search_with_bar(arguments: List[str], ranks: int, folder: Path, progress: bool) -> str:
    """`sweep` and `fit`, whose progress is the file status.json of their folder."""
    return call_with_bar(arguments, ranks, folder / "status.json", progress)


def show_status(bar: Bar, status: dict) -> None:
    """What a file of progress says (docs/file-formats.md)."""
    best, left = status.get("best"), status.get("seconds_left")
    note = f"best {best:.4g}" if isinstance(best, (int, float)) else ""
    if not note and isinstance(left, (int, float)):
        note = f"{left:.0f} s left"
    if status.get("of"):
        bar.show(status.get("done", 0) / status["of"], note)


def status_in(file: Path) -> dict:
    """What a program says of its progress; {} before it has said anything."""
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return {}


def call_with_bar(arguments: List[str], ranks: int, status: Path, progress: bool) -> str:
    """`call` without the program's own progress. status: the file that says how far it is."""
    bar = Bar(arguments[0], progress)
    whole = False
    try:
        text = call([*arguments, "--quiet"], ranks, while_waiting=(lambda: show_status(bar, status_in(status))) if progress else None)
        whole = True
        return text
    finally:
        bar.close(whole)

"""Studies: what is simulated, and all that the program does with them."""
from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Union

from . import launch as _program
from .errors import EnvironmentFault
from .values import Folder, flow, merge, plain, yaml

__all__ = ["Study"]


def _threads(threads: Optional[int]) -> List[str]:
    return [] if threads is None else ["--threads", str(int(threads))]


class Study:
    """A study file of Arcuate, or a map of the same keys, with changes.

    A study never changes: :meth:`set` returns another one. It is read by the program at once, which refuses what
    cannot be. All keys: docs/study-file.md.

    Parameters
    ----------
    source : path, dict or Study
        A study file; or its content as a dict, in which NumPy arrays, a :class:`Connectome` and paths may stand. Files
        that a dict names are relative to the working folder.
    folder : path, optional
        Where arrays are written, and recordings and jobs that are given no place of their own. Without it a temporary
        folder, which goes with the study and all that was made of it.

    Attributes
    ----------
    path : Path
        The study file that the program reads.
    changes : list of (str, value)
        What :meth:`set` changed, in its order.
    left_out : list of str
        What :func:`from_tvb` could not take over; empty for others.

    Raises
    ------
    StudyError
        With file, line, key, value and what is allowed.

    Examples
    --------
    >>> study = arcuate.Study({"connectome": {"builtin": 20}, "model": {"name": "SupHopf"}, "duration": "1 s",
    ...                        "monitors": [{"kind": "raw", "period": "1 ms"}]})
    >>> study = study.set({"coupling.gain": 0.4})
    """

    def __init__(self, source: Union[str, os.PathLike, dict, "Study"], *, folder=None):
        self.left_out: List[str] = []
        self._data: Optional[dict] = None
        self.changes: List[Tuple[str, Any]] = []
        if isinstance(source, Study):
            self._folder, self.path = source._folder, source.path
            self._data, self.changes, self.left_out = source._data, list(source.changes), list(source.left_out)
        elif isinstance(source, Mapping):
            self._folder = folder if isinstance(folder, Folder) else Folder(folder)
            self._data = plain(dict(source), (), self._folder, Path.cwd())
            self.path = self._folder.new("study.yml")
            self.path.write_text(yaml(self._data), encoding="utf-8")
        else:
            self._folder = Folder(folder)
            self.path = Path(source).resolve()
        self._says = self.check()

    # What it is.

    def set(self, changes: Optional[Mapping[str, Any]] = None, **more: Any) -> "Study":
        """The study with other values.

        Parameters
        ----------
        changes : dict
            Values by path, as ``{"coupling.gain": 0.4, "monitors.0.period": "2 ms"}``. Arrays are values by region.
        **more
            The same of keys without dots, as ``duration="10 s"``.

        Returns
        -------
        Study
            Another one; this one stays as it is.

        Raises
        ------
        StudyError
            When the program refuses a path or a value.
        """
        other = Study.__new__(Study)
        other._folder, other.path, other._data, other.left_out = self._folder, self.path, self._data, self.left_out
        given = {**(changes or {}), **more}
        for path in given:
            if not isinstance(path, str):
                raise TypeError(f"{path!r}: paths of a study are texts, as \"coupling.gain\"")
        other.changes = self.changes + [
            (path, plain(value, tuple(path.split(".")), self._folder, Path.cwd())) for path, value in given.items()]
        other._says = other.check()
        return other

    def check(self) -> str:
        """What the program says that the study means (``arcuate check``).

        Raises
        ------
        StudyError
            When it refuses it.
        """
        return _program.call(["check", *self.arguments()])

    def arguments(self) -> List[str]:
        """File and changes as the program takes them: ``["study.yml", "--set", "coupling.gain=0.4"]``."""
        sets = []
        for path, value in self.changes:
            sets += ["--set", f"{path}={flow(value)}"]
        return [str(self.path), *sets]

    def to_dict(self) -> dict:
        """The study with its changes, as maps, lists, texts and numbers. Of a file this needs PyYAML."""
        data = self._data
        if data is None:
            import yaml as pyyaml
            data = plain(pyyaml.safe_load(self.path.read_text(encoding="utf-8")), (), self._folder, self.path.parent)
        data = json.loads(json.dumps(data))
        for path, value in self.changes:
            merge(data, path, value)
        return data

    def to_yaml(self, path=None) -> str:
        """A study file with the changes, as text; written to `path` where there is one.

        Arrays stay in files in the study's folder: give it a `folder` if the study file is to outlive it.
        """
        if self._data is None and not self.changes:
            text = self.path.read_text(encoding="utf-8")
        else:
            text = yaml(self.to_dict())
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    def __repr__(self) -> str:
        return f"<arcuate.Study {self.path.name}>\n{self._says.rstrip()}"

    def _repr_html_(self) -> str:
        from . import figures
        return figures.of_study(self, self._says)

    @property
    def connectome(self):
        """The :class:`Connectome` of the study, as its model sees it: normalised, in mm and ms."""
        from .run import connectome_of_study
        return connectome_of_study(self)

    # What is done with it.

    def simulate(self, ranks: int = 1, threads: Optional[int] = None, *, output=None, progress: bool = False,
                 overwrite: bool = False, resume: bool = False):
        """Runs the study (``arcuate simulate``).

        Ctrl-C stops it in order, with a checkpoint; ``resume=True`` with the same `output` goes on.

        Parameters
        ----------
        ranks : int
            Of MPI. The result is the same for any number, to the last bit.
        threads : int, optional
            Of each rank; without it ``OMP_NUM_THREADS``, else one.
        output : path, optional
            The recording. Without it a file in the study's folder, which is temporary unless one was given.
        progress : bool
            Show a bar.
        overwrite : bool
            Replace a recording that is there.
        resume : bool
            Go on with a run that was interrupted.

        Returns
        -------
        Run
            Of a study with `phases` a dict of them by the names of the phases, in their order.

        Raises
        ------
        StudyError, DivergedError, EnvironmentFault
        """
        from .run import Run
        path = Path(output).resolve() if output is not None else self._folder.new("run.h5")
        arguments = ["simulate", *self.arguments(), "--set", f"output={flow(str(path))}", *_threads(threads)]
        arguments += ["--overwrite"] if overwrite else []
        arguments += ["--resume"] if resume else []
        _program.simulate_with_bar(arguments, ranks, progress)
        if path.exists():
            return Run(path, _folder=self._folder)
        # Each phase of a protocol has a recording of its own, NAME-PHASE.h5.
        phases = sorted(path.parent.glob(f"{path.stem}-*{path.suffix}"), key=lambda file: file.stat().st_mtime_ns)
        if not phases:
            raise EnvironmentFault(f"{path}: the program ended well, but has written no recording")
        return {file.stem[len(path.stem) + 1:]: Run(file, _folder=self._folder) for file in phases}

    def plan(self, ranks: int = 1, threads: Optional[int] = None) -> Dict[str, Any]:
        """Memory, messages and time that a run is predicted to take (``arcuate plan --json``).

        Returns
        -------
        dict
            ``memory_bytes``, ``seconds``, ``recommended_ranks``, ``recommendation``, ``fits`` and others.
        """
        text = _program.call(["plan", *self.arguments(), "--ranks", str(int(ranks)), *_threads(threads), "--json"])
        return json.loads(text)

    def steady(self, ranks: int = 1, *, starts: Optional[int] = None, roots: Optional[int] = None, output=None):
        """Fixed points, and whether they are stable with all delays (``arcuate steady``).

        Returns
        -------
        Steady
            Its tables, each an xarray.Dataset: ``fixed_points``, ``eigenvalues``, ``roots`` and what the section
            ``steady`` asks for.

        Raises
        ------
        UnconvergedError
            When no fixed point is found.
        """
        from .run import Steady
        path = Path(output).resolve() if output is not None else self._folder.new("steady.h5")
        arguments = ["steady", *self.arguments(), "--output", str(path), "--quiet", "--overwrite"]
        arguments += [] if starts is None else ["--starts", str(int(starts))]
        arguments += [] if roots is None else ["--roots", str(int(roots))]
        _program.call(arguments, ranks)
        return Steady(path, _folder=self._folder)

    def tune_inhibition(self, ranks: int = 1, threads: Optional[int] = None, *, parameter: Optional[str] = None,
                        method: Optional[str] = None, output=None, **options: Any):
        """Finds the inhibitory weight of each region that holds its rate (``arcuate tune-inhibition``).

        Parameters
        ----------
        parameter : str, optional
            The weight; without it that of the model.
        method : str, optional
            ``"numeric"``, ``"analytic"`` or ``"heuristic"``.
        output : path, optional
            The weights (.csv, .txt, .npy). Without it a file in the study's folder.
        **options
            Others of the verb: ``target_rate`` [Hz], ``tolerance`` [Hz], ``transient``, ``window``, ``iterations``,
            ``step``.

        Returns
        -------
        Study
            This one with these weights, which are also its ``changes[-1]``.

        Raises
        ------
        UnconvergedError
            When some rate is not near enough; the message names the file of what was reached.
        """
        path = Path(output).resolve() if output is not None else self._folder.new("inhibition.csv")
        arguments = ["tune-inhibition", *self.arguments(), "--output", str(path), *_threads(threads)]
        for name, value in {"parameter": parameter, "method": method, **options}.items():
            arguments += [] if value is None else ["--" + name.replace("_", "-"), str(value)]
        said = _program.call(arguments, ranks)
        found = parameter or said.split(" of ")[0].split()[-1]
        return self.set({f"model.parameters.{found}": {"file": str(path)}})

    def partition(self, parts: int) -> Dict[str, Any]:
        """Which rank would own which region, and what that costs (``arcuate partition --json``).

        Returns
        -------
        dict
            ``quality``, ``owner`` of every region and others.
        """
        return json.loads(_program.call(["partition", *self.arguments(), "--parts", str(int(parts)), "--json"]))

    def submit(self, verb: str = "simulate", ranks: Optional[int] = None, threads: Optional[int] = None, *, script=None,
               time: Optional[str] = None, nodes: Optional[int] = None, sbatch: Iterable[str] = (),
               arguments: Iterable[str] = (), overwrite: bool = False, only_print: bool = False) -> str:
        """Writes a SLURM script that asks for what the study needs, and submits it (``arcuate submit``).

        A study that was made of a dict needs a `folder` that is there when the job runs. A service takes studies by
        :meth:`Service.submit`.

        Parameters
        ----------
        verb : str
            ``"simulate"``, ``"sweep"`` or ``"fit"``.
        ranks, threads, nodes, time : optional
            Without them as ``plan`` recommends.
        script : path, optional
            Where it is written; without it beside the study.
        sbatch : list of str
            Further options of ``sbatch``, as ``"--partition=long"``.
        arguments : list of str
            Further arguments of the verb, as ``"--resume"``.
        overwrite : bool
            Replace a script that is there.
        only_print : bool
            Submit nothing, and return the script.

        Returns
        -------
        str
            What the program says: of the job, or the script.

        Raises
        ------
        StudyError, EnvironmentFault
        """
        if self._folder.temporary and self._data is not None and not only_print:
            raise ValueError("the folder of this study goes with this process: Study(..., folder=\"...\") keeps it for the "
                             "job")
        words = ["submit", *self.arguments(), "--verb", verb]
        for name, value in (("--ranks", ranks), ("--threads", threads), ("--nodes", nodes), ("--time", time)):
            words += [] if value is None else [name, str(value)]
        words += [f"--sbatch={one}" for one in sbatch] + [f"--argument={one}" for one in arguments]
        if only_print:
            return _program.call([*words, "--print"])
        path = Path(script).resolve() if script is not None else self.path.with_suffix(".sbatch")
        return _program.call([*words, "-o", str(path), *(["--overwrite"] if overwrite else [])])

    def sweep(self, grid: Optional[Mapping[str, Any]] = None, ranks: int = 1, threads: Optional[int] = None, *,
              output=None, progress: bool = False, ranks_each: int = 1, resume: bool = False, overwrite: bool = False,
              **options: Any):
        """Runs the study with many values of its parameters, as one job (``arcuate sweep``).

        Parameters
        ----------
        grid : dict, optional
            Values by path: arrays, lists, or a map as ``{"linspace": [0, 1, 11]}``. Without it the section ``sweep``
            of the study.
        ranks : int
            That simulate; from two on one more, which hands out work and sleeps in between.
        output : path, optional
            The folder of the job. Without it one in the study's folder.
        ranks_each, threads : int
            Ranks of each simulation, and threads of each rank.
        resume, overwrite : bool
            Go on with the job in the folder; or begin anew.
        **options
            Of the section ``sweep``: ``repeats``, ``design``, ``keep``, ``each``, ``time_limit``, ``random_numbers``.

        Returns
        -------
        Sweep
        """
        from .jobs import Sweep
        section = None if grid is None and not options else {**(grid or {}), **options}
        return Sweep(*self._search("sweep", section, ranks, threads, output, progress, ranks_each, resume, overwrite))

    def fit(self, vary: Optional[Mapping[str, Any]] = None, minimise: Optional[Iterable[Mapping]] = None,
            budget: Optional[int] = None, ranks: int = 1, threads: Optional[int] = None, *, output=None,
            progress: bool = False, ranks_each: int = 1, resume: bool = False, overwrite: bool = False,
            **options: Any):
        """Searches parameters whose simulations are like measured data (``arcuate fit``).

        Parameters
        ----------
        vary : dict
            Bounds by path, as ``{"coupling.gain": [0, 1], "noise.V.sigma": {"log": [1e-3, 1]}}``.
        minimise : list of dict
            Losses, as ``{"loss": "fc_corr", "source": "bold", "target": fc}``; a target is a file or an array.
        budget : int
            Number of evaluations. Without these three the section ``fit`` of the study is used.
        ranks, threads, output, progress, ranks_each, resume, overwrite
            As of :meth:`sweep`.
        **options
            Of the section ``fit``: ``method``, ``islands``, ``verify``, ``repeats``, ``synchronous`` and others.

        Returns
        -------
        Fit
        """
        from .jobs import Fit
        given = {"vary": vary, "minimise": None if minimise is None else list(minimise), "budget": budget, **options}
        section = {key: value for key, value in given.items() if value is not None} or None
        return Fit(*self._search("fit", section, ranks, threads, output, progress, ranks_each, resume, overwrite))

    def _search(self, verb, section, ranks, threads, output, progress, ranks_each, resume, overwrite):
        folder = Path(output).resolve() if output is not None else self._folder.new(f"study.{verb}")
        study = self if section is None else self.set({verb: section})
        arguments = [verb, *study.arguments(), "--output", str(folder), "--ranks", str(int(ranks_each)),
                     *_threads(threads)]
        arguments += (["--resume"] if resume else []) + (["--overwrite"] if overwrite else [])
        processes = ranks if ranks == 1 else ranks + 1
        _program.search_with_bar(arguments, processes, folder, progress)
        return folder, self._folder

    def evaluator(self, ranks: int = 1, threads: Optional[int] = None, *, ranks_each: int = 1):
        """Workers that evaluate candidates of an optimiser of yours, asynchronously (``arcuate evaluate``).

        Use it in a ``with`` statement. The study has a section ``fit``, features, or both.

        Parameters
        ----------
        ranks : int
            That simulate; one more process hands out work.
        threads, ranks_each : int
            As of :meth:`sweep`.

        Returns
        -------
        Evaluator
        """
        from .evaluator import Evaluator
        return Evaluator(self, ranks, threads, ranks_each)

    def report(self, path=None, **how) -> Path:
        """Simulates the study and writes the report of its run: one HTML page that needs nothing else.

        Parameters
        ----------
        path : path, optional
            The page. Without it a file in the study's folder.
        **how
            As :meth:`simulate` takes it.

        Returns
        -------
        Path
        """
        return self.simulate(**how).report(path)

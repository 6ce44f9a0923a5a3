"""Jobs on a service: `arcuate serve` somewhere, and `arcuate submit --to` here."""
from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, List, Optional

from . import launch as _program
from .values import Folder, yaml

__all__ = ["Service"]


def _packed(study, folder: Folder) -> List[str]:
    """A study of a dict with its files beside it, as the program sends them; one of a file is taken as it is."""
    if study._data is None:
        return study.arguments()
    names: dict = {}

    def beside(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: beside(one) for key, one in value.items()}
        if isinstance(value, list):
            return [beside(one) for one in value]
        if not (isinstance(value, str) and os.path.isabs(value) and os.path.isfile(value)):
            return value
        if value not in names:
            names[value] = folder.new(os.path.basename(value))
            os.symlink(value, names[value])
        return names[value].name

    data = beside(study.to_dict())
    data.pop("output", None)
    path = folder.new("study.yml")
    path.write_text(yaml(data), encoding="utf-8")
    return [str(path)]


class Service:
    """A service that runs jobs (docs/service.md).

    Parameters
    ----------
    url : str
        As ``http://127.0.0.1:8080``.
    token_file : path, optional
        A file that holds its token; without it the one that the environment variable ``ARCUATE_TOKEN_FILE`` names.

    Examples
    --------
    >>> service = arcuate.Service("http://127.0.0.1:8080", token_file="~/arcuate-jobs/token")
    >>> job = service.submit(study, ranks=4)
    >>> service.wait(job)
    >>> run = arcuate.Run(service.fetch(job, "results") / "study.h5")
    """

    def __init__(self, url: str, token_file=None):
        self.url = url
        self._token_file = None if token_file is None else str(Path(token_file).expanduser().resolve())

    def _call(self, *arguments: str) -> str:
        # An empty ARCUATE_TOKEN is none: the file that was named here comes first.
        more = {} if self._token_file is None else {"ARCUATE_TOKEN_FILE": self._token_file, "ARCUATE_TOKEN": ""}
        return _program.call(["submit", *arguments, "--to", self.url], environment=more)

    def submit(self, study, verb: str = "simulate", ranks: Optional[int] = None, threads: Optional[int] = None, *,
               name: Optional[str] = None, slurm: bool = False) -> str:
        """Hands a study over, with the files that it names, and returns the name of its job.

        Parameters
        ----------
        study : Study
        verb : str
            ``"simulate"``, ``"sweep"`` or ``"fit"``.
        ranks, threads : int, optional
        name : str, optional
            What it is called in lists.
        slurm : bool
            The service hands it to SLURM.

        Raises
        ------
        StudyError
            When the service refuses the study, or the token.
        EnvironmentFault
            When it cannot be reached.
        """
        folder = Folder()
        arguments = [*_packed(study, folder), "--verb", verb]
        for option, value in (("--ranks", ranks), ("--threads", threads), ("--name", name)):
            arguments += [] if value is None else [option, str(value)]
        said = self._call(*arguments, *(["--slurm"] if slurm else []))
        return re.search(r"^job: (\w+)", said, re.MULTILINE).group(1)

    def jobs(self) -> List[str]:
        """A line for each job: its name, state and progress, as ``arcuate submit --list`` prints them."""
        return self._call("--list").splitlines()

    def wait(self, job: str) -> None:
        """Until the job has ended.

        Raises
        ------
        ArcuateError
            When it has not ended well.
        """
        self._call("--watch", job)

    def cancel(self, job: str) -> None:
        """Asks the job to stop in order."""
        self._call("--cancel", job)

    def fetch(self, job: str, folder) -> Path:
        """Copies the files of a job into a folder, and returns that."""
        self._call("--fetch", job, "-o", os.fspath(folder))
        return Path(folder)

    def __repr__(self) -> str:
        return f"<arcuate.Service {self.url}>"

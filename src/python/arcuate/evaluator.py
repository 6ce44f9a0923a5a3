"""Workers that evaluate the candidates of another program, asynchronously."""
from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from concurrent.futures import Future
from typing import Any, Callable, Dict, Iterable, Iterator, Mapping, Optional, Sequence, Union

import numpy as np

from . import launch as _program
from .errors import ArcuateError, StudyError, error_of
from .values import plain

__all__ = ["Evaluator", "Answer"]


class Answer(dict):
    """What is known of a candidate: ``id``, ``status``, ``loss``, ``terms``, ``features``, ``seconds``, ``error``."""

    #: Moment at which it came [s], of time.perf_counter().
    ended: float = 0.0

    @property
    def loss(self) -> float:
        """Infinity where there is none: a candidate that diverged or took too long ranks behind all others."""
        loss = self.get("loss")
        return float("inf") if loss is None else float(loss)

    @property
    def done(self) -> bool:
        """Whether there is a result."""
        return self.get("status") == "done"

    def feature(self, name: str, array: Optional[str] = None) -> np.ndarray:
        """An array of a feature (the one of its own name, or the only one), in its shape.

        Raises
        ------
        KeyError
        """
        arrays = self["features"][name]
        one = arrays[array or (name if name in arrays else next(iter(arrays)))]
        values = np.array([np.nan if value is None else value for value in one["values"]], dtype=float)
        return values.reshape(one["shape"])


class Evaluator:
    """Simulations on request. Made by :meth:`Study.evaluator`, for a ``with`` statement.

    Submissions never wait for workers, and workers never for submissions: what is submitted is queued, and who is
    free takes the next. To keep all busy, have a few more candidates under way than there are workers
    (:attr:`ahead`).

    Parameters
    ----------
    study : Study
    ranks, threads, ranks_each : int
        As of :meth:`Study.evaluator`.

    Examples
    --------
    >>> with study.evaluator(ranks=8) as evaluate:
    ...     futures = {evaluate.submit(candidate.value): candidate for candidate in ask(evaluate.ahead)}
    ...     for future in evaluate.as_completed(futures):
    ...         optimiser.tell(futures[future], future.result().loss)
    """

    def __init__(self, study, ranks: int = 1, threads: Optional[int] = None, ranks_each: int = 1):
        self.study, self.ranks = study, int(ranks)
        self._arguments = ["evaluate", *study.arguments(), "--stdin", "--ranks", str(int(ranks_each))]
        self._arguments += [] if threads is None else ["--threads", str(int(threads))]
        self._processes = 1 if ranks == 1 else self.ranks + 1
        self._workers = max(1, self.ranks // int(ranks_each))
        self._futures: Dict[int, Future] = {}
        self._lock = threading.Lock()
        self._known: set = set()
        self._last, self._process, self._failure, self._ended = 0, None, None, False
        self._lines: "queue.SimpleQueue[Optional[str]]" = queue.SimpleQueue()

    @property
    def ahead(self) -> int:
        """How many candidates should be under way: the workers', and a quarter more that wait for one."""
        return self._workers + max(1, (self._workers + 3) // 4)

    def __enter__(self) -> "Evaluator":
        self._process = _program.start(self._arguments, self._processes, stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=1)
        self._complaints = _program.Tail(self._process.stderr)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._reader.start()
        self._writer.start()
        return self

    def __exit__(self, kind, error, trace) -> None:
        if kind is None:
            self._lines.put(None)
            self._process.wait()  # all that was submitted is answered
        else:
            _program.stop(self._process)
            self._lines.put(None)
        self._writer.join(timeout=10)
        self._reader.join(timeout=10)
        if kind is None and self._failure is not None:
            raise self._failure

    # Both directions have a thread of their own, so a full pipe makes neither side wait for the other.

    def _write(self) -> None:
        try:
            with self._process.stdin as stream:
                while True:
                    line = self._lines.get()
                    if line is None:
                        return
                    stream.write(line + "\n")
                    stream.flush()
        except (OSError, ValueError):
            pass  # the program has ended; the reader says why

    def _read(self) -> None:
        with self._process.stdout as stream:
            for line in stream:
                try:
                    answer = Answer(json.loads(line))
                except ValueError:
                    continue
                self._take(answer)
        code = self._process.wait()
        errors = self._complaints.text()
        if code != 0:
            self._failure = error_of(code, errors)
        else:
            _program.warn(errors)
        with self._lock:
            self._ended = True
            left, self._futures = self._futures, {}
            self._failure = self._failure or (ArcuateError("the program ended without an answer") if left else None)
        for future in left.values():
            if not future.done():
                future.set_exception(self._failure)

    def _take(self, answer: Answer) -> None:
        answer.ended = time.perf_counter()
        with self._lock:
            # A line that was refused has its number in place of an id: lines are numbered as candidates are.
            future = self._futures.pop(answer.get("id", answer.get("line")), None)
        if future is None or future.cancelled():
            return
        if answer.get("status") == "refused":
            future.set_exception(StudyError(answer.get("error", "refused")))
        else:
            future.set_result(answer)

    # Asking.

    def submit(self, candidate: Union[Mapping[str, Any], Sequence[float]]) -> "Future[Answer]":
        """Hands in a candidate and returns at once.

        Parameters
        ----------
        candidate : dict or sequence of float
            Values by path, as :meth:`Study.set` takes them; or numbers for the parameters of the section ``fit``, in
            its order.

        Returns
        -------
        concurrent.futures.Future
            Its result is an :class:`Answer`. A StudyError where the candidate is refused; the error of the program
            where that has ended.

        Raises
        ------
        StudyError
            At once, the first time that these paths are given, when the program refuses them.
        RuntimeError
            Outside of the ``with`` statement.
        """
        if self._process is None:
            raise RuntimeError("an evaluator works in a with statement: with study.evaluator(...) as evaluate")
        if isinstance(candidate, Mapping):
            folder = self.study._folder
            if frozenset(candidate) not in self._known:  # a misspelt path would only be a failure of every candidate
                self.study.set(candidate)
                self._known.add(frozenset(candidate))
            body = {"changes": {path: plain(value, tuple(path.split(".")), folder)
                                for path, value in candidate.items()}}
        else:
            body = {"values": [float(value) for value in np.asarray(candidate, dtype=float).ravel()]}
        future: Future = Future()
        future.set_running_or_notify_cancel()
        with self._lock:
            if self._ended:  # with nobody left to answer
                raise self._failure or RuntimeError("the workers have ended")
            self._last += 1
            self._futures[self._last] = future
            self._lines.put(json.dumps({"id": self._last, **body}))
        return future

    __call__ = submit

    def map(self, candidates: Iterable) -> Iterator[Answer]:
        """Answers in the order of the candidates, all of which are submitted first."""
        for future in [self.submit(candidate) for candidate in candidates]:
            yield future.result()

    @staticmethod
    def as_completed(futures: Iterable) -> Iterator[Future]:
        """Futures as they end; those that were added to a dict or set `futures` meanwhile are not among them."""
        from concurrent.futures import as_completed
        return as_completed(futures)

    def minimise(self, optimiser, budget: int, value: Optional[Callable] = None):
        """Drives an optimiser with `ask()` and `tell(candidate, loss)`, as nevergrad's, until `budget` is told.

        Parameters
        ----------
        optimiser : object
            Its ``num_workers`` should be :attr:`ahead`.
        budget : int
            Evaluations.
        value : callable, optional
            From what `ask` gives to what :meth:`submit` takes; without it the attribute ``value``, as nevergrad has it.

        Returns
        -------
        list of Answer
            In the order in which they ended.
        """
        ended: "queue.SimpleQueue" = queue.SimpleQueue()
        answers = []

        def ask() -> None:
            candidate = optimiser.ask()
            self.submit(candidate.value if value is None else value(candidate)).add_done_callback(lambda future: ended.put((candidate, future)))

        under_way = min(budget, self.ahead)
        for _ in range(under_way):
            ask()
        for told in range(budget):
            candidate, future = ended.get()
            answers.append(future.result())
            optimiser.tell(candidate, answers[-1].loss)
            if told + under_way < budget:
                ask()
        return answers

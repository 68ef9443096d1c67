"""Jobs in processes side by side, as many as there are cores, each with the results of those it needs."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Any, Generic, TypeVar

from press.diagnostics import Diagnostic, Report

Counts = Mapping[str, int]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Job(Generic[Result]):
    """Something to do in a process of its own."""

    name: str
    needs: frozenset[str]
    """The names of the jobs whose results it wants, if they are there."""
    run: Callable[[Mapping[str, Result], Report], Counts]
    """It is given the results; the first look at them waits until all that it needs are there."""


@dataclass(frozen=True, slots=True)
class _Running(Generic[Result]):
    """The other end of a job that was begun."""

    job: Job[Result]
    process: ForkProcess
    answer: Connection
    results: Connection
    """Takes the results that the job waits for."""


def run_side_by_side(
    jobs: Sequence[Job[Result]],
    results: MutableMapping[str, Result],
    done: Callable[[str, Counts], Result | None],
    report: Report,
) -> None:
    """Run jobs in copies of this process, which see what it knew when they began, so that little need be sent to them.

    `done` is called in this process with a job's name and its answer, and makes its result, which joins `results`.
    A job begins when what it needs is there, or, where a core has nothing else to do, when that is on its way.
    What jobs report joins the caller's report in the order of the jobs. Raises `RuntimeError` when a copy ended
    without an answer.
    """
    waiting = list(jobs)
    running: dict[Any, _Running[Result]] = {}
    found: dict[str, Sequence[Diagnostic]] = {}
    try:
        while waiting or running:
            for job in _next(waiting, [one.job for one in running.values()]):
                waiting.remove(job)
                begun = _begin(job)
                running[begun.answer] = begun
            underway = {one.job.name for one in running.values()} | {job.name for job in waiting}
            for one in running.values():
                if not one.results.closed and not one.job.needs & underway:
                    with contextlib.suppress(BrokenPipeError):  # it ended without a look
                        one.results.send({name: results[name] for name in one.job.needs if name in results})
                    one.results.close()
            for receiver in wait(list(running)):
                one = running.pop(receiver)
                name = one.job.name
                try:
                    counts, found[name] = one.answer.recv()
                except EOFError:
                    raise RuntimeError(f"the process of {name} ended without an answer; its error is above") from None
                finally:
                    one.process.join()
                if (result := done(name, counts)) is not None:
                    results[name] = result
    finally:
        for abandoned in running.values():
            abandoned.process.terminate()
            abandoned.process.join()
    for job in jobs:
        report.extend(found[job.name])


def _next(waiting: Sequence[Job[Result]], running: Sequence[Job[Result]]) -> Sequence[Job[Result]]:
    """The jobs to begin now."""
    free = max(0, (os.cpu_count() or 1) - len(running))
    undone = {job.name for job in (*waiting, *running)}
    chosen = [job for job in waiting if not job.needs & undone][:free]
    left = {job.name for job in waiting} - {job.name for job in chosen}
    early = [job for job in waiting if job not in chosen and not job.needs & left]
    return chosen + early[: free - len(chosen)]


def _begin(job: Job[Result]) -> _Running[Result]:
    context = multiprocessing.get_context("fork")
    answer, sender = context.Pipe(duplex=False)
    receiver, results = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(job, receiver, sender))
    process.start()
    sender.close()
    receiver.close()
    return _Running(job, process, answer, results)


def _run(job: Job[Result], results: Connection, answer: Connection) -> None:
    # The process ends with its job: to look for garbage among all that it copied would take a fifth of its time.
    gc.disable()
    report = Report()
    counts = job.run(_Awaited(results), report)
    answer.send((dict(counts), report.found))


class _Awaited(Mapping[str, Result]):
    """Results that are waited for when they are first looked at."""

    def __init__(self, receiver: Connection) -> None:
        self._receiver = receiver
        self._received: Mapping[str, Result] | None = None

    def _all(self) -> Mapping[str, Result]:
        if self._received is None:
            self._received = self._receiver.recv()
        return self._received

    def __getitem__(self, name: str) -> Result:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

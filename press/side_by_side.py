"""Jobs in processes side by side, as many as there are cores, each after those it needs."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess

from press.diagnostics import Diagnostic, Report

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do in a process of its own."""

    name: str
    needs: frozenset[str]
    """The names of jobs that have to be done before, if they are there."""
    run: Callable[[Report], Counts]


def run_side_by_side(jobs: Sequence[Job], done: Callable[[str, Counts], None], report: Report) -> None:
    """Run jobs in copies of this process, which see what it knew when they began, so that nothing need be sent to them.

    `done` is called in this process with a job's name and its answer, before those that need it begin. What jobs report
    joins the caller's report in the order of the jobs. Raises `RuntimeError` when a copy ended without an answer.
    """
    context = multiprocessing.get_context("fork")
    waiting = list(jobs)
    running: dict[Connection, tuple[str, ForkProcess]] = {}
    found: dict[str, Sequence[Diagnostic]] = {}
    try:
        while waiting or running:
            undone = {job.name for job in waiting} | {name for name, _ in running.values()}
            ready = [job for job in waiting if not job.needs & undone]
            for job in ready[: max(0, (os.cpu_count() or 1) - len(running))]:
                waiting.remove(job)
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(target=_answer, args=(job, sender))
                process.start()
                sender.close()
                running[receiver] = job.name, process
            answered = wait(list(running))
            for receiver in [one for one in running if one in answered]:
                name, process = running.pop(receiver)
                try:
                    counts, found[name] = receiver.recv()
                except EOFError:
                    raise RuntimeError(f"the process of {name} ended without an answer; its error is above") from None
                finally:
                    process.join()
                done(name, counts)
    finally:
        for _, abandoned in running.values():
            abandoned.terminate()
            abandoned.join()
    for job in jobs:
        report.extend(found[job.name])


def _answer(job: Job, sender: Connection) -> None:
    report = Report()
    counts = job.run(report)
    sender.send((dict(counts), report.found))

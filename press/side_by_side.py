"""Jobs in processes side by side, each with a report of its own that is joined to the caller's."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection

from press.diagnostics import Report

Job = Callable[[Report], Mapping[str, int]]


def run_side_by_side(jobs: Sequence[Job], report: Report) -> list[Mapping[str, int]]:
    """Run jobs, the last one in this process and the others in copies of it, so that nothing need be sent to them.

    Raises `RuntimeError` when a copy ended without an answer.
    """
    context = multiprocessing.get_context("fork")
    started = []
    for job in jobs[:-1]:
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_answer, args=(job, sender))
        process.start()
        sender.close()
        started.append((process, receiver))
    last = [job(report) for job in jobs[-1:]]
    results: list[Mapping[str, int]] = []
    for process, receiver in started:
        try:
            counts, found = receiver.recv()
        except EOFError:
            raise RuntimeError("an edition's process ended without an answer; its error is above") from None
        finally:
            process.join()
        report.extend(found)
        results.append(counts)
    return results + last


def _answer(job: Job, sender: Connection) -> None:
    report = Report()
    counts = job(report)
    sender.send((dict(counts), report.found))

"""Jobs in processes of their own: each after those it needs, and none is lost without a word."""

from __future__ import annotations

import os
from functools import partial

import pytest

from press.diagnostics import Position, Report
from press.side_by_side import Counts, Job, run_side_by_side


def test_a_job_sees_what_it_needs() -> None:
    """The answers of the jobs it named are known when it begins; what is reported keeps the order of the jobs."""
    known: dict[str, Counts] = {}

    def run(name: str, report: Report) -> Counts:
        report.add("layout-warning", Position("f", 1), name)
        return {"known": len(known)}

    names = ["last", "middle", "first", "alone"]
    needs = {"last": {"middle", "first"}, "middle": {"first", "not there"}, "first": set(), "alone": set()}
    jobs = [Job(name, frozenset(needs[name]), partial(run, name)) for name in names]
    report = Report()
    run_side_by_side(jobs, known.__setitem__, report)
    assert known["last"]["known"] >= 2
    assert known["middle"]["known"] >= 1
    assert [found.message for found in report.found] == names


def test_a_process_that_dies_is_noticed() -> None:
    """The error names its job."""
    jobs = [Job("good", frozenset(), lambda _: {}), Job("bad", frozenset(), lambda _: os._exit(3))]
    with pytest.raises(RuntimeError, match="bad"):
        run_side_by_side(jobs, lambda _name, _counts: None, Report())

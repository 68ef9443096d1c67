"""Jobs in processes of their own: each with the results of those it needs, and none is lost without a word."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping
from functools import partial

import pytest

from press.diagnostics import Position, Report
from press.side_by_side import Counts, Job, run_side_by_side


def test_a_job_sees_what_it_needs() -> None:
    """The results of the jobs it named, and no others; what is reported keeps the order of the jobs."""
    results: dict[str, Counts] = {"before": {}}

    def run(name: str, known: Mapping[str, Counts], report: Report) -> Counts:
        report.add("layout-warning", Position("f", 1), name)
        return dict.fromkeys(known, 1)

    names = ["last", "middle", "first", "alone"]
    needs = {"last": {"middle", "first"}, "middle": {"first", "not there", "before"}, "first": set(), "alone": set()}
    jobs = [Job(name, frozenset(needs[name]), partial(run, name)) for name in names]
    report = Report()
    run_side_by_side(jobs, results, lambda _, counts: counts, report)
    assert results == {
        "before": {},
        "last": {"middle": 1, "first": 1},
        "middle": {"first": 1, "before": 1},
        "first": {},
        "alone": {},
    }
    assert [found.message for found in report.found] == names


def test_a_job_need_not_look_at_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is done before what it needs has nobody left to send it to."""
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    quick_is_done = multiprocessing.get_context("fork").Event()

    def first(_known: Mapping[str, Counts], _report: Report) -> Counts:
        return {"quick is done": quick_is_done.wait(30)}

    def quick(_known: Mapping[str, Counts], _report: Report) -> Counts:
        return {}

    def done(name: str, counts: Counts) -> Counts:
        if name == "quick":
            quick_is_done.set()
        return counts

    results: dict[str, Counts] = {}
    jobs = [Job("first", frozenset(), first), Job("quick", frozenset({"first"}), quick)]
    run_side_by_side(jobs, results, done, Report())
    assert results == {"quick": {}, "first": {"quick is done": True}}


def test_a_process_that_dies_is_noticed() -> None:
    """The error names its job."""

    def good(_known: Mapping[str, Counts], _report: Report) -> Counts:
        return {}

    def bad(_known: Mapping[str, Counts], _report: Report) -> Counts:
        os._exit(3)

    jobs = [Job("good", frozenset(), good), Job("bad", frozenset(), bad)]
    with pytest.raises(RuntimeError, match="bad"):
        run_side_by_side(jobs, {}, lambda _, counts: counts, Report())


def test_a_job_begins_before_what_it_needs_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a core is free; it waits at its first look at the results."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    has_begun = multiprocessing.get_context("fork").Event()

    def first(_known: Mapping[str, Counts], _report: Report) -> Counts:
        return {"other has begun": has_begun.wait(30)}

    def second(known: Mapping[str, Counts], _report: Report) -> Counts:
        has_begun.set()
        return dict(known["first"])

    results: dict[str, Counts] = {}
    jobs = [Job("second", frozenset({"first"}), second), Job("first", frozenset(), first)]
    run_side_by_side(jobs, results, lambda _, counts: counts, Report())
    assert results["second"] == {"other has begun": True}

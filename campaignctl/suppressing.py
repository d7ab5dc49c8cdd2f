"""Which findings suppression comments let pass, in the files of campaigns and in the settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from campaignctl import folder, ignoring, judging, project
from campaignctl.findings import Finding, Passed, ordered
from campaignctl.fingerprints import fingerprinted
from campaignctl.ignoring import Comments
from campaignctl.judging import Levels
from campaignctl.project import Project
from campaignctl.words import INDIA


class Left(NamedTuple):
    """What is left to be said, with what is wrong with the comments, and what they let pass."""

    findings: tuple[Finding, ...]
    passed: tuple[Passed, ...] = ()


def suppressed(
    findings: Sequence[Finding],
    comments: Sequence[Comments],
    the_project: Project,
    levels: Levels,
    now: datetime,
    *,
    whole: bool,
) -> Left:
    """Return the findings that no comment suppresses. `comments` are those of the campaigns' files."""
    settings = [one.file for one in (the_project.document, *the_project.registries.values()) if one]
    every = [*comments, *filter(None, map(ignoring.read, settings))]
    if not every:
        return Left(tuple(findings))
    by_path: dict[str, list[Finding]] = {}
    for one in findings:
        by_path.setdefault(one.path, []).append(one)
    today = now.astimezone(INDIA).date()
    wrong: list[Finding] = []
    passed: list[Passed] = []
    for own in every:
        there = by_path.get(own.file.path, [])
        sure = the_project.sound is not None and (whole or own.file not in settings)
        left = ignoring.applied(own, there, today=today, runs=levels.runs, sure=sure)
        by_path[own.file.path] = left.findings
        wrong += [project.of_problem(one, own.file) for one in left.problems]
        for one, by in left.passed:
            severity, reason = levels.own(one.name, one.severity), by.reason.strip()
            passed += judging.passing(one, severity, "comment", reason=reason, until=by.until)
    wrong = levels.of(fingerprinted(ordered(wrong), folder.prefix(the_project.root)))
    return Left(ordered([*chain.from_iterable(by_path.values()), *wrong]), tuple(passed))

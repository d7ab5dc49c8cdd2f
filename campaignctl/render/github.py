"""Workflow commands: GitHub shows them as annotations in the pull request.

It shows 10 of a step: the errors come first, and what is left over is counted in a notice. The commands and
their escapes are those of actions/toolkit, `packages/core/src/command.ts`; a line break in a value would begin
a command of its own. The log shows of a command only the message, which therefore begins with the place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from campaignctl.findings import Finding, Severity
from campaignctl.model import LintResult
from campaignctl.render import text
from campaignctl.words import count, printable

#: How many annotations of one step GitHub shows.
SHOWN = 10
#: How many rules the notice names.
_NAMED = 5


def findings(result: LintResult) -> str:
    """Return the lint report: a command for each finding, errors first, then the numbers as plain text."""
    ranked = sorted(result.findings, key=lambda one: one.severity is not Severity.ERROR)
    lines = [_annotation(one) for one in ranked]
    if len(ranked) > SHOWN:
        lines.append(command("notice", _rest(ranked[SHOWN:]), {"title": "campaignctl lint"}))
    lines += [command("notice", one, {"title": "campaignctl lint"}) for one in result.notes]
    return "\n".join([*lines, text.summary(result)])


def command(name: str, message: str, properties: Mapping[str, str | int]) -> str:
    """Return one workflow command, on one line whatever the values hold."""
    written = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in properties.items())
    return f"::{name} {written}::{_escaped(message)}"


def _escaped(value: str, more: str = "") -> str:
    return "".join(f"%{ord(char):02X}" if char in f"%\r\n{more}" else char for char in printable(value))


def _annotation(one: Finding) -> str:
    region = one.region
    place: dict[str, str | int] = {"file": one.path, "line": region.line}
    if region.end_line == region.line:  # columns are allowed within one line alone
        place |= {"col": region.column, "endLine": region.line, "endColumn": region.end_column}
    else:
        place |= {"endLine": region.end_line}
    message = f"{text.place(one)}: {one.message}"
    return command(one.severity.value, message, {**place, "title": f"{one.code} {one.name}"})


def _rest(left: Sequence[Finding]) -> str:
    """Return the sentence about the findings that GitHub does not show."""
    kinds = Counter(f"{one.code} {one.name}" for one in left).most_common()
    named = ", ".join(f"{number} {kind}" for kind, number in kinds[:_NAMED])
    others = f" and {count(len(kinds) - _NAMED, 'other rule')}" if len(kinds) > _NAMED else ""
    return (
        f"GitHub shows {SHOWN} annotations of a step, and there {'is' if len(left) == 1 else 'are'} "
        f"{count(len(left), 'more finding')}: {named}{others}; the log of the step has every one"
    )

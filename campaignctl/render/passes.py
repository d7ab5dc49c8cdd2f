"""What is found in the campaigns of a plan and let pass, in one line of Markdown: how much, and by what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from campaignctl.findings import Passed, Severity
from campaignctl.model import ActionKind, Plan
from campaignctl.render.inert import code, prose
from campaignctl.words import count

#: Kinds that are named, and characters of the reason of a comment.
_NAMED, _REASON = 12, 100


def passes(the_plan: Plan, passed: Iterable[Passed]) -> Iterator[str]:
    """Yield the line, if anything is let pass in what would be created. What is in `defaults` is counted as well."""
    creates = {one.id for one in the_plan.of(ActionKind.CREATE)}
    found = [one for one in passed if creates and (one.campaign is None or one.campaign in creates)]
    if not found:
        return
    kinds = Counter(one._replace(campaign=None) for one in found)
    shown = sorted(kinds, key=lambda one: (one.severity is not Severity.ERROR, one.name, one.by, one.reason))
    named = [_kind(one, kinds[one]) for one in shown[:_NAMED]]
    if len(shown) > _NAMED:
        named.append(f"and {count(len(shown) - _NAMED, 'more kind')}")
    are = "is" if len(found) == 1 else "are"
    yield f"🔕 {_number(found)} {are} let pass in what would be created: {', '.join(named)}"


def _number(found: list[Passed]) -> str:
    numbers = Counter(one.severity for one in found)
    return " and ".join(count(numbers[kind], kind.value) for kind in Severity if numbers[kind])


def _kind(one: Passed, number: int) -> str:
    times = f" {number:,} times" if number > 1 else ""
    return f"{prose(one.name)}{times} ({_by(one)})"


def _by(one: Passed) -> str:
    if one.by != "comment":
        return f"{'made a warning ' if one.is_lowered else ''}by {code(one.by)}"
    until = f", until {one.until}" if one.until is not None else ""
    return f"by a comment: “{prose(one.reason, _REASON)}”{until}" if one.reason else f"by a comment{until}"

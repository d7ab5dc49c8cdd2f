"""The last words of an apply that did not do all of its plan: what is unclear, what was not tried, what to type."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from campaignctl.model import Outcome, OutcomeKind
from campaignctl.words import count, printable

#: Ids that are named, of each kind.
_MOST = 8


def ending(done: Sequence[Outcome], resolve: Callable[..., str], again: Sequence[str]) -> str | None:
    """Return the report, None for a run that has nothing left over.

    `resolve` makes the command that settles an id, or all; `again` are the commands that go on with the rest.
    """
    unknown = [one for one in done if one.outcome is OutcomeKind.UNKNOWN]
    left = [one for one in done if one.outcome is OutcomeKind.SKIPPED and not _blocked(one)]
    if not unknown and not left:
        return None
    made = sum(one.outcome in (OutcomeKind.CREATED, OutcomeKind.ADOPTED) for one in done)
    lines = [f"Stopped with {count(made, 'campaign')} created or adopted:"]
    if unknown:
        lines.append(f"  {len(unknown):,} unknown, perhaps at Exotel: {_ids(unknown)}")
    if left:
        lines.append(f"  {len(left):,} not attempted: {_ids(left)}")
    steps = [resolve(*(one.id for one in unknown if len(unknown) == 1))] if unknown else []
    steps += again if left else []
    return "\n".join([*lines, "Next: " + ", then ".join(f"`{one}`" for one in steps)])


def _blocked(one: Outcome) -> bool:
    return (one.error or "").startswith("blocked")


def _ids(outcomes: Sequence[Outcome]) -> str:
    shown = ", ".join(printable(one.id) for one in outcomes[:_MOST])
    return shown + (f" and {len(outcomes) - _MOST:,} more" if len(outcomes) > _MOST else "")

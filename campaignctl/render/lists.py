"""What `lists pull` has found, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from campaignctl.proposals import Pull
from campaignctl.render.json import VERSION, dumps
from campaignctl.words import count, printable, quoted

_MOST = 20


def notes(pull: Pull) -> Iterator[str]:
    """Yield a sentence for each thing that the diff does not show."""
    filled = [one for one in pull.new if one.dynamic is not False]
    if filled:
        which = _named([one.alias for one in filled])
        what = "is new" if len(filled) == 1 else "are new"
        yield (
            f"{which} {what}; no call of Exotel's returns the columns of a list, so add `columns` and a `sample` "
            "to the dynamic ones from the first line of their CSV files"
        )
    if pull.gone:
        verb, stay = ("is", "stays") if len(pull.gone) == 1 else ("are", "stay")
        which = _named([alias for alias, _ in pull.gone])
        yield f"{which} {verb} in the file and not at Exotel, and {stay}; a campaign to such a list would be refused"
    if pull.odd:
        which = _named([f"{quoted(name, 40)} ({sid})" for sid, name in pull.odd])
        yield f"left out, for the file takes SIDs of 32 letters and digits alone: {which}"


def _named(words: Sequence[str]) -> str:
    more = f" and {len(words) - _MOST:,} more" if len(words) > _MOST else ""
    return printable(", ".join(words[:_MOST])) + more


def summary(pull: Pull) -> str:
    """Return the numbers in one line."""
    return f"Lists: {len(pull.new):,} new, {len(pull.recounts):,} changed, {pull.unchanged:,} unchanged."


def read(number: int) -> str:
    """Return how many lists Exotel has."""
    return f"Exotel has {count(number, 'list')}."


def json(pull: Pull, path: str, *, written: bool) -> str:
    """Return the same for programs."""
    return dumps(
        {
            "version": VERSION,
            "path": path,
            "new": [
                {"alias": one.alias, "sid": one.sid, "name": one.name, "contacts": one.contacts}
                for one in pull.new
            ],
            "changed": [
                {
                    "alias": one.alias,
                    "sid": one.sid,
                    "field": "contacts",
                    "before": one.before,
                    "after": one.after,
                }
                for one in pull.recounts
            ],
            "gone": [{"alias": alias, "sid": sid} for alias, sid in pull.gone],
            "left_out": [{"sid": sid, "name": name} for sid, name in pull.odd],
            "summary": {
                "new": len(pull.new),
                "changed": len(pull.recounts),
                "unchanged": pull.unchanged,
                "gone": len(pull.gone),
            },
            "written": written,
        }
    )

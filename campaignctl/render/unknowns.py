"""The evidence of a create without a clear answer, and what became of it: for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from campaignctl.render.json import VERSION, dumps
from campaignctl.unknowns import Case, Hit, Settled
from campaignctl.words import INDIA, count, printable, quoted, shortened

#: Seconds of a unit, the largest first.
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def ago(seconds: float) -> str:
    """Return how long ago something was, in its largest unit, rounded down."""
    if seconds < 0:
        return "in the future: the clock has jumped back since"
    for length, noun in _UNITS:
        if seconds >= length:
            return f"{count(int(seconds // length), noun)} ago"
    return "just now"


def evidence(case: Case, aliases: Mapping[str, str]) -> str:
    """Return what is known of one intent: what was sent, when, by whom, what came back, what Exotel shows."""
    one = case.intent
    rows = [
        (
            "sent",
            f"{_moment(one.at)}, {ago(case.age)}, by {printable(one.actor)}, plan {printable(one.plan_id)}",
        ),
        *([("to", printable(one.where))] if one.where is not None else []),
        ("what", _what(one.payload, aliases)),
        ("answer", printable(one.error or _no_answer(case))),
        ("Exotel", shown(case)),
    ]
    return "\n".join([f"{printable(case.id)}: it is not known whether Exotel has it", *_table(rows)])


def _no_answer(case: Case) -> str:
    seen = f", as was found {_moment(case.intent.seen)}" if case.intent.seen else ""
    return f"none: the run ended before there was one{seen}"


def _table(rows: Sequence[tuple[str, str]]) -> list[str]:
    return [f"  {name:<7} {words}" for name, words in rows]


def _what(payload: Mapping[str, Any], aliases: Mapping[str, str]) -> str:
    sids = [str(sid) for sid in payload.get("lists") or ()]
    lists = ", ".join(printable(shortened(aliases.get(sid, sid), 40)) for sid in sids)
    schedule = payload.get("schedule")
    start = _moment(str(schedule["start_time"])) if isinstance(schedule, Mapping) else "at once"
    text = quoted(str(payload.get("template", "")), 60)
    return f"{text} from {printable(str(payload.get('sender_id', '')))} to {lists}, starts {start}"


def shown(case: Case) -> str:
    """Return what Exotel shows of a case: a sentence without its subject."""
    token = case.intent.token
    if case.hits:
        several = count(len(case.hits), "campaign")
        return f"has {several} with the token {token}: " + ", ".join(_hit(one) for one in case.hits)
    if case.listed is None:
        return f"finds no campaign with the token {token}"
    return f"has {count(case.listed, 'campaign')}, all were read, and none holds the token {token}"


def _hit(one: Hit) -> str:
    status = f" ({printable(one.remote.status)})" if one.remote.status else ""
    differs = f", {' and '.join(one.differs)} not as sent" if one.differs else ""
    return f"{printable(one.remote.sid)}{status}{differs}"


def _moment(rfc3339: str) -> str:
    return f"{datetime.fromisoformat(rfc3339).astimezone(INDIA):%a %d %b %Y %H:%M:%S} IST".replace(
        ":00 IST", " IST"
    )


def verdict(case: Case, stop: Callable[[str], str]) -> str:
    """Return what became of it, with the next step. `stop` makes the command that pauses a SID."""
    match case.settled:
        case Settled.ADOPTED:
            others = [one for one in case.hits if one.remote.sid != case.sid and one.awake]
            warn = "".join(
                f"\n  -> {_hit(one)} holds the token too: `{stop(one.remote.sid)}`" for one in others
            )
            return f"  -> found at Exotel as {printable(case.sid or '')}; adopted, it is not sent again{warn}"
        case Settled.NOT_CREATED:
            return "  -> declared as not created; the next apply may create it, and looks for its token first"
        case _:
            return f"  -> {printable(case.why or '')}"


def document(cases: Sequence[Case], now: datetime) -> str:
    """Return the report for programs."""
    counts = {kind.value: sum(one.settled is kind for one in cases) for kind in Settled}
    return dumps(
        {
            "version": VERSION,
            "looked_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "cases": [_case(one) for one in cases],
            "summary": {
                "adopted": counts["adopted"],
                "not_created": counts["not-created"],
                "unknown": counts["unknown"],
            },
        }
    )


def _case(one: Case) -> dict[str, Any]:
    return {
        "id": one.id,
        "settled": one.settled.value,
        "sid": one.sid,
        "why": one.why,
        "token": one.intent.token,
        "sent_at": one.intent.at,
        "seen_at": one.intent.seen,
        "actor": one.intent.actor,
        "plan_id": one.intent.plan_id,
        "error": one.intent.error,
        "where": one.intent.where,
        "payload": one.intent.payload,
        "age_seconds": int(one.age),
        "window_left_seconds": -int(-one.left // 1),
        "listed": one.listed,
        "found": [
            {
                "sid": hit.remote.sid,
                "name": hit.remote.name,
                "status": hit.remote.status,
                "differs": list(hit.differs),
            }
            for hit in one.hits
        ],
    }

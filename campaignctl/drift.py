"""What differs between what was sent and what Exotel shows now. Pure; the clock is passed in.

Only what an answer shows can differ, and what a server may write otherwise does not: the case of `sms_type`, the
offset of a moment, line ends, one @ or two before a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from campaignctl import controls
from campaignctl.campaigns import moment
from campaignctl.deliveries import Details
from campaignctl.model import Campaign, FieldChange, Remote, State, token
from campaignctl.names import called
from campaignctl.standings import Drift, Kind

#: Every place where a token may begin; they may overlap with what stands before.
_TOKENS = re.compile(r"(?=(cc[a-z2-7]{10}))")
_AT = re.compile(r"@+(?=\w)")
#: The fields of a request that are compared as they stand, those whose case does not count, and ids of digits.
_PLAIN = ("sender_id", "status_callback", "sms_status_callback")
_CASELESS = ("content_type", "sms_type")
_DIGITS = ("dlt_entity_id", "dlt_template_id")
#: What a vendor may fill in by itself: absent in the request, present in the answer, and no difference.
_FILLED_IN = ("schedule.start_time", "schedule.end_time")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ours:
    """What is known here of one campaign."""

    id: str
    token: str
    name: str  #: without the token
    sid: str | None = None  #: None: the state has none
    payload: Mapping[str, Any] | None = None  #: what was sent, as far as that is known


class Found(NamedTuple):
    """The differences by id, and the campaigns that are not from here."""

    drift: tuple[Drift, ...]
    foreign: tuple[Remote, ...]


def ours(state: State, campaigns: Iterable[Campaign], project: str) -> tuple[Ours, ...]:
    """Return all that has an id here: what the state has, what may have been sent, what only files have."""
    known = {
        id_: Ours(
            id=id_, token=one.token, name=bare(one.payload, id_, one.token), sid=one.sid, payload=one.payload
        )
        for id_, one in state.campaigns.items()
    }
    for id_, intent in state.intents.items():
        known[id_] = Ours(
            id=id_,
            token=intent.token,
            name=bare(intent.payload, id_, intent.token),
            payload=intent.payload,
        )
    for one in campaigns:
        if one.id is not None and one.id not in known:
            known[one.id] = Ours(id=one.id, token=token(project, one.id), name=one.name or one.id)
    return tuple(known[id_] for id_ in sorted(known))


def bare(payload: Mapping[str, Any], id_: str, mark: str) -> str:
    """Return the name of what was sent, without the token."""
    return str(payload.get("name", id_)).removesuffix(f" {mark}")


def find(
    known: Sequence[Ours], listed: Iterable[Details], shown: Mapping[str, Details | None], now: datetime
) -> Found:
    """Return what differs, sorted by id.

    `listed` are campaigns of Exotel's list; `shown` are those that were asked for by their SID, None for one that
    Exotel does not know. What stands in neither was not looked at.
    """
    found = {one.sid: one for one in listed}
    found.update((sid, one) for sid, one in shown.items() if one is not None)
    hits, rest = _by_token(known, found.values())
    sids = {one.sid for one in known if one.sid is not None}
    namesakes, foreign = _by_name(known, [one for one in rest if one.sid not in sids])
    drift: list[Drift] = []
    for one in known:
        drift += _of(one, hits.get(one.token, ()), found, shown, now)
        drift += _namesakes(one, namesakes.get(one.id, ()), found.get(one.sid or ""))
    return Found(
        tuple(drift), tuple(remote(one) for one in sorted(foreign, key=lambda one: (one.name, one.sid)))
    )


def _by_token(
    known: Sequence[Ours], found: Iterable[Details]
) -> tuple[dict[str, list[Details]], list[Details]]:
    tokens = {one.token for one in known}
    hits: dict[str, list[Details]] = {}
    rest: list[Details] = []
    for each in found:
        held = tokens.intersection(_TOKENS.findall(each.name))
        for one in held:
            hits.setdefault(one, []).append(each)
        if not held:
            rest.append(each)
    return hits, rest


def _by_name(
    known: Sequence[Ours], strangers: Iterable[Details]
) -> tuple[dict[str, list[Details]], list[Details]]:
    """Return the campaigns that are called as one of ours, by its id, and the rest.

    Another project may well use a name as we do: with a token of its own, only the same text to the same lists counts.
    """
    names: dict[str, list[Ours]] = {}
    for one in known:
        names.setdefault(called(one.name), []).append(one)
    namesakes: dict[str, list[Details]] = {}
    foreign: list[Details] = []
    for each in strangers:
        alike_ = names.get(called(each.name), [])
        twin = next((one for one in alike_ if _says_the_same(one, each)), None)
        bare_ = " ".join(each.name.split()).casefold() == called(each.name)
        match = twin or (alike_[0] if alike_ and bare_ else None)
        if match is None:
            foreign.append(each)
        else:
            namesakes.setdefault(match.id, []).append(each)
    return namesakes, foreign


def _namesakes(one: Ours, found: Sequence[Details], seen: Details | None) -> Iterator[Drift]:
    """Yield those that say the same to the same people, and those that do not."""
    twins: list[Details] = []
    others: list[Details] = []
    for each in found:
        (twins if _says_the_same(one, each) else others).append(each)
    if twins:
        yield replace(_about(one, Kind.NAMESAKE, seen, others=twins), twins=seen is not None)
    if others:
        yield _about(one, Kind.NAMESAKE, seen, others=others)


def _says_the_same(one: Ours, each: Details) -> bool:
    """Return whether a campaign shows the text and the lists of one of ours."""
    sent, shown = flat(one.payload or {}), flat(each.fields)
    return all(
        key in sent and key in shown and alike(key, sent[key], shown[key]) for key in ("template", "lists")
    )


def _of(
    one: Ours,
    hits: Sequence[Details],
    found: Mapping[str, Details],
    shown: Mapping[str, Details | None],
    now: datetime,
) -> Iterator[Drift]:
    others = sorted((each for each in hits if each.sid != one.sid), key=lambda each: each.sid)
    if one.sid is None:
        if others:
            yield _about(one, Kind.DOUBLED if len(others) > 1 else Kind.UNRECORDED, others=others)
        return
    seen = found.get(one.sid)
    if seen is not None:
        yield from _life(one, seen, now)
    elif one.sid in shown:
        yield _about(one, Kind.VANISHED, others=others)
        return
    if others:
        yield _about(one, Kind.DOUBLED, seen, others=others)


def _life(one: Ours, seen: Details, now: datetime) -> Iterator[Drift]:
    status = controls.status(seen.status)
    if status == controls.PAUSED:
        yield _about(one, Kind.PAUSED, seen)
    if status in (controls.COMPLETED, controls.ARCHIVED) and _ended_early(one, seen, now):
        yield _about(one, Kind.COMPLETED if status == controls.COMPLETED else Kind.ARCHIVED, seen)
    elif status == controls.COMPLETED and seen.counts.sent == 0 and not seen.counts.submitted:
        yield _about(one, Kind.REACHED_NOBODY, seen)
    found = changes(one.payload or {}, seen)
    if found:
        yield _about(one, Kind.EDITED, seen, changes=found)


def _ended_early(one: Ours, seen: Details, now: datetime) -> bool:
    """Return whether a campaign that is over has ended before its start.

    When it was touched last says that for ever, by Exotel's clock; where no answer has that, ours must do until the
    start. One that has sent anything has begun.
    """
    start = moment(start_of(seen) or start_sent(one.payload))
    touched = moment(seen.updated) or now
    begun = bool(seen.counts.sent or seen.counts.submitted)
    return start is not None and start > touched and not begun


def _about(
    one: Ours,
    kind: Kind,
    seen: Details | None = None,
    *,
    changes: tuple[FieldChange, ...] = (),
    others: Iterable[Details] = (),
) -> Drift:
    return Drift(
        kind=kind,
        id=one.id,
        token=one.token,
        sid=one.sid,
        status=seen.status if seen is not None else None,
        changes=changes,
        others=tuple(remote(each) for each in others),
    )


def remote(seen: Details) -> Remote:
    """Return a campaign as other reports know it."""
    return Remote(sid=seen.sid, name=seen.name, status=seen.status, start=start_of(seen))


def start_of(seen: Details) -> str | None:
    """Return when Exotel says that a campaign starts, as it writes that."""
    return start_sent(seen.fields)


def start_sent(fields: Mapping[str, Any] | None) -> str | None:
    """Return the start of a payload, None without a schedule."""
    schedule = (fields or {}).get("schedule")
    start = schedule.get("start_time") if isinstance(schedule, Mapping) else None
    return start if isinstance(start, str) and start else None


# --- fields -------------------------------------------------------------------------------------------


def changes(payload: Mapping[str, Any], seen: Details) -> tuple[FieldChange, ...]:
    """Return the fields that Exotel shows otherwise than they were sent, in dotted form and sorted."""
    sent, shown = flat(payload), flat({**seen.fields, "name": seen.name.strip()})
    found = []
    for field in sorted(shown):
        if field in sent or field not in _FILLED_IN:
            before = sent.get(field)
            if not alike(field, before, shown[field]):
                found.append(FieldChange(field=field, before=before, after=shown[field]))
    return tuple(found)


def flat(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a create request that are there, those of the schedule in dotted form."""
    found: dict[str, Any] = {}
    for key in ("name", "template", "lists", *_PLAIN, *_CASELESS, *_DIGITS):
        value = fields.get(key)
        if value not in (None, "", [], ()):
            found[key] = list(value) if isinstance(value, tuple) else value
    schedule = fields.get("schedule")
    if isinstance(schedule, Mapping):
        found |= {f"schedule.{key}": schedule[key] for key in ("start_time", "end_time") if schedule.get(key)}
    return found


def alike(field: str, one: Any, other: Any) -> bool:
    """Return whether two values of a field mean the same to Exotel."""
    return bool(_meant(field, one) == _meant(field, other))


def _meant(field: str, value: Any) -> Any:
    """Return what a value means, so that other spellings of it are equal."""
    if field == "lists":
        return sorted(map(str, value)) if isinstance(value, list) else value
    if field in _DIGITS and isinstance(value, (str, int)):  # a number has lost its zeros on the way
        return str(value).strip().lstrip("0")
    if not isinstance(value, str):
        return value
    if field.startswith("schedule."):
        return moment(value.strip().upper()) or value
    if field == "template":
        return _AT.sub("@@", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return value.strip().casefold() if field in _CASELESS else value.strip()

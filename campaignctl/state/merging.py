"""Two states of one project, as two branches of a repository leave them, made one. Pure.

Nothing that either side knows gets lost: whoever forgets an entry or an intent sends that campaign again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from campaignctl.errors import StateError
from campaignctl.model import Declared, Entry, Intent, State, canonical
from campaignctl.words import quoted


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """What came of it. `state` is the first one itself where the other adds nothing."""

    state: State
    campaigns: tuple[str, ...] = ()  #: ids of entries that the first did not have
    intents: tuple[str, ...] = ()  #: ids of intents likewise
    plans: int = 0  #: used plans likewise
    twice: tuple[str, ...] = ()  #: ids that one side has, and the other side has tried in another run


def merge(ours: State, theirs: State, where: str) -> Merged:
    """Unite two states; `where` names the second one in messages.

    Its serial is above both, so that no plan made from either is applied to it. Merging again changes nothing.
    Raises StateError for states that are not of one project, account and lineage, and for one id with two SIDs.
    """
    _refuse_strangers(ours, theirs, where)
    campaigns = _campaigns(ours.campaigns, theirs.campaigns, where)
    tried = _intents(ours.intents, theirs.intents)
    united = replace(
        ours,
        lineage=ours.lineage if ours.lineage is not None else theirs.lineage,
        account=ours.account if ours.account is not None else theirs.account,
        campaigns=campaigns,
        intents={id_: one for id_, one in tried.items() if id_ not in campaigns},
        used_plans=tuple(dict.fromkeys((*ours.used_plans, *theirs.used_plans))),
        declared=_declared(ours.declared, theirs.declared),
    )
    twice = tuple(sorted(id_ for id_, one in tried.items() if _tried_again(one, campaigns.get(id_))))
    if united == ours and (theirs.serial < ours.serial or theirs == ours):
        return Merged(state=ours, twice=twice)
    return Merged(
        state=replace(united, serial=max(ours.serial, theirs.serial) + 1),
        campaigns=tuple(sorted(campaigns.keys() - ours.campaigns.keys())),
        intents=tuple(sorted(united.intents.keys() - ours.intents.keys())),
        plans=len(united.used_plans) - len(ours.used_plans),
        twice=twice,
    )


def _refuse_strangers(ours: State, theirs: State, where: str) -> None:
    if ours.project != theirs.project:
        raise StateError(
            f"{where} belongs to project {quoted(theirs.project)}, and this state to {quoted(ours.project)}; two "
            "projects cannot be merged"
        )
    if None not in (ours.account, theirs.account) and ours.account != theirs.account:
        raise StateError(
            f"{where} is about another Exotel account than this state; what was sent from one is not known to the "
            "other, so they cannot be merged"
        )
    for one, name in ((ours, "this state"), (theirs, where)):
        if one.lineage is None and (
            one.serial or one.campaigns or one.intents or one.used_plans or one.declared
        ):
            raise StateError(
                f"{name} is damaged: it has no lineage, and is not empty; restore it from Git or a backup"
            )
    if None not in (ours.lineage, theirs.lineage) and ours.lineage != theirs.lineage:
        unclear = f" ({', '.join(sorted(theirs.intents))})" if theirs.intents else ""
        raise StateError(
            f"{where} was begun apart from this state (lineage {quoted(theirs.lineage or '')}, and here "
            f"{quoted(ours.lineage or '')}), so they cannot be merged; settle with `campaignctl resolve` what is "
            f"unknown there{unclear}, keep this state, and `campaignctl apply` takes over by its token what the other "
            "one created"
        )


def _campaigns(ours: Mapping[str, Entry], theirs: Mapping[str, Entry], where: str) -> dict[str, Entry]:
    """Unite entries: of two about the same SID the older one stays. Raises StateError for two SIDs."""
    united = {**theirs, **ours}
    for id_ in sorted(ours.keys() & theirs.keys()):
        here, there = ours[id_], theirs[id_]
        if here.sid != there.sid:
            raise StateError(
                f"{quoted(id_)} stands at Exotel twice: as {quoted(here.sid)} in this state and as "
                f"{quoted(there.sid)} in {where}; pause the second one now with `campaignctl stop SID`, see on the "
                f"dashboard what it has sent, then take it out of {where} and merge again"
            )
        united[id_] = min(here, there, key=_age)
    return united


def _age(one: Entry) -> tuple[datetime, str]:
    return datetime.fromisoformat(one.at), canonical([one.token, one.origin, one.plan_id, one.payload])


def _intents(ours: Mapping[str, Intent], theirs: Mapping[str, Intent]) -> dict[str, Intent]:
    both = {id_: _worse(ours[id_], theirs[id_]) for id_ in ours.keys() & theirs.keys()}
    return {**theirs, **ours, **both}


def _worse(one: Intent, other: Intent) -> Intent:
    """Return the newer of two intents, with the worse of what is known of both.

    A run that may not have ended, as far as either side knows, may send yet; so the settle window begins when
    somebody finds out that it has ended. Where it was known to have, that costs a minute.
    """
    pair = (one, other)
    running = any(each.phase == "intent" and each.seen is None for each in pair)
    seen = None if running else max((each.seen for each in pair if each.seen), default=None)
    unknown = not running and any(each.phase == "unknown" for each in pair)
    return replace(
        max(pair, key=_lateness),
        phase="unknown" if unknown else "intent",
        seen=seen,
        settle=max((each.settle for each in pair if each.settle is not None), default=None),
        where=_places(one.where, other.where),
    )


def _lateness(one: Intent) -> tuple[datetime, str]:
    said = [one.token, one.plan_id, one.actor, one.error, one.payload]
    return datetime.fromisoformat(one.at), canonical(said)


def _places(*known: str | None) -> str | None:
    """Return where requests were sent: several places in one, which is none that a look is ever at."""
    places = {one for text in known if text is not None for one in text.split(" and ")}
    return " and ".join(sorted(places)) if places else None


def _tried_again(one: Intent, entry: Entry | None) -> bool:
    """Return whether an intent may be about another campaign at Exotel than the entry of its id.

    It is about the same one where the entry is what became of it: adopted for its plan, and later.
    """
    if entry is None:
        return False
    later = datetime.fromisoformat(entry.at) >= datetime.fromisoformat(one.at)
    return not (later and entry.origin == "adopted" and entry.plan_id == one.plan_id)


def _declared(ours: tuple[Declared, ...], theirs: tuple[Declared, ...]) -> tuple[Declared, ...]:
    both = (*ours, *(one for one in theirs if one not in ours))
    return tuple(sorted(both, key=lambda one: datetime.fromisoformat(one.at)))

"""Whether people would get a text that they have had: by another id, or from a campaign that the state does not know. Pure.

Only what people get counts: the text and the lists. Schedule, header and name do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from campaignctl.drift import alike
from campaignctl.model import ActionKind, Plan, Remote, State, canonical
from campaignctl.words import printable, quoted, shortened

#: What Exotel was found to have that is called as a campaign of the plan, by that one's token.
Namesakes = Mapping[str, Sequence[Remote]]


_CHANGE = "change the text"
_BACK = f"put that id back, {_CHANGE}"


#: A text as people read it, and the SID of a list.
_Got = tuple[str, str]
#: Without width, and no part of how Indian scripts are joined.
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")


class Again(NamedTuple):
    """A creation that may reach people a second time."""

    campaign: str
    what: str
    way_out: str


def sent_before(the_plan: Plan, state: State, others: Sequence[State] = ()) -> Iterator[Again]:
    """Find each creation whose text went to one of its lists before, or goes there twice now.

    The schedule, the header and the name do not count: it is the text that people get, twice.
    """
    seen: dict[_Got, tuple[str, str]] = {}
    for one in (state, *others):
        whose, way_out = ("", _BACK) if one is state else (f" of project {quoted(one.project)}", _CHANGE)
        for id_, entry in sorted(one.campaigns.items()):
            said = f"was created as {quoted(id_)}{whose}"
            seen.update({got: (said, way_out) for got in _what_people_get(entry.payload) if got not in seen})
        for id_, intent in sorted(one.intents.items()):
            said = f"may have been created as {quoted(id_)}{whose}"
            seen.update({got: (said, way_out) for got in _what_people_get(intent.payload) if got not in seen})
    for action in the_plan.of(ActionKind.ADOPT):
        said = f"is at Exotel already as {quoted(action.id)}"
        for got in _what_people_get(action.payload or {}):
            seen.setdefault(got, (said, _BACK))
    for action in the_plan.of(ActionKind.CREATE):
        gets = _what_people_get(action.payload or {})
        found = [got for got in gets if got in seen]
        if found:
            said, way_out = seen[found[0]]
            yield Again(action.id, f"the same text to {_to(found, gets)} {said}", way_out)
        where = f" ({printable(shortened(action.path, 128))})" if action.path else ""
        said = f"is also to be created as {quoted(action.id)}{where}"
        for got in gets:
            seen.setdefault(got, (said, f"delete one of the two, {_CHANGE}"))


def _what_people_get(payload: Mapping[str, Any]) -> list[_Got]:
    """Return text and list for each list. Blanks and signs that nobody sees make no other text."""
    text = payload.get("template")
    seen = " ".join(_UNSEEN.sub("", text).split()) if isinstance(text, str) else canonical(text)
    lists = payload.get("lists")
    return list(dict.fromkeys((seen, str(one)) for one in (lists if isinstance(lists, list) else [lists])))


def _to(found: Sequence[_Got], gets: Sequence[_Got]) -> str:
    """Return to which lists, by their SIDs where they are not all of them."""
    if len(found) == len(gets):
        return "the same lists"
    return " and ".join(f"list {printable(shortened(sid, 9))}" for _, sid in found)


def namesake(the_plan: Plan, state: State, namesakes: Namesakes) -> Iterator[Again]:
    """Find each creation that Exotel seems to have already: made by hand, and adopted into a state that is lost.

    Nothing but its name shows that, for it holds no token. A text or lists that Exotel does not show count as the
    same. What the state holds, or the plan adopts, is another campaign, and `sent-before` looks at that.
    """
    known = {one.sid for one in state.campaigns.values()}
    known |= {one.sid for one in the_plan.of(ActionKind.ADOPT) if one.sid is not None}
    for action in the_plan.of(ActionKind.CREATE):
        payload = action.payload or {}
        found = [
            one
            for one in namesakes.get(action.token, ())
            if one.sid not in known and _may_be_the_same(payload, one)
        ]
        if not found:
            continue
        first, sid = found[0], printable(shortened(found[0].sid, 128))
        status = printable(shortened(first.status or "status unknown", 20))
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        shown = first.template is not None and first.lists is not None
        how = (
            "the same text and lists" if shown else "a text or lists that it does not show, perhaps the same"
        )
        what = (
            f"Exotel has {quoted(first.name)} already ({sid}, {status}{more}) with {how}, and the state does not; "
            "people may be texted twice"
        )
        way_out = f"if it is this campaign, take it with `campaignctl adopt {action.id} {sid}`"
        yield Again(action.id, what, way_out)


def _may_be_the_same(payload: Mapping[str, Any], one: Remote) -> bool:
    """Return whether a campaign of Exotel's shows nothing that another text or other people would."""
    shown = {"template": one.template or None, "lists": list(one.lists) if one.lists else None}
    return all(value is None or alike(key, payload.get(key), value) for key, value in shown.items())

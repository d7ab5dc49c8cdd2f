"""What a plan would do that people may not mean: findings about the plan as a whole. Pure.

A guard can only make a run stricter. What it finds stops `apply` until it is mended, or allowed by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from campaignctl.model import ActionKind, Plan, State, canonical
from campaignctl.words import quoted

#: The guards that `--allow` may name.
NAMES = ("sent-before",)


def sent_before(plan: Plan, state: State) -> Iterator[tuple[str, str]]:
    """Yield the id of each creation whose text went to the same lists before, or goes twice now; and a sentence.

    The schedule, the header and the name do not count: it is the text that people get, twice.
    """
    seen: dict[str, str] = {}
    for id_, entry in sorted(state.campaigns.items()):
        seen.setdefault(_what_people_get(entry.payload), f"was sent as {quoted(id_)}")
    for id_, intent in sorted(state.intents.items()):
        seen.setdefault(_what_people_get(intent.payload), f"may have been sent as {quoted(id_)}")
    for action in plan.of(ActionKind.CREATE):
        what = _what_people_get(action.payload or {})
        if what in seen:
            message = (
                f"the same text to the same lists {seen[what]}; put that id back, change the text, or give"
            )
            yield action.id, f"{message} `--allow sent-before`"
        seen.setdefault(what, f"is also to be sent as {quoted(action.id)}")


def _what_people_get(payload: Mapping[str, Any]) -> str:
    lists = payload.get("lists")
    return canonical([payload.get("template"), sorted(map(str, lists)) if isinstance(lists, list) else lists])

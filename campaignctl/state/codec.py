"""A state and its changes to JSON and back. Pure.

The text is made for Git: sorted, indented, one line a field, a line break at the end.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from campaignctl.errors import StateError
from campaignctl.model import Declared, Delta, Entry, Intent, State, canonical, token
from campaignctl.words import quoted

#: The newest format. A state is written in the oldest one that can hold it, so that an older campaignctl goes on
#: with what it understands, and refuses what it would lose: 2 has `declared`, and 1 has not.
VERSION = 2
#: Seconds of the longest settle window that is believed: a day.
_LONGEST = 86_400
#: No state is changed so often. Longer numbers could be read, and not be written again.
_SERIALS = 10**18


def dumps(state: State) -> bytes:
    """Return the state file's bytes."""
    data = {
        "version": VERSION if state.declared else 1,
        "project": state.project,
        "lineage": state.lineage,
        "account": state.account,
        "serial": state.serial,
        "campaigns": {id_: _entry(one) for id_, one in sorted(state.campaigns.items())},
        "intents": {id_: _intent(one) for id_, one in sorted(state.intents.items())},
        "used_plans": list(state.used_plans),
        **({"declared": [_declared(one) for one in state.declared]} if state.declared else {}),
    }
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()


def loads(data: bytes, where: str, project: str) -> State:
    """Return the state of a file's bytes. Raises StateError when it must not be used, and says why."""
    try:
        raw = _json(data)
        raw_version = raw["version"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise (_conflict(data, where) or _damaged(where, "it is not JSON")) from error
    if type(raw_version) is not int or raw_version < 1:
        raise _damaged(where, "its version is not a number")
    if raw_version > VERSION:
        raise StateError(
            f"{where} was written by a newer campaignctl (state version {raw_version}); upgrade this one"
        )
    state: State = _checked(where, lambda: _state(raw))
    if state.project != project:
        raise StateError(
            f"{where} belongs to project '{state.project}', and campaignctl.yaml says '{project}'; put it back: "
            "under another project every campaign would be sent again"
        )
    return state


def project_of(data: bytes) -> str:
    """Return which project the bytes of a state, or of a journal, name; '' where they name none, and `loads` says why."""
    try:
        raw = _json(data.split(b"\n", 1)[0] if data.startswith(b'{"account"') else data)
    except (ValueError, RecursionError):
        return ""
    found = raw.get("project") if isinstance(raw, dict) else None
    return found if isinstance(found, str) else ""


def _json(data: bytes) -> Any:
    """Return the data of a JSON text. Raises ValueError, also for a key given twice, as a bad merge leaves it."""
    raw = json.loads(data.decode("utf-8"), object_pairs_hook=_unique)
    if b"\\u" in data:  # half a surrogate pair could be read and never be written again
        json.dumps(raw, ensure_ascii=False).encode()
    return raw


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _damaged(where: str, why: str) -> StateError:
    return StateError(f"{where} is damaged: {why}; restore it from Git or a backup, and do not delete it")


def _conflict(data: bytes, where: str) -> StateError | None:
    """Return what to do about Git's conflict marks, None where there are none.

    Stage 3 is the other side in a merge and in a rebase alike; either side alone forgets what the other has sent.
    """
    if b"\n<<<<<<<" not in b"\n" + data:
        return None
    path = Path(where)
    git = ["git", *(["-C", str(path.parent)] if path.parent != Path() else [])]
    return StateError(
        f"{where} is damaged: it holds Git's conflict marks. Do not delete it, and do not take one side of it, or what "
        f"the other side sent is sent again: `{shlex.join([*git, 'show', f':3:./{path.name}'])} > theirs.json`, then "
        f"`{shlex.join([*git, 'checkout', '--ours', '--', path.name])}`, then `campaignctl state merge theirs.json`, "
        f"then `{shlex.join([*git, 'add', '--', path.name])}`"
    )


def _checked(where: str, make: Any) -> Any:
    try:
        return make()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(where, f"a part of it is missing or of the wrong kind ({error})") from error


def _state(raw: Mapping[str, Any]) -> State:
    return State(
        project=_is(str, raw["project"]),
        lineage=_is((str, type(None)), raw["lineage"]),
        account=_is((str, type(None)), raw["account"]),
        serial=_serial(raw["serial"]),
        campaigns={id_: _entry_of(one) for id_, one in _is(dict, raw["campaigns"]).items()},
        intents={id_: _intent_of(one) for id_, one in _is(dict, raw["intents"]).items()},
        used_plans=tuple(_is(str, one) for one in _is(list, raw["used_plans"])),
        declared=_all_declared(raw),
    )


def _all_declared(raw: Mapping[str, Any]) -> tuple[Declared, ...]:
    return tuple(_declared_of(one) for one in _is(list, raw.get("declared", [])))


def _is(kind: Any, value: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"found {type(value).__name__}")
    if isinstance(value, str):
        value.encode()  # a lone surrogate could not be written again
    return value


def _serial(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _SERIALS:
        raise ValueError("serial")
    return value


def _seconds(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= _LONGEST:
        raise ValueError("seconds")
    return float(value)


def _moment(value: Any) -> str:
    found = datetime.fromisoformat(_is(str, value))
    if found.tzinfo is None or not 1970 <= found.year < 9999:  # in another zone it would leave the calendar
        raise ValueError("a time without zone, or of no year that can be")
    return str(value)


def _entry(one: Entry) -> dict[str, Any]:
    return {
        "token": one.token,
        "sid": one.sid,
        "origin": one.origin,
        "at": one.at,
        "plan_id": one.plan_id,
        "payload": one.payload,
    }


def _entry_of(raw: Any) -> Entry:
    return Entry(
        token=_is(str, raw["token"]),
        sid=_is(str, raw["sid"]),
        origin=_is(str, raw["origin"]),
        at=_moment(raw["at"]),
        plan_id=_is((str, type(None)), raw["plan_id"]),
        payload=_is(dict, raw["payload"]),
    )


def _intent(one: Intent) -> dict[str, Any]:
    return {
        "token": one.token,
        "phase": one.phase,
        "at": one.at,
        "plan_id": one.plan_id,
        "actor": one.actor,
        "error": one.error,
        **({"seen": one.seen} if one.seen else {}),
        **({"where": one.where} if one.where is not None else {}),
        **({"settle": one.settle} if one.settle is not None else {}),
        "payload": one.payload,
    }


def _intent_of(raw: Any) -> Intent:
    return Intent(
        token=_is(str, raw["token"]),
        phase=_is(str, raw["phase"]),
        at=_moment(raw["at"]),
        plan_id=_is(str, raw["plan_id"]),
        actor=_is(str, raw["actor"]),
        error=_is((str, type(None)), raw["error"]),
        seen=_moment(raw["seen"]) if "seen" in raw else None,
        where=_is(str, raw["where"]) if "where" in raw else None,
        settle=_seconds(raw["settle"]) if "settle" in raw else None,
        payload=_is(dict, raw["payload"]),
    )


def _declared(one: Declared) -> dict[str, Any]:
    return {"id": one.id, "token": one.token, "at": one.at, "by": one.by, "intent": _intent(one.intent)}


def _declared_of(raw: Any) -> Declared:
    return Declared(
        id=_is(str, raw["id"]),
        token=_is(str, raw["token"]),
        at=_moment(raw["at"]),
        by=_is(str, raw["by"]),
        intent=_intent_of(raw["intent"]),
    )


def entry_of(state: State, id_: str) -> dict[str, Any]:
    """Return what is known of one campaign, as it stands in the file. Raises KeyError.

    Where it was declared as not created, once or more, that is in `declared`.
    """
    declared = [_declared(one) for one in state.declared if one.id == id_]
    more = {"declared": declared} if declared else {}
    if id_ in state.campaigns:
        return {**_entry(state.campaigns[id_]), **more}
    if declared and id_ not in state.intents:
        return more
    return {**_intent(state.intents[id_]), **more}


class Growing:
    """A state that changes are added to, each at a cost that does not grow with it."""

    def __init__(self, state: State) -> None:
        self._campaigns = dict(state.campaigns)
        self._intents = dict(state.intents)
        self.state = replace(state, campaigns=self._campaigns, intents=self._intents)

    def add(self, delta: Delta, lineage: str, account: str | None = None) -> None:
        """Make the change. An entry, once there, is never taken out."""
        self._campaigns.update(delta.campaigns)
        for id_, one in delta.intents.items():
            if one is None:
                self._intents.pop(id_, None)
            else:
                self._intents[id_] = one
        plans = self.state.used_plans
        self.state = replace(
            self.state,
            lineage=lineage,
            account=self.state.account or account,
            serial=self.state.serial + 1,
            used_plans=(*plans, delta.used_plan) if delta.used_plan else plans,
            declared=(*self.state.declared, *delta.declared),
        )


# --- journal lines ------------------------------------------------------------------------------------


def line(delta: Delta, lineage: str, serial: int, account: str | None = None, *, project: str) -> bytes:
    """Return the journal line of one change: the one that makes the state `serial` of this lineage."""
    data = {
        "project": project,
        "lineage": lineage,
        "account": account,
        "serial": serial,
        "campaigns": {id_: _entry(one) for id_, one in delta.campaigns.items()},
        "intents": {id_: _intent(one) if one else None for id_, one in delta.intents.items()},
        "used_plan": delta.used_plan,
        **({"declared": [_declared(one) for one in delta.declared]} if delta.declared else {}),
    }
    return canonical(data).encode() + b"\n"


def replay(state: State, journal: bytes, where: str) -> State:
    """Return the state with the journal's changes. A torn last line is a write that never counted.

    It is one without its end, or, where a disk wrote the later of two blocks first, one with zero bytes in it.

    Lines that the state already holds are passed over: a run may die between writing the state and
    dropping the journal. Raises StateError for anything else that does not fit.
    """
    growing = Growing(state)
    lines = journal.split(b"\n")
    for number, text in enumerate(lines[:-1], start=1):  # what follows the last line break is torn
        if number == len(lines) - 1 and b"\0" in text:
            break
        try:
            raw = _json(text)
        except (ValueError, RecursionError) as error:
            raise _damaged(where, f"line {number} is not JSON") from error
        lineage, account, serial, delta = _checked(where, lambda raw=raw: _journal_line(raw))
        state = growing.state
        _refuse_foreign(_checked(where, lambda raw=raw: _project_of(raw)), delta, state.project, where)
        if state.lineage is not None and lineage != state.lineage:
            raise _damaged(where, f"line {number} belongs to another state")
        if serial <= state.serial:
            continue
        if serial != state.serial + 1:
            raise _damaged(where, f"line {number} is number {serial}, and {state.serial + 1} is missing")
        growing.add(delta, lineage, account)
    return growing.state


def _project_of(raw: Any) -> str | None:
    """Return the project of a journal line; lines of older versions have none."""
    return str(_is(str, raw["project"])) if "project" in raw else None


def _refuse_foreign(project: str | None, delta: Delta, own: str, where: str) -> None:
    """Raise StateError for a journal line of another project; one without a project is known by its tokens.

    What was adopted is left out there: a campaign that somebody named by its SID may hold any token.
    """
    if project is not None:
        if project != own:
            raise _foreign(where, f"project {quoted(project)}", own)
        return
    sent = {id_: one.token for id_, one in delta.campaigns.items() if one.origin == "created"}
    sent |= {id_: one.token for id_, one in delta.intents.items() if one is not None}
    for id_, mark in sent.items():
        if mark != token(own, id_):
            raise _foreign(where, f"another project, by the token of {quoted(id_)}", own)


def _foreign(where: str, whose: str, own: str) -> StateError:
    return StateError(
        f"{where} belongs to {whose}, and campaignctl.yaml says {quoted(own)}; put it back to the state that it "
        "continues: what it holds was sent, and must not get lost"
    )


def _journal_line(raw: Any) -> tuple[str, str | None, int, Delta]:
    delta = Delta(
        campaigns={id_: _entry_of(one) for id_, one in _is(dict, raw["campaigns"]).items()},
        intents={
            id_: _intent_of(one) if one is not None else None
            for id_, one in _is(dict, raw["intents"]).items()
        },
        used_plan=_is((str, type(None)), raw["used_plan"]),
        declared=_all_declared(raw),
    )
    return _is(str, raw["lineage"]), _is((str, type(None)), raw["account"]), _serial(raw["serial"]), delta

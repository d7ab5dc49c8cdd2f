"""Taking a campaign that exists at Exotel into the state, after checks.

A state's lock is held throughout. What is recorded is what the vendor holds, so that a later difference shows as
changed; where its answer does not say, what was sent counts. For a campaign that was made by hand its file is made:
the state comes first, for a file without an entry would be created once more.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from campaignctl import campaigns, controls, documents, drift
from campaignctl import plan as planning
from campaignctl.adoptions import Adoption, Taken
from campaignctl.apply import Session
from campaignctl.campaignfile import dumps, free, slug
from campaignctl.deliveries import Details
from campaignctl.errors import ProjectError, VendorError
from campaignctl.model import Campaign, Delta, Entry, canonical, token
from campaignctl.names import holds_token, unmarked
from campaignctl.plan import rfc3339
from campaignctl.profiles import PROFILES
from campaignctl.project import Project, render_all
from campaignctl.words import quoted

_NEEDED = ("content_type", "lists", "dlt_entity_id", "dlt_template_id", "sender_id", "sms_type", "template")


def plain_command(*words: str) -> str:
    """Return a command line without options."""
    return shlex.join(["campaignctl", *words])


class Vendor(Protocol):
    """What adopting needs of Exotel. Both raise VendorError; `every` also for a list that is not whole."""

    def show(self, sid: str) -> Details | None: ...
    def every(
        self, *, name: str | None = None, status: tuple[str, ...] = (), sort_by: str | None = None
    ) -> Iterator[Details]: ...


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where campaigns are taken in."""

    session: Session
    vendor: Vendor
    now: Callable[[], datetime]
    project: Project
    campaigns: Sequence[Campaign]  #: of all files
    command: Callable[..., str] = plain_command  #: makes the command lines of next steps

    @property
    def owner(self) -> str:
        """The project's name, which the tokens are made of."""
        return self.project.usable.project

    # --- looking ------------------------------------------------------------------------------------------

    def look(self, id_: str, sid: str) -> Adoption:
        """Return how a campaign would be taken in. Raises ProjectError where it cannot be, VendorError."""
        state = self.session.state
        mark = token(self.owner, id_)
        hits = {one.sid: one for one in self.vendor.every(name=mark) if mark in one.name}
        seen = self._seen(sid, hits.get(sid))
        self._refuse_another_id(id_, seen)
        expected = self._expected(id_, sid)
        base = self._base(id_, sid, expected)
        replaced = self._replaced(id_, sid)
        named = {**expected, "name": _name(expected, id_, mark, seen)}
        payload = held({**base, "name": _name(base, id_, mark, seen)}, seen)
        _refuse_unwritable(payload)
        entry, intent = state.campaigns.get(id_), state.intents.get(id_)
        return Adoption(
            id=id_,
            sid=sid,
            name=seen.name,
            token=mark,
            status=seen.status,
            start=drift.start_of(seen),
            payload=payload,
            differences=drift.changes(named, seen),
            silent=_silent(base, seen),
            others=tuple(drift.remote(one) for one in hits.values() if one.sid not in (sid, replaced)),
            replaced=replaced,
            known=entry is not None and (entry.sid, entry.payload) == (sid, payload) and intent is None,
            settles=intent is not None,
        )

    def _seen(self, sid: str, listed: Details | None) -> Details:
        seen = self.vendor.show(sid)
        if seen is None:
            raise ProjectError(
                f"Exotel knows no campaign with the SID {quoted(sid)}; its list and the dashboard show what there is"
            )
        name = seen.name or (listed.name if listed is not None else "")
        if not name:
            raise VendorError(
                f"Exotel does not say what {quoted(sid)} is called, so nobody can check which it is"
            )
        return replace(seen, name=name)

    def _refuse_another_id(self, id_: str, seen: Details) -> None:
        """One campaign has one id: by the state, and by the token in its name."""
        for other, entry in self.session.state.campaigns.items():
            if entry.sid == seen.sid and other != id_:
                raise ProjectError(
                    f"{quoted(seen.sid)} is in the state already, as {quoted(other)}; one campaign has one id"
                )
        for one in drift.ours(self.session.state, self.campaigns, self.owner):
            if one.token in seen.name and one.id != id_:
                raise ProjectError(
                    f"{quoted(seen.sid)} is {quoted(one.id)} by the token in its name, {quoted(seen.name)}; "
                    f"take it as that: `{self.command('adopt', one.id, seen.sid)}`"
                )

    def _expected(self, id_: str, sid: str) -> Mapping[str, Any]:
        """Return what a campaign should be: by what was sent, if its outcome is unknown, else by its file."""
        state = self.session.state
        if id_ in state.intents:
            return state.intents[id_].payload
        one = next((one for one in self.campaigns if one.id == id_), None)
        if one is not None:
            return self._sendable(one)
        if id_ in state.campaigns:
            return state.campaigns[id_].payload
        raise ProjectError(
            f"no campaign file has the id {quoted(id_)}; write one, or let it be made: "
            f"`{self.command('adopt', sid, '--write')}`"
        )

    def _sendable(self, campaign: Campaign) -> Mapping[str, Any]:
        """Return what would be sent by a file. Raises ProjectError where it does not say."""
        payload = campaigns.payload(campaign, self.owner)
        if not planning.is_whole(payload):
            raise ProjectError(
                f"nobody can say what {campaign.source.path} would send; `campaignctl lint` shows what to mend first"
            )
        return payload

    def _base(self, id_: str, sid: str, expected: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what counts where Exotel does not say: what is recorded of this very campaign, if it is."""
        entry = self.session.state.campaigns.get(id_)
        return entry.payload if entry is not None and entry.sid == sid else expected

    def _replaced(self, id_: str, sid: str) -> str | None:
        """Return the SID that the state has for this id, if it is another one and that one sends nothing more."""
        entry = self.session.state.campaigns.get(id_)
        if entry is None or entry.sid == sid:
            return None
        old = self.vendor.show(entry.sid)
        if old is not None and not controls.settled(old.status):
            held = f"{id_} is in the state as {quoted(entry.sid)}, which is {quoted(old.status or 'in an unknown status')}"
            if controls.over(old.status):
                raise ProjectError(
                    f"{held} at Exotel and may have reached everybody; if nobody is texted twice by this one, archive that "
                    f"one first: `{self.command('archive', id_)}`"
                )
            raise ProjectError(
                f"{held} at Exotel: the same people would be texted twice; pause it first: "
                f"`{self.command('stop', id_)}`"
            )
        return entry.sid

    # --- a file for it ------------------------------------------------------------------------------------

    def compose(self, sid: str, wanted: str | None = None) -> Adoption:
        """Return how a campaign that was made by hand would be taken in, with the file that it gets.

        `wanted` is the id that it is to have, None for one that is made of its name. Raises ProjectError where it
        cannot be, VendorError.
        """
        state = self.session.state
        seen = self._seen(sid, None)
        known = next((id_ for id_, one in state.campaigns.items() if one.sid == sid), None)
        if known is not None and wanted in (None, known):
            return self._again(known, seen)
        id_ = self._new_id(seen, wanted)
        self._refuse_another_id(id_, seen)
        missing = [key for key in _NEEDED if not seen.fields.get(key)]
        if missing:
            raise ProjectError(
                f"Exotel does not show all of {quoted(sid)} ({', '.join(missing)} missing), so no file can be made; "
                f"write one by hand, then `{self.command('adopt', 'ID', sid)}`"
            )
        text, payload = self._file(id_, seen)
        mark = token(self.owner, id_)
        desired = {**payload, "name": _name(payload, id_, mark, seen)}
        taken = held(desired, seen)
        _refuse_unwritable(taken)
        return Adoption(
            id=id_,
            sid=sid,
            name=seen.name,
            token=mark,
            status=seen.status,
            start=drift.start_of(seen),
            payload=taken,
            differences=drift.changes(desired, seen),
            silent=_silent(desired, seen),
            text=text,
        )

    def _again(self, id_: str, seen: Details) -> Adoption:
        """It is in the state; only its file may be missing, after a run that was cut off."""
        entry = self.session.state.campaigns[id_]
        has_file = any(one.id == id_ for one in self.campaigns)
        return Adoption(
            id=id_,
            sid=seen.sid,
            name=seen.name,
            token=entry.token,
            status=seen.status,
            start=drift.start_of(seen),
            payload=entry.payload,
            known=True,
            text=None
            if has_file
            else self._dumped(id_, {**entry.payload, "name": drift.bare(entry.payload, id_, entry.token)}),
        )

    def _new_id(self, seen: Details, wanted: str | None) -> str:
        name, mark = unmarked(seen.name)
        if holds_token(name):
            raise ProjectError(
                f"the name of {quoted(seen.sid)}, {quoted(seen.name)}, holds a token beside its end, as a copy does; no file "
                "can have it, so rename it at Exotel first"
            )
        if mark is not None:
            return self._marked_id(seen, name, mark, wanted)
        state = self.session.state
        taken = {*state.campaigns, *state.intents, *(one.id for one in state.declared)}
        taken |= {one.id for one in self.campaigns if one.id is not None}
        if wanted is None:
            return free(slug(name, seen.sid), taken)
        if wanted in taken:
            raise ProjectError(
                f"the id {quoted(wanted)} is taken; leave it out, or without --write check against its file"
            )
        return wanted

    def _marked_id(self, seen: Details, name: str, mark: str, wanted: str | None) -> str:
        """Return the id whose token the name ends in: another one would be looked for by another token."""
        self._refuse_another_id("", seen)
        id_ = wanted or slug(name, seen.sid)
        if token(self.owner, id_) == mark:
            return id_
        if wanted is None:
            raise ProjectError(
                f"the name of {quoted(seen.sid)}, {quoted(seen.name)}, ends in the token of an id that is not known here; say "
                f"which: `{self.command('adopt', 'ID', seen.sid, '--write')}`"
            )
        raise ProjectError(
            f"the token {mark} in the name of {quoted(seen.sid)} is not that of {quoted(wanted)} in project "
            f"{quoted(self.owner)}; give the id that it was created under, or if it is another project's, take the token out "
            "of its name at Exotel first"
        )

    def _dumped(self, id_: str, fields: Mapping[str, Any]) -> str:
        lists = self.project.registry.by_sid.values()
        return dumps(
            id_,
            fields,
            defaults=self.project.defaults,
            aliases={one.sid: one.alias for one in lists if one.alias is not None},
            schemas=(self.project.root / ".schemas").is_dir(),
        )

    def _file(self, id_: str, seen: Details) -> tuple[str, Mapping[str, Any]]:
        """Return the text of a file, and what would be sent by it: read again, with defaults and Jinja2."""
        text = self._dumped(id_, {**seen.fields, "name": unmarked(seen.name)[0]})
        try:
            parsed = documents.parse(text.encode(), f"{id_}.yaml")
        except UnicodeEncodeError:
            parsed = documents.parse(b"", f"{id_}.yaml")
        if len(parsed.documents) != 1 or not isinstance(parsed.documents[0].data, dict):
            raise ProjectError(
                f"{quoted(seen.sid)} has a text or a name that no file can hold; write it by hand"
            )
        document = parsed.documents[0]
        data, _ = render_all(document.data, self.project.render)
        effective = {**self.project.defaults, **data}
        profile = PROFILES[self.project.usable.profile]
        made = campaigns.build(effective, document, self.project.registry, profile)
        return text, campaigns.payload(made, self.owner)

    # --- doing --------------------------------------------------------------------------------------------

    def take(self, one: Adoption) -> Adoption:
        """Record it. The caller has made sure that it is the one."""
        state = self.session.state
        entry, intent = state.campaigns.get(one.id), state.intents.get(one.id)
        same = entry is not None and entry.sid == one.sid
        plan_id = (
            intent.plan_id if intent is not None else entry.plan_id if entry is not None and same else None
        )
        made = Entry(
            token=one.token,
            sid=one.sid,
            payload=one.payload,
            origin=entry.origin if entry is not None and same else "adopted",
            at=entry.at if entry is not None and same else rfc3339(self.now()),
            plan_id=plan_id,
        )
        self.session.record(
            Delta(campaigns={one.id: made}, intents={one.id: None} if intent is not None else {})
        )
        return replace(one, outcome=Taken.ADOPTED)


# --- payloads -------------------------------------------------------------------------------------------


def _name(sent: Mapping[str, Any], id_: str, mark: str, seen: Details) -> str:
    """Return the name that was to be expected, with the token or without it, as Exotel has it."""
    name = drift.bare(sent, id_, mark)
    return f"{name} {mark}" if mark in seen.name else name


def held(sent: Mapping[str, Any], seen: Details) -> dict[str, Any]:
    """Return what Exotel holds, in the words of what was sent where both mean the same."""
    payload = dict(sent)
    for change in drift.changes(sent, seen):
        key, _, part = change.field.partition(".")
        if part:
            payload[key] = {**payload.get(key, {}), part: change.after}
        else:
            payload[key] = change.after
    return payload


def _silent(sent: Mapping[str, Any], seen: Details) -> tuple[str, ...]:
    shown: Collection[str] = drift.flat(seen.fields)
    return tuple(sorted(key for key in drift.flat(sent) if key != "name" and key not in shown))


def _refuse_unwritable(payload: Mapping[str, Any]) -> None:
    """Raise VendorError for what no state could hold: half a surrogate pair."""
    try:
        canonical(payload).encode()
    except UnicodeEncodeError:
        raise VendorError("Exotel's details hold text that is none; they cannot be recorded") from None

"""What is read of an account beside the creates: campaigns, their single messages, contact lists.

Every function asks by an `Ask`, which reads one place below the account and gives back a sound answer or raises
VendorError. A list that cannot be complete is an error, for it would read as "there is no such thing".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar
from urllib.parse import quote

from campaignctl import controls
from campaignctl.deliveries import Details, Message, VendorList
from campaignctl.errors import VendorError
from campaignctl.exotel import answers, control, records
from campaignctl.exotel.answers import Envelope
from campaignctl.exotel.records import Record
from campaignctl.model import Remote
from campaignctl.names import called

T = TypeVar("T")

Sound = Callable[[int, Envelope], bool]
#: The query, the place below the account, what answer is sound -> that answer.
Ask = Callable[[Mapping[str, str | int], str, Sound], Envelope]

#: The largest page that a list of campaigns gives (Exotel: Bulk SMS campaign details, `limit`).
PAGE = 50
#: The page that a list of lists gives if none is asked for; no page says what the largest is (Exotel: Lists).
_PAGE_OF_LISTS = 20
#: Longer than this, a list is taken for one without an end: campaigns and lists, messages of one campaign.
_MOST, _MOST_MESSAGES = 200_000, 5_000_000
#: The shortest name that Exotel searches for (Exotel: Bulk SMS campaign details, `name`).
_SHORTEST_NAME = 3
_NEW_PATH = "message-campaigns"
#: Every place where a token may begin; they may overlap with what stands before.
_TOKENS = re.compile(r"(?=(cc[a-z2-7]{10}))")
_TURNS = 3


def place_of(collection: str, sid: str) -> str:
    """Return the place of one campaign or list. Raises VendorError for a SID that would be another place."""
    if not sid.strip(". "):
        raise VendorError("a campaign of the state has no SID that Exotel could have given")
    return f"{collection}/{quote(sid, safe='')}"


# --- pages ------------------------------------------------------------------------------------------------


class Turn:
    """One reading of all pages of a list, and what tells whether nothing was missed."""

    def __init__(self, ask: Callable[[int], Envelope], what: str, most: int | None = None) -> None:
        self._ask, self._what, self._most = ask, what, most or _MOST
        self.keys: set[str] = set()
        self.totals: list[int] = []
        self.read = 0

    def pages(
        self, parse: Callable[[Envelope], Iterable[tuple[str, T] | None]]
    ) -> Iterator[list[tuple[str, T]]]:
        """Yield page by page what `parse` makes of it, by its key.

        Raises VendorError for a record that it makes nothing of, and for pages without an end.
        """
        while True:
            envelope = self._ask(self.read)
            if envelope.total is not None:
                self.totals.append(envelope.total)
            found = []
            for one in parse(envelope):
                if one is None:
                    raise VendorError(
                        f"Exotel's {self._what} holds one without SID or name; it cannot be trusted"
                    )
                found.append(one)
            before = len(self.keys)
            self.keys.update(key for key, _ in found)
            self.read += len(found)
            yield found
            if not found or (envelope.total is not None and self.read >= envelope.total):
                return
            if self.read > self._most:
                raise VendorError(f"Exotel's {self._what} does not end; it cannot be trusted")
            if len(self.keys) == before:
                raise VendorError(f"Exotel's {self._what} repeats itself; it cannot be trusted")

    @property
    def total(self) -> int | None:
        return max(self.totals, default=None)

    def is_whole(self, *, growing: bool = False) -> bool:
        """Return whether everything came, and once: what came twice stands where another should.

        With `growing`, the list may have become longer meanwhile.
        """
        steady = growing or len(set(self.totals)) <= 1
        return steady and self.total in (None, len(self.keys)) and self.read == len(self.keys)

    def problem(self, end: str = "run again") -> VendorError:
        """Return what to raise when it was not whole."""
        return VendorError(
            f"Exotel's {self._what} is incomplete ({len(self.keys)} of {self.total or self.read}); {end}"
        )


def is_list(status: int, envelope: Envelope) -> bool:
    """Return whether an answer is a list without any error: what else could prove that something is absent?"""
    errors = envelope.error or any(one.error or (one.code or 200) >= 300 for one in envelope.items)
    return status == 200 and envelope.is_list and not errors


def _holds_records(status: int, envelope: Envelope) -> bool:
    """As `is_list`, and tolerant: flat records, whatever their own status is, and one object in place of an array."""
    if status != 200 or envelope.error or not (envelope.is_list or envelope.elements):
        return False
    return all(records.record(one) is not None for one in envelope.elements)


def _held(envelope: Envelope) -> Iterator[Record]:
    return (found for one in envelope.elements if (found := records.record(one)) is not None)


# --- campaigns --------------------------------------------------------------------------------------------


def campaigns(ask: Ask, endpoint: str, name: str | None) -> tuple[Remote, ...]:
    """Return all campaigns whose name holds `name` (3 letters or more), read page by page.

    Without a count of all there is no proof that one is absent. No status is asked for: without one the list holds all of them, archived ones too (Exotel: Bulk SMS campaign
    details, `status`), and any set that is named would hide what it does not name.
    """

    def page(offset: int) -> Envelope:
        filters: dict[str, str] = {} if name is None else {"name": name}
        envelope = ask(_query(endpoint, offset, {"sort_by": "name:asc", **filters}), endpoint, is_list)
        if envelope.total is None or envelope.held not in (None, len(envelope.items)):
            raise VendorError(
                "Exotel's list of campaigns does not say how many there are (`metadata`: `total` and `count`), so nobody "
                "can tell whether it is complete; nothing was created"
            )
        return envelope

    def parse(envelope: Envelope) -> Iterator[tuple[str, Remote] | None]:
        for item in envelope.items:
            one = answers.remote(item.data)
            yield (one.sid, one) if one else None

    for _ in range(_TURNS):  # a campaign made meanwhile moves the pages
        turn = Turn(page, "list of campaigns")
        found = {key: one for held in turn.pages(parse) for key, one in held}
        if turn.is_whole():
            return tuple(found.values())
    raise turn.problem("nothing was created, run again")


def by_token(tokens: Iterable[str], found: Iterable[Remote]) -> dict[str, tuple[Remote, ...]]:
    """Return the campaigns whose name holds each token."""
    hits: dict[str, list[Remote]] = {token: [] for token in tokens}
    for one in found:
        for word in _TOKENS.findall(one.name):
            if word in hits:
                hits[word].append(one)
    return {token: tuple(held) for token, held in hits.items()}


def by_name(names: Mapping[str, str], found: Iterable[Remote]) -> dict[str, tuple[Remote, ...]]:
    """Return for each key of `names` the campaigns that are called so, whatever token ends their names."""
    hits: dict[str, list[Remote]] = {called(name): [] for name in names.values()}
    for one in found:
        if (held := hits.get(called(one.name))) is not None:
            held.append(one)
    return {key: tuple(hits[called(name)]) for key, name in names.items() if hits[called(name)]}


def search_term(name: str) -> str | None:
    """Return the longest part of a name that a search for part of one finds whatever the case and the blanks; None
    for one that is too short to be searched for.

    The search is like SQL's LIKE `%name%` (Exotel: Bulk SMS campaign details, `name`): the case of letters beyond
    ASCII may count, a backslash may mean something.
    """
    plain = "".join(
        char if char.isprintable() and char != "\\" and (char.isascii() or not _has_case(char)) else "\n"
        for char in name
    )
    parts = (part.strip() for part in re.split(r"\n+|\s{2,}", plain))
    longest = max(parts, key=len)
    return longest if len(longest) >= _SHORTEST_NAME else None


def _has_case(char: str) -> bool:
    return char.lower() != char.upper()


def every(
    ask: Ask, endpoint: str, *, name: str | None, status: tuple[str, ...], sort_by: str | None
) -> Iterator[Details]:
    """Yield the campaigns that are asked for, once the list is known to be complete. Raises VendorError.

    Whether Exotel heeds a filter is not taken for granted: what does not fit is left out here.
    """
    filters = {"sort_by": sort_by or "name:asc"}
    if status:
        filters["status"] = ",".join(status)
    if name is not None and len(name) >= _SHORTEST_NAME and name.isprintable():
        filters["name"] = name

    def page(offset: int) -> Envelope:
        return ask(_query(endpoint, offset, filters), endpoint, _holds_records)

    def parse(envelope: Envelope) -> Iterator[tuple[str, Details] | None]:
        for held in _held(envelope):
            one = records.details(held)
            yield (one.sid, one) if one and one.name else None

    for _ in range(_TURNS):
        turn = Turn(page, "list of campaigns")
        found = {key: one for held in turn.pages(parse) for key, one in held}
        if turn.is_whole():
            yield from (one for one in found.values() if _fits(one, name, status))
            return
    raise turn.problem()


def _fits(one: Details, name: str | None, status: tuple[str, ...]) -> bool:
    if name is not None and name.casefold() not in one.name.casefold():
        return False
    wanted = [controls.status(word) or word for word in status]
    return not wanted or one.status is None or (controls.status(one.status) or one.status) in wanted


def _query(endpoint: str, offset: int, filters: Mapping[str, str]) -> dict[str, str | int]:
    channel = {"channel": "sms"} if endpoint == _NEW_PATH else {}
    return {"limit": PAGE, "offset": offset, **filters, **channel}


def show(ask: Ask, place: str, sid: str) -> Details | None:
    """Return one campaign; None for absent. Raises VendorError, also when the answer is about another one."""
    envelope = ask({}, place, control.is_sound)
    found = _one(envelope)
    if found is None:
        return None
    one = records.details(_with_sid(found, sid))
    if one is None or one.sid != sid:
        raise VendorError("Exotel's details are those of another campaign; they cannot be trusted")
    return one


def _one(envelope: Envelope) -> Record | None:
    """Return what an answer to a question about one thing holds; None for absent."""
    return records.record(envelope.elements[0]) if len(envelope.elements) == 1 else None


def _with_sid(found: Record, sid: str) -> Record:
    """Return a record that says which one it is, for an answer need not repeat what was asked."""
    named = any(found.data.get(key) for key in ("sid", "id"))
    return found if named else Record({**found.data, "sid": sid}, found.summary)


# --- messages ---------------------------------------------------------------------------------------------


def messages(ask: Ask, endpoint: str, sid: str, number: str | None) -> Iterator[Message]:
    """Yield the messages of one campaign. Raises VendorError, at its end for an incomplete list.

    No order is asked for: the pages name two different keys for it. The list may grow meanwhile; what came in one
    turn does not come again in the next.
    """
    place = place_of(endpoint, sid)
    way = f"{place}/{'message-details' if endpoint == _NEW_PATH else 'sms-details'}"
    filters = {} if number is None else {"number": number}

    def page(offset: int) -> Envelope:
        sound = _holds_messages if offset == 0 else _holds_records
        envelope = ask(_query(endpoint, offset, filters), way, sound)
        if _holds_records(200, envelope):
            return envelope
        if show(ask, place, sid) is None:
            raise VendorError("Exotel knows no campaign with this SID")
        return envelope._replace(elements=(), total=None)  # it has no messages yet

    seen: set[str] = set()
    for _ in range(_TURNS):
        turn = Turn(page, "list of messages", _MOST_MESSAGES)
        for held in turn.pages(_messages):
            fresh = {key: one for key, one in held if key not in seen}
            seen.update(fresh)
            yield from (one for one in fresh.values() if _is_to(one, number))
        if turn.is_whole(growing=True):
            return
    raise turn.problem()


def _holds_messages(status: int, envelope: Envelope) -> bool:
    """A campaign without messages yet may be answered with 404, and so is one that does not exist."""
    return (status == 404 and answers.is_exotels(envelope)) or _holds_records(status, envelope)


def _messages(envelope: Envelope) -> Iterator[tuple[str, Message] | None]:
    for held in _held(envelope):
        one = records.message(held)
        yield (one.sid or repr(one), one) if one else None


def _is_to(one: Message, number: str | None) -> bool:
    """Return whether a message went to this number: India's are written with +91, 0 or neither before ten digits."""
    if number is None or one.number is None:
        return number is None
    return _digits(one.number)[-10:] == _digits(number)[-10:]


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())


# --- lists ------------------------------------------------------------------------------------------------


def lists(ask: Ask) -> tuple[VendorList, ...]:
    """Return all contact lists of the account, in the order they were made. Raises VendorError."""

    def page(offset: int) -> Envelope:
        query: dict[str, str | int] = {
            "limit": _PAGE_OF_LISTS,
            "offset": offset,
            "sort_by": "date_created:asc",
        }
        return ask(query, "lists", _holds_records)

    def parse(envelope: Envelope) -> Iterator[tuple[str, VendorList] | None]:
        for held in _held(envelope):
            one = records.vendor_list(held)
            yield (one.sid, one) if one else None

    for _ in range(_TURNS):
        turn = Turn(page, "list of lists")
        found = {key: one for held in turn.pages(parse) for key, one in held}
        if turn.is_whole():
            return tuple(found.values())
    raise turn.problem()


def list_of(ask: Ask, sid: str) -> VendorList | None:
    """Return one contact list; None for absent. Raises VendorError, also when the answer is about another one.

    Under which name a list gives its count no page says; where it gives none, the pages of its contacts have a total.
    """
    place = place_of("lists", sid)
    found = _one(ask({}, place, control.is_sound))
    if found is None:
        return None
    one = records.vendor_list(_with_sid(found, sid))
    if one is None or one.sid != sid:
        raise VendorError("Exotel's answer is about another list; it cannot be trusted")
    if one.contacts is not None:
        return one
    return replace(one, contacts=ask({"limit": 1, "offset": 0}, f"{place}/contacts", _holds_messages).total)

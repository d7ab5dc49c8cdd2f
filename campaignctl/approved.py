"""What is approved outside, on the DLT portal and at Exotel, as values; and a text held against them.

These are the values of `registry/`. Like those of `model` they are frozen, with tuples inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class SlotKind(StrEnum):
    """What may stand in a slot of a registered text (TRAI direction of 18 Nov 2025, Annexure-I)."""

    VAR = "var"  #: the old untyped slot: anything
    NUMERIC = "numeric"
    ALPHANUMERIC = "alphanumeric"
    URL = "url"
    URLOTT = "urlott"
    CBN = "cbn"  #: a call-back number
    EMAIL = "email"
    UNKNOWN = "unknown"  #: a tag that nobody has documented: anything, with a warning


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """One slot of a registered text: its kind, its tag as written, its place in the text."""

    kind: SlotKind
    tag: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A content template as the DLT portal holds it. `fixed` has one text more than there are slots."""

    id: str
    entity: str
    name: str | None = None
    headers: tuple[str, ...]
    category: str  #: transactional | service-implicit | service-explicit | promotional | government
    text: str  #: byte for byte as registered
    status: str  #: approved | pending | rejected | inactive | blacklisted
    language: str | None = None
    encoding: str | None = None  #: text | unicode, as the portal flags it; None: not stated
    business: int | None = None  #: business category, 0 to 8 (the first digit of promotional headers)
    variable_count: int | None = None  #: slots as the portal counts them
    slots: tuple[Slot, ...] = ()
    fixed: tuple[str, ...] = ()
    index: int = 0  #: its place in registry/templates.yaml

    @property
    def is_approved(self) -> bool:
        """Return whether it can be sent at all."""
        return self.status == "approved"

    @property
    def is_promotional(self) -> bool:
        """Return whether the platform treats it as promotional: Service-Explicit too, since October 2025."""
        return self.category in ("promotional", "service-explicit")


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """What registry/templates.yaml says about a header, beyond the templates that name it."""

    name: str
    last_used: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One whitelisted web address."""

    url: str
    kind: str  #: static | dynamic | short | apk | ott
    index: int = 0  #: its place in registry/links.yaml, `urls`


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """The call-to-action whitelist. `stated` is False where there is no registry/links.yaml."""

    urls: tuple[Link, ...] = ()
    numbers: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()  #: domains, with or without @
    stated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipientList:
    """One list of recipients at Exotel, as registry/lists.yaml describes it."""

    alias: str | None  #: None for a list named by its SID alone
    sid: str
    columns: tuple[str, ...] | None = None  #: None: not stated
    contacts: int | None = None  #: people in it; None: not stated
    sample: Mapping[str, str] = field(default_factory=dict)  #: one made-up row by column
    consent: str | None = None  #: recorded | none; None: not stated
    consent_until: date | None = None  #: the last day of the recorded consent


@dataclass(frozen=True, kw_only=True, slots=True)
class Registry:
    """What is approved outside and written down in registry/."""

    lists: Mapping[str, RecipientList] = field(default_factory=dict)
    by_sid: Mapping[str, RecipientList] = field(default_factory=dict)
    complete: bool = True  #: False: mistakes in lists.yaml have left some of it out
    templates: Mapping[str, Template] = field(default_factory=dict)  #: by id
    repeated: tuple[Template, ...] = ()  #: templates whose id stands in the file before
    knows_templates: bool = False  #: whether templates.yaml could be read as a whole
    headers: Mapping[str, Header] = field(default_factory=dict)
    known_headers: frozenset[str] = frozenset()  #: those of `headers` and of all templates
    brands: tuple[str, ...] = ()
    exported: date | None = None  #: the day of the portal's export
    links: Links = Links()

    @property
    def approved(self) -> tuple[Template, ...]:
        """Return the templates that can be sent, each id once.

        A text of more than 2,000 characters is not what is registered: template-too-long says so.
        """
        return tuple(one for one in self.templates.values() if one.is_approved and len(one.text) <= 2000)


class DifferenceKind(StrEnum):
    """How a text first differs from the registered one."""

    CASE = "case"
    WHITESPACE = "whitespace"
    NEWLINE = "newline"
    PUNCTUATION = "punctuation"
    LOOKALIKE = "look-alike"
    MISSING = "missing text"
    EXTRA = "extra text"
    OTHER = "other text"


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Where a text leaves its registered template, first and worst."""

    kind: DifferenceKind
    start: int  #: the place in the campaign's text, in code points
    end: int
    here: str  #: what stands there
    registered: str  #: what is registered there
    alone: bool  #: nothing but differences of this kind
    repairs: tuple[tuple[int, int, str], ...] = ()  #: edits that make it match; () if one would need a value


@dataclass(frozen=True, kw_only=True, slots=True)
class Filling:
    """What stands in one slot."""

    slot: Slot
    start: int  #: the place in the campaign's text, in code points
    end: int
    value: str  #: as written, @@columns and all
    columns: tuple[str, ...] = ()  #: the @@columns in it
    sample: str = ""  #: with the list's sample row filled in; an unknown column as nothing
    known: bool = True  #: False: a column in it has no sample


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A campaign's text held against its registered template."""

    fillings: tuple[Filling, ...] | None = None  #: one for each slot; None: the text does not match
    difference: Difference | None = None

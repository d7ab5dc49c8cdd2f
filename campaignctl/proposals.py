"""What a DLT portal's export proposes for registry/templates.yaml, and Exotel for lists.yaml, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from campaignctl.findings import Severity

#: The fields of a template that an export may state, in the order in which a new one is written.
FIELDS = (
    "id",
    "entity",
    "name",
    "headers",
    "category",
    "status",
    "language",
    "encoding",
    "variable_count",
    "text",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """One template of an export. None: the export does not say."""

    id: str
    place: str  #: where it stands in the export: "line 7", "row 7", "item 7"
    entity: str | None = None
    name: str | None = None
    headers: tuple[str, ...] | None = None
    category: str | None = None
    status: str | None = None
    language: str | None = None
    encoding: str | None = None
    variable_count: int | None = None
    text: str | None = None


class Remark(NamedTuple):
    """Something to say about an export. An error refuses it as a whole; a place of "" is the file."""

    severity: Severity
    place: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """An export as it was read: what it proposes, and what is to be said about it."""

    proposals: tuple[Proposal, ...]
    remarks: tuple[Remark, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()  #: the field and the column that it was taken from
    unused: tuple[str, ...] = ()  #: columns that nothing was taken from
    notes: tuple[str, ...] = ()  #: what was turned into what


@dataclass(frozen=True, kw_only=True, slots=True)
class Fallbacks:
    """What holds where neither the export nor the registry says it. None and (): nothing does."""

    entity: str | None = None
    headers: tuple[str, ...] = ()
    category: str | None = None


class FieldChange(NamedTuple):
    """A field of a known template that gets another value; before is None where there was none."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """One template to be written: a new one, or changes of the one at `index` of the file."""

    id: str
    name: str | None
    entry: Mapping[str, Any]  #: the whole template as it will stand there
    index: int | None = None  #: None: it is new
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Merge:
    """An export held against the registry: what would be written, and what stays."""

    updates: tuple[Update, ...] = ()
    unchanged: int = 0  #: templates that stand there exactly so
    absent: tuple[str, ...] = ()  #: ids that are in the registry and not in the export; they stay
    remarks: tuple[Remark, ...] = ()
    notes: tuple[str, ...] = ()


# --- what Exotel's lists propose for registry/lists.yaml ---------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class NewList:
    """A list of the account that the file does not have, under the alias that it would get."""

    alias: str
    sid: str
    name: str  #: as Exotel has it
    contacts: int | None
    dynamic: bool | None = None  #: None: Exotel does not say


class Recount(NamedTuple):
    """A known list whose count differs; before is None where the file has none."""

    alias: str
    sid: str
    before: int | None
    after: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Pull:
    """The account's lists held against the file's: what would be written, and what stays."""

    new: tuple[NewList, ...] = ()
    recounts: tuple[Recount, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()  #: alias and SID of what Exotel does not have; they stay
    odd: tuple[tuple[str, str], ...] = ()  #: SID and name of lists whose SID the file cannot take
    unchanged: int = 0

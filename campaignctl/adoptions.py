"""Taking a campaign of Exotel's into the state: values for the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from campaignctl import controls
from campaignctl.model import FieldChange, Remote


class Taken(StrEnum):
    """What became of it."""

    ADOPTED = "adopted"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Adoption:
    """One campaign that is to be in the state under one id."""

    id: str
    sid: str
    name: str  #: as Exotel has it
    token: str
    status: str | None
    start: str | None
    payload: Mapping[str, Any] = field(
        repr=False
    )  #: what Exotel holds, and what was sent where it does not say
    differences: tuple[FieldChange, ...] = ()  #: before: what the file says; after: what Exotel shows
    silent: tuple[str, ...] = ()  #: fields that Exotel does not show
    others: tuple[Remote, ...] = ()  #: other campaigns with the token of this id
    replaced: str | None = None  #: the SID that the state had for this id
    known: bool = False  #: the state has exactly this already
    settles: bool = False  #: an earlier create of this id has no clear answer
    text: str | None = field(default=None, repr=False)  #: of the file that is to be written
    path: str | None = None  #: of that file, as reports show it
    outcome: Taken = Taken.REFUSED
    why: str | None = None  #: why it was refused, with the next step

    @property
    def is_unproven(self) -> bool:
        """Whether neither what people get, nor who gets it, nor a token says that it is the one of a file."""
        return self.text is None and self.token not in self.name and {"template", "lists"} <= {*self.silent}

    @property
    def awake(self) -> tuple[Remote, ...]:
        """Those of the others that may send, or have sent."""
        return tuple(one for one in self.others if not controls.settled(one.status))

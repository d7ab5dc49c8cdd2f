"""What a request changes of campaignctl.yaml and registry/: values for the reports that people read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


class Unset(NamedTuple):
    """In place of the value of a setting that is not written down."""

    default: Any = None  #: what counts then; None: nothing does, or it is not stated


class Setting(NamedTuple):
    """A value that is another one, its name in dotted form; the same one where it is told beside another."""

    name: str
    before: Any
    after: Any


class Item(NamedTuple):
    """One list, template or entry of the whitelist that is new, gone or edited."""

    noun: str  #: alias | template | web address | number | mail domain
    name: str
    changes: tuple[Setting, ...] = ()
    is_new: bool = False
    is_gone: bool = False
    kin: tuple[str, ...] = ()  #: of an alias with another SID: who else has that SID, or had it


@dataclass(frozen=True, kw_only=True, slots=True)
class Amended:
    """A file of the settings that is not as the earlier revision has it."""

    path: str  #: in the campaigns folder
    settings: tuple[Setting, ...] = ()  #: what weighs most comes first
    items: tuple[Item, ...] = ()
    was: str = ""  #: what is to be said of the file as a whole: new | gone | unreadable before

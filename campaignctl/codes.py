"""Exotel's delivery codes: what each means, which lint rules would have caught it, or what to do.

Sources: Exotel, DetailedStatusCode / DetailedStatus of the SMS API, and its table of DLT failures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """One row of the tables."""

    code: int
    detailed_status: str
    meaning: str
    rules: tuple[str, ...] = ()  #: names of the rules that would have caught it, the likeliest first
    advice: str = ""  #: what to do


_TABLE: tuple[Code, ...] = (
    Code(code=20005, detailed_status="DELIVERED_TO_HANDSET", meaning="delivered to the phone"),
)
#: Every code that the tables list.
MEANINGS: Mapping[int, Code] = {one.code: one for one in _TABLE}


def _plain(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum())


_WORDS: Mapping[str, Code] = {_plain(one.detailed_status): one for one in _TABLE}


def of(detailed_status: str | None, code: int | None) -> Code | None:
    """Return the row of a code, or that of the words when the code is absent or unheard of; None for neither."""
    if code is not None and code in MEANINGS:
        return MEANINGS[code]
    return _WORDS.get(_plain(detailed_status)) if detailed_status else None

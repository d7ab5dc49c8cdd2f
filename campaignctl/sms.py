"""Texts as the network counts them: encoding, units, parts; and the @@columns in them.

Tables and limits: 3GPP TS 23.038 (alphabet) and TS 23.040 (concatenation header of 6 octets).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "^{}\\[~]|€\f"
_ALL_BASIC = re.compile(f"[{re.escape(_BASIC)}]*").fullmatch
_GSM_START = re.compile(f"[{re.escape(_BASIC + _EXTENSION)}]*").match
_ALL_GSM = re.compile(f"[{re.escape(_BASIC + _EXTENSION)}]*").fullmatch

#: A column of the recipient list in a text: "@@First_name" (Exotel: Create SMS campaign, `template`).
#: \w alone would end a Hindi name at its first vowel sign: those of the Indian scripts are marks, not letters.
COLUMN = re.compile(r"@@([\w\u0900-\u0963\u0966-\u0dff\u200c\u200d]+)")


class Encoding(StrEnum):
    """How a message travels: 7-bit septets, or 16-bit units as soon as one character needs them."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


class Parts(NamedTuple):
    """What a text costs: its encoding, its length in septets or UTF-16 units, the messages it makes."""

    encoding: Encoding
    units: int
    parts: int


def parts(text: str) -> Parts:
    """Count a text: 160 septets or 70 units in one message, 153 or 67 in each of several.

    An escape pair (septets of `€ [ ] { } ^ ~ | \\`) and a surrogate pair are never split over two parts.
    """
    if _ALL_BASIC(text):
        return Parts(Encoding.GSM7, len(text), _even_parts(len(text), 160, 153))
    if _ALL_GSM(text):
        widths = [2 if char in _EXTENSION else 1 for char in text]
        return Parts(Encoding.GSM7, sum(widths), _filled_parts(widths, 160, 153))
    widths = [2 if char > "\uffff" else 1 for char in text]
    return Parts(Encoding.UCS2, sum(widths), _filled_parts(widths, 70, 67))


def _even_parts(units: int, single: int, several: int) -> int:
    return 1 if units <= single else -(-units // several)


def _filled_parts(widths: list[int], single: int, several: int) -> int:
    return 1 if sum(widths) <= single else len(_starts(widths, several)) + 1


def _starts(widths: list[int], several: int) -> list[int]:
    """Return the places where the second part and each further one begins."""
    starts: list[int] = []
    used = 0
    for place, width in enumerate(widths):
        if used + width > several:
            starts.append(place)
            used = 0
        used += width
    return starts


def boundaries(text: str) -> tuple[int, ...]:
    """Return the places where a part ends and the next begins, in code points; () for a single message."""
    is_gsm = _ALL_GSM(text) is not None
    if is_gsm:
        widths = [2 if char in _EXTENSION else 1 for char in text]
    else:
        widths = [2 if char > "\uffff" else 1 for char in text]
    if sum(widths) <= (160 if is_gsm else 70):
        return ()
    return tuple(_starts(widths, 153 if is_gsm else 67))


def forcing(text: str) -> int | None:
    """Return the place of the first character that makes a text Unicode, in code points; None for a plain one."""
    found = _GSM_START(text)
    end = found.end() if found else 0
    return end if end < len(text) else None


def is_gsm(text: str) -> bool:
    """Return whether all characters of a text are of the 7-bit alphabet."""
    return _ALL_GSM(text) is not None


def filled(text: str, row: Mapping[str, str]) -> str:
    """Return a text with the values of a row in place of their @@columns; a column without a value stays."""
    return COLUMN.sub(lambda found: row.get(found[1], found[0]), text) if row else text


def columns(text: str) -> tuple[str, ...]:
    """Return the distinct @@columns of a text in order of first use, without the @@."""
    if "@@" not in text:
        return ()
    return tuple(dict.fromkeys(COLUMN.findall(text)))

"""DLT ids: what their digits say, and what is wrong with one.

An id has 19 digits: a 1, the operator, two digits of kind, fifteen more. No operator has published that: it is
read off ids in public exports and vendor pages of 2021 to 2026, several of each kind, without an exception.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from unicodedata import decimal

from campaignctl.words import INDIA, quoted

#: The second digit: the portal that has given the id.
OPERATORS: Mapping[str, str] = {"0": "Airtel", "1": "Vi", "2": "Jio", "4": "BSNL", "7": "SmartPing"}


class Kind(StrEnum):
    """What an id stands for."""

    ENTITY = "a principal entity"
    TELEMARKETER = "a telemarketer"
    HEADER = "a header"
    TEMPLATE = "a content template"


#: The third and fourth digit. Templates have had 07 until July 2026, and 77 since.
KINDS: Mapping[str, Kind] = {
    "01": Kind.ENTITY,
    "02": Kind.TELEMARKETER,
    "05": Kind.HEADER,
    "07": Kind.TEMPLATE,
    "77": Kind.TEMPLATE,
}


class Fault(StrEnum):
    """What is wrong with an id, the worst first: one id has one fault."""

    DAMAGED = "damaged"  #: a spreadsheet has made a number of it: 1.10718E+18
    VENDOR = "vendor"  #: the gateway's own id of a template
    MISSING = "missing"  #: blank
    FORMAT = "format"  #: not 19 digits
    KIND = "kind"  #: the id of something else
    ZEROS = "zeros"  #: four or more zeros at the end, as a spreadsheet leaves after its 15 digits


#: What a spreadsheet shows of a long number, and what it saves; some write a comma for the point.
is_damaged = re.compile(
    r"\s*[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]{1,3}\s*|\s*[0-9]{5,}[.,][0-9]{0,9}\s*"
).fullmatch
#: MSG91 calls its templates by 24 hexadecimal digits, Fast2SMS by five or six (their API references).
_is_vendors = re.compile(r"(?=.*[A-Fa-f])[0-9A-Fa-f]{24}|[0-9]{5,6}").fullmatch
_is_id = re.compile(r"[0-9]{19}").fullmatch
#: What comes along when an id is copied: blanks, quotes, a formula's sign, invisible marks, grouping.
_BESIDE = re.compile("[\\s'\"`=,\u00ad\u200b-\u200f\u2018-\u201d\u202a-\u202e\u2060-\u2069\ufeff-]+")

#: The sentence about a damaged id, for a value that is text and one that YAML takes for a number.
DAMAGED = "is what a spreadsheet leaves of an id, and its last digits are lost"
AGAIN = "copy it again from your DLT portal, as text in quotes"

#: Portals whose template ids hold the time of creation, in milliseconds since 1970, after the kind. Those of
#: Airtel do not, and neither do the ids of entities and telemarketers.
_DATED = frozenset("1247")
#: The portals opened in 2019, under the regulation of July 2018. What lies far ahead is no time.
_FIRST, _LAST = date(2019, 1, 1), date(2050, 1, 1)


def kind(id_: str) -> Kind | None:
    """Return what an id stands for, None where its digits do not say."""
    return KINDS.get(id_[2:4]) if _is_id(id_) and id_[0] == "1" else None


def operator(id_: str) -> str | None:
    """Return the name of the portal that has given an id, None where its digits do not say."""
    return OPERATORS.get(id_[1]) if _is_id(id_) and id_[0] == "1" else None


def created(id_: str) -> date | None:
    """Return the day (in India) on which a template was created by its id, None where that says nothing."""
    if kind(id_) is not Kind.TEMPLATE or id_[1] not in _DATED:
        return None
    day = datetime.fromtimestamp(int(id_[4:17]) / 1000, UTC).astimezone(INDIA).date()
    return day if _FIRST <= day < _LAST else None


@lru_cache(maxsize=1024)  # a company has some dozens of them, in every file
def fault(text: str, due: Kind) -> Fault | None:
    """Return what is wrong with an id that should be one of this kind, None for nothing."""
    if _is_id(text):
        if kind(text) not in (None, due):
            return Fault.KIND
        return Fault.ZEROS if text.endswith("0000") else None
    if is_damaged(text):
        return Fault.DAMAGED
    if _is_vendors(text):
        return Fault.VENDOR
    return Fault.FORMAT if text.strip() else Fault.MISSING


def digits_left(damaged: str) -> int:
    """Return how many leading digits of an id a damaged one still shows; a spreadsheet keeps 15 at the most."""
    shown = re.split("[eE]", damaged.strip())[0]
    return min(sum(map(str.isdigit, shown)), 15)


def could_be(damaged: str, id_: str) -> bool:
    """Return whether a spreadsheet can have made this of an id: rounded or cut off at the last digit it shows."""
    if not _is_id(id_):
        return False
    number = Decimal(damaged.strip().replace(",", "."))
    return abs(number - Decimal(id_)) < Decimal(10) ** (19 - digits_left(damaged))


def around(damaged: str) -> tuple[str, str]:
    """Return the first and the last id, of 19 digits each, between which lies whatever `could_be` takes."""
    number, width = int(Decimal(damaged.strip().replace(",", "."))), 10 ** (19 - digits_left(damaged))
    low, high = (min(max(one, 0), 10**19 - 1) for one in (number - width, number + width))
    return f"{low:019}", f"{high:019}"


def cleaned(text: str, due: Kind) -> str | None:
    """Return the id that a text of the wrong form holds and nothing else but copied signs, None for none."""
    digits = "".join(str(decimal(char, char)) for char in _BESIDE.sub("", text))
    return digits if digits != text and fault(digits, due) in (None, Fault.ZEROS) else None


def misshapen(text: str, rule: str, right: str | None) -> str:
    """Return what is wrong with the form of an id, the sentence of its rule, and the id that it holds, if one."""
    strange = next((char for char in text if char.isdecimal() and not char.isascii()), None)
    what = ""
    if strange is not None:
        kind = "full-width digits" if "\uff10" <= strange <= "\uff19" else "digits of another script"
        what = f"has {kind} (U+{ord(strange):04X}) and "
    elif text.isdigit() and len(text) != 19:
        what = f"has {len(text)} digits and "
    instead = f', or write "{right}"' if right else ""
    return f"{quoted(text)} {what}{rule}{instead}"

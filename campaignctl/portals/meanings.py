"""What the cells of an export mean: ids, headers, categories, statuses, texts. Each in the words of portals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from campaignctl.portals.cells import Cell, Number
from campaignctl.portals.columns import plain
from campaignctl.words import quoted

#: What portals and APIs call the categories (exports of Vi and BSNL, the send APIs of Airtel IQ and BSNL).
CATEGORIES: Mapping[str, str] = {
    **dict.fromkeys(("transactional", "transaction", "trans", "txn"), "transactional"),
    **dict.fromkeys(("serviceimplicit", "implicit", "si"), "service-implicit"),
    **dict.fromkeys(("serviceexplicit", "explicit", "se"), "service-explicit"),
    **dict.fromkeys(("promotional", "promotion", "promo", "pml"), "promotional"),
    **dict.fromkeys(("government", "govt", "gov"), "government"),
}
#: Words that leave open which category it is: portals sort headers into promotional and others.
UNSTATED = frozenset(("", "other", "others", "service", "na"))

_STATUSES: Mapping[str, str] = {
    **dict.fromkeys(("approved", "active", "activated", "registered", "enabled", "live", "1"), "approved"),
    **dict.fromkeys(
        ("pending", "pendingapproval", "pendingforapproval", "submitted", "inprogress", "underreview"),
        "pending",
    ),
    **dict.fromkeys(("new", "created", "requested", "resubmitted", "inreview", "unapproved"), "pending"),
    **dict.fromkeys(("rejected", "declined", "disapproved"), "rejected"),
    **dict.fromkeys(
        ("inactive", "suspended", "deactivated", "disabled", "expired", "deleted", "surrendered", "0"),
        "inactive",
    ),
    **dict.fromkeys(("blacklisted", "blacklist", "blocked"), "blacklisted"),
}
#: Where an export has two columns of status (approval and activity), the worse one holds.
WORSE = ("approved", "pending", "inactive", "rejected", "blacklisted")

_ENCODINGS: Mapping[str, str] = {
    **dict.fromkeys(("1", "true", "yes", "y", "unicode", "u", "unicodetext", "regional"), "unicode"),
    **dict.fromkeys(("0", "false", "no", "n", "text", "t", "plain", "plaintext", "gsm"), "text"),
}
_LANGUAGES: Mapping[str, str] = {
    "english": "en",
    "hindi": "hi",
    "assamese": "as",
    "bengali": "bn",
    "gujarati": "gu",
    "kannada": "kn",
    "malayalam": "ml",
    "marathi": "mr",
    "odia": "or",
    "punjabi": "pa",
    "tamil": "ta",
    "telugu": "te",
    "urdu": "ur",
}
_FORMULA = re.compile(r'="((?:[^"]|"")*)"', re.DOTALL)
_BLANKS = " \t\r\n\xa0\u200b\ufeff"
_EXPONENT = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+")
_ID = re.compile(r"[0-9]{19}")
_HEADER = re.compile(r"[A-Za-z]{3,6}|[0-9]{6}")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")


class Refused(Exception):
    """A cell cannot be what its column says; the sentence says why and what to do."""


def joined(cell: Cell) -> str:
    """Return a cell as one text; a list with commas."""
    return cell if isinstance(cell, str) else ",".join(cell)


def word(cell: Cell) -> str:
    """Return a cell without the blanks around it and what spreadsheets put there to keep it a text."""
    text = joined(cell).strip(_BLANKS)
    formula = _FORMULA.fullmatch(text)
    text = formula.group(1).replace('""', '"') if formula else text
    return text.removeprefix("'").strip(_BLANKS)


def dlt_id(cell: Cell, what: str) -> str:
    """Return an id of 19 digits, "" for an empty cell. Raises Refused for one that has lost digits."""
    text = word(cell)
    if not text or text.casefold() in ("-", "na", "n/a", "null"):
        return ""
    in_number = isinstance(cell, Number) and len(text.lstrip("-")) > 15
    if _EXPONENT.fullmatch(text) or re.fullmatch(r"[0-9]{10,}[.,][0-9]*", text) or in_number:
        raise Refused(
            f"the {what} {quoted(text)} stands there as a number, and programs keep only the first 15 to 17 of its "
            "19 digits; export it again and open the column as text, or import the export without opening it"
        )
    if _ID.fullmatch(text):
        return text
    if re.fullmatch(r"[0-9]{1,10}|[0-9a-fA-F]{24}", text):
        raise Refused(
            f"the {what} {quoted(text)} is the SMS provider's own id and not DLT's, which has 19 digits; "
            "export the templates with their DLT ids"
        )
    raise Refused(f"the {what} {quoted(text)} is not 19 digits; copy it from the DLT portal")


def headers(cell: Cell) -> tuple[str, ...]:
    """Return the headers in a cell, parted by `,` `;` `|` or line breaks, each once. Raises Refused."""
    parts = cell if isinstance(cell, tuple) else re.split(r"[,;|\n]", word(cell))
    found = tuple(dict.fromkeys(one for one in map(word, parts) if one))
    for one in found:
        if not _HEADER.fullmatch(one):
            raise Refused(
                f"the header {quoted(one)} is not 3 to 6 letters or exactly 6 digits; "
                "copy it from the DLT portal, without the operator's prefix and suffix"
            )
    return found


def category(cell: Cell) -> str | None:
    """Return the category, None where the cell leaves it open. Raises Refused for an unknown word."""
    name = plain(word(cell))
    if name in UNSTATED:
        return None
    if name not in CATEGORIES:
        raise Refused(
            f"the category {quoted(word(cell))} is not known; write Transactional, Service-Implicit, "
            "Service-Explicit, Promotional or Government there, or leave the cell empty and give --category"
        )
    return CATEGORIES[name]


def status(cell: Cell) -> str | None:
    """Return the status, None for an empty cell. Raises Refused for an unknown word."""
    name = plain(word(cell))
    if not name:
        return None
    if name.startswith("registeredvia"):  # "REGISTERED VIA AIRTEL"
        return "approved"
    if name not in _STATUSES:
        raise Refused(
            f"the status {quoted(word(cell))} is not known; write Approved, Pending, Rejected, Inactive or "
            "Blacklisted there"
        )
    return _STATUSES[name]


def encoding(cell: Cell) -> str | None:
    """Return `text` or `unicode`, None for anything else."""
    return _ENCODINGS.get(plain(word(cell)))


def language(cell: Cell) -> str | None:
    """Return a language's code, or its name where the code is not known here. None: it says none."""
    name = plain(word(cell))
    if not name or name in _ENCODINGS or _BAD.search(word(cell)):
        return None
    return _LANGUAGES.get(name, word(cell))


def variable_count(cell: Cell) -> int | None:
    """Return the number of variables, or that of BSNL's list of their names. None: the cell says none."""
    if isinstance(cell, tuple):
        return len(cell)
    found = re.fullmatch(r"([0-9]{1,4})(?:\.0)?", word(cell))
    return int(found.group(1)) if found else None


def name(cell: Cell) -> str | None:
    """Return a template's name in one line of visible characters."""
    shown = "".join(char if char.isprintable() or char in "\u200c\u200d" else " " for char in word(cell))
    return " ".join(shown.split()) or None


class Text(NamedTuple):
    """A registered text, and how its line breaks were written."""

    value: str
    tags: bool  #: as <br/>
    returns: bool  #: with carriage returns


def text(cell: Cell) -> Text | None:
    """Return the registered text to the letter, its line breaks apart. None: it is empty. Raises Refused."""
    raw = joined(cell)
    formula = _FORMULA.fullmatch(raw)
    raw = formula.group(1).replace('""', '"') if formula else raw
    if not raw.strip(_BLANKS):
        return None
    value = _BREAK.sub("\n", raw.replace("\r\n", "\n").replace("\r", "\n"))
    bad = _BAD.search(value)
    if bad is not None:
        code = f"U+{ord(bad.group()):04X}"
        raise Refused(
            f"the text {quoted(value)} holds {code} at character {bad.start() + 1}, which no registered text can; "
            "it was damaged on the way here, so export it again"
        )
    if len(value) > 2000:
        raise Refused(
            f"the text {quoted(value)} has {len(value):,} characters, and DLT registers 2,000 at the most; "
            "look whether a quote is missing in the export"
        )
    return Text(value, tags=_BREAK.search(raw) is not None, returns="\r" in raw)

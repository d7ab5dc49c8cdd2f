"""The text is not the one registered under its template id.

Why: the operators hold every message against its registered template, character by character, and drop what
differs (DLT error 633). AWS, Kaleyra and Exotel name a capital letter, a second space, a comma and a line
break as reasons; where a gateway passes over some of these, set `profile:` in campaignctl.yaml.

Fails:

    # registered: Your Kettle order {#num#} is packed
    template: Your Kettle order 4711 was packed

Passes:

    # registered: Your Kettle order {#num#} is packed
    template: Your Kettle order 4711 is packed

Fix: write the text as registered. Other words need a template of their own on your DLT portal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from campaignctl.approved import Difference, DifferenceKind, Template
from campaignctl.dlt import match, strays, visible
from campaignctl.dlt.lookalikes import TO_ASCII
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.sms import COLUMN
from campaignctl.words import count, quoted

CODE = "CC701"
NAME = "body-mismatch"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True

_IN = {
    DifferenceKind.CASE: "in capital letters",
    DifferenceKind.WHITESPACE: "in spaces",
    DifferenceKind.NEWLINE: "in line breaks",
    DifferenceKind.PUNCTUATION: "in punctuation",
    DifferenceKind.LOOKALIKE: "in look-alike characters",
    DifferenceKind.MISSING: "by missing text",
    DifferenceKind.EXTRA: "by extra text",
    DifferenceKind.OTHER: "in words",
}


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the first place where the text leaves its registered one."""
    stray = strays.of(campaign, context.registry)
    if stray is None or stray.looks_alike or stray.other is not None:
        return
    found = stray.difference
    text, registered = campaign.template or "", stray.registered
    if _is_another(text, registered):
        yield Hit(
            ("template",),
            f"this is another text than that of template {visible.titled(registered)}, and the operators drop it (DLT "
            "error 633); write that text, or register this one on your DLT portal, import it and give its id",
            span=(0, len(text)),
        )
        return
    shown = strays.shown(text, found)
    more = sum(one[0] > shown.end for one in found.repairs)
    places = f", and at {count(more, 'more place')}" if more else ""
    comment = _comment(campaign) if shown.end == len(text) and not shown.here else ""
    if comment:
        yield Hit(
            ("template",),
            f"the text ends before {quoted(comment, 40)}, for a blank and a # begin a comment in YAML; put the whole text "
            "in quotes",
            span=(shown.start, shown.end),
        )
        return
    is_blank = found.kind in (DifferenceKind.WHITESPACE, DifferenceKind.NEWLINE)
    yield Hit(
        ("template",),
        f"the text differs {_IN[found.kind]} from template {visible.titled(registered)}: it "
        f"{_what(text, shown)}{places}; the operators drop it (DLT error 633), {_advice(shown)}",
        span=(shown.start, shown.end) if is_blank else (found.start, found.end),
        repair=repair(text, found, stray),
    )


def _comment(campaign: Campaign) -> str:
    """Return the comment behind a text without quotes, "" where there is none."""
    if campaign.variables is not None:
        return ""
    place = campaign.source.locate(("template",))
    behind = campaign.source.line(place.end_line)[place.end_column - 1 :]
    begins = campaign.source.line(place.line)[place.column - 1 : place.column]
    return behind.strip() if behind.lstrip().startswith("#") and begins not in ("'", '"', "|", ">") else ""


#: A text with a smaller share of the registered words than this is another text.
_SHARED = 0.34


def _is_another(text: str, registered: Template) -> bool:
    """Return whether a text has so few of the registered words that it was never meant to be that one."""
    words = set(_words(" ".join(registered.fixed)))
    return bool(words) and len(words & set(_words(text))) < _SHARED * len(words)


def _words(text: str) -> list[str]:
    plain = text.translate(TO_ASCII).casefold()
    return re.findall(r"[\w\u0900-\u0963\u0966-\u0dff]+", COLUMN.sub(" ", plain))


def repair(text: str, found: Difference, stray: strays.Stray) -> Repair | None:
    """Return the edits that make the text as registered, None where the differ knows none."""
    edits = tuple(sorted(found.repairs))
    overlap = any(before[1] > after[0] or before[:2] == after[:2] for before, after in pairwise(edits))
    if not edits or overlap or not match.fits(strays.edited(text, edits), stray.registered):
        return None
    return Repair("write it as registered", edits, strays.is_certain(text, edits))


def _what(text: str, shown: strays.Shown) -> str:
    is_last = shown.end == len(text)
    where = visible.after(text, shown.start)
    if not shown.here:
        return f"lacks {visible.words(shown.registered)}{' at the end' if is_last else where}"
    if not shown.registered:
        at = " at the end" if is_last else where
        return f"has {visible.words(shown.here)}{at}, where nothing is registered"
    return f"has {visible.visible(shown.here)}{where} where {visible.visible(shown.registered)} is registered"


def _advice(shown: strays.Shown) -> str:
    if "@@" in shown.here:
        return "an @@column may only stand where a slot is registered"
    if not shown.registered:
        return "take it out"
    if not shown.here:
        return "write it there"
    return f"write {visible.visible(shown.registered)}"

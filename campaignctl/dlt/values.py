"""What is wrong with the value of a slot. One slot, one finding: the worst is said, the others keep quiet.

A value with @@columns is judged by what is written in it, and by the sample row of the list where it has one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from campaignctl.approved import Filling, SlotKind
from campaignctl.dlt import links, placeholders
from campaignctl.dlt.once import once
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.profiles import Profile
from campaignctl.sms import COLUMN
from campaignctl.words import count, quoted

_URLS = (SlotKind.URL, SlotKind.URLOTT)
_DROPPED = "the operators check each value by its slot's tag and drop the message (DLT error 431)"


class Fault(NamedTuple):
    """What is wrong with one value: the rule that says so, and what it says."""

    rule: str
    message: str
    span: tuple[int, int] | None = None  #: inside the value that was judged; None: the whole of it
    severity: Severity | None = None
    instead: str | None = None  #: what was probably meant


class _Value(NamedTuple):
    text: str
    kind: SlotKind
    tag: str


_Judge = Callable[[_Value], Fault | None]


def hits(rule: str, campaign: Campaign, profile: Profile) -> Iterator[Hit]:
    """Return what one rule has to say about the values of a campaign's slots."""
    comparison = campaign.comparison
    if comparison is None or not comparison.fillings:
        return iter(())
    return iter(_hits(campaign, profile).get(rule, ()))


def concern(campaign: Campaign, context: Context) -> bool:
    """Return whether any value of the campaign's slots is wrong: its rules are asked only then."""
    comparison = campaign.comparison
    return comparison is not None and bool(comparison.fillings) and bool(_hits(campaign, context.profile))


def spoken_for(campaign: Campaign, profile: Profile) -> list[tuple[int, int]]:
    """Return the places of the values whose characters a rule about the slot's tag has found wrong."""
    if campaign.comparison is None or not campaign.comparison.fillings:
        return []
    found = {one.span for rule in _ABOUT_CHARACTERS for one in hits(rule, campaign, profile)}
    return [
        (one.start, one.end)
        for one in campaign.comparison.fillings
        if any(span and one.start <= span[0] < one.end for span in found)
    ]


_ABOUT_CHARACTERS = ("slot-numeric", "slot-alphanumeric", "slot-url-form")


def known(campaign: Campaign, kind: SlotKind) -> Iterator[tuple[Filling, str, str]]:
    """Yield the values of one kind that are known, each with words that say where it is from, if not written."""
    for filling in _filled(campaign):
        if filling.slot.kind is not kind or not filling.known:
            continue
        value = filling.sample if filling.columns else filling.value
        yield filling, value.strip(), _from_sample(campaign) if filling.columns else ""


def _filled(campaign: Campaign) -> Iterator[Filling]:
    """Yield the campaign's values without those that hold a placeholder."""
    comparison = campaign.comparison
    unfilled = [(one.start, one.end) for one in placeholders.unfilled(campaign) if one.is_sure]
    for filling in (comparison and comparison.fillings) or ():
        if not placeholders.overlaps(filling, unfilled):
            yield filling


def _from_sample(campaign: Campaign) -> str:
    one = campaign.audience[0] if campaign.audience else None
    return f" of the sample row of list {quoted(one.alias or one.sid)}" if one is not None else ""


@once
def _hits(campaign: Campaign, profile: Profile) -> Mapping[str, list[Hit]]:
    """Return by rule what is wrong with the campaign's values."""
    found: dict[str, list[Hit]] = {}
    comparison = campaign.comparison
    for number, filling in enumerate((comparison and comparison.fillings) or (), start=1):
        fault, is_sample = _fault(filling, profile)
        if fault is not None:
            hit = _hit(campaign, filling, number, fault, is_sample=is_sample)
            found.setdefault(fault.rule, []).append(hit)
    return found


def _hit(campaign: Campaign, filling: Filling, number: int, fault: Fault, *, is_sample: bool) -> Hit:
    sample = _from_sample(campaign).replace(" of ", " in ", 1) if is_sample else ""
    span = (filling.start, filling.end)
    if fault.span is not None and not is_sample:
        span = (filling.start + fault.span[0], filling.start + fault.span[1])
    repair = None
    if fault.instead is not None and not filling.columns:
        piece = (filling.start, filling.end, fault.instead)
        repair = Repair(f"write {fault.instead}", (piece,), safe=False)
    message = f"slot {number} {filling.slot.tag}{sample} {fault.message}"
    return Hit(("template",), message, span=span, severity=fault.severity, repair=repair)


#: Words of Latin letters, and digits: what nearly all values are. Nothing else can be wrong with them.
_words = re.compile("[A-Za-z]+(?: [A-Za-z]+)*").fullmatch
_digits = re.compile("[0-9]+").fullmatch


def _is_plain(value: str, kind: SlotKind, profile: Profile) -> bool:
    if len(value) > profile.slot_warning:
        return False
    if kind is SlotKind.NUMERIC:
        return _digits(value) is not None
    return kind in (SlotKind.ALPHANUMERIC, SlotKind.VAR) and _words(value) is not None


def _fault(filling: Filling, profile: Profile) -> tuple[Fault | None, bool]:
    """Return the worst fault of a value, and whether only the sample row has it."""
    slot = filling.slot
    if _is_plain(filling.value, slot.kind, profile):
        return None, False
    written = _Value(filling.value, slot.kind, slot.tag)
    if not filling.columns:
        return _worst(written, profile, _JUDGES), False
    found = _worst(written, profile, _OF_PIECES)
    if found is None and filling.known:
        return _worst(_Value(filling.sample, slot.kind, slot.tag), profile, _JUDGES), True
    return found, False


def _worst(value: _Value, profile: Profile, judges: Mapping[SlotKind, tuple[_Judge, ...]]) -> Fault | None:
    found = [judge(value) for judge in judges.get(value.kind, ())]
    faults = [one for one in [*found, _length(value, profile)] if one is not None]
    return min(faults, key=lambda one: one.severity is Severity.WARNING, default=None)


# --- what may be wrong, the severity in it ------------------------------------------------------------


def _empty(value: _Value) -> Fault | None:
    if value.text.strip():
        return None
    stands = "holds nothing but blanks" if value.text else "is empty"
    return Fault("slot-empty", f"{stands}; the operators drop a message with a blank value, write the value")


def _length(value: _Value, profile: Profile) -> Fault | None:
    length = len(COLUMN.sub("", value.text)) if "@@" in value.text else len(value.text)
    is_url = value.kind in _URLS
    most = profile.url_warning if is_url else min(profile.slot_warning, profile.slot_error)
    if length <= most:
        return None
    is_error = not is_url and length > profile.slot_error
    holds = f"holds {count(length, 'character')}"
    if COLUMN.search(value.text):
        holds += " beside its @@columns"
    if is_error:
        said = f"{holds}; more than {profile.slot_error} are dropped (DLT error 635), shorten the value"
        return Fault(
            "slot-too-long",
            f"{said} to {most}, or register the words that never change as fixed text",
            None,
            Severity.ERROR,
        )
    said = f"{holds}; some operators drop more than {most} (DLT error 635), shorten the value"
    return Fault("slot-too-long", said, None, Severity.WARNING)


def _edges(value: _Value) -> Fault | None:
    text = value.text
    if not text.strip():
        return None
    broken = re.search(r"[\r\n]+", text)
    if broken:
        said = "holds a line break; operators may read it as fixed text that is not registered, take it out"
        return Fault("slot-newline-or-edge-space", said, broken.span(), Severity.WARNING)
    if text == text.strip():
        return None
    span = (0, len(text) - len(text.lstrip())) if text[0].isspace() else (len(text.rstrip()), len(text))
    at = "begins" if span[0] == 0 else "ends"
    said = f"{at} with a space; the message then has two spaces where one is registered, take it out"
    return Fault("slot-newline-or-edge-space", said, span, Severity.WARNING)


def _numeric(value: _Value) -> Fault | None:
    strange = re.search("[^0-9]+", _without_columns(value.text))
    if strange is None or not value.text.strip():
        return None
    text = value.text
    if re.fullmatch(r"[0-9]+\.[0-9]+", text):
        said = f"holds {quoted(text)}; the tag takes digits only and some operators drop a decimal point "
        return Fault(
            "slot-numeric", f"{said}(DLT error 431), write a whole number", strange.span(), Severity.WARNING
        )
    plain = text.replace(",", "") if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{2,3})+", text) else None
    advice = f"write {plain}" if plain else "write only digits, or register the slot as {#alphanumeric#}"
    what = "which is no number" if strange.group() == text else f"where {quoted(strange.group())} is no digit"
    said = f"holds {quoted(text)}, {what}; {_DROPPED}, {advice}"
    return Fault("slot-numeric", said, strange.span(), Severity.ERROR, plain)


def _alphanumeric(value: _Value) -> Fault | None:
    strange = [
        (place, char)
        for place, char in enumerate(_without_columns(value.text))
        if not (_is_letter_or_digit(char) or char in " ./_\r\n")
    ]
    if not strange or not value.text.strip():
        return None
    signs = " ".join(dict.fromkeys(char for _, char in strange))
    said = (
        f"holds {quoted(signs)}; some operators take only letters, digits, space, full stop, / and _ there "
        "(DLT error 431), leave it out of the value"
    )
    place = strange[0][0]
    return Fault("slot-alphanumeric", said, (place, place + 1), Severity.WARNING)


def _is_letter_or_digit(char: str) -> bool:
    # The vowel signs of the Indian scripts are marks; a fraction or a raised 2 is no digit.
    return char.isalpha() or char.isdecimal() or unicodedata.category(char)[0] == "M"


def _url(value: _Value) -> Fault | None:
    text = value.text
    if not text.strip() or text.startswith("@@"):
        return None
    if not links.has_scheme(text.strip()):
        said = (
            f"holds {quoted(text)}, which does not begin with http://, https:// or www.; {_DROPPED}, write "
        )
        return Fault("slot-url-form", f"{said}the whole address", None, Severity.ERROR)
    inside = re.search(r"\s+", text.strip())
    if inside:
        said = f"holds more than an address; {_DROPPED}, write only the address"
        return Fault("slot-url-form", said, None, Severity.ERROR)
    strange = re.search("[^!-~\\s]", _without_columns(text))
    if strange:
        said = f"holds {quoted(strange.group())}, which no whitelisted address can hold; {_DROPPED}, write the address"
        return Fault("slot-url-form", f"{said} as it is whitelisted", strange.span(), Severity.ERROR)
    return None


def _number(value: _Value) -> Fault | None:
    if not value.text.strip() or links.is_number(value.text.strip()):
        return None
    said = (
        f"holds {quoted(value.text)}, which is no Indian mobile, landline, toll-free number or short code; "
        f"{_DROPPED}, write the number as it is whitelisted"
    )
    plain = re.sub("[ ()-]", "", value.text)
    return Fault("slot-cbn-form", said, None, Severity.ERROR, plain if links.is_number(plain) else None)


def _email(value: _Value) -> Fault | None:
    if not value.text.strip() or links.is_email(value.text.strip()):
        return None
    said = (
        f"holds {quoted(value.text)}, which is no e-mail address; {_DROPPED}, write it like help@shop.example"
    )
    return Fault("slot-email-form", said, None, Severity.ERROR)


def _tappable(value: _Value) -> Fault | None:
    text = value.text
    for what, tag, find in (
        ("the link", "url", links.urls),
        ("the e-mail address", "email", links.emails),
        ("the telephone number", "cbn", links.phones),
    ):
        found = next(find(text), None)
        if found is not None:
            said = (
                f"holds {what} {quoted(found.text)}; the operators drop links and numbers in a slot that is not "
                f"for them (DLT error 431), register a text that has it, or a {{#{tag}#}} slot for it"
            )
            return Fault("url-in-untyped-slot", said, (found.start, found.end), Severity.ERROR)
    return None


def _without_columns(text: str) -> str:
    """Return a text of the same length with what any slot takes in place of its @@columns."""
    return COLUMN.sub(lambda found: "0" * len(found.group()), text) if "@@" in text else text


_JUDGES: Mapping[SlotKind, tuple[_Judge, ...]] = {
    SlotKind.VAR: (_empty, _tappable, _edges),
    SlotKind.UNKNOWN: (_empty, _tappable, _edges),
    SlotKind.ALPHANUMERIC: (_empty, _tappable, _alphanumeric, _edges),
    SlotKind.NUMERIC: (_empty, _numeric, _edges),
    SlotKind.URL: (_empty, _url, _edges),
    SlotKind.URLOTT: (_empty, _url, _edges),
    SlotKind.CBN: (_empty, _number, _edges),
    SlotKind.EMAIL: (_empty, _email, _edges),
}
#: What can be said of a value with @@columns whose contents are not known.
_OF_PIECES: Mapping[SlotKind, tuple[_Judge, ...]] = {
    SlotKind.VAR: (_tappable, _edges),
    SlotKind.UNKNOWN: (_tappable, _edges),
    SlotKind.ALPHANUMERIC: (_tappable, _alphanumeric, _edges),
    SlotKind.NUMERIC: (_numeric, _edges),
    SlotKind.URL: (_url, _edges),
    SlotKind.URLOTT: (_url, _edges),
    SlotKind.CBN: (_edges,),
    SlotKind.EMAIL: (_edges,),
}

"""Places in a text that somebody meant to fill: the notations of DLT, of gateways, of programs and of people.

`##name##` is MSG91's, `#VAR1#` 2Factor's, `{{name}}` yellow.ai's, `%%|name^{...}%%` Textlocal's, `*|NAME|*`
Mailchimp's; `{name}`, `${name}`, `<%= name %>` and `%s` are those of programs. After a number `%` is a percentage:
`50%d`, `50 %s`. What people write, `[NAME]` or `<your name>`, may be text as well, so the words in it must be of
those that stand for a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from campaignctl.approved import Filling, RecipientList, SlotKind
from campaignctl.dlt.once import once
from campaignctl.model import Campaign
from campaignctl.sms import COLUMN

_NOTATION = re.compile(
    r"\{#[^{}#]{0,40}#\}"
    r"|##[A-Za-z_][\w .-]{0,38}##"
    r"|#(?:VAR|var|Var)[0-9]*#"
    r"|\{\{[^{}]{0,60}\}\}"
    r"|%%\|[^%]{1,80}%%"
    r"|\*\|[A-Za-z_][\w:]{0,38}\|\*"
    r"|<%[^%<>]{1,40}%>"
    r"|[$#%]?\{[A-Za-z_][\w .-]{0,38}\}"
    r"|\{[0-9]\}"
    r"|(?<![0-9%])(?<![0-9] )%(?:[0-9]\$|\([A-Za-z_]\w{0,30}\))?[sd](?![A-Za-z0-9])"
    r"|(?<![\w%])(?<![0-9] )%[A-Za-z_]\w{0,38}%(?![\w%])"
    r"|@@(?![\w\u0900-\u0963\u0966-\u0dff])"
)
#: What people write; a name in it is held against the words that stand for a value.
_HABIT = re.compile(
    r"\[{1,2} ?([A-Za-z][\w .-]{0,38}?) ?\]{1,2}"
    r"|<{1,2} ?([A-Za-z][\w .-]{0,38}?) ?>{1,2}"
    r"|\u00ab ?([A-Za-z][\w .-]{0,38}?) ?\u00bb"
    r"|(?<![\w#])#([A-Za-z]\w{0,38})#(?![\w#])"
    r"|(?<![\w$])\$([A-Za-z]\w{0,38})(?!\w)"
    r"|(?<!\w)__[A-Za-z][\w ]{0,38}?__(?!\w)"
    r"|(?<!\w)_{4,40}(?!\w)"
    r"|(?<![\w*])(?:X{4,12}|x{4,12})(?![\w*]|[ -][0-9*X])"  # but not the masked digits of XXXX 1234
)
_VALUES = (
    "name names firstname fname lastname lname surname customer cust client user username member recipient guest "
    "patient student date day time amount amt price total balance due order orderid id ref reference number no num "
    "mobile phone email address city area location branch store otp code pin coupon link url website product item "
    "company brand value var variable field text placeholder"
)
#: Words that may stand beside one of those.
_BESIDE = "first last full insert enter add your the of here new"
_STANDS_FOR_A_VALUE = frozenset(_VALUES.split())
_MAY_STAND_BESIDE = frozenset(_BESIDE.split())
_COLUMN_CHAR = r"\w\u0900-\u0963\u0966-\u0dff\u200c\u200d"
_NAME = rf"([^\W\d_][{_COLUMN_CHAR} -]{{0,62}}?)"
_ONE = rf"([^\W\d][{_COLUMN_CHAR}]{{0,62}})"
#: A name within signs, all of them.
_FRAMED = re.compile(
    rf"[\[{{<\u00ab#$%@*|]{{1,6}} ?{_NAME} ?[\]}}>\u00bb#$%@*|]{{1,6}}|(?<![\w_])__{_NAME}__(?!\w)"
)
_INNER = r"[^\[\]{}<>\u00ab\u00bb#$%@*|]+"
#: Of these frames no sign can belong to the text, as the `$` of `${Amount}` and the `#` of `#{order_id}` may.
_is_whole = re.compile(
    rf"\{{{{1,2}}{_INNER}\}}{{1,2}}|\[{{1,2}}{_INNER}\]{{1,2}}|<{{1,2}}{_INNER}>{{1,2}}|\u00ab{_INNER}\u00bb|__{_INNER}__"
    rf"|\{{#{_INNER}#\}}|##?{_INNER}#?#|%{_INNER}%|\*\|{_INNER}\|\*"
).fullmatch
#: A name behind one sign, and not within an address or a number.
_FRONT = re.compile(rf"(?<![\w@%$.])[@%$]{_ONE}(?![\w@])")
#: Most texts hold neither, and these cost a tenth of the patterns.
_may_hold_one = re.compile(r"[{#%\[<$\u00ab]|@@(?![\w\u0900-\u0963\u0966-\u0dff])|__|\*\||XXXX|xxxx").search
_may_mark_one = re.compile(r"[{#%\[<$\u00ab]|(?<!@)@(?!@)|__|\*\|").search
#: A name without any sign, not within an address.
_BARE = re.compile(rf"(?<![{_COLUMN_CHAR}@?&/.=:-])([^\W\d][{_COLUMN_CHAR}]{{0,62}})(?![@=/&-])")
_ENDS = " \t\n.,;:!?()'\""

Span = tuple[int, int]


class Unfilled(NamedTuple):
    """A place that Exotel sends as it stands."""

    start: int
    end: int
    written: str
    column: str | None = None  #: the header that is meant
    of: RecipientList | None = None  #: the list that has it
    is_marked: bool = True  #: signs say that it is to be filled; else the name alone stands there
    is_sure: bool = True  #: False: it may be a word of the text


@once
def unfilled(campaign: Campaign) -> tuple[Unfilled, ...]:
    """Return what the campaign's text holds that is to be filled and is not, from left to right.

    What looks like it and is registered as fixed text is the registry's matter.
    """
    text = campaign.template
    if not text:
        return ()
    found = [one for one in _of_columns(campaign, text) if not _is_fixed(campaign, one)]
    taken = [(one.start, one.end) for one in found]
    found += [
        one for one in _notations(campaign, text) if not overlaps(one, taken) and not _is_fixed(campaign, one)
    ]
    return tuple(sorted(found, key=lambda one: one.start))


def overlaps(one: Unfilled | Filling, spans: list[Span]) -> bool:
    """Return whether a place has a character in one of the spans."""
    return any(one.start < end and start < one.end for start, end in spans)


def _is_fixed(campaign: Campaign, one: Unfilled) -> bool:
    """Return whether a piece of the text stands there because it is registered so, outside of any slot."""
    fillings = campaign.comparison.fillings if campaign.comparison is not None else None
    if fillings is not None:
        return not overlaps(one, [(each.start, each.end) for each in fillings])
    return campaign.registered is not None and any(one.written in each for each in campaign.registered.fixed)


# --- notations ----------------------------------------------------------------------------------------


def _notations(campaign: Campaign, text: str) -> Iterator[Unfilled]:
    if not _may_hold_one(text):
        return
    taken: list[Span] = []
    for found in _NOTATION.finditer(text):
        taken.append(found.span())
        yield Unfilled(*found.span(), found.group())
    for found in _HABIT.finditer(text):
        one = Unfilled(*found.span(), found.group(), is_sure=campaign.registered is not None)
        if not overlaps(one, taken) and _stands_for_a_value(found[found.lastindex or 0], found.lastindex):
            yield one


def _stands_for_a_value(name: str, group: int | None) -> bool:
    """Return whether the words in the signs of this group are those of a value, if it has any: `your name`."""
    if group is None:
        return True
    if "_" in name and name.replace("_", "").isalpha():
        return True
    words = set(re.split(r"[\W_]+", name.casefold())) - _MAY_STAND_BESIDE
    return bool(words) and words <= _STANDS_FOR_A_VALUE


# --- columns ------------------------------------------------------------------------------------------


def column_named(campaign: Campaign, name: str) -> tuple[str, RecipientList] | None:
    """Return the header that a name means, in any case, and the list of the campaign that has it."""
    lists = _with_columns(campaign)
    header = _headers(tuple(one.columns or () for one in lists)).get(_key(name)) if lists else None
    return (header[0], lists[header[1]]) if header is not None else None


def stands_alone(text: str, end: int, column: str) -> bool:
    """Return whether an @@column that ends at a place of a text would not take the next letter into its name."""
    return COLUMN.findall(f"@@{column}{text[end : end + 1]}") == [column]


def _with_columns(campaign: Campaign) -> tuple[RecipientList, ...]:
    return tuple(one for one in campaign.audience if one is not None and one.columns)


def _of_columns(campaign: Campaign, text: str) -> Iterator[Unfilled]:
    """Yield each place that names a column of the campaign's lists, in any case, and not by its @@."""
    lists = _with_columns(campaign)
    if not lists:
        return
    headers = _headers(tuple(one.columns or () for one in lists))
    taken: list[Span] = []
    if _may_mark_one(text):
        for sign, (name, number) in _marked(text, headers):
            if not any(sign.start() < end and start < sign.end() for start, end in taken):
                taken.append(sign.span())
                is_whole = _is_whole(sign.group()) is not None
                yield Unfilled(*sign.span(), sign.group(), name, lists[number], is_marked=is_whole)
    for start, piece, kind in _open_pieces(campaign, text):
        whole = piece.strip(_ENDS).casefold() if campaign.content_type == "dynamic" and kind else None
        for found in _BARE.finditer(piece):
            header = headers.get(found[1].casefold())
            if header is None or header[0].casefold() != found[1].casefold():
                continue
            is_sure = _is_identifier(found[1], header[0])
            if not is_sure and whole != found[1].casefold():
                continue
            is_sure = is_sure or kind not in _WORDS
            low, high = start + found.start(1), start + found.end(1)
            one = Unfilled(low, high, found[1], header[0], lists[header[1]], is_marked=False, is_sure=is_sure)
            if not overlaps(one, taken):
                yield one


def _marked(
    text: str, headers: Mapping[str, tuple[str, int]]
) -> Iterator[tuple[re.Match[str], tuple[str, int]]]:
    """Yield each header within signs, then each behind one. What is no header may hold the signs of the next."""
    at = 0
    while (found := _FRAMED.search(text, at)) is not None:
        header = headers.get(_key(found[found.lastindex or 0]))
        at = found.end() if header is not None else found.start() + 1
        if header is not None:
            yield found, header
    for found in _FRONT.finditer(text):
        header = headers.get(_key(found[1]))
        if header is not None:
            yield found, header


#: Slots whose value may be any word.
_WORDS = (SlotKind.ALPHANUMERIC, SlotKind.VAR, SlotKind.UNKNOWN)


def _open_pieces(campaign: Campaign, text: str) -> Iterator[tuple[int, str, SlotKind | None]]:
    """Yield the pieces of a text that are not registered to the letter: where each begins, and its slot's kind."""
    fillings = campaign.comparison.fillings if campaign.comparison is not None else None
    if fillings is None:
        yield 0, text, None
        return
    for one in fillings:
        if not (one.columns and f"@@{one.columns[0]}" == one.value):
            yield one.start, one.value, one.slot.kind


def _is_identifier(written: str, header: str) -> bool:
    """Return whether a name can be no word of a sentence: First_name, line2, or firstName as the list has it."""
    if "_" in written or any(map(str.isdigit, written)):
        return True
    return written == header and not written[1:].islower() and not written.isupper() and written.isascii()


@lru_cache(maxsize=256)
def _headers(columns: tuple[tuple[str, ...], ...]) -> Mapping[str, tuple[str, int]]:
    """Return the headers of some lists by how they may be written, each with the number of its list."""
    found: dict[str, tuple[str, int]] = {}
    for number, one in enumerate(columns):
        for header in (each for each in one if COLUMN.fullmatch(f"@@{each}")):
            found.setdefault(header.casefold(), (header, number))
            found.setdefault(_key(header), (header, number))
    return found


def _key(name: str) -> str:
    return re.sub("[ _-]", "", name.casefold())

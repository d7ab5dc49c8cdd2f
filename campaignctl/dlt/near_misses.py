"""What stands in a registered text in place of a slot, and is none to the portal.

A slot is `{#tag#}` in lower case without blanks; the dialects of gateways, templating and people's habits are
plain text to the scrubbing (dlt-rules, section 4.4: MSG91, Kaleyra and Exotel on their wrong placeholders).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from campaignctl.dlt.slots import TAGS
from campaignctl.words import did_you_mean

#: Tried from left to right, the longer form before its parts, each with a bound, so that no text takes long.
_SUSPECT = re.compile(
    r"\{[ \t\u00a0]{0,5}#(?P<tag>[^{}#\n]{0,60})#[ \t\u00a0]{0,5}\}"  # {#var#} and its kin
    r"|\{\{(?P<braces>[^{}\n]{0,60})\}\}"  # {{name}}: Jinja, yellow.ai
    r"|%%\|[^%\n]{0,80}%%"  # %%|text^{...}%%: Textlocal
    r"|\$\{(?P<dollar>[^{}\n]{0,60})\}"
    r"|##(?P<hashes>\w{1,40})##"  # MSG91
    r"|@@(?P<column>\w{1,60})"  # Exotel's columns, which belong into a campaign
    r"|\{#(?P<open>\w{0,40})#?\}?"  # {#var, {#var}, {#var#
    r"|\{(?P<close>\w{1,40})#?\}"  # {var#}, {name}
    r"|(?<![\w{#])#(?P<tail>[A-Za-z]{1,20})#\}"  # #var#}
    r"|(?<![\w{#])#(?P<hash>[A-Za-z]{1,20}_?[0-9]{0,3})#(?![\w}#])"  # #VAR1#, #numeric#
    r"|(?<![\w%])%(?:[0-9]{1,2}\$)?[sd](?!\w)"  # %s
    r"|(?<![\w*#}])(?:X{4,40}|x{4,40})(?![\w*{]|[ -][0-9*{X])"  # XXXX, but not the masked digits of XXXX 1234
)
_NUMBERED = re.compile(r"_?[0-9]{1,3}\Z")
#: Names between single # that are meant as slots, besides the tags: 2Factor's, and what people write.
_NAMES = frozenset(("variable", "name", "otp", "code", "date", "time", "amount", "order", "text"))
#: The tag for a value that nobody has said anything about: it takes letters and digits.
_ANY = "alphanumeric"


class NearMiss(NamedTuple):
    """A place that is meant as a slot: what is written, the slot meant, and how sure that is."""

    start: int
    end: int
    written: str
    meant: str  #: the slot to write, braces and all
    certain: bool = False  #: only case or blanks differ
    is_slot: bool = False  #: it is read as a slot, of a tag that nobody has documented


def near_misses(text: str) -> Iterator[NearMiss]:
    """Yield whatever in a registered text looks like a slot and is not exactly one, from left to right."""
    for found in _SUSPECT.finditer(text):
        miss = _of(found)
        if miss is not None:
            yield miss


def _of(found: re.Match[str]) -> NearMiss | None:
    written = found.group()
    name = next((one for one in found.groups() if one is not None), "")
    if found.lastgroup == "tag":
        return _tag(found, name)
    if found.lastgroup == "hash" and _base(name) not in TAGS and _base(name) not in _NAMES:
        return None  # two hashtags in a row
    meant = _base(name)
    return NearMiss(*found.span(), written, f"{{#{meant if meant in TAGS else _ANY}#}}")


def _tag(found: re.Match[str], name: str) -> NearMiss | None:
    written = found.group()
    if name in TAGS and len(written) == len(name) + 4:
        return None
    folded = name.strip().lower()
    if folded in TAGS:
        return NearMiss(*found.span(), written, f"{{#{folded}#}}", certain=True)
    if (meant := _base(folded)) in TAGS:
        return NearMiss(*found.span(), written, f"{{#{meant}#}}")
    close = did_you_mean(folded, TAGS)
    is_slot = len(written) == len(name) + 4 and name.isascii() and name.replace("_", "a").isalnum()
    return NearMiss(*found.span(), written, f"{{#{close or _ANY}#}}", is_slot=is_slot)


def _base(name: str) -> str:
    """Return a name in lower case without a number at its end: `var` for `VAR_1`."""
    return _NUMBERED.sub("", name.strip().lower())

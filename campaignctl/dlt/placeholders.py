"""Places in a text that somebody meant to fill: the notations of DLT, of gateways and of programs.

`##name##` is MSG91's, `#VAR1#` 2Factor's, `{{name}}` yellow.ai's, `%%|name^{...}%%` Textlocal's; `{name}`, `${name}`
and `%s` are those of programs. After a number `%` is a percentage: `50%d`, `50 %s`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from campaignctl.approved import RecipientList

_PLACEHOLDER = re.compile(
    r"\{#[^{}#]{0,40}#\}"
    r"|##[A-Za-z_][\w .-]{0,38}##"
    r"|#(?:VAR|var|Var)[0-9]*#"
    r"|\{\{[^{}]{0,60}\}\}"
    r"|%%\|[^%]{1,80}%%"
    r"|\$?\{[a-z_][A-Za-z0-9_]{0,30}\}"
    r"|\{[0-9]\}"
    r"|(?<![0-9%])(?<![0-9] )%(?:[0-9]\$|\([A-Za-z_]\w{0,30}\))?[sd](?![A-Za-z0-9])"
    r"|@@(?![\w\u0900-\u0963\u0966-\u0dff])"
)
#: One sign before a word, and not within an address or a number.
_HALF = re.compile(r"(?<![\w@%.])[@%]([A-Za-z_]\w{0,62})(?![\w@])")


def find(text: str) -> Iterator[re.Match[str]]:
    """Yield each placeholder of a text."""
    return _PLACEHOLDER.finditer(text) if _may_hold_one(text) else iter(())


def holds_one(text: str) -> bool:
    """Return whether a text still holds a placeholder."""
    return _may_hold_one(text) and _PLACEHOLDER.search(text) is not None


def half_columns(text: str, audience: Sequence[RecipientList | None]) -> list[tuple[re.Match[str], str]]:
    """Return each `@Column` and `%Column` whose list has such a column, in any case, with the column's header.

    Exotel's page itself writes a column with one sign before it says `@@` (Create SMS campaign, `template`).
    """
    if "@" not in text and "%" not in text:
        return []
    headers = {name.casefold(): name for one in audience if one is not None for name in one.columns or ()}
    found = ((one, headers.get(one[1].casefold())) for one in _HALF.finditer(text)) if headers else ()
    return [(one, header) for one, header in found if header is not None]


def _may_hold_one(text: str) -> bool:
    # Most texts do not, and four searches for one sign cost a tenth of the pattern.
    return "{" in text or "#" in text or "%" in text or "@@" in text

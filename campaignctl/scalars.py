"""What a plain YAML scalar means: YAML 1.2's core schema, and where YAML 1.1 reads it otherwise.

YAML 1.1 (PyYAML, Ruby, Ansible, many editors' plug-ins) turns `21:00` into 1260, `NO` into false and
`0107160066562376233` into an octal number. Whatever two readers understand differently is kept as the
text that was written, and said.
"""

from __future__ import annotations

import re
from typing import Any

_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
#: Booleans of YAML 1.1 only (https://yaml.org/type/bool.html), and its two special marks.
_OLD_BOOLEANS = frozenset(
    case for word in ("y", "n", "yes", "no", "on", "off") for case in (word, word.capitalize(), word.upper())
)

#: May be anything but text; everything else is text in every version of YAML.
needs_typing = re.compile(
    r"(?:[-+]?\.?[0-9][-+.0-9a-fA-FxXoObTtZz_: \t]*|[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)|~|=|<<|"
    r"null|Null|NULL|true|True|TRUE|false|False|FALSE|"
    r"y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|)\Z"
).match

_INT = re.compile(r"-?(?:0|[1-9][0-9]*)\Z").match
_FLOAT = re.compile(r"(?:-?[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?\Z").match
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:.*)?\Z").match
_NUMBER_OF_ONE = re.compile(
    r"[-+]?(?:0b[01_]+|0o[0-7]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*"  # 1.1: binary, octal, underscores; 1.2: 0o
    r"|[1-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*"  # 1.1: base 60
    r"|(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|\.(?:inf|Inf|INF|nan|NaN|NAN))\Z"
).match

#: Whole numbers up to here are exact in JavaScript and in spreadsheets too.
_EXACT_DIGITS = 15


def typed(text: str) -> tuple[Any, str | None]:
    """Return the value of a plain scalar, and what other readers make of it where they disagree.

    Where they disagree the value is the text as written.
    """
    if text in _WORDS:
        return _WORDS[text], None
    if text in _OLD_BOOLEANS:
        return text, "true or false"
    if text in ("=", "<<"):
        return text, "a special mark"
    if len(text.removeprefix("-")) <= _EXACT_DIGITS:
        # A number that would be written otherwise again (1.50, 0x1F, -0) is kept as it stands.
        if _INT(text) and text != "-0":
            return int(text), None
        if _FLOAT(text) and str(float(text)) == text:
            return float(text), None
    if _DATE(text):
        return text, "a date"
    if _NUMBER_OF_ONE(text):
        return text, "a number"
    return text, None

"""How values appear in sentences: quoted, counted, guessed, and made safe to print."""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import timedelta, timezone
from functools import lru_cache

#: India has one zone and no summer time.
INDIA = timezone(timedelta(hours=5, minutes=30))

#: Signs that have an emoji form: U+FE0F behind one of them is an ordinary part of it (Unicode, emoji-variation-sequences).
_EMOJI = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa"
    "\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
#: What nobody sees: Unicode's Default_Ignorable_Code_Point, and the blank of Braille. The joiners are seen in what they
#: do to the signs of Indian scripts and to emoji, but not behind a Latin letter, a blank, or one another.
_HIDDEN = (
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    r"|(?<![^\x00-\u024f\u200c\u200d])[\u200c\u200d]"
    rf"|(?<![{_EMOJI}])[\ufe0e\ufe0f](?!\u20e3)"
)
#: What could move a cursor, colour a terminal, hide or reorder text: controls, bidi marks, invisible signs.
_UNSAFE = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\ud800-\udfff]|({_HIDDEN})")


def hidden(text: str) -> tuple[int, ...]:
    """Return the places of the characters that no reader of a text sees, and that are no controls."""
    if text.isascii():
        return ()
    return tuple(found.start() for found in _UNSAFE.finditer(text) if found[1] is not None)


def printable(text: str) -> str:
    """Return a text in one line that a terminal or a CI log can only show.

    Anything else than visible characters becomes its escape (`\\x1b`). `##[` starts a command in the
    logs of GitHub and Azure wherever it stands in a line.
    """
    if text.isascii() and text.isprintable():
        return text.replace("##[", "#\\x23[") if "##[" in text else text
    return _UNSAFE.sub(_escape, text).replace("##[", "#\\x23[")


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(match.group())
    return short or (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )


#: A web address with a name and a password in it. A port is no password; lengths keep a hostile text cheap.
_CREDENTIALS = re.compile(r"(?<=://)([^\s/?#@:\[]{0,256}):(?![0-9]{1,5}(?:[/?#]|$))\S{0,256}@")
#: A line of settings whose key says that a secret follows.
_SECRET_LINE = re.compile(
    r"(?i)(?:^|[{,])[\s-]{0,99}[\"']?[\w-]{0,64}(?:api[_-]?key|api[_-]?secret|token|passwor[dt]|passwd|secret)[\"']?\s{0,9}:\s*\S"
)


def credentials(text: str) -> tuple[tuple[int, int], ...]:
    """Return the places of all `user:password` in the web addresses of a text."""
    if "@" not in text or "://" not in text:
        return ()
    return tuple((found.start(), found.end() - 1) for found in _CREDENTIALS.finditer(text))


def masked(text: str) -> str:
    """Return a text with the passwords of its web addresses taken out: `https://user:***@host`."""
    return _CREDENTIALS.sub(r"\1:***@", text) if "@" in text and "://" in text else text


@lru_cache(maxsize=16)  # a long line may have thousands of findings
def shows_secret(line: str) -> bool:
    """Return whether a line of a file holds what no report may show."""
    return bool(credentials(line) or _SECRET_LINE.search(line))


def span(length: timedelta) -> str:
    """Return a length of time as people say it, in whole minutes: `1 d 3 h`, `45 min`."""
    minutes = int(length.total_seconds()) // 60
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min"))
    return " ".join(f"{number:,} {unit}" for number, unit in parts if number) or "less than a minute"


def why(error: BaseException) -> str:
    """Return the system's words for an error, with one word for folders. As people type it, so it is said of a file."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return re.sub(r"^\[Errno -?\d+\] ", "", said).lower().replace("directory", "folder")


def shortened(text: str, limit: int = 60) -> str:
    """Return a text of at most `limit` characters, the cut shown by three dots."""
    return text if len(text) <= limit else text[: limit - 3] + "..."


def quoted(text: str, limit: int = 60) -> str:
    """Return a value as a sentence shows it: in quotes, in one line, not longer than `limit`."""
    return f"'{printable(shortened(masked(text), limit))}'"


#: Words that are measured one by one, and the signs that names and ids are made of.
_FEW = 500
_SIGNS = string.digits + string.ascii_letters + "-_"


def did_you_mean(word: str, known: Collection[str]) -> str | None:
    """Return the known word that `word` was probably meant to be: another case first, then the nearest.

    Of many words, such as the ids of a registry, one that is a slip of the hand away: to measure them all, for each
    of many campaigns, takes minutes.
    """
    from difflib import get_close_matches

    if len(known) > _FEW:
        held = known if isinstance(known, (AbstractSet, Mapping)) else frozenset(known)
        return next((one for one in _near(word[:100]) if one in held and one != word), None)
    candidates = [one for one in known if one != word]
    folded = word.casefold().replace("-", "_")
    for one in candidates:
        if one.casefold().replace("-", "_") == folded:
            return one
    close = get_close_matches(word[:100], candidates, n=1)
    return close[0] if close else None


def _near(word: str) -> Iterator[str]:
    """Yield a word in other cases, then with one slip: neighbours swapped, a sign that is another, too many, missing."""
    yield from (word.lower(), word.upper(), word.replace("_", "-"), word.replace("-", "_"))
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    yield from (head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1)
    yield from (head + sign + tail[1:] for head, tail in cuts if tail for sign in _SIGNS)
    yield from (head + tail[1:] for head, tail in cuts if tail)
    yield from (head + sign + tail for head, tail in cuts for sign in _SIGNS)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: `1 file`, `12,430 files`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"

"""What makes a finding the same one tomorrow, when lines were added above it or its sentence was reworded."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256

from campaignctl.findings import Finding

#: Hexadecimal digits of a fingerprint: 128 bits.
LENGTH = 32
#: A line longer than this stands in a fingerprint by its hash.
_LONG = 2000

_INDEX = re.compile(r"/\d+(?=/|$)")


def fingerprinted(findings: Iterable[Finding], folder: str = "") -> tuple[Finding, ...]:
    """Return the findings, each with a fingerprint that no other has.

    It is made of the rule, the file, the campaign, the place in the data and the text of the line, and of a
    number among those that are equal in all this; not of line numbers, list indexes or the message. `folder`
    is the campaigns folder as paths show it ("campaigns/"): taken away, so that a run from inside it says the
    same. Give all findings of a run at once and in their order, before any is left out: else the numbers move.
    What is found after that can be added and given with them: a finding keeps a fingerprint that it has.
    """
    given = tuple(findings)
    taken = {one.fingerprint for one in given}
    seen: Counter[str] = Counter()
    return tuple(one if one.fingerprint else _marked(one, folder, seen, taken) for one in given)


def _marked(one: Finding, folder: str, seen: Counter[str], taken: set[str]) -> Finding:
    """Return the finding with a fingerprint that is not taken, and take it."""
    same = json.dumps(_sameness(one, folder))
    digest = ""
    while digest in taken or not digest:
        seen[same] += 1
        digest = sha256(f"{same}{seen[same]}".encode()).hexdigest()[:LENGTH]
    taken.add(digest)
    return replace(one, fingerprint=digest)


def _sameness(one: Finding, folder: str) -> list[str]:
    # What many campaigns take over from `defaults` is said once, for whichever of them comes first today.
    owner = "" if one.pointer.startswith("/defaults/") else one.campaign or ""
    path = one.path.removeprefix(folder) if folder else one.path
    return [one.name, path, _INDEX.sub("/*", one.pointer), owner, _line(one.source)]


@lru_cache(maxsize=16)  # a long line may have thousands of findings
def _line(source: str) -> str:
    """Return what counts of a line: its words, or a hash of them where they are many."""
    words = " ".join(source.split())
    return words if len(words) <= _LONG else sha256(words.encode("utf-8", "surrogatepass")).hexdigest()

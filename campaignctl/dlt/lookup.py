"""Which registered templates a text fits, without trying them all.

A text that fits a template holds every whole word of its fixed text, so each template is filed under the word
of it that the fewest others have: a text asks only for the words that it holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from campaignctl.approved import Registry, Template
from campaignctl.dlt import match
from campaignctl.dlt.once import once


class _Index(NamedTuple):
    by_word: Mapping[str, tuple[Template, ...]]
    wordless: tuple[Template, ...]  #: hardly anything but slots: always tried


def fitting(registry: Registry, text: str) -> tuple[Template, ...]:
    """Return the approved templates whose structure a text has, the one with most fixed text first."""
    index = _index(registry)
    masked = match.mask(text).text
    words = set(masked.split(" "))
    tried = chain(index.wordless, *(index.by_word[word] for word in words & index.by_word.keys()))
    found = [one for one in tried if match.has_structure(masked, one)]
    return tuple(sorted(found, key=lambda one: (-sum(map(len, one.fixed)), one.index)))


@once
def _index(registry: Registry) -> _Index:
    words = [(one, set(_words(one))) for one in registry.templates.values() if one.is_approved]
    uses = Counter(chain.from_iterable(found for _, found in words))
    by_word: dict[str, tuple[Template, ...]] = {}
    for one, found in words:
        if found:
            rarest = min(found, key=lambda word: (uses[word], word))
            by_word[rarest] = (*by_word.get(rarest, ()), one)
    return _Index(by_word, tuple(one for one, found in words if not found))


def _words(template: Template) -> Iterator[str]:
    """Yield the words of the fixed text that no slot touches."""
    last = len(template.fixed) - 1
    for number, fixed in enumerate(template.fixed):
        pieces = fixed.split(" ")
        yield from pieces[0 if number == 0 else 1 : None if number == last else -1]

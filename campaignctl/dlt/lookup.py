"""Which registered templates a text fits, without trying them all.

A text that fits a template holds every whole word of its fixed text, so each template is filed under the word
of it that the fewest others have: a text asks only for the words that it holds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from campaignctl.approved import Registry, Template
from campaignctl.dlt import match
from campaignctl.dlt.once import once


class _Filed(NamedTuple):
    template: Template
    words: frozenset[str]


def fitting(registry: Registry, text: str) -> tuple[Template, ...]:
    """Return the approved templates whose structure a text has, the one with most fixed text first."""
    index = _index(registry)
    masked = match.mask(text).text
    words = set(masked.split(" "))
    tried = chain.from_iterable(index[word] for word in words & index.keys())
    found = [
        one.template
        for one in (*tried, *index[_WORDLESS])
        if one.words <= words and match.has_structure(masked, one.template)
    ]
    return tuple(sorted(found, key=lambda one: (-sum(map(len, one.fixed)), one.index)))


def nearest(registry: Registry, text: str) -> Template | None:
    """Return the approved template that a text shares most words with, None where it lacks too many of them."""
    words = set(match.mask(text).text.split())
    shares = [
        (len(one.words & words) / len(one.words), len(one.words), -one.template.index, one.template)
        for one in chain.from_iterable(_index(registry).values())
        if len(one.words) >= _ENOUGH
    ]
    share, *_, found = max(shares, key=lambda one: one[:3], default=(0, None))
    return found if share >= _MOSTLY else None


#: A template of fewer whole words is near to too many texts; and how many of them must be there.
_ENOUGH, _MOSTLY = 3, 0.6

#: Where templates are filed that hold no whole word: a text split at its spaces has no such word.
_WORDLESS = " "


@once
def _index(registry: Registry) -> Mapping[str, list[_Filed]]:
    filed = [_Filed(one, frozenset(_words(one))) for one in registry.templates.values() if one.is_approved]
    uses = Counter(chain.from_iterable(one.words for one in filed))
    index: dict[str, list[_Filed]] = defaultdict(list, {_WORDLESS: []})
    for one in filed:
        rarest = min(one.words, key=lambda word: (uses[word], word), default=_WORDLESS)
        index[rarest].append(one)
    return index


def _words(template: Template) -> Iterator[str]:
    """Yield the words of the fixed text that no slot touches."""
    last = len(template.fixed) - 1
    for number, fixed in enumerate(template.fixed):
        pieces = fixed.split(" ")
        yield from pieces[0 if number == 0 else 1 : None if number == last else -1]

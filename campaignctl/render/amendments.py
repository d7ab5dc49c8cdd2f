"""What a request changes of the settings and the registry: a line of Markdown for each file, bounded in every way.

Values stand in the words of the file, as code: nothing in them can end the value and go on as a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from campaignctl.amendments import Amended, Item, Setting, Unset
from campaignctl.render.inert import code, prose
from campaignctl.words import count, masked, shortened, shows_secret

#: Characters of a line, of a setting's name, and of a value.
_LINE, _NAME, _VALUE = 2_500, 80, 160
#: Characters before the place where two long values begin to differ; items of one kind that are named.
_BEFORE, _NAMED = 30, 5
#: Words for the plural of what stands in the registry.
_PLURALS = {"alias": "aliases", "web address": "web addresses"}
_WAS = {
    "new": "the file is new",
    "gone": "the file is gone, and with it what it was checked against",
    "unreadable before": "the earlier file cannot be read, so all of it counts as new",
}


def amendments(files: Iterable[Amended], used: Collection[str] = ()) -> Iterator[str]:
    """Yield the lines. Lists and templates that new campaigns use (`used`) are named before others."""
    for one in files:
        pieces = [_WAS[one.was]] if one.was else []
        if one.was != "gone":
            pieces += [*_settings(one.settings)] if one.path.startswith("registry/") else []
            pieces += _items(sorted(one.items, key=lambda item: item.name not in used))
            pieces += [] if one.path.startswith("registry/") else [*_settings(one.settings)]
        if pieces:
            yield f"⚙️ {prose(one.path)}: {_joined(pieces)}"


def _joined(pieces: Sequence[str]) -> str:
    """Return the pieces that fit into a line, and how many more there are."""
    kept: list[str] = []
    room = _LINE
    for one in pieces:
        room -= len(one) + 2
        if room < 0:
            break
        kept.append(one)
    if len(kept) < len(pieces):
        kept.append(f"**and {count(len(pieces) - len(kept), 'more change')}**")
    return "; ".join(kept)


def _settings(changes: Iterable[Setting]) -> Iterator[str]:
    for one in changes:
        before, after = _values(one)
        same = one.before == one.after
        yield f"{prose(one.name, _NAME)}{f' still {after}' if same else f': {before} → {after}'}"


# --- the registry -------------------------------------------------------------------------------------


def _items(items: Sequence[Item]) -> Iterator[str]:
    """Yield what is said of the aliases one by one, and of everything else kind by kind."""
    yield from (_alias(one) for one in items if one.noun == "alias" and _moves(one))
    yield from (_alias(one) for one in items if one.noun == "alias" and not _moves(one))
    for noun in dict.fromkeys(one.noun for one in items if one.noun != "alias"):
        own = [one for one in items if one.noun == noun]
        texts = [one for one in own if _edited(one) and _has(one, "text")]
        yield from _group("with another text", noun, texts)
        yield from _group("new", noun, [one for one in own if one.is_new])
        yield from _group("gone", noun, [one for one in own if one.is_gone])
        rest = [one for one in own if _edited(one) and one not in texts]
        yield from _group("edited", noun, rest)


def _edited(one: Item) -> bool:
    return not one.is_new and not one.is_gone


def _moves(one: Item) -> bool:
    return _edited(one) and _has(one, "sid")


def _has(one: Item, name: str) -> bool:
    return any(change.name == name for change in one.changes)


def _alias(one: Item) -> str:
    """Return what has become of an alias: the list that it stands for decides who gets a campaign."""
    said = f"alias {code(one.name)}"
    if one.is_gone:
        return f"{said} is gone"
    told = [change for change in one.changes if change.name not in ("sid", "description")]
    sid = next((change for change in one.changes if change.name == "sid"), None)
    if sid is not None:
        now, before = _sid(sid.after), _sid(sid.before)
        kin = ", ".join(map(code, one.kin[:_NAMED]))
        also = f", the list of {kin}" if kin else ""
        said += (
            f" is new, for list {now}{also}" if one.is_new else f" **now is list {now}**{also} (was {before})"
        )
    if one.is_new:
        told = [change for change in told if change.name == "contacts"]
    more = ", ".join(_settings(told[:_NAMED]))
    if len(told) > _NAMED:
        more += f" and {count(len(told) - _NAMED, 'more field')}"
    return f"{said}{', ' if sid is not None and more else ' ' if more else ''}{more}"


def _sid(value: Any) -> str:
    return "none" if isinstance(value, Unset) else code(shortened(_text(value), _NAME))


def _group(what: str, noun: str, items: Sequence[Item]) -> Iterator[str]:
    if items:
        named = ", ".join(map(_named, items[:_NAMED]))
        more = f" and {len(items) - _NAMED:,} more" if len(items) > _NAMED else ""
        yield f"{count(len(items), noun, _PLURALS.get(noun))} {what}: {named}{more}"


def _named(one: Item) -> str:
    told = [change for change in one.changes if change.name != "name"]
    if not _edited(one) or _has(one, "text") or not told:
        return code(shortened(one.name, _VALUE))
    return f"{code(shortened(one.name, _NAME))} ({', '.join(_settings(told[:2]))})"


# --- values -------------------------------------------------------------------------------------------


def _values(one: Setting) -> tuple[str, str]:
    """Return a setting's two values; of long ones the parts that differ."""
    last = one.name.rsplit(".", 1)[-1]
    texts = [masked(_text(value)) for value in (one.before, one.after)]
    if texts[0] == texts[1]:  # true and "true"
        texts = [json.dumps(_plain(value), ensure_ascii=False) for value in (one.before, one.after)]
    if any(shows_secret(f"{last}: {text}".replace(":***@", "@")) for text in texts):
        return "not shown", "another value, not shown"
    shown = [*_parted(*texts)] if max(map(len, texts)) > _VALUE else texts
    before, after = (
        _unset(value) if isinstance(value, Unset) else code(text) if text else "empty"
        for value, text in zip((one.before, one.after), shown, strict=True)
    )
    return before, after


def _unset(value: Unset) -> str:
    return "not set" if value.default is None else f"not set ({code(_text(value.default))})"


def _plain(value: Any) -> Any:
    return value.default if isinstance(value, Unset) else value


def _text(value: Any) -> str:
    """Return a value in the words of the file."""
    if value is None or isinstance(value, Unset):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _parted(before: str, after: str) -> tuple[str, str]:
    """Return two texts from shortly before the place where they begin to differ."""
    shortest = min(len(before), len(after))
    place = next((at for at in range(shortest) if before[at] != after[at]), shortest)
    start = max(0, place - _BEFORE)
    first, second = (f"{'…' if start else ''}{shortened(text[start:], _VALUE)}" for text in (before, after))
    return first, second

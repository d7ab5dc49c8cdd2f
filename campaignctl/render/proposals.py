"""What an import would write, for people: each template, each field before and after, spaces made visible."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from campaignctl.findings import Severity
from campaignctl.proposals import Export, FieldChange, Merge, Remark, Update
from campaignctl.render.paint import Paint, plain
from campaignctl.words import count, masked, printable, shortened

#: Remarks of one kind, and columns, that are shown; the rest is counted.
_MOST = 20
_SPACES = re.compile(r"^ +| +$|  +")


def source(export: Export, path: str) -> str:
    """Return what was read and by which columns."""
    columns = ", ".join(f"{field} from {_name(name)}" for field, name in export.columns)
    lines = [f"Read {count(len(export.proposals), 'template')} from {printable(path)}: {columns}."]
    if export.unused:
        names = ", ".join(map(_name, export.unused[:_MOST])) + (", ..." if len(export.unused) > _MOST else "")
        lines.append(f"Not used: {names}.")
    return "\n".join(lines)


def _name(name: str) -> str:
    return printable(shortened(masked(name.strip()), 40))


def remarks(found: Sequence[Remark], path: str, paint: Paint = plain) -> str:
    """Return the remarks, errors first, at most twenty of each severity."""
    lines: list[str] = []
    for severity, colour in ((Severity.ERROR, "red"), (Severity.WARNING, "yellow")):
        mine = [one for one in found if one.severity is severity]
        for one in mine[:_MOST]:
            place = _path(f"{path}, {one.place}" if one.place else path)
            lines.append(
                f"{paint(f'{place}:', 'bold')} {paint(severity.value, colour)}: {printable(one.message)}"
            )
        if len(mine) > _MOST:
            lines.append(f"... and {count(len(mine) - _MOST, severity.value)} more")
    return "\n".join(lines)


def _path(path: str) -> str:
    """Return a path that cannot begin a line with `::`, a command in GitHub's logs; texts stand behind a bar."""
    return printable(f"./{path}" if path.lstrip().startswith(":") else path)


def changes(merge: Merge, exported: tuple[str | None, str], paint: Paint = plain) -> str:
    """Return what would be written, template by template."""
    lines = [line for one in merge.updates for line in _update(one, paint)]
    before, after = exported
    if before != after:
        lines.append(f"{paint('~', 'yellow')} exported: {_value(before)} -> {_value(after)}")
    return "\n".join(lines)


def _update(one: Update, paint: Paint) -> Iterator[str]:
    name = f" {printable(shortened(masked(one.name)))}" if one.name else ""
    if one.index is None:
        headers = ", ".join(one.entry["headers"])
        about = printable(f"{headers}, {one.entry['category']}, {one.entry['status']}")
        yield f"{paint('+', 'green')} {one.id}{name} ({about})"
        yield from (f"    | {_visible(line)}" for line in one.entry["text"].split("\n"))
        return
    yield f"{paint('~', 'yellow')} {one.id}{name}"
    for change in one.changes:
        yield from _text(change, paint) if change.field == "text" else (_field(change),)


def _field(change: FieldChange) -> str:
    return f"    {change.field}: {_value(change.before)} -> {_value(change.after)}"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    return printable(", ".join(value) if isinstance(value, (list, tuple)) else shortened(masked(str(value))))


def _text(change: FieldChange, paint: Paint) -> Iterator[str]:
    """Yield the lines of both texts, and the warning that a new text may need a new id."""
    before, after = change.before.split("\n"), change.after.split("\n")
    yield "    text:"
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (f"      | {_visible(line)}" for line in before[a:b])
            continue
        yield from (paint(f"      - {_visible(line)}", "red") for line in before[a:b])
        yield from (paint(f"      + {_visible(line)}", "green") for line in after[c:d])
    yield paint(
        "    warning: the text of a known id has changed; some operators give a new text a new id,", "yellow"
    )
    yield paint("    so look at the portal before you send it", "yellow")


def _visible(line: str) -> str:
    """Return a line of a text: spaces that an eye would miss as dots, no-break spaces as escapes."""
    shown = _SPACES.sub(lambda match: "\u00b7" * len(match.group()), masked(line))
    return printable(shown).replace("\xa0", "\\xa0")


def summary(merge: Merge) -> str:
    """Return the numbers in one line."""
    new = sum(one.index is None for one in merge.updates)
    parts = [f"{new:,} new", f"{len(merge.updates) - new:,} changed", f"{merge.unchanged:,} unchanged"]
    return f"Import: {', '.join(parts)}."


def absent(ids: Sequence[str]) -> str:
    """Return which templates stay as they are, for the export has them not."""
    verb = "is" if len(ids) == 1 else "are"
    named = ", ".join(ids[:_MOST]) + (", ..." if len(ids) > _MOST else "")
    return f"{count(len(ids), 'template')} {verb} in the file and not in this export: {printable(named)}"

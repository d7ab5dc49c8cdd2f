"""A campaign that Exotel has as the text of a campaign file. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from campaignctl.campaigns import moment
from campaignctl.drift import alike
from campaignctl.registrytext import in_quotes, word
from campaignctl.words import INDIA

_MODELINE = "# yaml-language-server: $schema=.schemas/campaign.schema.json\n"
#: The keys of a file in the order in which people read them (the schedule comes between the lists and the ids).
_BEFORE = ("content_type", "lists")
_AFTER = (
    *("dlt_entity_id", "dlt_template_id", "sender_id", "sms_type", "template"),
    *("status_callback", "sms_status_callback"),
)
#: Keys whose values are put in quotes whatever they are.
_QUOTED = frozenset(
    ("dlt_entity_id", "dlt_template_id", "template", "status_callback", "sms_status_callback")
)
_BRACES = re.compile(r"\{\{|\{%")
#: Characters of an id (see its pattern in the schema), less the room for a number behind it.
_SHORTEST, _LONGEST = 3, 56
#: The pattern of the schema.
is_id = re.compile(r"[a-z0-9][a-z0-9-]{2,62}").fullmatch


def slug(name: str, sid: str) -> str:
    """Return an id that is made of a name; of the SID where the name has too few Latin letters and digits."""
    plain = unicodedata.normalize("NFKD", name[:1000]).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    if len(found) >= _SHORTEST:
        return found
    tail = re.sub(r"[^a-z0-9]+", "", sid.lower())[:12]
    return f"campaign-{tail}"[:_LONGEST].strip("-")


def free(wanted: str, taken: Collection[str]) -> str:
    """Return a word that is not taken: this one, or with a number behind it."""
    number = 1
    found = wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found


def dumps(
    id_: str,
    fields: Mapping[str, Any],
    *,
    defaults: Mapping[str, Any],
    aliases: Mapping[str, str],
    schemas: bool = False,
) -> str:
    """Return the file of a campaign.

    `fields` are those of a create request, the name without a token; `aliases` are list SIDs with what the registry
    calls them; what a default says as well is left out. Braces that would mean something to Jinja2 are written so
    that it gives them back.
    """
    lines = [f"id: {word(id_)}"]
    if fields.get("name") not in (None, "", id_):
        lines.append(f"name: {_text(str(fields['name']))}")
    lines += _lines(_BEFORE, fields, defaults, aliases)
    schedule = fields.get("schedule")
    if isinstance(schedule, Mapping):
        lines.append("schedule:")
        for key in ("start_time", "end_time"):
            if schedule.get(key):
                lines.append(f"  {key}: {in_quotes(_moment(str(schedule[key])))}")
    lines += _lines(_AFTER, fields, defaults, aliases)
    return (_MODELINE if schemas else "") + "\n".join(lines) + "\n"


def _lines(
    keys: Collection[str], fields: Mapping[str, Any], defaults: Mapping[str, Any], aliases: Mapping[str, str]
) -> list[str]:
    lines = []
    for key in keys:
        value = fields.get(key)
        if value in (None, "", ()):
            continue
        if key == "lists":
            value = [aliases.get(one, one) for one in value]
            if defaults.get(key) == value:
                continue
            lines.append(f"{key}: [{', '.join(map(word, value))}]")
        elif not (key in defaults and alike(key, defaults[key], value)):
            lines.append(f"{key}: {_text(str(value), quotes=key in _QUOTED)}")
    return lines


def _text(text: str, *, quotes: bool = False) -> str:
    escaped = _BRACES.sub(lambda found: f"{{{{ '{found.group()}' }}}}", text)
    return in_quotes(escaped) if quotes or escaped != text else word(escaped)


def _moment(text: str) -> str:
    """Return a moment as campaign files have it: as it stands where it can, else in India's time."""
    if moment(text) is not None:
        return text
    found = moment(text.strip().upper())
    return found.astimezone(INDIA).isoformat(timespec="seconds") if found is not None else text

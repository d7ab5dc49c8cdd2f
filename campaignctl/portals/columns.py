"""Which column of an export is which field, by the names that portals and vendors give them.

The names are those of the exports of Jio, Vi, BSNL and Airtel and of the template lists of MSG91, Fast2SMS,
Tanla, BulkGate and others; letters' case, spaces, `_`, `-` and dots do not count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: Field -> names of its column, the better one first: a vendor's own `Template ID` or `id` often stands
#: beside the DLT id, and a plain `Message` beside the registered content.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": (
        "dlttemplateid",
        "dltcontenttemplateid",
        "contenttemplateid",
        "dltteid",
        "dltid",
        "teid",
        "ctid",
        "templateid",
        "id",
    ),
    "text": (
        "registeredtemplate",
        "templatecontent",
        "templatemessage",
        "templatebody",
        "templatetext",
        "messagetemplate",
        "content",
        "message",
        "text",
        "body",
        "template",
    ),
    "name": ("templatename", "contenttemplatename", "dlttemplatename", "name"),
    "headers": ("headers", "header", "headername", "senderids", "senderid", "sender", "cli"),
    "category": (
        "templatetype",
        "communicationtype",
        "templatecategory",
        "category",
        "messagetype",
        "type",
        "contenttype",
    ),
    "entity": ("principalentityid", "entityid", "peid", "dltentityid", "dltpeid"),
    "status": ("approvalstatus", "templatestatus", "status"),
    "encoding": ("isunicode", "templatemessagetype", "encoding", "messagetype", "language"),
    "language": ("language", "templatelanguage"),
    "variable_count": ("variablecount", "variablescount", "novariables", "noofvariables", "templatekeys"),
}
#: The columns of Jio's export of approved templates, which has no status: every row in it is approved.
JIO = frozenset(("header", "templateid", "templatename", "templatecontent", "variablecount"))


def plain(name: str) -> str:
    """Return a column's name as the aliases are written."""
    return "".join(char for char in name[:200].casefold() if char.isalnum())


def find(names: Sequence[str]) -> dict[str, list[int]]:
    """Return, for each field, the columns that may hold it, the most likely one first."""
    place: dict[str, int] = {}
    for index, name in enumerate(names):
        place.setdefault(plain(name), index)
    found = {
        field: [place[alias] for alias in aliases if alias in place] for field, aliases in ALIASES.items()
    }
    return {field: columns for field, columns in found.items() if columns}


def score(names: Sequence[str]) -> int:
    """Return how many fields a row names, 0 unless it names an id and a text: then it is a header row."""
    found = find(names)
    return len(found) if "id" in found and "text" in found else 0


def is_jio(names: Sequence[str]) -> bool:
    """Return whether these are the columns of Jio's export of approved templates."""
    mine = {plain(name) for name in names}
    return mine >= JIO and not mine & set(ALIASES["status"])

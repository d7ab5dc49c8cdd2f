"""The query string of a campaign list. Rules and defaults: the vendor's page on listing campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from .answers import invalid, missing
from .model import STATUSES
from .validate import check_channel

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 50
SHORTEST_NAME = 3
SORTS = ("schedule.start_time:asc", "schedule.start_time:desc", "name:asc", "name:desc")
DEFAULT_SORT = "schedule.start_time:desc"
_MOST_DIGITS = 18  # SQLite's integers end at 19


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    name: str = ""
    statuses: tuple[str, ...] = STATUSES
    sort_by: str = DEFAULT_SORT
    limit: int = DEFAULT_LIMIT
    offset: int = 0


def parameters(query: str) -> dict[str, str]:
    """Names and values; of a name given twice, the last."""
    return dict(parse_qsl(query, keep_blank_values=True))


def listing(given: dict[str, str], *, needs_channel: bool) -> Query:
    """What is asked for. Raises Refused with 400; names that the page does not list are ignored."""
    if needs_channel:
        if "channel" not in given:
            raise missing("channel")
        check_channel(given["channel"])
    name = given.get("name")
    if name is not None and len(name) < SHORTEST_NAME:
        raise invalid("name", f"must have at least {SHORTEST_NAME} letters")
    sort_by = given.get("sort_by", DEFAULT_SORT)
    if sort_by not in SORTS:
        raise invalid("sort_by", f"must be one of {', '.join(SORTS)}")
    limit = _number(given, "limit", DEFAULT_LIMIT)
    if not 1 <= limit <= LARGEST_LIMIT:
        raise invalid("limit", f"must be from 1 to {LARGEST_LIMIT}")
    return Query(
        name=name or "",
        statuses=_statuses(given),
        sort_by=sort_by,
        limit=limit,
        offset=_number(given, "offset", 0),
    )


def _number(given: dict[str, str], field: str, default: int) -> int:
    text = given.get(field)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise invalid(field, "must be a whole number, zero or above")
    return int(text)


def _statuses(given: dict[str, str]) -> tuple[str, ...]:
    if "status" not in given:
        return STATUSES
    wanted = tuple(given["status"].split(","))
    if not set(wanted) <= set(STATUSES):
        raise invalid("status", f"must be of {', '.join(STATUSES)}, separated by commas")
    return wanted

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
MESSAGE_SORTS = ("schedule_time:asc", "schedule_time:desc", "date_created:asc", "date_created:desc")
"""The page's table has the one, its samples have the other; the order is the same."""
LIST_SORTS = ("date_created:asc", "date_created:desc", "name:asc", "name:desc")
LARGEST_CONTACTS = 20
"""Contacts come at most 20 a page (Exotel: Contacts). For messages and lists no maximum is published: that of
campaigns holds."""
_MOST_DIGITS = 18  # SQLite's integers end at 19


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    name: str = ""
    statuses: tuple[str, ...] = STATUSES
    sort_by: str = DEFAULT_SORT
    limit: int = DEFAULT_LIMIT
    offset: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One page of something, and by what it is sorted; `search` is a number or a part of a name."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    sort_by: str = ""
    search: str | None = None


def parameters(query: str) -> dict[str, str]:
    """Names and values; of a name given twice, the last."""
    return dict(parse_qsl(query, keep_blank_values=True))


def listing(given: dict[str, str], *, needs_channel: bool, default_sort: str = DEFAULT_SORT) -> Query:
    """What is asked for. Raises Refused with 400; names that the page does not list are ignored."""
    _channel(given, needs=needs_channel)
    name = given.get("name")
    if name is not None and len(name) < SHORTEST_NAME:
        raise invalid("name", f"must have at least {SHORTEST_NAME} letters")
    return Query(
        name=name or "",
        statuses=_statuses(given),
        sort_by=_sort(given, SORTS, default_sort),
        limit=_limit(given, LARGEST_LIMIT),
        offset=_number(given, "offset", 0),
    )


def messages(given: dict[str, str], *, needs_channel: bool) -> Part:
    """Which single messages are asked for. Raises Refused with 400."""
    _channel(given, needs=needs_channel)
    return Part(
        search=given.get("number"),
        sort_by=_sort(given, MESSAGE_SORTS, MESSAGE_SORTS[0]),
        limit=_limit(given, LARGEST_LIMIT),
        offset=_number(given, "offset", 0),
    )


def lists(given: dict[str, str]) -> Part:
    """Which contact lists are asked for. Raises Refused with 400."""
    return Part(
        search=given.get("name"),
        sort_by=_sort(given, LIST_SORTS, LIST_SORTS[0]),
        limit=_limit(given, LARGEST_LIMIT),
        offset=_number(given, "offset", 0),
    )


def contacts(given: dict[str, str]) -> Part:
    """Which contacts of a list are asked for. Raises Refused with 400."""
    return Part(limit=_limit(given, LARGEST_CONTACTS), offset=_number(given, "offset", 0))


def _channel(given: dict[str, str], *, needs: bool) -> None:
    if needs:
        if "channel" not in given:
            raise missing("channel")
        check_channel(given["channel"])


def _sort(given: dict[str, str], sorts: tuple[str, ...], default: str) -> str:
    sort_by = given.get("sort_by", default)
    if sort_by not in sorts:
        raise invalid("sort_by", f"must be one of {', '.join(sorts)}")
    return sort_by


def _limit(given: dict[str, str], largest: int) -> int:
    limit = _number(given, "limit", DEFAULT_LIMIT)
    if not 1 <= limit <= largest:
        raise invalid("limit", f"must be from 1 to {largest}")
    return limit


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

"""What a campaign, a message and a list of Exotel's answers say, in every shape that its pages show. Pure.

An element of `response` has an envelope of its own (`{code, status, error_data, data, summary}`) or is flat: the
record itself. Names that differ from page to page are read as the documented one. Anything a record does not say
in a way that can be read is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from campaignctl import codes
from campaignctl.deliveries import Counts, Details, Message, VendorList
from campaignctl.exotel.answers import SID, whole

_ENVELOPE = {"code", "status", "error_data", "summary", "data"}
_COUNTERS = ("scheduled", "submitted", "sent", "failed", "invalid")
#: Keys of one counter where it does not stand in `data` (by analogy with `call_scheduled` of calls).
_PREFIXES = ("", "sms_", "message_")
#: Documented name -> every name it was seen under (Exotel: Create SMS campaign; the older of two vocabularies first).
_NAMES: Mapping[str, tuple[str, ...]] = {
    "content_type": ("content_type",),
    "dlt_entity_id": ("dlt_entity_id",),
    "dlt_template_id": ("dlt_template_id", "template_id"),
    "sender_id": ("sender_id", "from"),
    "sms_type": ("sms_type", "message_type"),
    "template": ("template",),
    "status_callback": ("status_callback",),
    "sms_status_callback": ("sms_status_callback", "message_status_callback"),
}
_TIMES = {"start_time": ("start_time", "send_at"), "end_time": ("end_time", "expiry_time", "end_at")}
#: No page says under which name a list gives its contacts.
_CONTACTS = (
    "contact_count",
    "contacts_count",
    "total_contacts",
    "number_of_contacts",
    "contacts",
    "count",
    "size",
    "total",
)
_LONGEST_URL = 4096


class Record(NamedTuple):
    """One element of `response`, taken out of its envelope."""

    data: Mapping[str, Any]
    summary: Mapping[str, Any]


def record(element: Mapping[str, Any]) -> Record | None:
    """Return what an element holds; None for a refusal, and for one that holds nothing."""
    code = whole(element.get("code"))
    if code is not None and 300 <= code < 600:  # 23185 is a delivery's, not HTTP's
        return None
    if element.get("error_data"):
        return None
    data = element.get("data")
    if data is None and not element.keys() <= _ENVELOPE:
        data = element
    if not isinstance(data, dict) or not data:
        return None
    return Record(data, _mapping(element.get("summary")) or _mapping(data.get("summary")))


# --- campaigns --------------------------------------------------------------------------------------------


def details(found: Record) -> Details | None:
    """Return a campaign, its name "" where the answer has none; None without a SID."""
    data = found.data
    sid = sid_of(data)
    if sid is None:
        return None
    return Details(
        sid=sid,
        name=text(data.get("name")) or "",
        status=text(data.get("status")),
        counts=_counts(found),
        report_url=_url(data.get("report_url")) or _url(data.get("reports")),
        fields=_fields(data),
        created=_first(data, "date_created", "created"),
        updated=_first(data, "date_updated", "updated"),
    )


def _counts(found: Record) -> Counts:
    """Return the counters: flat as the table has them, else from `stats`, else from the sibling `summary`."""
    places = (found.data, _mapping(found.data.get("stats")), found.summary)

    def counter(name: str) -> int | None:
        given = (whole(place.get(prefix + name)) for place in places for prefix in _PREFIXES)
        return next((one for one in given if one is not None), None)

    return Counts(**{name: counter(name) for name in _COUNTERS})


def _fields(data: Mapping[str, Any]) -> dict[str, object]:
    """Return the fields of a create request under their documented names: ids as text, kinds in lower case."""
    fields: dict[str, object] = {}
    for name, spellings in _NAMES.items():
        value = _first(data, *spellings)
        if value is not None:
            fields[name] = value.lower() if name in ("content_type", "sms_type") else value
    lists = tuple(_lists(data.get("lists")))
    if lists:
        fields["lists"] = lists
    given = _mapping(data.get("schedule"))
    schedule = {name: _first(given, *spellings) for name, spellings in _TIMES.items()}
    if any(schedule.values()):
        fields["schedule"] = {name: value for name, value in schedule.items() if value is not None}
    return fields


def _lists(value: Any) -> Iterator[str]:
    """Yield the SIDs of lists, given as texts, as objects, or as one of them alone."""
    for one in value if isinstance(value, list) else [value]:
        sid = sid_of(one, "list_sid", "list_id") if isinstance(one, dict) else text(one)
        if sid is not None:
            yield sid


def _url(value: Any) -> str | None:
    """Return a web address that can be shown and opened; None for anything else."""
    return next((one for one in _addresses(value) if _is_shown(one)), None)


def _addresses(value: Any) -> Iterator[str]:
    """Yield what may be an address: a text alone, or in an object, or such in an array."""
    for one in value if isinstance(value, list) else [value]:
        held = [one.get(key) for key in ("url", "report_url", "link")] if isinstance(one, dict) else [one]
        yield from (item for item in held if isinstance(item, str))


def _is_shown(url: str) -> bool:
    """Return whether an address leads to the web, and where it says. With a user in it, it could look like another
    host's, or hold a password."""
    if len(url) > _LONGEST_URL or not url.isprintable() or any(char in " \"'<>\\^`{|}" for char in url):
        return False
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and "@" not in parts.netloc
        )
    except ValueError:
        return False


# --- messages ---------------------------------------------------------------------------------------------


def message(found: Record) -> Message | None:
    """Return one SMS; None for a record without number and SID. Its code is given, or that of its words."""
    data = found.data
    number, sid = _first(data, "number", "to", "To"), sid_of(data, "sms_sid")
    if number is None and sid is None:
        return None
    words = _first(data, "detailed_status", "DetailedStatus")
    given = (
        whole(data.get(key)) for key in ("detailed_status_code", "DetailedStatusCode", "status_code", "code")
    )
    code = next((one for one in given if one is not None and one >= 10_000), None)
    known = codes.of(words, code)
    return Message(
        number=number,
        status=text(data.get("status")),
        detailed_status=words,
        code=code if code is not None else known.code if known else None,
        text=_first(data, "message", "body", "text"),
        sid=sid,
        at=_first(data, "date_sent", "date_updated", "schedule_time", "date_created"),
    )


# --- lists ------------------------------------------------------------------------------------------------


def vendor_list(found: Record) -> VendorList | None:
    """Return one contact list; None without SID or name."""
    sid, name = sid_of(found.data, "list_sid", "list_id"), text(found.data.get("name"))
    if sid is None or name is None:
        return None
    places = (found.data, _mapping(found.data.get("stats")), found.summary)
    given = (whole(place.get(key)) for place in places for key in _CONTACTS)
    return VendorList(
        sid=sid,
        name=name,
        contacts=next((one for one in given if one is not None), None),
        tag=text(found.data.get("tag")),
        dynamic=_is_dynamic(found.data),
    )


def _is_dynamic(data: Mapping[str, Any]) -> bool | None:
    """Return what a list says of its kind, in the words of the CSV upload (Exotel: Lists, `type`)."""
    if isinstance(data.get("dynamic"), bool):
        return bool(data["dynamic"])
    given = _first(data, "type", "list_type", "content_type")
    return {"dynamic": True, "static": False}.get(given.lower()) if given else None


# --- values -----------------------------------------------------------------------------------------------


def sid_of(data: Mapping[str, Any], *more: str) -> str | None:
    """Return a record's SID, from `sid`, `id` or a name of `more`; None for what cannot be one."""
    value = _first(data, "sid", "id", *more)
    return value if value is not None and SID(value) else None


def text(value: Any) -> str | None:
    """Return a text, and a whole number as one (ids are quoted or not); None for "" and for anything else."""
    if type(value) is int:
        return str(value) if abs(value) < 10**40 else None
    return value if isinstance(value, str) and value else None


def _first(data: Mapping[str, Any], *names: str) -> str | None:
    return next((value for name in names if (value := text(data.get(name))) is not None), None)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}

"""The odd variants of answers that the vendor's pages contradict each other with, one after the other.

Each answer gets the next variant that fits it, so that the same requests in the same order get the same answers. A
variant changes the spelling of an answer and never what was done. That lists of campaigns are sorted ascending
(console) and not descending (page) holds for all of them: pages in two orders would not be one list.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from .answers import Answer

Envelope = dict[str, Any]
Quirk = Callable[[Envelope], Envelope | None]
"""The altered envelope, or None where the variant does not fit the answer."""

_CAMEL = {
    "scheduled": "Created",
    "in-progress": "InProgress",
    "paused": "Paused",
    "completed": "Completed",
    "archived": "Archived",
}
_COUNTERS = ("scheduled", "submitted", "sent", "failed", "invalid")
_OTHER_NAMES = {
    "dlt_template_id": "template_id",
    "sender_id": "from",
    "sms_type": "message_type",
    "sms_status_callback": "message_status_callback",
}


class Quirks:
    """Alters answers, from several threads one at a time."""

    def __init__(self) -> None:
        self._next = 0
        self._lock = threading.Lock()

    def alter(self, answer: Answer) -> Answer:
        """The answer in the next variant that fits."""
        try:
            envelope: Envelope = json.loads(answer.body)
        except ValueError:
            return answer
        with self._lock:
            for step in range(len(QUIRKS)):
                altered = QUIRKS[(self._next + step) % len(QUIRKS)](envelope)
                if altered is not None:
                    self._next += step + 1
                    return _answer(answer, altered)
        return answer


def _answer(answer: Answer, envelope: Envelope) -> Answer:
    status = envelope.pop("outer status", answer.status)
    return Answer(status=status, headers=answer.headers, body=json.dumps(envelope).encode("ascii"))


def _each(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Quirk:
    """A variant of every object that an answer holds; it fits where it changes one."""

    def quirk(envelope: Envelope) -> Envelope | None:
        items = [_changed(item, change) for item in _items(envelope)]
        return None if items == _items(envelope) else envelope | {"response": items}

    return quirk


def _changed(item: dict[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    if "data" not in item:  # a single message, which has no envelope of its own
        return change(item)
    return item if item["data"] is None else item | {"data": change(item["data"])}


def _items(envelope: Envelope) -> list[dict[str, Any]]:
    response = envelope["response"]
    return response if isinstance(response, list) else []


def _renamed(names: dict[str, str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda data: {names.get(key, key): value for key, value in data.items()}


def _end_time(data: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(data.get("schedule"), dict):
        return data
    return data | {"schedule": _renamed({"expiry_time": "end_time"})(data["schedule"])}


def _status(data: dict[str, Any]) -> dict[str, Any]:
    """CamelCase, as call campaigns have it; `failed-dnd`, as the statuses of single messages have it."""
    status = str(data.get("status"))
    return data | {"status": _CAMEL.get(status) or status.replace("_", "-")} if "status" in data else data


def _created(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"status": "created"} if data.get("status") == "scheduled" else data


def _nested(data: dict[str, Any]) -> dict[str, Any]:
    if "submitted" not in data:
        return data
    kept = {key: value for key, value in data.items() if key not in _COUNTERS}
    return kept | {"stats": {key: data[key] for key in _COUNTERS}}


def _text(data: dict[str, Any]) -> dict[str, Any]:
    """Numbers as text, and the DLT ids, which are digits, as numbers where no leading zero is lost."""
    altered = {key: str(value) if type(value) is int else value for key, value in data.items()}
    for key in ("dlt_entity_id", "dlt_template_id"):
        if str(data.get(key, "0"))[0] != "0":
            altered[key] = int(data[key])
    return altered


def _capital(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"sms_type": data["sms_type"].capitalize()} if "sms_type" in data else data


def _one(envelope: Envelope) -> Envelope | None:
    items = _items(envelope)
    return envelope | {"response": items[0]} if len(items) == 1 and "metadata" not in envelope else None


def _flat(envelope: Envelope) -> Envelope | None:
    """Lists without an envelope around each record, and single messages with one."""
    items = _items(envelope)
    if not items or "metadata" not in envelope:
        return None
    if "data" in items[0]:
        return envelope | {"response": [item["data"] for item in items]}
    wrapped = [{"code": 200, "error_data": None, "status": "success", "data": item} for item in items]
    return envelope | {"response": wrapped}


def _metadata(envelope: Envelope) -> Envelope | None:
    if "metadata" not in envelope:
        return None
    return envelope | {"metadata": {key: str(value) for key, value in envelope["metadata"].items()}}


def _bare(envelope: Envelope) -> Envelope | None:
    """Without the method and without codes, as the newer pages print answers. Not a refusal: it would look well."""
    items = _items(envelope)
    if not items or any("data" not in item or item["data"] is None for item in items):
        return None
    kept = [{"status": item["status"], "data": item["data"]} for item in items]
    return {key: value for key, value in envelope.items() if key != "method"} | {"response": kept}


def _inside(envelope: Envelope) -> Envelope | None:
    """A refusal that shows inside only, under 200 or, where several could have been written, 207."""
    if envelope["http_code"] not in (400, 404, 409):
        return None
    outer = 207 if envelope["method"] == "POST" else 200
    return envelope | {"http_code": outer, "outer status": outer}


def _exception(envelope: Envelope) -> Envelope | None:
    """A refusal in the shape of the older APIs."""
    items = _items(envelope)
    if envelope["http_code"] < 400 or len(items) != 1:
        return None
    error = {"Status": envelope["http_code"], "Message": items[0]["error_data"]["description"]}
    return {"RestException": error}


QUIRKS: tuple[Quirk, ...] = (
    _each(_renamed({"sid": "id"})),
    _each(_end_time),
    _each(_status),
    _one,
    _flat,
    _each(_text),
    _each(_nested),
    _metadata,
    _each(_renamed({"report_url": "reports"})),
    _each(_renamed(_OTHER_NAMES)),
    _each(_capital),
    _each(_created),
    _bare,
    _each(_renamed({"date_created": "DateCreated", "message": "body"})),
    _inside,
    _exception,
)
"""The rows of the dossier's table of contradictions that are about answers, in turn: 12, 4, 16 and 15, the
envelope's array or object, the records of lists, 10, the place of the counts, metadata, 13, 3, 7, 16, the newer
pages' short answers, 14, 30, 29."""

"""From the bytes of a request to the JSON object that is meant."""

from __future__ import annotations

import json
from typing import NoReturn

from .answers import BAD_BODY, BAD_MEDIA_TYPE, Refused, invalid

Object = dict[str, object]


def json_object(content_type: str | None, body: bytes) -> Object:
    """The body as an object.

    Raises Refused: 415 for another media type, 400 for what is not JSON in UTF-8. NaN and Infinity, which
    Python would take, are not JSON. A raw line break inside a string is taken: the page's own curl sample
    has two.
    """
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Refused(415, BAD_MEDIA_TYPE, "Content-Type must be application/json")
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_not_json, strict=False)
    except (ValueError, RecursionError) as error:  # ValueError also for bad UTF-8 and for endless integers
        raise Refused(400, BAD_BODY, "the body is not valid JSON in UTF-8") from error
    if not isinstance(value, dict):
        raise Refused(400, BAD_BODY, "the body must be a JSON object")
    return value


def campaign_object(body: Object) -> Object:
    """The campaign in a create request: bare, or within `smscampaigns`. The page's samples show both.

    Raises Refused for `campaigns`, the array that only the vendor's call campaigns take.
    """
    if "campaigns" in body:
        raise invalid("campaigns", "belongs to call campaigns; send the fields bare or within smscampaigns")
    if "smscampaigns" not in body:
        return body
    inner = body["smscampaigns"]
    if not isinstance(inner, dict):
        raise invalid("smscampaigns", "must be an object")
    return inner


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)

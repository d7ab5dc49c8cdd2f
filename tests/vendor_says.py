"""Answers that the sandbox does not give by itself: campaigns edited, ended or deleted behind our back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from test_actions import call

from campaignctl.sandbox import Fault, Sandbox

#: Takes a campaign as the sandbox has it and returns it as it is to be shown, None for not at all.
Change = Callable[[dict[str, Any]], dict[str, Any] | None]


def shows(sandbox: Sandbox, change: Change, messages: Mapping[str, list[Any]] | None = None) -> list[str]:
    """Let every answer show the campaigns of now as `change` makes them, and these messages by SID.

    Returns the list that every place asked for is appended to.
    """
    sandbox.fault = None
    truth = call(sandbox, "GET", "?limit=50&sort_by=name:asc")
    kept = [one for each in truth if (one := change(dict(each))) is not None]
    asked: list[str] = []

    def fault(method: str, target: str) -> Fault | None:
        if method != "GET":
            return None
        path, _, query = target.partition("?")
        steps = path.split("/sms-campaigns")[1].strip("/").split("/")
        asked.append(steps[0] or "list")
        if steps == [""]:
            found = kept if parse_qs(query).get("offset", ["0"])[0] == "0" else []
        elif len(steps) == 2:
            found = (messages or {}).get(steps[0], []) if "offset=0" in query else []
        else:
            found = [one for one in kept if one["sid"] == steps[0]]
            if not found:
                return Fault(status=404, body=json.dumps({"response": [{"code": 404, "data": None}]}))
        items = [{"code": 200, "status": "success", "error_data": None, "data": one} for one in found]
        counts = {"count": len(items), "total": len(kept)} if steps == [""] else {}
        return Fault(status=200, body=json.dumps({"http_code": 200, "metadata": counts, "response": items}))

    sandbox.fault = fault
    return asked


def changed(id_: str, **fields: Any) -> Change:
    """Return what shows one campaign with other fields, and all others as they are."""

    def change(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, **fields} if one["name"].startswith(f"{id_} ") else one

    return change


def without(id_: str) -> Change:
    """Return what leaves one campaign out."""
    return lambda one: None if one["name"].startswith(f"{id_} ") else one

"""Stand-in: what the two webhooks carry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .model import written


def campaign_event(
    *, campaign_sid: str, created: datetime, updated: datetime, status: str, report: str | None
) -> dict[str, str | None]:
    """The five fields of `status_callback`."""
    return {
        "campaign_sid": campaign_sid,
        "date_created": written(created),
        "date_updated": written(updated),
        "status": status,
        "reports": report,
    }


def sms_event(
    *, campaign_sid: str, sms_sid: str, created: datetime, sent: datetime | None, number: str, status: str
) -> dict[str, str | None]:
    """The six fields of `sms_status_callback`."""
    return {
        "campaign_sid": campaign_sid,
        "sms_sid": sms_sid,
        "date_created": written(created),
        "date_sent": None if sent is None else written(sent),
        "number": number,
        "status": status,
    }


class Poster:
    """Posts nothing."""

    def __init__(
        self,
        store: object,
        log: Callable[[str], None] | None = None,
        *,
        anywhere: bool = False,
        form: bool = False,
    ) -> None:
        self.store = store

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def wake(self) -> None: ...

"""Stand-in: what the two webhooks carry."""

from __future__ import annotations

from datetime import datetime

from .model import Message, written


def campaign_event(
    *, sid: str, created: datetime, updated: datetime, status: str, report: str | None
) -> dict[str, str | None]:
    """The five fields of `status_callback`."""
    return {
        "campaign_sid": sid,
        "date_created": written(created),
        "date_updated": written(updated),
        "status": status,
        "reports": report,
    }


def sms_event(campaign_sid: str, message: Message) -> dict[str, str | None]:
    """The six fields of `sms_status_callback`."""
    return {
        "campaign_sid": campaign_sid,
        "sms_sid": message.sid,
        "date_created": written(message.scheduled),
        "date_sent": None if message.sent is None else written(message.sent),
        "number": message.number,
        "status": message.status,
    }

"""What Exotel tells of a campaign's life after its creation: details, counts, single messages, lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Messages by where they are. None: the answer does not say (Exotel: SMS campaign details, its counters)."""

    scheduled: int | None = None
    submitted: int | None = None
    sent: int | None = None
    failed: int | None = None
    invalid: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Details:
    """One campaign as Exotel shows it now. What the answer leaves out is None, and no difference to anything."""

    sid: str
    name: str
    status: str | None = None  #: as Exotel spells it; `controls.status` reads it
    counts: Counts = Counts()
    report_url: str | None = None  #: printable, http or https
    #: the fields of a create request that the answer shows, under their documented names: `content_type`, `lists`,
    #: `schedule` (`start_time`, `end_time`), `dlt_entity_id`, ..., `sms_status_callback`
    fields: Mapping[str, object] = field(default_factory=dict)
    created: str | None = None
    updated: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One SMS of a campaign (Exotel: SMS details of a campaign)."""

    number: str | None
    status: str | None  #: sent, failed, failed_dnd, ... as Exotel spells it
    detailed_status: str | None  #: DELIVERED_TO_HANDSET, DLT_TEMPLATE_DOES_NOT_MATCH, ...
    code: int | None = None  #: 20005, 23185, ...: given, or known for the words of detailed_status
    text: str | None = None
    sid: str | None = None
    at: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorList:
    """One contact list of the account (Exotel: Lists)."""

    sid: str
    name: str
    contacts: int | None = None
    tag: str | None = None
    dynamic: bool | None = (
        None  #: whether texts can be filled from its columns; None: the answer does not say
    )

"""What the operators make of one SMS: their DLT scrubbing, then the number it goes to.

Written from the dossiers alone (DLT: sections 1-6; Exotel: sections 8 and 9), so that what the client's lint
promises can be held against it. The order is the operators' own (DLT 5.1): entity, header, template, what
belongs to what, the text, its links, the clock, the number. Pure: the moment comes with the message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from .model import IST, Outcome, Sms
from .scrubbing import matches
from .whitelist import Whitelist

DELIVERED = 20005
DND = 23005
IMPOSSIBLE = 23010
HEADER = 23080  #: DLT 620-623, 634, 435, 683: unknown, of another entity, not linked, of the wrong kind
ENTITY = 23081  #: DLT 604, 434: missing, no id, not the template's
NO_TEMPLATE = 23082  #: DLT 637: no template id
SCRUBBED = 23083  #: DLT 642, 697-701, 651: registered, and blocked nevertheless
TEMPLATE_NO_ID = 23181
TEMPLATE_UNKNOWN = 23182
TEMPLATE_INACTIVE = 23183
TEMPLATE_BLACKLISTED = 23184
MISMATCH = 23185  #: DLT 633, 635, 431
TOO_LONG = 23186
ENTITY_UNKNOWN = 23281

CODES = {
    DELIVERED: ("sent", "DELIVERED_TO_HANDSET"),
    DND: ("failed_dnd", "FAILED_REJECTED_DND"),
    23010: ("failed", "FAILED_INVALID_DESTINATION_NUMBER"),
    23015: ("failed_spam_detected", "FAILED_SPAM_DETECTED"),
    23020: ("failed", "FAILED_REJECTED_BLACKLIST"),
    23035: ("failed", "FAILED_SUBSCRIBER_UNAVAILABLE"),
    23040: ("failed", "FAILED_SUBSCRIBER_UNKNOWN"),
    23050: ("failed", "FAILED_EXPIRED"),
    23060: ("failed", "FAILED_REJECTED"),
    24990: ("failed", "FAILED_UNKNOWN_ERROR"),
    HEADER: ("failed", "SENDER_BLOCKED_BY_DLT"),
    ENTITY: ("failed", "ENTITY_BLOCKED_BY_DLT"),
    NO_TEMPLATE: ("failed", "TEMPLATE_BLOCKED_BY_DLT"),
    SCRUBBED: ("failed", "FAILED_DLT_SCRUBBING_ERROR"),
    TEMPLATE_NO_ID: ("failed", "DLT_TEMPLATE_ID_INVALID"),
    TEMPLATE_UNKNOWN: ("failed", "DLT_TEMPLATE_NOT_FOUND"),
    TEMPLATE_INACTIVE: ("failed", "DLT_TEMPLATE_ID_INACTIVE"),
    TEMPLATE_BLACKLISTED: ("failed", "DLT_TEMPLATE_ID_BLACKLISTED"),
    MISMATCH: ("failed", "DLT_TEMPLATE_DOES_NOT_MATCH"),
    TOO_LONG: ("failed", "DLT_LENGTH_EXCEEDED"),
    ENTITY_UNKNOWN: ("failed", "DLT_ENTITY_NOT_FOUND"),
}
"""Code: the status and detailed status that message-details shows (Exotel 3.5, 8.2, 9.4)."""

FATES = {f"{code % 10000:04}": code for code in (DND, 23010, 23015, 23020, 23035, 23040, 23050, 23060, 24990)}
"""The last four digits of a number that has this end: 98765 43050 expires. The sandbox's own convention."""

LONGEST = 2000
OPENS, CLOSES = time(10), time(21)
"""Promotional messages pass from 10:00 to before 21:00 IST (DLT 3: 651 blocks 9 PM to 10 AM)."""
MARKETING = frozenset({"promotional", "service-explicit"})
"""Service-explicit is being folded into promotional: the same hours and preferences hold (DLT 3)."""
NOT_NUMERIC = frozenset({"transactional", "service-implicit", "service-explicit"})
"""Their headers are letters (DLT 2 and 3)."""

_NUMBER = re.compile(r"(?:\+?91|0)?[6-9][0-9]{9}", re.ASCII)
_ID = re.compile(r"[0-9]{19}", re.ASCII)
_TEMPLATE_ID = re.compile(r"[0-9]{12,19}", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """One template as the operators hold it."""

    id: str
    entity: str
    headers: frozenset[str]
    category: str
    text: str
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Registry:
    """What is registered on DLT, as far as the files of registry/ tell."""

    templates: Mapping[str, Template]
    headers: Mapping[str, frozenset[str]]  #: entity -> its headers
    whitelist: Whitelist

    @classmethod
    def of(cls, templates: Mapping[str, object], links: Mapping[str, object]) -> Registry:
        """Take plain data in the shape of templates.yaml and links.yaml; an entry of another shape counts for nothing.

        An id that comes twice keeps its first template: a portal gives it once.
        """
        rows = templates.get("templates")
        known: dict[str, Template] = {}
        headers: dict[str, frozenset[str]] = {}
        for row in rows if isinstance(rows, list | tuple) else ():
            template = _template(row)
            if template is not None:
                known.setdefault(template.id, template)
                headers[template.entity] = headers.get(template.entity, frozenset()) | template.headers
        return cls(templates=known, headers=headers, whitelist=Whitelist.of(links))

    def verdict(self, sms: Sms) -> int:
        """The code under which the scrubbing drops a message, 0 when it passes."""
        known = self.headers.get(sms.dlt_entity_id)
        if known is None:
            return ENTITY_UNKNOWN if _ID.fullmatch(sms.dlt_entity_id) else ENTITY
        if sms.sender_id not in known:
            return HEADER
        template = self.templates.get(sms.dlt_template_id)
        if template is None:
            return _no_template(sms.dlt_template_id)
        return _standing(template, sms) or self._content(template, sms)

    def marketing(self, sms: Sms) -> bool:
        template = self.templates.get(sms.dlt_template_id)
        return _promotional(sms) or (template is not None and template.category in MARKETING)

    def _content(self, template: Template, sms: Sms) -> int:
        if not matches(template.text, sms.text, header=sms.sender_id):
            return MISMATCH
        if len(sms.text) > LONGEST:
            return TOO_LONG
        listed = matches(template.text, sms.text, header=sms.sender_id, whitelist=self.whitelist)
        if not listed or self.whitelist.strays(sms.text, header=sms.sender_id):
            return SCRUBBED
        if self.marketing(sms) and not OPENS <= sms.at.astimezone(IST).time() < CLOSES:
            return SCRUBBED
        return 0


def decide(registry: Registry | None, sms: Sms) -> Outcome:
    """What becomes of one SMS. Without a registry only its number counts."""
    if not _NUMBER.fullmatch(sms.number):
        return Outcome(status="invalid", code=IMPOSSIBLE, detailed_status=CODES[IMPOSSIBLE][1])
    code = (registry.verdict(sms) if registry is not None else 0) or FATES.get(sms.number[-4:], DELIVERED)
    if code == DND and not (registry.marketing(sms) if registry is not None else _promotional(sms)):
        code = DELIVERED  # who takes no advertising still gets what was asked for (DLT 3)
    status, detailed = CODES[code]
    return Outcome(status=status, code=code, detailed_status=detailed)


def _promotional(sms: Sms) -> bool:
    return sms.sms_type.lower() == "promotional"


def _no_template(template_id: str) -> int:
    if not template_id.strip():
        return NO_TEMPLATE
    return TEMPLATE_UNKNOWN if _TEMPLATE_ID.fullmatch(template_id) else TEMPLATE_NO_ID


def _standing(template: Template, sms: Sms) -> int:
    """Whether the template can be sent by that entity, under that header, as that type."""
    if template.entity != sms.dlt_entity_id:
        return ENTITY
    if template.status != "approved":
        # What is pending or was rejected never reached the operators.
        unknown = template.status in ("pending", "rejected")
        blacklisted = template.status == "blacklisted"
        return TEMPLATE_UNKNOWN if unknown else TEMPLATE_BLACKLISTED if blacklisted else TEMPLATE_INACTIVE
    numeric = sms.sender_id.isdigit()
    wrong_kind = numeric and template.category in NOT_NUMERIC
    if sms.sender_id not in template.headers or wrong_kind or numeric != _promotional(sms):
        return HEADER
    return 0


def _template(row: object) -> Template | None:
    if not isinstance(row, Mapping):
        return None
    texts = {key: row.get(key) for key in ("id", "entity", "category", "text", "status")}
    headers = row.get("headers")
    if not all(isinstance(one, str) for one in texts.values()) or not isinstance(headers, list | tuple):
        return None
    return Template(
        headers=frozenset(one for one in headers if isinstance(one, str)),
        **{key: str(one) for key, one in texts.items()},
    )

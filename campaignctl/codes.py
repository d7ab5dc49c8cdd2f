"""Exotel's delivery codes: what each means, which lint rules would have caught it, and what to do.

Sources: Exotel, DetailedStatusCode and DetailedStatus of the SMS API, and its table of DLT failures. Other
spellings are those of an older table and of the campaigns' own statuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """One row of the tables."""

    code: int
    detailed_status: str
    meaning: str  #: one clause, for both marketers and engineers
    rules: tuple[str, ...] = ()  #: names of the rules that would have caught it, the likeliest first
    advice: str = ""  #: what to do, "" for what needs nothing


_HEADER = (
    "header-unknown",
    "header-not-linked",
    "header-case",
    "header-has-affix",
    "header-format",
    "header-type-mismatch",
    "header-category-mismatch",
)
_ENTITY = ("entity-id-missing", "entity-id-format", "template-entity-mismatch", "id-kind-swapped")
_TEMPLATE = ("template-unknown", "template-id-missing", "template-id-format", "id-kind-swapped")
_TEMPLATE_ID = (*_TEMPLATE, "id-spreadsheet-damage", "vendor-id-as-dlt-id")
_TEXT = ("body-mismatch", "lookalike-vs-template", "body-matches-other-template", "unfilled-placeholder")
_SLOTS = ("slot-count", "slot-empty", "slot-too-long", "slot-numeric", "slot-alphanumeric")
_LINKS = ("url-not-whitelisted", "url-in-untyped-slot", "url-public-shortener", "cbn-not-whitelisted")
_REFRESH = "export the templates from the DLT portal and run `campaignctl registry import FILE`, then `campaignctl lint`"
_NOBODY = "take the number off the list"

_TABLE = (
    # --- on the way, and arrived ------------------------------------------------------------------------
    Code(
        code=20005,
        detailed_status="DELIVERED_TO_HANDSET",
        meaning="it is on the phone",
    ),
    Code(
        code=20006,
        detailed_status="DELIVERED_TO_OPERATOR",
        meaning="the operator has taken it, and tells no more",
    ),
    Code(
        code=21010,
        detailed_status="PENDING_TO_OPERATOR",
        meaning="it waits at Exotel",
        advice="wait",
    ),
    Code(
        code=21015,
        detailed_status="SENDING_TO_OPERATOR",
        meaning="it is being handed to the operator",
        advice="wait",
    ),
    Code(
        code=21020,
        detailed_status="PENDING_ON_OPERATOR",
        meaning="it waits at the operator, where promotional messages stay outside 10:00 to 21:00 IST",
        rules=("promo-window", "promo-window-overrun"),
        advice="wait, and send promotional campaigns between 10:00 and 21:00 IST",
    ),
    # --- the number -------------------------------------------------------------------------------------
    Code(
        code=23005,
        detailed_status="FAILED_REJECTED_DND",
        meaning="the person has asked not to be disturbed, and no consent is recorded",
        rules=("consent-missing", "promo-words-in-service"),
        advice="record consents on the DLT portal, or leave these people out of promotional campaigns",
    ),
    Code(
        code=23010,
        detailed_status="FAILED_INVALID_DESTINATION_NUMBER",
        meaning="this is no telephone number",
        advice="the campaign's report names each: mend the number in the list, with +91 before its ten digits, or "
        "take it off",
    ),
    Code(
        code=23035,
        detailed_status="FAILED_SUBSCRIBER_UNAVAILABLE",
        meaning="the phone was off or had no network",
        advice="try these people again with a new campaign, at another hour",
    ),
    Code(
        code=23040,
        detailed_status="FAILED_SUBSCRIBER_UNKNOWN",
        meaning="nobody has this number any more",
        advice=_NOBODY,
    ),
    Code(
        code=24105,
        detailed_status="FAILED_HANDSET_ERROR",
        meaning="the phone refused it, perhaps because its memory is full",
        advice="try these people again with a new campaign",
    ),
    Code(
        code=24120,
        detailed_status="FAILED_SUBSCRIBER_ERROR",
        meaning="the operator cannot reach this person: barred, ported or roaming",
        advice=f"if it comes again, {_NOBODY}",
    ),
    # --- the text and the header ------------------------------------------------------------------------
    Code(
        code=23015,
        detailed_status="FAILED_SPAM_DETECTED",
        meaning="the operator took it for spam",
        rules=("url-public-shortener", "url-not-whitelisted", "promo-words-in-service"),
        advice="look at its links and its wording; if both are sound, ask Exotel",
    ),
    Code(
        code=23070,
        detailed_status="FAILED_INVALID_MESSAGE",
        meaning="the text is over 2,000 characters, has an odd character, or came without an entity id",
        rules=("template-too-long", "entity-id-missing", "unicode-switch"),
        advice="shorten the text, and write it in plain characters",
    ),
    Code(
        code=23072,
        detailed_status="FAILED_INVALID_SENDER_ID",
        meaning="`sender_id` is not a header that may be used",
        rules=("header-format", "header-has-affix", "header-case", "header-unknown"),
        advice="write the header exactly as it is registered",
    ),
    # --- the way ----------------------------------------------------------------------------------------
    Code(
        code=23020,
        detailed_status="FAILED_REJECTED_BLACKLIST",
        meaning="the number or the header is on a blacklist",
        advice="ask Exotel whose it is; leave these numbers out until then",
    ),
    Code(
        code=23030,
        detailed_status="FAILED_UNAVAILABLE_ROUTE",
        meaning="Exotel has no way to this operator for such messages",
        advice="ask Exotel to open the route",
    ),
    Code(
        code=23050,
        detailed_status="FAILED_EXPIRED",
        meaning="the campaign's end came first, or it waited too long for the phone or the operator",
        rules=("schedule-overrun", "capacity", "promo-window-overrun", "promo-window"),
        advice="send to these people with a new campaign that has more time, or the account to itself",
    ),
    Code(
        code=23060,
        detailed_status="FAILED_REJECTED",
        meaning="the operator refused it without a reason",
        advice="ask Exotel for the reason, with the SID of a message",
    ),
    Code(
        code=24010,
        detailed_status="FAILED_SYSTEM_ERROR",
        meaning="Exotel's or the operator's system failed",
        advice="ask Exotel; try these people again with a new campaign",
    ),
    Code(
        code=24110,
        detailed_status="FAILED_OPERATOR_ERROR",
        meaning="the operator's network failed",
        advice="try these people again with a new campaign",
    ),
    Code(
        code=24990,
        detailed_status="FAILED_UNKNOWN_ERROR",
        meaning="it failed, and nobody says why",
        advice="ask Exotel for the reason, with the SID of a message",
    ),
    # --- DLT --------------------------------------------------------------------------------------------
    Code(
        code=23080,
        detailed_status="SENDER_BLOCKED_BY_DLT",
        meaning="the header is not registered, or not linked with the template",
        rules=_HEADER,
        advice=f"link header and template on the DLT portal; {_REFRESH}",
    ),
    Code(
        code=23081,
        detailed_status="ENTITY_BLOCKED_BY_DLT",
        meaning="the entity id is missing, blocked or another one's",
        rules=_ENTITY,
        advice="copy `dlt_entity_id` from the DLT portal, and look whether the entity is active there",
    ),
    Code(
        code=23082,
        detailed_status="TEMPLATE_BLOCKED_BY_DLT",
        meaning="the template id is missing or not registered, or the text is not the registered one",
        rules=(*_TEMPLATE, "template-not-active", *_TEXT, *_SLOTS),
        advice=_REFRESH,
    ),
    Code(
        code=23083,
        detailed_status="FAILED_DLT_SCRUBBING_ERROR",
        meaning="DLT dropped it although all is registered: for a link, a consent, or its own failure",
        rules=(*_LINKS, "consent-missing"),
        advice="look whether every link and number of the text is on the whitelist; if so, ask Exotel",
    ),
    Code(
        code=23084,
        detailed_status="FAILED_DLT_CONSENT_ERROR",
        meaning="DLT knows no consent of this person",
        rules=("consent-missing",),
        advice="record the consents on the DLT portal, or leave these people out",
    ),
    Code(
        code=23181,
        detailed_status="DLT_TEMPLATE_ID_INVALID",
        meaning="the template id is none that DLT gives",
        rules=_TEMPLATE_ID,
        advice="copy `dlt_template_id` from the DLT portal, not from a spreadsheet",
    ),
    Code(
        code=23182,
        detailed_status="DLT_TEMPLATE_NOT_FOUND",
        meaning="DLT knows no template with this id",
        rules=_TEMPLATE_ID,
        advice=_REFRESH,
    ),
    Code(
        code=23183,
        detailed_status="DLT_TEMPLATE_ID_INACTIVE",
        meaning="the template is not approved, or no longer active",
        rules=("template-not-active", "registry-stale"),
        advice=f"have the template approved or activated again; {_REFRESH}",
    ),
    Code(
        code=23184,
        detailed_status="DLT_TEMPLATE_ID_BLACKLISTED",
        meaning="the template is on the blacklist, after complaints",
        rules=("template-not-active", "registry-stale"),
        advice=f"register another template; {_REFRESH}",
    ),
    Code(
        code=23185,
        detailed_status="DLT_TEMPLATE_DOES_NOT_MATCH",
        meaning="the text is not the one that is registered under its template id, or a column of the list is "
        "empty or too long for these people",
        rules=(*_TEXT, *_SLOTS, "url-in-untyped-slot"),
        advice=f"where all have failed, make the text the registered one; {_REFRESH}; where some have, mend their rows "
        "in the list",
    ),
    Code(
        code=23186,
        detailed_status="DLT_LENGTH_EXCEEDED",
        meaning="the text has more than 2,000 characters",
        rules=("template-too-long",),
        advice="shorten the text, or the values of the list that fill it",
    ),
    Code(
        code=23281,
        detailed_status="DLT_ENTITY_NOT_FOUND",
        meaning="DLT knows no entity with this id",
        rules=_ENTITY,
        advice="copy `dlt_entity_id` from the DLT portal: 19 digits in quotes",
    ),
)

#: Every code that the tables list.
MEANINGS: Mapping[int, Code] = {one.code: one for one in _TABLE}
#: Names of an older table, and statuses that say as much as a code.
_OTHER_WORDS = {
    "FAILED_DLT_SCRUBBING": 23083,
    "FAILED_DLT_ENTITY": 23081,
    "FAILED_DLT_TEMPLATE": 23082,
    "FAILED_DLT_CONSENT": 23084,
    "failed_dnd": 23005,
    "failed_spam_detected": 23015,
}


def _plain(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum())


_BY_WORDS: Mapping[str, Code] = {
    **{_plain(words): MEANINGS[code] for words, code in _OTHER_WORDS.items()},
    **{_plain(one.detailed_status): one for one in _TABLE},
}


def of(detailed_status: str | None, code: int | None) -> Code | None:
    """Return the row of a code, or that of the words where the code is absent or unheard of; None for neither.

    The words are taken in any case, with any joints.
    """
    if code is not None and code in MEANINGS:
        return MEANINGS[code]
    return _BY_WORDS.get(_plain(detailed_status)) if detailed_status else None

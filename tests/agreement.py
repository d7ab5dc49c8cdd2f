"""What lint says of a folder held against what the sandbox's operators make of the same messages.

`DROPPED` and `DROPPED_AS_ERRORS` name the rules that promise that the operators drop the message, `NOT_SEEN` those
that are about something else, with the reason, `EITHER` those about messages of which some pass. Each rule has one
place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from conftest import NOW

from campaignctl import lint, project
from campaignctl.findings import Finding, Severity
from campaignctl.model import Campaign, LintResult
from campaignctl.project import Project
from campaignctl.sandbox.model import Sms
from campaignctl.sandbox.operator import Registry, decide

DROPPED = frozenset(
    (
        *("entity-id-missing", "entity-id-format", "vendor-id-as-dlt-id", "id-kind-swapped"),
        *("template-id-missing", "template-id-format", "template-unknown", "template-not-active"),
        *("template-entity-mismatch", "template-too-long"),
        *("header-has-affix", "header-unknown", "header-case", "header-not-linked", "header-type-mismatch"),
        *("body-mismatch", "lookalike-vs-template", "body-matches-other-template"),
        *("slot-empty", "slot-numeric", "slot-alphanumeric", "slot-url-form", "slot-cbn-form"),
        *("slot-email-form", "url-in-untyped-slot"),
        *("url-not-whitelisted", "short-url-without-header", "cbn-not-whitelisted", "email-not-whitelisted"),
        "promo-window",
    )
)
DROPPED_AS_ERRORS = frozenset(
    (
        "header-format",  # a warning: approved headers of 3 to 5 letters exist (dossier 2)
        "header-category-mismatch",  # a warning: letters for a promotional template are contested (dossier 2)
        "id-spreadsheet-damage",  # a warning: an id may really end in zeros
        "slot-too-long",  # a warning: 31 to 40 characters, which some operators take (dossier 0.5)
        "url-public-shortener",  # a warning: the header is in its path (dossier 6)
    )
)
_FILE = "the file cannot be read as it is meant, so what it would send is nobody's claim"
_CREATE = (
    "Exotel refuses the create request or reads it otherwise; the operators see no message, or a sound one"
)
_IGNORE = "about a comment of the file"
_PORTAL = "about the registered text: the portal refuses or withdraws it, and what it has approved passes"
_COST = "about what the message costs and looks like, not whether it arrives"
_SLOW = "about people whom the account does not come to in time; each message that leaves is sound"
_TEAM = "about the team's own rules"
NOT_SEEN: Mapping[str, str] = {
    **dict.fromkeys(("ignore-without-reason", "ignore-unknown", "ignore-unused"), _IGNORE),
    **dict.fromkeys(("ignore-expired", "ignore-forbidden"), _IGNORE),
    **dict.fromkeys(
        ("duplicate-id", "name-too-short", "name-holds-token", "list-unknown", "list-repeated"), _CREATE
    ),
    **dict.fromkeys(("schedule-format", "schedule-no-timezone", "schedule-min-duration"), _CREATE),
    **dict.fromkeys(("start-too-near", "callback-url", "template-too-many-columns"), _CREATE),
    **dict.fromkeys(("too-many-creates", "too-many-recipients", "sent-before", "list-gap"), _TEAM),
    "namesake": _TEAM,
    **dict.fromkeys(("immediate-start", "credential-in-file", "id-operator-mixed"), _TEAM),
    **dict.fromkeys(("segments", "unicode-switch", "encoding-flag", "multipart-boundary-link"), _COST),
    **dict.fromkeys(("forbidden-angle", "double-space", "edge-space", "fixed-text-share"), _PORTAL),
    **dict.fromkeys(("adjacent-variables", "too-many-variables", "untyped-variable"), _PORTAL),
    **dict.fromkeys(("brand-missing", "promo-optout-missing", "duplicate-template-body"), _PORTAL),
    **dict.fromkeys(("promo-words-in-service", "service-explicit-legacy"), _PORTAL),
    "invisible-character": "about readers: the operators take it like any other character of its slot",
    "sid-repeated": "about the team's words for lists; Exotel sends to the SID",
    "cta-entry-format": "about an entry of the whitelist: it covers nothing, and url-not-whitelisted says so",
    "template-repeated": "about the files: a portal gives an id once",
    "registry-stale": "the operators know what is registered today, the files what was",
    "consent-missing": "consent is no part of a message; the operators look it up",
    "dynamic-without-column": "a text without columns arrives as it stands",
    "schedule-unlikely": "the operators let service messages through at any hour of any day",
    "promo-header-category-digit": "the header was approved with that digit",
    "ambiguous-match": "only a gateway that searches by the text is misled; Exotel passes the id on",
    **dict.fromkeys(("schedule-overrun", "promo-window-overrun", "capacity"), _SLOW),
}
EITHER: Mapping[str, str] = {
    **dict.fromkeys(("yaml-syntax", "yaml-duplicate-key", "yaml-ambiguous-scalar", "yaml-limit"), _FILE),
    **dict.fromkeys(("file-unreadable", "unknown-key", "missing-key", "wrong-type", "invalid-value"), _FILE),
    **dict.fromkeys(("template-syntax", "template-undefined-variable"), _FILE),
    "slot-count": "no text is made of values that do not fit, so nothing can be created",
    "lists-count": "which list's values a dynamic text would get is open",
    "column-unknown": "what Exotel puts for a column that a list lacks is not established (exotel-api 12.8)",
    "column-in-static": "the @@column itself is sent; a slot {#var#} lets it pass, others do not",
    "unfilled-placeholder": "a raw marker in a slot {#var#} reaches the customer (dossier 0.1), elsewhere it does not",
    "placeholder-syntax": "such a marker is no slot on the portal: only the marker itself matches it",
    "slot-newline-or-edge-space": "contested: a slot {#var#} takes blanks, {#alphanumeric#} no line break",
    "url-path-variable": "each contact's link may or may not be listed",
}
EVERY = (DROPPED, DROPPED_AS_ERRORS, NOT_SEEN.keys(), EITHER.keys())

GOOD_NUMBER = "919812300001"
#: Stands for a cell that nobody knows: lint takes it for one that its slot takes.
STAND_IN = "4711"
COLUMN = re.compile(r"@@([\w\u0900-\u0963\u0966-\u0dff\u200c\u200d]+)")


class Verdict(NamedTuple):
    """One campaign: what lint found, and the outcome of its message at each moment of its schedule."""

    campaign: Campaign
    own: tuple[Finding, ...]  #: findings that name it
    all: tuple[Finding, ...]  #: those and the findings about the folder
    outcomes: tuple[str, ...]  #: "sent 20005"; none where there is no text to send

    @property
    def doomed(self) -> list[str]:
        """Return the rules that promise that it is dropped."""
        return [one.name for one in self.own if dooms(one)]

    @property
    def is_shared_out(self) -> bool:
        """Return whether two slots touch or only a sign parts them: how a text is shared out then is stated nowhere.

        TRAI forbids such templates (dossier 4.3). The operators here take any way that is right, lint one.
        """
        registered = self.campaign.registered
        return registered is not None and any(not re.search(r"[\w\s]", one) for one in registered.fixed[1:-1])

    @property
    def wrong(self) -> str:
        """Return what lint and the operators disagree about, "" where they agree."""
        if not self.outcomes:
            return ""
        sent = {one for one in self.outcomes if one == "sent 20005"} == set(self.outcomes)
        names = {one.name for one in self.all}
        said = f"{self.campaign.template!r}: lint {sorted(names)}, operators {sorted(set(self.outcomes))}"
        if self.doomed and sent and not self.is_shared_out:
            return f"flagged and sent: {said}"
        if not sent and names <= NOT_SEEN.keys():
            return f"{'flagged for another reason' if names else 'clean'} and not sent: {said}"
        return ""


def dooms(one: Finding) -> bool:
    return one.name in DROPPED or (one.name in DROPPED_AS_ERRORS and one.severity is Severity.ERROR)


def verdicts(root: Path) -> Iterator[Verdict]:
    """Lint a folder by the strict profile, and ask the operators about each campaign of it."""
    loaded = project.load(root)
    if loaded.config is not None:
        loaded = replace(loaded, config=replace(loaded.config, profile="strict"))
    result = lint.run(loaded, now=NOW)
    registry = registered(loaded)
    for campaign in result.campaigns:
        yield verdict(campaign, result, registry, loaded.defaults)


def registered(loaded: Project) -> Registry | None:
    """Return what the operators know: the plain data of the registry's files."""
    data = {name: one.data for name, one in loaded.registries.items() if isinstance(one.data, dict)}
    return Registry.of(data["templates"], data.get("links", {})) if "templates" in data else None


def verdict(
    campaign: Campaign, result: LintResult, registry: Registry | None, defaults: Mapping[str, Any]
) -> Verdict:
    own = tuple(one for one in result.findings if campaign.id is not None and one.campaign == campaign.id)
    others = {one.id for one in result.campaigns if one.id is not None} - {campaign.id}
    # A mistake in `defaults` is said once, for one of those that take it over.
    every = tuple(
        one for one in result.findings if one.campaign not in others or one.path.endswith("campaignctl.yaml")
    )
    text = sample(campaign)
    if text is None:
        return Verdict(campaign, own, every, ())
    outcomes = []
    for moment in moments(campaign):
        outcome = decide(registry, sms(campaign, text, moment, defaults))
        outcomes.append(f"{outcome.status} {outcome.code}")
    return Verdict(campaign, own, every, tuple(outcomes))


def sample(campaign: Campaign) -> str | None:
    """Return the text for the sample row of the campaign's list."""
    if campaign.template is None or campaign.content_type != "dynamic":
        return campaign.template
    one = campaign.audience[0] if len(campaign.audience) == 1 else None
    row = one.sample if one is not None else {}
    return COLUMN.sub(lambda found: row.get(found.group(1), STAND_IN), campaign.template)


def moments(campaign: Campaign) -> Iterator[datetime]:
    """Yield moments at which a message of the campaign may leave: its start, each hour of a day, just before its end."""
    schedule = campaign.schedule
    start = schedule.start if schedule is not None and schedule.start is not None else NOW
    end = schedule.end if schedule is not None and schedule.end is not None else start
    yield start
    last = end - timedelta(seconds=1)
    yield from (
        start + timedelta(hours=hour) for hour in range(1, 25) if start + timedelta(hours=hour) < last
    )
    if last > start:
        yield last


def sms(campaign: Campaign, text: str, at: datetime, defaults: Mapping[str, Any]) -> Sms:
    """Return the message as Exotel hands it on. An unusable field of the campaign stands there as it is written."""
    data = {**defaults, **getattr(campaign.source, "data", {})}

    def of(name: str) -> str:
        value = getattr(campaign, name)
        value = data.get(name) if value is None else value
        return "" if value is None else str(value)

    return Sms(
        number=GOOD_NUMBER,
        text=text,
        sender_id=of("sender_id"),
        dlt_entity_id=of("dlt_entity_id"),
        dlt_template_id=of("dlt_template_id"),
        sms_type=of("sms_type"),
        at=at,
    )

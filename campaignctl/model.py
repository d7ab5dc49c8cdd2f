"""Every value that passes between the modules. Read this first.

All are frozen and keyword-only, with tuples inside, so that a value seen once stays what it was.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from campaignctl.approved import Comparison, RecipientList, Registry, Template
from campaignctl.findings import Finding, Passed, Source
from campaignctl.profiles import STRICT, Profile

if TYPE_CHECKING:
    from campaignctl.standings import Drift


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """When a campaign starts and ends: the text as written, and the moment where it can be read."""

    start_time: str | None
    end_time: str | None
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """One campaign after defaults and templates. A field whose value is unusable is None or empty.

    Lint has said why it is unusable; a rule skips what is not there.
    """

    id: str | None
    name: str | None  #: as written; None: not given, the id serves
    content_type: str | None  #: static | dynamic
    lists: tuple[str, ...] | None  #: as written: aliases or SIDs
    audience: tuple[RecipientList | None, ...]  #: one for each of `lists`; None: not known
    schedule: Schedule | None
    dlt_entity_id: str | None
    dlt_template_id: str | None
    sender_id: str | None
    sms_type: str | None  #: lower case
    template: str | None  #: the text; with `variables` made from the registered one
    variables: tuple[str, ...] | None = None  #: values of the slots in their order, in place of `template`
    columns: tuple[str, ...]  #: distinct @@columns of the text, in order of first use
    status_callback: str | None
    sms_status_callback: str | None
    source: Source = field(compare=False)
    registered: Template | None = None  #: the template of dlt_template_id, where the registry has it
    comparison: Comparison | None = None  #: the text held against it
    inherited: frozenset[str] = frozenset()  #: fields that it takes over from `defaults`

    def blamed(self, field: str, other: str) -> str:
        """Return the field to point at when two do not go together: the other one where the first is inherited."""
        return other if field in self.inherited and other not in self.inherited else field

    @property
    def sample(self) -> Mapping[str, str]:
        """The row that fills its @@columns: that of its list. A static campaign has nothing to fill."""
        if self.content_type != "dynamic" or len(self.audience) != 1 or self.audience[0] is None:
            return {}
        return self.audience[0].sample

    @property
    def recipients(self) -> int | None:
        """People in all its lists together, counted once a list; None where a list does not say."""
        total = 0
        for one in self.audience:
            if one is None or one.contacts is None:
                return None
            total += one.contacts
        return total


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """campaignctl.yaml, with its defaults filled in."""

    project: str
    region: str = "mumbai"
    defaults: Mapping[str, Any] = field(default_factory=dict)
    vars: Mapping[str, Any] = field(default_factory=dict)
    profile: str = "strict"
    levels: Mapping[str, str] = field(default_factory=dict)  #: rule name -> error | warning | off
    select: tuple[str, ...] = ()  #: names, codes or beginnings of codes; () for all
    ignore: tuple[str, ...] = ()
    baseline: str | None = None  #: a file of findings that are known and let pass
    allow_immediate: bool = False
    max_parts: int | None = None  #: parts of one message that the team is willing to pay for
    registry_max_age: int = 30  #: days after which an export of the portal counts as old
    sms_per_minute: int = 300  #: what the account sends (Exotel: SMS campaigns, overview)
    settle: int = 60  #: seconds that an unknown outcome is looked for
    max_creates: int = 100  #: new campaigns in one run
    max_recipients: int | None = None  #: people whom the new campaigns of one run may reach together
    min_gap: int | None = None  #: seconds between two campaigns to one list
    fuse: int = 30 * 60  #: seconds between the run and the first SMS, in which a mistake can be paused
    plan_expiry: int = 24 * 3600  #: seconds for which a plan may be applied
    endpoint: str = "sms-campaigns"
    body: str = "bare"
    requests_per_minute: int = 200
    state_path: str = "campaignctl.state.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """All that a rule may know besides its campaign."""

    config: Config
    registry: Registry
    now: datetime
    profile: Profile = STRICT


@dataclass(frozen=True, kw_only=True, slots=True)
class LintResult:
    """What lint found, and the campaigns that it could read."""

    findings: tuple[Finding, ...]
    campaigns: tuple[Campaign, ...]
    files: int  #: campaign files read
    unreadable: tuple[str, ...] = ()  #: paths of files whose campaigns cannot all be known
    paths: tuple[str, ...] = ()  #: the campaign files read, as findings name them
    notes: tuple[str, ...] = ()  #: what was not checked, or can be tidied up: sentences for people
    passed: tuple[Passed, ...] = ()  #: what was found and is let pass; not what rules that are off would find


# --- state ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One campaign that exists at Exotel because of us, and what was sent."""

    token: str
    sid: str
    payload: Mapping[str, Any]
    origin: str  #: created | adopted
    at: str  #: RFC 3339, UTC
    plan_id: str | None = None

    @property
    def is_marked(self) -> bool:
        """Whether its name at Exotel holds the token. One that was made by hand is found by its SID alone."""
        return self.token in str(self.payload.get("name", self.token))


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """The record that a create request is about to leave, or has left with an unknown outcome."""

    token: str
    payload: Mapping[str, Any]
    phase: str  #: intent | unknown
    at: str  #: RFC 3339, UTC
    plan_id: str
    actor: str  #: user@host, pid
    error: str | None = None
    seen: str | None = None  #: when `resolve` found it without its run: by then its request had left, if ever
    where: str | None = None  #: the service that it was sent to; None: written before that was recorded
    settle: float | None = None  #: seconds of the settle window of its run; None likewise


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """A person's word that a create with an unknown outcome never happened. It is kept for ever."""

    id: str
    token: str
    at: str  #: RFC 3339, UTC
    by: str  #: user@host, pid
    intent: Intent  #: what was sent, as it stood then


@dataclass(frozen=True, kw_only=True, slots=True)
class Delta:
    """One change of the state, written as a whole or not at all."""

    campaigns: Mapping[str, Entry] = field(default_factory=dict)
    intents: Mapping[str, Intent | None] = field(default_factory=dict)  #: None: the intent is settled
    used_plan: str | None = None
    declared: tuple[Declared, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """What campaignctl has created and has tried to create. `serial` grows by one with each change."""

    project: str
    lineage: str | None = None  #: None until the first init or apply
    account: str | None = None  #: which Exotel account it is about, hashed; None until the first apply
    serial: int = 0
    campaigns: Mapping[str, Entry] = field(default_factory=dict)
    intents: Mapping[str, Intent] = field(default_factory=dict)
    used_plans: tuple[str, ...] = ()
    declared: tuple[Declared, ...] = ()  #: oldest first

    @property
    def holds_any(self) -> bool:
        """Whether a plan has something to say of it even where no file is left."""
        return bool(self.campaigns or self.intents)


# --- plan -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Inputs:
    """What a plan was made from besides campaigns and state: the sha256 of what each says."""

    config: str = ""
    registry: str = ""


class ActionKind(StrEnum):
    """What a plan says about one campaign."""

    CREATE = "create"
    ADOPT = "adopt"
    BLOCKED = "blocked"
    UNRESOLVED = "unresolved"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """One field that differs from what was sent; the field in dotted form."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One line of a plan: what is printed and what is executed."""

    action: ActionKind
    id: str
    name: str
    token: str
    path: str | None
    reason: str | None
    payload: Mapping[str, Any] | None
    segments: int | None  #: parts of one message, @@columns filled from the list's sample row
    recipients: int | None
    audience: tuple[str, ...] = ()  #: its lists as written, for people
    sid: str | None = None  #: the vendor's campaign, for adopt, unchanged, changed and removed
    doubles: tuple[Remote, ...] = ()  #: the vendor's campaigns, where several hold its token
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """An inert value: the actions, the state they were computed from, a digest of what matters."""

    plan_id: str
    digest: str
    project: str
    lineage: str | None
    serial: int
    created_at: str
    expires_at: str
    actions: tuple[Action, ...]
    looked: bool  #: whether the vendor was asked, or only the state
    partial: bool = False  #: only some paths were read
    findings: tuple[Finding, ...] = ()
    inputs: Inputs = Inputs()
    allowed: tuple[str, ...] = ()  #: the guards that were let pass by name, sorted
    account: str | None = None  #: the mark of the account that it is for; None: made without credentials
    drift: tuple[Drift, ...] | None = None  #: what differs at Exotel; None: that was not looked at

    def of(self, *kinds: ActionKind) -> tuple[Action, ...]:
        """Return the actions of these kinds, in plan order."""
        return tuple(action for action in self.actions if action.action in kinds)


@dataclass(frozen=True, kw_only=True, slots=True)
class Remote:
    """A campaign as Exotel lists it."""

    sid: str
    name: str
    status: str | None = None
    start: str | None = field(default=None, compare=False)  #: as listed
    template: str | None = field(
        default=None, compare=False, repr=False
    )  #: its text, where the answer has it
    lists: tuple[str, ...] | None = field(default=None, compare=False, repr=False)  #: SIDs, likewise

    def bears(self, token: str) -> bool:
        """Return whether the name ends with a token, as a create of ours leaves it. One that holds it elsewhere
        may be a copy made by hand: a reason not to create, and none to take it for ours."""
        return self.name.split()[-1:] == [token]


class Observation(NamedTuple):
    """What Exotel was found to have of campaigns that the state does not have, by their tokens."""

    marked: Mapping[str, tuple[Remote, ...]] = {}  #: whose name holds the token
    namesakes: Mapping[
        str, tuple[Remote, ...]
    ] = {}  #: that are called as a new one would be, whatever token they hold


class Sent(StrEnum):
    """What is known about a create request once it is over."""

    CREATED = "created"  #: the answer proves it: a SID, and our token in the echoed name
    REJECTED = "rejected"  #: a documented refusal: nothing was created
    THROTTLED = "throttled"  #: 429, the documented "not now": nothing was created
    NOT_SENT = "not sent"  #: provably never left this machine
    UNKNOWN = "unknown"  #: everything else


@dataclass(frozen=True, kw_only=True, slots=True)
class CreateResult:
    """The classified end of one create request."""

    sent: Sent
    sid: str | None = None
    http_status: int | None = None
    request_id: str | None = None
    error: str | None = None
    retry_after: float | None = None  #: seconds
    hopeless: bool = False  #: the account is refused and not the campaign, inside a success
    event: str = field(default="", compare=False)  #: which row of `exotel.events` it was


class OutcomeKind(StrEnum):
    """How the execution of one action ended."""

    CREATED = "created"
    ADOPTED = "adopted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one action of an apply."""

    id: str
    outcome: OutcomeKind
    sid: str | None = None
    http_status: int | None = None
    request_id: str | None = None
    error: str | None = None


# --- identity ---------------------------------------------------------------------------------------


def token(project: str, campaign_id: str) -> str:
    """Return the campaign's token: `cc` and 10 base32 characters of a hash, the same on every machine.

    It is our home-made idempotency key: it stands in the name that Exotel keeps, so that a campaign
    can be found again after a lost answer or a lost state. 50 bits: among a million campaigns of one
    account the chance of two alike is 1 in 2,000.
    """
    digest = hashlib.sha256(f"{project}\0{campaign_id}".encode()).digest()
    return "cc" + base64.b32encode(digest).decode("ascii").lower()[:10]


def account_mark(account_sid: str) -> str:
    """Return a mark of an Exotel account that does not show its SID: states and plans are bound to it."""
    return hashlib.sha256(f"exotel account\0{account_sid}".encode()).hexdigest()[:16]


def canonical(value: Any) -> str:
    """Return one JSON text for one value: sorted keys, no spaces, text as it is (no Unicode folding)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

"""What the operators and gateways disagree about, settled by name: `profile:` in campaignctl.yaml.

Everything contested stands here and nowhere else, each number with its source. Without a profile the strict
one decides: texts to the letter, an error where everybody would drop the message and a warning where some do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from campaignctl.approved import DifferenceKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """One reading of the rules. Lengths are in characters of one slot's value."""

    name: str
    dated: str  #: the day on which its sources were read
    slot_warning: int = 30  #: AWS, Kaleyra, Exotel, Textlocal: "30 characters a variable"
    slot_error: int = 40  #: TRAI Annexure-I of 18 Nov 2025 for alphanumeric; MSG91
    url_warning: int = 120  #: receive-sms-live/dlt-template-validator, 8 Aug 2026, for url and urlott
    ignores: frozenset[DifferenceKind] = frozenset()  #: differences that the scrubbing passes over
    errors: frozenset[str] = frozenset()  #: rules that are an error here and a warning elsewhere
    tags_in_text: bool = True  #: False: the portal keeps each slot's type apart, and {#var#} says nothing
    fill_factor: int | None = None  #: the filled text may be this many times as long as its fixed part


_READ = "2026-11-23"

STRICT = Profile(name="strict", dated=_READ)

_ALL = (
    STRICT,
    # docs.aws.amazon.com, SMS sender ids in India, template issues: a value over 30 fails; exact, case-sensitive.
    replace(STRICT, name="aws", slot_error=30),
    # msg91.com, "SMS not matched with DLT template": special characters, spaces and line ends are ignored;
    # variable tagging page: 40 characters.
    replace(
        STRICT,
        name="msg91",
        slot_warning=40,
        ignores=frozenset((DifferenceKind.WHITESPACE, DifferenceKind.NEWLINE, DifferenceKind.PUNCTUATION)),
    ),
    # simpledotorg/simple-server, bsnl_templates.yml: Max_Length_Permitted is twice Non_Variable_Text_Length.
    replace(STRICT, name="bsnl", fill_factor=2, errors=frozenset(("fixed-text-share",))),
    # A filer's notes, 2 Oct 2026: refused for lack of the full entity or header name.
    replace(STRICT, name="airtel", errors=frozenset(("brand-missing",))),
    # A filer's notes, 19 Apr 2026: "Sender ID missing in body" is the commonest refusal.
    replace(STRICT, name="vi", errors=frozenset(("brand-missing",))),
    replace(STRICT, name="jio"),
    # msg91.com, variable tagging: SmartPing and Tata keep the tag of each variable outside the text.
    replace(STRICT, name="smartping", tags_in_text=False),
)

PROFILES: Mapping[str, Profile] = {one.name: one for one in _ALL}

"""What becomes of findings after the rules: which rules run, how bad their findings are, which only follow from others.

The order of all this, as `lint` goes through it:

1. rules that are off do not run, and what was found anyway is left out (`Levels.of`);
2. levels: `lint.levels` first, then what the profile makes an error, then the finding's own;
3. a finding that follows from another one is left out (`causes`);
4. suppression comments (`ignoring`), whose own mistakes become findings;
5. the baseline (`baseline`);
6. what a text was found to be beside a registered one that is itself broken is left out (`without_broken`), and what is
   said of the characters of a placeholder that is an error already (`without_unfilled`);
7. a campaign of which nothing can be sent is said to be so where no error of it is left (`unsendable`).

Rules that are HELD pass through all of it untouched, except that a level may make them worse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from campaignctl.findings import Finding, Hit, Passed, Pointer, Region, Severity
from campaignctl.model import Campaign, Config, Context
from campaignctl.profiles import PROFILES
from campaignctl.rules import (
    BY_NAME,
    CHECKS,
    HELD,
    RULES,
    matching,
    named,
    placeholder_syntax,
    schedule_format,
    slot_count,
    spellings,
    unfilled_placeholder,
)
from campaignctl.schema import Misfit
from campaignctl.words import did_you_mean, masked, quoted

OFF = "off"


@dataclass(frozen=True, kw_only=True, slots=True)
class Levels:
    """Which rules run, and the severities that are stated for them."""

    running: frozenset[str]
    stated: Mapping[str, Severity]
    silenced: Mapping[str, str] = field(
        default_factory=dict
    )  #: rules that would run, and what turns them off
    strict: frozenset[str] = frozenset()  #: what the profile makes errors

    def runs(self, name: str) -> bool:
        """Return whether the rule of this name runs."""
        return name in self.running

    def of(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the findings of the rules that run, each as bad as it counts here."""
        return [
            one
            if (stated := self.stated.get(one.name, one.severity)) is one.severity
            else replace(one, severity=stated)
            for one in findings
            if one.name in self.running
        ]

    def own(self, name: str, severity: Severity) -> Severity:
        """Return how bad a finding of a rule would be without `lint.levels`."""
        lowered = self.stated.get(name) is Severity.WARNING and BY_NAME[name].SEVERITY is Severity.ERROR
        return Severity.ERROR if lowered or name in self.strict else severity

    def passed(self, findings: Sequence[Finding], reported: Sequence[Finding]) -> Iterator[Passed]:
        """Yield what of the findings `of` has left out, and what of those that are reported it has put lower."""
        shown = {one.fingerprint for one in reported}
        for one in findings:
            own = Severity.ERROR if one.name in self.strict else one.severity
            if one.name in self.silenced:
                yield from passing(one, own, self.silenced[one.name])
            elif (
                own is Severity.ERROR
                and self.stated.get(one.name) is Severity.WARNING
                and one.fingerprint in shown
            ):
                yield from passing(one, own, "lint.levels", is_lowered=True)

    def known(self, findings: Sequence[Finding]) -> Iterator[Passed]:
        """Yield what a baseline lets pass."""
        for one in findings:
            yield from passing(one, self.own(one.name, one.severity), "lint.baseline")


def passing(one: Finding, severity: Severity, by: str, **more: Any) -> Iterator[Passed]:
    """Yield that a finding is let pass, if it is about campaigns: those that have it, or all that take it over."""
    shared = one.pointer.startswith("/defaults/")
    if shared or one.campaign is not None:
        yield Passed(one.name, severity, None if shared else one.campaign, by, **more)


def levels(config: Config, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> Levels:
    """Return what campaignctl.yaml and the command line say about the rules.

    `select` of the command line takes the place of that of campaignctl.yaml, `ignore` is added to it. What is
    not a rule counts for nothing here: `misfits` and `misfit` have said so.
    """
    given = {name: level for word, level in config.levels.items() if (name := named(word)) is not None}
    chosen = tuple(select) or config.select
    wanted = frozenset[str]().union(*map(matching, chosen))
    spelt = {named(word) for word in chosen} | given.keys()
    refused = frozenset[str]().union(*map(matching, (*config.ignore, *ignore)))
    running = {
        rule.NAME
        for rule in RULES
        if (not chosen or rule.NAME in wanted)
        and rule.NAME not in refused
        and given.get(rule.NAME) != OFF
        and (rule.NAME in spelt or not getattr(rule, "OFF", False))
    }
    stated = dict.fromkeys(PROFILES[config.profile].errors, Severity.ERROR)
    for name, level in given.items():
        if level != OFF and not (name in HELD and _is_lower(level, name)):
            stated[name] = Severity(level)
    running |= HELD.keys()
    return Levels(
        running=frozenset(running),
        stated=stated,
        silenced={
            rule.NAME: _off_by(rule.NAME, refused, given)
            for rule in RULES
            if rule.NAME not in running and not getattr(rule, "OFF", False)
        },
        strict=frozenset(PROFILES[config.profile].errors),
    )


def _off_by(name: str, refused: frozenset[str], given: Mapping[str, str]) -> str:
    if name in refused:
        return "lint.ignore"
    return "lint.levels" if given.get(name) == OFF else "lint.select"


def unheard(campaigns: Sequence[Campaign], context: Context) -> Iterator[Passed]:
    """Yield what the rules that campaignctl.yaml turns off would find in campaigns. Their findings have no places."""
    judged = levels(context.config)
    for rule in CHECKS:
        if rule.NAME not in judged.silenced:
            continue
        concern = getattr(rule, "concern", None)
        for one in campaigns:
            if concern is not None and not concern(one, context):
                continue
            for hit in rule.check(one, context):
                severity = judged.own(rule.NAME, Hit(*hit).severity or rule.SEVERITY)
                yield Passed(rule.NAME, severity, one.id, judged.silenced[rule.NAME])


def _is_lower(level: str, name: str) -> bool:
    return level == OFF or (level != Severity.ERROR and BY_NAME[name].SEVERITY is Severity.ERROR)


def unsendable(campaign: Campaign) -> Iterator[tuple[str, Pointer, str]]:
    """Yield why nothing can be sent of a campaign without errors: a held rule, the place, the sentence.

    The rules that speak of it first may be silenced: an unknown template id of a campaign with `variables`, a time
    without a zone.
    """
    if campaign.template is None and campaign.variables is not None:
        yield slot_count.NAME, ("variables",), slot_count.NO_TEXT
    schedule = campaign.schedule
    if schedule is not None:
        for field, text, found in (
            ("start_time", schedule.start_time, schedule.start),
            ("end_time", schedule.end_time, schedule.end),
        ):
            if found is None:
                message = f"{field} {quoted(text or '')} {schedule_format.HELP}"
                yield schedule_format.NAME, ("schedule", field), message


# --- wrong words --------------------------------------------------------------------------------------


def misfit(word: str, *, ignored: bool = False) -> str | None:
    """Return what is wrong with a word of `select` or `ignore`, None if nothing is."""
    found = matching(word)
    if not found:
        return _unknown(word)
    if ignored and found <= HELD.keys():
        name = min(found)
        return f"{quoted(word)} cannot be ignored, for {HELD[name]}; leave it out and mend what it finds"
    return None


def _unknown(word: str) -> str:
    close = did_you_mean(word, spellings())
    advice = f"did you mean {close}?" if close else "`campaignctl rules` lists them"
    return f"there is no rule {quoted(word)}; {advice}"


def misfits(config: Config) -> Iterator[Misfit]:
    """Yield what is wrong with `lint:` in campaignctl.yaml beyond its shape."""
    if config.baseline is not None and _meets(config.baseline, config.state_path):
        why = f"{quoted(config.baseline)} is a file of the state; give the baseline a name of its own"
        yield Misfit("invalid-value", ("lint", "baseline"), f"{why}, like lint-baseline.json")
    for key, words in (("select", config.select), ("ignore", config.ignore)):
        for index, word in enumerate(words):
            message = misfit(word, ignored=key == "ignore")
            if message is not None:
                yield Misfit("invalid-value", ("lint", key, index), message)
    for word, level in config.levels.items():
        name = named(word)
        if name is None:
            yield Misfit("invalid-value", ("lint", "levels", word), _unknown(word), key=True)
        elif name in HELD and _is_lower(level, name):
            message = f"{name} cannot be put lower than {BY_NAME[name].SEVERITY.value}, for {HELD[name]}"
            yield Misfit("invalid-value", ("lint", "levels", word), f"{message}; delete this line")


def _meets(baseline: str, state: str) -> bool:
    """Return whether a baseline is a file of the state, on disks that do not tell cases apart as well."""
    named, own = baseline.casefold(), state.casefold()
    return named == own or named.startswith(f"{own}.")


# --- one cause, one finding ---------------------------------------------------------------------------

#: A value of the wrong shape: what the other rules say of it they say of something nobody meant.
_SHAPE = frozenset(("wrong-type", "invalid-value", "template-undefined-variable", "template-syntax"))
#: A value of the wrong form has to be written anew, and its error says how: in quotes.
_FORM = frozenset(
    (
        "invalid-value",
        "entity-id-format",
        "template-id-format",
        "id-spreadsheet-damage",
        "header-format",
        "schedule-format",
        "name-too-short",
    )
)

#: These rules, at a value, silence these at the same value. Only what the rules cannot see themselves: the checks
#: of the text and of the shape know nothing of the rules, nor these of them.
_FOLLOWS: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (_SHAPE, frozenset(BY_NAME) - HELD.keys()),
    (_FORM, frozenset(("yaml-ambiguous-scalar",))),
)


def causes(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings without those that only follow from another one about the same value."""
    named_at: dict[tuple[str, str | None, str], set[str]] = {}
    for one in findings:
        if one.pointer and (one.name in _SHAPE or one.name in _FORM):
            named_at.setdefault(_value(one), set()).add(one.name)
    if not named_at:
        return [*findings]
    return [one for one in findings if not _follows(one.name, named_at.get(_value(one), set()))]


def _follows(name: str, named_there: set[str]) -> bool:
    return any(name in followers and named_there & (first - {name}) for first, followers in _FOLLOWS)


#: What is said of a text that is held against its registered one.
_OF_THE_REGISTERED = frozenset(one.NAME for one in RULES if one.CODE.startswith("CC7")) - HELD.keys()


def without_broken(findings: Sequence[Finding], campaigns: Sequence[Campaign]) -> list[Finding]:
    """Return the findings without those about texts whose registered one is said to hold a broken slot.

    Nobody knows yet what is registered there. Where the broken slot is suppressed, the text counts as it stands.
    """
    broken = {
        one.pointer
        for one in findings
        if one.name == placeholder_syntax.NAME and one.severity is Severity.ERROR
    }
    concerned = {
        (one.source.path, masked(one.id or ""))
        for one in campaigns
        if broken and one.registered is not None and f"/templates/{one.registered.index}/text" in broken
    }
    return [
        one
        for one in findings
        if one.name not in _OF_THE_REGISTERED or (one.path, one.campaign or "") not in concerned
    ]


def without_unfilled(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings without those about the same characters as a placeholder that is said to be left there.

    Where the placeholder is let pass, lowered or known, it is text, and what the operators do with it is said.
    """
    places: dict[tuple[str, str], list[Region]] = {}
    for one in findings:
        if one.name == unfilled_placeholder.NAME and one.severity is Severity.ERROR:
            places.setdefault((one.path, one.campaign or ""), []).append(one.region)
    return [
        one
        for one in findings
        if one.name not in _OF_THE_REGISTERED
        or not any(_meet(one.region, other) for other in places.get((one.path, one.campaign or ""), ()))
    ]


def _meet(one: Region, other: Region) -> bool:
    def end(region: Region) -> tuple[int, int]:
        return region.end_line, region.end_column

    return (one.line, one.column) < end(other) and (other.line, other.column) < end(one)


def _value(one: Finding) -> tuple[str, str | None, str]:
    """Return which value a finding is about. What stands in `defaults` is said for any of its campaigns."""
    owner = None if one.pointer.startswith("/defaults/") else one.campaign
    return one.path, owner, one.pointer

"""Text for people: a finding with its source line, a plan at a glance, the outcomes of an apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from campaignctl import controls
from campaignctl.findings import Finding, Severity
from campaignctl.model import Action, ActionKind, LintResult, Outcome, OutcomeKind, Plan
from campaignctl.render.again import NOTHING, again
from campaignctl.render.drifts import Command, drift, plain_command
from campaignctl.render.edited import edits, way_out
from campaignctl.render.moments import indian, period
from campaignctl.render.paint import Paint, plain
from campaignctl.render.widths import width
from campaignctl.words import count, printable, quoted, shortened

#: Characters of a source line and of a text that are shown at the most.
_SOURCE, _TEXT = 160, 44
#: Lists that are named.
_NAMED = 4

# --- findings -----------------------------------------------------------------------------------------


def findings(result: LintResult, paint: Paint = plain) -> str:
    """Return the lint report: each finding with its source line and a caret, then the numbers."""
    blocks = [finding(one, paint) for one in result.findings]
    return "\n".join([*blocks, *([""] if blocks else []), summary(result, paint)])


def summary(result: LintResult, paint: Paint = plain) -> str:
    """Return the last line of a lint report: how much was found, where, and how much of it mends itself."""
    errors = sum(one.severity is Severity.ERROR for one in result.findings)
    warnings = len(result.findings) - errors
    checked = f"{count(len(result.campaigns), 'campaign')} in {count(result.files, 'file')}"
    if not result.files:
        checked = "the settings; no campaign was read"
    if not result.findings:
        return f"{paint('No findings', 'green')}: {checked}."
    said = ", ".join(
        count(number, word) for number, word in ((errors, "error"), (warnings, "warning")) if number
    )
    return f"Found {said} in {checked}{_fixable(result.findings)}."


def _fixable(findings: Sequence[Finding]) -> str:
    fixes = [one.fix for one in findings if one.fix is not None]
    safe = sum(one.safe for one in fixes)
    unsafe = len(fixes) - safe
    said = [f"{safe} fixable with --fix"] if safe else []
    said += [f"{unsafe} {'more ' if safe else 'fixable '}with --unsafe-fixes"] if unsafe else []
    return f"; {', '.join(said)}" if said else ""


def finding(one: Finding, paint: Paint = plain) -> str:
    """Return one finding in two to four lines."""
    if not one.source.strip():
        return head(one, paint)
    source, column, wide = _window(one)
    gutter = f"{one.region.line:>6} | "
    caret = " " * 6 + " | " + " " * column + paint("^" * wide, _colour(one))
    return "\n".join([head(one, paint), f"{gutter}{source}", caret])


def head(one: Finding, paint: Paint = plain) -> str:
    """Return the first line of a finding: place, severity, rule, message."""
    where, severity = paint(f"{place(one)}:", "bold"), paint(one.severity.value, _colour(one))
    return f"{where} {severity} {one.code} {one.name}: {printable(one.message)}"


def place(one: Finding) -> str:
    """Return file, line and column. A path cannot begin a line with `::`, a command in GitHub's logs."""
    path = f"./{one.path}" if one.path.lstrip().startswith(":") else one.path
    return printable(f"{path}:{one.region.line}:{one.region.column}")


def _colour(one: Finding) -> str:
    return "red" if one.severity is Severity.ERROR else "yellow"


def _window(one: Finding) -> tuple[str, int, int]:
    """Return the printable part of the source line around the region, where it begins, how wide it is.

    Escapes are wider than what they stand for, so the caret is placed by the printable text.
    """
    start = one.region.column - 1
    end = one.region.end_column - 1 if one.region.end_line == one.region.line else len(one.source)
    while 0 < start < len(one.source) and not width(printable(one.source[start])):
        start -= 1  # a combining sign has no column of its own: its letter is marked
    cut = max(0, start - _SOURCE // 2) if len(one.source) > _SOURCE else 0
    before = ("..." if cut else "") + printable(one.source[cut:start].replace("\t", " "))
    marked = printable(one.source[start : min(end, cut + _SOURCE)].replace("\t", " "))
    after = printable(one.source[end : cut + _SOURCE].replace("\t", " ")) if end < cut + _SOURCE else ""
    more = "..." if len(one.source) > cut + _SOURCE else ""
    line = f"{before}{marked}{after}{more}".replace("##[", "#\\x23[")  # of two parts, perhaps
    return line, width(before), max(1, width(marked))


# --- plan ---------------------------------------------------------------------------------------------

_SIGNS = {
    ActionKind.CREATE: ("+", "green", "create"),
    ActionKind.ADOPT: ("=", "cyan", "adopt: it is at Exotel already, and not created again"),
    ActionKind.BLOCKED: ("!", "red", "blocked: not created"),
    ActionKind.UNRESOLVED: ("?", "red", "unknown whether it was created"),
    ActionKind.CHANGED: ("~", "yellow", "edited after it was created: Exotel keeps what was created"),
    ActionKind.REMOVED: ("-", "dim", "no file any more: nothing is done; campaignctl stop ID pauses it"),
}


def plan(
    the_plan: Plan, summary: Mapping[str, int], paint: Paint = plain, command: Command = plain_command
) -> str:
    """Return the plan: one line a campaign, unchanged ones as a count, and what is sent again: nothing.

    `command` makes the command lines of next steps.
    """
    shown = [one for one in the_plan.actions if one.action is not ActionKind.UNCHANGED]
    lines = [opening(the_plan), "", *_table(shown, the_plan, paint, command)]
    if shown:
        used = {one.action for one in shown}
        legend = [f"{sign} {words}" for kind, (sign, _, words) in _SIGNS.items() if kind in used]
        lines += ["", paint("  " + "   ".join(legend), "dim"), ""]
    lines += way_out(the_plan, command)
    if the_plan.drift:
        lines += [
            "Not as it was sent, and nothing is done about it here:",
            *drift(the_plan.drift, command, paint),
            "",
        ]
    lines += _uncounted(the_plan)
    if the_plan.partial:
        lines.append("This plan is partial: only the named paths were read.")
    said = _summary(summary, people(the_plan)).replace(NOTHING, again(the_plan))
    lines.append(paint(said, "bold"))
    return "\n".join(lines)


def _table(shown: Sequence[Action], the_plan: Plan, paint: Paint, command: Command) -> list[str]:
    """Return the lines: the columns of the creations aligned, everything else as a sentence after the id."""
    longest = max((len(one.id) for one in shown), default=0)
    cells = {one.id: _delivery(one) for one in shown if one.action is ActionKind.CREATE}
    widths = [max((width(row[column]) for row in cells.values()), default=0) for column in range(3)]
    lines = []
    for one in shown:
        sign, colour, _ = _SIGNS[one.action]
        row = cells.get(one.id)
        said = words(one, the_plan, command)
        if row is not None:
            padded = [cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=False)]
            said = "  ".join([*padded, row[-1]])
        lines.append(f"  {paint(sign, colour)} {one.id:<{longest}}  {said}")
    return lines


def opening(the_plan: Plan) -> str:
    """Return what the plan is of, when it was made, and whether Exotel was asked."""
    known = (ActionKind.UNCHANGED, ActionKind.CHANGED, ActionKind.REMOVED)
    looked = "from the state alone, Exotel was not asked"
    if the_plan.looked or the_plan.drift is not None:
        looked = "state and Exotel compared"
    elif the_plan.actions and len(the_plan.of(*known)) == len(the_plan.actions):
        looked = "from the state alone, which knows all of them"
    elif the_plan.lineage is None and the_plan.of(ActionKind.CREATE):
        looked += "; there is no state yet, so everything counts as new"
    return f"Plan for {the_plan.project} at {_local(the_plan.created_at)}, {looked}"


def people(the_plan: Plan) -> str:
    """Return how many people the creations reach; a list that does not say makes it a lower bound, or nothing."""
    creates = the_plan.of(ActionKind.CREATE)
    if creates and all(one.recipients is None for one in creates):
        return "an unknown number of recipients"
    total = count(sum(one.recipients or 0 for one in creates), "recipient")
    return f"at least {total}" if any(one.recipients is None for one in creates) else total


def _uncounted(the_plan: Plan) -> list[str]:
    """Say why it is not known how many people are reached, and what tells."""
    unknown = [one for one in the_plan.of(ActionKind.CREATE) if one.recipients is None]
    if not unknown:
        return []
    lists = list(dict.fromkeys(name for one in unknown for name in one.audience))
    named = ", ".join(quoted(one, 40) for one in lists[:_NAMED])
    more = f" and {len(lists) - _NAMED:,} more" if len(lists) > _NAMED else ""
    which = f"list {named} has no" if len(lists) == 1 else f"not each of the lists {named}{more} has its"
    return [
        f"How many people is not known: {which} `contacts:` in registry/lists.yaml (campaignctl lists pull writes it)."
    ]


def _summary(summary: Mapping[str, int], recipients: str) -> str:
    if summary["unresolved"]:
        return _stopped(summary, recipients)
    if not summary["create"] and not summary["adopt"]:
        rest = counts(summary, ("blocked", "unresolved", "changed", "removed"))
        known = count(summary["unchanged"], "campaign exists", "campaigns exist")
        same = f"{known} already" if summary["unchanged"] else ""
        return (
            f"Nothing to create: {', '.join(filter(None, (same, rest))) or 'no campaigns'}. 0 to send again."
        )
    people = f" ({recipients})" if summary["create"] else ""
    rest = counts(summary, ("adopt", "blocked", "unresolved", "changed", "removed", "unchanged"))
    return f"Plan: {summary['create']:,} to create{people}{', ' + rest if rest else ''}. 0 to send again."


def _stopped(summary: Mapping[str, int], recipients: str) -> str:
    """Say that an unknown outcome comes first: `apply` creates nothing before it is settled."""
    what = f"Stopped by {count(summary['unresolved'], 'unknown outcome')}: "
    creates = count(summary["create"], "campaign waits", "campaigns wait")
    what += f"{creates} for it ({recipients})" if summary["create"] else "nothing is created"
    rest = counts(summary, ("adopt", "blocked", "changed", "removed", "unchanged"))
    return f"{what}{', ' + rest if rest else ''}. 0 to send again."


def counts(summary: Mapping[str, int], kinds: Sequence[str]) -> str:
    """Return how many actions there are of these kinds, '' for none."""
    words = {"adopt": "to adopt"}
    return ", ".join(f"{summary[kind]:,} {words.get(kind, kind)}" for kind in kinds if summary[kind])


def words(one: Action, the_plan: Plan, command: Command = plain_command) -> str:
    """Return what is said of a campaign that is not created; its commands stand between backticks."""
    match one.action:
        case ActionKind.ADOPT:
            return f"found at Exotel as {printable(one.sid or '')}"
        case ActionKind.BLOCKED:
            return f"{one.reason}: {_blocked(one, the_plan, command)}"
        case ActionKind.UNRESOLVED if one.doubles and one.reason != "token-duplicated":
            adopt = command("resolve", one.id, "--adopt", "SID")
            return f"{one.reason}: {_strange(one)}; if it is the one, `{adopt}`"
        case ActionKind.UNRESOLVED if one.doubles:
            adopt = command("resolve", one.id, "--adopt", "SID")
            return f"token-duplicated: {_doubles(one, command)}; then `{adopt}`"
        case ActionKind.UNRESOLVED:
            return f"an earlier create has no clear answer; run `{command('resolve', one.id)}`"
        case ActionKind.CHANGED if one.changes:
            return edits(one.changes)
        case ActionKind.CHANGED:
            return f"has errors ({one.reason}), and is not created again"
        case _:
            return f"stays at Exotel as {printable(one.sid or '')}"


def _blocked(one: Action, the_plan: Plan, command: Command) -> str:
    if one.reason == "token-duplicated":
        return _doubles(one, command)
    if one.doubles:
        adopt = command("adopt", one.id, "SID")
        return f"{_strange(one)}; if it is this one, `{adopt}`, else rename that one at Exotel"
    if one.reason == "incomplete":
        return "nobody can say what would be sent; give its fields in full"
    if one.reason != "schedule-lead-time":
        return "mend the finding above"
    start = _start(one)
    now = datetime.fromisoformat(the_plan.created_at)
    if start is not None and start < now:
        return f"its start {indian(start)} is past; move the schedule"
    return f"it starts {indian(start) if start else 'too soon'}, and Exotel wants 10 minutes' notice; move the schedule"


def _strange(one: Action) -> str:
    """Say what was found with a token and is not taken for the campaign."""
    (hit,) = one.doubles
    why = "is another campaign of the state" if one.reason == "sid-taken" else "does not end with its token"
    return f"Exotel's {printable(hit.sid)}, {quoted(hit.name)}, {why} {one.token}"


def _doubles(one: Action, command: Command) -> str:
    """Say which campaigns hold a token, and how all but one of them are paused."""
    told = ", ".join(f"{printable(hit.sid)} ({printable(hit.status or '?')})" for hit in one.doubles)
    rests = " or ".join(
        f"`{command('archive' if controls.over(hit.status) else 'stop', printable(hit.sid))}`"
        for hit in one.doubles
    )
    over = any(controls.over(hit.status) for hit in one.doubles)
    what = "pause or, where it is over, archive" if over else "pause"
    pause = f"several campaigns at Exotel hold its token {one.token}: {told}; {what} all but one: {rests}"
    adopt = f"; then take that one: `{command('adopt', one.id, 'SID')}`"
    return pause + (adopt if one.action is ActionKind.BLOCKED else "")


def _start(one: Action) -> datetime | None:
    schedule = (one.payload or {}).get("schedule") or {}
    return datetime.fromisoformat(schedule["start_time"]) if schedule else None


def _delivery(one: Action) -> tuple[str, str, str, str]:
    """Return when, to whom, in how many parts, and how the text begins."""
    people = f"{one.recipients:,}" if one.recipients is not None else "?"
    more = f" + {len(one.audience) - 1}" if len(one.audience) > 1 else ""
    lists = printable(shortened(one.audience[0], 30)) + more if one.audience else ""
    text = printable(shortened(str((one.payload or {}).get("template", "")), _TEXT))
    return _when(one), f"{people:>7} in {lists}", count(one.segments or 1, "part"), text


def _when(one: Action) -> str:
    schedule = (one.payload or {}).get("schedule")
    if not schedule:
        return "at once"
    return period(*(datetime.fromisoformat(schedule[key]) for key in ("start_time", "end_time")))


def _local(rfc3339: str) -> str:
    return indian(datetime.fromisoformat(rfc3339))


# --- outcomes -----------------------------------------------------------------------------------------

_ENDS = {
    OutcomeKind.CREATED: ("+", "green"),
    OutcomeKind.ADOPTED: ("=", "cyan"),
    OutcomeKind.REJECTED: ("!", "red"),
    OutcomeKind.UNKNOWN: ("?", "red"),
    OutcomeKind.SKIPPED: (".", "dim"),
}


def outcome(one: Outcome, paint: Paint = plain) -> str:
    """Return the line of one outcome, printed as it happens."""
    sign, colour = _ENDS[one.outcome]
    sid = f" as {printable(one.sid)}" if one.sid else ""
    error = f": {printable(one.error)}" if one.error else ""
    if one.outcome is OutcomeKind.ADOPTED and error:
        error = ": its answer was lost; found at Exotel by its token, and taken over"
    named = one.request_id is None or one.request_id in (one.error or one.request_id)
    request = "" if named else f" (request_id {printable(one.request_id or '')})"
    return f"  {paint(sign, colour)} {one.id} {one.outcome.value}{sid}{error}{request}"


def outcomes(summary: Mapping[str, int], paint: Paint = plain) -> str:
    """Return the last line of an apply."""
    said = ", ".join(f"{number:,} {kind}" for kind, number in summary.items() if number)
    return paint(f"Apply: {said or 'nothing to do'}.", "bold")

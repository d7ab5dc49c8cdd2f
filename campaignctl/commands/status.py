"""`campaignctl status`."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import click

from campaignctl import drift, lint, standing, targets
from campaignctl.commands import completing, doors, failed, options
from campaignctl.commands.progress import wanted
from campaignctl.commands.watching import Alarm, Watch
from campaignctl.drift import Ours
from campaignctl.errors import ProjectError, UnknownOutcomeError, VendorError
from campaignctl.model import Campaign, Config, State
from campaignctl.plan import rfc3339
from campaignctl.project import Project
from campaignctl.render import status as render
from campaignctl.standing import Look, Vendor
from campaignctl.standings import Drift, Kind, Standing, Standings
from campaignctl.words import count, printable

#: What only a list shows; a campaign that is asked for by itself says nothing of it.
_BY_LIST = (Kind.DOUBLED, Kind.NAMESAKE, Kind.UNRECORDED)
_EPILOG = """\b
Examples:
  campaignctl status                        all campaigns of the state
  campaignctl status diwali-north --watch   one, until it is over
  campaignctl status 3f9c1b72 --failed      all of a plan, and why messages failed
  campaignctl status --format json          for pipelines
"""


@click.command(epilog=_EPILOG)
@click.argument("what", metavar="[ID]", required=False, shell_complete=completing.steered)
@click.option("--failed", is_flag=True, help="Read the single messages, and say why they failed.")
@click.option("--watch", is_flag=True, help="Look again until the campaigns are over.")
@click.option(
    "--interval",
    type=click.IntRange(1, 3600),
    default=10,
    metavar="SECONDS",
    show_default=True,
    help="How long --watch waits between two looks.",
)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to report."
)
@options.vendor
@options.colour
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Show how campaigns stand at Exotel: status, counts, report, and where that is not what was sent.

    ID is a campaign's id, a plan's id (8 characters are enough), or a SID; without it all campaigns of the state
    are shown. One reading of Exotel's list tells their statuses; by itself each campaign is asked for that was
    named, or that is sending or may still be edited, and the 25 that ended last. Nothing is changed by looking. The exit code is 4 where an outcome is unknown, or
    somebody may be texted twice.
    """
    given["directory"] = given["directory"] or ctx.obj
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]))
    config = the_project.usable
    state = doors.store(the_project.root, config, sandbox=given["sandbox"]).read()
    campaigns = _campaigns(the_project)
    known = drift.ours(state, campaigns, config.project)
    with doors.vendor(
        the_project.root, config, sandbox=given["sandbox"], base_url=given["base_url"]
    ) as vendor:
        asking = _Asking(
            known=known, state=state, vendor=vendor, what=given["what"], ids=[one.id for one in campaigns]
        )
        seen = asking.look()
        code, seen = _watched(asking, seen, given) if given["watch"] else (0, seen)
        _note(seen.rows, seen.error)
        told = asking.standings(seen, config)
        if not given["failed"] or code:
            _say(told, given)
        else:
            code = _say_failed(told, vendor, given)
    unclear = told.alarming or any(one.unresolved for one in told.rows)
    return UnknownOutcomeError.exit_code if unclear and code != failed.INTERRUPTED else code


def _campaigns(the_project: Project) -> Sequence[Campaign]:
    """Return the campaigns of the files, none where they cannot be judged."""
    with suppress(ProjectError):
        return lint.run(the_project, now=options.now(None), empty=True).campaigns
    return ()


@dataclass(frozen=True, kw_only=True)
class _Seen:
    rows: Sequence[Standing]
    drift: Sequence[Drift]
    foreign: tuple[Any, ...]
    error: str | None = None  #: why not all was asked for


@dataclass(frozen=True, kw_only=True)
class _Asking:
    """What is asked for, and of whom."""

    known: Sequence[Ours]
    state: State
    vendor: Vendor
    what: str | None
    ids: Sequence[str | None]

    def look(self) -> _Seen:
        """Look at all or at what was named. Raises VendorError, ProjectError for a word that nobody knows."""
        if self.what is None:
            seen = standing.at_all(self.known, self.vendor)
            found = drift.find(self.known, seen.listed.values(), seen.shown, options.now(None))
            rows = standing.rows(self.known, seen)
            return _Seen(rows=rows, drift=found.drift, foreign=found.foreign, error=seen.error)
        chosen = self._chosen(self.what)
        if not chosen:
            return self._stranger(self.what)
        seen = standing.at_some(chosen, self.vendor)
        rows = standing.rows(chosen, seen)
        return _Seen(rows=rows, drift=self._drift(chosen, seen), foreign=(), error=seen.error)

    def _drift(self, chosen: Sequence[Ours], seen: Look) -> tuple[Drift, ...]:
        """Return what differs of these; all that is ours is known for it, or the others would pass for strangers."""
        ids = {one.id for one in chosen}
        found = drift.find(self.known, seen.listed.values(), seen.shown, options.now(None))
        return tuple(one for one in found.drift if one.id in ids)

    def _chosen(self, word: str) -> Sequence[Ours]:
        """Return what a word means by the state; () for what could be a SID. Raises ProjectError."""
        if word in self.state.intents:
            return [one for one in self.known if one.id == word]
        chosen = targets.choose(word, self.state)
        if chosen is not None:
            wanted = {one.id for one in chosen.targets} | {*chosen.unresolved}
            return [one for one in self.known if one.id in wanted]
        if not targets.could_be_sid(word):
            raise targets.unheard(word, self.state, [id_ for id_ in self.ids if id_ is not None])
        return ()

    def _stranger(self, sid: str) -> _Seen:
        """Return a campaign that only Exotel knows: one of ours by its token, or one that is not from here."""
        found = self.vendor.show(sid)
        if found is None:
            raise targets.unheard(sid, self.state)
        differs = drift.find(self.known, [found], {}, options.now(None))
        told = [one for one in differs.drift if any(each.sid == sid for each in one.others)]
        return _Seen(rows=[standing.stranger(found)], drift=told, foreign=differs.foreign)

    def again(self, rows: Sequence[Standing]) -> _Seen:
        """Look at these once more. Raises VendorError."""
        wanted = {one.sid for one in rows}
        ours = [one for one in self.known if one.sid in wanted]
        seen = standing.again(ours, self.vendor)
        mine = {one.sid for one in ours}
        others = [self.vendor.show(one.sid) for one in rows if one.sid is not None and one.sid not in mine]
        strangers = [standing.stranger(one) for one in others if one is not None]
        return _Seen(rows=[*standing.rows(ours, seen), *strangers], drift=self._drift(ours, seen), foreign=())

    def standings(self, seen: _Seen, config: Config) -> Standings:
        return Standings(
            project=config.project,
            looked_at=rfc3339(options.now(None)),
            rows=tuple(seen.rows),
            drift=tuple(seen.drift),
            foreign=seen.foreign,
        )


def _note(rows: Sequence[Standing], error: str | None) -> None:
    """Say what was not asked for: an empty cell must not be taken for a zero."""
    unasked = sum(one.unasked for one in rows)
    some = count(unasked, "campaign")
    if error is not None:
        options.note([f"the counts are not complete, {some} not asked for: {error}"])
    elif unasked:
        options.note(
            [f"{some} not asked for counts, to spare requests; `campaignctl status ID` asks for one"]
        )


def _watched(asking: _Asking, seen: _Seen, given: Mapping[str, Any]) -> tuple[int, _Seen]:
    """Look until all is over or paused, or somebody has seen enough, or may be texted twice, or Exotel cannot be
    asked; return the exit code as well."""
    found: Sequence[Drift] = seen.drift

    def look(rows: Sequence[Standing]) -> Sequence[Standing]:
        nonlocal found
        now = asking.again(rows)
        asked = {one.id for one in rows}
        kept = [one for one in seen.drift if one.id not in asked or one.kind in _BY_LIST]
        found = (*now.drift, *kept)
        watch.differs(found)
        return now.rows

    watch = Watch(
        look,
        interval=given["interval"],
        sleep=time.sleep,
        shown=wanted(given["format_"], sys.stderr),
        command=options.command_line(given),
    )
    watch.rows = seen.rows
    code = 0
    try:
        watch.differs(seen.drift)
        watch.until_over(seen.rows)
        return 0, asking.look()  # once more, for what differs by now
    except Alarm:
        return 0, replace(seen, rows=watch.rows, drift=found)
    except KeyboardInterrupt:
        code = failed.INTERRUPTED
    except VendorError as error:
        click.echo(f"campaignctl: {printable(str(error))}", err=True)
        code = VendorError.exit_code
    return code, replace(seen, rows=watch.rows, drift=found)


def _say_failed(told: Standings, vendor: Vendor, given: Mapping[str, Any]) -> int:
    """Report, and why messages failed below it: reading those takes long, and may break. Returns the exit code."""
    as_text = given["format_"] == "text"
    if as_text:
        _say(told, given)
    reading = failed.read(told.rows, vendor, shown=wanted(given["format_"], sys.stderr))
    found = tuple(reading.failures)
    if as_text:
        paint, whole = options.paint(given["color"]), not reading.unread
        options.say("\n" + render.failures(found, told.rows, paint, whole=whole))
    else:
        _say(replace(told, failures=found, unread=tuple(reading.unread)), given)
    options.note(reading.notes)
    return reading.code


def _say(standings: Standings, given: Mapping[str, Any]) -> None:
    if given["format_"] == "json":
        options.say(render.document(standings))
        return
    command, paint = options.command_line(given), options.paint(given["color"])
    options.say(render.text(standings, command, paint, reports=not given["sandbox"]))

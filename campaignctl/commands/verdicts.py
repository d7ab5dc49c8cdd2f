"""What counts in a report of `lint`: `--select`, `--ignore`, `--baseline`, `--update-baseline`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from campaignctl import baseline, folder, judging, lint
from campaignctl.commands import completing, doors, options, paths
from campaignctl.errors import ProjectError
from campaignctl.model import LintResult
from campaignctl.project import Project
from campaignctl.rules import matching
from campaignctl.words import count

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _words(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of `--select` or `--ignore`, each of which means a rule."""
    words = tuple(word for one in value for part in one.split(",") if (word := part.strip()))
    if value and not words:
        raise click.BadParameter("name a rule, a code, or the beginning of codes", ctx=ctx, param=param)
    for word in words:
        wrong = judging.misfit(word, ignored=param.name == "ignore")
        if wrong is not None:
            raise click.BadParameter(wrong, ctx=ctx, param=param)
    return words


def _rules(name: str, words: str) -> Callable[[_Command], _Command]:
    return click.option(
        name,
        multiple=True,
        metavar="RULES",
        callback=_words,
        shell_complete=completing.some_rules,
        help=words,
    )


def option(command: _Command) -> _Command:
    """Add the four options."""
    known = click.Path(dir_okay=False)
    more = (
        _rules("--select", "Only these rules."),
        _rules("--ignore", "All but these rules."),
        click.option("--baseline", type=known, metavar="FILE", help="Let the findings pass that FILE knows."),
        click.option("--update-baseline", is_flag=True, help="Write all present findings to the baseline."),
    )
    for one in reversed(more):
        command = one(command)
    return command


def spare_the_baseline(path: Path, the_project: Project, given: dict[str, Any]) -> None:
    """Raise UsageError for a report in place of the baseline that this run reads or writes."""
    named = the_project.config.baseline if the_project.config else None
    known = [Path(given["baseline"])] if given["baseline"] else []
    known += [the_project.root / named] if named is not None else []
    if path.resolve() in [one.resolve() for one in known]:
        raise click.UsageError(f"{path} is the baseline; name another file for the report")


def run(the_project: Project, given: dict[str, Any]) -> LintResult:
    """Lint as these options say. Raises UsageError, and ProjectError for a baseline that cannot be read."""
    return _update(the_project, given) if given["update_baseline"] else _lint(the_project, given)


def _lint(the_project: Project, given: dict[str, Any]) -> LintResult:
    known = given["baseline"] and baseline.load(Path(given["baseline"]), given["baseline"])
    choice = lint.Choice(given["select"], given["ignore"])
    if the_project.config is not None and given["select"]:
        levels = judging.levels(the_project.config, *choice)
        for word in given["select"]:
            if not any(map(levels.runs, matching(word))):
                raise click.UsageError(f"--select {word} finds nothing, for campaignctl.yaml has it off")
    now = options.now(given["at"])
    with paths.explained(the_project, now):
        return lint.run(the_project, given["paths"], now=now, choice=choice, known=known or None)


def _update(the_project: Project, given: dict[str, Any]) -> LintResult:
    """Write the baseline anew and return what it does not let pass."""
    if given["paths"] or given["select"] or given["ignore"]:
        raise click.UsageError(
            "a baseline is made of the whole folder; leave out PATHS, --select and --ignore"
        )
    named, config = given["baseline"], the_project.sound
    if config is None:
        raise ProjectError(
            "no baseline is written until the settings are mended; `campaignctl lint` shows them"
        )
    if named is None and config.baseline is None:
        raise click.UsageError(
            "--update-baseline needs a file: --baseline FILE, or `lint.baseline` in campaignctl.yaml"
        )
    path = Path(named) if named is not None else baseline.place(the_project.root, config.baseline or "")
    options.refuse_path(path)
    doors.spare_the_state(path, the_project)
    if path.exists():
        baseline.load(path, named)  # whatever else stands there is not overwritten
    now = options.now(given["at"])
    result = lint.run(the_project, now=now, known=baseline.EMPTY)
    if result.unreadable:
        raise ProjectError(
            f"no baseline is written until all of {result.unreadable[0]} can be read; mend it first"
        )
    text = baseline.dumps(result.findings, folder.prefix(the_project.root))
    options.write_file(path, text)
    known = baseline.loads(text.encode(), path.name)
    click.echo(
        f"campaignctl: {folder.shown(path)} holds {count(len(known.known), 'known finding')}", err=True
    )
    return replace(result, findings=lint.run(the_project, now=now, known=known).findings)

"""The linter: files to findings and campaigns, in one pass over each file."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from campaignctl import (
    baseline,
    campaigns,
    documents,
    folder,
    ignoring,
    judging,
    project,
    repairs,
    schema,
    suppressing,
)
from campaignctl.baseline import Baseline
from campaignctl.composer import Problem
from campaignctl.dlt import links
from campaignctl.documents import Document, SourceFile
from campaignctl.errors import ProjectError
from campaignctl.findings import Edit, Finding, Hit, Pointer, Severity, ordered
from campaignctl.fingerprints import fingerprinted
from campaignctl.folder import CampaignFile
from campaignctl.ignoring import Comments
from campaignctl.judging import Levels
from campaignctl.model import Campaign, Context, LintResult
from campaignctl.profiles import PROFILES
from campaignctl.project import Project
from campaignctl.rules import CHECKS, REGISTRY_CHECKS, duplicate_id, template_undefined_variable
from campaignctl.templating import is_template
from campaignctl.words import did_you_mean, masked


class Choice(NamedTuple):
    """What one report is to show, on top of campaignctl.yaml: the words of `--select` and `--ignore`."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


#: All that campaignctl.yaml lets run.
EVERYTHING = Choice()


def run(
    the_project: Project,
    paths: Sequence[str] = (),
    *,
    now: datetime,
    choice: Choice = EVERYTHING,
    known: Baseline | None = None,
    empty: bool = False,
) -> LintResult:
    """Lint the files at `paths`, or all of the folder, as of `now`.

    `known` is the baseline that counts in place of the one in campaignctl.yaml. Without a readable
    campaignctl.yaml the campaigns are not read, for each would seem to lack what stands in its defaults.
    Raises ProjectError when there are no campaign files, unless a folder may be `empty` of them, or when the baseline
    cannot be read.
    """
    if the_project.config is None:
        return LintResult(findings=_found(the_project, []), campaigns=(), files=0)
    levels = judging.levels(the_project.config, *choice)
    known = _baseline(the_project) if known is None else known
    context = Context(
        config=the_project.config,
        registry=the_project.registry,
        now=now,
        profile=PROFILES[the_project.config.profile],
    )
    with _no_garbage_collection():
        linter = _Linter(the_project, context, levels)
        for file in folder.campaign_files(the_project.root, paths):
            linter.lint_file(file)
        if not linter.files and not empty and not folder.are_settings(the_project.root, paths):
            where = ", ".join(paths) or str(the_project.root)
            where = f"the folder {where}" if len(paths) == 1 else where
            raise ProjectError(f"no campaign files found in {where}; a campaign is a file that ends in .yaml")
        linter.find_duplicate_ids()
        linter.check_registry()
        linter.settle_wishes(all_read=not paths)
    whole = not paths and not linter.unreadable and the_project.sound is not None
    found = _found(the_project, linter.findings)
    left = suppressing.suppressed(
        judging.causes(levels.of(found)), linter.comments, the_project, levels, now, whole=whole
    )
    sifted = baseline.sift(left.findings, known, levels.runs)
    return LintResult(
        findings=linter.with_unsendable(
            tuple(judging.without_unfilled(judging.without_broken(sifted.findings, linter.campaigns)))
        ),
        campaigns=tuple(linter.campaigns),
        files=linter.files,
        unreadable=tuple(linter.unreadable),
        paths=tuple(linter.paths),
        notes=(
            *_notes(the_project, linter.campaigns, whole=whole),
            *baseline.notes(sifted, known, whole=whole),
        ),
        passed=(*levels.passed(found, sifted.findings), *left.passed, *levels.known(sifted.passed)),
    )


def _baseline(the_project: Project) -> Baseline:
    """Return the baseline of campaignctl.yaml. Raises ProjectError."""
    name = the_project.config.baseline if the_project.config else None
    return baseline.load(baseline.place(the_project.root, name)) if name else baseline.EMPTY


def _notes(the_project: Project, found: Sequence[Campaign], *, whole: bool) -> Iterator[str]:
    """Yield what could not be checked, and what had no effect: a silence that looks like a pass is the worst result."""
    if not the_project.sound:
        return
    for name in sorted(the_project.render.unseen) if whole else ():
        close = did_you_mean(name, the_project.sound.vars)
        yield f"--var {name} changes nothing, for no text says {{{{ {name} }}}}{f'; did you mean {close}?' if close else ''}"
    if "templates" not in the_project.registries:
        yield _NOT_COMPARED
    if "links" not in the_project.registries and any(_holds_link(one) for one in found):
        yield _NO_WHITELIST


def _holds_link(campaign: Campaign) -> bool:
    return bool(campaign.template) and any(one.has_scheme for one in links.urls(campaign.template or ""))


_NOT_COMPARED = (
    "registry/templates.yaml is missing, so no text was compared with what is registered on DLT; "
    "`campaignctl registry import FILE` makes it from the portal's export"
)


_NO_WHITELIST = (
    "registry/links.yaml is missing, so no link was looked up on the whitelist; write into it what your DLT portal "
    "has whitelisted"
)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    # Parsing makes many small objects and no cycles: each collection would walk them all for nothing.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _found(the_project: Project, findings: list[Finding]) -> tuple[Finding, ...]:
    """Return all findings in the order of reports, each with its fingerprint."""
    every = ordered([*the_project.findings, *findings])
    return fingerprinted(every, folder.prefix(the_project.root))


Concern = Callable[[Campaign, Context], bool]


def _always(campaign: Campaign, context: Context) -> bool:  # noqa: ARG001
    return True


class _Linter:
    """What is gathered over all files."""

    def __init__(self, the_project: Project, context: Context, levels: Levels) -> None:
        self.project = the_project
        self.context = context
        self.levels = levels
        self.required = frozenset(schema.REQUIRED) | (
            set() if self.context.config.allow_immediate else {"schedule"}
        )
        #: By what must be the case for them to have anything to say, which is asked once for all of them.
        self.checks: dict[Concern, list[tuple[str, Any]]] = {}
        for rule in CHECKS:
            if levels.runs(rule.NAME):
                concern = getattr(rule, "concern", _always)
                self.checks.setdefault(concern, []).append((rule.NAME, rule.check))
        self.comments: list[Comments] = []
        self.findings: list[Finding] = []
        self.campaigns: list[Campaign] = []
        self.unreadable: list[str] = []
        self.paths: list[str] = []
        self.wishes: dict[tuple[Edit, ...], set[int]] = {}  # edits of `defaults`, and who asks for them
        self.files = 0

    def lint_file(self, file: CampaignFile) -> None:
        self.files += 1
        self.paths.append(file.shown)
        data: bytes | Problem
        if file.trouble is not None:
            data = Problem("file-unreadable", 0, 0, file.trouble)
        else:
            data = self.project.read(file.path, documents.MAX_BYTES)
        if isinstance(data, Problem):
            self.findings.append(project.finding(data.name, data.message, file.shown))
            self.unreadable.append(file.shown)
            return
        parsed = documents.parse(data, file.shown)
        self.read_comments(parsed.file)
        if parsed.problems or not parsed.documents:
            self.report_text(parsed, file.shown)
        # A backslash may stand for a brace: "\x7b".
        templated = is_template(parsed.file.text) or "\\" in parsed.file.text
        for document in parsed.documents:
            self.lint_document(document, templated=templated)

    def report_text(self, parsed: documents.Parsed, shown: str) -> None:
        ids = {
            document.index: document.data.get("id")
            for document in parsed.documents
            if type(document.data) is dict
        }
        for problem in parsed.problems:
            owner = ids.get(problem.document)
            campaign = masked(owner) if isinstance(owner, str) else None
            self.findings.append(project.of_problem(problem, parsed.file, campaign))
        if not parsed.complete:
            self.unreadable.append(shown)
        elif not parsed.documents:
            holds = "holds nothing but comments" if parsed.file.text.strip() else "is empty"
            message = f"the file {holds}; write a campaign, or delete the file"
            self.findings.append(project.finding("wrong-type", message, shown))

    def lint_document(self, document: Document, *, templated: bool) -> None:
        data = document.data
        if type(data) is not dict:
            kind = "a list" if isinstance(data, list) else "a single value"
            message = f"a campaign is a mapping of keys and values, this is {kind}; begin with `id: `"
            self.report("wrong-type", document, (), message)
            self.unreadable.append(document.path)
            return
        required, inherited = self.required, self.project.defaults
        problems: list[tuple[str, Pointer, str]] = []
        if templated:
            data, problems = project.render_all(data, self.project.render)
            failed = {str(pointer[0]) for _, pointer, _ in problems}
            if failed:  # neither missing, nor to be replaced by a default
                required = required - failed
                inherited = {key: value for key, value in inherited.items() if key not in failed}
        effective = {**inherited, **data}
        if self.project.unsure:
            required = required - self.project.unsure
        if not schema.is_sound(effective, required):
            for misfit in schema.campaign(effective, required):
                place, steps = self.home(document, misfit.pointer)
                self.findings.append(project.of_misfit(place, steps, misfit, campaign=_owner(document)))
        taken_over = frozenset(inherited.keys() - data.keys())
        campaign = campaigns.build(
            effective, document, self.context.registry, self.context.profile, taken_over
        )
        if campaign.id is None:
            self.unreadable.append(document.path)
        for name, pointer, message in problems:
            hit = Hit(pointer, message)
            if name == template_undefined_variable.NAME:
                hit = template_undefined_variable.of_column(campaign, hit, document, self.project.render)
            self.report_hit(name, document, campaign, hit)
        self.campaigns.append(campaign)
        for concern, checks in self.checks.items():
            if concern is not _always and not concern(campaign, self.context):
                continue
            for name, check in checks:
                for hit in check(campaign, self.context):
                    self.report_hit(name, document, campaign, Hit(*hit))

    def find_duplicate_ids(self) -> None:
        first: dict[str, Campaign] = {}
        for campaign in self.campaigns:
            if campaign.id is None:
                continue
            other = first.setdefault(campaign.id, campaign)
            if other is not campaign:
                message = duplicate_id.message(campaign, other)
                assert isinstance(campaign.source, Document)  # noqa: S101 - made above, from nothing else
                self.report("duplicate-id", campaign.source, ("id",), message)

    def check_registry(self) -> None:
        for rule in REGISTRY_CHECKS:
            if not self.levels.runs(rule.NAME):
                continue
            for hit in rule.check_registry(self.context):
                document = self.project.registries.get(hit.file or "")
                if hit.file == "config":
                    document = self.project.document
                if document is not None:
                    self.add(rule.NAME, document, hit, None)

    def read_comments(self, file: SourceFile) -> None:
        found = ignoring.read(file)
        if found is not None:
            self.comments.append(found)

    def with_unsendable(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Return the findings, and for campaigns of which nothing can be sent why, where no error is left that says so.

        Their errors may all be suppressed, known or turned off; a text or a time that nobody knows stays unknown.
        """
        settings = self.project.document
        errors = [one for one in findings if one.severity is Severity.ERROR]
        if settings is not None and any(one.path == settings.path for one in errors):
            return findings
        told = {one.campaign for one in errors}
        found: list[Finding] = []
        for one in self.campaigns:
            if one.id is None or one.id in told:
                continue
            for name, pointer, message in judging.unsendable(one):
                assert isinstance(one.source, Document)  # noqa: S101 - made above, from nothing else
                found.append(project.at(one.source, name, pointer, message, campaign=one.id))
        prefix = folder.prefix(self.project.root)
        return ordered([*findings, *fingerprinted(ordered(found), prefix)]) if found else findings

    def report(
        self, name: str, document: Document, pointer: Pointer, message: str, *, key: bool = False
    ) -> None:
        """Append a finding at a pointer of the campaign: in its file, or in the defaults it takes over."""
        place, steps = self.home(document, pointer)
        campaign = _owner(document)
        self.findings.append(project.at(place, name, steps, message, key=key, campaign=campaign))

    def report_hit(self, name: str, document: Document, campaign: Campaign, hit: Hit) -> None:
        """Append what a rule has found about a campaign."""
        if hit.pointer == ("template",) and campaign.variables is not None:
            hit = campaigns.in_variables(hit, campaign)
        place, steps = self.home(document, hit.pointer)
        self.add(name, place, hit._replace(pointer=steps), _owner(document))
        fix = self.findings[-1].fix
        if fix is not None and place is not document:
            self.wishes.setdefault(fix.edits, set()).add(id(document))

    def home(self, document: Document, pointer: Pointer) -> tuple[Document, Pointer]:
        """Return where the value at a pointer of a campaign is written."""
        inherited = self.project.document
        own = document.data if isinstance(document.data, dict) else {}
        if inherited and pointer and pointer[0] not in own and pointer[0] in self.project.defaults:
            return inherited, ("defaults", *pointer)
        return document, pointer

    def add(self, name: str, place: Document, hit: Hit, campaign: str | None) -> None:
        """Append a finding at its exact place: in the middle of a text where the rule says so."""
        raw = place.value(hit.pointer)
        if hit.span is None or not isinstance(raw, str):
            region = place.locate(hit.pointer)
        else:
            start, end = hit.span
            if (
                hit.file is None and not hit.written
            ):  # the registry is never rendered, whatever braces it holds
                start, end, _ = self.project.render.origin(raw, start, end)
            region = place.locate_in(hit.pointer, start, end)
        more: dict[str, Any] = {"severity": hit.severity, "campaign": campaign}
        if hit.repair is not None:
            render = None if hit.file or hit.written else self.project.render
            more["fix"] = repairs.of_repair(place, hit.pointer, hit.repair, render)
        self.findings.append(project.placed(place, name, hit.pointer, hit.message, region, **more))

    def settle_wishes(self, *, all_read: bool) -> None:
        """Take a fix of `defaults` for a guess unless all who take the value over ask for it.

        One campaign's rule knows nothing of the others: what mends it may break them.
        """
        settings = self.project.document
        if settings is None or not self.wishes:
            return
        heirs: Counter[str] = Counter()
        for one in self.campaigns:
            assert isinstance(one.source, Document)  # noqa: S101 - made above, from nothing else
            heirs.update(self.project.defaults.keys() - one.source.data.keys())
        for number, finding in enumerate(self.findings):
            fix = finding.fix
            if fix is None or finding.path != settings.path or fix.edits not in self.wishes:
                continue
            if not all_read or len(self.wishes[fix.edits]) < heirs[str(fix.changes[0].pointer[1])]:
                self.findings[number] = replace(finding, fix=replace(fix, safe=False))


def _owner(document: Document) -> str | None:
    owner = document.data.get("id") if isinstance(document.data, dict) else None
    return masked(owner) if isinstance(owner, str) else None


def has_errors(findings: Sequence[Finding], *, warnings: bool = False) -> bool:
    """Return whether any finding is an error, or with `warnings` anything at all."""
    return any(warnings or one.severity is Severity.ERROR for one in findings)

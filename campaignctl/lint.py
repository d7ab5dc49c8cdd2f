"""The linter: files to findings and campaigns, in one pass over each file."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from campaignctl import campaigns, documents, project, repairs, schema
from campaignctl.composer import Problem
from campaignctl.documents import Document
from campaignctl.errors import ProjectError
from campaignctl.findings import Edit, Finding, Hit, Pointer, Repair, Severity
from campaignctl.model import Campaign, Context, LintResult
from campaignctl.profiles import PROFILES
from campaignctl.project import CampaignFile, Project
from campaignctl.rules import CHECKS, REGISTRY_CHECKS
from campaignctl.templating import is_template


def run(the_project: Project, paths: Sequence[str] = (), *, now: datetime) -> LintResult:
    """Lint the files at `paths`, or all of the folder, as of `now`.

    Without a readable campaignctl.yaml the campaigns are not read, for each would seem to lack what stands
    in its defaults. Raises ProjectError when there are no campaign files.
    """
    if the_project.config is None:
        return LintResult(findings=_ordered([*the_project.findings]), campaigns=(), files=0)
    context = Context(
        config=the_project.config,
        registry=the_project.registry,
        now=now,
        profile=PROFILES[the_project.config.profile],
    )
    with _no_garbage_collection():
        linter = _Linter(the_project, context)
        for file in project.campaign_files(the_project.root, paths):
            linter.lint_file(file)
        if not linter.files and not project.are_settings(the_project.root, paths):
            where = ", ".join(paths) or str(the_project.root)
            raise ProjectError(f"no campaign files found in {where}; a campaign is a file that ends in .yaml")
        linter.find_duplicate_ids()
        linter.check_registry()
        linter.settle_wishes(all_read=not paths)
    return LintResult(
        findings=_ordered([*the_project.findings, *linter.findings]),
        campaigns=tuple(linter.campaigns),
        files=linter.files,
        unreadable=tuple(linter.unreadable),
        notes=_notes(the_project),
    )


def _notes(the_project: Project) -> tuple[str, ...]:
    """Return what could not be checked: a silence that looks like a pass is the worst result."""
    if "templates" in the_project.registries or not the_project.sound:
        return ()
    return (_NOT_COMPARED,)


_NOT_COMPARED = (
    "registry/templates.yaml is missing, so no text was compared with what is registered on DLT; "
    "`campaignctl registry import` makes it from the portal's export"
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


def _ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    """Sort once, and say a mistake in `defaults` once and not for every campaign that takes it over."""
    unique = {one.order: one for one in reversed(findings)}
    return tuple(unique[key] for key in sorted(unique))


class _Linter:
    """What is gathered over all files."""

    def __init__(self, the_project: Project, context: Context) -> None:
        self.project = the_project
        self.context = context
        self.required = frozenset(schema.REQUIRED) | (
            set() if self.context.config.allow_immediate else {"schedule"}
        )
        self.checks = [(rule.NAME, rule.check) for rule in CHECKS]
        self.findings: list[Finding] = []
        self.campaigns: list[Campaign] = []
        self.unreadable: list[str] = []
        self.wishes: dict[tuple[Edit, ...], set[int]] = {}  # edits of `defaults`, and who asks for them
        self.files = 0

    def lint_file(self, file: CampaignFile) -> None:
        self.files += 1
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
            campaign = owner if isinstance(owner, str) else None
            self.findings.append(project.of_problem(problem, parsed.file, campaign))
        if not parsed.complete:
            self.unreadable.append(shown)
        elif not parsed.documents:
            message = "the file is empty; write a campaign, or delete the file"
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
        if templated:
            data, problems = project.render_all(data, self.project.render)
            for name, pointer, message in problems:
                self.report(name, document, pointer, message)
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
        campaign = campaigns.build(effective, document, self.context.registry, self.context.profile)
        if campaign.id is None:
            self.unreadable.append(document.path)
        self.campaigns.append(campaign)
        for name, check in self.checks:
            for hit in check(campaign, self.context):
                self.report_hit(name, document, campaign, Hit(*hit))

    def find_duplicate_ids(self) -> None:
        first: dict[str, Campaign] = {}
        for campaign in self.campaigns:
            if campaign.id is None:
                continue
            other = first.setdefault(campaign.id, campaign)
            if other is not campaign:
                where = f"{other.source.path}:{other.source.locate(('id',)).line}"
                message = f"id '{campaign.id}' is already used at {where}; give the newer campaign another id"
                assert isinstance(campaign.source, Document)  # noqa: S101 - made above, from nothing else
                self.report("duplicate-id", campaign.source, ("id",), message)

    def check_registry(self) -> None:
        for rule in REGISTRY_CHECKS:
            for hit in rule.check_registry(self.context):
                document = self.project.registries.get(hit.file or "")
                if document is not None:
                    self.add(rule.NAME, document, hit, None)

    def report(self, name: str, document: Document, pointer: Pointer, message: str) -> None:
        """Append a finding at a pointer of the campaign: in its file, or in the defaults it takes over."""
        place, steps = self.home(document, pointer)
        campaign = _owner(document)
        self.findings.append(project.at(place, name, steps, message, campaign=campaign))

    def report_hit(self, name: str, document: Document, campaign: Campaign, hit: Hit) -> None:
        """Append what a rule has found about a campaign."""
        if hit.pointer == ("template",) and campaign.variables is not None:
            hit = _in_variables(hit, campaign)
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
            start, end, _ = self.project.render.origin(raw, *hit.span)
            region = place.locate_in(hit.pointer, start, end)
        more: dict[str, Any] = {"severity": hit.severity, "campaign": campaign}
        if hit.repair is not None:
            render = None if hit.file else self.project.render
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
    return owner if isinstance(owner, str) else None


def _in_variables(hit: Hit, campaign: Campaign) -> Hit:
    """Move a finding about a text that was made from `variables` to the value that it is about."""
    registered = campaign.registered
    if hit.span is not None and registered is not None:
        place = 0
        for number, value in enumerate(campaign.variables or ()):
            place += len(registered.fixed[number])
            if place <= hit.span[0] < place + max(len(value), 1):
                span = (hit.span[0] - place, min(hit.span[1] - place, len(value)))
                repair = _moved(hit.repair, place, len(value))
                return hit._replace(pointer=("variables", number), span=span, repair=repair)
            place += len(value)
    return hit._replace(pointer=("variables",), span=None, repair=None)


def _moved(repair: Repair | None, place: int, length: int) -> Repair | None:
    """Return a repair of the whole text as one of the value that begins at `place`, None where it reaches out."""
    if repair is None or any(start < place or end > place + length for start, end, _ in repair.pieces):
        return None
    return repair._replace(
        pieces=tuple((start - place, end - place, new) for start, end, new in repair.pieces)
    )


def has_errors(findings: Sequence[Finding], *, warnings: bool = False) -> bool:
    """Return whether any finding is an error, or with `warnings` anything at all."""
    return any(warnings or one.severity is Severity.ERROR for one in findings)

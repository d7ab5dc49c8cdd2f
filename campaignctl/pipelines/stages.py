"""The three stages of a pipeline: each runs campaignctl as a person would, and brings what it says where people look."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from campaignctl import planfile
from campaignctl.pipelines import forges, logs
from campaignctl.pipelines.states import Keeping
from campaignctl.pipelines.surroundings import Job, PipelineError, Request

_PLAN, _PAGE = "campaignctl-plan.md", "campaignctl-report.html"
#: The exit code of an apply whose plan is another one by now, and of other things that kept it from beginning or ending.
_STALE = 3


class Ended(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    out: str


# --- lint ---------------------------------------------------------------------------------------------


def lint(job: Job) -> int:
    """Check the campaigns: annotations in the request, reports for the forge's own pages."""
    sarif = Path(job.get("CAMPAIGNCTL_SARIF") or job.scratch / "campaignctl.sarif")
    concise = job.scratch / "campaignctl-lint.txt"
    words = ["lint", "--fail-on", job.get("CAMPAIGNCTL_FAIL_ON", "error"), *_variables(job)]
    if job.forge == "github":
        words += ["--format", "github", "--report", f"sarif={sarif}", "--report", f"concise={concise}"]
    elif job.forge == "gitlab":
        words += ["--report", "gitlab=gl-code-quality-report.json", "--report", "junit=campaignctl-junit.xml"]
    ended = _run(job, words, secrets=False)
    print(ended.out, end="", flush=True)
    if job.forge == "github" and concise.is_file():
        logs.summary(job, logs.folded(concise.read_text(encoding="utf-8"), "Lint"))
        logs.output(job, "sarif", str(sarif))
    return ended.code


# --- plan ---------------------------------------------------------------------------------------------


def plan(job: Job) -> int:
    """Show what a request would create: in the log, on the page of the job, in the request's comment."""
    if job.request is None:
        return _plan(job, [], [])
    keeping = Keeping(job)
    try:
        _same_commit(keeping, job.request)
        tip = keeping.take(job.request.base)
        keeping.refuse_changes(tip)
        extra = ["--head", job.request.head, "--base", keeping.repository.base(tip)]
        return _plan(job, _others(keeping), extra)
    except PipelineError as error:
        _withdraw(job, job.request, keeping, str(error))
        raise


def _plan(job: Job, others: list[str], extra: list[str]) -> int:
    """Show the plan wherever people look. Returns the exit code; raises PipelineError where there is no plan."""
    secrets = job.get("CAMPAIGNCTL_ASK_EXOTEL").lower() == "true"
    words = ["plan", *([] if secrets else ["--offline"]), *_allowed(job), *_variables(job), *others]
    if not job.has_page:
        _show(job, words, secrets=secrets)
    markdown = _run(job, [*words, "--format", "markdown", *extra, *_web(job)], secrets=secrets)
    if not markdown.out.strip():
        raise PipelineError("there is no plan; what is said above is why")
    place = job.scratch / _PLAN
    place.unlink(missing_ok=True)
    place.write_text(markdown.out, encoding="utf-8")
    logs.output(job, "plan", str(place))
    logs.summary(job, markdown.out)
    _page(job, [*words, *extra, *_web(job)], secrets=secrets)
    if job.request is not None:
        _comment(job, job.request, markdown.out)
    if markdown.code:
        logs.tell(job, "error", f"{_headline(markdown.out)}; the plan says where and what to do")
    return markdown.code


def _withdraw(job: Job, request: Request, keeping: Keeping, reason: str) -> None:
    """Let no comment stand that shows the plan of an older commit. What goes wrong with that is said by the job itself."""
    forge = None if request.foreign else forges.forge(job)
    if forge is not None:
        from campaignctl.pipelines import comments

        with suppress(PipelineError), forges.understood():
            comments.withdraw(forge, request, keeping.projects(request.base), reason, datetime.now(UTC))


def _headline(comment: str) -> str:
    """Return what the comment's headline says: numbers and words of ours, and nothing of a campaign."""
    found = next((line for line in comment.splitlines() if line.startswith("## ")), "## Stopped")
    return found.removeprefix("## ").removesuffix(".")


def _web(job: Job) -> list[str]:
    """Return the option that links files to their lines, where the repository's address is known."""
    server, name = job.get("GITHUB_SERVER_URL"), job.get("GITHUB_REPOSITORY")
    web = f"{server}/{name}" if server and name else job.get("CI_PROJECT_URL")
    return ["--repo-url", web] if web else []


def _page(job: Job, words: list[str], *, secrets: bool) -> None:
    """Keep the same plan as a page for the browser."""
    place = job.scratch / _PAGE
    place.unlink(missing_ok=True)
    made = _run(job, [*words, "--format", "html"], secrets=secrets)
    if made.out.strip():
        place.write_text(made.out, encoding="utf-8")
        logs.output(job, "page", str(place))


def _same_commit(keeping: Keeping, request: Request) -> None:
    """Raise PipelineError when what is checked out is neither the request's last commit nor its merge."""
    words = ("rev-parse", "--verify", "--quiet")
    found = [
        keeping.repository.run(*words, f"{one}^{{commit}}").stdout.decode().strip()
        for one in ("HEAD", "HEAD^2")
    ]
    if request.head not in found:
        raise PipelineError(
            f"checked out is {found[0][:8]}, and the request is at {request.head[:8]}; check out what the event names, "
            "with fetch-depth: 0"
        )


def _comment(job: Job, request: Request, body: str) -> None:
    forge = forges.forge(job)
    if request.foreign:
        logs.tell(
            job,
            "notice",
            "a fork's request gets no comment, for its pipeline has no right to write; the plan stands here",
        )
    elif forge is None:
        logs.tell(
            job, "notice", "the plan is no comment of the request, for the step has no token to write one"
        )
    else:
        from campaignctl.pipelines import comments

        with forges.understood():
            done = comments.stick(forge, request, body)
        logs.tell(job, "notice", done)


# --- apply --------------------------------------------------------------------------------------------


def apply(job: Job) -> int:
    """Create what was approved, and keep the state, however that ends."""
    if job.request is not None:
        raise PipelineError("a request is planned, and applied when it is merged; run apply on the branch")
    if not job.branch:
        raise PipelineError("apply runs on a branch, and this job is of none")
    keeping = Keeping(job)
    tip = keeping.take(job.branch)
    if keeping.differs(tip):
        raise PipelineError(
            f"{job.branch} has other campaigns by now than what is checked out; nothing was applied: what is there now is "
            "for its own run. Check out the branch, not the commit"
        )
    words = [*_allowed(job), *_variables(job), *_others(keeping)]
    try:
        code = _apply(job, keeping, words)
    except PipelineError as error:
        logs.tell(job, "error", str(error))
        code = error.exit_code
    except BaseException:
        with suppress(PipelineError):
            logs.tell(job, "notice", keeping.keep(job.branch))
        raise
    logs.tell(job, "notice", keeping.keep(job.branch))
    return code


def _apply(job: Job, keeping: Keeping, words: list[str]) -> int:
    """Apply what was approved. Returns the exit code."""
    pending = _run(job, ["plan", "--detailed-exitcode", "--format", "json", *words], secrets=True)
    if pending.code == 0:
        logs.tell(job, "notice", "nothing to create")
        return 0
    if pending.code != 2:
        _show(job, ["plan", *words], secrets=True)
        advice = "run `campaignctl resolve`" if pending.code == 4 else "mend it first"
        logs.tell(job, "error", f"the plan is not one to apply, so nothing was created; {advice}")
        return pending.code
    try:
        digest = _digest(job, json.loads(pending.out))
    except PipelineError:
        _show(job, ["plan", *words], secrets=True)
        raise
    keeping.prepare()
    ended = _watched(job, ["apply", "--digest", digest, *words])
    logs.summary(job, logs.folded(ended.out, "Apply"))
    if ended.code == _STALE and planfile.ANOTHER in ended.out:
        _show(job, ["plan", *words], secrets=True)
        logs.tell(
            job,
            "error",
            "nothing was created, for the plan of now is not the one that was approved; it is shown here. To create exactly "
            "that, start the pipeline by hand with its digest",
        )
    return ended.code


def keep(job: Job) -> int:
    """Commit the state once more: for a job whose apply was stopped before it could."""
    keeping = Keeping(job)
    done = (
        keeping.keep(job.branch)
        if keeping.taken
        else "apply did not come to the state, so there is none to keep"
    )
    logs.tell(job, "notice", done)
    return 0


def _show(job: Job, words: list[str], *, secrets: bool) -> None:
    """Show a plan: on the page of the job as Markdown, and where there is none in the log."""
    shown = _run(job, [*words, "--format", "markdown"] if job.has_page else words, secrets=secrets)
    if job.has_page:
        logs.summary(job, shown.out)
        return
    with logs.inert(job):
        print(shown.out, end="")


def _digest(job: Job, the_plan: dict[str, str]) -> str:
    """Return the digest that was approved: the one that is given, or that of the merged request's comment."""
    given = job.get("CAMPAIGNCTL_DIGEST").lower()
    if given:
        if re.fullmatch(r"[0-9a-f]{32,64}", given) is None:
            raise PipelineError(
                "CAMPAIGNCTL_DIGEST is no digest; it has 32 to 64 digits, as `campaignctl plan` shows it"
            )
        return given
    how = f"nothing was created. Look at the plan of this run, and start the pipeline by hand with its digest: {the_plan['digest'][:32]}"
    forge = forges.forge(job)
    if forge is None:
        raise PipelineError(f"no digest is given, and there is no token to read the approved one with; {how}")
    from campaignctl.pipelines import comments

    try:
        with forges.understood():
            return comments.approved(forge, the_plan["project"], job.commit, job.branch)
    except PipelineError as error:
        raise PipelineError(f"{error}; {how}") from error


# --- commands -----------------------------------------------------------------------------------------


def _command(job: Job, words: list[str]) -> list[str]:
    where = ["-C", job.directory] if job.directory else []
    # -P: a folder named campaignctl in the checkout is not this program.
    return [sys.executable, "-P", "-m", "campaignctl", *words, *where]


def _run(job: Job, words: list[str], *, secrets: bool) -> Ended:
    """Run a command of campaignctl. What it says beside its report is shown, and is never a command of the log."""
    ended = subprocess.run(  # noqa: S603 - this program, a list of words
        _command(job, words), env=job.without(secrets=secrets), capture_output=True, check=False
    )
    said = ended.stderr.decode(errors="backslashreplace")
    if said:
        with logs.inert(job):
            print(said, end="")
    return Ended(ended.returncode, ended.stdout.decode(errors="backslashreplace"))


def _watched(job: Job, words: list[str]) -> Ended:
    """Run a command and show what it says as it says it. A signal to this process is passed on, and waited for:
    apply finishes the request in flight and writes down how it ended."""
    lines = []
    with (
        logs.inert(job),
        subprocess.Popen(  # noqa: S603 - this program, a list of words
            _command(job, words),
            env=job.without(secrets=True),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="backslashreplace",
            start_new_session=True,  # one signal, from here alone
        ) as process,
    ):

        def pass_on(_number: int, _frame: FrameType | None) -> None:
            process.send_signal(signal.SIGTERM)

        before = [signal.signal(one, pass_on) for one in (signal.SIGINT, signal.SIGTERM)]
        try:
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            for line in process.stdout:
                print(line, end="", flush=True)
                lines.append(line)
            code = process.wait()
        finally:
            for one, old in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
                signal.signal(one, old)
    return Ended(code, "".join(lines))


def _others(keeping: Keeping) -> list[str]:
    return [word for one in keeping.others for word in ("--other-state", one)]


def _allowed(job: Job) -> list[str]:
    return [word for name in job.get("CAMPAIGNCTL_ALLOW").split() for word in ("--allow", name)]


def _variables(job: Job) -> list[str]:
    lines = job.get("CAMPAIGNCTL_VARS").splitlines()
    return [word for line in lines if line.strip() for word in ("--var", line.strip())]

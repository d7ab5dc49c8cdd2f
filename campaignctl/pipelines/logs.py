"""What a job prints and where else it goes: the log, the summary of the job, its outputs."""

from __future__ import annotations

import html
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from campaignctl.pipelines.surroundings import Job
from campaignctl.words import printable

#: GitHub drops a summary of more than 1 MiB altogether.
_MOST = 256 * 1024


@contextmanager
def inert(job: Job) -> Iterator[None]:
    """Let GitHub take no line that is printed meanwhile for a command: texts of campaigns stand in them."""
    if job.forge != "github":
        yield
        return
    word = secrets.token_hex(16)
    print(f"::stop-commands::{word}", flush=True)
    try:
        yield
    finally:
        print(f"\n::{word}::", flush=True)


def tell(job: Job, level: str, message: str) -> None:
    """Say something of our own, on GitHub as an annotation of the job: "notice", "warning" or "error"."""
    if job.forge == "github":
        from campaignctl.render import github

        print(github.command(level, message, {"title": "campaignctl"}), flush=True)
    else:
        print(f"campaignctl-ci: {printable(message)}", file=sys.stderr, flush=True)


def summary(job: Job, markdown: str) -> None:
    """Add to the page of the job, where there is one."""
    path = job.get("GITHUB_STEP_SUMMARY")
    if path:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as page:
            page.write(markdown.rstrip("\n") + "\n\n")


def folded(text: str, title: str) -> str:
    """Return a text as Markdown in which nothing of it is Markdown or HTML."""
    if len(text) > _MOST:
        text = f"{text[:_MOST]}\n... and more: the log of the step has all of it"
    return f"### {title}\n\n<pre>\n{html.escape(text.strip())}\n</pre>"


def output(job: Job, name: str, value: str) -> None:
    """Set an output of the step. `value` is one line."""
    path = job.get("GITHUB_OUTPUT")
    if path:
        with Path(path).open("a", encoding="utf-8") as outputs:
            outputs.write(f"{name}={printable(value)}\n")

"""The hidden first line of a pull-request comment, and whether the comment may be written over.

Runs end in another order than they begin. The line says of which commit, when and what the plan was, so that a run that
began earlier never writes over what a later one has said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

#: What is written where a value is not known.
_NONE = "-"
_READ = re.compile(
    r"<!-- campaignctl-plan: project=([a-z0-9-]{1,63}) head=([0-9a-f]{7,64}|-) "
    r"made=(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) digest=([0-9a-f]{64}|-) -->"
).fullmatch
is_commit = re.compile(r"[0-9a-f]{7,64}").fullmatch
_is_slug = re.compile(r"[a-z0-9-]{1,63}").fullmatch
_is_digest = re.compile(r"[0-9a-f]{64}").fullmatch


@dataclass(frozen=True, kw_only=True, slots=True)
class Marker:
    """What a comment is about."""

    project: str
    head: str | None  #: the commit, in hexadecimal digits
    made: str  #: when the plan was made: RFC 3339, UTC, to the second
    digest: str | None

    def __str__(self) -> str:
        """Return the line. A value that is not of its form is left out: nothing can end the line early."""
        project = self.project if _is_slug(self.project) else _NONE
        head = self.head if self.head and is_commit(self.head) else _NONE
        digest = self.digest if self.digest and _is_digest(self.digest) else _NONE
        made = datetime.fromisoformat(self.made).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"<!-- campaignctl-plan: project={project} head={head} made={made} digest={digest} -->"


def find(comment: str) -> Marker | None:
    """Return the marker of a comment, None where its first line is none of ours."""
    lines = comment.lstrip("\ufeff").splitlines()
    found = _READ(lines[0].strip()) if lines else None
    if found is None:
        return None
    try:
        datetime.fromisoformat(found[3])
    except ValueError:  # 30 February
        return None
    head, digest = (None if found[group] == _NONE else found[group] for group in (2, 4))
    return Marker(project=found[1], head=head, made=found[3], digest=digest)


def newer(one: Marker, other: Marker) -> bool:
    """Return whether the plan of one comment was made later than that of another."""
    return datetime.fromisoformat(one.made) > datetime.fromisoformat(other.made)


def may_replace(old: str, new: str) -> bool:
    """Return whether a new comment may be written over an old one: both of one project, the old one not newer.

    Of two plans of one second the later writer wins.
    """
    before, after = find(old), find(new)
    if before is None or after is None or before.project != after.project:
        return False
    return not newer(before, after)

"""The one comment of a request that holds its plan: written, renewed, and read again as the approval."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from campaignctl.pipelines.forges import Comment, Forge
from campaignctl.pipelines.surroundings import PipelineError, Request
from campaignctl.render import inert, markers
from campaignctl.render.markers import Marker
from campaignctl.words import printable

#: Characters of a reason.
_REASON = 1_000


def stick(forge: Forge, request: Request, body: str) -> str:
    """Write the plan into the request's comment, and return what was done in words.

    A run that is late says nothing: not when the request has got another commit in the meantime, and not over
    a comment whose plan of the same commit was made later.
    """
    ours = markers.find(body)
    if ours is None:
        raise PipelineError(
            "the plan has no marker in its first line, so the comment could not be found again"
        )
    if (now := forge.head(request.number)) != request.head:
        return f"no comment: the plan is of {request.head[:8]}, and the request is at {printable(now[:8])} by now"
    old = _ours(forge, request.number, ours.project)
    if old is None:
        forge.post(request.number, body)
        return "the plan is a new comment of the request"
    comment, marker = old
    if marker.head == ours.head and not markers.may_replace(comment.body, body):
        return f"no comment: there is one of the same commit that was made later, at {marker.made}"
    forge.edit(request.number, comment.id, body)
    return "the plan is in the request's comment, in the place of the one before"


def withdraw(forge: Forge, request: Request, projects: Collection[str], reason: str, now: datetime) -> None:
    """Write over the comments of these projects that show the plan of an older commit: there is none of this one."""
    if forge.head(request.number) != request.head:  # a later run speaks for the request
        return
    for comment, marker in _all_ours(forge, request.number):
        if marker.project in projects and marker.head != request.head:
            ours = Marker(project=marker.project, head=request.head, made=now.isoformat(), digest=None)
            why = f"{inert.sentence(reason, _REASON)}. Nothing is approved by merging this."
            head = f"## No plan of commit {printable(request.head[:10])}"
            forge.edit(request.number, comment.id, f"{ours}\n\n{head}\n\n{why}\n")


def approved(forge: Forge, project: str, commit: str, branch: str) -> str:
    """Return the digest that was approved by merging the request which this commit came from.

    Raises PipelineError unless there is one such request, and this pipeline's own comment in it shows a plan
    of its last commit. A comment that anybody else has written counts for nothing.
    """
    merged = forge.merged(commit, branch)
    if len(merged) != 1:
        raise PipelineError(
            f"{commit[:8]} is the merge of {len(merged)} requests, so nobody can say which plan was approved"
            if merged
            else f"{commit[:8]} is no merge of a request, so no plan was approved with it"
        )
    [one] = merged
    found = _ours(forge, one.number, project)
    if found is None:
        raise PipelineError(
            f"request {one.number} has no comment of this pipeline with the plan of {project}"
        )
    marker = found[1]
    if marker.head != one.head:
        raise PipelineError(
            f"the plan in request {one.number} is of {(marker.head or 'no commit')[:8]}, and merged was {printable(one.head[:8])}"
        )
    if marker.digest is None:
        raise PipelineError(f"the plan in request {one.number} had errors, so it could not be approved")
    return marker.digest


def _ours(forge: Forge, number: int, project: str) -> tuple[Comment, Marker] | None:
    """Return this pipeline's comment about a project; should there be several, the one that was made last."""
    found: tuple[Comment, Marker] | None = None
    for one, marker in _all_ours(forge, number):
        if marker.project == project and (found is None or not markers.newer(found[1], marker)):
            found = one, marker
    return found


def _all_ours(forge: Forge, number: int) -> Iterator[tuple[Comment, Marker]]:
    """Yield the comments that this pipeline has written."""
    me = ""
    for one in forge.comments(number):
        marker = markers.find(one.body)
        if marker is not None:
            me = me or forge.me()
            if one.author == me:
                yield one, marker

"""GitHub's and GitLab's comments: read, written, changed; and which request a commit came from.

GitHub: REST API 2022-11-28, issues/comments, pulls, commits/{sha}/pulls. GitLab: REST API v4, notes, merge_requests,
repository/commits/{sha}/merge_requests. The token goes to the one host that the job's environment names.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

from campaignctl.pipelines.surroundings import Job, PipelineError
from campaignctl.words import printable

_PAGE, _MOST_PAGES = 100, 50
_TIMEOUT = 30  # seconds for one answer
_MOST_BYTES = 16 * 1024 * 1024


class Comment(NamedTuple):
    """A comment of a request."""

    id: int
    author: str
    body: str


class Merged(NamedTuple):
    """A request that a commit of the branch came from."""

    number: int
    head: str  #: its last commit


class Forge(Protocol):
    """What is asked of GitHub and of GitLab."""

    def me(self) -> str:
        """Return who writes this pipeline's comments."""

    def head(self, number: int) -> str:
        """Return the last commit of a request, as it is now."""

    def comments(self, number: int) -> Iterator[Comment]:
        """Yield the comments of a request."""

    def post(self, number: int, body: str) -> None:
        """Write a comment."""

    def edit(self, number: int, comment: int, body: str) -> None:
        """Change a comment."""

    def merged(self, commit: str, branch: str) -> list[Merged]:
        """Return the requests that were merged into a branch as this commit."""


class _Same(urllib.request.HTTPRedirectHandler):
    """No redirect is followed: the token is for the host that was named."""

    def redirect_request(self, *_: Any) -> None:
        return None


_open = urllib.request.build_opener(_Same()).open


class Api:
    """One REST API. Every method raises PipelineError."""

    def __init__(self, base: str, headers: dict[str, str], advice: str) -> None:
        self._base = base.rstrip("/")
        self._headers = {"User-Agent": "campaignctl", **headers}
        self._advice = advice

    def call(self, method: str, path: str, data: Any = None) -> Any:
        """Return what the API answers."""
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(  # noqa: S310 - the address is the forge's own
            f"{self._base}/{path}",
            data=body,
            method=method,
            headers={**self._headers, **({"Content-Type": "application/json"} if body else {})},
        )
        try:
            with _open(request, timeout=_TIMEOUT) as answer:
                return json.loads(answer.read(_MOST_BYTES))
        except urllib.error.HTTPError as error:
            error.close()
            why = f"; {self._advice}" if error.code in (401, 403, 404) else ""
            raise PipelineError(f"{method} {path} was answered with HTTP {error.code}{why}") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise PipelineError(f"{method} {path} had no answer that can be read ({error})") from error

    def pages(self, path: str) -> Iterator[Any]:
        """Yield the items of a list, page after page."""
        for page in range(1, _MOST_PAGES + 1):
            items = self.call("GET", f"{path}?per_page={_PAGE}&page={page}")
            yield from items
            if len(items) < _PAGE:
                return
        raise PipelineError(f"GET {path} has more than {_PAGE * _MOST_PAGES} items")


class GitHub:
    """The comments of pull requests."""

    def __init__(self, job: Job) -> None:
        advice = "the job's permissions need `pull-requests: write` for the comment, `read` to find what was approved"
        headers = {
            "Authorization": f"Bearer {job.get('GH_TOKEN')}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        self._api = Api(job.get("GITHUB_API_URL", "https://api.github.com"), headers, advice)
        self._repo = f"repos/{job.get('GITHUB_REPOSITORY')}"
        self._me = job.get("CAMPAIGNCTL_BOT", "github-actions[bot]")

    def me(self) -> str:
        return self._me  # nobody can register a name with brackets

    def head(self, number: int) -> str:
        return str(self._api.call("GET", f"{self._repo}/pulls/{number}")["head"]["sha"])

    def comments(self, number: int) -> Iterator[Comment]:
        for one in self._api.pages(f"{self._repo}/issues/{number}/comments"):
            yield Comment(one["id"], str((one["user"] or {}).get("login")), str(one["body"]))

    def post(self, number: int, body: str) -> None:
        self._api.call("POST", f"{self._repo}/issues/{number}/comments", {"body": body})

    def edit(self, number: int, comment: int, body: str) -> None:  # noqa: ARG002 - a comment's id is enough here
        self._api.call("PATCH", f"{self._repo}/issues/comments/{comment}", {"body": body})

    def merged(self, commit: str, branch: str) -> list[Merged]:
        found = self._api.call("GET", f"{self._repo}/commits/{quote(commit)}/pulls")
        return [
            Merged(one["number"], one["head"]["sha"])
            for one in found
            if one["merged_at"] and one["base"]["ref"] == branch and one["merge_commit_sha"] == commit
        ]


class GitLab:
    """The notes of merge requests."""

    def __init__(self, job: Job) -> None:
        advice = "CAMPAIGNCTL_GITLAB_TOKEN must be a project access token with the scope `api` (CI_JOB_TOKEN reads and writes no notes)"
        headers = {"PRIVATE-TOKEN": job.get("CAMPAIGNCTL_GITLAB_TOKEN")}
        self._api = Api(job.get("CI_API_V4_URL"), headers, advice)
        project = job.get("CI_MERGE_REQUEST_PROJECT_ID") or job.get("CI_PROJECT_ID")
        self._project = f"projects/{quote(project, safe='')}"

    def me(self) -> str:
        return str(self._api.call("GET", "user")["username"])

    def head(self, number: int) -> str:
        return str(self._api.call("GET", f"{self._project}/merge_requests/{number}")["sha"])

    def comments(self, number: int) -> Iterator[Comment]:
        for one in self._api.pages(f"{self._project}/merge_requests/{number}/notes"):
            if not one["system"]:
                yield Comment(one["id"], str(one["author"]["username"]), str(one["body"]))

    def post(self, number: int, body: str) -> None:
        self._api.call("POST", f"{self._project}/merge_requests/{number}/notes", {"body": body})

    def edit(self, number: int, comment: int, body: str) -> None:
        self._api.call("PUT", f"{self._project}/merge_requests/{number}/notes/{comment}", {"body": body})

    def merged(self, commit: str, branch: str) -> list[Merged]:
        found = self._api.call("GET", f"{self._project}/repository/commits/{quote(commit)}/merge_requests")
        return [
            Merged(one["iid"], one["sha"])
            for one in found
            if one["state"] == "merged"
            and one["target_branch"] == branch
            and commit in (one["merge_commit_sha"], one["squash_commit_sha"], one["sha"])
        ]


@contextmanager
def understood() -> Iterator[None]:
    """Raise PipelineError for an answer of another shape than its documentation shows."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise PipelineError(
            f"the answer is not what its documentation shows ({printable(repr(error))})"
        ) from error


def forge(job: Job) -> Forge | None:
    """Return the forge that a job can speak to, None without a token for it."""
    if job.forge == "github" and job.get("GH_TOKEN"):
        return GitHub(job)
    if job.forge == "gitlab" and job.get("CAMPAIGNCTL_GITLAB_TOKEN"):
        return GitLab(job)
    return None

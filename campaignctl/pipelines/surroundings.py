"""Where a job runs: GitHub or GitLab, for which request and branch, by what the two put into the environment."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaignctl.errors import CampaignctlError

#: What a step that has no business with Exotel or with the forge does not get to see.
SECRETS = ("EXOTEL_ACCOUNT_SID", "EXOTEL_API_KEY", "EXOTEL_API_TOKEN")
_TOKENS = (
    *("GH_TOKEN", "GITHUB_TOKEN", "CAMPAIGNCTL_GITLAB_TOKEN", "CI_JOB_TOKEN", "CI_REPOSITORY_URL"),
    *("CI_REGISTRY_PASSWORD", "CI_DEPENDENCY_PROXY_PASSWORD", "CI_BUILD_TOKEN"),
    *("ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
)


class PipelineError(CampaignctlError):
    """The pipeline is not set up for what is asked of it; in one sentence with the next step."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """The pull request or merge request that a job runs for."""

    number: int
    head: str  #: its last commit
    base: str  #: the branch that it is for
    foreign: bool  #: it comes from a fork


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a job knows of where it runs."""

    forge: str  #: "github" | "gitlab" | "none"
    environment: Mapping[str, str]
    request: Request | None
    branch: str  #: of a push; "" for a request
    commit: str  #: that the job was started for

    def get(self, name: str, default: str = "") -> str:
        """Return a variable without spaces around it; the default where it is not set or empty."""
        return self.environment.get(name, "").strip() or default

    @property
    def directory(self) -> str | None:
        """Return the campaigns folder that is named, None for the usual ones."""
        return self.get("CAMPAIGNCTL_DIR") or None

    @property
    def scratch(self) -> Path:
        """Return where reports go: beside the checkout on GitHub, into it on GitLab, whose artifacts lie there."""
        return Path(self.get("RUNNER_TEMP") if self.forge == "github" else "") or Path()

    @property
    def has_page(self) -> bool:
        """Return whether the job has a page that shows Markdown."""
        return bool(self.get("GITHUB_STEP_SUMMARY"))

    def without(self, *, secrets: bool) -> dict[str, str]:
        """Return the environment for a command: never the forge's tokens, and Exotel's only if asked for."""
        hidden = _TOKENS if secrets else (*_TOKENS, *SECRETS)
        return {name: value for name, value in self.environment.items() if name not in hidden}


def job(environment: Mapping[str, str] = os.environ) -> Job:
    """Return the job that this process is of. Raises PipelineError."""
    if environment.get("GITLAB_CI"):
        return _gitlab(environment)
    if environment.get("GITHUB_ACTIONS"):
        return _github(environment)
    return Job(forge="none", environment=environment, request=None, branch="", commit="")


def _github(environment: Mapping[str, str]) -> Job:
    name = environment.get("GITHUB_EVENT_NAME", "")
    if name == "pull_request_target":
        raise PipelineError(
            "pull_request_target gives a stranger's files this repository's token and secrets; run on pull_request, "
            "which needs neither to lint and to plan"
        )
    return Job(
        forge="github",
        environment=environment,
        request=_pull(_event(environment)) if name == "pull_request" else None,
        branch="" if name == "pull_request" else environment.get("GITHUB_REF_NAME", ""),
        commit=environment.get("GITHUB_SHA", ""),
    )


def _event(environment: Mapping[str, str]) -> Any:
    try:
        return json.loads(Path(environment.get("GITHUB_EVENT_PATH", "")).read_bytes())
    except (OSError, ValueError) as error:
        raise PipelineError(
            "GITHUB_EVENT_PATH names no event; run this in a job of GitHub Actions"
        ) from error


def _pull(event: Any) -> Request:
    try:
        pull = event["pull_request"]
        source = (pull["head"]["repo"] or {}).get("full_name")  # the fork may be gone
        return Request(
            number=int(pull["number"]),
            head=str(pull["head"]["sha"]),
            base=str(pull["base"]["ref"]),
            foreign=source != pull["base"]["repo"]["full_name"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PipelineError("the event is no pull request as GitHub describes one") from error


def _gitlab(environment: Mapping[str, str]) -> Job:
    number = environment.get("CI_MERGE_REQUEST_IID", "")
    commit = environment.get("CI_COMMIT_SHA", "")
    request = None
    if number.isdecimal():
        request = Request(
            number=int(number),
            # A pipeline of the merged result runs on a commit that is in no branch.
            head=environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or commit,
            base=environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ""),
            foreign=environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID")
            != environment.get("CI_MERGE_REQUEST_PROJECT_ID"),
        )
    return Job(
        forge="gitlab",
        environment=environment,
        request=request,
        branch=environment.get("CI_COMMIT_BRANCH", ""),
        commit=commit,
    )

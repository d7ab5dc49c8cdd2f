"""`campaignctl-ci lint|plan|apply|keep`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from campaignctl.errors import CampaignctlError
from campaignctl.pipelines import logs, stages, surroundings
from campaignctl.pipelines.surroundings import Job

_STAGES = {"lint": stages.lint, "plan": stages.plan, "apply": stages.apply, "keep": stages.keep}
_USAGE = """\
Usage: campaignctl-ci lint|plan|apply|keep

  lint   check the campaigns: annotations and SARIF on GitHub, code quality and JUnit on GitLab
  plan   show what a request would create, and keep its one comment up to date
  apply  on the branch: create what the merged request's comment shows, commit the state
  keep   commit the state after an apply that was stopped

Everything else is said by the environment of the job; action.yml of campaignctl's repository and the files that
`campaignctl init` writes show how. The exit codes are those of campaignctl.

  CAMPAIGNCTL_DIR           the campaigns folder
  CAMPAIGNCTL_ALLOW         guards to let pass, for plan and apply
  CAMPAIGNCTL_VARS          NAME=VALUE, one a line
  CAMPAIGNCTL_FAIL_ON       for lint: error, warning or never
  CAMPAIGNCTL_ASK_EXOTEL    for plan: true asks Exotel too, which needs credentials
  CAMPAIGNCTL_STATE_BRANCH  the branch that keeps the state, if it is not the one that is applied
  CAMPAIGNCTL_DIGEST        for apply: the approved digest, if it is not that of the merged request
  CAMPAIGNCTL_BOT           who writes the comments on GitHub, if it is not github-actions[bot]
  GH_TOKEN, CAMPAIGNCTL_GITLAB_TOKEN   to read and write comments, and to push the state
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a stage; ends with SystemExit."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words in (["--help"], ["-h"]):
        print(_USAGE, end="")
        sys.exit(0)
    if len(words) != 1 or words[0] not in _STAGES:
        print(_USAGE, end="", file=sys.stderr)
        sys.exit(64)
    job = Job(forge="none", environment={}, request=None, branch="", commit="")
    try:
        job = surroundings.job()
        sys.exit(_STAGES[words[0]](job))
    except CampaignctlError as error:
        logs.tell(job, "error", str(error))
        sys.exit(error.exit_code)
    except OSError as error:
        logs.tell(
            job,
            "error",
            f"{(error.strerror or str(error)).lower()}{f': {error.filename}' if error.filename else ''}",
        )
        sys.exit(CampaignctlError.exit_code)


if __name__ == "__main__":
    main()

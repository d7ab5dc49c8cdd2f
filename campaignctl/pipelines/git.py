"""Git, as far as a pipeline needs it: trees are read and commits made without touching what is checked out."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Collection, Mapping
from pathlib import Path

from campaignctl.pipelines.surroundings import Job, PipelineError
from campaignctl.words import printable, shortened

#: Who commits where the job does not say.
_AUTHOR = {
    "github": ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com"),
    "gitlab": ("campaignctl", "campaignctl@noreply.invalid"),
    "none": ("campaignctl", "campaignctl@noreply.invalid"),
}


#: A request's files may look like a repository of their own, with commands in its settings.
_SAFE = (
    *("-c", "safe.bareRepository=explicit", "-c", "protocol.ext.allow=never", "-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null", "--literal-pathspecs"),
)


class Repository:
    """The checkout that a job runs in, and its remote. Every method raises PipelineError."""

    def __init__(self, job: Job) -> None:
        # Git gets the one token that it needs, and nothing of Exotel's.
        hidden = job.without(secrets=False)
        self._environment = {**hidden, **_identity(job), **_access(job), "GIT_TERMINAL_PROMPT": "0"}
        self.remote = _remote(job)
        self.top = Path(self.out("rev-parse", "--show-toplevel"))

    def run(
        self, *words: str, data: bytes | None = None, more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git and return how it ended."""
        try:
            return subprocess.run(  # noqa: S603 - a list of words, no shell
                ["git", *_SAFE, *words],  # noqa: S607
                input=data if data is not None else b"",
                capture_output=True,
                check=False,
                env={**self._environment, **(more or {})},
            )
        except OSError as error:
            raise PipelineError(f"git cannot be run ({error.strerror})") from error

    def out(self, *words: str, data: bytes | None = None, more: Mapping[str, str] | None = None) -> str:
        """Return what git prints. Raises PipelineError when it fails, with its last words."""
        ended = self.run(*words, data=data, more=more)
        if ended.returncode:
            last = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise PipelineError(f"git {words[0]} failed: {printable(' '.join(last))}")
        return ended.stdout.decode(errors="surrogateescape").strip()

    def tip(self, branch: str) -> str | None:
        """Return the last commit of a branch of the remote, fetched if that is possible; None without such a branch."""
        ref = f"refs/remotes/origin/{branch}"
        if not branch or self.run("check-ref-format", ref).returncode:
            raise PipelineError(f"{printable(branch)!r} is no name of a branch")
        fetched = self.run(
            "fetch", "--quiet", "--no-tags", self.remote, f"+refs/heads/{branch}:{ref}"
        ).returncode
        if fetched:
            listed = self.run("ls-remote", self.remote, f"refs/heads/{branch}")  # by the ends of names
            names = [line.partition(b"\t")[2].decode() for line in listed.stdout.splitlines()]
            if listed.returncode == 0 and f"refs/heads/{branch}" not in names:
                return None
        found = self.run("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        if found.returncode:
            raise PipelineError(
                f"the branch {printable(branch)} cannot be fetched; check out with fetch-depth: 0, or give the step a token"
            )
        return found.stdout.decode().strip()

    def base(self, tip: str) -> str:
        """Return the commit at which what is checked out has left a branch; the branch's own where none is known."""
        found = self.run("merge-base", tip, "HEAD")
        return found.stdout.decode().strip() or tip

    def file(self, commit: str, path: str) -> bytes | None:
        """Return a plain file as it is in a commit, None where there is none."""
        listed = self.out("ls-tree", "--full-tree", commit, "--", path)
        if not listed.startswith("100"):  # absent, a link, a folder
            return None
        return self.run("cat-file", "blob", listed.split()[2]).stdout

    def names(self, commit: str) -> list[str]:
        """Return the paths of all files of a commit."""
        entries = self.out("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).split("\0")
        return [one for one in entries if one]

    def push(self, commit: str, branch: str, tip: str | None) -> str:
        """Make a commit the last one of a branch that ends with `tip` (None: that is not there). Returns why it is not."""
        expected = f"--force-with-lease=refs/heads/{branch}:{tip or ''}"
        pushed = self.run("push", "--quiet", expected, self.remote, f"{commit}:refs/heads/{branch}")
        if pushed.returncode == 0:
            return ""
        said = pushed.stderr.decode(errors="replace").strip().splitlines()
        why = [one.strip() for one in said if not one.startswith(("To ", "hint:", "error: failed to push"))]
        return printable(shortened(" ".join(why or said[-1:]), 300)) or "no reason given"

    def listed(self, commit: str, path: str, but: Collection[str]) -> list[str]:
        """Return the files of a folder in a commit, each with its mode and what it holds, but for some."""
        entries = self.out("ls-tree", "-r", "-z", "--full-tree", commit, "--", path).split("\0")
        return [one for one in entries if one.partition("\t")[2] not in but]

    def commit(self, parent: str | None, files: Mapping[str, bytes | None], message: str) -> str | None:
        """Make a commit of these files upon a parent (None: take away), and return it; None if nothing differs."""
        index = self.out("rev-parse", "--git-path", "campaignctl-index")
        more = {"GIT_INDEX_FILE": str((Path.cwd() / index).resolve())}
        try:
            self.out("read-tree", *([parent] if parent else ["--empty"]), more=more)
            for path, data in files.items():
                if data is None:
                    self.out("update-index", "--force-remove", "--", path, more=more)
                else:
                    blob = self.out("hash-object", "-w", "--stdin", data=data)
                    self.out("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", more=more)
            tree = self.out("write-tree", more=more)
        finally:
            Path(more["GIT_INDEX_FILE"]).unlink(missing_ok=True)
        if parent and tree == self.out("rev-parse", f"{parent}^{{tree}}"):
            return None
        return self.out("commit-tree", tree, *(["-p", parent] if parent else []), "-m", message)


def _identity(job: Job) -> dict[str, str]:
    name, address = _AUTHOR[job.forge]
    who = {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": address,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": address,
    }
    return {key: os.environ.get(key) or value for key, value in who.items()}


def _remote(job: Job) -> str:
    """Return what to fetch from and push to: the checkout's own remote knows GitLab's job token."""
    if job.request is not None and job.request.foreign and job.get("CI_MERGE_REQUEST_PROJECT_URL"):
        return f"{job.get('CI_MERGE_REQUEST_PROJECT_URL')}.git"  # a fork's pipeline runs in the fork
    if job.forge == "gitlab" and job.get("CAMPAIGNCTL_GITLAB_TOKEN") and job.get("CI_PROJECT_URL"):
        return f"{job.get('CI_PROJECT_URL')}.git"
    return "origin"


def _access(job: Job) -> dict[str, str]:
    """Return the settings that give git the token: in the environment, where no log and no process list shows them."""
    if job.forge == "github" and job.get("GH_TOKEN"):
        host, user, token = job.get("GITHUB_SERVER_URL", "https://github.com"), "x-access-token", "GH_TOKEN"
    elif job.forge == "gitlab" and job.get("CAMPAIGNCTL_GITLAB_TOKEN") and job.get("CI_SERVER_URL"):
        host, user, token = job.get("CI_SERVER_URL"), "oauth2", "CAMPAIGNCTL_GITLAB_TOKEN"
    else:
        return {}
    secret = base64.b64encode(f"{user}:{job.get(token)}".encode()).decode()
    key = f"http.{host.rstrip('/')}/.extraheader"
    return {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": key,
        "GIT_CONFIG_VALUE_0": "",  # forget what the checkout may have left there
        "GIT_CONFIG_KEY_1": key,
        "GIT_CONFIG_VALUE_1": f"Authorization: Basic {secret}",
    }

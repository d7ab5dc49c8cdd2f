"""Pull requests from beginning to end, with the scripts of action.yml, of init's workflow and of GitLab's template.

Real git, a repository made by `init`, Exotel is the sandbox, GitHub and GitLab are a small server on loopback.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Run
from forge import FakeForge
from pipelines import Done, Runner, event, run_here

from campaignctl.__main__ import main
from campaignctl.pipelines import logs, stages
from campaignctl.pipelines.git import Repository
from campaignctl.pipelines.states import Keeping
from campaignctl.pipelines.surroundings import Job, Request
from campaignctl.render import FORMATS
from campaignctl.sandbox import Sandbox

TOKEN = "forge-4711-token"
STATE = "campaigns/campaignctl.state.json"
PROJECT = "https://gitlab.example/kettle/sms"
WELCOME = "campaigns/examples/welcome.yaml"

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="there is no git"),
    pytest.mark.skipif("markdown" not in FORMATS, reason="plan --format markdown is not there yet"),
]


def git(where: Path, *words: str) -> str:
    """Run git and return what it prints."""
    names = {
        f"GIT_{who}_{what}": "someone@kettle.example"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    ended = subprocess.run(
        ["git", *words], cwd=where, capture_output=True, text=True, env={**os.environ, **names, **quiet}
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


class Team:
    """A repository at a forge, a person's clone of it, and the machines that run its pipelines."""

    def __init__(self, place: Path, forge: FakeForge, kind: str) -> None:
        self.place, self.forge, self.kind = place, forge, kind
        self.bash = True
        self.inputs: dict[str, str] = {}  #: of action.yml
        self.origin, self.clone = place / "origin.git", place / "clone"
        self.secrets: dict[str, str] = {}
        self.requests = self.machines = 0

    def push(self, branch: str, message: str) -> str:
        """Commit all that is in the clone to a branch of origin, and return the commit."""
        git(self.clone, "add", "-A")
        git(self.clone, "commit", "-qm", message)
        git(self.clone, "push", "-q", "origin", f"HEAD:{branch}")
        return git(self.clone, "rev-parse", "HEAD")

    def propose(self, message: str) -> tuple[int, str]:
        """Open a request with what is in the clone, and return its number and last commit."""
        self.requests += 1
        git(self.clone, "checkout", "-qb", f"request-{self.requests}")
        head = self.push(f"request-{self.requests}", message)
        self.forge.heads[self.requests] = head
        return self.requests, head

    def machine(self, commit: str, merge_of: str | None = None) -> tuple[Runner, dict[str, str]]:
        """Return a runner with a checkout of a commit, or of its merge into another, and its environment."""
        self.machines += 1
        scratch = self.place / f"scratch-{self.machines}"
        scratch.mkdir()
        checkout = self.place / f"checkout-{self.machines}"
        git(self.place, "clone", "-q", str(self.origin), str(checkout))
        git(checkout, "config", f"url.{self.origin}.insteadOf", f"{PROJECT}.git")  # GitLab's own name for it
        git(checkout, "checkout", "-q", "--detach", commit)
        if merge_of is not None:
            git(checkout, "merge", "-q", "--no-ff", "--no-edit", merge_of)
        api = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.forge.url,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": "kettle/sms",
            "GITHUB_SHA": git(checkout, "rev-parse", "HEAD"),
        }
        if self.kind == "gitlab":
            # The push goes to the checkout's own remote, as with the job token.
            api = {
                "GITLAB_CI": "true",
                "CI_API_V4_URL": self.forge.url,
                "CI_PROJECT_ID": "7",
                "CI_COMMIT_SHA": commit,
            }
            api["CAMPAIGNCTL_GITLAB_TOKEN"] = TOKEN
        environment = dict(api)
        context = {"github.token": TOKEN, "github.sha": git(checkout, "rev-parse", "HEAD")}
        return Runner(checkout, scratch, environment, context, self.bash), environment

    def check(self, number: int, head: str, *, foreign: bool = False) -> tuple[Done, Done]:
        """Run lint and plan for a request, as the pipeline of this kind does."""
        runner, environment = self.machine("origin/main", head)
        if self.kind == "gitlab":
            environment |= {
                "CI_MERGE_REQUEST_IID": str(number),
                "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": head,
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                "CI_PROJECT_URL": PROJECT,
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(runner.checkout, "merge-base", "origin/main", head),
            }
            return runner.gitlab("campaigns:lint"), runner.gitlab("campaigns:plan")
        path = event(runner.scratch / "event.json", number=number, head=head, foreign=foreign)
        environment |= {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(path)}
        event_ = {"github.event_name": "pull_request", "github.event.pull_request.head.sha": head}
        runner.context = {**runner.context, **event_}
        if self.kind == "action":
            return (
                runner.github("action.yml", inputs={"command": "lint"}),
                runner.github("action.yml", inputs={"command": "plan", **self.inputs}),
            )
        done = runner.github("github.yml", "check")
        return done, done

    def merge(self, number: int) -> str:
        """Merge a request, and return the commit on main."""
        git(self.clone, "checkout", "-q", "main")
        git(self.clone, "pull", "-q", "--ff-only", "origin", "main")
        git(self.clone, "merge", "-q", "--no-ff", "--no-edit", f"request-{number}")
        git(self.clone, "push", "-q", "origin", "main")
        commit = git(self.clone, "rev-parse", "HEAD")
        self.forge.merged[commit] = [number]
        return commit

    def apply(self, commit: str, digest: str = "") -> Done:
        """Run apply for a push to main, with the secrets of the environment `exotel`."""
        runner, environment = self.machine("origin/main")
        environment["CAMPAIGNCTL_BASE_URL"] = self.secrets["CAMPAIGNCTL_BASE_URL"]
        exotel = {key: value for key, value in self.secrets.items() if key.startswith("EXOTEL_")}
        if self.kind == "gitlab":
            environment |= {
                **exotel,
                "CI_COMMIT_BRANCH": "main",
                "CI_COMMIT_SHA": commit,
                "CAMPAIGNCTL_DIGEST": digest,
            }
            return runner.gitlab("campaigns:apply")
        environment |= {"GITHUB_EVENT_NAME": "push", "GITHUB_REF_NAME": "main", "GITHUB_SHA": commit}
        if self.kind == "action":
            named = {key.lower().replace("_", "-"): value for key, value in exotel.items()}
            return runner.github(
                "action.yml", inputs={"command": "apply", "digest": digest, **named, **self.inputs}
            )
        runner.context = {**runner.context, **{f"secrets.{key}": value for key, value in exotel.items()}}
        return runner.github("github.yml", "apply", {"digest": digest})

    def file(self, path: str, branch: str = "main") -> str:
        """Return a file as origin has it."""
        return git(self.origin, "show", f"{branch}:{path}")


@pytest.fixture
def kind() -> str:
    return "here"


@pytest.fixture
def team(
    tmp_path: Path, run: Run, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch, kind: str
) -> Iterator[Team]:
    """A team whose main branch has the folder that init makes, without its example."""
    with FakeForge(TOKEN) as forge:
        made = Team(tmp_path, forge, "github" if kind == "here" else kind)
        made.bash = kind != "here"
        git(tmp_path, "init", "-q", "--bare", "-b", "main", str(made.origin))
        git(tmp_path, "clone", "-q", str(made.origin), str(made.clone))
        git(made.clone, "checkout", "-qb", "main")
        monkeypatch.chdir(made.clone)
        assert (
            run(
                "init", "--yes", "--project", "kettle", "--ci", "gitlab" if kind == "gitlab" else "github"
            ).code
            == 0
        )
        monkeypatch.chdir(tmp_path)
        (made.clone / WELCOME).rename(tmp_path / "welcome.yaml")
        made.push("main", "The folder")
        git(made.clone, "branch", "-q", "-u", "origin/main")
        for name in ("EXOTEL_ACCOUNT_SID", "EXOTEL_API_KEY", "EXOTEL_API_TOKEN", "CAMPAIGNCTL_BASE_URL"):
            made.secrets[name] = os.environ[name]
            monkeypatch.delenv(name)
        yield made


def welcome(team: Team) -> tuple[int, str]:
    """Propose the example as the first campaign."""
    (team.clone / WELCOME).parent.mkdir(exist_ok=True)
    shutil.copy(team.place / "welcome.yaml", team.clone / WELCOME)
    return team.propose("Welcome")


def sent(team: Team) -> None:
    """Have the example sent, in this process."""
    bash, team.bash = team.bash, False
    number, head = welcome(team)
    done = team.check(number, head)[1]
    assert done.code == 0, done.log
    done = team.apply(team.merge(number))
    assert done.code == 0, done.log
    git(team.clone, "pull", "-q", "--ff-only", "origin", "main")
    team.bash = bash


@pytest.mark.parametrize("kind", ["github", "gitlab"])
def test_a_request_that_adds_a_campaign_is_planned_and_its_merge_sends_it_once(
    team: Team, exotel: Sandbox, kind: str
) -> None:
    number, head = welcome(team)
    linted, planned = team.check(number, head)
    assert (linted.code, planned.code) == (0, 0), linted.log + planned.log
    [comment] = team.forge.bodies(number)
    assert comment.startswith("<!-- campaignctl-plan: project=kettle-")
    assert f"head={head}" in comment
    assert "Hi Asha, your Kettle account is active." in comment
    if kind == "github":
        assert f"](<https://github.example/kettle/sms/blob/{head}/{WELCOME}#L2>)" in comment
    [page] = team.place.glob("*/campaignctl-report.html")
    assert "Hi Asha, your Kettle account is active." in page.read_text()
    assert f'href="https://{kind}.example/kettle/sms/' in page.read_text()
    assert exotel.names() == ()

    commit = team.merge(number)
    applied = team.apply(commit)
    assert applied.code == 0, applied.log
    assert [name.rsplit(" ", 1)[0] for name in exotel.names()] == ["Welcome to Kettle"]
    assert list(json.loads(team.file(STATE))["campaigns"]) == ["welcome"]
    assert "[skip ci]" in git(team.origin, "log", "-1", "--format=%B", "main")
    assert git(team.origin, "show", "--format=", "--name-only", "main") == STATE

    if kind == "github":
        team.bash = False
        again = team.apply(commit)
        assert (again.code, "nothing to create" in again.log) == (0, True)
    assert len(exotel.names()) == 1
    for secret in (TOKEN, exotel.api_key, exotel.api_token):
        assert secret not in "".join(
            [linted.log, planned.log, applied.log, applied.summary, *team.forge.bodies(number)]
        )


def test_a_second_run_renews_the_comment(team: Team) -> None:
    number, head = welcome(team)
    for _ in range(2):
        assert team.check(number, head)[1].code == 0
    assert len(team.forge.bodies(number)) == 1


@pytest.mark.parametrize("kind", ["action"])
def test_a_request_that_edits_a_sent_campaign_sends_nothing(team: Team, exotel: Sandbox) -> None:
    sent(team)
    path = team.clone / WELCOME
    path.write_text(path.read_text().replace("T17:00", "T18:00"))
    number, head = team.propose("An hour more")
    done = team.check(number, head)[1]
    assert done.code == 0, done.log
    [comment] = team.forge.bodies(number)
    assert "nothing to create" in comment
    assert "1 edited after it was created" in comment
    assert "edited after it was sent" in Path(done.outputs["page"]).read_text(), (
        "the state is the one that plan has fetched"
    )
    assert "**0 to send again.**" in comment

    team.bash = False
    applied = team.apply(team.merge(number))
    assert (applied.code, "nothing to create" in applied.log) == (0, True), applied.log
    assert len(exotel.names()) == 1


def test_a_request_cannot_hide_from_its_plan_what_was_sent(team: Team, exotel: Sandbox) -> None:
    """It takes the campaign out of the state; and points state.path elsewhere."""
    sent(team)
    git(team.clone, "rm", "-q", STATE)
    number, head = team.propose("Nothing was ever sent")
    done = team.check(number, head)[1]
    assert (done.code, team.forge.bodies(number)) == (3, [])
    assert f"{STATE} is that of main, not of this commit" in done.log
    assert (
        "this request changes the state: it forgets welcome. Only apply and resolve write the state"
        in done.log
    )

    config = team.clone / "campaigns/campaignctl.yaml"
    config.write_text(config.read_text() + "\nstate: {path: fresh.json}\n")
    head = team.push("request-2", "Elsewhere")
    team.forge.heads[number] = head
    done = team.check(number, head)[1]
    assert (done.code, "it forgets welcome" in done.log) == (3, True)
    assert len(exotel.names()) == 1


@pytest.mark.parametrize("trick", ["link", "moved", "project"])
def test_nor_by_a_link_another_place_or_another_name(team: Team, exotel: Sandbox, trick: str) -> None:
    """All at once: other tokens, another name, and the state where the settings do not look."""
    sent(team)
    config = team.clone / "campaigns/campaignctl.yaml"
    welcome = team.clone / WELCOME
    config.write_text(re.sub(r"(?m)^project: .*$", "project: other-000000", config.read_text()))
    welcome.write_text(welcome.read_text().replace("name: Welcome to Kettle", "name: Greetings"))
    if trick == "link":
        git(team.clone, "rm", "-q", STATE)
        git(team.clone, "mv", "campaigns", "moved")
        (team.clone / "campaigns").symlink_to("moved")
    elif trick == "moved":
        config.write_text(config.read_text() + "\nstate: {path: history/fresh.json}\n")
        git(team.clone, "rm", "-q", STATE)
    else:
        git(team.clone, "rm", "-q", STATE)
    number, head = team.propose("Greetings")
    done = team.check(number, head)[1]
    assert (done.code, team.forge.bodies(number)) == (3, [])
    assert len(exotel.names()) == 1


ESCAPES = (
    *("{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ self.__init__.__globals__ }}"),
    *(
        "{% include '/etc/passwd' %}",
        "{{ environ['EXOTEL_API_TOKEN'] }}",
        "{{ open('/etc/hostname').read() }}",
    ),
)


@pytest.mark.parametrize("kind", ["action"])
def test_a_fork_that_tries_to_escape_gets_lint_errors_and_no_secret(team: Team, exotel: Sandbox) -> None:
    sent(team)
    calls = len(team.forge.calls)
    text = (team.place / "welcome.yaml").read_text()
    for index, escape in enumerate(ESCAPES):
        line = f"template: {json.dumps(escape + ' @everyone ::error::x ##[add-mask]y')}"
        sound, _, _ = text.replace("id: welcome", f"id: escape-{index}").partition("template:")
        made = f"{sound}{line}\n"
        (team.clone / f"campaigns/examples/escape-{index}.yaml").write_text(made)
    (team.clone / "campaigns/examples/link.yaml").symlink_to("/etc/passwd")
    (team.clone / "campaignctl").mkdir()  # a package that would be imported in place of ours
    (team.clone / "campaignctl/__init__.py").write_text("raise SystemExit('taken over')")
    number, head = team.propose("$(id) `id` ${{ secrets.EXOTEL_API_TOKEN }}")
    runner, environment = team.machine("origin/main")
    git(runner.checkout, "fetch", "-q", "origin")
    git(runner.checkout, "checkout", "-q", "--detach", head)
    path = event(runner.scratch / "event.json", number=number, head=head, foreign=True)
    # A runner that lends more than it should: the stages must not pass it on.
    environment |= {**team.secrets, "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(path)}
    linted = runner.github("action.yml", inputs={"command": "lint"})
    planned = runner.github("action.yml", inputs={"command": "plan"})

    assert (linted.code, planned.code) == (1, 1), linted.log + planned.log
    assert linted.log.count("file=campaigns/examples/escape-") >= len(ESCAPES)
    assert "file=campaigns/examples/link.yaml" in linted.log
    sarif = Path(linted.outputs["sarif"]).read_text()
    markdown = Path(planned.outputs["plan"]).read_text()
    everything = linted.log + planned.log + linted.summary + planned.summary + sarif + markdown
    for secret in (TOKEN, *(team.secrets[key] for key in ("EXOTEL_API_KEY", "EXOTEL_API_TOKEN"))):
        assert secret not in everything
    assert "root:x:0" not in everything
    assert "<class" not in everything
    assert "taken over" not in everything
    assert not (team.place / "hit.json").exists()
    assert commands(linted.log + planned.log) <= {"error", "warning", "notice"}
    assert (team.forge.bodies(number), team.forge.calls[calls:]) == ([], [])
    assert "a fork's request gets no comment" in planned.log
    assert len(exotel.names()) == 1


def commands(log: str) -> set[str]:
    """Return the commands that GitHub's runner takes from a log: not those between a stop and its word."""
    found, word = set(), ""
    for line in log.splitlines():
        if word:
            word = "" if line.strip() == f"::{word}::" else word
        elif match := re.match(r"\s*::stop-commands::(\w+)", line):
            word = match[1]
        else:
            found |= {
                name for name in re.findall(r"^\s*::([\w-]+)|##\[([\w-]+)", line) for name in name if name
            }
    return found


def test_what_nobody_approved_is_not_sent_and_the_digest_by_hand_sends_it(
    team: Team, exotel: Sandbox
) -> None:
    number, _ = welcome(team)
    commit = team.merge(number)  # never checked: there is no comment
    refused = team.apply(commit)
    assert (refused.code, exotel.names()) == (3, ()), refused.log
    assert f"request {number} has no comment of this pipeline" in refused.log
    assert "1 new campaign" in refused.summary, "the plan of now is shown"
    digest = re.search(r"with its digest%3A|with its digest: ([0-9a-f]{32})", refused.log)
    assert digest is not None
    assert team.apply(commit, "0" * 32).code == 3
    assert exotel.names() == ()
    assert team.apply(commit, digest[1]).code == 0
    assert len(exotel.names()) == 1


def test_a_campaign_that_is_taken_back_before_its_turn_is_not_sent(team: Team, exotel: Sandbox) -> None:
    """Nor is the one in its place, which that merge did not approve."""
    number, head = welcome(team)
    team.check(number, head)
    commit = team.merge(number)
    path = team.clone / WELCOME
    path.write_text(path.read_text().replace("id: welcome", "id: another"))
    team.push("main", "Not this one")
    done = team.apply(commit)
    assert (done.code, "this is not the plan that was approved" in done.log) == (3, True), done.log
    assert exotel.names() == ()


def test_a_checkout_that_is_behind_its_branch_applies_nothing(team: Team, exotel: Sandbox) -> None:
    number, head = welcome(team)
    team.check(number, head)
    commit = team.merge(number)
    git(team.clone, "rm", "-q", WELCOME)
    team.push("main", "Not this one")
    runner, environment = team.machine(commit)
    environment |= {
        **team.secrets,
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REF_NAME": "main",
        "GITHUB_SHA": commit,
    }
    done = runner.github("action.yml", inputs={"command": "apply"})
    assert (done.code, "Check out the branch" in done.log) == (3, True)
    assert exotel.names() == ()


@pytest.mark.parametrize("kind", ["action"])
def test_the_state_can_live_on_a_branch_of_its_own(team: Team, exotel: Sandbox) -> None:
    team.bash = False
    team.inputs = {"state-branch": "sent"}
    sent(team)
    assert list(json.loads(team.file(STATE, "sent"))["campaigns"]) == ["welcome"]
    assert git(team.origin, "ls-tree", "-r", "--name-only", "sent") == STATE
    assert STATE not in git(team.origin, "ls-tree", "-r", "--name-only", "main")
    (team.clone / WELCOME).write_text((team.clone / WELCOME).read_text().replace("T17:00", "T18:00"))
    number, head = team.propose("An hour more")
    assert "no comment" not in team.check(number, head)[1].log
    assert "1 edited after it was created" in team.forge.bodies(number)[0]
    assert len(exotel.names()) == 1


def test_a_push_that_loses_the_race_is_done_again(team: Team, exotel: Sandbox) -> None:
    number, head = welcome(team)
    team.check(number, head)
    commit = team.merge(number)
    hook = team.origin / "hooks" / "update"
    hook.write_text(f"#!/bin/sh\n[ -e {team.place}/once ] || {{ touch {team.place}/once; exit 1; }}\n")
    hook.chmod(0o755)
    done = team.apply(commit)
    assert (done.code, (team.place / "once").exists()) == (0, True), done.log
    assert list(json.loads(team.file(STATE))["campaigns"]) == ["welcome"]


def test_a_state_that_cannot_be_pushed_is_an_error_with_the_way_out(team: Team, exotel: Sandbox) -> None:
    number, head = welcome(team)
    team.check(number, head)
    commit = team.merge(number)
    hook = team.origin / "hooks" / "update"
    hook.write_text('#!/bin/sh\n[ "$1" != refs/heads/main ]\n')
    hook.chmod(0o755)
    done = team.apply(commit)
    assert (done.code, len(exotel.names())) == (3, 1)
    assert "name a branch of its own for the state" in done.log
    hook.unlink()
    again = team.apply(commit)
    assert (again.code, len(exotel.names())) == (0, 1), again.log
    assert json.loads(team.file(STATE))["campaigns"]["welcome"]["origin"] == "created", "remembered"


def test_two_runs_that_both_have_sent_lose_nothing(team: Team, exotel: Sandbox) -> None:
    """Each has taken the state before the other has kept it: what both know is on the branch in the end."""
    sent(team)
    keepers = []
    for id_ in ("aaa", "bbb"):
        runner, _ = team.machine("origin/main")
        text = (team.place / "welcome.yaml").read_text().replace("id: welcome", f"id: {id_}")
        (runner.checkout / WELCOME).write_text(text)
        with contextlib.chdir(runner.checkout):
            job = Job(forge="none", environment=os.environ, request=None, branch="main", commit="")
            keeping = Keeping(job)
            keeping.take("main")
            code, _, err = run_here(
                main,
                ["apply", "--yes", "--allow", "sent-before", "--allow", "namesake"],
                {**os.environ, **team.secrets},
            )
            assert code == 0, err
            keepers.append((runner.checkout, keeping))
    for checkout, keeping in keepers:
        with contextlib.chdir(checkout):
            assert "is committed to main" in keeping.keep("main")
            assert keeping.keep("main") == "the state on main is what it was"
    assert sorted(json.loads(team.file(STATE))["campaigns"]) == ["aaa", "bbb", "welcome"]
    assert len(exotel.names()) == 3


def test_a_cancelled_job_lets_apply_finish_and_write_down(monkeypatch: pytest.MonkeyPatch) -> None:
    child = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('finished'), sys.exit(130)))\n"
        "os.kill(os.getppid(), signal.SIGINT)\n"
        "signal.pause()\n"
    )
    monkeypatch.setattr(stages, "_command", lambda *_: [sys.executable, "-S", "-c", child])
    job = Job(forge="none", environment=os.environ, request=None, branch="main", commit="")
    assert stages._watched(job, []) == (130, "finished\n")


def test_a_text_on_the_page_of_the_job_is_text() -> None:
    page = logs.folded("a </pre><script>x</script> & @b\n\n# c", "Lint")
    assert page == "### Lint\n\n<pre>\na &lt;/pre&gt;&lt;script&gt;x&lt;/script&gt; &amp; @b\n\n# c\n</pre>"


def test_github_takes_no_command_from_what_is_printed_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    job = Job(forge="github", environment={}, request=None, branch="main", commit="")
    with logs.inert(job):
        print("::add-mask::x\n::error::y")
    logs.tell(job, "notice", "one\n::error::two")
    assert commands(capsys.readouterr().out) == {"notice"}


@pytest.mark.parametrize(
    ("kind", "after"), [("github", "origin"), ("gitlab", "https://x.example/kettle/sms.git")]
)
def test_a_forks_pipeline_at_gitlab_reads_the_state_of_the_project_it_asks(
    team: Team, kind: str, after: str
) -> None:
    request = Request(number=1, head="a" * 40, base="main", foreign=True)
    env = {**os.environ}
    if kind == "gitlab":
        env["CI_MERGE_REQUEST_PROJECT_URL"] = "https://x.example/kettle/sms"
    with contextlib.chdir(team.clone):
        job = Job(forge=kind, environment=env, request=request, branch="", commit="")
        assert Repository(job).remote == after

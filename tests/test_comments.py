"""The one comment of a request: an older run never overwrites a newer one, and nobody else's comment approves anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from forge import FakeForge

from campaignctl.pipelines import comments, forges, surroundings
from campaignctl.pipelines.forges import Comment, Forge, Merged
from campaignctl.pipelines.surroundings import Job, PipelineError, Request

OLD, NEW = "a" * 40, "b" * 40
MERGE = "c" * 40
ME = "github-actions[bot]"


def body(made: str, head: str = NEW, project: str = "kettle", digest: str = "1" * 64) -> str:
    return f"<!-- campaignctl-plan: project={project} head={head} made={made} digest={digest} -->\n\nThe plan of {made}\n"


class Memory:
    """A forge with one request, at NEW, and its comments in memory."""

    def __init__(self, *bodies: str, author: str = ME) -> None:
        self.found = [Comment(index, author, one) for index, one in enumerate(bodies)]
        self.requests = [Merged(7, NEW)]

    def me(self) -> str:
        return ME

    def head(self, number: int) -> str:
        return {7: NEW}[number]

    def comments(self, number: int) -> Iterator[Comment]:
        yield from self.found

    def post(self, number: int, body: str) -> None:
        self.found.append(Comment(len(self.found), ME, body))

    def edit(self, number: int, comment: int, body: str) -> None:
        self.found[comment] = self.found[comment]._replace(body=body)

    def merged(self, commit: str, branch: str) -> list[Merged]:
        return self.requests

    def bodies(self) -> list[str]:
        return [one.body for one in self.found]


def request(head: str = NEW) -> Request:
    return Request(number=7, head=head, base="main", foreign=False)


EARLY, LATE = body("2034-06-01T06:00:00Z"), body("2034-06-01T07:00:00Z")


def test_the_first_run_writes_and_the_next_renews() -> None:
    forge: Any = Memory("Looks good to me")
    comments.stick(forge, request(), EARLY)
    comments.stick(forge, request(), LATE)
    assert forge.bodies() == ["Looks good to me", LATE]


def test_an_older_run_leaves_a_newer_comment_alone() -> None:
    forge: Any = Memory(LATE)
    assert "made later" in comments.stick(forge, request(), EARLY)
    assert forge.bodies() == [LATE]


def test_a_run_of_a_commit_that_is_no_longer_the_last_says_nothing_however_late_it_is_made() -> None:
    forge: Any = Memory(EARLY)
    late = body("2034-06-01T09:00:00Z", head=OLD)
    assert "is at bbbbbbbb by now" in comments.stick(forge, request(OLD), late)
    assert forge.bodies() == [EARLY]


def test_the_plan_of_the_last_commit_replaces_that_of_an_older_one_even_if_that_was_made_later() -> None:
    forge: Any = Memory(body("2034-06-01T09:00:00Z", head=OLD))
    comments.stick(forge, request(), EARLY)
    assert forge.bodies() == [EARLY]


@pytest.mark.parametrize("author", ["mallory", "github-actions", "Github-Actions[bot]"])
def test_somebody_elses_comment_is_neither_changed_nor_an_approval(author: str) -> None:
    forge: Any = Memory(LATE, author=author)
    comments.stick(forge, request(), EARLY)
    assert forge.bodies() == [LATE, EARLY]
    forge = Memory(LATE, author=author)
    with pytest.raises(PipelineError, match="no comment of this pipeline"):
        comments.approved(forge, "kettle", MERGE, "main")


def test_two_folders_have_a_comment_each() -> None:
    forge: Any = Memory(body("2034-06-01T09:00:00Z", project="chai"))
    comments.stick(forge, request(), EARLY)
    assert len(forge.bodies()) == 2
    assert comments.approved(forge, "kettle", MERGE, "main") == "1" * 64


@pytest.mark.parametrize(
    ("bodies", "requests", "message"),
    [
        ([], [Merged(7, NEW)], "no comment of this pipeline"),
        ([EARLY], [], "is no merge of a request"),
        ([EARLY], [Merged(7, NEW), Merged(8, NEW)], "the merge of 2 requests"),
        ([EARLY], [Merged(7, OLD)], "is of bbbbbbbb, and merged was aaaaaaaa"),
        ([body("2034-06-01T06:00:00Z", digest="-")], [Merged(7, NEW)], "had errors"),
        ([f"> {EARLY}"], [Merged(7, NEW)], "no comment of this pipeline"),
    ],
)
def test_what_is_not_clearly_approved_is_not(bodies: list[str], requests: list[Merged], message: str) -> None:
    forge: Any = Memory(*bodies)
    forge.requests = requests
    with pytest.raises(PipelineError, match=message):
        comments.approved(forge, "kettle", MERGE, "main")


def test_of_several_comments_the_one_that_was_made_last_counts() -> None:
    forge: Any = Memory(body("2034-06-01T07:00:00Z", digest="2" * 64), EARLY)
    assert comments.approved(forge, "kettle", MERGE, "main") == "2" * 64


# --- the two forges -----------------------------------------------------------------------------------


def job(forge: FakeForge, kind: str, token: str = "right") -> Job:
    env = {"GITHUB_API_URL": forge.url, "GITHUB_REPOSITORY": "kettle/sms", "GH_TOKEN": token}
    if kind == "gitlab":
        env = {"CI_API_V4_URL": forge.url, "CI_PROJECT_ID": "7", "CAMPAIGNCTL_GITLAB_TOKEN": token}
    return Job(forge=kind, environment=env, request=None, branch="", commit="")


def opened(forge: FakeForge, kind: str, token: str = "right") -> Forge:
    found = forges.forge(job(forge, kind, token))
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["github", "gitlab"])
def test_a_forge_is_written_to_and_read_again(kind: str) -> None:
    with FakeForge("right") as fake:
        fake.heads[7] = NEW
        fake.merged[MERGE] = [7]
        fake.comments[7] = [("mallory", LATE)]
        forge = opened(fake, kind)
        comments.stick(forge, request(), EARLY)
        comments.stick(forge, request(), LATE)
        assert fake.bodies(7) == [LATE, LATE]
        assert comments.approved(forge, "kettle", MERGE, "main") == "1" * 64
        assert forge.merged(MERGE, "another") == []


@pytest.mark.parametrize("kind", ["github", "gitlab"])
def test_a_token_that_is_refused_is_said_with_advice_and_without_the_token(kind: str) -> None:
    with FakeForge("right") as fake, pytest.raises(PipelineError) as refused:
        opened(fake, kind, "wrong-4711").head(7)
    assert "HTTP 401; " in str(refused.value)
    assert "wrong-4711" not in str(refused.value)


def test_an_answer_of_another_shape_is_a_sentence() -> None:
    with FakeForge("right") as fake, pytest.raises(PipelineError, match="documentation"), forges.understood():
        opened(fake, "github").head(7)  # of which the forge knows nothing


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request_target"}, "run on pull_request"),
        ({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request"}, "names no event"),
    ],
)
def test_where_it_must_not_run_it_says_so(environment: Mapping[str, str], message: str) -> None:
    with pytest.raises(PipelineError, match=message):
        surroundings.job(environment)


def test_no_stage_but_apply_sees_exotels_secrets_and_none_the_forges() -> None:
    secret = dict.fromkeys(("EXOTEL_API_KEY", "GH_TOKEN", "CI_JOB_TOKEN", "CAMPAIGNCTL_GITLAB_TOKEN"), "x")
    one = Job(forge="github", environment={**secret, "PATH": "/bin"}, request=None, branch="", commit="")
    assert one.without(secrets=False) == {"PATH": "/bin"}
    assert one.without(secrets=True) == {"PATH": "/bin", "EXOTEL_API_KEY": "x"}

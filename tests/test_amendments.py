"""What a request changes of the settings and the registry: told in a line a file, whatever stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import CAMPAIGN, CONFIG, LISTS, Run, campaign, write
from hypothesis import given
from hypothesis import strategies as st
from test_render_markdown import EXAMPLES, HOSTILE, tokens
from test_revision import git

from campaignctl import settingsdiff
from campaignctl.commands import revision
from campaignctl.render.amendments import amendments

NORTH, SOUTH = "9120d5962d214316b7721de55bb82e03", "68f443cd3e764ad1ae7d82ad27f0af72"


def said(before: Mapping[str, Any], after: Mapping[str, Any], *used: str) -> list[str]:
    found = settingsdiff.amended(before, after, "campaignctl.yaml")
    return [line.removeprefix("⚙️ ") for line in amendments(found, used)]


def only(before: Mapping[str, Any], after: Mapping[str, Any], *used: str) -> str:
    (line,) = said(before, after, *used)
    return line


def config(**data: Any) -> dict[str, Any]:
    return {"config": {"project": "kettle", **data}}


def lists(**data: Any) -> dict[str, Any]:
    return {"lists": {"lists": data}}


# --- campaignctl.yaml ---------------------------------------------------------------------------------


def test_nothing_is_said_of_settings_that_are_the_same() -> None:
    every = {**config(vars={"a": [1]}), **lists(a={"sid": NORTH}), "links": {"urls": []}, "templates": {}}

    assert said(every, every) == []


def test_every_setting_is_told_in_the_words_of_the_file_and_what_weighs_most_comes_first() -> None:
    before = config(policy={"fuse": "30m"}, vars={"brand": "Kettle"}, lint={"ignore": ["segments"]})
    after = config(
        policy={"fuse": "0m", "allow_immediate": True, "max_recipients": 9000000},
        lint={"ignore": [], "levels": {"body-mismatch": "off"}},
        defaults={"status_callback": "https://evil.example/x"},
        state={"path": "b.json"},
    )

    assert only(before, after) == (
        "campaignctl.yaml: policy.allow&#95;immediate: not set (`false`) → `true`; policy.fuse: `30m` → `0m`; "
        "policy.max&#95;recipients: not set → `9000000`; "
        'lint.ignore: `["segments"]` → `[]`; state.path: not set (`campaignctl.state.json`) → `b.json`; '
        "defaults.status&#95;callback: not set → `https://evil.example/x`; lint.levels.body-mismatch: not set → `off`; "
        "vars.brand: `Kettle` → not set"
    )


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (True, "true", 'x: `true` → `"true"`'),
        ("a" * 500, "a" * 499 + "b", f"x: `…{'a' * 31}` → `…{'a' * 30}b`"),
        ("", "b", "x: empty → `b`"),
        ("https://a:b@c.example", "", "x: `https://a:***@c.example` → empty"),
        ("a; policy.fuse: 0m", "`b`", "x: `a; policy.fuse: 0m` → `` `b` ``"),
    ],
)
def test_a_value_is_shown_so_that_the_difference_is_seen(before: Any, after: Any, shown: str) -> None:
    (line,) = said(config(vars={"x": before}), config(vars={"x": after}))

    assert line == f"campaignctl.yaml: vars.{shown}"


def test_a_secret_is_not_shown() -> None:
    (line,) = said(config(vars={"api_token": "hunter1"}), config(vars={"api_token": "hunter2"}))

    assert line == "campaignctl.yaml: vars.api&#95;token: not shown → another value, not shown"


# --- the registry -------------------------------------------------------------------------------------


def test_an_alias_of_another_list_is_told_with_whose_it_is_and_how_many_people_it_claims() -> None:
    before = lists(customers={"sid": NORTH, "contacts": 1200}, staff={"sid": SOUTH, "contacts": 3})
    after = lists(customers={"sid": SOUTH, "contacts": 1200}, staff={"sid": NORTH, "contacts": 4})

    assert only(before, after, "staff") == (
        f"registry/lists.yaml: alias `staff` **now is list `{NORTH}`**, the list of `customers` (was `{SOUTH}`), "
        f"contacts: `3` → `4`; alias `customers` **now is list `{SOUTH}`**, the list of `staff` (was `{NORTH}`), "
        "contacts still `1200`"
    )


def test_new_gone_and_edited_aliases_are_told() -> None:
    before = lists(a={"sid": NORTH}, b={"sid": SOUTH, "consent": "none", "columns": ["A"]})
    after = lists(
        b={"sid": SOUTH, "consent": "recorded", "columns": ["A", "B"]}, c={"sid": NORTH, "contacts": 5}
    )

    assert only(before, after) == (
        'registry/lists.yaml: alias `b` consent: `none` → `recorded`, columns: `["A"]` → `["A", "B"]`; '
        f"alias `c` is new, for list `{NORTH}`, the list of `a`, contacts: not set → `5`; alias `a` is gone"
    )


def test_templates_are_counted_and_the_first_ones_named() -> None:
    def template(number: int, text: str = "x", **more: str) -> dict[str, str]:
        return {"id": f"id-{number}", "text": text, "status": "pending", **more}

    before = [template(number) for number in range(9)]
    after = [*(template(number, "y") for number in range(7)), template(7, status="approved"), template(10)]

    (line,) = said({"templates": {"templates": before}}, {"templates": {"templates": after}}, "id-6")
    assert line == (
        "registry/templates.yaml: 7 templates with another text: `id-6`, `id-0`, `id-1`, `id-2`, `id-3` and 2 more; "
        "1 template new: `id-10`; 1 template gone: `id-8`; 1 template edited: `id-7` (status: `pending` → `approved`)"
    )


def test_new_hosts_of_the_whitelist_are_named_and_a_file_that_is_gone_is_said() -> None:
    old = {"links": {"urls": [{"url": "https://a.example", "kind": "static"}], "numbers": ["18001234567"]}}
    new = {
        "links": {"urls": [{"url": "https://evil.example/x", "kind": "static"}], "emails": ["evil.example"]}
    }

    assert only(old, new) == (
        "registry/links.yaml: 1 web address new: `https://evil.example/x (static)`; 1 web address gone: "
        "`https://a.example (static)`; 1 number gone: `18001234567`; 1 mail domain new: `evil.example`"
    )
    assert said(old, {}) == ["registry/links.yaml: the file is gone, and with it what it was checked against"]
    assert said({"links": None}, new)[0].startswith("registry/links.yaml: the earlier file cannot be read")


# --- whatever stands in them --------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | HOSTILE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HOSTILE, inner, max_size=3),
    max_leaves=8,
)
FILES = st.fixed_dictionaries(
    {},
    optional={
        "config": st.dictionaries(st.sampled_from(["vars", "lint", "policy", "x"]), ANYTHING),
        "lists": st.dictionaries(st.sampled_from(["lists"]), st.dictionaries(HOSTILE, ANYTHING) | ANYTHING),
        "templates": st.dictionaries(
            st.sampled_from(["templates", "brands"]),
            st.lists(st.fixed_dictionaries({"id": HOSTILE, "text": HOSTILE}) | ANYTHING) | ANYTHING,
        ),
        "links": st.none() | st.dictionaries(st.sampled_from(["urls", "numbers"]), ANYTHING),
    },
)


@EXAMPLES
@given(FILES, FILES)
def test_nothing_of_a_setting_is_more_than_text(before: dict[str, Any], after: dict[str, Any]) -> None:
    for line in amendments(settingsdiff.amended(before, after, "campaignctl.yaml")):
        (_, inline, _) = tokens(f"x {line}")
        assert "\n" not in line
        assert "##[" not in line
        kinds = {child.type for child in inline.children or ()}
        assert kinds <= {"text", "text_special", "code_inline", "strong_open", "strong_close"}


def test_a_flood_of_changes_keeps_within_its_bounds() -> None:
    many = {f"k{number}{'<' * 60}": "`@" * 2_000 for number in range(500)}
    fields = {"sid": NORTH, "contacts": 1, **many}
    after = {
        **config(vars=many, policy={"fuse": "0m"}, lint={"levels": many}),
        **lists(**{f"a{number}": fields for number in range(200)}),
        "templates": {"templates": [{"id": "1" * 300 + str(number), **many} for number in range(200)]},
        "links": {"urls": [{"url": f"https://{'a' * 300}.example/{number}"} for number in range(200)]},
    }
    lines = said({}, after, "a199")

    assert len(lines) == 4
    assert all(len(line) < 3_500 for line in lines)
    assert "policy.fuse: not set (`30m`) → `0m`" in lines[0]
    assert "more changes**" in lines[0]
    assert "alias `a199` is new" in lines[1]


# --- as a reviewer gets it ----------------------------------------------------------------------------


@pytest.fixture
def repository(folder: Path) -> Path:
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")
    return folder


def first_look(run: Run, *words: str) -> str:
    out = run("plan", "--format", "markdown", "--offline", *(words or ("--base", "HEAD"))).out
    return out.partition("### Look at this first")[2].partition("| Campaign |")[0]


def test_the_comment_says_what_the_request_does_to_the_settings(repository: Path, run: Run) -> None:
    assert "⚙️" not in first_look(run)
    write(
        repository,
        {
            "campaignctl.yaml": CONFIG + "policy: { fuse: 0m }\n",
            "registry/lists.yaml": LISTS.replace(SOUTH, NORTH[::-1]),
            "the-example.yaml": CAMPAIGN.replace("festival-north", "festival-south"),
        },
    )
    found = first_look(run)

    assert "- ⚙️ campaignctl.yaml: policy.fuse: not set (`30m`) → `0m`\n" in found
    moved = f"alias `festival-south` **now is list `{NORTH[::-1]}`** (was `{SOUTH}`), contacts still `800`"
    assert f"- ⚙️ registry/lists.yaml: {moved}\n" in found
    assert "⚙️" not in first_look(run, "--head", "0123456789")


def test_a_registry_file_that_the_request_deletes_is_said(repository: Path, run: Run) -> None:
    write(repository, {"registry/links.yaml": "urls: []\n"})
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "two")
    (repository / "registry/links.yaml").unlink()

    assert "⚙️ registry/links.yaml: the file is gone" in first_look(run)


def test_the_settings_are_told_where_the_campaigns_are_too_many(
    repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revision, "_FILES", 0)
    write(repository, {"campaignctl.yaml": CONFIG + "policy: { fuse: 0m }\n"})
    found = first_look(run)

    assert "⚙️ campaignctl.yaml: policy.fuse" in found
    assert "⚠️ nothing is said of what is new: 1 file would have to be read, and 0 are the most" in found


def test_a_revision_that_cannot_be_compared_with_is_said_in_the_comment(repository: Path, run: Run) -> None:
    assert "⚠️ nothing is said of what has changed: Git knows no revision 'nope'" in first_look(
        run, "--base", "nope"
    )


# --- what is let pass ---------------------------------------------------------------------------------

#: A text that no rule but these has something against: two parts, and an id that YAML reads as a number.
LONG = CAMPAIGN.replace("a new tea is here", "a new tea is here, " * 12 + "today")
PARTS = CONFIG + "policy: { max_parts: 1 }\n"
COMMENT = "# campaignctl: ignore[segments] two <b>parts</b> are paid for until=2099-01-31\ntemplate:"


def let_pass(run: Run) -> str:
    lines = [line for line in first_look(run, "--head", "0123456789").splitlines() if "🔕" in line]
    return "".join(lines).removeprefix("- 🔕 ")


@pytest.mark.parametrize(
    ("settings", "by"),
    [
        (
            "lint: { ignore: [segments] }\n",
            "1 warning is let pass in what would be created: segments (by `lint.ignore`)",
        ),
        (
            'lint: { levels: { segments: "off" } }\n',
            "1 warning is let pass in what would be created: segments (by `lint.levels`)",
        ),
        (
            "lint: { select: [CC3] }\n",
            "1 warning is let pass in what would be created: segments (by `lint.select`)",
        ),
    ],
)
def test_what_rules_would_find_that_are_off_is_told(settings: str, by: str, folder: Path, run: Run) -> None:
    write(folder, {"campaignctl.yaml": PARTS + settings, "the-example.yaml": LONG})

    assert let_pass(run) == by


def test_what_comments_and_the_baseline_let_pass_is_told(folder: Path, run: Run) -> None:
    write(folder, {"campaignctl.yaml": PARTS, "the-example.yaml": LONG.replace("template:", COMMENT)})
    by = "segments (by a comment: “two &#60;b&#62;parts&#60;/b&#62; are paid for”, until 2099-01-31)"
    assert let_pass(run) == f"1 warning is let pass in what would be created: {by}"

    write(
        folder,
        {
            "campaignctl.yaml": PARTS + "lint: { baseline: known.json }\n",
            "b.yaml": LONG.replace("the-ex", "b-ex").replace("Hello", "Hi"),
        },
    )
    assert run("lint", "--baseline", "known.json", "--update-baseline").code == 0
    known = "segments (by `lint.baseline`)"
    assert let_pass(run) == f"2 warnings are let pass in what would be created: {by}, {known}"


def test_an_error_that_is_made_a_warning_counts_as_let_pass(folder: Path, run: Run) -> None:
    levels = "lint: { levels: { header-format: warning } }\n"
    text = CAMPAIGN.replace("KETTLE", "KETTLE-X")
    write(folder, {"campaignctl.yaml": CONFIG + levels, "the-example.yaml": text})
    lowered = "header-format (made a warning by `lint.levels`)"
    assert let_pass(run) == f"1 error is let pass in what would be created: {lowered}"

    silent = text.replace("sender_id:", "# campaignctl: ignore[header-format] so it is\nsender_id:")
    write(folder, {"the-example.yaml": silent})
    by = "header-format (by a comment: “so it is”)"
    assert let_pass(run) == f"1 error is let pass in what would be created: {by}"


def test_what_has_been_sent_is_not_counted(folder: Path, run: Run) -> None:
    write(folder, {"campaignctl.yaml": PARTS + "lint: { ignore: [segments] }\n", "b.yaml": campaign("b-tea")})
    assert let_pass(run) == ""

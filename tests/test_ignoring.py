"""Suppression comments: where they count, what they cover, and what is said about bad ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import pytest
import yaml
from conftest import CAMPAIGN, CONFIG, LISTS, NOW, Run, campaign, examples, write
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_cases import STATE, cases, lay
from test_rules import WITHOUT_SAMPLES, names, sample

from campaignctl import ignoring, lint, project
from campaignctl.composer import compose, line_starts
from campaignctl.documents import SourceFile
from campaignctl.findings import Finding, Hit, Pointer
from campaignctl.model import Campaign, Context
from campaignctl.rules import HELD, RULES, Rule

WHY = "the team knows"


def found(
    folder: Path, text: str, at: datetime = NOW, files: Mapping[str, str] = MappingProxyType({})
) -> tuple[Finding, ...]:
    write(folder, {"campaignctl.yaml": CONFIG, "registry/lists.yaml": LISTS, "a.yaml": text, **files})
    return lint.run(project.load(folder), now=at).findings


def said(
    folder: Path, text: str, at: datetime = NOW, files: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """Return each finding as `line:column-end name`."""
    return [
        f"{one.region.line}:{one.region.column}-{one.region.end_column} {one.name}"
        for one in found(folder, text, at, files)
    ]


# --- places and scalar styles -------------------------------------------------------------------------

#: A text with a finding of its own, in every style; {} stands for the comment, where one may stand.
STYLES = {
    "plain": ["{0}", "template: Hello from Kettle {{#var#}} today {1}"],
    "single": ["{0}", "template: 'Hello from Kettle # {{#var#}}' {1}"],
    "double": ["{0}", 'template: "Hello from Kettle {{#var#}} # \\" today" {1}'],
    "double, two lines": ["{0}", 'template: "Hello from Kettle', "", '  # {{#var#}}" {1}'],
    "single, two lines": ["{0}", "template: 'Hello from {{#var#}}", "  # Kettle' {1}"],
    "plain, two lines": ["{0}", "template: Hello from", "  Kettle", "  {{#var#}} today {1}"],
    "literal": ["{0}", "template: | {1}", "  Hello from Kettle", "  # {{#var#}}"],
    "literal, indentation stated": ["{0}", "template: |2- {1}", "    Hello from Kettle", "  {{#var#}}"],
    "folded": ["{0}", "template: >+ {1}", "  # Hello from Kettle", "", "  {{#var#}}", ""],
    "below its key": ["{0}", "template:", "  {0}", '  "Hello from Kettle {{#var#}}" {1}'],
    "literal below its key": ["{0}", "template:", "  {0}", "  | {1}", "   Hello from Kettle", "   {{#var#}}"],
    "anchored, below": ["{0}", "template: &text {1}", "  {0}", "  'Hello from Kettle {{#var#}}' {1}"],
    "anchored block": ["{0}", "template: &text {1}", "  >-", "  Hello from Kettle {{#var#}}"],
    "anchored": ["{0}", 'template: &text "Hello from Kettle {{#var#}}" {1}'],
}
BODY = "".join(line + "\n" for line in CAMPAIGN.splitlines() if not line.startswith("template:"))
RIGHT = "# campaignctl: ignore[unfilled-placeholder] " + WHY


def laid(lines: list[str], comments: Mapping[int, str], order: int) -> Iterator[str]:
    """Yield a campaign for each place where the comment may stand alone; `order` puts the text first or last."""
    marks = [(number, mark) for number, line in enumerate(lines) for mark in ("{0}", "{1}") if mark in line]
    for place in marks:
        filled = []
        for number, line in enumerate(lines):
            shown = line
            for mark in ("{0}", "{1}"):
                shown = shown.replace(mark, comments[order] if (number, mark) == place else "")
            shown = shown.replace("{{", "{").replace("}}", "}")
            if shown.strip() or mark not in line:
                filled.append(shown if shown.strip() else "")
        text = "".join(f"{one}\n" for one in filled)
        yield text + BODY if order else BODY + text


@pytest.mark.parametrize("order", [0, 1], ids=["last", "first"])
@pytest.mark.parametrize("style", STYLES)
def test_a_comment_covers_a_text_in_every_style_from_every_place(
    style: str, order: int, tmp_path: Path
) -> None:
    texts = list(laid(STYLES[style], {0: RIGHT, 1: RIGHT}, order))

    assert len(texts) >= 2
    for text in texts:
        bare = text.replace(RIGHT, "")
        assert [one.name for one in found(tmp_path, bare)] == ["unfilled-placeholder"]
        assert [one.name for one in found(tmp_path, text)] == [], text


@pytest.mark.parametrize("word", ["Hello", "var", "Kettle"])
@pytest.mark.parametrize("style", STYLES)
def test_a_comment_covers_every_piece_of_a_text(
    style: str, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
        at = (campaign.template or "").index(word)
        yield Hit(("template",), "a piece of the text", (at, at + len(word)))

    monkeypatch.setattr(lint, "CHECKS", (SimpleNamespace(NAME="unfilled-placeholder", check=check),))
    (bare,) = found(tmp_path, next(laid(STYLES[style], {1: ""}, 1)))

    assert style.startswith("anchored") or bare.source[bare.region.column - 1 :].startswith(word)
    for text in laid(STYLES[style], {1: RIGHT}, 1):
        assert [one.name for one in found(tmp_path, text)] == [], text


@pytest.mark.parametrize("style", STYLES)
def test_the_same_words_inside_a_text_are_text(style: str, tmp_path: Path) -> None:
    """With the comment behind the placeholder in the text; in a plain text it begins a real comment."""
    inside = [line.replace("{{#var#}}", f"{{{{#var#}}}} {RIGHT}") for line in STYLES[style]]
    texts = list(laid(inside, {0: "# a note", 1: "# a note"}, 0))
    expected = [] if style.startswith("plain") else ["unfilled-placeholder"]

    for text in texts:
        assert [one.name for one in found(tmp_path, text)] == expected, text


def test_a_comment_below_a_block_belongs_to_the_next_line(tmp_path: Path) -> None:
    block = "template: |\n  Hello from Kettle {#var#}\n"
    below = found(tmp_path, BODY + block + RIGHT + "\n")
    inside = found(tmp_path, BODY + block + f"  {RIGHT}\n")

    assert [one.name for one in below] == ["unfilled-placeholder", "ignore-unused"]
    assert below[1].region.line == (BODY + block).count("\n") + 1
    assert [one.name for one in inside] == ["unfilled-placeholder"]


def test_a_comment_speaks_of_one_line_alone(tmp_path: Path) -> None:
    text = campaign("the-example", name="1_0", dlt_entity_id="1101428740000012125")
    above = "# campaignctl: ignore[yaml-ambiguous-scalar] " + WHY + "\n"

    assert said(tmp_path, text) == ["2:7-10 name-too-short", "3:16-35 yaml-ambiguous-scalar"]
    assert said(tmp_path, above + text)[0] == "1:23-44 ignore-unused"
    assert said(tmp_path, text.replace("dlt_entity_id", above + "dlt_entity_id")) == ["2:7-10 name-too-short"]


def test_comments_stack_and_pass_over_blank_lines_and_notes(tmp_path: Path) -> None:
    text = CAMPAIGN.replace('"2035-10-20T18:00:00+05:30"', "2035-10-20T11:00:00+05:30")
    stack = (
        f"# campaignctl: ignore[yaml-ambiguous-scalar] {WHY}\n\n# a note\n  \n"
        f"   # campaignctl: ignore[schedule-min-duration] {WHY}\n"
    )

    assert said(tmp_path, text) == ["6:13-38 yaml-ambiguous-scalar", "6:13-38 schedule-min-duration"]
    assert said(tmp_path, text.replace("  end_time", stack + "  end_time")) == []
    assert said(tmp_path, text.replace("schedule:", stack + "schedule:")) == [
        "4:23-44 ignore-unused",
        "8:26-47 ignore-unused",
        "11:13-38 yaml-ambiguous-scalar",
        "11:13-38 schedule-min-duration",
    ]


def test_a_finding_on_a_collection_is_covered_at_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str]]:
        yield ("schedule",), "the schedule as a whole"

    monkeypatch.setattr(lint, "CHECKS", (SimpleNamespace(NAME="promo-window", check=check),))
    comment = f"# campaignctl: ignore[promo-window] {WHY}"

    assert said(tmp_path, CAMPAIGN) == ["4:1-9 promo-window"]
    assert said(tmp_path, CAMPAIGN.replace("schedule:", f"schedule: {comment}")) == []
    assert said(tmp_path, CAMPAIGN.replace("schedule:", f"{comment}\nschedule:")) == []
    assert len(said(tmp_path, CAMPAIGN.replace("schedule:", f"schedule:\n  {comment}"))) == 2


def test_defaults_and_registry_have_comments_too(tmp_path: Path) -> None:
    comment = f"# campaignctl: ignore[yaml-ambiguous-scalar] {WHY}\n"
    config = CONFIG.replace('"1101428740000012125"', "1101428740000012125")
    lists = LISTS + "    sample: { First_name: 1_0 }\n"
    text = CAMPAIGN.replace('dlt_entity_id: "1101428740000012125"\n', "")
    bare = {"campaignctl.yaml": config, "registry/lists.yaml": lists}
    covered = {
        "campaignctl.yaml": config.replace("  dlt_entity_id", f"  {comment}  dlt_entity_id"),
        "registry/lists.yaml": lists.replace("    sample:", f"    {comment}    sample:"),
    }

    assert [one.path.rsplit("/", 1)[-1] for one in found(tmp_path, text, files=bare)] == [
        "campaignctl.yaml",
        "lists.yaml",
    ]
    assert said(tmp_path, text, files=covered) == []


def test_a_part_of_the_folder_does_not_tell_what_is_unused_in_the_settings(folder: Path) -> None:
    config = CONFIG.replace(
        "  sender_id: KETTLE", f"  sender_id: KETTLE # campaignctl: ignore[header-format] {WHY}"
    )
    write(folder, {"campaignctl.yaml": config})

    assert [one.name for one in lint.run(project.load(folder), now=NOW).findings] == ["ignore-unused"]
    assert lint.run(project.load(folder), ["the-example.yaml"], now=NOW).findings == ()


# --- what is wrong with a comment ---------------------------------------------------------------------

NUMBER = 'dlt_entity_id: "1101428740000012125"', "dlt_entity_id: 1101428740000012125"


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# campaignctl: ignore[CC003] because", []),
        ("#campaignctl:ignore[yaml-ambiguous-scalar]because", []),
        ("#\tcampaignctl\t:\tignore\t[\tcc003\t,\t]\t1", []),
        ("# campaignctl: ignore[CC003] until=2034-06-01 because", []),
        ("# campaignctl: ignore[CC003] because it is so (until=2034-05-01)", []),  # words of the reason
        ("# campaignctl: ignore[CC003]", ["1-29 ignore-without-reason"]),
        ("# campaignctl: ignore[CC003] -: #!", ["1-35 ignore-without-reason"]),
        ("# campaignctl: ignore[CC003] until=2035-01-01", ["1-46 ignore-without-reason"]),
        ("# campaignctl: ignore[CC003] x until=2034-05-31", ["32-48 ignore-expired", "shown"]),
        (
            "# campaignctl: ignore[CC003] until=2034-05-31",
            ["1-46 ignore-without-reason", "30-46 ignore-expired", "shown"],
        ),
        ("# campaignctl: ignore[CC003] x until=2034-5-31", ["32-47 ignore-unknown"]),
        ("# campaignctl: ignore[CC003] x until=", ["32-38 ignore-unknown"]),
        ("# campaignctl: ignore[CC0] x", ["23-26 ignore-unknown", "shown"]),
        ("# campaignctl: ignore[*] x", ["23-24 ignore-unknown", "shown"]),
        ("# campaignctl: ignore[CC003 CC004] x", ["23-34 ignore-unknown", "shown"]),
        ("# campaignctl: ignore[CC003, segmnts] x", ["30-37 ignore-unknown"]),
        ("# campaignctl: ignore[CC003, segments] x", ["30-38 ignore-unused"]),
        ("# campaignctl: ignore[segments]", ["23-31 ignore-unused", "shown"]),
        ("# campaignctl: ignore[segments] x until=2034-01-01", ["23-31 ignore-unused", "shown"]),
        ("# campaignctl: ignore[wrong-type, CC003] x", ["23-33 ignore-forbidden"]),
        ("# campaignctl: ignore[CC008]", ["23-28 ignore-forbidden", "shown"]),
        ("# campaignctl: ignore[]", ["1-24 ignore-unknown", "shown"]),
        ("# campaignctl: ignore[CC003 x", ["1-30 ignore-unknown", "shown"]),
        ("# campaignctl: ignore CC003 x", ["1-30 ignore-unknown", "shown"]),
        ("# campaignctl: ignore", ["1-22 ignore-unknown", "shown"]),
        ("# campaignctl: ignored[CC003] x", ["1-32 ignore-unknown", "shown"]),
        ("# campaignctl: Ignore[CC003] x", ["1-31 ignore-unknown", "shown"]),
        ("# campaignctl ignore[CC003] x", ["1-30 ignore-unknown", "shown"]),
        ("# campaign-ctl: ignore[CC003] x", ["1-32 ignore-unknown", "shown"]),
        ("# campaigns ctl: ignore[CC003] x", ["1-33 ignore-unknown", "shown"]),
        ("# campaign_ctl : ignore", ["1-24 ignore-unknown", "shown"]),
        ("# campaignctl: disable[CC003] x", ["1-32 ignore-unknown", "shown"]),
        ("# campaignctl: see the README [3]", ["shown"]),
        ("# campaignctl ignores this", ["shown"]),
        ("# kubectl: ignore[CC003] x", ["shown"]),
        ("# see # campaignctl: ignore[CC003] x", ["shown"]),
        ("#", ["shown"]),
    ],
)
def test_each_mistake_is_said_at_its_own_piece(comment: str, expected: list[str], tmp_path: Path) -> None:
    text = CAMPAIGN.replace(NUMBER[0], f"{comment}\n{NUMBER[1]}")
    got = [one.removeprefix("7:") for one in said(tmp_path, text)]

    assert ["shown" if "yaml-ambiguous" in one else one for one in got] == expected
    assert all(one.pointer == "" for one in found(tmp_path, text) if one.name.startswith("ignore"))


def test_the_day_is_one_in_india(tmp_path: Path) -> None:
    text = CAMPAIGN.replace(NUMBER[0], f"{NUMBER[1]} # campaignctl: ignore[CC003] {WHY} until=2034-06-30")
    ist = datetime(2034, 6, 30, 18, 30, tzinfo=UTC)  # 00:00 of 1 July there

    assert said(tmp_path, text, ist - timedelta(seconds=1)) == []
    assert [one.rsplit(" ", 1)[1] for one in said(tmp_path, text, ist)] == [
        "yaml-ambiguous-scalar",
        "ignore-expired",
    ]


def test_nothing_is_called_unused_where_mistakes_keep_rules_silent(tmp_path: Path) -> None:
    comment = f"# campaignctl: ignore[segments] {WHY}\n"

    assert said(tmp_path, comment + CAMPAIGN) == ["1:23-31 ignore-unused"]
    assert said(tmp_path, comment + CAMPAIGN + "nme: x\n") == ["13:1-4 unknown-key"]
    broken = CONFIG + "nme: x\n"
    assert [one.name for one in found(tmp_path, comment + CAMPAIGN, files={"campaignctl.yaml": broken})] == [
        "unknown-key"
    ]


def test_a_held_finding_stays_whatever_the_comments(tmp_path: Path) -> None:
    comments = "".join(f"# campaignctl: ignore[{name}] {WHY}\n" for name in sorted(HELD))
    text = CAMPAIGN.replace("lists: [festival-north]", f"{comments}lists: [festival-north, festival-north]")
    names_there = [one.name for one in found(tmp_path, f"{text}{comments}nme: x\n")]

    assert set(names_there) == {"ignore-forbidden", "list-repeated", "unknown-key"}
    assert names_there.count("ignore-forbidden") == 2 * len(HELD)


def test_a_file_whose_findings_are_all_suppressed_is_a_file_without_findings(folder: Path, run: Run) -> None:
    text = CAMPAIGN.replace("KETTLE", f"KETTLE-X # campaignctl: ignore[header-format] {WHY}")
    write(folder, {"the-example.yaml": text})

    assert run("lint", "--at", NOW.isoformat()).code == 0
    planned = run("plan", "--offline", "--at", NOW.isoformat())
    assert planned.code == 0
    assert "1 to create" in planned.out


def test_a_suppression_with_a_mistake_of_its_own_stops_lint_and_apply(folder: Path, run: Run) -> None:
    text = CAMPAIGN.replace("KETTLE", "KETTLE-X # campaignctl: ignore[header-format]")
    write(folder, {"the-example.yaml": text})

    assert run("lint", "--at", NOW.isoformat()).code == 1
    assert "CC006 ignore-without-reason" in run("plan", "--offline", "--at", NOW.isoformat()).out


# --- every rule can be suppressed, or is held ---------------------------------------------------------


def with_comments(root: Path, findings: tuple[Finding, ...]) -> set[str]:
    """Put a comment above each finding that is not held; return the names of those findings."""
    wanted: dict[str, set[tuple[int, str]]] = {}
    for one in findings:
        if one.name not in HELD:
            wanted.setdefault(one.path, set()).add((one.anchor or one.region.line, one.name))
    for path, places in wanted.items():
        file = root / path
        text = file.read_bytes().decode("utf-8")
        starts = line_starts(text)
        for line, name in sorted(places, reverse=True):
            at = starts[line - 1]
            indent = re.match(r"[ ]*", text[at:])
            text = f"{text[:at]}{indent.group() if indent else ''}# campaignctl: ignore[{name}] {WHY}\n{text[at:]}"
        file.write_bytes(text.encode())
    return {name for places in wanted.values() for _, name in places}


def check_suppressed(root: Path) -> None:
    before = lint.run(project.load(Path()), now=NOW).findings
    gone = with_comments(root, before)
    after = lint.run(project.load(Path()), now=NOW).findings

    assert {one.name for one in after} & gone == set()
    held = [one.name for one in before if one.name in HELD]
    # Where all is silenced that said why nothing can be sent, a held rule says it.
    for first, then in (("schedule-no-timezone", "schedule-format"), ("template-unknown", "slot-count")):
        held += [one.name for one in after if first in gone and one.name == then]
    # A placeholder that is let pass is text, of which the operators have their say.
    said = (
        {one.name for one in after if one.code.startswith("CC7")} if "unfilled-placeholder" in gone else set()
    )
    held += [one.name for one in after if one.name in said and one.name not in HELD]
    assert len(after) == len(held)


@pytest.mark.parametrize(
    "case",
    [one for one in cases() if one.name.startswith("fails-") and one.parent.name not in HELD],
    ids=lambda case: f"{case.parent.name}/{case.name}",
)
def test_what_a_case_finds_can_be_suppressed(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "folder"
    lay(case, root)
    assert not (root / STATE).exists(), "findings of plan are held"
    monkeypatch.chdir(root)

    check_suppressed(root)


def has_sample(rule: Rule) -> bool:
    return rule.NAME not in WITHOUT_SAMPLES | HELD.keys() and "Fails:" in (rule.__doc__ or "")


@pytest.mark.parametrize("rule", [one for one in RULES if has_sample(one)], ids=lambda rule: rule.NAME)
def test_what_a_page_shows_can_be_suppressed(
    rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rule.NAME in names(tmp_path, sample(rule, "Fails"), rule)
    monkeypatch.chdir(tmp_path)

    check_suppressed(tmp_path)


# --- comments change nothing else ---------------------------------------------------------------------

LINES = [
    "# a note",
    "# campaignctl: ignore[segments] " + WHY,
    "    # campaignctl: ignore[header-format, segmnts] until=2034-01-01",
    "# campaignctl: ignore x",
    "",
]
MISTAKEN = (
    CAMPAIGN.replace("KETTLE", "no")
    .replace("static", "dynamic")
    .replace('"Hello from Kettle, a new tea is here"', "Hi @@Cty {#var#}")
    .replace('"2035-10-20T18:00:00+05:30"', "2035-10-20T11:00:00+05:30")
    .replace("[festival-north]", "\n  - festival-north")
)


def moved(one: Finding, line: int) -> Finding:
    """Return a finding as if no line had been put in before `line`."""
    region = one.region
    if region.line > line:
        region = replace(region, line=region.line - 1, end_line=region.end_line - 1)
    return replace(one, region=region, anchor=one.anchor - (one.anchor > line), fix=None)


@given(st.sampled_from(LINES), st.integers(0, MISTAKEN.count("\n")))
@settings(deadline=None, max_examples=60)
def test_a_line_with_a_comment_changes_no_other_finding_but_its_line(
    tmp_path_factory: pytest.TempPathFactory, line: str, at: int
) -> None:
    folder = tmp_path_factory.mktemp("folder", numbered=True)
    before = [replace(one, fix=None) for one in found(folder, MISTAKEN)]
    lines = MISTAKEN.splitlines()
    after = found(folder, "".join(f"{one}\n" for one in [*lines[:at], line, *lines[at:]]))
    others = [moved(one, at + 1) for one in after if not one.name.startswith("ignore-")]
    covered = {one for one in before if "header-format" in line and one.name == "header-format"}

    assert len(before) == 5
    assert set(others) | covered == set(before)


# --- comments against the parser ----------------------------------------------------------------------

PIECES = [
    *(
        "a: ",
        "b: ",
        "c: ",
        "- ",
        "  ",
        " ",
        "\t",
        "\n",
        "\n",
        "\r\n",
        "\n\n",
        "x",
        "'",
        '"',
        "|",
        ">-",
        "|2+",
    ),
    *("#", "# ", "[", "]", ", ", "{", "}", "&a ", "---\n", "\\", "\u2028", "ä", ": "),
    *(["# campaignctl: ignore[segments] why"] * 6),
]


def values(text: str) -> list[tuple[str, str | None]]:
    """Return what PyYAML reads, by an ordinary call of it."""
    text = text.replace("\u2028", "u")  # a line break for libyaml alone
    return [(type(one).__name__, getattr(one, "value", None)) for one in yaml.parse(text, yaml.CSafeLoader)]


def real_comments(text: str) -> set[int]:
    """Return the candidates that may say anything without a change of what YAML reads: comments, by definition."""
    candidates = [match.start() for match in ignoring._CANDIDATE.finditer(text)]
    return {at for at in candidates if values(text[: at + 2] + "z" + text[at + 3 :]) == values(text)}


@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
@example("a: |\n  x\n # campaignctl: ignore[segments] why\n")
@example("a: 'x # campaignctl: ignore[segments] why' # campaignctl: ignore[segments] why\n")
@example('a: "x" # x # campaignctl: ignore[segments] why\n')
@example(
    "a: | # campaignctl: ignore[segments] why\n  # campaignctl: ignore[segments] why\n"
    "# campaignctl: ignore[segments] why\n"
)
@example("&a # campaignctl: ignore[segments] why\n  ---\n")
@settings(deadline=None, max_examples=examples(800))
def test_a_comment_is_what_yaml_takes_for_one(text: str) -> None:
    if not compose(text).complete:
        ignoring.read(SourceFile("a.yaml", text))
        return
    comments = ignoring.read(SourceFile("a.yaml", text))
    taken = {one.start for one in comments.directives} if comments else set()
    real = real_comments(text)

    assert taken <= real
    for place in real - taken:  # a part of another comment, or stuck to what stands before it
        line = re.split(r"[\r\n]", text[:place])[-1]
        assert "#" in line or line[-1:] not in ("", " ", "\t")


@given(st.text(alphabet="ignore[]campaign ctl:#,=until2034-0531\n\r\t'\"|>é\u2028\ue000", max_size=200))
@settings(deadline=None, max_examples=examples(200))
def test_no_text_breaks_the_reader(tail: str) -> None:
    for text in (
        f"# campaignctl{tail}",
        f"# campaignctl: ignore[{tail}",
        f"a: |\n  # campaignctl: ignore[x]{tail}",
    ):
        comments = ignoring.read(SourceFile("a.yaml", text))
        for one in comments.directives if comments else ():
            assert text[one.start] == "#"
            assert all(text[name.start : name.end] == name.word for name in one.names)


@pytest.mark.parametrize(
    "text",
    [
        "# campaignctl: ignore[segments] x\n" * 20_000,
        "# campaignctl: ignore[" + "x," * 300_000 + "] x\n",
        "# campaignctl: ignore[" + "segments," * 100_000 + "] x\n",
        "# campaignctl: ignore[yaml-ambiguous-scalar] x until=2030-01-01\n" * 10_000
        + f"a: [{'1_0, ' * 10_000}]\n",
        "z:\n" + "- 1_0 # campaignctl: ignore[yaml-ambiguous-scalar] x\n" * 15_000,
        "a: '" + "# campaignctl: ignore[segments] x " * 20_000 + "'\n",
        "a: '" + "# campaignctl: ignore[segments] x\n " * 20_000 + "'\n",
        "# campaignctl: ignore[segments] x " * 20_000,
        "# campaignctl: ignroe[x]\n" * 20_000,
        "#" * 500_000 + " campaignctl: ignore[x]",
    ],
    ids=range(10),
)
def test_a_hostile_file_takes_no_longer_than_its_length(text: str, tmp_path: Path) -> None:
    """Quadratic work on these would take minutes, and the suite would be stopped."""
    findings = found(tmp_path, text + "a: 1_0\n" * 2000)

    assert findings


def test_nothing_of_a_comment_reaches_a_terminal_raw(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": "# campaignctl: ignore[\u202e##[x, y] until=\u202e\n" + CAMPAIGN})
    out = run("lint", "--at", NOW.isoformat()).out

    assert "ignore-unknown" in out
    assert "\u202e" not in out
    assert "##[" not in out

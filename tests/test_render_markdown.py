"""The comment of a pull request: what it says, that nothing in a campaign is more than text, and that it fits."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import CONFIG as CONFIG_FILE
from conftest import LISTS, NOW, Run, a_finding, campaign, write
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from test_dealing import dynamic, placed
from test_plan import NORTH, SOUTH, UNCOUNTED, entry, error, intent, linted, make, schedule, state

from campaignctl import dealing
from campaignctl import plan as planning
from campaignctl.approved import Registry
from campaignctl.cards import Card
from campaignctl.findings import Severity
from campaignctl.model import Campaign, FieldChange, Plan, Remote
from campaignctl.outlook import outlook
from campaignctl.render import changes, inert, markdown, markers
from campaignctl.render.markdown import LIMIT, About
from campaignctl.standings import Drift, Kind
from campaignctl.words import masked, printable

EXAMPLES = settings(max_examples=60, deadline=None, database=None, derandomize=True)
GOLDEN = Path(__file__).parent / "golden"

#: What people, and those who try a reviewer's patience, write into names and texts.
NASTY = (
    *("|", "`", "``", "```", "~~~", "\\", "@asha", "@@Name", "a@b.in", "#12", "GH-12", "!12", "$x$", "%3", "&amp;", "&#64;"),
    *("<b>", "</details>", "<!--", "-->", "<script>", "</summary>", "<https://x.in>", "https://x.in", "www.x.in"),
    *("javascript:alert(1)", "[a](javascript:b)", "![a](http://x.in/a.png)", "[^1]", "[ ]", "*a*", "__a__", "~~a~~"),
    *("::error::x", "##[error]x", ":smile:", "/close", "- a", "1. a", "+ a", "> a", "# a", "===", "---", "    a"),
    *("\n", "\r\n", "\r", "\t", "\u2028", "\u202e", "\u200b", "\x1b[31m", " ", "  ", "नमस्ते", "😀", "\u200d", "é", "a"),
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(NASTY), max_size=8).map("".join)


@cache
def reader() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens(source: str) -> list[Token]:
    return reader().parse(source)


def seen(parts: Sequence[Token]) -> str:
    """Return what a reader sees of Markdown: no space without width, other spaces alike."""
    words = []
    for one in parts:
        if one.type == "html_inline":
            assert one.content == "<br>"
            words.append("\n")
        elif one.children is not None:
            words.append(seen(one.children))
        else:
            words.append(one.content)
    return "".join(words).replace("\u200b", "").replace("\xa0", " ")


def comment(plan: Plan, cards: tuple[Card, ...] = (), about: About = markdown.PLAIN) -> str:
    return markdown.plan(plan, planning.summary(plan), cards, about)


def of(
    *campaigns: Campaign, findings: Any = (), known: Any = None, about: About = markdown.PLAIN, **more: Any
) -> str:
    checked = linted(*campaigns, findings=findings)
    plan = replace(make(checked, known), **more)
    return comment(plan, dealing.deal(plan, checked), about)


# --- texts of others ----------------------------------------------------------------------------------


@EXAMPLES
@given(HOSTILE)
@example("a|b`c`@asha #12 <b>::error")
def test_prose_is_one_piece_of_text_and_reads_as_it_was_written(text: str) -> None:
    found = [one for one in tokens(f"x\n\n{inert.prose(text)}\n\ny") if one.type == "inline"]

    assert len(found) == (3 if text else 2)
    assert {child.type for one in found for child in one.children or ()} <= {"text", "text_special"}
    assert seen(found) == f"x{printable(masked(text))}y"


@EXAMPLES
@given(HOSTILE)
def test_prose_names_nobody_and_refers_to_nothing(text: str) -> None:
    source = inert.prose(text)
    page = "".join(one.content for token in tokens(source) for one in token.children or ())

    assert "\n" not in source
    assert "|" not in source
    assert "##[" not in source
    assert not re.match(r"\s*(::|/|##)", source)
    assert not re.search(r"@[\w@]|[#!~$%^]\w|[Gg][Hh]-\d|\w://|www\.|javascript:|::|:smile:|##", page)


@EXAMPLES
@given(HOSTILE, HOSTILE)
def test_a_cell_stays_one_cell(one: str, two: str) -> None:
    table = f"| a | b |\n|---|---|\n| x {inert.prose(one)} | x {inert.prose(two)} |"
    cells = [seen(token.children or ()) for token in tokens(table) if token.type == "inline"]

    assert cells[:2] == ["a", "b"]
    assert [cell.rstrip() for cell in cells[2:]] == [
        f"x {printable(masked(one))}".rstrip(),
        f"x {printable(masked(two))}".rstrip(),
    ]


@EXAMPLES
@given(HOSTILE)
@example("1. a")
@example("-")
def test_a_quotation_keeps_the_line_breaks(text: str) -> None:
    found = tokens(f"> {inert.lines(text)}")

    assert [one.type for one in found if one.level < 2] == [
        "blockquote_open",
        *(("paragraph_open", "paragraph_close") if text else ()),
        "blockquote_close",
    ]
    assert seen(found) == "\n".join(printable(one) for one in re.split(r"\r\n|\n|\r", masked(text)))


@EXAMPLES
@given(HOSTILE)
def test_a_fence_holds_its_text_whatever_is_in_it(text: str) -> None:
    source = inert.fenced(text)
    (fence,) = tokens(source)

    assert fence.type == "fence"
    assert fence.content.replace("\u200b", "") == "\n".join(map(printable, masked(text).split("\n"))) + "\n"
    assert not re.search(r"^\s*::|##\[", source, re.MULTILINE)


@EXAMPLES
@given(HOSTILE)
def test_what_stands_between_backticks_is_code_and_the_rest_is_text(text: str) -> None:
    (paragraph,) = [one for one in tokens(f"x {inert.sentence(text)}") if one.type == "inline"]

    assert {one.type for one in paragraph.children or ()} <= {"text", "text_special", "code_inline"}


def test_a_command_in_a_sentence_is_code() -> None:
    shown = inert.sentence("settle it: `campaignctl resolve tea|x`, @asha")
    assert shown == "settle it: `campaignctl resolve tea|x`, &#64;&#8203;asha"


def test_a_password_is_not_shown() -> None:
    for render in (inert.prose, inert.lines, inert.sentence, inert.code, inert.fenced):
        assert "tea4two" not in render("https://asha:tea4two@x.in")


# --- the whole comment --------------------------------------------------------------------------------

OURS = re.compile(
    r"(<!-- campaignctl-plan: project=[a-z0-9-]+ head=[0-9a-f-]+ made=[0-9TZ:-]+ digest=[0-9a-f-]+ -->"
    r"|</details>\s*(</details>)?|<details><summary>[^<>\n]*</summary>)\s*"
).fullmatch


LINKS = ("link_open", "link_close")


def skeleton(source: str) -> list[tuple[str, str]]:
    """Return the structure of the comment: every block, and no text."""
    shape = []
    for one in tokens(source):
        if one.type == "html_block":
            assert OURS(one.content), one.content
        kinds = {child.type for child in one.children or ()} - {"text_special", "softbreak"}
        assert kinds <= {"text", "strong_open", "strong_close", "code_inline", "html_inline", *LINKS}, kinds
        for child in one.children or ():
            assert child.type != "link_open" or str(child.attrs["href"]).startswith("https://git.in/")
        shape.append(
            (
                one.type,
                re.sub(r"<summary>.*|digest=\w+", "", one.content) if one.type == "html_block" else one.tag,
            )
        )
    return shape


def everything(name: str, text: str) -> str:
    """Return the comment of a plan in which a name and a text stand wherever they can."""
    nasty = {"name": name or None, "template": text or "x"}
    campaigns = [
        replace(dynamic(f"{text or 'x'} @@Col", Col=text), id="a", name=name or None, lists=(name,)),
        *(placed(one, sender_id=name or "x", dlt_template_id=name or "x", **nasty) for one in ("b", "c")),
        placed("d", audience=(replace(NORTH, alias=name),), lists=(name,), **nasty),
        placed("e", **nasty),
        placed("f", **nasty),
        replace(dynamic("x" * 155 + "@@Col", Col="y"), id="near"),
    ]
    found = (
        a_finding(campaign="a", message=f"'{name}' is wrong", path=f"{name}.yaml", severity=Severity.WARNING),
        error("f", name="brand-missing"),
    )
    known = state({"e": entry(placed("e", template="before"))}, {"lost": intent("lost", name=name)})
    checked = linted(*campaigns, findings=found)
    drift = Drift(
        kind=Kind.DOUBLED, id="e", token="cc", sid=name, others=(Remote(sid=text, name=name, status=text),)
    )
    plan = replace(make(checked, known), drift=(drift,), allowed=("list-gap",), partial=True)
    about = About(
        head="abc1234",
        since="HEAD~1",
        command=f"campaignctl apply -C '{name}'",
        link=lambda path, line: f"https://git.in/{quote(path)}#L{line}",
        notes=("no text was compared; `campaignctl registry import FILE`",),
    )
    cards = dealing.deal(plan, checked, {"b": {**(plan.actions[1].payload or {}), "template": f"{text}?"}})
    return comment(plan, cards, about)


PLAIN_SKELETON = skeleton(everything("name", "नमस्ते"))


@EXAMPLES
@given(HOSTILE, HOSTILE)
@example("x\n\n</details>", "x\n\n# a\n\n```\n")
def test_no_name_and_no_text_changes_the_structure(name: str, text: str) -> None:
    assert skeleton(everything(f"n{name}", f"न{text}")) == PLAIN_SKELETON


def test_the_structure_is_the_one_that_was_meant() -> None:
    blocks = [one for one, _ in PLAIN_SKELETON]
    source = everything("name", "नमस्ते")

    assert (blocks[0], blocks.count("table_open"), blocks.count("tr_open")) == ("html_block", 1, 8)
    assert source.count("<details>") == source.count("</details>") == 7 + 6
    assert blocks.count("fence") == 6  # the payloads; there are errors, so that nothing is to be applied
    assert blocks.count("blockquote_open") == 7


# --- what it says -------------------------------------------------------------------------------------


def line(source: str, sign: str) -> str:
    (found,) = [one for one in source.splitlines() if sign in one]
    return found


def test_the_headline_says_how_many_people_and_what_it_costs() -> None:
    two = placed("two", lists=("north", "south"), audience=(NORTH, SOUTH), template="é" * 161)
    assert (
        line(of(two), "## P") == "## Plan: 1 new campaign reaches 13,230 people: 26,460 messages to pay for"
    )
    row = dynamic("Hi @@A", A="Asha")
    assert "reaches 12,430 people: about 12,430 messages" in of(row)
    unknown = of(two, placed("west", audience=(UNCOUNTED,)))
    assert "2 new campaigns reach at least 13,230 people: at least 26,460 messages" in unknown
    assert "How many people get west, nobody knows: west has no `contacts:`" in line(unknown, "❓")
    nobody = of(placed("west", audience=(UNCOUNTED,)))
    assert line(nobody, "## P") == "## Plan: 1 new campaign reaches nobody knows how many people"
    twice = of(placed("one"), placed("two"))
    assert "reach 12,430 people, some more than once (24,860 recipients): 24,860 messages" in twice
    stopped = of(two, findings=(error(None, "too-many-creates"),))
    assert line(stopped, "## S").startswith(
        "## Stopped by 1 error: nothing is created. 1 new campaign waits, to reach 13,230 people"
    )
    unclear = of(two, known=state(intents={"lost": intent("lost")}))
    assert line(unclear, "## S").startswith("## Stopped by 1 unknown outcome: nothing is created. 1 new")
    assert "creates nothing until `campaignctl resolve` has settled" in unclear
    assert of().splitlines()[2] == "## Plan: nothing to create"


def test_risks_come_before_the_table_the_worst_first() -> None:
    soon = placed("soon", schedule=schedule((NOW + timedelta(hours=2)).isoformat()))
    dear = placed("dear", template="It\u2019s tea", sms_type="promotional")
    found = (error("wrong"), error("dear", "brand-missing", Severity.WARNING))
    source = of(soon, dear, placed("wrong"), findings=found, allowed=("list-gap",))
    signs = [
        "🛑",
        "1 guard is off for this plan, by `--allow`: list-gap",
        "brand-missing",
        "⏰",
        "📣",
        "💰",
        "| Campaign |",
    ]

    assert sorted(signs, key=source.index) == signs
    assert "the first Thu 01 Jun 2034 13:30 IST: soon" in line(source, "⏰")
    assert "Unicode because of ’ (U+2019 RIGHT SINGLE QUOTATION MARK), character 3" in line(source, "💰")
    assert "1 promotional campaign to 12,430 people" in line(source, "📣")


def test_many_findings_are_counted_and_not_listed() -> None:
    found = [error(f"c{one}", "brand-missing", Severity.WARNING) for one in range(40)]
    source = of(placed(), findings=found)
    assert "and 39 more of this kind (c1, c2, c3, c4, c5 and 34 more)" in line(source, "**c0** brand-missing")
    assert source.count("brand-missing") == 1

    others = [error("diwali", f"rule-{one}", Severity.WARNING) for one in range(15)]
    assert (
        "⚠️ 7 more warnings: 1 rule-8, 1 rule-9, 1 rule-10, 1 rule-11, 1 rule-12 and 2 other rules; "
        "`campaignctl plan` shows them" in of(placed(), findings=others)
    )


def test_what_is_blocked_has_its_row_and_its_card() -> None:
    found = (error("wrong"), replace(error(None, "too-many-creates"), campaign=None))
    late = placed("late", schedule=schedule((NOW + timedelta(minutes=1)).isoformat()))
    source = of(placed("wrong"), placed("right"), late, findings=found)

    assert re.findall(r"^\| \*\*(\w+)\*\*(.*?) \|", source, re.MULTILINE) == [
        *(("late", " 🛑 blocked"), ("wrong", " 🛑 blocked"), ("right", ""))
    ]
    assert "### 🛑 blocked · wrong · " in source
    assert "- 🛑 **wrong** lists-count: no (`x.yaml" in source
    assert "- 🛑 **late** blocked, schedule-lead-time: " in source
    assert "2 blocked." in source


def test_what_has_no_file_any_more_goes_out_all_the_same() -> None:
    past = schedule("2030-01-01T12:00:00+05:30", "2030-01-01T18:00:00+05:30")
    known = {"gone": entry(placed("gone")), "over": entry(placed("over", schedule=past))}
    checked = linted()
    plan = make(checked, state(known))
    cards = outlook(dealing.deal(plan, checked), state(known), Registry())
    source = comment(plan, cards)

    assert line(source, "🗑️") == (
        "- 🗑️ **gone** has no file any more, and Exotel may send it all the same, Sat 20 Oct 2035 10:30-18:00 IST; "
        "`campaignctl status gone` says how it stands, `campaignctl stop gone` pauses it"
    )
    assert "2 without a file any more" in source


def test_two_to_one_list_at_the_same_time_are_said_once() -> None:
    source = of(placed("one"), placed("two"), placed("three", lists=("south",), audience=(SOUTH,)))

    assert line(source, "👥") == (
        "- 👥 **one** goes to north at the same time as two, Sat 20 Oct 2035 10:30-18:00 IST"
    )
    many = of(*(placed(f"c{one}") for one in range(30)))
    assert "and 26 more, Sat" in line(many, "**c0** goes to north at the same time as c1")
    lists = [replace(NORTH, alias=f"l{one}", sid=f"{one:032}") for one in range(7)]
    pairs = of(*(placed(f"c{one}", lists=("l",), audience=(lists[one // 2],)) for one in range(14)))
    assert "👥 2 more overlaps on one list" in pairs


def test_a_value_a_little_longer_than_the_sample_may_cost_another_part() -> None:
    source = of(dynamic("x" * 152 + "@@A", A="Asha"))

    assert "1 campaign is a few characters short of one more part" in line(source, "💰")
    assert (
        "1 part (156 of 160 characters): ≈ 12,430 messages to pay for, for the sample row; values longer by 5 "
        in source
    )
    assert "💰" not in of(dynamic("x" * 140 + "@@A", A="Asha"))


def test_what_was_not_checked_is_said_before_the_warnings() -> None:
    source = of(
        placed(),
        findings=(error("diwali", "brand-missing", Severity.WARNING),),
        about=About(notes=("no text was compared",)),
    )

    assert source.index("⚠️ no text was compared") < source.index("brand-missing")


def test_files_and_findings_lead_to_their_lines() -> None:
    about = About(link=lambda path, line: f"https://git.in/{path}#L{line}")
    source = of(placed(), findings=(error("diwali", "brand-missing", Severity.WARNING),), about=about)

    assert "**File** [`diwali.yaml`, line 3](<https://git.in/diwali.yaml#L3>)" in source
    assert "([`x.yaml:1:1`](<https://git.in/x.yaml#L1>))" in source


def test_what_was_edited_after_it_was_sent_is_shown_and_not_sent() -> None:
    source = of(placed(), known=state({"diwali": entry(placed(sender_id="TEAPOT"))}))

    assert "Exotel keeps what it has, nothing is sent again: sender&#95;id: “TEAPOT” → “KETTLE”" in line(
        source, "✏️"
    )
    assert "nothing to create" in source


def test_what_changed_since_a_revision_comes_first_and_is_told() -> None:
    checked = linted(*(placed(one) for one in ("a", "b", "c")))
    plan = make(checked)
    before = {one.id: {**(one.payload or {})} for one in plan.actions[:2]}
    before["b"]["template"] = "Hello"
    source = comment(plan, dealing.deal(plan, checked, before), About(since="main"))

    assert re.findall(r"^\| \*\*(\w)\*\*( \(\w+\))?", source, re.MULTILINE) == [
        *(("b", " (edited)"), ("c", " (new)"), ("a", ""))
    ]
    assert "- **Edited** since `main`:\n  - text: “Hello” → “Hello from Kettle”" in source
    assert "**New** since `main`" in source
    assert "**Unchanged** since `main`" in source
    assert " To create: 1 new here, 1 edited here, 1 waiting from before. " in source
    assert "**Unchanged** since `0123456789`" in comment(
        plan, dealing.deal(plan, checked, before), About(since="0123456789abcdef" * 2 + "01234567")
    )


def test_the_card_says_when_to_whom_what_and_at_what_cost() -> None:
    source = of(dynamic("Hi @@A, @@B", A="मीरा"))

    assert "- **When** Sat 20 Oct 2035 10:30-18:00 IST" in source
    assert "- **To** north (12,430)" in source
    assert "> Hi मीरा, &#64;&#8203;&#64;&#8203;B" in source
    assert (
        "1 part (12 of 70 Unicode characters), Unicode because of म (U+092E DEVANAGARI LETTER MA), character 4"
        in source
    )
    assert "no sample is known of &#64;&#8203;&#64;&#8203;B" in source
    assert "**File** `diwali.yaml`, line 3" in source


def test_more_than_three_cards_are_folded() -> None:
    few, many = (of(*(placed(f"c{one}") for one in range(number))) for number in (3, 4))
    assert (few.count("\n### c"), few.count("<details>")) == (3, 3)
    assert (many.count("\n### c"), many.count("<details>")) == (0, 8)


# --- the limit ----------------------------------------------------------------------------------------


def big(number: int, text: str = "Hello from Kettle, a new tea is here") -> str:
    return of(
        *(placed(f"campaign-{one:03}", template=f"{text} {one}") for one in range(number)),
        about=About(command="x"),
    )


@pytest.mark.parametrize(
    ("number", "text", "left_out"),
    [
        (20, "Tea", None),
        (80, "Tea", "the full payloads."),
        (200, "Tea", "the full payloads and the cards of "),
        (400, "Tea, " * 9, "the full payloads and the cards of "),
        (700, "Tea, " * 9, "the full payloads, all cards and the rows of "),
        (400, "😀" * 500, "the full payloads, all cards and the rows of "),
        (400, "`|@<" * 400, "the full payloads, all cards and the rows of "),
        (60, "नमस्ते " * 150, "the full payloads and the cards of "),
    ],
)
def test_a_long_comment_drops_its_layers_from_the_bottom_and_says_so(
    number: int, text: str, left_out: str | None
) -> None:
    source = big(number, text)

    assert len(source.encode("utf-16-le")) // 2 <= LIMIT
    assert source.endswith("```sh\nx\n```\n")
    assert (left_out is None) == ("Left out" not in source)
    assert left_out is None or left_out in line(source, "Left out")
    assert source.count("<details>") == source.count("</details>")
    skeleton(source)
    if left_out is not None:  # what there is room for is there
        assert len(source.encode("utf-16-le")) // 2 > LIMIT * 0.6


def test_what_is_left_out_is_counted() -> None:
    source = big(700, "Tea, " * 9)
    rows = len(re.findall(r"^\| \*\*campaign-", source, re.MULTILINE))
    left = 700 - rows

    assert 400 < rows < 700
    assert (
        f"the rows of {left} campaigns ({left * 12_430:,} recipients, {left * 12_430:,} messages)" in source
    )
    assert "700 new campaigns reach 12,430 people, some more than once (8,701,000 recipients)" in source


def test_the_risks_and_the_command_keep_within_their_bounds() -> None:
    found = tuple(replace(error("diwali", f"rule-{one}"), message="|" * 5000) for one in range(500))
    blocked = [placed(f"c{one}", schedule=schedule("2034-06-01T11:31:00+05:30")) for one in range(500)]
    source = of(placed(), *blocked, findings=found, about=About(command="x" * 100_000))

    assert len(source) <= LIMIT
    assert "for which there is no room here" in source
    assert len(of(placed(), about=About(command="x" * 100_000))) < 3_000


# --- the marker ---------------------------------------------------------------------------------------

MARKER = markers.Marker(project="kettle", head="abc1234", made="2034-06-01T06:00:00Z", digest="0" * 64)


def test_the_first_line_says_what_was_planned() -> None:
    source = of(placed(), about=About(head="abc1234def"))
    found = markers.find(source)

    assert found is not None
    assert source.startswith(
        "<!-- campaignctl-plan: project=kettle-5a1f0c head=abc1234def made=2034-06-01T06:00:00Z digest="
    )
    assert found.digest == make(linted(placed())).digest
    assert markers.find(source.replace("\n", "\r\n")) == found


@EXAMPLES
@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_ends_the_marker_early(project: str, head: str, digest: str) -> None:
    line = str(replace(MARKER, project=project, head=head, digest=digest))
    assert (line.count("-->"), line.count("<!--"), "\n" in line) == (1, 1, False)
    assert markers.find(line) is not None


@pytest.mark.parametrize(
    "other",
    [
        "",
        "text",
        f"text\n{MARKER}",
        str(MARKER).replace("2034-06-01", "2034-02-30"),
        str(MARKER).replace("kettle", "ket tle"),
        f"{MARKER} more",
    ],
)
def test_a_comment_of_another_kind_is_not_written_over(other: str) -> None:
    assert markers.find(other) is None
    assert not markers.may_replace(other, str(MARKER))
    assert not markers.may_replace(str(MARKER), other)


def test_an_older_run_never_writes_over_a_newer_comment() -> None:
    later = replace(MARKER, made="2034-06-01T06:00:01Z", head=None)

    assert (markers.newer(later, MARKER), markers.newer(MARKER, later), markers.newer(MARKER, MARKER)) == (
        True,
        False,
        False,
    )
    assert markers.may_replace(str(MARKER), str(later))
    assert markers.may_replace(str(MARKER), str(MARKER))
    assert not markers.may_replace(str(later), str(MARKER))
    assert not markers.may_replace(str(MARKER), str(replace(later, project="other")))


# --- the command --------------------------------------------------------------------------------------

AT = "2034-06-01T11:30:00+05:30"
PLANS: dict[str, dict[str, str]] = {
    "nothing": {"a.yaml": campaign("a-tea", lists="[nobody]")},
    "one": {"a.yaml": campaign("a-tea")},
    "hindi": {
        "registry/lists.yaml": LISTS.replace("contacts: 800", "contacts: 800\n    sample: {First_name: मीरा}"),
        "a.yaml": campaign(
            "a-tea", lists="[festival-south]", content_type="dynamic", template='"नमस्ते @@First_name,\\nKettle की नई चाय"'
        ),
    },
    "four": {
        "a.yaml": campaign("a-tea", name='"Tea | <b>@asha</b>"'),
        "b.yaml": campaign("b-tea", lists="[festival-south]"),
        "c.yaml": campaign("c-tea", template='"It\u2019s `tea` at Kettle"'),
        "d.yaml": campaign("d-tea", lists="[festival-north, festival-south]"),
    },
}  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_small_plans_are_as_they_were_read(name: str, folder: Path, run: Run) -> None:
    (folder / "the-example.yaml").unlink()
    write(folder, PLANS[name])
    ran = run("plan", "--format", "markdown", "--offline", "--at", AT, "--head", "0123456789abcdef")
    golden = GOLDEN / f"{name}.md"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(ran.out, encoding="utf-8")

    skeleton(ran.out)
    assert ran.out == golden.read_text("utf-8")


def test_the_commit_is_said_by_ci_or_on_the_command_line(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def head(*words: str) -> str | None:
        found = markers.find(run("plan", "--format", "markdown", "--offline", *words).out)
        assert found is not None
        return found.head

    for name in ("GITHUB_SHA", "CI_COMMIT_SHA"):
        monkeypatch.delenv(name, raising=False)
    assert head() is None
    monkeypatch.setenv("CI_COMMIT_SHA", "a" * 40)
    assert head() == "a" * 40
    monkeypatch.setenv("GITHUB_SHA", "--> @asha")
    assert head() == "a" * 40
    assert head("--head", "ABCDEF0") == "abcdef0"
    assert run("plan", "--format", "markdown", "--head", "-->").code == 64
    assert run("plan", "--head", "abcdef0").code == 64


def test_the_comment_ends_with_the_command_that_applies_exactly_this(run: Run, folder: Path) -> None:
    shown = run("plan", "--format", "markdown", "--offline")
    wanted = run("plan", "--offline").out.splitlines()[-1].rpartition(": ")[2]

    assert shown.out.endswith(f"```sh\n{wanted}\n```\n")


def test_broken_settings_are_a_comment_without_a_plan(run: Run, folder: Path) -> None:
    write(folder, {"campaignctl.yaml": CONFIG_FILE + "profile: nonsense\n"})
    ran = run("plan", "--format", "markdown")

    assert ran.code == 1
    assert "## Stopped by 1 error: no plan is made until the settings are mended" in ran.out
    assert "🛑 **invalid-value**" in ran.out


@pytest.mark.parametrize(
    ("field", "before", "after", "said"),
    [
        ("lists", ["a|b"], None, "lists: “a&#124;b” → nothing"),
        ("name", "Tea ccbcdefghijk", "Teas ccbcdefghijk", "name: “Tea” → “Teas”"),
        *(
            ("schedule.end_time", "2034-06-01T09:00:00Z", after, f"end: Thu 01 Jun 2034 14:30 → {said}")
            for after, said in (
                ("2034-06-01T15:00:00+05:30", "15:00 IST"),
                ("2034-06-02T15:00:00+05:30", "Fri 02 Jun 2034 15:00 IST"),
            )
        ),
        ("schedule.start_time", None, "2034-06-01T09:00:00Z", "start: nothing → Thu 01 Jun 2034 14:30 IST"),
        ("schedule.start_time", "soon", None, "start: “soon” → nothing"),
        (
            "template",
            "a b c d e f g h i",
            "a b c d X f g h i",
            "text: “… b c d e f g h …” → “… b c d X f g h …”",
        ),
        ("template", "a", "a a", "text: “a” → “a a”"),
        ("template", "a b c d", "b", "text: “a b c d” → “b”"),
        ("template", "a b c d e", "a b c d e f", "text: “… c d e” → “… c d e f”"),
    ],
)
def test_a_change_is_shown_as_people_read_it(field: str, before: Any, after: Any, said: str) -> None:
    assert changes.change(FieldChange(field=field, before=before, after=after)) == said


@EXAMPLES
@given(HOSTILE, HOSTILE)
def test_a_change_of_a_text_shows_a_difference(before: str, after: str) -> None:
    shown = changes.change(FieldChange(field="template", before=before, after=after)).partition(": ")[2]
    one, _, two = shown.partition(" → ")

    assert (one == two) == (masked(printable(before)) == masked(printable(after)))

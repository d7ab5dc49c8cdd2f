"""The message in the terminal: framed, whole, broken where it may be, and with its parts marked."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from conftest import CAMPAIGN, LISTS, Run, campaign, write
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl import dealing
from campaignctl.render import preview
from campaignctl.render.paint import ansi
from campaignctl.render.widths import clusters, width, wrapped

EXAMPLES = settings(max_examples=100, deadline=None, database=None, derandomize=True)
#: Letters that join, signs without width and with it, wide letters, an emoji of several, spaces.
SIGNS = (
    "a",
    "b",
    " ",
    "  ",
    "न",
    "म",
    "स्ते",
    "क्ष",
    "ि",
    "ा",
    "ं",
    "茶",
    "😀",
    "👨\u200d👩",
    "👍🏽",
    "e\u0301",
    "€",
    "{",
    "x" * 50,
)
LINES = st.lists(st.sampled_from(SIGNS), max_size=60).map("".join)
TEXTS = st.lists(st.one_of(LINES, st.sampled_from(("\n", "\r\n", "\x1b[31m", "\u202e"))), max_size=8).map(
    "".join
)


@EXAMPLES
@given(LINES, st.integers(4, 40))
def test_a_broken_line_loses_nothing_but_spaces_and_keeps_letters_whole(text: str, most: int) -> None:
    lines = wrapped(text, most)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= most or len(list(clusters(line.strip()))) == 1 for line in lines)
    whole = [piece for piece in clusters(text) if piece.strip()]
    assert [piece for line in lines for piece in clusters(line) if piece.strip()] == whole


def test_a_line_is_broken_at_its_spaces() -> None:
    assert wrapped("Tea is here, and it is good", 12) == ["Tea is here,", "and it is", "good"]
    assert wrapped("https://kettle.example/diwali now", 12) == ["https://kett", "le.example/d", "iwali now"]
    assert wrapped("  two first", 8) == ["  two", "first"]
    assert (wrapped("", 8), wrapped("नमस्ते नमस्ते", 5)) == ([""], ["नमस्ते", "नमस्ते"])


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("नमस्ते", ["न", "म", "स्ते"]),
        ("क्षि", ["क्षि"]),
        ("👨\u200d👩a", ["👨\u200d👩", "a"]),
        ("👍🏽!", ["👍🏽", "!"]),
        ("", []),
    ],
)
def test_letters_that_belong_together_stay_together(text: str, pieces: list[str]) -> None:
    assert list(clusters(text)) == pieces


@EXAMPLES
@given(TEXTS, st.text(max_size=60))
def test_the_frame_is_straight_and_holds_the_whole_text(text: str, sender: str) -> None:
    for arrival in dealing.arrivals(text, {}):
        shown = preview.phone(sender, arrival).split("\n")
        framed = [line for line in shown if line[2] in "│├╭╰"]
        inner = [line[4:-2] for line in framed[3:] if line[2] == "│"]

        assert {width(line) for line in framed} == {42}
        assert sum("╌ part " in line for line in framed) == arrival.parts - 1
        kept = re.sub(r"[\s◌]", "", "".join(inner))
        assert kept == re.sub(r"\s", "", text).replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")


def test_a_part_begins_where_the_network_begins_it() -> None:
    (arrival,) = dealing.arrivals("x" * 153 + "y" * 153 + "z" * 4, {})
    shown = preview.phone("KETTLE", arrival)

    assert re.sub(r"[^xyz]|part", "", shown.partition("├")[2].partition("3 parts")[0]) == arrival.text
    assert re.search(r"x +│\n  ├╌+ part 2 of 3 ╌+┤\n  │ y", shown)
    assert shown.endswith("3 parts: 310 characters, room in each for 153")


def test_a_sign_that_is_cut_from_its_letter_stands_on_a_circle() -> None:
    (arrival,) = dealing.arrivals("न" * 67 + "ि" + "न" * 9, {})
    assert "│ ◌िन" in preview.phone("KETTLE", arrival)


def test_colours_change_no_width() -> None:
    (arrival,) = dealing.arrivals("Hello from Kettle", {})
    painted = preview.phone("KETTLE", arrival, ansi)
    assert re.sub(r"\x1b\[\d+m", "", painted) == preview.phone("KETTLE", arrival)


# --- the command --------------------------------------------------------------------------------------


def test_a_message_is_shown_as_written_and_for_the_sample_row(folder: Path, run: Run) -> None:
    lists = LISTS.replace("contacts: 800", "contacts: 800\n    sample: {First_name: मीरा}")
    text = campaign(
        "hi-tea", lists="[festival-south]", content_type="dynamic", template='"Hi @@First_name, tea"'
    )
    write(folder, {"registry/lists.yaml": lists, "a.yaml": text})
    ran = run("preview", "hi-tea")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(
        "hi-tea\nSat 20 Oct 2035 10:30-18:00 IST, transactional, to festival-south (800)\n"
    )
    assert "As it is written:\n" in ran.out
    assert "│ Hi @@First_name, tea " in ran.out
    assert "With the sample row of 'festival-south':\n" in ran.out
    assert "│ Hi मीरा, tea " in ran.out
    assert "Unicode because of 'म' (U+092E DEVANAGARI LETTER MA), character 4" in ran.out


def test_a_row_without_a_value_is_said(folder: Path, run: Run) -> None:
    text = campaign(
        "hi-tea", lists="[festival-south]", content_type="dynamic", template='"Hi @@First_name, tea"'
    )
    write(folder, {"a.yaml": text})
    assert (
        "No sample is known of First_name; write it at `sample:` of the list." in run("preview", "hi-tea").out
    )


def test_an_unknown_id_is_guessed(folder: Path, run: Run) -> None:
    ran = run("preview", "the-exampel")
    assert (ran.code, ran.out) == (3, "")
    assert "there is no campaign 'the-exampel' in 1 file; did you mean 'the-example'?" in ran.err
    assert "`campaignctl plan --offline` lists them" in run("preview", "x\x1b[31m").err
    assert "\x1b" not in run("preview", "x\x1b[31m").err


def test_what_lint_finds_is_counted(folder: Path, run: Run) -> None:
    write(
        folder,
        {"the-example.yaml": CAMPAIGN.replace("KETTLE", '"VM-KETTLE\\x7f"').replace("Hello", "It\u2019s")},
    )
    ran = run("preview", "the-example")
    assert re.search(r"Lint has \d errors? and \d warnings? about it", ran.out)
    assert "\x7f" not in ran.out


def test_a_file_that_cannot_be_read_is_no_campaign_that_is_missing(folder: Path, run: Run) -> None:
    write(folder, {"a.yaml": "id: [\n"})
    assert "not everything could be read, `campaignctl lint` shows why" in run("preview", "tea").err
    assert "shows why; did you mean 'the-example'?" in run("preview", "the-exampel").err
    write(folder, {"campaignctl.yaml": "["})
    assert "not everything could be read" in run("preview", "the-example").err


def test_without_a_text_there_is_nothing_to_show(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": "id: the-example\nname: Tea\nschedule: {start_time: soon}\n"})
    ran = run("preview", "the-example")

    assert ran.code == 1
    assert "the-example: Tea\nAt a time that is not known" in ran.out
    assert "Its text is not known." in ran.out


def test_nobody_is_asked(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "campaignctl.exotel.client", None)
    monkeypatch.setitem(sys.modules, "campaignctl.state.local", None)
    assert run("preview", "the-example").code == 0

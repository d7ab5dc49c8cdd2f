"""Where each character of a scalar stands: scalars of every style, held against the parser itself."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from conftest import examples
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from campaignctl import documents
from campaignctl.documents import Document
from campaignctl.findings import Pointer
from campaignctl.places import places

EXAMPLES = settings(max_examples=examples(300), deadline=None, database=None, derandomize=True)


def document(text: str) -> Document:
    parsed = documents.parse(text.encode("utf-8", "surrogatepass"), "a.yaml")
    assert parsed.complete, parsed.problems
    return parsed.documents[0]


def held(text: str, pointer: Pointer) -> list[int]:
    """Return the places of a scalar, after asserting that they are what they say."""
    one = document(text)
    value = one.value(pointer)
    found = one.places(pointer)
    assert isinstance(value, str)
    assert found is not None, (text, value)
    assert len(found) == len(value) + 1
    assert found == sorted(found)
    span = one.value_span(pointer)
    assert span is not None
    assert all(span[0] <= place <= max(span[1], len(text)) for place in found)
    for char, place in zip(value, found, strict=False):
        source = text[place]
        assert source in (char, "\\", "\r", "\n"), (char, source)
        if source in "\r\n" and char != source:
            assert char in " \n"
    # Of two characters that are not escaped and stand side by side, the places do too.
    assert len(set(found[:-1])) == len(found[:-1])
    return found


# --- by hand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: bc", [3, 4, 5]),
        ("a: 'b''c'", [4, 5, 7, 8]),
        ('a: "b\\"c"', [4, 5, 7, 8]),
        ('a: "\\u0041\\x42C"', [4, 10, 14, 15]),
        ("a: b\n  c", [3, 4, 7, 8]),
        ("a: b\n\n  c", [3, 5, 8, 9]),
        ("a: 'b\n  c'", [4, 5, 8, 9]),
        ('a: "b\\\n  c"', [4, 9, 10]),
        ('a: "b \\\n  c"', [4, 5, 10, 11]),
        ("a: |\n  b\n  c\n", [7, 8, 11, 12, 13]),
        ("a: |-\n  b\n  c\n", [8, 9, 12, 13]),
        ("a: |+\n  b\n\n", [8, 9, 10, 11]),
        ("a: >\n  b\n  c\n", [7, 8, 11, 12, 13]),
        ("a: >\n  b\n\n  c\n", [7, 9, 12, 13, 14]),
        ("a: >\n  b\n   c\n", [7, 8, 11, 12, 13, 14]),
        ("a: |2\n   b\n", [8, 9, 10, 11]),
        ("a: |\n  b\n# c\n", [7, 8, 9]),
        ("a: | # c\n  b\n", [11, 12, 13]),
        ("a: ''", [4]),
        ('a: ""', [4]),
        ("\ufeffa: b", [3, 4]),
        ("a: \u0928\u0947 \U0001f600", [3, 4, 5, 6, 7]),
        ("a: 'b\u2028c'", [4, 5, 6, 7]),
    ],
)
def test_each_character_has_its_place(text: str, expected: list[int]) -> None:
    parsed = documents.parse(text.encode(), "a.yaml")

    assert parsed.documents[0].places(("a",)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a: |\r\n  b\r\n  c\r\n",
        "a: >-\r\n  b\r\n  c\r\n\r\n  d\r\n",
        "a: 'b\r\n  c'\r\n",
        "a: 'b  \n \t c \t\n\n d '\n",
        "a: b  \n  c \n\n  d\n",
        'a: "b\r\n\r\n  c\\\r\n  d"\r\n',
        "a: |\n  b\tc\t\n",
        "a: >\n  b\n  \tc\n  d\n",
        "x:\n- a: |\n    b\n   \n    c\n",
        "- - a: |2\n      b\n       c\n",
        "x:\n  a: >1\n    b\n   c\n",
        "? a\n: |\n  b\n",
        "{a: 'b', c: d}",
        "a: &x |\n  b\nc: *x\n",
        "a: 'b' # c\n",
        "a: &x\n  'b'\n",
        "a: &x b\n  c\n",
        "---\na: |\n  b\n...\n",
        "a: |\n  b\n---\nc: d\n",
        "a: |\n\n\n  b\n\n  c\n\n\n",
        "a: >\n\n\n  b\n\n\n  c\n\n\n",
        "a: >+\n\n  b\n\n",
        "a: |+\n\n\nb: c\n",
        "a: |\n    b\n  \n    c\n",
        "a: >\n  b\n    c\n\n    d\n  e\n",
        "a: |\n  b",
        "a: >\n  b\n  c",
    ],
)
def test_scalars_of_every_form_are_held(text: str) -> None:
    one = document(text)
    steps: list[tuple[Pointer, object]] = [((), one.data)]
    seen = 0
    while steps:
        pointer, value = steps.pop()
        if isinstance(value, dict):
            steps += [((*pointer, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            steps += [((*pointer, number), inner) for number, inner in enumerate(value)]
        elif isinstance(value, str) and pointer != ("c",):
            held(text, pointer)
            seen += 1
    assert seen


def test_an_alias_has_no_places_of_its_own() -> None:
    one = document("a: &x 'b'\nc: *x\n")

    assert one.places(("a",)) == [7, 8]
    assert one.places(("c",)) is None


# --- made-up scalars --------------------------------------------------------------------------------

CHARS = st.sampled_from("ab \t'\"\\:#-\n\u0928\u0947\U0001f600\u00e9\u2028%{}@")
TEXT = st.text(CHARS, max_size=40)
HOLDERS = st.sampled_from(
    ["{}", "  {}", "x:\n  a: {}", "x:\n- {}", "- - {}", "- a: {}", "x:\n    y:\n      a: {}"]
)


@st.composite
def double(draw: st.DrawFn) -> tuple[str, str]:
    """Return a value and how it is written between double quotes, with escapes wherever they may be."""
    value = draw(st.text(CHARS | st.sampled_from("\0\x1b\x85\xa0/\r"), max_size=30))
    pieces = []
    for char in value:
        forms = [f"\\U{ord(char):08x}"]
        if ord(char) < 0x10000:
            forms.append(f"\\u{ord(char):04X}")
        if ord(char) < 0x100:
            forms.append(f"\\x{ord(char):02x}")
        if char not in '\0\x1b\x85\r\n"\\ \t\u2028':
            forms += [char] * 6
        forms += {
            "\n": ["\\n"],
            '"': ['\\"'],
            "\\": ["\\\\"],
            "\t": ["\\t", "\\\t"],
            " ": ["\\ "],
            "/": ["\\/"],
        }.get(char, [])
        pieces.append(draw(st.sampled_from(forms)))
        if draw(st.integers(0, 9)) == 0:
            pieces.append("\\\n      ")
    return value, '"' + "".join(pieces) + '"'


@EXAMPLES
@given(double(), st.sampled_from(["\n", "\r\n"]))
def test_double_quotes(pair: tuple[str, str], line_break: str) -> None:
    value, scalar = pair
    text = f"x:\n  - a: {scalar}\n    b: c\n"
    text = text.replace("\n", line_break)
    assert document(text).value(("x", 0, "a")) == value
    held(text, ("x", 0, "a"))


@EXAMPLES
@given(TEXT, st.sampled_from(["\n", "\r\n"]))
def test_single_quotes(value: str, line_break: str) -> None:
    assume(not re.search(r"[ \t]\n|\n[ \t]", value))
    scalar = "'" + value.replace("'", "''").replace("\n", "\n\n    ") + "'"
    assume(not re.search(r"\n[ \t]*\n[ \t]*\n", scalar))
    text = f"x:\n  - a: {scalar}\n"
    text = text.replace("\n", line_break)
    assert document(text).value(("x", 0, "a")) == value
    held(text, ("x", 0, "a"))


LINES = st.lists(st.text(st.sampled_from("ab :#-\u0928\U0001f600\t'\""), max_size=8), min_size=1, max_size=8)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[str, Pointer]:
    """Return a document with a block scalar: any chomping, indentation stated or found, comments behind it."""
    lines = draw(LINES)
    sign = draw(st.sampled_from("|>"))
    chomp = draw(st.sampled_from(["", "-", "+"]))
    width = draw(st.integers(1, 5))
    stated = str(width) if draw(st.booleans()) else ""
    first = next((one for one in lines if one.strip(" ")), "")
    assume(stated or not first.startswith(" "))
    assume(stated or not any(one.startswith("\t") for one in lines))
    indent, opening, pointer = draw(
        st.sampled_from(
            [
                (0, "a: ", ("a",)),
                (2, "x:\n  a: ", ("x", "a")),
                (2, "x:\n- a: ", ("x", 0, "a")),
                (4, "x:\n  - a: ", ("x", 0, "a")),
                (4, "- - a: ", (0, 0, "a")),
                (0, "- ", (0,)),
                (2, "- - ", (0, 0)),
                (2, "- - &x ", (0, 0)),
                (0, "a: &x ", ("a",)),
            ]
        )
    )
    header = draw(st.sampled_from([f"{stated}{chomp}", f"{chomp}{stated}"])) + draw(
        st.sampled_from(["", " # |2-"])
    )
    blank = draw(st.sampled_from(["", " " * (indent + width)]))
    body = "".join(f"{' ' * (indent + width)}{one}\n" if one else f"{blank}\n" for one in lines)
    end = draw(st.sampled_from(["", "# c\n", "...\n"]))
    text = f"{opening}{sign}{header}\n{body}{end}"
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return text, pointer


@settings(EXAMPLES, max_examples=examples(700))
@given(blocks())
def test_blocks(pair: tuple[str, Pointer]) -> None:
    text, pointer = pair
    parsed = documents.parse(text.encode(), "a.yaml")
    assume(parsed.complete and not parsed.problems)
    assume(isinstance(parsed.documents[0].value(pointer), str))
    held(text, pointer)


@settings(EXAMPLES, max_examples=examples(400))
@given(
    value=st.text(st.sampled_from("ab \t'\"\\:#-\n\u0928\u00e9%{}@,"), max_size=80),
    style=st.sampled_from(["", "'", '"', "|", ">"]),
    width=st.integers(4, 60),
    indent=st.integers(2, 6),
    unicode=st.booleans(),
)
@example(value="a b", style="", width=4, indent=2, unicode=True)
def test_whatever_pyyaml_writes(value: str, style: str, width: int, indent: int, *, unicode: bool) -> None:
    text = yaml.safe_dump(
        {"x": [{"a": value, "b": "c"}]},
        default_style=style or None,
        width=width,
        indent=indent,
        allow_unicode=unicode,
        default_flow_style=False,
    )
    parsed = documents.parse(text.encode(), "a.yaml")
    assume(parsed.complete and not parsed.problems)
    assert parsed.documents[0].value(("x", 0, "a")) == value
    held(text, ("x", 0, "a"))


# --- nothing is guessed -----------------------------------------------------------------------------


@EXAMPLES
@given(
    st.text(st.sampled_from("ab '\"\\|>-+2#\n\r\tx:u0"), max_size=30),
    st.integers(0, 30),
    st.integers(0, 30),
    st.sampled_from([None, "", "'", '"', "|", ">"]),
    st.text(st.sampled_from("ab \n"), max_size=6),
)
def test_a_decoding_that_differs_is_refused_and_nothing_is_raised(
    text: str, start: int, end: int, style: str | None, value: str
) -> None:
    start, end = min(start, len(text)), min(end, len(text))
    found = places(text, start, max(start, end), style, value)

    assert found is None or len(found) == len(value) + 1


@settings(EXAMPLES, max_examples=examples(400))
@given(st.text(st.sampled_from("ab: -'\"\\|>+2#\n\r\t[]{},&*!?%@u0\u0928"), max_size=60))
def test_any_file_at_all(text: str) -> None:
    parsed = documents.parse(text.encode(), "a.yaml")
    for one in parsed.documents:
        steps: list[tuple[Pointer, object]] = [((), one.data)]
        while steps:
            pointer, value = steps.pop()
            if isinstance(value, dict):
                steps += [((*pointer, key), inner) for key, inner in value.items()]
            elif isinstance(value, list):
                steps += [((*pointer, number), inner) for number, inner in enumerate(value)]
            found = one.places(pointer)
            if isinstance(value, str) and found is not None:
                assert len(found) == len(value) + 1
                assert all(0 <= place <= len(text) for place in found)
                region = one.locate_in(pointer, 0, len(value))
                assert region.line == region.end_line
                assert region.column < region.end_column


# --- regions ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("a: bcd\n", 1, 2, (1, 5, 6)),
        ("a: bcd\n", 3, 3, (1, 7, 8)),  # behind the end
        ("a: bcd\n", 1, 1, (1, 5, 6)),
        ("a: ''\n", 0, 0, (1, 5, 6)),
        ('a: "b\\u0041c"\n', 1, 2, (1, 6, 12)),
        ("a: 'b''c'\n", 1, 2, (1, 6, 8)),
        ("a: |\n  bc\n  de\n", 0, 2, (2, 3, 5)),
        ("a: |\n  bc\n  de\n", 2, 3, (2, 5, 6)),  # the line break
        ("a: |\n  bc\n  de\n", 1, 5, (2, 4, 5)),  # over two lines: what is on the first
        ("a: |\n  bc\n  de\n", 3, 5, (3, 3, 5)),
        ("a: |\n  bc\n  de\n", 6, 6, (3, 5, 6)),  # behind the last line break
        ("a: >\n  bc\n  de\n", 2, 3, (2, 5, 6)),
        ("a: >\n  bc\n  de\n", 3, 4, (3, 3, 4)),
        ("a: 'b\n  c'\n", 0, 3, (1, 5, 6)),
        ("a: |\r\n  bc\r\n  de\r\n", 2, 3, (2, 5, 6)),
        ("a: \U0001f600b\n", 1, 2, (1, 5, 6)),
    ],
)
def test_a_piece_is_shown_on_one_line(
    text: str, start: int, end: int, expected: tuple[int, int, int]
) -> None:
    region = document(text).locate_in(("a",), start, end)

    assert region.line == region.end_line
    assert (region.line, region.column, region.end_column) == expected


@EXAMPLES
@given(blocks(), st.integers(0, 60), st.integers(0, 60))
def test_any_piece_is_on_one_line_and_one_wide(pair: tuple[str, Pointer], start: int, end: int) -> None:
    text, pointer = pair
    parsed = documents.parse(text.encode(), "a.yaml")
    assume(parsed.complete and not parsed.problems)
    one = parsed.documents[0]
    value = one.value(pointer)
    assume(isinstance(value, str) and start <= end <= len(value))
    region = one.locate_in(pointer, start, end)

    assert region.line == region.end_line
    assert 1 <= region.column < region.end_column
    line = one.line(region.line)
    assert region.column <= len(line) + 1
    if end == start + 1 and value[start] not in " \n":
        assert line[region.column - 1 : region.end_column - 1] == value[start]


def test_what_is_not_there_is_shown_at_what_is() -> None:
    one = document("a:\n  b: c\n")

    assert one.value(("a", "x")) is None
    assert one.value(("a", 0)) is None
    assert one.places(("a", "x")) is None
    assert one.places(("a",)) is None
    assert one.value_span(("a",)) is None
    assert one.value_span(("a", "b")) == (8, 9)
    assert one.key_span(("a", "b")) == (5, 6)
    assert one.key_span(("a", "x")) is None
    assert one.key_span(()) is None
    assert one.locate_in(("a", "x"), 0, 1) == one.locate(("a", "x"))


def test_a_value_that_is_no_text_has_no_places() -> None:
    one = document("a: 12\nb: true\n")

    assert one.places(("a",)) is None
    assert one.value_span(("a",)) == (3, 5)
    assert one.places(("b",)) is None


def test_json_is_yaml() -> None:
    text = json.dumps({"a": ['x "y" \u0928 \\ \n z']})

    held(text, ("a", 0))

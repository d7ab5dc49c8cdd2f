"""`lint --fix`: what is declared changes and nothing else, whatever the file looks like."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CAMPAIGN, CONFIG, NOT_COMPARED, Run, campaign, examples, write
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from campaignctl import documents, fixing, lint, project, proof, repairs, rules
from campaignctl.documents import Parsed
from campaignctl.findings import Change, Edit, Finding, Fix, Hit, Pointer, Region, Renamed, Repair, Severity
from campaignctl.fixing import Copies
from campaignctl.model import Campaign, Context, LintResult
from campaignctl.render.diff import diff
from campaignctl.rules import header_case
from campaignctl.schema import Misfit
from campaignctl.templating import renderer

EXAMPLES = settings(
    max_examples=examples(500),
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
MARK = b"\xef\xbb\xbf"


def read(text: str | bytes) -> Parsed:
    return documents.parse(text if isinstance(text, bytes) else text.encode(), "a.yaml")


def fix_of(text: str, pointer: Pointer, *pieces: tuple[int, int, str], **more: Any) -> Fix | None:
    return repairs.of_repair(read(text).documents[0], pointer, Repair("mend it", pieces, **more), None)


def fixed(text: str, pointer: Pointer, *pieces: tuple[int, int, str], **more: Any) -> str | None:
    """Return the text after a proved fix, None when there is none."""
    fix = fix_of(text, pointer, *pieces, **more)
    return None if fix is None else after(text, fix)


def after(text: str | bytes, *fixes: Fix) -> str | None:
    data = text if isinstance(text, bytes) else text.encode()
    result, used = fixing._Trial(data, documents.MAX_BYTES, fixing.PROOFS).best(fixes)
    return result.decode() if len(used) == len(fixes) else None


def change(pointer: Pointer, value: Any, document: int = 0) -> Change:
    return Change(document=document, pointer=pointer, value=value)


# --- each style keeps its style ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "piece", "expected"),
    [
        ("k: abc  # c\n", (1, 2, "B"), "k: aBc  # c\n"),
        ("k: abc  # c\n", (3, 3, "d"), "k: abcd  # c\n"),
        ("k: 'a''b'\n", (1, 2, "''"), "k: 'a''''b'\n"),
        ("k: 'abc'\n", (1, 2, "it's"), "k: 'ait''sc'\n"),
        ('k: "a\\tb"\n', (1, 2, " "), 'k: "a b"\n'),
        ('k: "abc"\n', (1, 2, '"\\\n'), 'k: "a\\"\\\\\\nc"\n'),
        ("k: |\n  one\n  two\n", (4, 7, "2"), "k: |\n  one\n  2\n"),
        ("k: |\n  one\n  two\n", (3, 4, " "), "k: |\n  one two\n"),
        ("k: |\n  one two\n", (3, 4, "\n"), "k: |\n  one\n  two\n"),
        ("k: |-  # c\n  one two\n# d\nj: x\n", (3, 4, "\n\n"), "k: |-  # c\n  one\n  \n  two\n# d\nj: x\n"),
        ("k: >-\n  one\n  two\n", (4, 7, "2"), "k: >-\n  one\n  2\n"),
        ("- [a, 'b', \"c\"]\n", None, None),
    ],
)
def test_a_piece_is_replaced_in_the_style_of_its_scalar(
    text: str, piece: tuple[int, int, str] | None, expected: str | None
) -> None:
    assert fixed(text, ("k",), *([piece] if piece else [])) == expected


@pytest.mark.parametrize(
    ("text", "piece", "expected"),
    [
        ("k: abc # c\n", (3, 3, ": d"), 'k: "abc: d" # c\n'),
        ("k: abc\n", (3, 3, " #d"), 'k: "abc #d"\n'),
        ("k: abc\n", (0, 3, "NO"), 'k: "NO"\n'),
        ("k: abc\n", (0, 3, "12"), 'k: "12"\n'),
        ("k: abc\n", (0, 1, ""), "k: bc\n"),
        ("k: abc\n", (0, 3, ""), 'k: ""\n'),
        ("k: abc\n", (0, 0, "&"), 'k: "&abc"\n'),
        ("k: abc\n", (3, 3, "\nd"), 'k: "abc\\nd"\n'),
        ("k: 'abc'\n", (3, 3, "\x07"), 'k: "abc\\x07"\n'),
        ("k: {j: abc}\n", None, 'k: {j: "a,c"}\n'),
        (
            "k: >-  # why\n  one two\n\n# below\nj: x\n",
            (3, 4, "\n"),
            'k: "one\\ntwo"  # why\n\n# below\nj: x\n',
        ),
        ("k: |  # why\n  one\n", (3, 4, " "), 'k: "one "  # why\n'),
        ("k: |  # why\r\n  one\r\n# c\r\n", (0, 4, ""), 'k: ""  # why\r\n# c\r\n'),
    ],
)
def test_a_scalar_that_cannot_hold_the_text_is_written_in_double_quotes(
    text: str, piece: tuple[int, int, str] | None, expected: str
) -> None:
    pointer: Pointer = ("k",) if piece else ("k", "j")

    assert fixed(text, pointer, piece or (1, 2, ",")) == expected


def test_several_pieces_of_a_text_are_replaced_at_once() -> None:
    assert fixed("k: a“b”c\n", ("k",), (1, 2, '"'), (3, 4, '"')) == 'k: a"b"c\n'


@pytest.mark.parametrize(
    "text",
    [
        "k: &a abc\n",
        "k: &a abc\nj: *a\n",
        "j: &a abc\nk: *a\n",
        "j: &a {k: abc}\ni: *a\n<<: *a\n",
        "k: 123\n",
        "k: [a]\n",
        "k:\n",
        "j: x\n",
    ],
)
def test_what_is_shared_or_no_text_is_left_alone(text: str) -> None:
    assert fix_of(text, ("k",), (0, 1, "X")) is None


@pytest.mark.parametrize(
    "pieces", [[], [(0, 9, "x")], [(2, 1, "x")], [(-1, 1, "x")], [(0, 2, "x"), (1, 3, "y")]]
)
def test_pieces_that_make_no_sense_are_no_fix(pieces: list[tuple[int, int, str]]) -> None:
    assert fix_of("k: abc\n", ("k",), *pieces) is None


def test_a_repair_that_changes_nothing_is_no_fix() -> None:
    assert fix_of("k: abc\n", ("k",), (0, 1, "a")) is None


def test_a_value_of_the_wrong_type_that_is_shared_is_left_alone() -> None:
    document = read("a: &a {k: 1}\nb: {k: 1}\nc: *a\n").documents[0]
    misfit = Misfit("wrong-type", (), "", instead="1")

    assert repairs.of_misfit(document, ("a", "k"), misfit) is None
    assert repairs.of_misfit(document, ("b", "k"), misfit) is not None


@pytest.mark.parametrize(
    ("raw", "piece", "expected"),
    [
        ("{{ brand }} tea @@city", (11, 17, "@@City"), "{{ brand }} tea @@City"),
        ("a “{{ brand }}” b", (2, 3, '"'), 'a "{{ brand }}” b'),
        ("a {{ brand }} b", (3, 4, "x"), None),  # out of the variable
        ("a {{ brand }} b", (1, 3, "x"), None),  # half of it
        ("a b {% if brand %}c{% endif %}", (0, 1, "x"), "x b {% if brand %}c{% endif %}"),
        ("a b {% if brand %}c{% endif %}", (4, 5, "x"), None),
        ("a {{ brand }} {c}", (9, 10, "{{"), None),  # would be a template itself
        ("a {{ brand }} b", (0, 1, "{{ brand }}"), None),
        ("a {{ brand }} {{ other }}", (0, 1, "x"), None),  # cannot be rendered
    ],
)
def test_braces_stay_as_they_are_written(raw: str, piece: tuple[int, int, str], expected: str | None) -> None:
    parsed = read(json.dumps({"k": raw}, ensure_ascii=False))
    render = renderer({"brand": "Kettle"})

    fix = repairs.of_repair(parsed.documents[0], ("k",), Repair("mend it", (piece,)), render)

    assert (fix.changes[0].value if fix else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Template: x  # c\n", "template: x  # c\n"),
        ("'Template': x\n", "'template': x\n"),
        ('"Template": x\n', '"template": x\n'),
        ("{Template: x}\n", "{template: x}\n"),
        ("? Template\n: x\n", "? template\n: x\n"),
        ("&a Template: x\n", None),
        ("Template: x\ntemplate: y\n", None),
    ],
)
def test_a_key_is_renamed_and_keeps_its_value(text: str, expected: str | None) -> None:
    assert fixed(text, ("Template",), (0, 1, "t"), key=True) == expected


# --- made-up files ----------------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("ab Cनमि{}'\"\\:#,-&*!|>%@` \u200d“–é😀"), min_size=1, max_size=12)
NEW = st.text(st.sampled_from("xY नि'\"\\:#,[]{}-\n\t “\u2028\x85\ufeff\x07😀"), max_size=5)


def plain(words: list[str]) -> str:
    return " ".join(words)


def single(words: list[str]) -> str:
    return "'" + "\n    ".join(words).replace("'", "''") + "'"


def double(words: list[str]) -> str:
    return json.dumps("\n".join(words), ensure_ascii=len(words[0]) % 2 == 0)


def broken(words: list[str]) -> str:
    return '"' + " \\\n      ".join(json.dumps(one, ensure_ascii=False)[1:-1] for one in words) + '"'


def block(sign: str) -> Callable[[list[str]], str]:
    return lambda words: f"{sign}  # c-head\n    " + "\n    ".join(words) + "\n# c-tail"


STYLES = [plain, single, double, broken, *map(block, ["|", "|-", "|+", ">", ">-", "|2", ">+"])]
SCALARS = st.builds(
    lambda style, words: style(words), st.sampled_from(STYLES), st.lists(WORDS, min_size=1, max_size=3)
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """Return the text of a file: several documents, comments everywhere, scalars of all styles."""
    parts: list[str] = []
    for number in range(draw(st.integers(1, 3))):
        parts.append(f"# c{number}\n")
        for key in "klm"[: draw(st.integers(1, 3))]:
            scalar = draw(SCALARS)
            end = "" if scalar.startswith(("|", ">")) else f"  # c{number}{key}"
            parts.append(f"{key}:\n  {key}: {scalar}{end}\n" if key == "l" else f"{key}: {scalar}{end}\n")
        parts.append("---\n")
    text = "".join(parts[:-1])
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def texts(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from texts(one, (*pointer, key))
    elif isinstance(value, str):
        yield pointer, value


def put(data: Any, pointer: Pointer, value: Any) -> Any:
    return {**data, pointer[0]: put(data[pointer[0]], pointer[1:], value)} if pointer else value


@EXAMPLES
@given(files(), st.data(), st.sampled_from([b"", MARK]))
def test_only_the_declared_values_differ_and_all_comments_stay(
    text: str, data: st.DataObject, mark: bytes
) -> None:
    content = mark + text.encode()
    parsed = read(content)
    assume(parsed.complete and not parsed.problems)
    targets = [(one, *found) for one in parsed.documents for found in texts(one.data)]
    assume(targets)
    document, pointer, value = data.draw(st.sampled_from(targets))
    start = data.draw(st.integers(0, len(value)))
    piece = (start, data.draw(st.integers(start, len(value))), data.draw(NEW))
    wanted = value[:start] + piece[2] + value[piece[1] :]

    fix = repairs.of_repair(document, pointer, Repair("mend it", (piece,)), None)

    if fix is None:
        assert wanted == value or document.places(pointer) is None
        return
    assert fix.changes == (change(pointer, wanted, document.index),)
    result = after(content, fix)
    assert result is not None
    again = read(result)
    expected = [put(one.data, pointer, wanted) if one is document else one.data for one in parsed.documents]
    assert [one.data for one in again.documents] == expected
    assert result.encode().startswith(MARK) == bool(mark)
    outside = [line for line in text.splitlines() if line.lstrip().startswith("# c")]
    assert [
        line for line in result.removeprefix("\ufeff").splitlines() if line.lstrip().startswith("# c")
    ] == outside
    assert re.findall(r"# c\d*\w*", result) == re.findall(r"# c\d*\w*", text)
    if "\r\n" in text:
        assert "\n" not in result.replace("\r\n", "")


@EXAMPLES
@given(files(), st.data())
def test_many_fixes_at_once_are_proved_or_left_out(text: str, data: st.DataObject) -> None:
    parsed = read(text)
    assume(parsed.complete and not parsed.problems)
    fixes: list[Fix] = []
    for document in parsed.documents:
        for pointer, value in texts(document.data):
            for place in data.draw(st.lists(st.integers(0, max(len(value) - 1, 0)), max_size=3)):
                repair = Repair("mend it", ((place, min(place + 1, len(value)), data.draw(NEW)),))
                fix = repairs.of_repair(document, pointer, repair, None)
                fixes += [fix] if fix else []

    result, used = fixing._Trial(text.encode(), documents.MAX_BYTES, fixing.PROOFS).best(fixes)

    again = read(result)
    wanted = proof.expected(parsed, [one for fix in used for one in fix.changes])
    assert {one.index: one.data for one in again.documents} == wanted
    assert bool(used) == (result != text.encode())
    assert not fixes or used  # one of them can always be done alone


# --- the prover -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "changes"),
    [
        ("a: x\nb: y\n", "a: X\nb: y\n", []),  # not declared
        ("a: x\nb: y\n", "a: X\nb: y\n", [change(("a",), "Y")]),  # wrongly declared
        ("a: x\nb: y\n", "a: X\nb: Y\n", [change(("a",), "X")]),  # and something else
        ("a: x\nb: y\n", "a: x\nb: y\n", [change(("a",), "X")]),  # not done
        ("a: '1'\n", "a: 1\n", []),  # another type
        ("a: 1\n", "a: 1.0\n", []),
        ("a: 1\n", "a: true\n", []),
        ("a: x\nb: y\n", "b: y\na: x\n", []),  # another order
        ("a: x  # c\n", "a: x\n", []),  # a comment lost
        ("a: x\n", "a: x  # c\n", []),  # one that was text
        ("a: x # c\nb: y # d\n", "a: x # d\nb: y # c\n", []),
        ("a: |  # c\n  x\n", "a: |\n  x\n", []),
        ("a: |\n  x\n # c\nb: y\n", "a: |\n  x\nb: y\n", []),
        ("a: x\n", "a: x\n---\nb: y\n", []),  # another document
        ("a: x\n---\nb: y\n", "a: x\nb: y\n", []),
        ("a: x\n", "a: x\na: y\n", []),  # a new problem of the text
        ("a: x\n", "a: 'x\n", []),
        ("a: 'x\n", "a: x\n", []),
        ("a: x\n", "a: x\n", [change(("b",), "y")]),  # there is no such place
        ("a: x\n", "a: x\n", [change(("a", "b"), "y")]),
        ("a: x\n", "a: x\n", [change(("a",), "y", 7)]),
        ("a: &x {k: v}\nb: *x\n", "a: &x {k: w}\nb: *x\n", [change(("a", "k"), "w")]),  # changes b, too
        ("a: x\n", "b: x\n", [change(("a",), Renamed("c"))]),
        ("a: x\nb: y\n", "b: x\n", [change(("a",), Renamed("b"))]),
        ("a: abc\n", "a: aXYc\n", [change(("a",), "aXc"), change(("a",), "aYc")]),  # contradict each other
    ],
)
def test_a_change_that_is_not_the_declared_one_is_refused(
    before: str, now: str, changes: list[Change]
) -> None:
    assert not proof.proves(read(before), now.encode(), changes)


@pytest.mark.parametrize(
    ("before", "now", "changes"),
    [
        ("a: x # c\n", "a: 'x' # c\n", []),
        ("a: x\nb: y\n", "a: X\nb: y\n", [change(("a",), "X")]),
        ("a: abcd\n", "a: AbcD\n", [change(("a",), "Abcd"), change(("a",), "abcD")]),
        ("a: [x, y]\n", "a: [x, Y]\n", [change(("a", 1), "Y")]),
        (
            "a: {b: x}\nc: y\n",
            "A: {B: X}\nc: y\n",
            [change(("a",), Renamed("A")), change(("a", "b"), Renamed("B")), change(("a", "b"), "X")],
        ),
        ("a: x\n---\n---\nb: y\n", "a: x\n---\n---\nb: Y\n", [change(("b",), "Y", 2)]),
        ("a: NO\n", 'a: "NO"\n', []),
    ],
)
def test_a_change_that_is_declared_is_proved(before: str, now: str, changes: list[Change]) -> None:
    assert proof.proves(read(before), now.encode(), changes)


def test_bytes_that_are_no_yaml_are_refused() -> None:
    assert not proof.proves(read("a: x\n"), b"\xff\xfea: x\n", [])
    assert not proof.proves(read("a: x\n"), b"a: \xe9\n", [])


def test_data_nested_by_aliases_deeper_than_python_can_call_is_compared() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    other: Any = "y"
    for _ in range(100_000):
        other = [other]
    assert proof.same(deep, deep)
    assert not proof.same(deep, other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#a\nk: x#b  #c\n", ["#a", "#c"]),
        ("k: 'x #a' #b\nj: \"y #c\n  # d\"\n", ["#b"]),
        ("k: |  #a\n  # b\n #c\n#d\nj: x\n", ["#a", "#c", "#d"]),
        ("- &a x\n- *a\n- [y, #c\n   z]\n--- #d\n", ["#c", "#d"]),
        ("k: >\n\n  x\n\n\n# a\n", ["# a"]),
        ("k: |\n# a\nj: y\n", ["# a"]),
    ],
)
def test_comments_are_what_no_scalar_holds(text: str, expected: list[str]) -> None:
    assert proof.comments(text) == expected


def test_a_wrong_fix_among_many_is_left_out_alone() -> None:
    text = "".join(f"k{n}: x{n}\n" for n in range(1000))
    document = read(text).documents[0]
    fixes = [
        repairs.of_repair(document, (f"k{n}",), Repair("mend it", ((0, 1, "y"),)), None) for n in range(1000)
    ]
    sound = [one for one in fixes if one is not None]
    liar = Fix(
        words="lie", safe=True, edits=(Edit(start=0, end=2, text="kk"),), changes=(change(("k0",), "z"),)
    )

    trial = fixing._Trial(text.encode(), documents.MAX_BYTES, fixing.PROOFS)
    result, used = trial.best([*sound, liar])

    assert (len(used), liar in used) == (1000, False)
    assert result.decode() == text.replace("x", "y")
    assert trial.left > fixing.PROOFS - 30


def test_proofs_of_one_file_are_bounded() -> None:
    text = "".join(f"k{n}: x\n" for n in range(500))
    liars = [
        Fix(words="lie", safe=True, edits=(Edit(start=n, end=n + 1, text="z"),)) for n in range(len(text))
    ]
    trial = fixing._Trial(text.encode(), documents.MAX_BYTES, 20)

    assert trial.best(liars) == (text.encode(), [])
    assert trial.left == 0


def test_a_file_that_would_grow_beyond_its_limit_is_left_alone() -> None:
    fix = fix_of("k: x\n", ("k",), (0, 1, "y" * 100))
    assert fix is not None

    assert fixing._Trial(b"k: x\n", 50, 9).best([fix]) == (b"k: x\n", [])


def test_of_fixes_that_overlap_the_safe_one_stays() -> None:
    def one(start: int, end: int, text: str = "x", *, safe: bool = True) -> Fix:
        return Fix(words="", safe=safe, edits=(Edit(start=start, end=end, text=text),))

    assert fixing.apart([one(0, 5, safe=False), one(4, 6)]) == [one(4, 6)]
    assert fixing.apart([one(0, 5), one(0, 5), one(5, 5), one(5, 5, "y"), one(5, 7)]) == [
        one(0, 5),
        one(5, 5),
        one(5, 7),
    ]
    assert fixing.apart([one(3, 3), one(0, 5)]) == [one(0, 5)]


# --- the command ------------------------------------------------------------------------------------

TEMPLATE = '"Hello from Kettle, a new tea is here"'
BROKEN = "# keep me\n" + CAMPAIGN.replace(
    'dlt_entity_id: "1101428740000012125"', "dlt_entity_id: 1101428740000012125  # the entity"
).replace("content_type: static", "content_type: Dynamic").replace(
    TEMPLATE, "Hi @@first_name, your @@city order # yes\n"
)


@pytest.fixture
def broken_folder(folder: Path) -> Path:
    write(folder, {"the-example.yaml": BROKEN})
    return folder


def test_what_is_certain_is_mended_and_the_rest_reported(broken_folder: Path, run: Run) -> None:
    ran = run("lint", "--fix")

    assert (ran.code, ran.out) == (0, "No findings: 1 campaign in 1 file.\n")
    assert ran.err.startswith("Fixed 4 findings in 1 file.\n")
    assert (broken_folder / "the-example.yaml").read_text() == BROKEN.replace(
        "1101428740000012125 ", '"1101428740000012125" '
    ).replace("Dynamic", "dynamic").replace("@@first_name", "@@First_name").replace("@@city", "@@City")


def test_a_second_fix_changes_nothing(broken_folder: Path, run: Run) -> None:
    run("lint", "--fix")
    before = (broken_folder / "the-example.yaml").stat()

    ran = run("lint", "--fix")

    assert (ran.code, ran.err) == (0, "Fixed 0 findings in 0 files.\n" + NOT_COMPARED)
    assert (broken_folder / "the-example.yaml").stat() == before


def test_the_diff_is_what_git_apply_takes_and_nothing_is_written(broken_folder: Path, run: Run) -> None:
    ran = run("lint", "--diff")

    assert (ran.code, ran.err.splitlines()[0]) == (1, "Would fix 4 findings in 1 file.")
    assert (broken_folder / "the-example.yaml").read_text() == BROKEN
    subprocess.run(["git", "apply", "-"], input=ran.out.encode(), check=True)
    by_diff = (broken_folder / "the-example.yaml").read_text()
    write(broken_folder, {"the-example.yaml": BROKEN})
    run("lint", "--fix")
    assert (broken_folder / "the-example.yaml").read_text() == by_diff
    assert run("lint", "--diff").out == ""
    assert run("lint", "--diff").code == 0


def test_the_report_of_what_remains_is_the_only_thing_on_stdout(broken_folder: Path, run: Run) -> None:
    write(broken_folder, {"b.yaml": campaign("other-one", sender_id="KETTLE_IN")})

    ran = run("lint", "--fix", "--format", "json")

    assert ran.code == 1
    assert [one["name"] for one in json.loads(ran.out)["findings"]] == ["header-format"]
    assert ran.err == "Fixed 4 findings in 1 file.\n" + NOT_COMPARED


GUESSES = (
    campaign("other-one", content_type="statik", schedule=None)
    .replace('start_time: "2035-10-20T10:30:00+05:30"', 'start_time: "2035-10-20T10:30:00"')
    .replace("template:", "templat:")
    .replace("  start", "schedule:\n  start")
)


def test_guesses_are_made_only_when_they_are_asked_for(folder: Path, run: Run) -> None:
    write(folder, {"b.yaml": GUESSES})

    timid = run("lint", "--fix")
    assert timid.code == 1
    assert timid.err.startswith("Fixed 0 findings in 0 files. --unsafe-fixes would mend 3 more by a guess")
    assert (folder / "b.yaml").read_text() == GUESSES
    bold = run("lint", "--fix", "--unsafe-fixes")

    assert (bold.code, bold.err) == (0, "Fixed 3 findings in 1 file.\n" + NOT_COMPARED)
    assert (folder / "b.yaml").read_text() == GUESSES.replace("statik", "static").replace(
        "templat:", "template:"
    ).replace('10:30:00"', '10:30:00+05:30"')


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--fix", "--diff"), "exclude each other"),
        (("--unsafe-fixes",), "needs --fix"),
        (("--diff", "--format", "json"), "leave out --format"),
        (("--diff", "--report", "json=report.json"), "no --report either"),
    ],
)
def test_options_that_contradict_each_other_are_a_usage_error(
    words: tuple[str, ...], said: str, broken_folder: Path, run: Run
) -> None:
    ran = run("lint", *words)

    assert (ran.code, ran.out) == (64, "")
    assert said in ran.err
    assert (broken_folder / "the-example.yaml").read_text() == BROKEN


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("sender_id: KETTLE", "sender_id: 512345", 'sender_id: "512345"'),
        ("name: x", "name: 1.25", 'name: "1.25"'),
        ("lists: [festival-north]", "lists: festival-north", "lists: [festival-north]"),
        ("lists: [festival-north]", "lists: 'festival-north' # c", "lists: ['festival-north'] # c"),
        ("lists: [festival-north]", "lists: [77]", 'lists: ["77"]'),
        ("lists: [festival-north]", "Lists: [festival-north]", "lists: [festival-north]"),
        ("content_type: static", "content_type: STATIC", "content_type: static"),
        ("sender_id: KETTLE", "sender_id: NO", None),  # the header is wrong, in quotes or without
        ("name: x", "name: 2035-10-20", 'name: "2035-10-20"'),
        ("sender_id: KETTLE", "sender_id: true", None),
        ("sender_id: KETTLE", "sender_id: &a 512345", None),
        ("sender_id: KETTLE", "sender_id:", None),
        ("lists: [festival-north]", "lists: {a: b}", None),
        ("lists: [festival-north]", "lists: festival-north, festival-south", None),
    ],
)
def test_findings_of_the_shape_are_mended_where_one_way_is_left(
    old: str, new: str, expected: str | None, folder: Path, run: Run
) -> None:
    text = ("name: x\n" + CAMPAIGN).replace(old, new)
    write(folder, {"the-example.yaml": text})

    run("lint", "--fix")

    assert (folder / "the-example.yaml").read_text() == text.replace(new, expected or new)


# --- defaults and registry --------------------------------------------------------------------------


def upper(campaign_: Campaign, context: Context) -> Iterator[Hit]:
    """Find headers in lower case, as a rule of this name does."""
    header = campaign_.sender_id
    if header is not None and header != header.upper() and campaign_.name != "keep":
        yield Hit(
            ("sender_id",),
            f"sender_id {header} is in lower case",
            repair=Repair("upper case", ((0, len(header), header.upper()),)),
        )


@pytest.fixture
def header_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(header_case, "check", upper, raising=False)
    others = tuple(
        one for one in rules.CHECKS if one.NAME not in ("header-case", "header-format", "header-unknown")
    )
    monkeypatch.setattr(lint, "CHECKS", (*others, header_case))


LOWER = CONFIG.replace("KETTLE", "kettle  # ours")


@pytest.mark.usefixtures("header_rule")
def test_a_default_is_mended_once_in_the_settings(folder: Path, run: Run) -> None:
    write(
        folder,
        {
            "campaignctl.yaml": LOWER,
            "the-example.yaml": campaign("the-example", sender_id=None),
            "b.yaml": campaign("other-one", sender_id=None),
            "c.yaml": campaign("third-one", sender_id="TEAPOT"),
        },
    )

    ran = run("lint", "--fix")

    assert (ran.code, ran.err) == (0, "Fixed 1 finding in 1 file.\n" + NOT_COMPARED)
    assert (folder / "campaignctl.yaml").read_text() == LOWER.replace("kettle ", "KETTLE ")


@pytest.mark.usefixtures("header_rule")
def test_a_default_that_another_campaign_relies_on_is_a_guess(folder: Path, run: Run) -> None:
    files: dict[str, str | bytes] = {
        "campaignctl.yaml": LOWER,
        "the-example.yaml": campaign("the-example", sender_id=None),
        "b.yaml": campaign("other-one", sender_id=None, name="keep"),
    }
    write(folder, files)

    assert run("lint", "--fix").code == 1
    assert (folder / "campaignctl.yaml").read_text() == LOWER
    assert run("lint", "--fix", "--unsafe-fixes").code == 0


@pytest.mark.usefixtures("header_rule")
@pytest.mark.parametrize("paths", [["the-example.yaml"], ["the-example.yaml", "campaignctl.yaml"]])
def test_settings_are_not_mended_for_a_part_of_the_campaigns(
    paths: list[str], folder: Path, run: Run
) -> None:
    write(folder, {"campaignctl.yaml": LOWER, "the-example.yaml": campaign("the-example", sender_id=None)})

    assert run("lint", "--fix", *paths).code == 1
    assert (folder / "campaignctl.yaml").read_text() == LOWER


NUMBER = CONFIG.replace('"1101428740000012125"', "1101428740000012125")


@pytest.mark.parametrize(
    ("paths", "expected"),
    [([], CONFIG), (["campaignctl.yaml"], CONFIG), (["the-example.yaml"], NUMBER), (["."], CONFIG)],
)
def test_settings_are_mended_when_all_is_checked_or_they_are_named(
    paths: list[str], expected: str, folder: Path, run: Run
) -> None:
    write(folder, {"campaignctl.yaml": NUMBER})

    run("lint", "--fix", *paths)

    assert (folder / "campaignctl.yaml").read_text() == expected


def test_only_the_named_campaigns_are_mended(broken_folder: Path, run: Run) -> None:
    write(broken_folder, {"b.yaml": campaign("other-one", sender_id="123456")})

    run("lint", "--fix", "b.yaml")

    assert 'sender_id: "123456"' in (broken_folder / "b.yaml").read_text()
    assert (broken_folder / "the-example.yaml").read_text() == BROKEN


# --- rounds -----------------------------------------------------------------------------------------


def result_of(*findings: Finding) -> LintResult:
    return LintResult(findings=findings, campaigns=(), files=1)


def checker(step: Callable[[str], str | None]) -> fixing.Check:
    """Return a check that finds one thing in a.yaml: that it should become what `step` says."""

    def check(read_: documents.Read) -> LintResult:
        content = read_("a.yaml", 1000)
        assert isinstance(content, bytes)
        document = documents.parse(content, "a.yaml").documents[0]
        value = document.data["k"]
        wanted = step(value)
        if wanted is None:
            return result_of()
        fix = repairs.of_repair(document, ("k",), Repair("", ((0, len(value), wanted),)), None)
        region = Region(line=1, column=1, end_line=1, end_column=2)
        return result_of(
            Finding(
                code="", name="", severity=Severity.ERROR, message="", path="a.yaml", region=region, fix=fix
            )
        )

    return check


@pytest.fixture
def one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"a.yaml": "k: a\n"})
    return tmp_path / "a.yaml"


def test_one_fix_may_unlock_another(one_file: Path) -> None:
    mended = fixing.mend(checker({"a": "b", "b": "c"}.get), lambda _: True, Copies())

    assert [one for _, one in mended.files.values()] == [b"k: c\n"]
    assert list(mended.fixed.values()) == [2]
    assert one_file.read_text() == "k: a\n"


@pytest.mark.parametrize(
    "step", [{"a": "b", "b": "a"}.get, {"a": "b", "b": "c", "c": "b"}.get, lambda value: value + "x"]
)
def test_a_file_whose_fixes_never_come_to_rest_is_left_alone(
    step: Callable[[str], str | None], one_file: Path
) -> None:
    mended = fixing.mend(checker(step), lambda _: True, Copies())

    assert (mended.files, mended.fixed) == ({}, {})
    assert len(mended.result.findings) == 1


def test_a_file_that_may_not_be_edited_is_not(one_file: Path) -> None:
    assert fixing.mend(checker({"a": "b"}.get), lambda _: False, Copies()).files == {}


# --- writing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755])
def test_the_mode_stays_and_nothing_is_left_behind(mode: int, broken_folder: Path, run: Run) -> None:
    path = broken_folder / "the-example.yaml"
    path.chmod(mode)
    before = sorted(broken_folder.iterdir())

    run("lint", "--fix")

    assert path.read_text() != BROKEN
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert sorted(broken_folder.iterdir()) == before


@pytest.mark.parametrize("mark", [b"", MARK])
def test_byte_order_mark_and_line_endings_stay(mark: bytes, folder: Path, run: Run) -> None:
    content = mark + BROKEN.replace("\n", "\r\n").encode()
    write(folder, {"the-example.yaml": content})

    assert run("lint", "--fix").code == 0

    now = (folder / "the-example.yaml").read_bytes()
    assert now.startswith(mark + b"# keep me\r\n")
    assert b"\n" not in now.replace(b"\r\n", b"")


def test_a_write_protected_file_is_named_and_the_others_are_mended(broken_folder: Path, run: Run) -> None:
    write(broken_folder, {"b.yaml": campaign("other-one", sender_id="123456")})
    (broken_folder / "the-example.yaml").chmod(0o444)

    ran = run("lint", "--fix")

    assert ran.code == 3
    assert "the-example.yaml is write-protected; allow writing" in ran.err
    assert "Fixed 1 finding in 1 file." in ran.err
    assert (broken_folder / "the-example.yaml").read_text() == BROKEN
    assert 'sender_id: "123456"' in (broken_folder / "b.yaml").read_text()
    assert "invalid-value" in ran.out  # it remains, so it is reported


def test_a_file_that_was_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    for now in (b"k: other\n", b"k: abc", b"k: abc\n# more\n"):
        path.write_bytes(now)
        assert "was changed while" in (fixing.write(str(path), b"k: abc\n", b"k: x\n") or "")
        assert path.read_bytes() == now


def test_a_file_that_became_a_link_or_went_away_is_not_written(tmp_path: Path) -> None:
    path, other = tmp_path / "a.yaml", tmp_path / "b.yaml"
    other.write_bytes(b"k: abc\n")
    assert "cannot be written: no such file" in (fixing.write(str(path), b"k: abc\n", b"k: x\n") or "")
    path.symlink_to(other)
    assert "no longer the file" in (fixing.write(str(path), b"k: abc\n", b"k: x\n") or "")
    assert other.read_bytes() == b"k: abc\n"


def test_a_folder_that_became_a_link_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.yaml").write_bytes(b"k: abc\n")
    (tmp_path / "link").symlink_to("real")

    assert "no longer the file" in (fixing.write(str(tmp_path / "link/a.yaml"), b"k: abc\n", b"k: x\n") or "")
    assert (tmp_path / "real/a.yaml").read_bytes() == b"k: abc\n"


def test_a_failed_write_leaves_the_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"k: abc\n")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    assert "cannot be written: no space left" in (fixing.write(str(path), b"k: abc\n", b"k: x\n") or "")
    assert path.read_bytes() == b"k: abc\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_inside_the_folder_is_followed_and_stays_a_link(broken_folder: Path, run: Run) -> None:
    (broken_folder / "the-example.yaml").rename(broken_folder / "real.txt")
    (broken_folder / "the-example.yaml").symlink_to("real.txt")

    assert run("lint", "--fix").code == 0

    assert (broken_folder / "the-example.yaml").is_symlink()
    assert "dynamic" in (broken_folder / "real.txt").read_text()


def test_a_file_outside_the_folder_is_not_edited(
    broken_folder: Path, tmp_path_factory: pytest.TempPathFactory, run: Run
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "x.yaml"
    outside.write_text(BROKEN)
    (broken_folder / "link.yaml").symlink_to(outside)

    run("lint", "--fix", str(outside), "link.yaml")

    assert outside.read_text() == BROKEN


@EXAMPLES
@given(
    st.one_of(
        st.binary(max_size=200),
        files().map(str.encode),
        st.text("k: [NO{}&*a\n#'\"|>-\t", max_size=60).map(str.encode),
    )
)
@example(b"")
@example(b"\xef\xbb\xbf\xef\xbb\xbfa: NO\n")
@example(b"id: NO\n...\n%YAML 1.1\n---\nid: 21:00\n")
@example(b"a: &a NO\nb: *a\n<<: {NO: NO}\n? NO\n: NO\n")
@example("id: NO\x85\u2028 # NO\n".encode())
@example(b"[NO, {NO: NO}, 'a\n")
def test_whatever_the_bytes_fix_keeps_the_data_or_the_file(content: bytes) -> None:
    before = documents.parse(content, "a.yaml")
    found = [project.of_problem(one, before.file) for one in before.problems]
    fixes = [one.fix for one in found if one.fix]

    result, used = fixing._Trial(content, documents.MAX_BYTES, fixing.PROOFS).best(fixes)

    again = documents.parse(result, "a.yaml")
    assert [one.data for one in again.documents] == [one.data for one in before.documents]
    assert used or result == content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"id: 'x\n",
        b"- [",
        BROKEN.encode() + b"---\nid: 'x\n",
        BROKEN.encode() + b"\x00",
        b"id: &a NO\nname: *a\n",
    ],
)
def test_a_file_that_cannot_be_read_whole_is_not_touched(content: bytes, folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": content})

    ran = run("lint", "--fix", "--unsafe-fixes")

    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert (folder / "the-example.yaml").read_bytes() == content


# --- the diff ---------------------------------------------------------------------------------------


def test_a_diff_cannot_act_on_a_terminal_or_a_log() -> None:
    lines = diff(
        "a\x1b.yaml", "::x\n \x1b[2J\n##[group]\nk: \u202e\tx\ry\n", "::x\n \x1b[2J\n##[group]\nk: z\n"
    ).splitlines()

    assert lines[:2] == ["--- a/a\\x1b.yaml", "+++ b/a\\x1b.yaml"]
    assert lines[3:] == [" \\x3a:x", "  \\x1b[2J", " #\\x23[group]", "-k: \\u202e\tx\\ry", "+k: z"]


@pytest.mark.parametrize(
    "line",
    ["status_callback: https://me:hunter2@hooks.example/x", "api_token: hunter2", "- {password: 'hunter2'}"],
)
def test_a_diff_shows_no_password(line: str) -> None:
    for shown in (
        diff("a.yaml", f"{line}\nk: x\n", f"{line}\nk: y\n"),
        diff("a.yaml", f"{line}\n", f"{line} # c\n"),
        diff("a.yaml", f"{line}\r\n", f"{line} # c"),
    ):
        assert "hunter2" not in shown
        assert shown.count("a secret, not shown") in (1, 2)


LINES = st.lists(st.text(st.sampled_from("ab\t नि- #"), max_size=6), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(
    LINES,
    LINES,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["ended", "open"]),
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from(["a.yaml", "b/my file.yaml"]),
)
def test_git_applies_a_diff_of_visible_text(
    one: list[str], other: list[str], end: str, last: str, mark: str, name: str
) -> None:
    before, now = (mark + end.join(lines) + (end if last == "ended" else "") for lines in (one, other))
    assume(before not in ("", "\ufeff") and now not in ("", "\ufeff") and before != now)
    with tempfile.TemporaryDirectory() as folder_:
        write(Path(folder_), {name: before})
        subprocess.run(
            ["git", "apply", "--whitespace=nowarn", "-"],
            input=diff(name, before, now).encode(),
            cwd=folder_,
            check=True,
        )
        assert (Path(folder_) / name).read_bytes() == now.encode()


# --- the rules --------------------------------------------------------------------------------------

#: Rules whose findings come from the parser and the schema; `repairs` mends them.
BY_PARSER_AND_SCHEMA = {"yaml-ambiguous-scalar", "wrong-type", "unknown-key", "invalid-value"}
#: Rules whose repairs are made where slots are judged, in dlt/values.py.
BY_VALUES = {"slot-numeric", "slot-cbn-form"}


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: str(rule.NAME))
def test_a_rule_says_whether_it_can_mend(rule: rules.Rule) -> None:
    source = (Path(rules.__file__).parent / f"{rule.NAME.replace('-', '_')}.py").read_text("utf-8")
    mends = "repair=" in source or rule.NAME in BY_PARSER_AND_SCHEMA | BY_VALUES

    assert (getattr(rule, "FIXABLE", False) or getattr(rule, "GUESSES", False)) is mends


def test_a_repair_of_a_text_made_of_variables_goes_to_its_value(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates = (
        'templates:\n  - {id: "1107160086562376233", entity: "1101428740000012125", headers: [KETTLE], '
        'category: service-implicit, status: approved, text: "Hello {#var#}, from Kettle {#var#}"}\n'
    )
    text = campaign("the-example", template=None, variables="[' tea', two]  # c")
    write(folder, {"registry/templates.yaml": templates, "the-example.yaml": text})

    def check(campaign_: Campaign, context: Context) -> Iterator[Hit]:
        at = (campaign_.template or "").find("two")
        if at >= 0:
            yield Hit(("template",), "is two", (at, at + 3), repair=Repair("write 2", ((at, at + 3, "2"),)))

    monkeypatch.setattr(header_case, "check", check, raising=False)
    monkeypatch.setattr(lint, "CHECKS", (header_case,))

    ran = run("lint", "--fix")

    assert ran.err == "Fixed 1 finding in 1 file.\n"
    assert (folder / "the-example.yaml").read_text() == text.replace("two]", '"2"]')

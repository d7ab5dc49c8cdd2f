"""YAML files: every place is right, every trap is a finding, and nothing crashes or takes for ever."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import examples
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from campaignctl import composer, documents, folder
from campaignctl.composer import MAX_ALIAS_NODES, Problem
from campaignctl.documents import MAX_BYTES, Parsed, SourceFile, parse
from campaignctl.findings import Pointer, Region
from campaignctl.syntax import MAX_DEPTH

EXAMPLES = settings(max_examples=examples(200), deadline=None, database=None, derandomize=True)


def read(text: str | bytes) -> Parsed:
    return parse(text if isinstance(text, bytes) else text.encode(), "a.yaml")


def place(
    text: str | bytes, *pointer: str | int, key: bool = False, document: int = 0
) -> tuple[int, int, int, int]:
    return numbers(read(text).documents[document].locate(pointer, key=key))


def numbers(region: Region) -> tuple[int, int, int, int]:
    return region.line, region.column, region.end_line, region.end_column


def found(text: str | bytes) -> list[tuple[str, int, int, int]]:
    """Return the problems as name, line, column and end column; each within one line."""
    parsed = read(text)
    regions = [parsed.file.region(one.start, one.end) for one in parsed.problems]
    assert all(region.line == region.end_line for region in regions)
    return [
        (one.name, region.line, region.column, region.end_column)
        for one, region in zip(parsed.problems, regions, strict=True)
    ]


def data(text: str | bytes) -> list[Any]:
    return [document.data for document in read(text).documents]


def message(text: str | bytes) -> str:
    (problem,) = read(text).problems
    return problem.message


# --- places -----------------------------------------------------------------------------------------


def test_a_value_and_its_key_have_their_places() -> None:
    text = "id: one\nschedule:\n  start_time: soon\n"

    assert place(text, "id") == (1, 5, 1, 8)
    assert place(text, "id", key=True) == (1, 1, 1, 3)
    assert place(text, "schedule", "start_time") == (3, 15, 3, 19)
    assert place(text, "schedule", "start_time", key=True) == (3, 3, 3, 13)


def test_a_collection_is_shown_by_its_key() -> None:
    assert place("id: one\nschedule:\n  start_time: soon\n", "schedule") == (2, 1, 2, 9)
    assert place("lists: [a, b]\n", "lists") == (1, 1, 1, 6)


def test_a_list_item_has_its_own_place() -> None:
    assert place("lists: [one, two]\n", "lists", 1) == (1, 14, 1, 17)
    assert place("lists:\n  - one\n  - two\n", "lists", 1) == (3, 5, 3, 8)


def test_quotes_belong_to_the_region() -> None:
    assert place("a: 'one'\n", "a") == (1, 4, 1, 9)
    assert place('a: "o\\tne"\n', "a") == (1, 4, 1, 11)
    assert place('"a b": one\n', "a b", key=True) == (1, 1, 1, 6)


def test_a_quoted_text_over_several_lines_ends_at_its_quote() -> None:
    assert place('a: "one\n  two"\nb: c\n', "a") == (1, 4, 2, 7)


@pytest.mark.parametrize("header", ["|", ">", "|-", ">+", "|2-"])
def test_a_block_scalar_is_shown_by_its_header(header: str) -> None:
    assert place(f"a: {header}\n  one\n  two\n\nb: c\n", "a") == (1, 4, 1, 4 + len(header))


def test_a_block_scalar_header_may_have_a_comment() -> None:
    assert place("a: | # why\n  one\n", "a") == (1, 4, 1, 11)


def test_an_empty_value_is_shown_by_its_key() -> None:
    assert place("a: x\nname:\nb: y\n", "name") == (2, 1, 2, 5)


def test_what_is_missing_is_shown_at_the_nearest_thing_there_is() -> None:
    text = "id: one\nschedule:\n  start_time: soon\n"

    assert place(text, "schedule", "end_time") == (2, 1, 2, 9)
    assert place(text, "lists", 3) == (1, 1, 1, 3)


def test_an_alias_is_shown_where_it_stands_and_what_it_holds_where_that_stands() -> None:
    text = "one: &a text\ntwo: *a\nthree: &b {c: x}\nfour: *b\n"

    assert place(text, "two") == (2, 6, 2, 8)
    assert place(text, "four") == (4, 1, 4, 5)
    assert place(text, "four", "c") == (3, 15, 3, 16)


def test_a_merged_value_is_shown_where_it_is_written() -> None:
    text = "base: &b\n  x: old\n  y: kept\nnew:\n  <<: *b\n  x: own\n"

    assert place(text, "new", "x") == (6, 6, 6, 9)
    assert place(text, "new", "y") == (3, 6, 3, 10)


def test_each_document_of_a_file_has_its_own_places() -> None:
    text = "id: one\n---\nid: two\n--- # third\nid: three\n"

    assert [place(text, "id", document=number) for number in range(3)] == [
        (1, 5, 1, 8),
        (3, 5, 3, 8),
        (5, 5, 5, 10),
    ]


def test_an_empty_document_between_others_does_not_shift_the_places() -> None:
    assert data("---\n---\nid: two\n---\n") == [{"id": "two"}]
    assert place("---\n---\nid: two\n---\n", "id") == (3, 5, 3, 8)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_editors_say(end: str) -> None:
    text = end.join(["id: one", "", "# note", "name: two", ""])

    assert place(text, "name") == (4, 7, 4, 10)
    assert [read(text).file.line(number) for number in (1, 2, 4)] == ["id: one", "", "name: two"]


def test_a_byte_order_mark_is_no_column() -> None:
    assert data(b"\xef\xbb\xbfid: one\n") == [{"id": "one"}]
    assert place(b"\xef\xbb\xbfid: one\n", "id") == (1, 5, 1, 8)


SEPARATORS = ["\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("char", SEPARATORS)
@pytest.mark.parametrize(
    ("before", "after", "extra"),
    [("", "", ""), ('"', '"', ""), ("'", "'", ""), ("|\n  ", "", "\n"), (">\n  ", "", "\n")],
    ids=["plain", "double", "single", "literal", "folded"],
)
def test_a_unicode_line_separator_is_a_character_and_no_line(
    char: str, before: str, after: str, extra: str
) -> None:
    text = f"a: {before}x{char}y{after}\nb: NO\n"

    assert data(text) == [{"a": f"x{char}y{extra}", "b": "NO"}]
    assert found(text) == [("yaml-ambiguous-scalar", 3 if "\n" in before else 2, 4, 6)]


@pytest.mark.parametrize("char", SEPARATORS)
def test_a_unicode_line_separator_may_stand_in_keys_and_comments(char: str) -> None:
    text = f"# c{char}d\nk{char}l: one\n"

    assert data(text) == [{f"k{char}l": "one"}]
    assert place(text, f"k{char}l", key=True) == (2, 1, 2, 4)


def test_a_text_of_the_private_use_area_keeps_it_beside_a_line_separator() -> None:
    assert data("a: \ue000\ue001\u2028\ue002\x85\n") == [{"a": "\ue000\ue001\u2028\ue002\x85"}]


def test_a_text_of_the_whole_private_use_area_is_not_changed() -> None:
    every = "".join(map(chr, range(0xE000, 0xF900)))

    assert data(f"a: '{every} \u2028'\n") == [{"a": f"{every} \u2028"}]


@pytest.mark.parametrize("word", ["नमस्ते", "😀😀", "e\u0301", "👨‍👩‍👧"])
def test_columns_count_code_points(word: str) -> None:
    assert place(f"{{ {word}: one, b: {word} }}\n", word) == (1, len(word) + 5, 1, len(word) + 8)
    assert place(f"{{ {word}: one, b: {word} }}\n", "b") == (
        *(1, len(word) + 13),
        *(1, 2 * len(word) + 13),
    )


# --- traps ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "region", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1, 2), 1),
        ("{a: 1, a: 2}\n", (1, 8, 9), 1),
        ("x:\n  'a': 1\n  b: 2\n  \"a\": 3\n", (4, 3, 6), 2),
        ("x: {on: 1}\ny:\n- {n: 1, n: 2}\n", None, 3),
    ],
)
def test_a_duplicate_key_is_shown_at_the_second_and_names_the_first(
    text: str, region: tuple[int, int, int] | None, line: int
) -> None:
    duplicates = [one for one in found(text) if one[0] == "yaml-duplicate-key"]
    problem = next(one for one in read(text).problems if one.name == "yaml-duplicate-key")

    assert len(duplicates) == 1
    assert region is None or duplicates[0][1:] == region
    assert f"already on line {line};" in problem.message


def test_the_first_of_two_equal_keys_counts() -> None:
    assert data("a: 1\na: {b: 2}\n") == [{"a": 1}]


def test_a_duplicate_key_has_the_pointer_of_its_mapping() -> None:
    (problem,) = read("x:\n- z\n- {ab: 1, ab: 2}\n").problems

    assert problem.pointer == ("x", 1, "ab")


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("a:\n\tb: 1\n", (2, 1, 2)),
        ("\ta: 1\n", (1, 1, 2)),
        ("a: 1\nb:\n  c: 1\n\td: 2\n", (4, 1, 2)),
    ],
)
def test_a_tab_in_the_indentation_is_named(text: str, region: tuple[int, int, int]) -> None:
    assert found(text) == [("yaml-syntax", *region)]
    assert "tab" in message(text)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_utf_16_and_utf_32_are_refused_by_name(codec: str) -> None:
    text = "id: one\n".encode(codec)

    assert found(text) == [("yaml-syntax", 1, 1, 1)]
    assert "UTF-16" in message(text)
    assert not read(text).complete


@pytest.mark.parametrize(
    ("char", "code"),
    [
        ("\0", "U+0000"),
        ("\x01", "U+0001"),
        ("\x0b", "U+000B"),
        ("\x7f", "U+007F"),
        ("\x9b", "U+009B"),
        ("\ufffe", "U+FFFE"),
    ],
)
def test_a_control_character_is_named_at_its_place(char: str, code: str) -> None:
    text = f"a: one\nname: नम{char}x\n"

    assert found(text) == [("yaml-syntax", 2, 9, 10)]
    assert code in message(text)


def test_a_nul_alone_is_named() -> None:
    assert found("\0") == [("yaml-syntax", 1, 1, 2)]


@pytest.mark.parametrize(
    ("text", "region", "byte"),
    [
        (b"a: one\nname: caf\xe9\n", (2, 10, 11), "0xE9"),
        ("name: नम".encode() + b"\xff\n", (1, 9, 10), "0xFF"),
        (b"\x80", (1, 1, 2), "0x80"),
        (b"a: \xc3", (1, 4, 5), "0xC3"),
        (b"a: \xed\xa0\x80\n", (1, 4, 5), "0xED"),  # a surrogate
        (b"a: \xc0\xaf\n", (1, 4, 5), "0xC0"),  # an overlong slash
        (b"\xef\xbb\xbfa: \xff\n", (1, 4, 5), "0xFF"),
        (b"\xef\xbb\xbfa\xff\n", (1, 2, 3), "0xFF"),
    ],
)
def test_a_byte_that_is_not_utf_8_is_named_at_its_place(
    text: bytes, region: tuple[int, int, int], byte: str
) -> None:
    assert found(text) == [("yaml-syntax", *region)]
    assert f"byte {byte} " in message(text)


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "---\n---\n...\n", "~\n", "\ufeff"])
def test_a_file_without_content_has_no_documents_and_no_problems(text: str) -> None:
    parsed = read(text)

    assert (parsed.documents, parsed.problems, parsed.complete) == ([], [], True)


@pytest.mark.parametrize(
    ("text", "value"), [("- a\n- b\n", ["a", "b"]), ("word\n", "word"), ("[]", []), ("7", 7)]
)
def test_a_list_and_a_scalar_are_documents_like_others(text: str, value: Any) -> None:
    assert data(text) == [value]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("a: !!str one\n", "tag:yaml.org,2002:str"),
        ("a: !mine {b: c}\n", "!mine"),
        ("a: !mine [b]\n", "!mine"),
        ("a: !!python/object/apply:os.system [ls]\n", "tag:yaml.org,2002:python/object/apply:os.system"),
        ("a: !!binary aGk=\n", "tag:yaml.org,2002:binary"),
    ],
)
def test_a_tag_is_refused_at_its_place(text: str, tag: str) -> None:
    assert found(text) == [("yaml-syntax", 1, 4, 5)]
    assert f"the tag {tag} is not allowed" in message(text)


@pytest.mark.parametrize(
    "text",
    ["? [a, b]\n: c\n", "? {a: b}\n: c\n", "[a]: b\n", "{[]: b}\n", "x: &k one\n*k : b\n"],
)
def test_a_key_that_is_no_word_is_refused(text: str) -> None:
    assert [one[0] for one in found(text)] == ["yaml-syntax"]
    assert message(text).startswith("a key is one word")
    assert not read(text).complete


@pytest.mark.parametrize("key", ["on", "NO", "21:00", "2035-01-01", "<<x"])
def test_a_key_is_its_text(key: str) -> None:
    assert data(f"{key}: one\n") == [{key: "one"}]


@pytest.mark.parametrize("key", ["2035", "true", "null", "1.5", "~"])
def test_a_key_that_would_be_a_value_of_another_kind_is_its_text_as_well(key: str) -> None:
    assert data(f"{key}: one\n") == [{key: "one"}]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("a: *b\n", (1, 4, 6)),
        ("a: &a [*a]\n", (1, 8, 10)),
        ("a: &a {b: *a}\n", (1, 11, 13)),
        ("a: &x 1\n---\nb: *x\n", (3, 4, 6)),
    ],
    ids=["undefined", "recursive list", "recursive mapping", "of another document"],
)
def test_an_alias_for_nothing_is_refused_at_its_place(text: str, region: tuple[int, int, int]) -> None:
    assert found(text) == [("yaml-syntax", *region)]
    assert "stands for nothing" in message(text)


@pytest.mark.parametrize(
    ("text", "region", "words"),
    [
        ("a: {#var#} due\n", (1, 4, 6), "must be in quotes"),
        ("a: Dear: you\n", (1, 8, 9), "put the text in quotes"),
        ("a: @@First_name\n", (1, 4, 5), "cannot begin with @"),
        ("a: b\nc: 'x\n", (2, 4, 5), "never closed"),
        ("a: \u201cDear Asha: hello\u201d\n", (1, 14, 15), "curly quotes do not quote"),
        ("a: \u2018Dear Asha: hello\u2019\n", (1, 14, 15), "curly quotes do not quote"),
        ("a: b\nc: [x\n", (2, 4, 5), "not closed"),
        ('a: "Order: {{ brand }}"\nb: "x\n', (2, 4, 5), "never closed"),
        ("# comment: {{ not a value\nb: 'x\n", (2, 4, 5), "never closed"),
        ("id: abc\n  name: x\n", (2, 7, 8), "indented further"),
        ("- {% if x %}\n", (1, 3, 5), "must be in quotes"),
        ("a:\n  b: 1\n c: 2\n", (3, 2, 3), "indentation"),
        ("a: {{ brand }} tea\n", (1, 4, 6), "must be in quotes"),
        ("a: x\nword\n", (2, 1, 2), "a key needs a colon"),
    ],
)
def test_a_syntax_error_is_said_in_words_at_the_place_to_look_at(
    text: str, region: tuple[int, int, int], words: str
) -> None:
    assert found(text) == [("yaml-syntax", *region)]
    assert words in message(text)


def test_documents_before_a_syntax_error_are_kept() -> None:
    parsed = read("id: one\n---\nid: 'two\n")

    assert [document.data for document in parsed.documents] == [{"id": "one"}]
    assert (len(parsed.problems), parsed.problems[0].document, parsed.complete) == (1, 1, False)


# --- bounds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("piece", "column"), [("[", MAX_DEPTH + 1), ("- ", 2 * MAX_DEPTH + 1), ("{a: ", 4 * MAX_DEPTH + 1)]
)
def test_depth_100_000_ends_at_the_limit(piece: str, column: int) -> None:
    [(name, line, start, end)] = found(piece * 100_000)

    # libyaml 0.2.6 refuses a thousand levels while it looks ahead, before it tells of the first.
    assert (name, line, end) == ("yaml-limit", 1, start + 1)
    assert start == column or (piece == "[" and start == 1001)


def test_the_greatest_depth_is_allowed() -> None:
    assert found("[" * MAX_DEPTH + "]" * MAX_DEPTH) == []
    assert [one[0] for one in found("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))] == ["yaml-limit"]


LAUGHS = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 10)
)


def nodes(value: Any) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(nodes(child) for child in children)


def test_a_billion_laughs_end_at_the_first_alias_too_many() -> None:
    parsed = read(LAUGHS)

    assert [one.name for one in parsed.problems] == ["yaml-limit"]
    assert parsed.file.region(parsed.problems[0].start, 0).line == 5
    assert parsed.documents == []  # nothing is handed on that somebody could walk through


def test_what_aliases_add_is_counted_whatever_their_order() -> None:
    text = f"a: &a [{', '.join(['x'] * 98)}]\nb: [{', '.join(['*a'] * 101)}]\n"  # 101 times 99 values
    over = text.replace("b: [", "b: [*a, ")

    assert found(text) == []
    assert nodes(read(text).documents[0].data) <= MAX_ALIAS_NODES + 500
    assert [one[0] for one in found(over)] == ["yaml-limit"]


def test_merge_keys_cannot_grow_without_bound() -> None:
    wide = ", ".join(f"k{number}: x" for number in range(200))
    text = f"m0: &m0 {{{wide}}}\n" + "".join(
        f"m{level}: &m{level} {{<<: [{', '.join([f'*m{level - 1}'] * 5)}], own{level}: x}}\n"
        for level in range(1, 30)
    )
    parsed = read(text)

    assert [one.name for one in parsed.problems] == ["yaml-limit"]
    assert parsed.documents == []


class Counting(str):
    """A text that counts how many characters are cut out of it."""

    __slots__ = ()
    cut = 0

    def __getitem__(self, key: Any) -> str:
        piece = super().__getitem__(key)
        Counting.cut += len(piece)
        return piece


def test_many_duplicate_keys_cost_no_more_than_their_number() -> None:
    text = "# long\n" * 2000 + "a: 1\n" * 2000
    reader = composer._Composer(text, None)
    events = composer._Parser(text)
    Counting.cut = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composer, "_Parser", lambda _: events)
        reader.text = Counting(text)
        reader.run()

    assert len(reader.problems) == 1999
    assert Counting.cut <= 10 * len(text)


def test_a_file_of_10_mb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_bytes(b"a: x\n" * 2_000_000)

    problem = documents.read(path, MAX_BYTES)

    assert isinstance(problem, Problem)
    assert (problem.name, "1 MiB" in problem.message) == ("yaml-limit", True)


def test_the_largest_file_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"#" * 1000)

    assert documents.read(path, 1000) == b"#" * 1000
    assert isinstance(documents.read(path, 999), Problem)


def test_a_number_of_100_000_digits_is_text() -> None:
    digits = "7" * 100_000

    assert data(f"a: {digits}\n") == [{"a": digits}]


# --- merge keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("merging", "expected"),
    [
        ("{<<: *a, x: own}", {"x": "own", "v": "a"}),
        ("{x: own, <<: *a}", {"x": "own", "v": "a"}),
        ("{<<: [*b, *a]}", {"x": "b", "v": "a", "z": "b"}),
        ("{<<: [*a, *b]}", {"x": "a", "v": "a", "z": "b"}),
        ("{<<: {x: in}, w: own}", {"x": "in", "w": "own"}),
        ("{'<<': text}", {"<<": "text"}),
    ],
)
def test_what_is_written_beats_what_is_merged_and_the_first_merged_the_later(
    merging: str, expected: dict[str, str]
) -> None:
    text = f"a: &a {{x: a, v: a}}\nb: &b {{x: b, z: b}}\nc: {merging}\n"

    assert found(text) == []
    assert data(text)[0]["c"] == expected


def test_merging_does_not_change_the_merged_mapping() -> None:
    (whole,) = data("a: &a {x: 1}\nb: {<<: *a, x: 2, v: 3}\n")

    assert whole["a"] == {"x": 1}


@pytest.mark.parametrize("value", ["word", "[word]", "[[x]]", "~", "*s"])
def test_a_merge_of_what_is_no_mapping_is_refused(value: str) -> None:
    text = f"s: &s text\nb:\n  <<: {value}\n"

    assert found(text) == [("yaml-syntax", 3, 3, 5)]


# --- doors ------------------------------------------------------------------------------------------


def refusal(path: Path, root: Path) -> str:
    problem = folder.read_inside(str(path), root, 1000)
    assert isinstance(problem, Problem)
    assert problem.name == "file-unreadable"
    return problem.message


def test_a_fifo_is_refused_and_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")

    def fail(*_: object) -> None:
        pytest.fail("opening a FIFO without a writer blocks")

    before = signal.signal(signal.SIGALRM, fail)  # only a code that blocks ever waits for it
    signal.alarm(20)
    try:
        assert "not a regular file" in refusal(tmp_path / "a.yaml", tmp_path)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()

    assert "not a regular file" in refusal(tmp_path / "a.yaml", tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "a.yaml", tmp_path)


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)

    assert refusal(tmp_path / "a.yaml", tmp_path) == "cannot be read: permission denied"


def test_a_link_that_leaves_the_folder_is_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.yaml").write_text("password")
    (inside / "a.yaml").symlink_to("../secret.yaml")
    (inside / "b.yaml").symlink_to(tmp_path / "secret.yaml")
    (inside / "c.yaml").symlink_to("b.yaml")

    assert [("outside" in refusal(inside / f"{one}.yaml", inside)) for one in "abc"] == [True] * 3


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("id: one\n")
    (tmp_path / "a.yaml").symlink_to("real.txt")

    assert folder.read_inside(str(tmp_path / "a.yaml"), tmp_path, 1000) == b"id: one\n"


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("a.yaml")

    assert refusal(tmp_path / "a.yaml", tmp_path)


# --- equality with an independent reader --------------------------------------------------------------

#: What YAML 1.1 and 1.2 write alike: NEL and the separators are line breaks for PyYAML's dumper.
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Co"), exclude_characters="\u2028\u2029\ufeff\ufffe\uffff")
    | st.sampled_from("\n \t:#-'\"[]{}&*!|>%@`,?0123456789.नि😀"),
    max_size=12,
)
KEYS = TEXTS
DATA = st.dictionaries(
    KEYS,
    st.recursive(
        TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
    max_size=4,
)
STYLES = st.sampled_from(['"', "'", "|", ">", None])


def leaves(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    if isinstance(value, str):
        yield pointer, value
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for step, child in pairs:
        yield from leaves(child, (*pointer, step))


def cut(text: str, region: Region) -> str:
    """Cut a region out of a text, by lines and columns alone."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    chosen = lines[region.line - 1 : region.end_line]
    chosen[-1] = chosen[-1][: region.end_column - 1]
    chosen[0] = chosen[0][region.column - 1 :]
    return "".join(chosen)


@EXAMPLES
@given(whole=DATA, style=STYLES, flow=st.sampled_from([True, False, None]), unicode=st.booleans())
@example(whole={"a": " lead\n\n trail "}, style="|", flow=False, unicode=True)
@example(whole={"a": ["x\ty", {"b": "कि"}]}, style='"', flow=False, unicode=True)
@example(whole={"": {"<<": "<<"}}, style=None, flow=True, unicode=True)
def test_a_dump_is_read_back_and_each_region_holds_its_value(
    *, whole: dict[str, Any], style: str | None, flow: bool | None, unicode: bool
) -> None:
    text = yaml.safe_dump(
        whole, default_style=style, default_flow_style=flow, allow_unicode=unicode, sort_keys=False
    )
    assume(yaml.load(text, Loader=yaml.BaseLoader) == whole)
    parsed = read(text)
    (document,) = parsed.documents

    assert document.data == whole
    assert {one.name for one in parsed.problems} <= {"yaml-ambiguous-scalar"}
    for pointer, value in leaves(whole):
        piece = cut(text, document.locate(pointer))
        if piece[:1] in ("|", ">") and style != '"' and "\n" not in piece:
            continue  # a block scalar is shown by its header
        read_again = yaml.load(piece, Loader=yaml.BaseLoader)
        assert read_again == value, (pointer, piece)


@EXAMPLES
@given(whole=DATA)
def test_each_key_is_found_at_its_place(whole: dict[str, Any]) -> None:
    text = yaml.safe_dump(whole, default_style='"', allow_unicode=True)
    (document,) = read(text).documents

    for key in whole:
        piece = cut(text, document.locate((key,), key=True))
        assert yaml.load(piece, Loader=yaml.BaseLoader) == key


@EXAMPLES
@given(text=st.text(alphabet="a\r\n\x85\u2028\x0b\x0c", max_size=20))
def test_lines_and_columns_lead_to_every_character(text: str) -> None:
    file = SourceFile("a.yaml", text)
    line = column = 1
    for index, char in enumerate(text):
        region = file.region(index, index + 1)
        assert (region.line, region.column) == (line, column)
        assert char in "\r\n" or file.line(line)[column - 1] == char
        column += 1
        if char == "\n" or (char == "\r" and text[index + 1 : index + 2] != "\n"):
            line, column = line + 1, 1


@EXAMPLES
@given(
    raw=st.binary(max_size=60) | st.text("{}[]:,-&*!|>'\"%@` \n\ta0<?#\u2028", max_size=40).map(str.encode)
)
@example(raw=b"- &a\n- *a")
@example(raw=b"<<: [{}]")
def test_nothing_leaves_parse_whatever_the_bytes(raw: bytes) -> None:
    parsed = read(raw)

    assert parsed.complete or parsed.problems
    for problem in parsed.problems:
        assert 0 <= problem.start <= max(problem.start, problem.end)
        parsed.file.line(parsed.file.region(problem.start, problem.end).line)


CONFLICT = "a: x\n<<<<<<< HEAD\nb: y\n=======\nb: z\n>>>>>>> topic\n"


@pytest.mark.parametrize(
    "text", [CONFLICT, CONFLICT.replace("\n", "\r\n"), CONFLICT.replace("<<<<<<< HEAD\n", "")]
)
def test_what_git_leaves_of_a_conflict_is_called_so(text: str) -> None:
    problem = parse(text.encode(), "a.yaml").problems[-1]

    assert problem.message.startswith("Git's conflict marks; keep one side")
    assert text[problem.start : problem.end] in ("<<<<<<< HEAD", "=======")


@pytest.mark.parametrize("line", ["<<<<<<<<", "======== x", "=======x", " <<<<<<< HEAD", ">>>>>>"])
def test_other_signs_are_no_conflict(line: str) -> None:
    (problem,) = parse(f"a: x\n{line}\n[".encode(), "a.yaml").problems

    assert "conflict" not in problem.message


def test_a_second_campaign_without_a_line_between_is_one_problem() -> None:
    one = "id: tea\nname: Tea\nlists: [north]\n"
    parsed = parse(f"x: &a 0b1\n{one}w: 1\n# two\n{one.replace('tea', 'cup')}z: 0b1\n".encode(), "a.yaml")

    said = [(one.name, one.message) for one in parsed.problems if one.name != "yaml-ambiguous-scalar"]
    assert said == [("yaml-duplicate-key", "a second campaign begins here; put a line with --- above it")]
    assert len(parsed.problems) == 3
    assert parsed.documents[0].data["id"] == "tea"


@pytest.mark.parametrize(
    "text",
    [
        "id: a\nname: b\nid: c\nname: d\n",
        "id: a\nname: b\nx: c\nname: d\nid: e\nx: f\n",
        "{id: a, name: b, x: c, id: d, name: e, x: f}",
        "a:\n  id: a\n  name: b\n  x: c\n  id: d\n  name: e\n  x: f\n",
    ],
)
def test_keys_that_are_no_second_campaign_are_said_one_by_one(text: str) -> None:
    problems = parse(text.encode(), "a.yaml").problems

    assert len(problems) >= 2
    assert all("already on line" in one.message for one in problems)

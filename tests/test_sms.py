"""Texts as the network counts them, against tables and a counter written independently."""

from __future__ import annotations

import pytest
from conftest import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaignctl.sms import Encoding, boundaries, columns, parts

EXAMPLES = settings(max_examples=examples(300), deadline=None, database=None, derandomize=True)

#: 3GPP TS 23.038, 6.2.1, the default alphabet from 0x00 to 0x7F as Unicode code points; 0x1B is the escape.
DEFAULT = [
    *(0x0040, 0x00A3, 0x0024, 0x00A5, 0x00E8, 0x00E9, 0x00F9, 0x00EC),
    *(0x00F2, 0x00C7, 0x000A, 0x00D8, 0x00F8, 0x000D, 0x00C5, 0x00E5),
    *(0x0394, 0x005F, 0x03A6, 0x0393, 0x039B, 0x03A9, 0x03A0, 0x03A8),
    *(0x03A3, 0x0398, 0x039E, 0x001B, 0x00C6, 0x00E6, 0x00DF, 0x00C9),
    *(0x0020, 0x0021, 0x0022, 0x0023, 0x00A4, 0x0025, 0x0026, 0x0027),
    *(0x0028, 0x0029, 0x002A, 0x002B, 0x002C, 0x002D, 0x002E, 0x002F),
    *(0x0030, 0x0031, 0x0032, 0x0033, 0x0034, 0x0035, 0x0036, 0x0037),
    *(0x0038, 0x0039, 0x003A, 0x003B, 0x003C, 0x003D, 0x003E, 0x003F),
    *(0x00A1, 0x0041, 0x0042, 0x0043, 0x0044, 0x0045, 0x0046, 0x0047),
    *(0x0048, 0x0049, 0x004A, 0x004B, 0x004C, 0x004D, 0x004E, 0x004F),
    *(0x0050, 0x0051, 0x0052, 0x0053, 0x0054, 0x0055, 0x0056, 0x0057),
    *(0x0058, 0x0059, 0x005A, 0x00C4, 0x00D6, 0x00D1, 0x00DC, 0x00A7),
    *(0x00BF, 0x0061, 0x0062, 0x0063, 0x0064, 0x0065, 0x0066, 0x0067),
    *(0x0068, 0x0069, 0x006A, 0x006B, 0x006C, 0x006D, 0x006E, 0x006F),
    *(0x0070, 0x0071, 0x0072, 0x0073, 0x0074, 0x0075, 0x0076, 0x0077),
    *(0x0078, 0x0079, 0x007A, 0x00E4, 0x00F6, 0x00F1, 0x00FC, 0x00E0),
]
#: 3GPP TS 23.038, 6.2.1.1, the extension table: position after the escape, and the code point.
EXTENSION = {
    0x0A: 0x000C,
    0x14: 0x005E,
    0x28: 0x007B,
    0x29: 0x007D,
    0x2F: 0x005C,
    0x3C: 0x005B,
    0x3D: 0x007E,
    0x3E: 0x005D,
    0x40: 0x007C,
    0x65: 0x20AC,
}
BASIC = {chr(code) for code in DEFAULT if code != 0x1B}
ESCAPED = {chr(code) for code in EXTENSION.values()}


def test_the_tables_of_this_test_are_complete() -> None:
    assert (len(DEFAULT), len(BASIC), len(ESCAPED)) == (128, 127, 10)


def test_every_character_of_the_plane_counts_as_the_standard_says() -> None:
    wrong = []
    for code in [*range(0xD800), *range(0xE000, 0x10000)]:
        char = chr(code)
        expected = (
            (Encoding.GSM7, 1, 1)
            if char in BASIC
            else (Encoding.GSM7, 2, 1)
            if char in ESCAPED
            else (Encoding.UCS2, 1, 1)
        )
        if parts(char) != expected:
            wrong.append(hex(code))

    assert wrong == []


@pytest.mark.parametrize("char", ["ç", "`", "₹", "’", "\t", "\x1b", "é\u0301", "á", "\u00a0"])
def test_what_looks_like_the_alphabet_and_is_not_needs_ucs_2(char: str) -> None:
    assert parts(char).encoding is Encoding.UCS2


@pytest.mark.parametrize(
    ("length", "number"),
    [(0, 1), (1, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4), (2000, 14)],
)
def test_septets_160_in_one_part_and_153_in_each_of_several(length: int, number: int) -> None:
    assert parts("a" * length) == (Encoding.GSM7, length, number)


@pytest.mark.parametrize(
    ("length", "number"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4), (2000, 30)]
)
def test_units_70_in_one_part_and_67_in_each_of_several(length: int, number: int) -> None:
    assert parts("न" * length) == (Encoding.UCS2, length, number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("€" * 80, (160, 1)),
        ("€" * 80 + "a", (161, 2)),
        ("a" * 159 + "€", (161, 2)),
        ("a" * 152 + "€" + "a" * 152, (306, 3)),  # the pair moves to the second part as a whole
        ("a" * 151 + "€" + "a" * 153, (306, 2)),
        ("€" * 152, (304, 2)),
        ("€" * 153, (306, 3)),  # 76 pairs in a part, one septet stays empty
        ("|^{}[]~\\" * 20, (320, 3)),
    ],
)
def test_an_escape_pair_is_never_split(text: str, expected: tuple[int, int]) -> None:
    assert parts(text) == (Encoding.GSM7, *expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("😀" * 35, (70, 1)),
        ("😀" * 36, (72, 2)),
        ("न" * 69 + "😀", (71, 2)),
        ("न" * 66 + "😀" + "न" * 66, (134, 3)),
        ("न" * 65 + "😀" + "न" * 67, (134, 2)),
        ("😀" * 66, (132, 2)),
        ("😀" * 67, (134, 3)),  # 33 pairs in a part, one unit stays empty
    ],
)
def test_a_surrogate_pair_is_never_split(text: str, expected: tuple[int, int]) -> None:
    assert parts(text) == (Encoding.UCS2, *expected)


def test_one_character_outside_the_alphabet_changes_the_whole_text() -> None:
    assert parts("a" * 160) == (Encoding.GSM7, 160, 1)
    assert parts("a" * 159 + "₹") == (Encoding.UCS2, 160, 3)
    assert parts("{" * 35 + "न" * 36) == (Encoding.UCS2, 71, 2)  # `{` is one unit there


def slowly(text: str) -> tuple[str, int, int]:
    """Count by cutting: take the longest piece that fits and does not end inside a character, again and again."""
    if set(text) <= BASIC | ESCAPED:
        name, single, several = "GSM-7", 160, 153
        stream = "".join("ec" if char in ESCAPED else "b" for char in text)  # e: escape, c: what it escapes
    else:
        name, single, several = "UCS-2", 70, 67
        raw = text.encode("utf-16-be")
        stream = "".join("e" if 0xD8 <= raw[at] <= 0xDB else "b" for at in range(0, len(raw), 2))
    pieces, rest = 0, stream
    limit = single if len(stream) <= single else several
    while rest:
        size = limit
        while size < len(rest) and rest[size - 1] == "e":
            size -= 1
        rest = rest[size:]
        pieces += 1
    return name, len(stream), max(1, pieces)


GSM = st.sampled_from(sorted(BASIC | ESCAPED)) | st.sampled_from("€€€[]aaaa")
ANY = st.sampled_from("aन😀€👍ß₹") | st.characters(codec="utf-8")


@EXAMPLES
@given(st.text(GSM, max_size=500) | st.text(ANY, max_size=220))
@example("a" * 152 + "€" * 200)
@example("न" * 66 + "😀" * 100)
def test_a_slow_counter_says_the_same(text: str) -> None:
    assert tuple(parts(text)) == slowly(text)


def encoded(text: str) -> list[list[int]]:
    """Return each character of a text as it goes over the air: septets after 3GPP TS 23.038, or UTF-16 units."""
    plain = {chr(code): [place] for place, code in enumerate(DEFAULT) if code != 0x1B}
    table = plain | {chr(code): [0x1B, place] for place, code in EXTENSION.items()}
    if all(char in table for char in text):
        return [table[char] for char in text]
    units = [char.encode("utf-16-be") for char in text]
    return [[one[at] << 8 | one[at + 1] for at in range(0, len(one), 2)] for one in units]


def sent(text: str) -> tuple[str, int, list[list[int]]]:
    """Return encoding, length and the messages that a phone would make of a text, character by character."""
    units = encoded(text)
    is_gsm = set(text) <= BASIC | ESCAPED
    total = sum(map(len, units))
    limit = (160 if total <= 160 else 153) if is_gsm else (70 if total <= 70 else 67)
    messages: list[list[int]] = [[]]
    for one in units:
        if len(messages[-1]) + len(one) > limit:
            messages.append([])
        messages[-1] += one
    return "GSM-7" if is_gsm else "UCS-2", total, messages


#: Around the ends of parts: a body of single units, and what may straddle the end.
AROUND = st.sampled_from([70, 134, 67, 153, 160, 201, 306, 459, 2000])


@EXAMPLES
@given(
    AROUND,
    st.integers(-3, 3),
    st.text(GSM | st.sampled_from("न😀क्षि👨\u200d👩₹"), max_size=6),
    st.sampled_from("aन"),
)
def test_a_phone_s_messages_are_as_many(size: int, more: int, tail: str, letter: str) -> None:
    text = letter * (size + more) + tail + letter * (more + 3)
    name, units, messages = sent(text)

    assert parts(text) == (name, units, len(messages))
    for one in messages:
        if name == "GSM-7":
            assert one[-1] != 0x1B
            assert len(one) <= 160
        else:
            assert not 0xD800 <= one[-1] <= 0xDBFF
            assert len(one) <= 70


@EXAMPLES
@given(st.text(GSM, max_size=700) | st.text(ANY, max_size=300))
def test_any_text_is_as_many_messages(text: str) -> None:
    name, units, messages = sent(text)

    assert parts(text) == (name, units, len(messages))


# --- columns ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi", ()),
        ("Hi @@First_name, welcome", ("First_name",)),
        ("@@b @@a @@b", ("b", "a")),
        ("@@a@@b", ("a", "b")),
        ("@@Name @@name", ("Name", "name")),
        ("mail a@b.in or @@ or @ @x", ()),
        ("@@@a", ("a",)),
        ("@@first-name @@n2", ("first", "n2")),
        ("@@Amount.", ("Amount",)),
    ],
)
def test_columns_are_distinct_and_in_order_of_first_use(text: str, expected: tuple[str, ...]) -> None:
    assert columns(text) == expected


def test_a_column_may_have_a_name_in_devanagari() -> None:
    assert columns("नमस्ते @@नाम, @@शहर।") == ("नाम", "शहर")


ALPHABET = "ab\u20ac[\n\u0915\U0001f375"


@EXAMPLES
@given(st.text(alphabet=ALPHABET, max_size=500))
def test_the_borders_of_the_parts_are_as_many_as_the_parts_and_split_nothing(text: str) -> None:
    borders = boundaries(text)
    pieces = [text[low:high] for low, high in zip((0, *borders), (*borders, len(text)), strict=True)]
    encoding, _, count = parts(text)
    most = (
        (153 if encoding is Encoding.GSM7 else 67) if borders else (160 if encoding is Encoding.GSM7 else 70)
    )

    assert len(pieces) == count
    for number, piece in enumerate(pieces):
        size = sum(
            1
            if encoding is Encoding.GSM7 and char in "ab\n"
            else 2
            if encoding is Encoding.GSM7
            else len(char.encode("utf-16-le")) // 2
            for char in piece
        )
        assert size <= most
        if number < len(pieces) - 1:  # no part ends before it is full, but for a pair that must not be split
            assert size >= most - 1


@pytest.mark.parametrize(
    ("text", "borders"),
    [
        *(("a" * 160, ()), ("a" * 161, (153,)), ("a" * 306, (153,)), ("a" * 307, (153, 306))),
        *(("\u0915" * 70, ()), ("\u0915" * 71, (67,)), ("\U0001f375" * 36, (33,))),
        *(("a" * 152 + "\u20ac" * 9, (152,)), ("", ())),
    ],
)
def test_where_a_part_ends(text: str, borders: tuple[int, ...]) -> None:
    assert boundaries(text) == borders

"""Words that were probably meant, and characters that nobody sees."""

from __future__ import annotations

import pytest

from campaignctl.words import did_you_mean, hidden, printable

#: So many that they are not measured one by one.
IDS = [str(1107160086562376233 + 1_000_003 * number) for number in range(20_000)]
MANY = dict.fromkeys([*IDS, "festival-north", "KETTLE"])


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("1107160086562376234", "1107160086562376233"),
        ("110716008656237623", "1107160086562376233"),
        ("11071600865623762333", "1107160086562376233"),
        ("1107160086562376323", "1107160086562376233"),
        ("festival-nort", "festival-north"),
        ("festival_north", "festival-north"),
        ("Kettle", "KETTLE"),
        ("festival", None),
        ("1" * 1_000_000, None),
        ("", None),
        ("KETTLE", None),
    ],
)
@pytest.mark.parametrize("kind", [dict, list, frozenset])
def test_among_many_words_one_slip_away_is_meant(
    word: str, meant: str | None, kind: type[dict[str, None]]
) -> None:
    assert did_you_mean(word, kind(MANY)) == meant


def test_many_words_are_not_measured_one_by_one() -> None:
    """Twenty thousand ids for each of a thousand campaigns would take half an hour."""
    assert {did_you_mean(f"9{number:018}", MANY) for number in range(1_000)} == {None}


#: Unicode's Default_Ignorable_Code_Point beside what was hidden before, and the blank of Braille.
UNSEEN = [
    0x34F,
    0x115F,
    0x1160,
    0x17B4,
    0x17B5,
    *range(0x180B, 0x1810),
    0x2800,
    0x3164,
    *range(0xFE00, 0xFE10),
    0xFFA0,
]


@pytest.mark.parametrize("code", [*UNSEEN, 0x200B, 0x200C, 0x200D, 0xFEFF, 0xE0041, 0xE0100, 0xE01EF])
def test_what_nobody_sees_is_shown_as_its_escape(code: int) -> None:
    text = f"te{chr(code)}a"

    assert hidden(text) == (2,)
    assert printable(text) == f"te\\{'u' if code < 0x10000 else 'U000'}{code:0{4 if code < 0x10000 else 5}x}a"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "क्\u200dष",
            "र\u094d\u200dय",
            "ന\u0d4d\u200c",
            "می\u200cخواهم",
            "\u2764\ufe0f",
            "1\ufe0f\u20e3",
            "☎\ufe0e",
        ),
        *("\U0001f469\u200d\U0001f469", "\U0001f3f3\ufe0f\u200d\U0001f308", "é", "नमस्ते", "₹", "a b"),
    ],
)
def test_what_scripts_and_emoji_need_is_left_alone(text: str) -> None:
    assert (hidden(text), printable(text)) == ((), text)


def test_controls_are_shown_and_are_no_hidden_signs() -> None:
    assert (hidden("a\n\u2028\x85é"), printable("a\n\u2028\x85")) == ((), "a\\n\\u2028\\x85")

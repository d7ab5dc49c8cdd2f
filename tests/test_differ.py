"""How a text differs from the registered one: one known change made to a matching text, and found again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest
from conftest import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_match import fill, template

from campaignctl.approved import Difference, DifferenceKind, Template
from campaignctl.dlt import match
from campaignctl.dlt.block import block, size
from campaignctl.dlt.edits import BUDGET, fewest, pattern_of
from campaignctl.profiles import PROFILES, STRICT

EXAMPLES = settings(max_examples=examples(150), deadline=None, database=None, derandomize=True)

K = DifferenceKind
ORDER = "Dear {#alphanumeric#}, your Kettle order {#numeric#} is packed and leaves today. Help: 18001234567"
TEXT = "Dear Asha Devi, your Kettle order 4711 is packed and leaves today. Help: 18001234567"


def difference(text: str, registered: str, profile: str = "strict") -> Difference:
    found = match.compare(text, template(registered), PROFILES[profile]).difference
    assert found is not None
    return found


def mended(text: str, found: Difference) -> str:
    for start, end, new in reversed(found.repairs):
        text = text[:start] + new + text[end:]
    return text


# --- what a person would say ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "kind", "start", "here", "registered"),
    [
        ("Kettle", "kettle", K.CASE, 21, "k", "K"),
        ("Help", "HELP", K.CASE, 68, "ELP", "elp"),
        (" packed", "  packed", K.WHITESPACE, 42, " ", ""),
        ("Dear ", "Dear", K.WHITESPACE, 4, "", " "),
        ("today. ", "today.\n", K.NEWLINE, 66, "\n", " "),
        ("today. ", "today. \r\n", K.NEWLINE, 67, "\r\n", ""),
        ("today.", "today", K.PUNCTUATION, 65, "", "."),
        ("today.", "today!", K.PUNCTUATION, 65, "!", "."),
        ("Devi, ", "Devi ", K.PUNCTUATION, 14, "", ","),
        ("Devi, ", "Devi; ", K.PUNCTUATION, 14, ";", ","),
        ("your", "you're", K.OTHER, 19, "'re", "r"),
        ("Help: ", "Help\uff1a ", K.LOOKALIKE, 71, "\uff1a", ":"),
        ("order", "\u043erder", K.LOOKALIKE, 28, "\u043e", "o"),
        ("and ", "and\u00a0", K.LOOKALIKE, 52, "\u00a0", " "),
        ("and", "a\u200bnd", K.LOOKALIKE, 50, "\u200b", ""),
        (" and leaves", "", K.MISSING, 48, "", " and leaves"),
        (". Help: 18001234567", "", K.MISSING, 65, "", ". Help: 18001234567"),
        ("Dear ", "", K.MISSING, 0, "", "Dear "),
        ("order ", "", K.MISSING, 27, "", " order"),
        ("Kettle", "Kettle Tea", K.EXTRA, 27, " Tea", ""),
        ("Dear", "Hello Dear", K.EXTRA, 0, "Hello ", ""),
        ("18001234567", "18001234567 Bye now", K.EXTRA, 84, " Bye now", ""),
        ("leaves today", "departs tomorrow", K.OTHER, 53, "departs tomorrow", "leaves today"),
        ("leaves", "laeves", K.OTHER, 54, "ae", "ea"),
        ("packed", "pocked", K.OTHER, 43, "o", "a"),
        ("leaves", "@@When", K.OTHER, 53, "@@When", "leaves"),
    ],
)
def test_one_change_is_named_at_its_place(
    old: str, new: str, kind: DifferenceKind, start: int, here: str, registered: str
) -> None:
    assert TEXT.count(old) == 1
    changed = TEXT.replace(old, new)
    found = difference(changed, ORDER)

    assert (found.kind, found.start, found.here, found.registered) == (kind, start, here, registered)
    assert changed[found.start : found.end] == found.here
    if found.repairs:
        assert mended(changed, found) == TEXT


@pytest.mark.parametrize(
    ("text", "registered", "kind", "here", "wanted"),
    [
        ("Pay \u20b9 500 only\u2026 ok", "Pay Rs {#num#} only... ok", K.LOOKALIKE, "\u20b9", "Rs"),
        ("it\u2019s \u201chere\u201d \u2013 {x}", 'it\'s "here" - {#var#}', K.LOOKALIKE, "\u2019", "'"),
        (
            "HI ASHA, WELCOME TO THE KETTLE TEA CLUB",
            "Hi {#var#}, welcome to the Kettle Tea Club",
            K.CASE,
            "I",
            "i",
        ),
        ("a  b  c  d  e  f  g  h  i  j", "a b c d e f g h i j", K.WHITESPACE, " ", ""),
        ("a\nb\nc\nd\ne\nf\ng\nh\ni\nj", "a b c d e f g h i j", K.NEWLINE, "\n", " "),
        ("a, b, c, d, e, f, g, h, i, j", "a b c d e f g h i j", K.PUNCTUATION, ",", ""),
        (
            "\u0928\u092e\u0938\u094d\u0924\u0947 A,\u0906\u0907\u090f",
            "\u0928\u092e\u0938\u094d\u0924\u0947 {#var#}, \u0906\u0907\u090f",
            K.WHITESPACE,
            "",
            " ",
        ),
        ("", "Hi {#var#}", K.MISSING, "", "Hi "),
        ("Asha Devi at the old shop in Pune", "{#var#} is at the old shop in Pune", K.MISSING, "", " is"),
        ("Hi", "{#var#}: hello", K.MISSING, "", ": hello"),
        ("xyz", "", K.EXTRA, "xyz", ""),
    ],
)
def test_many_changes_of_one_kind_are_one_difference(
    text: str, registered: str, kind: DifferenceKind, here: str, wanted: str
) -> None:
    found = difference(text, registered)

    assert (found.kind, found.here, found.registered, found.alone) == (kind, here, wanted, True)
    if found.repairs:
        assert match.fits(mended(text, found), template(registered))


def test_a_word_is_missed_behind_the_value_and_not_inside_it() -> None:
    found = difference("Asha Devi at the old Shop in Pune", "{#var#} is at the old shop in Pune")

    assert (found.kind, found.start, found.registered, found.alone) == (K.MISSING, 10, "is ", False)


@pytest.mark.parametrize(
    ("text", "registered", "here", "wanted"),
    [
        ("order 4711 was packed", "order {#numeric#} is packed", "wa", "i"),
        ("order 4711 has been packed", "order {#numeric#} is packed", "has been", "is"),
        ("order 47.11 was packed", "order {#num#} is packed", "wa", "i"),
        ("order @@Order was packed", "order {#num#} is packed", "wa", "i"),
        ("order for tea cups was packed", "order for {#var#} is packed", "wa", "i"),
        ("bill of INR 450 is paid", "bill of Rs {#numeric#} is paid", "INR", "Rs"),
        ("rent due by 5 May to Kettle", "rent due on {#alphanumeric#} to Kettle", "by", "on"),
        ("Hi Asha, tea is here", "Dear {#var#}, tea is here", "Hi", "Dear"),
        ("Asha Devi, tea is here", "Dear {#var#}, tea is here", "", "Dear "),
        ("Do not fear. Valid for 5 days", "Do not fear. It is valid for {#num#} days", "V", "It is v"),
        ("Your order from Kettle 4711", "Your Kettle order {#num#}", "order from Kettle", "Kettle order"),
        (
            "see https://bit.ly/3xYz now",
            "see https://tea.example/shop now",
            "bit.ly/3xYz",
            "tea.example/shop",
        ),
        ("Tea is here. Kettle Fin Ltd", "Tea is here. Kettle Finance", " Ltd", "ance"),
    ],
)
def test_words_that_differ_are_whole_words(text: str, registered: str, here: str, wanted: str) -> None:
    found = difference(text, registered)

    assert (found.here, found.registered) == (here, wanted)


def test_two_changed_words_are_two_differences() -> None:
    found = difference(TEXT.replace("packed", "ready").replace("today", "tomorrow"), ORDER)

    assert (found.here, found.registered) == ("ready", "packed")
    assert [new for *_, new in found.repairs] == ["packed", "day"]


def test_a_slot_of_digits_with_words_in_it_is_still_read() -> None:
    found = difference(TEXT.replace("4711", "tomorrow").replace("packed", "Packed"), ORDER)

    assert (found.kind, found.here) == (K.CASE, "P")


def test_a_missing_piece_with_a_slot_in_it_has_no_repair() -> None:
    found = difference("Dear Asha, leaves today. Help: 18001234567", ORDER)

    assert found.kind is K.MISSING
    assert "\u2026" in found.registered
    assert found.repairs == ()


# --- one change somewhere, whatever the template ------------------------------------------------------

#: Fixed texts and values share no letter, so that it is certain where a change was made; values have the
#: signs, capitals and spaces that must not be blamed.
WORD = st.text(st.sampled_from("klmnop"), min_size=3, max_size=7)
PHRASE = st.lists(WORD, min_size=2, max_size=5).map(" ".join)
VALUE = st.text(st.sampled_from("ABYZ,.!-' 17\n"), min_size=1, max_size=12).map(lambda one: f"Q{one}Q")


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Template, str, list[tuple[int, int]]]:
    """Return a template, a text that matches it, and where its fixed texts stand there."""
    count = draw(st.integers(0, 3))
    phrases = [draw(PHRASE) for _ in range(count + 1)]
    ends = draw(st.sampled_from([".", "!", ", and", ""]))
    fixed = [
        f"{'' if number == 0 else ', '}{one}{'' if number == count else ': '}"
        for number, one in enumerate(phrases)
    ]
    fixed[-1] += ends
    registered = template("{#var#}".join(fixed))
    cells = [draw(VALUE) for _ in range(count)]
    spans: list[tuple[int, int]] = []
    place = 0
    for one, value in zip(fixed, [*cells, ""], strict=True):
        spans.append((place, place + len(one)))
        place += len(one) + len(value)
    return registered, fill(registered, cells), spans


def checked(text: str, registered: Template, kind: DifferenceKind, low: int, high: int) -> Difference:
    """Assert that a change between two places is found, named and mended."""
    assume(not match.fits(text, registered))
    found = match.compare(text, registered, STRICT).difference
    assert found is not None
    assert found.kind is kind
    assert found.alone
    assert low <= found.start <= high
    assert match.fits(mended(text, found), registered)
    return found


def places(text: str, spans: Sequence[tuple[int, int]], signs: str) -> list[int]:
    return [place for low, high in spans for place in range(low, high) if text[place] in signs]


@EXAMPLES
@given(pairs(), st.data())
def test_letters_of_another_case(
    pair: tuple[Template, str, list[tuple[int, int]]], data: st.DataObject
) -> None:
    registered, text, spans = pair
    some = sorted(data.draw(st.sets(st.sampled_from(places(text, spans, "klmnop")), min_size=1)))
    changed = "".join(char.upper() if place in some else char for place, char in enumerate(text))

    checked(changed, registered, K.CASE, some[0], some[0])


@EXAMPLES
@given(pairs(), st.data())
def test_look_alike_letters(pair: tuple[Template, str, list[tuple[int, int]]], data: st.DataObject) -> None:
    registered, text, spans = pair
    some = sorted(data.draw(st.sets(st.sampled_from(places(text, spans, "klmnop")), min_size=1)))
    changed = "".join(
        {"o": "\u043e", "p": "\u0440"}.get(char, chr(ord(char) + 0xFEE0)) if place in some else char
        for place, char in enumerate(text)
    )

    checked(changed, registered, K.LOOKALIKE, some[0], some[0])


@EXAMPLES
@given(pairs(), st.data())
def test_spaces(pair: tuple[Template, str, list[tuple[int, int]]], data: st.DataObject) -> None:
    registered, text, spans = pair
    inner = [
        one for one in places(text, spans, " ") if text[one - 1] in "klmnop" and text[one + 1] in "klmnop"
    ]
    some = sorted(data.draw(st.sets(st.sampled_from(inner), min_size=1)))
    new = data.draw(st.sampled_from(["", "  ", "\t", "   "]))
    changed = "".join(new if place in some else char for place, char in enumerate(text))

    checked(changed, registered, K.WHITESPACE, some[0], some[0] + max(0, len(new) - 1))


@EXAMPLES
@given(pairs(), st.data(), st.sampled_from(["\n", "\r\n", " \n", "\n\n"]))
def test_line_breaks(
    pair: tuple[Template, str, list[tuple[int, int]]], data: st.DataObject, new: str
) -> None:
    registered, text, spans = pair
    inner = [
        one for one in places(text, spans, " ") if text[one - 1] in "klmnop" and text[one + 1] in "klmnop"
    ]
    some = sorted(data.draw(st.sets(st.sampled_from(inner), min_size=1)))
    changed = "".join(new if place in some else char for place, char in enumerate(text))

    checked(changed, registered, K.NEWLINE, some[0], some[0] + 1)


@EXAMPLES
@given(pairs(), st.data(), st.sampled_from([".", ",", "!", " -", "'", ";;"]))
def test_signs_put_in(
    pair: tuple[Template, str, list[tuple[int, int]]], data: st.DataObject, new: str
) -> None:
    registered, text, spans = pair
    inner = [one for one in places(text, spans, "klmnop") if text[one - 1 : one].islower()]
    some = sorted(data.draw(st.sets(st.sampled_from(inner), min_size=1)))
    assume(" " not in new or len(some) == 1)
    new = new.strip()
    changed = "".join(new + char if place in some else char for place, char in enumerate(text))

    checked(changed, registered, K.PUNCTUATION, some[0], some[0])


@EXAMPLES
@given(pairs(), st.data())
def test_a_sign_left_out_or_replaced(
    pair: tuple[Template, str, list[tuple[int, int]]], data: st.DataObject
) -> None:
    registered, text, spans = pair
    # A sign beside a slot is the slot's, unless the template wants it.
    every = places(text, spans, ",:.!")
    assume(every)
    at = data.draw(st.sampled_from(every))
    new = data.draw(st.sampled_from(["", ";", "?"]))
    changed = text[:at] + new + text[at + 1 :]

    # A value that holds the sign may be read as ending there.
    values = {
        char
        for low, high in zip([0, *(end for _, end in spans)], [one for one, _ in spans], strict=False)
        for char in text[low:high]
    }
    assume(text[at] not in values)
    checked(changed, registered, K.PUNCTUATION, at, at)


@EXAMPLES
@given(pairs(), st.data())
def test_words_left_out(pair: tuple[Template, str, list[tuple[int, int]]], data: st.DataObject) -> None:
    registered, text, spans = pair
    low, high = data.draw(st.sampled_from(spans))
    words = text[low:high].split(" ")
    starts = [low + len(" ".join(words[:number])) + (1 if number else 0) for number in range(len(words))]
    whole = [number for number, one in enumerate(words[:-1]) if one.isalpha()]
    assume(whole)
    number = data.draw(st.sampled_from(whole))
    begin = starts[number]
    changed = text[:begin] + text[starts[number + 1] :]

    # As long as what is equal on both sides lets it slide.
    slide = next(
        n for n in range(len(text)) if text[begin + n : begin + n + 1] != changed[begin + n : begin + n + 1]
    )
    back = next(
        n for n in range(begin + 2) if n > begin or text[begin - 1 - n] != text[starts[number + 1] - 1 - n]
    )
    checked(changed, registered, K.MISSING, begin - back, begin + slide)


@EXAMPLES
@given(
    pairs(),
    st.data(),
    st.lists(st.text(st.sampled_from("rstuvw"), min_size=2, max_size=9), min_size=1, max_size=4),
)
def test_words_put_in(
    pair: tuple[Template, str, list[tuple[int, int]]], data: st.DataObject, words: list[str]
) -> None:
    registered, text, spans = pair
    low, high = data.draw(st.sampled_from(spans))
    inner = [
        one + 1
        for one in places(text, [(low, high)], " ")
        if text[one - 1] in "klmnop" and text[one + 1] in "klmnop"
    ]
    assume(inner)
    at = data.draw(st.sampled_from(inner))
    new = " ".join(words) + " "

    found = checked(text[:at] + new + text[at:], registered, K.EXTRA, at - 1, at)
    assert found.registered == ""


@EXAMPLES
@given(pairs(), st.data())
def test_changes_of_several_kinds(
    pair: tuple[Template, str, list[tuple[int, int]]], data: st.DataObject
) -> None:
    registered, text, spans = pair
    letters = places(text, spans, "klmnop")
    blanks = [
        one for one in places(text, spans, " ") if text[one - 1] in "klmnop" and text[one + 1] in "klmnop"
    ]
    upper = data.draw(st.sets(st.sampled_from(letters), min_size=1))
    double = data.draw(st.sets(st.sampled_from(blanks), min_size=1))
    changed = "".join(
        char.upper() if place in upper else char * 2 if place in double else char
        for place, char in enumerate(text)
    )
    first = min(upper | double)

    found = match.compare(changed, registered, STRICT).difference
    assert found is not None
    assert not found.alone
    assert first <= found.start <= first + 1
    assert found.kind is (K.CASE if first in upper else K.WHITESPACE)
    assert match.fits(mended(changed, found), registered)


# --- the fewest edits ---------------------------------------------------------------------------------


def slowly(text: str, fixed: Sequence[str]) -> int:
    """Return the number of edits by the table of all ends. A slot is free, unless it ends inside a word."""
    pattern = pattern_of(fixed)
    size = len(text)
    row = list(range(size, -1, -1))
    for token in reversed(pattern):
        after, row = row, [0] * (size + 1)
        if token is None:
            costs = [
                cost + (cost > 0 and 0 < place < size and (text[place - 1] + text[place]).isalnum())
                for place, cost in enumerate(after)
            ]
            row = [min(costs[place:]) for place in range(size + 1)]
            continue
        row[size] = after[size] + 1
        for place in range(size - 1, -1, -1):
            char = text[place]
            # A letter that is replaced counts twice, as extra and missing; a sign once.
            cost = 0 if char == token else 1 if not (char.isalnum() or token.isalnum()) else 2
            if char.casefold() == token.casefold() and char != token:
                cost = 1
            row[place] = min(after[place + 1] + cost, after[place] + 1, row[place + 1] + 1)
    return row[0]


SMALL_TEXT = st.text(st.sampled_from("abA ,."), max_size=10)
SMALL_FIXED = st.lists(st.text(st.sampled_from("abA ,."), max_size=4), min_size=1, max_size=4)


@settings(EXAMPLES, max_examples=examples(600))
@given(SMALL_TEXT, SMALL_FIXED)
def test_the_edits_are_the_fewest(text: str, fixed: list[str]) -> None:
    pattern = pattern_of(fixed)
    wanted = slowly(text, fixed)
    found = fewest(text, pattern, BUDGET)

    assert (found is not None) == (wanted <= BUDGET)
    if found is None:
        return
    at = inside = 0
    made = ""
    for one in found.edits:
        assert at <= one.start <= one.end <= len(text)
        assert inside <= one.low <= one.high <= len(pattern)
        made += text[at : one.start] + "".join(token or "" for token in pattern[one.low : one.high])
        at, inside = one.end, one.high
    made += text[at:]
    assert match.fits(made, template("{#var#}".join(fixed)))
    assert len(found.slots) == len(fixed) - 1
    assert all(low <= high for low, high in found.slots)
    assert fewest(text, pattern, wanted) == found
    assert wanted == 0 or fewest(text, pattern, wanted - 1) is None
    assert sum(max(one.end - one.start, one.high - one.low) for one in found.edits) <= wanted


@settings(EXAMPLES, max_examples=examples(300))
@given(SMALL_TEXT, SMALL_FIXED)
def test_the_smallest_missing_or_extra_piece_is_found(text: str, fixed: list[str]) -> None:
    registered = template("{#var#}".join(fixed))
    assume(not match.fits(text, registered))
    pattern = pattern_of(fixed)
    piece = block(text, pattern)

    def matches(some: str, wanted: Sequence[str | None]) -> bool:
        return fewest(some, wanted, 0) is not None

    extra = [
        high - low
        for low, high in product(range(len(text) + 1), repeat=2)
        if low < high and matches(text[:low] + text[high:], pattern)
    ]
    missing = [
        high - low
        for low, high in product(range(len(pattern) + 1), repeat=2)
        if low < high and matches(text, [*pattern[:low], *pattern[high:]])
    ]
    assert matches(text[: piece.start] + text[piece.end :], [*pattern[: piece.low], *pattern[piece.high :]])
    if extra:
        assert (piece.low, size(piece)) == (piece.high, min(extra))
    assert size(piece) <= min(extra or missing, default=size(piece))


# --- any two texts --------------------------------------------------------------------------------------


@settings(EXAMPLES, max_examples=examples(600))
@given(
    st.text(
        st.sampled_from("abAB ,.\n\t\r\u2019\u200b\u20b9\u2026\u00df\u0130\u0928\u0947\U0001f600@"),
        max_size=30,
    ),
    st.lists(
        st.text(st.sampled_from("abAB ,.\n'Rs\u2026\u00dfi\u0928\u0947"), max_size=12), min_size=1, max_size=4
    ),
    st.sampled_from(sorted(PROFILES)),
)
def test_any_two_texts_have_a_difference_that_holds(text: str, fixed: list[str], profile: str) -> None:
    registered = template("{#var#}".join(fixed))
    compared = match.compare(text, registered, PROFILES[profile])
    found = compared.difference

    assert (compared.fillings is None) != (found is None)
    if found is None:
        assert compared.fillings is not None
        ends = [0, *(end for one in compared.fillings for end in (one.start, one.end)), len(text)]
        assert ends == sorted(ends)
        return
    assert 0 <= found.start <= found.end <= len(text)
    assert text[found.start : found.end][:40] == found.here
    assert found.here != found.registered or len(found.here) == 40
    if found.repairs:
        assert [one[:2] for one in found.repairs] == sorted(one[:2] for one in found.repairs)
        assert all(one[1] <= other[0] for one, other in zip(found.repairs, found.repairs[1:], strict=False))
        assert found.start == found.repairs[0][0]
        # What a repair makes a column (`@@` before a letter) is held back by the rule that proposes it.
        assert match.fits(mended(text, found), registered) or "@@" in text


def test_places_behind_columns_are_those_of_the_text() -> None:
    text = "Dear @@First_name, your Kettle order @@Order is packed and leaves Today. Help: 18001234567"
    found = difference(text, ORDER)

    assert (found.kind, text[found.start : found.end]) == (K.CASE, "T")
    assert mended(text, found) == text.replace("Today", "today")


# --- what a platform passes over ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT, ["Asha Devi", "4711"]),
        (TEXT.replace(", your", " your"), ["Asha Devi", "4711"]),
        (TEXT.replace("Kettle order", "Kettle  order,"), ["Asha Devi", "4711"]),
        (TEXT.replace("today. Help: ", "today\nHelp "), ["Asha Devi", "4711"]),
        (TEXT + "!", ["Asha Devi", "4711"]),
        (TEXT.replace("Asha Devi", "Mr. A. Devi (Pune)"), ["Mr. A. Devi (Pune)", "4711"]),
        (TEXT.replace("packed", "pack-ed"), ["Asha Devi", "4711"]),
        (TEXT.replace("Kettle", "kettle"), None),
        (
            TEXT.replace("Asha Devi", "@@Name").replace("4711", "@@Order").replace(", your", " your"),
            ["@@Name", "@@Order"],
        ),
    ],
)
def test_the_lenient_profile_reads_the_slots_all_the_same(text: str, expected: list[str] | None) -> None:
    found = match.compare(text, template(ORDER), PROFILES["msg91"]).fillings

    assert (found and [one.value for one in found]) == expected


def test_slots_are_found_between_long_runs_of_signs_that_are_passed_over() -> None:
    registered = "Hi {#var#} ------------ and {#var#} ............ or {#var#}"
    found = match.compare("Hi Asha and Devi or @@x", template(registered), PROFILES["msg91"]).fillings

    assert found is not None
    assert [one.value.strip() for one in found] == ["Asha", "Devi", "@@x"]

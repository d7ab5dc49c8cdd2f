"""A text held against a registered one: against regular expressions, and against trying every reading."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from conftest import examples
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from campaignctl.approved import SlotKind, Template
from campaignctl.dlt import match, slots
from campaignctl.profiles import PROFILES, STRICT, Profile

EXAMPLES = settings(max_examples=examples(400), deadline=None, database=None, derandomize=True)

Span = tuple[int, int]


def template(text: str) -> Template:
    found, fixed = slots.parse(text)
    return Template(
        id="1107160086562376233",
        entity="1101428740000012125",
        headers=("KETTLE",),
        category="service-implicit",
        text=text,
        status="approved",
        slots=found,
        fixed=fixed,
    )


def values(text: str, registered: str, profile: Profile = STRICT) -> list[str] | None:
    found = match.compare(text, template(registered), profile).fillings
    return None if found is None else [one.value for one in found]


# --- registered texts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("{#var#}", SlotKind.VAR),
        *((f"{{#{name}#}}", SlotKind.NUMERIC) for name in ("number", "numeric", "num")),
        *((f"{{#{name}#}}", SlotKind.ALPHANUMERIC) for name in ("alphanumeric", "alp")),
        *((f"{{#{name}#}}", SlotKind.URL) for name in ("url", "urg")),
        *((f"{{#{name}#}}", SlotKind.URLOTT) for name in ("urlott", "uro")),
        ("{#cbn#}", SlotKind.CBN),
        ("{#email#}", SlotKind.EMAIL),
        ("{#Var#}", SlotKind.VAR),
        ("{#NUMERIC#}", SlotKind.NUMERIC),
        ("{#var1#}", SlotKind.UNKNOWN),
        ("{#emails#}", SlotKind.UNKNOWN),
        ("{#2fa#}", SlotKind.UNKNOWN),
        ("{#first_name#}", SlotKind.UNKNOWN),
    ],
)
def test_a_slot_of_every_dialect_is_found(tag: str, kind: SlotKind) -> None:
    found, fixed = slots.parse(f"a {tag} b")

    assert [(one.kind, one.tag, one.start, one.end) for one in found] == [(kind, tag, 2, 2 + len(tag))]
    assert fixed == ("a ", " b")


@pytest.mark.parametrize(
    "text",
    [
        "{# var #}",
        "{#var}",
        "{var#}",
        "#var#",
        "{{var}}",
        "{#var-1#}",
        "{##}",
        "{#",
        "#}",
        "",
        "{#वर#}",
        "{#var#",
    ],
)
def test_what_is_no_slot_stays_fixed_text(text: str) -> None:
    assert slots.parse(text) == ((), (text,))


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("{#var#}", ("", "")),
        ("{#var#}{#num#}", ("", "", "")),
        ("{{#var#}}", ("{", "}")),
        ("{#{#var#}#}", ("{#", "#}")),
        ("a{#var#}#}b", ("a", "#}b")),
        ("{#x{#var#}", ("{#x", "")),
    ],
)
def test_neighbours_and_braces_are_kept_apart(text: str, fixed: tuple[str, ...]) -> None:
    assert slots.parse(text)[1] == fixed


@EXAMPLES
@given(
    st.lists(st.sampled_from(["{#", "#}", "var", "num", "{", "}", "#", " ", "x", "é"]), max_size=20).map(
        "".join
    )
)
def test_slots_and_fixed_texts_together_are_the_text(text: str) -> None:
    found, fixed = slots.parse(text)

    assert len(fixed) == len(found) + 1
    pieces = [
        fixed[0],
        *(piece for one, after in zip(found, fixed[1:], strict=True) for piece in (one.tag, after)),
    ]
    assert "".join(pieces) == text
    assert all(text[one.start : one.end] == one.tag for one in found)


# --- structure --------------------------------------------------------------------------------------

TAGS = st.sampled_from(
    ["{#var#}", "{#numeric#}", "{#alphanumeric#}", "{#url#}", "{#email#}", "{#cbn#}", "{#odd#}"]
)
FIXED = st.text(st.sampled_from("ab. 1"), max_size=4)
REGISTERED = st.lists(TAGS | FIXED, min_size=1, max_size=7).map("".join)
VALUE = st.text(st.sampled_from("ab. 1/\n\u200dन😀"), max_size=6)


def fill(registered: Template, given_values: Sequence[str]) -> str:
    pieces = [registered.fixed[0]]
    for value, after in zip(given_values, registered.fixed[1:], strict=True):
        pieces += [value, after]
    return "".join(pieces)


@EXAMPLES
@given(REGISTERED, st.data())
def test_a_filled_template_matches_and_its_fillings_make_the_text_again(
    text: str, data: st.DataObject
) -> None:
    registered = template(text)
    count = len(registered.slots)
    filled = fill(registered, data.draw(st.lists(VALUE, min_size=count, max_size=count)))

    found = match.compare(filled, registered, STRICT).fillings
    assert found is not None
    assert [one.slot for one in found] == list(registered.slots)
    assert fill(registered, [one.value for one in found]) == filled
    place = 0
    for one, before in zip(found, registered.fixed, strict=False):
        assert one.start == place + len(before)
        assert filled[one.start : one.end] == one.value == one.sample
        assert (one.columns, one.known) == ((), True)
        place = one.end


def pattern(registered: Template, least: int = 0, most: str = "", takes: Sequence[str] = ()) -> str:
    """Return a regular expression, one lazy group a slot."""
    kinds = takes or ["[\\s\\S]"] * len(registered.slots)
    expression = re.escape(registered.fixed[0])
    for kind, after in zip(kinds, registered.fixed[1:], strict=True):
        expression += f"({kind}{{{least},{most}}}?){re.escape(after)}"
    return expression


@EXAMPLES
@given(REGISTERED, st.text(st.sampled_from("ab. 1"), max_size=14))
def test_a_regular_expression_agrees_on_what_matches(text: str, other: str) -> None:
    registered = template(text)
    wanted = re.fullmatch(pattern(registered), other)

    assert match.fits(other, registered) == (wanted is not None)
    assert (match.compare(other, registered, STRICT).fillings is not None) == (wanted is not None)


# --- limits -----------------------------------------------------------------------------------------

#: Small limits, so that all readings of small texts can be tried.
SMALL = replace(STRICT, name="small", slot_warning=2, slot_error=3, url_warning=4)
CLASSES = {
    SlotKind.NUMERIC: "[0-9]",
    SlotKind.ALPHANUMERIC: "[a-z0-9 ./_]",
    SlotKind.URL: "\\S",
    SlotKind.EMAIL: "\\S",
}


def readings(text: str, fixed: Sequence[str]) -> Iterator[list[str]]:
    """Yield every way to read a text, by trying them all."""
    if not text.startswith(fixed[0]):
        return
    rest = text[len(fixed[0]) :]
    if len(fixed) == 1:
        if not rest:
            yield []
        return
    for length in range(len(rest) + 1):
        for more in readings(rest[length:], fixed[1:]):
            yield [rest[:length], *more]


def kept(reading: Sequence[str], registered: Template, most: int | None, url: int | None) -> bool:
    for value, slot in zip(reading, registered.slots, strict=True):
        longest = url if slot.kind in (SlotKind.URL, SlotKind.URLOTT) else most
        if not value or (longest is not None and len(value) > longest):
            return False
        if not re.fullmatch(f"{CLASSES.get(slot.kind, '[^~]')}*", value):
            return False
    return True


@settings(EXAMPLES, max_examples=examples(1500))
@given(REGISTERED, st.text(st.sampled_from("ab. 1"), max_size=11))
@example("{#numeric#}1{#alphanumeric#}", "111")
@example("{#var#}a{#var#}", "baaab")
@example("{#url#}a{#url#}a{#num#}", "aaa1aa1")
def test_a_reading_that_keeps_all_limits_is_found_where_there_is_one(text: str, other: str) -> None:
    registered = template(text)
    found = values(other, text, SMALL)
    every = list(readings(other, registered.fixed))

    assert (found is None) == (not every)
    if found is None:
        return
    assert found in every
    for most, url in ((2, 4), (3, None), (None, None)):
        good = [one for one in every if kept(one, registered, most, url)]
        if good:
            assert kept(found, registered, most, url)
            return


@settings(EXAMPLES, max_examples=examples(800))
@given(REGISTERED, st.data())
def test_of_several_good_readings_the_one_of_lazy_patterns_counts(text: str, data: st.DataObject) -> None:
    registered = template(text)
    count = len(registered.slots)
    short = st.text(st.sampled_from("ab. 1"), min_size=1, max_size=3)
    other = fill(registered, data.draw(st.lists(short, min_size=count, max_size=count)))
    most = ["4" if slot.kind in (SlotKind.URL, SlotKind.URLOTT) else "2" for slot in registered.slots]
    expression = re.escape(registered.fixed[0])
    for slot, longest, after in zip(registered.slots, most, registered.fixed[1:], strict=True):
        expression += f"({CLASSES.get(slot.kind, '[^~]')}{{1,{longest}}}?){re.escape(after)}"
    lazy = re.fullmatch(expression, other)

    if lazy is not None:
        assert values(other, text, SMALL) == list(lazy.groups())


#: Some of 24 places as bits, few of them so that there are long runs between.
PLACES = st.sets(st.integers(0, 23), max_size=3).map(lambda some: sum(1 << one for one in some))


@EXAMPLES
@given(PLACES, PLACES, st.sampled_from([0, 1]), st.integers(1, 24))
def test_doubling_steps_reach_what_single_ones_do(ends: int, refused: int, least: int, most: int) -> None:
    reached = match._reached(ends, match._Limits(least, most, refused))
    slow = {
        end - length
        for end in range(24)
        for length in range(least, most + 1)
        if ends >> end & 1
        and length <= end
        and not any(refused >> place & 1 for place in range(end - length, end))
    }

    assert {place for place in range(24) if reached >> place & 1} == slow


def test_a_long_value_is_a_warning_before_its_kind_is_broken() -> None:
    """35 characters are a warning; to read letters as a number would be an error that nobody has made."""
    name = "Asha Devi of the Old Lane by Pune 41"

    assert values(f"12 to {name} now", "{#numeric#} to {#alphanumeric#} now") == ["12", name]


@pytest.mark.parametrize(
    ("text", "registered", "expected"),
    [
        ("Pay 450 at pay at once", "Pay {#numeric#} at {#var#}", ["450", "pay at once"]),
        ("Hi a, b, bye", "Hi {#numeric#}, {#var#}, bye", None),
        ("see x y z", "see {#url#} {#var#}", ["x", "y z"]),
        ("see x y 7", "see {#var#} {#num#}", ["x y", "7"]),
        ("Dear , hi", "Dear {#var#}, hi", [""]),
    ],
)
def test_a_reading_that_a_person_would_choose(text: str, registered: str, expected: list[str] | None) -> None:
    if expected is not None:
        assert values(text, registered) == expected


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_profile_reads_a_sound_text(name: str) -> None:
    assert values("Hi Asha, 5 due", "Hi {#alp#}, {#num#} due", PROFILES[name]) == ["Asha", "5"]


# --- columns ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "registered", "expected"),
    [
        ("Hi @@Name, bye", "Hi {#var#}, bye", ["@@Name"]),
        ("@@a", "{#num#}", ["@@a"]),
        ("@@a@@b", "{#num#}{#alp#}", ["@@a", "@@b"]),
        ("@@a @@b", "{#num#} {#alp#}", ["@@a", "@@b"]),
        ("@@a and b@@b", "{#var#} and {#var#}", ["@@a", "b@@b"]),
        ("Hi @@Name", "Hi @@Name", None),  # a column is a value that nobody knows
        ("Hi @@Name", "Hi {#var#}e", None),
        ("@@Nameis here", "{#var#}is here", None),  # the column is `Nameis`
        ("@@Name is here", "{#var#} is here", ["@@Name"]),
        ("@@ @@", "@@ {#var#}", ["@@"]),
        ("mail a@@", "mail {#var#}", ["a@@"]),
        ("@@नाम जी", "{#var#} जी", ["@@नाम"]),
        ("Rs.@@Amt.", "Rs.{#num#}.", ["@@Amt"]),
        ("@@@a", "@{#var#}", ["@@a"]),
    ],
)
def test_a_column_stands_in_a_slot_and_nowhere_else(
    text: str, registered: str, expected: list[str] | None
) -> None:
    assert values(text, registered) == expected


COLUMNS = st.sampled_from(["@@a", "@@Name", "@@नाम", "@@x1"])


@EXAMPLES
@given(REGISTERED, st.data())
def test_columns_in_slots_are_found_with_their_samples(text: str, data: st.DataObject) -> None:
    registered = template(text)
    count = len(registered.slots)
    cells = data.draw(
        st.lists(st.tuples(COLUMNS, st.sampled_from(["", " b", ". 1"])), min_size=count, max_size=count)
    )
    assume(
        not any(
            re.match(r"\w", more + after)
            for (_, more), after in zip(cells, registered.fixed[1:], strict=True)
        )
    )
    filled = fill(registered, [column + more for column, more in cells])
    sample = {"a": "1", "Name": "Asha", "नाम": "आशा"}

    found = match.compare(filled, registered, STRICT, sample).fillings
    assert found is not None
    for one in found:
        assert filled[one.start : one.end] == one.value
        expected = one.value
        for name in one.columns:
            expected = expected.replace(f"@@{name}", sample.get(name, ""), 1)
        assert one.sample == expected
        assert one.known == ("x1" not in one.columns)
    assert sum(len(one.columns) for one in found) == count


def test_the_sample_of_a_column_is_never_read_as_a_column() -> None:
    found = match.compare("@@a@@b", template("{#var#}"), STRICT, {"a": "\0", "b": "c"}).fillings

    assert found is not None
    assert found[0].sample == "\0c"


def test_masking_keeps_every_place() -> None:
    text = "é@@a x@@नाम. @@ @@b"
    masked = match.mask(text)

    assert masked.text == f"é{match.HOLE} x{match.HOLE}. @@ {match.HOLE}"
    assert masked.names == ("a", "नाम", "b")
    assert len(masked.places) == len(masked.text) + 1
    for place, char in enumerate(masked.text):
        assert text[masked.places[place]] == ("@" if char == match.HOLE else char)
    assert masked.places[-1] == len(text)


# --- hostile pairs ----------------------------------------------------------------------------------


def steps(call: Callable[[], Any]) -> int:
    """Return how many lines of the package's own code a call runs: its work, on any machine."""
    count = 0

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal count
        if event == "call" and "campaignctl" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def hostile() -> Iterator[tuple[str, str, str]]:
    for name in ("{#var#}", "{#num#}", "{#alphanumeric#}", "{#url#}"):
        yield f"one letter, {name}", "a" * 2000, "a".join([name] * 31)
        yield f"many letters, {name}", "a" * 2000, ("a" * 40).join([name] * 31)
        yield f"not at the end, {name}", "a" * 1999 + "b", ("a" * 40).join([name] * 31) + "a"
        yield f"alternating, {name}", "ab" * 1000, ("ba" * 20).join([name] * 31) + "b"
        yield f"out of step, {name}", "ab" * 1000, ("aab" * 12).join([name] * 31)
        yield f"adjacent, {name}", "1" * 2000, name * 250
        yield f"adjacent, not at the end, {name}", "1" * 2000, name * 250 + "x"
        yield f"signs, {name}", "a.b, " * 400, "A,b. ".join([name] * 31) + "x" * 1000
    yield "no slots, other case", "A" * 2000, "a" * 2000
    yield "no slots, wide letters", "\uff41" * 2000, "a" * 2000
    yield "signs for signs", "." * 2000, "," * 2000
    yield "nothing", "", "a" * 2000
    yield "no template", "a" * 2000, ""
    yield "all different", "".join(map(chr, range(0x4E00, 0x55D0))), "".join(map(chr, range(0x5600, 0x5DD0)))


@pytest.mark.parametrize(
    ("text", "registered"), [one[1:] for one in hostile()], ids=[one[0] for one in hostile()]
)
@pytest.mark.parametrize("profile", ["strict", "msg91"])
def test_a_hostile_pair_costs_a_bounded_number_of_steps(text: str, registered: str, profile: str) -> None:
    ready = template(registered)

    assert steps(lambda: match.compare(text, ready, PROFILES[profile])) < 800_000


@pytest.mark.parametrize("name", ["{#var#}", "{#num#}", "{#url#}"])
@pytest.mark.parametrize("end", ["", "x"])
def test_twice_the_text_takes_twice_the_steps(name: str, end: str) -> None:
    ready = template(("ab" * 10).join([name] * 31) + end)

    def work(size: int) -> int:
        return steps(lambda: match.compare("ab" * size, ready, STRICT))

    assert work(1000) < 2.5 * work(500)

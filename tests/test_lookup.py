"""The index of templates finds what trying them all finds."""

from __future__ import annotations

from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl.approved import Registry, Template
from campaignctl.dlt import lookup, match, slots

TEXTS = st.text(alphabet="ab  .", max_size=12)
FIXED = st.lists(TEXTS, min_size=1, max_size=4).map(lambda pieces: "{#var#}".join(pieces) or "a")


def template(number: int, text: str, status: str = "approved") -> Template:
    found, fixed = slots.parse(text)
    return Template(
        id=f"11071770123845192{number:02}",
        entity="1101428740000012125",
        headers=("KETTLE",),
        category="service-implicit",
        text=text,
        status=status,
        slots=found,
        fixed=fixed,
        index=number,
    )


def registry(*templates: Template) -> Registry:
    return Registry(templates={one.id: one for one in templates}, knows_templates=True)


@settings(max_examples=examples(400), deadline=None, database=None, derandomize=True)
@given(st.lists(FIXED, max_size=8), st.lists(TEXTS, min_size=1, max_size=4), st.data())
def test_it_finds_what_trying_all_of_them_finds(
    texts: list[str], values: list[str], data: st.DataObject
) -> None:
    templates = [template(number, text) for number, text in enumerate(texts)]
    filled = data.draw(st.sampled_from(texts)) if texts else ""
    for value in values:
        filled = filled.replace("{#var#}", value or "@@Column", 1)
    for text in (filled, *values):
        found = {one.id for one in lookup.fitting(registry(*templates), text)}

        assert found == {one.id for one in templates if match.fits(text, one)}


def test_the_template_with_most_fixed_text_comes_first_and_only_approved_ones_come() -> None:
    known = registry(
        template(0, "{#var#}"),
        template(1, "Your Kettle order {#var#}"),
        template(2, "Your {#var#} order {#var#}"),
        template(3, "Your Kettle order 1{#var#}", status="pending"),
    )

    found = lookup.fitting(known, "Your Kettle order 17")

    assert [one.index for one in found] == [1, 2, 0]


def test_another_registry_is_another_index() -> None:
    one, other = registry(template(0, "One tea")), registry(template(0, "Two teas"))

    assert [len(lookup.fitting(each, "One tea")) for each in (one, other, one)] == [1, 0, 1]


def test_the_nearest_text_shares_most_words() -> None:
    texts = ("The cafe is open {#var#} today", "The shop is closed {#var#} today", "Hi {#var#}")
    known = registry(*(template(number, text) for number, text in enumerate(texts)))

    for text, nearest in (
        ("The cafe was open late today", 0),
        ("The shop is closed for ever", 1),
        ("Hi Asha", None),
        ("Something else for you", None),
    ):
        found = lookup.nearest(known, text)
        assert (found.index if found else None) == nearest, text

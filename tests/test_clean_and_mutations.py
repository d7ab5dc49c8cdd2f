"""Lint is silent about what is sound, and says one thing about one mistake."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import clean
import pytest
from conftest import NOW, write

from campaignctl import lint, project
from campaignctl.findings import Finding
from campaignctl.rules import BY_NAME


def findings(root: Path) -> tuple[Finding, ...]:
    return lint.run(project.load(root), now=NOW).findings


def said(found: tuple[Finding, ...]) -> list[str]:
    return [f"{one.path}:{one.region.line} {one.name}: {one.message}" for one in found]


@pytest.mark.parametrize("seed", range(20))
def test_valid_campaigns_have_no_findings(tmp_path: Path, seed: int) -> None:
    clean.folder(tmp_path, 10, seed)

    assert said(findings(tmp_path)) == []


def test_the_generator_knows_every_kind_and_every_way_to_write(tmp_path: Path) -> None:
    clean.folder(tmp_path, 200, 1)
    text = "\n---\n".join(one.read_text("utf-8") for one in sorted(tmp_path.glob("2035/**/*.yaml")))

    assert text.count("\nid: ") + text.startswith("id: ") == 200
    assert {one.category for one in clean.KINDS} == {
        "transactional",
        "service-implicit",
        "promotional",
        "government",
    }
    for number in range(len(clean.KINDS)):
        assert clean.template_id(number) in text
    for way in (
        'template: "',
        "template: '",
        "template: |-",
        "template: >-",
        "variables: [",
        "{{ brand }}",
        "@@",
    ):
        assert way in text
    for way in (
        "content_type: dynamic",
        "content_type: static",
        "lists: [",
        "lists:\n",
        "\\u0915",
        "नमस्ते",
        "\n---\n",
    ):
        assert way in text


def test_the_same_numbers_make_the_same_folder(tmp_path: Path) -> None:
    clean.folder(tmp_path / "a", 20, 3)
    clean.folder(tmp_path / "b", 20, 3)

    a, b = (
        {one.relative_to(root): one.read_bytes() for one in root.rglob("*.yaml")}
        for root in (tmp_path / "a", tmp_path / "b")
    )
    assert a == b


class Mutation(NamedTuple):
    """One mistake: the rule that names it, the file, and what stands there in place of what."""

    rule: str
    what: str
    file: str
    old: str
    new: str
    also: tuple[tuple[str, str, str], ...] = ()  #: further (file, old, new) of the same mistake


TEMPLATES, LISTS, LINKS = "registry/templates.yaml", "registry/lists.yaml", "registry/links.yaml"
NORTH = "lists: [north]"
CAFE = "The Kettle cafe is open today. We look forward to your visit."
#: A registered text that no campaign of the folder uses, and the head of its entry.
UNUSED = "we could not bring your Kettle parcel today"
HEAD = (
    '    name: Template 10\n    headers: ["KETTLE"]\n    category: service-implicit\n    status: approved\n'
)
SPARE = f"""\
  - id: "1107177555000000123"
    entity: "{clean.ENTITY}"
    headers: [KETTLE]
    category: service-implicit
    status: approved
    text: """
ID = clean.template_id
STRANGERS = 'lists:\n  strangers: { sid: "00112233445566778899aabbccddeeff", contacts: 90, consent: none }\n'
CROWD = 'lists:\n  crowd: { sid: "00112233445566778899aabbccddeeff", contacts: 900000, consent: recorded }\n'
BUDGET = "region: mumbai\npolicy:\n  max_parts: 1"
LONG = clean.KINDS[10].text.replace("{#alphanumeric#}", "Asha", 1).replace("{#alphanumeric#}", "Sunday")


def more(text: str) -> tuple[str, str, str]:
    """Return the edit that puts one more template before the others."""
    return (TEMPLATES, "templates:\n", f"templates:\n{SPARE}{text}\n")


MUTATIONS = (
    # 0: files
    Mutation("yaml-syntax", "a bracket is not closed", "cafe.yaml", NORTH, "lists: [north"),
    Mutation("yaml-duplicate-key", "a key twice", "cafe.yaml", NORTH, f"{NORTH}\nlists: [south]"),
    Mutation("yaml-ambiguous-scalar", "an id without quotes", "cafe.yaml", f'"{ID(1)}"', ID(1)),
    Mutation("yaml-limit", "deep", "cafe.yaml", NORTH, f"{NORTH}\nname: {'[' * 33}{']' * 33}"),
    Mutation(
        "ignore-without-reason",
        "no reason",
        "cafe.yaml",
        f'dlt_template_id: "{ID(1)}"',
        f"# campaignctl: ignore[yaml-ambiguous-scalar]\ndlt_template_id: {ID(1)}",
    ),
    Mutation(
        "ignore-unknown", "no rule", "cafe.yaml", NORTH, f"# campaignctl: ignore[no-rule] agreed\n{NORTH}"
    ),
    Mutation(
        "ignore-unused", "in vain", "cafe.yaml", NORTH, f"# campaignctl: ignore[segments] agreed\n{NORTH}"
    ),
    Mutation(
        "ignore-forbidden",
        "a list",
        "cafe.yaml",
        NORTH,
        f"# campaignctl: ignore[list-unknown] agreed\n{NORTH}",
    ),
    # 1: shape
    Mutation("unknown-key", "a misspelt key", "cafe.yaml", NORTH, f"{NORTH}\nsms_typ: transactional"),
    Mutation("missing-key", "no lists", "cafe.yaml", f"{NORTH}\n", ""),
    Mutation("wrong-type", "a list without brackets", "cafe.yaml", NORTH, "lists: north"),
    Mutation("invalid-value", "no such content", "cafe.yaml", NORTH, f"{NORTH}\ncontent_type: dynamik"),
    Mutation("duplicate-id", "another's id", "cafe.yaml", "id: cafe", "id: tea"),
    Mutation("name-too-short", "a short name", "cafe.yaml", NORTH, f"{NORTH}\nname: Tea"),
    # 2: text
    Mutation("template-undefined-variable", "a misspelt word", "cafe.yaml", "The Kettle", "The {{ brnad }}"),
    Mutation("template-syntax", "a loop", "cafe.yaml", "The Kettle", "The {% for x in y %}"),
    Mutation("template-too-long", "a registered text", TEMPLATES, UNUSED, f"{UNUSED}{' once more' * 200}"),
    Mutation("column-in-static", "a column", "packed.yaml", "Asha", "@@First_name"),
    Mutation("column-unknown", "a misspelt column", "packed-each.yaml", "@@First_name", "@@Frist_name"),
    Mutation("unfilled-placeholder", "a slot", "packed.yaml", "4711", "{#numeric#}"),
    Mutation(
        "dynamic-without-column", "all read the same", "cafe.yaml", NORTH, f"{NORTH}\ncontent_type: dynamic"
    ),
    Mutation(
        "promo-words-in-service",
        "an offer",
        "cafe.yaml",
        "is open",
        "has offers",
        ((TEMPLATES, "cafe is open today", "cafe has offers today"),),
    ),
    Mutation(
        "segments",
        "two parts",
        "cafe.yaml",
        CAFE,
        LONG,
        (("cafe.yaml", ID(1), ID(10)), ("campaignctl.yaml", "region: mumbai", BUDGET)),
    ),
    # 3: ids and headers
    Mutation(
        "entity-id-format",
        "a digit lost",
        "cafe.yaml",
        NORTH,
        f'{NORTH}\ndlt_entity_id: "110142874000001212"',
    ),
    Mutation("template-id-format", "two digits lost", "cafe.yaml", ID(1), ID(1)[:-2]),
    Mutation("header-format", "a digit among letters", "cafe.yaml", NORTH, f"{NORTH}\nsender_id: KETTL3"),
    Mutation(
        "header-type-mismatch", "digits for a service", "cafe.yaml", NORTH, f'{NORTH}\nsender_id: "512345"'
    ),
    Mutation("id-kind-swapped", "the entity's id", "cafe.yaml", ID(1), clean.ENTITY),
    Mutation("id-spreadsheet-damage", "a spreadsheet's number", "cafe.yaml", ID(1), "1.10718E+18"),
    Mutation("vendor-id-as-dlt-id", "the gateway's id", "cafe.yaml", ID(1), "198607"),
    Mutation("template-unknown", "an id of nobody", "cafe.yaml", ID(1), "1107177199912345678"),
    Mutation(
        "template-not-active",
        "withdrawn",
        TEMPLATES,
        '    name: Template 1\n    headers: ["KETTLE"]\n    category: service-implicit\n    status: approved\n',
        '    name: Template 1\n    headers: ["KETTLE"]\n    category: service-implicit\n    status: inactive\n',
    ),
    Mutation(
        "template-entity-mismatch",
        "another's template",
        TEMPLATES,
        f'"{ID(1)}"\n    entity: "{clean.ENTITY}"',
        f'"{ID(1)}"\n    entity: "1101428740000099125"',
    ),
    Mutation(
        "header-has-affix", "an operator's prefix", "cafe.yaml", NORTH, f"{NORTH}\nsender_id: VM-KETTLE"
    ),
    Mutation("header-unknown", "a header of nobody", "cafe.yaml", NORTH, f"{NORTH}\nsender_id: SAUCER"),
    Mutation("header-case", "lower case", "cafe.yaml", NORTH, f"{NORTH}\nsender_id: Kettle"),
    Mutation(
        "header-not-linked",
        "another template's header",
        "cafe.yaml",
        NORTH,
        f"{NORTH}\nsender_id: SAUCER",
        ((TEMPLATES, HEAD, HEAD.replace('"KETTLE"', '"KETTLE", "SAUCER"')),),
    ),
    Mutation(
        "promo-header-category-digit",
        "another trade",
        TEMPLATES,
        '    name: Template 14\n    headers: ["512345"]\n    category: promotional\n    status: approved\n    language: en\n    encoding: text\n    business: consumer-goods',
        '    name: Template 14\n    headers: ["512345"]\n    category: promotional\n    status: approved\n    language: en\n    encoding: text\n    business: food',
    ),
    # 4: lists
    Mutation(
        "lists-count", "two for a dynamic campaign", "packed-each.yaml", "[orders]", "[orders, loyalty]"
    ),
    Mutation("list-unknown", "a list of nobody", "cafe.yaml", NORTH, "lists: [nort]"),
    Mutation("list-repeated", "a list twice", "cafe.yaml", NORTH, "lists: [north, north]"),
    Mutation(
        "consent-missing",
        "nobody has agreed",
        "tea.yaml",
        NORTH,
        "lists: [strangers]",
        ((LISTS, "lists:\n", STRANGERS),),
    ),
    # 5: times
    Mutation("schedule-format", "no time", "cafe.yaml", "2035-10-20T10:30:00+05:30", "20 October, 10:30"),
    Mutation("schedule-no-timezone", "no zone", "cafe.yaml", "10:30:00+05:30", "10:30:00"),
    Mutation("schedule-min-duration", "an hour", "cafe.yaml", "18:00:00", "11:30:00"),
    Mutation("schedule-unlikely", "two for fourteen", "cafe.yaml", "T10:30", "T02:30"),
    Mutation("schedule-unlikely", "a slip of the year", "cafe.yaml", "2035-10-20T18", "2036-10-20T18"),
    Mutation("promo-window", "in the morning", "tea.yaml", "T10:30", "T09:30"),
    Mutation(
        "promo-window-overrun",
        "a million people",
        "tea.yaml",
        NORTH,
        "lists: [crowd]",
        ((LISTS, "lists:\n", CROWD),),
    ),
    # 6: links
    Mutation(
        "callback-url",
        "half an address",
        "cafe.yaml",
        NORTH,
        f"{NORTH}\nstatus_callback: hooks.kettle.example",
    ),
    Mutation("url-not-whitelisted", "another page", "parcel.yaml", "/track?o=4711", "/trace?o=4711"),
    Mutation(
        "url-public-shortener",
        "a public short link",
        "parcel.yaml",
        "kettle.example/track?o=4711",
        "bit.ly/3xYz12",
    ),
    Mutation("short-url-without-header", "no header", "bill.yaml", "/KETTLE/a1b2", "/a1b2"),
    Mutation("cbn-not-whitelisted", "another number", "call.yaml", clean.HELPLINE, "18007654321"),
    Mutation("email-not-whitelisted", "another domain", "mail.yaml", "@kettle.example", "@saucer.example"),
    Mutation(
        "credential-in-file",
        "a password",
        "cafe.yaml",
        NORTH,
        f"{NORTH}\nstatus_callback: https://asha:geheim4711@hooks.kettle.example/c",
    ),
    # 7: the registered text
    Mutation("body-mismatch", "another word", "packed.yaml", "is packed", "was packed"),
    Mutation("lookalike-vs-template", "a curly apostrophe", "table.yaml", "It's", "It\u2019s"),
    Mutation("body-matches-other-template", "another's id", "cafe.yaml", ID(1), ID(10)),
    Mutation("slot-count", "a value too few", "bill.yaml", '"450", ', ""),
    Mutation("slot-empty", "no value", "bill.yaml", "5 May", '""'),
    Mutation(
        "slot-too-long", "a long value", "packed.yaml", "Asha", "Asha Lakshmi Venkataraman Krishnamurthy Iyer"
    ),
    Mutation("slot-numeric", "a letter", "packed.yaml", "4711", "A4711"),
    Mutation("slot-alphanumeric", "a sign", "packed.yaml", "Asha", "Asha $ Co"),
    Mutation("slot-url-form", "no scheme", "parcel.yaml", "https://kettle.example", "kettle.example"),
    Mutation("slot-cbn-form", "half a number", "call.yaml", clean.HELPLINE, "98123456"),
    Mutation("slot-email-form", "no domain", "mail.yaml", "care@kettle.example", "care@kettle"),
    Mutation("slot-newline-or-edge-space", "a space", "bill.yaml", "5 May", '"5 May "'),
    Mutation("url-in-untyped-slot", "a link", "packed.yaml", "Asha", "https://kettle.example/shop"),
    # Before a slot, which could take the wrong sign
    Mutation("lookalike-vs-template", "a hard space", "packed.yaml", "Dear Asha", "Dear\\u00a0Asha"),
    Mutation("lookalike-vs-template", "a curly sign", "table.yaml", "(for 8)", "\uff08for 8)"),
    Mutation("body-mismatch", "a line break", "packed.yaml", "Dear Asha", "Dear\\nAsha"),
    # What follows from another mistake is not said beside it
    Mutation("slot-numeric", "a sign that also makes it Unicode", "bill.yaml", '"450"', '"\u20b9450"'),
    Mutation("slot-too-long", "a link over two parts", "parcel.yaml", "o=4711", f"o={'4' * 130}"),
    Mutation("slot-alphanumeric", "a curly sign before a link", "bill.yaml", "5 May", '"5 May\u2019s"'),
    Mutation("unfilled-placeholder", "one outside of a slot", "cafe.yaml", "is open", "{#var#} open"),
    Mutation(
        "template-too-long", "a campaign's text", "cafe.yaml", "your visit.", f"your visit.{' more' * 400}"
    ),
    Mutation(
        "header-unknown",
        "a header that is in a short link",
        "bill.yaml",
        NORTH,
        f"{NORTH}\nsender_id: KETTEL",
    ),
    Mutation(
        "id-kind-swapped",
        "a telemarketer's id in the registry",
        TEMPLATES,
        f'"{ID(1)}"\n    entity: "1101',
        f'"{ID(1)}"\n    entity: "1102',
    ),
    Mutation("short-url-without-header", "no key", "bill.yaml", "/KETTLE/a1b2", "/KETTLE/"),
    Mutation(
        "short-url-without-header", "a step before the header", "bill.yaml", "/KETTLE/a1b2", "/x/KETTLE/a1b2"
    ),
    Mutation(
        "url-not-whitelisted",
        "a chat in a slot for pages",
        "parcel.yaml",
        "kettle.example/track?o=4711",
        "wa.me/919812345678",
    ),
    Mutation("cta-entry-format", "no scheme", LINKS, "https://kettle.example/shop", "kettle.example/shop"),
    Mutation(
        "promo-words-in-service",
        "a value before % off",
        *more('"Kettle: {#num#}% off on all teas in the cafe."'),
    ),
    Mutation(
        "lookalike-vs-template",
        "a joiner that nobody sees",
        "hindi.yaml",
        "\u0911\u0930\u094d\u0921\u0930",
        "\u0911\u0930\u094d\u0921\u200d\u0930",
    ),
    Mutation(
        "lookalike-vs-template",
        "a letter written as two",
        "hindi.yaml",
        "\u0911\u0930\u094d\u0921\u0930",
        "\u0915\u093c\u0930",
        ((TEMPLATES, "Kettle \u0911\u0930\u094d\u0921\u0930", "Kettle \u0958\u0930"),),
    ),
    # 9: the registry
    Mutation("cta-entry-format", "a static '?'", LINKS, "kettle.example/shop", "kettle.example/shop?a=b"),
    Mutation(
        "cta-entry-format",
        "no header",
        LINKS,
        "urls:\n",
        'urls:\n  - { url: "https://ktl.example", kind: short }\n',
    ),
    Mutation(
        "cta-entry-format",
        "half a number",
        LINKS,
        f'"{clean.HELPLINE}", ',
        f'"{clean.HELPLINE}", "1234567", ',
    ),
    Mutation(
        "service-explicit-legacy", "an old category", TEMPLATES, HEAD, HEAD.replace("implicit", "explicit")
    ),
    Mutation("brand-missing", "no name", TEMPLATES, UNUSED, UNUSED.replace("Kettle ", "")),
    Mutation("promo-optout-missing", "no way out", TEMPLATES, " Opt out: STOP", ""),
    Mutation(
        "placeholder-syntax",
        "upper case",
        TEMPLATES,
        "{#alphanumeric#}, we could",
        "{#Alphanumeric#}, we could",
    ),
    Mutation(
        "placeholder-syntax", "an unknown tag", TEMPLATES, "{#alphanumeric#}, we could", "{#naam#}, we could"
    ),
    Mutation(
        "untyped-variable", "the old slot", TEMPLATES, "{#alphanumeric#}, we could", "{#var#}, we could"
    ),
    Mutation(
        "too-many-variables", "two more", TEMPLATES, UNUSED, f"{UNUSED} {{#num#}} times and {{#num#}} more"
    ),
    Mutation(
        "adjacent-variables",
        "two numbers",
        TEMPLATES,
        "{#alphanumeric#}, we could",
        "{#num#}/{#num#}, we could",
    ),
    Mutation("fixed-text-share", "a shell", *more('"{#alphanumeric#} of {#alphanumeric#} by Kettle"')),
    Mutation("forbidden-angle", "an open value", TEMPLATES, UNUSED, f"{UNUSED} <why>"),
    Mutation("double-space", "a second space", TEMPLATES, "could not bring", "could  not bring"),
    Mutation("edge-space", "a line break at the end", *more("|\n      Your Kettle tea is ready for you")),
    Mutation("duplicate-template-body", "a text twice", *more(f'"{clean.KINDS[10].text}"')),
    Mutation("registry-stale", "an old export", TEMPLATES, "2034-05-20", "2034-04-20"),
    Mutation("registry-stale", "a sleeping header", TEMPLATES, "2034-05-30", "2034-04-30"),
    Mutation("registry-stale", "a lost slot", TEMPLATES, HEAD, f"{HEAD}    variable_count: 3\n"),
    Mutation(
        "template-repeated", "an id twice", *more(f'"Kettle is here."\n{SPARE}"Kettle is here to stay."')
    ),
)


def is_stub(rule: str) -> bool:
    return (BY_NAME[rule].__doc__ or "").startswith("STUB.")


def mutated(mutation: Mutation) -> dict[str, str]:
    """Return the files of the sound folder with one mistake. What is replaced stands there exactly once."""
    files = clean.specimens()
    for file, old, new in ((mutation.file, mutation.old, mutation.new), *mutation.also):
        assert files[file].count(old) == 1, f"{old!r} stands {files[file].count(old)} times in {file}"
        files[file] = files[file].replace(old, new)
    return files


def test_the_folder_to_be_changed_is_sound(tmp_path: Path) -> None:
    write(tmp_path, {**clean.specimens()})

    assert said(findings(tmp_path)) == []


@pytest.mark.parametrize(
    "mutation",
    [
        pytest.param(
            one,
            marks=pytest.mark.skipif(is_stub(one.rule), reason=f"{one.rule} is not written yet"),
            id=f"{one.rule}-{re.sub('[^a-z0-9]+', '-', one.what.lower())}",
        )
        for one in MUTATIONS
    ],
)
def test_one_mistake_has_one_finding(tmp_path: Path, mutation: Mutation) -> None:
    write(tmp_path, {**mutated(mutation)})

    found = findings(tmp_path)

    assert [one.name for one in found] == [mutation.rule], said(found)
    assert found[0].path.endswith(mutation.file) or mutation.rule in NAMED_ELSEWHERE


#: Mistakes in the registry that show where a campaign uses it, or the other way round.
NAMED_ELSEWHERE = {
    "promo-words-in-service",
    "template-not-active",
    "template-entity-mismatch",
    "promo-header-category-digit",
    "duplicate-id",
}


def test_the_mutations_are_of_many_rules() -> None:
    assert len(MUTATIONS) >= 40
    assert len({one.rule for one in MUTATIONS}) >= 40

"""Ids and headers held against the registry: one mistake has one name, and its repair mends it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from conftest import CAMPAIGN, NOW, examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaignctl import campaigns, registry
from campaignctl.approved import Registry
from campaignctl.documents import parse
from campaignctl.findings import Hit, Severity
from campaignctl.model import Config, Context
from campaignctl.rules import CHECKS
from campaignctl.words import printable, quoted

EXAMPLES = settings(max_examples=examples(400), deadline=None, database=None, derandomize=True)
SOURCE = parse(CAMPAIGN.encode(), "a.yaml").documents[0]
SOUND: dict[str, Any] = yaml.safe_load(CAMPAIGN)
ENTITY, ID, OTHER = "1101428740000012125", "1107160086562376233", "1107160086562376299"


def entry(**changes: Any) -> dict[str, Any]:
    sound = {
        "id": ID,
        "entity": ENTITY,
        "name": "New tea",
        "headers": ["KETTLE"],
        "category": "service-implicit",
        "status": "approved",
        "text": SOUND["template"],
    }
    return {**sound, **changes}


def known(*entries: dict[str, Any], **more: Any) -> Registry:
    lists = {"lists": {"festival-north": {"sid": "9" * 32, "contacts": 12}}}
    return registry.build(registry.Part(lists), registry.Part({"templates": list(entries), **more}))


REGISTRY = known(
    entry(),
    entry(id=OTHER, name="Cafe", headers=["KETCAF", "Kitsms", "KITSMS"], text="The cafe of Kettle is open"),
    entry(id="1107177055730418213", name="Offer", headers=["512345"], category="promotional", text="Kettle!"),
    headers={"KETL": {}},
)
HEADERS = (
    *("header-format", "header-has-affix", "header-unknown", "header-case", "header-not-linked"),
    *("header-type-mismatch", "header-category-mismatch", "promo-header-category-digit"),
)
IDS = (
    *(
        "template-id-missing",
        "entity-id-missing",
        "template-id-format",
        "entity-id-format",
        "id-kind-swapped",
    ),
    *("id-spreadsheet-damage", "vendor-id-as-dlt-id", "template-unknown", "template-entity-mismatch"),
    "template-not-active",
)


def found(data: dict[str, Any], the_registry: Registry = REGISTRY, **more: Any) -> list[tuple[str, Hit]]:
    """Return the names and hits of the rules about ids and headers."""
    context = Context(config=Config(project="kettle-5a1f0c"), registry=the_registry, now=NOW)
    the_campaign = replace(campaigns.build(data, SOURCE, the_registry), **more)
    rules = [rule for rule in CHECKS if rule.NAME in IDS + HEADERS]
    return [(rule.NAME, Hit(*hit)) for rule in rules for hit in rule.check(the_campaign, context)]


def names(data: dict[str, Any], the_registry: Registry = REGISTRY, **more: Any) -> list[str]:
    return [name for name, _ in found(data, the_registry, **more)]


def mended(data: dict[str, Any], hit: Hit) -> dict[str, Any]:
    """Return the data after the repair of a hit."""
    assert hit.repair is not None
    (key,) = hit.pointer
    text = data[str(key)]
    for start, end, new in sorted(hit.repair.pieces, reverse=True):
        text = text[:start] + new + text[end:]
    return {**data, str(key): text}


# --- headers ----------------------------------------------------------------------------------------

SENDERS = st.one_of(
    st.sampled_from(
        [
            *(
                "KETTLE",
                "kettle",
                "KETTLX",
                "KETCAF",
                "ketcaf",
                "KitSms",
                "kitsms",
                "KETL",
                "ketl",
                "KET",
                "",
            ),
            *("512345", "512346", "912345", "VM-KETTLE", "KETTLE-S", "JD-512345-P", "vm-kettle", "KETTLE_IN"),
        ]
    ),
    st.from_regex(r"\A(?:[A-Z]{2}-)?[A-Za-z0-9]{2,7}(?:-[PSTGX])?\Z"),
)


@EXAMPLES
@given(
    sender=SENDERS,
    kind=st.sampled_from(["transactional", "promotional"]),
    id_=st.sampled_from([ID, OTHER, "1107177055730418213"]),
)
def test_a_header_has_one_finding_at_most(sender: str, kind: str, id_: str) -> None:
    said = names({**SOUND, "sender_id": sender, "sms_type": kind, "dlt_template_id": id_})
    about = [name for name in said if name in HEADERS]

    assert len(about) <= 1
    if not about:  # what passes is linked to the template, to the letter
        assert sender in next(one.headers for one in REGISTRY.templates.values() if one.id == id_)


@EXAMPLES
@given(sender=SENDERS, kind=st.sampled_from(["transactional", "promotional"]))
def test_a_safe_repair_of_a_header_ends_at_a_registered_one(sender: str, kind: str) -> None:
    data = {**SOUND, "sender_id": sender, "sms_type": kind}
    for _, hit in found(data):
        if hit.repair is not None and hit.repair.safe:
            assert mended(data, hit)["sender_id"] in REGISTRY.known_headers


@pytest.mark.parametrize(
    ("sender", "id_", "name", "repaired", "safe"),
    [
        ("kettle", ID, "header-case", "KETTLE", True),
        ("ketcaf", ID, "header-case", "KETCAF", True),
        ("kitsmS", OTHER, "header-case", "KITSMS", False),  # two are registered
        ("Kitsms", ID, "header-not-linked", "KETTLE", False),
        ("KETTLX", ID, "header-unknown", "KETTLE", False),
        ("KETL", ID, "header-not-linked", "KETTLE", False),
        ("VM-KETTLE", ID, "header-has-affix", "KETTLE", True),
        ("vm-kettle-s", ID, "header-has-affix", "KETTLE", True),
        ("AD-KETTLX", ID, "header-has-affix", "KETTLX", False),
        ("KETTLE1", ID, "header-format", "KETTLE", False),
    ],
)
def test_each_name_and_its_repair(sender: str, id_: str, name: str, repaired: str, *, safe: bool) -> None:
    data = {**SOUND, "sender_id": sender, "dlt_template_id": id_}
    ((said, hit),) = found(data)

    assert (said, mended(data, hit)["sender_id"]) == (name, repaired)
    assert hit.repair is not None
    assert hit.repair.safe is safe


def test_a_short_header_is_a_warning_only_while_nobody_can_look_it_up() -> None:
    data = {**SOUND, "sender_id": "KETL"}
    ((name, hit),) = found(data, Registry())

    assert (name, hit.severity) == ("header-format", Severity.WARNING)
    assert names(data, known(entry(headers=["KETL"]))) == []
    assert names(data, known(entry())) == ["header-unknown"]


@pytest.mark.parametrize(
    ("entries", "name", "other"),
    [
        ([entry(headers=["KETCAF"]), entry(id=OTHER)], "header-not-linked", "dlt_template_id"),
        ([entry(headers=["KETTLE"], category="promotional")], "header-category-mismatch", "dlt_template_id"),
        ([entry(entity="1101428740000012126")], "template-entity-mismatch", "dlt_template_id"),
    ],
)
def test_a_default_is_not_blamed_for_what_one_campaign_does_with_it(
    entries: list[dict[str, Any]], name: str, other: str
) -> None:
    inherited = frozenset(("sender_id", "dlt_entity_id"))
    ((_, own),) = found(SOUND, known(*entries))
    ((said, hit),) = found(SOUND, known(*entries), inherited=inherited)

    assert (said, hit.pointer, hit.repair) == (name, (other,), None)
    assert own.pointer != hit.pointer
    ((_, both),) = found(SOUND, known(*entries), inherited=inherited | {"dlt_template_id"})
    assert both.pointer == own.pointer


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("business", [None, *registry.BUSINESSES])
def test_the_first_digit_goes_with_the_business(digit: int, business: str | None) -> None:
    sender = f"{digit}12345"
    one = entry(headers=[sender], category="promotional", **({"business": business} if business else {}))
    said = names({**SOUND, "sender_id": sender, "sms_type": "promotional"}, known(one))
    fits = digit < 9 and business in (None, registry.BUSINESSES[digit])

    assert said == ([] if fits else ["promo-header-category-digit"])


@pytest.mark.parametrize(
    "category", ["transactional", "service-implicit", "service-explicit", "promotional", "government"]
)
@pytest.mark.parametrize("sender", ["KETTLE", "512345"])
def test_a_linked_header_must_be_of_the_template_s_kind(category: str, sender: str) -> None:
    kind = "transactional" if sender == "KETTLE" else "promotional"
    hits = found(
        {**SOUND, "sender_id": sender, "sms_type": kind}, known(entry(headers=[sender], category=category))
    )
    severities = [hit.severity or Severity.ERROR for name, hit in hits if name == "header-category-mismatch"]

    if sender == "512345" and category not in ("promotional", "government"):
        assert severities == [Severity.ERROR]
    elif sender == "KETTLE" and category == "promotional":
        assert severities == [Severity.WARNING]
    else:
        assert severities == []


# --- ids --------------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.sampled_from(
        [
            *(ID, OTHER, ENTITY, "", " ", "198607", "5f3d9a7be1c2d4a6b8c0e1f2", "1.10716E+18", f"{ID}.0"),
            *(
                "1107160086562370000",
                "1101428740000010000",
                "1102641120000014245",
                ID[:-1],
                f"{ID}0",
                f"'{ID}",
            ),
            *(f" {ID} ", "1107160086562376230", "1101428740000012126", "1.1E+18", "1107 1600 8656 2376 233"),
        ]
    ),
    st.text("0123456789.E+ ", max_size=20),
)


@EXAMPLES
@given(entity=VALUES, template=VALUES, knows=st.booleans())
def test_an_id_has_one_finding_at_most(entity: str, template: str, *, knows: bool) -> None:
    data = {**SOUND, "dlt_entity_id": entity, "dlt_template_id": template}
    hits = found(data, REGISTRY if knows else Registry())
    pointers = [hit.pointer for name, hit in hits if name in IDS]

    assert len(pointers) == len(set(pointers))
    errors = {hit.pointer for name, hit in hits if name in IDS and hit.severity is not Severity.WARNING}
    if knows and ("dlt_template_id",) not in errors:  # what passes is registered
        assert template in REGISTRY.templates
        assert ("dlt_entity_id",) in errors or entity == REGISTRY.templates[template].entity


@EXAMPLES
@given(entity=VALUES, template=VALUES)
def test_a_safe_repair_of_an_id_ends_at_a_sound_one(entity: str, template: str) -> None:
    data = {**SOUND, "dlt_entity_id": entity, "dlt_template_id": template}
    for name, hit in found(data):
        if name in IDS and hit.repair is not None and hit.repair.safe:
            after = mended(data, hit)
            still = [said for said, other in found(after) if said in IDS and other.pointer == hit.pointer]
            assert set(still) <= {"template-unknown", "template-entity-mismatch"}


@pytest.mark.parametrize(
    ("field", "value", "name", "repaired", "safe"),
    [
        ("dlt_template_id", f"'{ID}", "template-id-format", ID, True),
        ("dlt_template_id", f'="{ID}"', "template-id-format", ID, True),
        ("dlt_template_id", f"\u200b{ID}\u00a0", "template-id-format", ID, True),
        ("dlt_template_id", "1,107,160,086,562,376,233", "template-id-format", ID, True),
        ("dlt_template_id", ID[:-1], "template-id-format", ID, False),  # its text is that of ID
        ("dlt_template_id", "1107160086562376230", "template-unknown", ID, False),
        ("dlt_template_id", "1107177055730410000", "id-spreadsheet-damage", "1107177055730418213", True),
        ("dlt_template_id", "1.10717705573042E+18", "id-spreadsheet-damage", "1107177055730418213", True),
        ("dlt_template_id", "1.10718E+18", "id-spreadsheet-damage", "1107177055730418213", False),
        ("dlt_template_id", "1.1E+18", "id-spreadsheet-damage", None, False),
        ("dlt_template_id", "1102641120000014245", "id-kind-swapped", ID, False),
        ("dlt_entity_id", "1102641120000014245", "id-kind-swapped", ENTITY, True),
        ("dlt_entity_id", "1101428740000012126", "template-entity-mismatch", ENTITY, False),
        ("dlt_entity_id", " ", "entity-id-missing", ENTITY, True),
    ],
)
def test_each_fault_and_its_repair(
    field: str, value: str, name: str, repaired: str | None, *, safe: bool
) -> None:
    data = {**SOUND, field: value}
    ((said, hit),) = found(data)

    assert said == name
    assert (mended(data, hit)[field] if hit.repair else None) == repaired
    assert hit.repair is None or hit.repair.safe is safe
    assert hit.repair is None or hit.repair.safe or repaired is None or quoted(value) in hit.message


@pytest.mark.parametrize(("text", "fits"), [(SOUND["template"], 1), ("Nothing like it", 0)])
def test_an_unknown_id_is_told_by_its_text(text: str, fits: int) -> None:
    data = {**SOUND, "dlt_template_id": "1107160086562376230", "template": text}
    ((_, hit),) = found(data)

    assert ("whose text this is" in hit.message) == bool(fits)
    assert ("did you mean" in hit.message) == (not fits)
    assert (hit.repair is not None) == bool(fits)


def test_several_templates_of_one_text_are_named_and_none_is_written() -> None:
    data = {**SOUND, "dlt_template_id": "1107160086562376230"}
    one, two = entry(), entry(id=OTHER, name=None)
    ((_, hit),) = found(data, known(one, two, entry(id="1107160086562376277", status="pending")))

    assert hit.message.endswith(f"the text fits '{ID}' ('New tea') and '{OTHER}'")
    assert hit.repair is None


def test_what_a_spreadsheet_has_damaged_in_the_registry_is_not_said_in_the_campaigns() -> None:
    assert names(SOUND, known(entry(id="1.10716E+18"))) == []
    assert names(SOUND, known(entry(id="1.10718E+18", entity=ENTITY))) == ["template-unknown"]
    assert names(SOUND, known(entry(entity="1.10143E+18"))) == []


@pytest.mark.parametrize("status", ["pending", "rejected", "inactive", "blacklisted"])
def test_a_template_that_cannot_be_sent_leads_to_one_that_can(status: str) -> None:
    ((name, hit),) = found(SOUND, known(entry(status=status), entry(id=OTHER)))

    assert name == "template-not-active"
    assert status in hit.message
    assert mended(SOUND, hit)["dlt_template_id"] == OTHER
    ((_, alone),) = found(SOUND, known(entry(status=status)))
    assert alone.repair is None


def test_without_a_registry_nothing_is_unknown() -> None:
    assert names({**SOUND, "dlt_template_id": OTHER, "sender_id": "NOBODY"}, Registry()) == []


@EXAMPLES
@given(st.text(max_size=30), st.sampled_from(["dlt_entity_id", "dlt_template_id", "sender_id", "template"]))
@example("\x1b[31m", "sender_id")
def test_no_value_stops_a_rule_or_reaches_a_terminal(value: str, field: str) -> None:
    for _, hit in found({**SOUND, field: value}):
        assert printable(hit.message) == hit.message

"""Folders of made-up campaigns in which lint finds nothing: sound by every rule, in every way to write one.

`folder(root, size, seed)` writes the same folder for the same numbers. Kettle, its ids and its people are invented.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

ENTITY = "1101428740000012125"
HELPLINE = "18001234567"
CONFIG = f"""\
# yaml-language-server: $schema=schemas/config.schema.json
project: kettle-5a1f0c
region: mumbai
defaults:
  content_type: static
  dlt_entity_id: "{ENTITY}"
  sender_id: KETTLE
  sms_type: transactional
vars:
  brand: Kettle
  helpline: "{HELPLINE}"
  shop: https://kettle.example/shop
"""
LINKS = f"""\
urls:
  - {{ url: "https://kettle.example/shop", kind: static }}
  - {{ url: "https://kettle.example/track?", kind: dynamic }}
  - {{ url: "https://ktl.example/KETTLE", kind: short }}
  - {{ url: "https://wa.me/919812345678", kind: ott }}
numbers: ["{HELPLINE}", "919812345678", "02212345678"]
emails: ["kettle.example", "@mail.kettle.example"]
"""

#: What may stand in a slot of each tag's meaning: values, and the column of a dynamic list that holds such.
VALUES: Mapping[str, tuple[str, ...]] = {
    "name": ("Asha", "Farhan", "Lakshmi Iyer", "Joseph", "D Souza"),
    "city": ("Pune", "New Delhi", "Hazratganj", "Lucknow", "Bandra West"),
    "order": ("4711", "81205", "3509", "66021"),
    "amount": ("450", "1299", "75"),
    "day": ("5 May", "12 July", "Sunday", "31.12.2035", "1 August"),
    "hour": ("8", "11", "7"),
    "link": ("https://kettle.example/track?o=4711", "https://kettle.example/track?o=81205&l=en"),
    "short": ("https://ktl.example/KETTLE/a1b2",),
    "chat": ("https://wa.me/919812345678",),
    "phone": (HELPLINE, "9812345678", "02212345678"),
    "mail": ("care@kettle.example", "help@mail.kettle.example"),
    "naam": ("आशा", "फ़रहान", "लक्ष्मी"),
}
COLUMNS = {
    "name": "First_name",
    "city": "City",
    "order": "Order",
    "amount": "Amount",
    "day": "Due",
    "hour": "Hour",
    "link": "Link",
    "naam": "नाम",
}
#: One made-up row of each dynamic list.
SAMPLE = {COLUMNS[one]: VALUES[one][0] for one in COLUMNS}


class Kind(NamedTuple):
    """One registered template, and what its slots hold in their order."""

    text: str
    holds: tuple[str, ...] = ()
    category: str = "service-implicit"
    language: str = "en"
    header: str = "KETTLE"


PROMO = {"category": "promotional", "header": "512345"}
KINDS: tuple[Kind, ...] = (
    Kind(
        "Dear {#alphanumeric#}, your Kettle order {#numeric#} is packed and leaves today.", ("name", "order")
    ),
    Kind("The Kettle cafe is open today. We look forward to your visit."),
    Kind(
        "{#num#} is your code for Kettle. It is valid for {#num#} minutes.",
        ("order", "hour"),
        "transactional",
    ),
    Kind("Kettle parcel on its way to {#alp#}. Follow it: {#url#}", ("city", "link")),
    Kind(
        "Your Kettle bill of Rs {#numeric#} is due on {#alphanumeric#}. Pay at {#urg#}",
        ("amount", "day", "short"),
    ),
    Kind("Questions about your Kettle order {#numeric#}? Call {#cbn#} at any time.", ("order", "phone")),
    Kind(
        "Write to {#email#} about your Kettle subscription, or ask at the cafe in {#alp#}.", ("mail", "city")
    ),
    Kind("Chat with Kettle about order {#num#} here: {#urlott#}", ("order", "chat")),
    Kind(
        "Kettle cafe in {#alphanumeric#}\nOpen from {#numeric#} in the morning\nHelp: 18001234567",
        ("city", "hour"),
    ),
    Kind(
        "It's time: {#alphanumeric#} - your Kettle table (for {#numeric#}) is laid [window].",
        ("name", "hour"),
    ),
    Kind(
        "Dear {#alphanumeric#}, we could not bring your Kettle parcel today because nobody was at home. We come again on "
        "{#alphanumeric#} before noon. If that does not suit you, please tell the driver or our team another day.",
        ("name", "day"),
    ),
    Kind(
        "Water works notice by Kettle for {#alphanumeric#}: no supply on {#alphanumeric#}.",
        ("city", "day"),
        "government",
    ),
    Kind(
        "नमस्ते {#alphanumeric#}, आपका Kettle ऑर्डर {#numeric#} आज भेज दिया गया है।",
        ("naam", "order"),
        language="hi",
    ),
    Kind("Kettle कैफ़े आज सुबह {#num#} बजे से खुला रहेगा। शुभकामनाएँ।", ("hour",), language="hi"),
    Kind(
        "Kettle tea at {#numeric#} percent off till {#alphanumeric#}. To opt out reply STOP",
        ("hour", "day"),
        **PROMO,
    ),
    Kind(
        "Kettle double points for you, {#alphanumeric#}. Order: https://kettle.example/shop Opt out: STOP",
        ("name",),
        **PROMO,
    ),
    Kind(
        "होली है! Kettle चाय पर {#numeric#} मार्च तक विशेष छूट। STOP के लिए 18001234567",
        ("hour",),
        language="hi",
        **PROMO,
    ),
)
STATIC_LISTS = ("north", "south", "east", "west", "hill-stations", "cafes")
DYNAMIC_LISTS = ("loyalty", "orders", "subscribers")


def template_id(number: int) -> str:
    """Return the id of a template: Vi's, created on a day of 2026."""
    return f"1107{1_770_000_000_000 + number * 86_400_007}{11 + number}"


def templates() -> str:
    """Return registry/templates.yaml."""
    entries = []
    for number, kind in enumerate(KINDS):
        more = "    business: consumer-goods\n" if kind.category == "promotional" else ""
        entries.append(
            f'  - id: "{template_id(number)}"\n    entity: "{ENTITY}"\n    name: Template {number}\n'
            f'    headers: ["{kind.header}"]\n    category: {kind.category}\n    status: approved\n'
            f"    language: {kind.language}\n    encoding: {'unicode' if kind.language == 'hi' else 'text'}\n{more}"
            f"    variable_count: {len(kind.holds)}\n    text: {json.dumps(kind.text, ensure_ascii=False)}\n"
        )
    head = 'exported: "2034-05-20"\nbrands: [Kettle]\nheaders:\n  KETTLE: { last_used: "2034-05-30" }\n'
    return f"{head}templates:\n{''.join(entries)}"


def lists() -> str:
    """Return registry/lists.yaml."""
    dice = random.Random(1)
    text = "lists:\n"
    for alias in (*STATIC_LISTS, *DYNAMIC_LISTS):
        text += f'  {alias}:\n    sid: "{dice.randrange(16**32):032x}"\n    contacts: {dice.randrange(50, 9000)}\n'
        text += '    consent: recorded\n    consent_until: "2036-12-31"\n'
        if alias in DYNAMIC_LISTS:
            text += f"    columns: {json.dumps(list(SAMPLE), ensure_ascii=False)}\n"
            text += f"    sample: {json.dumps(SAMPLE, ensure_ascii=False)}\n"
    return text


def folder(root: Path, size: int, seed: int) -> None:
    """Write a folder of `size` valid campaigns, the same for the same size and seed."""
    dice = random.Random(seed)
    files = {
        "campaignctl.yaml": CONFIG,
        "registry/templates.yaml": templates(),
        "registry/lists.yaml": lists(),
        "registry/links.yaml": LINKS,
    }
    number = 0
    while number < size:
        several = min(dice.choice((1, 1, 1, 2, 3)), size - number)
        documents = [campaign(number + one, dice) for one in range(several)]
        files[f"2035/{dice.choice(('orders', 'cafes', 'tea'))}/{number:06}.yaml"] = "---\n".join(documents)
        number += several
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def campaign(number: int, dice: random.Random) -> str:
    """Return one valid campaign, its kind and its way of writing thrown with the dice."""
    which = number % len(KINDS) if number < len(KINDS) else dice.randrange(len(KINDS))
    kind = KINDS[which]
    can_vary = any(one in COLUMNS for one in kind.holds)
    dynamic = can_vary and dice.random() < 0.5
    values = [_value(one, dice, dynamic=dynamic) for one in kind.holds]
    if dynamic and not any("@@" in one for one in values):
        dynamic = False
    lines = [
        dice.choice(("", "# Agreed with the city team, see the calendar.\n")),
        f"id: campaign-{number:06}\n",
        dice.choice(("", f'name: "Campaign {number}: {kind.category}"\n')),
        "content_type: dynamic\n" if dynamic else dice.choice(("", "content_type: static\n")),
        _lists(dice, dynamic=dynamic),
        _schedule(dice),
        f'dlt_template_id: "{template_id(which)}"\n',
        _kind_of_message(kind, dice),
        _text(kind, values, dice),
        dice.choice(("", "status_callback: https://hooks.kettle.example/campaign\n")),
    ]
    return "".join(lines)


def _value(what: str, dice: random.Random, *, dynamic: bool) -> str:
    if dynamic and what in COLUMNS and dice.random() < 0.8:
        return f"@@{COLUMNS[what]}"
    return dice.choice(VALUES[what])


def _lists(dice: random.Random, *, dynamic: bool) -> str:
    chosen = [dice.choice(DYNAMIC_LISTS)] if dynamic else dice.sample(STATIC_LISTS, dice.randint(1, 5))
    if dice.random() < 0.5:
        return f"lists: [{', '.join(chosen)}]\n"
    return "lists:\n" + "".join(f"  - {one}\n" for one in chosen)


def _schedule(dice: random.Random) -> str:
    # 45,000 people at 300 a minute take two and a half hours: all are done before 21:00, promotional or not.
    day = f"2035-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
    start = f"{dice.randrange(10, 14)}:{dice.choice(('00', '15', '30'))}:00"
    end = f"{dice.randrange(18, 21)}:{dice.choice(('00', '30'))}:00"
    return f'schedule:\n  start_time: "{day}T{start}+05:30"\n  end_time: "{day}T{end}+05:30"\n'


def _kind_of_message(kind: Kind, dice: random.Random) -> str:
    if kind.category == "promotional":
        return f'sender_id: "{kind.header}"\nsms_type: {dice.choice(("promotional", "Promotional"))}\n'
    return dice.choice(("", "sender_id: KETTLE\n", f'sender_id: "{kind.header}"\nsms_type: TRANSACTIONAL\n'))


# --- ways to write a text -----------------------------------------------------------------------------


def _text(kind: Kind, values: list[str], dice: random.Random) -> str:
    if values and dice.random() < 0.2:
        return f"variables: {json.dumps(values, ensure_ascii=False)}\n"
    text = _filled(kind.text, values)
    if dice.random() < 0.4:
        text = text.replace("Kettle", "{{ brand }}", 1).replace(HELPLINE, "{{ helpline }}")
        text = text.replace("https://kettle.example/shop", "{{ shop }}")
    return dice.choice(list(_styles(text)))


def _filled(text: str, values: list[str]) -> str:
    """Return a registered text with its slots filled in order."""
    pieces = text.split("{#")
    return pieces[0] + "".join(
        value + piece.split("#}", maxsplit=1)[1] for value, piece in zip(values, pieces[1:], strict=True)
    )


def _styles(text: str) -> Iterator[str]:
    """Yield the ways in which YAML can say a text: quoted, folded, literal."""
    yield f"template: {json.dumps(text, ensure_ascii=False)}\n"
    yield f"template: {json.dumps(text)}\n"
    literal = "".join(f"  {line}\n" for line in text.split("\n"))
    yield f"template: |-\n{literal}"
    if "\n" not in text:
        doubled = text.replace("'", "''")
        yield f"template: '{doubled}'\n"
        folded = wrap(text, 50, break_long_words=False, break_on_hyphens=False)
        yield "template: >-\n" + "".join(f"  {line}\n" for line in folded)


# --- one folder to change one thing of ------------------------------------------------------------------


def _specimen(id_: str, which: int, text: str, **more: str) -> str:
    fields = {
        "lists": "[north]",
        "schedule": '\n  start_time: "2035-10-20T10:30:00+05:30"\n  end_time: "2035-10-20T18:00:00+05:30"',
        "dlt_template_id": f'"{template_id(which)}"',
        **more,
    }
    lines = "".join(f"{key}:{'' if value[0] == chr(10) else ' '}{value}\n" for key, value in fields.items())
    return f"id: {id_}\n{lines}{text}\n"


def specimens() -> dict[str, str]:
    """Return the files of a small folder without findings, each campaign in a file of its own."""
    promo = {"sender_id": '"512345"', "sms_type": "promotional"}
    written = [
        ("cafe", 1, 'template: "The Kettle cafe is open today. We look forward to your visit."', {}),
        ("packed", 0, 'template: "Dear Asha, your Kettle order 4711 is packed and leaves today."', {}),
        (
            "packed-each",
            0,
            'template: "Dear @@First_name, your Kettle order @@Order is packed and leaves today."',
            {"content_type": "dynamic", "lists": "[orders]"},
        ),
        ("bill", 4, 'variables: ["450", 5 May, "https://ktl.example/KETTLE/a1b2"]', {}),
        (
            "parcel",
            3,
            'template: "Kettle parcel on its way to Pune. Follow it: https://kettle.example/track?o=4711"',
            {},
        ),
        (
            "call",
            5,
            f'template: "Questions about your Kettle order 4711? Call {HELPLINE} at any time."',
            {},
        ),
        (
            "mail",
            6,
            'template: "Write to care@kettle.example about your Kettle subscription, or ask at the cafe in Pune."',
            {},
        ),
        (
            "table",
            9,
            """template: "It's time: Asha - your Kettle table (for 8) is laid [window]." """.strip(),
            {},
        ),
        ("hindi", 12, 'template: "नमस्ते आशा, आपका Kettle ऑर्डर 4711 आज भेज दिया गया है।"', {}),
        ("tea", 14, 'template: "Kettle tea at 8 percent off till 5 May. To opt out reply STOP"', promo),
    ]
    registry = "".join(line for line in templates().splitlines(keepends=True) if "variable_count" not in line)
    return {
        "campaignctl.yaml": CONFIG,
        "registry/templates.yaml": registry,
        "registry/lists.yaml": lists(),
        "registry/links.yaml": LINKS,
        **{f"{id_}.yaml": _specimen(id_, which, text, **more) for id_, which, text, more in written},
    }

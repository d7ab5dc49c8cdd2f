"""Passwords in files: found, and shown in no report."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CAMPAIGN, CONFIG, LISTS, NOW, Run, campaign, examples, write
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl import lint, project
from campaignctl.words import credentials, masked, quoted, shows_secret

SECRET = "s3cr3t-made-up"
URL = f"https://kettle:{SECRET}@hooks.example.in/x"
TEMPLATES = """\
brands: [Kettle]
templates:
  - id: "1107160086562376233"
    entity: "1101428740000012125"
    headers: [KETTLE]
    category: service-implicit
    status: approved
    text: "Hello from Kettle, a new tea is here"
"""
EXAMPLES = settings(max_examples=examples(400), deadline=None, database=None, derandomize=True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (URL, "https://kettle:***@hooks.example.in/x"),
        (
            f"See {URL}, or {URL}!",
            "See https://kettle:***@hooks.example.in/x, or https://kettle:***@hooks.example.in/x!",
        ),
        (f"https://:{SECRET}@x.example", "https://:***@x.example"),
        ("https://kettle:@x.example", "https://kettle:***@x.example"),
        ("https://kettle:12345@x.example", "https://kettle:***@x.example"),
        ("https://kettle:a/b?c#d@e@x.example", "https://kettle:***@x.example"),
        *(
            (text, text)
            for text in (
                *("https://x.example:8080/a@b", "https://x.example:80?to=a@b", "https://x.example:8080"),
                *(
                    "https://kettle@x.example",
                    "https://[2001:db8::1]:80/a@b",
                    "a:b@c",
                    "mailto:a@b",
                    "://",
                    "",
                ),
                "Write to care@x.example: https://x.example",
            )
        ),
    ],
)
def test_a_password_is_told_from_a_port_and_an_address(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert bool(credentials(text)) == (text != shown)
    assert shows_secret(text) == (text != shown)


@EXAMPLES
@given(
    user=st.text("abcXYZ019._~%-", max_size=12),
    password=st.text("abcXYZ019._~%-:!$&'()*+,;=", min_size=6, max_size=40).filter(
        lambda one: not one.isdigit()
    ),
    before=st.sampled_from(["", "Look: ", "("]),
)
def test_no_password_is_quoted(user: str, password: str, before: str) -> None:
    text = f"{before}https://{user}:{password}@hooks.example.in/campaign"
    ((start, end),) = credentials(text)

    assert text[start:end] == f"{user}:{password}"
    assert masked(text) == f"{before}https://{user}:***@hooks.example.in/campaign"
    assert f":{password}@" not in quoted(text)


def test_a_hostile_text_takes_no_time() -> None:
    assert credentials("@" + "://a:" * 200_000) == ()
    assert len(credentials("://a:b@" * 100_000)) > 1000
    assert not shows_secret("{," * 200_000 + "-" * 200_000 + "x" * 200_000)


PLACES = {
    "a callback": campaign("the-example", status_callback=URL),
    "a broken callback": campaign("the-example", status_callback=URL.replace("https", "ftp")),
    "a callback of two lines": campaign("the-example", status_callback=f'"{URL[:20]}\\\n  {URL[20:]}"'),
    "an escaped callback": campaign("the-example", status_callback=f'"{URL}"'.replace("@", "\\x40")),
    "a block": campaign("the-example", status_callback=f">-\n  {URL}"),
    "the text": campaign("the-example", template=f"Kettle tea at {URL} today"),
    "variables": campaign("the-example", template=None, variables=f"[{URL}]"),
    "a name": campaign("the-example", name="21:00", status_callback=f"{URL} # 21:00"),
    "an unknown key": campaign("the-example", api_token=SECRET),
    "a bad id": campaign(URL),
    "a bad list": campaign("the-example", lists=f"[{URL}]"),
    "a syntax error": f"{CAMPAIGN}status_callback: {URL}: x\n",
}


@pytest.mark.parametrize("text", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_of_a_campaign_is_in_no_report(text: str, form: str, folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": text})
    ran = run("lint", "--format", form)

    assert ran.code == 1
    assert SECRET not in ran.out + ran.err


@pytest.mark.parametrize(
    "settings_",
    [
        CONFIG.replace("sms_type", f"status_callback: {URL}\n  sms_type"),
        f"{CONFIG}  hooks: {{ campaign: ['{URL}'] }}\n",
        f"{CONFIG}api_token: {SECRET}\n",
        f'{CONFIG}api: {{ "api_key": {SECRET} }}\n',
        f"{CONFIG}password: {SECRET}\n",
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_of_the_settings_is_in_no_report(settings_: str, form: str, folder: Path, run: Run) -> None:
    write(folder, {"campaignctl.yaml": settings_})
    ran = run("lint", "--format", form)

    assert ran.code == 1
    assert SECRET not in ran.out + ran.err


@pytest.mark.parametrize(
    ("file", "before", "after", "pointer"),
    [
        ("templates", "a new tea", f"a new tea at {URL}", "/templates/0/text"),
        ("links", "https://kettle.example", URL, "/urls/0/url"),
        ("lists", "Meera", URL, "/lists/festival-north/sample/City"),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_password_in_the_registry_is_found_and_shown_in_no_report(
    file: str, before: str, after: str, pointer: str, form: str, folder: Path, run: Run
) -> None:
    texts = {
        "registry/templates.yaml": TEMPLATES,
        "registry/links.yaml": 'urls:\n  - { url: "https://kettle.example", kind: static }\n',
        "registry/lists.yaml": LISTS.replace("    contacts: 12430", '    sample: { City: "Meera" }'),
    }
    name = f"registry/{file}.yaml"
    write(folder, {**texts, name: texts[name].replace(before, after)})
    ran = run("lint", "--format", form)
    found = [
        (one.path, one.pointer)
        for one in lint.run(project.load(folder), now=NOW).findings
        if one.name == "credential-in-file"
    ]

    assert (found, SECRET in ran.out + ran.err) == ([(name, pointer)], False)


def test_a_default_is_found_once_though_every_campaign_takes_it_over(folder: Path) -> None:
    write(
        folder,
        {
            "campaignctl.yaml": CONFIG.replace("sms_type", f"status_callback: {URL}\n  sms_type"),
            "b.yaml": campaign("another"),
        },
    )
    found = lint.run(project.load(folder), now=NOW).findings

    assert [(one.name, one.path) for one in found] == [("credential-in-file", "campaignctl.yaml")]


def test_a_password_from_a_variable_is_found_where_it_is_used(folder: Path, run: Run) -> None:
    write(
        folder,
        {
            "campaignctl.yaml": f"{CONFIG}  pass: {SECRET}\n",
            "the-example.yaml": campaign(
                "the-example", status_callback='"https://kettle:{{ pass }}@x.example"'
            ),
        },
    )
    ran = run("lint")

    assert "credential-in-file" in ran.out
    assert SECRET not in ran.out

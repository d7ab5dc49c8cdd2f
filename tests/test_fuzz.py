"""Whatever the bytes, lint ends with 0, 1 or 3 and a report. `make fuzz` tries 100,000 of them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CAMPAIGN, CONFIG, LISTS, campaign, examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaignctl.__main__ import main

COMMON = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}
QUICK = settings(max_examples=examples(300), derandomize=True, **COMMON)  # type: ignore[arg-type]
SLOW = settings(max_examples=100_000, **COMMON)  # type: ignore[arg-type]

TEMPLATES = """\
templates:
  - id: "1107160086562376233"
    entity: "1101428740000012125"
    name: Welcome
    headers: [KETTLE]
    category: service-implicit
    text: "Hello from Kettle, a {#alphanumeric#} is here"
    status: approved
"""
RICH = (
    CAMPAIGN.replace("Hello", "{{ brand }} {% if brand %}@@City{% endif %} नमस्ते 😀 {#var#}")
    + "name: &n |\n  Tea\n  week\n---\n"
    + campaign("second", name="*x", status_callback="https://hooks.example.in/x")
    + "---\nbase: &b {x: 1}\nmore: {<<: *b, y: [NO, 21:00, +91, 2035-01-01]}\n"
)
FILES = {
    "campaignctl.yaml": CONFIG,
    "registry/lists.yaml": LISTS,
    "registry/templates.yaml": TEMPLATES,
    "registry/links.yaml": "urls:\n  - {url: https://kettle.example/, kind: static}\nnumbers: ['18000000123']\n",
    "the-example.yaml": RICH,
}


@pytest.fixture(scope="module", autouse=True)
def _in_a_folder_of_its_own() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as name:
        before = Path.cwd()
        Path(name, "registry").mkdir()
        os.chdir(name)
        yield
        os.chdir(before)


def lint(format_: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(["lint", "--format", format_])
    return int(ended.value.code or 0), out.getvalue(), err.getvalue()


def survives(name: str, content: bytes) -> None:
    """Lint the folder with one file replaced, in both formats, and look at how it ends and what it says."""
    for other, sound in FILES.items():
        Path(other).write_bytes(content if other == name else sound.encode())
    code, out, err = lint("text")
    again, out_json, _ = lint("json")

    assert code in (0, 1, 3), err
    assert again == code
    assert "Traceback" not in out + err
    assert "this is a bug" not in err
    if code == 3:
        assert err.startswith("campaignctl: ")
        return
    report = json.loads(out_json)
    assert code == (report["summary"]["errors"] > 0)
    assert out.rstrip().endswith(".")
    assert not any(line.startswith(("::", "##[")) for line in out.split("\n"))
    lines = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for one in report["findings"]:
        assert 1 <= one["line"] <= one["end_line"]
        assert (one["line"], one["column"]) <= (one["end_line"], one["end_column"])
        if one["path"] == name:
            assert one["line"] <= len(lines)
            assert one["column"] <= len(lines[one["line"] - 1]) + 1


# --- what is thrown at it ---------------------------------------------------------------------------

TOKENS = [
    *(
        b":",
        b": ",
        b"- ",
        b"? ",
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b"#",
        b" #",
        b"&a ",
        b"*a",
        b"!",
        b"!!str ",
        b"|",
        b">",
    ),
    *(
        b"'",
        b'"',
        b"%",
        b"@",
        b"`",
        b"---\n",
        b"...\n",
        b"\n",
        b"\r\n",
        b"\r",
        b"\t",
        b"  ",
        b"<<: ",
        b"~",
        b"\\",
    ),
    *(
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\0",
        b"\x1b[31m",
        b"\x80",
        b"\xc3",
        b"\xe2\x80\xa8",
        b"\xc2\x85",
        b"\xf0\x9f\x98\x80",
    ),
    *(
        b"{{",
        b"}}",
        b"{%",
        b"%}",
        b"{{ brand }}",
        b"{{ x",
        b"{#var#}",
        b"@@",
        b"##[error]",
        b"::error::",
        b"\xed\xa0\x80",
    ),
    *(
        b"null",
        b"true",
        b"21:00",
        b"NO",
        b"1e999",
        b"0x",
        b"9" * 40,
        b"-.5",
        b"id: ",
        b"lists: ",
        b"schedule:\n",
    ),
    *(b"[[[[", b"- - - - ", b"{a: {a: {a: ", b"x" * 300),
]


@st.composite
def damaged(draw: st.DrawFn, sound: bytes) -> bytes:
    """Return a sound file with bytes flipped, tokens put in, pieces cut out, repeated or swapped."""
    data = bytearray(sound)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        to = min(len(data), at + draw(st.integers(0, 20)))
        match draw(st.integers(0, 6)):
            case 0:
                data[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case 1:
                data[at:at] = draw(st.sampled_from(TOKENS))
            case 2:
                data[at:to] = b""
            case 3:
                data[at:to] = draw(st.sampled_from(TOKENS))
            case 4:
                data[at:at] = data[at:to] * draw(st.integers(1, 3))
            case 5:
                other = draw(st.integers(0, len(data)))
                piece = bytes(data[at:to])
                del data[at:to]
                data[other:other] = piece
            case _:
                del data[at:]
    return bytes(data)


ANY = st.one_of(
    st.binary(max_size=80),
    st.lists(st.sampled_from(TOKENS) | st.binary(max_size=3), max_size=20).map(b"".join),
    st.text(max_size=60).flatmap(
        lambda text: st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-7"]).map(text.encode)
    ),
)
CAMPAIGNS = ANY | damaged(RICH.encode()) | damaged(CAMPAIGN.encode())
SETTINGS = st.sampled_from([name for name in FILES if name != "the-example.yaml"]).flatmap(
    lambda name: st.tuples(st.just(name), ANY | damaged(FILES[name].encode()))
)


@QUICK
@given(CAMPAIGNS)
@example(b"")
@example(RICH.encode())
@example(b"id: &a [*a]\n")
@example(b"? \n")
@example(b"? ?\r{ ")
@example(b"\xef\xbb\xbf\xef\xbb\xbf\r\n'")
@example(b"9" * 5000)
def test_any_campaign_file_ends_in_a_report(content: bytes) -> None:
    survives("the-example.yaml", content)


@QUICK
@given(SETTINGS)
def test_any_settings_end_in_a_report(settings_file: tuple[str, bytes]) -> None:
    survives(*settings_file)


@pytest.mark.slow
@SLOW
@given(CAMPAIGNS)
def test_100_000_campaign_files_end_in_a_report(content: bytes) -> None:
    survives("the-example.yaml", content)


@pytest.mark.slow
@SLOW
@given(SETTINGS)
def test_100_000_settings_end_in_a_report(settings_file: tuple[str, bytes]) -> None:
    survives(*settings_file)


def test_the_sound_files_of_these_tests_are_read() -> None:
    survives("the-example.yaml", CAMPAIGN.encode())

    assert lint("text")[:2] == (0, "No findings: 1 campaign in 1 file.\n")

"""The man page is that of the commands, and a page that man, groff and mandoc can read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, Run
from hypothesis import given, settings
from hypothesis import strategies as st
from test_commands import commands

from campaignctl import __version__
from campaignctl.cli import HIDDEN
from campaignctl.commands.man import EXIT_CODES, manual
from campaignctl.manual import Manual, Page
from campaignctl.render.man import man

PAGE = ROOT / "campaignctl/campaignctl.1"


@pytest.fixture(scope="module")
def page() -> str:
    made = man(manual())
    if os.environ.get("MAN") == "write":
        PAGE.write_text(made, encoding="utf-8")
    return made


def told(page: str) -> str:
    """Return the page without its macros and escapes, in one line."""
    text = re.sub(r"^\.(?:SS|SH) ", "", page, flags=re.MULTILINE)
    for sign, meant in (
        ("\\-", "-"),
        ("\\(aq", "'"),
        ("\\(dq", '"'),
        ("\\fB", ""),
        ("\\fR", ""),
        ("\\&", ""),
    ):
        text = text.replace(sign, meant)
    return " ".join(text.split())


def test_the_page_that_is_shipped_is_that_of_the_commands(page: str) -> None:
    assert PAGE.read_text("utf-8") == page, "MAN=write python -m pytest tests/test_man.py writes it"


def test_the_command_prints_it_and_is_hidden(run: Run, page: str) -> None:
    assert run("man").out == page
    assert HIDDEN == ("man",)
    assert "  man " not in run("--help").out


def test_every_command_stands_in_it(page: str) -> None:
    headings = [told(line) for line in page.splitlines() if line.startswith(".SS ")]
    called = [" ".join(("campaignctl", *words)) for words in commands() if words]
    shown = [one.strip('"').split(" [")[0].split(" COMMAND")[0] for one in headings]
    assert sorted(shown) == sorted(called)
    assert page.startswith('.TH CAMPAIGNCTL 1 "" "campaignctl ')
    assert __version__ in page.splitlines()[0]


def test_every_exit_code_and_variable_stands_in_it(page: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8").partition("## Exit codes")[2].partition("\n## ")[0]
    assert [code for code, _ in EXIT_CODES] == re.findall(r"^\| (\d+) \|", readme, re.MULTILINE)

    # campaignctl-ci is a program of its own, for the variables of GitHub and GitLab.
    modules = [one for one in (ROOT / "campaignctl").rglob("*.py") if "pipelines" not in one.parts]
    source = "\n".join(path.read_text("utf-8") for path in modules)
    read = set(
        re.findall(
            r'environ(?:ment)?(?:\.get\(|\[)"([A-Z_]+)"|envvar="([A-Z_]+)"|"(EXOTEL_[A-Z]+_[A-Z]+)"', source
        )
    )
    names = {name for found in read for name in found if name}
    assert names >= {"CAMPAIGNCTL_DIR", "NO_COLOR", "EXOTEL_API_TOKEN"}
    environment = told(page.partition(".SH ENVIRONMENT")[2].partition(".SH FILES")[0])
    assert [name for name in sorted(names - {"CI", "TERM"}) if name not in environment] == []


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="no mandoc on this machine")
def test_mandoc_finds_nothing_wrong(page: str, tmp_path: Path) -> None:
    file = tmp_path / "campaignctl.1"
    file.write_text(page, "utf-8")
    ran = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(file)], capture_output=True, text=True)
    assert [line for line in ran.stdout.splitlines() if "missing date" not in line] == []


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff on this machine")
def test_groff_reads_it_without_a_warning_and_shows_what_the_help_says(page: str, run: Run) -> None:
    ran = subprocess.run(
        ["groff", "-man", "-ww", "-Tascii", "-P-c"], input=page, capture_output=True, text=True
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    shown = " ".join(re.sub(".\b", "", ran.stdout).split())
    for sentence in (
        "Nothing is ever sent twice.",
        "campaignctl explain NAME has a page for each finding.",
        "plan --sandbox",
    ):
        assert sentence in shown


# --- structure, whatever the texts --------------------------------------------------------------------

MACRO = re.compile(r"\.(?:TH|SH|SS|PP|TP|RS|RE|nf|fi|nh|ad)(?: .*)?")
TEXT = st.text(st.sampled_from("ab.'\\\"-`^~ \n{}"), max_size=30)


def hostile(text: str) -> Manual:
    one = Page(
        usage=f"campaignctl {text}",
        paragraphs=(text, text),
        options=((text, text),),
        examples=(text.replace("\n", ""),),
    )
    entries = ((text, text),)
    return Manual(
        version="1",
        about=text,
        program=one,
        commands=(one,),
        exit_codes=entries,
        environment=entries,
        files=entries,
    )


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(TEXT)
def test_no_text_becomes_a_command(text: str) -> None:
    page = man(hostile(text))
    known = man(hostile("plain"))
    for line in page.splitlines():
        assert not line.startswith("'")
        assert not line.startswith(".") or MACRO.fullmatch(line)
        assert re.sub(r"\\(?:e|-|&|:|f[BR]|\((?:aq|dq|ha|ti))", "", line).count("\\") == 0
    begun = [line.split()[0] for line in page.splitlines() if line.startswith(".")]
    assert begun == [line.split()[0] for line in known.splitlines() if line.startswith(".")]
    assert page.count("\n.RS 4\n.nf\n") == page.count("\n.fi\n.RE\n") == 2

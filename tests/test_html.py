"""The HTML page of a plan, read as a browser reads it: what is on it, and that no text of a campaign is more than text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import CAMPAIGN, LISTS, NOW, Run, a_finding, write
from conftest import CONFIG as SETTINGS
from conftest import campaign as written
from hypothesis import given, settings
from hypothesis import strategies as st
from test_dealing import dealt, dynamic, placed
from test_plan import NORTH, SOUTH, entry, linted, make, schedule, state
from test_revision import git

from campaignctl import dealing
from campaignctl.approved import RecipientList, Registry
from campaignctl.cards import Card
from campaignctl.model import Campaign, Plan, State
from campaignctl.outlook import outlook
from campaignctl.render import html
from campaignctl.render.agenda import agenda
from campaignctl.render.cautions import Window
from campaignctl.render.html import Sources
from campaignctl.render.messages import language, pieces

EXAMPLES = settings(max_examples=25, deadline=None, database=None, derandomize=True)
WINDOW = Window(opens=time(10), closes=time(21))
STYLE = (Path(html.__file__).parent / "report" / "style.css").read_text(encoding="utf-8")
REGISTRY = Registry(by_sid={one.sid: one for one in (NORTH, SOUTH)})
VOID = {"meta", "link", "br"}


class Page(HTMLParser):
    """A page as its elements, each with its attributes, and the text that is read."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = source
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        return [
            found
            for name, found in self.elements
            if name == tag and all(found.get(key.rstrip("_")) == value for key, value in wanted.items())
        ]

    @property
    def skeleton(self) -> list[tuple[str, frozenset[str]]]:
        """All elements in order, with the names of their attributes."""
        return [(tag, frozenset(found) - {"lang"}) for tag, found in self.elements]

    @property
    def first(self) -> str:
        """What stands under "Look at this first", one sentence a line."""
        section = self.source.partition('aria-labelledby="first">')[2].partition("</section>")[0]
        return "\n".join(Page(f"<main>{one}").text for one in re.findall("<li.*?</li>", section, re.DOTALL))


def paged(
    *campaigns: Campaign, known: State | None = None, findings: Any = (), sources: Sources | None = None
) -> Page:
    checked = linted(*campaigns, findings=findings)
    the_plan = make(checked, known)
    cards = outlook(dealing.deal(the_plan, checked), known or state(), REGISTRY)
    return shown(the_plan, cards, sources)


def sent(*ids: str, **changes: Any) -> State:
    """A state that has these campaigns."""
    return state({id_: entry(placed(id_), **changes) for id_ in ids})


def shown(the_plan: Plan, cards: Sequence[Card], sources: Sources | None = None) -> Page:
    return Page(html.plan(the_plan, cards, window=WINDOW, sources=sources))


# --- structure ----------------------------------------------------------------------------------------


def test_the_page_is_whole_and_a_screen_reader_finds_its_way() -> None:
    page = paged(placed("a"), placed("b", template="नमस्ते"), findings=[a_finding(campaign="a")])

    assert page.open == []
    assert page.source.startswith("<!doctype html>\n<html lang=")
    assert page.all("html", lang="en")
    assert [len(page.all(one)) for one in ("header", "main", "footer", "h1", "title", "nav")][:4] == [
        *(1, 1, 1, 1)
    ]
    assert page.elements[[tag for tag, _ in page.elements].index("body") + 1] == (
        "a",
        {"class": "skip", "href": "#main"},
    )
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all("scope" in one for one in page.all("th"))
    assert len(page.all("caption")) == 2


def test_every_link_inside_the_page_has_a_place_and_every_place_is_one() -> None:
    page = paged(placed("a"), placed("b"), findings=[a_finding(campaign="a"), a_finding(campaign="gone")])
    ids = [found["id"] for _, found in page.elements if "id" in found]
    inside = {found["href"][1:] for _, found in page.elements if found.get("href", "").startswith("#")}
    named = {one for _, found in page.elements for one in found.get("aria-labelledby", "").split()}

    assert len(ids) == len(set(ids))
    assert inside | named <= set(ids)


def test_the_page_runs_nothing_and_loads_nothing() -> None:
    page = paged(placed("a"), findings=[a_finding(campaign="a")])
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    (policy,) = [one for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]

    assert f"<style>{STYLE}</style>" in page.source
    assert policy["content"].startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    tags = {tag for tag, _ in page.elements}
    assert tags & {"script", "img", "iframe", "object", "embed", "form", "base", "video", "audio"} == set()
    names = {name for _, found in page.elements for name in found}
    assert {name for name in names if name.startswith("on")} | names & {"style", "src", "srcset"} == set()
    assert "url(http" not in STYLE
    assert "@import" not in STYLE


@pytest.mark.parametrize("media", ["light", "dark"])
def test_every_text_has_the_contrast_of_wcag_aa(media: str) -> None:
    """4.5 to 1 for text, 3 to 1 for what is drawn (WCAG 2.2, 1.4.3 and 1.4.11)."""
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[0]))
    colours |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[1])) if media == "dark" else {}
    on = {
        "ink": ("paper", "card", "bubble", "mark", "amber-in", "grey-in"),
        "soft": ("paper", "card", "bubble"),
        "link": ("paper", "card"),
        **{one: (f"{one}-in", "card") for one in ("green", "blue", "amber", "red", "grey")},
    }
    drawn = dict.fromkeys(("green", "blue", "amber", "red", "grey"), ("window", "night"))

    assert {
        (front, back)
        for pairs, least in ((on, 4.5), (drawn, 3.0))
        for front, backs in pairs.items()
        for back in backs
        if contrast(colours[front], colours[back]) < least
    } == set()


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


# --- injection ----------------------------------------------------------------------------------------

NASTY = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.lists(
        st.sampled_from(
            [
                *(
                    "<script>alert(1)</script>",
                    "</style>",
                    "<!--",
                    "-->",
                    "\"'",
                    "&lt;",
                    "]]>",
                    "\u202e",
                    "{{ 7 }}",
                ),
                *(
                    "<style></style>",
                    "</title>",
                    "</svg>",
                    "##[error]",
                    "\n::error::",
                    "{% raw %}",
                    "\x00",
                    "@@A",
                ),
            ]
        ),
        max_size=4,
    ).map("".join),
)


@EXAMPLES
@given(NASTY, NASTY, NASTY, NASTY)
def test_what_a_campaign_says_stays_text(name: str, text: str, alias: str, message: str) -> None:
    def made(name: str, text: str, alias: str, message: str) -> Page:
        audience = (RecipientList(alias=f"x{alias}", sid="9" * 32, contacts=5),)
        for_all = {"audience": audience, "lists": (f"x{alias}",)}
        one = placed("a", name=f"x{name}", template=f"x{text}", sender_id=f"x{name}", **for_all)
        other = placed("b", name=f"x{message}", status_callback=f"x{text}", **for_all)
        found = a_finding(campaign="b", message=message, source=f"x{text}", path=f"{alias}.yaml")
        known = sent("b", template=f"was {text}", name=f"was {name}")
        return paged(one, other, findings=[found], known=known)

    page, plain = made(name, text, alias, message), made("n", "t", "a", "m")

    # What is to be looked at first, the parts of a message and what is marked depend on the text; all else does not.
    assert below(page) == below(plain)
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in plain.elements} | {"mark", "code"}
    assert not re.search(r"^\s*::|##\[", page.source.replace(STYLE, ""), re.MULTILINE)
    assert "\u202e" not in page.source
    assert page.source.count("<style>") == 1


def below(page: Page) -> list[tuple[str, frozenset[str]]]:
    """The elements below "Look at this first", but for those inside a sentence."""
    rest = re.sub('<section aria-labelledby="first">.*?</section>', "", page.source, count=1, flags=re.DOTALL)
    return [one for one in Page(rest).skeleton if one[0] not in ("span", "mark", "code")]


def test_what_hides_or_reorders_text_is_shown_as_its_escape() -> None:
    page = paged(placed("a", name="pay\u202eEURT", template="new\u200btea\nhere"))

    assert "pay\\u202eEURT" in page.text
    assert "new\\u200btea here" in page.text


def test_no_line_of_the_page_is_a_command_of_a_ci() -> None:
    page = paged(placed("a", template="tea\n::error::no\n##[error]no"))

    assert "tea ::error::no ##[error]no" in page.text
    assert not re.search(r"^\s*::|##\[", page.source.replace(STYLE, ""), re.MULTILINE)


# --- what it says -------------------------------------------------------------------------------------


def test_the_headline_has_the_numbers_that_cost_money() -> None:
    page = paged(placed("a", template="x" * 161), placed("b", schedule=schedule("2035-10-21T10:30:00+05:30")))

    reach = "2 new campaigns: 12,430 people, some more than once, 37,290 messages to pay for"
    assert page.text.startswith(reach)
    assert page.text.count(reach) == 2  # the title and the headline
    assert "Together24,86037,290 The new ones go to 12,430 people, some more than once." in page.text
    assert "SMS" not in page.text


def test_a_sample_row_fills_the_phone_and_the_parts_are_cut_where_they_begin() -> None:
    page = paged(dynamic("Dear @@Name, " + "नमस्ते " * 12 + "@@City", Name="Asha"))

    assert "Dear Asha, " in page.text
    assert "part 2 of 2" in page.text
    assert "no sample for @@City" in page.text
    assert page.all("p", lang="hi")


@EXAMPLES
@given(st.text(st.sampled_from("a €नमस्ते\u200d😀@N’"), max_size=200))
def test_the_pieces_of_a_message_are_the_message(text: str) -> None:
    for one in dealing.arrivals(text, {}):
        found = list(pieces(one))
        assert "".join(piece.text for piece in found) == text
        begins = [piece.part for piece in found if piece.part is not None]
        assert begins == sorted(set(begins))
        assert len(begins) <= one.parts - 1


@pytest.mark.parametrize(
    ("text", "name"),
    [("Hello", None), ("नमस्ते Adraki", "hi"), ("வணக்கம்", "ta"), ("Hello नम from Kettle", None), ("", None)],
)
def test_the_language_of_a_text_is_that_of_its_letters(text: str, name: str | None) -> None:
    assert language(text) == name


def test_an_edited_or_deleted_campaign_is_shown_as_it_was_sent() -> None:
    late = schedule("2035-10-25T10:30:00+05:30", "2035-10-25T12:30:00+05:30")
    known = sent("a", "b")
    page = paged(placed("a", schedule=late, template="Edited"), known=known)

    days = [one["aria-labelledby"] for one in page.all("section", class_="day")]
    assert days == ["day-2035-10-20"]
    assert page.text.count("edited after it was sent") >= 2
    assert "at Exotel, file deleted" in page.text
    assert "Hello from Kettle" in page.text


def test_what_is_over_at_exotel_is_counted_and_not_shown() -> None:
    past = schedule("2033-10-20T10:30:00+05:30", "2033-10-20T18:00:00+05:30")
    the_plan, cards = planned(
        placed("a", schedule=past),
        known=sent("a", schedule={"start_time": past.start_time, "end_time": past.end_time}),
    )

    found = agenda(cards, NOW)
    assert (found.ended, found.cards) == (1, ())
    assert "1 campaign at Exotel is over and not shown" in shown(the_plan, cards).text


def planned(*campaigns: Campaign, known: State | None = None) -> tuple[Plan, tuple[Card, ...]]:
    checked = linted(*campaigns)
    the_plan = make(checked, known)
    return the_plan, outlook(dealing.deal(the_plan, checked), known or state(), REGISTRY)


def test_files_are_linked_to_their_lines_where_there_is_an_address() -> None:
    link = Sources(commit="c" * 40, link=lambda path, line: f"https://git.example/blob/c/{path}#L{line}")
    page = paged(placed("a"), findings=[a_finding(campaign="a", path="x y.yaml")], sources=link)

    assert page.all("a", href="https://git.example/blob/c/x y.yaml#L9")
    assert page.all("a", href="https://git.example/blob/c/a.yaml#L3")
    assert "c" * 40 in page.text


# --- the timeline -------------------------------------------------------------------------------------

MOMENTS = st.integers(0, 60).map(
    lambda hours: datetime(2035, 10, 20, tzinfo=NOW.tzinfo) + timedelta(hours=hours)
)


@EXAMPLES
@given(
    st.lists(
        st.tuples(MOMENTS, st.integers(1, 30), st.sampled_from([(NORTH,), (SOUTH,), (NORTH, SOUTH)])),
        max_size=9,
    )
)
def test_the_overlaps_are_those_of_trying_every_pair(rows: list[Any]) -> None:
    cards = tuple(
        replace(one, start=start, end=start + timedelta(hours=hours), audience=one.audience)
        for number, (start, hours, audience) in enumerate(rows)
        for one in dealt(
            placed(f"c{number}", audience=audience, lists=tuple(str(each.alias) for each in audience))
        )
    )
    found = agenda(cards, NOW).clashes
    times = {
        one.id: {hour + timedelta(hours=step) for step in range(hours)}
        for one, (hour, hours, _) in zip(cards, rows, strict=True)
    }

    for one in cards:
        for audience in one.audience:
            others = {
                other.id: times[one.id] & times[other.id]
                for other in cards
                if other is not one and audience in other.audience and times[one.id] & times[other.id]
            }
            clash = next((each for each in found.get(one.id, ()) if each.audience == audience), None)
            assert (clash.number if clash else 0) == len(others)
            if clash is not None:
                assert {each.id for each in clash.others} <= others.keys()
                assert len(clash.others) == min(3, len(others))
                shared = timedelta(hours=len(set().union(*others.values())))
                assert sum((high - low for low, high in clash.when), timedelta()) == shared


@pytest.mark.parametrize(
    ("start", "end", "bars"),
    [
        ("2035-10-20T10:30:00+05:30", "2035-10-20T18:00:00+05:30", [("2035-10-20", 43.75, 31.25)]),
        ("2035-10-20T20:00:00Z", "2035-10-20T21:00:00Z", [("2035-10-21", 6.25, 4.1667)]),
        ("2035-10-20T18:00:00+05:30", "2035-10-21T00:00:00+05:30", [("2035-10-20", 75.0, 25.0)]),
        (
            "2035-10-20T18:00:00+05:30",
            "2035-10-21T06:00:00+05:30",
            [("2035-10-20", 75.0, 25.0), ("2035-10-21", 0.0, 25.0)],
        ),
    ],
)
def test_a_bar_lies_at_the_hours_of_india(start: str, end: str, bars: list[tuple[str, float, float]]) -> None:
    days = agenda(dealt(placed(schedule=schedule(start, end))), NOW).days

    assert [(str(day.date), bar.left, bar.width) for day in days for bar in day.bars] == bars


def test_a_blocked_campaign_whose_time_is_past_takes_no_room() -> None:
    past = schedule("2033-10-20T10:30:00+05:30", "2033-10-20T18:00:00+05:30")
    page = paged(placed("a", schedule=past), placed("b"))

    assert [one["aria-labelledby"] for one in page.all("section", class_="day")] == ["day-2035-10-20"]
    assert "Not drawn, for the time is past: 1 blocked campaign, a." in page.text
    assert "0 campaigns" not in page.text


def test_promotions_differ_from_services_in_words_and_shape() -> None:
    page = paged(placed("a", sms_type="promotional"), placed("b"))

    assert {one["height"] for one in page.all("rect", class_="bar green")} == {"20", "10"}
    assert "tall: promotional, in the shaded hours only" in page.text
    assert "low: transactional, at any hour" in page.text


@pytest.mark.parametrize(
    ("number", "days", "rows"), [(20, 20, "campaign"), (21, 21, "day"), (31, 31, "day"), (32, 32, "month")]
)
def test_the_table_at_the_top_is_as_fine_as_can_be_read_at_a_glance(
    number: int, days: int, rows: str
) -> None:
    first = datetime(2035, 10, 1, 5, tzinfo=NOW.tzinfo)
    times = [(first + timedelta(days=one % days)).isoformat() for one in range(number)]
    page = paged(*(placed(f"c{one}", schedule=schedule(at, at)) for one, at in enumerate(times)))

    assert f"By {rows}." in page.text


def test_the_promotional_hours_are_shaded() -> None:
    (window,) = paged(placed("a")).all("rect", class_="window")

    assert (window["x"], window["width"]) == ("41.6667%", "45.8333%")


def test_a_campaign_of_years_does_not_fill_the_page() -> None:
    long = schedule("2035-10-20T10:30:00+05:30", "2045-10-20T10:30:00+05:30")

    assert len(agenda(dealt(placed(schedule=long)), NOW).days) == 8


def test_the_totals_count_what_will_be_sent_and_nothing_twice() -> None:
    cards = dealt(
        placed("a"),
        placed("b", template="x" * 161, lists=("north", "south"), audience=(NORTH, SOUTH)),
        placed("c", lists=(), audience=()),  # blocked
    )
    found = agenda(cards, NOW)
    (day,) = found.days

    assert (day.starting.campaigns, day.starting.recipients, day.starting.messages) == (2, 25_660, 38_890)
    assert [(one.audience.name, one.campaigns, one.messages) for one in found.reaches] == [
        ("north", 2, 37_290),
        ("south", 1, 1_600),
    ]


def test_four_hundred_campaigns_stay_a_light_page() -> None:
    cards = dealt(
        *(
            placed(
                f"c{number:03}",
                schedule=schedule(
                    f"2035-{number % 12 + 1:02}-{number % 28 + 1:02}T10:30:00+05:30",
                    f"2035-{number % 12 + 1:02}-{number % 28 + 1:02}T18:00:00+05:30",
                ),
            )
            for number in range(400)
        )
    )
    page = shown(make(linted()), cards)

    assert len(page.all("article")) == 400
    assert len(page.all("section", class_="month")) == 12
    assert len(page.all("details", class_="folded")) == 24  # in the timeline, and of the messages
    assert len(page.source) < 1_500_000


# --- the command --------------------------------------------------------------------------------------


def test_report_writes_the_page_and_opens_it(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def show(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", show)
    ran = run("report", "--offline", "--open", "--at", "2034-06-01T06:00:00Z")

    assert (ran.code, ran.out) == (0, "Wrote campaignctl-report.html: 1 campaign.\n")
    page = (folder / "campaignctl-report.html").read_text(encoding="utf-8")
    assert Page(page).all("article")
    assert opened == [(folder / "campaignctl-report.html").resolve().as_uri()]


def test_plan_prints_the_same_page(run: Run, folder: Path) -> None:
    at = ("--offline", "--at", "2034-06-01T06:00:00Z")
    run("report", *at)
    planned = run("plan", "--format", "html", *at)

    assert planned.code == 0
    assert planned.out == (folder / "campaignctl-report.html").read_text(encoding="utf-8") + "\n"


def test_report_shows_broken_settings_and_broken_campaigns(run: Run, folder: Path) -> None:
    write(folder, {"campaignctl.yaml": SETTINGS + "nonsense: 1\n", "b.yaml": written("b", lists="[nobody]")})
    ran = run("report", "--offline")

    page = Page((folder / "campaignctl-report.html").read_text(encoding="utf-8"))
    assert (ran.code, "unknown-key" in page.text) == (0, True)
    assert page.text.startswith("Stopped by 3 errors: no plan is made until the settings are mended")
    assert "Mend what stands under Findings" in page.text


@pytest.mark.parametrize(
    "name", ["campaignctl.state.json", "the-example.yaml", "campaignctl.state.json.journal"]
)
def test_report_overwrites_no_state_and_no_campaign(run: Run, folder: Path, name: str) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    ran = run("report", "--offline", "--out", name)

    assert ran.code == 64
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://",
        "//host/x",
        "https://a:b@host/x",
        "https://host/?q",
        'https://h/"><b>',
        "https://[",
        "",
    ],
)
def test_report_takes_no_address_that_is_none(run: Run, folder: Path, url: str) -> None:
    assert run("report", "--offline", "--repo-url", url).code == 64


def test_links_name_the_commit_and_the_place_in_the_repository(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = "0123456789abcdef" * 2 + "01234567"
    monkeypatch.setattr("campaignctl.commands.sources._checkout", lambda: (commit, "marketing/sms/"))
    write(folder, {"a #1.yaml": written("a")})
    run("report", "--offline", "--repo-url", "https://git.example/o/n.git/")

    page = Page((folder / "campaignctl-report.html").read_text(encoding="utf-8"))
    assert page.all("a", href=f"https://git.example/o/n/blob/{commit}/marketing/sms/a%20%231.yaml#L1")


def test_a_page_of_a_real_repository_says_what_has_changed_and_links_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tea room"
    write(folder, {"campaignctl.yaml": SETTINGS, "registry/lists.yaml": LISTS, "one.yaml": CAMPAIGN})
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "one")):
        git(tmp_path, *words)
    branch = (tmp_path / ".git/HEAD").read_text().removeprefix("ref: ").strip()
    commit = (tmp_path / ".git" / branch).read_text().strip()
    monkeypatch.chdir(folder)
    write(folder, {"one.yaml": CAMPAIGN.replace("a new tea", "an old tea")})
    ran = run("report", "--offline", "--base", "HEAD", "--repo-url", "https://git.example/o/n")

    page = Page((folder / "campaignctl-report.html").read_text(encoding="utf-8"))
    assert ran.code == 0
    assert "Changed since HEAD" in page.text
    assert page.all("a", href=f"https://git.example/o/n/blob/{commit}/tea%20room/one.yaml#L1")

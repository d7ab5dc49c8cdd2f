"""The HTML page of a plan in a real browser, opened from the disk."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from browser import Browser
from conftest import NOW
from test_dealing import dynamic, placed
from test_html import paged, sent
from test_plan import NORTH, SOUTH, schedule

from campaignctl.render import html
from campaignctl.words import INDIA

SCRIPT = "<script>document.title = 'run'</script>"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_text(
        paged(
            placed("day", name=f"Tea {SCRIPT}", template=f"Hello {SCRIPT}"),
            placed("night", schedule=schedule("2035-10-20T17:00:00+05:30", "2035-10-21T06:00:00+05:30")),
            placed(
                "utc", schedule=schedule("2035-10-23T20:30:00Z", "2035-10-23T22:30:00Z"), audience=(SOUTH,)
            ),
            placed("long", name="unbreakable" * 30, template="x" * 400, audience=(NORTH, SOUTH)),
            dynamic("नमस्ते @@Name, " + "चाय " * 30, Name="Asha"),
            placed("blocked", lists=(), audience=()),
            known=sent("gone", "utc", template="Before"),
        ).source,
        encoding="utf-8",
    )
    return path


def test_the_page_is_good_on_a_phone_and_a_desk_and_leaves_nothing(page: Path, browser: Browser) -> None:
    browser.driver.get(page.as_uri())

    for width in (390, 1280):
        browser.screen(width)
        assert browser.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        the_bars_lie_at_their_hours(browser)
    browser.run("[...document.querySelectorAll('details')].map(one => one.open = true)")
    a_screen_reader_is_told_what_the_bars_show(browser)
    the_keyboard_reaches_the_content_first(browser)
    assert browser.run("document.scripts.length") == 0
    assert browser.run("document.title").startswith("4 new campaigns")
    assert browser.driver.get_log("browser") == []
    assert {url for url in browser.requested() if not url.startswith(("data:", "chrome:"))} == {page.as_uri()}


@pytest.mark.parametrize(("number", "opened"), [(html.LONG + 1, 1), (html.MANY + 1, 2)])
def test_a_link_opens_the_campaign_that_it_leads_to(
    tmp_path: Path, browser: Browser, number: int, opened: int
) -> None:
    """With several campaigns each is folded, with many each month as well."""
    path = tmp_path / "many.html"
    path.write_text(paged(*(placed(f"c{one}") for one in range(number))).source, encoding="utf-8")
    browser.driver.get(path.as_uri())

    assert browser.run("document.querySelectorAll('details[open]').length") == 0
    browser.run("document.querySelector('.day ol a[href=\"#c7\"]').click()")
    browser.until(lambda: browser.run("document.querySelector('#c7').checkVisibility()"))
    assert browser.run("document.querySelectorAll('details[open]').length") == opened
    assert browser.driver.get_log("browser") == []


@pytest.mark.parametrize(("number", "whole"), [(html.LONG + 1, True), (html.MANY + 1, False)])
def test_what_is_folded_is_printed_or_the_paper_says_so(
    tmp_path: Path, browser: Browser, number: int, *, whole: bool
) -> None:
    path = tmp_path / "printed.html"
    path.write_text(paged(*(placed(f"c{one}") for one in range(number))).source, encoding="utf-8")
    browser.driver.get(path.as_uri())
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})

    def is_seen(what: str) -> object:
        return browser.run(f"document.querySelector('{what}')?.getBoundingClientRect().height > 0")

    assert is_seen(".day h4")
    assert is_seen(".card h4")
    assert (
        browser.run("document.querySelector('.inside').checkVisibility({contentVisibilityAuto: true})")
        == whole
    )
    assert bool(is_seen(".printed")) != whole


def the_bars_lie_at_their_hours(browser: Browser) -> None:
    """Measured on the screen, in hours after midnight."""
    measured = browser.run(
        """[...document.querySelectorAll('.strip')].map(strip => {
            const day = strip.closest('.day').querySelector('time').dateTime;
            const all = strip.getBoundingClientRect(), bar = strip.querySelector('.bar').getBoundingClientRect();
            const hour = x => Math.round((x - all.left) / all.width * 24 * 20) / 20;
            return [strip.dataset.id, day, hour(bar.left), hour(bar.right)];
        })"""
    )
    expected = {
        ("day", "2035-10-20"): (10.5, 18),
        ("night", "2035-10-20"): (17, 24),
        ("night", "2035-10-21"): (0, 6),
        ("utc", "2035-10-20"): (10.5, 18),  # as it was sent
        ("gone", "2035-10-20"): (10.5, 18),
    }
    found = {(id_, day): (left, right) for id_, day, left, right in measured}

    assert expected.items() <= {key: pytest.approx(value, abs=0.06) for key, value in found.items()}.items()


def a_screen_reader_is_told_what_the_bars_show(browser: Browser) -> None:
    nodes = browser.nodes()
    names = {str(one["name"]["value"]) for one in nodes if one["role"]["value"] in ("image", "img")}
    bars = browser.run("document.querySelectorAll('.strip').length")

    assert len([one for one in nodes if one["role"]["value"] in ("image", "img")]) == bars
    assert f"Tea {SCRIPT}: Sat 20 Oct 2035 10:30 to 18:00 IST, new, transactional, overlaps" in " ".join(
        names
    )
    assert browser.roles() >= {
        *("banner", "main", "contentinfo", "navigation", "heading", "article", "figure"),
        *("table", "columnheader", "rowheader", "cell", "caption", "list", "listitem"),
    }
    nameless = [
        one
        for one in nodes
        if one["role"]["value"] in ("link", "article", "region", "heading") and not one["name"]["value"]
    ]
    assert nameless == []


def the_keyboard_reaches_the_content_first(browser: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.driver.find_element("css selector", "body").send_keys(Keys.TAB)
    assert browser.run("document.activeElement.className") == "skip"
    assert browser.run("document.activeElement.getBoundingClientRect().left") >= 0
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.run("document.activeElement.id") == "main"


def test_the_present_of_these_tests_is_before_the_campaigns() -> None:
    assert datetime(2035, 10, 20, tzinfo=INDIA) > NOW

"""The sandbox's web page in a real browser: headless Chromium, started once.

It is one test of several steps, since they follow one another.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser import Browser
from test_page_site import CONTACTS, LIST, create

from campaignctl.sandbox import Sandbox

NOON = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)  # 12:00 in India
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def exotel(tmp_path: Path) -> Iterator[Sandbox]:
    (tmp_path / "list.csv").write_text(CONTACTS)
    with Sandbox(clock=lambda: NOON, contacts={LIST: tmp_path / "list.csv"}) as sandbox:
        yield sandbox


def test_a_person_follows_a_rehearsal_in_a_browser(exotel: Sandbox, browser: Browser) -> None:
    sid = create(exotel, name=SCRIPT)
    shows_the_campaigns_and_runs_no_text(exotel, browser)
    follows_events_without_a_reload(exotel, browser)
    shows_each_message_on_a_phone(exotel, browser, sid)
    fits_a_small_screen_and_stays_a_table(browser, exotel.url)
    needs_no_script(exotel, browser)

    assert [entry for entry in browser.driver.get_log("browser") if entry["level"] != "INFO"] == []
    over_the_network = {url for url in browser.requested() if not url.startswith(("data:", "chrome:"))}
    assert {urlsplit(url).path for url in over_the_network} == {"/", "/events", f"/campaigns/{sid}"}
    assert {url for url in over_the_network if not url.startswith(f"{exotel.url}/")} == set()


def shows_the_campaigns_and_runs_no_text(exotel: Sandbox, browser: Browser) -> None:
    browser.driver.get(f"{exotel.url}/")  # an alert would make all that follows fail

    assert browser.run("document.querySelector('tbody th').innerText") == SCRIPT
    assert browser.sees("scheduled")
    assert browser.run("document.scripts.length") == 1
    browser.until(lambda: browser.run("document.getElementById('live').innerText") == "Live")


def follows_events_without_a_reload(exotel: Sandbox, browser: Browser) -> None:
    browser.run("(window.same = document.querySelector('tbody a')).focus()")

    exotel.clock.advance(timedelta(minutes=10, seconds=10))
    browser.until(lambda: browser.sees("in-progress") and browser.sees("SMS to +919876500049 sent"))
    assert browser.run("[...document.querySelectorAll('tbody td.n')].map(one => one.innerText)") == [
        *("70", "0", "50", "0", "0")
    ]

    create(exotel, name="दिवाली ऑफ़र", schedule={"start_time": "2026-12-02T12:00:00+05:30"})
    browser.until(lambda: browser.sees("दिवाली ऑफ़र"))
    assert browser.run("document.activeElement === window.same && window.same.isConnected")


def shows_each_message_on_a_phone(exotel: Sandbox, browser: Browser, sid: str) -> None:
    browser.run("window.same.click()")
    browser.until(lambda: browser.driver.current_url == f"{exotel.url}/campaigns/{sid}")
    browser.until(lambda: browser.sees("Hello Asha 49, a new tea is here"))
    browser.until(lambda: browser.run("document.getElementById('live').innerText") == "Live")
    browser.run("window.same = document.querySelector('.phone')")

    exotel.clock.advance(timedelta(seconds=2))
    browser.until(lambda: browser.sees("Hello Asha 59, a new tea is here"))
    assert browser.run("document.querySelectorAll('.phone').length") == 50
    assert browser.run("window.same === document.querySelectorAll('.phone')[10]")
    assert browser.run("document.title").startswith(SCRIPT)


def fits_a_small_screen_and_stays_a_table(browser: Browser, url: str) -> None:
    small = {"width": 320, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", small)

    assert browser.run("document.documentElement.scrollWidth") <= 320
    browser.driver.get(f"{url}/")
    assert browser.run("document.documentElement.scrollWidth") <= 320
    assert browser.roles() >= {
        *(
            "banner",
            "main",
            "contentinfo",
            "table",
            "row",
            "columnheader",
            "rowheader",
            "cell",
            "log",
            "status",
        )
    }


def needs_no_script(exotel: Sandbox, browser: Browser) -> None:
    """Without one the page is the same, and says when it has to be fetched again."""
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.driver.get(f"{exotel.url}/")

    assert browser.driver.find_element("css selector", "tbody th").text.strip() in (SCRIPT, "दिवाली ऑफ़र")
    assert browser.driver.find_element("css selector", "noscript meta").get_attribute("content") == "10"

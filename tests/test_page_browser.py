"""The sandbox's web page in a real browser: headless Chromium, started once.

It is one test of several steps, since starting a browser takes longer than all of them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from test_page_site import CONTACTS, LIST, create

from campaignctl.sandbox import Sandbox

webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium: pip install '.[dev]'")
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    BROWSER is None or DRIVER is None,
    reason="needs Chromium and ChromeDriver: apt-get install chromium chromium-driver",
)

NOON = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)  # 12:00 in India
SCRIPT = "<script>alert(1)</script>"
# The container of a CI has no sandbox for Chromium to use; the rest keeps it from speaking to anyone by itself.
FLAGS = (
    *("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-dev-shm-usage"),
    *("disable-background-networking", "disable-component-update", "disable-sync", "disable-default-apps"),
    "window-size=1280,900",
)


class Browser:
    """What a person does with a page, and what of it a person would not see."""

    def __init__(self, profile: Path) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = BROWSER
        for flag in (*FLAGS, f"user-data-dir={profile}"):
            options.add_argument(f"--{flag}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
        self.driver.set_page_load_timeout(30)

    def run(self, script: str, *given: Any) -> Any:
        return self.driver.execute_script(f"return {script}", *given)

    def until(self, condition: Callable[[], object]) -> None:
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, 20, poll_frequency=0.05).until(lambda _: condition())

    def sees(self, words: str) -> bool:
        return words in str(self.run("document.getElementById('main').innerText"))

    def requested(self) -> set[str]:
        """The addresses of all requests so far."""
        sent = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return {
            one["params"]["request"]["url"] for one in sent if one["method"] == "Network.requestWillBeSent"
        }

    def roles(self) -> set[str]:
        """What a screen reader takes the page to be made of."""
        tree = self.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        return {str(node["role"]["value"]) for node in tree if not node["ignored"]}


@pytest.fixture
def exotel(tmp_path: Path) -> Iterator[Sandbox]:
    (tmp_path / "list.csv").write_text(CONTACTS)
    with Sandbox(clock=lambda: NOON, contacts={LIST: tmp_path / "list.csv"}) as sandbox:
        yield sandbox


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    one = Browser(tmp_path / "profile")
    yield one
    one.driver.quit()


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

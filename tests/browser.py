"""Headless Chromium for the tests of pages: what a person does with a page, and what of it a person would not see."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium: pip install '.[dev]'")
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

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

    def fresh(self) -> None:
        """Leave the page, and forget screen, media and all that was logged."""
        self.driver.get("about:blank")
        for command in ("clearDeviceMetricsOverride", "setEmulatedMedia"):
            self.driver.execute_cdp_cmd(f"Emulation.{command}", {})
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        for log in ("browser", "performance"):
            self.driver.get_log(log)

    def screen(self, width: int) -> None:
        """Show the page as wide as on some device, in CSS pixels."""
        small = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", small)

    def nodes(self) -> list[dict[str, Any]]:
        """What a screen reader gets of the page, in order."""
        tree = self.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        return [node for node in tree if not node["ignored"]]

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
        return {str(node["role"]["value"]) for node in self.nodes()}

"""A real browser before a running site: desktop and phone, with and without scripts.

Chromium comes from the system. Where it is absent these tests cannot run and say so; in CI that is
a failure, because there they must run. The browser is opened per module and closed after it:
Playwright keeps an event loop in the thread, and Django refuses the database beside one.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.running_site import Site, running_site
from tests.database import template_database

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
PATIENCE_MS = 15_000
Open = Callable[..., Page]
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        words = "no Chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    return found


@pytest.fixture(scope="module")
def site(
    chromium: str, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The whole site, anew for each module: what one module sets up, another does not expect."""
    with django_db_blocker.unblock():
        template = template_database()
    with running_site(template, tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for a module."""
    with sync_playwright() as player:
        running = player.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Open]:
    """Open a page of a given size; what it complains about in its console fails the test."""
    contexts, complaints = [], []

    def opened(size: str = "desktop", *, language: str = "fr", scripts: bool = True) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            reduced_motion="reduce",
            locale="fr-FR",
        )
        if language != "fr":
            context.add_cookies([{"name": "lang", "value": language, "url": site.url()}])
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(_complaint(said)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [said for said in complaints if said] == []


def _complaint(said: ConsoleMessage) -> str:
    """What a page of the shop complains about; empty for what is meant.

    Answers 409 and 422 are on purpose, htmx logs a request that a newer one replaced, and the
    payment provider's page is not ours.
    """
    source = said.location.get("url", "")
    if said.type != "error" or ".localhost:" not in source or said.text.startswith("htmx:"):
        return ""
    if "status of 409" in said.text or "status of 422" in said.text:
        return ""
    return f"{source}: {said.text}"


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page where ``SHOP_SHOTS`` says, for people who want to look."""
    folder = os.environ.get("SHOP_SHOTS")
    if folder:
        size = "phone" if page.viewport_size and page.viewport_size["width"] < 600 else "desktop"
        page.screenshot(path=str(Path(folder) / f"{name}-{size}.png"), full_page=True)


def check_page(page: Page, name: str) -> None:
    """No accessibility violation, no sideways scrolling, the seller named, the language said."""
    found = Axe().run(page, options=RULES).response["violations"]
    said = [
        f"{one['id']}: {node['target']} {node['failureSummary'][:200]}"
        for one in found
        for node in one["nodes"][:3]
    ]
    assert said == [], f"{name}: " + "\n".join(said)
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) <= 0, f"{name} scrolls sideways"
    assert page.locator(".seller").count() == 1, name
    assert page.evaluate("document.documentElement.lang") in ("fr", "en")
    shot(page, name)

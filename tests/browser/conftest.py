"""Chromium and the real stack; what both said is shown when a story fails."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import stack as stacks
from tests.browser.person import Person
from tests.tenants import trail

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The machine's browser. Without one the tests are skipped, or fail where one is required."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        sentence = "No Chromium found: install one to see the pages played in a browser."
        if os.environ.get("DEALERDESK_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found


@pytest.fixture(scope="module")
def stack(chromium, django_db_setup, django_db_blocker, tmp_path_factory):
    """Web and worker on the run's databases; what was signed up with them is dropped at the end.

    Not for the whole session: the worker would take the tasks of other tests.
    """
    with (
        django_db_blocker.unblock(),
        trail.left_behind_nothing(),
        stacks.running(tmp_path_factory.mktemp("stack")) as started,
    ):
        yield started


@pytest.fixture(scope="module")
def browser(chromium, stack):
    """One headless Chromium, ended before the stack."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@pytest.fixture
def shots() -> Path | None:
    """Where pictures of each step go, when somebody wants to look at them."""
    wanted = os.environ.get("DEALERDESK_SCREENSHOTS")
    if wanted:
        Path(wanted).mkdir(parents=True, exist_ok=True)
    return Path(wanted) if wanted else None


@pytest.fixture
def seats(browser):
    """Who sits before a screen; their browser profiles are closed after the test."""
    people: list[Person] = []
    yield people
    for person in people:
        person.page.context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Show the logs of the stack and the pages as they stood beside a failure."""
    report = yield
    if report.when == "call" and report.failed:
        started = item.funcargs.get("stack")
        for program in started.programs if started else ():
            report.sections.append((f"log of {program.name}", program.tail()))
        complaints = [line for person in item.funcargs.get("seats", ()) for line in person.complaints]
        report.sections.append(("complaints about pages", "\n".join(complaints)))
        browser = item.funcargs.get("browser")
        for context in browser.contexts if browser else ():
            for page in context.pages:
                text = page.locator("body").inner_text()
                report.sections.append((f"page {page.url}", text[:3000]))
    return report

"""Somebody before a screen: clicks by the words of its language, and complains about what no page may do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

DESKTOP, PHONE = (1440, 900), (390, 844)
PATIENCE_MS = 30_000
# What a form answers when it refuses; the browser logs each as an error of its own.
REFUSED = {409, 422}
_CHINESE = re.compile(r"[\u3400-\u9fff]")
# Two English words in a row, or a line that is one capitalized word, but for names that stay as they are.
_ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{3,}|^(?!Dealerdesk$|English$|Excel$)[A-Z][a-z]{2,}$")


@dataclass
class Person:
    """A page of one language and one width."""

    name: str
    language: str
    page: Page
    shots: Path | None
    complaints: list[str] = field(default_factory=list)
    seen: int = 0

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        self.page.on("response", self._judge)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    @property
    def is_phone(self) -> bool:
        """Whether the screen is narrow."""
        return (self.page.viewport_size or {"width": 0})["width"] < 600

    def word(self, text: str, context: str = "", **facts: str) -> str:
        """The interface's words, in this person's language; they must be translated."""
        with translation.override(self.language):
            said = pgettext(context, text) if context else gettext(text)
        assert self.language == "en" or said != text, f"not translated: {text}"
        return said % facts if facts else said

    def go(self, label: str) -> None:
        """Follow the navigation, out of its drawer where the screen is narrow."""
        words = self.page.get_by_role("link", name=self.word(label), exact=True)
        places = "nav.sidebar, nav.portal-links, nav.portal-tabs, .topbar-end .menu-panel"
        link = self.page.locator(places).locator(words)
        # What is not the day's work stands in the drawer of a narrow screen, or under the own name.
        drawer = "details.console-menu > summary, nav.portal-tabs details > summary"
        for closed in (drawer, ".topbar-end details:has(a) > summary"):
            if _visible(link):
                break
            for opener in self.page.locator(closed).locator("visible=true").all()[:1]:
                opener.click()
        link.locator("visible=true").first.click()

    def link(self, label: str) -> Locator:
        """The visible link of this name."""
        return self.page.get_by_role("link", name=self.word(label), exact=True).locator("visible=true").first

    def button(self, label: str, context: str = "") -> Locator:
        """The visible button of this name; of several the last, as a dialog stands after its page."""
        named = self.page.get_by_role("button", name=self.word(label, context), exact=True)
        return named.locator("visible=true").last

    def press(self, label: str) -> None:
        """Click the button."""
        self.button(label).click()

    def follow(self, label: str) -> None:
        """Click the link."""
        self.link(label).click()

    def box(self, name: str) -> Locator:
        """The visible field of this name."""
        return self.page.locator(f"[name={name}]:visible").first

    def fill(self, **fields: str) -> None:
        """Type into fields by their names; choose where it is a list; tick a box by `yes`."""
        for name, value in fields.items():
            box = self.box(name)
            kind = box.evaluate("element => element.type")
            if kind.startswith("select"):
                box.select_option(label=value)
            elif kind == "checkbox":
                box.set_checked(value == "yes")
            else:
                box.fill(value)

    def attach(self, field_name: str, file_name: str, content: bytes, kind: str) -> None:
        """Choose a file."""
        file = {"name": file_name, "mimeType": kind, "buffer": content}
        self.page.locator(f"input[type=file][name={field_name}]").set_input_files(file)

    def sees(self, *texts: str) -> None:
        """Each text stands in the content, visible."""
        for text in texts:
            expect(
                self.page.locator("main").get_by_text(text, exact=False).locator("visible=true").first
            ).to_be_visible()

    def titled(self, text: str) -> None:
        """The heading says this."""
        expect(self.page.locator("h1")).to_contain_text(text)

    def rows(self, column: int | None = None) -> list[list[str]]:
        """The visible cells of the table on the page, row by row, blanks between words made one."""
        self.page.locator("main table.data tbody tr").first.wait_for()
        found = self.page.locator("main table.data tbody tr").evaluate_all(
            "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.replace(/\\s+/g, ' ').trim()))"
        )
        return found if column is None else [[row[column]] for row in found]

    def look(self, step: str) -> None:
        """Keep a picture where pictures are wanted; note what no page may do (`complaints`, empty at the end)."""
        self.page.wait_for_load_state("load")
        self.seen += 1
        if self.shots:
            self.page.wait_for_timeout(400)
            name = f"{self.language[:2]}-{self.seen:02}-{self.name}-{step}.png"
            self.page.screenshot(path=self.shots / name, full_page=True)
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            self.complaints.append(f"{step}: the page is {wide} px wider than the screen")
        if self.language != "en":
            self.complaints += [f"{step}: not Chinese: {line}" for line in self._english_lines()]

    def _english_lines(self) -> list[str]:
        text = self.page.locator("body").inner_text()
        return [
            line for line in text.splitlines() if _ENGLISH.search(line.strip()) and not _CHINESE.search(line)
        ]

    def _judge(self, answer: Response) -> None:
        if not answer.url.startswith("http"):
            return
        if answer.status >= 400 and answer.status not in REFUSED:
            self.complaints.append(f"{answer.status} {answer.url}")
        for header in ("content-security-policy", "x-content-type-options"):
            if not answer.headers.get(header):
                self.complaints.append(f"no {header}: {answer.url}")

    def _hear(self, message: ConsoleMessage) -> None:
        is_refusal = any(f"status of {status}" in message.text for status in REFUSED)
        if message.type in {"error", "warning"} and not is_refusal:
            self.complaints.append(f"console: {message.text}")


def sit_down(browser: Browser, name: str, language: str, size: tuple[int, int], shots: Path | None) -> Person:
    """A fresh browser profile in the person's language and width."""
    context = browser.new_context(
        locale="zh-CN" if language != "en" else "en-GB",
        timezone_id="Asia/Shanghai" if language != "en" else "Europe/Amsterdam",
        viewport={"width": size[0], "height": size[1]},
        has_touch=size == PHONE,
        reduced_motion="reduce",
    )
    return Person(name, language, context.new_page(), shots)


def _visible(links: Locator) -> bool:
    return any(links.nth(place).is_visible() for place in range(links.count()))
